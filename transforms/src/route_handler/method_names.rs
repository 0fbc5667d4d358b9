//! Functions of an endpoint file that are called as the methods which the new file exports:
//!
//! ```ts
//! async function GET(req, res) { … }            async function handleGet(req) { … }
//! export default async (req, res) => {     →    export async function GET(req) {
//!   if (req.method === 'GET') return GET(req, res);     return handleGet(req);
//! };                                            }
//! ```

use std::collections::HashMap;

use super::mentions::renamed_mentions;
use crate::project::Method;
use crate::rewrite::Edit;
use crate::syntax::ast::{Decl, Id, ModuleItem, Stmt};
use crate::syntax::{Module, free_name, pat_ident};

/// The edits that give functions and other values of `module` new names where the new file declares functions called as
/// `methods`. Those that the file exports keep theirs.
pub fn renamed_locals(module: &Module, methods: &[Method]) -> Vec<Edit> {
    let mut mentions = HashMap::new();
    for id in module.ast.body.iter().flat_map(declared) {
        let Some(method) = methods.iter().find(|method| method.as_str() == &*id.0) else { continue };
        let lower = method.as_str().to_lowercase();
        let (first, rest) = lower.split_at(1);
        let upper = format!("{}{rest}", first.to_uppercase());
        let name = free_name(&module.ast, &[&format!("handle{upper}"), &format!("{lower}Handler")]);
        let all = module.references().get(&id).into_iter().flatten();
        mentions.extend(all.map(|mention| (*mention, name.clone())));
    }
    renamed_mentions(module, mentions)
}

/// What a statement declares at the top of a module, without what it exports.
fn declared(item: &ModuleItem) -> Vec<Id> {
    let ModuleItem::Stmt(Stmt::Decl(declaration)) = item else { return Vec::new() };
    match declaration {
        Decl::Fn(function) => vec![function.ident.to_id()],
        Decl::Var(variable) => variable.decls.iter().filter_map(|own| Some(pat_ident(&own.name)?.to_id())).collect(),
        _ => Vec::new(),
    }
}
