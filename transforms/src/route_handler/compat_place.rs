//! Where the generated helpers stand: in `app/api` of the app, and for a file that belongs to no app, at the head of its
//! package, which several apps may use.
//!
//! ```text
//! packages/lib/src/middleware/onError.ts     imports     packages/lib/src/pages-compat.ts
//! ```

use std::collections::{BTreeMap, BTreeSet};

use super::compat::{FILE_STEM, Helper, module_text};
use crate::finding::Finding;
use crate::project::{App, Project};
use crate::rewrite::ChangeSet;
use crate::syntax::{Module, Quote, Style};

/// The file of generated helpers of an app.
pub fn compat_path(app: &App) -> String {
    format!("{}/api/{FILE_STEM}.{}", app.app_dir, if app.typescript { "ts" } else { "js" })
}

/// The file of generated helpers for `module`, which belongs to no app; if there can be none, why.
pub fn outside(project: &Project, module: &Module) -> Result<String, Finding> {
    let file = module.path.as_str();
    let refused = |message: String| Finding::manual("helper-form", file, None, message);
    let help = "move the function into the app that uses it";
    let folder = project.packages.folder_of(file).filter(|folder| !folder.is_empty());
    let plain = |folder: &&str| {
        let sources = file.ends_with(".ts") || file.ends_with(".tsx");
        sources && !project.packages.is_published(file) && !names_endings(module) && !folder.contains("node_modules")
    };
    let Some(folder) = folder.filter(plain) else {
        let message = "this file belongs to no app, and would need the generated helpers of one".to_owned();
        return Err(refused(message).help(help));
    };
    let sources = format!("{folder}/src/");
    let path = match file.starts_with(&sources) {
        true => format!("{sources}{FILE_STEM}.ts"),
        false => format!("{folder}/{FILE_STEM}.ts"),
    };
    match project.files.get(&path) {
        Some(text) if text.as_ref().map_or(true, |text| is_foreign(text)) => {
            let message =
                format!("the helpers that this file needs would be written to `{path}`, which is there already");
            Err(Finding::manual("compat-taken", file, None, message).help("rename that file"))
        }
        _ => Ok(path),
    }
}

/// Whether a file that stands where helpers would is none of ours.
pub fn is_foreign(text: &str) -> bool {
    !text.contains("routelift")
}

/// Relative imports say how files end, so that something else than a bundler resolves them.
fn names_endings(module: &Module) -> bool {
    let relative = |specifier: &str| specifier.starts_with('.');
    let ends = |specifier: &str| [".js", ".mjs", ".ts", ".tsx", ".jsx"].iter().any(|end| specifier.ends_with(end));
    module.specifiers().iter().any(|own| relative(&own.value) && ends(&own.value))
}

/// Files of helpers that belong to no app: which helpers each needs, and in which style.
pub type Outside = BTreeMap<String, (BTreeSet<Helper>, (Quote, bool))>;

/// How helpers are written for a file in `style`.
pub fn written(style: Option<&Style>) -> (Quote, bool) {
    style.map_or((Quote::Single, true), |style| (style.quote, style.semicolons))
}

/// Writes `helpers` to the file at `path`, with those that it has already.
pub fn write(
    project: &Project,
    path: &str,
    mut helpers: BTreeSet<Helper>,
    (quote, semicolons): (Quote, bool),
    changes: &mut ChangeSet,
) {
    if helpers.is_empty() {
        return;
    }
    let existing = project.files.get(path).and_then(|text| text.as_ref().ok());
    if let Some(existing) = existing {
        let there = present(existing);
        if helpers.is_subset(&there) {
            return;
        }
        helpers.extend(there);
    }
    let text = module_text(&helpers, path.ends_with(".ts"), quote, semicolons);
    match existing {
        Some(old) => changes.edit(path, old, text),
        None => changes.create(path, text),
    }
}

/// The helpers that the text of such a file has.
fn present(text: &str) -> BTreeSet<Helper> {
    Helper::ALL.into_iter().filter(|helper| helper.is_in(text)).collect()
}

/// What a function of one file of helpers leaves behind, a function of another one finds: all of them have to know.
pub fn share(
    project: &Project,
    apps: impl Iterator<Item = usize>,
    generated: &mut BTreeMap<usize, BTreeSet<Helper>>,
    outside: &mut Outside,
) {
    let kept = [
        (Helper::ReadBodyAgain, Helper::ReadBody),
        (Helper::ReplaceBody, Helper::ReadBody),
        (Helper::ReplaceQuery, Helper::ReadQuery),
    ];
    let there = |path: &str, helper: Helper| {
        let text = project.files.get(path).and_then(|text| text.as_ref().ok());
        text.is_some_and(|text| present(text).contains(&helper))
    };
    for at in apps {
        generated.entry(at).or_default();
    }
    for (keeps, reads) in kept {
        let all = generated.values().chain(outside.values().map(|(helpers, _)| helpers));
        if !all.into_iter().any(|helpers| helpers.contains(&keeps)) {
            continue;
        }
        for (at, own) in generated.iter_mut() {
            if own.contains(&reads) || there(&compat_path(&project.apps[*at]), reads) {
                own.insert(keeps);
            }
        }
        for (path, (own, _)) in outside.iter_mut() {
            if own.contains(&reads) || there(path, reads) {
                own.insert(keeps);
            }
        }
    }
}

/// The app that a helper's file belongs to: the one whose folder it is in.
pub fn owner(apps: &[App], file: &str) -> Option<usize> {
    let inside = |app: &App| app.root.is_empty() || file.starts_with(&format!("{}/", app.root));
    let fits = apps.iter().enumerate().filter(|(_, app)| inside(app));
    fits.max_by_key(|(_, app)| app.root.len()).map(|(at, _)| at)
}
