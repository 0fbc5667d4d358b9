//! Handlers that answer by themselves or give data, which their wrapper sends.
//!
//! ```ts
//! const data = await handler(req, res);          const data = await handler(req, { params });
//! if (data !== undefined) res.json(data);   →    if (data instanceof Response) return data;
//!                                                if (data !== undefined) return NextResponse.json(data);
//! ```

use std::collections::BTreeSet;

use super::guards::{annotation, declared_before};
use super::{Builder, Line};
use crate::finding::Finding;
use crate::pages_api::{Call, Payload, ResponseUse, is_nothing};
use crate::rewrite::{Edit, Piece};
use crate::route_handler::lists::{Item, List};
use crate::syntax::ast::{
    ArrowExpr, AssignExpr, AwaitExpr, BreakStmt, CallExpr, ContinueStmt, Expr, Function, NewExpr, OptCall, ReturnStmt,
    Stmt, ThrowStmt, UpdateExpr,
};
use crate::syntax::{Span, Visit, VisitWith, span_of};

/// What a handler gives that is sent for it.
struct Value {
    /// Its name.
    name: String,
    /// The statements from the one with the call to where it is looked at.
    between: Vec<Span>,
    /// Where the handler has not answered, nothing may be sent.
    hangs: bool,
}

impl Builder<'_, '_, '_> {
    /// The call of a handler whose value is sent behind it, unless it has answered.
    pub(super) fn value(&mut self, call: &Call) {
        if self.sent_in_place(call) {
            return;
        }
        if call.asks_for_data() && self.awaited(call.span) == call.span {
            let help = "await it, in a statement of its own";
            return self.refuse("guard-helper", call.span, "nobody awaits here what the handler gives", help);
        } else if call.asks_for_data() {
            return self.stopping_guard(call);
        }
        let Some(Value { name, between, hangs }) = self.named_value(call) else {
            let message =
                "what the handler gives is looked at here, and a Route Handler gives nothing but its response";
            return self.refuse("guard-helper", call.span, message, "return it as it is, or send it, last thing");
        };
        let Some(before) = between.last().copied() else { return };
        if hangs {
            let message =
                "where the handler has not answered, this may send nothing; the request hung, now it is a 500";
            self.out.notes.push(Finding::note("no-response", &self.cx.module.path, call.span, message));
        }
        // Where the handler has answered, this ran behind that.
        self.waits(&between[1..]);
        let text = &self.cx.module.text;
        // A comment behind the statement stays with it.
        let line = text[before.end..].lines().next().unwrap_or_default();
        let own = if line.trim_start().starts_with("//") { line.len() } else { 0 };
        let (indent, semi) = (self.indent_at(before.start), self.own_semi(before));
        let answer = self.answer_of(call, &name);
        let check = format!("\n{indent}if ({name} instanceof Response) return {answer}{semi}");
        self.out.edits.extend(annotation(text, &self.lists, call).map(Edit::delete));
        self.out.edits.push(Edit::insert(before.end + own, check));
    }

    /// `res.json({ data: await handler(req) })`: what the handler gives is given a name first.
    fn sent_in_place(&mut self, call: &Call) -> bool {
        let awaited = self.awaited(call.span);
        let of_send = |send: &&ResponseUse| send.span.contains(call.span);
        let Some(send) = self.carrier.writes.iter().find(of_send) else { return false };
        let Some(Payload::Json(Some(value)) | Payload::Send(Some(value))) = &send.payload else { return false };
        if awaited == call.span || !span_of(value).contains(awaited) {
            return false;
        }
        // The handler runs first then.
        let Some(keeps) = self.order.keeps_before(value, awaited) else { return false };
        if !keeps || !self.head_keeps(send) {
            let message = "the handler would run before what stands in front of it here";
            let help = "give its result a name of its own, in a statement of the handler";
            self.refuse("guard-helper", call.span, message, help);
            return true;
        }
        let Some(statement) = self.statement_of(send.span).filter(|statement| self.lists.holds(*statement)) else {
            return self.sent_by_expression(call, awaited);
        };
        let name = self.fresh("result", self.lists.scope_of(statement));
        let (indent, semi) = (self.indent_at(statement.start), self.cx.dialect.style.semi());
        let answer = self.answer_of(call, &name);
        let check = format!("{semi}\n{indent}if ({name} instanceof Response) return {answer}{semi}\n{indent}");
        let named = Piece::Text(format!("const {name} = await "));
        let lines = vec![named, Piece::Source(call.span), Piece::Text(check)];
        self.edit(Span::at(statement.start), lines);
        self.takes_name(awaited, name);
        true
    }

    /// Whether the status and the headers of `send`, with those that are set right before it, stay what they are if other
    /// code runs before they are made.
    fn head_keeps(&self, send: &ResponseUse) -> bool {
        let holds = |item: &Item| item.expr == Some(send.span);
        let run = self.lists.lists.iter().find_map(|list| Some(&list.items[..list.items.iter().position(holds)?]));
        let write = |item: &Item| self.carrier.writes.iter().find(|write| item.expr == Some(write.span));
        let run = run.unwrap_or_default().iter().rev().map_while(write).take_while(|write| write.payload.is_none());
        run.chain([send]).all(|write| {
            let headers = write.headers.iter().filter_map(|change| change.value.as_ref());
            headers.chain(&write.status).all(|value| self.order.keeps(value))
        })
    }

    /// The same for a function that is nothing but the send: `async (req, res) => res.json(await handler(req))`.
    fn sent_by_expression(&mut self, call: &Call, awaited: Span) -> bool {
        if self.carrier.function.expression().is_none() {
            return false;
        }
        let (name, semi) = (self.fresh("result", 0), self.cx.dialect.style.semi());
        let first =
            vec![Piece::Text(format!("const {name} = await ")), Piece::Source(call.span), Piece::Text(semi.to_owned())];
        let second = vec![Piece::Text(format!("if ({name} instanceof Response) return {name}{semi}"))];
        for pieces in [first, second] {
            let used_at = vec![call.span];
            self.out.prologue.push(Line { pieces, used_at, awaits: true, request: true, params: true });
        }
        self.takes_name(awaited, name);
        true
    }

    fn takes_name(&mut self, value: Span, name: String) {
        self.edit(value, vec![Piece::Text(name)]);
    }

    /// What becomes of what `call` gives; `None` unless all that happens in the end is that it is sent.
    fn named_value(&self, call: &Call) -> Option<Value> {
        let text = &self.cx.module.text;
        let holds = |item: &&Item| item.span.contains(call.span);
        let lists = self.lists.lists.iter().filter(|list| list.items.iter().any(|item| holds(&item)));
        let list =
            lists.min_by_key(|list| list.items.iter().find(holds).map_or(0, |item| item.span.end - item.span.start))?;
        let at = list.items.iter().position(|item| holds(&item))?;
        let whole = list.items[at].span;
        let declared = declared_before(text, Span::new(whole.start, call.span.start))?;
        let name = declared.split(':').next().unwrap_or_default().trim();
        let rest = Span::new(call.span.end, whole.end).text(text).trim();
        let plain = !name.is_empty() && !name.contains(['{', '[', ',']) && matches!(rest, "" | ";");
        // Of a promise nobody can tell whether it answers.
        if !plain || self.awaited(call.span) == call.span {
            return None;
        }
        let mentions = |span: Span| {
            let mut own = self.references.iter().filter(|(id, _)| &*id.0 == name);
            own.any(|(_, places)| places.iter().any(|place| span.contains(*place)))
        };
        let sends = |span: Span| {
            let mut writes = self.carrier.writes.iter().filter(|write| write.payload.is_some());
            writes.any(|write| span.contains(write.span))
        };
        let asks = |span: Span| self.carrier.checks.iter().any(|check| span.contains(*check));
        let behind = &list.items[at + 1..];
        // What leaves would take the answer along: `if (options.raw) return;`.
        let leaves: BTreeSet<Span> = self.ways_out();
        let leaves = |span: Span| leaves.iter().any(|way| span.contains(*way));
        let looked = |span: Span| mentions(span) || sends(span) || asks(span) || leaves(span);
        let first = behind.iter().position(|item| looked(item.span))?;
        let tail = &behind[first..];
        let answers = tail.iter().all(|item| {
            let looks = sends(item.span) || asks(item.span) || leaves(item.span);
            item.leaves || (looks && self.settles_at(item.span, &sends))
        });
        let between = list.items[at..=at + first].iter().map(|item| item.span).collect();
        // Whether it was sent may be asked for in any way.
        let certain = |item: &Item| asks(item.span) || self.holds_at(item.span, &|one| always(one, &sends));
        let quiet = |item: &Item| leaves(item.span) && !sends(item.span);
        let hangs = tail.iter().find(|item| certain(item) || quiet(item)).is_none_or(|item| !certain(item));
        let value = || Value { name: name.to_owned(), between, hangs };
        (answers && sends_any(tail, &sends) && self.ends(list)).then(value)
    }

    /// Where the function is left, or a statement of it.
    fn ways_out(&self) -> BTreeSet<Span> {
        let mut found = WaysOut(BTreeSet::new());
        self.statements().iter().for_each(|statement| statement.visit_with(&mut found));
        found.0
    }

    /// Whether the statement at `span` [`settles`] the request where the handler has not.
    fn settles_at(&self, span: Span, sends: &dyn Fn(Span) -> bool) -> bool {
        self.holds_at(span, &|statement| settles(statement, sends))
    }

    /// Whether `is` holds for the statement at `span`.
    fn holds_at(&self, span: Span, is: &dyn Fn(&Stmt) -> bool) -> bool {
        let mut search = At { span, is, holds: false };
        self.statements().iter().for_each(|statement| search.visit_stmt(statement));
        search.holds
    }

    /// Whether nothing runs behind `list` but what a `finally` would do in any case.
    fn ends(&self, list: &List) -> bool {
        let (Some(first), Some(last)) = (list.items.first(), list.items.last()) else { return false };
        if last.returns {
            return true;
        }
        let around =
            |item: &Item| item.span != first.span && item.span.contains(first.span) && item.span.contains(last.span);
        let outer = self.lists.lists.iter().filter(|outer| outer.items.iter().any(around));
        for outer in outer {
            let Some(at) = outer.items.iter().position(around) else { continue };
            let is_try = self.text_of(outer.items[at].span).starts_with("try") && list.in_try;
            if !is_try || at + 1 < outer.items.len() {
                return false;
            }
        }
        true
    }
}

fn sends_any(items: &[Item], sends: &dyn Fn(Span) -> bool) -> bool {
    items.iter().any(|item| sends(item.span))
}

/// Whether each branch of `statement` sends, leaves, or is empty: what the handler has answered is behind it. Others ran
/// where it had.
fn settles(statement: &Stmt, sends: &dyn Fn(Span) -> bool) -> bool {
    match statement {
        Stmt::If(choice) if !sends(span_of(choice)) && acts(&choice.test) => false,
        Stmt::If(choice) => settles(&choice.cons, sends) && choice.alt.as_deref().is_none_or(|alt| settles(alt, sends)),
        Stmt::Block(block) => match block.stmts.as_slice() {
            [only] => settles(only, sends),
            all => all.is_empty() || sends(span_of(block)),
        },
        Stmt::Return(value) => value.arg.as_deref().is_none_or(is_nothing) || sends(span_of(value)),
        other => sends(span_of(other)),
    }
}

/// Whether each branch of `statement` sends.
fn always(statement: &Stmt, sends: &dyn Fn(Span) -> bool) -> bool {
    match statement {
        Stmt::If(choice) => always(&choice.cons, sends) && choice.alt.as_deref().is_some_and(|alt| always(alt, sends)),
        Stmt::Block(block) => block.stmts.iter().any(|statement| always(statement, sends)),
        other => sends(span_of(other)),
    }
}

/// Whether `test` does more than to look.
fn acts(test: &Expr) -> bool {
    let mut acts = Acts(false);
    test.visit_with(&mut acts);
    acts.0
}

struct Acts(bool);

impl Visit for Acts {
    fn visit_call_expr(&mut self, _: &CallExpr) {
        self.0 = true;
    }
    fn visit_opt_call(&mut self, _: &OptCall) {
        self.0 = true;
    }
    fn visit_new_expr(&mut self, _: &NewExpr) {
        self.0 = true;
    }
    fn visit_assign_expr(&mut self, _: &AssignExpr) {
        self.0 = true;
    }
    fn visit_update_expr(&mut self, _: &UpdateExpr) {
        self.0 = true;
    }
    fn visit_await_expr(&mut self, _: &AwaitExpr) {
        self.0 = true;
    }
}

/// Where a function is left, or a statement of it, those of functions inside aside.
struct WaysOut(BTreeSet<Span>);

impl Visit for WaysOut {
    fn visit_return_stmt(&mut self, statement: &ReturnStmt) {
        self.0.insert(span_of(statement));
    }
    fn visit_throw_stmt(&mut self, statement: &ThrowStmt) {
        self.0.insert(span_of(statement));
    }
    fn visit_break_stmt(&mut self, statement: &BreakStmt) {
        self.0.insert(span_of(statement));
    }
    fn visit_continue_stmt(&mut self, statement: &ContinueStmt) {
        self.0.insert(span_of(statement));
    }
    fn visit_function(&mut self, _: &Function) {}
    fn visit_arrow_expr(&mut self, _: &ArrowExpr) {}
}

/// Asks about the statement at a place.
struct At<'s> {
    span: Span,
    is: &'s dyn Fn(&Stmt) -> bool,
    holds: bool,
}

impl Visit for At<'_> {
    fn visit_stmt(&mut self, statement: &Stmt) {
        if span_of(statement) == self.span {
            self.holds = (self.is)(statement);
        } else if span_of(statement).contains(self.span) {
            statement.visit_children_with(self);
        }
    }
}
