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
//! The middleware may be a constant of another file, if its options are plain values, or of the environment, which can be
//! written anywhere.
//!
//! A preflight request is answered by the middleware, which does not call back then, so that the handler
//! never goes on.

use super::waiting::{runner, runner_maker, runs};
use super::wrapped::constant;
use crate::libraries;
use crate::project::{Import, Imported, imports};
use crate::syntax::ast::{CallExpr, Expr, Id, Prop, PropOrSpread, UnaryOp};
use crate::syntax::{
    Function, Module, Span, bare, callee_ident, function_of, ident, literal_str, member_name, prop_name, span_of,
};

/// A call that applies CORS headers.
#[derive(Clone, Debug)]
pub struct CorsCall {
    /// The options that the package is given, if any.
    pub options: Option<CorsOptions>,
    /// The constant that is left without use, if one of this module holds the middleware.
    pub holder: Option<Id>,
    /// `Cors(options)` and the name `Cors` in it, if it stands in this module and a router is handed it.
    pub made: Option<(Span, Span)>,
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
            [_, _] if next_cors() => Some(CorsCall { options: None, holder: None, made: None }),
            [_, _, options] if next_cors() => {
                Some(CorsCall { options: Some(CorsOptions::Here(plain(&options.expr)?)), holder: None, made: None })
            }
            // `cors(req, res)` with `const cors = initMiddleware(Cors(…))`.
            [_, _] => match (self.constant)(&callee) {
                Some((home, value)) if function_of(value).is_none() => {
                    let Expr::Call(made) = bare(value) else { return None };
                    let [middleware] = made.args.as_slice() else { return None };
                    let maker = callee_ident(made)?.to_id();
                    let options = self.middleware(home, &middleware.expr)?;
                    self.makes_runner(home, &maker).then(|| CorsCall {
                        options,
                        holder: self.own(home, callee),
                        made: None,
                    })
                }
                _ => {
                    let (home, found) = (self.function)(self.module, &callee)?;
                    let middleware = runs(found)?;
                    let options = self.middleware(home, constant(home, &middleware)?)?;
                    Some(CorsCall { options, holder: None, made: None })
                }
            },
            // `runMiddleware(req, res, cors)` with `const cors = Cors(…)`.
            [_, _, middleware] => {
                let (_, found) = (self.function)(self.module, &callee)?;
                runner(found)?;
                self.handed(&middleware.expr)
            }
            _ => None,
        }
    }

    /// The middleware itself, as a router is handed it: `Cors(options)`, or a constant of that.
    pub fn handed(&self, expr: &Expr) -> Option<CorsCall> {
        let (home, value, holder) = match bare(expr) {
            Expr::Ident(name) => {
                let id = name.to_id();
                let (home, value) = (self.constant)(&id)?;
                (home, value, self.own(home, id))
            }
            inline => (self.module, inline, None),
        };
        let options = self.middleware(home, value)?;
        let Expr::Call(call) = bare(value) else { return None };
        let made = (span_of(call), span_of(callee_ident(call)?));
        Some(CorsCall { options, holder, made: (home.path == self.module.path).then_some(made) })
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

    /// Whether `maker` of the module `home` makes functions that wait for a middleware.
    fn makes_runner(&self, home: &'a Module, maker: &Id) -> bool {
        let of_package = |import: &Import| match &import.name {
            Imported::Name(name) => libraries::waits(&import.specifier, name),
            Imported::Namespace | Imported::Whole => false,
        };
        imports(home).get(maker).is_some_and(of_package)
            || (self.function)(home, maker).is_some_and(|(_, function)| runner_maker(function).is_some())
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

/// The text of an object that means the same in every file: it holds nothing but what is made of literals and the
/// environment.
fn written(module: &Module, options: &Expr) -> Option<String> {
    let Expr::Object(object) = bare(options) else { return None };
    let properties = object.props.iter().map(|property| match property.as_prop().map(|property| &**property) {
        Some(Prop::KeyValue(pair)) => is_same(&pair.value).then(|| module.text_of(pair)),
        _ => None,
    });
    let properties: Vec<&str> = properties.collect::<Option<_>>()?;
    let one_line = properties.iter().all(|text| !text.contains(['\n', '\r']));
    one_line.then(|| module.style.braces(&properties.join(", ")))
}

/// Whether the expression has the same value wherever it stands, and whenever it is asked for.
fn is_same(expr: &Expr) -> bool {
    match bare(expr) {
        Expr::Lit(_) => true,
        Expr::Array(array) => {
            array.elems.iter().flatten().all(|element| element.spread.is_none() && is_same(&element.expr))
        }
        Expr::Bin(bin) => is_same(&bin.left) && is_same(&bin.right),
        Expr::Cond(choice) => is_same(&choice.test) && is_same(&choice.cons) && is_same(&choice.alt),
        Expr::Unary(unary) => unary.op == UnaryOp::Bang && is_same(&unary.arg),
        // `Number(process.env.MAX_AGE)`.
        Expr::Call(call) => {
            let converts = callee_ident(call)
                .is_some_and(|name| matches!(&*name.sym, "Number" | "String" | "Boolean" | "parseInt"));
            converts && call.args.iter().all(|arg| arg.spread.is_none() && is_same(&arg.expr))
        }
        member @ Expr::Member(_) => is_environment(member),
        other => literal_str(other).is_some(),
    }
}

/// `process.env.NAME`.
pub(super) fn is_environment(expr: &Expr) -> bool {
    let member = |expr: &Expr, name: Option<&str>| match bare(expr) {
        Expr::Member(member) => {
            let own = member_name(member)?;
            name.is_none_or(|name| own == name).then(|| (*member.obj).clone())
        }
        _ => None,
    };
    member(expr, None)
        .and_then(|env| member(&env, Some("env")))
        .is_some_and(|process| ident(&process).is_some_and(|name| &*name.sym == "process"))
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
