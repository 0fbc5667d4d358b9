//! With a `basePath`, `/api/…` in the browser is not the app's own URL: what answers it is not known.

use super::Facts;
use crate::finding::Finding;

/// `basePath` in `next.config.*`.
pub fn check(facts: &Facts<'_>) -> Option<Finding> {
    let root = if facts.app.root.is_empty() { String::new() } else { format!("{}/", facts.app.root) };
    ["js", "mjs", "cjs", "ts", "mts"].iter().find_map(|extension| {
        let path = format!("{root}next.config.{extension}");
        let text = facts.project.files.get(&path)?.as_ref().ok()?;
        text.contains("basePath").then(|| {
            Finding::note(
                "base-path",
                &path,
                None,
                format!("{} {} stays a Route Handler: the app sets `basePath`", facts.method.as_str(), facts.route),
            )
        })
    })
}
