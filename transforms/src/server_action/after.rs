//! The project as it is after the first transform: the second one works on what the first one made.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::project::{App, Project, Resolve};
use crate::rewrite::ChangeSet;
use crate::route_handler::moves::{specifier_target, stem};

/// `project` with `changes` carried out, and `app` as its only app.
pub fn after(project: &Project, app: &App, changes: &ChangeSet) -> Project {
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
    Project {
        files,
        documents: project.documents.clone(),
        is_part: project.is_part,
        apps: vec![app.clone()],
        packages: project.packages.clone(),
        settings: project.settings.clone(),
        resolver: Arc::new(Overlay { paths, created, disk: Arc::clone(&project.resolver) }),
    }
}

/// Finds new files by their path, everything else as before.
struct Overlay {
    paths: BTreeSet<String>,
    created: Vec<String>,
    disk: Arc<dyn Resolve>,
}

const EXTENSIONS: [&str; 6] = ["ts", "tsx", "js", "jsx", "mjs", "cjs"];

impl Overlay {
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
        let relative = specifier.starts_with("./") || specifier.starts_with("../") || [".", ".."].contains(&specifier);
        if relative {
            return self.at(&specifier_target(importer, specifier)?);
        }
        if let Some(found) = self.disk.resolve(importer, specifier).filter(|path| self.paths.contains(path)) {
            return Some(found);
        }
        // What stands behind an alias is the end of a path.
        let (_, tail) = specifier.split_once('/')?;
        self.created.iter().find(|path| stem(path) == tail || stem(path).ends_with(&format!("/{tail}"))).cloned()
    }
}
