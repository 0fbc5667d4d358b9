//! Statements that send if something holds, without an `if`:
//!
//! ```ts
//! item && res.json(item);                   →    if (item) return NextResponse.json(item);
//! item || res.status(404).end();            →    if (!item) return new NextResponse(null, { status: 404 });
//! ```

use super::flow::operand;
use crate::syntax::ast::{BinaryOp, Expr, UnaryOp};
use crate::syntax::{Span, bare, span_of};

/// One such statement.
#[derive(Clone, Copy, Debug)]
pub struct Short {
    /// What is asked for.
    pub test: Span,
    /// What stands before and behind the test in the `if`, apart from its parentheses.
    pub around: (&'static str, &'static str),
    /// What runs then, `await` and casts taken off.
    pub then: Span,
}

/// What `expression` is, if it is one as a statement.
pub fn short(expression: &Expr) -> Option<Short> {
    let Expr::Bin(bin) = bare(expression) else { return None };
    let then = span_of(operand(&bin.right));
    let test = |test: &Expr, around| Some(Short { test: span_of(inside(test)), around, then });
    match (bin.op, bare(&bin.left)) {
        (BinaryOp::LogicalAnd, _) => test(&bin.left, ("", "")),
        (BinaryOp::LogicalOr, Expr::Unary(unary)) if unary.op == UnaryOp::Bang => test(&unary.arg, ("", "")),
        (BinaryOp::LogicalOr, Expr::Ident(_) | Expr::Member(_) | Expr::Call(_) | Expr::OptChain(_)) => {
            test(&bin.left, ("!", ""))
        }
        (BinaryOp::LogicalOr, _) => test(&bin.left, ("!(", ")")),
        _ => None,
    }
}

/// The expression without the parentheses around it.
fn inside(expression: &Expr) -> &Expr {
    match expression {
        Expr::Paren(inner) => inside(&inner.expr),
        other => other,
    }
}
