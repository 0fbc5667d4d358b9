//! Which names stand for files of a form: those that patterns bind.

use super::beside::is_empty;
use super::kinds::{Kind, Kinds};
use crate::syntax::ast::{ArrayPat, Expr, Id, ObjectPat, ObjectPatProp, Pat};
use crate::syntax::{Span, function_of, prop_name, span_of};

impl Kinds<'_> {
    pub(super) fn learn(&mut self, id: Id, kind: Kind, at: Span) {
        match self.bindings.get(&id) {
            None => {
                self.bindings.insert(id, kind);
                self.learnt = true;
            }
            Some(known) if *known == kind => {}
            Some(_) => self.lost(at),
        }
    }

    fn lost(&mut self, at: Span) {
        self.unclear = self.unclear.or(Some(at));
    }

    pub(super) fn bind(&mut self, pat: &Pat, kind: &Kind) {
        match pat {
            Pat::Ident(name) => self.learn(name.to_id(), kind.clone(), span_of(pat)),
            Pat::Assign(default) => {
                self.default(&default.right);
                self.bind(&default.left, kind);
            }
            Pat::Array(array) => self.bind_array(array, kind),
            Pat::Object(object) => self.bind_object(object, kind),
            _ => self.lost(span_of(pat)),
        }
    }

    pub(super) fn bind_array(&mut self, array: &ArrayPat, kind: &Kind) {
        for (at, elem) in array.elems.iter().enumerate() {
            let Some(elem) = elem else { continue };
            let inner = match kind {
                Kind::Tuple(places) if !elem.is_rest() => places.get(at).cloned().flatten(),
                Kind::File(major) => Some(Kind::File(*major)),
                _ => return self.lost(span_of(elem)),
            };
            if let Some(inner) = inner {
                self.bind(elem, &inner);
            }
        }
    }

    pub(super) fn bind_object(&mut self, object: &ObjectPat, kind: &Kind) {
        for prop in &object.props {
            let key = match prop {
                ObjectPatProp::KeyValue(pair) => prop_name(&pair.key),
                ObjectPatProp::Assign(own) => Some(own.key.sym.to_string()),
                ObjectPatProp::Rest(_) => None,
            };
            let inner = match (kind, key) {
                (Kind::Files(major), _) if !matches!(prop, ObjectPatProp::Rest(_)) => Some(Kind::File(*major)),
                (Kind::Object(held), Some(key)) => held.get(&key).cloned(),
                _ => return self.lost(span_of(prop)),
            };
            match (inner, prop) {
                (Some(inner), ObjectPatProp::KeyValue(pair)) => self.bind(&pair.value, &inner),
                (Some(inner), ObjectPatProp::Assign(own)) => {
                    own.value.iter().for_each(|default| self.default(default));
                    self.learn(own.key.to_id(), inner, span_of(own));
                }
                _ => {}
            }
        }
    }

    /// What stands for a file that was not sent has to be nothing.
    fn default(&mut self, default: &Expr) {
        if !is_empty(default) {
            self.lost(span_of(default));
        }
    }

    /// A function that is called with something of a kind in the place `at`.
    pub(super) fn called_with(&mut self, expr: &Expr, at: usize, kind: &Kind) {
        let Some(function) = function_of(expr) else { return };
        if let Some(param) = function.params().get(at) {
            self.bind(param, kind);
        }
    }
}
