//! Deciding which endpoints of an app move, and carrying it out.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::compat::{FILE_STEM, Helper, module_text};
use super::handler::{Migrated, Request, migrate};
use super::importers::{Importer, importers, obstacle, repoint};
use super::moves::{specifier_edits, stem};
use super::siblings::{Siblings, separate};
use crate::finding::{Finding, Safety};
use crate::pages_api::{NoHandler, Segment, find_handler, parse_route, route_of, target_of};
use crate::plan::{EndpointPlan, Options, Outcome, Router};
use crate::project::{App, Modules, NextVersion, NoModule, Project, QueryRewrite, Unreadable, query_rewrites};
use crate::rewrite::{ChangeSet, Edit, Rewrite};
use crate::syntax::{Module, Quote};

/// What is decided for the `pages/api` endpoints of one app.
pub struct Proposal {
    /// One entry per endpoint file.
    pub endpoints: Vec<EndpointPlan>,
    moving: Vec<Moving>,
    importers: BTreeMap<String, Vec<Importer>>,
}

/// An endpoint that moves.
struct Moving {
    file: String,
    route: String,
    target: String,
    migrated: Migrated,
    siblings: Siblings,
}

/// An endpoint file before the decision.
struct Candidate {
    file: String,
    route: String,
    target: String,
}

/// Decides for every `pages/api` file of `app`.
pub fn propose(project: &Project, modules: &Modules<'_>, app: &App, options: &Options) -> Proposal {
    let candidates = candidates(project, app);
    let files: BTreeSet<&str> = candidates.iter().map(|candidate| candidate.file.as_str()).collect();
    let importers = importers(project, modules, &files);
    let mut neighbours = Neighbours::of(project, app, &candidates);
    neighbours.rewrites = rewrites(project, modules, app);
    let decided: Vec<(Candidate, Result<Moving, Vec<Finding>>)> = candidates
        .into_par_iter()
        .map(|candidate| {
            let decision = decide(project, modules, app, &candidate, &neighbours, &importers);
            (candidate, decision)
        })
        .collect();
    let mut endpoints = Vec::new();
    let mut moving = Vec::new();
    for (candidate, decision) in decided {
        let mut endpoint = EndpointPlan {
            route: candidate.route,
            router: Router::Pages,
            file: candidate.file,
            to: None,
            methods: Vec::new(),
            actions: Vec::new(),
            outcome: Outcome::Stays,
            safety: Safety::Manual,
            findings: Vec::new(),
        };
        match decision {
            Err(findings) => endpoint.findings = findings,
            Ok(found) => {
                endpoint.findings = found.migrated.findings.clone();
                endpoint.methods = found.migrated.methods.clone();
                endpoint.safety = endpoint.findings.iter().map(|f| f.level).min().unwrap_or(Safety::Safe);
                if endpoint.safety == Safety::Safe || (options.allow_review && endpoint.safety == Safety::Review) {
                    endpoint.to = Some(found.target.clone());
                    endpoint.outcome = Outcome::RouteHandler;
                    moving.push(found);
                }
            }
        }
        endpoint.findings.sort_by_key(|finding| finding.level);
        endpoints.push(endpoint);
    }
    Proposal { endpoints, moving, importers }
}

fn candidates(project: &Project, app: &App) -> Vec<Candidate> {
    let Some(pages) = &app.pages_dir else { return Vec::new() };
    // Only the files below this folder: the map is sorted.
    let below = format!("{pages}/");
    project
        .files
        .range(below.clone()..)
        .take_while(|(path, _)| path.starts_with(&below))
        .filter_map(|(path, _)| {
            let route = route_of(app, path)?;
            let target = target_of(app, &route, path)?;
            Some(Candidate { file: path.clone(), route, target })
        })
        .collect()
}

/// What else answers URLs of the app.
struct Neighbours {
    /// How many `pages/api` files claim a route.
    claims: BTreeMap<String, Vec<String>>,
    /// Pages and Route Handlers of the App Router by URL.
    app: BTreeMap<String, String>,
    /// Rewrites that add to the query of an endpoint, and the files that they stand in.
    rewrites: Vec<(String, QueryRewrite)>,
}

impl Neighbours {
    fn of(project: &Project, app: &App, candidates: &[Candidate]) -> Neighbours {
        let mut claims: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for candidate in candidates {
            claims.entry(candidate.route.clone()).or_default().push(candidate.file.clone());
        }
        let below = format!("{}/", app.app_dir);
        let routes = project.files.range(below.clone()..).take_while(|(path, _)| path.starts_with(&below));
        let app = routes.filter_map(|(path, _)| Some((app_url(app, path)?, path.clone()))).collect();
        Neighbours { claims, app, rewrites: Vec::new() }
    }

    fn conflict(&self, candidate: &Candidate) -> Option<Finding> {
        let manual = |rule, message: String| Some(Finding::manual(rule, &candidate.file, None, message));
        if let Some(others) = self.claims.get(&candidate.route).filter(|files| files.len() > 1) {
            let others: Vec<&str> = others.iter().map(String::as_str).filter(|file| *file != candidate.file).collect();
            let message = format!("`{}` claims {}, too", others.join("`, `"), candidate.route);
            return manual("duplicate-route", message).map(|finding| finding.help("remove one of the two files"));
        }
        if let Some(there) = self.app.get(&candidate.route) {
            let message = format!("`{there}` answers {} already; Next refuses to build both", candidate.route);
            return manual("route-exists", message)
                .map(|finding| finding.help("merge the two by hand, then delete this file"));
        }
        if let Some((config, rewrite)) = self.rewrites.iter().find(|(_, rewrite)| rewrite.leads_to(&candidate.route)) {
            let message =
                format!("this rewrite adds to the query of {}, which a Route Handler does not see", candidate.route);
            let finding = Finding::manual("rewrite-query", config, rewrite.span, message);
            return Some(finding.help("turn the values into path segments of the destination"));
        }
        let own = parse_route(&candidate.route);
        let clash = self.app.iter().find(|(url, _)| names_differ(&own, &parse_route(url)));
        clash.and_then(|(url, file)| {
            let message = format!("`{file}` names a dynamic part of {url} differently, which Next does not allow");
            manual("slug-name-conflict", message).map(|finding| finding.help("use one name for it"))
        })
    }
}

/// The rewrites in the app's own configuration.
fn rewrites(project: &Project, modules: &Modules<'_>, app: &App) -> Vec<(String, QueryRewrite)> {
    let root = if app.root.is_empty() { String::new() } else { format!("{}/", app.root) };
    let files = ["js", "mjs", "cjs", "ts", "mts"].map(|extension| format!("{root}next.config.{extension}"));
    let there = files.into_iter().filter(|file| project.files.contains_key(file));
    there
        .filter_map(|file| {
            let found = query_rewrites(modules.get(&file).ok()?);
            Some(found.into_iter().map(move |rewrite| (file.clone(), rewrite)))
        })
        .flatten()
        .collect()
}

/// The URL of a page or Route Handler: groups and slots vanish from it.
pub fn app_url(app: &App, path: &str) -> Option<String> {
    let inside = path.strip_prefix(&app.app_dir)?.strip_prefix('/')?;
    let (folder, file) = inside.rsplit_once('/').unwrap_or(("", inside));
    let named = |name: &str| app.page_extensions.iter().any(|ext| file.strip_prefix(name) == Some(&format!(".{ext}")));
    if !(named("route") || named("page")) {
        return None;
    }
    let parts: Vec<String> = folder
        .split('/')
        .filter(|part| !(part.is_empty() || part.starts_with('@') || part.starts_with('(')))
        .map(|part| part.replace("%5F", "_"))
        .collect();
    Some(format!("/{}", parts.join("/")))
}

/// Whether two patterns have a dynamic part of the same kind in the same place under different names.
fn names_differ(one: &[Segment], other: &[Segment]) -> bool {
    for pair in one.iter().zip(other) {
        match pair {
            (Segment::Static(a), Segment::Static(b)) if a == b => {}
            (Segment::Dynamic(a), Segment::Dynamic(b))
            | (Segment::CatchAll(a), Segment::CatchAll(b))
            | (Segment::OptionalCatchAll(a), Segment::OptionalCatchAll(b)) => {
                if a != b {
                    return true;
                }
            }
            _ => return false,
        }
    }
    false
}

fn decide(
    project: &Project,
    modules: &Modules<'_>,
    app: &App,
    candidate: &Candidate,
    neighbours: &Neighbours,
    importers: &BTreeMap<String, Vec<Importer>>,
) -> Result<Moving, Vec<Finding>> {
    let file = &candidate.file;
    if app.next < NextVersion::ROUTE_HANDLERS {
        let message = format!("Next {} has no Route Handlers; they came with 13.2", app.next_text);
        return Err(vec![Finding::manual("next-too-old", file, None, message).help("upgrade Next first")]);
    }
    let module = modules.get(file).map_err(|missing| vec![unreadable(file, &missing)])?;
    if let Some(conflict) = neighbours.conflict(candidate) {
        return Err(vec![conflict]);
    }
    let taken = |path: &str| project.files.contains_key(path);
    let obstacles: Vec<Finding> = importers.get(file).into_iter().flatten().filter_map(|i| obstacle(file, i)).collect();
    let siblings = separate_exports(module, candidate, &taken)?;
    // All importers follow, or nothing moves.
    for importer in importers.get(file).into_iter().flatten() {
        let follows = modules
            .get(&importer.file)
            .is_ok_and(|m| repoint(m, &importer.file, &importer.specifier, &candidate.target, &siblings).is_some());
        if !follows {
            let message = format!("this import of `{file}` cannot follow what moves out of it");
            let finding = Finding::manual("handler-imported", &importer.file, importer.specifier.span, message);
            return Err(vec![finding.help("move what is shared to a module of its own first")]);
        }
    }
    let moved = moved_edits(project, module, candidate, &siblings, &BTreeMap::new());
    let request = Request { app, route: &candidate.route, target: &candidate.target, module, moved };
    let mut migrated = migrate(&request).map_err(|mut findings| {
        findings.extend(obstacles.clone());
        findings
    })?;
    if !obstacles.is_empty() {
        return Err(obstacles);
    }
    let compat = compat_path(app);
    if !migrated.helpers.is_empty()
        && project.files.get(&compat).is_some_and(|text| !text.as_ref().is_ok_and(|text| text.contains("routelift")))
    {
        let message =
            format!("the helpers that this endpoint needs would be written to `{compat}`, which is there already");
        return Err(vec![Finding::manual("compat-taken", file, None, message).help("rename that file")]);
    }
    if app.cache_components && migrated.text.contains("export const dynamic") {
        migrated.findings.push(Finding::manual("cache-components", file, None, "`cacheComponents` forbids `dynamic`"));
    }
    Ok(Moving {
        file: file.clone(),
        route: candidate.route.clone(),
        target: candidate.target.clone(),
        migrated,
        siblings,
    })
}

fn separate_exports(
    module: &Module,
    candidate: &Candidate,
    taken: &dyn Fn(&str) -> bool,
) -> Result<Siblings, Vec<Finding>> {
    match find_handler(module) {
        Ok(handler) => separate(module, &candidate.target, handler.statement, taken).map_err(|finding| vec![finding]),
        // `migrate` says what is wrong with it.
        Err(NoHandler::NoDefault | NoHandler::Elsewhere(_) | NoHandler::Wrapped(_) | NoHandler::Other(_)) => {
            Ok(Siblings::default())
        }
    }
}

/// Edits of an endpoint file that come from its moving.
fn moved_edits(
    project: &Project,
    module: &Module,
    candidate: &Candidate,
    siblings: &Siblings,
    moves: &BTreeMap<String, String>,
) -> Vec<Edit> {
    let mut edits = specifier_edits(module, &candidate.target, moves, project.resolver.as_ref());
    edits.extend(siblings.edits.iter().cloned());
    edits
}

/// The finding for a file that has no tree.
pub fn unreadable(file: &str, missing: &NoModule) -> Finding {
    match missing {
        NoModule::Missing => Finding::manual("unreadable", file, None, "the file is gone"),
        NoModule::Unreadable(why) => unreadable_finding(file, why),
        NoModule::Syntax(error) => Finding::manual("syntax-error", file, error.span, error.message.clone())
            .help("repair the file; Next cannot build it either"),
    }
}

/// The finding for a file whose text is not at hand.
pub fn unreadable_finding(file: &str, why: &Unreadable) -> Finding {
    let (rule, message, help) = match why {
        Unreadable::NotUtf8(at) => ("not-utf8", format!("the file is not valid UTF-8 (byte {at})"), "save it as UTF-8"),
        Unreadable::TooLarge(size) => {
            ("too-large", format!("the file has {size} bytes, more than is read"), "move generated code out of the way")
        }
        Unreadable::LinkOutside => {
            ("link-outside", "the link leads out of the project".into(), "run in the folder that it leads to")
        }
        Unreadable::Io(error) => ("unreadable", format!("the file cannot be read: {error}"), "check its permissions"),
    };
    Finding::manual(rule, file, None, message).help(help)
}

fn compat_path(app: &App) -> String {
    format!("{}/api/{FILE_STEM}.{}", app.app_dir, if app.typescript { "ts" } else { "js" })
}

impl Proposal {
    /// Puts the moves into `changes`: the endpoints, their sibling modules, the importers, the helpers.
    /// An endpoint that cannot be carried out after all stays, with a finding.
    pub fn carry_out(&mut self, project: &Project, modules: &Modules<'_>, app: &App, changes: &mut ChangeSet) {
        let by_file: BTreeMap<&str, &Moving> = self.moving.iter().map(|m| (m.file.as_str(), m)).collect();
        let mut edits: BTreeMap<&str, Vec<Edit>> = BTreeMap::new();
        let mut again: BTreeSet<&str> = BTreeSet::new();
        for moving in &self.moving {
            for importer in self.importers.get(&moving.file).into_iter().flatten() {
                if by_file.contains_key(importer.file.as_str()) {
                    again.insert(importer.file.as_str());
                } else if let Ok(module) = modules.get(&importer.file)
                    && let Some(more) =
                        repoint(module, &importer.file, &importer.specifier, &moving.target, &moving.siblings)
                {
                    edits.entry(importer.file.as_str()).or_default().extend(more);
                }
            }
        }
        let mut helpers: BTreeSet<Helper> = BTreeSet::new();
        for moving in &self.moving {
            let Some(Ok(old)) = project.files.get(&moving.file) else { continue };
            let mut text = moving.migrated.text.clone();
            if again.contains(moving.file.as_str())
                && let Ok(module) = modules.get(&moving.file)
            {
                let candidate =
                    Candidate { file: moving.file.clone(), route: moving.route.clone(), target: moving.target.clone() };
                let mut moved = moved_edits(project, module, &candidate, &moving.siblings, &BTreeMap::new());
                for other in &self.moving {
                    let own = self.importers.get(&other.file).into_iter().flatten().filter(|i| i.file == moving.file);
                    for importer in own {
                        moved.retain(|edit| edit.span() != importer.specifier.span);
                        let edits =
                            repoint(module, &moving.target, &importer.specifier, &other.target, &other.siblings);
                        moved.extend(edits.unwrap_or_default());
                    }
                }
                let request = Request { app, route: &moving.route, target: &moving.target, module, moved };
                if let Ok(migrated) = migrate(&request) {
                    text = migrated.text;
                }
            }
            helpers.extend(&moving.migrated.helpers);
            changes.rename(&moving.file, &moving.target, old, text);
            if let Some((path, text)) = &moving.siblings.file {
                changes.create(path, text.as_str());
            }
        }
        for (file, edits) in edits {
            let Some(Ok(old)) = project.files.get(file) else { continue };
            let mut rewrite = Rewrite::new();
            if rewrite.extend(edits).is_ok()
                && let Ok(text) = rewrite.render(old)
            {
                changes.edit(file, old, text);
            }
        }
        self.write_helpers(project, modules, app, helpers, changes);
    }

    fn write_helpers(
        &self,
        project: &Project,
        modules: &Modules<'_>,
        app: &App,
        mut helpers: BTreeSet<Helper>,
        changes: &mut ChangeSet,
    ) {
        if helpers.is_empty() {
            return;
        }
        let path = compat_path(app);
        let existing = project.files.get(&path).and_then(|text| text.as_ref().ok());
        if let Some(existing) = existing {
            let there = Helper::ALL.into_iter().filter(|h| existing.contains(&format!("function {}(", h.name())));
            let there: BTreeSet<Helper> = there.collect();
            if helpers.is_subset(&there) {
                return;
            }
            helpers.extend(there);
        }
        // In the style of the first endpoint that uses it.
        let style =
            self.moving.iter().find_map(|moving| modules.get(&moving.file).ok()).map(|module| module.style.clone());
        let (quote, semicolons) = style.map_or((Quote::Single, true), |style| (style.quote, style.semicolons));
        let text = module_text(&helpers, app.typescript, quote, semicolons);
        match existing {
            Some(old) => changes.edit(&path, old, text),
            None => changes.create(&path, text),
        }
        debug_assert!(stem(&path).ends_with(FILE_STEM));
    }
}
