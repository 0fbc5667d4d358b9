//! Helpers in other files: the functions that endpoints hand `req` and `res` to, and those that these call.
//! They are followed across the project, summarised until nothing changes, and rewritten together with the
//! endpoints that need them.

mod commonjs;
mod copies;
mod file;
mod importers;
mod imports;
mod place;
mod programs;
mod reached;
mod render;
mod reused;
mod settle;
mod users;

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use self::file::statement_of;
use super::compat_place::owner;
use super::needs::Needs;
use super::packages;
use super::unit::Unit;
use crate::finding::Finding;
use crate::pages_api::{Root, united};
use crate::project::{Method, Modules, NextVersion, Project, reached_from_pages};

pub use place::{Placement, Users};
pub use programs::{es_program, program, server, servers};
pub use reused::reusable;
pub use users::declares;

/// A function of a helper's file: the file, and where the function starts.
pub type Key = (String, usize);

/// All helpers that the endpoints of a project reach.
#[derive(Debug, Default)]
pub struct Helpers<'m> {
    files: BTreeMap<String, File<'m>>,
    /// Functions that are called in ways that contradict each other.
    contradicted: BTreeSet<Key>,
}

/// One file of helpers.
#[derive(Debug)]
struct File<'m> {
    unit: Unit<'m>,
    /// A page of the Pages Router needs it, too, where `next/headers` may not be imported.
    in_pages: bool,
    needs: Vec<Needs>,
    /// What is to be said of each carrier, in the order of `unit.carriers`.
    findings: Vec<Vec<Finding>>,
    /// The methods that each answers, if it tells them apart.
    answers: Vec<Option<Vec<Method>>>,
    /// The methods that each answers in place of the handlers that it was given.
    claims: Vec<BTreeSet<Method>>,
    /// The version of the app that it belongs to.
    next: NextVersion,
}

impl<'m> Helpers<'m> {
    /// Follows the calls of `endpoints` through the project.
    pub fn follow(
        project: &Project,
        modules: &'m Modules<'m>,
        endpoints: &[&Unit<'m>],
        is_endpoint: &(dyn Fn(&str) -> bool + Sync),
    ) -> Helpers<'m> {
        let mut helpers = Helpers::default();
        let mut roots: BTreeMap<&str, BTreeMap<usize, Root<'m>>> = BTreeMap::new();
        let mut open: BTreeSet<&str> = BTreeSet::new();
        for unit in endpoints {
            helpers.add(unit, &mut roots, &mut open);
        }
        // Each round reads the files that were reached, or reached with more, in the round before.
        while !open.is_empty() {
            let files: Vec<&str> = std::mem::take(&mut open).into_iter().collect();
            let read: Vec<(&str, Option<Unit<'m>>)> = files
                .into_par_iter()
                .map(|file| {
                    let roots = roots[file].values().cloned().collect();
                    let module = modules.get(file).ok();
                    (file, module.map(|module| Unit::read(project, modules, module, roots, 0, is_endpoint)))
                })
                .collect();
            for (file, unit) in read {
                let Some(unit) = unit else { continue };
                let next = project.apps[owner(&project.apps, file).unwrap_or_default()].next;
                helpers.add(&unit, &mut roots, &mut open);
                let (needs, findings, answers, claims) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
                let read = File { unit, in_pages: false, needs, findings, answers, claims, next };
                helpers.files.insert(file.to_owned(), read);
            }
        }
        helpers.mark_pages(project, modules);
        helpers.settle();
        helpers.tell_methods();
        helpers.check();
        helpers
    }

    fn add(
        &mut self,
        unit: &Unit<'m>,
        roots: &mut BTreeMap<&'m str, BTreeMap<usize, Root<'m>>>,
        open: &mut BTreeSet<&'m str>,
    ) {
        for target in unit.targets() {
            let known = roots.entry(target.file).or_default();
            match known.get_mut(&target.start()) {
                None => {
                    known.insert(target.start(), target.root.clone());
                    open.insert(target.file);
                }
                // A wrapper that is called on the spot, too, with a handler that nobody follows.
                Some(root)
                    if (root.wraps, root.routed) != (target.root.wraps, target.root.routed)
                        || root.waited != target.root.waited =>
                {
                    self.contradicted.insert(target.key());
                }
                Some(root) => match united(&root.roles, &target.root.roles) {
                    Some(roles)
                        if roles != root.roles
                            || (target.root.hands_headers && !root.hands_headers)
                            || !target.root.held.is_subset(&root.held)
                            || !target.root.answering.is_subset(&root.answering) =>
                    {
                        root.roles = roles;
                        root.hands_headers |= target.root.hands_headers;
                        root.answering.extend(&target.root.answering);
                        root.held.extend(target.root.held.iter().cloned());
                        open.insert(target.file);
                    }
                    Some(_) => {}
                    None => {
                        self.contradicted.insert(target.key());
                    }
                },
            }
        }
    }

    /// Marks the files that pages of the Pages Router need, too, as far as it makes a difference.
    fn mark_pages(&mut self, project: &Project, modules: &Modules<'_>) {
        if self.files.values().all(|file| !packages::needs_cookies(&file.unit)) {
            return;
        }
        let reached = reached_from_pages(project, modules);
        for (path, file) in &mut self.files {
            file.in_pages = reached.contains(path);
        }
    }

    /// What is known of the file at `path`, if it holds helpers.
    pub fn unit(&self, path: &str) -> Option<&Unit<'m>> {
        self.files.get(path).map(|file| &file.unit)
    }

    /// The files that hold helpers.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(String::as_str)
    }
}
