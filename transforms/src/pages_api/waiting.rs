//! Functions that wait for a connect-style middleware: a promise that is settled with what it calls back with.
//!
//! ```ts
//! const runMiddleware = (req, res, middleware) =>              // a runner
//!   new Promise((resolve, reject) => {
//!     middleware(req, res, (result) => (result instanceof Error ? reject(result) : resolve(result)))
//!   })
//!
//! const initMiddleware = (middleware) => (req, res) => …       // a maker of runners
//! ```

use crate::syntax::ast::{AssignExpr, AwaitExpr, BinaryOp, CallExpr, Expr, Id, IfStmt, ReturnStmt, Stmt, UpdateExpr};
use crate::syntax::{Function, Visit, VisitWith, bare, callee_ident, function_of, ident, pat_ident};

/// A promise of nothing but what a middleware calls back with.
#[derive(Clone, Copy, Debug)]
pub struct Waits {
    /// How it is settled, if that can be read.
    pub settles: Option<Settles>,
}

/// What a promise does with the value that it is called back with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Settles {
    /// It rejects instances of `Error`, and gives what is none.
    Values,
    /// It rejects instances of `Error`, and gives nothing.
    Silent,
    /// It rejects what is true.
    Truth,
}

/// `(req, res, fn) => new Promise((resolve, reject) => { fn(req, res, (result) => …) })`.
pub fn runner(function: Function<'_>) -> Option<Waits> {
    let [req, res, middleware] = names(function)?.try_into().ok()?;
    waits(result_of(function)?, &middleware, &req, &res)
}

/// `(fn) => (req, res) => new Promise(…)`.
pub fn runner_maker(function: Function<'_>) -> Option<Waits> {
    let [middleware] = names(function)?.try_into().ok()?;
    let inner = function_of(result_of(function)?)?;
    let [req, res] = names(inner)?.try_into().ok()?;
    waits(result_of(inner)?, &middleware, &req, &res)
}

/// What `(req, res) => new Promise((resolve, reject) => { cors(req, res, (result) => …) })` runs.
pub fn runs(function: Function<'_>) -> Option<Id> {
    #[derive(Default)]
    struct Called(Option<Id>);
    impl Visit for Called {
        fn visit_call_expr(&mut self, call: &CallExpr) {
            match callee_ident(call) {
                Some(name) if call.args.len() == 3 && self.0.is_none() => self.0 = Some(name.to_id()),
                _ => call.visit_children_with(self),
            }
        }
    }
    let [req, res] = names(function)?.try_into().ok()?;
    let result = result_of(function)?;
    let mut called = Called::default();
    result.visit_with(&mut called);
    called.0.filter(|middleware| waits(result, middleware, &req, &res).is_some())
}

/// The names of all parameters.
fn names(function: Function<'_>) -> Option<Vec<Id>> {
    function.params().into_iter().map(|param| pat_ident(param).map(|name| name.to_id())).collect()
}

/// What a function that does nothing else returns.
pub fn result_of(function: Function<'_>) -> Option<&Expr> {
    if let Some(expression) = function.expression() {
        return Some(expression);
    }
    match function.block()?.stmts.as_slice() {
        [Stmt::Return(ReturnStmt { arg: Some(result), .. })] => Some(result),
        _ => None,
    }
}

/// Reads `expr` as a promise of what `middleware` calls back with. The call of that is all that its executor does: what
/// it does beside it, or where it goes on without the middleware, has no place in the new form.
fn waits(expr: &Expr, middleware: &Id, req: &Id, res: &Id) -> Option<Waits> {
    let Expr::New(new) = bare(expr) else { return None };
    if ident(&new.callee).is_none_or(|name| &*name.sym != "Promise") {
        return None;
    }
    let executor = function_of(&new.args.as_deref()?.first()?.expr)?;
    let call = executor.expression().or_else(|| match executor.block()?.stmts.as_slice() {
        [only] => only_expression(only),
        _ => None,
    });
    let Expr::Call(call) = bare(call?) else { return None };
    let [first, second, back] = call.args.as_slice() else { return None };
    let called = is(call.callee.as_expr()?, middleware) && is(&first.expr, req) && is(&second.expr, res);
    if !called || call.args.iter().any(|arg| arg.spread.is_some()) {
        return None;
    }
    let Some(back) = function_of(&back.expr) else {
        return ident(&back.expr).is_some_and(|name| settler(&name.sym)).then_some(Waits { settles: None });
    };
    let promise = names(executor).and_then(|names| names.try_into().ok());
    only_settles(back).then(|| Waits { settles: promise.and_then(|promise| settles(back, &promise)) })
}

/// Whether `back` does nothing but to settle the promise.
fn only_settles(back: Function<'_>) -> bool {
    struct Work(bool);
    impl Visit for Work {
        fn visit_call_expr(&mut self, call: &CallExpr) {
            self.0 |= !callee_ident(call).is_some_and(|name| settler(&name.sym));
            call.visit_children_with(self);
        }
        fn visit_await_expr(&mut self, _: &AwaitExpr) {
            self.0 = true;
        }
        fn visit_assign_expr(&mut self, _: &AssignExpr) {
            self.0 = true;
        }
        fn visit_update_expr(&mut self, _: &UpdateExpr) {
            self.0 = true;
        }
    }
    let mut work = Work(false);
    match (back.block(), back.expression()) {
        (Some(block), _) => block.visit_with(&mut work),
        (None, Some(expression)) => expression.visit_with(&mut work),
        (None, None) => return false,
    }
    !work.0
}

/// What the functions that settle a promise are called by everybody.
fn settler(name: &str) -> bool {
    matches!(name, "resolve" | "reject")
}

/// Reads `(result) => (result instanceof Error ? reject(result) : resolve(result))`, or the same with `if`.
fn settles(back: Function<'_>, [resolve, reject]: &[Id; 2]) -> Option<Settles> {
    let [result] = names(back)?.try_into().ok()?;
    let (test, bad, good) = match (back.expression().map(bare), back.block().map(|block| block.stmts.as_slice())) {
        (Some(Expr::Cond(choice)), _) => (&*choice.test, &*choice.cons, &*choice.alt),
        (_, Some([only])) => match only {
            Stmt::If(IfStmt { test, cons, alt: Some(alt), .. }) => {
                (&**test, only_expression(cons)?, only_expression(alt)?)
            }
            other => match bare(only_expression(other)?) {
                Expr::Cond(choice) => (&*choice.test, &*choice.cons, &*choice.alt),
                _ => return None,
            },
        },
        // Once rejected, it stays rejected.
        (_, Some([Stmt::If(IfStmt { test, cons, alt: None, .. }), then])) => {
            (&**test, only_expression(cons)?, only_expression(then)?)
        }
        _ => return None,
    };
    let given = |expr: &Expr, callee: &Id| match bare(expr) {
        Expr::Call(call) if callee_ident(call)?.to_id() == *callee => match call.args.as_slice() {
            [] => Some(false),
            [only] if is(&only.expr, &result) => Some(true),
            _ => None,
        },
        _ => None,
    };
    if given(bad, reject) != Some(true) {
        return None;
    }
    match (bare(test), given(good, resolve)?) {
        (Expr::Bin(bin), gives) if bin.op == BinaryOp::InstanceOf && is(&bin.left, &result) => {
            let error = ident(&bin.right).is_some_and(|name| &*name.sym == "Error");
            error.then_some(if gives { Settles::Values } else { Settles::Silent })
        }
        (test, _) => is(test, &result).then_some(Settles::Truth),
    }
}

fn is(expr: &Expr, id: &Id) -> bool {
    ident(expr).is_some_and(|name| name.to_id() == *id)
}

/// The expression of a statement that is nothing else, or returns it.
fn only_expression(statement: &Stmt) -> Option<&Expr> {
    match statement {
        Stmt::Expr(expression) => Some(&expression.expr),
        Stmt::Return(ReturnStmt { arg: Some(value), .. }) => Some(value),
        Stmt::Block(block) => match block.stmts.as_slice() {
            [only] => only_expression(only),
            _ => None,
        },
        _ => None,
    }
}
