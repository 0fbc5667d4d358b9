//! Where code asks whether a function is there, or for the names of an object's members, and does not take one.
//!
//! ```ts
//! if (!handlers[method]) …      typeof run === 'function'      method in handlers      Object.keys(handlers)
//! ```

use std::collections::BTreeSet;

use crate::syntax::ast::{BinExpr, BinaryOp, CallExpr, CondExpr, Expr, Id, IfStmt, TsTypeQuery, UnaryExpr, UnaryOp};
use crate::syntax::{Span, Visit, VisitWith, bare, ident, member_name, references, span_of};

/// The mentions of `name` in `node` that do no more than ask.
pub fn questions<N: VisitWith<Questions>>(node: &N, name: &Id) -> BTreeSet<Span> {
    let mut questions = Questions { name: name.clone(), found: BTreeSet::new() };
    node.visit_with(&mut questions);
    questions.found
}

/// The visitor behind [`questions`].
pub struct Questions {
    name: Id,
    found: BTreeSet<Span>,
}

impl Questions {
    /// `run`, `handlers[method]`: asked for what it is.
    fn asked(&mut self, expr: &Expr) {
        let subject = match bare(expr) {
            Expr::Member(member) => bare(&member.obj),
            other => other,
        };
        self.whole(subject);
    }

    fn whole(&mut self, expr: &Expr) {
        let own = ident(expr).filter(|name| name.to_id() == self.name);
        self.found.extend(own.map(span_of));
    }

    fn test(&mut self, expr: &Expr) {
        match bare(expr) {
            Expr::Bin(bin) if matches!(bin.op, BinaryOp::LogicalAnd | BinaryOp::LogicalOr) => {
                self.test(&bin.left);
                self.test(&bin.right);
            }
            other => self.asked(other),
        }
    }
}

impl Visit for Questions {
    fn visit_if_stmt(&mut self, choice: &IfStmt) {
        self.test(&choice.test);
        choice.visit_children_with(self);
    }

    fn visit_cond_expr(&mut self, choice: &CondExpr) {
        self.test(&choice.test);
        choice.visit_children_with(self);
    }

    fn visit_unary_expr(&mut self, unary: &UnaryExpr) {
        if matches!(unary.op, UnaryOp::Bang | UnaryOp::TypeOf) {
            self.asked(&unary.arg);
        }
        unary.visit_children_with(self);
    }

    fn visit_bin_expr(&mut self, bin: &BinExpr) {
        match bin.op {
            BinaryOp::LogicalAnd => self.asked(&bin.left),
            BinaryOp::EqEq | BinaryOp::EqEqEq | BinaryOp::NotEq | BinaryOp::NotEqEq => {
                self.asked(&bin.left);
                self.asked(&bin.right);
            }
            BinaryOp::In => self.whole(&bin.right),
            _ => {}
        }
        bin.visit_children_with(self);
    }

    fn visit_call_expr(&mut self, call: &CallExpr) {
        if let Some(Expr::Member(callee)) = call.callee.as_expr().map(|callee| bare(callee)) {
            let of_object = ident(&callee.obj).is_some_and(|object| &*object.sym == "Object");
            match (member_name(callee).as_deref(), call.args.first()) {
                (Some("keys" | "hasOwn"), Some(first)) if of_object => self.whole(&first.expr),
                (Some("hasOwnProperty"), _) => self.whole(&callee.obj),
                _ => {}
            }
        }
        call.visit_children_with(self);
    }

    fn visit_ts_type_query(&mut self, query: &TsTypeQuery) {
        self.found.extend(references(query).remove(&self.name).into_iter().flatten());
    }
}
