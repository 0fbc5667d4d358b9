//! What another API answers is handed on as it is, to hide a key or to get around CORS. Others will want the same.
//!
//! ```ts
//! const upstream = await fetch(`https://api.example.com/search?key=${process.env.KEY}`);
//! return NextResponse.json(await upstream.json());
//! ```

use std::collections::BTreeSet;

use super::Facts;
use super::signs::Signs;
use crate::finding::Finding;
use crate::server_action::{find_handler, wrapped_function};
use crate::syntax::ast::{CallExpr, Expr, Id, NewExpr, Pat, ReturnStmt, VarDeclarator};
use crate::syntax::{Span, Visit, VisitWith, bare, callee_ident, ident, member_name, span_of};

/// A response that is returned, or of which the text or JSON is returned, comes from `fetch`.
pub fn check(facts: &Facts<'_>, _: &Signs) -> Option<Finding> {
    let handler = find_handler(facts.module, facts.method).map(|handler| handler.function);
    let function = handler.or_else(|| wrapped_function(facts.module, facts.method))?;
    let mut proxy = Proxy::default();
    function.block()?.stmts.visit_with(&mut proxy);
    let at = proxy.handed_on?;
    Some(facts.note_in("third-party-proxy", at, "it hands on what another API answers"))
}

#[derive(Default)]
struct Proxy {
    /// Variables that hold a response of `fetch`, or what was read from one.
    upstream: BTreeSet<Id>,
    handed_on: Option<Span>,
}

impl Proxy {
    /// Whether the expression is what another API answered.
    fn is_upstream(&self, expr: &Expr) -> bool {
        match bare(expr) {
            Expr::Await(waiting) => self.is_upstream(&waiting.arg),
            Expr::Ident(name) => self.upstream.contains(&name.to_id()),
            Expr::Call(call) if callee_ident(call).is_some_and(|name| &*name.sym == "fetch") => true,
            Expr::Call(call) => match call.callee.as_expr().map(|callee| bare(callee)) {
                Some(Expr::Member(member)) => {
                    matches!(member_name(member).as_deref(), Some("json" | "text" | "blob" | "arrayBuffer"))
                        && call.args.is_empty()
                        && self.is_upstream(&member.obj)
                }
                _ => false,
            },
            Expr::Member(member) => member_name(member).as_deref() == Some("body") && self.is_upstream(&member.obj),
            _ => false,
        }
    }

    fn answers_with(&self, value: &Expr) -> bool {
        match bare(value) {
            Expr::Call(CallExpr { callee, args, .. }) => {
                let json = match callee.as_expr().map(|callee| bare(callee)) {
                    Some(Expr::Member(member)) => {
                        ident(&member.obj).is_some_and(|name| name.sym.ends_with("Response"))
                            && member_name(member).as_deref() == Some("json")
                    }
                    _ => false,
                };
                json && args.first().is_some_and(|data| self.is_upstream(&data.expr))
            }
            Expr::New(NewExpr { callee, args, .. }) => {
                ident(callee).is_some_and(|name| name.sym.ends_with("Response"))
                    && args.iter().flatten().next().is_some_and(|data| self.is_upstream(&data.expr))
            }
            other => self.is_upstream(other),
        }
    }
}

impl Visit for Proxy {
    fn visit_var_declarator(&mut self, declarator: &VarDeclarator) {
        if let (Pat::Ident(binding), Some(init)) = (&declarator.name, declarator.init.as_deref())
            && self.is_upstream(init)
        {
            self.upstream.insert(binding.id.to_id());
        }
        declarator.visit_children_with(self);
    }

    fn visit_return_stmt(&mut self, statement: &ReturnStmt) {
        if statement.arg.as_deref().is_some_and(|value| self.answers_with(value)) {
            self.handed_on.get_or_insert(span_of(statement));
        }
    }

    fn visit_arrow_expr(&mut self, _: &crate::syntax::ast::ArrowExpr) {}
}
