//! A service was told the URL, and calls it or sends browsers there.
//!
//! ```ts
//! stripe.checkout.sessions.create({ success_url: `${origin}/api/checkout/done` });
//! // app/api/slack/events/route.ts
//! ```

use super::signs::{Signs, first};
use super::{Facts, segments};
use crate::callers::Via;
use crate::finding::Finding;

const HEADERS: [&str; 4] =
    ["x-slack-signature", "x-slack-request-timestamp", "x-signature-ed25519", "x-telegram-bot-api-secret-token"];

/// The URL among the options of a service, a signature header of one, or a path for one.
pub fn check(facts: &Facts<'_>, signs: &Signs) -> Option<Finding> {
    if let Some((mention, _)) = facts.mentions.iter().find(|(mention, _)| mention.via == Via::Handed) {
        let message = "another service is told its URL here";
        return Some(facts.note_at("third-party-callback", mention, message));
    }
    if let Some((sign, span)) = first(&signs.strings, |text| HEADERS.contains(&text)) {
        return Some(facts.note_in("third-party-callback", *span, format!("`{sign}` says that a service calls it")));
    }
    let parts: Vec<&str> = segments(facts.route).collect();
    let path = parts.iter().find(|part| matches!(**part, "zapier" | "ifttt")).or_else(|| {
        let kinds = ["events", "commands", "interactions", "interactivity", "actions", "bot"];
        let at = parts.iter().position(|part| matches!(*part, "slack" | "discord" | "telegram"))?;
        parts[at..].iter().find(|part| kinds.contains(part)).map(|_| &parts[at])
    })?;
    Some(facts.note("third-party-callback", format!("`{path}` in its path says that a service calls it")))
}
