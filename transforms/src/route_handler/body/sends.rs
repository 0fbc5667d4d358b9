//! Sends, and what prepares them: each becomes a returned response.

use super::collected::Collected;
use super::early::Parts;
use super::{Builder, Line};
use crate::pages_api::{After, Payload, ResponseUse, Role, Short, voids};
use crate::rewrite::{Edit, Piece};
use crate::route_handler::lists::Item;
use crate::route_handler::packaged::needs_name;
use crate::route_handler::responses::{self, Pending, is_pure};
use crate::syntax::{Span, full_statement, span_of};

impl Builder<'_, '_, '_> {
    pub(super) fn sends(&mut self) {
        let carrier = self.carrier;
        let setters = self.setters();
        let given = self.needs.effect.headers;
        let plan = Collected::of(carrier, &self.lists, self.cx.after, &setters, given, &self.order);
        self.given_with_headers(&plan);
        let names = self.cx.names;
        let takes_status = |write: &ResponseUse| {
            let set_before = || plan.statuses.iter().any(|status| self.lists.can_precede(*status, write.span));
            write.payload.is_some() && write.status.is_none() && set_before()
        };
        let taking: Vec<bool> = carrier.writes.iter().map(takes_status).collect();
        let setting = carrier.calls.iter().filter(|call| setters.contains(&call.span));
        let mut headers_at: Vec<Span> = setting.flat_map(|call| self.given_at(call)).collect();
        let mut status_at = Vec::new();
        for (at, write) in carrier.writes.iter().enumerate() {
            if write.payload.is_some() {
                let needs_headers = self.has_headers(&plan, write.span);
                let needs_status = taking[at];
                if needs_headers {
                    headers_at.push(write.span);
                }
                if needs_status {
                    status_at.push(write.span);
                }
                let collected = if needs_headers { Some(plan.headers.as_slice()) } else { None };
                self.send(write, plan.folded.get(&at), collected, needs_status);
            } else if write.status.is_some() && !plan.is_folded(at) && self.is_step() {
                let message = "an error behind this is answered by the router, on the same `res`, with this status";
                self.refuse("headers-shared", write.span, message, "set the status right where the response is sent");
            } else if write.status.is_some() && !plan.is_folded(at) && self.cx.catches {
                let message = "a wrapper may answer behind this, on the same `res`, with this status";
                let help = "let the error carry the status, and set it where the wrapper answers";
                self.refuse("headers-shared", write.span, message, help);
            } else if !plan.is_folded(at) && !taking.contains(&true) && self.is_idle(write) {
                // No response has the status: whoever meant to send one forgot it.
                if let Some(statement) = self.statement_of(write.span) {
                    self.out.edits.push(Edit::delete(full_statement(&self.cx.module.text, statement)));
                }
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
            let statements = runs.iter().filter_map(|write| self.statement_of(carrier.writes[*write].span));
            let text = &self.cx.module.text;
            let mut gone: Vec<Span> = statements.map(|statement| full_statement(text, statement)).collect();
            if let (Some(first), Some(last)) = (gone.first().copied(), gone.last_mut()) {
                last.end += blank_left(text, first.start, last.end);
            }
            self.out.edits.extend(gone.into_iter().map(Edit::delete));
        }
        headers_at.extend(self.share(&plan));
        // It is given them.
        if self.needs.effect.headers {
            headers_at.clear();
        }
        let semi = self.cx.dialect.style.semi();
        for (used_at, text) in [
            (headers_at, format!("const {} = new {}(){semi}", names.headers, names.headers_class)),
            (status_at, format!("let {} = 200{semi}", names.status)),
        ] {
            if !used_at.is_empty() {
                let pieces = vec![Piece::Text(text)];
                self.out.prologue.push(Line { pieces, used_at, awaits: false, request: false, params: false });
            }
        }
    }

    /// `res.setHeader('X-Total', total); return rows;`: the wrapper makes the response of what the handler gives, and does not
    /// see its headers.
    fn given_with_headers(&mut self, plan: &Collected) {
        if !self.carrier.gives || self.needs.effect.always {
            return;
        }
        let sends = |expr: Span| {
            let writes = self.carrier.writes.iter().filter(|write| write.payload.is_some()).map(|write| write.span);
            let calls = self
                .carrier
                .calls
                .iter()
                .filter(|call| self.callee_needs(call).is_some_and(|needs| needs.effect.sends));
            writes.chain(calls.map(|call| call.span)).any(|send| send == expr)
        };
        let answers = |items: &[Item], at: usize| {
            let behind = at > 0 && items[at - 1].expr.is_some_and(sends);
            items[at].expr.is_some_and(sends) || (items[at].leaves && behind)
        };
        let mut ends: Vec<Span> = Vec::new();
        for list in &self.lists.lists {
            let gives = |at: &usize| list.items[*at].returns && !answers(&list.items, *at);
            ends.extend((0..list.items.len()).filter(gives).map(|at| list.items[at].span));
        }
        ends.extend(self.carrier.function.block().map(|block| Span::at(span_of(block).end)));
        let lost = plan.headers.iter().find(|write| ends.iter().any(|end| self.lists.can_precede(**write, *end)));
        if let Some(write) = lost.copied() {
            let message = "the wrapper sends what the handler gives, and does not see the headers that are set here";
            let help = "send it here, with its headers, or set them in the wrapper";
            self.refuse("headers-shared", write, message, help);
        }
    }

    /// Whether a router calls the function for requests: what it throws is answered by another one.
    fn is_step(&self) -> bool {
        self.carrier.routed.is_some() && self.carrier.roles.first() == Some(&Some(Role::Req))
    }

    /// Whether the write does nothing but to set a plain status.
    fn is_idle(&self, write: &ResponseUse) -> bool {
        let plain = write.status.as_ref().is_some_and(is_pure);
        plain && write.headers.is_empty() && !write.nested && !write.head && self.lists.is_statement(write.span)
    }

    pub(super) fn statement_of(&self, expr: Span) -> Option<Span> {
        self.lists.lists.iter().flat_map(|list| &list.items).find(|item| item.expr == Some(expr)).map(|item| item.span)
    }

    pub(super) fn send(
        &mut self,
        write: &ResponseUse,
        folded: Option<&Vec<usize>>,
        collected: Option<&[Span]>,
        status: bool,
    ) {
        let headers = collected.is_some();
        let cx = self.cx;
        if self.is_lost(write.span, write.nested) {
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
        let head = write.head || runs.iter().any(|run| run.head);
        if head && !matches!(write.payload, Some(Payload::End(_) | Payload::Stream)) {
            let message = "the head was written before, so that only `end` can follow";
            return self.refuse("response-form", write.span, message, "set status and headers in the usual way");
        }
        let own_status = write.status.as_ref().or_else(|| runs.iter().rev().find_map(|run| run.status.as_ref()));
        let own_unknown = own_status.is_some_and(|status| !cx.constants.allows_body(status));
        let made = self.order.early(&runs, write, headers);
        let Parts { write, changes, folded_status, lines } = self.made_early(&made, write, &runs);
        let write = &write;
        let early = if write.packaged && headers { self.set_before(write) } else { None };
        let plain = early.is_some().then(|| ResponseUse { headers: Vec::new(), ..write.clone() });
        let value_name = needs_name(write, cx.constants).then(|| {
            let scope = self.statement_of(write.span).map_or(0, |statement| self.lists.scope_of(statement));
            self.fresh("data", scope)
        });
        let pending = Pending {
            folded: &changes,
            folded_status: folded_status.as_ref(),
            headers: headers.then_some(cx.names.headers.as_str()),
            status: status.then_some(cx.names.status.as_str()),
            status_unknown: own_unknown
                || (status
                    && carrier.writes.iter().any(|write| {
                        let loose = write.status.as_ref().filter(|_| write.payload.is_none());
                        loose.is_some_and(|status| !cx.constants.allows_body(status))
                    })),
            // Functions of packages take any payload.
            body_type: cx.body_type.as_deref().filter(|_| !write.packaged),
            value_name: value_name.as_deref(),
            request: carrier.req.as_ref().map(|id| &*id.0),
            aliased: &cx.names.aliased,
        };
        let mut response =
            match responses::render(plain.as_ref().unwrap_or(write), &pending, cx.constants, &cx.dialect.style) {
                Ok(response) => response,
                Err(refusal) => {
                    let help = "write this response by hand, or keep this endpoint in pages/api";
                    return self.refuse("response-form", refusal.span, refusal.message, help);
                }
            };
        response.before.splice(0..0, lines);
        response.before.extend(early.into_iter().flatten());
        let forced = collected.map(|collected| self.forced(write, collected, response.helper));
        response.before.extend(forced.into_iter().flatten().map(|line| vec![Piece::Text(line)]));
        match response.helper {
            Some(helper) => self.out.helpers.push((helper, write.span)),
            None => self.out.response = true,
        }
        let streamed = carrier.streamed.iter().find(|streamed| streamed.send == write.span);
        let folds: Vec<Span> = runs.iter().map(|run| run.span).collect();
        let kept: Vec<Piece> = response.before.iter().flatten().chain(&response.value).cloned().collect();
        match streamed.and_then(|streamed| streamed.statements.first()) {
            Some(first) => self.lift_comments(&folds, &kept, *first),
            None => self.lift_comments(&[folds, vec![write.span]].concat(), &kept, write.span),
        }
        if let Some(streamed) = streamed {
            self.out.request_at.extend(carrier.req.as_ref().map(|_| write.span));
            return self.stream(streamed, response.value);
        }
        self.answer(write.span, response.value, response.before);
    }

    /// Puts `value` where the send at `span` is, returned.
    pub(super) fn answer(&mut self, span: Span, value: Vec<Piece>, before: Vec<Vec<Piece>>) {
        if self.settles(span) {
            return self.settle(span, value, before);
        }
        let after = self.cx.after.get(&span);
        let statement = self.statement_of(span);
        match (after, statement) {
            (Some(After::Returned), _) if before.is_empty() => {
                self.edit(span, value);
                self.kept_send(span);
            }
            (Some(_), Some(statement)) => {
                if !before.is_empty() && !self.lists.holds(statement) {
                    let help = "put braces around the statement";
                    let message = "this response needs a statement of its own here";
                    return self.refuse("send-in-expression", span, message, help);
                }
                self.leave(span, statement, before, value);
            }
            // Code that no method reaches; it stays a send, of the new kind.
            (None, Some(statement)) if !self.text_of(statement).starts_with("return") => {
                let mut pieces = vec![Piece::Text("return ".into())];
                pieces.extend(value);
                pieces.push(Piece::Text(if self.text_of(statement).ends_with(';') { ";" } else { "" }.into()));
                self.edit(statement, pieces);
            }
            (None, Some(_)) if before.is_empty() => self.edit(span, value),
            // `if (x) res.end();` without braces.
            (Some(After::Work(work)), None) => {
                let at = work.first().copied().unwrap_or(span);
                let message = "this runs after the response was sent, on more ways than one";
                self.refuse("work-after-send", at, message, "return the response where it is sent");
            }
            (_, None) => match (self.lists.branch_of(span), self.lists.short_of(span)) {
                (Some(statement), _) => self.branch(statement, None, value, before),
                (None, Some((statement, short))) if after.is_some() => {
                    self.branch(statement, Some(short), value, before);
                }
                _ => {
                    let help = "make it a statement of its own that is returned";
                    self.refuse("send-in-expression", span, "the response is sent inside a larger expression", help);
                }
            },
            _ => {
                let help = "make it a statement of its own that is returned";
                self.refuse("send-in-expression", span, "the response is sent inside a larger expression", help);
            }
        }
    }

    /// Returns `value` in place of a statement without braces around it, which runs if the test of `short` holds.
    pub(super) fn branch(&mut self, statement: Span, short: Option<Short>, value: Vec<Piece>, before: Vec<Vec<Piece>>) {
        let ends = if self.text_of(statement).ends_with(';') { ";" } else { "" };
        let semi = self.cx.dialect.style.semi();
        let mut pieces = Vec::new();
        if let Some(Short { test, around: (open, close), .. }) = short {
            pieces.push(Piece::Text(format!("if ({open}")));
            pieces.push(Piece::Source(test));
            pieces.push(Piece::Text(format!("{close}) ")));
        }
        let indent = self.indent_at(statement.start);
        let inner = format!("\n{indent}{}", self.cx.dialect.style.indent);
        let braces = !before.is_empty();
        if braces {
            pieces.push(Piece::Text(format!("{{{inner}")));
        }
        for line in before {
            pieces.extend(line);
            pieces.push(Piece::Text(format!("{semi}{inner}")));
        }
        pieces.push(Piece::Text("return ".into()));
        pieces.extend(value);
        pieces.push(Piece::Text(ends.into()));
        if braces {
            pieces.push(Piece::Text(format!("\n{indent}}}")));
        }
        self.edit(statement, pieces);
    }

    /// Takes away a `return;`, `return null;` or `break;` right behind `statement`, which is returned now.
    pub(super) fn drop_leave(&mut self, statement: Span) {
        let marked: Vec<Span> = self
            .cx
            .after
            .values()
            .filter_map(|after| match after {
                After::Nothing(leave) => *leave,
                _ => None,
            })
            .collect();
        for list in &self.lists.lists {
            let Some(at) = list.items.iter().position(|item| item.span == statement) else { continue };
            let goes = |next: &&Item| next.leaves || marked.contains(&next.span);
            if let Some(next) = list.items.get(at + 1).filter(goes) {
                self.drop_behind(statement, next.span);
            }
            return;
        }
    }

    /// Takes away the statement `next` behind `statement`, and what keeps the two apart if they share a line.
    pub(super) fn drop_behind(&mut self, statement: Span, next: Span) {
        let whole = full_statement(&self.cx.module.text, next);
        let between = Span::new(statement.end, next.start);
        let close =
            whole == next && between.start < between.end && self.text_of(between).chars().all(|char| char == ' ');
        self.out.edits.push(Edit::delete(if close { Span::new(statement.end, next.end) } else { whole }));
    }

    /// Takes away each `void` in front of a response that is returned.
    pub(super) fn voids(&mut self) {
        let returned = |send: &Span| self.cx.after.get(send) == Some(&After::Returned);
        let words = voids(self.carrier.function).into_iter().filter(|(_, send)| returned(send));
        self.out.edits.extend(words.map(|(word, _)| Edit::delete(word)));
    }

    pub(super) fn indent_at(&self, offset: usize) -> String {
        let text = &self.cx.module.text[..offset];
        let line = &text[text.rfind('\n').map_or(0, |at| at + 1)..];
        line[..line.len() - line.trim_start_matches([' ', '\t']).len()].to_owned()
    }
}

/// The length of the empty line at `end`, if what is taken away from `start` on follows another one, or opens a block.
fn blank_left(text: &str, start: usize, end: usize) -> usize {
    let line = if text[end..].starts_with("\r\n") { "\r\n" } else { "\n" };
    let before = text[..start].strip_suffix(line).unwrap_or_default();
    let doubled = before.ends_with('{') || before.ends_with('\n');
    if doubled && text[end..].starts_with(line) { line.len() } else { 0 }
}
