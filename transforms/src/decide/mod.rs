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
mod public_api;
mod read;
mod signs;
mod streaming;
mod tested;
mod third_party_callback;
mod third_party_proxy;
mod upload;
mod webhook;

use std::cell::OnceCell;

use crate::callers::{Caller, Fit, Kind, Mention, Reach};
use crate::finding::Finding;
use crate::project::{App, Method, Modules, Project};
use crate::syntax::{Module, Span};
use signs::Signs;

/// What is known of one method of a Route Handler.
pub struct Facts<'a> {
    /// The tree after the first transform.
    pub project: &'a Project,
    /// Its modules.
    pub modules: &'a Modules<'a>,
    /// The app.
    pub app: &'a App,
    /// The import graph, once somebody asked.
    pub graph: &'a OnceCell<Reach>,
    /// `/api/posts/[id]`.
    pub route: &'a str,
    /// The Route Handler's module.
    pub module: &'a Module,
    /// The method.
    pub method: Method,
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

/// What the code of the handler shows.
const OF_HANDLER: [OfHandler; 10] = [
    webhook::check,
    oauth_callback::check,
    third_party_callback::check,
    cron_or_job::check,
    public_api::check,
    cors::check,
    streaming::check,
    file_or_feed::check,
    upload::check,
    third_party_proxy::check,
];

/// What the path says by itself.
const OF_PATH: [OfHandler; 2] = [webhook::by_path, oauth_callback::by_path];

/// What says that the method stays, in order of weight: the first decides. Of the reasons that somebody could remove
/// without asking anybody, only the first is told, and only if there is no other.
pub fn evidence(facts: &Facts<'_>) -> Vec<Finding> {
    if let Some(finding) = next_version::check(facts) {
        return vec![finding];
    }
    let signs = Signs::of(facts.module);
    let of_handler = |rules: &[OfHandler]| rules.iter().filter_map(|rule| rule(facts, &signs)).collect::<Vec<_>>();
    let mut found = of_handler(&OF_HANDLER);
    let own_callers = facts.has_own_callers();
    if !own_callers {
        found.extend(of_handler(&OF_PATH));
    }
    let of_callers: [fn(&Facts<'_>) -> Option<Finding>; 5] =
        [own_runtime::check, middleware::check, tested::check, external_client::check, pages_router::check];
    found.extend(of_callers.into_iter().filter_map(|rule| rule(facts)));
    if found.is_empty() && own_callers {
        found = of_handler(&OF_PATH);
    }
    let last: [fn(&Facts<'_>) -> Option<Finding>; 5] =
        [caller_forms::check, no_known_caller::check, client_only::check, handler_imported::check, base_path::check];
    if found.is_empty() {
        found.extend(last.into_iter().find_map(|rule| rule(facts)));
    }
    found
}

/// Why an endpoint that only reads stays, with advice.
pub fn why_it_reads(facts: &Facts<'_>, only: bool) -> Vec<Finding> {
    let signs = Signs::of(facts.module);
    let mut found = Vec::new();
    if only {
        found.extend(OF_HANDLER.iter().chain(&OF_PATH).filter_map(|rule| rule(facts, &signs)));
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
