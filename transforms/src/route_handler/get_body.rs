//! Handlers that take the body of a `GET`. The Pages Router parses one, which a Route Handler never has:
//!
//! ```ts
//! if (req.method === 'GET') {
//!   const { ids } = req.body;              // sent by `curl -X GET -d …` or axios, for `fetch` sends none
//! ```
//!
//! A handler that answers all methods without a look at them reads it for those that have a body.

use std::collections::{BTreeSet, HashSet};

use super::dispatch::Methods;
use super::live::reached;
use super::needs::{Body, Callees, Needs, index_of};
use super::unit::Unit;
use crate::finding::Finding;
use crate::pages_api::{Carrier, Part, Step, residual};
use crate::project::Method;
use crate::syntax::ast::{AssignOp, BinaryOp, Expr, Id, Prop, Stmt, VarDeclarator};
use crate::syntax::{Span, Visit, VisitWith, bare, bound_ids, ident, prop_name, references, span_of};

/// What to say about the handlers of `unit` that are meant for `GET` or `HEAD`; `methods` are those that each answers.
pub fn get_bodies(unit: &Unit<'_>, methods: &[Methods], needs: &[Needs], callees: &Callees) -> Vec<Finding> {
    let list = unit.carriers.list.iter().zip(methods).enumerate();
    let asked = list.filter_map(|(at, (leaf, methods))| {
        let named = [Method::Get, Method::Head].into_iter().find(|method| methods.named.contains(method));
        let method = named.or_else(|| is_given(unit, leaf).then_some(Method::Get))?;
        let search = Search { unit, needs, callees, method };
        search.read(at, &mut HashSet::new())
    });
    asked.collect::<BTreeSet<Span>>().into_iter().map(|place| told(&unit.module.path, place)).collect()
}

fn told(path: &str, place: Span) -> Finding {
    let message = "the body of a GET request is read here, and a Route Handler never has one";
    Finding::review("get-body", path, place, message)
        .help("let callers send it in the query, or by POST, before the endpoint moves")
}

/// Whether a map of handlers or a router has `leaf` under `GET`.
fn is_given(unit: &Unit<'_>, leaf: &Carrier<'_>) -> bool {
    let around = |span: Span| leaf.caught.is_some_and(|call| call.contains(span));
    let of_leaf = |span: Span, id: Option<&Id>| {
        leaf.function.span() == span || (id.is_some() && leaf.name.as_ref() == id) || around(span)
    };
    let routes = unit.router.iter().flat_map(|router| &router.routes);
    let mut routed = routes.filter(|route| route.method == Some(Method::Get)).flat_map(|route| &route.steps);
    let mut keyed = Keyed { found: Vec::new() };
    let maps = unit.keys.iter().chain(unit.handed.iter().flat_map(|handed| &handed.keys));
    if maps.into_iter().any(|key| key == Method::Get.as_str()) {
        unit.module.ast.visit_with(&mut keyed);
    }
    routed.any(|step| match step {
        Step::Function(function) => of_leaf(function.span(), None),
        Step::Named(id, span) => of_leaf(*span, Some(id)),
    }) || keyed.found.iter().any(|(span, id)| of_leaf(*span, id.as_ref()))
}

/// What stands under `GET` in objects: where, and its name.
struct Keyed {
    found: Vec<(Span, Option<Id>)>,
}

impl Visit for Keyed {
    fn visit_prop(&mut self, prop: &Prop) {
        match prop {
            Prop::KeyValue(pair) if prop_name(&pair.key).as_deref() == Some(Method::Get.as_str()) => {
                let id = ident(&pair.value).map(|name| name.to_id());
                self.found.push((span_of(bare(&pair.value)), id));
            }
            Prop::Shorthand(name) if &*name.sym == Method::Get.as_str() => {
                self.found.push((span_of(name), Some(name.to_id())));
            }
            Prop::Method(method) if prop_name(&method.key).as_deref() == Some(Method::Get.as_str()) => {
                self.found.push((span_of(&*method.function), None));
            }
            _ => {}
        }
        prop.visit_children_with(self);
    }
}

struct Search<'s, 'm> {
    unit: &'s Unit<'m>,
    needs: &'s [Needs],
    callees: &'s Callees,
    method: Method,
}

impl Search<'_, '_> {
    /// Where the carrier at `at`, or a function that it calls, does something with the body: the place in this file.
    fn read(&self, at: usize, seen: &mut HashSet<usize>) -> Option<Span> {
        let carrier = self.unit.carriers.list.get(at).filter(|_| seen.insert(at))?;
        let mut places = self.uses(carrier);
        let asks = |needs: &Needs| needs.body != Body::Unread || needs.raw;
        let others = carrier.calls.iter().filter(|call| !carrier.continuations.contains(&call.callee));
        for call in others {
            let is_own = index_of(&self.unit.carriers, call);
            let takes = match is_own {
                // It is looked into where it is called.
                Some(own) => self.needs.get(own).is_some_and(asks),
                None => self.callees.get(&call.callee).is_some_and(|callee| asks(&callee.needs)),
            };
            if takes {
                places.insert(call.span);
            }
        }
        loop {
            let place = reached(carrier, &places, Some(self.method), true)?;
            let own = carrier.calls.iter().find(|call| call.span == place);
            match own.and_then(|call| index_of(&self.unit.carriers, call)) {
                Some(own) => match self.read(own, seen) {
                    Some(place) => return Some(place),
                    None => places.remove(&place),
                },
                None => return Some(origin(carrier, place)),
            };
        }
    }

    /// Where `carrier` uses the body: where it is read, or where names are mentioned that it is bound to.
    fn uses(&self, carrier: &Carrier<'_>) -> BTreeSet<Span> {
        let mut places: BTreeSet<Span> = body_reads(carrier).collect();
        let unpacked = carrier.unpacked.iter().flat_map(|unpacked| &unpacked.bound);
        let mut names: Vec<Id> = unpacked.filter(|(of, _)| of == "body").flat_map(|(_, ids)| ids.clone()).collect();
        let mut binds = Binds { found: Vec::new() };
        if let Some(block) = carrier.function.block() {
            block.visit_with(&mut binds);
        }
        let mentions = self.unit.module.references();
        let mut taken = HashSet::new();
        loop {
            // `const { id } = req.body` by itself does nothing with it.
            for (value, bound) in &binds.found {
                if places.remove(value) {
                    names.extend(bound.iter().cloned());
                }
            }
            let fresh: Vec<Id> = names.drain(..).filter(|name| taken.insert(name.clone())).collect();
            if fresh.is_empty() {
                return places;
            }
            for name in &fresh {
                let end = self.given_anew(carrier, name).map_or(usize::MAX, |assigned| assigned.start);
                let all = mentions.get(name).into_iter().flatten();
                places.extend(all.filter(|mention| mention.start < end).copied());
            }
        }
    }

    /// Where `name` certainly gets another value for the method: `if (req.method === 'GET') body = req.query`.
    fn given_anew(&self, carrier: &Carrier<'_>, name: &Id) -> Option<Span> {
        let known = carrier.known(Some(Some(self.method)));
        let left = residual(&carrier.function.block()?.stmts, &known);
        left.into_iter().find_map(|statement| {
            let Stmt::Expr(statement) = statement else { return None };
            let Expr::Assign(assign) = bare(&statement.expr) else { return None };
            let target = assign.left.as_ident().filter(|target| target.id.to_id() == *name)?;
            let plain = assign.op == AssignOp::Assign && !references(&*assign.right).contains_key(name);
            plain.then(|| span_of(&target.id))
        })
    }
}

fn body_reads(carrier: &Carrier<'_>) -> impl Iterator<Item = Span> {
    carrier.reads.iter().filter(|read| matches!(read.part, Part::Body | Part::RawBody)).map(|read| read.span)
}

/// Where what is used at `place` came from, if that is a name.
fn origin(carrier: &Carrier<'_>, place: Span) -> Span {
    if body_reads(carrier).any(|read| read == place) || carrier.calls.iter().any(|call| call.span == place) {
        return place;
    }
    let taken = carrier.unpacked.iter().filter(|unpacked| unpacked.bound.iter().any(|(name, _)| name == "body"));
    body_reads(carrier).chain(taken.map(|unpacked| unpacked.declarator)).next().unwrap_or(place)
}

/// Values that are bound to names as they are: `const { a } = value`, or `value ?? {}`.
struct Binds {
    found: Vec<(Span, Vec<Id>)>,
}

impl Visit for Binds {
    fn visit_var_declarator(&mut self, declared: &VarDeclarator) {
        declared.visit_children_with(self);
        let Some(init) = declared.init.as_deref() else { return };
        let value = match bare(init) {
            Expr::Bin(bin) if matches!(bin.op, BinaryOp::NullishCoalescing | BinaryOp::LogicalOr) => bare(&bin.left),
            value => value,
        };
        self.found.push((span_of(value), bound_ids(&declared.name)));
    }
}
