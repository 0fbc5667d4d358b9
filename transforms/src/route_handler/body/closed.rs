//! Ways through a handler on which nothing is sent. Next answers them with 500; but a wrapper, or a helper that the
//! handler is handed to, expects a response, and so does the type of what it takes.
//!
//! ```ts
//! if (req.query.id) res.json(one);      →      if (readQuery(req).id) return NextResponse.json(one);
//! // nothing: the request hung                 return new NextResponse(null, { status: 500 });
//! ```

use super::Builder;
use crate::pages_api::analyse;
use crate::rewrite::{Edit, Piece};
use crate::route_handler::effect::guarded;
use crate::syntax::{Span, span_of};

impl Builder<'_, '_, '_> {
    /// Answers where nothing was sent, if somebody takes what the handler returns.
    pub(super) fn close(&mut self) {
        let Some(block) = self.carrier.function.block().filter(|_| self.cx.closed) else { return };
        if self.needs.effect.always {
            return;
        }
        let is_send = |span: Span| self.cx.after.contains_key(&span);
        let inside = |span: Span| self.cx.after.keys().copied().find(|send| span.contains(*send));
        let end = self.carrier.function.span();
        let flow = analyse(&block.stmts, end, &is_send, &inside, &self.carrier.known(None));
        let guards = guarded(&self.cx.module.text, self.carrier, &|call| Some(self.callee_needs(call)?.effect));
        let silent: Vec<Span> =
            flow.silent.into_iter().filter(|place| !guards.values().any(|leave| leave == place)).collect();
        let semi = self.cx.dialect.style.semi();
        let answer = "return new NextResponse(null, { status: 500 })";
        for place in silent {
            let text = self.text_of(place);
            if place == end {
                let brace = span_of(block).end - 1;
                let at = self.cx.module.text[..brace].trim_end().len();
                let indent = block.stmts.last().map_or_else(String::new, |last| self.indent_at(span_of(last).start));
                let one_line = !span_of(block).text(&self.cx.module.text).contains('\n');
                let space = if one_line { " ".to_owned() } else { format!("\n{indent}") };
                self.out.edits.push(Edit::insert(at, format!("{space}{answer}{semi}")));
            } else if gives_nothing(text) {
                let ends = if text.ends_with(';') { ";" } else { "" };
                self.edit(place, vec![Piece::Text(format!("{answer}{ends}"))]);
            } else {
                continue;
            }
            self.out.response = true;
        }
    }
}

/// `return`, `return null;` and the like.
fn gives_nothing(statement: &str) -> bool {
    let value = statement.strip_prefix("return").map(|value| value.trim_end_matches(';').trim());
    matches!(value, Some("" | "null" | "undefined" | "void 0"))
}
