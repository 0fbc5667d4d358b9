//! Calls that run a function and give back what it gives; which ones do is known of packages, and of the
//! `AsyncLocalStorage` of Node.
//!
//! ```ts
//! const tenant = new AsyncLocalStorage();
//! return tenant.run(id, async () => {
//!   res.json(await orders());
//! });
//! ```

use std::collections::HashMap;

use super::wrap::{constant, root_of};
use crate::libraries::{Versions, runs, runs_by_name};
use crate::project::{Import, Imported, imports};
use crate::syntax::ast::{CallExpr, Expr, Id};
use crate::syntax::{Module, bare, function_of, ident, member_name};

/// Finds such calls in one module.
pub struct Runners<'c, 'a> {
    /// The module.
    pub module: &'a Module,
    /// What it imports.
    pub imports: &'c HashMap<Id, Import>,
    /// The module that declares an imported name, and its name there.
    pub binding: &'c dyn Fn(&Import) -> Option<(&'a Module, Id)>,
    /// The versions of packages.
    pub versions: &'c Versions<'c>,
}

impl Runners<'_, '_> {
    /// The position of the function that `call` runs, if it gives back what that gives.
    pub fn position(&self, call: &CallExpr) -> Option<usize> {
        let at = call.args.len().checked_sub(1)?;
        function_of(&call.args[at].expr).filter(|_| call.args.iter().all(|arg| arg.spread.is_none()))?;
        let callee = call.callee.as_expr()?;
        let path = path(callee)?;
        let method = path.last().filter(|_| path.len() > 1);
        if method.is_some_and(|method| runs_by_name(method)) {
            return Some(at);
        }
        let root = root_of(callee)?.to_id();
        let import = self.imports.get(&root);
        let of_package = import.is_some_and(|import| {
            let own = match &import.name {
                Imported::Name(name) if name != "default" => vec![name.clone()],
                _ => Vec::new(),
            };
            let path: Vec<String> = own.into_iter().chain(path[1..].iter().cloned()).collect();
            runs(&import.specifier, &path.join("."), self.versions)
        });
        let stores = at == 1 && path.len() == 2 && path[1] == "run" && self.is_storage(&root, import);
        (of_package || stores).then_some(at)
    }

    /// Whether the name stands for a constant that is `new AsyncLocalStorage()`.
    fn is_storage(&self, name: &Id, import: Option<&Import>) -> bool {
        match import {
            None => makes_storage(self.module, name),
            Some(import) => (self.binding)(import).is_some_and(|(module, name)| makes_storage(module, &name)),
        }
    }
}

fn makes_storage(module: &Module, name: &Id) -> bool {
    let Some(Expr::New(new)) = constant(module, name).map(bare) else { return false };
    let class = ident(&new.callee).and_then(|class| imports(module).remove(&class.to_id()));
    class.is_some_and(|class| {
        let of_node = matches!(class.specifier.as_str(), "async_hooks" | "node:async_hooks");
        of_node && class.name == Imported::Name("AsyncLocalStorage".into())
    })
}

/// `['api', 'context', 'with']` of `api.context.with`.
fn path(callee: &Expr) -> Option<Vec<String>> {
    match bare(callee) {
        Expr::Ident(name) => Some(vec![name.sym.to_string()]),
        Expr::Member(member) => {
            let mut path = path(&member.obj).or_else(|| Some(vec![String::new()]))?;
            path.push(member_name(member)?);
            Some(path)
        }
        _ => None,
    }
}
