//! What deciding about one endpoint looks at, and the staircase of conditions that it climbs.

use std::collections::BTreeMap;

use super::candidates::{Candidate, Neighbours, linked, unreadable};
use super::commonjs::{sloppy, unserved};
use super::compat_place::{compat_path, is_foreign};
use super::connect;
use super::file_router;
use super::function_settings::FunctionSettings;
use super::handler::{Migrated, Request, has_manual, migrate};
use super::handler_findings::no_handler;
use super::header_clash::{Answered, config_clash, encoded};
use super::helpers::Helpers;
use super::importers::{Importer, obstacle, repoint};
use super::lasting::Lasting;
use super::library_route::{Around, LibraryRoute};
use super::location::location;
use super::narrow::Used;
use super::preflight::preflight;
use super::propose::{NoUnit, endpoint_module, moved_edits, separate_exports};
use super::server_layer::ServerLayer;
use super::siblings::{Siblings, Surroundings, separate};
use super::source_paths::SourcePaths;
use super::together::apart;
use super::unit::Unit;
use super::usable::app_obstacle;
use crate::finding::{Finding, Safety};
use crate::pages_api::find_handler;
use crate::plan::{Only, Options};
use crate::project::{App, Modules, Project};
use crate::settings::{self, Wish};
use crate::syntax::Span;
use crate::syntax::ast::Id;

/// What deciding looks at.
pub(super) struct Scene<'s, 'm> {
    pub project: &'m Project,
    pub modules: &'m Modules<'m>,
    pub app: &'s App,
    pub neighbours: &'s Neighbours,
    pub importers: &'s BTreeMap<String, Vec<Importer>>,
    pub layer: &'s ServerLayer,
    pub bundled: &'s BTreeMap<String, Finding>,
    /// What fails in a build from now on, by endpoint.
    pub at_build: &'s BTreeMap<String, Finding>,
    /// What keeps the answers of other servers, by endpoint.
    pub fetch_cached: &'s BTreeMap<String, Finding>,
    pub settings: &'s FunctionSettings<'s>,
    pub paths: &'s SourcePaths,
    pub lasting: &'s Lasting,
    pub units: &'s BTreeMap<String, Unit<'m>>,
    /// What stands in the way of reading the other files whose handlers calls or routers make.
    pub unread: &'s BTreeMap<String, NoUnit>,
    pub helpers: &'s Helpers<'m>,
    pub used: &'s BTreeMap<String, Used>,
    pub options: &'s Options,
    pub held: &'s BTreeMap<String, Vec<Finding>>,
}

impl Scene<'_, '_> {
    fn around<'c>(&'c self, candidate: &'c Candidate) -> Around<'c> {
        Around { project: self.project, modules: self.modules, app: self.app, candidate }
    }

    /// The new file of an endpoint and where its other exports go, or why it stays.
    pub fn decide(&self, candidate: &Candidate) -> Result<(Migrated, Siblings), Vec<Finding>> {
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
        let imports = importing().filter_map(|importer| obstacle(file, importer, self.options.break_tests));
        let (mut obstacles, tests): (Vec<Finding>, Vec<Finding>) =
            imports.partition(|finding| finding.level == Safety::Manual);
        obstacles.extend(location(module));
        obstacles.extend(sloppy(module));
        obstacles.extend(self.layer.obstacle(file).cloned());
        let settings = self.settings.lost(candidate).into_iter().chain(self.paths.named(app, candidate));
        let known = [self.bundled, self.at_build, self.fetch_cached];
        let known = known.into_iter().filter_map(|of| of.get(file).cloned());
        let also = known.chain(settings).chain(unserved(module, app.next)).chain(tests);
        let mut also: Vec<Finding> = also.collect();
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
        if let Some(finding) = self.stranded(candidate, &siblings) {
            return Err(vec![finding]);
        }
        let set = unit.map_or_else(Answered::by_package, |unit| Answered::by(unit, self.helpers));
        let clash = config_clash(app, &candidate.route, &set, self.neighbours);
        let packed = unit.and_then(|unit| encoded(unit, self.helpers, app.next));
        let (clash, told): (Vec<_>, Vec<_>) = clash.into_iter().partition(|finding| finding.level == Safety::Manual);
        also.extend(told);
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
            counts_on_sync: self.helpers.counts_on_sync(unit),
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
        migrated.findings.extend(preflight(route, &migrated.methods, self.neighbours));
        connect::settle(unit, &mut migrated.findings);
        if has_manual(&migrated.findings) {
            return Err(migrated.findings.into_iter().filter(|f| f.level == Safety::Manual).collect());
        }
        if let Some(finding) = self.unwritable(file, &migrated) {
            return Err(vec![finding]);
        }
        if let Some(page) = &self.neighbours.not_found {
            let message =
                format!("`{page}` is not shown any more: with an `app` folder, the App Router answers unknown URLs");
            let finding = Finding::review("not-found-page", page, None, message);
            migrated.findings.push(finding.help("add `app/not-found` and a root layout that show the same"));
        }
        Ok((migrated, siblings))
    }

    /// An import of the endpoint's file that cannot follow what moves out of it.
    fn stranded(&self, candidate: &Candidate, siblings: &Siblings) -> Option<Finding> {
        let file = &candidate.file;
        // All importers follow, or nothing moves.
        for importer in self.importers.get(file).into_iter().flatten() {
            let follows = self
                .modules
                .get(&importer.file)
                .is_ok_and(|m| repoint(m, &importer.file, &importer.specifier, &candidate.target, siblings).is_some());
            if !follows {
                let message = format!("this import of `{file}` cannot follow what moves out of it");
                let finding = Finding::manual("handler-imported", &importer.file, importer.specifier.span, message);
                return Some(finding.help("move what is shared to a module of its own first"));
            }
        }
        None
    }

    /// What the new file may not hold, or may not bring along.
    fn unwritable(&self, file: &str, migrated: &Migrated) -> Option<Finding> {
        let compat = compat_path(self.app);
        if !migrated.helpers.is_empty()
            && self.project.files.get(&compat).is_some_and(|text| text.as_ref().map_or(true, |text| is_foreign(text)))
        {
            let message =
                format!("the helpers that this endpoint needs would be written to `{compat}`, which is there already");
            return Some(Finding::manual("compat-taken", file, None, message).help("rename that file"));
        }
        let forbidden = ["dynamic", "dynamicParams", "fetchCache", "revalidate", "runtime"];
        let said = |name: &&&str| migrated.text.contains(&format!("export const {name} "));
        if let Some(name) = forbidden.iter().find(said).filter(|_| self.app.cache_components) {
            let message = format!("`cacheComponents` forbids `{name}` in a Route Handler");
            let finding = Finding::manual("cache-components", file, None, message);
            return Some(finding.help("remove it if the endpoint can do without, or keep it in pages/api"));
        }
        None
    }
}
