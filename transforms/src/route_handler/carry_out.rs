//! Putting what was decided into a change set: the endpoints, their sibling modules, the importers, the helpers
//! in other files, and the generated ones.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::compat::Helper;
use super::compat_place::{self, Outside, compat_path, owner, written};
use super::connect;
use super::handler::{Request, has_manual, imports_at, internal, migrate};
use super::helpers::{Key, Placement, Users, es_program, program, reusable, server, servers};
use super::importers::{Importer, repoint, repoint_moved};
use super::propose::{Moving, Proposal, moved_edits};
use super::taught;
use super::tidy::tidy;
use super::unit::Unit;
use crate::finding::{Finding, Safety};
use crate::pages_api::Base;
use crate::plan::Outcome;
use crate::project::{App, Modules, Project};
use crate::rewrite::{ChangeSet, Edit, Rewrite};
use crate::settings::keep_asking;
use crate::syntax::ast::Id;
use crate::syntax::is_commonjs;

/// The routers of other files that the router of an endpoint is made of.
fn bases<'u, 'm>(unit: &'u Unit<'m>) -> impl Iterator<Item = &'u Base<'m>> {
    unit.router.iter().flat_map(|router| &router.bases)
}

/// Everything that is written, before it is.
struct Texts<'t> {
    /// The endpoints' new texts, in the order of `moving`.
    endpoints: Vec<String>,
    /// The modules that take other exports of the endpoints: path and text.
    siblings: Vec<(&'t str, String)>,
    /// New texts of files that stay where they are.
    edited: BTreeMap<&'t str, String>,
    /// The generated helpers by the index of their app.
    generated: BTreeMap<usize, BTreeSet<Helper>>,
    /// Those of files that belong to no app.
    outside: Outside,
    /// The names of the helpers' copies.
    copies: BTreeMap<Key, String>,
}

/// By moving endpoint: what it imports of other moving endpoints.
type Within<'w> = BTreeMap<&'w str, Vec<(&'w Moving, &'w Importer)>>;

impl<'m> Proposal<'m> {
    /// Puts the moves into `changes`. Endpoints that cannot be carried out after all stay, with a finding.
    pub fn carry_out(&mut self, project: &'m Project, modules: &'m Modules<'m>, changes: &mut ChangeSet) {
        let units: BTreeMap<&str, &Unit<'m>> = self.units.iter().map(|(path, unit)| (path.as_str(), unit)).collect();
        let users = Users::find(project, modules, &self.helpers, &units);
        let mut there = BTreeMap::new();
        // Whoever fails takes nobody along: without it, the rest is worked out again. So it is where copies are there.
        loop {
            match self.texts(project, modules, &users, &there) {
                Ok(texts) if there.is_empty() && !reusable(&texts.copies, &texts.edited).is_empty() => {
                    there = reusable(&texts.copies, &texts.edited);
                }
                Ok(texts) => {
                    for (moving, text) in self.moving.iter().zip(&texts.endpoints) {
                        let Some(Ok(old)) = project.files.get(&moving.candidate.file) else { continue };
                        let (file, target) = (&moving.candidate.file, &moving.candidate.target);
                        let text = match modules.get(file) {
                            Ok(original) => keep_asking(target, text.clone(), original),
                            Err(_) => text.clone(),
                        };
                        changes.rename(file, target, old, text);
                    }
                    for (path, text) in texts.siblings {
                        changes.create(path, text);
                    }
                    for (file, text) in &texts.edited {
                        if let Some(Ok(old)) = project.files.get(*file) {
                            changes.edit(file, old, text.clone());
                        }
                    }
                    for (at, helpers) in texts.generated {
                        self.write_helpers(project, modules, (at, &project.apps[at]), helpers, changes);
                    }
                    for (path, (helpers, style)) in texts.outside {
                        compat_place::write(project, &path, helpers, style, changes);
                    }
                    return;
                }
                Err(failed) => self.give_up(failed),
            }
        }
    }

    /// Leaves endpoints where they are.
    fn give_up(&mut self, failed: BTreeMap<String, Finding>) {
        self.moving.retain(|moving| !failed.contains_key(&moving.candidate.file));
        for (_, endpoint) in &mut self.endpoints {
            if let Some(finding) = failed.get(&endpoint.file) {
                endpoint.to = None;
                endpoint.outcome = Outcome::Stays;
                endpoint.safety = Safety::Manual;
                endpoint.findings = vec![finding.clone()];
                endpoint.decided_by = Some(finding.rule);
            }
        }
        self.keep_state_together();
    }

    /// The new texts, or the endpoints that must stay, each with the reason.
    fn texts(
        &self,
        project: &'m Project,
        modules: &'m Modules<'m>,
        users: &Users,
        there: &BTreeMap<Key, String>,
    ) -> Result<Texts<'_>, BTreeMap<String, Finding>> {
        let moving: BTreeMap<&str, &Moving> = self.moving.iter().map(|m| (m.candidate.file.as_str(), m)).collect();
        let reached: BTreeMap<&str, BTreeSet<Key>> = moving
            .iter()
            .filter_map(|(file, moving)| {
                let calls = |callee: &Id| moving.migrated.calls(callee);
                Some((*file, self.helpers.reached_by(self.units.get(*file)?, &calls)))
            })
            .collect();
        let is_free = |name: &str| {
            let text = |file: &str| project.files.get(file).and_then(|text| text.as_ref().ok());
            reached.keys().all(|file| text(file).is_none_or(|text| !text.contains(name)))
                && self.helpers.paths().all(|file| text(file).is_none_or(|text| !text.contains(name)))
        };
        let placement = users.place(&self.helpers, &reached, &is_free, there);
        if let Some(failed) = self.held_back(&placement, &reached) {
            return Err(failed);
        }
        let mut edits: BTreeMap<&str, Vec<Edit>> = BTreeMap::new();
        // Imports of moving endpoints in files that move themselves, by those.
        let mut within = Within::new();
        for target in &self.moving {
            for importer in self.importers.get(&target.candidate.file).into_iter().flatten() {
                if moving.contains_key(importer.file.as_str()) {
                    within.entry(importer.file.as_str()).or_default().push((target, importer));
                } else if let Ok(module) = modules.get(&importer.file)
                    && let Some(more) =
                        repoint(module, &importer.file, &importer.specifier, &target.candidate.target, &target.siblings)
                {
                    edits.entry(importer.file.as_str()).or_default().extend(more);
                }
            }
        }
        let endpoints = self.endpoint_texts(project, &placement, &within)?;
        let siblings = self.sibling_texts(&within)?;
        let mut generated: BTreeMap<usize, BTreeSet<Helper>> = BTreeMap::new();
        for moving in &self.moving {
            generated.entry(moving.app).or_default().extend(&moving.migrated.helpers);
        }
        // Those who need a file that cannot be rewritten must do without it.
        let fail = |file: &str, finding: &Finding| -> BTreeMap<String, Finding> {
            let reaches = |moving: &&Moving| {
                let unit = self.units.get(&moving.candidate.file);
                let base = unit.is_some_and(|unit| bases(unit).any(|base| base.module.path == file));
                base || unit.is_some_and(|unit| self.helpers.reached(unit).iter().any(|(path, _)| path == file))
            };
            self.moving.iter().filter(reaches).map(|m| (m.candidate.file.clone(), finding.clone())).collect()
        };
        let rendered = self.helpers.render(&placement).map_err(|(file, findings)| {
            let why = Finding::manual("not-rewritable", &file, None, "this helper cannot be rewritten");
            fail(&file, findings.first().unwrap_or(&why))
        })?;
        let mut needed: BTreeMap<&str, BTreeSet<Helper>> = BTreeMap::new();
        for (file, rendered) in rendered {
            let Some((file, _)) = project.files.get_key_value(file).filter(|_| !rendered.edits.is_empty()) else {
                continue;
            };
            needed.insert(file, rendered.helpers.iter().copied().collect());
            edits.entry(file).or_default().extend(rendered.edits);
        }
        for (file, edit) in self.moving.iter().flat_map(|moving| &moving.migrated.elsewhere) {
            edits.entry(file).or_default().push(edit.clone());
        }
        let mut seen: BTreeSet<(&str, usize)> = BTreeSet::new();
        for base in self.moving.iter().filter_map(|moving| self.units.get(&moving.candidate.file)).flat_map(bases) {
            let file = base.module.path.as_str();
            if seen.insert((file, base.router.place.start)) {
                let next = project.apps[owner(&project.apps, file).unwrap_or_default()].next;
                let (own, helper) = connect::base_edits(base, next);
                needed.entry(file).or_default().extend(helper);
                edits.entry(file).or_default().extend(own);
            }
        }
        let mut edited = BTreeMap::new();
        let mut outside = Outside::new();
        let servers = servers(project, modules);
        for (file, edits) in edits {
            let Some(Ok(old)) = project.files.get(file) else { continue };
            let mut rewrite = Rewrite::new();
            let text = rewrite.extend(edits).and_then(|()| rewrite.render(old));
            let Some(helpers) = needed.get(file) else {
                if let Ok(text) = text {
                    edited.insert(file, text);
                }
                continue;
            };
            let at = owner(&project.apps, file).unwrap_or_default();
            let home = match (owner(&project.apps, file), modules.get(file)) {
                (None, Ok(module)) if !helpers.is_empty() => {
                    Some(compat_place::outside(project, module).map_err(|finding| fail(file, &finding))?)
                }
                _ => None,
            };
            if !helpers.is_empty()
                && modules.get(file).is_ok_and(is_commonjs)
                && let Some(program) = program(modules, file)
            {
                let message = format!(
                    "`{program}` loads this file, and may run without the app, whose generated helpers the file would need"
                );
                let finding = Finding::manual("helper-form", file, None, message);
                return Err(fail(file, &finding.help("move the function into a file of its own")));
            }
            let finished = text.map_err(super::tidy::Invalid::Conflict).and_then(|text| {
                let module = modules.get(file).map_err(|_| super::tidy::Invalid::Undeclared(Vec::new()))?;
                let mut imports =
                    imports_at(file, &home.clone().unwrap_or_else(|| compat_path(&project.apps[at])), helpers);
                if let Some(unit) = self.helpers.unit(file) {
                    taught::add_imports(&mut imports, unit, file);
                    super::packages::add_imports(&mut imports, unit);
                }
                tidy(file, text, module, &imports, Some(self.lasting.file(file, None)))
            });
            match finished {
                Ok(text) => {
                    let is_new = text.contains("next/server") && !old.contains("next/server");
                    if is_new && let Some(server) = server(modules, &servers, file) {
                        let message = format!(
                            "`{server}` starts Next.js and loads this file, which would load `next/server` before it is there"
                        );
                        let finding = Finding::manual("helper-form", file, None, message);
                        return Err(fail(file, &finding.help("move the function into a file of its own")));
                    }
                    if (is_new || !helpers.is_empty())
                        && !modules.get(file).is_ok_and(is_commonjs)
                        && let Some(program) = es_program(modules, file)
                    {
                        let message = format!(
                            "`{program}` loads this file, and Node.js finds neither `next/server` nor generated helpers from \
                             an ES module that no bundler has seen"
                        );
                        let finding = Finding::manual("helper-form", file, None, message);
                        return Err(fail(file, &finding.help("move the function into a file of its own")));
                    }
                    edited.insert(file, text);
                }
                Err(invalid) => return Err(fail(file, &internal(file, &invalid))),
            };
            match home {
                Some(home) => {
                    let style = written(modules.get(file).ok().map(|module| &module.style));
                    outside.entry(home).or_insert((BTreeSet::new(), style)).0.extend(helpers);
                }
                None => generated.entry(at).or_default().extend(helpers),
            }
        }
        let apps = self.moving.iter().map(|moving| moving.app);
        compat_place::share(project, apps, &mut generated, &mut outside);
        Ok(Texts { endpoints, siblings, edited, generated, outside, copies: placement.copies })
    }

    /// Endpoints that need a method which must keep its form for others, or the router of another file which must.
    fn held_back(
        &self,
        placement: &Placement,
        reached: &BTreeMap<&str, BTreeSet<Key>>,
    ) -> Option<BTreeMap<String, Finding>> {
        let mut failed = BTreeMap::new();
        for (file, reached) in reached {
            let shares = self.units.get(*file).is_some_and(|unit| bases(unit).next().is_some());
            let held = |key: &&Key| placement.fixed.contains(*key) || (shares && placement.routed.contains(*key));
            let Some(key) = reached.iter().find(held) else { continue };
            let message = "this function is reached by another name, an object or a router, and code that stays needs its old form";
            let finding = Finding::manual("helper-form", &key.0, self.helpers.place_of(key), message)
                .help("import it by a name of its own, or migrate the rest by hand");
            failed.insert((*file).to_owned(), finding);
        }
        (!failed.is_empty()).then_some(failed)
    }

    /// The endpoints' texts; again where a copy of a helper is called or another moving endpoint imported.
    fn endpoint_texts(
        &self,
        project: &Project,
        placement: &Placement,
        within: &Within<'_>,
    ) -> Result<Vec<String>, BTreeMap<String, Finding>> {
        let texts: Vec<Result<String, Box<(String, Finding)>>> = self
            .moving
            .par_iter()
            .map(|moving| {
                let file = moving.candidate.file.as_str();
                let unit = self.units.get(file).filter(|unit| unit.callbacks.is_empty());
                let imports = within.get(file);
                let Some(unit) = unit else {
                    let others = imports.into_iter().flatten();
                    let imported: Vec<_> = others
                        .map(|(other, own)| (&own.specifier, other.candidate.target.as_str(), &other.siblings))
                        .collect();
                    let text = repoint_moved(file, &moving.candidate.target, &moving.migrated.text, &imported);
                    return text.ok_or_else(|| {
                        let message = "an import of an endpoint that moves cannot follow it";
                        let finding = Finding::manual("handler-imported", file, None, message);
                        Box::new((file.to_owned(), finding.help("move what is shared to a module of its own first")))
                    });
                };
                // The import of one that only dropped code called goes by itself.
                let calls = |callee: &Id, _: crate::syntax::Span| moving.migrated.calls(callee);
                let copies = self.helpers.import_edits(unit, &moving.candidate.target, placement, (&calls, &|_| true));
                // Members are called by another name, and what they are members of is imported as before.
                let renamed = unit.targets().any(|target| placement.copies.contains_key(&target.key()));
                if imports.is_none() && copies.is_empty() && !renamed {
                    return Ok(moving.migrated.text.clone());
                }
                let mut moved = moved_edits(project, unit.module, &moving.candidate, &moving.siblings);
                for (other, importer) in imports.into_iter().flatten() {
                    moved.retain(|edit| edit.span() != importer.specifier.span);
                    let (at, to) = (&moving.candidate.target, &other.candidate.target);
                    let edits = repoint(unit.module, at, &importer.specifier, to, &other.siblings);
                    moved.extend(edits.unwrap_or_default());
                }
                moved.extend(copies);
                let callees = self.helpers.callees(unit, &placement.copies);
                let request = Request {
                    app: &project.apps[moving.app],
                    route: &moving.candidate.route,
                    target: &moving.candidate.target,
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
                    // What they say was decided about.
                    rewrites: &[],
                    moved,
                    lasting: self.lasting.file(file, moving.siblings.file.as_ref()),
                };
                match migrate(&request) {
                    Ok(migrated) if !has_manual(&migrated.findings) => Ok(migrated.text),
                    Ok(migrated) => Err(Box::new((file.to_owned(), migrated.findings[0].clone()))),
                    Err(findings) => {
                        let why = || Finding::manual("not-rewritable", file, None, "it cannot be rewritten");
                        Err(Box::new((file.to_owned(), findings.first().cloned().unwrap_or_else(why))))
                    }
                }
            })
            .collect();
        let failed: BTreeMap<String, Finding> =
            texts.iter().filter_map(|text| Some((**text.as_ref().err()?).clone())).collect();
        if failed.is_empty() { Ok(texts.into_iter().flatten().collect()) } else { Err(failed) }
    }

    /// The texts of the endpoints' sibling modules, which may import other moving endpoints.
    fn sibling_texts(&self, within: &Within<'_>) -> Result<Vec<(&str, String)>, BTreeMap<String, Finding>> {
        let mut texts = Vec::new();
        let mut failed = BTreeMap::new();
        for moving in &self.moving {
            let Some((path, text)) = &moving.siblings.file else { continue };
            let file = moving.candidate.file.as_str();
            let imported = within.get(file).into_iter().flatten();
            let imported = imported
                .map(|(other, importer)| (&importer.specifier, other.candidate.target.as_str(), &other.siblings));
            match repoint_moved(file, path, text, &imported.collect::<Vec<_>>()) {
                Some(text) => texts.push((path.as_str(), text)),
                None => {
                    let message = "what else this file exports imports an endpoint that moves, too";
                    let finding = Finding::manual("other-exports", file, None, message);
                    let help = "move what is shared to a module of its own first";
                    failed.insert(file.to_owned(), finding.help(help));
                }
            }
        }
        if failed.is_empty() { Ok(texts) } else { Err(failed) }
    }

    fn write_helpers(
        &self,
        project: &Project,
        modules: &Modules<'_>,
        (at, app): (usize, &App),
        helpers: BTreeSet<Helper>,
        changes: &mut ChangeSet,
    ) {
        // In the style of the first endpoint that uses it.
        let mut own = self.moving.iter().filter(|moving| moving.app == at);
        let module = own.find_map(|moving| modules.get(&moving.candidate.file).ok());
        let style = written(module.map(|module| &module.style));
        compat_place::write(project, &compat_path(app), helpers, style, changes);
    }
}
