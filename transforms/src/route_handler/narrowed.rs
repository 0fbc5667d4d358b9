//! Headers and cookies that a check has shown to be there:
//!
//! ```ts
//! if (!req.headers.authorization) return res.status(401).end();
//! verify(req.headers.authorization);      // verify(req.headers.get('authorization')!)
//! if (req.cookies.sid !== undefined) list.push(req.cookies.sid);
//!                                         // list.push(req.cookies.get('sid')!.value)
//! ```
//!
//! TypeScript knows that for `req.headers.authorization`, and does not for a call that gives it.

use super::checks::Checks;
use crate::pages_api::{Part, RequestUse};
use crate::syntax::ast::{BinaryOp, Expr, Lit, Stmt, UnaryOp};
use crate::syntax::{Span, bare, ident, literal_str, span_of};

/// Where which header or cookie is certainly there.
pub struct Narrowed<'r> {
    there: Vec<(&'r Part, Span)>,
}

impl<'r> Narrowed<'r> {
    /// What the checks among `statements` say about `reads`.
    pub fn of(statements: &[Stmt], reads: &'r [RequestUse]) -> Narrowed<'r> {
        let mut there = Vec::new();
        Checks::of_statements(statements, &mut |test, truth, range| {
            let Some(span) = certain(test, truth).map(span_of) else { return };
            let read = reads.iter().find(|read| read.span == span);
            if let Some(RequestUse { part: part @ (Part::Header(_) | Part::Cookie(_) | Part::CookieAt(..)), .. }) = read
            {
                there.push((part, range));
            }
        });
        Narrowed { there }
    }

    /// Whether what is read is certainly there; names of cookies are taken for constants. Inner functions may run before the check.
    pub fn is_there(&self, read: &RequestUse) -> bool {
        !read.nested && self.there.iter().any(|(part, range)| is_same(part, &read.part) && range.contains(read.span))
    }
}

/// Whether both read the same.
fn is_same(one: &Part, other: &Part) -> bool {
    match (one, other) {
        (Part::CookieAt(_, one), Part::CookieAt(_, other)) => {
            ident(one).is_some_and(|one| ident(other).is_some_and(|other| one.to_id() == other.to_id()))
        }
        _ => one == other,
    }
}

/// What is certainly there if `test` came out as `truth`.
fn certain(test: &Expr, truth: bool) -> Option<&Expr> {
    let Expr::Bin(bin) = test else { return truth.then_some(test) };
    let (loosely, strictly) =
        if truth { (BinaryOp::NotEq, BinaryOp::NotEqEq) } else { (BinaryOp::EqEq, BinaryOp::EqEqEq) };
    // `req.cookies.sid !== undefined`, `req.headers.origin != null`
    let undefined = ident(&bin.right).is_some_and(|name| &*name.sym == "undefined");
    let null = matches!(bare(&bin.right), Expr::Lit(Lit::Null(_)));
    if (undefined && bin.op == strictly) || ((undefined || null) && bin.op == loosely) {
        return Some(bare(&bin.left));
    }
    // `typeof req.headers.authorization === 'string'`
    let equal = if truth { BinaryOp::EqEqEq } else { BinaryOp::NotEqEq };
    let Expr::Unary(kind) = bare(&bin.left) else { return None };
    let is_text = bin.op == equal && kind.op == UnaryOp::TypeOf && literal_str(&bin.right).as_deref() == Some("string");
    is_text.then(|| bare(&kind.arg))
}
