//! Sends inside functions whose value comes back: `.then(…)`, `.catch(…)`, and the closure of a database
//! transaction or of another function that gives back what its closure gives. Where every way through them sends, the expression as a whole stands for the response.
//!
//! ```ts
//! save(order)
//!   .then((saved) => res.json(saved))
//!   .catch((error) => res.status(500).json({ error }));
//! ```

use std::collections::{BTreeMap, BTreeSet};

use super::carrier::Carrier;
use super::flow::{After, analyse, operand};
use super::locals::answering;
use super::plain::{expressions, gives, gives_nothing, plain_statements};
use crate::syntax::ast::{CallExpr, Callee, Expr, ExprOrSpread, Stmt};
use crate::syntax::{Function, Span, bare, function_of, member_name, span_of};

/// The sends of a function that stand in functions inside it and come back as values.
#[derive(Debug, Default)]
pub struct Answers<'a> {
    /// The expressions that stand for a response, and in what way.
    pub chains: BTreeMap<Span, Stands>,
    /// What follows each send inside.
    pub after: BTreeMap<Span, After>,
    /// Those that give nothing where nothing is sent: `.catch(console.error)`.
    pub open: BTreeSet<Span>,
    /// Those that would stand for what callbacks send, too.
    pub twice: BTreeSet<Span>,
    /// The functions that they stand in.
    pub functions: Vec<Function<'a>>,
    /// Those of the functions that are called by their names, at any time.
    pub locals: Vec<Span>,
    /// Those of the functions that `then` and `catch` are given, which wait for what they give.
    pub waited: BTreeSet<Span>,
}

/// In what way an expression stands for a response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stands {
    /// It is a promise of one.
    Promise,
    /// It is a promise of one that comes out of a transaction.
    Transaction,
    /// It is the response itself: `ok ? res.json(a) : res.status(404).end()`, or `fail(404)` of a function inside.
    Response,
}

impl<'a> Answers<'a> {
    fn add(&mut self, more: Answers<'a>) {
        self.chains.extend(more.chains);
        self.after.extend(more.after);
        self.open.extend(more.open);
        self.twice.extend(more.twice);
        self.functions.extend(more.functions);
        self.locals.extend(more.locals);
        self.waited.extend(more.waited);
    }
}

/// Finds them in `carrier`; `is_send` tells for an expression whether it sends.
pub fn answers<'a>(carrier: &Carrier<'a>, is_send: &dyn Fn(Span) -> bool, sends: &[Span]) -> Answers<'a> {
    let function = carrier.function;
    let locals = answering(function, sends, &|local, called| {
        let sends = [sends, called].concat();
        let is_send = |span: Span| is_send(span) || called.contains(&span);
        Finder { runs: &carrier.runs, is_send: &is_send, sends: &sends, answers: Answers::default() }.function(local)
    });
    let called: Vec<Span> = locals.iter().flat_map(|local| local.calls.iter().copied()).collect();
    let sends = [sends, &called].concat();
    let is_send = |span: Span| is_send(span) || called.contains(&span);
    let mut finder = Finder { runs: &carrier.runs, is_send: &is_send, sends: &sends, answers: Answers::default() };
    for local in locals {
        let promise =
            local.function.is_async() || local.answers.chains.values().any(|stands| *stands != Stands::Response);
        let stands = if promise { Stands::Promise } else { Stands::Response };
        finder.answers.chains.extend(local.calls.iter().map(|call| (*call, stands)));
        finder.answers.functions.push(local.function);
        finder.answers.locals.push(local.function.span());
        finder.answers.add(local.answers);
    }
    if let Some(block) = function.block() {
        for statement in &block.stmts {
            finder.enter(statement);
        }
    }
    if let Some(expression) = function.expression() {
        finder.expression(expression);
    }
    finder.answers
}

/// What follows each send in the function that `argument` is, if every way through it sends.
pub fn always_answers(
    argument: &Expr,
    is_send: &dyn Fn(Span) -> bool,
    sends: &[Span],
) -> Option<BTreeMap<Span, After>> {
    match (Finder { runs: &[], is_send, sends, answers: Answers::default() }).does(argument) {
        Does::Sends(answers) => Some(answers.after),
        Does::Nothing | Does::Throws | Does::Sometimes(_) | Does::Mixed => None,
    }
}

struct Finder<'f, 'a> {
    runs: &'f [(Span, usize)],
    is_send: &'f dyn Fn(Span) -> bool,
    sends: &'f [Span],
    answers: Answers<'a>,
}

/// What a promise in a chain gives.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Gives {
    /// Something else.
    Data,
    /// The response.
    Response,
    /// The response, or nothing where nothing is sent.
    Open,
}

/// What a function does about the response.
enum Does<'a> {
    /// Nothing, and it comes back.
    Nothing,
    /// Nothing; it always throws.
    Throws,
    /// It sends on every way; what follows each send, and what is inside it again.
    Sends(Answers<'a>),
    /// The same, but on some ways it neither sends nor gives anything.
    Sometimes(Answers<'a>),
    /// It sends on some ways only.
    Mixed,
}

impl<'a> Finder<'_, 'a> {
    fn enter(&mut self, statement: &'a Stmt) {
        for (expression, whole) in expressions(statement) {
            self.expression(expression);
            if whole {
                let found = self.choice(expression);
                self.answers.add(found);
            }
        }
    }

    /// What is found in a statement that chooses among sends.
    fn choice(&self, expression: &'a Expr) -> Answers<'a> {
        let mut found = Answers::default();
        let choice = operand(expression);
        if !matches!(choice, Expr::Cond(_)) || !self.gives(expression, &mut found) {
            return Answers::default();
        }
        let stands = if found.chains.is_empty() { Stands::Response } else { Stands::Promise };
        found.chains.insert(span_of(choice), stands);
        found
    }

    fn expression(&mut self, expression: &'a Expr) {
        let expression = operand(expression);
        let found = self.within(expression);
        self.answers.add(found);
    }

    /// What is found in the expression, if it stands for a response.
    fn within(&self, expression: &'a Expr) -> Answers<'a> {
        let mut found = Answers::default();
        let is_call = matches!(bare(expression), Expr::Call(_));
        match is_call.then(|| self.chain(expression, &mut found)).flatten() {
            Some(Gives::Response) => {}
            Some(Gives::Open) => {
                found.open.insert(span_of(expression));
            }
            Some(Gives::Data) | None => return Answers::default(),
        }
        let transaction = found.chains.values().any(|own| *own == Stands::Transaction);
        let stands = if transaction { Stands::Transaction } else { Stands::Promise };
        found.chains.insert(span_of(expression), stands);
        found
    }

    /// What the chain that ends in `expression` gives; `None` if sends in it cannot be told apart.
    fn chain(&self, expression: &'a Expr, found: &mut Answers<'a>) -> Option<Gives> {
        let Expr::Call(call) = bare(expression) else { return self.silent(expression) };
        if let Some((_, at)) = self.runs.iter().find(|(span, _)| *span == span_of(call)) {
            return self.run(call, *at, found);
        }
        let Callee::Expr(callee) = &call.callee else { return self.silent(expression) };
        let Expr::Member(member) = bare(callee) else { return self.silent(expression) };
        let name = member_name(member).unwrap_or_default();
        match name.as_str() {
            "then" => {
                let before = self.chain(&member.obj, found)?;
                found.waited.extend(call.args.iter().filter_map(|arg| Some(function_of(&arg.expr)?.span())));
                let does: Vec<Does<'a>> = call.args.iter().map(|arg| self.does(&arg.expr)).collect();
                match (before, does.as_slice()) {
                    (Gives::Data, [Does::Nothing | Does::Throws] | [Does::Nothing, Does::Nothing | Does::Throws]) => {
                        Some(Gives::Data)
                    }
                    (Gives::Data, [Does::Sends(_)] | [Does::Sends(_), Does::Sends(_) | Does::Throws]) => {
                        self.take(&call.args, does, found);
                        Some(Gives::Response)
                    }
                    (Gives::Data, [Does::Sometimes(_)]) => {
                        self.take(&call.args, does, found);
                        Some(Gives::Open)
                    }
                    _ => None,
                }
            }
            "catch" => {
                let before = self.chain(&member.obj, found)?;
                let [only] = call.args.as_slice() else { return None };
                found.waited.extend(function_of(&only.expr).map(Function::span));
                match (before, self.does(&only.expr)) {
                    (Gives::Data, Does::Nothing) => Some(Gives::Data),
                    (before, Does::Throws) => Some(before),
                    (Gives::Response | Gives::Open, Does::Nothing) if gives_nothing(&only.expr) => Some(Gives::Open),
                    (before @ (Gives::Response | Gives::Open), does @ Does::Sends(_)) => {
                        self.take(&call.args, vec![does], found);
                        Some(before)
                    }
                    (Gives::Response | Gives::Open, does @ Does::Sometimes(_)) => {
                        self.take(&call.args, vec![does], found);
                        Some(Gives::Open)
                    }
                    _ => None,
                }
            }
            "finally" => {
                let before = self.chain(&member.obj, found)?;
                call.args.iter().all(|arg| self.sends_inside(&arg.expr).is_none()).then_some(before)
            }
            // Prisma, Drizzle and Knex give back what the closure gives.
            "$transaction" | "transaction" => {
                let Some(first) = call.args.first() else { return self.silent(expression) };
                match self.does(&first.expr) {
                    does @ Does::Sends(_)
                        if call.args[1..].iter().all(|arg| self.sends_inside(&arg.expr).is_none()) =>
                    {
                        self.take(&call.args, vec![does], found);
                        found.chains.insert(span_of(call), Stands::Transaction);
                        Some(Gives::Response)
                    }
                    Does::Nothing | Does::Throws => self.silent(expression),
                    _ => None,
                }
            }
            _ => self.silent(expression),
        }
    }

    /// The same for a call that gives back what the function at position `at` gives.
    fn run(&self, call: &'a CallExpr, at: usize, found: &mut Answers<'a>) -> Option<Gives> {
        let function = call.args.get(at)?;
        if call.args[..at].iter().any(|arg| self.sends_inside(&arg.expr).is_some()) {
            return None;
        }
        match self.does(&function.expr) {
            does @ Does::Sends(_) => {
                self.take(&call.args[at..], vec![does], found);
                Some(Gives::Response)
            }
            Does::Nothing | Does::Throws => Some(Gives::Data),
            Does::Sometimes(_) | Does::Mixed => None,
        }
    }

    /// The start of a chain must not send.
    fn silent(&self, expression: &Expr) -> Option<Gives> {
        self.sends_inside(expression).is_none().then_some(Gives::Data)
    }

    fn take(&self, args: &'a [ExprOrSpread], does: Vec<Does<'a>>, found: &mut Answers<'a>) {
        for (arg, does) in args.iter().zip(does) {
            if let (Some(function), Does::Sends(answers) | Does::Sometimes(answers)) = (function_of(&arg.expr), does) {
                found.functions.push(function);
                found.add(answers);
            }
        }
    }

    fn sends_inside(&self, expression: &Expr) -> Option<Span> {
        let whole = span_of(expression);
        self.sends.iter().copied().find(|send| whole.contains(*send))
    }

    /// Whether all values that `value` can have are responses; registers what sends them.
    fn gives(&self, value: &'a Expr, found: &mut Answers<'a>) -> bool {
        let span = span_of(operand(value));
        // `void res.json()` gives nothing back.
        let plain = matches!(bare(value), Expr::Await(_)) || span_of(bare(value)) == span;
        let inner = self.within(operand(value));
        if !inner.open.is_empty() {
            return false;
        }
        if (self.is_send)(span) || inner.chains.contains_key(&span) {
            found.add(inner);
            found.after.insert(span, After::Returned);
            return plain;
        }
        match operand(value) {
            Expr::Cond(choice) => self.gives(&choice.cons, found) && self.gives(&choice.alt, found) && plain,
            _ => false,
        }
    }

    fn does(&self, argument: &'a Expr) -> Does<'a> {
        let Some(function) = function_of(argument) else {
            return if self.sends_inside(argument).is_some() { Does::Mixed } else { Does::Nothing };
        };
        self.does_in(function)
    }

    /// What comes back from `function`, if every way through it sends.
    fn function(&self, function: Function<'a>) -> Option<Answers<'a>> {
        match self.does_in(function) {
            Does::Sends(answers) => Some(answers),
            Does::Nothing | Does::Throws | Does::Sometimes(_) | Does::Mixed => None,
        }
    }

    fn does_in(&self, function: Function<'a>) -> Does<'a> {
        let whole = function.span();
        if function.is_generator() {
            return Does::Mixed;
        }
        if let Some(expression) = function.expression() {
            if self.sends_inside(expression).is_none() {
                return Does::Nothing;
            }
            let mut inner = Answers::default();
            let sends = self.gives(expression, &mut inner);
            let mut all = self.sends.iter().filter(|send| whole.contains(**send));
            let known = sends && all.all(|send| inner.after.contains_key(send));
            return if known { Does::Sends(inner) } else { Does::Mixed };
        }
        let Some(block) = function.block() else { return Does::Mixed };
        let inside = |span: Span| self.sends.iter().copied().find(|send| span.contains(*send));
        let mut inner = Answers::default();
        for (expression, whole) in block.stmts.iter().flat_map(expressions) {
            inner.add(self.within(operand(expression)));
            if whole {
                inner.add(self.choice(expression));
            }
        }
        let is_send = |span: Span| (self.is_send)(span) || inner.chains.contains_key(&span);
        let flow = analyse(&block.stmts, whole, &is_send, &inside, &|_| None);
        let always = flow.silent.is_empty() && flow.unclear.is_empty();
        // What stands behind a send on every way that leads there is never met.
        let own: Vec<Span> =
            block.stmts.iter().flat_map(expressions).map(|(expression, _)| span_of(operand(expression))).collect();
        let behind = self.sends.iter().filter(|send| own.contains(send) && !flow.sends.contains_key(send));
        inner.after.extend(behind.map(|send| (*send, After::Nothing(None))));
        // Each send of the function must be one that the flow has met.
        let known = |send: &Span| flow.sends.contains_key(send) || inner.after.contains_key(send);
        let all = self.sends.iter().filter(|send| whole.contains(**send)).all(known);
        let followed = all && inner.open.is_empty();
        let given =
            |span: &Span| block.stmts.iter().flat_map(plain_statements).any(|own| span_of(own) == *span && gives(own));
        let sometimes = followed && flow.unclear.is_empty() && !flow.silent.iter().any(given);
        match inside(whole) {
            None if always => Does::Throws,
            None => Does::Nothing,
            Some(_) if followed && always => {
                inner.after.extend(flow.sends);
                Does::Sends(inner)
            }
            Some(_) if sometimes => {
                inner.after.extend(flow.sends);
                Does::Sometimes(inner)
            }
            Some(_) => Does::Mixed,
        }
    }
}
