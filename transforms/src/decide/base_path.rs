//! With a `basePath`, `/api/…` in the browser is not the app's own URL: what answers it is not known.

use super::Facts;
use crate::finding::Finding;

/// `basePath` in `next.config.*`.
pub fn check(facts: &Facts<'_>) -> Option<Finding> {
    facts.app.config_files().into_iter().find_map(|path| {
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
