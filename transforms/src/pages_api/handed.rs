//! Handlers that are handed to a helper together with `req` and `res`.
//!
//! ```ts
//! export default async function handler(req, res) {
//!   await byMethod(req, res, { GET: list, POST: create });    // `list` and `create` are handlers, too: leaves
//! }
//! async function byMethod(req, res, handlers) {               // a taker
//!   await handlers[req.method](req, res);                     // a call of a continuation
//! }
//! ```
//!
//! The call may stand in a chain of promises, too: `start().then(() => handler(req, res)).catch(…)`.

use std::collections::BTreeSet;

use super::carrier::{Call, Carrier, Carriers, Role, Root, Surroundings, united};
use super::chains::answers;
use super::flow::operand;
use super::plain::expressions;
use super::wrap::{Param, Taken, called, changes_handlers, params, repeats_handlers};
use super::wrapped::{Wrapped, unwrapped};
use crate::syntax::ast::{CallExpr, Expr, Id};
use crate::syntax::{Function, Module, Span, bare, span_of};

/// A helper that calls handlers which it is given.
#[derive(Clone, Debug)]
pub struct Taker<'a> {
    /// The helper as a carrier.
    pub root: Root<'a>,
    /// Its parameters that are handlers or hold some.
    pub params: Vec<Taken>,
}

/// Reads `function`, which is handed what `roles` says, as a helper that takes handlers.
pub fn taker<'a>(
    module: &'a Module,
    function: Function<'a>,
    name: Option<Id>,
    roles: Vec<Option<Role>>,
    around: &Surroundings<'_>,
) -> Option<Taker<'a>> {
    let others = params(function).into_iter().filter(|param| roles.get(param.at).copied().flatten().is_none());
    let others: Vec<Param> = others.collect();
    let continuations: Vec<Id> = others.iter().map(|param| param.id.clone()).collect();
    if continuations.is_empty() {
        return None;
    }
    let root = Root { wraps: true, continuations, ..Root::helper(function, name, roles) };
    let carriers = Carriers::find(module, vec![root.clone()], around);
    let own = carriers.list.first()?;
    let calls = &own.calls;
    // A call inside another function may come at any time, or never, but for one that a chain of promises waits for.
    let chained = chained(own);
    let at_any_time = |call: &&Call| call.nested && !chained.contains(&call.span);
    let nested = calls.iter().filter(at_any_time).any(|call| root.continuations.contains(&call.callee));
    let params = called(&others, calls, own.function);
    let as_handlers = params.iter().all(|taken| taken.roles.starts_with(&[Some(Role::Req), Some(Role::Res)]));
    let again = repeats_handlers(function, &others, calls) || changes_handlers(function, &others, &params);
    if nested || params.is_empty() || !as_handlers || again || params.iter().any(|taken| taken.gives) {
        return None;
    }
    let is_called = |id: &Id| others.iter().any(|own| own.id == *id && params.iter().any(|taken| taken.at == own.at));
    let continuations = root.continuations.iter().filter(|id| is_called(id)).cloned().collect();
    Some(Taker { root: Root { continuations, ..root }, params })
}

/// The calls inside of promise chains whose values these give: `start().then(() => handler(req, res))`. What others do
/// about the response is looked at later.
fn chained(carrier: &Carrier<'_>) -> BTreeSet<Span> {
    let sends = carrier.writes.iter().filter(|write| write.payload.is_some()).map(|write| write.span);
    let answering = carrier.calls.iter().filter(|call| call.args.iter().any(|(_, role)| *role == Some(Role::Res)));
    let sends: Vec<Span> = sends.chain(answering.map(|call| call.span)).collect();
    answers(carrier, &|span| sends.contains(&span), &sends).after.into_keys().collect()
}

/// The handlers that `call`, one of `carrier`, hands to `taker`; where they cannot be told, the place.
pub fn handed<'a>(
    module: &'a Module,
    carrier: &Carrier<'a>,
    call: &Call,
    taker: &Taker<'_>,
) -> Result<Wrapped<'a>, Span> {
    let expr = call_at(carrier.function, call.span).ok_or(call.span)?;
    let mut found = Wrapped::default();
    for taken in &taker.params {
        let arg = expr.args.get(taken.at).filter(|arg| arg.spread.is_none()).ok_or(call.span)?;
        let more = unwrapped(module, &arg.expr, taken).map_err(|lost| lost.span.unwrap_or(call.span))?;
        // `{ GET: list } as Handlers` would speak of the old form.
        let direct = taken.keys.is_none() && taken.inner.is_none() && !bare(&arg.expr).is_object();
        if let Some(cast) = more.casts.first().filter(|_| !direct) {
            return Err(cast.span);
        }
        found.casts.extend(more.casts);
        for leaf in more.leaves {
            match found.leaves.iter_mut().find(|known| known.function.span() == leaf.function.span()) {
                Some(known) => known.roles = united(&known.roles, &leaf.roles).ok_or(call.span)?,
                None => found.leaves.push(leaf),
            }
        }
        found.keys.extend(more.keys);
        found.keyless |= more.keyless;
        found.constants.extend(more.constants);
    }
    Ok(found)
}

/// The call at `span`, if it is a statement of `function` or is returned.
fn call_at(function: Function<'_>, span: Span) -> Option<&CallExpr> {
    plain_calls(function).find(|call| span_of(*call) == span)
}

/// The calls that are statements of `function`, or are returned.
pub fn plain_calls(function: Function<'_>) -> impl Iterator<Item = &CallExpr> {
    let statements = function.block().into_iter().flat_map(|block| &block.stmts);
    let all = statements.flat_map(expressions).map(|(expression, _)| expression).chain(function.expression());
    all.map(operand).filter_map(|expr| match expr {
        Expr::Call(call) => Some(call),
        _ => None,
    })
}
