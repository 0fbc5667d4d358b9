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

use super::carrier::{Call, Carriers, Role, Root, Surroundings};
use crate::syntax::ast::{
    ArrowExpr, CallExpr, Decl, Expr, Function as FunctionNode, Id, Pat, Prop, PropOrSpread, ReturnStmt, Stmt, VarDecl,
    VarDeclKind,
};
use crate::syntax::{
    Function, Module, Span, Visit, VisitWith, bare, callee_ident, default_object, function_of, ident, module_functions,
    pat_ident, prop_name, span_of,
};

/// How a wrapper is made.
#[derive(Clone, Debug)]
pub struct Shape<'a> {
    /// The function that it returns, which is handed `req` and `res`.
    pub inner: Function<'a>,
    /// The parameters that may be the handler, by position.
    pub params: Vec<(usize, Id)>,
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

/// The parameters that have a name, by position.
pub(super) fn params<'a>(function: Function<'a>) -> Vec<(usize, Id)> {
    let named = |param: &'a Pat| match param {
        Pat::Assign(assign) => pat_ident(&assign.left),
        other => pat_ident(other),
    };
    function.params().into_iter().enumerate().filter_map(|(at, param)| Some((at, named(param)?.to_id()))).collect()
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

impl<'a> Shape<'a> {
    /// The inner function as a carrier of `module`; `outer` names the wrapper.
    pub fn root(&self, outer: Option<Id>) -> Root<'a> {
        let continuations = self.params.iter().map(|(_, id)| id.clone()).collect();
        Root { wraps: true, continuations, outer, ..Root::handler(self.inner, None) }
    }

    /// The parameters that it calls as handlers, and what it hands them.
    pub fn handlers(&self, module: &'a Module, around: &Surroundings<'_>) -> Vec<(usize, Vec<Option<Role>>)> {
        let carriers = Carriers::find(module, vec![self.root(None)], around);
        carriers.list.first().map(|carrier| called(&self.params, &carrier.calls)).unwrap_or_default()
    }
}

/// Those of `params` that `calls` call, and what they are handed.
pub(super) fn called(params: &[(usize, Id)], calls: &[Call]) -> Vec<(usize, Vec<Option<Role>>)> {
    let mut found: Vec<(usize, Vec<Option<Role>>)> = Vec::new();
    for call in calls {
        let Some((at, _)) = params.iter().find(|(_, id)| *id == call.callee) else { continue };
        let roles: Vec<_> = call.args.iter().map(|(_, role)| *role).collect();
        match found.iter_mut().find(|(known, _)| known == at) {
            Some((_, known)) => match super::carrier::united(known, &roles) {
                Some(roles) => *known = roles,
                None => return Vec::new(),
            },
            None => found.push((*at, roles)),
        }
    }
    found
}

/// A call of a wrapper.
#[derive(Clone, Debug)]
pub struct WrapCall {
    /// The name of the wrapper.
    pub callee: Id,
    /// Where that name stands.
    pub name: Span,
}

/// An expression that is a handler once all wrappers have been called.
#[derive(Clone, Debug, Default)]
pub struct Wrapped<'a> {
    /// The functions of this module inside.
    pub leaves: Vec<Root<'a>>,
    /// The wrappers around them.
    pub calls: Vec<WrapCall>,
    /// The methods that a map of handlers names, if the leaves stand in one.
    pub keys: Vec<String>,
    /// The constants that stand between: their names, and where their values are.
    pub constants: Vec<(Id, Span)>,
    /// Handlers, or objects of them, that are given another type.
    pub casts: Vec<Span>,
}

/// What a name does as a wrapper: which arguments are handlers and what they are handed, and whether it is
/// called twice.
pub type WrapperOf<'w> = dyn Fn(&Id) -> Option<(Vec<(usize, Vec<Option<Role>>)>, bool)> + 'w;

/// Reads `expr` as a wrapped handler of `module`; where it cannot be followed, the place.
pub fn wrapped<'a>(module: &'a Module, expr: &'a Expr, wrapper: &WrapperOf<'_>) -> Result<Wrapped<'a>, Span> {
    let mut found = Wrapped::default();
    let roles = vec![Some(Role::Req), Some(Role::Res)];
    Walk { module, wrapper, found: &mut found }.expr(expr, &roles, 0)?;
    if found.calls.is_empty() { Err(span_of(expr)) } else { Ok(found) }
}

/// Reads `expr` as a handler of `module` that is called with `roles`, or as an object of such; where it cannot be
/// followed, the place.
pub(super) fn unwrapped<'a>(module: &'a Module, expr: &'a Expr, roles: &[Option<Role>]) -> Result<Wrapped<'a>, Span> {
    let mut found = Wrapped::default();
    Walk { module, wrapper: &|_| None, found: &mut found }.expr(expr, roles, 0)?;
    Ok(found)
}

struct Walk<'w, 'a> {
    module: &'a Module,
    wrapper: &'w WrapperOf<'w>,
    found: &'w mut Wrapped<'a>,
}

/// How many wrappers deep we look.
const MAX_DEPTH: usize = 8;

impl<'a> Walk<'_, 'a> {
    fn expr(&mut self, expr: &'a Expr, roles: &[Option<Role>], depth: usize) -> Result<(), Span> {
        let lost = Err(span_of(expr));
        if depth > MAX_DEPTH {
            return lost;
        }
        if matches!(expr, Expr::TsAs(_) | Expr::TsSatisfies(_) | Expr::TsTypeAssertion(_)) {
            self.found.casts.push(span_of(expr));
        }
        if let Some(function) = function_of(expr) {
            let name = function.name().map(crate::syntax::ast::Ident::to_id);
            self.found.leaves.push(Root { roles: roles.to_vec(), ..Root::handler(function, name) });
            return Ok(());
        }
        match bare(expr) {
            Expr::Ident(name) => {
                let id = name.to_id();
                if let Some(&function) = module_functions(self.module).get(&id) {
                    self.found.leaves.push(Root { roles: roles.to_vec(), ..Root::handler(function, Some(id)) });
                    return Ok(());
                }
                match constant(self.module, &id) {
                    Some(init) => {
                        self.found.constants.push((id, span_of(init)));
                        self.expr(init, roles, depth + 1)
                    }
                    None => lost,
                }
            }
            Expr::Call(call) => self.call(call, depth),
            Expr::Object(object) => {
                for property in &object.props {
                    let PropOrSpread::Prop(property) = property else { return lost };
                    match &**property {
                        Prop::KeyValue(pair) => {
                            self.found.keys.extend(prop_name(&pair.key));
                            self.expr(&pair.value, roles, depth + 1)?;
                        }
                        Prop::Shorthand(name) => {
                            let Some(&function) = module_functions(self.module).get(&name.to_id()) else {
                                return lost;
                            };
                            let root = Root::handler(function, Some(name.to_id()));
                            self.found.keys.push(name.sym.to_string());
                            self.found.leaves.push(Root { roles: roles.to_vec(), ..root });
                        }
                        Prop::Method(method) => {
                            let function = Function::Method(&method.function, span_of(&method.key).start);
                            self.found.keys.extend(prop_name(&method.key));
                            self.found.leaves.push(Root { roles: roles.to_vec(), ..Root::handler(function, None) });
                        }
                        _ => return lost,
                    }
                }
                Ok(())
            }
            _ => lost,
        }
    }

    fn call(&mut self, call: &'a CallExpr, depth: usize) -> Result<(), Span> {
        let lost = Err(span_of(call));
        let named = |call: &CallExpr| callee_ident(call).map(|name| (name.to_id(), span_of(name)));
        let (name, configured) = match call.callee.as_expr().map(|callee| bare(callee)) {
            Some(Expr::Call(first)) => (named(first), true),
            _ => (named(call), false),
        };
        let Some((callee, name)) = name else { return lost };
        let Some((handlers, twice)) = (self.wrapper)(&callee) else { return lost };
        if twice != configured || handlers.is_empty() {
            return lost;
        }
        self.found.calls.push(WrapCall { callee, name });
        for (at, roles) in handlers {
            match call.args.get(at) {
                Some(arg) if arg.spread.is_none() => self.expr(&arg.expr, &roles, depth + 1)?,
                _ => return lost,
            }
        }
        Ok(())
    }
}

/// The value of `const name = …` at the top of the module, or what it exports as default.
pub fn constant<'a>(module: &'a Module, id: &Id) -> Option<&'a Expr> {
    use crate::syntax::ast::{ModuleDecl, ModuleItem};
    module.ast.body.iter().find_map(|item| {
        let declaration = match item {
            ModuleItem::Stmt(Stmt::Decl(declaration)) => declaration,
            ModuleItem::ModuleDecl(ModuleDecl::ExportDefaultExpr(export)) if *id == default_object() => {
                return Some(&*export.expr);
            }
            ModuleItem::ModuleDecl(ModuleDecl::ExportDecl(export)) => &export.decl,
            _ => return None,
        };
        let Decl::Var(variable) = declaration else { return None };
        if variable.kind != VarDeclKind::Const {
            return None;
        }
        let own = variable.decls.iter().find(|d| pat_ident(&d.name).is_some_and(|name| name.to_id() == *id))?;
        own.init.as_deref()
    })
}

/// Names that a function declares for one of its continuations: `const handler = handlers[req.method]`.
pub(super) fn aliases(function: Function<'_>, continuations: &[Id]) -> Vec<(Id, Id)> {
    struct Aliases<'c> {
        continuations: &'c [Id],
        found: Vec<(Id, Id)>,
        constant: bool,
    }
    impl Visit for Aliases<'_> {
        // What can be reassigned may be something else by the time it is called.
        fn visit_var_decl(&mut self, variable: &VarDecl) {
            self.constant = variable.kind == VarDeclKind::Const;
            variable.visit_children_with(self);
        }
        fn visit_var_declarator(&mut self, declarator: &crate::syntax::ast::VarDeclarator) {
            let root = declarator.init.as_deref().and_then(root_of).map(crate::syntax::ast::Ident::to_id);
            if let (true, Some(name), Some(root)) = (self.constant, pat_ident(&declarator.name), root)
                && self.continuations.contains(&root)
            {
                self.found.push((name.to_id(), root));
            }
            declarator.visit_children_with(self);
        }
    }
    let mut aliases = Aliases { continuations, found: Vec::new(), constant: false };
    if let Some(block) = function.block() {
        block.visit_with(&mut aliases);
    }
    aliases.found
}

/// Names that a function declares for some member of an object: `const handler = handlers[key]`. Each with
/// `handlers[]`.
pub(super) fn groups(function: Function<'_>) -> std::collections::HashMap<Id, Id> {
    #[derive(Default)]
    struct Groups(std::collections::HashMap<Id, Id>, bool);
    impl Visit for Groups {
        fn visit_var_decl(&mut self, variable: &VarDecl) {
            self.1 = variable.kind == VarDeclKind::Const;
            variable.visit_children_with(self);
        }
        fn visit_var_declarator(&mut self, declarator: &crate::syntax::ast::VarDeclarator) {
            let computed = match declarator.init.as_deref().map(bare) {
                Some(Expr::Member(member)) if crate::syntax::member_name(member).is_none() => ident(&member.obj),
                _ => None,
            };
            if let (true, Some(name), Some(object)) = (self.1, pat_ident(&declarator.name), computed) {
                let object = object.to_id();
                self.0.insert(name.to_id(), (format!("{}[]", object.0).into(), object.1));
            }
            declarator.visit_children_with(self);
        }
    }
    let mut groups = Groups::default();
    if let Some(block) = function.block() {
        block.visit_with(&mut groups);
    }
    groups.0
}

/// The name that `handlers`, `handlers.GET`, `handlers[method]` and the like start with.
pub(super) fn root_of(expr: &Expr) -> Option<&crate::syntax::ast::Ident> {
    match bare(expr) {
        Expr::Ident(name) => Some(name),
        Expr::Member(member) => root_of(&member.obj),
        Expr::OptChain(chain) => match &*chain.base {
            crate::syntax::ast::OptChainBase::Member(member) => root_of(&member.obj),
            crate::syntax::ast::OptChainBase::Call(_) => None,
        },
        _ => None,
    }
}
