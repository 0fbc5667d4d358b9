//! Which names a piece of code declares and mentions.

use std::collections::{HashMap, HashSet};

use swc_core::ecma::ast::{self, Id};
use swc_core::ecma::visit::{Visit, VisitWith};

use super::{Span, span_of};

/// Every place a binding is mentioned, its declaration included, types included.
pub type References = HashMap<Id, Vec<Span>>;

/// Collects the references in `node`.
pub fn references<N: VisitWith<Mentions>>(node: &N) -> References {
    let mut mentions = Mentions::default();
    node.visit_with(&mut mentions);
    mentions.0
}

/// Whether a variable may have that name.
pub fn is_name(name: &str) -> bool {
    ast::Ident::verify_symbol(name).is_ok()
}

/// The visitor behind [`references`].
#[derive(Default)]
pub struct Mentions(References);

impl Visit for Mentions {
    fn visit_ident(&mut self, ident: &ast::Ident) {
        self.0.entry(ident.to_id()).or_default().push(span_of(ident));
    }

    // The parameters of a function type are names for the reader only.
    fn visit_ts_fn_param(&mut self, param: &ast::TsFnParam) {
        match param {
            ast::TsFnParam::Ident(binding) => binding.type_ann.visit_with(self),
            ast::TsFnParam::Rest(rest) => rest.type_ann.visit_with(self),
            other => other.visit_children_with(self),
        }
    }

    // `a as b`: the name for the outside is no binding of this module.
    fn visit_export_named_specifier(&mut self, specifier: &ast::ExportNamedSpecifier) {
        specifier.orig.visit_with(self);
    }

    fn visit_import_named_specifier(&mut self, specifier: &ast::ImportNamedSpecifier) {
        specifier.local.visit_with(self);
    }
}

/// Every name that a binding or a reference in `node` is spelled by: what a fresh name must avoid.
pub fn declared_names<N: VisitWith<Mentions>>(node: &N) -> HashSet<String> {
    references(node).into_keys().map(|(name, _)| name.to_string()).collect()
}

/// The first of `names` that nothing in `node` goes by; else a name like the first one.
pub fn free_name<N: VisitWith<Mentions>>(node: &N, names: &[&str]) -> String {
    let taken = declared_names(node);
    let free = names.iter().find(|name| !taken.contains(**name));
    let mut name = free.or(names.first()).map_or("handler", |name| *name).to_owned();
    while taken.contains(&name) {
        name.push('_');
    }
    name
}
