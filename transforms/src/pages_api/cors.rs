//! The `cors` package in a handler: run by a function that waits for a connect-style middleware, as Next's
//! documentation shows it, or by `nextjs-cors`.
//!
//! ```ts
//! const cors = Cors({ methods: ['GET'] })
//! await runMiddleware(req, res, cors)                        // a function of the project
//!
//! const cors = initMiddleware(Cors({ methods: ['GET'] }))    // the same the other way round
//! await cors(req, res)                                      // also if `cors` is a function that runs it
//!
//! await NextCors(req, res, { methods: ['GET'] })
//! ```
//!
//! The middleware may be a constant of another file, if its options are plain values, which can be written anywhere.
//!
//! A preflight request is answered by the middleware, which does not call back then, so that the handler
//! never goes on.

use super::wrapped::constant;
use crate::project::{Imported, imports};
use crate::syntax::ast::{CallExpr, Expr, Id, Prop, PropOrSpread};
use crate::syntax::{
    Function, Module, Span, Visit, VisitWith, bare, callee_ident, function_of, ident, literal_str, pat_ident,
    prop_name, span_of,
};

/// A call that applies CORS headers.
#[derive(Clone, Debug)]
pub struct CorsCall {
    /// The options that the package is given, if any.
    pub options: Option<CorsOptions>,
    /// The constant that is left without use, if one of this module holds the middleware.
    pub holder: Option<Id>,
}

/// The options of the package.
#[derive(Clone, Debug)]
pub enum CorsOptions {
    /// They stand in this module.
    Here(Span),
    /// They stand in another one, and say this.
    Written(String),
}

/// The function that a name of a module stands for, and the module that declares it.
pub type FunctionOf<'c, 'a> = dyn Fn(&'a Module, &Id) -> Option<(&'a Module, Function<'a>)> + 'c;

/// Finds such calls in one module.
pub struct CorsCalls<'c, 'a> {
    /// The module.
    pub module: &'a Module,
    /// The functions that names of a module stand for, imported ones included, and where they are.
    pub function: &'c FunctionOf<'c, 'a>,
    /// The constants that names of this module stand for, imported ones included: where each is, and its value.
    pub constant: &'c dyn Fn(&Id) -> Option<(&'a Module, &'a Expr)>,
}

impl<'a> CorsCalls<'_, 'a> {
    /// What `call` is, if it applies CORS to `req` and `res`, which are its first two arguments.
    pub fn read(&self, call: &CallExpr) -> Option<CorsCall> {
        let callee = callee_ident(call)?.to_id();
        let next_cors = || is_package(self.module, &callee, "nextjs-cors");
        match call.args.as_slice() {
            [_, _] if next_cors() => Some(CorsCall { options: None, holder: None }),
            [_, _, options] if next_cors() => {
                Some(CorsCall { options: Some(CorsOptions::Here(plain(&options.expr)?)), holder: None })
            }
            // `cors(req, res)` with `const cors = initMiddleware(Cors(…))`.
            [_, _] => match (self.constant)(&callee) {
                Some((home, value)) if function_of(value).is_none() => {
                    let Expr::Call(made) = bare(value) else { return None };
                    let [middleware] = made.args.as_slice() else { return None };
                    let (_, maker) = (self.function)(home, &callee_ident(made)?.to_id())?;
                    let options = self.middleware(home, &middleware.expr)?;
                    is_runner_maker(maker).then(|| CorsCall { options, holder: self.own(home, callee) })
                }
                _ => {
                    let (home, runner) = (self.function)(self.module, &callee)?;
                    let middleware = runs(runner)?;
                    let options = self.middleware(home, constant(home, &middleware)?)?;
                    Some(CorsCall { options, holder: None })
                }
            },
            // `runMiddleware(req, res, cors)` with `const cors = Cors(…)`.
            [_, _, middleware] => {
                let (_, runner) = (self.function)(self.module, &callee)?;
                let (options, holder) = match bare(&middleware.expr) {
                    Expr::Ident(name) => {
                        let id = name.to_id();
                        let (home, value) = (self.constant)(&id)?;
                        (self.middleware(home, value)?, self.own(home, id))
                    }
                    inline => (self.middleware(self.module, inline)?, None),
                };
                is_runner(runner).then_some(CorsCall { options, holder })
            }
            _ => None,
        }
    }

    /// `Cors(options)` in the module `home`: its options.
    fn middleware(&self, home: &Module, expr: &Expr) -> Option<Option<CorsOptions>> {
        let Expr::Call(call) = bare(expr) else { return None };
        if !is_package(home, &callee_ident(call)?.to_id(), "cors") {
            return None;
        }
        match call.args.as_slice() {
            [] => Some(None),
            [options] if home.path == self.module.path => Some(Some(CorsOptions::Here(plain(&options.expr)?))),
            [options] => {
                plain(&options.expr)?;
                Some(Some(CorsOptions::Written(written(home, &options.expr)?)))
            }
            _ => None,
        }
    }

    fn own(&self, home: &Module, id: Id) -> Option<Id> {
        (home.path == self.module.path).then_some(id)
    }
}

fn is_package(module: &Module, name: &Id, package: &str) -> bool {
    imports(module)
        .get(name)
        .is_some_and(|import| import.specifier == package && import.name == Imported::Name("default".into()))
}

/// The text of an object that means the same in every file: it holds nothing but literals.
fn written(module: &Module, options: &Expr) -> Option<String> {
    let Expr::Object(object) = bare(options) else { return None };
    let properties = object.props.iter().map(|property| match property.as_prop().map(|property| &**property) {
        Some(Prop::KeyValue(pair)) => is_literal(&pair.value).then(|| module.text_of(pair)),
        _ => None,
    });
    let properties: Vec<&str> = properties.collect::<Option<_>>()?;
    let one_line = properties.iter().all(|text| !text.contains(['\n', '\r']));
    one_line.then(|| module.style.braces(&properties.join(", ")))
}

fn is_literal(expr: &Expr) -> bool {
    match bare(expr) {
        Expr::Lit(_) => true,
        Expr::Array(array) => {
            array.elems.iter().flatten().all(|element| element.spread.is_none() && is_literal(&element.expr))
        }
        other => literal_str(other).is_some(),
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

/// What `(req, res) => new Promise((resolve, reject) => { cors(req, res, (result) => …) })` runs.
fn runs(function: Function<'_>) -> Option<Id> {
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
    let params: Option<Vec<Id>> = function.params().into_iter().map(|p| pat_ident(p).map(|p| p.to_id())).collect();
    let Some([req, res]) = params.as_deref() else { return None };
    let result = result_of(function)?;
    let mut called = Called::default();
    result.visit_with(&mut called);
    called.0.filter(|middleware| waits(result, middleware, req, res))
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
