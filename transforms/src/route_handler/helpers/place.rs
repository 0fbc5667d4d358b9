//! In place, or beside: a helper whose users all migrate takes its new form where it stands; one that others
//! still need keeps the old form and gets a copy for Route Handlers beside it.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::importers::{Importers, importers};
use super::{Helpers, Key};
use crate::pages_api::{declared_id, made_id};
use crate::project::{Export, Imported, Modules, Project, export, imports};
use crate::route_handler::moves::stem;
use crate::route_handler::unit::Unit;
use crate::syntax::ast::{ExportSpecifier, Id, ModuleDecl, ModuleExportName, ModuleItem};
use crate::syntax::{Module, Specifier, default_object, references, span_of};

/// Where the new form of each helper goes.
#[derive(Debug, Default)]
pub struct Placement {
    /// Helpers that take their new form.
    pub reached: BTreeSet<Key>,
    /// Names of the copies of those that keep their old form, too.
    pub copies: BTreeMap<Key, String>,
    /// Those that others still need and that cannot be copied: members of objects.
    pub fixed: BTreeSet<Key>,
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
        let search = Search { project, modules, helpers, endpoints, importers };
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

    /// Decides for the helpers that the new code of the endpoints at `moving` reaches.
    pub fn place(
        &self,
        helpers: &Helpers<'_>,
        moving: &BTreeMap<&str, BTreeSet<Key>>,
        is_free: &dyn Fn(&str) -> bool,
    ) -> Placement {
        let reached: BTreeSet<Key> = moving.values().flatten().cloned().collect();
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
        // Copies of one name must not meet in a file.
        let mut given: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
        let mut fixed = BTreeSet::new();
        for key in old {
            if helpers.is_member(key) {
                fixed.insert(key.clone());
                continue;
            }
            let files = self.files(key);
            let mut name = format!("{}ForRoute", helpers.name_of(key));
            while !is_free(&name) || given.get(&name).is_some_and(|others| !others.is_disjoint(&files)) {
                name.push('_');
            }
            given.entry(name.clone()).or_default().extend(files);
            copies.insert(key.clone(), name);
        }
        Placement { reached, copies, fixed }
    }

    /// The file of a helper, and those of its users.
    fn files<'u>(&'u self, key: &'u Key) -> BTreeSet<&'u str> {
        let users = self.of.get(key).into_iter().flatten().filter_map(|user| match user {
            User::Other => None,
            User::Endpoint(file) | User::Helper((file, _)) => Some(file.as_str()),
        });
        users.chain([key.0.as_str()]).collect()
    }
}

impl Helpers<'_> {
    /// Whether a helper is a member of an object or a class.
    fn is_member(&self, key: &Key) -> bool {
        let Some(file) = self.files.get(&key.0) else { return false };
        let name = file.position(key.1).and_then(|at| file.unit.carriers.list[at].name.as_ref());
        name.is_some_and(|name| name.0.contains('.'))
    }

    /// Where a helper stands, to point at.
    pub fn place_of(&self, key: &Key) -> crate::syntax::Span {
        crate::syntax::Span::at(key.1)
    }

    /// What a helper is called; for a default export without a name, after its file.
    fn name_of(&self, key: &Key) -> String {
        let file = &self.files[&key.0];
        let own = file.position(key.1).and_then(|at| {
            let carrier = &file.unit.carriers.list[at];
            carrier.name.as_ref().map(declared_id).or(carrier.outer.clone())
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

/// What is looked for where a name is mentioned: the name itself, or a member of it.
struct Mention<'w> {
    member: Option<&'w str>,
    /// What the name makes is called: `name(…)(…)`.
    made: bool,
}

/// The object and the member that a helper's name consists of.
fn member_of(name: &Id) -> Option<(Id, String)> {
    let (object, member) = name.0.split_once('.')?;
    Some(((object.into(), name.1), member.to_owned()))
}

struct Search<'s, 'm> {
    project: &'s Project,
    modules: &'m Modules<'m>,
    helpers: &'s Helpers<'m>,
    endpoints: &'s BTreeMap<&'s str, &'s Unit<'m>>,
    importers: Importers,
}

impl Search<'_, '_> {
    fn users(&self, key: &Key, name: Option<&Id>, module: &Module) -> BTreeSet<User> {
        let mut users = BTreeSet::new();
        if let Some((object, member)) = name.and_then(member_of) {
            self.member_users(key, &object, &member, module, &mut users);
            return users;
        }
        let declared = name.map(declared_id);
        let what = Mention { member: None, made: declared.as_ref() != name };
        if let Some(name) = &declared {
            self.mentions(&key.0, module, name, &what, &mut users);
        }
        let mut seen = BTreeSet::new();
        let exported = exported_names(module, declared.as_ref(), key.1);
        if !exported.is_empty() && self.project.packages.is_published(&key.0) {
            users.insert(User::Other);
        }
        for exported in exported {
            self.imported(&key.0, &exported, &what, &mut users, &mut seen);
        }
        users
    }

    /// Users of a member of an object or class: whoever mentions the object otherwise than for another member.
    fn member_users(&self, key: &Key, object: &Id, member: &str, module: &Module, users: &mut BTreeSet<User>) {
        let mention = Mention { member: Some(member), made: false };
        self.mentions(&key.0, module, object, &mention, users);
        // Calls among the members, and of other instances, are not followed.
        let calls = module.text.matches(&format!(".{member}(")).count();
        let own = &self.helpers.files[&key.0].unit;
        let all = own.carriers.list.iter().flat_map(|carrier| &carrier.calls);
        let known = all.filter(|call| call.callee.0.ends_with(&format!(".{member}"))).count();
        if calls > known {
            users.insert(User::Other);
        }
        let mut seen = BTreeSet::new();
        let exported = if *object == default_object() {
            vec!["default".into()]
        } else {
            exported_names(module, Some(object), usize::MAX)
        };
        for name in exported {
            self.imported(&key.0, &name, &mention, users, &mut seen);
        }
    }

    /// Whoever imports `name` from `file`.
    fn imported(
        &self,
        file: &str,
        name: &str,
        what: &Mention<'_>,
        users: &mut BTreeSet<User>,
        seen: &mut BTreeSet<(String, String)>,
    ) {
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
                Some(names) => names.iter().for_each(|name| self.imported(importer, name, what, users, seen)),
                None if specifier.names.is_none() => {
                    let namespaces = imports(module).into_iter().filter(|(_, import)| {
                        Some(import.statement) == specifier.statement && import.name == Imported::Namespace
                    });
                    let mut found = false;
                    for (local, _) in namespaces.filter(|_| what.member.is_none() && !what.made) {
                        found = true;
                        self.mentions(importer, module, &local, &Mention { member: Some(name), made: false }, users);
                    }
                    if !found && !specifier.type_only {
                        users.insert(User::Other);
                    }
                }
                None => {
                    let locals = imports(module).into_iter().filter(|(_, import)| {
                        Some(import.statement) == specifier.statement && import.name == Imported::Name(name.to_owned())
                    });
                    for (local, _) in locals {
                        self.mentions(importer, module, &local, what, users);
                        for exported in exported_names(module, Some(&local), usize::MAX) {
                            self.imported(importer, &exported, what, users, seen);
                        }
                    }
                }
            }
        }
    }

    /// Every mention of `local` in `module` is a call by a carrier, or somebody else uses it.
    fn mentions(&self, path: &str, module: &Module, local: &Id, what: &Mention<'_>, users: &mut BTreeSet<User>) {
        let unit = self.endpoints.get(path).copied().or_else(|| Some(&self.helpers.files.get(path)?.unit));
        let endpoint = self.endpoints.contains_key(path);
        let all = references(&module.ast);
        for mention in all.get(local).into_iter().flatten() {
            let declares = module.ast.body.iter().any(|item| declares(item, local, *mention));
            // `typeof routes` hands nothing on.
            let asks_type = module.text[..mention.start].trim_end().ends_with("typeof");
            if declares || (asks_type && what.member.is_some()) {
                continue;
            }
            let callee = match what.member {
                None if what.made => made_id(local),
                None => local.clone(),
                Some(member) => {
                    let rest = &module.text[mention.end..];
                    let other = rest.strip_prefix('.').is_some_and(|rest| {
                        let name: String =
                            rest.chars().take_while(|c| c.is_alphanumeric() || matches!(c, '_' | '$')).collect();
                        !name.is_empty() && name != member
                    });
                    if other {
                        continue;
                    }
                    crate::syntax::member_id(local, member)
                }
            };
            let computed = (format!("{}[]", local.0).into(), local.1);
            let is_call = |call: &crate::pages_api::Call| {
                (call.callee == callee && call.span.start == mention.start)
                    // `const handler = handlers[key]` and the call of that.
                    || (what.member.is_some()
                        && call.callee == computed
                        && module.text[mention.end..].starts_with('['))
            };
            let caller = unit.and_then(|unit| {
                unit.carriers.list.iter().find(|carrier| {
                    carrier.calls.iter().any(is_call)
                        && (what.member.is_none() || carrier.function.span().contains(*mention))
                })
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
pub fn declares(item: &ModuleItem, local: &Id, mention: crate::syntax::Span) -> bool {
    use crate::syntax::ast::{Decl, DefaultDecl, Expr, Stmt};
    let is = |ident: &crate::syntax::ast::Ident| ident.to_id() == *local && span_of(ident) == mention;
    let declaration = |declaration: &Decl| match declaration {
        Decl::Fn(function) => is(&function.ident),
        Decl::Class(class) => is(&class.ident),
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
