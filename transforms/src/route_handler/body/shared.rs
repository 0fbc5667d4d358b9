//! Headers that are set in one function and go with a response that another one makes.
//!
//! ```ts
//! res.setHeader('X-Trace', id);                  headers.set('X-Trace', id);
//! return fail(error, res);                  →    return withHeaders(fail(error), headers);
//! ```
//!
//! The other way round, a helper that sets headers for its caller is given the `Headers` to put them in.

use super::Builder;
use super::collected::Collected;
use crate::pages_api::Call;
use crate::rewrite::{Edit, Piece};
use crate::route_handler::compat::Helper;
use crate::route_handler::lists::Lists;
use crate::route_handler::needs::{Needs, index_of};
use crate::syntax::Span;

impl Builder<'_, '_, '_> {
    /// The calls of helpers that put headers on the response.
    pub(super) fn setters(&self) -> Vec<Span> {
        let sets = |call: &&Call| self.callee_needs(call).is_some_and(|needs| needs.effect.headers);
        self.carrier.calls.iter().filter(sets).map(|call| call.span).collect()
    }

    /// Whether `headers` can hold something when code at `place` runs.
    pub(super) fn has_headers(&self, plan: &Collected, place: Span) -> bool {
        let before = |write: &Span| match self.is_nested(*write) {
            _ if self.carrier.streams(place, *write) => true,
            true => self.lists.can_precede_inside(*write, place),
            false => self.lists.can_precede(*write, place),
        };
        self.needs.effect.headers || plan.headers.iter().any(before)
    }

    fn is_nested(&self, write: Span) -> bool {
        let writes = self.carrier.writes.iter().map(|write| (write.span, write.nested));
        let calls = self.carrier.calls.iter().map(|call| (call.span, call.nested));
        writes.chain(calls).any(|(span, nested)| nested && span == write)
    }

    /// Finds the calls whose responses have to be given the headers that were set before.
    pub(super) fn share(&mut self, plan: &Collected) -> Vec<Span> {
        let carrier = self.carrier;
        for call in &carrier.calls {
            let Some(needs) = self.callee_needs(call) else { continue };
            if needs.effect.leaves_status {
                let message = "this helper sets the status of a response that is sent elsewhere";
                let help = "return the status from the helper and set it where the response is sent";
                self.refuse("headers-shared", call.span, message, help);
            }
            if !needs.effect.sends {
                continue;
            }
            let status = plan.statuses.iter().any(|write| self.lists.can_precede(*write, call.span));
            if status && !needs.effect.own_status {
                let message = "the status set before this call goes with the response that the helper sends";
                self.refuse("headers-shared", call.span, message, "pass the status to the helper");
            } else if self.has_headers(plan, call.span) && !needs.effect.headers {
                self.shared.insert(call.span);
            }
        }
        self.shared.iter().copied().collect()
    }

    /// `expression`, which is the call or awaits it, as the response to return.
    pub(super) fn with_headers(&mut self, call: &Call, needs: &Needs, expression: Span) -> Vec<Piece> {
        let awaits = self.text_of(expression).starts_with("await");
        self.headed(call, needs, awaits, vec![Piece::Source(expression)])
    }

    /// The same for an answer that is written as `value`, which `awaits` or not.
    pub(super) fn headed(&mut self, call: &Call, needs: &Needs, awaits: bool, value: Vec<Piece>) -> Vec<Piece> {
        if !self.shared.contains(&call.span) {
            return value;
        }
        let own = index_of(self.cx.carriers, call);
        let was_async = own.is_some_and(|at| self.cx.carriers.list[at].is_async());
        let becomes_async = self.becomes_async(needs);
        let settled = needs.effect.settled && !was_async && !becomes_async;
        let mut pieces = vec![Piece::Text(format!("{}(", self.cx.names.helper(Helper::WithHeaders)))];
        if !awaits && !settled && self.waits_inside(call.span) {
            pieces.push(Piece::Text("await ".into()));
        } else if !awaits && !settled {
            // Awaiting what was only returned would let a `catch` around it see its errors.
            if self.carrier.routed.is_some() && !self.lists.in_try(call.span) {
                // Routers wait for what their functions give.
                self.out.awaits_at.push(call.span);
            } else if self.lists.in_try(call.span) || !self.carrier.function.is_async() {
                let message = "headers set before this call go with the response that the helper sends later";
                self.refuse("headers-shared", call.span, message, "await the helper here");
            }
            pieces.push(Piece::Text("await ".into()));
        }
        pieces.extend(value);
        pieces.push(Piece::Text(format!(", {})", self.cx.names.headers)));
        self.out.helpers.push((Helper::WithHeaders, call.span));
        pieces
    }

    /// Whether the call stands in a function whose value a promise waits for, so that it can be awaited there. Makes that
    /// function async.
    fn waits_inside(&mut self, call: Span) -> bool {
        let around = self.answers.functions.iter().filter(|function| function.span().contains(call));
        let Some(function) = around.min_by_key(|function| function.span().end - function.span().start).copied() else {
            return false;
        };
        // A `try` inside it would see what fails now.
        let in_try = function.block().is_some_and(|block| Lists::of(&block.stmts).in_try(call));
        let waits = self.answers.waited.contains(&function.span()) && !in_try;
        if waits && !function.is_async() {
            let edit = Edit::insert(function.span().start, "async ");
            if !self.out.edits.contains(&edit) {
                self.out.edits.push(edit);
            }
        }
        waits
    }

    /// The call with the `await` right before it.
    pub(super) fn awaited(&self, call: Span) -> Span {
        let before = self.cx.module.text[..call.start].trim_end();
        match before.strip_suffix("await") {
            Some(rest) if !rest.ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == '$' || c == '.') => {
                Span::new(rest.len(), call.end)
            }
            _ => call,
        }
    }
}
