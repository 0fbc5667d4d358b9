//! Webhooks are called by a service that knows only the URL: a signature is checked, or the path says so.
//!
//! ```ts
//! const signature = request.headers.get('stripe-signature');
//! ```

use super::signs::{Signs, first};
use super::{Facts, segments};
use crate::finding::Finding;

/// Headers that carry a signature, or say what happened.
const HEADERS: [&str; 15] = [
    "stripe-signature",
    "svix-",
    "webhook-signature",
    "webhook-id",
    "x-hub-signature",
    "x-github-event",
    "x-lemonsqueezy-signature",
    "lemonsqueezy-signature",
    "x-signature",
    "x-shopify-hmac",
    "paddle-signature",
    "x-twilio-signature",
    "x-supabase-signature",
    "sanity-webhook-",
    "x-webhook-",
];

const PACKAGES: [&str; 5] =
    ["svix", "@octokit/webhooks", "@clerk/nextjs/webhooks", "@sanity/webhook", "next-sanity/webhook"];

/// Calls that check a signature.
const CALLS: [&str; 6] =
    ["constructevent", "constructeventasync", "timingsafeequal", "verifywebhook", "isvalidsignature", "isvalidrequest"];

/// A signature header, or its verification.
pub fn check(facts: &Facts<'_>, signs: &Signs) -> Option<Finding> {
    let header = first(&signs.strings, |text| HEADERS.iter().any(|header| text.starts_with(header)));
    let package = || first(&signs.imports, |import| PACKAGES.contains(&import));
    let call = || first(&signs.names, |name| CALLS.contains(&name));
    let (sign, span) = header.or_else(package).or_else(call)?;
    let message = format!("`{sign}` says that another service calls it, and signs what it sends");
    Some(facts.note_in("webhook", *span, message))
}

/// A path that says webhook or hook. Where webhooks are set up, it says so, too.
pub fn by_path(facts: &Facts<'_>, _: &Signs) -> Option<Finding> {
    let part = segments(facts.route).find(|part| part.contains("webhook") || matches!(*part, "hook" | "hooks"))?;
    Some(facts.note("webhook", format!("`{part}` in its path says that another service calls it")))
}
