//! Where generated helpers are written: to one file of the app, or beside a file of a package that has no app of its own.

use std::collections::BTreeSet;

use super::compat::{FILE_STEM, Helper, module_text};
use super::moves::folder;
use crate::finding::Finding;
use crate::project::{App, Modules, Project};
use crate::rewrite::ChangeSet;
use crate::syntax::{Module, Quote, is_commonjs};

/// The place of generated helpers.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Home {
    /// The app of this index.
    App(usize),
    /// This file, which stands beside those that import it.
    Beside(String),
}

/// The file of generated helpers of an app.
pub fn compat_path(app: &App) -> String {
    format!("{}/api/{FILE_STEM}.{}", app.app_dir, if app.typescript { "ts" } else { "js" })
}

impl Home {
    /// The place of what the helper's file at `file` needs.
    pub fn of(apps: &[App], file: &str) -> Home {
        owner(apps, file).map_or_else(
            || {
                let typescript = file.ends_with(".ts") || file.ends_with(".tsx");
                let name = format!("{FILE_STEM}.{}", if typescript { "ts" } else { "js" });
                let folder = Some(folder(file)).filter(|folder| !folder.is_empty());
                Home::Beside(folder.map_or(name.clone(), |folder| format!("{folder}/{name}")))
            },
            Home::App,
        )
    }

    /// The file.
    pub fn path(&self, apps: &[App]) -> String {
        match self {
            Home::App(at) => compat_path(&apps[*at]),
            Home::Beside(path) => path.clone(),
        }
    }

    /// Why `file`, which would import the helpers, cannot have them there.
    pub fn refusal(&self, project: &Project, modules: &Modules<'_>, file: &str) -> Option<Finding> {
        let Home::Beside(path) = self else { return None };
        let module = modules.get(file).ok()?;
        let message = if is_commonjs(module) {
            "this file belongs to no app, and is no ES module that could import generated helpers".to_owned()
        } else if module.specifiers().iter().any(|own| names_file(&own.value)) {
            "this file belongs to no app, and how it would import generated helpers is not known".to_owned()
        } else if project.files.get(path).is_some_and(|text| text.as_ref().map_or(true, |text| !is_own(text))) {
            let message = format!("the helpers that this needs would be written to `{path}`, which is there already");
            return Some(Finding::manual("compat-taken", file, None, message).help("rename that file"));
        } else {
            return None;
        };
        Some(Finding::manual("helper-form", file, None, message).help("move the function into the app that uses it"))
    }

    /// Writes `helpers`, in the style of the module `first`.
    pub fn write(
        &self,
        project: &Project,
        first: Option<&Module>,
        mut helpers: BTreeSet<Helper>,
        changes: &mut ChangeSet,
    ) {
        if helpers.is_empty() {
            return;
        }
        let path = self.path(&project.apps);
        let existing = project.files.get(&path).and_then(|text| text.as_ref().ok());
        if let Some(existing) = existing {
            let there: BTreeSet<Helper> = Helper::ALL.into_iter().filter(|helper| helper.is_in(existing)).collect();
            if helpers.is_subset(&there) {
                return;
            }
            helpers.extend(there);
        }
        let style = first.map(|module| module.style.clone());
        let (quote, semicolons) = style.map_or((Quote::Single, true), |style| (style.quote, style.semicolons));
        let text = module_text(&helpers, path.ends_with(".ts"), quote, semicolons);
        match existing {
            Some(old) => changes.edit(&path, old, text),
            None => changes.create(&path, text),
        }
    }
}

/// Whether generated helpers are in `text`.
fn is_own(text: &str) -> bool {
    text.contains("routelift")
}

/// `./db.js`: what stands in other imports with its extension is asked for by that.
fn names_file(specifier: &str) -> bool {
    let name = specifier.rsplit('/').next().unwrap_or_default();
    specifier.starts_with('.') && [".js", ".mjs", ".jsx", ".ts", ".tsx"].iter().any(|end| name.ends_with(end))
}

/// The app that a helper's file belongs to: the one whose folder it is in.
pub fn owner(apps: &[App], file: &str) -> Option<usize> {
    let inside = |app: &App| app.root.is_empty() || file.starts_with(&format!("{}/", app.root));
    let fits = apps.iter().enumerate().filter(|(_, app)| inside(app));
    fits.max_by_key(|(_, app)| app.root.len()).map(|(at, _)| at)
}
