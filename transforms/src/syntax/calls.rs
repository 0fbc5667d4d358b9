//! Whether code does something when it is evaluated: a call, and not only the making of a value.

use swc_core::ecma::ast::{ArrowExpr, AwaitExpr, CallExpr, Constructor, Function, TaggedTpl};
use swc_core::ecma::visit::{Visit, VisitWith};

/// Whether evaluating `node` calls something; what functions in it call does not count.
pub fn calls_something<N: VisitWith<Calls>>(node: &N) -> bool {
    let mut calls = Calls(false);
    node.visit_with(&mut calls);
    calls.0
}

/// The visitor behind [`calls_something`].
pub struct Calls(bool);

impl Visit for Calls {
    fn visit_call_expr(&mut self, _: &CallExpr) {
        self.0 = true;
    }
    fn visit_tagged_tpl(&mut self, _: &TaggedTpl) {
        self.0 = true;
    }
    fn visit_await_expr(&mut self, _: &AwaitExpr) {
        self.0 = true;
    }
    fn visit_function(&mut self, _: &Function) {}
    fn visit_arrow_expr(&mut self, _: &ArrowExpr) {}
    fn visit_constructor(&mut self, _: &Constructor) {}
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::Module;

    #[test]
    fn functions_are_not_run() {
        let calls = |text: &str| calls_something(&Module::parse("a.ts", text.into()).unwrap().ast);
        for text in ["const a = { b: c() }", "const a = b`c`", "const a = await b", "class A { static b = c() }"] {
            assert!(calls(text), "{text}");
        }
        for text in ["const a = () => b()", "function a() { b() }", "const a = new B(c)", "class A { b() { c() } }"] {
            assert!(!calls(text), "{text}");
        }
    }
}
