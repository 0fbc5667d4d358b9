//! Routers that wrappers take: the wrappers stay around them, and are handed what routers of Route Handlers take.
//!
//! ```ts
//! const handler = nc({ onError }).get(list);         const handler = connectRouter({ onError }).get(list);
//! export default withSession(handler);          →    export const GET = withSession(handler);
//! ```

use std::collections::BTreeSet;

use super::Steps;
use crate::finding::Finding;
use crate::pages_api::{Connect, RouterExport, Unread, Wrapped, default_expression, lost, operand};
use crate::project::Method;
use crate::route_handler::handler::{Prepared, Request};
use crate::route_handler::unit::Unit;
use crate::route_handler::wraps::{Search, Wrap};
use crate::syntax::ast::{CallExpr, Id, Stmt};
use crate::syntax::{Span, Visit, VisitWith, callee_ident, span_of};

/// A router, and the wrappers that take it.
pub(super) struct Around<'m> {
    /// The router, or why it cannot be followed.
    pub(super) router: Result<Connect<'m>, Unread>,
    /// What the wrappers are given.
    pub(super) wrapped: Wrapped<'m>,
    /// The wrappers.
    pub(super) wraps: Vec<Wrap<'m>>,
}

impl<'m> Around<'m> {
    /// The router that wrappers around the default export take; an error says what stands in the way of following these.
    pub(super) fn find(search: &Search<'_, 'm>, export: RouterExport<'m, '_>) -> Option<Result<Around<'m>, Finding>> {
        if !export.takes_router() {
            return None;
        }
        let module = export.module;
        let read = search.routed(default_expression(module)?.expr, &|expr| export.begins(expr));
        let (wrapped, wraps) = match read {
            Ok(read) => read,
            Err(lost) => return Some(Err(lost)),
        };
        let router = export.taken(wrapped.router?)?;
        let packages = search.around(&wrapped.calls, None);
        let mentions = module.references();
        let shared = wrapped.constants.iter().find(|(id, _)| mentions.get(id).is_none_or(|all| all.len() != 2));
        let odd = if let Some(around) = packages.first() {
            Some((around.name, "this wrapper of a package takes a router, and what it does with that is not known"))
        } else if let Some(leaf) = wrapped.leaves.first() {
            Some((Span::at(leaf.function.span().start), "the wrapper takes this handler beside a router"))
        } else if let Some(cast) = wrapped.casts.first() {
            Some((cast.span, "this gives a router the type of handlers of the old form"))
        } else if let Some(wrap) = wraps.iter().find(|wrap| changes_router(search, wrap)) {
            Some((wrap.call.name, "the wrapper does more with the router that it is given than to call it"))
        } else if let Some((_, value)) = shared {
            Some((*value, "other code uses this, too, and not only the wrappers"))
        } else {
            None
        };
        if let Some((place, message)) = odd {
            return Some(Err(lost(module, place, message)));
        }
        Some(Ok(Around { router, wrapped, wraps }))
    }
}

/// Whether a wrapper does more with the router than to call it: `handler.use(auth)`, `register(handler)`.
fn changes_router(search: &Search<'_, '_>, wrap: &Wrap<'_>) -> bool {
    let Ok(home) = search.modules.get(wrap.target.file) else { return true };
    wrap.target.root.continuations.iter().any(|id| {
        // The parameter itself is the one that is left.
        let mentions = home.references().get(id).map_or(0, Vec::len);
        mentions > calls_of(&home.ast, id).len() + 1
    })
}

/// Whether something stands behind the call of the router in a wrapper, or around it: the wrapper has more to do than
/// `return handler(req, res)` as its last statement.
pub(super) fn goes_on(wraps: &[Wrap<'_>]) -> bool {
    wraps.iter().any(|wrap| {
        let function = wrap.target.root.function;
        let last = match function.block().and_then(|block| block.stmts.last()) {
            Some(Stmt::Return(own)) => own.arg.as_deref(),
            Some(Stmt::Expr(own)) => Some(&*own.expr),
            _ => function.expression(),
        };
        let last = last.map(|value| span_of(operand(value)));
        let calls = |id| match (function.block(), function.expression()) {
            (Some(block), _) => calls_of(block, id),
            (None, Some(expression)) => calls_of(expression, id),
            (None, None) => Vec::new(),
        };
        wrap.target.root.continuations.iter().flat_map(calls).any(|call| Some(call) != last)
    })
}

/// The calls of what is called `id` in `node`.
fn calls_of<N: for<'n> VisitWith<CallsOf<'n>>>(node: &N, id: &Id) -> Vec<Span> {
    let mut found = CallsOf { id, calls: Vec::new() };
    node.visit_with(&mut found);
    found.calls
}

struct CallsOf<'i> {
    id: &'i Id,
    calls: Vec<Span>,
}

impl Visit for CallsOf<'_> {
    fn visit_call_expr(&mut self, call: &CallExpr) {
        if callee_ident(call).is_some_and(|name| name.to_id() == *self.id) {
            self.calls.push(span_of(call));
        }
        call.visit_children_with(self);
    }
}

/// Why wrappers around a router would see another order of things: where it says that it waits for no response.
pub(super) fn at_once(router: &Connect<'_>, search: &Steps<'_, '_>) -> Option<Unread> {
    let own = router.options.as_ref().and_then(|options| options.place_of(AT_ONCE));
    let place = own.or(search.at_once)?;
    let message = "the router does not wait for its functions, and what the wrapper does behind them came first";
    Some((place, message.into(), "remove `disableResponseWait` if nothing needs it"))
}

/// The option by which a router of version 0 comes back before its functions have.
pub(super) const AT_ONCE: &str = "disableResponseWait";

/// Whether wrappers take the router of `unit`.
fn is_wrapped(unit: &Unit<'_>) -> bool {
    unit.wraps.iter().any(|wrap| wrap.target.root.wraps)
}

/// The methods that the router answers, and those that wrappers around it answer in its place.
pub fn methods(request: &Request<'_>, router: &Connect<'_>, prepared: &Prepared) -> BTreeSet<Method> {
    let own = router.methods().into_iter();
    match is_wrapped(request.unit) {
        true => own.chain(prepared.claims.iter().copied()).collect(),
        false => own.collect(),
    }
}

/// What wrappers around a router do that it does not go with: they answer for it, or hand it methods that it has
/// nothing for.
pub(super) fn findings(request: &Request<'_>, router: &Connect<'_>, prepared: &Prepared) -> Vec<Finding> {
    let Unit { module, wraps, .. } = request.unit;
    let around = || wraps.iter().filter(|wrap| wrap.target.root.wraps);
    let Some(outermost) = around().next() else { return Vec::new() };
    let refuse = |place: Span, message: String, help: &str| lost(module, place, message).help(help);
    let here = request.unit.carriers.list.iter().zip(&prepared.needs);
    let of_here = |wrap: &Wrap<'_>| {
        let mut own = here.clone().filter(|(carrier, _)| carrier.function.span().start == wrap.target.start());
        wrap.target.file == module.path && own.any(|(_, needs)| needs.effect.falls_back)
    };
    let falls_back = |wrap: &&Wrap<'_>| {
        let of_other = request.callees.get(&wrap.call.callee).is_none_or(|callee| callee.needs.effect.falls_back);
        of_other || of_here(wrap)
    };
    let mut findings = Vec::new();
    if let Some(wrap) = around().find(falls_back) {
        let message = format!("`{}` may answer behind the router that it is given", wrap.call.callee.0);
        findings.push(refuse(wrap.call.name, message, "answer in a last function of the router"));
    }
    let own = router.methods();
    let served = |method: &Method| own.contains(method) || (*method == Method::Head && own.contains(&Method::Get));
    let open = prepared.claims.iter().find(|method| !served(method) && !request.kept_off.contains(method));
    if let Some(method) = open {
        let name = method.as_str();
        let message =
            format!("`{}` may answer {name} or not, and the router has nothing for it", outermost.call.callee.0);
        findings.push(refuse(outermost.call.name, message, "answer in the wrapper, or give the router a function"));
    }
    findings
}
