//! The beginning: what the parameters of a carrier stand for.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::defaults::standing;
use super::{Marks, Reader};
use crate::pages_api::bundle::Bundle;
use crate::pages_api::carrier::{Carrier, Escape, EscapeKind, Role, Root, Surroundings};
use crate::pages_api::changes::{Changes, changes};
use crate::pages_api::packed::Packed;
use crate::pages_api::patterns::{bound_by, picked_keys};
use crate::pages_api::{continuations, curried};
use crate::syntax::ast::{Expr, Id, ObjectPatProp, Pat};
use crate::syntax::{Function, Module, Span, VisitWith, assigned, pat_ident, references, span_of};

impl<'a> Carrier<'a> {
    pub(in crate::pages_api) fn read(
        module: &'a Module,
        root: Root<'a>,
        functions: &HashMap<Id, Function<'a>>,
        around: &Surroundings<'_>,
    ) -> Carrier<'a> {
        let Root {
            function,
            name,
            roles,
            held,
            answering,
            waited,
            wraps,
            routed,
            caught,
            handed,
            gives,
            continuations,
            outer,
            hands_headers,
            given_headers,
        } = root;
        let aliases = continuations::aliases(function, &continuations).into_iter().collect();
        let groups = continuations::groups(function);
        let makers = curried::aliases(module);
        let mut carrier = Carrier {
            function,
            name,
            wraps,
            routed,
            caught,
            handed,
            gives,
            continuations,
            outer,
            roles: roles.clone(),
            held: held.clone(),
            answering: answering.clone(),
            nexts: Vec::new(),
            defaults: BTreeMap::new(),
            idle: Vec::new(),
            waited,
            done: None,
            goes_on: Vec::new(),
            puts: Vec::new(),
            bundles: Vec::new(),
            packed: Vec::new(),
            aliases: Vec::new(),
            req: None,
            res: None,
            reads: Vec::new(),
            loose: HashSet::new(),
            peers: Vec::new(),
            certain: Vec::new(),
            method_names: HashSet::new(),
            words: HashMap::new(),
            unpacked: Vec::new(),
            writes: Vec::new(),
            checks: Vec::new(),
            statuses: Vec::new(),
            asked: Vec::new(),
            hands_headers,
            given_headers,
            calls: Vec::new(),
            given_inside: Vec::new(),
            bare_calls: Vec::new(),
            taught: Vec::new(),
            objects: Vec::new(),
            escapes: Vec::new(),
            changes: Changes::default(),
            settled: Vec::new(),
            runs: Vec::new(),
            streamed: Vec::new(),
            forms: Vec::new(),
            multiparts: Vec::new(),
            cors: Vec::new(),
        };
        let (mut taken_apart, mut pattern) = (None, None);
        for (param, role) in function.params().into_iter().zip(&roles) {
            let Some(role) = role else { continue };
            match (param, role) {
                (Pat::Ident(name), Role::Req) => carrier.req = Some(name.to_id()),
                (Pat::Ident(name), Role::Res) => carrier.res = Some(name.to_id()),
                (Pat::Object(object), Role::Req) if can_be_named(function) => {
                    carrier.req = Some(own_name());
                    (taken_apart, pattern) = (Some(object), Some(param));
                }
                (_, role) => {
                    carrier.escapes.push(Escape { span: span_of(param), role: *role, how: EscapeKind::Value });
                }
            }
        }
        for at in answering {
            let Some(param) = function.params().get(at).copied() else { continue };
            match pat_ident(param) {
                Some(name) => carrier.nexts.push(name.to_id()),
                None => {
                    let how = EscapeKind::Next(module.text_of(param).to_owned());
                    carrier.escapes.push(Escape { span: span_of(param), role: Role::Res, how });
                }
            }
        }
        if let (Some(_), Some(param)) = (waited, function.params().get(2).copied()) {
            match pat_ident(param) {
                Some(name) => carrier.done = Some(name.to_id()),
                None => {
                    let how = EscapeKind::Done(module.text_of(param).to_owned());
                    carrier.escapes.push(Escape { span: span_of(param), role: Role::Res, how });
                }
            }
        }
        for held in &held {
            let param = function.params().get(held.at).copied();
            let known = carrier.bundles.iter().find(|bundle| bundle.at == held.at).cloned();
            let bundle = known.clone().or_else(|| Bundle::of(function, held.at));
            if known.is_none() {
                carrier.bundles.extend(bundle.clone());
            }
            let bound = match &bundle {
                Some(bundle) => Some(bundle.member(function, &held.key)),
                None => param.and_then(|param| bound_by(param, &held.key)),
            };
            match (bound, held.role) {
                (Some(name), Role::Req) => carrier.req = Some(name),
                (Some(name), Role::Res) => carrier.res = Some(name),
                (None, _) if param.is_some_and(|param| picks_others(param, &held.key)) => {}
                (None, role) => {
                    let span = param.map_or(function.span(), span_of);
                    carrier.escapes.push(Escape { span, role, how: EscapeKind::Value });
                }
            }
        }
        carrier.escapes.extend(beyond_body(module, function, &carrier));
        carrier.find_aliases(function);
        let names: Vec<Id> = carrier.req.iter().chain(&carrier.res).cloned().collect();
        carrier.packed = Packed::of(function, &names, &|expr| carrier.role_of(expr));
        let plain = carrier.waited.is_none() && carrier.routed.is_none();
        let standing = if plain { standing(function, &roles) } else { HashMap::new() };
        let mut reader = Reader {
            module,
            functions,
            around,
            carrier,
            aliases,
            groups,
            caught: HashSet::new(),
            makers,
            standing,
            depth: 0,
            unforwarded: false,
            sent: HashMap::new(),
            marks: Marks::default(),
        };
        if let Some(object) = taken_apart {
            reader.unpack(span_of(object), object, None);
        }
        if let Some(block) = function.block() {
            block.visit_with(&mut reader);
        }
        if let Some(expression) = function.expression() {
            expression.visit_with(&mut reader);
        }
        let mut carrier = reader.carrier;
        let mut changes = changes(function, carrier.req.as_ref(), pattern);
        // Headers and cookies are copied out of the request wherever they are read as objects.
        let (copied, shared) = changes.places.into_iter().partition(|(_, part)| part == "headers" || part == "cookies");
        changes.places = shared;
        carrier.changes = changes;
        carrier.extended(copied);
        let given_more = function.block().map(assigned).unwrap_or_default();
        let given_more: HashSet<Id> = given_more.into_iter().map(|(id, _)| id).collect();
        // What is not the method any more says nothing of it.
        carrier.method_names.retain(|id| !given_more.contains(id));
        for unpacked in &mut carrier.unpacked {
            let mut ids = unpacked.bound.iter().flat_map(|(_, ids)| ids);
            unpacked.constant = !ids.any(|id| given_more.contains(id));
        }
        carrier.loose = reader.marks.loose;
        carrier
    }
}

impl Carrier<'_> {
    /// Notes changes of parts of the request that its new form has no place for, but for those that are known.
    fn extended(&mut self, places: Vec<(Span, String)>) {
        for (span, part) in places {
            if !self.escapes.iter().any(|escape| escape.span == span) {
                self.escapes.push(Escape { span, role: Role::Req, how: EscapeKind::Extended(part) });
            }
        }
    }
}

/// Defaults of parameters that take something from the request or the response, which are not rewritten, and
/// `arguments`, of which there may be less afterwards.
fn beyond_body(module: &Module, function: Function<'_>, carrier: &Carrier<'_>) -> Vec<Escape> {
    let mut defaults = Defaults { found: Vec::new() };
    function.params().into_iter().for_each(|param| defaults.pattern(param));
    let of_default = defaults.found.iter().filter_map(|default| {
        let mentioned = references(*default);
        let role = |id: &Option<Id>, role: Role| id.as_ref().filter(|id| mentioned.contains_key(*id)).map(|_| role);
        let role = role(&carrier.req, Role::Req).or_else(|| role(&carrier.res, Role::Res))?;
        Some(Escape { span: span_of(*default), role, how: EscapeKind::Value })
    });
    let counted =
        function.block().filter(|_| !matches!(function, Function::Arrow(_))).map(references).unwrap_or_default();
    let counted = counted.into_iter().filter(|(id, _)| &*id.0 == "arguments" && module.is_free(id));
    let counted = counted.flat_map(|(_, places)| places);
    let of_arguments = counted.map(|span| Escape { span, role: Role::Res, how: EscapeKind::Value });
    of_default.chain(of_arguments).collect()
}

/// Collects the defaults in patterns.
struct Defaults<'a> {
    found: Vec<&'a Expr>,
}

impl<'a> Defaults<'a> {
    fn pattern(&mut self, pattern: &'a Pat) {
        match pattern {
            Pat::Assign(own) => {
                self.found.push(&own.right);
                self.pattern(&own.left);
            }
            Pat::Array(list) => list.elems.iter().flatten().for_each(|own| self.pattern(own)),
            Pat::Object(object) => object.props.iter().for_each(|property| match property {
                ObjectPatProp::KeyValue(pair) => self.pattern(&pair.value),
                ObjectPatProp::Assign(own) => self.found.extend(own.value.as_deref()),
                ObjectPatProp::Rest(rest) => self.pattern(&rest.arg),
            }),
            Pat::Rest(rest) => self.pattern(&rest.arg),
            _ => {}
        }
    }
}

/// What a request that has no name is called.
fn own_name() -> Id {
    ("req".into(), Default::default())
}

/// Whether a request that is taken apart in the parameter list can be given [`own_name`], and taken apart at the
/// top.
fn can_be_named(function: Function<'_>) -> bool {
    function.block().is_some_and(|block| references(block).keys().all(|id| id.0 != own_name().0))
}

/// Whether `param` takes an object apart and leaves `key` behind.
fn picks_others(param: &Pat, key: &str) -> bool {
    match param {
        Pat::Object(object) => picked_keys(object).is_some_and(|keys| keys.iter().all(|own| own != key)),
        _ => false,
    }
}
