//! Jobs are started from outside: by a schedule, or by a queue that keeps the URL.
//!
//! ```json
//! { "crons": [{ "path": "/api/cleanup", "schedule": "0 5 * * *" }] }
//! ```

use super::signs::{Signs, first};
use super::{Facts, segments};
use crate::callers::{Part, Via};
use crate::finding::Finding;

const PACKAGES: [&str; 6] =
    ["@upstash/qstash", "@upstash/workflow", "inngest", "@trigger.dev/", "quirrel", "@vercel/queue"];

/// A line of `vercel.json`, a path that says cron, a secret for it, or the package of a queue that calls the handler.
pub fn check(facts: &Facts<'_>, signs: &Signs) -> Option<Finding> {
    let named = |mention: &crate::callers::Mention| mention.urls.iter().any(|url| url.first() != Some(&Part::Rest));
    let scheduled = facts.mentions.iter().find(|(mention, _)| mention.via == Via::Vercel && named(mention));
    if let Some((mention, _)) = scheduled {
        return Some(facts.note_at("cron-or-job", mention, "this file names it for the host"));
    }
    let path = segments(facts.route).find(|part| matches!(*part, "cron" | "crons" | "inngest" | "qstash" | "quirrel"));
    if let Some(part) = path {
        return Some(facts.note("cron-or-job", format!("`{part}` in its path says that a job calls it")));
    }
    // A board of jobs has that path, too, but asks for no key.
    let job =
        segments(facts.route).find(|part| matches!(*part, "jobs" | "job" | "queue" | "queues" | "worker" | "workers"));
    if let (Some(part), Some((_, span))) = (job, first(&signs.asked, |asked| asked == "authorization")) {
        let message = format!("`{part}` in its path and the key that it asks for say that a job calls it");
        return Some(facts.note_in("cron-or-job", *span, message));
    }
    let secret = first(&signs.names, |name| name.contains("cron_secret") || name.contains("cronsecret"));
    let header = || first(&signs.strings, |text| matches!(text, "upstash-signature" | "x-vercel-cron"));
    let receives = |import: &str| {
        PACKAGES.iter().any(|package| import.starts_with(package))
            && ["/next", "/nextjs", "/app"].iter().any(|end| import.contains(end))
    };
    let package = || first(&signs.imports, receives);
    let (sign, span) = secret.or_else(header).or_else(package)?;
    Some(facts.note_in("cron-or-job", *span, format!("`{sign}` says that a job calls it")))
}
