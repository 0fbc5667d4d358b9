//! Functions that others make: `verify(code)(req, res)`. Such a function goes by the name `verify()`.
//!
//! ```ts
//! export const verify = (code: string) => async (req: NextApiRequest, res: NextApiResponse) => { … };
//! ```

use std::collections::HashMap;

use super::wrap::returned;
use crate::syntax::ast::{CallExpr, Decl, Expr, Id, ModuleDecl, ModuleItem, Pat, Stmt};
use crate::syntax::{Function, Module, bare, callee_ident, function_of, module_functions};

/// The functions that functions of the module make, by name.
pub fn made_functions(module: &Module) -> HashMap<Id, Function<'_>> {
    let all = module_functions(module).into_iter();
    all.filter_map(|(id, maker)| Some((made_id(&id), made_by(module, maker)?))).collect()
}

/// The function that `maker` makes, if it does nothing else and no type says what that is.
pub fn made_by<'a>(module: &'a Module, maker: Function<'a>) -> Option<Function<'a>> {
    let typed = maker.return_type().is_some() || is_annotated(module, maker);
    if typed || maker.is_async() || maker.is_generator() {
        return None;
    }
    function_of(returned(maker)?)
}

/// The name of what `maker` makes.
pub fn made_id(maker: &Id) -> Id {
    (format!("{}()", maker.0).into(), maker.1)
}

/// The declared name behind `id`: that of the maker for what it makes.
pub fn declared_id(id: &Id) -> Id {
    id.0.strip_suffix("()").map_or_else(|| id.clone(), |maker| (maker.into(), id.1))
}

/// What `make(…)(…)` calls, and the call that makes it.
pub(super) fn made_callee(call: &CallExpr) -> Option<(Id, &CallExpr)> {
    let Expr::Call(maker) = bare(call.callee.as_expr()?) else { return None };
    Some((made_id(&callee_ident(maker)?.to_id()), maker))
}

/// `const make: Maker = …`.
fn is_annotated(module: &Module, maker: Function<'_>) -> bool {
    let declarations = module.ast.body.iter().filter_map(|item| match item {
        ModuleItem::Stmt(Stmt::Decl(declaration)) => Some(declaration),
        ModuleItem::ModuleDecl(ModuleDecl::ExportDecl(export)) => Some(&export.decl),
        _ => None,
    });
    let mut declarators = declarations.flat_map(|declaration| match declaration {
        Decl::Var(variable) => variable.decls.as_slice(),
        _ => &[],
    });
    declarators.any(|own| {
        let holds = own.init.as_deref().and_then(function_of).is_some_and(|own| own.span() == maker.span());
        holds && matches!(&own.name, Pat::Ident(name) if name.type_ann.is_some())
    })
}
