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

pub use read::advice;

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

/// What says that the method stays, in order of weight: the first decides. What follows from the code of the handler
/// comes before what follows from its callers, of which only the first is told.
pub fn evidence(facts: &Facts<'_>) -> Vec<Finding> {
    let signs = Signs::of(facts.module);
    let of_handler: [fn(&Facts<'_>, &Signs) -> Option<Finding>; 10] = [
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
    let of_callers: [fn(&Facts<'_>) -> Option<Finding>; 10] = [
        own_runtime::check,
        middleware::check,
        tested::check,
        external_client::check,
        pages_router::check,
        caller_forms::check,
        no_known_caller::check,
        client_only::check,
        handler_imported::check,
        base_path::check,
    ];
    if let Some(finding) = next_version::check(facts) {
        return vec![finding];
    }
    let mut found: Vec<Finding> = of_handler.into_iter().filter_map(|rule| rule(facts, &signs)).collect();
    if found.is_empty() {
        found.extend(of_callers.into_iter().find_map(|rule| rule(facts)));
    }
    found
}

/// The parts of a route, in lower case as routes are.
fn segments(route: &str) -> impl Iterator<Item = &str> {
    route.split('/').skip(2)
}
