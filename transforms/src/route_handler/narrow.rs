//! `--narrow-methods`: a handler that never looks at the method answers every one, and only those that somebody uses
//! are exported.
//!
//! ```ts
//! await fetch('/api/like', { method: 'POST' });
//!
//! export { handler as GET, handler as OPTIONS, handler as POST, … };   →   export { handler as POST };
//! ```
//!
//! Only the repository can be asked who calls. So nothing is narrowed where that answer is not certain, or where
//! others are expected to call: an endpoint that answers other origins also needs `OPTIONS` for their preflights.

use std::collections::{BTreeMap, BTreeSet};

use super::candidates::{Candidate, Neighbours};
use super::dispatch::Methods;
use crate::callers::{Callers, Mention, Via, fixed};
use crate::finding::Finding;
use crate::project::{App, Method, Modules, Project};
use crate::syntax::{Module, Span, span_of};

/// What is known about the methods by which an endpoint is called.
pub enum Used {
    /// All callers are known, and by these methods they call: with the files, one for each call.
    By(BTreeMap<Method, Vec<String>>),
    /// Why that cannot be told, or need not be all.
    Unknown(Finding),
}

impl Used {
    /// Leaves only the methods that are in use, if `methods` are those of the handler at `place` that never looks at
    /// the method; what a reviewer should know about it.
    pub fn narrow(&self, methods: &mut Methods, path: &str, place: Span) -> Option<Finding> {
        let all = Method::ALL.into_iter().filter(|method| *method != Method::Head);
        if methods.tells_apart || !methods.exported.iter().copied().eq(all) {
            return None;
        }
        let by = match self {
            Used::Unknown(why) => return Some(why.clone()),
            Used::By(by) => by,
        };
        let gone: Vec<&str> =
            methods.exported.iter().filter(|method| !by.contains_key(method)).map(|method| method.as_str()).collect();
        if gone.is_empty() {
            return None;
        }
        let uses: Vec<String> = by.iter().map(|(method, files)| used_in(*method, files)).collect();
        let message = format!("{} not exported: callers use only {}", joined(&gone), uses.join(", "));
        methods.exported.retain(|method| by.contains_key(method));
        methods.flows.retain(|method, _| by.contains_key(method));
        let help = "if somebody outside of the repository calls it by another method, run without `--narrow-methods`";
        Some(Finding::note("methods-narrowed", path, Span::at(place.start), message).help(help))
    }
}

/// ``POST (`app/x.tsx` and 2 more)``.
fn used_in(method: Method, files: &[String]) -> String {
    let first = files.first().map(String::as_str).unwrap_or_default();
    let more = if files.len() > 1 { format!(" and {} more", files.len() - 1) } else { String::new() };
    format!("{} (`{first}`{more})", method.as_str())
}

/// `PUT and PATCH are`.
fn joined(names: &[&str]) -> String {
    match names {
        [] => String::new(),
        [only] => format!("{only} is"),
        [start @ .., last] => format!("{} and {last} are", start.join(", ")),
    }
}

/// By which methods the endpoint in each of the files is used.
pub fn usage(
    project: &Project,
    modules: &Modules<'_>,
    callers: &Callers,
    neighbours: &[Neighbours],
    candidates: &[(usize, Candidate)],
) -> BTreeMap<String, Used> {
    let files = candidates.iter().map(|(_, candidate)| candidate.file.as_str());
    let cross_origin = cross_origin(project, modules, files);
    let fixed: Vec<_> = neighbours.iter().map(|around| fixed(around.urls())).collect();
    let calls = |mention: &&Mention| !is_matcher(modules, mention);
    let open: Vec<&Mention> = callers.open().filter(calls).collect();
    let open_unknown = open.iter().find(|mention| method(mention).is_none());
    let open: BTreeMap<Method, Vec<String>> = by_method(&open);
    let used = |(at, Candidate { file, route, .. }): &(usize, Candidate)| {
        let app = &project.apps[*at];
        let keep = |file: &str, span: Option<Span>, why: &str| {
            Used::Unknown(Finding::note("methods-kept", file, span, format!("{route} keeps all methods: {why}")))
        };
        if cross_origin.contains(file) || config_files(app).any(|path| cross_origin.contains(&path)) {
            return keep(file, None, "it answers other origins, and who calls from there is not known");
        }
        let mentions: Vec<&Mention> = callers.named(route, &fixed[*at]).into_iter().filter(calls).collect();
        if mentions.is_empty() {
            return keep(file, None, "nothing in the repository calls it");
        }
        if let Some(mention) = mentions.iter().find(|mention| method(mention).is_none()) {
            return keep(&mention.file, Some(mention.span), "by which method it is called from here is not known");
        }
        if let Some(mention) = open_unknown {
            let why = "this may call any endpoint, and by which method is not known";
            return keep(&mention.file, Some(mention.span), why);
        }
        let mut by = by_method(&mentions);
        for (method, files) in &open {
            by.entry(*method).or_default().extend(files.iter().cloned());
        }
        Used::By(by)
    };
    candidates.iter().map(|one| (one.1.file.clone(), used(one))).collect()
}

/// The method that a mention needs to be exported.
fn method(mention: &Mention) -> Option<Method> {
    match (mention.via, mention.method()) {
        // A redirect with 307 or 308 repeats the method of the request that it answers.
        (Via::Redirect, _) => None,
        // Next serves it by `GET`.
        (_, Some(Method::Head)) => Some(Method::Get),
        (_, method) => method,
    }
}

/// `matcher` of `export const config` in middleware says where that runs, and calls nobody.
fn is_matcher(modules: &Modules<'_>, mention: &Mention) -> bool {
    let in_config = |module: &Module| {
        let items = module.ast.body.iter().map(span_of);
        let mut around = items.filter(|item| item.contains(mention.span));
        around.any(|item| item.text(&module.text).starts_with("export const config"))
    };
    mention.via == Via::Middleware && modules.get(&mention.file).is_ok_and(in_config)
}

fn by_method(mentions: &[&Mention]) -> BTreeMap<Method, Vec<String>> {
    let mut by: BTreeMap<Method, Vec<String>> = BTreeMap::new();
    for mention in mentions {
        if let Some(method) = method(mention) {
            by.entry(method).or_default().push(mention.file.clone());
        }
    }
    by
}

/// Where an app may set headers for all of its endpoints.
fn config_files(app: &App) -> impl Iterator<Item = String> {
    let root = if app.root.is_empty() { String::new() } else { format!("{}/", app.root) };
    let source = app.app_dir.strip_suffix("app").unwrap_or_default();
    let stems = ["next.config", "middleware", "proxy"].map(|name| format!("{root}{name}"));
    let beside_app = ["middleware", "proxy"].map(|name| format!("{source}{name}"));
    let modules = stems.into_iter().chain(beside_app);
    let modules = modules.flat_map(|stem| ["js", "mjs", "cjs", "ts", "mts"].map(|ending| format!("{stem}.{ending}")));
    modules.chain([format!("{root}vercel.json")])
}

/// The files that set CORS headers or use a package for that, and all files of the project that import them, seen
/// from `endpoints`.
fn cross_origin<'p>(
    project: &'p Project,
    modules: &Modules<'_>,
    endpoints: impl Iterator<Item = &'p str>,
) -> BTreeSet<String> {
    let configs: Vec<String> = project.apps.iter().flat_map(config_files).collect();
    let mut open: Vec<String> = endpoints.map(str::to_owned).chain(configs).collect();
    let mut seen: BTreeSet<String> = open.iter().cloned().collect();
    let mut importers: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut found = Vec::new();
    while let Some(path) = open.pop() {
        let Ok(module) = modules.get(&path) else {
            let document = project.documents.get(&path);
            found.extend(document.filter(|text| text.contains("Access-Control-")).map(|_| path));
            continue;
        };
        let mut sets = module.text.to_ascii_lowercase().contains("access-control-");
        for specifier in module.specifiers().iter().filter(|specifier| !specifier.type_only) {
            sets |= matches!(specifier.value.as_str(), "cors" | "nextjs-cors" | "micro-cors");
            let Some(target) = project.resolver.resolve(&path, &specifier.value) else { continue };
            if seen.insert(target.clone()) {
                open.push(target.clone());
            }
            importers.entry(target).or_default().push(path.clone());
        }
        if sets {
            found.push(path);
        }
    }
    let mut reached = BTreeSet::new();
    while let Some(path) = found.pop() {
        if reached.insert(path.clone()) {
            found.extend(importers.get(&path).into_iter().flatten().cloned());
        }
    }
    reached
}
