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

/// The names that `node` gives other values after they were declared: `x = 1`, `x++`, `[x] = …`, `for (x of …)`.
pub fn assigned_names<N: VisitWith<Assigned>>(node: &N) -> HashSet<Id> {
    let mut assigned = Assigned { found: HashSet::new(), target: false };
    node.visit_with(&mut assigned);
    assigned.found
}

/// The visitor behind [`assigned`].
pub struct Assigned {
    found: HashSet<Id>,
    target: bool,
}

impl Assigned {
    fn inside(&mut self, target: bool, visit: impl FnOnce(&mut Self)) {
        let outer = std::mem::replace(&mut self.target, target);
        visit(self);
        self.target = outer;
    }
}

impl Visit for Assigned {
    fn visit_assign_target(&mut self, target: &ast::AssignTarget) {
        self.inside(true, |assigned| target.visit_children_with(assigned));
    }
    fn visit_for_head(&mut self, head: &ast::ForHead) {
        self.inside(matches!(head, ast::ForHead::Pat(_)), |assigned| head.visit_children_with(assigned));
    }
    fn visit_binding_ident(&mut self, binding: &ast::BindingIdent) {
        self.found.extend(self.target.then(|| binding.id.to_id()));
    }
    fn visit_update_expr(&mut self, update: &ast::UpdateExpr) {
        self.found.extend(super::ident(&update.arg).map(ast::Ident::to_id));
        update.visit_children_with(self);
    }
    // What a target asks for, as in `[x = y]`, is none.
    fn visit_expr(&mut self, expr: &ast::Expr) {
        self.inside(false, |assigned| expr.visit_children_with(assigned));
    }
}

/// Every name that a binding or a reference in `node` is spelled by: what a fresh name must avoid.
pub fn declared_names<N: VisitWith<Mentions>>(node: &N) -> HashSet<String> {
    references(node).into_keys().map(|(name, _)| name.to_string()).collect()
}
