//! Jobs are started from outside: by a schedule, or by a queue that keeps the URL.
//!
//! ```json
//! { "crons": [{ "path": "/api/cleanup", "schedule": "0 5 * * *" }] }
//! ```
//! ```ts
//! if (body.secret !== process.env.PIPELINE_SECRET) return new Response('No', { status: 401 });
//! ```

use super::signs::{Signs, first};
use super::{Facts, segments};
use crate::callers::{Mention, Part, Via};
use crate::finding::Finding;
use crate::syntax::ast::{BinExpr, BinaryOp, Expr};
use crate::syntax::{Span, Visit, VisitWith, bare, ident, member_name, span_of};

const PACKAGES: [&str; 6] =
    ["@upstash/qstash", "@upstash/workflow", "inngest", "@trigger.dev/", "quirrel", "@vercel/queue"];

/// A line of `vercel.json`, a path that says cron, a secret for it, or the package of a queue that calls the handler, or
/// a secret that servers share.
pub fn check(facts: &Facts<'_>, signs: &Signs) -> Option<Finding> {
    let named = |mention: &Mention| mention.urls.iter().any(|url| url.first() != Some(&Part::Rest));
    let scheduled = facts
        .mentions
        .iter()
        .find(|(mention, _)| mention.via == Via::Vercel && named(mention) && !is_pattern(facts, mention));
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
    if let Some((sign, span)) = secret.or_else(header).or_else(package) {
        return Some(facts.note_in("cron-or-job", *span, format!("`{sign}` says that a job calls it")));
    }
    let mut shared = SharedSecret(None);
    facts.module.ast.visit_with(&mut shared);
    let at = shared.0?;
    Some(facts.note_in("cron-or-job", at, "whoever calls it has to know a secret of the server, which no browser does"))
}

/// Whether the mention is a pattern of the host, for headers or rewrites: `"source": "/api/posts/(.*)"`.
fn is_pattern(facts: &Facts<'_>, mention: &Mention) -> bool {
    let text = facts.project.documents.get(&mention.file);
    let before = text.and_then(|text| text.get(..mention.span.start)).unwrap_or_default();
    let key = before.strip_suffix('"').and_then(|before| before.trim_end().strip_suffix(':')).unwrap_or_default();
    ["\"source\"", "\"src\""].iter().any(|name| key.trim_end().ends_with(name))
}

/// Finds where something given is compared with a secret of the configuration.
struct SharedSecret(Option<Span>);

impl Visit for SharedSecret {
    fn visit_bin_expr(&mut self, test: &BinExpr) {
        let compares = matches!(test.op, BinaryOp::EqEq | BinaryOp::EqEqEq | BinaryOp::NotEq | BinaryOp::NotEqEq);
        let names = [last_name(&test.left), last_name(&test.right)];
        let secret = |name: &Option<String>| name.as_ref().is_some_and(|name| name.to_lowercase().contains("secret"));
        let constant = |name: &Option<String>| name.as_ref().is_some_and(|name| *name == name.to_uppercase());
        if compares && names.iter().all(secret) && names.iter().filter(|name| constant(name)).count() == 1 {
            self.0.get_or_insert(span_of(test));
        }
        test.visit_children_with(self);
    }
}

/// `SECRET` of `process.env.SECRET`.
fn last_name(expr: &Expr) -> Option<String> {
    match bare(expr) {
        Expr::Member(member) => member_name(member),
        other => ident(other).map(|name| name.sym.to_string()),
    }
}
