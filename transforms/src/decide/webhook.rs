//! Webhooks are called by a service that knows only the URL: a signature is checked, or the path says so.
//!
//! ```ts
//! const signature = request.headers.get('stripe-signature');
//! ```

use super::Facts;
use crate::finding::Finding;

const SIGNS: [&str; 8] = [
    "stripe-signature",
    "svix-id",
    "svix-signature",
    "x-hub-signature",
    "lemonsqueezy-signature",
    "constructEvent(",
    "timingSafeEqual",
    "x-signature",
];

/// A signature header, its verification, or a path that says webhook, hook or callback.
pub fn check(facts: &Facts<'_>) -> Option<Finding> {
    let words = ["webhook", "webhooks", "hook", "hooks", "callback", "cron", "inngest", "trpc", "graphql"];
    let part = facts
        .route
        .split('/')
        .find(|part| words.contains(part) || part.contains("webhook") || part.starts_with("[..."));
    let sign = SIGNS.into_iter().find(|sign| facts.module.text.contains(sign));
    let seen = part.or(sign)?;
    let rule = if matches!(part, Some("cron" | "inngest")) { "cron-or-job" } else { "webhook" };
    Some(facts.note(rule, format!("`{seen}` says that another service calls it")))
}
