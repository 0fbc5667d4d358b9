//! In place, or beside: a helper whose users all migrate takes its new form where it stands; one that others
//! still need keeps the old form and gets a copy for Route Handlers beside it.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::importers::{Importers, importers};
use super::{Helpers, Key};
use crate::project::{Export, Imported, Modules, Project, export, imports};
use crate::route_handler::moves::stem;
use crate::route_handler::unit::Unit;
use crate::syntax::ast::{ExportSpecifier, Id, ModuleDecl, ModuleExportName, ModuleItem};
use crate::syntax::{Module, Specifier, references, span_of};

/// Where the new form of each helper goes.
#[derive(Debug, Default)]
pub struct Placement {
    /// Helpers that take their new form.
    pub reached: BTreeSet<Key>,
    /// Names of the copies of those that keep their old form, too.
    pub copies: BTreeMap<Key, String>,
}

/// Who uses helpers, found once for a project.
#[derive(Debug, Default)]
pub struct Users {
    of: BTreeMap<Key, BTreeSet<User>>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum User {
    /// Code that we know nothing of, or do not migrate.
    Other,
    /// An endpoint file.
    Endpoint(String),
    /// Another helper.
    Helper(Key),
}

impl Users {
    /// Finds the users of all helpers. `endpoints` holds the units of endpoint files by path.
    pub fn find<'m>(
        project: &Project,
        modules: &'m Modules<'m>,
        helpers: &Helpers<'m>,
        endpoints: &BTreeMap<&str, &Unit<'m>>,
    ) -> Users {
        if helpers.files.is_empty() {
            return Users::default();
        }
        let importers = importers(project, modules, helpers.files.keys().cloned().collect());
        let search = Search { modules, helpers, endpoints, importers };
        let keys: Vec<(Key, Option<Id>, &Module)> = helpers
            .files
            .iter()
            .flat_map(|(path, file)| {
                file.unit.carriers.list.iter().map(move |carrier| {
                    let name = carrier.name.clone().or(carrier.outer.clone());
                    ((path.clone(), carrier.function.span().start), name, file.unit.module)
                })
            })
            .collect();
        let of = keys
            .into_par_iter()
            .map(|(key, name, module)| {
                let users = search.users(&key, name.as_ref(), module);
                (key, users)
            })
            .collect();
        Users { of }
    }

    /// Decides for the helpers that the endpoints at `moving` reach.
    pub fn place<'m>(
        &self,
        helpers: &Helpers<'m>,
        moving: &BTreeMap<&str, &Unit<'m>>,
        is_free: &dyn Fn(&str) -> bool,
    ) -> Placement {
        let reached: BTreeSet<Key> = moving.values().flat_map(|unit| helpers.reached(unit)).collect();
        let mut old: BTreeSet<&Key> = BTreeSet::new();
        loop {
            let more: Vec<&Key> = reached
                .iter()
                .filter(|key| !old.contains(key))
                .filter(|key| {
                    self.of.get(*key).is_none_or(|users| {
                        users.iter().any(|user| match user {
                            User::Other => true,
                            User::Endpoint(file) => !moving.contains_key(file.as_str()),
                            User::Helper(helper) => !reached.contains(helper) || old.contains(helper),
                        })
                    })
                })
                .collect();
            if more.is_empty() {
                break;
            }
            old.extend(more);
        }
        let mut copies = BTreeMap::new();
        let mut given = BTreeSet::new();
        for key in old {
            let mut name = format!("{}ForRoute", helpers.name_of(key));
            while !is_free(&name) || given.contains(&name) {
                name.push('_');
            }
            given.insert(name.clone());
            copies.insert(key.clone(), name);
        }
        Placement { reached, copies }
    }
}

impl Helpers<'_> {
    /// What a helper is called; for a default export without a name, after its file.
    fn name_of(&self, key: &Key) -> String {
        let file = &self.files[&key.0];
        let own = file.position(key.1).and_then(|at| {
            let carrier = &file.unit.carriers.list[at];
            carrier.name.clone().or(carrier.outer.clone())
        });
        own.map_or_else(
            || {
                let stem = stem(&key.0).trim_end_matches("/index");
                let last = stem.rsplit('/').next().unwrap_or("helper");
                let mut words = last.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
                let first = words.next().unwrap_or("helper").to_owned();
                words.fold(first, |name, word| {
                    let mut letters = word.chars();
                    let head = letters.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
                    format!("{name}{head}{}", letters.as_str())
                })
            },
            |id| id.0.to_string(),
        )
    }
}

struct Search<'s, 'm> {
    modules: &'m Modules<'m>,
    helpers: &'s Helpers<'m>,
    endpoints: &'s BTreeMap<&'s str, &'s Unit<'m>>,
    importers: Importers,
}

impl Search<'_, '_> {
    fn users(&self, key: &Key, name: Option<&Id>, module: &Module) -> BTreeSet<User> {
        let mut users = BTreeSet::new();
        if let Some(name) = name {
            self.mentions(&key.0, module, name, &mut users);
        }
        let mut seen = BTreeSet::new();
        for exported in exported_names(module, name, key.1) {
            self.imported(&key.0, &exported, &mut users, &mut seen);
        }
        users
    }

    /// Whoever imports `name` from `file`.
    fn imported(&self, file: &str, name: &str, users: &mut BTreeSet<User>, seen: &mut BTreeSet<(String, String)>) {
        if !seen.insert((file.to_owned(), name.to_owned())) {
            return;
        }
        for (importer, specifier) in self.importers.get(file).into_iter().flatten() {
            let Ok(module) = self.modules.get(importer) else {
                users.insert(User::Other);
                continue;
            };
            match &specifier.names {
                Some(names) if !names.iter().any(|own| own == name) => continue,
                Some(_) if specifier.type_only => continue,
                _ => {}
            }
            match re_exported(module, specifier, name) {
                Some(names) => names.iter().for_each(|name| self.imported(importer, name, users, seen)),
                None if specifier.names.is_none() => {
                    if !specifier.type_only {
                        users.insert(User::Other);
                    }
                }
                None => {
                    let locals = imports(module).into_iter().filter(|(_, import)| {
                        Some(import.statement) == specifier.statement && import.name == Imported::Name(name.to_owned())
                    });
                    for (local, _) in locals {
                        self.mentions(importer, module, &local, users);
                        for exported in exported_names(module, Some(&local), usize::MAX) {
                            self.imported(importer, &exported, users, seen);
                        }
                    }
                }
            }
        }
    }

    /// Every mention of `local` in `module` is a call by a carrier, or somebody else uses it.
    fn mentions(&self, path: &str, module: &Module, local: &Id, users: &mut BTreeSet<User>) {
        let unit = self.endpoints.get(path).copied().or_else(|| Some(&self.helpers.files.get(path)?.unit));
        let endpoint = self.endpoints.contains_key(path);
        let all = references(&module.ast);
        for mention in all.get(local).into_iter().flatten() {
            let declares = module.ast.body.iter().any(|item| declares(item, local, *mention));
            if declares {
                continue;
            }
            let caller = unit.and_then(|unit| {
                unit.carriers
                    .list
                    .iter()
                    .find(|c| c.calls.iter().any(|call| call.callee == *local && call.span.start == mention.start))
            });
            let wrap = unit.and_then(|unit| {
                unit.wraps.iter().find(|wrap| wrap.call.callee == *local && wrap.call.name == *mention)
            });
            users.insert(match (caller, wrap) {
                (None, Some(wrap)) => match wrap.owner {
                    Some(owner) => User::Helper((path.to_owned(), owner)),
                    None => User::Endpoint(path.to_owned()),
                },
                (None, None) => User::Other,
                (Some(_), _) if endpoint => User::Endpoint(path.to_owned()),
                (Some(carrier), _) => User::Helper((path.to_owned(), carrier.function.span().start)),
            });
        }
    }
}

/// Whether the mention is the declaration, the import or the export of the name.
fn declares(item: &ModuleItem, local: &Id, mention: crate::syntax::Span) -> bool {
    use crate::syntax::ast::{Decl, DefaultDecl, Expr, Stmt};
    let is = |ident: &crate::syntax::ast::Ident| ident.to_id() == *local && span_of(ident) == mention;
    let declaration = |declaration: &Decl| match declaration {
        Decl::Fn(function) => is(&function.ident),
        Decl::Var(variable) => variable.decls.iter().any(|d| crate::syntax::pat_ident(&d.name).is_some_and(is)),
        _ => false,
    };
    match item {
        ModuleItem::Stmt(Stmt::Decl(own)) => declaration(own),
        ModuleItem::ModuleDecl(ModuleDecl::ExportDecl(export)) => declaration(&export.decl),
        ModuleItem::ModuleDecl(ModuleDecl::ExportDefaultDecl(export)) => {
            matches!(&export.decl, DefaultDecl::Fn(function) if function.ident.as_ref().is_some_and(is))
        }
        ModuleItem::ModuleDecl(ModuleDecl::ExportDefaultExpr(export)) => {
            matches!(&*export.expr, Expr::Ident(ident) if is(ident))
        }
        ModuleItem::ModuleDecl(ModuleDecl::ExportNamed(_) | ModuleDecl::Import(_)) => span_of(item).contains(mention),
        _ => false,
    }
}

/// The names that `module` exports the function under.
fn exported_names(module: &Module, local: Option<&Id>, start: usize) -> Vec<String> {
    let mut candidates: BTreeSet<String> = BTreeSet::from(["default".to_owned()]);
    candidates.extend(local.map(|id| id.0.to_string()));
    for item in &module.ast.body {
        let ModuleItem::ModuleDecl(ModuleDecl::ExportNamed(named)) = item else { continue };
        for specifier in &named.specifiers {
            let ExportSpecifier::Named(named) = specifier else { continue };
            if let ModuleExportName::Ident(name) = named.exported.as_ref().unwrap_or(&named.orig) {
                candidates.insert(name.sym.to_string());
            }
        }
    }
    let imported = local.and_then(|local| imports(module).remove(local));
    candidates
        .into_iter()
        .filter(|name| match export(module, name) {
            Some(Export::Local(id)) => Some(&id) == local,
            Some(Export::Anonymous(function)) => function.span().start == start,
            Some(Export::From { specifier, name }) => imported
                .as_ref()
                .is_some_and(|import| import.specifier == specifier && import.name == Imported::Name(name)),
            None => false,
        })
        .collect()
}

/// The names under which the statement of `specifier` exports `name` again; `None` if it is no export.
fn re_exported(module: &Module, specifier: &Specifier, name: &str) -> Option<Vec<String>> {
    let statement = specifier.statement?;
    let item = module.ast.body.iter().find(|item| span_of(*item) == statement)?;
    match item {
        ModuleItem::ModuleDecl(ModuleDecl::ExportAll(_)) if name == "default" => Some(Vec::new()),
        ModuleItem::ModuleDecl(ModuleDecl::ExportAll(_)) => Some(vec![name.to_owned()]),
        ModuleItem::ModuleDecl(ModuleDecl::ExportNamed(export)) => {
            let spelled = |name: &ModuleExportName| match name {
                ModuleExportName::Ident(name) => name.sym.to_string(),
                ModuleExportName::Str(name) => name.value.to_string_lossy().into_owned(),
            };
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
