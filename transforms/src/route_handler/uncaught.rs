//! What a `catch` is never reached for, as all that is left of its `try` for a method is a refusal that cannot fail:
//!
//! ```ts
//! try {
//!   if (req.method !== 'POST') return res.status(405).json({ error: 'POST only' });   // nothing else runs by GET
//!   …
//! } catch (error) {
//!   return fail(res, error);
//! }
//! ```

use crate::pages_api::{Carrier, Role, residual};
use crate::syntax::ast::{ArrowExpr, CallExpr, Expr, Function, Lit, Prop, PropOrSpread, Stmt, TryStmt};
use crate::syntax::{Span, Visit, VisitWith, bare, member_name, span_of};

/// The `catch` clauses in `list` of `carrier` that nothing reaches where this is `known`.
pub fn uncaught(list: &[Stmt], carrier: &Carrier<'_>, known: &dyn Fn(&Expr) -> Option<String>) -> Vec<Span> {
    let mut search = Search { carrier, known, found: Vec::new() };
    residual(list, known).into_iter().for_each(|statement| statement.visit_with(&mut search));
    search.found
}

struct Search<'s> {
    carrier: &'s Carrier<'s>,
    known: &'s dyn Fn(&Expr) -> Option<String>,
    found: Vec<Span>,
}

impl Visit for Search<'_> {
    fn visit_try_stmt(&mut self, attempt: &TryStmt) {
        let left = residual(&attempt.block.stmts, self.known);
        if !left.is_empty() && left.into_iter().all(|statement| self.is_calm(statement)) {
            self.found.extend(attempt.handler.iter().map(span_of));
        }
        attempt.visit_children_with(self);
    }
    fn visit_function(&mut self, _: &Function) {}
    fn visit_arrow_expr(&mut self, _: &ArrowExpr) {}
}

impl Search<'_> {
    /// Whether the statement certainly throws nothing.
    fn is_calm(&self, statement: &Stmt) -> bool {
        match statement {
            Stmt::Return(value) => value.arg.as_deref().is_none_or(|value| self.writes(value) || self.is_plain(value)),
            Stmt::Expr(statement) => self.writes(&statement.expr),
            Stmt::Block(block) => block.stmts.iter().all(|statement| self.is_calm(statement)),
            _ => false,
        }
    }

    /// `res.status(405).json({ error: 'POST only' })`
    fn writes(&self, expr: &Expr) -> bool {
        let Expr::Call(CallExpr { callee, args, .. }) = bare(expr) else { return false };
        let Some(Expr::Member(member)) = callee.as_expr().map(|callee| bare(callee)) else { return false };
        let text = |value: &Expr| matches!(bare(value), Expr::Lit(Lit::Str(_)) | Expr::Tpl(_));
        let fits = match (member_name(member).as_deref(), args.as_slice()) {
            (Some("status"), [code]) => matches!(bare(&code.expr), Expr::Lit(Lit::Num(_))),
            (Some("json" | "send"), [_]) | (Some("end"), []) => true,
            (Some("end"), [body]) => text(&body.expr),
            (Some("setHeader"), [name, _]) => text(&name.expr),
            _ => false,
        };
        fits && args.iter().all(|arg| arg.spread.is_none() && self.is_plain(&arg.expr))
            && (self.carrier.role_of(&member.obj) == Some(Role::Res) || self.writes(&member.obj))
    }

    /// Whether the value is made of literals and the method.
    fn is_plain(&self, value: &Expr) -> bool {
        match bare(value) {
            // What JSON does not know fails.
            Expr::Lit(literal) => !matches!(literal, Lit::BigInt(_)),
            Expr::Tpl(text) => text.exprs.iter().all(|part| self.is_plain(part)),
            Expr::Array(list) => {
                list.elems.iter().flatten().all(|element| element.spread.is_none() && self.is_plain(&element.expr))
            }
            Expr::Object(object) => object.props.iter().all(|property| match property {
                PropOrSpread::Prop(property) => {
                    matches!(&**property, Prop::KeyValue(pair) if !pair.key.is_computed() && self.is_plain(&pair.value))
                }
                PropOrSpread::Spread(_) => false,
            }),
            // `req.method`, which is known.
            other => self.carrier.role_of(other).is_none() && (self.known)(other).is_some(),
        }
    }
}
