//! Functions that answer and are handed to a guard, which calls them back.
//!
//! ```ts
//! await requireUser(req, res, async (user) => {                // a function that answers, at position 2
//!   res.json(await ordersOf(user));
//! });
//!
//! async function requireUser(req, res, next) {                 // `next` is what it is called here
//!   const user = await userOf(req.headers.authorization);
//!   if (!user) return res.status(401).end();
//!   await next(user);                                          // a call of a carrier that answers
//! }
//! ```

use std::collections::BTreeSet;

use super::Reader;
use crate::pages_api::carrier::{Call, Role};
use crate::syntax::ast::{CallExpr, Expr, ExprOrSpread, OptChainBase};
use crate::syntax::{Span, VisitWith, bare, function_of, ident, member_name, span_of};

impl Reader<'_, '_> {
    /// Reads `call` as `next(…)` or `Promise.resolve(next(…))`; false if it is neither.
    pub(super) fn next(&mut self, call: &CallExpr) -> bool {
        let Some(callee) = call.callee.as_expr() else { return false };
        let span = span_of(call);
        match (resolved(callee), call.args.as_slice()) {
            (true, [only]) if only.spread.is_none() => match bare(&only.expr) {
                Expr::Call(inner) => {
                    inner.callee.as_expr().is_some_and(|callee| self.next_call(callee, &inner.args, span))
                }
                Expr::OptChain(chain) => match &*chain.base {
                    OptChainBase::Call(inner) => self.next_call(&inner.callee, &inner.args, span),
                    OptChainBase::Member(_) => false,
                },
                _ => false,
            },
            _ => self.next_call(callee, &call.args, span),
        }
    }

    /// Records a call of a parameter that answers, with `span` standing for its answer; false if it is none.
    pub(super) fn next_call(&mut self, callee: &Expr, args: &[ExprOrSpread], span: Span) -> bool {
        let Some(callee) = ident(callee).map(|name| name.to_id()).filter(|id| self.carrier.nexts.contains(id)) else {
            return false;
        };
        let given = args.iter().map(|arg| (span_of(arg), None)).collect();
        let (held, answering, nested) = (Vec::new(), BTreeSet::new(), self.depth > 0);
        self.carrier.calls.push(Call { span, callee, args: given, held, answering, nested });
        args.iter().for_each(|arg| arg.visit_with(self));
        true
    }

    /// Finds out which arguments of `call`, which was read just now, are functions that answer. Those of a call that
    /// nobody waits for come too late.
    pub(super) fn answering(&mut self, call: &CallExpr) {
        let span = span_of(call);
        let Some(own) = self.carrier.calls.iter().position(|known| known.span == span) else { return };
        if self.marks.dropped.contains(&span) || self.carrier.continuations.contains(&self.carrier.calls[own].callee) {
            return;
        }
        let functions = call.args.iter().enumerate().filter(|(_, arg)| function_of(&arg.expr).is_some());
        let answering: BTreeSet<usize> =
            functions.filter(|(_, arg)| self.answers_inside(span_of(*arg))).map(|(at, _)| at).collect();
        self.carrier.calls[own].answering = answering;
    }

    /// Whether something at `place` sends, or is handed the response and may send.
    fn answers_inside(&self, place: Span) -> bool {
        let hands_on = |call: &Call| {
            call.args.iter().any(|(_, role)| *role == Some(Role::Res))
                || call.held.iter().any(|(_, property)| property.role == Role::Res)
                || self.carrier.nexts.contains(&call.callee)
        };
        self.carrier.writes.iter().any(|write| write.payload.is_some() && place.contains(write.span))
            || self.carrier.calls.iter().any(|call| place.contains(call.span) && hands_on(call))
    }
}

/// `Promise.resolve`.
fn resolved(callee: &Expr) -> bool {
    match bare(callee) {
        Expr::Member(member) => {
            ident(&member.obj).is_some_and(|name| &*name.sym == "Promise")
                && member_name(member).as_deref() == Some("resolve")
        }
        _ => false,
    }
}
