//! A public or versioned path promises its URL to others, and so do documentation and API descriptions.
//!
//! `/api/v1/users`, `/api/public/…`, a key in the `Authorization` header, `openapi.yaml`, `vercel.json`.

use super::Facts;
use crate::callers::Part;
use crate::finding::Finding;

/// The path, a bearer token, or a document that names the URL.
pub fn check(facts: &Facts<'_>) -> Option<Finding> {
    let versioned = |part: &str| {
        part.strip_prefix('v').is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_digit()))
    };
    if let Some(part) = facts.route.split('/').find(|part| *part == "public" || versioned(part)) {
        return Some(facts.note("public-api", format!("`{part}` in its path promises the URL to others")));
    }
    let text = facts.module.text.to_ascii_lowercase();
    if let Some(sign) = ["bearer ", "'authorization'", "\"authorization\"", "x-api-key", "api_key"]
        .iter()
        .find(|sign| text.contains(*sign))
    {
        return Some(facts.note("public-api", format!("`{}` says that clients bring a key of their own", sign.trim())));
    }
    // A document may name a whole API by one pattern; only what names this route counts.
    let document = facts.mentions.iter().find(|(mention, _)| {
        facts.project.documents.contains_key(&mention.file)
            && mention.urls.iter().any(|url| url.first() != Some(&Part::Rest))
    });
    document.map(|(mention, _)| {
        let rule = if mention.file.ends_with("vercel.json") { "cron-or-job" } else { "public-api" };
        let finding = facts.note_at(rule, mention, "this file tells others its URL");
        finding.help("if nobody outside depends on it, remove the mention and run again")
    })
}
