//! Parts of a response that have to be made before it: see [`Order`](crate::route_handler::order::Order).

use super::Builder;
use crate::pages_api::{HeaderChange, Payload, ResponseUse};
use crate::rewrite::Piece;
use crate::route_handler::order::Early;
use crate::route_handler::responses;
use crate::syntax::ast::Expr;
use crate::syntax::{new_ident, span_of};

/// What goes into a response, in which names stand for what is made before it.
pub(super) struct Parts {
    pub write: ResponseUse,
    pub changes: Vec<HeaderChange>,
    pub folded_status: Option<Expr>,
    /// The constants, in order.
    pub lines: Vec<Vec<Piece>>,
}

impl Builder<'_, '_, '_> {
    /// `const status = await code()` for each part that has to be made `early`.
    pub(super) fn made_early(&mut self, early: &Early, write: &ResponseUse, runs: &[&ResponseUse]) -> Parts {
        let mut parts = Parts {
            write: write.clone(),
            changes: runs.iter().flat_map(|run| run.headers.clone()).collect(),
            folded_status: runs.iter().rev().find_map(|run| run.status.clone()),
            lines: Vec::new(),
        };
        if early.is_empty() {
            return parts;
        }
        let scope = self.statement_of(write.span).map_or(0, |statement| self.scope_in_case(statement));
        let (style, constants) = (&self.cx.dialect.style, self.cx.constants);
        let mut lines = Vec::new();
        let mut name = |part: &mut Expr, name: &str, value: Option<Vec<Piece>>| {
            let span = span_of(part);
            if early.get(&span.start) == Some(&span) {
                let name = self.fresh(name, scope);
                let value = value.unwrap_or_else(|| vec![Piece::Source(span)]);
                lines.push((span, [vec![Piece::Text(format!("const {name} = "))], value].concat()));
                *part = new_ident(&name);
            }
        };
        for status in [&mut parts.write.status, &mut parts.folded_status].into_iter().flatten() {
            name(status, "status", None);
        }
        if let Some(Payload::Redirect(status, url)) = &mut parts.write.payload {
            status.iter_mut().for_each(|status| name(status, "status", None));
            name(url, "location", None);
        }
        for change in parts.changes.iter_mut().chain(&mut parts.write.headers) {
            let header = change.literal_name().unwrap_or_default();
            // A list of cookies cannot have one name.
            let Some(value) = &mut change.value else { continue };
            if let Some(text) = responses::header_value(&header, value, style, constants) {
                name(value, &spoken(&header), Some(text));
            }
        }
        lines.sort_by_key(|(span, _)| span.start);
        parts.lines = lines.into_iter().map(|(_, line)| line).collect();
        parts
    }
}

/// The name of a header as that of a constant: `X-Total-Count`, `xTotalCount`.
fn spoken(header: &str) -> String {
    let mut name = String::new();
    for word in header.split(|char: char| !char.is_ascii_alphanumeric()).filter(|word| !word.is_empty()) {
        let (first, rest) = word.split_at(1);
        name += &if name.is_empty() { first.to_lowercase() } else { first.to_uppercase() };
        name += &rest.to_lowercase();
    }
    if name.starts_with(|char: char| char.is_ascii_alphabetic()) { name } else { "header".into() }
}
