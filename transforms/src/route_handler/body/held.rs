//! Objects that hold `req` or `res` for a helper: each gets what the helper needs of them in their place.
//!
//! ```ts
//! helper({ userId, req, res })      →   helper({ userId, req, query })
//!
//! const ctx = { req, res, db }      →   const ctx = { query, db }
//! helper(ctx)                       →   helper(ctx)
//! ```

use std::collections::{BTreeSet, HashSet};

use super::Builder;
use crate::pages_api::{Bundle, Call, HeldProperty, Packed, Role};
use crate::rewrite::{Edit, Piece};
use crate::route_handler::held_parameter::Left;
use crate::route_handler::needs::{Needs, Query};
use crate::syntax::{Span, span_of};

/// What stands in an object in place of `req` and `res`.
struct Given {
    request: bool,
    params: bool,
    keys: Vec<(Role, &'static str)>,
}

/// What the route's parameters are called in an object.
const PARAMS: &str = "params";

impl Given {
    /// What the functions that are handed one object need.
    fn of<'n>(all: impl Iterator<Item = &'n Needs>) -> Given {
        let mut given = Given { request: false, params: false, keys: Vec::new() };
        for needs in all {
            given.request |= needs.request;
            given.params |= needs.params;
            for role in [Role::Req, Role::Res] {
                let keys = needs.given_keys(role).into_iter().map(|key| (role, key));
                let more: Vec<_> = keys.filter(|key| !given.keys.contains(key)).collect();
                given.keys.extend(more);
            }
        }
        given
    }

    fn keys(&self, role: Role) -> Vec<&'static str> {
        self.keys.iter().filter(|(own, _)| *own == role).map(|(_, key)| *key).collect()
    }

    /// Whether one of `names` would mean what comes.
    fn is_among(&self, names: &BTreeSet<String>) -> bool {
        let keys = self.keys.iter().map(|(_, key)| *key);
        keys.chain(self.params.then_some(PARAMS)).any(|key| names.contains(key))
    }

    /// Whether `property` has no place for what comes instead of it.
    fn clashes(&self, property: &HeldProperty) -> bool {
        let mut given = self.keys(property.role);
        given.extend(self.params.then_some(PARAMS));
        !given.is_empty() && property.beside.iter().any(|key| key == "..." || given.contains(&key.as_str()))
    }
}

impl<'b> Builder<'b, '_, '_> {
    pub(super) fn held_arguments(&mut self, call: &Call, needs: &Needs) {
        let mut objects: Vec<(Span, Vec<&HeldProperty>)> = Vec::new();
        let given = Given::of(std::iter::once(needs));
        for (at, property) in &call.held {
            let object = call.args[*at].0;
            let gone = needs.emptied.contains(at);
            let literal = property.whole.is_none();
            let short = !literal && self.lacks(property, needs);
            if short || (literal && (given.clashes(property) || (gone && !property.beside.is_empty()))) {
                return self.no_place(call.span);
            }
            if gone || !literal {
                continue;
            }
            match objects.last_mut() {
                Some((last, properties)) if *last == object => properties.push(property),
                _ => objects.push((object, vec![property])),
            }
        }
        for (object, properties) in objects {
            self.held_properties(object, &properties, &given);
        }
    }

    /// Other members of an object parameter go by the names that something gets in it.
    pub(super) fn members_clash(&mut self, bundle: &Bundle) {
        let apart = bundle.apart.iter().flat_map(|apart| apart.properties.iter().map(|(key, _)| key.clone()));
        let others: BTreeSet<String> = bundle.others.iter().cloned().chain(apart).collect();
        if Given::of(std::iter::once(self.needs)).is_among(&others) {
            self.no_place(self.carrier.function.span());
        }
    }

    fn no_place(&mut self, span: Span) {
        let message = "this helper needs more than this object can be given, or less";
        self.refuse("helper-needs-params", span, message, "pass what it needs as an argument");
    }

    /// Whether a parameter that is handed on lacks what the callee looks for in it.
    fn lacks(&self, property: &HeldProperty, needs: &Needs) -> bool {
        let parameter = self.carrier.bundles.iter().any(|bundle| property.whole.as_ref() == Some(&bundle.name));
        parameter && (needs.params || (needs.query == Query::Given && self.needs.query != Query::Given))
    }

    /// The properties of one object: what comes in their place, or nothing.
    fn held_properties(&mut self, object: Span, properties: &[&HeldProperty], given: &Given) {
        // Neighbours that go, go together.
        let mut gone: Vec<Span> = Vec::new();
        let of = |role: Role| properties.iter().position(|property| property.role == role);
        let place = of(Role::Res).or_else(|| of(Role::Req)).filter(|_| given.params);
        for (at, property) in properties.iter().enumerate() {
            let mut kept: Vec<Piece> = Vec::new();
            let mut add = |piece: Piece| {
                if !kept.is_empty() {
                    kept.push(Piece::Text(", ".into()));
                }
                kept.push(piece);
            };
            if property.role == Role::Req && given.request {
                self.out.request_at.push(property.span);
                add(Piece::Source(property.span));
            }
            if place == Some(at) {
                let name = &self.cx.names.params;
                add(Piece::Text(if name == PARAMS { name.clone() } else { format!("{PARAMS}: {name}") }));
                self.out.params_at.push(property.span);
            }
            for key in given.keys(property.role) {
                let value = match key {
                    "query" => &self.query_name,
                    "body" => &self.body_name,
                    _ => &self.cx.names.headers,
                };
                add(Piece::Text(if key == value { value.clone() } else { format!("{key}: {value}") }));
            }
            if !kept.is_empty() {
                self.edit(property.span, kept);
                continue;
            }
            match gone.last_mut() {
                Some(run) if self.are_neighbours(*run, property.span) => run.end = property.span.end,
                _ => gone.push(property.span),
            }
        }
        for run in gone {
            let whole = without_comma(&self.cx.module.text, object, run);
            self.out.edits.push(Edit::delete(whole));
        }
    }

    /// Nothing but a comma stands between the two.
    fn are_neighbours(&self, one: Span, other: Span) -> bool {
        self.text_of(Span::new(one.end, other.start)).trim() == ","
    }

    /// The places where what `call` is given for the request is mentioned: itself, and the constants that it hands on.
    pub(super) fn given_at(&self, call: &Call) -> Vec<Span> {
        let names = || call.held.iter().filter_map(|(_, property)| property.whole.as_ref());
        let packed = self.carrier.packed.iter().filter(|packed| names().any(|name| *name == packed.name));
        std::iter::once(call.span).chain(packed.map(|packed| packed.declarator)).collect()
    }

    /// Constants that hold `req` or `res`, and the members that stand for these.
    pub(super) fn packed(&mut self) {
        let carrier = self.carrier;
        for packed in &carrier.packed {
            self.constant(packed);
        }
        let edited: HashSet<Span> = self.out.edits.iter().map(Edit::span).collect();
        let name = |role: &Role| match role {
            Role::Req => carrier.req.as_ref(),
            Role::Res => carrier.res.as_ref(),
        };
        for (span, role) in carrier.packed.iter().flat_map(|packed| &packed.members) {
            if let Some(name) = name(role).filter(|_| !edited.contains(span)) {
                self.edit(*span, vec![Piece::Text(name.0.to_string())]);
            }
        }
    }

    fn constant(&mut self, packed: &'b Packed) {
        let carrier = self.carrier;
        let handed: Vec<&Needs> = carrier
            .calls
            .iter()
            .filter_map(|call| {
                let held = |(_, property): &&(usize, HeldProperty)| property.whole.as_ref() == Some(&packed.name);
                let (at, _) = call.held.iter().find(held)?;
                self.callee_needs(call).filter(|needs| !needs.emptied.contains(at))
            })
            .collect();
        let given = Given::of(handed.iter().copied());
        let Some(first) = packed.held.first() else { return };
        if packed.held.iter().any(|property| given.clashes(property)) || given.is_among(&packed.others) {
            return self.no_place(packed.object);
        }
        if handed.is_empty() && first.beside.is_empty() && packed.others.is_empty() {
            return self.drop_declaration(packed.declarator);
        }
        let properties: Vec<&HeldProperty> = packed.held.iter().collect();
        self.held_properties(packed.object, &properties, &given);
        let Some(annotation) = &packed.annotation else { return };
        let left = Left {
            module: self.cx.module,
            carrier,
            extensions: &self.needs.extensions,
            dialect: self.cx.dialect,
            alone: false,
            held: packed.held.iter().map(|held| (held.key.as_str(), held.role)).collect(),
            request: given.request,
            params: given.params,
            given: &|role| given.keys(role),
        };
        let text = left.of(&annotation.type_ann);
        self.edit(span_of(&*annotation.type_ann), vec![Piece::Text(text)]);
    }
}

/// A property of `object` with the comma that goes with it.
pub fn without_comma(text: &str, object: Span, property: Span) -> Span {
    let behind = &text[property.end..object.end];
    let rest = behind.trim_start();
    if let Some(after) = rest.strip_prefix(',') {
        let next = after.trim_start_matches([' ', '\t']);
        // The next property takes its place; a line of its own goes whole.
        let end = object.end - next.len();
        let before = &text[object.start..property.start];
        let own_line = next.starts_with(['\n', '\r']) && before.trim_end_matches([' ', '\t']).ends_with('\n');
        let start = if own_line { object.start + before.trim_end().len() } else { property.start };
        return Span::new(start, end);
    }
    // The last one takes the comma before it along.
    let before = text[object.start..property.start].trim_end();
    let start = before.strip_suffix(',').map_or(property.start, |kept| object.start + kept.len());
    Span::new(start, property.end)
}
