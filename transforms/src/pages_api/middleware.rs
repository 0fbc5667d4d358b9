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

use super::flow::operand;
use super::waiting::{Settles, result_of};
use crate::syntax::ast::{CallExpr, Decl, Expr, Id, ModuleDecl, ModuleItem, Stmt, VarDeclKind};
use crate::syntax::{Function, Module, Span, bare, callee_ident, function_of, module_functions, pat_ident, span_of};

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
    /// `initMiddleware(…)`.
    pub call: Span,
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
    for item in &module.ast.body {
        let declaration = match item {
            ModuleItem::Stmt(Stmt::Decl(declaration)) => declaration,
            ModuleItem::ModuleDecl(ModuleDecl::ExportDecl(export)) => &export.decl,
            _ => continue,
        };
        let Decl::Var(variable) = declaration else { continue };
        for declarator in variable.decls.iter().filter(|_| variable.kind == VarDeclKind::Const) {
            let own = declarator.init.as_deref().and_then(|init| middleware(init, makers));
            if let (Some(name), Some(own)) = (pat_ident(&declarator.name), own) {
                found.insert(name.to_id(), own);
            }
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
    let Expr::Call(call) = bare(expr) else { return None };
    let [only] = call.args.as_slice() else { return None };
    let function = function_of(&only.expr).filter(|function| function.params().len() == 3)?;
    let settles = makers(&callee_ident(call)?.to_id())?;
    Some(Middleware { function, waited: Waited { call: span_of(call), settles } })
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
