//! All callers become calls of the action, or none does.
//!
//! ```ts
//! fetch('/api/likes', { method: 'POST', keepalive: true });   // has no counterpart
//! axios.post('/api/likes');                                   // is not understood yet
//! ```

use super::Facts;
use crate::callers::Kind;
use crate::finding::Finding;

/// A mention that is no call of the plain form, or that may mean another route.
pub fn check(facts: &Facts<'_>) -> Option<Finding> {
    facts.mentions.iter().filter(|(mention, _)| !facts.is_about_another(mention)).find_map(
        |(mention, _)| match &mention.kind {
            Kind::Other(..) if mention.file == facts.module.path => {
                Some(facts.note_at("not-only-fetch", mention, "the handler itself calls a URL such as its own"))
            }
            Kind::Other(_, (at, why)) => {
                let mut finding = facts.note_at("not-only-fetch", mention, why.clone());
                finding.span = Some(*at);
                Some(finding.help(
                    "call it by `await fetch(url, { method, body: JSON.stringify(…) })` everywhere, and run again",
                ))
            }
            Kind::Call(_) | Kind::Get => None,
        },
    )
}
