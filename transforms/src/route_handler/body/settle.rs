//! Promises that callbacks settle with the response; see [`crate::route_handler::settle`].

use super::Builder;
use crate::pages_api::{After, Call};
use crate::rewrite::{Edit, Piece};
use crate::route_handler::needs::Needs;
use crate::route_handler::settle::{Position, Settle, position};
use crate::syntax::Span;

impl Builder<'_, '_, '_> {
    /// Whether the send settles a promise.
    pub(super) fn settles(&self, send: Span) -> bool {
        self.settles.iter().any(|settle| settle.sends.contains(&send))
    }

    /// Puts `resolve(…)` around a call that answers. Who waited for it to be through still does.
    pub(super) fn settle_call(&mut self, call: &Call, needs: &Needs) {
        let own = vec![Piece::Source(call.span)];
        let becomes_async = self.becomes_async(needs);
        if self.is_given(call.span) || (needs.effect.settled && !becomes_async) {
            return self.settle(call.span, own, Vec::new());
        }
        let waits = |position: &Position| position.given || self.awaited(call.span) != call.span;
        let Some(position) = position(self.carrier.function, call.span).filter(waits) else {
            return self.settle(call.span, own, Vec::new());
        };
        match position.arrow.filter(|_| !position.in_async) {
            Some(start) => self.out.edits.push(Edit::insert(start, "async ")),
            None if position.in_async => {}
            None => {
                let message = "who calls this function back is given the promise of this answer, and may wait for it";
                return self.refuse(
                    "send-in-callback",
                    call.span,
                    message,
                    "make the function async, and await the answer",
                );
            }
        }
        self.settle(call.span, vec![Piece::Text("await ".into()), Piece::Source(call.span)], Vec::new());
    }

    /// Whether the send is what `resolve` is called with already.
    fn is_given(&self, send: Span) -> bool {
        let mut own = self.settles.iter().filter_map(|settle| settle.own.as_ref());
        own.any(|own| own.direct.contains(&send))
    }

    /// Puts `resolve(value)` where the send is.
    pub(super) fn settle(&mut self, send: Span, value: Vec<Piece>, before: Vec<Vec<Piece>>) {
        let Some(settle) = self.settles.iter().find(|settle| settle.sends.contains(&send)) else { return };
        if before.is_empty() && self.is_given(send) {
            return self.edit(send, value);
        }
        if position(self.carrier.function, send).is_none() {
            let message = "what is sent from a callback settles a promise, and something is done with its value here";
            return self.refuse("send-in-expression", send, message, "make it a statement of its own");
        }
        let name = settle.own.as_ref().map_or(self.resolve_name.clone(), |own| own.resolve.clone());
        let dropped = settle.own.as_ref().map(|own| own.dropped.clone()).unwrap_or_default();
        let mut call = vec![Piece::Text(format!("{name}("))];
        call.extend(value);
        call.push(Piece::Text(")".into()));
        let list = self.lists.lists.iter().find_map(|list| {
            let at = list.items.iter().position(|item| item.expr == Some(send))?;
            Some((list.items[at], list.items.get(at + 1).copied()))
        });
        let semi = self.cx.dialect.style.semi();
        let Some((item, next)) = list else {
            if before.is_empty() {
                return self.edit(self.awaited(send), call);
            }
            let message = "this response needs a statement of its own here";
            return self.refuse("send-in-expression", send, message, "put braces around the statement");
        };
        let next = next.filter(|next| dropped.contains(&next.span));
        let returns = item.returns || next.is_some_and(|next| next.returns);
        let mut pieces = Vec::new();
        for line in before {
            pieces.extend(line);
            pieces.push(Piece::Text(format!("{semi}\n{}", self.indent_at(item.span.start))));
        }
        if returns {
            pieces.push(Piece::Text("return ".into()));
        }
        pieces.extend(call);
        let ends = self.text_of(item.span).ends_with(';');
        pieces.push(Piece::Text(if ends { ";" } else { "" }.into()));
        self.edit(item.span, pieces);
        if let Some(next) = next {
            self.drop_behind(item.span, next.span);
        }
    }

    /// Returns the promises; those that are not there yet are written around the statements that call back.
    pub(super) fn promises(&mut self) {
        let all = std::mem::take(&mut self.settles);
        for settle in &all {
            match (&settle.own, self.cx.after.get(&settle.span)) {
                (Some(own), _) => {
                    if self.cx.dialect.typescript {
                        self.out.edits.push(Edit::replace(own.types, "<Response>"));
                    }
                }
                (None, Some(After::Nothing(_) | After::Returned)) => self.promise_around(settle),
                (None, _) => {
                    let message = "the response is sent from a callback, and other code runs behind";
                    let help = "wrap what calls back in a promise and await that";
                    self.refuse("send-in-callback", settle.span, message, help);
                }
            }
        }
        self.settles = all;
    }

    fn promise_around(&mut self, settle: &Settle) {
        let style = &self.cx.dialect.style;
        let (semi, step) = (style.semi(), style.indent.clone());
        let types = if self.cx.dialect.typescript { "<Response>" } else { "" };
        let name = self.resolve_name.clone();
        let awaits = if settle.caught { "await " } else { "" };
        let reject = settle.waited.map(|_| self.fresh("reject", 0));
        let params = reject.iter().fold(name, |params, reject| format!("{params}, {reject}"));
        for (at, statement) in settle.run.iter().enumerate() {
            let indent = self.indent_at(statement.start);
            let mut pieces = Vec::new();
            pieces.push(Piece::Text(match at {
                0 => format!("return {awaits}new Promise{types}(({params}) => {{\n{indent}{step}"),
                _ => step.clone(),
            }));
            let to = format!("{indent}{step}");
            let last = at + 1 == settle.run.len();
            match (settle.waited, &reject) {
                // What it gives was waited for, and where that failed, so did the handler.
                (Some(span), Some(reject)) if last => {
                    pieces.push(Piece::Text("Promise.resolve(".into()));
                    pieces.push(Piece::Reindented { span, from: indent.clone(), to });
                    pieces.push(Piece::Text(format!(").catch({reject}){semi}")));
                }
                _ => pieces.push(Piece::Reindented { span: *statement, from: indent.clone(), to }),
            }
            if last {
                pieces.push(Piece::Text(format!("\n{indent}}}){semi}")));
            }
            self.edit(*statement, pieces);
        }
        if let Some(last) = settle.run.last() {
            self.drop_leave(*last);
        }
    }
}
