//! Guards and what they call back: see `route_handler/called_back.rs`.
//!
//! ```ts
//! async function requireUser(req, res, next) {      async function requireUser(req, next) {
//!   …                                          →      …
//!   await next(user);                                 return await next(user);
//! }                                                 }
//! ```

use super::Builder;
use crate::finding::Finding;
use crate::pages_api::{After, Call};
use crate::rewrite::Edit;
use crate::route_handler::needs::Needs;
use crate::route_handler::next_parameter::next_parameter;
use crate::syntax::{Span, span_of};

impl Builder<'_, '_, '_> {
    /// Parameters that are called back must have a type that can be given the response as its result.
    pub(super) fn nexts(&mut self) {
        let carrier = self.carrier;
        let params = carrier.function.params();
        for at in &carrier.answering {
            // What a router hands over has a type of its own, which fits as it stands.
            let Some(param) = params.get(*at).filter(|_| carrier.routed.is_none()) else { continue };
            if next_parameter(self.cx.module, &params[..*at], param).is_none() {
                let message = "the type of this function does not say here what it gives";
                self.refuse("helper-form", span_of(*param), message, "write its type out: `(user: User) => void`");
            }
        }
        let returns = self.called_back.returns.clone();
        self.out.edits.extend(returns.into_iter().map(Edit::delete));
    }

    /// Whether the functions that are handed over with `call` may be called back for their responses.
    pub(super) fn hands_over(&mut self, call: &Call, needs: &Needs) -> bool {
        let inside = |at: &usize| call.args.get(*at).map(|(argument, _)| *argument);
        let open = call.answering.iter().filter_map(inside).find(|argument| !self.called_back.holds(*argument));
        if let Some(argument) = open {
            let message =
                "this function is called back, and does not answer on every way or does more behind its answer";
            self.refuse("send-in-callback", argument, message, "answer on every way through it, last thing");
            return false;
        }
        if !call.answering.is_empty() && !needs.effect.sends {
            let message = "the function that answers here is not called back in a way that we can follow";
            self.refuse("send-in-callback", call.span, message, "answer in the handler itself");
            return false;
        }
        // Both the function and its caller would put them on the response.
        if !call.answering.is_empty() && (needs.effect.headers || self.shared.contains(&call.span)) {
            let message = "headers that are set before this call go with the response that it calls back for";
            self.refuse("headers-shared", call.span, message, "set them where the response is sent");
            return false;
        }
        true
    }

    /// A call of what the carrier was given, which answers; false if `call` is none, or one that is refused.
    pub(super) fn next(&mut self, call: &Call, statement: Option<Span>) -> bool {
        if !self.carrier.nexts.contains(&call.callee) {
            return true;
        }
        let returned = match self.cx.after.get(&call.span) {
            Some(After::Returned) => true,
            Some(After::Nothing(_)) => statement.is_some(),
            _ => false,
        };
        if !returned {
            let name = &call.callee.0;
            let message = format!("`{name}` answers, and its value is used here or other code follows");
            self.refuse("send-in-callback", call.span, message, "return what it gives, last thing");
            return false;
        }
        // Where it throws, its caller's `catch` would answer without them.
        let message = "headers that are set before this call go with the response that it gives";
        if self.shared.contains(&call.span) && self.carrier.routed.is_some() {
            let path = &self.cx.module.path;
            let message = format!("{message}; where that fails in place of answering, they are lost");
            let help = "see whether the answers to errors need them";
            self.out.notes.push(Finding::review("headers-shared", path, call.span, message).help(help));
        } else if self.shared.contains(&call.span) {
            self.refuse("headers-shared", call.span, message, "set them where the response is sent");
            return false;
        }
        // Every caller hands it over.
        let name = &*call.callee.0;
        if let Some(at) = self.text_of(call.span).find(&format!("{name}?.(")) {
            let start = call.span.start + at + name.len();
            self.out.edits.push(Edit::delete(Span::new(start, start + "?.".len())));
        }
        true
    }
}
