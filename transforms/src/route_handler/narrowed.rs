//! Headers that a check has shown to be there:
//!
//! ```ts
//! if (!req.headers.authorization) return res.status(401).end();
//! verify(req.headers.authorization);      // verify(req.headers.get('authorization')!)
//! ```
//!
//! TypeScript knows that for `req.headers.authorization`, and does not for a call that gives it.

use super::checks::Checks;
use crate::pages_api::{Part, RequestUse};
use crate::syntax::ast::{BinaryOp, Expr, Stmt, UnaryOp};
use crate::syntax::{Span, bare, literal_str, span_of};

/// Where which header is certainly there.
pub struct Narrowed<'r> {
    there: Vec<(&'r str, Span)>,
}

impl<'r> Narrowed<'r> {
    /// What the checks among `statements` say about `reads`.
    pub fn of(statements: &[Stmt], reads: &'r [RequestUse]) -> Narrowed<'r> {
        let mut there = Vec::new();
        Checks::of_statements(statements, &mut |test, truth, range| {
            let Some(span) = certain(test, truth).map(span_of) else { return };
            let read = reads.iter().find(|read| read.span == span);
            if let Some(RequestUse { part: Part::Header(name), .. }) = read {
                there.push((name.as_str(), range));
            }
        });
        Narrowed { there }
    }

    /// Whether the header is certainly there where it is read. Inner functions may run before the check.
    pub fn is_there(&self, name: &str, read: &RequestUse) -> bool {
        !read.nested && self.there.iter().any(|(header, range)| *header == name && range.contains(read.span))
    }
}

/// What is certainly there if `test` came out as `truth`.
fn certain(test: &Expr, truth: bool) -> Option<&Expr> {
    let Expr::Bin(bin) = test else { return truth.then_some(test) };
    // `typeof req.headers.authorization === 'string'`
    let equal = if truth { BinaryOp::EqEqEq } else { BinaryOp::NotEqEq };
    let Expr::Unary(kind) = bare(&bin.left) else { return None };
    let is_text = bin.op == equal && kind.op == UnaryOp::TypeOf && literal_str(&bin.right).as_deref() == Some("string");
    is_text.then(|| bare(&kind.arg))
}
