//! Responses that are written piece by piece: the statements from the first that uses `res` as a stream to the end
//! of the function.
//!
//! ```ts
//! res.setHeader('Content-Type', 'text/csv');
//! for await (const row of rows) {       // from here on
//!   res.write(line(row));
//! }
//! res.end();
//! ```
//!
//! They are taken for one send, which the rest of the code is told apart by: what stands before them may answer
//! otherwise, nothing stands behind them. Inside, `res` may only be what any stream of Node is, too.

mod uses;

use self::uses::{Uses, pipes};
use super::carrier::{Carrier, Escape, EscapeKind, Role};
use super::flow::{is_nothing, operand};
use super::response::{Payload, ResponseUse};
use crate::syntax::ast::{ArrowExpr, AwaitExpr, Decl, ForOfStmt, Function, Id, Pat, Stmt};
use crate::syntax::{Module, Span, Visit, VisitWith, bound_ids, references, span_of};

/// Statements that write the body.
#[derive(Clone, Debug)]
pub struct Streamed {
    /// The statements, in order.
    pub statements: Vec<Span>,
    /// What stands for all of them as a send: the expression that the first one is, or else that statement.
    pub send: Span,
    /// `req` in `req.on('close', …)` among them: a stream of its own closes with the response.
    pub listens: Vec<Span>,
    /// They stand in the block of a `try`, whose `catch` sees what they throw.
    pub in_try: bool,
    /// They await something.
    pub awaits: bool,
    /// The last of them certainly ends the response.
    pub ends: bool,
}

impl Streamed {
    /// All of the statements.
    pub fn span(&self) -> Span {
        let start = self.statements.first().map_or(0, |first| first.start);
        Span::new(start, self.statements.last().map_or(start, |last| last.end))
    }
}

impl Carrier<'_> {
    /// Whether `place` is among the statements that `send` stands for.
    pub fn streams(&self, send: Span, place: Span) -> bool {
        self.streamed.iter().any(|streamed| streamed.send == send && streamed.span().contains(place))
    }
}

/// What functions that are given the stream may do with it, by its type.
const WRITABLE: [&str; 6] = ["write", "on", "once", "off", "addListener", "removeListener"];

/// Finds the statements in all of `list`, where functions that do nothing but write to the stream need no change but
/// that of their types: these are taken out of the list, and their types given.
pub fn settle(module: &Module, list: &mut Vec<Carrier<'_>>, roots: usize) -> Vec<Span> {
    let writers: Vec<Id> = list[roots.min(list.len())..].iter().filter_map(writer).collect();
    list.iter_mut().for_each(|carrier| settle_one(module, carrier, &writers));
    let called = |name: &Id| list.iter().flat_map(|carrier| &carrier.calls).any(|call| call.means(name));
    let done: Vec<Id> = writers.into_iter().filter(|name| !called(name)).collect();
    let mut types = Vec::new();
    list.retain(|carrier| {
        let written = carrier.name.as_ref().is_some_and(|name| done.contains(name));
        if written {
            let params = carrier.function.params().into_iter().zip(&carrier.roles);
            let of_stream = params.filter(|(_, role)| **role == Some(Role::Res));
            types.extend(of_stream.filter_map(|(param, _)| match param {
                Pat::Ident(name) => name.type_ann.as_ref().map(|own| span_of(&*own.type_ann)),
                _ => None,
            }));
        }
        !written
    });
    types
}

/// The name of a function of the module that is given the response and only writes to it.
fn writer(carrier: &Carrier<'_>) -> Option<Id> {
    let writes = |escape: &Escape| match &escape.how {
        EscapeKind::Member(name) => WRITABLE.contains(&name.as_str()),
        EscapeKind::Argument(callee) => pipes(callee),
        _ => false,
    };
    let plain = carrier.res.is_some()
        && carrier.req.is_none()
        && carrier.held.is_empty()
        && carrier.calls.is_empty()
        && carrier.objects.is_empty()
        && carrier.checks.is_empty()
        && carrier.statuses.is_empty();
    let ends = |write: &ResponseUse| {
        matches!(write.payload, Some(Payload::End(_))) && write.status.is_none() && write.headers.is_empty()
    };
    let only = carrier.escapes.iter().all(writes) && carrier.writes.iter().all(ends);
    carrier.name.clone().filter(|name| plain && only && !carrier.escapes.is_empty() && !name.0.contains('.'))
}

/// Finds the statements in `carrier`, and lets one send stand for what they do with the response.
fn settle_one(module: &Module, carrier: &mut Carrier<'_>, writers: &[Id]) {
    let Some(uses) = Uses::of(module, carrier, writers) else { return };
    let Some(body) = carrier.function.block() else { return };
    let finder = Finder { carrier, uses: &uses, all: body.stmts.iter().collect() };
    let Some(found) = finder.list(&body.stmts, true, false) else { return uses.explain(carrier) };
    for streamed in &found {
        let whole = streamed.span();
        carrier.escapes.retain(|escape| !whole.contains(escape.span));
        carrier.writes.retain(|write| write.payload.is_none() || !whole.contains(write.span));
        carrier.calls.retain(|call| !whole.contains(call.span) || !uses.stream.contains(&call.span));
        carrier.checks.retain(|check| !whole.contains(*check));
        carrier.reads.retain(|read| !streamed.listens.iter().any(|object| object.start == read.span.start));
    }
    let writes = found.iter().map(|own| ResponseUse { payload: Some(Payload::Stream), ..ResponseUse::at(own.send) });
    carrier.writes.extend(writes);
    carrier.streamed = found;
}

struct Awaits(bool);

impl Visit for Awaits {
    fn visit_await_expr(&mut self, _: &AwaitExpr) {
        self.0 = true;
    }

    fn visit_for_of_stmt(&mut self, statement: &ForOfStmt) {
        self.0 |= statement.is_await;
        statement.visit_children_with(self);
    }

    fn visit_function(&mut self, _: &Function) {}
    fn visit_arrow_expr(&mut self, _: &ArrowExpr) {}
}

struct Finder<'f, 'a> {
    carrier: &'f Carrier<'a>,
    uses: &'f Uses,
    all: Vec<&'a Stmt>,
}

impl<'a> Finder<'_, 'a> {
    fn is_used(&self, statement: &Stmt) -> bool {
        self.uses.stream.iter().any(|place| span_of(statement).contains(*place))
    }

    /// Finds them in `list`; `last` says that nothing runs behind it. `None` if some of the uses cannot be put into a
    /// function of their own.
    fn list(&self, list: &'a [Stmt], last: bool, in_try: bool) -> Option<Vec<Streamed>> {
        let end = list.len() - usize::from(list.last().is_some_and(|last| leaves(last) || is_break(last)));
        let closed = last || matches!(list.last(), Some(Stmt::Return(_) | Stmt::Throw(_)));
        let mut found = Vec::new();
        for (at, statement) in list.iter().enumerate().filter(|(_, statement)| self.is_used(statement)) {
            let run = list.get(at..end).unwrap_or_default();
            if closed && !run.is_empty() && self.fits(run) {
                found.push(self.streamed(self.behind_head(list, at, end), in_try)?);
                return Some(found);
            }
            found.extend(self.inside(statement, closed && at + 1 == end, in_try)?);
        }
        Some(found)
    }

    /// The same with what stands between it and the headers set right before, so that these go with it.
    fn behind_head(&self, list: &'a [Stmt], at: usize, end: usize) -> &'a [Stmt] {
        let writes = self.carrier.writes.iter().filter(|write| write.payload.is_none());
        let heads: Vec<Span> = writes.map(|write| write.span).collect();
        let is_head = |statement: &Stmt| match statement {
            Stmt::Expr(expression) => heads.contains(&span_of(operand(&expression.expr))),
            _ => false,
        };
        let start = list[..at].iter().rposition(is_head).map_or(at, |head| head + 1);
        let longer = &list[start..end];
        if self.fits(longer) { longer } else { &list[at..end] }
    }

    fn streamed(&self, run: &[Stmt], in_try: bool) -> Option<Streamed> {
        let send = match run.first()? {
            Stmt::Expr(expression) => span_of(operand(&expression.expr)),
            Stmt::Return(returned) => returned.arg.as_deref().map(|value| span_of(operand(value)))?,
            other => span_of(other),
        };
        let statements: Vec<Span> = run.iter().map(span_of).collect();
        let inside = |place: Span| statements.iter().any(|statement| statement.contains(place));
        let listens = self.uses.listens.iter().filter(|listens| inside(listens.call));
        let listens = listens.map(|listens| listens.object).collect();
        let mut awaits = Awaits(false);
        run.iter().for_each(|statement| statement.visit_with(&mut awaits));
        Some(Streamed { statements, send, listens, in_try, awaits: awaits.0, ends: self.ends(run) })
    }

    /// Whether the last statement of `run` ends the response, in its `finally` at least.
    fn ends(&self, run: &[Stmt]) -> bool {
        let expression = match run.last() {
            Some(Stmt::Expr(expression)) => Some(&*expression.expr),
            Some(Stmt::Return(returned)) => returned.arg.as_deref(),
            Some(Stmt::Try(attempt)) => {
                return attempt.finalizer.as_ref().is_some_and(|block| self.ends(&block.stmts));
            }
            _ => None,
        };
        let Some(last) = expression.map(|expression| span_of(operand(expression))) else { return false };
        self.carrier.writes.iter().any(|write| write.span == last && write.payload.is_some())
            || self.uses.pipes.iter().any(|pipe| last.contains(*pipe))
    }

    /// Finds them in the lists of `statement`.
    fn inside(&self, statement: &'a Stmt, last: bool, in_try: bool) -> Option<Vec<Streamed>> {
        let mut found = Vec::new();
        let mut covered: Vec<Span> = Vec::new();
        match statement {
            Stmt::Block(block) => return self.list(&block.stmts, last, in_try),
            Stmt::If(choice) => {
                for branch in [Some(&choice.cons), choice.alt.as_ref()].into_iter().flatten() {
                    if self.is_used(branch) {
                        found.extend(self.inside(branch, last, in_try)?);
                        covered.push(span_of(&**branch));
                    }
                }
            }
            // A `finally` would run before the first piece is written, and a `catch` has to see what comes before that.
            Stmt::Try(attempt) if attempt.finalizer.is_none() && self.carrier.function.is_async() => {
                found.extend(self.list(&attempt.block.stmts, last, true)?);
                covered.push(span_of(&attempt.block));
            }
            Stmt::Switch(switch) => {
                for (at, case) in switch.cases.iter().enumerate() {
                    let alone = at + 1 == switch.cases.len() || case.cons.last().is_some_and(is_break);
                    found.extend(self.list(&case.cons, last && alone, in_try)?);
                    covered.push(span_of(case));
                }
            }
            _ => return None,
        }
        let whole = span_of(statement);
        let mut uses = self.uses.stream.iter().filter(|place| whole.contains(**place));
        uses.all(|place| covered.iter().any(|part| part.contains(*place))).then_some(found)
    }

    /// Whether the statements can be put into a function of their own.
    fn fits(&self, run: &[Stmt]) -> bool {
        let inside = |place: &Span| run.iter().any(|statement| span_of(statement).contains(*place));
        if self.uses.other.iter().any(inside) {
            return false;
        }
        let declared: Vec<Id> = run
            .iter()
            .flat_map(|statement| match statement {
                Stmt::Decl(Decl::Var(variable)) => variable.decls.iter().flat_map(|one| bound_ids(&one.name)).collect(),
                Stmt::Decl(Decl::Fn(function)) => vec![function.ident.to_id()],
                Stmt::Decl(Decl::Class(class)) => vec![class.ident.to_id()],
                _ => Vec::new(),
            })
            .collect();
        declared.is_empty()
            || self.all.iter().all(|statement| {
                let mentioned = references(*statement);
                declared.iter().all(|id| mentioned.get(id).is_none_or(|places| places.iter().all(inside)))
            })
    }
}

/// A `return` without a value that means anything.
fn leaves(statement: &Stmt) -> bool {
    matches!(statement, Stmt::Return(value) if value.arg.as_deref().is_none_or(is_nothing))
}

/// A bare `break`.
fn is_break(statement: &Stmt) -> bool {
    matches!(statement, Stmt::Break(leave) if leave.label.is_none())
}
