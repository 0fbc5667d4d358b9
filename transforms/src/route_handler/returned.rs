//! What a function gives back, as far as its callers ask whether it is there:
//!
//! ```ts
//! if (!session) { res.status(401).end(); return null; }      // false
//! let auth: Session = session;                               // true, as the check has shown
//! if (isRoot(session)) auth = { ...session, root: true };    // true
//! return auth;                                               // so this is always true
//! ```

use std::collections::HashMap;

use super::effect::Truthiness;
use super::sure::Sure;
use crate::syntax::ast::{
    ArrowExpr, AssignExpr, AssignOp, AssignTarget, Class, Expr, ForHead, Function, Id, Lit, Pat, ReturnStmt,
    SimpleAssignTarget, Stmt, UpdateExpr, VarDecl, VarDeclKind,
};
use crate::syntax::{Span, Visit, VisitWith, bare, ident, references, span_of};

/// The `return` statements of a function, and what is known of their values.
pub struct Returns {
    values: Vec<(Span, Truthiness)>,
    known: Known,
}

/// What is known of names.
struct Known {
    /// Constants that a check before has made true.
    sure: Sure,
    /// Variables of the function, and what all that they are ever set to is.
    variables: HashMap<Id, Truthiness>,
}

impl Returns {
    /// Those of the function with this body.
    pub fn of(body: &[Stmt]) -> Returns {
        let known = Known { sure: Sure::of_body(body), variables: HashMap::new() };
        let mut variables = Variables { known: &known, first: HashMap::new(), later: HashMap::new() };
        body.iter().for_each(|statement| statement.visit_with(&mut variables));
        let Variables { first, later, .. } = variables;
        let all = first.into_iter().map(|(id, first)| {
            let later = later.get(&id).copied().unwrap_or(Truthiness::Never);
            (id, first.and(later))
        });
        let variables = all.collect();
        let mut returns = Returns { values: Vec::new(), known: Known { variables, ..known } };
        body.iter().for_each(|statement| statement.visit_with(&mut returns));
        returns
    }

    /// What the `return` at `statement` gives.
    pub fn value(&self, statement: Span) -> Truthiness {
        self.values.iter().find(|(span, _)| *span == statement).map_or(Truthiness::Unknown, |(_, value)| *value)
    }
}

impl Visit for Returns {
    fn visit_return_stmt(&mut self, statement: &ReturnStmt) {
        let value = statement.arg.as_deref().map_or(Truthiness::Undefined, |value| self.known.truthiness(value));
        self.values.push((span_of(statement), value));
    }
    fn visit_function(&mut self, _: &Function) {}
    fn visit_arrow_expr(&mut self, _: &ArrowExpr) {}
    fn visit_class(&mut self, _: &Class) {}
}

/// Collects what variables are set to, also by functions inside.
struct Variables<'k> {
    known: &'k Known,
    first: HashMap<Id, Truthiness>,
    later: HashMap<Id, Truthiness>,
}

impl Variables<'_> {
    fn set(&mut self, id: Id, value: Truthiness) {
        let before = self.later.entry(id).or_insert(Truthiness::Never);
        *before = before.and(value);
    }
}

impl Visit for Variables<'_> {
    // Not those of `var`, which are there before they have their value.
    fn visit_var_decl(&mut self, variable: &VarDecl) {
        for declarator in variable.decls.iter().filter(|_| variable.kind == VarDeclKind::Let) {
            if let (Pat::Ident(name), Some(init)) = (&declarator.name, &declarator.init) {
                self.first.insert(name.id.to_id(), self.known.truthiness(init));
            }
        }
        variable.visit_children_with(self);
    }

    fn visit_assign_expr(&mut self, assignment: &AssignExpr) {
        match &assignment.left {
            AssignTarget::Simple(SimpleAssignTarget::Ident(name)) if assignment.op == AssignOp::Assign => {
                self.set(name.id.to_id(), self.known.truthiness(&assignment.right));
            }
            AssignTarget::Simple(SimpleAssignTarget::Member(_)) => {}
            target => references(target).into_keys().for_each(|id| self.set(id, Truthiness::Unknown)),
        }
        assignment.visit_children_with(self);
    }

    fn visit_update_expr(&mut self, update: &UpdateExpr) {
        if let Some(name) = ident(&update.arg) {
            self.set(name.to_id(), Truthiness::Unknown);
        }
        update.visit_children_with(self);
    }

    fn visit_for_head(&mut self, head: &ForHead) {
        if let ForHead::Pat(pattern) = head {
            references(&**pattern).into_keys().for_each(|id| self.set(id, Truthiness::Unknown));
        }
        head.visit_children_with(self);
    }
}

impl Known {
    fn truthiness(&self, value: &Expr) -> Truthiness {
        let known = |is: bool| if is { Truthiness::True } else { Truthiness::False };
        match bare(value) {
            Expr::Lit(Lit::Null(_)) => Truthiness::Null,
            Expr::Lit(Lit::Bool(value)) => known(value.value),
            Expr::Lit(Lit::Num(number)) => known(number.value != 0.0 && !number.value.is_nan()),
            Expr::Lit(Lit::Str(text)) => known(!text.value.is_empty()),
            Expr::Ident(name) if &*name.sym == "undefined" => Truthiness::Undefined,
            Expr::Ident(name) if self.sure.is_true(name) => Truthiness::True,
            Expr::Ident(name) => self.variables.get(&name.to_id()).copied().unwrap_or(Truthiness::Unknown),
            Expr::Object(_) | Expr::Array(_) | Expr::New(_) | Expr::Arrow(_) | Expr::Fn(_) => Truthiness::True,
            _ => Truthiness::Unknown,
        }
    }
}
