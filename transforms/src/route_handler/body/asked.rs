//! Headers that a handler asks for, and that the helper which runs it has set:
//!
//! ```ts
//! res.getHeader('X-Id') as string            →      outerHeaders.get('X-Id') as string
//! ```
//!
//! That helper hands over the `Headers` that it collects, beside the parameters of the route.

use super::Builder;
use crate::pages_api::Call;
use crate::rewrite::Piece;

impl Builder<'_, '_, '_> {
    /// Asks the headers of the helper.
    pub(super) fn asked(&mut self) {
        let carrier = self.carrier;
        let set = |call: &&Call| self.callee_needs(call).is_some_and(|needs| needs.effect.headers);
        if let (Some(asked), Some(call)) = (carrier.asked.first(), carrier.calls.iter().find(set)) {
            let message = format!("`{}` may set the header that is asked for elsewhere in this handler", call.callee.0);
            let help = "keep the value of the header in a variable, and use that";
            self.refuse("response-member", asked.span, message, help);
        }
        for asked in &carrier.asked {
            let behind = self.cx.module.text[asked.span.end..].trim_start();
            // It is there, as the helper has set it; to TypeScript it was never `null`.
            let said = behind.starts_with("as ") || (behind.starts_with('!') && !behind.starts_with("!="));
            let (before, after) = match () {
                () if said || !self.cx.dialect.typescript => ("", ")"),
                () if asked.open => ("", ") ?? undefined"),
                () => ("(", ") ?? undefined)"),
            };
            let get = format!("{before}{}.get(", self.cx.names.outer_headers);
            self.edit(asked.span, vec![Piece::Text(get), Piece::Source(asked.key), Piece::Text(after.into())]);
        }
    }

    /// `context`, which is handed to the handler that `call` means, with the headers that this asks for.
    pub(super) fn context_with_headers(&self, call: &Call, context: String) -> String {
        if !self.carrier.hands_headers || !self.carrier.continuations.contains(&call.callee) {
            return context;
        }
        let names = self.cx.names;
        let own = if self.carrier.is_given_headers() { &names.outer_headers } else { &names.headers };
        let headers = if own == "headers" { own.clone() } else { format!("headers: {own}") };
        format!("{}, {headers} }}", context.trim_end_matches(" }"))
    }
}
