//! Changes of the query or the body that others would not see any more: a handler reads the request for itself, not
//! what its wrapper has made of it.
//!
//! ```ts
//! const withTrim = (handler) => async (req, res) => {
//!   req.body.name = req.body.name.trim();          // lost
//!   return handler(req, res);
//! };
//! ```

use super::needs::{Callees, Needs, Query, indices_of};
use super::wraps::Search;
use crate::finding::Finding;
use crate::pages_api::{Call, Carriers, changes_parameter};
use crate::syntax::{Module, Span};

/// Adds what functions of the project change of the parts of the request that `carriers` hand them.
pub fn add_changes(carriers: &mut Carriers<'_>, search: &Search<'_, '_>) {
    for carrier in &mut carriers.list {
        let given = std::mem::take(&mut carrier.changes.given);
        let changing = given.into_iter().filter(|given| match search.declared(&given.callee) {
            Some(found) => changes_parameter(found.function, given.at),
            // What a package's function does is not known; one whose value nobody wants may be called for that.
            None => given.dropped && search.imports.contains_key(&given.callee),
        });
        carrier.changes.places.extend(changing.map(|given| (given.call, given.part)));
    }
}

/// What the carrier at `at` changes that others, which read it again, have to see.
pub fn lost_changes(
    module: &Module,
    carriers: &Carriers<'_>,
    at: usize,
    needs: &[Needs],
    callees: &Callees,
) -> Vec<Finding> {
    let (carrier, own) = (&carriers.list[at], &needs[at]);
    let places = || carrier.changes.places.iter().map(|(place, part)| (*place, part.as_str()));
    let reads = |needs: &Needs| matches!(needs.query, Query::Read | Query::Params);
    let others_read = || needs.iter().enumerate().any(|(other, needs)| other != at && reads(needs));
    let found: Vec<(Span, &str)> = if own.changes && (own.hands_on || carrier.goes_on()) {
        let changes = |call: &&Call| {
            let outside = callees.get(&call.callee).is_some_and(|callee| callee.needs.changes);
            outside || indices_of(carriers, call).into_iter().any(|callee| needs[callee].changes)
        };
        places().chain(carrier.calls.iter().filter(changes).map(|call| (call.span, "query or body"))).collect()
    } else if !carrier.changes.places.is_empty() && reads(own) && others_read() {
        places().filter(|(_, part)| *part == "query").collect()
    } else {
        Vec::new()
    };
    let finding = |(place, part): (Span, &str)| {
        let message = format!("the {part} is changed here, and others that read the request would not see it");
        Finding::manual("request-extended", &module.path, place, message).help("pass the value on as an argument")
    };
    found.into_iter().map(finding).collect()
}
