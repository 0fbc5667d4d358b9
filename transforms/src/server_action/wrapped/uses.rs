//! How a handler stands in the calls that make it.
//!
//! ```ts
//! export const POST = withUser(async ({ session }) => …);
//! export const PUT = withRole({ role: 'owner' }, handler);   // a function of the file, used nowhere else
//! export const DELETE = withUser(withTeam(async (req) => …));
//! ```

use crate::project::Method;
use crate::syntax::ast::{CallExpr, Decl, Expr, Id, ModuleDecl, ModuleItem, Pat};
use crate::syntax::{Function, Module, Span, bare, callee_ident, function_of, ident, module_functions, span_of};

/// The calls around a handler.
pub struct Wrapping<'a> {
    /// The statement that exports the method.
    pub statement: Span,
    /// The calls, outermost first; at least one.
    pub uses: Vec<Use<'a>>,
    pub handler: Option<Wrapped<'a>>,
    /// The name in place of the handler, if that does not help.
    pub shared: Option<(Span, String)>,
}

/// One call, and which of its arguments is the handler, or the call around it.
#[derive(Clone, Copy)]
pub struct Use<'a> {
    pub call: &'a CallExpr,
    pub position: usize,
}

/// The function inside.
#[derive(Clone, Copy)]
pub struct Wrapped<'a> {
    pub function: Function<'a>,
    /// The statement that declares it, if it has a name.
    pub declared: Option<Span>,
}

/// The calls in `export const POST = withUser(…)`.
pub fn wrapping(module: &Module, method: Method) -> Option<Wrapping<'_>> {
    let (statement, mut call) = module.ast.body.iter().find_map(|item| {
        let ModuleItem::ModuleDecl(ModuleDecl::ExportDecl(export)) = item else { return None };
        let Decl::Var(variable) = &export.decl else { return None };
        let named = |name: &Pat| name.as_ident().is_some_and(|name| &*name.id.sym == method.as_str());
        let declarator = variable.decls.iter().find(|declarator| named(&declarator.name))?;
        match bare(declarator.init.as_deref()?) {
            Expr::Call(call) if variable.decls.len() == 1 => Some((span_of(item), call)),
            _ => None,
        }
    })?;
    let mut uses = Vec::new();
    loop {
        let position = handler_position(module, call);
        uses.push(Use { call, position: position.unwrap_or_default() });
        let Some(argument) = position.and_then(|at| call.args.get(at)) else {
            return Some(Wrapping { statement, uses, handler: None, shared: None });
        };
        match bare(&argument.expr) {
            Expr::Call(inner) => call = inner,
            Expr::Ident(name) => {
                let shared = Some((span_of(name), name.sym.to_string()));
                return Some(Wrapping { statement, uses, handler: declared(module, &name.to_id()), shared });
            }
            expr => {
                let handler = function_of(expr).map(|function| Wrapped { function, declared: None });
                return Some(Wrapping { statement, uses, handler, shared: None });
            }
        }
    }
}

/// Which argument is the handler: the only function, else the only function of the file by its name, else the only call
/// of something that has a name.
fn handler_position(module: &Module, call: &CallExpr) -> Option<usize> {
    if call.args.iter().any(|argument| argument.spread.is_some()) {
        return None;
    }
    let only = |fits: &dyn Fn(&Expr) -> bool| {
        let mut found = call.args.iter().enumerate().filter(|(_, argument)| fits(bare(&argument.expr)));
        let (at, _) = found.next()?;
        Some(found.next().is_none().then_some(at))
    };
    let functions = module_functions(module);
    let by_name = |expr: &Expr| ident(expr).is_some_and(|name| functions.contains_key(&name.to_id()));
    let is_call = |expr: &Expr| matches!(expr, Expr::Call(call) if callee_ident(call).is_some());
    only(&|expr| function_of(expr).is_some()).or_else(|| only(&by_name)).or_else(|| only(&is_call)).flatten()
}

/// A function that the file declares in a statement of its own, and that is used once.
fn declared<'a>(module: &'a Module, id: &Id) -> Option<Wrapped<'a>> {
    let function = *module_functions(module).get(id)?;
    let statement = module.ast.body.iter().find(|item| span_of(*item).contains(function.span()))?;
    let alone = match statement {
        ModuleItem::Stmt(crate::syntax::ast::Stmt::Decl(Decl::Var(variable))) => variable.decls.len() == 1,
        ModuleItem::Stmt(_) => true,
        ModuleItem::ModuleDecl(_) => false,
    };
    let mentions = module.references().get(id).map_or(0, Vec::len);
    (alone && mentions == 2).then(|| Wrapped { function, declared: Some(span_of(statement)) })
}
