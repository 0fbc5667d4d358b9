//! Sends from callbacks that nobody awaits: a promise that they settle stands for the response.
//!
//! ```ts
//! form.parse(req, (error, fields) => {              return new Promise<Response>((resolve) => {
//!   if (error) return res.status(400).end();          form.parse(req, (error, fields) => {
//!   res.json(fields);                            →      if (error) return resolve(new NextResponse(null, { status: 400 }));
//! });                                                   resolve(NextResponse.json(fields));
//!                                                     });
//!                                                   });
//! ```
//!
//! Where nothing is sent, the request hangs before and after. A promise that is there already is used. What the last
//! call gives was waited for where it was awaited or returned; a failure of that is one of the new promise.

mod positions;

pub use positions::{Position, position};

use super::lists::Lists;
use crate::pages_api::{Carrier, operand};
use crate::syntax::ast::{
    ArrowExpr, AwaitExpr, CallExpr, Callee, Expr, Function as FunctionNode, FunctionBody, Id, Ident, NewExpr, Stmt,
    YieldExpr,
};
use crate::syntax::{Span, Visit, VisitWith, bare, function_of, ident, is_ident, member_name, pat_ident, span_of};

/// One promise that callbacks settle with a response.
#[derive(Debug)]
pub struct Settle {
    /// The expression that stands for the response: the promise, or the last statement that calls back.
    pub span: Span,
    /// The sends in its callbacks.
    pub sends: Vec<Span>,
    /// The statement lists of its callbacks.
    pub lists: Lists,
    /// The promise that is there already.
    pub own: Option<Own>,
    /// The statements that call back, if there is no promise yet.
    pub run: Vec<Span>,
    /// The call in the last of them, if its value was waited for.
    pub waited: Option<Span>,
    /// A `catch` around it answers what is thrown at once.
    pub caught: bool,
}

/// `new Promise<void>((resolve) => { … })`.
#[derive(Debug)]
pub struct Own {
    /// What `resolve` is called.
    pub resolve: String,
    /// `<void>`, or where that would stand.
    pub types: Span,
    /// Statements `resolve();` behind a send, which settle it with the response now.
    pub dropped: Vec<Span>,
    /// Sends that are the argument of `resolve` already.
    pub direct: Vec<Span>,
}

/// Finds them. `sends` are the sends in functions inside the carrier that are certain to answer, `others` all the
/// other sends.
pub fn settles(carrier: &Carrier<'_>, sends: &[Span], others: &[Span]) -> Vec<Settle> {
    let mut finder = Finder { carrier, sends, others, found: Vec::new() };
    if let Some(block) = carrier.function.block().filter(|_| !sends.is_empty()) {
        finder.list(&block.stmts, Around::Nothing);
    }
    finder.found
}

/// What stands around a statement.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Around {
    Nothing,
    /// A `catch` that sees what is thrown here.
    Catch,
    /// A `finally`, which would wait for the answer.
    Finally,
}

struct Finder<'f, 'a> {
    carrier: &'f Carrier<'a>,
    sends: &'f [Span],
    others: &'f [Span],
    found: Vec<Settle>,
}

impl Finder<'_, '_> {
    fn list(&mut self, list: &[Stmt], around: Around) {
        for statement in list {
            self.statement(statement, around);
        }
        // Only who awaits the promise sees in a `catch` what is thrown at once.
        if around == Around::Nothing || (around == Around::Catch && self.carrier.function.is_async()) {
            self.run(list, around == Around::Catch);
        }
    }

    fn statement(&mut self, statement: &Stmt, around: Around) {
        match statement {
            Stmt::Expr(expression) => self.promise(operand(&expression.expr)),
            Stmt::Return(value) => value.arg.iter().for_each(|value| self.promise(operand(value))),
            Stmt::Block(block) => self.list(&block.stmts, around),
            Stmt::If(choice) => {
                self.statement(&choice.cons, around);
                choice.alt.iter().for_each(|alt| self.statement(alt, around));
            }
            Stmt::Try(attempt) => {
                let outside = if attempt.finalizer.is_some() { Around::Finally } else { around };
                let inside = if outside == Around::Finally { outside } else { Around::Catch };
                self.list(&attempt.block.stmts, inside);
                attempt.handler.iter().for_each(|handler| self.list(&handler.body.stmts, outside));
            }
            Stmt::Switch(switch) => switch.cases.iter().for_each(|case| self.list(&case.cons, around)),
            _ => {}
        }
    }

    fn inside(&self, span: Span) -> Vec<Span> {
        self.sends.iter().copied().filter(|send| span.contains(*send)).collect()
    }

    fn promise(&mut self, expression: &Expr) {
        let Expr::New(new) = bare(expression) else { return };
        let sends = self.inside(span_of(new));
        if sends.is_empty() || self.others.iter().any(|other| span_of(new).contains(*other)) {
            return;
        }
        if let Some((own, lists)) = own(new, &sends) {
            let (run, waited, caught) = (Vec::new(), None, false);
            self.found.push(Settle { span: span_of(new), sends, lists, own: Some(own), run, waited, caught });
        }
    }

    /// Statements at the end of a list that call back, with plain ones between and behind them.
    fn run(&mut self, list: &[Stmt], caught: bool) {
        let leaves = |statement: &Stmt| match statement {
            Stmt::Return(value) => value.arg.is_none(),
            Stmt::Break(leave) => leave.label.is_none(),
            _ => false,
        };
        let end = list.len() - usize::from(list.last().is_some_and(leaves));
        let Some(last) = list[..end].last() else { return };
        let waited = self.waited(last, caught);
        let calls =
            |statement: &Stmt| self.calls_back(statement) || waited.is_some() && span_of(statement) == span_of(last);
        let mut run: Vec<&Stmt> =
            list[..end].iter().rev().take_while(|statement| calls(statement) || self.is_plain(statement)).collect();
        run.reverse();
        let Some(first) = run.iter().position(|statement| calls(statement)) else { return };
        let run = &run[first..];
        let Some(span) = plain_expression(last).or(waited) else { return };
        let mut lists = Bodies(Lists::default());
        run.iter().for_each(|statement| statement.visit_with(&mut lists));
        let sends: Vec<Span> = run.iter().flat_map(|statement| self.inside(span_of(*statement))).collect();
        // Once the promise is settled, the `catch` would not see what fails behind the answer.
        if caught && waited.is_some() && sends.iter().any(|send| !lists.0.behind(*send).is_empty()) {
            return;
        }
        let run = run.iter().map(|statement| span_of(*statement)).collect();
        self.found.push(Settle { span, sends, lists: lists.0, own: None, run, waited, caught });
    }

    /// Whether the statement calls something that calls a function back which sends.
    fn calls_back(&self, statement: &Stmt) -> bool {
        let Stmt::Expr(expression) = statement else { return false };
        matches!(bare(&expression.expr), Expr::Call(call) if calls_back(call) && !awaits(call) && self.sends_in(span_of(call)))
    }

    /// The call that the last statement waits for, or hands to who waits for the handler, if it calls back.
    fn waited(&self, statement: &Stmt, caught: bool) -> Option<Span> {
        let value = match statement {
            Stmt::Expr(expression) if matches!(bare(&expression.expr), Expr::Await(_)) => &expression.expr,
            // In a `try`, nobody sees what the promise throws that is only returned.
            Stmt::Return(value) if !caught => value.arg.as_ref()?,
            _ => return None,
        };
        let Expr::Call(call) = operand(value) else { return None };
        let span = span_of(call);
        let known = self.carrier.runs.iter().any(|(run, _)| *run == span)
            || self.carrier.calls.iter().any(|own| own.span == span);
        (!known && calls_back(call) && !awaits(call) && self.sends_in(span)).then_some(span)
    }

    /// Whether all sends in the call, at least one, are such that answer in any case.
    fn sends_in(&self, call: Span) -> bool {
        !self.inside(call).is_empty() && !self.others.iter().any(|other| call.contains(*other))
    }

    /// Whether the statement has nothing to do with the response, and can stand in another function.
    fn is_plain(&self, statement: &Stmt) -> bool {
        let span = span_of(statement);
        // What is set here would go with a send that stands before it.
        let writes = self.carrier.writes.iter().map(|write| write.span);
        let mut touched = writes.chain(self.carrier.calls.iter().map(|call| call.span));
        let Stmt::Expr(expression) = statement else { return false };
        let mut awaits = Awaits(false);
        expression.visit_with(&mut awaits);
        !touched.any(|place| span.contains(place)) && !awaits.0
    }
}

/// The expression of a statement that awaits nothing.
fn plain_expression(statement: &Stmt) -> Option<Span> {
    match statement {
        Stmt::Expr(expression) if !matches!(bare(&expression.expr), Expr::Await(_)) => {
            Some(span_of(operand(&expression.expr)))
        }
        _ => None,
    }
}

/// Methods that call a function for its value, or for each of many things: several sends or none.
const NO_CALLBACKS: [&str; 14] = [
    "then",
    "catch",
    "finally",
    "transaction",
    "$transaction",
    "forEach",
    "map",
    "filter",
    "some",
    "every",
    "find",
    "reduce",
    "flatMap",
    "sort",
];

/// `fn(x, () => …)` and `emitter.on('end', () => …)`.
fn calls_back(call: &CallExpr) -> bool {
    let named = match &call.callee {
        Callee::Expr(callee) => match bare(callee) {
            Expr::Member(member) => {
                let chained = matches!(bare(&member.obj), Expr::Call(inner) if !calls_nothing(inner));
                !chained && member_name(member).is_some_and(|name| !NO_CALLBACKS.contains(&name.as_str()))
            }
            Expr::Ident(_) => true,
            _ => false,
        },
        _ => false,
    };
    named && call.args.iter().any(|arg| function_of(&arg.expr).is_some())
}

/// No argument of the call is a function.
fn calls_nothing(call: &CallExpr) -> bool {
    call.args.iter().all(|arg| function_of(&arg.expr).is_none())
}

fn awaits(call: &CallExpr) -> bool {
    let mut awaits = Awaits(false);
    call.visit_with(&mut awaits);
    awaits.0
}

/// Looks for what only the function itself can do.
struct Awaits(bool);

impl Visit for Awaits {
    fn visit_await_expr(&mut self, _: &AwaitExpr) {
        self.0 = true;
    }
    fn visit_yield_expr(&mut self, _: &YieldExpr) {
        self.0 = true;
    }
    fn visit_function(&mut self, _: &FunctionNode) {}
    fn visit_arrow_expr(&mut self, _: &ArrowExpr) {}
}

/// The promise, if everything that settles it can be given the response.
fn own(new: &NewExpr, sends: &[Span]) -> Option<(Own, Lists)> {
    let callee = ident(&new.callee).filter(|name| &*name.sym == "Promise")?;
    let [only] = new.args.as_deref()? else { return None };
    let executor = function_of(&only.expr)?;
    let resolve = pat_ident(executor.params().first()?)?.to_id();
    let mut uses = Uses { resolve: resolve.clone(), mentions: 0, calls: Vec::new() };
    let mut lists = Bodies(Lists::default());
    only.visit_with(&mut uses);
    only.visit_with(&mut lists);
    let (mut dropped, mut direct) = (Vec::new(), Vec::new());
    for (call, argument) in &uses.calls {
        match argument {
            Some(argument) if sends.contains(argument) => direct.push(*argument),
            Some(_) => return None,
            None => {
                let statement = lists.0.statement_behind(*call, sends)?;
                dropped.push(statement);
            }
        }
    }
    // The parameter is a mention, too.
    if uses.mentions != uses.calls.len() + 1 {
        return None;
    }
    let after = span_of(callee).end;
    let types = new.type_args.as_ref().map_or(Span::at(after), |types| span_of(&**types));
    Some((Own { resolve: resolve.0.to_string(), types, dropped, direct }, lists.0))
}

/// Calls of `resolve` with what they are given, and all of its mentions.
struct Uses {
    resolve: Id,
    mentions: usize,
    calls: Vec<(Span, Option<Span>)>,
}

impl Visit for Uses {
    fn visit_ident(&mut self, name: &Ident) {
        self.mentions += usize::from(name.to_id() == self.resolve);
    }

    fn visit_call_expr(&mut self, call: &CallExpr) {
        if matches!(&call.callee, Callee::Expr(callee) if is_ident(callee, &self.resolve)) {
            let argument = match call.args.as_slice() {
                [] => None,
                [only] if crate::pages_api::is_nothing(&only.expr) => None,
                [only] => Some(span_of(operand(&only.expr))),
                _ => Some(span_of(call)),
            };
            self.calls.push((span_of(call), argument));
        }
        call.visit_children_with(self);
    }
}

/// The lists of all functions in a piece of code.
struct Bodies(Lists);

impl Visit for Bodies {
    fn visit_function_body(&mut self, body: &FunctionBody) {
        self.0.join(&body.stmts);
        body.visit_children_with(self);
    }
}
