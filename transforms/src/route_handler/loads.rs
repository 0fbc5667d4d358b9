//! Everything that the endpoints load, directly or through other modules of the project. Each module is read once.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::module_state::Kept;
use crate::callers::has_directive;
use crate::project::{Modules, Project};
use crate::syntax::{Acts, Loaded, Module, acts, loaded};

/// Modules that endpoints load, the endpoints' own among them, by path.
pub type Loads = BTreeMap<String, Reached>;

/// A module that an endpoint loads.
#[derive(Default)]
pub struct Reached {
    /// It begins with `'use client'`, and what it loads does not count.
    pub is_client: bool,
    /// What it does when it is loaded; what it loads aside, but for packages without names.
    pub acts: Acts,
    /// What it loads, in the order of the text, and the files of the project that this leads to.
    pub loads: Vec<(Option<String>, Loaded)>,
    /// What it keeps and changes between requests.
    pub kept: Kept,
}

impl Reached {
    /// The files of the project that it loads.
    pub fn files(&self) -> impl Iterator<Item = (&str, &Loaded)> {
        self.loads.iter().filter_map(|(target, loaded)| Some((target.as_deref()?, loaded)))
    }
}

/// Reads what the files `entries` load.
pub fn loads<'e>(project: &Project, modules: &Modules<'_>, entries: impl Iterator<Item = &'e str>) -> Loads {
    let mut reached = Loads::new();
    let mut wave: Vec<String> = entries.map(str::to_owned).collect();
    while !wave.is_empty() {
        let read: Vec<(String, Reached)> = wave
            .into_par_iter()
            .map(|path| {
                let found = modules.get(&path).map_or_else(|_| Reached::default(), |module| read(project, module));
                (path, found)
            })
            .collect();
        let targets = read.iter().flat_map(|(_, found)| found.files());
        let targets: BTreeSet<String> = targets.map(|(target, _)| target.to_owned()).collect();
        reached.extend(read);
        wave = targets.into_iter().filter(|target| !reached.contains_key(target)).collect();
    }
    reached
}

fn read(project: &Project, module: &Module) -> Reached {
    if has_directive(module, "use client") {
        return Reached { is_client: true, ..Reached::default() };
    }
    let resolve = |loaded: Loaded| (project.resolver.resolve(&module.path, &loaded.specifier), loaded);
    let loads: Vec<(Option<String>, Loaded)> = loaded(module).into_iter().map(resolve).collect();
    let mut acts = acts(module);
    acts.certainly |= loads.iter().any(|(target, loaded)| target.is_none() && loaded.names.is_empty());
    let kept = Kept::by(module, &loads);
    Reached { is_client: false, acts, loads, kept }
}
