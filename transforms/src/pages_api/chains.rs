//! Sends inside functions whose value comes back: `.then(…)`, `.catch(…)`, and the closure of a database
//! transaction. Where every way through them sends, the expression as a whole stands for the response.
//!
//! ```ts
//! save(order)
//!   .then((saved) => res.json(saved))
//!   .catch((error) => res.status(500).json({ error }));
//! ```

use std::collections::BTreeMap;

use super::flow::{After, analyse, operand};
use crate::syntax::ast::{CallExpr, Callee, Expr, ReturnStmt, Stmt};
use crate::syntax::{Function, Span, bare, function_of, member_name, span_of};

/// The sends of a function that stand in functions inside it and come back as values.
#[derive(Debug, Default)]
pub struct Answers<'a> {
    /// The expressions that stand for a response, and whether it comes out of a transaction.
    pub chains: BTreeMap<Span, bool>,
    /// What follows each send inside.
    pub after: BTreeMap<Span, After>,
    /// The functions that they stand in.
    pub functions: Vec<Function<'a>>,
}

/// Finds them in `function`; `is_send` tells for an expression whether it sends.
pub fn answers<'a>(function: Function<'a>, is_send: &dyn Fn(Span) -> bool, sends: &[Span]) -> Answers<'a> {
    let mut finder = Finder { is_send, sends, answers: Answers::default() };
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
    match (Finder { is_send, sends, answers: Answers::default() }).does(argument) {
        Does::Sends(after) => Some(after),
        Does::Nothing | Does::Throws | Does::Mixed => None,
    }
}

struct Finder<'f, 'a> {
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
}

/// What a function does about the response.
enum Does {
    /// Nothing, and it comes back.
    Nothing,
    /// Nothing; it always throws.
    Throws,
    /// It sends on every way.
    Sends(BTreeMap<Span, After>),
    /// It sends on some ways only.
    Mixed,
}

impl<'a> Finder<'_, 'a> {
    fn enter(&mut self, statement: &'a Stmt) {
        for expression in expressions(statement) {
            self.expression(expression);
        }
    }

    fn expression(&mut self, expression: &'a Expr) {
        let expression = operand(expression);
        let mut found = Answers::default();
        if self.chain(expression, &mut found) == Some(Gives::Response) {
            let transaction = found.chains.values().any(|own| *own);
            self.answers.chains.insert(span_of(expression), transaction);
            self.answers.after.extend(found.after);
            self.answers.functions.extend(found.functions);
        }
    }

    /// What the chain that ends in `expression` gives; `None` if sends in it cannot be told apart.
    fn chain(&self, expression: &'a Expr, found: &mut Answers<'a>) -> Option<Gives> {
        let Expr::Call(call) = bare(expression) else { return self.silent(expression) };
        let Callee::Expr(callee) = &call.callee else { return self.silent(expression) };
        let Expr::Member(member) = bare(callee) else { return self.silent(expression) };
        let name = member_name(member).unwrap_or_default();
        match name.as_str() {
            "then" => {
                let before = self.chain(&member.obj, found)?;
                let does: Vec<Does> = call.args.iter().map(|arg| self.does(&arg.expr)).collect();
                match (before, does.as_slice()) {
                    (Gives::Data, [Does::Nothing | Does::Throws] | [Does::Nothing, Does::Nothing | Does::Throws]) => {
                        Some(Gives::Data)
                    }
                    (Gives::Data, [Does::Sends(_)] | [Does::Sends(_), Does::Sends(_) | Does::Throws]) => {
                        self.take(call, does, found);
                        Some(Gives::Response)
                    }
                    _ => None,
                }
            }
            "catch" => {
                let before = self.chain(&member.obj, found)?;
                let [only] = call.args.as_slice() else { return None };
                match (before, self.does(&only.expr)) {
                    (Gives::Data, Does::Nothing) => Some(Gives::Data),
                    (before, Does::Throws) => Some(before),
                    (Gives::Response, does @ Does::Sends(_)) => {
                        self.take(call, vec![does], found);
                        Some(Gives::Response)
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
                        self.take(call, vec![does], found);
                        found.chains.insert(span_of(call), true);
                        Some(Gives::Response)
                    }
                    Does::Nothing | Does::Throws => self.silent(expression),
                    _ => None,
                }
            }
            _ => self.silent(expression),
        }
    }

    /// The start of a chain must not send.
    fn silent(&self, expression: &Expr) -> Option<Gives> {
        self.sends_inside(expression).is_none().then_some(Gives::Data)
    }

    fn take(&self, call: &'a CallExpr, does: Vec<Does>, found: &mut Answers<'a>) {
        for (arg, does) in call.args.iter().zip(does) {
            if let (Some(function), Does::Sends(after)) = (function_of(&arg.expr), does) {
                found.functions.push(function);
                found.after.extend(after);
            }
        }
    }

    fn sends_inside(&self, expression: &Expr) -> Option<Span> {
        let whole = span_of(expression);
        self.sends.iter().copied().find(|send| whole.contains(*send))
    }

    fn does(&self, argument: &Expr) -> Does {
        let Some(function) = function_of(argument) else {
            return if self.sends_inside(argument).is_some() { Does::Mixed } else { Does::Nothing };
        };
        let whole = function.span();
        if function.is_generator() {
            return Does::Mixed;
        }
        if let Some(expression) = function.expression() {
            let span = span_of(operand(expression));
            // `void res.json()` gives nothing back.
            let plain = matches!(bare(expression), Expr::Await(_)) || span_of(bare(expression)) == span;
            return match (self.sends_inside(argument), (self.is_send)(span)) {
                (None, _) => Does::Nothing,
                (_, true) if plain => Does::Sends(BTreeMap::from([(span, After::Returned)])),
                _ => Does::Mixed,
            };
        }
        let Some(block) = function.block() else { return Does::Mixed };
        let inside = |span: Span| self.sends.iter().copied().find(|send| span.contains(*send));
        let flow = analyse(&block.stmts, whole, self.is_send, &inside, &|_| None);
        let always = flow.silent.is_empty() && flow.unclear.is_empty();
        // Each send of the function must be one that the flow has met.
        let all = self.sends.iter().filter(|send| whole.contains(**send)).all(|send| flow.sends.contains_key(send));
        match (inside(whole), always && all) {
            (None, true) => Does::Throws,
            (None, false) => Does::Nothing,
            (Some(_), true) => Does::Sends(flow.sends),
            (Some(_), false) => Does::Mixed,
        }
    }
}

/// The expressions that are statements or are returned, below `statement`, functions left out.
pub(super) fn expressions(statement: &Stmt) -> Vec<&Expr> {
    struct Found<'a>(Vec<&'a Expr>);
    // The visitor hands out short borrows, so the statements are walked by hand.
    impl<'a> Found<'a> {
        fn list(&mut self, list: &'a [Stmt]) {
            list.iter().for_each(|statement| self.statement(statement));
        }
        fn statement(&mut self, statement: &'a Stmt) {
            match statement {
                Stmt::Expr(expression) => self.0.push(&expression.expr),
                Stmt::Return(ReturnStmt { arg: Some(value), .. }) => self.0.push(value),
                Stmt::Block(block) => self.list(&block.stmts),
                Stmt::If(choice) => {
                    self.statement(&choice.cons);
                    choice.alt.iter().for_each(|alt| self.statement(alt));
                }
                Stmt::Try(attempt) => {
                    self.list(&attempt.block.stmts);
                    attempt.handler.iter().for_each(|handler| self.list(&handler.body.stmts));
                }
                Stmt::Switch(switch) => switch.cases.iter().for_each(|case| self.list(&case.cons)),
                _ => {}
            }
        }
    }
    let mut found = Found(Vec::new());
    found.statement(statement);
    found.0
}
