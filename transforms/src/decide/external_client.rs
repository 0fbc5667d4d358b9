//! Another app or package calls it, or may: an action belongs to the build of one app.

use super::Facts;
use crate::finding::Finding;

/// A mention outside of the app's folder, or a workspace of which only a part is known.
pub fn check(facts: &Facts<'_>) -> Option<Finding> {
    if facts.project.is_part {
        let message = "only a part of the workspace was read, and others may call it";
        return Some(facts.note("external-client", message).help("run in the root of the workspace"));
    }
    let below = |path: &str| facts.app.root.is_empty() || path.starts_with(&format!("{}/", facts.app.root));
    let outside = facts.mentions.iter().find(|(mention, _)| !below(&mention.file) && !facts.is_about_another(mention));
    if let Some((mention, _)) = outside {
        return Some(facts.note_at("external-client", mention, "code outside of the app mentions its URL"));
    }
    facts.callers().find_map(|(mention, _)| {
        let outside = facts.reach().all_importers(&mention.file).into_iter().find(|path| !below(path))?;
        Some(facts.note_at("external-client", mention, format!("`{outside}`, outside of the app, uses this caller")))
    })
}
