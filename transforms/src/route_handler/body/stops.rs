//! Calls of guards that, where they have answered, never let their caller go on.
//!
//! ```ts
//! const user = await useAuth(req, res);     const user = await useAuth(req);
//! const { id } = req.query;            →    if (user instanceof NextResponse) return user;
//! ```

use super::Builder;
use crate::finding::Finding;
use crate::pages_api::Call;
use crate::rewrite::{Edit, Piece};
use crate::syntax::ast::{FunctionBody, TryStmt};
use crate::syntax::{Span, Visit, VisitWith, span_of};

impl Builder<'_, '_, '_> {
    /// The call of such a guard, which is a statement or declares a name.
    pub(super) fn stopping_guard(&mut self, call: &Call) {
        let awaited = self.awaited(call.span);
        let aborts = self.callee_needs(call).is_some_and(|needs| needs.effect.aborts);
        if awaited == call.span {
            let what = if aborts { "helper" } else { "middleware" };
            let message = format!("nobody waits for this {what}, so that the handler goes on beside it");
            return self.refuse("guard-helper", call.span, message, "await it here");
        }
        let catches = self.cx.dialect.wrapped || self.lists.in_try(call.span) || !self.is_handler();
        if aborts && (catches || call.nested) {
            let message = "this helper throws where it has answered, and other code may catch that";
            let help = "let the helper return the response or a value, and tell them apart here";
            return self.refuse("guard-helper", call.span, message, help);
        }
        // Where a handler cannot read the body, nothing ran at all.
        let waits = !self.carrier.continuations.contains(&call.callee);
        let block = self.carrier.function.block().filter(|_| waits);
        if let Some(last) = block.and_then(|block| finally_behind(block, call.span)) {
            let message = "where the middleware has answered, this `finally` did not run before, and runs now";
            let finding = Finding::review("middleware-next", &self.cx.module.path, last, message);
            self.out.notes.push(finding.help("check that it may run there"));
        }
        // A handler may give any response, and what it gives else has no type that would tell it apart.
        let class = if waits { "NextResponse" } else { "Response" };
        self.out.response |= waits;
        if let Some(statement) = self.statement_of(call.span) {
            let scope = self.scope_for(statement);
            let name = self.fresh("response", scope);
            let (indent, answer) = (self.indent_at(statement.start), self.answer_of(call, &name));
            let pieces = self.checked((&name, class), awaited, &answer, &indent, self.own_semi(statement));
            return self.edit(statement, pieces);
        }
        if let Some(statement) = self.lists.branch_of(call.span) {
            let name = self.fresh("response", statement.start);
            let (outer, answer) = (self.indent_at(statement.start), self.answer_of(call, &name));
            let inner = format!("{outer}{}", self.cx.dialect.style.indent);
            let mut pieces = vec![Piece::Text(format!("{{\n{inner}"))];
            pieces.extend(self.checked((&name, class), awaited, &answer, &inner, self.own_semi(statement)));
            pieces.push(Piece::Text(format!("\n{outer}}}")));
            return self.edit(statement, pieces);
        }
        let Some((statement, name)) = self.declared_by(awaited) else {
            let message = match waits {
                true => "a function that may answer in place of the handler is called inside of an expression",
                false => "what the handler gives is a part of an expression here",
            };
            let help = "give its result a name of its own, in a statement of the handler";
            return self.refuse("guard-helper", call.span, message, help);
        };
        let indent = self.indent_at(statement.start);
        if let Some(name) = name {
            let answer = self.answer_of(call, &name);
            let end = self.own_semi(statement);
            let check = format!("\n{indent}if ({name} instanceof {class}) return {answer}{end}");
            return self.out.edits.push(Edit::insert(statement.end, check));
        }
        let scope = self.scope_for(statement);
        let name = self.fresh("result", scope);
        let answer = self.answer_of(call, &name);
        let mut pieces = self.checked((&name, class), awaited, &answer, &indent, self.cx.dialect.style.semi());
        pieces.push(Piece::Text(format!("\n{indent}")));
        // A name needs no parentheses.
        let mut value = awaited;
        while self.text_of(Span::new(statement.start, value.start)).ends_with('(')
            && self.text_of(Span::new(value.end, statement.end)).starts_with(')')
        {
            value = Span::new(value.start - 1, value.end + 1);
        }
        pieces.push(Piece::Source(Span::new(statement.start, value.start)));
        pieces.push(Piece::Text(name));
        pieces.push(Piece::Source(Span::new(value.end, statement.end)));
        self.edit(statement, pieces);
    }

    /// `const name = await guard(req)`, and the check of what it gave, whether that is a `class`, which ends with `end`.
    pub(super) fn checked(
        &self,
        (name, class): (&str, &str),
        value: Span,
        answer: &str,
        indent: &str,
        end: &str,
    ) -> Vec<Piece> {
        let semi = self.cx.dialect.style.semi();
        let check = format!("{semi}\n{indent}if ({name} instanceof {class}) return {answer}{end}");
        vec![Piece::Text(format!("const {name} = ")), Piece::Source(value), Piece::Text(check)]
    }

    /// The `;` that `statement` ends with, or nothing. What takes its place ends with the same: other code may stand
    /// behind it on the line, or a line that would go on with it.
    pub(super) fn own_semi(&self, statement: Span) -> &'static str {
        if self.text_of(statement).ends_with(';') { ";" } else { "" }
    }

    /// `const name = <value>`: the statement, if it stands in a list and declares nothing else, and the name. What is
    /// taken apart, or given a type, has none.
    pub(super) fn declared_by(&self, value: Span) -> Option<(Span, Option<String>)> {
        let items = self.lists.lists.iter().flat_map(|list| &list.items);
        let around = items.map(|item| item.span).filter(|span| span.contains(value));
        let statement = around.min_by_key(|span| span.end - span.start)?;
        let before = self.text_of(Span::new(statement.start, value.start));
        let declared = before.strip_prefix("const ").or_else(|| before.strip_prefix("let "))?;
        let opened = declared.trim_end().trim_end_matches(['(', ' ']);
        let pattern = opened.strip_suffix('=')?.trim();
        // Nothing else is made before the value is there.
        let mut depth = 0usize;
        for char in pattern.chars() {
            match char {
                '{' | '[' | '(' | '<' => depth += 1,
                '}' | ']' | ')' | '>' => depth = depth.saturating_sub(1),
                ',' | '=' if depth == 0 => return None,
                _ => {}
            }
        }
        let after = self.text_of(Span::new(value.end, statement.end)).trim();
        if matches!(after, "" | ";") && opened.len() == declared.trim_end().len() && is_name(pattern) {
            return Some((statement, Some(pattern.to_owned())));
        }
        let casts = after.trim_start_matches([')', ' ']).trim_end_matches(';');
        let plain = casts.is_empty() || (casts.starts_with("as ") && !casts.contains([',', '(', '.', '?']));
        plain.then_some((statement, None))
    }
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|char| char.is_alphanumeric() || matches!(char, '_' | '$'))
}

/// The `finally` behind what stands at `place`.
fn finally_behind(block: &FunctionBody, place: Span) -> Option<Span> {
    struct Finder(Span, Option<Span>);
    impl Visit for Finder {
        fn visit_try_stmt(&mut self, attempt: &TryStmt) {
            let last = attempt.finalizer.as_ref().map(span_of);
            if let Some(last) = last.filter(|last| span_of(attempt).contains(self.0) && !last.contains(self.0)) {
                self.1 = Some(last);
            }
            attempt.visit_children_with(self);
        }
    }
    let mut finder = Finder(place, None);
    block.visit_with(&mut finder);
    finder.1
}
