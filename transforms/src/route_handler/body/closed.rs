//! Ways through a handler on which nothing is sent. Next answers them with 500; but a wrapper, or a helper that the
//! handler is handed to, expects a response, and so does the type of what it takes.
//!
//! ```ts
//! if (req.query.id) res.json(one);      →      if (readQuery(req).id) return NextResponse.json(one);
//! // nothing: the request hung                 return new NextResponse(null, { status: 500 });
//! ```
//!
//! A value that is returned there went nowhere. What makes it runs still, in [`ignored`](super::ignored).

use std::collections::BTreeSet;

use super::Builder;
use crate::pages_api::{Call, analyse};
use crate::rewrite::{Edit, Piece};
use crate::route_handler::effect::{Truthiness, guarded};
use crate::route_handler::needs::Needs;
use crate::syntax::{Span, span_of};

/// What answers where nobody did.
pub(super) const UNANSWERED: &str = "new NextResponse(null, { status: 500 })";

impl Builder<'_, '_, '_> {
    /// Answers where nothing was sent, if somebody takes what the handler returns, or a value is returned there.
    pub(super) fn close(&mut self) {
        let (closed, carrier) = (self.cx.closed, self.carrier);
        if self.needs.effect.always || !(closed || self.cx.ends || carrier.wraps) {
            return;
        }
        let Some(block) = carrier.function.block() else {
            if closed || self.cx.ends {
                self.ignored_expression();
            }
            return;
        };
        let given = carrier.calls.iter().filter(|call| carrier.continuations.contains(&call.callee) && !call.nested);
        let given: BTreeSet<Span> = given.filter(|_| carrier.wraps).map(|call| call.span).collect();
        let sends: BTreeSet<Span> = self.cx.after.keys().copied().chain(given.iter().copied()).collect();
        let is_send = |span: Span| sends.contains(&span);
        let inside = |span: Span| sends.iter().copied().find(|send| span.contains(*send));
        let end = carrier.function.span();
        let flow = analyse(&block.stmts, end, &is_send, &inside, &carrier.known(None));
        // What the handler gives a wrapper may be looked at, and sent.
        let unseen = given.is_empty() || !given.iter().all(|call| flow.sends.contains_key(call));
        if !closed && carrier.wraps && (unseen || !flow.unclear.is_empty()) {
            return;
        }
        let guards = guarded(&self.cx.module.text, carrier, &|call| Some(self.callee_needs(call)?.effect));
        let silent: Vec<Span> =
            flow.silent.into_iter().filter(|place| !guards.values().any(|leave| leave == place)).collect();
        let semi = self.cx.dialect.style.semi();
        for place in silent {
            let text = self.text_of(place);
            if place != end && !is_empty(text) {
                self.ignored_return(place);
                continue;
            }
            if !closed {
                continue;
            }
            if place == end {
                let brace = span_of(block).end - 1;
                let at = self.cx.module.text[..brace].trim_end().len();
                let indent = block.stmts.last().map_or_else(String::new, |last| self.indent_at(span_of(last).start));
                let one_line = !span_of(block).text(&self.cx.module.text).contains('\n');
                let space = if one_line { " ".to_owned() } else { format!("\n{indent}") };
                self.out.edits.push(Edit::insert(at, format!("{space}return {UNANSWERED}{semi}")));
            } else {
                let ends = self.own_semi(place);
                self.edit(place, vec![Piece::Text(format!("return {UNANSWERED}{ends}"))]);
            }
            self.out.response = true;
        }
    }

    /// Of the call of a helper that is returned: whether what it gives where it has not answered would be taken for the
    /// response. `undefined` is an answer of 500 to Next itself.
    pub(super) fn is_open(&self, call: &Call, needs: &Needs) -> bool {
        let effect = needs.effect;
        let fits = match effect.unsent {
            Truthiness::Never => true,
            _ => !(self.cx.closed || (effect.valued && self.cx.dialect.typescript)),
        };
        let own = self.carrier.continuations.contains(&call.callee);
        (self.cx.closed || self.cx.ends) && effect.sends && !effect.always && !fits && !own
    }

    /// The lines before, and the value, of a `return` of what such a helper gives; nothing if `try` would see it fail
    /// now, or where no line can stand.
    pub(super) fn opened(&mut self, call: &Call, statement: Span) -> Option<(Vec<Piece>, Vec<Piece>)> {
        let awaited = self.awaited(call.span);
        let waits = awaited == call.span;
        if !self.lists.holds(statement) || self.shared.contains(&call.span) || (waits && self.lists.in_try(call.span)) {
            return None;
        }
        let scope = self.scope_for(statement);
        let name = self.fresh("response", scope);
        let wait = if waits { "await " } else { "" };
        if waits {
            self.out.awaits_at.push(call.span);
        }
        self.out.response = true;
        let line = vec![Piece::Text(format!("const {name} = {wait}")), Piece::Source(awaited)];
        Some((line, vec![Piece::Text(format!("{name} instanceof NextResponse ? {name} : {UNANSWERED}"))]))
    }
}

/// `return`, and `return undefined;` and the like.
fn is_empty(statement: &str) -> bool {
    let value = statement.strip_prefix("return").map(|value| value.trim_end_matches(';').trim());
    matches!(value, Some("" | "undefined" | "void 0"))
}
