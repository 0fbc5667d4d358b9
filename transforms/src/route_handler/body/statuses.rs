//! `res.statusCode` in a wrapper that asks for it behind its handler: what the handler gives has that status.
//!
//! ```ts
//! await handler(req, res);                         const response = await handler(req, { params });
//! log({ status: res.statusCode });           →     log({ status: response.status });
//!                                                  return response;
//! ```

use super::Builder;
use crate::rewrite::Piece;
use crate::syntax::Span;

impl Builder<'_, '_, '_> {
    /// The questions among the `work` behind `send`, whose response is called `name`. Who does not wait for the handler
    /// asks too early.
    pub(super) fn statuses(&mut self, send: Span, work: &[Span], name: &str) {
        let handler = self.carrier.calls.iter().find(|call| call.span == send);
        let given = handler.is_some_and(|call| self.carrier.continuations.contains(&call.callee));
        if !given || self.awaited(send) == send {
            return;
        }
        for status in self.carrier.statuses.iter().filter(|status| work.iter().any(|work| work.contains(**status))) {
            self.edit(*status, vec![Piece::Text(format!("{name}.status"))]);
        }
    }

    /// Refuses the questions for which no response is at hand.
    pub(super) fn other_statuses(&mut self) {
        let known = |status: &Span| self.out.edits.iter().any(|edit| edit.span() == *status);
        let unknown: Vec<Span> = self.carrier.statuses.iter().copied().filter(|status| !known(status)).collect();
        for status in unknown {
            let message = "the status is asked for here, where what the handler answered is not at hand";
            let help = "await the handler in a statement of its own, and ask for the status right behind that";
            self.refuse("response-member", status, message, help);
        }
    }
}
