//! Deciding which endpoints move.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::at_build::at_build;
use super::bundled::bundled;
use super::candidates::{Candidate, Neighbours, candidates};
use super::connect;
use super::fetch_cached::fetch_cached;
use super::file_router;
use super::function_settings::FunctionSettings;
use super::handler::Migrated;
use super::helpers::Helpers;
use super::importers::{Importer, importers};
use super::lasting::Lasting;
use super::loads::loads;
use super::module_state::ModuleState;
use super::moves::specifier_edits;
use super::narrow::{Used, usage};
use super::scene::Scene;
use super::server_layer::ServerLayer;
use super::siblings::{Siblings, Surroundings, separate};
use super::source_paths::SourcePaths;
use super::ungiven::idle_arguments;
use super::unit::Unit;
use super::written_out::{full_text, in_original, is_imported_handler};
use crate::callers::Callers;
use crate::finding::{Finding, Safety};
use crate::pages_api::{NoHandler, Root, default_expression, find_handler, written_out_leaves};
use crate::plan::{EndpointPlan, Only, Options, Outcome, Router};
use crate::project::{Modules, NoModule, Project};
use crate::rewrite::Edit;
use crate::syntax::Module;
use crate::syntax::ast::Id;

/// What is decided for the `pages/api` endpoints of a project.
pub struct Proposal<'m> {
    /// One entry per endpoint file, by the index of its app.
    pub endpoints: Vec<(usize, EndpointPlan)>,
    pub(super) moving: Vec<Moving>,
    pub(super) importers: BTreeMap<String, Vec<Importer>>,
    pub(super) units: BTreeMap<String, Unit<'m>>,
    pub(super) helpers: Helpers<'m>,
    /// By which methods the endpoints are called, if they are to be narrowed to these.
    pub(super) used: BTreeMap<String, Used>,
    /// What modules keep between requests.
    pub(super) state: ModuleState,
    /// Imports that stay when nothing uses their names any more.
    pub(super) lasting: Lasting,
    /// As [`Options::allow_review`] says.
    pub(super) allow_review: bool,
}

/// An endpoint that moves.
pub(super) struct Moving {
    /// The index of its app.
    pub app: usize,
    /// What moves where.
    pub candidate: Candidate,
    /// Its new text, as long as no helper is copied.
    pub migrated: Migrated,
    /// Where its other exports go.
    pub siblings: Siblings,
}

/// Decides for every `pages/api` file of `project`; those of `held` stay for the reasons given.
pub fn propose<'m>(
    project: &'m Project,
    modules: &'m Modules<'m>,
    callers: &Callers,
    options: &Options,
    held: &BTreeMap<String, Vec<Finding>>,
) -> Proposal<'m> {
    let mut all: Vec<(usize, Candidate)> = Vec::new();
    let mut neighbours = Vec::new();
    for (at, app) in project.apps.iter().enumerate() {
        let candidates = candidates(project, app);
        neighbours.push(Neighbours::of(project, modules, app, &candidates));
        all.extend(candidates.into_iter().map(|candidate| (at, candidate)));
    }
    let with_handler = with_handlers(modules, all.par_iter().map(|(_, candidate)| candidate.file.as_str()));
    let is_endpoint = |file: &str| with_handler.contains(file);
    let files: BTreeSet<&str> = all.iter().map(|(_, candidate)| candidate.file.as_str()).collect();
    // Before the files are read, which ask for importers at the same time.
    let importers = importers(modules, &files);
    let read: Vec<(String, Result<Unit<'m>, NoUnit>)> = all
        .par_iter()
        .filter_map(|(_, candidate)| {
            let module = endpoint_module(project, modules, &candidate.file).ok()?;
            Some((candidate.file.clone(), read_unit(project, modules, module, &is_endpoint)?))
        })
        .collect();
    let (mut units, mut unread) = (BTreeMap::new(), BTreeMap::new());
    for (file, unit) in read {
        match unit {
            Ok(unit) => drop(units.insert(file, unit)),
            Err(why) => drop(unread.insert(file, why)),
        }
    }
    let helpers = Helpers::follow(project, modules, &units.values().collect::<Vec<_>>(), &is_endpoint);
    let entries = || with_handler.iter().copied().filter(|_| options.only != Some(Only::ServerActions));
    let loads = loads(project, modules, entries());
    let layer = ServerLayer::of(project, modules, &loads, entries());
    let bundled = bundled(project, &loads, &all);
    let at_build = at_build(project, modules, &loads, &all);
    let fetch_cached = fetch_cached(modules, &loads, &all);
    let settings = FunctionSettings::of(project);
    let paths = SourcePaths::of(project, modules);
    let state = ModuleState::of(project, modules, &loads);
    let lasting = Lasting::of(project, modules, loads);
    let used =
        if options.narrow_methods { usage(project, modules, callers, &neighbours, &all) } else { BTreeMap::new() };
    let decided: Vec<(usize, Candidate, Result<Moving, Vec<Finding>>)> = all
        .into_par_iter()
        .map(|(at, candidate)| {
            let scene = Scene {
                project,
                modules,
                app: &project.apps[at],
                neighbours: &neighbours[at],
                importers: &importers,
                layer: &layer,
                bundled: &bundled,
                at_build: &at_build,
                fetch_cached: &fetch_cached,
                settings: &settings,
                paths: &paths,
                lasting: &lasting,
                units: &units,
                unread: &unread,
                helpers: &helpers,
                used: &used,
                options,
                held,
            };
            let decision = scene.decide(&candidate).map_err(|findings| in_original(project, modules, findings));
            let decision = decision.map(|(migrated, siblings)| Moving {
                app: at,
                candidate: candidate.clone(),
                migrated,
                siblings,
            });
            (at, candidate, decision)
        })
        .collect();
    let mut endpoints = Vec::new();
    let mut moving = Vec::new();
    for (at, candidate, decision) in decided {
        let mut endpoint = undecided(candidate);
        match decision {
            Err(findings) => {
                endpoint.safety = findings.iter().map(|finding| finding.level).min().unwrap_or(Safety::Safe);
                endpoint.findings = findings;
            }
            Ok(found) => {
                endpoint.findings = in_original(project, modules, found.migrated.findings.clone());
                endpoint.methods = found.migrated.methods.clone();
                endpoint.safety = endpoint.findings.iter().map(|f| f.level).min().unwrap_or(Safety::Safe);
                if endpoint.safety == Safety::Safe || (options.allow_review && endpoint.safety == Safety::Review) {
                    endpoint.to = Some(found.candidate.target.clone());
                    endpoint.outcome = Outcome::RouteHandler;
                    moving.push(found);
                }
            }
        }
        endpoint.findings.sort_by_key(|finding| finding.level);
        // A review decides nothing about a migration that is carried out.
        let decides = |finding: &&Finding| finding.level < Safety::Safe && endpoint.outcome == Outcome::Stays;
        endpoint.decided_by = endpoint.findings.first().filter(decides).map(|finding| finding.rule);
        endpoints.push((at, endpoint));
    }
    let mut proposal = Proposal {
        endpoints,
        moving,
        importers,
        units,
        helpers,
        used,
        state,
        lasting,
        allow_review: options.allow_review,
    };
    proposal.keep_state_together();
    proposal
}

/// The entry of an endpoint of which nothing is known yet.
fn undecided(candidate: Candidate) -> EndpointPlan {
    EndpointPlan {
        route: candidate.route,
        router: Router::Pages,
        file: candidate.file,
        to: None,
        methods: Vec::new(),
        actions: Vec::new(),
        acted: Vec::new(),
        outcome: Outcome::Stays,
        safety: Safety::Manual,
        findings: Vec::new(),
        decided_by: None,
        callers: Vec::new(),
        answers: Vec::new(),
    }
}

/// Those of `files` that have a handler, be it one that we cannot read.
pub(super) fn with_handlers<'f>(
    modules: &Modules<'_>,
    files: impl ParallelIterator<Item = &'f str>,
) -> BTreeSet<&'f str> {
    let has_one = |file: &&str| modules.get(file).is_ok_and(|m| !matches!(find_handler(m), Err(NoHandler::NoDefault)));
    files.filter(has_one).collect()
}

/// Why a handler that a call makes cannot be read.
#[derive(Debug)]
pub(super) enum NoUnit {
    /// A router of next-connect does what is not followed.
    Router(Vec<Finding>),
    /// A wrapper does. What is known of its package has more to say.
    Wrapped(Finding),
}

/// What takes part in the endpoint of `module`, if it has a handler that can be read.
pub(super) fn read_unit<'m>(
    project: &Project,
    modules: &'m Modules<'m>,
    module: &'m Module,
    is_endpoint: &dyn Fn(&str) -> bool,
) -> Option<Result<Unit<'m>, NoUnit>> {
    if let Some(unit) = file_router::read(project, modules, module, is_endpoint) {
        return Some(Ok(unit));
    }
    match find_handler(module) {
        Ok(handler) => {
            let root = Root::handler(handler.function, handler.name.clone());
            let mut unit = Unit::read(project, modules, module, vec![root], 1, is_endpoint);
            let idle = idle_arguments(&unit);
            if let Some(handler) = unit.carriers.list.first_mut() {
                handler.idle = idle;
            }
            Some(Ok(unit))
        }
        Err(NoHandler::Wrapped(_)) => connect::read(project, modules, module, is_endpoint)
            .map(|unit| unit.map_err(NoUnit::Router))
            .or_else(|| {
                let wrapped = default_expression(module)?.expr;
                let unit = Unit::read_wrapped(project, modules, module, wrapped, is_endpoint);
                let leaves = || {
                    let original = modules.get(&module.path).ok().filter(|original| original.text != module.text);
                    let is_handler = |name: &Id| is_imported_handler(project, modules, module, name);
                    original.map(|original| written_out_leaves(original, &is_handler)).unwrap_or_default()
                };
                Some(unit.map(|unit| Unit { leaves: leaves(), ..unit }).map_err(NoUnit::Wrapped))
            }),
        Err(_) => None,
    }
}

/// The tree of an endpoint file; a handler of another module is written out.
pub(super) fn endpoint_module<'m>(
    project: &Project,
    modules: &'m Modules<'_>,
    file: &str,
) -> Result<&'m Module, NoModule> {
    modules.endpoint(file, &|module| full_text(project, modules, module).map(|(text, _)| text))
}

/// Separates what an endpoint file exports beside its handler.
pub(super) fn separate_exports(
    module: &Module,
    candidate: &Candidate,
    around: &Surroundings<'_>,
) -> Result<Siblings, Finding> {
    match find_handler(module) {
        Ok(handler) => separate(module, &candidate.target, handler.statement, around),
        // `migrate` says what is wrong with it.
        Err(NoHandler::Wrapped(_)) => match default_expression(module) {
            Some(export) => separate(module, &candidate.target, export.statement, around),
            None => Ok(Siblings::default()),
        },
        Err(NoHandler::NoDefault | NoHandler::Elsewhere(_) | NoHandler::Other(_)) => Ok(Siblings::default()),
    }
}

/// Edits of an endpoint file that come from its moving.
pub(super) fn moved_edits(project: &Project, module: &Module, candidate: &Candidate, siblings: &Siblings) -> Vec<Edit> {
    let mut edits = specifier_edits(module, &candidate.target, &BTreeMap::new(), project.resolver.as_ref());
    edits.extend(siblings.edits.iter().cloned());
    edits
}
