//! Every place of a module that mentions a URL below `/api`, and what it does with it.

use std::collections::{BTreeSet, HashMap};

use super::axios::Rejecting;
use super::calls::{Moments, calls};
use super::fetch::{Obstacle, Sent};
use super::form::NativeForm;
use super::passing::{Returned, Use};
use super::reach::is_test;
use super::reading::Reading;
use super::settled::Settled;
use super::site::Site;
use super::texts::Texts;
use super::url::Part;
use super::via::Via;
use super::worker::listens;
use crate::project::{Method, NextVersion};
use crate::syntax::{Module, Span, VisitWith};

/// One mention of URLs below `/api`.
#[derive(Clone, Debug)]
pub struct Mention {
    /// The file it stands in.
    pub file: String,
    /// The URL.
    pub span: Span,
    /// What the URL may be.
    pub urls: Vec<Vec<Part>>,
    /// The hosts that are written out before URLs of which nothing is known behind `/api`; none if one of these has none.
    pub hosts: Vec<String>,
    /// By what it is called or mentioned.
    pub via: Via,
    /// What is done with it.
    pub kind: Kind,
}

impl Mention {
    /// The method by which the URL is called, if that can be read.
    pub fn method(&self) -> Option<Method> {
        match &self.kind {
            Kind::Call(caller) => Some(caller.sent.method),
            Kind::Get => Some(Method::Get),
            Kind::Other(method, _) => *method,
        }
    }
}

/// What is done with a URL.
#[derive(Clone, Debug)]
pub enum Kind {
    /// A call of `fetch` that a call of a function can replace.
    Call(Box<Caller>),
    /// A read: `fetch(url)`, a link, navigation.
    Get,
    /// Something else, by that method if it is known; what it is, and where.
    Other(Option<Method>, Obstacle),
}

/// A call of `fetch` that can be replaced.
#[derive(Clone, Debug)]
pub struct Caller {
    /// `fetch(…)`.
    pub call: Span,
    /// What it sends.
    pub sent: Sent,
    /// How it reads the response.
    pub reading: Reading,
    /// It is a call of axios, which rejects what is not `ok`.
    pub rejecting: Option<Rejecting>,
    /// What has to follow the new call, so that its promise gives what the old one gave.
    pub settled: Option<Settled>,
    /// Its function gives the response to others, who read it.
    pub returned: Option<Returned>,
    /// It is a form that the browser sends.
    pub form: Option<NativeForm>,
    /// React Query is told of its error.
    pub in_mutation: bool,
    /// A navigation may overtake it, and this is the first version of Next that sends an action nonetheless.
    pub overtaken: Option<NextVersion>,
}

impl Caller {
    /// Whether it is a call of axios.
    pub fn is_axios(&self) -> bool {
        self.rejecting.is_some() || matches!(self.settled, Some(Settled::Rejecting(_)))
    }

    /// How the response is read, wherever that is.
    pub fn readings(&self) -> impl Iterator<Item = &Reading> {
        let elsewhere = self.returned.iter().flat_map(|returned| &returned.readings).map(|(_, reading)| reading);
        let here = self.returned.is_none().then_some(&self.reading);
        here.into_iter().chain(elsewhere)
    }
}

/// Whether a module makes `robots.txt` or a sitemap, by its name.
fn is_for_crawlers(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    ["robots.", "sitemap.", "next-sitemap."].iter().any(|start| name.starts_with(start))
}

/// The mentions in `module`, of which `sites` are the calls. Of these, `passing` give the response on; with how the
/// calls that they give it to, `passed`, read it. Code at `moments` may call no action.
pub fn mentions(
    module: &Module,
    sites: &[&Site],
    passing: &BTreeSet<Span>,
    passed: &[&Site],
    moments: &Moments,
) -> (Vec<Mention>, Vec<Use>) {
    let (kinds, uses) = calls(module, sites, passing, passed, moments);
    let mut skipped: BTreeSet<Span> = module.specifiers().iter().map(|specifier| specifier.span).collect();
    let mut by_url: HashMap<Span, Vec<&Site>> = HashMap::new();
    for site in sites {
        // What stands inside the URL is told by the call.
        let inside = site
            .texts
            .iter()
            .flat_map(|text| &text.uses)
            .filter(|(file, span)| *file == module.path && site.url.contains(*span) && *span != site.url);
        skipped.extend(inside.map(|(_, span)| *span));
        skipped.extend(site.key);
        by_url.entry(site.url).or_default().push(site);
    }
    let mut texts = Texts {
        module,
        kinds,
        skipped,
        calls: by_url,
        fallbacks: BTreeSet::new(),
        relative: BTreeSet::new(),
        is_test: is_test(&module.path),
        is_for_crawlers: is_for_crawlers(&module.path),
        listens: listens(&module.text),
        only_gets: false,
        contexts: HashMap::new(),
        found: Vec::new(),
    };
    module.ast.visit_with(&mut texts);
    // URLs that are no texts: names, members, calls.
    let mut rest: Vec<Span> = texts.calls.keys().copied().collect();
    rest.sort_unstable();
    for span in rest {
        texts.add(span, "", "");
    }
    (texts.found, uses)
}
