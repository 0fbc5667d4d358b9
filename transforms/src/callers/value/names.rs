//! What the names of a module are set to.

use std::collections::HashMap;

use super::Held;
use crate::syntax::ast::{
    AssignExpr, AssignOp, AssignTarget, ExportDefaultExpr, Expr, Id, Pat, SimpleAssignTarget, VarDeclarator,
};
use crate::syntax::{Visit, VisitWith, bare, default_object};

/// Whether it is worth keeping: functions and components are not.
fn may_be_text(value: &Expr) -> bool {
    matches!(
        bare(value),
        Expr::Lit(_)
            | Expr::Tpl(_)
            | Expr::Bin(_)
            | Expr::Cond(_)
            | Expr::Object(_)
            | Expr::New(_)
            | Expr::Call(_)
            | Expr::Member(_)
            | Expr::Ident(_)
    )
}

/// Collects what names are set to.
pub(super) struct Names(pub(super) HashMap<Id, Held>);

impl Visit for Names {
    fn visit_var_declarator(&mut self, declarator: &VarDeclarator) {
        if let Pat::Ident(binding) = &declarator.name {
            let held = self.0.entry(binding.id.to_id()).or_default();
            held.declared = true;
            held.values.extend(declarator.init.as_deref().filter(|init| may_be_text(init)).cloned());
            held.open |= declarator.init.as_deref().is_some_and(|init| !may_be_text(init));
        }
        declarator.visit_children_with(self);
    }

    fn visit_export_default_expr(&mut self, export: &ExportDefaultExpr) {
        if may_be_text(&export.expr) {
            let value = (*export.expr).clone();
            self.0.insert(default_object(), Held { values: vec![value], declared: true, open: false });
        }
        export.visit_children_with(self);
    }

    fn visit_assign_expr(&mut self, assign: &AssignExpr) {
        if let AssignTarget::Simple(SimpleAssignTarget::Ident(name)) = &assign.left {
            let held = self.0.entry(name.id.to_id()).or_default();
            match assign.op {
                AssignOp::Assign => held.values.push((*assign.right).clone()),
                _ => held.open = true,
            }
        }
        assign.visit_children_with(self);
    }
}
