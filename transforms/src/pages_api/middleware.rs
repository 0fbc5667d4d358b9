//! Connect-style middlewares of the project that a function waits for. Such a function is made once, and answers in
//! place of the handler, which never goes on then.
//!
//! ```ts
//! export const useAuth = initMiddleware(async (req, res, next) => {
//!   const user = await userOf(req)
//!   if (!user) return unauthorized(res)
//!   next(user)                                    // goes on, with a value
//! })
//!
//! export const useRules = (rules, req, res) => initMiddleware(async (req, res, next) => { … })(req, res)
//! ```

use std::collections::HashMap;

use super::curried::{declarators, is_typed, made_function};
use super::flow::operand;
use super::waiting::{Settles, result_of};
use super::wrapped::constant;
use crate::project::export;
use crate::syntax::ast::{CallExpr, Expr, Id, VarDeclarator};
use crate::syntax::{
    Function, Module, Span, bare, callee_ident, default_object, function_of, module_functions, pat_ident, span_of,
};

/// Such a middleware.
#[derive(Clone, Copy, Debug)]
pub struct Middleware<'a> {
    /// `(req, res, next) => …`.
    pub function: Function<'a>,
    /// What is around it.
    pub waited: Waited,
}

/// The call that makes a function which waits for a middleware.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Waited {
    /// `initMiddleware(…)`, unless it stands in another file than the middleware.
    pub place: Option<Place>,
    /// What becomes of the value that the middleware calls back with.
    pub settles: Settles,
}

/// Where a function that waits for a middleware is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The call.
    pub call: Span,
    /// The middleware that it is given: a function, its name, or a call that makes it.
    pub argument: Span,
}

/// A constant that waits for a middleware which goes by another name: `const useRules = initMiddleware(rules(schema))`,
/// or such a default export: `export default initMiddleware(useRules)`.
#[derive(Clone, Debug)]
pub struct WaitedAlias {
    /// The constant, or [`default_object`].
    pub name: Id,
    /// The middleware, or what makes it.
    pub maker: Id,
    /// Where that is mentioned.
    pub mention: Span,
    /// How many calls of `maker` give the middleware: none or one.
    pub calls: usize,
    /// Where the function is made.
    pub place: Place,
    /// What becomes of the value that the middleware calls back with.
    pub settles: Settles,
}

/// Where a middleware goes on: `next()`.
#[derive(Clone, Debug)]
pub struct GoesOn {
    /// The call.
    pub span: Span,
    /// What it is called with.
    pub given: Given,
    /// Stands in a function inside the middleware.
    pub nested: bool,
}

/// What a middleware calls back with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Given {
    /// Nothing.
    Nothing,
    /// `null`, or what is written out here and no error.
    Plain(Span),
    /// A name, which may stand for an error.
    Name(Span),
    /// `new Error(…)`.
    Error(Span),
    /// What a `catch` around it has caught.
    Caught(Span),
    /// Something else.
    Unknown,
}

/// Knows of a name whether it makes functions that wait for a middleware.
pub type Makers<'m> = dyn Fn(&Id) -> Option<Settles> + 'm;

/// The middlewares of `module`, by the names of the constants that wait for them. What a function waits for on the spot
/// goes by [`waited_id`].
pub fn middlewares<'a>(module: &'a Module, makers: &Makers<'_>) -> HashMap<Id, Middleware<'a>> {
    let mut found = HashMap::new();
    for declarator in declarators(module) {
        let own = declarator.init.as_deref().and_then(|init| middleware(init, makers));
        if let (Some(name), Some(own)) = (pat_ident(&declarator.name), own) {
            found.insert(name.to_id(), own);
        }
    }
    for alias in waited_aliases(module, makers) {
        // Nobody else may need the middleware in its old form.
        let alone = module.references().get(&alias.maker).is_some_and(|mentions| mentions.len() == 2)
            && export(module, &alias.maker.0).is_none();
        let own = module_functions(module).get(&alias.maker).copied().filter(|_| alone);
        let own = own.and_then(|function| made_function(module, function, alias.calls)).filter(|own| takes_next(*own));
        if let Some(function) = own {
            let waited = Waited { place: Some(alias.place), settles: alias.settles };
            found.insert(alias.name, Middleware { function, waited });
        }
    }
    for function in module_functions(module).into_values() {
        let Some(Expr::Call(call)) = result_of(function).map(operand) else { continue };
        if let Some(own) = call.callee.as_expr().and_then(|callee| middleware(callee, makers)) {
            found.insert(waited_id(own.function), own);
        }
    }
    found
}

/// What `maker((req, res, next) => …)(req, res)` calls.
pub(super) fn waited_callee(call: &CallExpr, makers: &Makers<'_>) -> Option<Id> {
    Some(waited_id(middleware(call.callee.as_expr()?, makers)?.function))
}

/// Reads `expr` as `maker((req, res, next) => …)`.
pub fn middleware<'a>(expr: &'a Expr, makers: &Makers<'_>) -> Option<Middleware<'a>> {
    let Expr::Call(call) = uncast(expr) else { return None };
    let [only] = call.args.as_slice() else { return None };
    let function = function_of(&only.expr).filter(|function| takes_next(*function))?;
    let settles = makers(&callee_ident(call)?.to_id())?;
    let place = Place { call: span_of(call), argument: span_of(&*only.expr) };
    Some(Middleware { function, waited: Waited { place: Some(place), settles } })
}

/// The constants of `module`, and its default export, that wait for middlewares which go by other names.
pub fn waited_aliases(module: &Module, makers: &Makers<'_>) -> Vec<WaitedAlias> {
    let alias = |declarator: &VarDeclarator| {
        waited_alias(&pat_ident(&declarator.name)?.to_id(), declarator.init.as_deref()?, makers)
    };
    // A type says what the old form is.
    let constants = declarators(module).filter(|declarator| !is_typed(&declarator.name)).filter_map(alias);
    let default = default_object();
    let exported = constant(module, &default).and_then(|value| waited_alias(&default, value, makers));
    constants.chain(exported).collect()
}

/// Reads the constant `name`.
pub fn waited_alias(name: &Id, value: &Expr, makers: &Makers<'_>) -> Option<WaitedAlias> {
    let Expr::Call(call) = uncast(value) else { return None };
    let [only] = call.args.as_slice() else { return None };
    let (maker, calls) = match uncast(&only.expr) {
        Expr::Ident(middleware) => (middleware, 0),
        Expr::Call(made) => (callee_ident(made)?, 1),
        _ => return None,
    };
    let settles = makers(&callee_ident(call)?.to_id())?;
    let place = Place { call: span_of(call), argument: span_of(&*only.expr) };
    Some(WaitedAlias { name: name.clone(), maker: maker.to_id(), mention: span_of(maker), calls, place, settles })
}

/// Whether `function` has the parameters of a middleware.
pub fn takes_next(function: Function<'_>) -> bool {
    function.params().len() == 3
}

/// The expression in parentheses. A cast says what the old form is, and stands in the way of the new one.
fn uncast(expr: &Expr) -> &Expr {
    match expr {
        Expr::Paren(inner) => uncast(&inner.expr),
        other => other,
    }
}

/// The name of a middleware that has none: nothing else can have it.
fn waited_id(function: Function<'_>) -> Id {
    (format!("{}()", function.span().start).into(), Default::default())
}

/// What `next(…)` is called with; `caught` tells names of what was caught.
pub(super) fn given(call: &CallExpr, caught: &dyn Fn(&Id) -> bool) -> Given {
    const ERRORS: [&str; 7] =
        ["Error", "EvalError", "RangeError", "ReferenceError", "SyntaxError", "TypeError", "URIError"];
    let only = match call.args.as_slice() {
        [] => return Given::Nothing,
        [only] if only.spread.is_none() => &only.expr,
        _ => return Given::Unknown,
    };
    let span = span_of(&**only);
    match bare(only) {
        Expr::Ident(name) if &*name.sym == "undefined" => Given::Nothing,
        Expr::Ident(name) if caught(&name.to_id()) => Given::Caught(span),
        Expr::Ident(_) => Given::Name(span),
        Expr::Lit(_) | Expr::Object(_) | Expr::Array(_) | Expr::Tpl(_) => Given::Plain(span),
        Expr::New(new) => match new.callee.as_ident() {
            Some(class) if ERRORS.contains(&&*class.sym) => Given::Error(span),
            _ => Given::Unknown,
        },
        _ => Given::Unknown,
    }
}
