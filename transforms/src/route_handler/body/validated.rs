//! Rules of `express-validator`: one object takes the place of the request (see
//! [`crate::libraries::express_validator`]).

use super::requests::cookies_object;
use super::{Builder, Line};
use crate::pages_api::Part;
use crate::rewrite::Piece;
use crate::syntax::Span;

impl Builder<'_, '_, '_> {
    /// Where the package is handed the request.
    pub(super) fn validated(&self) -> Vec<Span> {
        let reads = self.carrier.reads.iter().filter(|read| matches!(read.part, Part::Validated { .. }));
        reads.map(|read| read.span).collect()
    }

    /// `rule.run(req)` → `rule.run(input)`.
    pub(super) fn validate(&mut self) {
        let used_at = self.validated();
        let Some(first) = used_at.first() else { return };
        let name = self.fresh("input", first.start);
        for span in &used_at {
            self.edit(*span, vec![Piece::Text(name.clone())]);
        }
        self.out.request_at.extend(&used_at);
        let property = |key: &str, value: &str| if key == value { key.to_owned() } else { format!("{key}: {value}") };
        let (req, style) = (self.req(), &self.cx.dialect.style);
        let properties = [
            property("body", &self.body_name),
            property("query", &self.query_name),
            format!("headers: Object.fromEntries({req}.headers)"),
            format!("cookies: {}", cookies_object(req)),
        ];
        let comma = if self.cx.dialect.trailing_commas { "," } else { "" };
        let separator = format!(",\n{}", style.indent);
        let text =
            format!("const {name} = {{\n{}{}{comma}\n}}{}", style.indent, properties.join(&separator), style.semi());
        let (awaits, request, params) = (false, true, false);
        self.out.prologue.push(Line { pieces: vec![Piece::Text(text)], used_at, awaits, request, params });
    }
}
