//! All callers become calls of the action, or none does.
//!
//! ```ts
//! fetch('/api/likes', { method: 'POST', keepalive: true });   // has no counterpart
//! axios.post('/api/likes');                                   // is not understood yet
//! ```

use super::Facts;
use crate::callers::{Fit, Kind};
use crate::finding::Finding;

/// A mention that is no call of the plain form, or that may mean another route.
pub fn check(facts: &Facts<'_>) -> Option<Finding> {
    facts.mentions.iter().filter(|(mention, _)| !facts.is_about_another(mention)).find_map(|(mention, fit)| {
        match &mention.kind {
            Kind::Other(_, (at, why)) => {
                let mut finding = facts.note_at("not-only-fetch", mention, why.clone());
                finding.span = Some(*at);
                Some(finding.help(
                    "call it by `await fetch(url, { method, body: JSON.stringify(…) })` everywhere, and run again",
                ))
            }
            Kind::Call(_) if *fit == Fit::No => None,
            Kind::Call(_) | Kind::Get => None,
        }
    })
}
