//! Whether code does something when it is evaluated, and not only makes a value.

use swc_core::ecma::ast::{
    ArrowExpr, CallExpr, Callee, Constructor, Decorator, Expr, Function, NewExpr, OptChainBase, UnaryOp,
};
use swc_core::ecma::visit::{Visit, VisitWith};

use super::{bare, ident};

/// Whether evaluating `node` does something, such as a call; what functions in it do does not count.
pub fn calls_something<N: VisitWith<Calls>>(node: &N) -> bool {
    let mut calls = Calls(false);
    node.visit_with(&mut calls);
    calls.0
}

/// The visitor behind [`calls_something`].
pub struct Calls(bool);

/// Classes of the language whose objects only hold what they are given.
const QUIET: [&str; 8] = ["Date", "Error", "Map", "RegExp", "Set", "URL", "WeakMap", "WeakSet"];

/// Functions of the language that only make a plain value of another.
const CONVERSIONS: [&str; 5] = ["Boolean", "Number", "String", "parseFloat", "parseInt"];

impl Visit for Calls {
    fn visit_expr(&mut self, expr: &Expr) {
        self.0 |= match expr {
            Expr::Call(call) => !is_conversion(call),
            Expr::TaggedTpl(_) | Expr::Await(_) | Expr::Yield(_) | Expr::Assign(_) | Expr::Update(_) => true,
            Expr::New(new) => !is_quiet(new),
            Expr::OptChain(chain) => matches!(&*chain.base, OptChainBase::Call(_)),
            Expr::Unary(unary) => unary.op == UnaryOp::Delete,
            _ => false,
        };
        expr.visit_children_with(self);
    }
    fn visit_decorator(&mut self, _: &Decorator) {
        self.0 = true;
    }
    fn visit_function(&mut self, _: &Function) {}
    fn visit_arrow_expr(&mut self, _: &ArrowExpr) {}
    fn visit_constructor(&mut self, _: &Constructor) {}
}

/// `Number(value)` and the like.
fn is_conversion(call: &CallExpr) -> bool {
    let Callee::Expr(callee) = &call.callee else { return false };
    ident(callee).is_some_and(|name| CONVERSIONS.contains(&&*name.sym))
}

fn is_quiet(new: &NewExpr) -> bool {
    ident(bare(&new.callee)).is_some_and(|name| QUIET.contains(&&*name.sym))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::Module;

    fn calls(text: &str) -> bool {
        calls_something(&Module::parse("a.ts", text.into()).unwrap().ast)
    }

    #[test]
    fn every_kind_of_call_counts() {
        for text in [
            "const a = { b: c() }",
            "const a = b?.()",
            "const a = b?.c?.()",
            "const a = b`c`",
            "const a = await b",
            "const a = new B(c)",
            "const a = new Map(b())",
            "const a = import('b')",
            "const a = (b = c)",
            "const a = b++",
            "const a = delete b.c",
            "class A { static b = c() }",
            "class A { static { b() } }",
            "@b class A {}",
        ] {
            assert!(calls(text), "{text}");
        }
    }

    #[test]
    fn functions_are_not_run() {
        for text in [
            "const a = () => b()",
            "function a() { b() }",
            "class A { b() { c() } }",
            "const a = new Map([[b, c]])",
            "const a = b?.c ?? -d",
        ] {
            assert!(!calls(text), "{text}");
        }
    }
}
