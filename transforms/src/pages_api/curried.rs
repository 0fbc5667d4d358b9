//! Functions that others make: `verify(code)(req, res)`. Such a function goes by the name `verify()`, also where it has
//! got another one.
//!
//! ```ts
//! export const verify = (code: string) => async (req: NextApiRequest, res: NextApiResponse) => { … };
//! export const verifyMail = verify('mail');                         // `verifyMail(req, res)` calls `verify()`
//! export const verifyFor = (team: Team) => verify(team.code);       // so does `verifyFor(team)(req, res)`
//! ```

use std::collections::HashMap;

use super::wrap::returned;
use crate::syntax::ast::{CallExpr, Decl, Expr, Id, ModuleDecl, ModuleItem, Pat, Stmt, VarDeclKind, VarDeclarator};
use crate::syntax::{Function, Module, Span, bare, callee_ident, function_of, module_functions, pat_ident, span_of};

/// How many calls may stand between a name and the function: `guard(kind)(user)(req, res)`.
const MAX_CALLS: usize = 3;

/// The functions that functions of the module make, by name.
pub fn made_functions(module: &Module) -> HashMap<Id, Function<'_>> {
    let mut made = HashMap::new();
    for (mut id, mut maker) in module_functions(module) {
        for _ in 0..MAX_CALLS {
            let Some(function) = made_by(module, maker) else { break };
            (id, maker) = (made_id(&id), function);
            made.insert(id.clone(), function);
        }
    }
    made
}

/// Another name for what a function makes.
#[derive(Clone, Debug)]
pub struct Alias {
    /// The name.
    pub name: Id,
    /// What is called by it is the function itself (0), or gives the function (1).
    pub calls: usize,
    /// The function that makes it.
    pub maker: Id,
    /// Where the maker is mentioned.
    pub mention: Span,
}

/// The other names at the top of the module.
pub fn aliases(module: &Module) -> Vec<Alias> {
    let alias = |name: Id, calls: usize, value: &Expr| {
        let Expr::Call(call) = bare(value) else { return None };
        let maker = callee_ident(call)?;
        Some(Alias { name, calls, maker: maker.to_id(), mention: span_of(maker) })
    };
    let constants = declarators(module).filter_map(|own| {
        let name = pat_ident(&own.name).filter(|_| !is_typed(&own.name))?;
        alias(name.to_id(), 0, own.init.as_deref()?)
    });
    let functions = module_functions(module).into_iter().filter_map(|(name, function)| {
        let typed = function.return_type().is_some() || is_annotated(module, function);
        let plain = !typed && !function.is_async() && !function.is_generator();
        alias(name, 1, returned(function).filter(|_| plain)?)
    });
    constants.chain(functions).collect()
}

/// The function that `maker` makes, if it does nothing else and no type says what that is.
fn made_by<'a>(module: &'a Module, maker: Function<'a>) -> Option<Function<'a>> {
    let typed = maker.return_type().is_some() || is_annotated(module, maker);
    if typed || maker.is_async() || maker.is_generator() {
        return None;
    }
    function_of(returned(maker)?)
}

/// The name of what `maker` makes.
fn made_id(maker: &Id) -> Id {
    (format!("{}()", maker.0).into(), maker.1)
}

/// What `id` is called by its maker, if it is one of `aliases`.
pub fn maker_of(aliases: &[Alias], id: &Id) -> Option<Id> {
    let step = |id: &Id| {
        let (declared, calls) = (declared_id(id), calls_of(id));
        let alias = aliases.iter().find(|alias| alias.name == declared && alias.calls <= calls)?;
        Some(made_after(&alias.maker, 1 + calls - alias.calls)).filter(|made| made != id)
    };
    let mut found = step(id)?;
    // Names may stand for each other in a circle.
    for _ in 0..MAX_CALLS {
        match step(&found) {
            Some(next) => found = next,
            None => break,
        }
    }
    (calls_of(&found) <= MAX_CALLS).then_some(found)
}

/// The name of what `maker` makes when that many calls follow each other.
pub fn made_after(maker: &Id, calls: usize) -> Id {
    (format!("{}{}", maker.0, "()".repeat(calls)).into(), maker.1)
}

/// The declared name behind `id`: that of the maker for what it makes.
pub fn declared_id(id: &Id) -> Id {
    (id.0.trim_end_matches("()").into(), id.1)
}

/// How many calls of the declared name give what `id` stands for.
pub fn calls_of(id: &Id) -> usize {
    (id.0.len() - id.0.trim_end_matches("()").len()) / "()".len()
}

/// What `function` makes after that many calls.
pub fn made_function<'a>(module: &'a Module, function: Function<'a>, calls: usize) -> Option<Function<'a>> {
    (0..calls.min(MAX_CALLS + 1)).try_fold(function, |function, _| made_by(module, function))
}

/// What `make(…)(…)` calls, and the calls that make it.
pub(super) fn made_callee(call: &CallExpr) -> Option<(Id, Vec<&CallExpr>)> {
    let Expr::Call(maker) = bare(call.callee.as_expr()?) else { return None };
    if let Some(name) = callee_ident(maker) {
        return Some((made_id(&name.to_id()), vec![maker]));
    }
    let (name, mut makers) = made_callee(maker)?;
    makers.push(maker);
    (makers.len() <= MAX_CALLS).then(|| (made_id(&name), makers))
}

/// `const make: Maker = …`.
fn is_annotated(module: &Module, maker: Function<'_>) -> bool {
    declarators(module).any(|own| {
        let holds = own.init.as_deref().and_then(function_of).is_some_and(|own| own.span() == maker.span());
        holds && is_typed(&own.name)
    })
}

/// Whether a type is written behind `name`.
pub(super) fn is_typed(name: &Pat) -> bool {
    matches!(name, Pat::Ident(name) if name.type_ann.is_some())
}

/// The types that are written behind the names of constants at the top of the module whose values `is` holds for.
pub fn annotations(module: &Module, is: impl Fn(&Expr) -> bool) -> Vec<Span> {
    let typed = |own: &VarDeclarator| match &own.name {
        Pat::Ident(name) => name.type_ann.as_deref().map(span_of),
        _ => None,
    };
    declarators(module).filter(|own| own.init.as_deref().is_some_and(&is)).filter_map(typed).collect()
}

/// The constants at the top of the module.
pub(super) fn declarators(module: &Module) -> impl Iterator<Item = &VarDeclarator> {
    let declarations = module.ast.body.iter().filter_map(|item| match item {
        ModuleItem::Stmt(Stmt::Decl(declaration)) => Some(declaration),
        ModuleItem::ModuleDecl(ModuleDecl::ExportDecl(export)) => Some(&export.decl),
        _ => None,
    });
    declarations.flat_map(|declaration| match declaration {
        Decl::Var(variable) if variable.kind == VarDeclKind::Const => variable.decls.as_slice(),
        _ => &[],
    })
}
