//! Bodies that are written piece by piece: what writes them goes into a function of its own.
//!
//! ```ts
//! res.status(206);                               return sendStream({ status: 206 }, async (res) => {
//! for await (const row of rows) {                  for await (const row of rows) {
//!   res.write(line(row));                     →      res.write(line(row));
//! }                                                }
//! res.end();                                       res.end();
//!                                                });
//! ```

use super::Builder;
use crate::finding::Finding;
use crate::pages_api::Streamed;
use crate::rewrite::{Edit, Piece};
use crate::route_handler::checks::Checks;
use crate::syntax::ast::{Expr, ExprOrSpread, MemberExpr};
use crate::syntax::{Span, Visit, VisitWith, ident, span_of};

impl Builder<'_, '_, '_> {
    /// Puts the statements into a function that `call`, which is open at its end, is given last.
    pub(super) fn stream(&mut self, streamed: &Streamed, mut call: Vec<Piece>) {
        let whole = streamed.span();
        let module = self.cx.module;
        let handlers = &self.cx.carriers.list[..self.cx.handlers];
        let is_handler = handlers.iter().any(|handler| std::ptr::eq(handler, self.carrier));
        if !is_handler && !streamed.ends {
            let message = "this helper writes to the response, and its caller may write more";
            return self.refuse(
                "response-member",
                streamed.send,
                message,
                "write to the response in the handler itself",
            );
        }
        self.assert_narrowed(whole);
        let (step, semi) = (self.cx.dialect.style.indent.clone(), self.cx.dialect.style.semi());
        let Some(res) = self.carrier.res.as_ref().map(|id| id.0.to_string()) else { return };
        // Anything new that is awaited makes it async, too.
        let awaits = streamed.awaits || self.out.awaits_at.iter().any(|place| whole.contains(*place));
        let mut head = vec![Piece::Text(if streamed.in_try { "return await " } else { "return " }.into())];
        head.append(&mut call);
        head.push(Piece::Text(format!("{}({res}) => {{", if awaits { "async " } else { "" })));
        let mut end = whole.start;
        for (at, statement) in streamed.statements.iter().enumerate() {
            let indent = self.indent_at(statement.start);
            let to = format!("{indent}{step}");
            let span = if at == 0 { *statement } else { self.with_comments(end, *statement) };
            end = statement.end;
            let mut pieces = std::mem::take(&mut head);
            pieces.push(Piece::Text(if at == 0 { format!("\n{to}") } else { step.clone() }));
            // A header that is set here has a form of its own already.
            match self.out.edits.iter().position(|edit| edit.span() == *statement) {
                Some(own) => {
                    let own = self.out.edits.remove(own);
                    let before = Span::new(span.start, statement.start);
                    pieces.push(Piece::Reindented { span: before, from: indent.clone(), to: to.clone() });
                    pieces.extend(own.reindented(&indent, &to));
                }
                None => pieces.push(Piece::Reindented { span, from: indent.clone(), to }),
            }
            if at + 1 == streamed.statements.len() {
                pieces.push(Piece::Text(format!("\n{indent}}}){semi}")));
            }
            self.edit(span, pieces);
        }
        // Once for all of the file.
        let first = self.cx.carriers.list.iter().find(|carrier| !carrier.streamed.is_empty());
        let is_first =
            first.is_some_and(|first| std::ptr::eq(first, self.carrier) && first.streamed[0].send == streamed.send);
        for typed in self.cx.carriers.writers.iter().filter(|_| is_first) {
            if self.cx.handlers == 0 {
                let message = "the type of the stream in this function would have to change in a file of helpers";
                self.refuse("helper-form", *typed, message, "write to the response where its status is set");
            }
            self.out.edits.push(Edit::replace(*typed, "NodeJS.WritableStream"));
        }
        for object in &streamed.listens {
            self.out.edits.push(Edit::replace(*object, res.clone()));
        }
        if let Some(last) = streamed.statements.last() {
            self.drop_leave(*last);
        }
        let message = match streamed.in_try {
            true => "an error behind the first piece breaks the answer off now, and the `catch` does not see it",
            false => "an error behind the first piece breaks the answer off now; before, its text came at the end",
        };
        let help = match streamed.listens.is_empty() {
            true => "see what happens where the body fails, and where the client leaves early",
            false => "see what happens where the body fails; what listens to `close` runs now when the client leaves",
        };
        self.out.notes.push(Finding::review("streamed-body", &module.path, streamed.send, message).help(help));
    }

    /// `if (!response.body) return …` says nothing to TypeScript of `response.body` in a function behind it.
    fn assert_narrowed(&mut self, streamed: Span) {
        let Some(block) = self.carrier.function.block().filter(|_| self.cx.dialect.typescript) else { return };
        let module = self.cx.module;
        let mut there: Vec<Span> = Vec::new();
        Checks::of_statements(&block.stmts, &mut |test, truth, range: Span| {
            let before = range.start <= streamed.start && range.contains(streamed);
            if truth && before && matches!(test, Expr::Member(member) if ident(&member.obj).is_some()) {
                there.push(span_of(test));
            }
        });
        if there.is_empty() {
            return;
        }
        let mut used = Used { within: streamed, found: Vec::new() };
        block.stmts.visit_with(&mut used);
        let same = |member: &Span| there.iter().any(|test| test.text(&module.text) == member.text(&module.text));
        self.out.edits.extend(used.found.into_iter().filter(same).map(|member| Edit::insert(member.end, "!")));
    }

    /// The statement with the comments before it; `from` is the end of what stands before.
    fn with_comments(&self, from: usize, statement: Span) -> Span {
        let between = self.text_of(Span::new(from, statement.start));
        // What stands on the line of the statement before stays there.
        let Some(line) = between.find('\n') else { return statement };
        let own = &between[line..];
        Span::new(from + line + own.len() - own.trim_start().len(), statement.end)
    }
}

/// Members of names that are read as something that is there: `response.body.getReader()`, `read(response.body)`.
struct Used {
    within: Span,
    found: Vec<Span>,
}

impl Used {
    fn add(&mut self, expr: &Expr) {
        if let Expr::Member(member) = expr
            && ident(&member.obj).is_some()
            && self.within.contains(span_of(expr))
        {
            self.found.push(span_of(expr));
        }
    }
}

impl Visit for Used {
    fn visit_member_expr(&mut self, member: &MemberExpr) {
        self.add(&member.obj);
        member.visit_children_with(self);
    }

    fn visit_expr_or_spread(&mut self, argument: &ExprOrSpread) {
        self.add(&argument.expr);
        argument.visit_children_with(self);
    }
}
