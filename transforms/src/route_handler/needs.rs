//! What each carrier has to be given once `req.query`, `req.body` and the route's parameters are no
//! longer members of one object, and what it does with the response.

mod bodies;
mod emptied;
mod narrows;
pub(super) mod reads;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use self::bodies::bodies;
use self::emptied::empty;
use self::narrows::narrows;
use self::reads::{are_sure, both, mentions_request, own_keys, reads_body};
use super::effect::{Effect, Truthiness, effect};
use super::recursion::in_circles;
use super::request_type::extensions_read;
use super::unit::QueryType;
use super::uploads::{Kind, gives};
use crate::pages_api::{Call, Carrier, Carriers, Part, Role, Segment};
use crate::project::{Import, Method, MethodSet};
use crate::settings::HelperRule;
use crate::syntax::Module;
use crate::syntax::ast::Id;

/// How a carrier comes by the query.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Query {
    /// It does not read it.
    Unread,
    /// It reads nothing but the route's own parameters: `await params`.
    Params,
    /// It reads other keys, or all of them: `readQuery(req, await params)`.
    Read,
    /// It is handed to it by its callers.
    Given,
}

/// What an application puts on the request by its name, and whether Next's own type has it: by a `declare module`, which
/// only code that reads it without a cast shows.
pub type Extensions = BTreeMap<String, bool>;

/// Keys of the query, if all are known.
pub type Keys = Option<BTreeSet<String>>;

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
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Needs {
    /// It takes the request itself.
    pub request: bool,
    /// How it comes by the query.
    pub query: Query,
    /// The keys of the query that it and those it calls read; `None` if it cannot be told.
    pub keys: Keys,
    /// It takes the route's `params`, for itself or for those it calls.
    pub params: bool,
    /// It calls handlers that it was given, or one that does: these read the request themselves.
    pub hands_on: bool,
    /// How it comes by the body.
    pub body: Body,
    /// It reads the raw body.
    pub raw: bool,
    /// It changes the query or the body, itself or through those it calls.
    pub changes: bool,
    /// It puts something in the place of the query, for those behind it in a router.
    pub puts_query: bool,
    /// What the application puts on the request, and this function or those it calls read or set.
    pub extensions: Extensions,
    /// Positions of object parameters that hold nothing any more, and go.
    pub emptied: BTreeSet<usize>,
    /// What it does with the response.
    pub effect: Effect,
    /// Where the files of a form are in what it gives.
    pub gives: Option<Kind>,
}

impl Needs {
    /// Those of a handler that a wrapper was given: `handler(req, { params })`, which answers.
    pub fn continuation() -> Needs {
        Needs { request: true, params: true, hands_on: true, effect: Effect::ANSWERS, ..Needs::none() }
    }

    /// Those of a handler that a wrapper was given and that gives data: `handler(req)`. It answers where it cannot read
    /// the body, and before, its wrapper was not even called then.
    pub fn data() -> Needs {
        let welcomes = MethodSet::ALL;
        let effect = Effect { sends: true, stops: true, settled: false, welcomes, ..Effect::NONE };
        Needs { effect, ..Needs::continuation() }
    }

    /// Those of a function that a guard was given: `next(user)`, which answers. What it gave before is not known.
    pub fn next() -> Needs {
        Needs { effect: Effect { sent: Truthiness::Unknown, ..Effect::ANSWERS }, ..Needs::none() }
    }

    /// Those of a function that needs nothing and does nothing.
    pub fn none() -> Needs {
        Needs {
            request: false,
            query: Query::Unread,
            keys: Some(BTreeSet::new()),
            params: false,
            hands_on: false,
            body: Body::Unread,
            raw: false,
            changes: false,
            puts_query: false,
            extensions: Extensions::new(),
            emptied: BTreeSet::new(),
            effect: Effect::NONE,
            gives: None,
        }
    }

    /// What stands in an object in place of `req` and `res`, beside the request itself: the keys.
    pub fn given_keys(&self, role: Role) -> Vec<&'static str> {
        let keys = match role {
            Role::Req => vec![("query", self.query == Query::Given), ("body", self.body == Body::Given)],
            Role::Res => vec![("headers", self.effect.headers)],
        };
        keys.into_iter().filter(|(_, given)| *given).map(|(key, _)| key).collect()
    }
}

/// A carrier of another module, as its callers see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Callee {
    /// What it needs and does.
    pub needs: Needs,
    /// It was async before.
    pub is_async: bool,
    /// What it is called afterwards, if that is something else.
    pub name: Option<String>,
    /// The methods that it answers, if it tells them apart.
    pub answers: Option<Vec<Method>>,
    /// What it takes in place of `req` and `res`.
    pub handed: Handed,
    /// The rules of users that say what becomes of a call.
    pub taught: Vec<Arc<HelperRule>>,
}

/// What a function takes in place of `req` and `res`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Handed {
    /// What it needs of them.
    Carriers,
    /// `await cookies()`: a function of a package.
    Cookies,
    /// The headers in Node's form: a function of a package.
    Headers,
    /// The request, and an object with the headers of the response: a function of a package.
    CookieHeaders,
    /// A generated helper's pair of what a package asks of Node's request and response.
    NodeCookies,
    /// An object with the request, and functions that are called when it likes: a function of a package.
    Options,
}

/// Carriers of other modules by the name they are called by.
pub type Callees = BTreeMap<Id, Callee>;

/// Where the carriers stand.
pub struct Place<'p> {
    /// The parts of the endpoint's route; `None` in a helper's module, which serves many routes: there every
    /// carrier is given what it reads.
    pub segments: Option<&'p [Segment]>,
    /// The module.
    pub module: &'p Module,
    /// What it imports.
    pub imports: &'p HashMap<Id, Import>,
    /// Carriers of other modules.
    pub callees: &'p Callees,
    /// Of carriers by their indices, what the types of their requests say of the query.
    pub query_types: &'p BTreeMap<usize, QueryType>,
}

impl Place<'_> {
    /// Where the carrier at `at`, which reads `keys`, gets the query from, if nobody gives it: the parameters of the
    /// route will do if they have all of it, by the types that the code relies on.
    fn own_query(&self, at: usize, carrier: &Carrier<'_>, keys: &[Keys], segments: &[Segment]) -> Query {
        let fits = self.query_types.get(&at).is_none_or(|of| of.fits(keys, segments));
        match are_sure(keys, segments) && fits && !narrows(carrier) {
            true => Query::Params,
            false => Query::Read,
        }
    }
}

/// Whether `carrier` takes the request alone, or gives its value at once.
fn is_plain(carrier: &Carrier<'_>) -> bool {
    !carrier.roles.contains(&Some(Role::Res)) || !carrier.is_async()
}

fn joined(all: impl Iterator<Item = (String, bool)>) -> Extensions {
    let mut joined = Extensions::new();
    for (key, declared) in all {
        *joined.entry(key).or_default() |= declared;
    }
    joined
}

/// Works out the needs of all carriers, in the order of `carriers.list`.
pub fn needs(carriers: &Carriers<'_>, place: &Place<'_>) -> Vec<Needs> {
    let list = &carriers.list;
    let callees: Vec<Vec<usize>> =
        list.iter().map(|carrier| carrier.calls.iter().flat_map(|call| indices_of(carriers, call)).collect()).collect();
    let outside: Vec<Vec<&Needs>> = list
        .iter()
        .map(|carrier| carrier.calls.iter().filter_map(|c| Some(&place.callees.get(&c.callee)?.needs)).collect())
        .collect();
    let dynamic = place.segments.unwrap_or_default().iter().any(|segment| !matches!(segment, Segment::Static(_)));
    let mut needs: Vec<Needs> = list
        .iter()
        .enumerate()
        .map(|(at, carrier)| {
            let handed = outside[at].iter().filter(|needs| needs.query == Query::Given);
            let read: Vec<Keys> = handed.map(|needs| needs.keys.clone()).chain(own_keys(carrier)).collect();
            let query = match place.segments {
                _ if read.is_empty() => Query::Unread,
                _ if carrier.wraps || carrier.handed => Query::Read,
                None if carrier.routed.is_some() => Query::Read,
                None => Query::Given,
                // What it is handed is an object that has places for values.
                Some(_) if !carrier.held.is_empty() && at >= carriers.roots => Query::Given,
                // It has no place for the parameters, or cannot wait for them.
                Some(_) if dynamic && at >= carriers.roots && carrier.routed.is_none() && is_plain(carrier) => {
                    Query::Given
                }
                Some(segments) => place.own_query(at, carrier, &read, segments),
            };
            let keys = read.iter().fold(Some(BTreeSet::new()), both);
            let answers = outside[at].iter().any(|needs| needs.params);
            let hands_on = carrier.wraps || outside[at].iter().any(|needs| needs.hands_on);
            let called = carrier.handed || (carrier.routed.is_some() && place.segments.is_none());
            let reads = !matches!(query, Query::Unread | Query::Given);
            let params = hands_on || ((dynamic || called) && (reads || answers));
            Needs { query, keys, params, hands_on, puts_query: carrier.puts_in("query"), ..Needs::none() }
        })
        .collect();
    let reads: Vec<bool> = list.iter().map(reads_body).collect();
    let handles = |at: usize| place.segments.is_some() && at < carriers.roots;
    // Callees are found from their callers, so a few rounds settle it; recursion settles, too, since
    // every step only adds.
    let groups = groups(carriers);
    let mut changed = true;
    while changed {
        changed = unite(&mut needs, &groups);
        for at in 0..list.len() {
            for &callee in &callees[at] {
                let Needs { params, hands_on, .. } = needs[callee];
                changed |= (params && !needs[at].params) || (hands_on && !needs[at].hands_on);
                needs[at].params |= params;
                needs[at].hands_on |= hands_on;
                if needs[callee].query == Query::Given {
                    if needs[at].query == Query::Unread {
                        let called = list[at].handed || (list[at].routed.is_some() && place.segments.is_none());
                        let reads = list[at].wraps || called || handles(at);
                        needs[at].query = if reads { Query::Read } else { Query::Given };
                        needs[at].params |= called || (handles(at) && dynamic);
                        changed = true;
                    }
                    let keys = both(needs[at].keys.clone(), &needs[callee].keys);
                    changed |= keys != needs[at].keys;
                    needs[at].keys = keys;
                }
            }
        }
    }
    let put = list.iter().any(|carrier| carrier.puts_in("query"))
        || place.callees.values().any(|callee| callee.needs.puts_query);
    for (at, needs) in needs.iter_mut().enumerate().filter(|(_, needs)| needs.query != Query::Unread) {
        // Those that are handed the query by the handler may look for more in it than the handler itself.
        if let (true, Some(segments)) = (handles(at) && !list[at].wraps && !list[at].handed, place.segments) {
            needs.query = place.own_query(at, &list[at], std::slice::from_ref(&needs.keys), segments);
        }
        // The parameters are not all of it any more.
        if put && needs.query == Query::Params {
            needs.query = Query::Read;
        }
    }
    let mut effects = effects(carriers, place);
    for (at, effect) in effects.iter_mut().enumerate() {
        // Nobody is there to give headers to a Route Handler.
        effect.headers &= !(list[at].stands_alone() || handles(at));
    }
    for (needs, effect) in needs.iter_mut().zip(effects) {
        needs.effect = effect;
    }
    let owns: Vec<bool> = (0..list.len()).map(|at| list[at].stands_alone() || handles(at)).collect();
    let has_places: Vec<bool> =
        list.iter().map(|carrier| place.segments.is_none() || !carrier.held.is_empty()).collect();
    let goes_on: Vec<bool> = list.iter().map(Carrier::goes_on).collect();
    unite(&mut needs, &groups);
    bodies(&mut needs, &reads, &callees, &outside, &has_places, &owns, &goes_on);
    while unite(&mut needs, &groups) {
        bodies(&mut needs, &reads, &callees, &outside, &has_places, &owns, &goes_on);
    }
    let mut changed = true;
    while changed {
        changed = unite(&mut needs, &groups);
        for at in 0..list.len() {
            let handed = callees[at].iter().any(|&callee| needs[callee].request || needs[callee].body == Body::Own)
                || outside[at].iter().any(|needs| needs.request);
            // Every step only adds: a group may have been given more than a member needs by itself.
            let request = needs[at].request || handed || list[at].wraps || mentions_request(&list[at], &needs[at]);
            let raw = list[at].reads.iter().any(|read| matches!(read.part, Part::RawBody | Part::Form))
                || callees[at].iter().any(|&callee| needs[callee].raw)
                || outside[at].iter().any(|needs| needs.raw);
            let sanitizes = |part: &Part| matches!(part, Part::Validated { sanitizes: true, .. });
            let changes = !list[at].changes.places.is_empty()
                || list[at].reads.iter().any(|read| sanitizes(&read.part))
                || callees[at].iter().any(|&callee| needs[callee].changes)
                || outside[at].iter().any(|needs| needs.changes);
            let own = extensions_read(place.module, &list[at]);
            let inside = callees[at].iter().flat_map(|&callee| needs[callee].extensions.clone());
            let others = outside[at].iter().flat_map(|needs| needs.extensions.clone());
            let known = needs[at].extensions.clone();
            let extensions = joined(own.chain(inside).chain(others).chain(known));
            changed |= request != needs[at].request || raw != needs[at].raw || extensions != needs[at].extensions;
            changed |= changes != needs[at].changes;
            needs[at].changes = changes;
            needs[at].extensions = extensions;
            needs[at].request = request;
            needs[at].raw = raw;
        }
    }
    let gives = gives(place.module, place.imports, carriers, place.callees);
    needs.iter_mut().zip(gives).for_each(|(needs, gives)| needs.gives = gives);
    empty(&mut needs, carriers, place.callees);
    needs
}

/// Which carrier of the module a call means.
pub fn index_of(carriers: &Carriers<'_>, call: &Call) -> Option<usize> {
    carriers.list.iter().position(|carrier| carrier.name.as_ref().is_some_and(|name| call.means(name)))
}

/// Which carriers of the module a call may mean.
pub fn indices_of(carriers: &Carriers<'_>, call: &Call) -> Vec<usize> {
    let all = carriers.list.iter().enumerate();
    all.filter(|(_, carrier)| carrier.name.as_ref().is_some_and(|name| call.means(name))).map(|(at, _)| at).collect()
}

/// Carriers that are called in one place, any of them, and must therefore be alike.
fn groups(carriers: &Carriers<'_>) -> Vec<Vec<usize>> {
    let calls = carriers.list.iter().flat_map(|carrier| &carrier.calls).filter(|call| call.callee.0.ends_with("[]"));
    let mut groups: Vec<Vec<usize>> =
        calls.map(|call| indices_of(carriers, call)).filter(|group: &Vec<usize>| group.len() > 1).collect();
    groups.sort();
    groups.dedup();
    groups
}

/// Gives all of a group what one of them needs. True if that changed something.
fn unite(needs: &mut [Needs], groups: &[Vec<usize>]) -> bool {
    let mut changed = false;
    for group in groups {
        let all = |is: &dyn Fn(&Needs) -> bool| group.iter().any(|&at| is(&needs[at]));
        let request = all(&|needs| needs.request);
        let params = all(&|needs| needs.params);
        let given = all(&|needs| needs.query == Query::Given);
        let body = all(&|needs| needs.body != Body::Unread);
        let extensions = joined(group.iter().flat_map(|&at| needs[at].extensions.clone()));
        let keys = group.iter().map(|&at| &needs[at].keys).fold(Some(BTreeSet::new()), both);
        let effect = group.iter().map(|&at| needs[at].effect).reduce(Effect::or).unwrap_or(Effect::NONE);
        for &at in group {
            let old = needs[at].clone();
            let own = &mut needs[at];
            own.request = request;
            own.params = params;
            own.effect = effect;
            own.keys.clone_from(&keys);
            own.extensions.clone_from(&extensions);
            if given {
                own.query = Query::Given;
            }
            if body {
                own.body = Body::Given;
            }
            changed |= old != *own;
        }
    }
    changed
}

fn effects(carriers: &Carriers<'_>, place: &Place<'_>) -> Vec<Effect> {
    let round = |known: &[Effect]| -> Vec<Effect> {
        let callee = |call: &Call| {
            let own = indices_of(carriers, call).into_iter().map(|at| known[at]).reduce(Effect::or);
            own.or_else(|| place.callees.get(&call.callee).map(|callee| callee.needs.effect))
        };
        carriers.list.iter().map(|carrier| effect(&place.module.text, carrier, &callee)).collect()
    };
    let mut known = vec![Effect::NONE; carriers.list.len()];
    // Whether it may send at all, then whether it always does: each round only adds.
    loop {
        let next = round(&known);
        if next == known {
            return in_circles(carriers, known, &round);
        }
        known = next;
    }
}
