//! The files of `pages/api` that may move, and what else answers their URLs.

use std::collections::BTreeMap;

use crate::finding::Finding;
use crate::pages_api::{Segment, parse_route, route_of, target_of};
use crate::project::{
    Alias, App, ConfigHeader, Modules, NoModule, Project, QueryRewrite, Unreadable, aliases, config_closure,
    config_headers, matchers, middleware_files, middleware_headers, middleware_rewrites, query_rewrites,
};
use crate::syntax::Module;

/// An endpoint file before the decision.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// The file.
    pub file: String,
    /// Its URL pattern.
    pub route: String,
    /// Where it moves to.
    pub target: String,
}

/// The endpoint files of `app`.
pub fn candidates(project: &Project, app: &App) -> Vec<Candidate> {
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
pub struct Neighbours {
    /// How many `pages/api` files claim a route.
    claims: BTreeMap<String, Vec<String>>,
    /// Pages and Route Handlers of the App Router by URL.
    app: BTreeMap<String, String>,
    /// Rewrites that add to the query of an endpoint, and the files that they stand in.
    pub rewrites: Vec<(String, QueryRewrite)>,
    /// Headers that the configuration and middleware set, and the files that they stand in.
    pub headers: Vec<(String, ConfigHeader)>,
    /// The other URLs of endpoints.
    pub aliases: Vec<Alias>,
    /// The page for unknown URLs that would not be shown any more.
    pub not_found: Option<String>,
}

impl Neighbours {
    /// Reads what is there.
    pub fn of(project: &Project, modules: &Modules<'_>, app: &App, candidates: &[Candidate]) -> Neighbours {
        let mut claims: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for candidate in candidates {
            claims.entry(candidate.route.clone()).or_default().push(candidate.file.clone());
        }
        let below = format!("{}/", app.app_dir);
        let routes = project.files.range(below.clone()..).take_while(|(path, _)| path.starts_with(&below));
        let routes = routes.filter_map(|(path, _)| Some((app_url(app, path)?, path.clone()))).collect();
        let resolver = project.resolver.as_ref();
        let config = config_closure(&project.files, resolver, app.config_files());
        let mut neighbours = Neighbours {
            claims,
            app: routes,
            rewrites: found_in(modules, &config, |module| query_rewrites(module, resolver)),
            headers: found_in(modules, &config, config_headers),
            aliases: found_in(modules, &config, aliases).into_iter().map(|(_, alias)| alias).collect(),
            not_found: not_found(project, app),
        };
        neighbours.read_middleware(project, modules, app);
        neighbours
    }

    /// Adds what middleware does, and what it imports for that.
    fn read_middleware(&mut self, project: &Project, modules: &Modules<'_>, app: &App) {
        for file in middleware_files(app) {
            let Ok(module) = modules.get(&file) else { continue };
            let matchers = matchers(module);
            let mut parts = config_closure(&project.files, project.resolver.as_ref(), vec![file.clone()]);
            // Other files that set headers do so for requests of their own.
            let responds = |part: &String| modules.get(part).is_ok_and(|part| part.text.contains("NextResponse"));
            parts.retain(|part| *part == file || responds(part));
            self.rewrites.extend(found_in(modules, &parts, |part| middleware_rewrites(part, matchers.as_deref())));
            self.headers.extend(found_in(modules, &parts, |part| middleware_headers(part, matchers.as_deref())));
        }
    }

    /// All URL patterns of the app.
    pub fn urls(&self) -> impl Iterator<Item = &str> {
        self.claims.keys().chain(self.app.keys()).map(String::as_str)
    }

    /// Why the candidate cannot move, if something else claims its URL.
    pub fn conflict(&self, candidate: &Candidate) -> Option<Finding> {
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
        let leads = |(_, rewrite): &&(String, QueryRewrite)| !rewrite.in_doubt && rewrite.leads_to(&candidate.route);
        if let Some((config, rewrite)) = self.rewrites.iter().find(leads) {
            let message =
                format!("this rewrite adds to the query of {}, which a Route Handler does not see", candidate.route);
            let finding = Finding::manual("rewrite-query", config, rewrite.span, message);
            return Some(finding.help("turn the values into path segments of the destination"));
        }
        if let Some(name) = candidate.route.split('/').find(|part| part.starts_with(['(', '@'])) {
            let message = format!("`{name}` is a part of this URL, and in `app` a folder of that name is none");
            return manual("folder-name", message).map(|finding| finding.help("rename it together with its callers"));
        }
        let own = parse_route(&candidate.route);
        let clash = self.app.iter().find(|(url, _)| names_differ(&own, &parse_route(url)));
        clash.and_then(|(url, file)| {
            let message = format!("`{file}` names a dynamic part of {url} differently, which Next does not allow");
            manual("slug-name-conflict", message).map(|finding| finding.help("use one name for it"))
        })
    }
}

/// From 16 on the App Router answers unknown URLs as soon as there is an `app` folder: the app's own page for them, if
/// that folder would be new.
fn not_found(project: &Project, app: &App) -> Option<String> {
    let pages = app.pages_dir.as_deref().filter(|_| !app.has_app_dir && app.next.major >= 16)?;
    let names = ["404", "_error"].into_iter();
    let mut files = names.flat_map(|name| app.page_extensions.iter().map(move |ext| format!("{pages}/{name}.{ext}")));
    files.find(|file| project.files.contains_key(file))
}

/// What `read` finds in those of `files` that are there, each with its file.
fn found_in<T>(modules: &Modules<'_>, files: &[String], read: impl Fn(&Module) -> Vec<T>) -> Vec<(String, T)> {
    let there = files.iter().filter_map(|file| Some((file, modules.get(file).ok()?)));
    there.flat_map(|(file, module)| read(module).into_iter().map(move |item| (file.clone(), item))).collect()
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

/// Why `candidate` cannot move, if a symbolic link leads to it, or to the folder of pages that it is in.
pub fn linked(project: &Project, app: &App, candidate: &Candidate) -> Option<Finding> {
    let pages = app.pages_dir.as_deref()?;
    let loses = |to: &str| {
        let inside = candidate.file.strip_prefix(to).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        // A link to the whole app still leads to it.
        inside && to.starts_with(pages)
    };
    let (link, _) = project.links.iter().find(|(_, to)| loses(to))?;
    let message = format!("a symbolic link leads here, and would lead nowhere if `{}` moved", candidate.file);
    let finding = Finding::manual("linked", link, None, message);
    Some(finding.help("replace the link by a module that imports what it needs"))
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
        Unreadable::LinkInside(to) => (
            "linked",
            format!("the file is a symbolic link to `{to}`, and links are not followed"),
            "write an endpoint of its own in its place",
        ),
        Unreadable::LinkNowhere => ("unreadable", "the symbolic link leads nowhere".into(), "remove it"),
        Unreadable::Io(error) => ("unreadable", format!("the file cannot be read: {error}"), "check its permissions"),
    };
    Finding::manual(rule, file, None, message).help(help)
}
