//! Code that asks which kind of request it was given, and reads that:
//!
//! ```ts
//! const xff = request instanceof Request ? request.headers.get('x-real-ip') : request.headers['x-real-ip'];
//!
//! if (typeof req.cookies.get === 'function') { … } else { … }
//!
//! if ('get' in req.headers) return req.headers.get('authorization');
//! return req.headers.authorization;
//! ```
//!
//! A helper that does nothing else with the request serves Route Handlers as it is, and stays as it is.

use super::Reader;
use crate::pages_api::carrier::Role;
use crate::pages_api::request::Part;
use crate::syntax::ast::{self, BinaryOp, Expr, Ident, MemberExpr, OptChainBase, Stmt, UnaryOp};
use crate::syntax::{Span, Visit, VisitWith, bare, callee_ident, exits, ident, literal_str, member_name, span_of};

/// Members that may be read once the kind is known. A body can be read once only.
const READ: [&str; 5] = ["cookies", "headers", "method", "nextUrl", "url"];

impl Reader<'_, '_> {
    /// Reads what stands at `span` as a choice between two ways to read the request, one for each kind; false if it is
    /// something else.
    pub(super) fn either<'n, N>(&mut self, span: Span, test: &Expr, branches: [Option<&'n N>; 2]) -> bool
    where
        N: ?Sized + for<'v, 'a, 'm> VisitWith<Branch<'v, 'a, 'm>>,
    {
        let [Some(one), Some(other)] = branches else { return false };
        let only_reads = self.asks_kind(test) && self.only_reads(one) && self.only_reads(other);
        if only_reads {
            self.read(span, Part::Either);
        }
        only_reads
    }

    /// The same for `if (req instanceof Request) return …;` and what follows it.
    pub(super) fn either_statement(&mut self, statement: &Stmt, rest: &[Stmt]) -> bool {
        let Stmt::If(choice) = statement else { return false };
        let leaves = choice.alt.is_none() && exits(&choice.cons);
        leaves && self.either(span_of(statement), &choice.test, [Some(std::slice::from_ref(&*choice.cons)), Some(rest)])
    }

    /// Whether nothing is done with the request in `branch` but reading it, and nothing with the response.
    fn only_reads(&self, branch: &(impl ?Sized + for<'v, 'a, 'm> VisitWith<Branch<'v, 'a, 'm>>)) -> bool {
        let mut read = Branch { reader: self, only_reads: true };
        branch.visit_with(&mut read);
        read.only_reads
    }

    /// `req instanceof Request`, `typeof req.headers.get === 'function'`, `'get' in req.headers`, `req.headers.get`, or
    /// the contrary.
    fn asks_kind(&self, test: &Expr) -> bool {
        let get = |expr: &Expr| {
            member(expr).is_some_and(|own| member_name(own).as_deref() == Some("get") && self.is_part(&own.obj))
        };
        match bare(test) {
            Expr::Unary(unary) if unary.op == UnaryOp::Bang => self.asks_kind(&unary.arg),
            Expr::Bin(bin) if bin.op == BinaryOp::InstanceOf => {
                let class = ident(&bin.right).filter(|class| self.module.is_free(&class.to_id()));
                match class.map(|class| &*class.sym) {
                    Some("Request") => self.role(&bin.left) == Some(Role::Req),
                    Some("Headers") => self.is_part(&bin.left),
                    _ => false,
                }
            }
            Expr::Bin(bin) if bin.op == BinaryOp::In => {
                literal_str(&bin.left).as_deref() == Some("get") && self.is_part(&bin.right)
            }
            Expr::Bin(bin) if matches!(bin.op, BinaryOp::EqEqEq | BinaryOp::NotEqEq) => {
                let kind = |expr: &Expr| match bare(expr) {
                    Expr::Unary(unary) => unary.op == UnaryOp::TypeOf && get(&unary.arg),
                    _ => false,
                };
                kind(&bin.left) && matches!(literal_str(&bin.right).as_deref(), Some("function" | "undefined"))
            }
            other => get(other),
        }
    }

    /// `req.headers` or `req.cookies`, which are objects with methods in one kind of request only.
    fn is_part(&self, expr: &Expr) -> bool {
        member(expr).is_some_and(|own| {
            matches!(member_name(own).as_deref(), Some("headers" | "cookies")) && self.role(&own.obj) == Some(Role::Req)
        })
    }
}

/// `object.name` or `object?.name`.
fn member(expr: &Expr) -> Option<&MemberExpr> {
    match bare(expr) {
        Expr::Member(member) => Some(member),
        Expr::OptChain(chain) => match &*chain.base {
            OptChainBase::Member(member) => Some(member),
            OptChainBase::Call(_) => None,
        },
        _ => None,
    }
}

/// What is done in one of the branches.
pub(super) struct Branch<'v, 'a, 'm> {
    reader: &'v Reader<'a, 'm>,
    /// It reads the request, and does nothing else with it or the response.
    only_reads: bool,
}

impl Visit for Branch<'_, '_, '_> {
    fn visit_member_expr(&mut self, member: &MemberExpr) {
        let is_read = member_name(member).is_some_and(|name| READ.contains(&name.as_str()));
        if !(is_read && self.reader.role(&member.obj) == Some(Role::Req)) {
            member.visit_children_with(self);
        }
    }

    fn visit_ident(&mut self, name: &Ident) {
        let carrier = &self.reader.carrier;
        let carried = self.reader.role(&Expr::Ident(name.clone())).is_some()
            || self.reader.bundle_role(name).is_some()
            || self.reader.packed_role(name).is_some();
        let called = carrier.nexts.contains(&name.to_id()) || carrier.done.as_ref() == Some(&name.to_id());
        self.only_reads &= !(carried || called);
    }

    // A function of the module may have the request by itself, and a write is none of our reads.
    fn visit_call_expr(&mut self, call: &ast::CallExpr) {
        self.only_reads &= !callee_ident(call).is_some_and(|callee| self.reader.is_own(&callee.to_id()));
        call.visit_children_with(self);
    }

    fn visit_assign_expr(&mut self, assign: &ast::AssignExpr) {
        self.only_reads &= assign.left.as_ident().is_some();
        assign.visit_children_with(self);
    }

    fn visit_unary_expr(&mut self, unary: &ast::UnaryExpr) {
        self.only_reads &= unary.op != UnaryOp::Delete;
        unary.visit_children_with(self);
    }

    fn visit_ts_type(&mut self, _: &ast::TsType) {}
}
