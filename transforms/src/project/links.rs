//! Which declaration an imported name stands for, through re-exports and barrels.

use std::collections::HashMap;

use super::{Modules, Project};
use crate::syntax::ast::{
    Decl, DefaultDecl, ExportSpecifier, Id, ImportSpecifier, ModuleDecl, ModuleExportName, ModuleItem,
};
use crate::syntax::{
    Exported, Function, Held, Module, Span, bound_ids, commonjs, default_object, function_of, held, ident, is_commonjs,
    member_functions, member_id, module_functions, required, span_of, this_within, untyped_object,
};

/// What a local name was imported as.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Imported {
    /// `import { name }`, or `default`.
    Name(String),
    /// `import * as local`.
    Namespace,
    /// `const local = require()`: all that the module exports, which is a function if that is one.
    Whole,
}

/// One imported name.
#[derive(Clone, Debug)]
pub struct Import {
    /// The module's specifier.
    pub specifier: String,
    /// What is taken from there.
    pub name: Imported,
    /// The import's own specifier: `name as local`.
    pub span: Span,
    /// The statement.
    pub statement: Span,
    /// It is a type.
    pub type_only: bool,
    /// The statement is no import, but a constant that is what `require()` gives.
    pub required: bool,
}

impl Import {
    /// What it takes from `module`, which its specifier means: [`Imported::Name`] or [`Imported::Namespace`]. By default,
    /// a CommonJS module gives all that it exports.
    pub fn taken(&self, module: &Module) -> Option<Imported> {
        let default = || Imported::Name("default".to_owned());
        let is_default = self.name == default();
        match &self.name {
            Imported::Name(_) if !is_default => Some(self.name.clone()),
            Imported::Namespace => Some(Imported::Namespace),
            _ if !is_commonjs(module) => Some(if is_default { default() } else { Imported::Namespace }),
            // `require('…').default`
            _ if is_default && self.required => None,
            _ => Some(if commonjs(module)?.whole.is_some() { default() } else { Imported::Namespace }),
        }
    }
}

/// The imports of a module by local name, those by `require()` included.
pub fn all_imports(module: &Module) -> HashMap<Id, Import> {
    let mut found = imports(module);
    for own in required(module) {
        let statement = own.statement;
        for taken in own.names {
            let name = taken.name.map_or(Imported::Whole, Imported::Name);
            let (specifier, span) = (own.specifier.clone(), taken.span);
            found.insert(taken.local, Import { specifier, name, span, statement, type_only: false, required: true });
        }
    }
    found
}

/// The same without those by `require()`.
pub fn imports(module: &Module) -> HashMap<Id, Import> {
    let mut found = HashMap::new();
    for item in &module.ast.body {
        let ModuleItem::ModuleDecl(ModuleDecl::Import(import)) = item else { continue };
        let Some(source) = import.src.value.as_str() else { continue };
        for specifier in &import.specifiers {
            let (name, type_only) = match specifier {
                ImportSpecifier::Named(named) => {
                    let name = named.imported.as_ref().map_or_else(|| named.local.sym.to_string(), export_name);
                    (Imported::Name(name), named.is_type_only)
                }
                ImportSpecifier::Default(_) => (Imported::Name("default".into()), false),
                ImportSpecifier::Namespace(_) => (Imported::Namespace, false),
            };
            let import = Import {
                specifier: source.to_owned(),
                name,
                span: span_of(specifier),
                statement: span_of(import),
                type_only: type_only || import.type_only,
                required: false,
            };
            found.insert(specifier.local().to_id(), import);
        }
    }
    found
}

fn export_name(name: &ModuleExportName) -> String {
    match name {
        ModuleExportName::Ident(name) => name.sym.to_string(),
        ModuleExportName::Str(name) => name.value.to_string_lossy().into_owned(),
    }
}

/// What a module means by an exported name.
#[derive(Clone, Debug)]
pub enum Export<'m> {
    /// A binding of its own.
    Local(Id),
    /// `export default function () {}` or `export default () => {}`: a function without a name.
    Anonymous(Function<'m>),
    /// A name of another module.
    From {
        /// The specifier of that module.
        specifier: String,
        /// The name there.
        name: String,
    },
}

/// Where the exports of a module stand, so that its statements are searched once, and not for every name.
pub(super) struct Exports {
    /// The statement that exports a name, by its place in the module.
    statements: HashMap<String, usize>,
    /// The files that `export *` leads to.
    stars: Vec<String>,
}

impl Exports {
    pub(super) fn of(project: &Project, module: &Module) -> Exports {
        let mut statements = HashMap::new();
        for (at, item) in module.ast.body.iter().enumerate() {
            for name in exported_names(item) {
                statements.entry(name).or_insert(at);
            }
        }
        let specifiers = star_exports(module);
        let stars = specifiers.iter().filter_map(|specifier| project.resolver.resolve(&module.path, specifier));
        Exports { statements, stars: stars.collect() }
    }

    fn find<'m>(&self, module: &'m Module, name: &str) -> Option<Export<'m>> {
        exported_by(module, module.ast.body.get(*self.statements.get(name)?)?, name)
    }
}

/// What `module` exports as `name`; for `export *`, [`star_exports`].
pub fn export<'m>(module: &'m Module, name: &str) -> Option<Export<'m>> {
    let item = module.ast.body.iter().find(|item| exported_names(item).iter().any(|exported| exported == name))?;
    exported_by(module, item, name)
}

fn exported_names(item: &ModuleItem) -> Vec<String> {
    let ModuleItem::ModuleDecl(declaration) = item else { return Vec::new() };
    match declaration {
        ModuleDecl::ExportDecl(export) => declared_ids(&export.decl).iter().map(|id| id.0.to_string()).collect(),
        ModuleDecl::ExportNamed(export) => {
            let named = export.specifiers.iter().filter_map(|specifier| match specifier {
                ExportSpecifier::Named(named) => Some(export_name(named.exported.as_ref().unwrap_or(&named.orig))),
                _ => None,
            });
            named.collect()
        }
        ModuleDecl::ExportDefaultDecl(_) | ModuleDecl::ExportDefaultExpr(_) => vec!["default".to_owned()],
        _ => Vec::new(),
    }
}

pub(super) fn declared_ids(declaration: &Decl) -> Vec<Id> {
    match declaration {
        Decl::Fn(function) => vec![function.ident.to_id()],
        Decl::Class(class) => vec![class.ident.to_id()],
        Decl::Var(variable) => variable.decls.iter().flat_map(|declarator| bound_ids(&declarator.name)).collect(),
        Decl::TsInterface(interface) => vec![interface.id.to_id()],
        Decl::TsTypeAlias(alias) => vec![alias.id.to_id()],
        Decl::TsEnum(own) => vec![own.id.to_id()],
        _ => Vec::new(),
    }
}

/// What the statement `item` of `module` exports as `name`.
fn exported_by<'m>(module: &'m Module, item: &'m ModuleItem, name: &str) -> Option<Export<'m>> {
    let ModuleItem::ModuleDecl(declaration) = item else { return None };
    match declaration {
        ModuleDecl::ExportDecl(export) => {
            declared_ids(&export.decl).into_iter().find(|id| &*id.0 == name).map(Export::Local)
        }
        ModuleDecl::ExportNamed(export) => {
            let mut named = export.specifiers.iter().filter_map(ExportSpecifier::as_named);
            let named = named.find(|named| export_name(named.exported.as_ref().unwrap_or(&named.orig)) == name)?;
            match (&export.src, &named.orig) {
                (Some(source), orig) => {
                    Some(Export::From { specifier: source.value.as_str()?.to_owned(), name: export_name(orig) })
                }
                (None, ModuleExportName::Ident(local)) => Some(local_or_imported(module, local.to_id())),
                (None, ModuleExportName::Str(_)) => None,
            }
        }
        ModuleDecl::ExportDefaultDecl(export) => match &export.decl {
            DefaultDecl::Fn(function) => Some(match &function.ident {
                Some(ident) => Export::Local(ident.to_id()),
                None => Export::Anonymous(Function::Expression(function)),
            }),
            DefaultDecl::Class(class) => class.ident.as_ref().map(|ident| Export::Local(ident.to_id())),
            DefaultDecl::TsInterfaceDecl(_) => None,
        },
        ModuleDecl::ExportDefaultExpr(export) => match function_of(&export.expr) {
            Some(function) => Some(Export::Anonymous(function)),
            None => ident(&export.expr).map(|local| local_or_imported(module, local.to_id())),
        },
        _ => None,
    }
}

/// The same of a CommonJS module, where `default` is all that it exports. Nothing that other functions of it may reach by
/// `this`.
pub fn commonjs_export<'m>(module: &'m Module, name: &str) -> Option<Export<'m>> {
    let found = commonjs(module)?;
    let value = match name {
        "default" => found.whole.map(|whole| ident(whole).map_or(Exported::Value(whole), Exported::Name)),
        _ => found.names.iter().find(|(own, _)| own == name).map(|(_, value)| *value),
    }?;
    let all = Span::new(0, module.text.len());
    let by_this = this_within(module, all).into_iter().any(|this| this.member.is_none_or(|member| member == name));
    match value {
        _ if by_this => None,
        Exported::Name(local) => Some(local_or_imported(module, local.to_id())),
        Exported::Value(value) => function_of(value).map(Export::Anonymous),
    }
}

fn local_or_imported<'m>(module: &'m Module, id: Id) -> Export<'m> {
    match all_imports(module).remove(&id) {
        Some(Import { specifier, name: Imported::Name(name), .. }) => Export::From { specifier, name },
        _ => Export::Local(id),
    }
}

/// The specifiers of `export * from '…'`.
pub fn star_exports(module: &Module) -> Vec<String> {
    let star = module.ast.body.iter().filter_map(|item| match item {
        ModuleItem::ModuleDecl(ModuleDecl::ExportAll(all)) if !all.type_only => all.src.value.as_str(),
        _ => None,
    });
    star.map(str::to_owned).collect()
}

/// A function of the project that an import leads to.
#[derive(Clone, Debug)]
pub struct Declared<'m> {
    /// The module that declares it.
    pub module: &'m Module,
    /// The function.
    pub function: Function<'m>,
    /// Its name in that module, if it has one.
    pub name: Option<Id>,
    /// It was found through `export { name } from`, so that the re-exporting file names it, too.
    pub renamed: bool,
}

/// How many files a name is followed through.
const MAX_HOPS: usize = 8;

/// Follows `import` of a file at `from` to the function it stands for. `None` if it leads out of the
/// project, or to something that is no function.
pub fn declared<'m>(project: &Project, modules: &'m Modules<'_>, from: &str, import: &Import) -> Option<Declared<'m>> {
    let file = project.resolver.resolve(from, &import.specifier)?;
    let Imported::Name(name) = import.taken(modules.get(&file).ok()?)? else { return None };
    Links { project, modules }.function(&file, &name, MAX_HOPS)
}

/// Follows a member of what `import` of a file at `from` brings to the function that it is: `api.list` for
/// `import * as api`, `db.add` for an exported object or instance.
pub fn declared_member<'m>(
    project: &Project,
    modules: &'m Modules<'_>,
    from: &str,
    import: &Import,
    member: &str,
) -> Option<Declared<'m>> {
    let file = project.resolver.resolve(from, &import.specifier)?;
    let target = modules.get(&file).ok()?;
    let Imported::Name(name) = import.taken(target)? else {
        return Links { project, modules }.function(&file, member, MAX_HOPS);
    };
    // A member of a function that is all the module exports.
    if name == "default" && is_commonjs(target) {
        return Links { project, modules }.function(&file, member, MAX_HOPS);
    }
    let (module, object) = Links { project, modules }.binding(&file, &name, MAX_HOPS)?;
    let id = member_id(&object, member);
    if let Some(&function) = member_functions(module).get(&id) {
        return Some(Declared { module, function, name: Some(id), renamed: false });
    }
    // `{ auth }`: a function that goes by a name of its own.
    match held(untyped_object(module, &object)?, member)? {
        Held::Name(name) => named(project, modules, module, &name.to_id()),
        Held::Value(_) => None,
    }
}

/// The function that the name `id` of `module` stands for, imported or not.
pub fn named<'m>(project: &Project, modules: &'m Modules<'_>, module: &'m Module, id: &Id) -> Option<Declared<'m>> {
    match module_functions(module).get(id) {
        Some(&function) => Some(Declared { module, function, name: Some(id.clone()), renamed: false }),
        None => declared(project, modules, &module.path, all_imports(module).get(id)?),
    }
}

/// Follows a name of the module that `specifier` means in a file at `from` to the module that declares it, and its
/// name there.
pub fn binding<'m>(
    project: &Project,
    modules: &'m Modules<'_>,
    from: &str,
    specifier: &str,
    name: &str,
) -> Option<(&'m Module, Id)> {
    Links { project, modules }.binding(&project.resolver.resolve(from, specifier)?, name, MAX_HOPS)
}

/// Follows names that files export to where they are declared, through at most `hops` files.
#[derive(Clone, Copy)]
struct Links<'p, 'm, 'a> {
    project: &'p Project,
    modules: &'m Modules<'a>,
}

impl<'m> Links<'_, 'm, '_> {
    fn binding(self, file: &str, name: &str, hops: usize) -> Option<(&'m Module, Id)> {
        let hops = hops.checked_sub(1)?;
        let module = self.modules.get(file).ok()?;
        let exports = self.modules.exports(file)?;
        match exports.find(module, name) {
            Some(Export::Local(id)) => Some((module, id)),
            Some(Export::Anonymous(_)) => None,
            Some(Export::From { specifier, name }) => {
                self.binding(&self.project.resolver.resolve(file, &specifier)?, &name, hops)
            }
            None if name == "default" => Some((module, default_object())),
            None => exports.stars.iter().find_map(|file| self.binding(file, name, hops)),
        }
    }

    fn function(self, file: &str, name: &str, hops: usize) -> Option<Declared<'m>> {
        let hops = hops.checked_sub(1)?;
        let module = self.modules.get(file).ok()?;
        let exports = self.modules.exports(file)?;
        match exports.find(module, name) {
            Some(Export::Local(id)) => {
                let function = *module_functions(module).get(&id)?;
                Some(Declared { module, function, name: Some(id), renamed: false })
            }
            None if is_commonjs(module) => self.commonjs(module, name, hops),
            Some(Export::Anonymous(function)) => Some(Declared { module, function, name: None, renamed: false }),
            Some(Export::From { specifier, name }) => {
                let file = self.project.resolver.resolve(file, &specifier)?;
                Some(Declared { renamed: true, ..self.function(&file, &name, hops)? })
            }
            None if name == "default" => None,
            None => exports.stars.iter().find_map(|file| self.function(file, name, hops)),
        }
    }

    /// The function that a CommonJS module exports as `name`.
    fn commonjs(self, module: &'m Module, name: &str, hops: usize) -> Option<Declared<'m>> {
        let (function, id) = match commonjs_export(module, name)? {
            Export::Local(id) => (*module_functions(module).get(&id)?, Some(id)),
            Export::Anonymous(function) => (function, None),
            Export::From { specifier, name } => {
                let file = self.project.resolver.resolve(&module.path, &specifier)?;
                return Some(Declared { renamed: true, ..self.function(&file, &name, hops)? });
            }
        };
        Some(Declared { module, function, name: id, renamed: false })
    }
}
