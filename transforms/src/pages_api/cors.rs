//! The `cors` package in a handler: run by a function that waits for a connect-style middleware, as Next's
//! documentation shows it, or by `nextjs-cors`.
//!
//! ```ts
//! const cors = Cors({ methods: ['GET'] })
//! await runMiddleware(req, res, cors)                        // a function of the project
//!
//! const cors = initMiddleware(Cors({ methods: ['GET'] }))    // the same the other way round
//! await cors(req, res)
//!
//! await NextCors(req, res, { methods: ['GET'] })
//! ```
//!
//! A preflight request is answered by the middleware, which does not call back then, so that the handler
//! never goes on.

use std::collections::HashMap;

use super::wrap::constant;
use crate::project::{Import, Imported};
use crate::syntax::ast::{CallExpr, Expr, Id, Prop, PropOrSpread};
use crate::syntax::{
    Function, Module, Span, Visit, VisitWith, bare, callee_ident, function_of, ident, pat_ident, prop_name, span_of,
};

/// A call that applies CORS headers.
#[derive(Clone, Debug)]
pub struct CorsCall {
    /// The options that the package is given, if any.
    pub options: Option<Span>,
    /// The constant that is left without use, if one holds the middleware.
    pub holder: Option<Id>,
}

/// Finds such calls in one module.
pub struct CorsCalls<'c, 'a> {
    /// The module.
    pub module: &'a Module,
    /// What it imports.
    pub imports: &'c HashMap<Id, Import>,
    /// The functions that names of the module stand for, imported ones included.
    pub function: &'c dyn Fn(&Id) -> Option<Function<'a>>,
}

impl<'a> CorsCalls<'_, 'a> {
    /// What `call` is, if it applies CORS to `req` and `res`, which are its first two arguments.
    pub fn read(&self, call: &CallExpr) -> Option<CorsCall> {
        let callee = callee_ident(call)?.to_id();
        match call.args.as_slice() {
            [_, _] if self.is_package(&callee, "nextjs-cors") => Some(CorsCall { options: None, holder: None }),
            [_, _, options] if self.is_package(&callee, "nextjs-cors") => {
                Some(CorsCall { options: Some(plain(&options.expr)?), holder: None })
            }
            // `cors(req, res)` with `const cors = initMiddleware(Cors(…))`.
            [_, _] => {
                let Expr::Call(made) = bare(constant(self.module, &callee)?) else { return None };
                let [middleware] = made.args.as_slice() else { return None };
                let maker = (self.function)(&callee_ident(made)?.to_id())?;
                let options = self.middleware(&middleware.expr)?;
                is_runner_maker(maker).then_some(CorsCall { options, holder: Some(callee) })
            }
            // `runMiddleware(req, res, cors)` with `const cors = Cors(…)`.
            [_, _, middleware] => {
                let runner = (self.function)(&callee)?;
                let (options, holder) = match bare(&middleware.expr) {
                    Expr::Ident(name) => {
                        let id = name.to_id();
                        (self.middleware(constant(self.module, &id)?)?, Some(id))
                    }
                    inline => (self.middleware(inline)?, None),
                };
                is_runner(runner).then_some(CorsCall { options, holder })
            }
            _ => None,
        }
    }

    /// `Cors(options)`: where the options are.
    fn middleware(&self, expr: &Expr) -> Option<Option<Span>> {
        let Expr::Call(call) = bare(expr) else { return None };
        if !self.is_package(&callee_ident(call)?.to_id(), "cors") {
            return None;
        }
        match call.args.as_slice() {
            [] => Some(None),
            [options] => Some(Some(plain(&options.expr)?)),
            _ => None,
        }
    }

    fn is_package(&self, name: &Id, package: &str) -> bool {
        self.imports
            .get(name)
            .is_some_and(|import| import.specifier == package && import.name == Imported::Name("default".into()))
    }
}

/// Options that the new helper understands: an object literal without functions.
fn plain(options: &Expr) -> Option<Span> {
    let Expr::Object(object) = bare(options) else { return None };
    let known = [
        "origin",
        "methods",
        "allowedHeaders",
        "exposedHeaders",
        "credentials",
        "maxAge",
        "optionsSuccessStatus",
        "preflightContinue",
    ];
    let fits = object.props.iter().all(|property| {
        let PropOrSpread::Prop(property) = property else { return false };
        let Prop::KeyValue(pair) = &**property else { return false };
        let function =
            function_of(&pair.value).is_some() || matches!(bare(&pair.value), Expr::Ident(_) | Expr::Call(_));
        prop_name(&pair.key).is_some_and(|key| known.contains(&key.as_str()) && !(key == "origin" && function))
    });
    fits.then(|| span_of(options))
}

/// `(req, res, fn) => new Promise((resolve, reject) => { fn(req, res, (result) => …) })`.
fn is_runner(function: Function<'_>) -> bool {
    let params: Option<Vec<Id>> = function.params().into_iter().map(|p| pat_ident(p).map(|p| p.to_id())).collect();
    let Some([req, res, middleware]) = params.as_deref() else { return false };
    result_of(function).is_some_and(|result| waits(result, middleware, req, res))
}

/// `(fn) => (req, res) => new Promise(…)`.
fn is_runner_maker(function: Function<'_>) -> bool {
    let params = function.params();
    let [Some(middleware)] = params.iter().map(|param| pat_ident(param)).collect::<Vec<_>>()[..] else { return false };
    let Some(inner) = result_of(function).and_then(function_of) else { return false };
    let names: Option<Vec<Id>> = inner.params().into_iter().map(|p| pat_ident(p).map(|p| p.to_id())).collect();
    let Some([req, res]) = names.as_deref() else { return false };
    result_of(inner).is_some_and(|result| waits(result, &middleware.to_id(), req, res))
}

/// What a function that does nothing else returns.
fn result_of(function: Function<'_>) -> Option<&Expr> {
    use crate::syntax::ast::{ReturnStmt, Stmt};
    if let Some(expression) = function.expression() {
        return Some(expression);
    }
    match function.block()?.stmts.as_slice() {
        [Stmt::Return(ReturnStmt { arg: Some(result), .. })] => Some(result),
        _ => None,
    }
}

/// Whether `expr` is a promise of nothing but what the middleware calls back with.
fn waits(expr: &Expr, middleware: &Id, req: &Id, res: &Id) -> bool {
    struct Calls<'w> {
        middleware: &'w Id,
        req: &'w Id,
        res: &'w Id,
        found: usize,
        others: usize,
    }
    impl Visit for Calls<'_> {
        fn visit_call_expr(&mut self, call: &CallExpr) {
            let is = |at: usize, id: &Id| {
                call.args.get(at).and_then(|arg| ident(&arg.expr)).is_some_and(|name| name.to_id() == *id)
            };
            let callee = callee_ident(call).map(|name| name.to_id());
            if callee.as_ref() == Some(self.middleware) && is(0, self.req) && is(1, self.res) && call.args.len() == 3 {
                self.found += 1;
            } else if !callee.is_some_and(|name| matches!(&*name.0, "resolve" | "reject")) {
                self.others += 1;
            }
            call.visit_children_with(self);
        }
        fn visit_await_expr(&mut self, _: &crate::syntax::ast::AwaitExpr) {
            self.others += 1;
        }
    }
    let Expr::New(new) = bare(expr) else { return false };
    if ident(&new.callee).is_none_or(|name| &*name.sym != "Promise") {
        return false;
    }
    let mut calls = Calls { middleware, req, res, found: 0, others: 0 };
    new.visit_with(&mut calls);
    calls.found == 1 && calls.others == 0
}
