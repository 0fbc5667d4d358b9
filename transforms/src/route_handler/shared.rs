//! Functions with `req` or `res` that endpoint files export for others. A `route.ts` may not export them, and their
//! callers in other files have to change with them. So they go to a module beside the new file before anything else
//! is decided, as [`separate`](super::siblings::separate) says, and from then on are helpers like any other.
//!
//! ```ts
//! // pages/api/me.ts
//! export function userOf(req: NextApiRequest) { … }
//! export default function handler(req, res) { res.json(userOf(req)) }
//!
//! // app/api/me/user-of.ts
//! export function userOf(req: NextApiRequest) { … }
//! // pages/api/me.ts
//! import { userOf } from '../../app/api/me/user-of'
//! export default function handler(req, res) { res.json(userOf(req)) }
//! ```
//!
//! If an endpoint stays after all, the plan is made again with its file as it was.

mod called;
mod places;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rayon::prelude::*;

use self::called::called;
use super::candidates::{Candidate, candidates};
use super::importers::{Importer, importers, obstacle, repoint_values};
use super::propose::{read_unit, separate_exports, with_handlers};
use super::siblings::{Siblings, Surroundings};
use super::tidy::tidy;
use super::usable::app_obstacle;
use crate::finding::Finding;
use crate::plan::{Only, Options};
use crate::project::{Modules, Project};
use crate::rewrite::{ChangeSet, Edit, Rewrite};
use crate::server_action::after;
use crate::syntax::Module;

/// The endpoint files whose other functions have got a module of their own.
#[derive(Debug, Default)]
pub struct Shared {
    /// The endpoint files.
    pub files: BTreeSet<String>,
    /// What that changes.
    pub changes: ChangeSet,
    /// The endpoint file that each new module comes from.
    origins: BTreeMap<String, String>,
}

impl Shared {
    /// Separates what the endpoint files of `project` share, but for those of `held`, which stay.
    pub fn of(
        project: &Project,
        modules: &Modules<'_>,
        options: &Options,
        held: &BTreeMap<String, Vec<Finding>>,
    ) -> Shared {
        if options.only == Some(Only::ServerActions) {
            return Shared::default();
        }
        let apps = project.apps.iter().filter(|app| app_obstacle(app, "").is_none());
        let all: Vec<Candidate> = apps.flat_map(|app| candidates(project, app)).collect();
        let endpoints: BTreeSet<&str> = all.iter().map(|candidate| candidate.file.as_str()).collect();
        let (changes, called) = called(project, modules, &endpoints, held);
        if called.is_empty() {
            return Shared::separate(project, modules, held, &all, ChangeSet::default());
        }
        let tree = after(project, &changes);
        let mut shared = Shared::separate(&tree, &Modules::over(&tree, modules), held, &all, changes);
        shared.files.extend(called);
        shared
    }

    /// The same for the endpoints `all`, on top of `changes`.
    fn separate(
        project: &Project,
        modules: &Modules<'_>,
        held: &BTreeMap<String, Vec<Finding>>,
        all: &[Candidate],
        changes: ChangeSet,
    ) -> Shared {
        let exporting = all.par_iter().filter(|candidate| !held.contains_key(&candidate.file));
        let exporting: Vec<(&Candidate, &Module)> = exporting
            .filter_map(|candidate| Some((candidate, modules.get(&candidate.file).ok()?)))
            .filter(|(candidate, module)| separated(project, candidate, module, &|_| true).is_some())
            .collect();
        if exporting.is_empty() {
            return Shared { changes, ..Shared::default() };
        }
        let files: BTreeSet<&str> = exporting.iter().map(|(candidate, _)| candidate.file.as_str()).collect();
        let importers = importers(modules, &files);
        let with_handler = with_handlers(modules, all.par_iter().map(|candidate| candidate.file.as_str()));
        let is_endpoint = |file: &str| with_handler.contains(file);
        let separated: Vec<(&Candidate, &Module, Siblings)> = exporting
            .into_par_iter()
            .filter_map(|(candidate, module)| {
                let own = importers.get(&candidate.file).map(Vec::as_slice).unwrap_or_default();
                let siblings = separated(project, candidate, module, &|name| is_imported(own, name))?;
                let follow = own.iter().all(|importer| {
                    obstacle(&candidate.file, importer, false).is_none()
                        && importing_edits(modules, importer, &siblings).is_some()
                });
                let carries = || takes_requests(project, modules, module, &siblings, &is_endpoint);
                (follow && carries()).then_some((candidate, module, siblings))
            })
            .collect();
        Shared::carried_out(project, modules, &importers, separated, changes)
    }

    fn carried_out(
        project: &Project,
        modules: &Modules<'_>,
        importers: &BTreeMap<String, Vec<Importer>>,
        separated: Vec<(&Candidate, &Module, Siblings)>,
        changes: ChangeSet,
    ) -> Shared {
        let mut shared = Shared { changes, ..Shared::default() };
        let mut edits: BTreeMap<&str, Vec<Edit>> = BTreeMap::new();
        for (candidate, _, siblings) in &separated {
            let Some((path, text)) = &siblings.file else { continue };
            shared.changes.create(path, text.clone());
            shared.origins.insert(path.clone(), candidate.file.clone());
            shared.files.insert(candidate.file.clone());
            edits.entry(&candidate.file).or_default().extend(siblings.edits.iter().cloned());
            for importer in importers.get(&candidate.file).into_iter().flatten() {
                let more = importing_edits(modules, importer, siblings).unwrap_or_default();
                edits.entry(&importer.file).or_default().extend(more);
            }
        }
        for (file, edits) in edits {
            let (Some(Ok(old)), Ok(module)) = (project.files.get(file), modules.get(file)) else { continue };
            let mut rewrite = Rewrite::new();
            let text = rewrite.extend(edits).and_then(|()| rewrite.render(old));
            let text = text.ok().and_then(|text| tidy(file, text, module, &BTreeMap::new(), None).ok());
            // Nothing is separated rather than half of it.
            let Some(text) = text else { return Shared::default() };
            shared.changes.edit(file, old, text);
        }
        shared
    }
}

/// What `module` exports beside its handler, in a module of its own, if there is such a thing.
fn separated(
    project: &Project,
    candidate: &Candidate,
    module: &Module,
    imported: &dyn Fn(&str) -> bool,
) -> Option<Siblings> {
    let taken = |path: &str| project.files.contains_key(path);
    let around = Surroundings { taken: &taken, imported, carriers: None };
    separate_exports(module, candidate, &around).ok().filter(|siblings| siblings.file.is_some())
}

/// Whether code that goes to `siblings` takes requests apart, so that a mere move would not do. Without types, any
/// function may.
fn takes_requests<'m>(
    project: &Project,
    modules: &'m Modules<'m>,
    module: &'m Module,
    siblings: &Siblings,
    is_endpoint: &dyn Fn(&str) -> bool,
) -> bool {
    let Some((path, text)) = &siblings.file else { return false };
    if text.contains("NextApiRe") {
        return true;
    }
    let Ok(moved) = Module::parse(path, Arc::from(text.as_str())) else { return false };
    let functions = crate::syntax::module_functions(&moved);
    if functions.values().all(|function| function.params().is_empty()) {
        return false;
    }
    if module.path.ends_with(".js") || module.path.ends_with(".jsx") {
        return true;
    }
    let carriers = read_unit(project, modules, module, is_endpoint);
    let carriers = carriers.and_then(Result::ok).map(|unit| unit.carriers.list).unwrap_or_default();
    carriers.iter().any(|carrier| siblings.edits.iter().any(|edit| edit.span().contains(carrier.function.span())))
}

fn is_imported(importers: &[Importer], name: &str) -> bool {
    let names =
        |importer: &Importer| importer.specifier.names.as_ref().is_none_or(|names| names.iter().any(|n| n == name));
    importers.iter().any(names)
}

/// The edits of one import of an endpoint file for what went to `siblings`; `None` if it cannot follow.
fn importing_edits(modules: &Modules<'_>, importer: &Importer, siblings: &Siblings) -> Option<Vec<Edit>> {
    repoint_values(modules.get(&importer.file).ok()?, &importer.file, &importer.specifier, siblings)
}
