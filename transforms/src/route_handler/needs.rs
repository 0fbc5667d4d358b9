//! What each carrier has to be given once `req.query`, `req.body` and the route's parameters are no
//! longer members of one object.

use std::collections::BTreeSet;

use crate::pages_api::{Carrier, Carriers, Part, Segment};
use crate::syntax::Span;

/// How a carrier comes by the query.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Query {
    /// It does not read it.
    Unread,
    /// It reads nothing but the route's own parameters: `await params`.
    Params,
    /// It reads other keys, or all of them: `readQuery(req, await params)`.
    Read,
}

/// How a carrier comes by the body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Body {
    /// It does not need it.
    Unread,
    /// It reads it from the request, first thing.
    Own,
    /// It is handed to it by its callers.
    Given,
}

/// The needs of one carrier.
#[derive(Clone, Debug)]
pub struct Needs {
    /// How it comes by the query.
    pub query: Query,
    /// It takes the route's `params`, for itself or for those it calls.
    pub params: bool,
    /// How it comes by the body.
    pub body: Body,
    /// It sends a response, itself or through those it calls.
    pub sends: bool,
}

/// Works out the needs of all carriers, in the order of `carriers.list`.
pub fn needs(carriers: &Carriers<'_>, segments: &[Segment], text: &str) -> Vec<Needs> {
    let list = &carriers.list;
    let index = |callee| list.iter().skip(1).position(|c| c.name.as_ref() == Some(callee)).map(|at| at + 1);
    let callees: Vec<Vec<usize>> =
        list.iter().map(|carrier| carrier.calls.iter().filter_map(|call| index(&call.callee)).collect()).collect();
    let dynamic = segments.iter().any(|segment| !matches!(segment, Segment::Static(_)));
    let mut needs: Vec<Needs> = list
        .iter()
        .map(|carrier| {
            let query = query_of(carrier, segments, text);
            let sends = carrier.writes.iter().any(|write| write.payload.is_some());
            Needs { query, params: dynamic && query != Query::Unread, body: Body::Unread, sends }
        })
        .collect();
    let reads: Vec<bool> = list.iter().map(reads_body).collect();
    // Callees are found from their callers, so a few rounds settle it; recursion settles, too, since
    // every step only adds.
    let mut changed = true;
    while changed {
        changed = false;
        for at in 0..list.len() {
            for &callee in &callees[at] {
                let (params, sends) = (needs[callee].params, needs[callee].sends);
                changed |= (params && !needs[at].params) || (sends && !needs[at].sends);
                needs[at].params |= params;
                needs[at].sends |= sends;
            }
        }
    }
    let above: Vec<BTreeSet<usize>> = (0..list.len()).map(|at| ancestors(at, &callees)).collect();
    for at in 0..list.len() {
        if reads[at] {
            // A helper that answers for its caller may read the body itself, unless somebody on the way
            // has read it before: it can be read once.
            let alone = needs[at].sends && !above[at].iter().any(|&other| other != at && reads[other]);
            needs[at].body = if at == 0 || alone { Body::Own } else { Body::Given };
        }
    }
    let mut changed = true;
    while changed {
        changed = false;
        for at in 0..list.len() {
            let hands_on = callees[at].iter().any(|&callee| needs[callee].body == Body::Given);
            if hands_on && needs[at].body == Body::Unread {
                needs[at].body = if at == 0 { Body::Own } else { Body::Given };
                changed = true;
            }
        }
    }
    // With a reader above them that came in the second round, owners further down must be given it.
    for at in 1..list.len() {
        if needs[at].body == Body::Own
            && above[at].iter().any(|&other| other != at && needs[other].body != Body::Unread)
        {
            needs[at].body = Body::Given;
        }
    }
    needs
}

fn ancestors(of: usize, callees: &[Vec<usize>]) -> BTreeSet<usize> {
    let mut found = BTreeSet::new();
    let mut queue = vec![of];
    while let Some(next) = queue.pop() {
        for (caller, called) in callees.iter().enumerate() {
            if called.contains(&next) && found.insert(caller) {
                queue.push(caller);
            }
        }
    }
    found
}

fn reads_body(carrier: &Carrier<'_>) -> bool {
    carrier.reads.iter().any(|read| read.part == Part::Body)
        || carrier.unpacked.iter().any(|unpacked| unpacked.members.iter().any(|(name, _)| name == "body"))
}

fn query_of(carrier: &Carrier<'_>, segments: &[Segment], text: &str) -> Query {
    let mut keys: Option<BTreeSet<String>> = Some(BTreeSet::new());
    let mut reads = false;
    let mut add = |more: Option<Vec<String>>| {
        reads = true;
        match (&mut keys, more) {
            (Some(keys), Some(more)) => keys.extend(more),
            _ => keys = None,
        }
    };
    for read in &carrier.reads {
        match &read.part {
            Part::QueryKey(key) => add(Some(vec![key.clone()])),
            Part::Query => add(read.picks.clone()),
            _ => {}
        }
    }
    for unpacked in &carrier.unpacked {
        if unpacked.members.iter().any(|(name, _)| name == "query") {
            add(unpacked.picks.get("query").cloned());
        }
    }
    if !reads {
        return Query::Unread;
    }
    // An optional catch-all that matched nothing lets a query key of its name through.
    let sure = |key: &String| {
        segments.iter().any(|s| matches!(s, Segment::Dynamic(name) | Segment::CatchAll(name) if name == key))
    };
    match keys {
        Some(keys) if keys.iter().all(sure) && !narrows(carrier.function.span(), text) => Query::Params,
        _ => Query::Read,
    }
}

/// The code tells strings from arrays; with the exact type of a parameter the compiler would call one
/// half of that impossible.
fn narrows(span: Span, text: &str) -> bool {
    let text = span.text(text);
    text.contains("Array.isArray(") || text.contains("typeof ")
}
