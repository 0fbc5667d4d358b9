//! Calls that run a function and give back what it gives: functions of packages, and methods of what packages make.
//!
//! ```ts
//! const tenant = new AsyncLocalStorage();
//! return tenant.run(id, async () => {
//!   res.json(await orders());
//! });
//! ```

use std::collections::HashMap;

use super::continuations::root_of;
use super::wrapped::constant;
use crate::libraries::{Versions, runs, runs_by_method};
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
        // Functions behind it would be its arguments.
        let at = call.args.iter().position(|arg| function_of(&arg.expr).is_some())?;
        let last = at + 1 == call.args.len() && call.args.iter().all(|arg| arg.spread.is_none());
        let callee = call.callee.as_expr().filter(|_| last)?;
        let of_package =
            imported_path(callee, self.imports).is_some_and(|(specifier, path)| runs(&specifier, &path, self.versions));
        (of_package || self.is_method(callee)).then_some(at)
    }

    /// Whether `callee` is a known method of what a package made, here or in a constant.
    fn is_method(&self, callee: &Expr) -> bool {
        let Expr::Member(member) = bare(callee) else { return false };
        let Some(method) = member_name(member) else { return false };
        let fits = |object: &Expr, imports: &HashMap<Id, Import>| {
            let made = maker(object).and_then(|maker| imported_path(maker, imports));
            made.is_some_and(|(specifier, maker)| runs_by_method(&specifier, &maker, &method))
        };
        let Some(name) = ident(&member.obj) else { return fits(&member.obj, self.imports) };
        match self.imports.get(&name.to_id()) {
            None => constant(self.module, &name.to_id()).is_some_and(|value| fits(value, self.imports)),
            Some(import) => (self.binding)(import).is_some_and(|(module, name)| {
                constant(module, &name).is_some_and(|value| fits(value, &imports(module)))
            }),
        }
    }
}

/// What makes the value of `new Mutex()` or `getTracer()`.
fn maker(value: &Expr) -> Option<&Expr> {
    match bare(value) {
        Expr::New(new) => Some(&new.callee),
        Expr::Call(call) => call.callee.as_expr().map(|callee| &**callee),
        _ => None,
    }
}

/// The package that `callee` comes from, and what leads to it from there: `context.with`.
fn imported_path(callee: &Expr, imports: &HashMap<Id, Import>) -> Option<(String, String)> {
    let import = imports.get(&root_of(callee)?.to_id())?;
    let mut path = match &import.name {
        Imported::Name(name) if name != "default" => vec![name.clone()],
        _ => Vec::new(),
    };
    path.extend(members(callee)?);
    Some((import.specifier.clone(), path.join(".")))
}

/// `['context', 'with']` of `api.context.with`.
fn members(callee: &Expr) -> Option<Vec<String>> {
    match bare(callee) {
        Expr::Ident(_) => Some(Vec::new()),
        Expr::Member(member) => {
            let mut path = members(&member.obj)?;
            path.push(member_name(member)?);
            Some(path)
        }
        _ => None,
    }
}
