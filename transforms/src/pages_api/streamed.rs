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

use std::collections::HashMap;

use super::carrier::{Carrier, EscapeKind, Role};
use super::flow::{is_nothing, operand};
use super::request::Part;
use super::response::{Payload, ResponseUse};
use crate::project::{Import, Imported, imports};
use crate::syntax::ast::{ArrowExpr, AwaitExpr, CallExpr, Decl, Expr, ForOfStmt, Function, Id, Stmt};
use crate::syntax::{
    Module, Span, Visit, VisitWith, bare, bound_ids, function_of, literal_str, member_name, references, span_of,
    stands_for,
};

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

/// Members of `res` that only make sense where the body is written piece by piece.
const WRITES: [&str; 3] = ["write", "flush", "flushHeaders"];

/// Other members that every stream has.
const MEMBERS: [&str; 17] = [
    "on",
    "once",
    "off",
    "addListener",
    "removeListener",
    "removeAllListeners",
    "destroy",
    "cork",
    "uncork",
    "writable",
    "writableEnded",
    "writableFinished",
    "writableLength",
    "writableNeedDrain",
    "writableHighWaterMark",
    "destroyed",
    "closed",
];

/// Functions of `stream` and `events` that take any stream.
const FUNCTIONS: [&str; 3] = ["once", "finished", "addAbortSignal"];

/// Finds the statements in `carrier`, and lets one send stand for what they do with the response.
pub fn settle(module: &Module, carrier: &mut Carrier<'_>) {
    let Some(uses) = Uses::of(module, carrier) else { return };
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
    let writes = found.iter().map(|streamed| ResponseUse {
        span: streamed.send,
        status: None,
        headers: Vec::new(),
        payload: Some(Payload::Stream),
        head: false,
        nested: false,
    });
    carrier.writes.extend(writes);
    carrier.streamed = found;
}

/// What a carrier does with the response, as far as it matters for a stream.
struct Uses {
    /// Where it is used as a stream.
    stream: Vec<Span>,
    /// Where it is used as something else.
    other: Vec<Span>,
    listens: Vec<Listens>,
}

/// `pipeline` or `stream.pipe`.
fn pipes(callee: &str) -> bool {
    callee == "pipeline" || callee.ends_with(".pipeline") || callee.ends_with(".pipe")
}

/// Whether `callee` is a function of Node's that takes any stream.
fn takes_streams(imports: &HashMap<Id, Import>, callee: &Id) -> bool {
    let (object, member) = callee.0.split_once('.').unwrap_or((&callee.0, ""));
    let Some(import) = imports.get(&(object.into(), callee.1)) else { return false };
    let module = import.specifier.strip_prefix("node:").unwrap_or(&import.specifier);
    let name = match &import.name {
        Imported::Name(name) if member.is_empty() => name.as_str(),
        _ => member,
    };
    matches!(module, "stream" | "stream/promises" | "events") && (name == "pipeline" || FUNCTIONS.contains(&name))
}

/// `req.on('close', …)`.
struct Listens {
    call: Span,
    object: Span,
}

impl Uses {
    /// Reads them; `None` if nothing is written piece by piece.
    fn of(module: &Module, carrier: &Carrier<'_>) -> Option<Uses> {
        let (mut stream, mut other, mut writes) = (Vec::new(), Vec::new(), false);
        for escape in carrier.escapes.iter().filter(|escape| escape.role == Role::Res) {
            let (is_write, is_stream) = match &escape.how {
                EscapeKind::Member(name) => (WRITES.contains(&name.as_str()), MEMBERS.contains(&name.as_str())),
                EscapeKind::Argument(callee) => {
                    let name = callee.rsplit('.').next().unwrap_or_default();
                    (pipes(callee), FUNCTIONS.contains(&name))
                }
                _ => (false, false),
            };
            writes |= is_write;
            if is_write || is_stream { &mut stream } else { &mut other }.push(escape.span);
        }
        let imports = imports(module);
        writes |= carrier.calls.iter().any(|call| pipes(&call.callee.0) && takes_streams(&imports, &call.callee));
        // The name of a stream has to be one that a parameter can have.
        let named = carrier.res.as_ref().is_some_and(|id| !id.0.contains('.'));
        if !writes || !named || carrier.wraps {
            return None;
        }
        for write in &carrier.writes {
            let plain = write.status.is_none() && write.headers.is_empty();
            let fits = match &write.payload {
                Some(Payload::End(_)) => plain,
                Some(_) => false,
                // Set before the first piece is written, or not at all.
                None => {
                    (write.status.is_none() || write.literal_status() == Some(200))
                        && write.headers.iter().all(|change| change.verb != "cors")
                }
            };
            if !fits {
                other.push(write.span);
            }
        }
        let carries = |role: &Option<Role>| *role == Some(Role::Res);
        let calls = carrier.calls.iter().filter(|call| {
            call.args.iter().any(|(_, role)| carries(role)) || call.held.iter().any(|(_, one)| one.role == Role::Res)
        });
        for call in calls {
            if takes_streams(&imports, &call.callee) { &mut stream } else { &mut other }.push(call.span);
        }
        other.extend(carrier.calls.iter().filter(|call| carrier.nexts.contains(&call.callee)).map(|call| call.span));
        other.extend(carrier.objects.iter().map(|object| object.span));
        // Only the old `res` knows whether its head went out.
        let asks_for_head = |check: &&Span| !check.text(&module.text).ends_with(".writableEnded");
        other.extend(carrier.checks.iter().filter(asks_for_head));
        // What is left of such code differs by method.
        other.extend(carrier.reads.iter().filter(|read| read.part == Part::Method).map(|read| read.span));
        let mut finder = ListenFinder { carrier, found: Vec::new() };
        carrier.function.block()?.visit_with(&mut finder);
        stream.extend(finder.found.iter().map(|listens| listens.call));
        Some(Uses { stream, other, listens: finder.found })
    }

    /// Says at the first piece what stands in the way.
    fn explain(&self, carrier: &mut Carrier<'_>) {
        let Some(first) = self.stream.iter().min() else { return };
        let asks = carrier.checks.iter().any(|check| self.other.contains(check));
        let behind = self.other.iter().any(|other| other.start > first.start);
        let why = match (asks, behind) {
            (true, _) => "the code asks whether something was sent",
            (false, true) => "the response is used in other ways behind that",
            (false, false) => "what writes it cannot be put into a function of its own",
        };
        let piece = |name: &str| WRITES.contains(&name);
        let places = carrier.escapes.iter_mut().filter(|escape| escape.role == Role::Res);
        let mut pieces = places.filter(|escape| matches!(&escape.how, EscapeKind::Member(name) if piece(name)));
        if let Some(first) = pieces.next() {
            first.how = EscapeKind::Pieces(why);
        }
    }
}

struct ListenFinder<'f, 'a> {
    carrier: &'f Carrier<'a>,
    found: Vec<Listens>,
}

impl Visit for ListenFinder<'_, '_> {
    fn visit_call_expr(&mut self, call: &CallExpr) {
        call.visit_children_with(self);
        let Some(Expr::Member(member)) = call.callee.as_expr().map(|callee| bare(callee)) else { return };
        let listens = matches!(member_name(member).as_deref(), Some("on" | "once"));
        let is_req = self.carrier.req.as_ref().is_some_and(|req| stands_for(&member.obj, req));
        let [event, listener] = call.args.as_slice() else { return };
        let plain = function_of(&listener.expr).is_none_or(|function| function.params().is_empty());
        if listens && is_req && plain && literal_str(&event.expr).as_deref() == Some("close") {
            self.found.push(Listens { call: span_of(call), object: span_of(&*member.obj) });
        }
    }
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
        Some(Streamed { statements, send, listens, in_try, awaits: awaits.0 })
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
