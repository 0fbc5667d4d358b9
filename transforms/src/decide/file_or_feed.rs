//! The answer is a file: a download, an image, a feed. An action returns values.
//!
//! ```ts
//! return new Response(csv, { headers: { 'Content-Type': 'text/csv' } });
//! ```

use super::Facts;
use super::signs::{Signs, first};
use crate::finding::Finding;

/// An image that is drawn, a content type that is no JSON, or a name to save the answer under.
pub fn check(facts: &Facts<'_>, signs: &Signs) -> Option<Finding> {
    let file = |kind: &str| {
        ["text/csv", "text/calendar", "text/xml", "image/", "audio/", "video/", "font/", "content-disposition"]
            .iter()
            .any(|start| kind.starts_with(start))
            || (kind.starts_with("application/") && !kind.contains("json"))
    };
    let drawn = first(&signs.names, |name| name == "imageresponse");
    let (sign, span) = drawn.or_else(|| first(&signs.answered, file))?;
    Some(facts.note_in("file-or-feed", *span, format!("`{sign}` says that it answers with a file")))
}
