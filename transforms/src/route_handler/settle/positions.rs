//! Where a send stands in a function that is called back. What settles the promise gives nothing, so that nobody may look
//! at its value there; and who waits for an answer that is a promise itself still has to.
//!
//! ```ts
//! trace('list', async () => {                       trace('list', async () => {
//!   await list(req, res);                      →      resolve(await list(req));
//!   console.log('done');                              console.log('done');
//! });                                               });
//! ```

use crate::pages_api::operand;
use crate::syntax::ast::{
    ArrowExpr, ArrowFunctionBody, BinaryOp, Expr, ExprStmt, Function as FunctionNode, ReturnStmt, UnaryOp,
};
use crate::syntax::{Function, Span, Visit, VisitWith, bare, span_of};

/// The place of a send whose value nobody looks at inside of the function around it.
#[derive(Clone, Copy, Debug)]
pub struct Position {
    /// The innermost function around it is async.
    pub in_async: bool,
    /// Who calls that function is given the value.
    pub given: bool,
    /// Where that function begins, if it is an arrow function that is nothing but the send.
    pub arrow: Option<usize>,
}

/// The position of the send at `span` inside `function`; `None` where something is done with its value.
pub fn position(function: Function<'_>, span: Span) -> Option<Position> {
    let mut search = Search { span, in_async: function.is_async(), found: None };
    function.block().iter().for_each(|block| block.visit_with(&mut search));
    function.expression().iter().for_each(|value| value.visit_with(&mut search));
    search.found
}

struct Search {
    span: Span,
    in_async: bool,
    found: Option<Position>,
}

impl Search {
    fn note(&mut self, value: &Expr, given: bool, arrow: Option<usize>) {
        if let Some(own) = left(value, self.span) {
            self.found = Some(Position { in_async: self.in_async, given: given && own, arrow });
        }
    }

    fn inside(&mut self, is_async: bool, visit: impl FnOnce(&mut Search)) {
        let outer = std::mem::replace(&mut self.in_async, is_async);
        visit(self);
        self.in_async = outer;
    }
}

impl Visit for Search {
    fn visit_expr_stmt(&mut self, statement: &ExprStmt) {
        self.note(&statement.expr, false, None);
        statement.visit_children_with(self);
    }

    fn visit_return_stmt(&mut self, statement: &ReturnStmt) {
        statement.arg.iter().for_each(|value| self.note(value, true, None));
        statement.visit_children_with(self);
    }

    fn visit_function(&mut self, function: &FunctionNode) {
        self.inside(function.is_async, |search| function.visit_children_with(search));
    }

    fn visit_arrow_expr(&mut self, arrow: &ArrowExpr) {
        self.inside(arrow.is_async, |search| {
            if let ArrowFunctionBody::Expr(value) = &*arrow.body {
                let only = span_of(operand(value)) == search.span;
                search.note(value, true, only.then(|| span_of(arrow).start));
            }
            arrow.visit_children_with(search);
        });
    }
}

/// Whether `value` is that of the expression at `span`; `None` if something else is done with it than to choose it.
fn left(value: &Expr, span: Span) -> Option<bool> {
    match bare(value) {
        own if span_of(own) == span => Some(true),
        Expr::Await(own) => left(&own.arg, span),
        Expr::Unary(own) if own.op == UnaryOp::Void => left(&own.arg, span).map(|_| false),
        Expr::Cond(choice) => left(&choice.cons, span).or_else(|| left(&choice.alt, span)),
        Expr::Bin(both) if is_choice(both.op) => left(&both.right, span),
        _ => None,
    }
}

fn is_choice(operator: BinaryOp) -> bool {
    matches!(operator, BinaryOp::LogicalAnd | BinaryOp::LogicalOr | BinaryOp::NullishCoalescing)
}
