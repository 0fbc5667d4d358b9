//! Who uses a helper: every mention of its name, wherever it is imported or exported again, is a call by a carrier,
//! or something that we know nothing of.

mod exports;
mod members;
mod mentions;

use std::collections::{BTreeMap, BTreeSet};

use self::exports::{is_inside_default, re_exported};
use super::importers::Importers;
use super::{Helpers, Key};
use crate::pages_api::{Place, calls_of, declared_id, router_at};
use crate::project::{Imported, Modules, Project, all_imports, takes_export};
use crate::route_handler::needs::Body;
use crate::route_handler::unit::Unit;
use crate::syntax::ast::Id;
use crate::syntax::{Module, Span, is_commonjs};

pub use exports::declares;
pub(super) use exports::exported_names;

/// Who uses a helper.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum User {
    /// Code that we know nothing of, or do not migrate.
    Other,
    /// Code that takes all that a CommonJS module exports, an object, and may go through its members.
    Whole,
    /// An endpoint file.
    Endpoint(String),
    /// Another helper.
    Helper(Key),
    /// A function of this file that is made there, and waits for it.
    Waited(String, Place),
    /// A constant or a function that gives what it makes by another name, or an object that holds it. Who uses that, uses
    /// it; but there is only one of it.
    Alias,
    /// The same for a router that files share. Who uses the function by its own name may have a copy.
    Router,
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
            self.found_in(&key.0, module, &router, &what, &mut users, User::Alias);
        }
        let mut seen = BTreeSet::new();
        let exported = exported_names(module, declared.as_ref(), key.1);
        if !exported.is_empty() && self.project.packages.is_published(&key.0) {
            users.insert(User::Other);
        }
        // One of several that a maker of routers hands to each: a copy would need a copy of the maker.
        if name.is_none() && !aliased && is_inside_default(module, key.1) {
            users.insert(User::Alias);
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
        // Of an object or a router, `found_in` knows.
        if what.hops == 0 && self.project.apps.iter().any(|app| takes_export(app, file, name)) {
            let moves = self.endpoints.contains_key(file);
            users.insert(if moves { User::Endpoint(file.to_owned()) } else { User::Other });
        }
        let Ok(home) = self.modules.get(file) else {
            users.insert(User::Other);
            return;
        };
        let commonjs = is_commonjs(home);
        for (importer, specifier) in self.importers.get(file).into_iter().flatten() {
            // `import x` of a CommonJS module may take any member from it.
            let takes = |own: &String| own == name || (commonjs && own == "default");
            if specifier.names.as_ref().is_some_and(|names| !names.iter().any(takes)) {
                continue;
            }
            let Ok(module) = self.modules.get(importer) else {
                users.insert(User::Other);
                continue;
            };
            // A member of all that a CommonJS module exports.
            let is_member = commonjs && name != "default";
            if let Some(names) = re_exported(module, specifier, name) {
                let hands_on_all = specifier.names.iter().flatten().any(|own| own == "default");
                if is_member && hands_on_all {
                    users.insert(User::Other);
                }
                names.iter().for_each(|name| self.imported(importer, name, what, users, seen));
                continue;
            }
            let mut followed = false;
            for (local, import) in all_imports(module) {
                let is_required = import.required && import.statement.contains(specifier.span);
                if !is_required && Some(import.statement) != specifier.statement {
                    continue;
                }
                followed = true;
                // `import * as all` has all that a CommonJS module exports once more, as `all.default`.
                let twice = is_member && import.name == Imported::Namespace;
                if twice && module.text.contains(&format!("{}.default", local.0)) {
                    users.insert(User::Other);
                }
                match import.taken(home) {
                    Some(Imported::Name(own)) if own == name => {
                        self.mentions(importer, module, &local, what, users);
                        for exported in exported_names(module, Some(&local), usize::MAX) {
                            self.imported(importer, &exported, what, users, seen);
                        }
                    }
                    Some(Imported::Name(own)) if own != "default" || !is_member => {}
                    Some(_) if what.member.is_none() && what.made == 0 => {
                        if commonjs && goes_through(module, &local) {
                            users.insert(User::Whole);
                        }
                        let own = Mention { hops: what.hops, same: what.same, ..Mention::member(name) };
                        self.mentions(importer, module, &local, &own, users);
                        if !exported_names(module, Some(&local), usize::MAX).is_empty() {
                            users.insert(User::Other);
                        }
                    }
                    _ => drop(users.insert(User::Other)),
                }
            }
            // `import()`, other forms of `require()`, mocks, `export * as name`.
            if !followed {
                users.insert(if commonjs { User::Whole } else { User::Other });
            }
        }
    }
}

/// Whether an object is mentioned otherwise than by a member of it.
fn goes_through(module: &Module, object: &Id) -> bool {
    let mentions = module.references().get(object).into_iter().flatten();
    let declared = mentions.clone().min();
    let by_member = |span: &Span| module.text[span.end..].trim_start_matches(['?', '!']).trim_start().starts_with('.');
    mentions.filter(|span| Some(*span) != declared).any(|span| !by_member(span))
}
