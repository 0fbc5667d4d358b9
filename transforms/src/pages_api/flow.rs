//! What happens after a send. In a Pages API route `res.json()` is a call like any other and the function goes
//! on; a Route Handler returns its response. For each send this finds out what would be lost by returning.

use std::collections::{BTreeMap, BTreeSet};

use super::kept::kept_answer;
use super::methods::{breaks, chosen_case, residual};
use super::short::short;
use crate::syntax::ast::{Expr, Lit, Stmt, SwitchStmt};
use crate::syntax::{Span, bare, span_of};

/// What follows a send.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum After {
    /// It is returned already.
    Returned,
    /// A statement with nothing behind it that runs, but for a bare `return` or a `break` that goes
    /// when the send is returned; its span.
    Nothing(Option<Span>),
    /// Statements that never send; the spans of those in the same list.
    Work(Vec<Span>),
    /// Code that may send again, at this place.
    Send(Span),
}

/// The result for one function and one method.
#[derive(Debug, Default)]
pub struct Flow {
    /// What follows each send that can run.
    pub sends: BTreeMap<Span, After>,
    /// The statement that each send is, if it is one.
    pub statements: BTreeMap<Span, Span>,
    /// Places where the function ends without having sent anything: a `return`, or the end.
    pub silent: BTreeSet<Span>,
    /// `break`s of loops and labels, and statements that we do not follow.
    pub unclear: BTreeSet<Span>,
}

/// Follows `body`. `is_send` tells for an expression, `await` and casts taken off, whether it sends;
/// `known` gives the values that conditions are folded by.
pub fn analyse(
    body: &[Stmt],
    end: Span,
    is_send: &dyn Fn(Span) -> bool,
    sends_inside: &dyn Fn(Span) -> Option<Span>,
    known: &dyn Fn(&Expr) -> Option<String>,
) -> Flow {
    let mut walk = Walk { is_send, sends_inside, known, flow: Flow::default() };
    let list = residual(body, known);
    if walk.list(&list, &Rest::End) {
        walk.flow.silent.insert(end);
    }
    walk.flow
}

/// The expression with `await`, `void` and casts taken off.
pub fn operand(expr: &Expr) -> &Expr {
    match bare(expr) {
        Expr::Await(inner) => operand(&inner.arg),
        Expr::Unary(unary) if unary.op == crate::syntax::ast::UnaryOp::Void => operand(&unary.arg),
        other => other,
    }
}

/// The sends among the values that a returned `value` can have, and whether all of these are sends:
/// `ok ? res.json(a) : res.status(400).end()`.
pub fn returned_sends(value: &Expr, is_send: &dyn Fn(Span) -> bool) -> (Vec<Span>, bool) {
    let value = operand(value);
    match value {
        send if is_send(span_of(send)) => (vec![span_of(send)], true),
        Expr::Cond(choice) => {
            let (mut sends, yes) = returned_sends(&choice.cons, is_send);
            let (more, no) = returned_sends(&choice.alt, is_send);
            sends.extend(more);
            (sends, yes && no)
        }
        _ => (Vec::new(), false),
    }
}

/// What runs when a statement list is done.
enum Rest<'r, 'a> {
    /// The function returns.
    End,
    /// These statements, then more.
    Then(&'r [&'a Stmt], &'r Rest<'r, 'a>),
    /// The body of a loop at this place runs again, or what follows the loop.
    Loop(Span, &'r Rest<'r, 'a>),
    /// The next cases of a `switch`, where a `break` leads to the rest behind it.
    Case(&'r [&'a Stmt], &'r Rest<'r, 'a>),
}

struct Walk<'w> {
    is_send: &'w dyn Fn(Span) -> bool,
    sends_inside: &'w dyn Fn(Span) -> Option<Span>,
    known: &'w dyn Fn(&Expr) -> Option<String>,
    flow: Flow,
}

impl Walk<'_> {
    /// Follows a list; true if control can reach its end without having sent.
    fn list(&mut self, list: &[&Stmt], rest: &Rest<'_, '_>) -> bool {
        for (at, statement) in list.iter().enumerate() {
            if let Some(send) = self.kept(statement, &list[at + 1..]) {
                self.flow.sends.insert(send, After::Returned);
                return false;
            }
            let behind = Rest::Then(&list[at + 1..], rest);
            if !self.statement(statement, &behind) {
                return false;
            }
        }
        true
    }

    /// The send that `statement` keeps for the end of the list `behind` it.
    fn kept(&self, statement: &Stmt, behind: &[&Stmt]) -> Option<Span> {
        let send = kept_answer(statement, behind).filter(|send| (self.is_send)(*send))?;
        behind.iter().all(|statement| (self.sends_inside)(span_of(*statement)).is_none()).then_some(send)
    }

    fn block(&mut self, statements: &[Stmt], rest: &Rest<'_, '_>) -> bool {
        let list = residual(statements, self.known);
        self.list(&list, rest)
    }

    fn statement(&mut self, statement: &Stmt, rest: &Rest<'_, '_>) -> bool {
        // The first of those that write the body piece by piece, up to the end.
        let whole = span_of(statement);
        if !matches!(statement, Stmt::Expr(_) | Stmt::Return(_)) && (self.is_send)(whole) {
            self.flow.sends.insert(whole, After::Nothing(None));
            self.flow.statements.insert(whole, whole);
            return false;
        }
        match statement {
            Stmt::Expr(expression) => {
                let expr = span_of(operand(&expression.expr));
                if !(self.is_send)(expr) {
                    self.short(&expression.expr, statement, rest);
                    return true;
                }
                let after = self.after(rest);
                self.flow.sends.insert(expr, after);
                self.flow.statements.insert(expr, span_of(statement));
                false
            }
            Stmt::Return(value) => {
                match value.arg.as_deref() {
                    Some(value) if self.returned(value) => {}
                    _ => {
                        self.flow.silent.insert(span_of(statement));
                    }
                }
                false
            }
            Stmt::Throw(_) => false,
            Stmt::Block(block) => self.block(&block.stmts, rest),
            Stmt::If(choice) => {
                let yes = self.inner(&choice.cons, rest);
                let no = choice.alt.as_deref().is_none_or(|alt| self.inner(alt, rest));
                yes || no
            }
            Stmt::Try(attempt) => {
                let mut open = self.block(&attempt.block.stmts, rest);
                if let Some(handler) = &attempt.handler {
                    open |= self.block(&handler.body.stmts, rest);
                }
                match &attempt.finalizer {
                    // A response that `finally` returns would replace the one that `try` returned.
                    Some(block) if (self.sends_inside)(span_of(block)).is_some() => {
                        self.flow.unclear.insert(span_of(block));
                        open
                    }
                    Some(block) => self.block(&block.stmts, rest) && open,
                    None => open,
                }
            }
            Stmt::Switch(switch) => self.switch(switch, rest),
            Stmt::While(node) => self.body(&node.body, span_of(statement), rest),
            Stmt::DoWhile(node) => self.body(&node.body, span_of(statement), rest),
            Stmt::For(node) => self.body(&node.body, span_of(statement), rest),
            Stmt::ForIn(node) => self.body(&node.body, span_of(statement), rest),
            Stmt::ForOf(node) => self.body(&node.body, span_of(statement), rest),
            Stmt::Labeled(_) => {
                if (self.sends_inside)(span_of(statement)).is_some() {
                    self.flow.unclear.insert(span_of(statement));
                }
                true
            }
            // A `break` ends its list; the list behind the loop or `switch` goes on.
            Stmt::Break(_) | Stmt::Continue(_) => true,
            _ => true,
        }
    }

    /// A statement that sends if something holds.
    fn short(&mut self, expression: &Expr, statement: &Stmt, rest: &Rest<'_, '_>) {
        if let Some(short) = short(expression).filter(|short| (self.is_send)(short.then)) {
            let after = self.after(rest);
            self.flow.sends.insert(short.then, after);
            self.flow.statements.insert(short.then, span_of(statement));
        }
    }

    fn inner(&mut self, statement: &Stmt, rest: &Rest<'_, '_>) -> bool {
        match statement {
            Stmt::Block(block) => self.block(&block.stmts, rest),
            other => self.list(&residual(std::slice::from_ref(other), self.known), rest),
        }
    }

    fn body(&mut self, body: &Stmt, place: Span, rest: &Rest<'_, '_>) -> bool {
        self.inner(body, &Rest::Loop(place, rest));
        true
    }

    fn switch(&mut self, switch: &SwitchStmt, rest: &Rest<'_, '_>) -> bool {
        if let Some(chosen) = chosen_case(switch, self.known, self.is_send) {
            return self.list(&chosen, &Rest::Case(&[], rest));
        }
        let mut open = !switch.cases.iter().any(|case| case.test.is_none());
        for (at, case) in switch.cases.iter().enumerate() {
            let next: Vec<&Stmt> = switch.cases[at + 1..].iter().flat_map(|case| &case.cons).collect();
            let list: Vec<&Stmt> = case.cons.iter().collect();
            // One that falls into the next case ends where that ends.
            let falls = at + 1 < switch.cases.len() && !case.cons.iter().any(|inner| breaks(inner, &|_| false));
            open |= self.list(&list, &Rest::Case(&next, rest)) && !falls;
        }
        open
    }

    /// Whether all values that `value` can have are sends; registers those that are.
    fn returned(&mut self, value: &Expr) -> bool {
        let (sends, all) = returned_sends(value, self.is_send);
        self.flow.sends.extend(sends.into_iter().map(|send| (send, After::Returned)));
        all
    }

    /// What runs after a send that stands before `rest`.
    fn after(&self, rest: &Rest<'_, '_>) -> After {
        let mut work = Vec::new();
        let mut first = true;
        let mut marker = None;
        let mut rest = rest;
        loop {
            let (statements, next) = match rest {
                Rest::End => break,
                Rest::Loop(place, _) => return After::Send(*place),
                Rest::Then(statements, next) | Rest::Case(statements, next) => (*statements, *next),
            };
            let mut jumped = false;
            for &statement in statements {
                match statement {
                    Stmt::Empty(_) | Stmt::Decl(crate::syntax::ast::Decl::Fn(_)) => {}
                    Stmt::Return(value) if value.arg.as_deref().is_none_or(is_nothing) => {
                        if first {
                            marker = Some(span_of(statement));
                        }
                        return if work.is_empty() { After::Nothing(marker) } else { After::Work(work) };
                    }
                    Stmt::Break(leave) if leave.label.is_none() => {
                        if first {
                            marker = Some(span_of(statement));
                        }
                        jumped = true;
                        break;
                    }
                    _ => {
                        let span = span_of(statement);
                        if let Some(again) = (self.sends_inside)(span) {
                            return After::Send(again);
                        }
                        work.push(span);
                        if matches!(statement, Stmt::Return(_) | Stmt::Throw(_)) {
                            return After::Work(work);
                        }
                    }
                }
            }
            first = false;
            rest = if jumped { behind_break(rest) } else { next };
        }
        if work.is_empty() { After::Nothing(marker) } else { After::Work(work) }
    }
}

/// Where a `break` that stands in `rest` leads: behind the nearest `switch` or loop.
fn behind_break<'r, 'a>(mut rest: &'r Rest<'r, 'a>) -> &'r Rest<'r, 'a> {
    loop {
        match rest {
            Rest::End => return rest,
            Rest::Then(_, next) => rest = next,
            Rest::Case(_, next) | Rest::Loop(_, next) => return next,
        }
    }
}

/// Values that a handler returns without meaning anything by it.
pub fn is_nothing(value: &Expr) -> bool {
    match bare(value) {
        Expr::Lit(Lit::Null(_) | Lit::Bool(_) | Lit::Num(_) | Lit::Str(_)) => true,
        Expr::Ident(name) => &*name.sym == "undefined",
        Expr::Object(object) => object.props.is_empty(),
        Expr::Unary(unary) => unary.op == crate::syntax::ast::UnaryOp::Void && matches!(bare(&unary.arg), Expr::Lit(_)),
        _ => false,
    }
}
