//! Which code runs a module: the pages of `app/`, those of `pages/`, tests, or nothing. Only imports that are there
//! at run time count. Built once, when the first candidate asks.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::outsiders::is_outsider;
use crate::app_routes::exported_names;
use crate::project::{App, Modules, Project, is_app_file};
use crate::syntax::ast::{ModuleDecl, ModuleItem, Stmt};
use crate::syntax::{Module, Specifier, literal_str, pat_ident};

/// The import graph of a project, seen from one app.
pub struct Reach {
    importers: BTreeMap<String, BTreeSet<String>>,
    /// Reached from an entry of the App Router.
    app: BTreeSet<String>,
    /// Of those, reached without passing a `'use client'` module.
    server: BTreeSet<String>,
    /// Reached from an entry of the Pages Router.
    pages: BTreeSet<String>,
    /// Tests and scripts, and what they import.
    tests: BTreeSet<String>,
    /// Web workers, and what they import.
    workers: BTreeSet<String>,
    /// Reached from a page of the App Router that runs on the Edge runtime.
    edge: BTreeSet<String>,
    /// Reached from a page of the App Router that sets how long it may take.
    limited: BTreeMap<String, String>,
    /// What runs without being a page, such as middleware, configuration and tests, by what it imports.
    outside: BTreeMap<String, String>,
    /// The app's folder.
    root: String,
}

/// Who runs a module.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reached {
    /// Pages of the App Router.
    App,
    /// Pages of the Pages Router.
    Pages,
    /// Both.
    Both,
    /// Tests only.
    Tests,
    /// It lies outside of the app: another app, a package, a client.
    Elsewhere,
    /// Nothing that is known.
    Nothing,
}

impl Reached {
    /// The word used in reports and JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Reached::App => "app",
            Reached::Pages => "pages",
            Reached::Both => "both",
            Reached::Tests => "tests",
            Reached::Elsewhere => "elsewhere",
            Reached::Nothing => "nothing",
        }
    }
}

impl Reach {
    /// Reads the imports of every file.
    pub fn of(project: &Project, modules: &Modules<'_>, app: &App) -> Reach {
        let files: Vec<&String> = project.files.keys().collect();
        let below = |folder: &str, path: &str| path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'));
        let is_app_entry = |path: &str| below(&app.app_dir, path) && is_entry(app, path);
        let edges: Vec<(String, Vec<String>, bool, Vec<String>)> = files
            .par_iter()
            .filter_map(|path| {
                let module = modules.get(path).ok()?;
                let resolved = |specifier: &Specifier| project.resolver.resolve(path, &specifier.value);
                let run = module.specifiers().iter().filter(|specifier| !specifier.type_only);
                let (imports, loaded) = (run.clone().filter_map(resolved), run.filter(|own| own.by_url));
                Some(((*path).clone(), imports.collect(), is_client(module), loaded.filter_map(resolved).collect()))
            })
            .collect();
        let mut importers: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        let mut imports: BTreeMap<&str, &[String]> = BTreeMap::new();
        let mut clients: BTreeSet<&str> = BTreeSet::new();
        let mut loaded: BTreeSet<&str> = BTreeSet::new();
        for (path, targets, client, by_url) in &edges {
            loaded.extend(by_url.iter().map(String::as_str));
            imports.insert(path, targets);
            if *client {
                clients.insert(path);
            }
            for target in targets {
                importers.entry(target.clone()).or_default().insert(path.clone());
            }
        }
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
        let is_outside = |path: &&str| {
            !is_app_entry(path)
                && !is_pages_entry(path)
                && is_outsider(app, modules, path, importers.contains_key(*path))
        };
        let mut outsiders: Vec<&str> = imports.keys().copied().filter(is_outside).collect();
        // Who asks for an action knows of the tests, so that the others are told first.
        outsiders.sort_by_key(|path| is_test(path));
        let outside = by_origin(&outsiders, &imports);
        let on_edge: Vec<&str> =
            imports.keys().copied().filter(|path| is_app_entry(path) && is_edge(modules, path)).collect();
        let limits: Vec<&str> =
            imports.keys().copied().filter(|path| is_app_entry(path) && is_limited(modules, path)).collect();
        let mut limited = BTreeMap::new();
        for limit in limits {
            let below: Vec<&str> =
                imports.keys().copied().filter(|path| is_app_entry(path) && share_page(path, limit)).collect();
            let reached = by_origin(&below, &imports).into_keys().chain(below.iter().map(|path| (*path).to_owned()));
            for path in reached {
                limited.entry(path).or_insert_with(|| limit.to_owned());
            }
        }
        let runs_on_edge = |path: &str| is_app_entry(path) && on_edge.iter().any(|edge| share_page(path, edge));
        Reach {
            app: from(&is_app_entry, &everything),
            server: from(&is_app_entry, &|path| !clients.contains(path))
                .into_iter()
                .filter(|path| !clients.contains(path.as_str()))
                .collect(),
            pages: from(&is_pages_entry, &everything),
            tests: from(&is_test, &everything),
            edge: from(&runs_on_edge, &everything),
            limited,
            workers: from(&|path| loaded.contains(path) || is_worker(path), &everything),
            importers,
            outside,
            root: app.root.clone(),
        }
    }

    /// Whether a page of `app/` runs the module.
    pub fn in_app(&self, path: &str) -> bool {
        self.app.contains(path)
    }

    /// Whether the module runs in the pages of the browser only.
    pub fn is_client(&self, path: &str) -> bool {
        self.in_app(path) && !self.server.contains(path) && !self.workers.contains(path)
    }

    /// Whether a page that runs on the Edge runtime uses the module.
    pub fn on_edge(&self, path: &str) -> bool {
        self.edge.contains(path)
    }

    /// A page or layout that sets how long it may take, if a page that it does so for uses the module.
    pub fn limit(&self, path: &str) -> Option<&str> {
        self.limited.get(path).map(String::as_str)
    }

    /// Whether a web worker may run the module.
    pub fn in_worker(&self, path: &str) -> bool {
        self.workers.contains(path)
    }

    /// What loads the module without being a page of either router: middleware, the configuration, a program, or, if
    /// nothing else does, a test.
    pub fn outsider(&self, path: &str) -> Option<&str> {
        self.outside.get(path).map(String::as_str)
    }

    /// Whether the server may run the module.
    pub fn is_server(&self, path: &str) -> bool {
        self.server.contains(path)
    }

    /// Whether a page of `pages/` runs the module.
    pub fn in_pages(&self, path: &str) -> bool {
        self.pages.contains(path)
    }

    /// Who runs the module.
    pub fn reached(&self, path: &str) -> Reached {
        match (self.in_app(path), self.in_pages(path)) {
            (true, true) => Reached::Both,
            (true, false) => Reached::App,
            (false, true) => Reached::Pages,
            (false, false) if self.tests.contains(path) => Reached::Tests,
            (false, false) if self.is_outside(path) => Reached::Elsewhere,
            (false, false) => Reached::Nothing,
        }
    }

    fn is_outside(&self, path: &str) -> bool {
        !self.root.is_empty() && path.strip_prefix(&self.root).is_none_or(|rest| !rest.starts_with('/'))
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

/// All that `entries` import, each with the first entry that does.
fn by_origin(entries: &[&str], imports: &BTreeMap<&str, &[String]>) -> BTreeMap<String, String> {
    let mut found: BTreeMap<String, String> = BTreeMap::new();
    for entry in entries {
        let mut next = vec![*entry];
        while let Some(path) = next.pop() {
            for target in imports.get(path).copied().unwrap_or_default() {
                if !found.contains_key(target) {
                    found.insert(target.clone(), (*entry).to_owned());
                    next.push(target);
                }
            }
        }
    }
    found
}

/// Whether the App Router looks for a file of that name.
fn is_entry(app: &App, path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    app.page_extensions
        .iter()
        .filter_map(|extension| name.strip_suffix(extension.as_str())?.strip_suffix('.'))
        .any(is_app_file)
}

/// Whether a page or a layout says that it runs elsewhere than on Node.js: `export const runtime = 'edge'`.
fn is_edge(modules: &Modules<'_>, path: &str) -> bool {
    let Ok(module) = modules.get(path) else { return false };
    let says_node = |item: &ModuleItem| {
        let ModuleItem::ModuleDecl(ModuleDecl::ExportDecl(export)) = item else { return false };
        let declared = export.decl.as_var().map_or(&[][..], |variable| &variable.decls);
        declared.iter().any(|own| {
            pat_ident(&own.name).is_some_and(|name| &*name.sym == "runtime")
                && own.init.as_deref().and_then(literal_str).as_deref() == Some("nodejs")
        })
    };
    ["page", "layout"].contains(&stem(path))
        && exported_names(module).iter().any(|name| name == "runtime")
        && !module.ast.body.iter().any(says_node)
}

/// Whether a page or a layout says how long it may take: `export const maxDuration = 5`.
fn is_limited(modules: &Modules<'_>, path: &str) -> bool {
    let Ok(module) = modules.get(path) else { return false };
    ["page", "layout"].contains(&stem(path)) && exported_names(module).iter().any(|name| name == "maxDuration")
}

/// Whether a page may consist of both entries, of which `edge` sets the runtime: what lies below a layout runs as it says,
/// and a layout runs as the pages below it say.
fn share_page(path: &str, edge: &str) -> bool {
    let (folder, edge_folder) = (folder(path), folder(edge));
    let within = |inner: &str, outer: &str| {
        inner.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    path == edge
        || (stem(edge) == "layout" && within(folder, edge_folder))
        || (stem(path) != "page" && within(edge_folder, folder))
}

fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// `page` of `app/posts/page.tsx`.
fn stem(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.split('.').next().unwrap_or(name)
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
            ModuleItem::Stmt(Stmt::Expr(statement)) => literal_str(&statement.expr),
            _ => None,
        })
        .any(|found| found == directive)
}

/// Whether a file is a web worker by its name: `search.worker.ts`.
fn is_worker(path: &str) -> bool {
    path.rsplit('/').next().is_some_and(|name| name.contains(".worker."))
}

/// Whether a file is a test or a script by its path.
pub fn is_test(path: &str) -> bool {
    let folders = [
        ".storybook",
        "__mocks__",
        "__stories__",
        "__tests__",
        "cypress",
        "e2e",
        "mocks",
        "playwright",
        "scripts",
        "spec",
        "test",
        "tests",
    ];
    let name = path.rsplit('/').next().unwrap_or(path);
    let marks = [".test.", ".spec.", ".cy.", ".e2e.", ".stories.", ".story."];
    path.split('/').any(|part| folders.contains(&part))
        || marks.iter().any(|mark| name.contains(mark))
        || name.ends_with(".sh")
}
