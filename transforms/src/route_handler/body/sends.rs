//! Sends, and what prepares them: each becomes a returned response.

use super::collected::Collected;
use super::{Builder, Line};
use crate::pages_api::{After, HeaderChange, Payload, ResponseUse};
use crate::rewrite::{Edit, Piece};
use crate::route_handler::responses::{self, Pending};
use crate::syntax::ast::Expr;
use crate::syntax::{Span, full_statement, literal_str, span_of};

impl Builder<'_, '_, '_> {
    pub(super) fn sends(&mut self) {
        let carrier = self.carrier;
        let plan = Collected::of(carrier, &self.lists, self.cx.after);
        let names = self.cx.names;
        let (mut headers_at, mut status_at) = (Vec::new(), Vec::new());
        for (at, write) in carrier.writes.iter().enumerate() {
            if write.payload.is_some() {
                let needs_headers = plan.headers.iter().any(|w| self.lists.can_precede(*w, write.span));
                let needs_status =
                    write.status.is_none() && plan.statuses.iter().any(|w| self.lists.can_precede(*w, write.span));
                if needs_headers {
                    headers_at.push(write.span);
                    self.forced_content_type(write, &plan.headers);
                }
                if needs_status {
                    status_at.push(write.span);
                }
                self.send(write, plan.folded.get(&at), needs_headers, needs_status);
            } else if !plan.is_folded(at) {
                if !write.headers.is_empty() {
                    headers_at.push(write.span);
                }
                if write.status.is_some() {
                    status_at.push(write.span);
                }
                self.collect(write, plan.headers.len());
            }
        }
        for runs in plan.folded.values() {
            for write in runs {
                if let Some(statement) = self.statement_of(carrier.writes[*write].span) {
                    let whole = full_statement(&self.cx.module.text, statement);
                    self.out.edits.push(Edit::delete(whole));
                }
            }
        }
        let semi = self.cx.dialect.style.semi();
        for (used_at, text) in [
            (headers_at, format!("const {} = new Headers(){semi}", names.headers)),
            (status_at, format!("let {} = 200{semi}", names.status)),
        ] {
            if !used_at.is_empty() {
                let pieces = vec![Piece::Text(text)];
                self.out.prologue.push(Line { pieces, used_at, awaits: false, request: false, params: false });
            }
        }
        // A helper that answers would have to be handed what was collected.
        for call in &carrier.calls {
            let sends = self.callee_needs(call).is_some_and(|needs| needs.effect.sends);
            let collected = plan.headers.iter().chain(&plan.statuses).any(|w| self.lists.can_precede(*w, call.span));
            if sends && collected {
                let help = "pass a `Headers` object to the helper";
                self.refuse(
                    "headers-shared",
                    call.span,
                    "headers set before this call go with the response that the helper sends",
                    help,
                );
            }
        }
    }

    pub(super) fn statement_of(&self, expr: Span) -> Option<Span> {
        self.lists.lists.iter().flat_map(|list| &list.items).find(|item| item.expr == Some(expr)).map(|item| item.span)
    }

    /// `res.json` replaces a content type that was set before; a `Headers` object would keep it.
    fn forced_content_type(&mut self, send: &ResponseUse, collected: &[Span]) {
        if !matches!(send.payload, Some(Payload::Json(_))) {
            return;
        }
        let writes = &self.carrier.writes;
        let before = writes.iter().filter(|w| collected.contains(&w.span) && self.lists.can_precede(w.span, send.span));
        let other = before.flat_map(|write| &write.headers).any(|change| match change.literal_name().as_deref() {
            Some("content-type") => {
                let value = change.value.as_ref().and_then(literal_str).unwrap_or_default();
                !value.starts_with("application/json")
            }
            Some(_) => false,
            None => true,
        });
        if other {
            let message = "`res.json` replaces the content type that was set before, a `Response` keeps it";
            self.refuse("response-form", send.span, message, "set the content type only where it is meant");
        }
    }

    pub(super) fn send(&mut self, write: &ResponseUse, folded: Option<&Vec<usize>>, headers: bool, status: bool) {
        let cx = self.cx;
        if write.nested {
            let help = "await what calls back, then answer in the handler itself";
            return self.refuse(
                "send-in-callback",
                write.span,
                "the response is sent from a function inside the handler",
                help,
            );
        }
        let carrier = self.carrier;
        let runs: Vec<&ResponseUse> = folded.into_iter().flatten().map(|at| &carrier.writes[*at]).collect();
        let changes: Vec<HeaderChange> = runs.iter().flat_map(|run| run.headers.clone()).collect();
        let pending = Pending {
            folded: &changes,
            folded_status: runs.iter().rev().find_map(|run| run.status.as_ref()),
            headers: headers.then_some(cx.names.headers.as_str()),
            status: status.then_some(cx.names.status.as_str()),
            body_type: cx.body_type.as_deref(),
        };
        let response = match responses::render(write, &pending, cx.constants, &cx.dialect.style) {
            Ok(response) => response,
            Err(refusal) => {
                let help = "write this response by hand, or keep this endpoint in pages/api";
                return self.refuse("response-form", refusal.span, refusal.message, help);
            }
        };
        match response.helper {
            Some(helper) => self.out.helpers.push((helper, write.span)),
            None => self.out.response = true,
        }
        self.answer(write.span, response.value, response.before);
    }

    /// Puts `value` where the send at `span` is, returned.
    pub(super) fn answer(&mut self, span: Span, value: Vec<Piece>, before: Option<Vec<Piece>>) {
        let after = self.cx.after.get(&span);
        let statement = self.statement_of(span);
        let semi = self.cx.dialect.style.semi();
        match (after, statement) {
            (Some(After::Returned), _) if before.is_none() => self.edit(span, value),
            (Some(_), Some(statement)) => {
                let mut pieces = Vec::new();
                if let Some(before) = before {
                    if !self.lists.holds(statement) {
                        let help = "put braces around the statement";
                        return self.refuse(
                            "send-in-expression",
                            span,
                            "a redirect needs a statement of its own here",
                            help,
                        );
                    }
                    pieces.extend(before);
                    pieces.push(Piece::Text(format!("{semi}\n{}", self.indent_at(statement.start))));
                }
                pieces.push(Piece::Text("return ".into()));
                pieces.extend(value);
                let ends = self.text_of(statement).ends_with(';');
                pieces.push(Piece::Text(if ends { ";" } else { "" }.into()));
                self.edit(statement, pieces);
                self.drop_leave(statement);
            }
            // Code that no method reaches; it stays a send, of the new kind.
            (None, Some(statement)) if !self.text_of(statement).starts_with("return") => {
                let mut pieces = vec![Piece::Text("return ".into())];
                pieces.extend(value);
                pieces.push(Piece::Text(if self.text_of(statement).ends_with(';') { ";" } else { "" }.into()));
                self.edit(statement, pieces);
            }
            (None, Some(_)) if before.is_none() => self.edit(span, value),
            (Some(_), None) => {
                // `if (x) res.end();` without braces.
                let Some(statement) = self.unlisted_statement(span) else {
                    let help = "make it a statement of its own that is returned";
                    return self.refuse(
                        "send-in-expression",
                        span,
                        "the response is sent inside a larger expression",
                        help,
                    );
                };
                let ends = self.text_of(statement).ends_with(';');
                let mut pieces = vec![Piece::Text("return ".into())];
                pieces.extend(value);
                pieces.push(Piece::Text(if ends { ";" } else { "" }.into()));
                self.edit(statement, pieces);
            }
            _ => {
                let help = "make it a statement of its own that is returned";
                self.refuse("send-in-expression", span, "the response is sent inside a larger expression", help);
            }
        }
    }

    /// A statement outside of any list: the branch of an `if` without braces.
    pub(super) fn unlisted_statement(&self, expr: Span) -> Option<Span> {
        let text = &self.cx.module.text;
        let start = text[..expr.start].trim_end();
        let start = if start.ends_with("await") || start.ends_with("void") { return None } else { expr.start };
        let end = if text[expr.end..].starts_with(';') { expr.end + 1 } else { expr.end };
        Some(Span::new(start, end))
    }

    /// Takes away a bare `return;` or `break;` right behind `statement`, which is returned now.
    pub(super) fn drop_leave(&mut self, statement: Span) {
        for list in &self.lists.lists {
            let Some(at) = list.items.iter().position(|item| item.span == statement) else { continue };
            if let Some(next) = list.items.get(at + 1).filter(|next| next.leaves) {
                let whole = full_statement(&self.cx.module.text, next.span);
                self.out.edits.push(Edit::delete(whole));
            }
            return;
        }
    }

    pub(super) fn indent_at(&self, offset: usize) -> String {
        let text = &self.cx.module.text[..offset];
        let line = &text[text.rfind('\n').map_or(0, |at| at + 1)..];
        line[..line.len() - line.trim_start_matches([' ', '\t']).len()].to_owned()
    }

    /// A header or status that is set out of reach of its send.
    pub(super) fn collect(&mut self, write: &ResponseUse, total: usize) {
        let (names, style) = (self.cx.names, &self.cx.dialect.style);
        let Some(statement) = self.statement_of(write.span).filter(|_| !write.nested) else {
            let help = "set it in a statement of its own in the handler";
            return self.refuse(
                "response-form",
                write.span,
                "the response is prepared inside a larger expression",
                help,
            );
        };
        let indent = self.indent_at(statement.start);
        let mut lines: Vec<Vec<Piece>> = Vec::new();
        if let Some(status) = &write.status {
            lines.push(vec![Piece::Text(format!("{} = ", names.status)), Piece::Source(span_of(status))]);
        }
        for change in &write.headers {
            let name = change.literal_name();
            let call = |verb: &str, value: Option<Vec<Piece>>| {
                let mut pieces =
                    vec![Piece::Text(format!("{}.{verb}(", names.headers)), Piece::Source(span_of(&change.name))];
                if let Some(value) = value {
                    pieces.push(Piece::Text(", ".into()));
                    pieces.extend(value);
                }
                pieces.push(Piece::Text(")".into()));
                pieces
            };
            let Some(value) = &change.value else {
                lines.push(call("delete", None));
                continue;
            };
            let cookies = name.as_deref() == Some("set-cookie");
            match (responses::header_value(name.as_deref().unwrap_or("set-cookie"), value, style), value) {
                (Some(value), _) => lines.push(call(change.verb, Some(value))),
                (None, Expr::Array(list)) if cookies && list.elems.iter().flatten().all(|e| e.spread.is_none()) => {
                    if total > 1 {
                        lines.push(call("delete", None));
                    }
                    for element in list.elems.iter().flatten() {
                        lines.push(call("append", Some(vec![Piece::Source(span_of(&element.expr))])));
                    }
                }
                (None, value) if cookies => {
                    if total > 1 {
                        lines.push(call("delete", None));
                    }
                    let mut pieces = vec![Piece::Text("for (const cookie of [".into()), Piece::Source(span_of(value))];
                    let name = style.string(&literal_str(&change.name).unwrap_or_default());
                    pieces.push(Piece::Text(format!("].flat()) {}.append({name}, cookie)", names.headers)));
                    lines.push(pieces);
                }
                // The name is not written out, so it might be a list of cookies.
                (None, value) => lines.push(call(change.verb, Some(vec![Piece::Source(span_of(value))]))),
            }
        }
        let semi = if self.text_of(statement).ends_with(';') { ";" } else { "" };
        let mut pieces = Vec::new();
        for (at, line) in lines.into_iter().enumerate() {
            if at > 0 {
                pieces.push(Piece::Text(format!("\n{indent}")));
            }
            pieces.extend(line);
            pieces.push(Piece::Text(semi.into()));
        }
        self.edit(statement, pieces);
    }
}
