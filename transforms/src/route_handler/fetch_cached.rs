//! Requests with options of Next's `fetch`, which the Pages Router does not know, and which keep what another server
//! answered for everybody once a Route Handler makes them (15.5, by running):
//!
//! ```ts
//! await fetch(url, { next: { revalidate: 3600 } });    // asked each time in `pages/api`
//! await fetch(url, { cache: 'force-cache' });
//! ```

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::candidates::Candidate;
use super::loads::Loads;
use super::server_layer::spread;
use crate::finding::Finding;
use crate::project::Modules;
use crate::syntax::ast::{Expr, Lit, ObjectLit};
use crate::syntax::{Module, Span, Visit, VisitWith, bare, literal_str, prop_name, span_of};

/// By endpoint of `all`: what it loads that has such options.
pub fn fetch_cached(modules: &Modules<'_>, loads: &Loads, all: &[(usize, Candidate)]) -> BTreeMap<String, Finding> {
    let faults: BTreeMap<&str, Finding> = loads
        .par_iter()
        .filter(|(_, found)| !found.is_client)
        .filter_map(|(path, _)| {
            let span = cached(modules.get(path).ok()?)?;
            let message = "`fetch` knew nothing of this in `pages/api`, and keeps the answer now";
            let help = "take it out where each request should be made, or say that the answer may be older";
            Some((path.as_str(), Finding::review("fetch-cached", path, span, message).help(help)))
        })
        .collect();
    if faults.is_empty() {
        return BTreeMap::new();
    }
    spread(loads, &faults, all.iter().map(|(_, candidate)| candidate.file.as_str()))
}

/// The first such option of `module`.
fn cached(module: &Module) -> Option<Span> {
    struct Options(Option<Span>);
    impl Visit for Options {
        fn visit_object_lit(&mut self, object: &ObjectLit) {
            let pairs = object.props.iter().filter_map(|property| property.as_prop()?.as_key_value());
            let keeps = pairs.into_iter().find(|pair| match prop_name(&pair.key).as_deref() {
                Some("next") => keeps(&pair.value),
                Some("cache") => literal_str(&pair.value).is_some_and(|mode| mode == "force-cache"),
                _ => false,
            });
            self.0 = self.0.or(keeps.map(|pair| span_of(&pair.value)));
            object.visit_children_with(self);
        }
    }
    if !module.text.contains("force-cache") && !module.text.contains("revalidate") {
        return None;
    }
    let mut options = Options(None);
    module.ast.visit_with(&mut options);
    options.0
}

/// Whether `next` is `{ revalidate: 60 }`; 0 keeps nothing.
fn keeps(next: &Expr) -> bool {
    let Expr::Object(next) = bare(next) else { return false };
    let mut pairs = next.props.iter().filter_map(|property| property.as_prop()?.as_key_value());
    let time = pairs.find(|pair| prop_name(&pair.key).as_deref() == Some("revalidate"));
    time.is_some_and(|pair| !matches!(bare(&pair.value), Expr::Lit(Lit::Num(seconds)) if seconds.value == 0.0))
}
