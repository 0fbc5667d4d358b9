//! All callers become calls of the action, or none does.
//!
//! ```ts
//! fetch('/api/likes', { method: 'POST', keepalive: true });   // has no counterpart
//! axios.post('/api/likes');                                   // is not understood yet
//! ```

use super::{Facts, polling};
use crate::callers::Kind;
use crate::finding::Finding;

/// A mention that is no call of the plain form, or that may mean another route.
pub fn check(facts: &Facts<'_>) -> Option<Finding> {
    let refused =
        facts.mentions.iter().filter(|(mention, _)| !facts.is_about_another(mention)).find_map(|(mention, _)| {
            match &mention.kind {
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
            }
        });
    refused.or_else(|| overtaken(facts)).or_else(|| polling::check(facts))
}

/// A call that a navigation overtakes, in a version of Next that may drop the action then.
fn overtaken(facts: &Facts<'_>) -> Option<Finding> {
    facts.callers().find_map(|(mention, caller)| {
        let kept = caller.overtaken.filter(|kept| facts.app.next < *kept)?;
        let message = format!(
            "nobody waits for the function around it before another page is shown, and Next before {}.{} may drop an \
             action then",
            kept.major, kept.minor
        );
        let finding = Finding { span: Some(caller.call), ..facts.note_at("not-only-fetch", mention, message) };
        Some(finding.help("wait for it by `await` before the page changes, and run again"))
    })
}
