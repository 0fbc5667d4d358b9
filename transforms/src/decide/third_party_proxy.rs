//! What another API answers is handed on as it is, to hide a key or to get around CORS. Others will want the same.
//!
//! ```ts
//! const upstream = await fetch(`https://api.example.com/search?key=${process.env.KEY}`);
//! return NextResponse.json(await upstream.json());
//!
//! const rates = await (await fetch(RATES_URL)).json();
//! return NextResponse.json({ rate: rates.latest });              // in a form of its own, if it does nothing else
//! ```

use std::collections::BTreeSet;

use super::Facts;
use super::signs::Signs;
use crate::callers::options_method;
use crate::finding::Finding;
use crate::project::{Method, named};
use crate::server_action::{find_handler, wrapped_function};
use crate::syntax::ast::{
    AwaitExpr, CallExpr, Expr, Id, NewExpr, OptChainBase, Pat, Prop, PropOrSpread, ReturnStmt, VarDeclarator,
};
use crate::syntax::{Module, Span, Visit, VisitWith, bare, bound_ids, callee_ident, ident, member_name, span_of};

/// A response that is returned, or of which the text, the JSON or, if the handler only reads, a part is returned, comes
/// from `fetch`.
pub fn check(facts: &Facts<'_>, _: &Signs) -> Option<Finding> {
    let handler = find_handler(facts.module, facts.method).map(|handler| handler.function);
    let function = handler.or_else(|| wrapped_function(facts.module, facts.method))?;
    let mut proxy = Proxy { source: Some((facts, facts.module)), ..Proxy::default() };
    function.block()?.stmts.visit_with(&mut proxy);
    let at = proxy.handed_on.or(proxy.normalised.filter(|_| !proxy.writes))?;
    Some(facts.note_in("third-party-proxy", at, "it hands on what another API answers"))
}

#[derive(Default)]
struct Proxy<'a> {
    /// Where functions are looked up that may call `fetch`, but in such a function itself.
    source: Option<(&'a Facts<'a>, &'a Module)>,
    /// Variables that hold a response of `fetch`, or what was read from one.
    upstream: BTreeSet<Id>,
    /// Variables that hold a part of it.
    parts: BTreeSet<Id>,
    handed_on: Option<Span>,
    /// An answer of which a part is what another API gave.
    normalised: Option<Span>,
    /// Something else is waited for that may change things: a method of an object, a `fetch` that sends.
    writes: bool,
}

impl Proxy<'_> {
    /// Whether a call of a function of the app gives what another API answered.
    fn calls_upstream(&self, call: &CallExpr) -> bool {
        let Some(((facts, module), name)) = self.source.zip(callee_ident(call)) else { return false };
        let Some(called) = named(facts.project, facts.modules, module, &name.to_id()) else { return false };
        let mut inner = Proxy::default();
        match (called.function.block(), called.function.expression()) {
            (Some(block), _) => block.stmts.visit_with(&mut inner),
            (None, Some(value)) => return inner.is_upstream(value),
            (None, None) => {}
        }
        inner.handed_on.is_some() && !inner.writes
    }

    /// Whether a part of the value is a part of what another API answered.
    fn is_made_of_upstream(&self, value: &Expr) -> bool {
        match bare(value) {
            Expr::Object(object) => object.props.iter().any(|property| match property {
                PropOrSpread::Spread(spread) => self.is_made_of_upstream(&spread.expr),
                PropOrSpread::Prop(property) => match &**property {
                    Prop::KeyValue(pair) => self.is_made_of_upstream(&pair.value),
                    Prop::Shorthand(name) => self.is_made_of_upstream(&Expr::Ident(name.clone())),
                    _ => false,
                },
            }),
            Expr::Ident(name) if self.parts.contains(&name.to_id()) => true,
            Expr::Member(member) => {
                let is_status =
                    matches!(member_name(member).as_deref(), Some("ok" | "status" | "statusText" | "headers"));
                !is_status && self.is_made_of_upstream(&member.obj)
            }
            // `data.list.map((item) => item.name)`.
            Expr::Call(call) => match call.callee.as_expr().map(|callee| bare(callee)) {
                Some(Expr::Member(member)) if !self.is_upstream(value) => self.is_made_of_upstream(&member.obj),
                _ => self.is_upstream(value),
            },
            Expr::OptChain(chain) => match &*chain.base {
                OptChainBase::Member(member) => self.is_made_of_upstream(&member.obj),
                OptChainBase::Call(call) => self.is_made_of_upstream(&call.callee),
            },
            other => self.is_upstream(other),
        }
    }

    /// Whether the expression is what another API answered.
    fn is_upstream(&self, expr: &Expr) -> bool {
        match bare(expr) {
            Expr::Await(waiting) => self.is_upstream(&waiting.arg),
            Expr::Ident(name) => self.upstream.contains(&name.to_id()),
            Expr::Call(call) if callee_ident(call).is_some_and(|name| &*name.sym == "fetch") => true,
            Expr::Call(call) if self.calls_upstream(call) => true,
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

    /// Whether what is answered fits `fits`.
    fn answers_with(value: &Expr, fits: &dyn Fn(&Expr) -> bool) -> bool {
        match bare(value) {
            Expr::Call(CallExpr { callee, args, .. }) => {
                let json = match callee.as_expr().map(|callee| bare(callee)) {
                    Some(Expr::Member(member)) => {
                        ident(&member.obj).is_some_and(|name| name.sym.ends_with("Response"))
                            && member_name(member).as_deref() == Some("json")
                    }
                    _ => false,
                };
                json && args.first().is_some_and(|data| fits(&data.expr)) || fits(value)
            }
            Expr::New(NewExpr { callee, args, .. }) => {
                ident(callee).is_some_and(|name| name.sym.ends_with("Response"))
                    && args.iter().flatten().next().is_some_and(|data| fits(&data.expr))
            }
            other => fits(other),
        }
    }
}

impl Visit for Proxy<'_> {
    fn visit_var_declarator(&mut self, declarator: &VarDeclarator) {
        match (&declarator.name, declarator.init.as_deref()) {
            (Pat::Ident(binding), Some(init)) if self.is_upstream(init) => {
                self.upstream.insert(binding.id.to_id());
            }
            // `const { current } = await res.json()`: parts of it.
            (pattern @ Pat::Object(_), Some(init)) if self.is_upstream(init) => {
                self.parts.extend(bound_ids(pattern));
            }
            _ => {}
        }
        declarator.visit_children_with(self);
    }

    fn visit_return_stmt(&mut self, statement: &ReturnStmt) {
        let Some(value) = statement.arg.as_deref() else { return };
        if Self::answers_with(value, &|data| self.is_upstream(data)) {
            self.handed_on.get_or_insert(span_of(statement));
        } else if Self::answers_with(value, &|data| self.is_made_of_upstream(data)) {
            self.normalised.get_or_insert(span_of(statement));
        }
        statement.visit_children_with(self);
    }

    fn visit_call_expr(&mut self, call: &CallExpr) {
        if callee_ident(call).is_some_and(|name| &*name.sym == "fetch") {
            self.writes |= call.args.get(1).is_some_and(|options| match bare(&options.expr) {
                Expr::Object(_) => options_method(Some(options), Method::Get).known() != Some(Method::Get),
                _ => true,
            });
        }
        call.visit_children_with(self);
    }

    fn visit_await_expr(&mut self, waiting: &AwaitExpr) {
        if let Expr::Call(call) = bare(&waiting.arg)
            && let Some(Expr::Member(member)) = call.callee.as_expr().map(|callee| bare(callee))
        {
            let reads = ["json", "text", "formData", "blob", "arrayBuffer"];
            self.writes |= !member_name(member).is_some_and(|name| reads.contains(&name.as_str()));
        }
        waiting.visit_children_with(self);
    }

    fn visit_arrow_expr(&mut self, _: &crate::syntax::ast::ArrowExpr) {}
}
