//! Whether a module may fail when it is loaded. Actions of one file fail together then, and Route Handlers each for
//! itself, so that such a module gets a file of its own.
//!
//! ```ts
//! const resend = new Resend(process.env.RESEND_API_KEY);   // throws without the key
//! ```

use std::collections::HashMap;

use crate::decide::makes_values;
use crate::project::{Import, all_imports};
use crate::syntax::ast::{ArrowExpr, CallExpr, Callee, ExportDecl, Expr, Function as AstFunction, Id, NewExpr};
use crate::syntax::{Module, Visit, VisitWith, bare};

/// Objects and functions of the language that do not throw where they are given what the types say.
const GLOBALS: [&str; 14] = [
    "Array", "BigInt", "Boolean", "Date", "Intl", "Map", "Math", "Number", "Object", "RegExp", "Set", "String",
    "Symbol", "WeakMap",
];

/// Whether loading a file of actions itself calls anything that may throw. What it imports does not count.
pub fn may_fail(module: &Module) -> bool {
    let mut loading = Loading { module, imports: all_imports(module), fails: false };
    module.ast.visit_with(&mut loading);
    loading.fails
}

struct Loading<'m> {
    module: &'m Module,
    imports: HashMap<Id, Import>,
    fails: bool,
}

impl Loading<'_> {
    /// Whether what is called makes a value and nothing else: `z` of `z.object({ … }).strict`.
    fn is_harmless(&self, callee: &Expr) -> bool {
        match bare(callee) {
            Expr::Member(member) => self.is_harmless(&member.obj),
            Expr::Call(call) => call.callee.as_expr().is_some_and(|callee| self.is_harmless(callee)),
            // A text, a list or a pattern of the language.
            Expr::Lit(_) | Expr::Tpl(_) | Expr::Array(_) | Expr::New(_) => true,
            Expr::Ident(name) => match self.imports.get(&name.to_id()) {
                Some(import) => makes_values(&import.specifier),
                None => self.module.free_names().contains(&*name.sym) && GLOBALS.contains(&&*name.sym),
            },
            _ => false,
        }
    }
}

impl Visit for Loading<'_> {
    // What a file of actions exports are actions: `export const save = withUser(async (body) => …)`.
    fn visit_export_decl(&mut self, _: &ExportDecl) {}

    fn visit_call_expr(&mut self, call: &CallExpr) {
        self.fails |= match &call.callee {
            Callee::Expr(callee) => !self.is_harmless(callee),
            _ => true,
        };
        call.visit_children_with(self);
    }

    fn visit_new_expr(&mut self, new: &NewExpr) {
        self.fails |= !self.is_harmless(&new.callee);
        new.visit_children_with(self);
    }

    // What functions do is done later.
    fn visit_function(&mut self, _: &AstFunction) {}

    fn visit_arrow_expr(&mut self, _: &ArrowExpr) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, fails: bool) {
        let module = Module::parse("a.ts", text.into()).expect("the code parses");
        assert_eq!(may_fail(&module), fails, "{text}");
    }

    #[test]
    fn clients_may_fail_and_values_do_not() {
        check("import { Resend } from 'resend'; const mail = new Resend(process.env.KEY);", true);
        check("import { connect } from './db'; const db = connect();", true);
        check("import Stripe from 'stripe'; export const make = () => new Stripe(process.env.KEY);", false);
        check("import { z } from 'zod'; const schema = z.object({ id: z.string().min(1) });", false);
        check("const seen = new Map<string, number>(); const names = ['a'].map((name) => name.trim());", false);
        check(
            "const limit = Number(process.env.LIMIT); const pattern = new RegExp('a'); const all = [1].join();",
            false,
        );
        check("const key = read(process.env.KEY);", true);
    }
}
