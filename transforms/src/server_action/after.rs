//! The project as it is after the first transform: the second one works on what the first one made.

use std::cell::OnceCell;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::callers::Callers;
use crate::project::{Modules, Project, Resolve, is_folder, is_relative, specifier_target};
use crate::rewrite::ChangeSet;
use crate::route_handler::moves::stem;

/// `project` with `changes` carried out.
pub fn after(project: &Project, changes: &ChangeSet) -> Project {
    let mut files = project.files.clone();
    let mut created = Vec::new();
    for change in changes.changes() {
        if let Some(from) = &change.from {
            files.remove(from);
        }
        match change.new {
            Some(text) => {
                if !project.files.contains_key(&change.path) {
                    created.push(change.path.clone());
                }
                files.insert(change.path, Ok(text));
            }
            None => {
                files.remove(&change.path);
            }
        }
    }
    let paths = files.keys().cloned().collect();
    let resolver = Overlay::new(paths, created, Arc::clone(&project.resolver));
    Project {
        links: project.links.clone(),
        files,
        documents: project.documents.clone(),
        is_part: project.is_part,
        apps: project.apps.clone(),
        packages: project.packages.clone(),
        settings: project.settings.clone(),
        resolver: Arc::new(resolver),
    }
}

/// A tree, and what is known of it.
pub struct Stage<'s> {
    /// The tree.
    pub tree: &'s Project,
    /// Its modules.
    pub modules: &'s Modules<'s>,
    callers: OnceCell<Callers>,
}

impl<'s> Stage<'s> {
    /// Nothing is looked at before somebody asks.
    pub fn new(tree: &'s Project, modules: &'s Modules<'s>) -> Self {
        Stage { tree, modules, callers: OnceCell::new() }
    }

    /// Who mentions which URL.
    pub fn callers(&self) -> &Callers {
        self.callers.get_or_init(|| Callers::of(self.tree, self.modules))
    }
}

/// Finds new files by their path, everything else as before.
struct Overlay {
    paths: HashSet<String>,
    /// New files by each end of their path without the extension: `lib/a/b`, `a/b`, `b`.
    created: HashMap<String, String>,
    disk: Arc<dyn Resolve>,
}

const EXTENSIONS: [&str; 6] = ["ts", "tsx", "js", "jsx", "mjs", "cjs"];

impl Overlay {
    fn new(paths: HashSet<String>, created: Vec<String>, disk: Arc<dyn Resolve>) -> Overlay {
        let mut by_end = HashMap::new();
        for path in created {
            let stem = stem(&path);
            let inner = stem.match_indices('/').map(|(at, _)| &stem[at + 1..]);
            for end in std::iter::once(stem).chain(inner) {
                by_end.entry(end.to_owned()).or_insert_with(|| path.clone());
            }
        }
        Overlay { paths, created: by_end, disk }
    }

    fn at(&self, path: &str) -> Option<String> {
        let written = Some(path.to_owned());
        let completed = EXTENSIONS.iter().map(|extension| format!("{path}.{extension}"));
        let index = EXTENSIONS.iter().map(|extension| format!("{path}/index.{extension}"));
        let typed = EXTENSIONS.iter().map(|extension| format!("{}.{extension}", stem(path)));
        written.into_iter().chain(completed).chain(index).chain(typed).find(|path| self.paths.contains(path))
    }
}

impl Resolve for Overlay {
    fn resolve(&self, importer: &str, specifier: &str) -> Option<String> {
        if is_relative(specifier) {
            let target = specifier_target(importer, specifier)?;
            return self.at(&if is_folder(specifier) { format!("{target}/index") } else { target });
        }
        if let Some(found) = self.disk.resolve(importer, specifier).filter(|path| self.paths.contains(path)) {
            return Some(found);
        }
        // What stands behind an alias is the end of a path.
        let (_, tail) = specifier.split_once('/')?;
        self.created.get(tail).cloned()
    }
}
