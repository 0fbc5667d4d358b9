//! From the disk to a [`Project`]: which files there are, which apps, and where imports lead.

mod apps;
mod documents;
mod manifest;
mod packages;
pub(crate) mod paths;
mod read;
mod resolve;
mod scope;
mod settings;
mod tsconfig;
mod version;
mod walk;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::iter::{IntoParallelIterator, ParallelIterator};
use routelift_transforms::finding::Finding;
use routelift_transforms::project::{App, Packages, Project, Resolve, Unreadable};

use crate::Problem;
use crate::cli::PinnedVersion;
use manifest::Manifest;
use scope::Scope;
pub use settings::schema as settings_schema;

type Files = BTreeMap<String, Result<Arc<str>, Unreadable>>;

const UNREADABLE_MANIFEST: &str = "manifest-unreadable";

/// What was found on the disk.
pub struct Discovered {
    /// The folder that all paths are relative to; canonical.
    pub root: PathBuf,
    /// What the transforms work on.
    pub project: Project,
    /// What stands in the way before planning begins: apps that cannot be planned for, and the like.
    pub findings: Vec<Finding>,
}

/// Reads everything below the `given` paths. `next` overrides the version of every app.
pub fn discover(given: &[PathBuf], next: Option<&PinnedVersion>) -> Result<Discovered, Problem> {
    let scope = Scope::new(given)?;
    let root = scope.root.as_path();
    let mut tree = walk::walk(root);
    let files = read::read(root, &mut tree);
    let documents = documents::read(root, &tree);
    let mut findings = tree.findings;
    let manifests = read_manifests(root, tree.packages, &mut findings);
    let settings = settings::read(root, &tree.settings)?;
    let sources = files.keys().cloned().collect();
    let resolver = Arc::new(resolve::DiskResolver::new(root, sources, &manifests, tree.tsconfigs));
    let mut apps = usable_apps(&scope, &manifests, (&files, resolver.as_ref()), next, &mut findings)?;
    for app in &mut apps {
        app.checks_nulls = resolver.checks_nulls(&app.root);
    }
    for app in apps.iter_mut().filter(|app| !app.has_app_dir) {
        let written = || app.tsconfig_is_written.then(|| paths::join(&app.root, "tsconfig.json"));
        app.null_checks_set_in = resolver.leaves_null_checks(&app.root).or_else(written);
    }
    for app in &mut apps {
        app.iterables_lacking_in = resolver.lacks_iterables(&app.root);
    }
    let is_part = packages::is_part(root);
    let mut packages = Packages::default();
    for (folder, manifest) in manifests {
        if manifest.published && apps.iter().all(|app| app.root != folder) {
            packages.add_published(&folder);
        }
        packages.add_name(manifest.name.as_deref().unwrap_or_default());
        manifest.homepage.into_iter().for_each(|url| packages.add_own_urls(url));
        read::own_urls(&root.join(&folder)).into_iter().for_each(|text| packages.add_own_urls(text));
        packages.add(&folder, manifest.packages);
    }
    let project = Project { files, documents, links: tree.links, is_part, apps, packages, settings, resolver };
    Ok(Discovered { root: scope.root, project, findings })
}

fn usable_apps(
    scope: &Scope,
    manifests: &BTreeMap<String, Manifest>,
    (files, resolver): (&Files, &dyn Resolve),
    next: Option<&PinnedVersion>,
    findings: &mut Vec<Finding>,
) -> Result<Vec<App>, Problem> {
    let candidates = apps::candidates(&scope.root, manifests, files);
    let roots: Vec<&str> = candidates.iter().map(|app| app.root.as_str()).collect();
    let selected = scope.select(&roots).map_err(|problem| better_reason(&scope.root, findings, problem))?;

    let mut apps = Vec::new();
    let mut refused = Vec::new();
    for candidate in candidates.iter().filter(|app| selected.contains(&app.root.as_str())) {
        match candidate.read(&scope.root, files, resolver, next) {
            Ok((app, problem)) => {
                apps.push(app);
                findings.extend(problem);
            }
            Err(reason) => refused.push(reason),
        }
    }
    if apps.is_empty() {
        return Err(Problem::NoUsableApp(refused));
    }
    findings.extend(refused);
    Ok(apps)
}

/// Why there is no app, if more is known than that there is none.
fn better_reason(root: &Path, findings: &[Finding], problem: Problem) -> Problem {
    let Problem::NoApp(path) = problem else { return problem };
    if let Some(app) = apps::enclosing_app(root) {
        return Problem::InsideApp(path, near_here(app));
    }
    let broken: Vec<_> = findings.iter().filter(|finding| finding.rule == UNREADABLE_MANIFEST).cloned().collect();
    if broken.is_empty() { Problem::NoApp(path) } else { Problem::NoUsableApp(broken) }
}

/// `folder` as one would type it.
fn near_here(folder: &Path) -> PathBuf {
    let here = std::env::current_dir().and_then(|here| here.canonicalize()).ok();
    match here.as_deref().and_then(|here| folder.strip_prefix(here).ok()) {
        Some(near) if near.as_os_str().is_empty() => PathBuf::from("."),
        Some(near) => near.to_path_buf(),
        None => folder.to_path_buf(),
    }
}

fn read_manifests(root: &Path, folders: BTreeSet<String>, findings: &mut Vec<Finding>) -> BTreeMap<String, Manifest> {
    let read: Vec<_> = folders.into_par_iter().map(|folder| (Manifest::read(&root.join(&folder)), folder)).collect();
    let mut manifests = BTreeMap::new();
    for (manifest, folder) in read {
        match manifest {
            Ok(manifest) => {
                manifests.insert(folder, manifest);
            }
            Err(error) => {
                let path = paths::join(&folder, "package.json");
                let message = format!("cannot be read, so it is not known whether this is an app: {error}");
                findings.push(Finding::manual(UNREADABLE_MANIFEST, &path, None, message).help("repair the file"));
            }
        }
    }
    manifests
}
