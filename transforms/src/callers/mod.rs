//! Facts: who mentions the URL of an endpoint, and how.
//!
//! [`Callers::of`] looks through every file once. What a mention leads to is told by [`Callers::mentions_of`]: a URL
//! that may belong to several endpoints counts for each of them, and a URL that cannot be known for all.

mod axios;
mod chain;
mod fetch;
mod form;
mod mention;
mod reach;
mod reading;
mod url;
mod via;

use std::collections::BTreeMap;

use rayon::prelude::*;

pub use axios::{Bound, Rejecting};
pub use fetch::Encoding;
pub use form::NativeForm;
pub use mention::{Caller, Kind, Mention};
pub use reach::{Reach, Reached, has_directive, is_test};
pub use reading::{Failure, When, exits};
pub use url::{Fit, Part, fits, urls_in};
pub use via::Via;

use crate::project::{Modules, Project};
use crate::syntax::Span;

/// All mentions of URLs below `/api`.
pub struct Callers {
    mentions: Vec<Mention>,
    /// Indices into `mentions` by the first segment below `/api`; mentions without one are under the empty name.
    by_first: BTreeMap<String, Vec<usize>>,
}

impl Callers {
    /// Looks through the sources and the other files of `project`.
    pub fn of(project: &Project, modules: &Modules<'_>) -> Callers {
        let mut mentions: Vec<Mention> = project
            .files
            .par_iter()
            .filter_map(|(path, text)| Some((path, text.as_ref().ok()?)))
            // Parsing is dear; most files mention no URL.
            .filter(|(_, text)| {
                let marks = ["/api", "api/", "fetch(`${", ".post(", ".put(", ".patch(", ".delete(", ".request("];
                marks.iter().any(|mark| text.contains(mark))
            })
            .flat_map_iter(|(path, text)| match modules.get(path) {
                Ok(module) => mention::mentions(module),
                // A file that does not parse may call anything it mentions.
                Err(_) => plain_text(path, text),
            })
            .collect();
        let configured = project.files.values().any(|text| text.as_ref().is_ok_and(|text| axios::configures(text)));
        for mention in mentions.iter_mut().filter(|_| configured) {
            if let Kind::Call(caller) = &mention.kind
                && caller.rejecting.is_some()
            {
                let why = "the program configures axios, so that its calls may do more".to_owned();
                mention.kind = Kind::Other(Some(caller.sent.method), (caller.call, why));
            }
        }
        mentions.extend(project.documents.iter().flat_map(|(path, text)| plain_text(path, text)));
        let mut by_first: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (at, mention) in mentions.iter().enumerate() {
            for url in &mention.urls {
                let first = match url.first() {
                    Some(Part::Text(text)) => text.clone(),
                    _ => String::new(),
                };
                by_first.entry(first).or_default().push(at);
            }
        }
        Callers { mentions, by_first }
    }

    /// The mentions that may mean `route`; with each, whether it means nothing else.
    pub fn mentions_of(&self, route: &str) -> Vec<(&Mention, Fit)> {
        let first = route.split('/').nth(2).unwrap_or_default();
        let any_first = first.is_empty() || first.starts_with('[');
        let mut places: Vec<usize> = if any_first {
            (0..self.mentions.len()).collect()
        } else {
            [first, ""].iter().filter_map(|name| self.by_first.get(*name)).flatten().copied().collect()
        };
        places.sort_unstable();
        places.dedup();
        let fit = |mention: &Mention| {
            let all = mention.urls.iter().map(|url| fits(url, route));
            all.fold(Fit::No, |best, fit| match (best, fit) {
                (Fit::Exact, _) | (_, Fit::Exact) => Fit::Exact,
                (Fit::Maybe, _) | (_, Fit::Maybe) => Fit::Maybe,
                _ => Fit::No,
            })
        };
        let with_fit = places.into_iter().map(|at| (&self.mentions[at], fit(&self.mentions[at])));
        with_fit.filter(|(_, fit)| *fit != Fit::No).collect()
    }
}

/// The mentions in a text that is no module: documentation, configuration, scripts.
fn plain_text(path: &str, text: &str) -> Vec<Mention> {
    let mut found = Vec::new();
    for (at, _) in text.match_indices("/api") {
        let start = text[..at].rfind(|c: char| c.is_whitespace() || "'\"`(<".contains(c)).map_or(0, |at| at + 1);
        let start = (start..=at).find(|at| text.is_char_boundary(*at)).unwrap_or(at);
        let rest = &text[at..];
        let length = rest.find(|c: char| c.is_whitespace() || "'\"`)>,;".contains(c)).unwrap_or(rest.len());
        let urls: Vec<_> = urls_in(&text[start..at + length]).into_iter().filter(|url| *url != [Part::Rest]).collect();
        if urls.is_empty() {
            continue;
        }
        let span = Span::new(at, at + length);
        let via = Via::of_file(path).unwrap_or(Via::Document);
        let kind = Kind::Other(None, (span, "the URL is mentioned here".into()));
        found.push(Mention { file: path.to_owned(), span, urls, via, kind });
    }
    found
}
