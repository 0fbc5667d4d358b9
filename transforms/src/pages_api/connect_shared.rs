//! Routers of next-connect that files share: constants that others `use`, and functions that make one for each.
//!
//! ```ts
//! const middleware = nc();                                         // handler.use(middleware)
//! middleware.use(database).use(session);
//! export default middleware;
//!
//! export const createHandler = () => nc({ onError }).use(auth);     // const handler = createHandler().get(list)
//! ```

use super::connect::{Chain, Connect, Maker, Reader, Unread, maker_of};
use super::wrap::returned;
use super::wrapped::constant;
use crate::project::imports;
use crate::syntax::ast::{Decl, Expr, Id, ModuleDecl, ModuleItem, Stmt, VarDeclKind};
use crate::syntax::{
    Function, Module, Span, callee_ident, default_object, ident, module_functions, pat_ident, span_of,
};

/// A router of another file that the one of an endpoint is made of.
#[derive(Clone, Debug)]
pub struct Base<'a> {
    /// The file.
    pub module: &'a Module,
    /// The router.
    pub router: Connect<'a>,
}

/// The router that `id` of `module` is, or makes.
pub fn shared<'a>(module: &'a Module, id: &Id) -> Option<Result<Connect<'a>, Unread>> {
    match module_functions(module).get(id) {
        Some(&function) => made_router(module, function),
        None => read(module, Chain::of(constant(module, id)?), Some(id)),
    }
}

/// The router that `function` of `module` makes.
pub fn made_router<'a>(module: &'a Module, function: Function<'a>) -> Option<Result<Connect<'a>, Unread>> {
    let chain = Chain::of(returned(function)?);
    let (_, call) = made(module, &chain)?;
    if !function.params().is_empty() {
        let message = "what the router does depends on what the function is given that makes it";
        return Some(Err((span_of(call), message.into(), "make the router here, or without parameters")));
    }
    read(module, chain, None)
}

fn read<'a>(module: &'a Module, chain: Chain<'a>, id: Option<&Id>) -> Option<Result<Connect<'a>, Unread>> {
    let (maker, call) = made(module, &chain)?;
    Some(Reader { module, router: Connect::new(maker, Some(call), span_of(call)), taken: None }.shared(chain, id))
}

/// The maker that `chain` begins with, and its call.
fn made<'a>(module: &Module, chain: &Chain<'a>) -> Option<(Maker, &'a crate::syntax::ast::CallExpr)> {
    let Expr::Call(call) = chain.root else { return None };
    Some((maker_of(&imports(module), &callee_ident(call)?.to_id())?, call))
}

/// The constants at the top of a module, and what it exports as default.
fn constants(module: &Module) -> Vec<(Id, &Expr)> {
    let mut found = Vec::new();
    for item in &module.ast.body {
        let declaration = match item {
            ModuleItem::Stmt(Stmt::Decl(declaration)) => declaration,
            ModuleItem::ModuleDecl(ModuleDecl::ExportDecl(export)) => &export.decl,
            ModuleItem::ModuleDecl(ModuleDecl::ExportDefaultExpr(export)) => {
                found.push((default_object(), &*export.expr));
                continue;
            }
            _ => continue,
        };
        let Decl::Var(variable) = declaration else { continue };
        for own in variable.decls.iter().filter(|_| variable.kind == VarDeclKind::Const) {
            found.extend(pat_ident(&own.name).map(|name| name.to_id()).zip(own.init.as_deref()));
        }
    }
    found
}

/// The shared router of `module` that something at `place` is handed to: the constant, or the function that makes it.
pub fn router_at(module: &Module, place: Span) -> Option<Id> {
    if imports(module).values().all(|import| import.specifier != "next-connect") {
        return None;
    }
    let begins = |expr: &Expr| made(module, &Chain::of(expr)).is_some();
    let constants = constants(module);
    let inside = |expr: &Expr| span_of(expr).contains(place);
    let held = constants.iter().find(|(_, value)| inside(value) && begins(value)).map(|(id, _)| id.clone());
    let chained = || {
        module.ast.body.iter().find_map(|item| {
            let ModuleItem::Stmt(Stmt::Expr(statement)) = item else { return None };
            let chain = Chain::of(&statement.expr);
            // The router itself is not handed to anything there.
            let id = ident(chain.root).filter(|_| inside(&statement.expr) && span_of(chain.root) != place)?.to_id();
            constant(module, &id).is_some_and(begins).then_some(id)
        })
    };
    let made = || {
        let all = module_functions(module).into_iter();
        let makes = |function: Function<'_>| returned(function).is_some_and(begins);
        all.filter(|(_, function)| function.span().contains(place) && makes(*function)).map(|(id, _)| id).next()
    };
    held.or_else(chained).or_else(made)
}

/// Whether the mention at `place` is a router of `module` to which something is added there: `router.use(auth);`.
pub fn adds_to_router(module: &Module, place: Span) -> bool {
    module.ast.body.iter().any(|item| {
        let ModuleItem::Stmt(Stmt::Expr(statement)) = item else { return false };
        let root = Chain::of(&statement.expr).root;
        let is_router = |id: &Id| constant(module, id).is_some_and(|value| made(module, &Chain::of(value)).is_some());
        span_of(root) == place && ident(root).is_some_and(|name| is_router(&name.to_id()))
    })
}
