//! Wrappers: functions that take a handler and give a new one, and the expressions that use them.
//!
//! ```ts
//! export function withAuth(handler: NextApiHandler) {       // a wrapper
//!   return async (req, res) => {                            // its inner function, a carrier
//!     if (!(await getUser(req))) return res.status(401).end();
//!     return handler(req, res);                             // a call of what it was given: a continuation
//!   };
//! }
//! export default withAuth(handler);                         // a wrapped handler; `handler` is a leaf
//! export const withUser = (handler) => withAuth(handler);   // a wrapper that hands on what it takes
//! ```

use std::collections::BTreeSet;

use super::carrier::{Call, Carriers, Held, Role, Root, Surroundings, united};
use super::continuations::{Inner, Way, are_written, calls_again, ways};
use super::giving::keeps_values;
use super::patterns::taken_names;
use crate::syntax::ast::{ArrowExpr, CallExpr, Decl, Expr, Function as FunctionNode, Id, Pat, ReturnStmt, Stmt};
use crate::syntax::{
    Function, Module, Span, Visit, VisitWith, bare, callee_ident, function_of, ident, pat_ident, references,
};

/// How a wrapper is made.
#[derive(Clone, Debug)]
pub struct Shape<'a> {
    /// The function that it returns, which is handed `req` and `res`.
    pub inner: Function<'a>,
    /// The parameters that may be the handler, or hold it.
    pub params: Vec<Param>,
    /// It is called twice: `withLimit({ max: 3 })(handler)`.
    pub configured: bool,
    /// The wrapper itself, or for a configured one, what it returns: the function whose parameters `params` are.
    pub taker: Function<'a>,
    /// The expression that it returns, if that is a wrapped function again.
    pub nested: Option<&'a Expr>,
    /// What is wrapped there is what it was given; `inner` is the function that was given it.
    pub delegates: bool,
    /// The name that `inner` has in the wrapper, if it is wrapped there by that.
    pub local: Option<Id>,
}

/// Reads `function` as a wrapper.
pub fn shape(function: Function<'_>) -> Option<Shape<'_>> {
    let result = returned(function)?;
    let Some(inner) = local_function(function, result) else {
        // `return withErrors(async (req, res) => …)`.
        let Expr::Call(call) = bare(result) else { return None };
        let literal = innermost(call).map(|inner| (inner, None));
        // What it is given comes first: a function of its own beside that is something else.
        let found = literal.or_else(|| match delegating(function, result, false) {
            Some(_) => None,
            None => local_innermost(function, call).map(|(inner, name)| (inner, Some(name))),
        });
        let Some((inner, local)) = found else { return delegating(function, result, false) };
        let (params, nested) = (params(function), Some(result));
        return Some(Shape { inner, params, configured: false, taker: function, nested, delegates: false, local });
    };
    if let Some(deeper) = returned(inner).and_then(|result| local_function(inner, result)) {
        let (taker, inner) = (inner, deeper);
        let (params, nested) = (params(taker), None);
        return Some(Shape { inner, params, configured: true, taker, nested, delegates: false, local: None });
    }
    // `(role) => (handler) => withUser(handler, role)`, and not `(handler) => (req) => handler(req)`.
    let own = params(function);
    let calls_own = |call: &CallExpr| callee_ident(call).is_some_and(|name| own.iter().any(|p| p.id == name.to_id()));
    if inner.params().len() == 1
        && let Some(result) = returned(inner)
        && let Expr::Call(call) = bare(result)
        && !calls_own(call)
        && let Some(shape) = delegating(inner, result, true)
    {
        return Some(shape);
    }
    let (taker, nested) = (function, None);
    Some(Shape { inner, params: own, configured: false, taker, nested, delegates: false, local: None })
}

/// `return withErrors(withUser(handler))`: `taker` hands on what it is given.
fn delegating<'a>(taker: Function<'a>, result: &'a Expr, configured: bool) -> Option<Shape<'a>> {
    let params = params(taker);
    let handed_on = params.iter().any(|param| hands_on(result, param));
    let (inner, nested) = (taker, Some(result));
    handed_on.then_some(Shape { inner, params, configured, taker, nested, delegates: true, local: None })
}

/// Whether `expr` is a call that is given the parameter, or that is given such a call.
pub fn hands_on(expr: &Expr, param: &Param) -> bool {
    match bare(expr) {
        Expr::Call(call) => call.args.iter().any(|arg| match bare(&arg.expr) {
            Expr::Ident(name) => param.key.is_none() && param.id == name.to_id(),
            inner => hands_on(inner, param),
        }),
        _ => false,
    }
}

/// A parameter that has a name, or a name that one is taken apart into: `({ handler }) => …`.
#[derive(Clone, Debug)]
pub struct Param {
    /// The position of the parameter.
    pub at: usize,
    /// The property, where it is taken apart.
    pub key: Option<String>,
    /// The name.
    pub id: Id,
}

/// The names among the parameters.
pub(super) fn params(function: Function<'_>) -> Vec<Param> {
    let mut found = Vec::new();
    for (at, param) in function.params().into_iter().enumerate() {
        let named = match param {
            // `({ handler } = {})`; but what stands in for a handler that is not given is another one.
            Pat::Assign(assign) if assign.left.is_object() => &*assign.left,
            other => other,
        };
        match named {
            Pat::Object(_) => {
                found.extend(taken_names(named).into_iter().map(|(key, id)| Param { at, key: Some(key), id }));
            }
            other => found.extend(pat_ident(other).map(|name| Param { at, key: None, id: name.to_id() })),
        }
    }
    found
}

/// The function literal somewhere inside nested calls.
fn innermost(call: &CallExpr) -> Option<Function<'_>> {
    call.args.iter().find_map(|arg| match bare(&arg.expr) {
        Expr::Call(inner) => innermost(inner),
        other => function_of(other).filter(|function| function.params().len() >= 2),
    })
}

/// The function of `wrapper` itself that stands there by a name which nothing else mentions: `return withErrors(inner)`.
fn local_innermost<'a>(wrapper: Function<'a>, call: &'a CallExpr) -> Option<(Function<'a>, Id)> {
    call.args.iter().find_map(|arg| match bare(&arg.expr) {
        Expr::Call(inner) => local_innermost(wrapper, inner),
        Expr::Ident(name) => {
            let inner = local_function(wrapper, &arg.expr).filter(|inner| inner.params().len() >= 2)?;
            // Its declaration, and this.
            let alone = references(wrapper.block()?).get(&name.to_id()).is_some_and(|all| all.len() == 2);
            alone.then(|| (inner, name.to_id()))
        }
        _ => None,
    })
}

/// The one expression that a function returns.
pub fn returned(function: Function<'_>) -> Option<&Expr> {
    if let Some(expression) = function.expression() {
        return Some(expression);
    }
    let block = function.block()?;
    let Some(Stmt::Return(ReturnStmt { arg: Some(result), .. })) = block.stmts.last() else { return None };
    let mut count = Count(0);
    block.visit_with(&mut count);
    (count.0 == 1).then_some(result)
}

struct Count(usize);

impl Visit for Count {
    fn visit_return_stmt(&mut self, _: &ReturnStmt) {
        self.0 += 1;
    }
    fn visit_function(&mut self, _: &FunctionNode) {}
    fn visit_arrow_expr(&mut self, _: &ArrowExpr) {}
}

/// The function that `result` is: a literal, or a name that the body of `function` declares.
fn local_function<'a>(function: Function<'a>, result: &'a Expr) -> Option<Function<'a>> {
    if let Some(literal) = function_of(result) {
        return Some(literal);
    }
    let name = ident(result)?.to_id();
    function.block()?.stmts.iter().find_map(|statement| match statement {
        Stmt::Decl(Decl::Fn(declared)) if declared.ident.to_id() == name => Some(Function::Declaration(declared)),
        Stmt::Decl(Decl::Var(variable)) => variable.decls.iter().find_map(|declarator| {
            let named = pat_ident(&declarator.name).is_some_and(|own| own.to_id() == name);
            declarator.init.as_deref().filter(|_| named).and_then(function_of)
        }),
        _ => None,
    })
}

/// A parameter that is a handler, or an object that holds handlers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    /// Its position.
    pub at: usize,
    /// The properties that are handlers. `None` if it is one itself, or an object of nothing but handlers.
    pub keys: Option<BTreeSet<String>>,
    /// Where the members of such an object have them, if they are none themselves.
    pub inner: Option<Inner>,
    /// What the handlers are handed.
    pub roles: Vec<Option<Role>>,
    /// What objects hold that they are handed.
    pub held: BTreeSet<Held>,
    /// What they give may be data, which is sent for them.
    pub gives: bool,
}

impl Taken {
    /// The first parameter, as a handler: `withAuth(handler)`.
    pub fn handler() -> Taken {
        let roles = vec![Some(Role::Req), Some(Role::Res)];
        Taken { at: 0, keys: None, inner: None, roles, held: BTreeSet::new(), gives: false }
    }
}

impl<'a> Shape<'a> {
    /// The inner function as a carrier of `module`; `outer` names the wrapper.
    pub fn root(&self, outer: Option<Id>) -> Root<'a> {
        let continuations = self.params.iter().map(|param| param.id.clone()).collect();
        let root = match self.delegates {
            true => Root::helper(self.inner, None, vec![None; self.inner.params().len()]),
            false => Root::handler(self.inner, None),
        };
        Root { wraps: true, continuations, outer, ..root }
    }

    /// The parameters that it calls as handlers, and what it hands them; or why there are none.
    pub fn handlers(&self, module: &'a Module, around: &Surroundings<'_>) -> Result<Vec<Taken>, &'static str> {
        self.handlers_in(module, self.root(None), around)
    }

    /// The same where `inner` calls them: the function that it returns, or one in that which it hands to a helper.
    pub fn handlers_in(
        &self,
        module: &'a Module,
        inner: Root<'a>,
        around: &Surroundings<'_>,
    ) -> Result<Vec<Taken>, &'static str> {
        let function = inner.function;
        let root = Root { continuations: self.root(None).continuations, ..inner };
        let carriers = Carriers::find(module, vec![root], around);
        let calls = carriers.list.first().map_or(&[][..], |inner| &inner.calls);
        if repeats_handlers(function, &self.params, calls) {
            return Err("it may call a handler again, which could not read the body of the request once more");
        }
        self.handed_on(called(&self.params, calls, function))
    }

    /// The same where it hands `taken` on to other wrappers.
    pub fn handed_on(&self, taken: Vec<Taken>) -> Result<Vec<Taken>, &'static str> {
        let stands_in = |param: &&Pat| param.as_assign().is_some_and(|param| param.left.is_ident());
        if changes_handlers(self.taker, &self.params, &taken) {
            Err("it puts something else in the place of the handlers that it is given")
        } else if !taken.is_empty() {
            Ok(taken)
        } else if self.taker.params().iter().any(stands_in) {
            Err("what stands in for a handler that is not given is no handler of an endpoint")
        } else {
            Err("none of its parameters is called as a handler in what it gives")
        }
    }
}

/// Whether `function` puts something else in the place of the handlers that it was given: `handler = withLog(handler)`.
pub(super) fn changes_handlers(function: Function<'_>, params: &[Param], taken: &[Taken]) -> bool {
    let is_taken = |param: &&Param| {
        let key = |taken: &Taken| match (&taken.keys, &param.key) {
            (Some(keys), Some(key)) => keys.contains(key),
            _ => true,
        };
        taken.iter().any(|taken| taken.at == param.at && key(taken))
    };
    are_written(function, &params.iter().filter(is_taken).map(|param| param.id.clone()).collect())
}

/// Whether `function` may call the handlers among `params` more than once: the body of a request can be read once.
pub(super) fn repeats_handlers(function: Function<'_>, params: &[Param], calls: &[Call]) -> bool {
    let own = calls.iter().filter(|call| params.iter().any(|param| param.id == call.callee));
    calls_again(function, &own.map(|call| call.span).collect::<Vec<_>>())
}

/// Those of `params` that `calls`, which stand in `function`, call, and what they are handed.
pub(super) fn called(params: &[Param], calls: &[Call], function: Function<'_>) -> Vec<Taken> {
    let mut found: Vec<Taken> = Vec::new();
    for param in params {
        let own: Vec<&Call> = calls.iter().filter(|call| call.callee == param.id).collect();
        let roles = own.iter().map(|call| call.args.iter().map(|(_, role)| *role).collect::<Vec<_>>());
        let Some(roles) = roles.map(Some).reduce(|one, other| united(&one?, &other?)) else { continue };
        let Some(roles) = roles else { return Vec::new() };
        let held = own.first().map(|call| call.holds()).unwrap_or_default();
        let data = own.iter().all(|call| call.asks_for_data());
        let mixed = !data && own.iter().any(|call| call.asks_for_data());
        if mixed || own.iter().any(|call| call.holds() != held) {
            return Vec::new();
        }
        let gives = data || keeps_values(function, &own.iter().map(|call| call.span).collect::<Vec<_>>());
        let (keys, inner) = match (&param.key, called_of(&param.id, &own, function)) {
            (Some(key), Some(CalledOf::Itself)) => (Some(BTreeSet::from([key.clone()])), None),
            // An object of handlers inside another object.
            (Some(_), _) | (None, None) => return Vec::new(),
            (None, Some(CalledOf::Itself | CalledOf::All | CalledOf::Either)) => (None, None),
            (None, Some(CalledOf::Inner(inner))) => (None, Some(inner)),
            (None, Some(CalledOf::Keys(keys))) => (Some(keys), None),
        };
        match found.iter_mut().find(|known| known.at == param.at) {
            Some(known) => match united(&known.roles, &roles).filter(|_| known.held == held) {
                Some(roles) => {
                    known.roles = roles;
                    known.gives |= gives;
                    known.keys.iter_mut().zip(keys).for_each(|(known, more)| known.extend(more));
                }
                None => return Vec::new(),
            },
            None => found.push(Taken { at: param.at, keys, inner, roles, held, gives }),
        }
    }
    found
}

/// What is called of an object that holds handlers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CalledOf {
    /// It is a handler itself.
    Itself,
    /// These of its members are handlers: `options.handler(req, res)`.
    Keys(BTreeSet<String>),
    /// Any member may be: `handlers[req.method](req, res)`.
    All,
    /// It is a handler itself, or any member may be.
    Either,
    /// Any member may have one.
    Inner(Inner),
}

/// What `calls`, which stand in `function`, call of `object`; `None` if it cannot be told.
pub fn called_of(object: &Id, calls: &[&Call], function: Function<'_>) -> Option<CalledOf> {
    let spans: Vec<Span> = calls.iter().map(|call| call.span).collect();
    let ways = ways(object, &spans, function).into_iter().map(|way| match way {
        Way::Whole => Some(CalledOf::Itself),
        Way::Key(key) => Some(CalledOf::Keys(BTreeSet::from([key]))),
        Way::Chosen(_) => Some(CalledOf::All),
        Way::Either(_) => Some(CalledOf::Either),
        Way::Inner(_, inner) => Some(CalledOf::Inner(inner)),
        Way::Promised(_) | Way::Deeper => None,
    });
    let both = |one, other| match (one, other) {
        (CalledOf::Keys(mut one), CalledOf::Keys(other)) => {
            one.extend(other);
            Some(CalledOf::Keys(one))
        }
        (CalledOf::Itself, CalledOf::Itself) => Some(CalledOf::Itself),
        (CalledOf::All, CalledOf::All | CalledOf::Keys(_)) | (CalledOf::Keys(_), CalledOf::All) => Some(CalledOf::All),
        (CalledOf::Either, CalledOf::Either) => Some(CalledOf::Either),
        (CalledOf::Inner(one), CalledOf::Inner(other)) if one == other => Some(CalledOf::Inner(one)),
        _ => None,
    };
    ways.reduce(|one, other| both(one?, other?))?
}
