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
use crate::syntax::ast::{CallExpr, Expr, Lit, ObjectLit, Prop};
use crate::syntax::{Module, Span, Visit, VisitWith, bare, callee_ident, literal_str, prop_name, span_of};

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
    impl Options {
        fn look(&mut self, object: &ObjectLit, is_given: bool) {
            let found = object.props.iter().filter_map(|property| property.as_prop()).find_map(|property| {
                let (name, value) = match &**property {
                    Prop::Shorthand(name) => (name.sym.to_string(), None),
                    Prop::KeyValue(pair) => (prop_name(&pair.key)?, Some(bare(&pair.value))),
                    _ => return None,
                };
                let keeps = match (name.as_str(), value) {
                    ("next", Some(Expr::Object(next))) => keeps(next),
                    ("cache", Some(value)) if literal_str(value).is_some() => {
                        literal_str(value).is_some_and(|mode| mode == "force-cache")
                    }
                    // What is not written out may be anything.
                    ("next" | "cache", _) => is_given,
                    _ => false,
                };
                keeps.then(|| value.map_or_else(|| span_of(&**property), span_of))
            });
            self.0 = self.0.or(found);
        }
    }
    impl Visit for Options {
        fn visit_call_expr(&mut self, call: &CallExpr) {
            let is_fetch = callee_ident(call).is_some_and(|name| &*name.sym == "fetch");
            if let (true, Some(Expr::Object(given))) = (is_fetch, call.args.get(1).map(|given| bare(&given.expr))) {
                self.look(given, true);
            }
            call.visit_children_with(self);
        }
        fn visit_object_lit(&mut self, object: &ObjectLit) {
            self.look(object, false);
            object.visit_children_with(self);
        }
    }
    if !["force-cache", "revalidate", "fetch("].iter().any(|sign| module.text.contains(sign)) {
        return None;
    }
    let mut options = Options(None);
    module.ast.visit_with(&mut options);
    options.0
}

/// Whether `next` is `{ revalidate: 60 }`; 0 and `false` keep nothing that `cache` does not keep.
fn keeps(next: &ObjectLit) -> bool {
    let mut properties = next.props.iter().filter_map(|property| property.as_prop());
    properties.any(|property| match &**property {
        Prop::KeyValue(pair) if prop_name(&pair.key).as_deref() == Some("revalidate") => match bare(&pair.value) {
            Expr::Lit(Lit::Num(seconds)) => seconds.value != 0.0,
            Expr::Lit(Lit::Bool(_)) => false,
            _ => true,
        },
        Prop::Shorthand(name) => &*name.sym == "revalidate",
        _ => false,
    })
}
