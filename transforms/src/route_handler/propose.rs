//! Deciding which endpoints move.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::bundled::bundled;
use super::candidates::{Candidate, Neighbours, candidates, linked, unreadable};
use super::carry_out::compat_path;
use super::commonjs::{sloppy, unserved};
use super::connect;
use super::file_router;
use super::function_settings::FunctionSettings;
use super::handler::{Migrated, Request, has_manual, migrate};
use super::handler_findings::no_handler;
use super::header_clash::{Answered, config_clash, encoded};
use super::helpers::Helpers;
use super::importers::{Importer, importers, obstacle, repoint};
use super::lasting::Lasting;
use super::library_route::{Around, LibraryRoute};
use super::loads::loads;
use super::location::location;
use super::module_state::ModuleState;
use super::moves::specifier_edits;
use super::narrow::{Used, usage};
use super::server_layer::ServerLayer;
use super::siblings::{Siblings, Surroundings, separate};
use super::together::apart;
use super::ungiven::idle_arguments;
use super::unit::Unit;
use super::usable::app_obstacle;
use super::written_out::{full_text, in_original, is_imported_handler};
use crate::callers::Callers;
use crate::finding::{Finding, Safety};
use crate::pages_api::{NoHandler, Root, default_expression, find_handler, written_out_leaves};
use crate::plan::{EndpointPlan, Only, Options, Outcome, Router};
use crate::project::{App, Modules, NoModule, Project};
use crate::rewrite::Edit;
use crate::settings::{self, Wish};
use crate::syntax::ast::Id;
use crate::syntax::{Module, Span};

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
    let files: BTreeSet<&str> = all.iter().map(|(_, candidate)| candidate.file.as_str()).collect();
    let importers = importers(modules, &files);
    let entries = || with_handler.iter().copied().filter(|_| options.only != Some(Only::ServerActions));
    let loads = loads(project, modules, entries());
    let layer = ServerLayer::of(project, modules, &loads, entries());
    let bundled = bundled(project, &loads, &all);
    let settings = FunctionSettings::of(project);
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
                settings: &settings,
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
        let mut endpoint = EndpointPlan {
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
        };
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
fn endpoint_module<'m>(project: &Project, modules: &'m Modules<'_>, file: &str) -> Result<&'m Module, NoModule> {
    modules.endpoint(file, &|module| full_text(project, modules, module).map(|(text, _)| text))
}

/// What deciding looks at.
struct Scene<'s, 'm> {
    project: &'m Project,
    modules: &'m Modules<'m>,
    app: &'s App,
    neighbours: &'s Neighbours,
    importers: &'s BTreeMap<String, Vec<Importer>>,
    layer: &'s ServerLayer,
    bundled: &'s BTreeMap<String, Finding>,
    settings: &'s FunctionSettings<'s>,
    lasting: &'s Lasting,
    units: &'s BTreeMap<String, Unit<'m>>,
    /// What stands in the way of reading the other files whose handlers calls or routers make.
    unread: &'s BTreeMap<String, NoUnit>,
    helpers: &'s Helpers<'m>,
    used: &'s BTreeMap<String, Used>,
    options: &'s Options,
    held: &'s BTreeMap<String, Vec<Finding>>,
}

impl Scene<'_, '_> {
    fn around<'c>(&'c self, candidate: &'c Candidate) -> Around<'c> {
        Around { project: self.project, modules: self.modules, app: self.app, candidate }
    }

    fn decide(&self, candidate: &Candidate) -> Result<(Migrated, Siblings), Vec<Finding>> {
        let Scene { project, modules, app, .. } = self;
        let file = &candidate.file;
        if self.options.only == Some(Only::ServerActions) {
            return Err(Vec::new());
        }
        if let Some(reasons) = self.held.get(file) {
            return Err(reasons.clone());
        }
        if let Ok(original) = modules.get(file)
            && let Some(asked) = settings::asked(project, original, &candidate.route, None).map_err(|why| vec![why])?
            && asked.wish == Wish::Stays
        {
            return Err(vec![settings::note(&asked, "this endpoint stays untouched")]);
        }
        if let Some(finding) = app_obstacle(app, file) {
            return Err(vec![finding]);
        }
        let module = endpoint_module(project, modules, file).map_err(|missing| vec![unreadable(file, &missing)])?;
        let conflict = self.neighbours.conflict(candidate).or_else(|| linked(project, app, candidate));
        if let Some(conflict) = conflict {
            return Err(vec![conflict]);
        }
        let importing = || self.importers.get(file).into_iter().flatten();
        let mut obstacles: Vec<Finding> = importing().filter_map(|importer| obstacle(file, importer)).collect();
        obstacles.extend(location(module));
        obstacles.extend(sloppy(module));
        obstacles.extend(self.layer.obstacle(file).cloned());
        let settings = self.settings.lost(candidate);
        let also = self.bundled.get(file).cloned().into_iter().chain(settings).chain(unserved(module, app.next));
        let also: Vec<Finding> = also.collect();
        let unread = self.unread.get(file);
        if let Some(NoUnit::Router(findings)) = unread {
            return Err(findings.iter().cloned().chain(obstacles).collect());
        }
        let routed = self.units.get(file).is_some_and(|unit| unit.router.is_some());
        let library = if routed { None } else { LibraryRoute::find(project, module) };
        let unit = self.units.get(file).filter(|_| library.is_none());
        if unit.is_none() && library.is_none() {
            obstacles.extend(match unread {
                Some(NoUnit::Wrapped(why)) => Some(why.clone()),
                _ => find_handler(module).err().map(|missing| no_handler(file, &missing)),
            });
            return Err(obstacles);
        }
        let taken = |path: &str| project.files.contains_key(path);
        let imported = |name: &str| {
            let names =
                |importer: &Importer| importer.specifier.names.as_ref().is_none_or(|n| n.iter().any(|n| n == name));
            importing().any(names)
        };
        let carriers = unit.into_iter().flat_map(|unit| &unit.carriers.list);
        let carriers: Vec<Span> = carriers.map(|carrier| carrier.function.span()).collect();
        let around = Surroundings { taken: &taken, imported: &imported, carriers: Some(&carriers) };
        let siblings = match &library {
            Some(route) => separate(module, &candidate.target, route.export, &around),
            None => separate_exports(module, candidate, &around),
        };
        let siblings = siblings.map_err(|finding| [obstacles.as_slice(), &[finding]].concat())?;
        // All importers follow, or nothing moves.
        for importer in importing() {
            let follows = modules
                .get(&importer.file)
                .is_ok_and(|m| repoint(m, &importer.file, &importer.specifier, &candidate.target, &siblings).is_some());
            if !follows {
                let message = format!("this import of `{file}` cannot follow what moves out of it");
                let finding = Finding::manual("handler-imported", &importer.file, importer.specifier.span, message);
                return Err(vec![finding.help("move what is shared to a module of its own first")]);
            }
        }
        let set = unit.map_or_else(Answered::by_package, |unit| Answered::by(unit, self.helpers));
        let clash = config_clash(app, &candidate.route, &set, &self.neighbours.headers);
        let packed = unit.and_then(|unit| encoded(unit, self.helpers, app.next));
        obstacles.extend(clash.into_iter().chain(packed));
        obstacles.extend(unit.into_iter().flat_map(|unit| apart(unit, self.helpers)));
        let (Some(unit), None) = (unit, library.as_ref()) else {
            let moved = moved_edits(project, module, candidate, &siblings);
            let lasting = self.lasting.file(file, siblings.file.as_ref());
            let mut migrated =
                library.map_or(Err(Vec::new()), |route| route.migrate(&self.around(candidate), moved, lasting))?;
            migrated.findings.extend(also);
            let unit = self.units.get(file).filter(|unit| !unit.callbacks.is_empty());
            migrated
                .findings
                .extend(unit.into_iter().flat_map(|unit| file_router::findings(unit, self.helpers, project, app.next)));
            obstacles.extend(migrated.findings.iter().filter(|finding| finding.level == Safety::Manual).cloned());
            return if obstacles.is_empty() { Ok((migrated, siblings)) } else { Err(obstacles) };
        };
        let callees = self.helpers.callees(unit, &BTreeMap::new());
        let moved = moved_edits(project, module, candidate, &siblings);
        let (route, target) = (&candidate.route, &candidate.target);
        // What dropped code called counts, too, since dropping it was decided by what the helpers do.
        let helpers = self.helpers.findings(unit, &|_| true);
        let blocked = helpers.iter().any(|finding| finding.level == Safety::Manual);
        let request = Request {
            app,
            route,
            target,
            unit,
            refuses_others: self.helpers.only_refuse(unit),
            refused_otherwise: self.helpers.refused_otherwise(unit),
            sets_headers: self.helpers.sets_headers(unit),
            catches: self.helpers.catches(unit),
            outlast: self.helpers.outlast(unit),
            claims: self.helpers.claims(unit),
            kept_off: self.helpers.kept_off(unit),
            refused: self.helpers.refused(unit),
            callees: &callees,
            used: self.used.get(file),
            rewrites: &self.neighbours.rewrites,
            moved,
            lasting: self.lasting.file(file, siblings.file.as_ref()),
        };
        let migrated = migrate(&request).and_then(|migrated| if blocked { Err(Vec::new()) } else { Ok(migrated) });
        let mut migrated = migrated.map_err(|mut findings| {
            findings.extend(obstacles.iter().chain(&helpers).filter(|f| f.level == Safety::Manual).cloned());
            findings
        })?;
        if !obstacles.is_empty() {
            return Err(obstacles);
        }
        let calls = |callee: &Id| migrated.calls(callee);
        let mut findings = self.helpers.findings(unit, &calls);
        findings.extend(self.helpers.package_findings(unit, app.next, &calls));
        migrated.findings.extend(findings.into_iter().chain(also));
        connect::settle(unit, &mut migrated.findings);
        if has_manual(&migrated.findings) {
            return Err(migrated.findings.into_iter().filter(|f| f.level == Safety::Manual).collect());
        }
        let compat = compat_path(app);
        let foreign = |text: &str| !text.contains("routelift");
        if !migrated.helpers.is_empty()
            && project.files.get(&compat).is_some_and(|text| text.as_ref().map_or(true, |text| foreign(text)))
        {
            let message =
                format!("the helpers that this endpoint needs would be written to `{compat}`, which is there already");
            return Err(vec![Finding::manual("compat-taken", file, None, message).help("rename that file")]);
        }
        let forbidden = ["dynamic", "dynamicParams", "fetchCache", "revalidate", "runtime"];
        let said = |name: &&&str| migrated.text.contains(&format!("export const {name} "));
        if let Some(name) = forbidden.iter().find(said).filter(|_| app.cache_components) {
            let message = format!("`cacheComponents` forbids `{name}` in a Route Handler");
            let finding = Finding::manual("cache-components", file, None, message);
            return Err(vec![finding.help("remove it if the endpoint can do without, or keep it in pages/api")]);
        }
        if let Some(page) = &self.neighbours.not_found {
            let message =
                format!("`{page}` is not shown any more: with an `app` folder, the App Router answers unknown URLs");
            let finding = Finding::review("not-found-page", page, None, message);
            migrated.findings.push(finding.help("add `app/not-found` and a root layout that show the same"));
        }
        Ok((migrated, siblings))
    }
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
