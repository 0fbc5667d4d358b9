//! Every place in a module that names another file.

use swc_core::ecma::ast::{
    self, CallExpr, Callee, ExportSpecifier, Expr, ImportSpecifier, ModuleExportName, NewExpr, TsEntityName,
    TsImportType,
};
use swc_core::ecma::visit::{Visit, VisitWith};

use super::comment_specifiers::comment_specifiers;
use super::{Module, Span, bare, ident, literal_str, member_name, span_of};

/// A string that names a module or a file.
#[derive(Clone, Debug)]
pub struct Specifier {
    /// The literal, quotes included.
    pub span: Span,
    /// Its value: `../lib/db`.
    pub value: String,
    /// The names that are taken from there; `None` if that cannot be told, so maybe all.
    pub names: Option<Vec<String>>,
    /// `import type`, `export type`, or `import('…')` in a type.
    pub type_only: bool,
    /// The import or export statement, if it is one.
    pub statement: Option<Span>,
    /// `new URL('./worker.ts', import.meta.url)`: the file is loaded by its URL, as workers are.
    pub by_url: bool,
}

/// Collects the specifiers of `module`; asked for by [`Module::specifiers`].
pub(super) fn specifiers(module: &Module) -> Vec<Specifier> {
    let mut found = Specifiers(Vec::new());
    module.ast.visit_with(&mut found);
    found.0.extend(comment_specifiers(module));
    found.0
}

/// What `module` calls `name` of `package`, if it imports it; `default` is the default export.
pub fn imported(module: &Module, package: &str, name: &str) -> Option<ast::Id> {
    let imports = module.ast.body.iter().filter_map(|item| match item {
        ast::ModuleItem::ModuleDecl(ast::ModuleDecl::Import(import)) => Some(import),
        _ => None,
    });
    let from = imports.filter(|import| import.src.value.as_str() == Some(package) && !import.type_only);
    from.flat_map(|import| &import.specifiers).find_map(|specifier| match specifier {
        ImportSpecifier::Default(default) => (name == "default").then(|| default.local.to_id()),
        ImportSpecifier::Named(named) => {
            let imported = named.imported.as_ref().map_or_else(|| named.local.sym.to_string(), export_name);
            (imported == name).then(|| named.local.to_id())
        }
        ImportSpecifier::Namespace(_) => None,
    })
}

/// What `module` calls all of `package`, if it imports that: `import * as name`.
pub fn imported_whole(module: &Module, package: &str) -> Option<ast::Id> {
    module.ast.body.iter().find_map(|item| {
        let ast::ModuleItem::ModuleDecl(ast::ModuleDecl::Import(import)) = item else { return None };
        let whole = import.specifiers.iter().find_map(|specifier| specifier.as_namespace());
        whole.filter(|_| import.src.value.as_str() == Some(package) && !import.type_only).map(|own| own.local.to_id())
    })
}

struct Specifiers(Vec<Specifier>);

impl Specifiers {
    fn add(&mut self, source: &ast::Str, names: Option<Vec<String>>, type_only: bool, statement: Option<Span>) {
        if let Some(value) = source.value.as_str() {
            let (span, value) = (span_of(source), value.to_owned());
            self.0.push(Specifier { span, value, names, type_only, statement, by_url: false });
        }
    }

    /// A string, or a template without placeholders.
    fn add_expression(&mut self, source: &Expr, type_only: bool, statement: Option<Span>) {
        if let Some(value) = literal_str(source) {
            let span = span_of(bare(source));
            self.0.push(Specifier { span, value, names: None, type_only, statement, by_url: false });
        }
    }

    fn add_argument(&mut self, argument: Option<&ast::ExprOrSpread>) {
        if let Some(argument) = argument.filter(|argument| argument.spread.is_none()) {
            self.add_expression(&argument.expr, false, None);
        }
    }
}

fn export_name(name: &ModuleExportName) -> String {
    match name {
        ModuleExportName::Ident(name) => name.sym.to_string(),
        ModuleExportName::Str(name) => name.value.to_string_lossy().into_owned(),
    }
}

/// The first of the names in `a.b.c`.
fn first_of(name: &TsEntityName) -> String {
    match name {
        TsEntityName::Ident(name) => name.sym.to_string(),
        TsEntityName::TsQualifiedName(name) => first_of(&name.left),
    }
}

impl Visit for Specifiers {
    fn visit_import_decl(&mut self, import: &ast::ImportDecl) {
        let names = import
            .specifiers
            .iter()
            .map(|specifier| match specifier {
                ImportSpecifier::Named(named) => {
                    Some(named.imported.as_ref().map_or_else(|| named.local.sym.to_string(), export_name))
                }
                ImportSpecifier::Default(_) => Some("default".to_owned()),
                ImportSpecifier::Namespace(_) => None,
            })
            .collect();
        self.add(&import.src, names, import.type_only, Some(span_of(import)));
    }

    fn visit_named_export(&mut self, export: &ast::NamedExport) {
        let Some(source) = &export.src else { return };
        let names = export
            .specifiers
            .iter()
            .map(|specifier| match specifier {
                ExportSpecifier::Named(named) => Some(export_name(&named.orig)),
                ExportSpecifier::Default(_) => Some("default".to_owned()),
                ExportSpecifier::Namespace(_) => None,
            })
            .collect();
        self.add(source, names, export.type_only, Some(span_of(export)));
    }

    fn visit_export_all(&mut self, export: &ast::ExportAll) {
        self.add(&export.src, None, export.type_only, Some(span_of(export)));
    }

    fn visit_ts_import_type(&mut self, import: &TsImportType) {
        let names = import.qualifier.as_ref().map(|qualifier| vec![first_of(qualifier)]);
        self.add(&import.arg, names, true, None);
        import.visit_children_with(self);
    }

    fn visit_ts_import_equals_decl(&mut self, import: &ast::TsImportEqualsDecl) {
        if let ast::TsModuleRef::TsExternalModuleRef(module) = &import.module_ref {
            self.add(&module.expr, None, import.is_type_only, Some(span_of(import)));
        }
    }

    fn visit_call_expr(&mut self, call: &CallExpr) {
        let names_a_module = match &call.callee {
            Callee::Import(_) => true,
            Callee::Expr(callee) => match bare(callee) {
                Expr::Ident(name) => &*name.sym == "require",
                Expr::Member(member) => {
                    let object = ident(&member.obj).map(|name| name.sym.to_string()).unwrap_or_default();
                    let name = member_name(member).unwrap_or_default();
                    match object.as_str() {
                        "require" => name == "resolve",
                        "jest" | "vi" => {
                            let name = name.to_lowercase();
                            name.contains("mock") || name.ends_with("actual")
                        }
                        // Of bun, and of Node's own test runner.
                        "mock" => name == "module",
                        _ => false,
                    }
                }
                _ => false,
            },
            Callee::Super(_) => false,
        };
        if names_a_module {
            self.add_argument(call.args.first());
        }
        call.visit_children_with(self);
    }

    fn visit_new_expr(&mut self, new: &NewExpr) {
        let arguments = new.args.as_deref().unwrap_or_default();
        let is_url = matches!(bare(&new.callee), Expr::Ident(name) if &*name.sym == "URL");
        let by_module = arguments.get(1).is_some_and(|base| match bare(&base.expr) {
            Expr::Member(member) => {
                matches!(bare(&member.obj), Expr::MetaProp(_)) && member_name(member).as_deref() == Some("url")
            }
            _ => false,
        });
        if is_url && by_module {
            let known = self.0.len();
            self.add_argument(arguments.first());
            self.0[known..].iter_mut().for_each(|specifier| specifier.by_url = true);
        }
        new.visit_children_with(self);
    }
}
