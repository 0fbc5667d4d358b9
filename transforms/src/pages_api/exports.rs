//! Finding the handler of a Pages API route among the module's exports, in every spelling.

use crate::project::{Imported, imports};
use crate::syntax::ast::{
    AssignTarget, CallExpr, Decl, DefaultDecl, ExportDefaultDecl, ExportSpecifier, Expr, Id, ModuleDecl,
    ModuleExportName, ModuleItem, Pat, SimpleAssignTarget, Stmt,
};
use crate::syntax::{Function, Module, Span, bare, callee_ident, function_of, ident, member_name, span_of};

/// The default export of a route module, as far as it is a function that stands in the file.
#[derive(Clone, Debug)]
pub struct Handler<'a> {
    /// The function itself.
    pub function: Function<'a>,
    /// How it is exported.
    pub form: HandlerForm,
    /// The module-level statement that holds the function, with its `export default` if that is there.
    pub statement: Span,
    /// Its name in the module, if it has one.
    pub name: Option<Id>,
}

/// How the handler is written and exported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HandlerForm {
    /// `export default function handler() {}`; the name may be missing.
    DefaultFunction,
    /// `export default () => {}`, or `module.exports = () => {}`: an expression behind a prefix that
    /// ends where the function starts.
    DefaultExpression,
    /// `function handler() {}` and, elsewhere, the statement that exports it.
    Function {
        /// `export default handler;`, `module.exports = handler;` or `export { handler as default };`
        export: Span,
    },
    /// `const handler = () => {}` and, elsewhere, the statement that exports it.
    Variable {
        /// As for [`HandlerForm::Function`].
        export: Span,
    },
}

/// What stands in place of a handler.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoHandler {
    /// Nothing is exported as default.
    NoDefault,
    /// The default export is another module's: `export { default } from './x'`, or an imported name.
    Elsewhere(Span),
    /// The default export is the result of a call: `export default withAuth(handler)`.
    Wrapped(Span),
    /// Anything else that is no function in this file.
    Other(Span),
}

/// Finds the handler of `module`.
pub fn find_handler(module: &Module) -> Result<Handler<'_>, NoHandler> {
    let mut result = Err(NoHandler::NoDefault);
    for item in &module.ast.body {
        let found = match item {
            ModuleItem::ModuleDecl(ModuleDecl::ExportDefaultDecl(export)) => default_declaration(export),
            ModuleItem::ModuleDecl(ModuleDecl::ExportDefaultExpr(export)) => {
                expression(module, &export.expr, span_of(item))
            }
            ModuleItem::ModuleDecl(ModuleDecl::ExportNamed(export)) => {
                let Some(local) = export.specifiers.iter().find_map(default_specifier) else { continue };
                match (local, &export.src) {
                    (Some(id), None) if export.specifiers.len() == 1 => named(module, &id, span_of(item)),
                    _ => Err(NoHandler::Elsewhere(span_of(item))),
                }
            }
            ModuleItem::Stmt(Stmt::Expr(statement)) => {
                let Some(value) = commonjs_export(&statement.expr) else { continue };
                expression(module, value, span_of(item))
            }
            _ => continue,
        };
        if result.is_ok() {
            // Two default exports: CommonJS code that reassigns. Nothing we understand.
            return Err(NoHandler::Other(span_of(item)));
        }
        result = Ok(found?);
    }
    result
}

fn default_declaration(export: &ExportDefaultDecl) -> Result<Handler<'_>, NoHandler> {
    let span = span_of(export);
    match &export.decl {
        DefaultDecl::Fn(function) if function.function.body.is_some() => Ok(Handler {
            function: Function::Expression(function),
            form: HandlerForm::DefaultFunction,
            statement: span,
            name: function.ident.as_ref().map(crate::syntax::ast::Ident::to_id),
        }),
        _ => Err(NoHandler::Other(span)),
    }
}

/// `export { x as default }`: `Some(Some(x))` for a local name, `Some(None)` for `default` of elsewhere.
fn default_specifier(specifier: &ExportSpecifier) -> Option<Option<Id>> {
    let ExportSpecifier::Named(named) = specifier else { return None };
    let exported = named.exported.as_ref().unwrap_or(&named.orig);
    let is_default = matches!(exported, ModuleExportName::Ident(name) if &*name.sym == "default");
    is_default.then(|| match &named.orig {
        ModuleExportName::Ident(local) => Some(local.to_id()),
        ModuleExportName::Str(_) => None,
    })
}

/// The value of `module.exports = value` or `exports.default = value`.
pub(super) fn commonjs_export(expr: &Expr) -> Option<&Expr> {
    let Expr::Assign(assign) = bare(expr) else { return None };
    let AssignTarget::Simple(SimpleAssignTarget::Member(target)) = &assign.left else { return None };
    let object = &*ident(&target.obj)?.sym;
    let property = member_name(target)?;
    matches!((object, property.as_str()), ("module", "exports") | ("exports", "default")).then_some(&*assign.right)
}

fn expression<'a>(module: &'a Module, expr: &'a Expr, statement: Span) -> Result<Handler<'a>, NoHandler> {
    if let Some(function) = function_of(expr) {
        let name = function.name().map(crate::syntax::ast::Ident::to_id);
        return Ok(Handler { function, form: HandlerForm::DefaultExpression, statement, name });
    }
    match bare(expr) {
        Expr::Ident(name) => named(module, &name.to_id(), statement),
        Expr::Call(call) if let Some(inner) = without_wrapper(module, call) => named(module, &inner, statement),
        Expr::Call(call) => Err(NoHandler::Wrapped(span_of(call))),
        other => Err(NoHandler::Other(span_of(other))),
    }
}

/// The name of the handler in a call of a wrapper that a Route Handler does without.
fn without_wrapper(module: &Module, call: &CallExpr) -> Option<Id> {
    let import = imports(module).remove(&callee_ident(call)?.to_id())?;
    let Imported::Name(name) = import.name else { return None };
    let [first, ..] = call.args.as_slice() else { return None };
    crate::libraries::is_transparent(&import.specifier, &name)
        .then(|| ident(&first.expr).map(|id| id.to_id()))
        .flatten()
}

/// The module-level function called `id`, exported by the statement at `export`.
fn named<'a>(module: &'a Module, id: &Id, export: Span) -> Result<Handler<'a>, NoHandler> {
    for item in &module.ast.body {
        let declaration = match item {
            ModuleItem::Stmt(Stmt::Decl(declaration)) => declaration,
            ModuleItem::ModuleDecl(ModuleDecl::ExportDecl(export)) => &export.decl,
            ModuleItem::ModuleDecl(ModuleDecl::Import(import))
                if import.specifiers.iter().any(|specifier| specifier.local().to_id() == *id) =>
            {
                return Err(NoHandler::Elsewhere(span_of(import)));
            }
            _ => continue,
        };
        match declaration {
            Decl::Fn(function) if function.ident.to_id() == *id && function.function.body.is_some() => {
                let function = Function::Declaration(function);
                let form = HandlerForm::Function { export };
                return Ok(Handler { function, form, statement: span_of(item), name: Some(id.clone()) });
            }
            Decl::Var(variable) => {
                for declarator in &variable.decls {
                    let Pat::Ident(binding) = &declarator.name else { continue };
                    let Some(init) = declarator.init.as_deref().filter(|_| binding.id.to_id() == *id) else { continue };
                    return match function_of(init) {
                        Some(function) if variable.decls.len() == 1 => Ok(Handler {
                            function,
                            form: HandlerForm::Variable { export },
                            statement: span_of(item),
                            name: Some(id.clone()),
                        }),
                        _ if is_call(init) => Err(NoHandler::Wrapped(span_of(init))),
                        _ => Err(NoHandler::Other(span_of(init))),
                    };
                }
            }
            _ => {}
        }
    }
    Err(NoHandler::Other(export))
}

/// A default export that is the value of an expression.
#[derive(Clone, Debug)]
pub struct DefaultExpression<'a> {
    /// The statement that exports it.
    pub export: Span,
    /// The expression.
    pub expr: &'a Expr,
    /// The variable that holds the value, if the export names one.
    pub variable: Option<Id>,
    /// The statement that holds the expression.
    pub statement: Span,
}

/// The expression behind the default export: `export default withAuth(handler)`, directly or by a variable.
pub fn default_expression(module: &Module) -> Option<DefaultExpression<'_>> {
    let mut names = module.ast.body.iter().filter_map(|item| {
        let span = span_of(item);
        let expr = match item {
            ModuleItem::ModuleDecl(ModuleDecl::ExportDefaultExpr(export)) => &*export.expr,
            ModuleItem::Stmt(Stmt::Expr(statement)) => commonjs_export(&statement.expr)?,
            ModuleItem::ModuleDecl(ModuleDecl::ExportNamed(export)) if export.src.is_none() => {
                let local = export.specifiers.iter().find_map(default_specifier)??;
                return (export.specifiers.len() == 1).then_some((span, Err(local)));
            }
            _ => return None,
        };
        Some((span, ident(expr).map_or(Ok(expr), |name| Err(name.to_id()))))
    });
    let (export, found) = names.next()?;
    match found {
        Ok(expr) => Some(DefaultExpression { export, expr, variable: None, statement: export }),
        Err(id) => module.ast.body.iter().find_map(|item| {
            let ModuleItem::Stmt(Stmt::Decl(Decl::Var(variable))) = item else { return None };
            let [declarator] = variable.decls.as_slice() else { return None };
            let Pat::Ident(binding) = &declarator.name else { return None };
            if binding.id.to_id() != id {
                return None;
            }
            let expr = declarator.init.as_deref()?;
            Some(DefaultExpression { export, expr, variable: Some(id.clone()), statement: span_of(item) })
        }),
    }
}

fn is_call(expr: &Expr) -> bool {
    matches!(bare(expr), Expr::Call(_))
}
