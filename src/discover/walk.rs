//! Walks the root once and sorts what it meets: source files, package manifests, links that leave.
//!
//! `.gitignore` counts even where there is no git repository, hidden files are left out but for those that may call an
//! endpoint, and generated folders are not entered even if nobody ignores them. Links are not followed, only remembered: what they point to
//! inside the root is met anyway, and what is outside must not be changed.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::mpsc;

use ignore::{DirEntry, WalkBuilder, WalkState};
use routelift_transforms::finding::Finding;

use super::{documents, paths};

/// Folders that hold generated or foreign code, whatever `.gitignore` says.
const NEVER: &[&str] = &["node_modules", ".next", "dist", ".git", ".turbo", ".vercel"];

const SOURCE_EXTENSIONS: &[&str] = &["js", "jsx", "ts", "tsx", "mjs", "cjs", "mts", "cts"];

/// What there is below the root; all paths relative to it.
#[derive(Default)]
pub(super) struct Tree {
    /// Source files that can be read.
    pub sources: Vec<String>,
    /// Other files that may mention URLs.
    pub documents: Vec<String>,
    /// Source files that are links to a place outside the root.
    pub links_outside: Vec<String>,
    /// Source files that are links to nothing.
    pub links_nowhere: Vec<String>,
    /// Links to a place inside the root, and that place.
    pub links: BTreeMap<String, String>,
    /// Folders with a `package.json`.
    pub packages: BTreeSet<String>,
    /// Folders with a `tsconfig.json` or, failing that, a `jsconfig.json`; and that name.
    pub tsconfigs: BTreeMap<String, &'static str>,
    /// Folders with a `routelift.toml`.
    pub settings: BTreeSet<String>,
    /// What could not be walked.
    pub findings: Vec<Finding>,
}

enum Met {
    Source(String),
    Document(String),
    LinkOutside(String),
    LinkNowhere(String),
    Link(String, String),
    Package(String),
    TsConfig(String, &'static str),
    Settings(String),
    Problem(Finding),
}

/// Walks `root`, which must be canonical.
pub(super) fn walk(root: &Path) -> Tree {
    let (sender, receiver) = mpsc::channel();
    let root_of_filter = root.to_owned();
    let walker = WalkBuilder::new(root)
        .require_git(false)
        // These are for search tools; the code in there still belongs to the program.
        .ignore(false)
        .hidden(false)
        .filter_entry(move |entry| {
            let is_dir = entry.file_type().is_some_and(|kind| kind.is_dir());
            let is_known = match entry.file_name().to_str() {
                Some(name) if name.starts_with('.') => {
                    documents::is_hidden_document(name) || (is_dir && is_served(&root_of_filter, entry.path()))
                }
                _ => true,
            };
            let is_left_out = (is_dir && NEVER.iter().any(|name| entry.file_name() == *name)) || !is_known;
            !(entry.depth() > 0 && is_left_out)
        })
        .build_parallel();
    walker.run(|| {
        let sender = sender.clone();
        Box::new(move |entry| {
            if let Some(met) = classify(root, entry) {
                // The receiver lives as long as the walk.
                let _ = sender.send(met);
            }
            WalkState::Continue
        })
    });
    drop(sender);

    let mut tree = Tree::default();
    for met in receiver {
        match met {
            Met::Source(path) => tree.sources.push(path),
            Met::Document(path) => tree.documents.push(path),
            Met::LinkOutside(path) => tree.links_outside.push(path),
            Met::LinkNowhere(path) => tree.links_nowhere.push(path),
            Met::Link(path, to) => drop(tree.links.insert(path, to)),
            Met::Package(folder) => {
                // Its scripts may call an endpoint.
                tree.documents.push(paths::join(&folder, "package.json"));
                tree.packages.insert(folder);
            }
            // The greater name is the one that wins.
            Met::TsConfig(folder, name) => {
                let known = tree.tsconfigs.entry(folder).or_insert(name);
                *known = name.max(*known);
            }
            Met::Settings(folder) => {
                tree.settings.insert(folder);
            }
            Met::Problem(finding) => tree.findings.push(finding),
        }
    }
    tree.findings.sort_by(|a, b| (&a.file, a.rule).cmp(&(&b.file, b.rule)));
    tree
}

/// Whether a hidden folder is a part of URLs, as `pages/api/.well-known` is: all those on the way to it stand below a
/// folder of the Pages Router, or have that name.
fn is_served(root: &Path, folder: &Path) -> bool {
    let below = folder.strip_prefix(root).unwrap_or(folder);
    let mut names = below.iter().filter_map(|name| name.to_str());
    let first = names.find(|name| *name == "pages" || name.starts_with('.'));
    match first {
        None | Some("pages") => true,
        Some(hidden) => hidden == ".well-known" && names.all(|name| !name.starts_with('.')),
    }
}

fn classify(root: &Path, entry: Result<DirEntry, ignore::Error>) -> Option<Met> {
    let entry = match entry {
        Ok(entry) => entry,
        Err(error) => return Some(Met::Problem(walk_error(root, &error))),
    };
    let kind = entry.file_type()?;
    if entry.depth() == 0 || kind.is_dir() {
        return None;
    }
    let is_source = has_source_extension(entry.path());
    let Some(path) = paths::relative(root, entry.path()) else {
        return is_source.then(|| Met::Problem(not_unicode(&entry.path().to_string_lossy())));
    };
    if kind.is_symlink() {
        return classify_link(root, entry.path(), path, is_source);
    }
    if !kind.is_file() {
        return None;
    }
    // What hidden folders hold is no part of an app, unless it is served.
    let file = path.rsplit('/').next().unwrap_or_default();
    let is_hidden = path.split('/').any(|part| part.starts_with('.'));
    if is_hidden && (file.starts_with('.') || !is_served(root, entry.path().parent().unwrap_or(root))) {
        return Some(Met::Document(path));
    }
    let folder = || paths::parent(&path).to_owned();
    match entry.file_name().to_str() {
        Some("package.json") => Some(Met::Package(folder())),
        Some("tsconfig.json") => Some(Met::TsConfig(folder(), "tsconfig.json")),
        Some("jsconfig.json") => Some(Met::TsConfig(folder(), "jsconfig.json")),
        // It names URLs, and calls none.
        Some(super::settings::FILE) => Some(Met::Settings(folder())),
        _ if is_source => Some(Met::Source(path)),
        Some(name) if documents::may_mention(name) => Some(Met::Document(path)),
        _ => None,
    }
}

fn classify_link(root: &Path, link: &Path, path: String, is_source: bool) -> Option<Met> {
    let Ok(target) = link.canonicalize() else { return is_source.then_some(Met::LinkNowhere(path)) };
    if target.starts_with(root) {
        return Some(Met::Link(path, paths::relative(root, &target)?));
    }
    if is_source {
        return Some(Met::LinkOutside(path));
    }
    target.is_dir().then(|| {
        let message = "this symbolic link leads to a folder outside the given path, so nothing in it was read";
        let help = "give a path that contains both, if the folder holds code of this app";
        Met::Problem(Finding::note("link-outside", &path, None, message).help(help))
    })
}

pub(super) fn has_source_extension(path: &Path) -> bool {
    path.extension().and_then(|extension| extension.to_str()).is_some_and(|found| SOURCE_EXTENSIONS.contains(&found))
}

fn not_unicode(path: &str) -> Finding {
    Finding::manual("name-not-unicode", path, None, "the name of this file is not valid Unicode, so it was not read")
        .help("rename the file")
}

fn walk_error(root: &Path, error: &ignore::Error) -> Finding {
    let mut cause = error;
    let mut path = String::new();
    loop {
        match cause {
            ignore::Error::WithPath { path: at, err } => {
                path = paths::relative(root, at).unwrap_or_else(|| at.to_string_lossy().into_owned());
                cause = err;
            }
            ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => cause = err,
            other => {
                return Finding::manual("unreadable", &path, None, format!("cannot be read: {other}"))
                    .help("make it readable, or list it in .gitignore");
            }
        }
    }
}
