//! What a carrier reads of the request itself.

use super::{Body, Keys, Needs, Query};
use crate::pages_api::{Carrier, Part, Segment};

/// Whether the request itself is mentioned once the query and the body come by other ways.
pub(super) fn mentions_request(carrier: &Carrier<'_>, needs: &Needs) -> bool {
    let read = |part: &Part| match part {
        Part::Query | Part::QueryKey(_) => needs.query == Query::Read,
        Part::Body => false,
        _ => true,
    };
    let unpacked = carrier.unpacked.iter().flat_map(|unpacked| &unpacked.members);
    needs.query == Query::Read
        || needs.body == Body::Own
        || crate::route_handler::packages::mentions_request(carrier)
        || !carrier.puts.is_empty()
        || carrier.reads.iter().any(|use_| read(&use_.part))
        || unpacked.into_iter().any(|(name, _)| !matches!(name.as_str(), "query" | "body"))
}

pub(in crate::route_handler) fn reads_body(carrier: &Carrier<'_>) -> bool {
    carrier.reads.iter().any(|read| matches!(read.part, Part::Body | Part::Validated { .. }))
        || carrier.unpacked.iter().any(|unpacked| unpacked.members.iter().any(|(name, _)| name == "body"))
}

/// The keys of the query that a carrier reads itself; `None` if it does not read it.
pub(in crate::route_handler) fn own_keys(carrier: &Carrier<'_>) -> Option<Keys> {
    let reads = carrier.reads.iter().filter_map(|read| match &read.part {
        Part::QueryKey(key) => Some(Some(vec![key.clone()])),
        Part::Query => Some(read.picks.clone()),
        Part::Validated { .. } => Some(None),
        _ => None,
    });
    let unpacked = carrier.unpacked.iter().filter(|unpacked| unpacked.members.iter().any(|(name, _)| name == "query"));
    let unpacked = unpacked.map(|unpacked| unpacked.picks.get("query").cloned());
    let sets = reads.chain(unpacked).map(|keys| keys.map(|keys| keys.into_iter().collect()));
    sets.reduce(|one, other| both(one, &other))
}

pub(super) fn both(one: Keys, other: &Keys) -> Keys {
    let (mut one, other) = (one?, other.as_ref()?);
    one.extend(other.iter().cloned());
    Some(one)
}

/// All keys are parameters that the route has in any case. An optional catch-all that matched nothing lets a
/// query key of its name through.
pub(super) fn are_sure(keys: &[Keys], segments: &[Segment]) -> bool {
    let sure = |key: &String| {
        segments.iter().any(|s| matches!(s, Segment::Dynamic(name) | Segment::CatchAll(name) if name == key))
    };
    keys.iter().all(|keys| keys.as_ref().is_some_and(|keys| keys.iter().all(sure)))
}
