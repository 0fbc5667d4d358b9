//! Where names are given other values: `a = 1`, `a++`, `[a] = list`, `for (a of list)`.

use swc_core::ecma::ast::{AssignTarget, BindingIdent, Expr, ForHead, Id, SimpleAssignTarget, UpdateExpr};
use swc_core::ecma::visit::{Visit, VisitWith};

use super::{Span, ident, span_of};

/// Every place where `node` gives another value to a name; not where it declares one.
pub fn assigned<N: VisitWith<Assigned>>(node: &N) -> Vec<(Id, Span)> {
    let mut search = Assigned::default();
    node.visit_with(&mut search);
    search.found
}

/// The visitor behind [`assigned`].
#[derive(Default)]
pub struct Assigned {
    found: Vec<(Id, Span)>,
    /// The names of the pattern that is looked at take values.
    takes: bool,
}

impl Assigned {
    fn taking(&mut self, pattern: &impl VisitWith<Assigned>) {
        let outer = std::mem::replace(&mut self.takes, true);
        pattern.visit_children_with(self);
        self.takes = outer;
    }
}

impl Visit for Assigned {
    fn visit_assign_target(&mut self, target: &AssignTarget) {
        self.taking(target);
        let inside = target.as_simple().and_then(cast).and_then(ident);
        self.found.extend(inside.map(|name| (name.to_id(), span_of(name))));
    }

    fn visit_for_head(&mut self, head: &ForHead) {
        match head {
            ForHead::Pat(_) => self.taking(head),
            _ => head.visit_children_with(self),
        }
    }

    fn visit_update_expr(&mut self, update: &UpdateExpr) {
        self.found.extend(ident(&update.arg).map(|name| (name.to_id(), span_of(name))));
        update.visit_children_with(self);
    }

    fn visit_binding_ident(&mut self, name: &BindingIdent) {
        if self.takes {
            self.found.push((name.id.to_id(), span_of(&name.id)));
        }
    }

    // `[a = () => { … }] = list`, `list[i] = …`: code within a pattern.
    fn visit_expr(&mut self, expr: &Expr) {
        let outer = std::mem::replace(&mut self.takes, false);
        expr.visit_children_with(self);
        self.takes = outer;
    }
}

/// What stands in parentheses or in a cast that takes a value.
fn cast(target: &SimpleAssignTarget) -> Option<&Expr> {
    match target {
        SimpleAssignTarget::Paren(inner) => Some(&inner.expr),
        SimpleAssignTarget::TsAs(inner) => Some(&inner.expr),
        SimpleAssignTarget::TsSatisfies(inner) => Some(&inner.expr),
        SimpleAssignTarget::TsNonNull(inner) => Some(&inner.expr),
        SimpleAssignTarget::TsTypeAssertion(inner) => Some(&inner.expr),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::Module;

    #[test]
    fn names_that_take_values() {
        let text = "let a = 0; a = 1; a++; [b, { c, d: e = (f = 2) }] = l; for (g of l) {} for (const h of l) {} i.j = 1; (k as any) += 1";
        let module = Module::parse("a.ts", text.into()).unwrap();
        let found = assigned(&module.ast);
        let mut names: Vec<&str> = found.iter().map(|(id, _)| &*id.0).collect();
        names.sort_unstable();
        assert_eq!(names, ["a", "a", "b", "c", "e", "f", "g", "k"]);
    }
}
