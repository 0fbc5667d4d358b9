//! Facts: who mentions the URL of an endpoint, and how.
//!
//! [`Callers::of`] looks through every file once. What a mention leads to is told by [`Callers::mentions_of`]: a URL
//! that may belong to several endpoints counts for each of them, and a URL that cannot be known for all.

mod assigned;
mod axios;
mod calls;
mod chain;
mod client;
mod configured;
mod consumed;
mod described;
mod documents;
mod fetch;
mod fetcher;
mod foreign;
mod form;
mod meant;
mod mention;
mod mutation;
mod outsiders;
mod param;
mod passing;
mod path;
mod reach;
mod reading;
mod records;
mod settled;
mod site;
mod swr;
mod texts;
mod thin;
mod url;
mod value;
mod via;
mod worker;
mod wrapper;

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

pub use axios::{Bound, Rejecting};
pub use client::options_method;
pub use fetch::Encoding;
pub use form::{NativeForm, SENT_OTHERWISE};
pub use meant::fixed;
pub use mention::{Caller, Kind, Mention};
pub use passing::Returned;
pub use path::{Asked, Value};
pub use reach::{Reach, Reached, has_directive, is_test};
pub use reading::{Failure, Fallback, JsonRead, Reading, When};
pub use settled::{Settled, Tail};
pub use url::{Fit, Part, fits};
pub use via::Via;

use consumed::{Consumed, is_consumed};
use described::described;
use documents::plain_text;
use site::Site;
use value::Evaluator;
use wrapper::Wrapper;

use crate::project::{Modules, Project};
use crate::syntax::Span;
use crate::syntax::ast::Id;

/// All mentions of URLs below `/api`.
pub struct Callers {
    mentions: Vec<Mention>,
    /// Indices into `mentions` by the first segment below `/api`; mentions without one are under the empty name.
    by_first: BTreeMap<String, Vec<usize>>,
}

impl Callers {
    /// Looks through the sources and the other files of `project`.
    pub fn of(project: &Project, modules: &Modules<'_>) -> Callers {
        let mut evaluator = Evaluator::new(project, modules);
        evaluator.defaults_read = site::defaults_read(&evaluator);
        // Parsing is dear; most files mention no URL.
        let marks = [
            "/api",
            "api/",
            "fetch(",
            "axios",
            "'ky",
            "\"ky",
            ".post(",
            ".put(",
            ".patch(",
            ".delete(",
            ".request(",
            "wretch",
            "createApi(",
            "injectEndpoints(",
        ];
        let texts = || project.files.par_iter().filter_map(|(path, text)| Some((path, text.as_ref().ok()?)));
        let marked = |text: &str| marks.iter().any(|mark| text.contains(mark));
        let mut files: Vec<(&String, usize)> =
            texts().filter(|(_, text)| marked(text)).map(|(path, text)| (path, text.len())).collect();
        // The largest first, so that nobody waits for it at the end.
        files.sort_by_key(|(_, length)| Reverse(*length));
        let mut direct: Vec<Site> = files
            .into_par_iter()
            .with_max_len(1)
            .filter_map(|(path, _)| modules.get(path).ok())
            .flat_map_iter(|module| site::sites(&evaluator, module))
            .collect();
        direct.sort_by(|one, other| one.file.cmp(&other.file));
        fetcher::bind(&mut direct);
        let (sites, wrappers) = wrapper::follow(&evaluator, direct);
        let mut consumed: Consumed =
            sites.iter().flat_map(|site| &site.texts).flat_map(|text| text.uses.clone()).collect();
        consumed.extend(wrappers.iter().flat_map(|wrapper| wrapper.known.uses.clone()));
        let (passing, passed) = passing::passing(&evaluator, &sites);
        let (by_file, passed_by_file) = (by_file(&sites), by_file(&passed));
        let mut passing_by_file: BTreeMap<String, BTreeSet<Span>> = BTreeMap::new();
        for (file, span) in passing.iter().map(passing::Passing::place) {
            passing_by_file.entry(file).or_default().insert(span);
        }
        let none = BTreeSet::new();
        let (moments, any_time) = (calls::moments(&evaluator), calls::Moments::default());
        let found: Vec<(Vec<Mention>, Vec<passing::Use>)> = texts()
            .filter_map(|(path, text)| {
                let sites = by_file.get(path.as_str()).map_or(&[][..], Vec::as_slice);
                let passed = passed_by_file.get(path.as_str()).map_or(&[][..], Vec::as_slice);
                if sites.is_empty() && passed.is_empty() && !marked(text) {
                    return None;
                }
                let passing = passing_by_file.get(path).unwrap_or(&none);
                let moments = moments.get(path).unwrap_or(&any_time);
                Some(match modules.get(path) {
                    Ok(module) => mention::mentions(module, sites, passing, passed, moments),
                    // A file that does not parse may call anything it mentions.
                    Err(_) => (unparsed(path, text), Vec::new()),
                })
            })
            .collect();
        let (mentions, uses): (Vec<_>, Vec<_>) = found.into_iter().unzip();
        let mut mentions: Vec<Mention> = mentions.into_iter().flatten().collect();
        passing::settle(&evaluator, &mut mentions, (&passing, &passed), uses.into_iter().flatten().collect());
        configured::refuse(&evaluator, &mut mentions);
        let told = told_elsewhere(&evaluator, &mentions, &wrappers, &consumed);
        mentions.retain(|mention| !told.contains(&(mention.file.clone(), mention.span)));
        foreign::drop(project, modules, &mut mentions);
        let documents = project.documents.iter().filter(|(path, _)| !records::is_record(path));
        mentions.extend(documents.flat_map(|(path, text)| plain_text(path, text)));
        mentions.extend(project.documents.iter().flat_map(|(path, text)| described(path, text)));
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
        let with_fit = places.into_iter().map(|at| (&self.mentions[at], self.mentions[at].fit(route)));
        with_fit.filter(|(_, fit)| *fit != Fit::No).collect()
    }
}

fn by_file(sites: &[Site]) -> BTreeMap<&str, Vec<&Site>> {
    let mut found: BTreeMap<&str, Vec<&Site>> = BTreeMap::new();
    for site in sites {
        found.entry(&site.file).or_default().push(site);
    }
    found
}

/// The mentions that say less than others do: constants of which every use is understood, and calls in functions of
/// which every call is.
fn told_elsewhere(
    evaluator: &Evaluator<'_>,
    mentions: &[Mention],
    wrappers: &[Wrapper],
    consumed: &Consumed,
) -> Consumed {
    let mut known: BTreeMap<(&str, String), bool> = BTreeMap::new();
    let mut is_known = |path: &'_ str, id: &Id| {
        let key =
            (evaluator.project.files.get_key_value(path).map_or("", |(path, _)| path.as_str()), format!("{id:?}"));
        *known.entry(key).or_insert_with(|| is_consumed(evaluator, path, id, consumed))
    };
    let mut told = Consumed::new();
    for mention in mentions.iter().filter(|mention| mention.via == Via::Text) {
        let place = (mention.file.clone(), mention.span);
        if consumed.contains(&place)
            && let Some(id) = evaluator.holder(&mention.file, mention.span)
            && is_known(&mention.file, id)
        {
            told.insert(place);
        }
    }
    let mut inner: BTreeMap<&(String, Span), bool> = BTreeMap::new();
    let mentioned: BTreeSet<(&str, Span)> =
        mentions.iter().map(|mention| (mention.file.as_str(), mention.span)).collect();
    let names_urls = |wrapper: &&Wrapper| mentioned.contains(&(wrapper.inner.0.as_str(), wrapper.inner.1));
    for wrapper in wrappers.iter().filter(names_urls) {
        *inner.entry(&wrapper.inner).or_insert(true) &= is_known(&wrapper.file, &wrapper.id);
    }
    told.extend(inner.into_iter().filter(|(_, known)| *known).map(|(place, _)| place.clone()));
    told
}

/// The mentions in a source that does not parse.
fn unparsed(path: &str, text: &str) -> Vec<Mention> {
    let mut found = plain_text(path, text);
    for mention in &mut found {
        let why = "this file does not parse, and so it is not known what it does with the URL".to_owned();
        mention.via = Via::of_file(path).unwrap_or(Via::Text);
        mention.kind = Kind::Other(None, (mention.span, why));
    }
    found
}
