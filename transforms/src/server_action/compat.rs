//! The helpers of `pages-compat` that the first transform wrote for what has become an action are not needed any more.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::project::{App, Project};
use crate::rewrite::ChangeSet;
use crate::route_handler::compat::{FILE_STEM, Helper, module_text};
use crate::syntax::Module;

/// Takes helpers that nobody imports out of a file that this run created.
pub fn trim(project: &Project, app: &App, changes: &mut ChangeSet) {
    let path = format!("{}/api/{FILE_STEM}.{}", app.app_dir, if app.typescript { "ts" } else { "js" });
    let Some(Some(text)) = changes.text(&path).map(|text| text.cloned()) else { return };
    if project.files.contains_key(&path) {
        return;
    }
    let used: BTreeSet<Helper> = Helper::ALL
        .into_iter()
        .filter(|helper| {
            changes.changes().iter().any(|change| {
                let Some(new) = &change.new else { return false };
                change.path != path && new.contains(FILE_STEM) && helper.is_called_in(new)
            })
        })
        .collect();
    let there = Helper::ALL.into_iter().filter(|helper| helper.is_in(&text));
    if there.eq(used.iter().copied()) {
        return;
    }
    if used.is_empty() {
        changes.delete(&path, &text);
        return;
    }
    let Ok(module) = Module::parse(&path, Arc::clone(&text)) else { return };
    changes.create(&path, module_text(&used, app.typescript, module.style.quote, module.style.semicolons));
}
