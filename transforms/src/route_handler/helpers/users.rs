//! Who uses a helper: every mention of its name, wherever it is imported or exported again, is a call by a carrier,
//! or something that we know nothing of.

use std::collections::{BTreeMap, BTreeSet};

use super::importers::Importers;
use super::{Helpers, Key};
use crate::pages_api::{Place, adds_to_router, aliases, calls_of, declared_id, made_after, router_at, waited_aliases};
use crate::project::{Export, Imported, Modules, Project, export, imports};
use crate::route_handler::needs::Body;
use crate::route_handler::unit::Unit;
use crate::route_handler::waited::Makers;
use crate::syntax::ast::{ExportSpecifier, Id, ModuleDecl, ModuleExportName, ModuleItem};
use crate::syntax::{Module, Span, Specifier, default_object, holder, is_class, span_of};

/// Who uses a helper.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum User {
    /// Code that we know nothing of, or do not migrate.
    Other,
    /// An endpoint file.
    Endpoint(String),
    /// Another helper.
    Helper(Key),
    /// A function of this file that is made there, and waits for it.
    Waited(String, Place),
    /// A constant or a function that gives what it makes by another name, or an object or a router that holds it. Who
    /// uses that, uses it; but there is only one of it.
    Alias,
}

/// What is looked for where a name is mentioned: the name itself, or a member of it.
struct Mention<'w> {
    member: Option<&'w str>,
    /// So many calls stand between the name and the function: `name(…)(…)`.
    made: usize,
    /// The function is a wrapper, or what the name makes.
    aliased: bool,
    /// It is a middleware, and functions are made that wait for it.
    waited: bool,
    /// What is called, if that is not what the name says.
    callee: Option<Id>,
    /// The function gives what it gave before.
    same: bool,
    /// How many objects hold each other on the way here.
    hops: usize,
}

/// How many objects and routers within each other we look through.
const MAX_HOLDERS: usize = 4;

impl<'w> Mention<'w> {
    fn member(name: &'w str) -> Mention<'w> {
        Mention { member: Some(name), made: 0, aliased: false, waited: false, callee: None, same: false, hops: 0 }
    }
}

/// The object and the member that a helper's name consists of.
fn member_of(name: &Id) -> Option<(Id, String)> {
    let (object, member) = name.0.split_once('.')?;
    Some(((object.into(), name.1), member.to_owned()))
}

/// Finds the users of helpers.
pub(super) struct Search<'s, 'm> {
    pub project: &'s Project,
    pub modules: &'m Modules<'m>,
    pub helpers: &'s Helpers<'m>,
    pub endpoints: &'s BTreeMap<&'s str, &'s Unit<'m>>,
    pub importers: Importers,
}

impl Search<'_, '_> {
    /// Whoever uses the helper `key`, which `module` declares as `name`.
    pub fn users(&self, key: &Key, name: Option<&Id>, module: &Module) -> BTreeSet<User> {
        let mut users = BTreeSet::new();
        if let Some((object, member)) = name.and_then(member_of) {
            self.member_users(key, &object, &member, module, &mut users);
            return users;
        }
        let declared = name.map(declared_id);
        let made = name.map_or(0, calls_of);
        let waited = self.helpers.is_waited(key);
        let aliased = made > 0 || waited || self.helpers.wraps(key);
        let same = made == 0 && self.gives_the_same(key);
        let what = Mention { member: None, made, aliased, waited, callee: None, same, hops: 0 };
        if let Some(name) = &declared {
            self.mentions(&key.0, module, name, &what, &mut users);
        }
        if let Some(router) = router_at(module, Span::at(key.1)).filter(|_| name.is_none()) {
            let what = Mention { member: None, hops: 1, ..Mention::member("") };
            self.found_in(&key.0, module, &router, &what, &mut users);
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

    /// Whether the new form of a helper returns what the old one does.
    fn gives_the_same(&self, key: &Key) -> bool {
        let file = &self.helpers.files[&key.0];
        let needs = file.position(key.1).and_then(|at| file.needs.get(at));
        needs.is_some_and(|needs| !needs.effect.sends && needs.body != Body::Own && !needs.params)
    }

    /// Users of a member of an object or class: whoever mentions the object otherwise than for another member.
    fn member_users(&self, key: &Key, object: &Id, member: &str, module: &Module, users: &mut BTreeSet<User>) {
        let mention = Mention::member(member);
        self.mentions(&key.0, module, object, &mention, users);
        // Calls among the members are followed, those of other instances are not. A class has no other instances.
        let receiver = if is_class(module, object) { "this." } else { "." };
        let called = format!("{receiver}{member}(");
        let mut known = 0;
        for carrier in &self.helpers.files[&key.0].unit.carriers.list {
            let calls = carrier.calls.iter().map(|call| call.span.text(&module.text));
            let calls: Vec<&str> = calls
                .filter(|call| call.split_once('(').is_some_and(|(to, _)| to.ends_with(&called[..called.len() - 1])))
                .collect();
            known += calls.len();
            if calls.iter().any(|call| call.starts_with("this.")) {
                users.insert(User::Helper((key.0.clone(), carrier.function.span().start)));
            }
        }
        if module.text.matches(&called).count() > known {
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
                    for (local, _) in namespaces.filter(|_| what.member.is_none() && what.made == 0) {
                        found = true;
                        self.mentions(
                            importer,
                            module,
                            &local,
                            &Mention { hops: what.hops, ..Mention::member(name) },
                            users,
                        );
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
        let all = module.references();
        let mut holders: BTreeSet<(Id, String)> = BTreeSet::new();
        let mut routers: BTreeSet<Id> = BTreeSet::new();
        let aliases = if what.aliased { aliases(module) } else { Vec::new() };
        let makers = what.waited.then(|| Makers::of(self.project, self.modules, module));
        let waited = makers.map(|makers| waited_aliases(module, &|id| makers.find(id))).unwrap_or_default();
        for mention in all.get(local).into_iter().flatten() {
            let declares = module.ast.body.iter().any(|item| declares(item, local, *mention));
            // `typeof routes` hands nothing on; what a function gives stays the same if it never answers.
            let before = module.text[..mention.start].trim_end();
            let asks_parameters = before.trim_end_matches("typeof").trim_end().ends_with("Parameters<");
            let asks_type = before.ends_with("typeof") && (what.member.is_some() || (what.same && !asks_parameters));
            if declares || asks_type {
                continue;
            }
            let callee = match what.member {
                None => what.callee.clone().unwrap_or_else(|| made_after(local, what.made)),
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
                    let id = crate::syntax::member_id(local, member);
                    made_after(&id, what.made)
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
            // A handler that is written out stands elsewhere; the name is mentioned once and called there.
            let written_out = unit.is_some_and(|unit| endpoint && unit.module.text != module.text);
            if written_out && all.get(local).is_some_and(|mentions| mentions.len() == 2) {
                let mut calls =
                    unit.into_iter().flat_map(|unit| &unit.carriers.list).flat_map(|carrier| &carrier.calls);
                let called = calls.any(|call| call.callee.0 == callee.0);
                users.insert(if called { User::Endpoint(path.to_owned()) } else { User::Other });
                continue;
            }
            let caller = unit.and_then(|unit| {
                unit.carriers.list.iter().find(|carrier| {
                    carrier.calls.iter().any(is_call)
                        && (what.member.is_none() || carrier.function.span().contains(*mention))
                })
            });
            let wrap = unit.and_then(|unit| {
                unit.wraps.iter().find(|wrap| wrap.call.callee == callee && wrap.call.name.start == mention.start)
            });
            let waited = waited.iter().find(|alias| alias.mention == *mention);
            if let (None, None, Some(alias), false) = (caller, wrap, waited, endpoint) {
                users.insert(User::Waited(path.to_owned(), alias.place));
                self.by_alias(path, module, (&alias.name, 0), what, &callee, users);
                continue;
            }
            let handed = unit.into_iter().flat_map(|unit| unit.handed.iter().map(move |handed| (unit, handed)));
            let owner = handed.filter(|(_, handed)| handed.mentions(*mention)).find_map(|(unit, handed)| {
                unit.carriers.list.iter().find(|carrier| carrier.function.span().contains(handed.call))
            });
            if let (None, None, Some(owner)) = (caller, wrap, owner) {
                users.insert(if endpoint {
                    User::Endpoint(path.to_owned())
                } else {
                    User::Helper((path.to_owned(), owner.function.span().start))
                });
                continue;
            }
            if caller.is_none()
                && wrap.is_none()
                && let Some(alias) = aliases.iter().find(|alias| what.aliased && alias.mention == *mention)
            {
                self.by_alias(path, module, (&alias.name, alias.calls), what, &callee, users);
                continue;
            }
            users.insert(match (caller, wrap) {
                (None, Some(wrap)) => match wrap.owner {
                    Some(owner) => User::Helper((path.to_owned(), owner)),
                    None => User::Endpoint(path.to_owned()),
                },
                (None, None) => match holder(module, *mention) {
                    Some((object, keys)) if what.hops < MAX_HOLDERS => {
                        holders.extend(keys.into_iter().next().map(|key| (object, key)));
                        continue;
                    }
                    _ => match router_at(module, *mention) {
                        Some(router) if what.hops < MAX_HOLDERS && router != *local => {
                            routers.insert(router);
                            continue;
                        }
                        _ if adds_to_router(module, *mention) => continue,
                        _ => User::Other,
                    },
                },
                (Some(_), _) if endpoint => User::Endpoint(path.to_owned()),
                (Some(carrier), _) => User::Helper((path.to_owned(), carrier.function.span().start)),
            });
        }
        for (object, key) in holders {
            let hops = what.hops + 1;
            let what = Mention { made: what.made, hops, ..Mention::member(&key) };
            self.found_in(path, module, &object, &what, users);
        }
        for router in routers {
            let what = Mention { member: None, hops: what.hops + 1, ..Mention::member("") };
            self.found_in(path, module, &router, &what, users);
        }
    }

    /// Whoever finds a helper in `object`, a constant of `module`, as the member that `what` says.
    fn found_in(&self, path: &str, module: &Module, object: &Id, what: &Mention<'_>, users: &mut BTreeSet<User>) {
        let mut found = BTreeSet::new();
        self.mentions(path, module, object, what, &mut found);
        let exported = if *object == default_object() {
            vec!["default".into()]
        } else {
            exported_names(module, Some(object), usize::MAX)
        };
        let mut seen = BTreeSet::new();
        for name in &exported {
            self.imported(path, name, what, &mut found, &mut seen);
        }
        // Nobody imports a module that something else runs, such as a script.
        if found.is_empty() && !exported.is_empty() && !self.importers.contains_key(path) {
            found.insert(User::Other);
        }
        if found.iter().any(|user| *user != User::Other) {
            users.insert(User::Alias);
        }
        users.extend(found);
    }
}

impl Search<'_, '_> {
    /// Whoever uses what is made by another name of `module`, which has it after so many calls.
    fn by_alias(
        &self,
        path: &str,
        module: &Module,
        (name, calls): (&Id, usize),
        what: &Mention<'_>,
        callee: &Id,
        users: &mut BTreeSet<User>,
    ) {
        users.insert(User::Alias);
        // A wrapper that is set up goes by its name alone.
        let made = (what.made + calls).saturating_sub(1);
        let own = Mention {
            member: None,
            made,
            aliased: true,
            waited: false,
            callee: Some(callee.clone()),
            same: false,
            hops: what.hops,
        };
        self.mentions(path, module, name, &own, users);
        let elsewhere = Mention { callee: None, ..own };
        for exported in exported_names(module, Some(name), usize::MAX) {
            self.imported(path, &exported, &elsewhere, users, &mut BTreeSet::new());
        }
    }
}

/// Whether the mention is the declaration, the import or the export of the name.
pub fn declares(item: &ModuleItem, local: &Id, mention: Span) -> bool {
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
            None => name == "default" && local.is_none() && is_default(module, start),
        })
        .collect()
}

/// Whether the function at `start` stands in what the module exports as default.
fn is_default(module: &Module, start: usize) -> bool {
    let mut items = module.ast.body.iter();
    items.any(|item| matches!(item, ModuleItem::ModuleDecl(ModuleDecl::ExportDefaultExpr(own)) if span_of(own).contains(Span::at(start))))
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
