//! Functions of a router that put something in the place of the query or the body, for those behind them:
//!
//! ```ts
//! req.body = schema.parse(req.body);       →       replaceBody(req, schema.parse(body));
//! return next();                                   return next();
//! ```
//!
//! `readQuery` and `readBody` give what was put there. Functions read at their top, and those that go on read a copy of
//! the body, so that both must not come behind.

use super::helpers::Helpers;
use super::together::{Part, reads};
use super::unit::{Link, Unit};
use crate::finding::Finding;
use crate::pages_api::{Carrier, Connect, Part as Member, Put, Step};
use crate::project::Method;
use crate::syntax::ast::{DoWhileStmt, ForInStmt, ForOfStmt, ForStmt, Id, WhileStmt};
use crate::syntax::{Module, Span, Visit, VisitWith, span_of};

/// How many calls deep we look for a function that reads a part of the request.
const MAX_CALLS: usize = 8;

/// What `carrier` itself does with what it has put somewhere.
pub fn own(module: &Module, carrier: &Carrier<'_>) -> Vec<Finding> {
    let late = |put: &&Put| {
        let behind = |span: Span| span.start >= put.span.end;
        let called = carrier.calls.iter().any(|call| behind(call.span) && !carrier.nexts.contains(&call.callee));
        let again = places(carrier, put.part).any(|(span, nested)| nested || behind(span));
        called || again || is_repeated(carrier, put.span)
    };
    let found = carrier.puts.iter().filter(late);
    found.map(|put| refused(module, put, "this function may read it afterwards, or does so in a loop")).collect()
}

/// What others of the endpoint do with what a function of its router puts somewhere.
pub fn others(endpoint: &Unit<'_>, all: &[Part<'_, '_>], helpers: &Helpers<'_>) -> Option<Finding> {
    let mut found = all.iter().flat_map(|(unit, carrier)| carrier.puts.iter().map(move |put| (*unit, put)));
    let (unit, put) = found.next()?;
    let refuse = |(unit, put): (&Unit<'_>, &Put), why: &str| Some(refused(unit.module, put, why));
    let Some(router) = &endpoint.router else {
        return refuse((unit, put), "no router of the endpoint's own runs this");
    };
    if !router.bases.is_empty() || router.reads_forms() {
        return refuse((unit, put), "routers of several files, or forms, come together with it");
    }
    let takes = |(unit, carrier): &Part<'_, '_>| {
        let answers = |id| matches!(unit.links.get(id), Some(Link::Library(own)) if own.answers());
        let validates = carrier.reads.iter().any(|read| matches!(read.part, Member::Validated { .. }));
        validates || carrier.calls.iter().any(|call| answers(&call.callee))
    };
    if all.iter().any(takes) {
        return refuse((unit, put), "a package reads the request");
    }
    for (unit, put) in std::iter::once((unit, put)).chain(found) {
        let others = all.iter().filter(|(_, other)| !other.puts_in(put.part));
        for part @ (_, other) in others {
            let reads = || reads(part.0, other, put.part, helpers, MAX_CALLS);
            if !other.continuations.is_empty() && reads() {
                return refuse((unit, put), "a wrapper reads it, too");
            }
            if other.goes_on() && (if put.part == "body" { reads() } else { comes_back(other, put.part) }) {
                return refuse((unit, put), "another function of the router that goes on reads it, too");
            }
        }
        if put.part == "body" && is_put_twice(endpoint, router, all) {
            return refuse((unit, put), "for some method this happens twice, and the second time sees the first body");
        }
    }
    None
}

fn refused(module: &Module, put: &Put, why: &str) -> Finding {
    let message = format!("the {} is replaced here, and {why}", put.part);
    Finding::manual("request-extended", &module.path, put.span, message).help("pass the value on as an argument")
}

/// Where `carrier` reads this part, and whether inside of another function.
fn places<'c>(carrier: &'c Carrier<'_>, part: &'static str) -> impl Iterator<Item = (Span, bool)> + 'c {
    let of_part = move |member: &Member| match member {
        Member::Body | Member::RawBody | Member::Fields => part == "body",
        Member::Query | Member::QueryKey(_) => part == "query",
        Member::Validated { .. } => true,
        _ => false,
    };
    let reads = carrier.reads.iter().filter(move |read| of_part(&read.part)).map(|read| (read.span, read.nested));
    let unpacked = carrier.unpacked.iter().filter(move |own| own.members.iter().any(|(name, _)| name == part));
    reads.chain(unpacked.map(|own| (own.declarator, own.nested)))
}

/// Whether `carrier` may read this part, or hand the request on, once it has let others run.
fn comes_back(carrier: &Carrier<'_>, part: &'static str) -> bool {
    let next = |call: &&crate::pages_api::Call| carrier.nexts.contains(&call.callee);
    let Some(first) = carrier.calls.iter().filter(next).map(|call| call.span.start).min() else { return false };
    let reads = places(carrier, part).any(|(span, nested)| nested || span.start > first);
    let calls = carrier.calls.iter().filter(|call| !next(call)).any(|call| call.span.start > first);
    reads || calls
}

/// Whether for some method two functions of the router put something in the place of the body.
fn is_put_twice(endpoint: &Unit<'_>, router: &Connect<'_>, all: &[Part<'_, '_>]) -> bool {
    let puts = |file: &str, function: Span| {
        let mut found = all.iter().filter(|(unit, own)| unit.module.path == file && own.function.span() == function);
        found.any(|(_, own)| own.puts_in("body"))
    };
    let own = |id: &Id| endpoint.carriers.list.iter().find(|own| own.name.as_ref() == Some(id));
    let path = endpoint.module.path.as_str();
    let is_put = |step: &&Step<'_>| match step {
        Step::Function(function) => puts(path, function.span()),
        Step::Named(id, place) => {
            let wrap = endpoint.wraps.iter().find(|wrap| wrap.call.name == *place);
            wrap.is_some_and(|wrap| puts(wrap.target.file, wrap.target.root.function.span()))
                || own(id).is_some_and(|own| own.puts_in("body"))
        }
    };
    Method::ALL.into_iter().any(|method| {
        let of_method = router.routes.iter().filter(|route| route.method.is_none_or(|own| own == method));
        of_method.flat_map(|route| &route.steps).filter(is_put).count() > 1
    })
}

/// Whether a loop of the function runs what stands at `place`.
fn is_repeated(carrier: &Carrier<'_>, place: Span) -> bool {
    let mut loops = Loops { place, found: false };
    if let Some(block) = carrier.function.block() {
        block.visit_with(&mut loops);
    }
    loops.found
}

struct Loops {
    place: Span,
    found: bool,
}

impl Loops {
    fn note(&mut self, own: Span) {
        self.found |= own.contains(self.place);
    }
}

impl Visit for Loops {
    fn visit_for_stmt(&mut self, own: &ForStmt) {
        self.note(span_of(own));
        own.visit_children_with(self);
    }

    fn visit_for_of_stmt(&mut self, own: &ForOfStmt) {
        self.note(span_of(own));
        own.visit_children_with(self);
    }

    fn visit_for_in_stmt(&mut self, own: &ForInStmt) {
        self.note(span_of(own));
        own.visit_children_with(self);
    }

    fn visit_while_stmt(&mut self, own: &WhileStmt) {
        self.note(span_of(own));
        own.visit_children_with(self);
    }

    fn visit_do_while_stmt(&mut self, own: &DoWhileStmt) {
        self.note(span_of(own));
        own.visit_children_with(self);
    }
}
