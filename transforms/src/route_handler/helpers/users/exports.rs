//! Under which names a module exports what it has.

use std::collections::BTreeSet;

use crate::project::{Export, Imported, all_imports, commonjs_export, export};
use crate::syntax::ast::{ExportSpecifier, Id, ModuleDecl, ModuleExportName, ModuleItem};
use crate::syntax::{Module, Span, Specifier, commonjs, default_object, is_commonjs, required, span_of};

/// Whether the mention is the declaration, the import or the export of the name.
pub fn declares(module: &Module, item: &ModuleItem, local: &Id, mention: Span) -> bool {
    use crate::syntax::ast::{Decl, DefaultDecl, Expr, Stmt};
    let is = |ident: &crate::syntax::ast::Ident| ident.to_id() == *local && span_of(ident) == mention;
    let declaration = |declaration: &Decl| match declaration {
        Decl::Fn(function) => is(&function.ident),
        Decl::Class(class) => is(&class.ident),
        Decl::Var(variable) => variable.decls.iter().any(|d| crate::syntax::pat_ident(&d.name).is_some_and(is)),
        _ => false,
    };
    match item {
        ModuleItem::Stmt(Stmt::Decl(own)) => declaration(own) || names_required(module, item, mention),
        ModuleItem::Stmt(Stmt::Expr(_)) => names_exported(module, item, mention),
        ModuleItem::ModuleDecl(ModuleDecl::ExportDecl(export)) => declaration(&export.decl),
        ModuleItem::ModuleDecl(ModuleDecl::ExportDefaultDecl(export)) => {
            let name = match &export.decl {
                DefaultDecl::Fn(function) => &function.ident,
                DefaultDecl::Class(class) => &class.ident,
                DefaultDecl::TsInterfaceDecl(_) => &None,
            };
            name.as_ref().is_some_and(is)
        }
        ModuleItem::ModuleDecl(ModuleDecl::ExportDefaultExpr(export)) => {
            matches!(&*export.expr, Expr::Ident(ident) if is(ident))
        }
        ModuleItem::ModuleDecl(ModuleDecl::ExportNamed(_) | ModuleDecl::Import(_)) => span_of(item).contains(mention),
        _ => false,
    }
}

/// Whether the mention is one of the names of `const { … } = require('…')`.
fn names_required(module: &Module, item: &ModuleItem, mention: Span) -> bool {
    let statement = span_of(item);
    if !statement.contains(mention) {
        return false;
    }
    let names = required(module).into_iter().filter(|own| own.statement == statement).flat_map(|own| own.names);
    names.map(|name| name.span).any(|span| span.contains(mention))
}

/// Whether the mention is a name that a statement of a CommonJS module exports: `module.exports = { list }`.
fn names_exported(module: &Module, item: &ModuleItem, mention: Span) -> bool {
    span_of(item).contains(mention)
        && commonjs(module).is_some_and(|found| found.exported().any(|name| span_of(name) == mention))
}

/// The names that `module` exports the function under: `local`, or the one at `start` if it has no name.
pub(in crate::route_handler::helpers) fn exported_names(
    module: &Module,
    local: Option<&Id>,
    start: usize,
) -> Vec<String> {
    if local.is_some_and(|local| *local == default_object()) {
        return vec!["default".to_owned()];
    }
    let mut candidates: BTreeSet<String> = BTreeSet::from(["default".to_owned()]);
    candidates.extend(local.map(|id| id.0.to_string()));
    for item in &module.ast.body {
        let ModuleItem::ModuleDecl(ModuleDecl::ExportNamed(named)) = item else { continue };
        for specifier in &named.specifiers {
            let ExportSpecifier::Named(named) = specifier else { continue };
            candidates.insert(spelled(named.exported.as_ref().unwrap_or(&named.orig)));
        }
    }
    candidates.extend(commonjs(module).into_iter().flat_map(|own| own.names).map(|(name, _)| name));
    let imported = local.and_then(|local| all_imports(module).remove(local));
    let export = |name: &str| if is_commonjs(module) { commonjs_export(module, name) } else { export(module, name) };
    candidates
        .into_iter()
        .filter(|name| match export(name) {
            Some(Export::Local(id)) => Some(&id) == local,
            // Or what it makes: the function within a wrapper.
            Some(Export::Anonymous(function)) => local.is_none() && function.span().contains(Span::at(start)),
            Some(Export::From { specifier, name }) => imported
                .as_ref()
                .is_some_and(|import| import.specifier == specifier && import.name == Imported::Name(name)),
            None => name == "default" && local.is_none() && is_default(module, start),
        })
        .collect()
}

/// The names that `module` exports the object under.
pub(super) fn exported_object(module: &Module, object: &Id) -> Vec<String> {
    exported_names(module, Some(object), usize::MAX)
}

/// Whether the function at `start` stands in what the module exports as default.
fn is_default(module: &Module, start: usize) -> bool {
    let mut items = module.ast.body.iter();
    items.any(|item| matches!(item, ModuleItem::ModuleDecl(ModuleDecl::ExportDefaultExpr(own)) if span_of(own).contains(Span::at(start))))
}

/// Whether the function at `start` stands inside the one without a name that the module exports as default.
pub(super) fn is_inside_default(module: &Module, start: usize) -> bool {
    let Some(Export::Anonymous(function)) = export(module, "default") else { return false };
    function.span().start != start && function.span().contains(Span::at(start))
}

/// The names under which the statement of `specifier` exports `name` again; `None` if it is no export.
pub(super) fn re_exported(module: &Module, specifier: &Specifier, name: &str) -> Option<Vec<String>> {
    let statement = specifier.statement?;
    let item = module.ast.body.iter().find(|item| span_of(*item) == statement)?;
    match item {
        ModuleItem::ModuleDecl(ModuleDecl::ExportAll(_)) if name == "default" => Some(Vec::new()),
        ModuleItem::ModuleDecl(ModuleDecl::ExportAll(_)) => Some(vec![name.to_owned()]),
        // `export * as name`: nobody follows that.
        ModuleItem::ModuleDecl(ModuleDecl::ExportNamed(export))
            if export.specifiers.iter().any(ExportSpecifier::is_namespace) =>
        {
            None
        }
        ModuleItem::ModuleDecl(ModuleDecl::ExportNamed(export)) => {
            let names = export.specifiers.iter().filter_map(|specifier| match specifier {
                ExportSpecifier::Named(named) if spelled(&named.orig) == name => {
                    Some(spelled(named.exported.as_ref().unwrap_or(&named.orig)))
                }
                _ => None,
            });
            Some(names.collect())
        }
        _ => None,
    }
}

fn spelled(name: &ModuleExportName) -> String {
    match name {
        ModuleExportName::Ident(name) => name.sym.to_string(),
        ModuleExportName::Str(name) => name.value.to_string_lossy().into_owned(),
    }
}
