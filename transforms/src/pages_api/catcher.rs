//! Functions that do no more than hand what an `async` function fails with to `next`:
//!
//! ```ts
//! const catchAsync = (fn) => (req, res, next) => Promise.resolve(fn(req, res, next)).catch(next);
//! export const list = catchAsync(async (req, res) => { … });
//! ```
//!
//! A router that does so by itself, as that of next-connect 0, calls `list` as it would call the function inside.

use super::curried::annotations;
use super::wrap::returned;
use crate::syntax::ast::{Expr, Id, ReturnStmt, Stmt};
use crate::syntax::{Function, Module, Span, bare, callee_ident, function_of, ident, member_name, pat_ident, span_of};

/// A function whose failures another one hands on.
#[derive(Clone, Copy, Debug)]
pub struct Caught<'a> {
    /// The function.
    pub function: Function<'a>,
    /// The call around it.
    pub call: Span,
}

/// The function in `expr` of `module`, if that is a call of a function that `is_catcher` tells by its name. No type may
/// say what the call gives, and no comment stand in it that would be lost with it.
pub fn caught<'a>(module: &Module, expr: &'a Expr, is_catcher: &dyn Fn(&Id) -> bool) -> Option<Caught<'a>> {
    let Expr::Call(call) = bare(expr) else { return None };
    let [arg] = call.args.as_slice() else { return None };
    let function = function_of(&arg.expr).filter(|function| arg.spread.is_none() && function.is_async())?;
    let (whole, inner) = (span_of(call), function.span());
    let said = |comment: &Span| whole.contains(*comment) && !inner.contains(*comment);
    let typed = !annotations(module, |own| span_of(bare(own)) == whole).is_empty();
    let plain = !typed && span_of(expr) == whole && !module.comments.iter().any(said);
    // Without the call, the name of a function that is exported as default becomes one of the module.
    let named = function.name().is_some() && module.text[..whole.start].trim_end().ends_with("export default");
    let fits = plain && !named && !function.is_generator() && is_catcher(&callee_ident(call)?.to_id());
    fits.then_some(Caught { function, call: whole })
}

/// Whether `function` of `module` is one that hands failures on, and does nothing else.
pub fn is_catcher(module: &Module, function: Function<'_>) -> bool {
    let read = || {
        let alone = function.block().is_none_or(|block| block.stmts.len() == 1);
        let inner = returned(function).and_then(function_of).filter(|_| alone && is_plain(function))?;
        let ([given], [req, res, next]) = (names(function)?.try_into().ok()?, names(inner)?.try_into().ok()?);
        let catcher = Catcher { module, given, args: [req, res, next] };
        (!inner.is_generator() && catcher.is_body(inner)).then_some(())
    };
    read().is_some()
}

fn is_plain(function: Function<'_>) -> bool {
    !function.is_async() && !function.is_generator()
}

/// The names of the parameters, if each is a name.
fn names(function: Function<'_>) -> Option<Vec<Id>> {
    function.params().into_iter().map(|param| Some(pat_ident(param)?.to_id())).collect()
}

/// The names in such a function: what it is given, and what the inner function takes, `next` as the last.
struct Catcher<'m> {
    module: &'m Module,
    given: Id,
    args: [Id; 3],
}

impl Catcher<'_> {
    fn is_body(&self, inner: Function<'_>) -> bool {
        if let Some(expression) = inner.expression() {
            return self.hands_on(expression);
        }
        match inner.block().map(|block| block.stmts.as_slice()) {
            Some([Stmt::Try(attempt)]) => {
                let tries = only(&attempt.block.stmts).is_some_and(|tried| match bare(tried) {
                    Expr::Await(waited) => self.is_call(&waited.arg),
                    _ => false,
                });
                let fails = attempt.handler.as_ref().is_some_and(|clause| {
                    let given = clause.param.as_ref().and_then(pat_ident).map(|name| name.to_id());
                    given.is_some_and(|error| only(&clause.body.stmts).is_some_and(|expr| self.is_next(expr, &error)))
                });
                tries && fails && attempt.finalizer.is_none()
            }
            Some([statement]) => value(statement).is_some_and(|expr| self.hands_on(expr)),
            _ => false,
        }
    }

    /// `Promise.resolve(fn(req, res, next)).catch(next)`, or the same without `Promise.resolve`.
    fn hands_on(&self, expr: &Expr) -> bool {
        let expr = match bare(expr) {
            Expr::Await(waited) => bare(&waited.arg),
            other => other,
        };
        let Some((object, handler)) = method(expr, "catch") else { return false };
        let promise = match method(object, "resolve") {
            Some((promise, inner)) if self.is_promise(promise) => inner,
            _ => object,
        };
        self.is_call(promise) && self.takes_error(handler)
    }

    /// The language's own: the module may mean something else by the name.
    fn is_promise(&self, expr: &Expr) -> bool {
        ident(expr).is_some_and(|name| &*name.sym == "Promise" && self.module.is_free(&name.to_id()))
    }

    /// `next`, or a function that hands it what it is given.
    fn takes_error(&self, handler: &Expr) -> bool {
        if self.is_arg(handler, 2) {
            return true;
        }
        let Some(function) = function_of(handler).filter(|function| is_plain(*function)) else { return false };
        let (Some(params), body) =
            (names(function), function.expression().or_else(|| function.block().and_then(|block| only(&block.stmts))))
        else {
            return false;
        };
        matches!((params.as_slice(), body), ([error], Some(body)) if self.is_next(body, error))
    }

    /// `next(error)`.
    fn is_next(&self, expr: &Expr, error: &Id) -> bool {
        let Expr::Call(call) = bare(expr) else { return false };
        let [arg] = call.args.as_slice() else { return false };
        let given = ident(&arg.expr).is_some_and(|name| name.to_id() == *error);
        given && arg.spread.is_none() && callee_ident(call).is_some_and(|name| name.to_id() == self.args[2])
    }

    /// `fn(req, res, next)`.
    fn is_call(&self, expr: &Expr) -> bool {
        let Expr::Call(call) = bare(expr) else { return false };
        let own = callee_ident(call).is_some_and(|name| name.to_id() == self.given);
        let mut args = call.args.iter().enumerate();
        own && call.args.len() == 3 && args.all(|(at, arg)| arg.spread.is_none() && self.is_arg(&arg.expr, at))
    }

    fn is_arg(&self, expr: &Expr, at: usize) -> bool {
        ident(expr).is_some_and(|name| name.to_id() == self.args[at])
    }
}

/// The object and the one argument of a call of its member `name`.
fn method<'e>(expr: &'e Expr, name: &str) -> Option<(&'e Expr, &'e Expr)> {
    let Expr::Call(call) = bare(expr) else { return None };
    let Expr::Member(member) = bare(call.callee.as_expr()?) else { return None };
    let [arg] = call.args.as_slice() else { return None };
    let fits = arg.spread.is_none() && member_name(member).as_deref() == Some(name);
    fits.then_some((&*member.obj, &*arg.expr))
}

/// The expression that is all of a block.
fn only(statements: &[Stmt]) -> Option<&Expr> {
    match statements {
        [statement] => value(statement),
        _ => None,
    }
}

/// The expression of a statement, be it returned.
fn value(statement: &Stmt) -> Option<&Expr> {
    match statement {
        Stmt::Expr(statement) => Some(&statement.expr),
        Stmt::Return(ReturnStmt { arg, .. }) => arg.as_deref(),
        _ => None,
    }
}
