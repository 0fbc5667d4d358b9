//! Calls of other carriers: arguments follow what the callee needs, answers are returned.

use super::Builder;
use crate::pages_api::{After, Call, Role};
use crate::rewrite::Piece;
use crate::route_handler::needs::{Body, Needs};
use crate::syntax::Span;

impl<'b> Builder<'b, '_, '_> {
    pub(super) fn callee_needs(&self, call: &Call) -> Option<&'b Needs> {
        let list = &self.cx.carriers.list;
        let at = list.iter().skip(1).position(|carrier| carrier.name.as_ref() == Some(&call.callee))?;
        self.cx.needs.get(at + 1)
    }

    pub(super) fn calls(&mut self) {
        let carrier = self.carrier;
        for call in &carrier.calls {
            let Some(needs) = self.callee_needs(call).cloned() else { continue };
            self.arguments(call, &needs);
            self.made_async(call, &needs);
            if !needs.sends {
                continue;
            }
            if call.nested {
                let help = "await what calls back, then answer in the handler itself";
                self.refuse(
                    "send-in-callback",
                    call.span,
                    "the response is sent from a function inside the handler",
                    help,
                );
                continue;
            }
            match (self.cx.after.get(&call.span), self.statement_of(call.span)) {
                (Some(After::Returned), _) => {}
                (Some(_), Some(statement)) => {
                    let expression = statement_expression(self.text_of(statement), statement);
                    let ends = if self.text_of(statement).ends_with(';') { ";" } else { "" };
                    let pieces =
                        vec![Piece::Text("return ".into()), Piece::Source(expression), Piece::Text(ends.into())];
                    self.edit(statement, pieces);
                    self.drop_leave(statement);
                }
                (None, Some(statement)) if self.text_of(statement).starts_with("return") => {}
                _ => {
                    let message = "the result of a helper that may send the response is used here";
                    let help = "let the helper return the response or a value, and tell them apart where it is called";
                    self.refuse("guard-helper", call.span, message, help);
                }
            }
        }
    }

    /// A helper that has to become async returns a Promise: its caller must not need the value at once, and
    /// a `try` around the call would not see what it throws.
    fn made_async(&mut self, call: &Call, needs: &Needs) {
        let callee = self.cx.carriers.list.iter().skip(1).find(|carrier| carrier.name.as_ref() == Some(&call.callee));
        let was_async = callee.is_some_and(|carrier| carrier.function.is_async());
        let awaits = (needs.params && self.cx.dialect.params_need_async()) || needs.body == Body::Own;
        if was_async || !awaits {
            return;
        }
        let holds =
            |list: &&crate::route_handler::lists::List| list.items.iter().any(|item| item.span.contains(call.span));
        let in_try = self.lists.lists.iter().filter(holds).any(|list| list.in_try);
        if !needs.sends || in_try {
            let message =
                "this helper would have to become async, and the code around the call depends on its being synchronous";
            self.refuse("helper-becomes-async", call.span, message, "make the helper async and await it here first");
        }
    }

    pub(super) fn arguments(&mut self, call: &Call, needs: &Needs) {
        let names = self.cx.names;
        let mut kept: Vec<Vec<Piece>> = Vec::new();
        let mut placed = false;
        for (span, role) in &call.args {
            match role {
                Some(Role::Req) => {
                    self.out.request_at.push(*span);
                    kept.push(vec![Piece::Source(*span)]);
                }
                // The parameters take the place of the response.
                Some(Role::Res) if needs.params => {
                    placed = true;
                    kept.push(vec![Piece::Text(context_argument(&names.params))]);
                }
                Some(Role::Res) => {}
                None => kept.push(vec![Piece::Source(*span)]),
            }
        }
        if needs.params && !placed {
            let message = "this helper needs the route's parameters, and there is no place for them";
            return self.refuse("helper-needs-params", call.span, message, "pass what it needs as an argument");
        }
        if needs.params {
            self.out.params_at.push(call.span);
        }
        if needs.body == Body::Given {
            kept.push(vec![Piece::Text(names.body.clone())]);
        }
        let (Some((first, _)), Some((last, _))) = (call.args.first(), call.args.last()) else { return };
        let mut pieces = Vec::new();
        for (at, argument) in kept.into_iter().enumerate() {
            if at > 0 {
                pieces.push(Piece::Text(", ".into()));
            }
            pieces.extend(argument);
        }
        // A comma behind the last argument goes with it.
        let tail = &self.cx.module.text[last.end..call.span.end];
        let end = last.end + tail.find(')').unwrap_or(0);
        self.edit(Span::new(first.start, end), pieces);
    }
}

/// `{ params }`, with `params` called `name`.
fn context_argument(name: &str) -> String {
    if name == "params" { "{ params }".into() } else { format!("{{ params: {name} }}") }
}

/// The expression of an expression statement.
fn statement_expression(text: &str, statement: Span) -> Span {
    let length = text.trim_end().trim_end_matches(';').trim_end().len();
    Span::new(statement.start, statement.start + length)
}
