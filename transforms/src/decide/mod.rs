//! Whether a method of a Route Handler may become an action: one rule per file. Each looks at the [`Facts`] and, if
//! the method has to stay, says what it saw. [`refusal`] asks them in order of weight and takes the first answer.

mod base_path;
mod caller_forms;
mod client_only;
mod cors;
mod external_client;
mod handler_imported;
mod middleware;
mod next_version;
mod no_known_caller;
mod own_runtime;
mod pages_router;
mod public_api;
mod tested;
mod webhook;

use std::cell::OnceCell;

use crate::callers::{Caller, Fit, Kind, Mention, Reach};
use crate::finding::Finding;
use crate::project::{App, Method, Modules, Project};
use crate::syntax::Module;

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
        Finding::note(
            rule,
            &self.module.path,
            None,
            format!("{} stays a Route Handler: {}", self.method.as_str(), message.into()),
        )
    }

    fn note_at(&self, rule: &'static str, mention: &Mention, message: impl Into<String>) -> Finding {
        let message = format!("{} {} stays a Route Handler: {}", self.method.as_str(), self.route, message.into());
        Finding::note(rule, &mention.file, mention.span, message)
    }
}

/// A rule: what it sees that keeps the method where it is.
pub type Rule = fn(&Facts<'_>) -> Option<Finding>;

/// All rules, in order of weight.
pub const RULES: [(&str, Rule); 14] = [
    ("next-too-old", next_version::check),
    ("webhook", webhook::check),
    ("public-api", public_api::check),
    ("cors", cors::check),
    ("edge-or-own-runtime", own_runtime::check),
    ("request-level-middleware", middleware::check),
    ("tested-over-http", tested::check),
    ("external-client", external_client::check),
    ("pages-router-caller", pages_router::check),
    ("not-only-fetch", caller_forms::check),
    ("no-known-caller", no_known_caller::check),
    ("client-only", client_only::check),
    ("handler-imported", handler_imported::check),
    ("base-path", base_path::check),
];

/// Why the method stays, if it does.
pub fn refusal(facts: &Facts<'_>) -> Option<Finding> {
    RULES.into_iter().find_map(|(_, rule)| rule(facts))
}
