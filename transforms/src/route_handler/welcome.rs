//! The methods that a function may answer with something else than a refusal, which its callers may refuse:
//!
//! ```ts
//! function preflight(req, res) {
//!   if (req.method === 'OPTIONS') { res.status(204).end(); return true; }    // OPTIONS
//!   return false;
//! }
//! ```
//!
//! Whoever calls it has to be exported by these methods as well. A check that only refuses stands in nobody's way.

use std::collections::{BTreeMap, BTreeSet};

use super::effect::Effect;
use crate::pages_api::{Call, Carrier, Dispatch, residual};
use crate::project::{Method, MethodSet};
use crate::syntax::ast::{BinExpr, BinaryOp, CatchClause, CondExpr, Expr, IfStmt, Stmt, SwitchStmt};
use crate::syntax::{Span, Truth, Visit, VisitWith, literal_str, span_of, truth};

/// Those that `carrier` may answer so. `statuses` has what it sends itself, with the status as far as it is written
/// out; `calls` what the functions do that it calls.
pub fn welcomed(
    text: &str,
    carrier: &Carrier<'_>,
    statuses: &BTreeMap<Span, Option<u16>>,
    calls: &[(&Call, Effect)],
) -> MethodSet {
    let own = statuses.iter().filter(|(_, status)| !status.is_some_and(refuses));
    let own = own.map(|(span, _)| (*span, MethodSet::ALL));
    let called = calls.iter().map(|(call, effect)| (call.span, by_call(text, call, *effect)));
    reached(carrier, own.chain(called).collect(), true)
}

/// Those that the guards which `carrier` calls may answer so, in its place. What is caught is left out: a handler that
/// refuses a method throws nothing.
pub fn welcomed_by_guards(text: &str, carrier: &Carrier<'_>, effect: &dyn Fn(&Call) -> Effect) -> MethodSet {
    let given = |call: &&Call| carrier.continuations.contains(&call.callee) || carrier.nexts.contains(&call.callee);
    let guards = carrier.calls.iter().filter(|call| !given(call)).map(|call| (call, effect(call)));
    let guards = guards.filter(|(_, effect)| effect.sends && !effect.always);
    reached(carrier, guards.map(|(call, effect)| (call.span, by_call(text, call, effect))).collect(), false)
}

/// What `call` may answer so, which may say by which status.
fn by_call(text: &str, call: &Call, effect: Effect) -> MethodSet {
    let given = effect.status_at.and_then(|at| call.args.get(at)?.0.text(text).parse().ok());
    if given.is_some_and(refuses) { MethodSet::NONE } else { effect.welcomes }
}

fn refuses(status: u16) -> bool {
    status >= 400
}

/// The methods for which code runs that answers them: `answers` holds it, with the methods that it answers.
fn reached(carrier: &Carrier<'_>, answers: BTreeMap<Span, MethodSet>, caught: bool) -> MethodSet {
    if answers.values().all(|methods| methods.is_empty()) {
        return MethodSet::NONE;
    }
    let dispatches = Method::ALL.into_iter().map(Some).chain([None]);
    let runs = |method: &Dispatch| {
        let places = answers.iter().filter(|(_, methods)| methods.holds(*method)).map(|(place, _)| *place).collect();
        let known = carrier.known(Some(*method));
        let mut live = Live { known: &known, places, caught, found: false };
        if let Some(expression) = carrier.function.expression() {
            expression.visit_with(&mut live);
        }
        if let Some(block) = carrier.function.block() {
            live.list(&block.stmts);
        }
        live.found
    };
    dispatches.filter(runs).fold(MethodSet::NONE, MethodSet::with)
}

/// Looks for some places in code that can run, given what is known.
struct Live<'l> {
    known: &'l dyn Fn(&Expr) -> Option<String>,
    places: BTreeSet<Span>,
    /// Code that runs after something was thrown counts, too.
    caught: bool,
    found: bool,
}

impl Live<'_> {
    /// Goes through `list` up to the first statement that certainly leaves it; true if there is one.
    fn list(&mut self, list: &[Stmt]) -> bool {
        list.iter().any(|statement| {
            statement.visit_with(self);
            self.leaves(statement)
        })
    }

    fn leaves(&self, statement: &Stmt) -> bool {
        let left = residual(std::slice::from_ref(statement), self.known);
        left.into_iter().any(|statement| match statement {
            Stmt::Return(_) | Stmt::Throw(_) | Stmt::Break(_) | Stmt::Continue(_) => true,
            Stmt::Block(block) => block.stmts.iter().any(|statement| self.leaves(statement)),
            Stmt::If(choice) => self.leaves(&choice.cons) && choice.alt.as_deref().is_some_and(|alt| self.leaves(alt)),
            _ => false,
        })
    }

    /// The right side of `a && b` and the like, and the branches of `a ? b : c`, where they can run.
    fn choose(&mut self, test: &Expr, holds: &Expr, fails: Option<&Expr>) {
        let truth = truth(test, self.known);
        if truth != Truth::False {
            holds.visit_with(self);
        }
        if let Some(fails) = fails.filter(|_| truth != Truth::True) {
            fails.visit_with(self);
        }
    }
}

impl Visit for Live<'_> {
    fn visit_stmts(&mut self, list: &[Stmt]) {
        self.list(list);
    }

    fn visit_stmt(&mut self, statement: &Stmt) {
        self.found |= self.places.contains(&span_of(statement));
        statement.visit_children_with(self);
    }

    fn visit_expr(&mut self, expr: &Expr) {
        self.found |= self.places.contains(&span_of(expr));
        expr.visit_children_with(self);
    }

    fn visit_if_stmt(&mut self, choice: &IfStmt) {
        choice.test.visit_with(self);
        let truth = truth(&choice.test, self.known);
        if truth != Truth::False {
            choice.cons.visit_with(self);
        }
        if let Some(alt) = choice.alt.as_deref().filter(|_| truth != Truth::True) {
            alt.visit_with(self);
        }
    }

    fn visit_cond_expr(&mut self, choice: &CondExpr) {
        choice.test.visit_with(self);
        self.choose(&choice.test, &choice.cons, Some(&choice.alt));
    }

    fn visit_bin_expr(&mut self, bin: &BinExpr) {
        bin.left.visit_with(self);
        match bin.op {
            BinaryOp::LogicalAnd => self.choose(&bin.left, &bin.right, None),
            BinaryOp::LogicalOr if truth(&bin.left, self.known) == Truth::True => {}
            _ => bin.right.visit_with(self),
        }
    }

    fn visit_switch_stmt(&mut self, switch: &SwitchStmt) {
        switch.discriminant.visit_with(self);
        let value = (self.known)(&switch.discriminant);
        let tests = switch.cases.iter().map(|case| case.test.as_deref().and_then(literal_str));
        let tests: Vec<Option<String>> = tests.collect();
        let plain = switch.cases.iter().zip(&tests).all(|(case, test)| case.test.is_none() || test.is_some());
        let default = || switch.cases.iter().position(|case| case.test.is_none());
        // Unless all cases are plain texts, any may be the one.
        let Some(value) = value.filter(|_| plain) else { return switch.visit_children_with(self) };
        let start = tests.iter().position(|test| test.as_ref() == Some(&value)).or_else(default);
        for case in switch.cases.iter().skip(start.unwrap_or(switch.cases.len())) {
            if self.list(&case.cons) {
                break;
            }
        }
    }

    fn visit_catch_clause(&mut self, clause: &CatchClause) {
        if self.caught {
            clause.visit_children_with(self);
        }
    }
}
