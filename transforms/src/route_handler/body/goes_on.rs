//! Middlewares that a function waited for, and the calls by which they went on.
//!
//! ```ts
//! initMiddleware(async (req, res, next) => {          async (req) => {
//!   const user = await userOf(req);                     const user = await userOf(req);
//!   if (!user) return unauthorized(res);         →      if (!user) return unauthorized();
//!   next(user);                                         return user;
//! })                                                  }
//! ```
//!
//! Where it called back, the handler went on: there it returns now. Where it answered it must not have called back, or
//! both would have answered; and a way that does neither left the client waiting.

use std::collections::BTreeSet;

use super::Builder;
use crate::finding::Finding;
use crate::pages_api::{After, Flow, Given, GoesOn, Settles, analyse};
use crate::rewrite::{Edit, Piece};
use crate::route_handler::effect::guarded;
use crate::syntax::{Span, full_statement};

const RULE: &str = "middleware-next";

impl Builder<'_, '_, '_> {
    /// Writes the ends of a middleware, or says why it cannot be followed.
    pub(super) fn goes_on(&mut self) {
        let Some(waited) = self.carrier.waited else { return };
        let carrier = self.carrier;
        let Some(flow) = self.ways() else {
            let message = "this middleware is an expression, whose ways cannot be told apart";
            return self.refuse(RULE, carrier.function.span(), message, "write it with statements");
        };
        if let Some(inner) = carrier.goes_on.iter().find(|own| own.nested) {
            let message = "the middleware calls back from a function inside, whose end nobody waits for";
            return self.refuse(
                RULE,
                inner.span,
                message,
                "await what calls back, then call back in the middleware itself",
            );
        }
        if let Some(place) = flow.silent.iter().chain(&flow.unclear).next() {
            let message = "on this way the middleware may neither answer nor call back";
            return self.refuse(RULE, *place, message, "answer, or call back, on each way");
        }
        if carrier.goes_on.is_empty() {
            let message = "this middleware never calls back, so that no handler behind it runs";
            return self.refuse(RULE, carrier.function.span(), message, "answer in the handler itself");
        }
        for (send, after) in &flow.sends {
            let own = carrier.goes_on.iter().any(|own| own.span == *send);
            let more = match after {
                After::Returned | After::Nothing(_) => None,
                After::Send(again) => Some(*again),
                After::Work(work) => own.then(|| work.first().copied().unwrap_or(*send)),
            };
            if let Some(more) = more {
                let message = "this runs after the middleware has answered or called back";
                self.refuse(RULE, more, message, "return where it answers or calls back");
            }
        }
        for own in &carrier.goes_on {
            let returned = match flow.sends.get(&own.span) {
                Some(After::Returned) => true,
                Some(After::Nothing(_)) => false,
                Some(_) => continue,
                None => {
                    let message = "the middleware calls back inside of an expression";
                    self.refuse(RULE, own.span, message, "make it a statement of the middleware");
                    continue;
                }
            };
            self.end(own, returned, waited.settles);
        }
    }

    /// What follows each answer and each call back; `None` for a function without a block.
    fn ways(&self) -> Option<Flow> {
        let carrier = self.carrier;
        let block = carrier.function.block()?;
        let called = carrier.calls.iter().filter_map(|call| Some((call, self.callee_needs(call)?.effect)));
        let called = called.filter(|(call, effect)| effect.always && !call.nested).map(|(call, _)| call.span);
        let own = carrier.writes.iter().filter(|write| write.payload.is_some() && !write.nested);
        let ends: BTreeSet<Span> = (own.map(|write| write.span))
            .chain(called)
            .chain(carrier.goes_on.iter().filter(|own| !own.nested).map(|own| own.span))
            .collect();
        let inside = |span: Span| ends.iter().copied().find(|end| span.contains(*end));
        let known = carrier.known(None);
        let mut flow = analyse(&block.stmts, carrier.function.span(), &|span| ends.contains(&span), &inside, &known);
        let effect = |call: &crate::pages_api::Call| self.callee_needs(call).map(|needs| needs.effect);
        let left: BTreeSet<Span> = guarded(&self.cx.module.text, carrier, &effect).into_values().collect();
        flow.silent.retain(|place| !left.contains(place));
        Some(flow)
    }

    /// The new form of `next(…)`, which is `returned` or the last thing to happen.
    fn end(&mut self, own: &GoesOn, returned: bool, settles: Settles) {
        let statement = self.statement_of(own.span).or_else(|| self.lists.branch_of(own.span));
        let Some(statement) = statement.filter(|statement| self.is_call(own.span, *statement)) else {
            let message = "the middleware calls back inside of an expression";
            return self.refuse(RULE, own.span, message, "make it a statement of its own");
        };
        let semi = if self.text_of(statement).ends_with(';') { ";" } else { "" };
        let inner = format!("{}\n{}", self.cx.dialect.style.semi(), self.indent_at(statement.start));
        let throws = matches!(own.given, Given::Error(_) | Given::Caught(_));
        if throws && self.lists.in_try(own.span) {
            let message = "with this error the middleware calls back inside of `try`, which would catch it now";
            return self.refuse(RULE, own.span, message, "call back behind the `try`");
        }
        let gives = settles == Settles::Values;
        let pieces = match own.given {
            Given::Nothing => return self.end_plainly(statement, returned),
            Given::Plain(_) if settles == Settles::Silent => {
                return self.end_plainly(statement, returned);
            }
            Given::Plain(value) if gives => vec![Piece::Text("return ".into()), Piece::Source(value)],
            Given::Name(value) if gives && self.lists.holds(statement) => {
                let name = self.text_of(value);
                // The compiler takes no text or number there, and such a name may be known to be one.
                let value = if self.cx.dialect.typescript { format!("({name} as unknown)") } else { name.to_owned() };
                let check = format!("if ({value} instanceof Error) throw {name}{inner}return {name}");
                if self.lists.in_try(own.span) {
                    let message = "an error that this name may stand for would be caught by the `try` around it now";
                    return self.refuse(RULE, own.span, message, "call back behind the `try`");
                }
                vec![Piece::Text(check)]
            }
            Given::Error(value) => vec![Piece::Text("throw ".into()), Piece::Source(value)],
            Given::Caught(value) => {
                let message = "what is caught here ends the request now; what was no `Error` let the handler go on";
                let help = "check that nothing else is thrown";
                let finding = Finding::review(RULE, &self.cx.module.path, own.span, message).help(help);
                self.out.notes.push(finding);
                vec![Piece::Text("throw ".into()), Piece::Source(value)]
            }
            Given::Plain(_) | Given::Name(_) | Given::Unknown => {
                let message = "what the middleware calls back with may be an error, or a value for the handler";
                return self.refuse(RULE, own.span, message, "throw errors, and call back with a name or nothing");
            }
        };
        let pieces = pieces.into_iter().chain([Piece::Text(semi.into())]).collect();
        self.edit(statement, pieces);
        self.drop_leave(statement);
    }

    /// `next()` at the end goes; elsewhere it becomes `return`.
    fn end_plainly(&mut self, statement: Span, returned: bool) {
        let whole = self.carrier.function.block().map(crate::syntax::span_of);
        let text = &self.cx.module.text;
        let alone =
            self.lists.lists.iter().any(|list| matches!(list.items.as_slice(), [only] if only.span == statement));
        let last = whole.is_some_and(|block| {
            text[statement.end..block.end - 1].trim_matches([' ', '\t', '\r', '\n', ';']).is_empty()
        });
        let goes = self.lists.holds(statement) && !alone && (last || !returned);
        if !goes {
            let semi = if self.text_of(statement).ends_with(';') { ";" } else { "" };
            self.edit(statement, vec![Piece::Text(format!("return{semi}"))]);
            return self.drop_leave(statement);
        }
        let gone = full_statement(text, statement);
        let blank = text[..gone.start].strip_suffix('\n').is_some_and(|before| before.ends_with('\n'));
        let closes = text[gone.end..].trim_start().starts_with('}');
        let start = gone.start - usize::from(blank && closes);
        self.out.edits.push(Edit::delete(Span::new(start, gone.end)));
    }

    /// The statement is nothing but the call, or returns it.
    fn is_call(&self, call: Span, statement: Span) -> bool {
        let before = self.text_of(Span::new(statement.start, call.start)).trim();
        let after = self.text_of(Span::new(call.end, statement.end)).trim();
        matches!(before, "" | "return" | "await" | "return await") && matches!(after, "" | ";")
    }
}
