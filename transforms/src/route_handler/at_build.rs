//! Code that runs in `next build` from now on. Next.js loads Route Handlers with all that they import when it collects
//! page data, and does not load `pages/api` then (14.2, 15.5 and 16.4, by running):
//!
//! ```ts
//! if (!process.env.MONGODB_URI) throw new Error('MONGODB_URI is not set');     // fails the build without it
//! export const resend = new Resend(process.env.RESEND_API_KEY);                // may do so, too
//! ```
//!
//! Nothing is new about a module that a page loads already.

mod throws;

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use self::throws::throws;
use super::candidates::Candidate;
use super::loads::Loads;
use super::server_layer::spread;
use crate::finding::Finding;
use crate::project::{App, Modules, Project, is_app_file};

/// By endpoint of `all`, which come with the index of their app: what it loads that may fail for want of a variable.
pub fn at_build(
    project: &Project,
    modules: &Modules<'_>,
    loads: &Loads,
    all: &[(usize, Candidate)],
) -> BTreeMap<String, Finding> {
    let faults: BTreeMap<&str, Finding> = loads
        .par_iter()
        .filter(|(_, found)| !found.is_client)
        .filter_map(|(path, _)| {
            let found = throws(modules.get(path).ok()?)?;
            let names = found.names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
            let message = format!(
                "`next build` loads what a Route Handler imports, which it did not do for `pages/api`, and this may \
                 throw without {names}"
            );
            let help = "set it where the app is built, too, or ask for it when a request comes";
            Some((path.as_str(), Finding::note("module-at-build", path, found.span, message).help(help)))
        })
        .collect();
    let mut found = BTreeMap::new();
    if faults.is_empty() {
        return found;
    }
    for (at, app) in project.apps.iter().enumerate() {
        let known = loaded_by_pages(project, modules, app);
        let new = faults.iter().filter(|(path, _)| !known.contains(**path));
        let new: BTreeMap<&str, Finding> = new.map(|(path, fault)| (*path, fault.clone())).collect();
        let own = all.iter().filter(|(of, _)| *of == at);
        found.extend(spread(loads, &new, own.map(|(_, candidate)| candidate.file.as_str())));
    }
    found
}

/// The modules that `next build` loads anyway: those that pages and routes of `app` import, and `pages/api` does not count.
fn loaded_by_pages(project: &Project, modules: &Modules<'_>, app: &App) -> BTreeSet<String> {
    let is_page = |path: &str| {
        let in_app = path.strip_prefix(app.app_dir.as_str()).is_some_and(|rest| rest.starts_with('/'));
        let below = app.pages_dir.as_ref().and_then(|pages| path.strip_prefix(pages.as_str())?.strip_prefix('/'));
        let name = path.rsplit('/').next().unwrap_or(path);
        let stem = app.page_extensions.iter().find_map(|own| name.strip_suffix(own.as_str())?.strip_suffix('.'));
        stem.is_some_and(|stem| {
            (in_app && is_app_file(stem)) || below.is_some_and(|rest| !rest.starts_with("api/") && stem != "api")
        })
    };
    let mut known = BTreeSet::new();
    let mut wave: Vec<String> = project.files.keys().filter(|path| is_page(path)).cloned().collect();
    while !wave.is_empty() {
        let imported: Vec<String> = wave
            .par_iter()
            .filter_map(|path| Some((path, modules.get(path).ok()?)))
            .flat_map_iter(|(path, module)| {
                let run = module.specifiers().iter().filter(|specifier| !specifier.type_only);
                run.filter_map(|specifier| project.resolver.resolve(path, &specifier.value)).collect::<Vec<_>>()
            })
            .collect();
        known.extend(wave);
        let new: BTreeSet<String> = imported.into_iter().filter(|path| !known.contains(path)).collect();
        wave = new.into_iter().collect();
    }
    known
}
