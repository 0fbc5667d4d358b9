//! Whether a method of a Route Handler may become an action: one rule per file. Each looks at the [`Facts`] and, if
//! the method has to stay, says what it saw. [`evidence`] asks them in order of weight.

mod base_path;
mod caller_forms;
mod client_only;
mod cors;
mod cron_or_job;
mod external_client;
mod file_or_feed;
mod handler_imported;
mod middleware;
mod next_version;
mod no_known_caller;
mod oauth_callback;
mod own_runtime;
mod pages_router;
mod polling;
mod public_api;
mod read;
mod reads_only;
mod signs;
mod static_export;
mod streaming;
mod tested;
mod third_party_callback;
mod third_party_proxy;
mod upload;
mod webhook;

use std::cell::OnceCell;

use crate::callers::{Caller, Fit, Kind, Mention, Reach};
use crate::finding::Finding;
use crate::project::{App, ConfigHeader, Method, Modules, Project};
use crate::syntax::{Module, Span};
pub use public_api::KEYS;
pub use reads_only::is_pure as makes_values;
use signs::Signs;
pub use tested::is_for_tests;

/// What is known of one method of a Route Handler.
pub struct Facts<'a> {
    /// The tree after the first transform.
    pub project: &'a Project,
    /// Its modules.
    pub modules: &'a Modules<'a>,
    /// The app.
    pub app: &'a App,
    /// The headers that the configuration sets, and the files that they stand in.
    pub headers: &'a [(String, ConfigHeader)],
    /// The import graph, once somebody asked.
    pub graph: &'a OnceCell<Reach>,
    /// `/api/posts/[id]`.
    pub route: &'a str,
    /// The Route Handler's module.
    pub module: &'a Module,
    /// The method.
    pub method: Method,
    /// Somebody asks for an action, who knows better than rules about who may call.
    pub is_asked: bool,
    /// Everything that may mean the route.
    pub mentions: &'a [(&'a Mention, Fit)],
}

impl<'a> Facts<'a> {
    /// The import graph.
    pub fn reach(&self) -> &'a Reach {
        self.graph.get_or_init(|| Reach::of(self.project, self.modules, self.app))
    }

    /// The calls that can be replaced.
    pub fn callers(&self) -> impl Iterator<Item = (&'a Mention, &'a Caller)> {
        self.mentions.iter().filter_map(|(mention, _)| match &mention.kind {
            Kind::Call(caller) if caller.sent.method == self.method => Some((*mention, &**caller)),
            _ => None,
        })
    }

    /// Whether a mention has nothing to do with the method: it reads, has another one, or stands in the file itself.
    pub fn is_about_another(&self, mention: &Mention) -> bool {
        match &mention.kind {
            Kind::Get => true,
            Kind::Call(caller) => caller.sent.method != self.method,
            Kind::Other(method, _) => method.is_some_and(|method| method != self.method),
        }
    }

    /// Whether a page of the app calls the method.
    fn has_own_callers(&self) -> bool {
        self.mentions.iter().any(|(mention, _)| {
            let calls = mention.method() == Some(self.method);
            calls && (self.reach().in_app(&mention.file) || self.reach().in_pages(&mention.file))
        })
    }

    fn note(&self, rule: &'static str, message: impl Into<String>) -> Finding {
        let message = format!("{} stays a Route Handler: {}", self.method.as_str(), message.into());
        Finding::note(rule, &self.module.path, None, message)
    }

    /// A note about a place of the handler's module.
    fn note_in(&self, rule: &'static str, span: Span, message: impl Into<String>) -> Finding {
        Finding { span: Some(span), ..self.note(rule, message) }
    }

    fn note_at(&self, rule: &'static str, mention: &Mention, message: impl Into<String>) -> Finding {
        let message = format!("{} {} stays a Route Handler: {}", self.method.as_str(), self.route, message.into());
        Finding::note(rule, &mention.file, mention.span, message)
    }
}

type OfHandler = fn(&Facts<'_>, &Signs) -> Option<Finding>;
type Rule = fn(&Facts<'_>) -> Option<Finding>;

/// What the code of the handler shows.
const OF_HANDLER: [(&str, OfHandler); 10] = [
    ("webhook", webhook::check),
    ("oauth-callback", oauth_callback::check),
    ("third-party-callback", third_party_callback::check),
    ("cron-or-job", cron_or_job::check),
    ("public-api", public_api::check),
    ("cors", cors::check),
    ("streaming", streaming::check),
    ("file-or-feed", file_or_feed::check),
    ("upload", upload::check),
    ("third-party-proxy", third_party_proxy::check),
];

/// What the path says by itself.
const OF_PATH: [(&str, OfHandler); 2] = [("webhook", webhook::by_path), ("oauth-callback", oauth_callback::by_path)];

/// What surrounds the handler, and who calls it.
const OF_CALLERS: [(&str, Rule); 6] = [
    ("edge-or-own-runtime", own_runtime::check),
    ("request-level-middleware", middleware::check),
    ("tested-over-http", tested::check),
    ("external-client", external_client::check),
    ("pages-router-caller", pages_router::check),
    ("read", reads_only::check),
];

/// What somebody could remove without asking anybody.
const LAST: [(&str, Rule); 7] = [
    ("next-too-old", next_version::check),
    ("static-export", static_export::check),
    ("not-only-fetch", caller_forms::check),
    ("no-known-caller", no_known_caller::check),
    ("client-only", client_only::check),
    ("handler-imported", handler_imported::check),
    ("base-path", base_path::check),
];

/// Findings that are guesses about who calls, or advice. Somebody who asks for an action overrules them; the others say
/// what an action cannot do.
const GUESSES: [&str; 9] = [
    "cors",
    "cron-or-job",
    "no-known-caller",
    "oauth-callback",
    "public-api",
    "read",
    "tested-over-http",
    "third-party-proxy",
    "webhook",
];

/// The guesses that speak against an action.
pub fn guesses(facts: &Facts<'_>) -> Vec<&'static str> {
    let seen = answers(facts).into_iter().filter_map(|(_, finding)| Some(finding?.rule));
    seen.filter(|rule| GUESSES.contains(rule)).collect()
}

/// What says that the method stays, in order of weight: the first decides. Of the reasons that somebody could remove
/// without asking anybody, only the first is told, and only if there is no other.
pub fn evidence(facts: &Facts<'_>) -> Vec<Finding> {
    let signs = Signs::of(facts.module);
    let holds = |finding: &Finding| !(facts.is_asked && GUESSES.contains(&finding.rule));
    let of_handler = |rules: &[(&str, OfHandler)]| {
        rules.iter().filter_map(|(_, rule)| rule(facts, &signs)).filter(holds).collect::<Vec<_>>()
    };
    let mut found = of_handler(&OF_HANDLER);
    let own_callers = facts.has_own_callers();
    if !own_callers {
        found.extend(of_handler(&OF_PATH));
    }
    found.extend(OF_CALLERS.into_iter().filter_map(|(_, rule)| rule(facts)).filter(holds));
    if found.is_empty() && own_callers {
        found = of_handler(&OF_PATH);
    }
    if found.is_empty() {
        found.extend(LAST.into_iter().find_map(|(_, rule)| rule(facts).filter(holds)));
    }
    found
}

/// Whether a rule says only what somebody could change, as opposed to what the endpoint is or who needs its URL.
pub fn is_removable(rule: &str) -> bool {
    LAST.iter().any(|(name, _)| *name == rule)
}

/// What every rule says by itself, in order of weight.
pub fn answers(facts: &Facts<'_>) -> Vec<(&'static str, Option<Finding>)> {
    let signs = Signs::of(facts.module);
    let by_path = |name: &str| OF_PATH.iter().find(|(own, _)| *own == name).and_then(|(_, rule)| rule(facts, &signs));
    let of_handler = OF_HANDLER.into_iter().map(|(name, rule)| (name, rule(facts, &signs).or_else(|| by_path(name))));
    let others = OF_CALLERS.into_iter().chain(LAST).map(|(name, rule)| (name, rule(facts)));
    of_handler.chain(others).collect()
}

/// Why an endpoint that only reads stays, with advice.
pub fn why_it_reads(facts: &Facts<'_>, only: bool) -> Vec<Finding> {
    let signs = Signs::of(facts.module);
    let mut found = Vec::new();
    if only {
        found.extend(OF_HANDLER.iter().chain(&OF_PATH).filter_map(|(_, rule)| rule(facts, &signs)));
    }
    if found.is_empty() {
        found.extend(read::advice(facts));
    }
    found
}

/// The parts of a route, in lower case as routes are.
fn segments(route: &str) -> impl Iterator<Item = &str> {
    route.split('/').skip(2)
}
