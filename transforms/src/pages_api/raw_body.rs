//! Helpers that collect the raw body: `micro`'s `buffer(req)`, and the function that Next's documentation
//! of old told people to write,
//!
//! ```ts
//! async function buffer(readable: Readable) {
//!   const chunks = [];
//!   for await (const chunk of readable) chunks.push(typeof chunk === 'string' ? Buffer.from(chunk) : chunk);
//!   return Buffer.concat(chunks);
//! }
//! ```

use std::collections::HashMap;

use crate::syntax::ast::{Callee, Expr, Id, ImportSpecifier, ModuleDecl, ModuleExportName, ModuleItem, Stmt};
use crate::syntax::{Function, Module, bare, is_ident, member_name, module_functions, pat_ident};

/// What a reader of the raw body gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RawBody {
    /// A Promise of a `Buffer`.
    Buffer,
    /// A Promise of a string.
    Text,
}

/// The functions that read the raw body of their one argument, by name.
pub fn raw_body_readers(module: &Module) -> HashMap<Id, RawBody> {
    let mut readers = HashMap::new();
    for item in &module.ast.body {
        let ModuleItem::ModuleDecl(ModuleDecl::Import(import)) = item else { continue };
        let source = import.src.value.as_str().unwrap_or_default();
        for specifier in &import.specifiers {
            let imported = match specifier {
                ImportSpecifier::Named(named) => match &named.imported {
                    Some(ModuleExportName::Ident(name)) => name.sym.to_string(),
                    Some(ModuleExportName::Str(_)) => continue,
                    None => named.local.sym.to_string(),
                },
                ImportSpecifier::Default(_) => "default".into(),
                ImportSpecifier::Namespace(_) => continue,
            };
            let reader = match (source, imported.as_str()) {
                ("micro", "buffer") | ("raw-body", "default") => RawBody::Buffer,
                ("micro", "text") => RawBody::Text,
                _ => continue,
            };
            readers.insert(specifier.local().to_id(), reader);
        }
    }
    readers.extend(
        module_functions(module).into_iter().filter_map(|(name, function)| Some((name, own_reader(function)?))),
    );
    readers
}

/// Whether `function` is the well-known loop, and nothing else.
pub fn own_reader(function: Function<'_>) -> Option<RawBody> {
    let [parameter] = function.params()[..] else { return None };
    let readable = pat_ident(parameter)?.to_id();
    let [Stmt::Decl(_), Stmt::ForOf(each), Stmt::Return(result)] = &function.block()?.stmts[..] else { return None };
    if !function.is_async() || !each.is_await || !is_ident(&each.right, &readable) {
        return None;
    }
    let collected = concat(result.arg.as_deref()?)?;
    let mut mentions = crate::syntax::references(&*each.body);
    let pushes = mentions.remove(&collected).is_some();
    (pushes && !mentions.contains_key(&readable)).then(|| match bare(result.arg.as_deref().unwrap_or(&each.right)) {
        Expr::Call(call) if is_to_string(call) => RawBody::Text,
        _ => RawBody::Buffer,
    })
}

/// The `chunks` of `Buffer.concat(chunks)`, with or without `.toString()` behind it.
fn concat(expr: &Expr) -> Option<Id> {
    let Expr::Call(call) = bare(expr) else { return None };
    let Callee::Expr(callee) = &call.callee else { return None };
    let Expr::Member(member) = bare(callee) else { return None };
    if is_to_string(call) {
        return concat(&member.obj);
    }
    let is_concat = matches!(bare(&member.obj), Expr::Ident(name) if &*name.sym == "Buffer")
        && member_name(member).as_deref() == Some("concat");
    match call.args.as_slice() {
        [chunks] if is_concat => crate::syntax::ident(&chunks.expr).map(crate::syntax::ast::Ident::to_id),
        _ => None,
    }
}

/// `x.toString()` or `x.toString('utf8')`.
fn is_to_string(call: &crate::syntax::ast::CallExpr) -> bool {
    let Callee::Expr(callee) = &call.callee else { return false };
    let Expr::Member(member) = bare(callee) else { return false };
    let utf8 = call
        .args
        .iter()
        .all(|arg| crate::syntax::literal_str(&arg.expr).is_some_and(|name| matches!(name.as_str(), "utf8" | "utf-8")));
    member_name(member).as_deref() == Some("toString") && utf8
}
