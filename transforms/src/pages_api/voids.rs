//! `return void res.json(user);`: what is sent is a value that is not wanted in a Pages API route, and the response in
//! a Route Handler.

use super::flow::operand;
use crate::syntax::ast::{Class, UnaryExpr, UnaryOp};
use crate::syntax::{Function, Span, Visit, VisitWith, span_of};

/// The `void`s in `function`, those of functions inside it included: each from the word up to its operand, with that
/// operand, `await` and further `void`s taken off.
pub fn voids(function: Function<'_>) -> Vec<(Span, Span)> {
    let mut search = Voids(Vec::new());
    if let Some(block) = function.block() {
        block.visit_with(&mut search);
    }
    if let Some(expression) = function.expression() {
        expression.visit_with(&mut search);
    }
    search.0
}

struct Voids(Vec<(Span, Span)>);

impl Visit for Voids {
    fn visit_unary_expr(&mut self, unary: &UnaryExpr) {
        if unary.op == UnaryOp::Void {
            let word = Span::new(span_of(unary).start, span_of(&unary.arg).start);
            self.0.push((word, span_of(operand(&unary.arg))));
        }
        unary.visit_children_with(self);
    }
    fn visit_class(&mut self, _: &Class) {}
}
