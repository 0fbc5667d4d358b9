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
//! ```

use std::collections::BTreeSet;

use super::carrier::{Call, Carriers, Held, Role, Root, Surroundings, united};
use crate::syntax::ast::{
    ArrowExpr, CallExpr, Decl, Expr, Function as FunctionNode, Id, ObjectPatProp, OptChainBase, OptChainExpr, Pat,
    ReturnStmt, Stmt,
};
use crate::syntax::{
    Function, Module, Span, Visit, VisitWith, bare, function_of, ident, member_name, pat_ident, prop_name, span_of,
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
}

/// Reads `function` as a wrapper.
pub fn shape(function: Function<'_>) -> Option<Shape<'_>> {
    let result = returned(function)?;
    let Some(inner) = local_function(function, result) else {
        // `return withErrors(async (req, res) => …)`.
        let Expr::Call(call) = bare(result) else { return None };
        let inner = innermost(call)?;
        return Some(Shape {
            inner,
            params: params(function),
            configured: false,
            taker: function,
            nested: Some(result),
        });
    };
    if let Some(deeper) = returned(inner).and_then(|result| local_function(inner, result)) {
        let (taker, inner) = (inner, deeper);
        return Some(Shape { inner, params: params(taker), configured: true, taker, nested: None });
    }
    Some(Shape { inner, params: params(function), configured: false, taker: function, nested: None })
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
            Pat::Assign(assign) => &*assign.left,
            other => other,
        };
        match named {
            Pat::Object(object) => {
                // What stands in for a handler that is not given is another one.
                let names = object.props.iter().filter_map(|property| match property {
                    ObjectPatProp::KeyValue(pair) => Some((prop_name(&pair.key)?, pat_ident(&pair.value)?.to_id())),
                    ObjectPatProp::Assign(short) if short.value.is_none() => {
                        Some((short.key.id.sym.to_string(), short.key.id.to_id()))
                    }
                    _ => None,
                });
                found.extend(names.map(|(key, id)| Param { at, key: Some(key), id }));
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

/// The one expression that a function returns.
pub(super) fn returned(function: Function<'_>) -> Option<&Expr> {
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
#[derive(Clone, Debug)]
pub struct Taken {
    /// Its position.
    pub at: usize,
    /// The properties that are handlers. `None` if it is one itself, or an object of nothing but handlers.
    pub keys: Option<BTreeSet<String>>,
    /// What the handlers are handed.
    pub roles: Vec<Option<Role>>,
    /// What objects hold that they are handed.
    pub held: BTreeSet<Held>,
}

impl Taken {
    /// The first parameter, as a handler: `withAuth(handler)`.
    pub fn handler() -> Taken {
        let roles = vec![Some(Role::Req), Some(Role::Res)];
        Taken { at: 0, keys: None, roles, held: BTreeSet::new() }
    }
}

impl<'a> Shape<'a> {
    /// The inner function as a carrier of `module`; `outer` names the wrapper.
    pub fn root(&self, outer: Option<Id>) -> Root<'a> {
        let continuations = self.params.iter().map(|param| param.id.clone()).collect();
        Root { wraps: true, continuations, outer, ..Root::handler(self.inner, None) }
    }

    /// The parameters that it calls as handlers, and what it hands them.
    pub fn handlers(&self, module: &'a Module, around: &Surroundings<'_>) -> Vec<Taken> {
        let carriers = Carriers::find(module, vec![self.root(None)], around);
        carriers.list.first().map(|inner| called(&self.params, &inner.calls, inner.function)).unwrap_or_default()
    }
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
        if own.iter().any(|call| call.holds() != held) {
            return Vec::new();
        }
        let keys = match &param.key {
            // An object of handlers inside another object.
            Some(_) if called_keys(&param.id, &own, function) != Some(BTreeSet::new()) => return Vec::new(),
            Some(key) => Some(BTreeSet::from([key.clone()])),
            None => called_keys(&param.id, &own, function).filter(|keys| !keys.is_empty()),
        };
        match found.iter_mut().find(|known| known.at == param.at) {
            Some(known) => match united(&known.roles, &roles).filter(|_| known.held == held) {
                Some(roles) => {
                    known.roles = roles;
                    known.keys.iter_mut().zip(keys).for_each(|(known, more)| known.extend(more));
                }
                None => return Vec::new(),
            },
            None => found.push(Taken { at: param.at, keys, roles, held }),
        }
    }
    found
}

/// The properties by which `calls`, which stand in `function`, call handlers that `object` holds:
/// `options.handler(req, res)`. None where it is called itself; not known where the property is chosen at run time.
pub fn called_keys(object: &Id, calls: &[&Call], function: Function<'_>) -> Option<BTreeSet<String>> {
    struct Keys<'k> {
        object: &'k Id,
        calls: &'k [&'k Call],
        found: BTreeSet<String>,
        unknown: bool,
    }
    impl Keys<'_> {
        fn call(&mut self, span: Span, callee: &Expr) {
            if !self.calls.iter().any(|call| call.span == span) {
                return;
            }
            let member = match bare(callee) {
                Expr::Ident(name) if name.to_id() == *self.object => return,
                Expr::Member(member) => Some(member),
                Expr::OptChain(chain) => chain.base.as_member(),
                _ => None,
            };
            let own = member.filter(|member| ident(&member.obj).is_some_and(|name| name.to_id() == *self.object));
            match own.and_then(member_name) {
                Some(key) => {
                    self.found.insert(key);
                }
                None => self.unknown = true,
            }
        }
    }
    impl Visit for Keys<'_> {
        fn visit_call_expr(&mut self, call: &CallExpr) {
            if let Some(callee) = call.callee.as_expr() {
                self.call(span_of(call), callee);
            }
            call.visit_children_with(self);
        }
        fn visit_opt_chain_expr(&mut self, chain: &OptChainExpr) {
            if let OptChainBase::Call(call) = &*chain.base {
                self.call(span_of(chain), &call.callee);
            }
            chain.visit_children_with(self);
        }
    }
    let mut keys = Keys { object, calls, found: BTreeSet::new(), unknown: false };
    match (function.block(), function.expression()) {
        (Some(block), _) => block.visit_with(&mut keys),
        (None, Some(expression)) => expression.visit_with(&mut keys),
        (None, None) => {}
    }
    (!keys.unknown).then_some(keys.found)
}
