//! What the functions of one endpoint saw of each other because they shared `req` and `res`. In a Route Handler each
//! reads the request for itself and makes a response of its own, so that an endpoint stays where that would show:
//!
//! ```ts
//! const withLog = (handler) => async (req, res) => {
//!   try { await handler(req, res); } catch (error) { await log(req.body); throw error; }
//! };
//! export default withLog(async (req, res) => {
//!   delete req.body.password;              // the log would have it again
//!   …
//! ```

use super::header_clash::around;
use super::helpers::Helpers;
use super::needs::reads::{own_keys, reads_body};
use super::needs::{Body, Needs, Query, indices_of};
use super::puts;
use super::unit::{Link, Unit};
use crate::finding::Finding;
use crate::libraries::{Call as LibraryCall, Held};
use crate::pages_api::{BodyParser, Carrier, HeaderChange, read_config};
use crate::syntax::{Span, literal_str, span_of};

/// How many calls deep we look for a function that reads a part of the request.
const MAX_CALLS: usize = 8;

/// A function of the endpoint, with the unit that it belongs to.
pub(super) type Part<'a, 'm> = (&'a Unit<'m>, &'a Carrier<'m>);

/// What stands in the way of the endpoint in `unit`.
pub fn apart(unit: &Unit<'_>, helpers: &Helpers<'_>) -> Vec<Finding> {
    let all = around(unit, helpers);
    let found = [
        unparsed(unit, &all, helpers),
        taken_from_errors(&all, helpers),
        puts::others(unit, &all, helpers),
        read_around(&all, helpers),
        raw_cookies(&all),
        types(&all),
    ];
    found.into_iter().flatten().collect()
}

/// It runs the handler, or what comes behind it in a router.
fn runs_others(carrier: &Carrier<'_>) -> bool {
    !carrier.continuations.is_empty() || carrier.goes_on()
}

/// A wrapper of another file reads the body of an endpoint whose body nobody parses.
fn unparsed(endpoint: &Unit<'_>, all: &[Part<'_, '_>], helpers: &Helpers<'_>) -> Option<Finding> {
    let parses = endpoint.around.iter().any(|around| around.wraps.parses.is_some());
    if parses || read_config(endpoint.module).body_parser == BodyParser::On {
        return None;
    }
    let outer =
        |(unit, carrier): &&Part<'_, '_>| !carrier.continuations.is_empty() && unit.module.path != endpoint.module.path;
    let (unit, wrapper) = all.iter().filter(outer).find(|(unit, own)| reads(unit, own, "body", helpers, MAX_CALLS))?;
    let message =
        format!("this wrapper reads `req.body`, which is undefined in `{}`: `bodyParser` is off", endpoint.module.path);
    let place = Span::at(wrapper.function.span().start);
    Some(
        Finding::manual("body-unparsed", &unit.module.path, place, message)
            .help("make `config.api.bodyParser` fit what the wrapper reads"),
    )
}

/// `onError` of a router would read the body behind a package that has taken it. What a function has read by `readBody`
/// is there for `readBodyAgain`.
fn taken_from_errors(all: &[Part<'_, '_>], helpers: &Helpers<'_>) -> Option<Finding> {
    let reads = |(unit, carrier): &Part<'_, '_>| reads(unit, carrier, "body", helpers, MAX_CALLS);
    let (unit, errors) = all.iter().find(|part| part.1.answers_errors() && reads(part))?;
    let takes = |(unit, carrier): &Part<'_, '_>| {
        let answers = |id| matches!(unit.links.get(id), Some(Link::Library(own)) if own.answers());
        carrier.calls.iter().any(|call| answers(&call.callee))
    };
    all.iter().find(|part| takes(part))?;
    let message = "`onError` reads the body, and so does a package that is called before it, which works only once";
    let place = Span::at(errors.function.span().start);
    Some(
        Finding::manual("body-consumed", &unit.module.path, place, message)
            .help("put what `onError` needs of the body on the error that is thrown"),
    )
}

/// A wrapper, or `onError`, reads a part of the request that the handler changes.
fn read_around<'a, 'm>(all: &'a [Part<'a, 'm>], helpers: &Helpers<'_>) -> Option<Finding> {
    let mut outer = all.iter().filter(|(_, carrier)| runs_others(carrier) || carrier.answers_errors()).peekable();
    outer.peek()?;
    let changes = || {
        let places = |part: &'a Part<'a, 'm>| std::iter::repeat(part).zip(&part.1.changes.places);
        all.iter().flat_map(places).filter(|(_, (_, part))| matches!(part.as_str(), "query" | "body"))
    };
    let sees = |(unit, carrier): &Part<'_, '_>| {
        let others = changes().filter(|((_, other), _)| other.function.span() != carrier.function.span());
        let mut seen = others.filter(|(_, (_, part))| reads(unit, carrier, part, helpers, MAX_CALLS));
        seen.next().map(|((unit, _), (place, part))| (unit.module.path.clone(), *place, part.clone()))
    };
    let (file, place, part) = outer.find_map(sees)?;
    let message =
        format!("the {part} is changed here, and a function around the handler that reads it would not see it");
    Some(Finding::manual("request-extended", &file, place, message).help("change a copy of it"))
}

/// Whether `carrier` of `unit` reads the query or the body, or a function that it calls.
pub(super) fn reads(unit: &Unit<'_>, carrier: &Carrier<'_>, part: &str, helpers: &Helpers<'_>, depth: usize) -> bool {
    let Some(depth) = depth.checked_sub(1) else { return true };
    let own = if part == "body" { reads_body(carrier) } else { own_keys(carrier).is_some() };
    let needs = |needs: &Needs| match part {
        "body" => needs.body != Body::Unread,
        _ => !matches!(needs.query, Query::Unread),
    };
    own || carrier.calls.iter().filter(|call| !carrier.continuations.contains(&call.callee)).any(|call| {
        match unit.links.get(&call.callee) {
            Some(Link::Helper(target)) => helpers.needs_of(target).is_some_and(needs),
            Some(Link::Library(_) | Link::Taught(_)) => false,
            None => indices_of(&unit.carriers, call).into_iter().any(|at| {
                let callee = &unit.carriers.list[at];
                callee.function.span() != carrier.function.span() && reads(unit, callee, part, helpers, depth)
            }),
        }
    })
}

/// `Set-Cookie` written as it is, beside a package that sets cookies by `cookies()`: Next puts the two together by their
/// names, in another order, and adds a path.
fn raw_cookies(all: &[Part<'_, '_>]) -> Option<Finding> {
    let by_store = |(unit, carrier): &Part<'_, '_>| {
        let library =
            |id| matches!(unit.links.get(id), Some(Link::Library(own)) if own.call == LibraryCall::CookieStore);
        let call = carrier.calls.iter().find(|call| library(&call.callee));
        let held = |held: &Held| matches!(held, Held::Cookies | Held::CookieStore);
        let only_reads = |span: Span| ["get", "has"].iter().any(|word| span.text(&unit.module.text).starts_with(word));
        let object = carrier.objects.iter().find(|object| {
            let cookies_next = object.becomes.contains(&Held::Cookies) && only_reads(object.span);
            object.becomes.iter().any(held) && !cookies_next
        });
        call.is_some() || object.is_some()
    };
    all.iter().find(|part| by_store(part))?;
    let raw = |change: &&HeaderChange| change.literal_name().as_deref() == Some("set-cookie");
    let (unit, change) = all.iter().find_map(|(unit, carrier)| {
        let change = carrier.writes.iter().flat_map(|write| &write.headers).find(raw)?;
        Some((unit, change))
    })?;
    let message =
        "this sets cookies beside a package that does so by `cookies()`; Next orders and writes them otherwise";
    Some(
        Finding::manual("set-cookie-twice", &unit.module.path, span_of(&change.name), message)
            .help("set all cookies by the package, or all of them by the header"),
    )
}

/// A content type that may be the one of bytes which have none, where another function sets one before: which of the two
/// was meant cannot be told from the response.
fn types(all: &[Part<'_, '_>]) -> Option<Finding> {
    let named =
        |change: &&HeaderChange| change.verb != "cors" && change.literal_name().as_deref() == Some("content-type");
    let leaves = |carrier: &Carrier<'_>| {
        let prepares = carrier.writes.iter().filter(|write| write.payload.is_none());
        !carrier.calls.is_empty() && prepares.flat_map(|write| &write.headers).any(|change| named(&change))
    };
    let (_, first) = all.iter().find(|(_, carrier)| leaves(carrier))?;
    let doubtful = |change: &&HeaderChange| {
        let literal = change.value.as_ref().map(literal_str);
        named(change) && literal.is_some_and(|text| text.is_none_or(|text| text.trim() == "application/octet-stream"))
    };
    let mut others = all.iter().filter(|(_, other)| other.function.span() != first.function.span());
    let (unit, change) = others.find_map(|(unit, carrier)| {
        let mut changes = carrier.writes.iter().flat_map(|write| &write.headers);
        Some((unit, changes.find(doubtful)?))
    })?;
    let message =
        "this content type may be the one that bytes have by themselves, and another function sets one before";
    Some(
        Finding::manual("headers-shared", &unit.module.path, span_of(&change.name), message)
            .help("set the content type in one place"),
    )
}
