//! Whether a module does something when it is loaded, and not only declares things: who imports it for nothing else than
//! that keeps its import.

use std::collections::BTreeSet;

use swc_core::ecma::ast::{Callee, Decl, DefaultDecl, Expr, Id, ModuleDecl, ModuleItem, Stmt};

use super::commonjs::assignment;
use super::{Function, Module, bare, calls_something, ident, member_name};

/// What loading a module does, besides declaring functions, classes, types and constants of plain values.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Acts {
    /// Something.
    pub certainly: bool,
    /// What these functions do, which give constants or exports their values.
    pub called: BTreeSet<Id>,
}

/// What loading `module` does; what the modules do that it loads does not count.
pub fn acts(module: &Module) -> Acts {
    let mut found = Acts::default();
    let certainly = module.ast.body.iter().any(|item| match item {
        ModuleItem::ModuleDecl(ModuleDecl::ExportDecl(export)) => found.declares_more(&export.decl),
        ModuleItem::ModuleDecl(ModuleDecl::ExportDefaultExpr(export)) => !found.is_plain(&export.expr),
        ModuleItem::ModuleDecl(ModuleDecl::TsExportAssignment(export)) => !found.is_plain(&export.expr),
        ModuleItem::ModuleDecl(ModuleDecl::ExportDefaultDecl(export)) => match &export.decl {
            DefaultDecl::Class(class) => calls_something(class),
            DefaultDecl::Fn(_) | DefaultDecl::TsInterfaceDecl(_) => false,
        },
        ModuleItem::ModuleDecl(_) => false,
        ModuleItem::Stmt(Stmt::Decl(declaration)) => found.declares_more(declaration),
        ModuleItem::Stmt(Stmt::Expr(statement)) => match assignment(module, item) {
            Some((_, value)) => !found.is_plain(value),
            // A directive.
            None => !matches!(&*statement.expr, Expr::Lit(_)),
        },
        ModuleItem::Stmt(statement) => !matches!(statement, Stmt::Empty(_)),
    });
    Acts { certainly, ..found }
}

/// Whether a call of `function` does nothing but to make a value, such as another function.
pub fn only_makes(function: Function<'_>) -> bool {
    let block = function.block().map(calls_something);
    !function.is_async()
        && !function.is_generator()
        && !block.or(function.expression().map(calls_something)).unwrap_or(true)
}

impl Acts {
    fn declares_more(&mut self, declaration: &Decl) -> bool {
        match declaration {
            Decl::Var(variable) => {
                variable.decls.iter().any(|own| own.init.as_deref().is_some_and(|init| !self.is_plain(init)))
            }
            Decl::Class(class) => calls_something(class),
            Decl::TsEnum(own) => calls_something(own),
            Decl::TsModule(own) => !own.declare,
            Decl::Using(_) => true,
            Decl::Fn(_) | Decl::TsInterface(_) | Decl::TsTypeAlias(_) => false,
        }
    }

    /// A value that is only made. What `require()` loads counts where it is.
    fn is_plain(&mut self, value: &Expr) -> bool {
        match bare(value) {
            Expr::Call(call) => {
                let Callee::Expr(callee) = &call.callee else { return false };
                let Some(name) = ident(callee) else {
                    return is_freeze(callee) && call.args.iter().all(|given| self.is_plain(&given.expr));
                };
                if &*name.sym != "require" && calls_something(value) {
                    self.called.insert(name.to_id());
                }
                call.args.iter().all(|given| self.is_plain(&given.expr))
            }
            Expr::Member(member) => self.is_plain(&member.obj) && !calls_something(&member.prop),
            other => !calls_something(other),
        }
    }
}

fn is_freeze(callee: &Expr) -> bool {
    let Expr::Member(member) = bare(callee) else { return false };
    ident(&member.obj).is_some_and(|object| &*object.sym == "Object")
        && member_name(member).as_deref() == Some("freeze")
}

#[cfg(test)]
mod tests {
    use super::acts;
    use crate::syntax::Module;

    fn all(texts: &[&str]) -> Vec<String> {
        let of = |text: &&str| {
            let found = acts(&Module::parse("a.ts", (*text).into()).unwrap());
            let called: Vec<&str> = found.called.iter().map(|(name, _)| &**name).collect();
            if found.certainly { "acts".to_owned() } else { called.join(" ") }
        };
        texts.iter().map(of).collect()
    }

    #[test]
    fn modules_that_only_declare() {
        let found = all(&[
            "'use strict'; import { a } from './a'; export * from './b'; export default function f() { g() }",
            "type A = 1; interface B {} enum C { One = 1 } declare namespace D {} export const e = { f: [1, `g`] };",
            "export class E extends Error { static code = 1; constructor() { super(); log() } m() { log() } }",
            "const a = require('./a'), { b } = require('./b').c; module.exports = { a, b: () => b() }; exports.d = a;",
            "const seen = new Map(); const on = process.env.ON === '1'; const kinds = Object.freeze({ a: 1 } as const);",
        ]);
        assert_eq!(found, [""; 5]);
    }

    #[test]
    fn modules_that_do_something() {
        let found = all(&[
            "register();",
            "globalThis.x = 1;",
            "if (!process.env.KEY) throw new Error('KEY');",
            "class A { static { register(A) } }",
            "const a = new Pool();",
            "namespace A { register() }",
            "await ready;",
            "const a = require('./a')();",
            "export const a = { b: load() };",
            "export const a = load.it();",
        ]);
        assert_eq!(found, ["acts"; 10]);
    }

    #[test]
    fn values_that_functions_make() {
        let found =
            all(&["export const db = connect(); export default wait(cors({}));", "module.exports = connect();"]);
        assert_eq!(found, ["connect cors wait", "connect"]);
    }
}
