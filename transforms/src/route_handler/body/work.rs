//! Code that runs after the response was sent (reference, section 4).
//!
//! ```ts
//! res.status(201).json(order);                   const response = NextResponse.json(order, { status: 201 });
//! await sendReceipt(order);                 →    after(async () => {
//!                                                  await sendReceipt(order);
//!                                                });
//!                                                return response;
//! ```
//!
//! Before Next 15.1 there is no `after`: the client waits for the work, which a reviewer is told. So it does in a
//! wrapper, `const response = await handler(req, { params }); log(…); return response;`, where other code may run
//! behind the work.

use super::Builder;
use super::harmless::{harm_in, is_harmless};
use crate::finding::Finding;
use crate::pages_api::{After, Call, kept_work};
use crate::rewrite::{Edit, Piece};
use crate::route_handler::lists::Item;
use crate::syntax::ast::{
    self, ArrowExpr, AwaitExpr, BlockStmt, BreakStmt, ContinueStmt, Decl, ReturnStmt, Stmt, TryStmt,
};
use crate::syntax::{Module, Span, Visit, VisitWith, declared_names, full_statement, span_of};

/// What matters about some statements of a function, and about what is around a send.
struct Facts<'f> {
    work: &'f [Span],
    send: Span,
    inside: bool,
    /// The work awaits something.
    awaits: bool,
    /// The work returns.
    returns: bool,
    /// It leaves a loop or a `switch` around it.
    leaves: bool,
    /// How many loops, and how many loops and `switch`es, of the work are around.
    around: (usize, usize),
    /// The work is a `throw` and nothing else.
    throws: bool,
    /// A function is declared among the work, which code before it may call.
    declares: bool,
    /// A `finally` runs between the send and the work, or behind both.
    finally: bool,
}

impl Visit for Facts<'_> {
    fn visit_stmt(&mut self, statement: &Stmt) {
        let outer = self.inside;
        if self.work.contains(&span_of(statement)) {
            self.inside = true;
            self.throws = matches!(statement, Stmt::Throw(_));
            self.declares |= matches!(statement, Stmt::Decl(Decl::Fn(_)));
        }
        let around = self.around;
        let loops =
            matches!(statement, Stmt::For(_) | Stmt::ForIn(_) | Stmt::ForOf(_) | Stmt::While(_) | Stmt::DoWhile(_));
        self.around.0 += usize::from(self.inside && loops);
        self.around.1 += usize::from(self.inside && (loops || matches!(statement, Stmt::Switch(_))));
        statement.visit_children_with(self);
        (self.inside, self.around) = (outer, around);
    }

    fn visit_break_stmt(&mut self, statement: &BreakStmt) {
        self.leaves |= self.inside && (statement.label.is_some() || self.around.1 == 0);
    }

    fn visit_continue_stmt(&mut self, statement: &ContinueStmt) {
        self.leaves |= self.inside && (statement.label.is_some() || self.around.0 == 0);
    }

    fn visit_block_stmt(&mut self, block: &BlockStmt) {
        block.stmts.iter().for_each(|statement| self.visit_stmt(statement));
    }

    fn visit_await_expr(&mut self, expr: &AwaitExpr) {
        self.awaits |= self.inside;
        expr.visit_children_with(self);
    }

    fn visit_for_of_stmt(&mut self, statement: &ast::ForOfStmt) {
        self.awaits |= self.inside && statement.is_await;
        statement.visit_children_with(self);
    }

    fn visit_return_stmt(&mut self, statement: &ReturnStmt) {
        self.returns |= self.inside;
        statement.visit_children_with(self);
    }

    fn visit_try_stmt(&mut self, attempt: &TryStmt) {
        self.finally |= !self.inside && attempt.finalizer.is_some() && span_of(attempt).contains(self.send);
        attempt.visit_children_with(self);
    }

    fn visit_function(&mut self, _: &ast::Function) {}
    fn visit_arrow_expr(&mut self, _: &ArrowExpr) {}
    fn visit_class(&mut self, _: &ast::Class) {}
}

/// What may take time or fail in a `finally` behind one of the sends.
struct Finally<'f> {
    module: &'f Module,
    sends: Vec<Span>,
    found: Option<Span>,
    /// All that stands in such a `finally`.
    all: Vec<Span>,
}

impl Visit for Finally<'_> {
    fn visit_try_stmt(&mut self, attempt: &TryStmt) {
        attempt.visit_children_with(self);
        let Some(last) = &attempt.finalizer else { return };
        let before = Span::new(span_of(attempt).start, span_of(last).start);
        if self.sends.iter().any(|send| before.contains(*send)) {
            self.all.push(span_of(last));
            // A `return` there takes the place of the response.
            let leaves = || self.module.text_of(last).contains("return").then(|| span_of(last));
            self.found = self.found.or_else(|| harm_in(self.module, last)).or_else(leaves);
        }
    }
    fn visit_class(&mut self, _: &ast::Class) {}
}

const WAITS: &str = "this ran after the response was sent; now the client waits for it, and an error in it is a 500";
const HELP: &str = "do it before the response, or in `after()` from `next/server`";

impl<'b> Builder<'b, '_, '_> {
    /// The statement that sends becomes the `return` of `value`, with the `lines` before it; `ends` is its
    /// semicolon.
    pub(super) fn leave(&mut self, send: Span, statement: Span, lines: Vec<Vec<Piece>>, value: Vec<Piece>) {
        let work = match self.cx.after.get(&send) {
            Some(After::Work(work)) => work.as_slice(),
            _ => &[],
        };
        let semi = self.cx.dialect.style.semi();
        let indent = self.indent_at(statement.start);
        let mut pieces = Vec::new();
        for line in lines {
            pieces.extend(line);
            pieces.push(Piece::Text(format!("{semi}\n{indent}")));
        }
        let ends = if self.text_of(statement).ends_with(';') { ";" } else { "" };
        let keyword = match work {
            [] => "return ".to_owned(),
            work => match self.defer(send, statement, work) {
                Some(keyword) => keyword,
                None => return,
            },
        };
        pieces.push(Piece::Text(keyword));
        pieces.extend(value);
        pieces.push(Piece::Text(ends.into()));
        self.edit(statement, pieces);
        if work.is_empty() {
            self.drop_leave(statement);
        }
    }

    fn facts<'f>(&self, send: Span, work: &'f [Span]) -> Facts<'f> {
        let mut facts = Facts {
            work,
            send,
            inside: false,
            awaits: false,
            returns: false,
            leaves: false,
            around: (0, 0),
            throws: false,
            declares: false,
            finally: false,
        };
        if let Some(block) = self.carrier.function.block() {
            block.visit_with(&mut facts);
        }
        facts
    }

    /// Puts the work behind a send off, if that can be done: what stands before the response then.
    fn defer(&mut self, send: Span, statement: Span, work: &[Span]) -> Option<String> {
        let first = *work.first()?;
        if self.sets_late(work) {
            return None;
        }
        let facts = self.facts(send, work);
        let handler = self.is_handler();
        // A wrapper has code around it that ran behind the work, and still has to.
        let in_place = self.carrier.wraps || self.cx.outlast || !self.cx.dialect.after;
        let behind = self.behind(statement);
        let run: Vec<Item> = behind.iter().take_while(|item| !item.leaves).copied().collect();
        let end = behind.get(run.len()).map(|item| item.span);
        let inside = self.answers.after.contains_key(&send);
        let seen = inside || self.cx.dialect.wrapped || self.lists.in_try(send);
        if let ([_], true, true, false) = (work, facts.throws, handler, seen) {
            let message =
                "an error is thrown here after the response was sent; it was only logged, now it is not thrown";
            self.review(first, message, "log what should be known");
            if run.first().is_some_and(|item| item.span == first) {
                let whole = full_statement(&self.cx.module.text, first);
                self.out.edits.push(Edit::delete(whole));
            }
            return Some("return ".into());
        }
        if self.needs.effect.aborts && !handler {
            let message =
                "an error is thrown here after the response was sent; it was only logged, now it is not thrown";
            let note = Finding::note("work-after-send", &self.cx.module.path, first, message);
            self.out.notes.push(note.help("log what should be known"));
            self.out.edits.push(Edit::delete(full_statement(&self.cx.module.text, first)));
            return Some("return ".into());
        }
        let whole = run.iter().map(|item| item.span).eq(work.iter().copied());
        let name = self.fresh("response", self.lists.scope_of(statement));
        let message = match () {
            () if self.answers.after.contains_key(&send) => "this runs after the response was sent from a callback",
            () if !handler && !self.carrier.wraps => {
                "this runs after the response was sent, and the caller may do more"
            }
            () if !whole => "this runs after the response was sent, on more ways than one",
            () if facts.leaves => "this runs after the response was sent, and leaves what is around it",
            () if facts.finally => "this runs after the response was sent, and a `finally` runs after both",
            () if self.sets(work) || (!in_place && self.stuck(work, &facts)) => {
                "this runs after the response was sent, and cannot be put off"
            }
            () if !in_place && self.declares_after() => "`after` is needed here, and the file uses that name",
            () if in_place && facts.returns => "this runs after the response was sent, and returns",
            () => "",
        };
        if !message.is_empty() {
            self.refuse("work-after-send", first, message, HELP);
            return None;
        }
        if in_place {
            self.waits(work);
        } else if self.lists.in_try(send) {
            self.unseen(first);
        }
        self.statuses(send, work, &name);
        self.wrap(&run, (!in_place).then_some(facts.awaits), Some(&name));
        if let Some(end) = end {
            let whole = full_statement(&self.cx.module.text, end);
            self.out.edits.push(Edit::delete(whole));
        }
        Some(format!("const {name} = "))
    }

    /// Whether the function is one that answers requests, and no helper.
    pub(super) fn is_handler(&self) -> bool {
        let roots = &self.cx.carriers.list[..self.cx.carriers.roots];
        roots.iter().any(|root| std::ptr::eq(self.carrier, root)) && !self.cx.dialect.helper
    }

    /// Whether the work changes the response, or asks for it.
    fn sets(&self, work: &[Span]) -> bool {
        let inside = |span: Span| work.iter().any(|work| work.contains(span));
        self.carrier.writes.iter().any(|write| inside(write.span))
            || self.carrier.checks.iter().any(|check| inside(*check))
    }

    /// Whether the work cannot run in a function of its own.
    fn stuck(&self, work: &[Span], facts: &Facts<'_>) -> bool {
        let inside = |span: Span| work.iter().any(|work| work.contains(span));
        let params = self.needs.params && self.carrier.reads.iter().any(|read| inside(read.span));
        self.sets(work) || facts.declares || params
    }

    /// Whether the file has a name that generated code imports.
    fn declares_after(&self) -> bool {
        declared_names(&self.cx.module.ast).contains("after")
    }

    fn unseen(&mut self, first: Span) {
        let message = "this runs after the response, where the `catch` around it does not see its errors any more";
        self.review(first, message, "handle its errors in `after()`");
    }

    /// Puts the `return` of a name behind statements, and if they are put off, `after(() => { … })` around them, with the
    /// word whether they await something.
    fn wrap(&mut self, run: &[Item], after: Option<bool>, name: Option<&str>) {
        let style = &self.cx.dialect.style;
        let semi = style.semi();
        for (at, item) in run.iter().enumerate() {
            let indent = self.indent_at(item.span.start);
            let step = if after.is_some() { style.indent.clone() } else { String::new() };
            let mut pieces = Vec::new();
            match (at, after) {
                (0, Some(awaits)) => {
                    let head = if awaits { "after(async () => {" } else { "after(() => {" };
                    pieces.push(Piece::Text(format!("{head}\n{indent}{step}")));
                }
                _ => pieces.push(Piece::Text(step.clone())),
            }
            let to = format!("{indent}{step}");
            pieces.push(Piece::Reindented { span: item.span, from: indent.clone(), to });
            if at + 1 == run.len() {
                let close = if after.is_some() { format!("\n{indent}}}){semi}") } else { String::new() };
                let leave = name.map(|name| format!("\n{indent}return {name}{semi}")).unwrap_or_default();
                pieces.push(Piece::Text(close + &leave));
            }
            self.edit(item.span, pieces);
        }
    }

    /// Work that stays where it is, in front of the `return` now.
    pub(super) fn waits(&mut self, work: &[Span]) {
        if self.sets_late(work) {
            return;
        }
        let statements = self.statements();
        let Some(first) = work.iter().find(|span| !is_harmless(self.cx.module, statements, **span)) else { return };
        let help = match self.cx.outlast {
            true => "put it and what the wrapper does behind it into one `after()` from `next/server`",
            false => "Next 15.1 has `after()`, which runs code after the response",
        };
        self.review(*first, WAITS, help);
    }

    /// What a `finally` does behind a send in its `try`.
    pub(super) fn finally(&mut self) {
        let Some(block) = self.carrier.function.block() else { return };
        let own = self.carrier.writes.iter().filter(|write| write.payload.is_some()).map(|write| write.span);
        let sends = |call: &&Call| self.callee_needs(call).is_some_and(|needs| needs.effect.sends);
        let called = self.carrier.calls.iter().filter(sends).map(|call| call.span);
        // What stands for a response is made by functions inside.
        let made = self.answers.chains.keys().copied();
        let sends = own.chain(called).chain(made).collect();
        let mut behind = Finally { module: self.cx.module, sends, found: None, all: Vec::new() };
        block.visit_with(&mut behind);
        if self.sets_late(&behind.all) {
            return;
        }
        if let Some(first) = behind.found {
            self.review(first, WAITS, "put it into `after()` from `next/server`, or catch its errors");
        }
    }

    /// A response of a helper that is kept and returned at the end of the list: what stands between ran after it was sent.
    pub(super) fn kept(&mut self, call: Span) {
        let work = self.kept_work(call);
        self.waits(&work);
        if let Some((_, Some(name))) = self.declared_by(self.awaited(call)) {
            self.statuses(call, &work, &name);
        }
    }

    /// The same for one that is made here: `const sent = res.json(order); await mail(order); return sent`. What stands
    /// between is put off, if that can be done.
    pub(super) fn kept_send(&mut self, send: Span) {
        let work = self.kept_work(send);
        let Some(first) = work.first().copied() else { return };
        if self.sets_late(&work) {
            return;
        }
        let from = |items: &[Item]| Some(items[items.iter().position(|item| item.span == first)?..].to_vec());
        let Some(mut run) = self.lists.lists.iter().find_map(|list| from(&list.items)) else { return };
        run.truncate(work.len());
        let facts = self.facts(send, &work);
        let in_place = self.carrier.wraps || self.cx.outlast || !self.cx.dialect.after || !self.is_handler();
        if in_place || facts.finally || self.stuck(&work, &facts) || self.declares_after() {
            return self.waits(&work);
        }
        let harmless = |span: &Span| is_harmless(self.cx.module, self.statements(), *span);
        if self.lists.in_try(send) && !work.iter().all(harmless) {
            self.unseen(first);
        }
        self.wrap(&run, Some(facts.awaits), None);
    }

    fn kept_work(&self, send: Span) -> Vec<Span> {
        kept_work(self.statements(), send)
    }

    pub(super) fn statements(&self) -> &'b [Stmt] {
        self.carrier.function.block().map_or(&[], |block| &block.stmts)
    }

    /// The statements behind `statement` in its list.
    fn behind(&self, statement: Span) -> Vec<Item> {
        let find = |items: &[Item]| Some(items[items.iter().position(|item| item.span == statement)? + 1..].to_vec());
        self.lists.lists.iter().find_map(|list| find(&list.items)).unwrap_or_default()
    }

    /// A name like `name` that nothing in the file has, and that was not given yet in this scope, or one around or
    /// inside it: in a function for one method they may become one.
    pub(super) fn fresh(&mut self, name: &str, scope: usize) -> String {
        let taken = declared_names(&self.cx.module.ast);
        let mut fresh = name.to_owned();
        while taken.contains(&fresh)
            || self.given.iter().any(|(other, given)| *given == fresh && self.lists.meet(scope, *other))
        {
            fresh.push('_');
        }
        self.given.insert((scope, fresh.clone()));
        fresh
    }

    fn review(&mut self, span: Span, message: &str, help: &str) {
        self.out.notes.push(Finding::review("work-after-send", &self.cx.module.path, span, message).help(help));
    }
}
