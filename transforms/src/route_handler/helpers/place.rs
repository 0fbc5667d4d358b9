//! In place, or beside: a helper whose users all migrate takes its new form where it stands; one that others
//! still need keeps the old form and gets a copy for Route Handlers beside it.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::commonjs::is_exported_value;
use super::importers::importers;
use super::users::{Search, User};
use super::{Helpers, Key};
use crate::pages_api::{Place, declared_id};
use crate::project::{Modules, Project};
use crate::route_handler::handed::Handed;
use crate::route_handler::moves::stem;
use crate::route_handler::request_type::stays;
use crate::route_handler::unit::Unit;
use crate::syntax::ast::Id;
use crate::syntax::{Module, Span, class_method, default_object};

/// Where the new form of each helper goes.
#[derive(Debug, Default)]
pub struct Placement {
    /// Helpers that take their new form.
    pub reached: BTreeSet<Key>,
    /// Names of the copies of those that keep their old form, too.
    pub copies: BTreeMap<Key, String>,
    /// Those of the copies that are there already.
    pub reused: BTreeSet<Key>,
    /// Those that others still need and that cannot be copied: members of objects that are no class, what has another
    /// name or is found in an object, and handlers that are handed to helpers, with those who hand them over.
    pub fixed: BTreeSet<Key>,
    /// Those that have a copy and that routers hold which files share: these go on with the old form.
    pub routed: BTreeSet<Key>,
    /// Where functions are made that wait for those which are middlewares of other files.
    pub waited: BTreeSet<(String, Place)>,
}

/// Who uses helpers, found once for a project.
#[derive(Debug, Default)]
pub struct Users {
    of: BTreeMap<Key, BTreeSet<User>>,
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
        let importers = importers(modules, helpers.paths());
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

    /// Decides for the helpers that the new code of the endpoints at `moving` reaches. `there` names the copies that their
    /// files have already.
    pub fn place(
        &self,
        helpers: &Helpers<'_>,
        moving: &BTreeMap<&str, BTreeSet<Key>>,
        is_free: &dyn Fn(&str) -> bool,
        there: &BTreeMap<Key, String>,
    ) -> Placement {
        let reached: BTreeSet<Key> = moving.values().flatten().cloned().collect();
        let mut old: BTreeSet<&Key> = BTreeSet::new();
        loop {
            let more: Vec<&Key> = reached
                .iter()
                .filter(|key| !old.contains(key) && !helpers.stays(key))
                .filter(|key| {
                    self.of.get(*key).is_none_or(|users| {
                        users.iter().any(|user| match user {
                            User::Other | User::Whole => true,
                            User::Alias | User::Router | User::Waited(..) => false,
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
        let mut routed = BTreeSet::new();
        // A function inside another one comes with that.
        for key in old.into_iter().filter(|key| !helpers.is_inside(key)) {
            let aliased = self.of.get(key).is_some_and(|users| users.contains(&User::Alias));
            let held = helpers.hands_over(key) || (helpers.is_member(key) && !helpers.is_method(key));
            let counted = self.of.get(key).is_some_and(|users| users.contains(&User::Whole));
            // A copy would be one more member.
            if aliased || held || counted || helpers.is_made_middleware(key) || helpers.is_exported_value(key) {
                fixed.insert(key.clone());
                continue;
            }
            if self.of.get(key).is_some_and(|users| users.contains(&User::Router)) {
                routed.insert(key.clone());
            }
            if let Some(name) = there.get(key) {
                copies.insert(key.clone(), name.clone());
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
        let of = |key: &Key| self.of.get(key).into_iter().flatten();
        let waited = reached.iter().filter(|key| !fixed.contains(*key)).flat_map(of).filter_map(|user| match user {
            User::Waited(file, place) => Some((file.clone(), *place)),
            _ => None,
        });
        let waited = waited.collect();
        let reused = there.keys().filter(|key| copies.contains_key(*key)).cloned().collect();
        Placement { reached, copies, reused, fixed, routed, waited }
    }

    /// The file of a helper, and those of its users.
    fn files<'u>(&'u self, key: &'u Key) -> BTreeSet<&'u str> {
        let users = self.of.get(key).into_iter().flatten().filter_map(|user| match user {
            User::Other | User::Whole | User::Alias | User::Router | User::Waited(..) => None,
            User::Endpoint(file) | User::Helper((file, _)) => Some(file.as_str()),
        });
        users.chain([key.0.as_str()]).collect()
    }
}

impl Helpers<'_> {
    /// Whether a helper is a method of a class, beside which there is place for another one. What is added to an
    /// object may be found by code that lists its members.
    fn is_method(&self, key: &Key) -> bool {
        self.files.get(&key.0).is_some_and(|file| class_method(file.unit.module, key.1).is_some())
    }

    /// Whether a helper is a middleware that another function makes: `initMiddleware(rules(schema))`. A copy would need
    /// one of that call, too.
    fn is_made_middleware(&self, key: &Key) -> bool {
        let Some(file) = self.files.get(&key.0) else { return false };
        let Some(at) = file.position(key.1) else { return false };
        file.behind(at).is_some() && file.middleware_name(at).is_none()
    }

    /// Whether a helper stands where a CommonJS module exports it: `exports.deny = (res) => …`.
    fn is_exported_value(&self, key: &Key) -> bool {
        self.files.get(&key.0).is_some_and(|file| is_exported_value(file.unit.module, key.1))
    }

    /// Whether a helper is a function inside a wrapper, which hands it over.
    fn is_inside(&self, key: &Key) -> bool {
        let Some(file) = self.files.get(&key.0) else { return false };
        let Some(own) = file.position(key.1).map(|at| &file.unit.carriers.list[at]) else { return false };
        let (whole, mut others) = (own.function.span(), file.unit.carriers.list.iter());
        own.handed
            && others
                .any(|other| other.wraps && other.function.span() != whole && other.function.span().contains(whole))
    }

    /// Whether a helper hands over handlers that stand elsewhere, or is one that is handed over.
    fn hands_over(&self, key: &Key) -> bool {
        let Some(file) = self.files.get(&key.0) else { return false };
        let Some(own) = file.position(key.1).map(|at| &file.unit.carriers.list[at]) else { return false };
        let whole = own.function.span();
        let elsewhere = |handed: &&Handed| handed.leaves.iter().any(|leaf| !whole.contains(Span::at(*leaf)));
        let mut all = file.unit.handed.iter().filter(|handed| whole.contains(handed.call));
        own.handed || all.any(|handed| !own.wraps || elsewhere(&handed))
    }

    /// Whether a helper is a member of an object or a class.
    fn is_member(&self, key: &Key) -> bool {
        let Some(file) = self.files.get(&key.0) else { return false };
        let name = file.position(key.1).and_then(|at| file.unit.carriers.list[at].name.as_ref());
        name.is_some_and(|name| name.0.contains('.'))
    }

    /// Whether a helper serves both routers as it is.
    fn stays(&self, key: &Key) -> bool {
        let Some(file) = self.files.get(&key.0) else { return false };
        file.position(key.1).is_some_and(|at| stays(file.unit.module, &file.unit.carriers.list[at]))
    }

    /// Whether a helper is the inner function of a wrapper.
    pub(super) fn wraps(&self, key: &Key) -> bool {
        let Some(file) = self.files.get(&key.0) else { return false };
        file.position(key.1).is_some_and(|at| file.unit.carriers.list[at].wraps)
    }

    /// Whether a helper is a middleware, and what waits for it stands in other files.
    pub(super) fn is_waited(&self, key: &Key) -> bool {
        let Some(file) = self.files.get(&key.0) else { return false };
        let waited = file.position(key.1).and_then(|at| file.unit.carriers.list[at].waited);
        waited.is_some_and(|waited| waited.place.is_none())
    }

    /// Where a helper stands, to point at.
    pub fn place_of(&self, key: &Key) -> Span {
        Span::at(key.1)
    }

    /// What a helper is called; for a default export without a name, after the middleware behind it, or its file.
    fn name_of(&self, key: &Key) -> String {
        let file = &self.files[&key.0];
        let own = file.position(key.1).and_then(|at| {
            let carrier = &file.unit.carriers.list[at];
            match carrier.name.as_ref().map(declared_id).or(carrier.outer.clone()) {
                Some(name) if name == default_object() => Some((file.middleware_name(at)?.into(), name.1)),
                own => own,
            }
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
            |id| id.0.rsplit('.').next().unwrap_or(&id.0).to_owned(),
        )
    }
}
