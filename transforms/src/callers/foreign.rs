//! URLs of other services that end where those of this app begin. Nothing is known behind `/api`, and so they would
//! stand for every endpoint.
//!
//! ```ts
//! const slack = axios.create({ baseURL: 'https://slack.com/api' });   // not ours
//! const api = 'https://app.example.com/api';   // ours, if something else says so
//! ```
//!
//! A URL that goes on behind `/api` counts whatever its host is: whose path is that of an endpoint may mean it. So does
//! one in code that no app runs: a client, a script, another package.

use std::collections::BTreeSet;

use rayon::prelude::*;

use super::Mention;
use crate::project::{Modules, Project, middleware_files};

/// Forgets the mentions that stand for URLs of other services only.
pub fn drop(project: &Project, modules: &Modules<'_>, mentions: &mut Vec<Mention>) {
    let is_open = |mention: &&Mention| !mention.hosts.is_empty() && mention.is_open();
    let hosts: BTreeSet<&str> = mentions.iter().filter(is_open).flat_map(|m| &m.hosts).map(String::as_str).collect();
    let own = own(project, &hosts);
    let foreign: BTreeSet<String> =
        hosts.into_iter().filter(|host| !own.contains(site(host))).map(str::to_owned).collect();
    let is_foreign = |mention: &Mention| is_open(&mention) && mention.hosts.iter().all(|host| foreign.contains(host));
    if mentions.iter().any(is_foreign) {
        let run = run_by_apps(project, modules);
        mentions.retain(|mention| !(is_foreign(mention) && run.contains(mention.file.as_str())));
    }
}

/// The files of the apps, and all that they import.
fn run_by_apps<'p>(project: &'p Project, modules: &Modules<'_>) -> BTreeSet<&'p str> {
    let folders: Vec<String> = project
        .apps
        .iter()
        .flat_map(|app| [Some(&app.app_dir), app.pages_dir.as_ref()])
        .flatten()
        .map(|folder| format!("{folder}/"))
        .collect();
    let middleware: BTreeSet<String> = project.apps.iter().flat_map(middleware_files).collect();
    let is_entry = |path: &&str| middleware.contains(*path) || folders.iter().any(|folder| path.starts_with(folder));
    let imported = |path: &&str| -> Vec<&'p str> {
        let specifiers = modules.get(path).map_or(&[][..], |module| module.specifiers());
        let targets = specifiers.iter().filter_map(|own| project.resolver.resolve(path, &own.value));
        targets.filter_map(|target| project.files.get_key_value(&target)).map(|(path, _)| path.as_str()).collect()
    };
    let mut run: BTreeSet<&str> = project.files.keys().map(String::as_str).filter(is_entry).collect();
    let mut next: Vec<&str> = run.iter().copied().collect();
    while !next.is_empty() {
        let found: BTreeSet<&str> = next.par_iter().flat_map_iter(imported).collect();
        next = found.into_iter().filter(|path| run.insert(path)).collect();
    }
    run
}

/// Those of `hosts` that may be this app's own: named after one of the packages, written somewhere as a whole URL, such
/// as `metadataBase` or the homepage in a README, or named at all where an app says how it is found. An app may be
/// deployed under any name on `vercel.app`.
fn own(project: &Project, hosts: &BTreeSet<&str>) -> BTreeSet<String> {
    if hosts.is_empty() {
        return BTreeSet::new();
    }
    let sites: BTreeSet<&str> = hosts.iter().map(|host| site(host)).collect();
    let named = |site: &&str| site.ends_with(".vercel.app") || project.packages.is_named(site.split('.'));
    let mut own: BTreeSet<String> = sites.iter().copied().filter(named).map(str::to_owned).collect();
    let sources = project.files.par_iter().filter_map(|(path, text)| Some((path, text.as_deref().ok()?)));
    let documents = project.documents.par_iter().map(|(path, text)| (path, &**text));
    let settings = project.packages.own_urls().par_iter().map(String::as_str);
    let written: Vec<String> = sources
        .chain(documents)
        .flat_map_iter(|(path, text)| if describes_site(path) { all_hosts(text) } else { whole_urls(text, &sites) })
        .chain(settings.flat_map_iter(all_hosts))
        .collect();
    own.extend(written);
    own
}

/// Whether a file tells search engines and other sites about an app.
fn describes_site(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let known = ["_app", "_document", "layout", "manifest", "robots", "sitemap"];
    known.contains(&stem) || ["next.config", "next-seo.config", "next-sitemap.config"].contains(&stem)
}

fn all_hosts(text: &str) -> Vec<String> {
    hosts_in(text).map(|(host, _)| host).collect()
}

/// The hosts in `text` that stand for themselves, without a path, and are among `sites`.
fn whole_urls(text: &str, sites: &BTreeSet<&str>) -> Vec<String> {
    let whole = hosts_in(text).filter(|(_, path)| {
        let path = path.strip_prefix('/').unwrap_or(path);
        !path.starts_with(|c: char| c.is_alphanumeric() || "_-.~%?#$\\{[:".contains(c))
    });
    whole.map(|(host, _)| host).filter(|host| sites.contains(host.as_str())).collect()
}

/// The hosts of the absolute URLs in `text`, without `www.`, and what follows.
fn hosts_in(text: &str) -> impl Iterator<Item = (String, &str)> {
    text.match_indices("://").map(move |(at, mark)| {
        let rest = &text[at + mark.len()..];
        let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '.' || c == '-')).unwrap_or(rest.len());
        let (host, path) = rest.split_at(end);
        (site(&host.to_ascii_lowercase()).trim_end_matches('.').to_owned(), path)
    })
}

fn site(host: &str) -> &str {
    host.strip_prefix("www.").unwrap_or(host)
}
