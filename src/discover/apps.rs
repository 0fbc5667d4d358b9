//! Finds the Next.js apps among the folders of the project, and what their configuration says.
//!
//! An app is a folder that asks for `next` and has a `pages` or `app` folder (itself or in `src`). In a
//! workspace with hoisted dependencies the asking is done further up; there a `next.config` marks the app.

use std::collections::BTreeMap;
use std::path::Path;

use routelift_transforms::finding::Finding;
use routelift_transforms::project::{App, Resolve, config_closure, read_next_config};

use super::manifest::Manifest;
use super::{Files, paths, version};
use crate::cli::PinnedVersion;

const CONFIG_NAMES: [&str; 5] =
    ["next.config.js", "next.config.mjs", "next.config.cjs", "next.config.ts", "next.config.mts"];

/// A folder that is an app, before it is known whether we can plan for it.
pub(super) struct Candidate {
    /// Relative to the project root.
    pub root: String,
    range: String,
}

/// Looks for apps in the folders with a manifest or a configuration file. Sorted by root.
pub(super) fn candidates(root: &Path, manifests: &BTreeMap<String, Manifest>, files: &Files) -> Vec<Candidate> {
    let configured = files.keys().filter(|path| is_config(path)).map(|path| paths::parent(path).to_owned());
    let mut folders: Vec<String> = manifests
        .iter()
        .filter(|(_, manifest)| manifest.next.is_some())
        .map(|(folder, _)| folder.clone())
        .chain(configured)
        .filter(|folder| Routers::of(root, folder).any())
        .collect();
    folders.sort_unstable();
    folders.dedup();
    folders
        .into_iter()
        .filter_map(|folder| Some(Candidate { range: range_for(root, &folder, manifests)?, root: folder }))
        .collect()
}

/// The nearest enclosing app of `folder` on the disk, for paths that point into one.
pub(super) fn enclosing_app(folder: &Path) -> Option<&Path> {
    folder.ancestors().skip(1).find(|above| {
        Manifest::read(above).is_ok_and(|manifest| manifest.next.is_some()) && Routers::of(above, "").any()
    })
}

/// What `next` is asked for by the nearest manifest that does, from `folder` up beyond the root.
fn range_for(root: &Path, folder: &str, manifests: &BTreeMap<String, Manifest>) -> Option<String> {
    let within = paths::upward(folder).find_map(|folder| manifests.get(folder)?.next.clone());
    within.or_else(|| root.ancestors().skip(1).find_map(|above| Manifest::read(above).ok()?.next))
}

impl Candidate {
    /// Reads what planning needs to know. `Err` says why nothing can be planned for this app; the
    /// findings beside an app are problems it has.
    pub fn read(
        &self,
        root: &Path,
        files: &Files,
        resolver: &dyn Resolve,
        pinned: Option<&PinnedVersion>,
    ) -> Result<(App, Option<Finding>), Finding> {
        let folder = root.join(&self.root);
        let next = pinned
            .cloned()
            .or_else(|| version::of_range(&self.range, &folder))
            .ok_or_else(|| self.version_unknown())?;
        let mut app = App {
            root: self.root.clone(),
            next: next.version,
            next_text: next.text,
            pages_dir: None,
            app_dir: String::new(),
            has_app_dir: false,
            page_extensions: ["tsx", "ts", "jsx", "js"].map(str::to_owned).into(),
            cache_components: false,
            static_export: None,
            app_dir_setting: None,
            typescript: self.uses_typescript(&folder, files),
            null_checks_set_in: None,
            tsconfig_is_written: self.lacks_tsconfig(&folder, files),
            iterables_lacking_in: None,
            checks_nulls: true,
        };
        self.configure(&mut app, files, resolver)?;
        let elsewhere = Routers::of(root, &self.root).into_app(&mut app);
        Ok((app, elsewhere))
    }

    fn manifest_path(&self) -> String {
        paths::join(&self.root, "package.json")
    }

    fn version_unknown(&self) -> Finding {
        let message = format!("`{}` does not say which Next.js version this app runs", self.range);
        Finding::manual("next-version-unknown", &self.manifest_path(), None, message)
            .help("pass `--next VERSION`, or install the dependencies first")
    }

    /// Fills in what the configuration says, or the files of the project that it takes settings from.
    fn configure(&self, app: &mut App, files: &Files, resolver: &dyn Resolve) -> Result<(), Finding> {
        let mut names = CONFIG_NAMES.iter().map(|name| paths::join(&self.root, name));
        let own = names.find(|path| files.get(path).is_some_and(Result::is_ok));
        let mut extensions = None;
        for path in config_closure(files, resolver, own.into_iter().collect()) {
            let Some(Ok(text)) = files.get(&path) else { continue };
            let config = read_next_config(&path, text);
            // The importing file has the last word.
            if let Some(setting) = config.unreadable.filter(|_| extensions.is_none()) {
                return Err(config_not_static(&path, setting));
            }
            extensions = extensions.or(config.page_extensions);
            app.cache_components |= config.cache_components;
            // Another file says how to check the app.
            app.tsconfig_is_written &= !text.contains("tsconfigPath");
            app.app_dir_setting = app.app_dir_setting.or(config.app_dir);
            app.static_export = app.static_export.take().or_else(|| Some((path, config.static_export?)));
        }
        app.page_extensions = extensions.unwrap_or_else(|| std::mem::take(&mut app.page_extensions));
        Ok(())
    }

    fn uses_typescript(&self, folder: &Path, files: &Files) -> bool {
        let marked = ["tsconfig.json", "next-env.d.ts"].iter().any(|name| folder.join(name).is_file());
        marked || self.sources(files).any(is_typescript)
    }

    fn lacks_tsconfig(&self, folder: &Path, files: &Files) -> bool {
        // Declarations alone do not make Next.js write one.
        let counts = |path: &str| is_typescript(path) && !path.ends_with(".d.ts");
        !folder.join("tsconfig.json").is_file() && self.sources(files).any(counts)
    }

    fn sources<'f>(&self, files: &'f Files) -> impl Iterator<Item = &'f str> {
        files.keys().map(String::as_str).filter(|path| paths::is_within(path, &self.root))
    }
}

fn is_typescript(path: &str) -> bool {
    path.ends_with(".ts") || path.ends_with(".tsx")
}

fn is_config(path: &str) -> bool {
    CONFIG_NAMES.contains(&path.rsplit('/').next().unwrap_or(path))
}

fn config_not_static(path: &str, setting: &str) -> Finding {
    let message = format!("`{setting}` is not a literal, so it is not known which files are routes");
    Finding::manual("config-not-static", path, None, message)
        .help(format!("write `{setting}` as a literal in the configuration, at least for the migration"))
}

/// The router folders of an app, as project paths.
struct Routers {
    pages: Option<String>,
    app: Option<String>,
}

impl Routers {
    /// Next.js looks in the app's folder first, then in `src`.
    fn of(root: &Path, folder: &str) -> Routers {
        let find = |name: &str| {
            [name.to_owned(), format!("src/{name}")].into_iter().map(|below| paths::join(folder, &below)).find(|path| {
                // Links are not followed by the walk, so a linked folder would be an empty one.
                root.join(path).symlink_metadata().is_ok_and(|found| found.is_dir())
            })
        };
        Routers { pages: find("pages"), app: find("app") }
    }

    fn any(&self) -> bool {
        self.pages.is_some() || self.app.is_some()
    }

    /// Fills in the folders; the finding says that Next.js would not accept them together.
    fn into_app(self, app: &mut App) -> Option<Finding> {
        let beside_pages = self.pages.as_deref().map(|pages| paths::join(paths::parent(pages), "app"));
        app.has_app_dir = self.app.is_some();
        let elsewhere = match (&self.app, &beside_pages) {
            (Some(found), Some(expected)) if found != expected => Some(app_dir_elsewhere(found, expected)),
            _ => None,
        };
        app.app_dir = self.app.or(beside_pages).unwrap_or_else(|| paths::join(&app.root, "app"));
        app.pages_dir = self.pages;
        elsewhere
    }
}

fn app_dir_elsewhere(found: &str, expected: &str) -> Finding {
    let message = format!("Next.js wants `pages` and `app` side by side, but this is not `{expected}`");
    Finding::manual("app-dir-elsewhere", found, None, message)
        .help("move one of them, so that both are in `src` or none")
}
