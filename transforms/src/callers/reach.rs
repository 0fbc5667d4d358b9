//! Which code runs a module: the pages of `app/`, those of `pages/`, tests, or nothing. Only imports that are there
//! at run time count. Built once, when the first candidate asks.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use crate::project::{App, Modules, Project};
use crate::syntax::ast::Stmt;
use crate::syntax::{Module, literal_str, specifiers};

/// The import graph of a project, seen from one app.
pub struct Reach {
    importers: BTreeMap<String, BTreeSet<String>>,
    /// Reached from an entry of the App Router.
    app: BTreeSet<String>,
    /// Of those, reached without passing a `'use client'` module.
    server: BTreeSet<String>,
    /// Reached from an entry of the Pages Router.
    pages: BTreeSet<String>,
}

const ENTRIES: [&str; 19] = [
    "page",
    "layout",
    "template",
    "route",
    "loading",
    "error",
    "not-found",
    "global-error",
    "global-not-found",
    "default",
    "head",
    "forbidden",
    "unauthorized",
    "icon",
    "apple-icon",
    "opengraph-image",
    "twitter-image",
    "sitemap",
    "manifest",
];

impl Reach {
    /// Reads the imports of every file.
    pub fn of(project: &Project, modules: &Modules<'_>, app: &App) -> Reach {
        let files: Vec<&String> = project.files.keys().collect();
        let edges: Vec<(String, Vec<String>, bool)> = files
            .par_iter()
            .filter_map(|path| {
                let module = modules.get(path).ok()?;
                let imports = specifiers(module)
                    .into_iter()
                    .filter(|specifier| !specifier.type_only)
                    .filter_map(|specifier| project.resolver.resolve(path, &specifier.value))
                    .collect();
                Some(((*path).clone(), imports, is_client(module)))
            })
            .collect();
        let mut importers: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        let mut imports: BTreeMap<&str, &[String]> = BTreeMap::new();
        let mut clients: BTreeSet<&str> = BTreeSet::new();
        for (path, targets, client) in &edges {
            imports.insert(path, targets);
            if *client {
                clients.insert(path);
            }
            for target in targets {
                importers.entry(target.clone()).or_default().insert(path.clone());
            }
        }
        let below = |folder: &str, path: &str| path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'));
        let is_app_entry = |path: &str| below(&app.app_dir, path) && is_entry(app, path);
        let is_pages_entry = |path: &str| app.pages_dir.as_ref().is_some_and(|pages| below(pages, path));
        let from = |is_entry: &dyn Fn(&str) -> bool, through: &dyn Fn(&str) -> bool| {
            let mut reached: BTreeSet<String> = BTreeSet::new();
            let mut next: Vec<&str> = imports.keys().copied().filter(|path| is_entry(path)).collect();
            while let Some(path) = next.pop() {
                if reached.insert(path.to_owned()) && through(path) {
                    next.extend(imports.get(path).copied().unwrap_or_default().iter().map(String::as_str));
                }
            }
            reached
        };
        let everything = |_: &str| true;
        Reach {
            app: from(&is_app_entry, &everything),
            server: from(&is_app_entry, &|path| !clients.contains(path))
                .into_iter()
                .filter(|path| !clients.contains(path.as_str()))
                .collect(),
            pages: from(&is_pages_entry, &everything),
            importers,
        }
    }

    /// Whether a page of `app/` runs the module.
    pub fn in_app(&self, path: &str) -> bool {
        self.app.contains(path)
    }

    /// Whether the module runs in the browser only.
    pub fn is_client(&self, path: &str) -> bool {
        self.in_app(path) && !self.server.contains(path)
    }

    /// Whether a page of `pages/` runs the module.
    pub fn in_pages(&self, path: &str) -> bool {
        self.pages.contains(path)
    }

    /// Everything that imports the module, directly or not.
    pub fn all_importers(&self, path: &str) -> BTreeSet<&str> {
        let mut found = BTreeSet::new();
        let mut next = vec![path];
        while let Some(path) = next.pop() {
            for importer in self.importers.get(path).into_iter().flatten() {
                if found.insert(importer.as_str()) {
                    next.push(importer);
                }
            }
        }
        found
    }
}

/// Whether the App Router looks for a file of that name.
fn is_entry(app: &App, path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    app.page_extensions
        .iter()
        .filter_map(|extension| name.strip_suffix(extension.as_str())?.strip_suffix('.'))
        .any(|stem| ENTRIES.contains(&stem))
}

/// Whether the module starts with `'use client'`.
pub fn is_client(module: &Module) -> bool {
    has_directive(module, "use client")
}

/// Whether the module starts with that directive.
pub fn has_directive(module: &Module, directive: &str) -> bool {
    module
        .ast
        .body
        .iter()
        .map_while(|item| match item {
            crate::syntax::ast::ModuleItem::Stmt(Stmt::Expr(statement)) => literal_str(&statement.expr),
            _ => None,
        })
        .any(|found| found == directive)
}
