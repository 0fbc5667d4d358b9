//! Everything that a function calls, in the order of its text.

use super::visit;
use crate::syntax::Function;
use crate::syntax::ast::{CallExpr, Callee, NewExpr, OptCall};
use crate::syntax::{Visit, VisitWith};

/// A call in a function.
pub(super) enum Called {
    /// `f(…)`, `api?.send(…)`.
    Function(CallExpr),
    /// `new Api(…)`.
    Class(NewExpr),
}

/// The calls in a function, and in those inside it.
pub(super) fn calls(function: Function<'_>) -> Vec<Called> {
    let mut calls = Calls(Vec::new());
    visit(function, &mut calls);
    calls.0
}

struct Calls(Vec<Called>);

impl Visit for Calls {
    fn visit_call_expr(&mut self, call: &CallExpr) {
        self.0.push(Called::Function(call.clone()));
        call.visit_children_with(self);
    }

    fn visit_opt_call(&mut self, call: &OptCall) {
        let OptCall { span, ctxt, callee, args, type_args } = call.clone();
        self.0.push(Called::Function(CallExpr { span, ctxt, callee: Callee::Expr(callee), args, type_args }));
        call.visit_children_with(self);
    }

    fn visit_new_expr(&mut self, new: &NewExpr) {
        self.0.push(Called::Class(new.clone()));
        new.visit_children_with(self);
    }
}
