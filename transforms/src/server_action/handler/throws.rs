//! Whether a handler may throw something that it does not catch. The caller of an action would be rejected by that, where
//! `fetch` gave a response.

use super::super::input::Body;
use super::super::result::Answer;
use crate::syntax::ast::{ArrowExpr, Decl, Expr, Function as AstFunction, ObjectPatProp, Pat, Stmt, VarDeclarator};
use crate::syntax::{Visit, VisitWith, bare, ident, pat_ident, prop_name, span_of};

/// Whether the statement may throw something that nobody in the function catches. Errs on the side of yes.
pub fn may_throw(statement: &Stmt, answers: &[Answer]) -> bool {
    let mut throwing = Throwing { answers, inside_catch: false, found: false };
    match statement {
        Stmt::Try(attempt) => {
            let Some(handler) = &attempt.handler else { return true };
            throwing.inside_catch = true;
            handler.body.visit_with(&mut throwing);
            throwing.inside_catch = false;
            attempt.finalizer.visit_with(&mut throwing);
        }
        other => other.visit_with(&mut throwing),
    }
    throwing.found
}

struct Throwing<'a> {
    answers: &'a [Answer],
    /// In a `catch`, members of what was caught are looked at.
    inside_catch: bool,
    found: bool,
}

impl Visit for Throwing<'_> {
    fn visit_expr(&mut self, expr: &Expr) {
        let expr = bare(expr);
        if let Some(answer) = self.answers.iter().find(|answer| answer.span == span_of(expr)) {
            if let Some(data) = &answer.data {
                data.visit_with(self);
            }
            return;
        }
        match expr {
            Expr::Call(call) => {
                let object = match call.callee.as_expr().map(|callee| bare(callee)) {
                    Some(Expr::Member(member)) => ident(&member.obj).map(|name| name.sym.to_string()),
                    _ => None,
                };
                if object.as_deref() != Some("console") {
                    self.found = true;
                }
            }
            Expr::Member(_) if self.inside_catch => {}
            Expr::New(_) | Expr::Await(_) | Expr::Member(_) | Expr::TaggedTpl(_) | Expr::Yield(_) => self.found = true,
            Expr::Bin(bin) if bin.op == crate::syntax::ast::BinaryOp::In => self.found = true,
            _ => {}
        }
        expr.visit_children_with(self);
    }

    fn visit_throw_stmt(&mut self, _: &crate::syntax::ast::ThrowStmt) {
        self.found = true;
    }

    fn visit_object_pat(&mut self, _: &crate::syntax::ast::ObjectPat) {
        self.found = true;
    }

    fn visit_function(&mut self, _: &AstFunction) {}

    fn visit_arrow_expr(&mut self, _: &ArrowExpr) {}
}

/// Whether a statement is `const { title } = await req.json()`, or the same of a variable.
pub fn takes_apart(statement: &Stmt, body: &Body) -> bool {
    let Stmt::Decl(Decl::Var(variable)) = statement else { return false };
    let [VarDeclarator { name: Pat::Object(object), init: Some(init), .. }] = variable.decls.as_slice() else {
        return false;
    };
    let plain = object.props.iter().all(|property| match property {
        ObjectPatProp::Assign(short) => short.value.is_none(),
        ObjectPatProp::KeyValue(pair) => pat_ident(&pair.value).is_some() && prop_name(&pair.key).is_some(),
        ObjectPatProp::Rest(_) => false,
    });
    plain && (span_of(bare(init)) == body.read || ident(init).is_some_and(|name| *name.sym == *body.name))
}
