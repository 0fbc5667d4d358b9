//! Parameters of a handler behind `req` and `res`. Next.js calls it with these two alone, so that it gives others
//! nothing. Where the handler does no more than to hand one on to functions that do not look at it, both go.
//!
//! ```ts
//! export default async function handler(req, res, next) {       async function handler(req) {
//!   await connected(req, res, next);                       →      const response = await connected(req);
//! ```

use super::needs::indices_of;
use super::unit::{Link, Unit};
use crate::finding::Finding;
use crate::pages_api::{Call, Waited};
use crate::syntax::ast::Pat;
use crate::syntax::{Function, Span, pat_ident, references, span_of};

/// How many arguments Next.js calls a handler with, and a middleware is waited for with.
const GIVEN: usize = 2;

/// The arguments that go: where the handler of `unit`, its first carrier, hands on what it is not given to functions
/// that do not look at it.
pub fn idle_arguments(unit: &Unit<'_>) -> Vec<Span> {
    let Some(handler) = unit.carriers.list.first() else { return Vec::new() };
    let params = handler.function.params();
    let mentions = params.iter().skip(GIVEN).flat_map(|param| mentions(unit, param).unwrap_or_default());
    mentions.filter(|mention| is_idle(unit, *mention)).collect()
}

/// Why a parameter of the handler of `unit` cannot go.
pub fn ungiven(unit: &Unit<'_>) -> Option<Finding> {
    let handler = unit.carriers.list.first()?;
    let params = handler.function.params();
    let place = params.iter().skip(GIVEN).find_map(|param| match mentions(unit, param) {
        Some(mentions) => mentions.into_iter().find(|mention| !is_idle(unit, *mention)).map(|place| (*param, place)),
        None => Some((*param, span_of(*param))),
    });
    let (param, place) = place?;
    let what = match pat_ident(param) {
        Some(name) => format!("`{}` is used here", name.sym),
        None => "this parameter is no plain name".to_owned(),
    };
    let message = format!("{what}, and Next.js calls handlers with `req` and `res` alone");
    let help = "remove the parameter, and what is done with it";
    Some(Finding::manual("handler-parameter", &unit.module.path, place, message).help(help))
}

/// Where the parameter is mentioned; `None` if it is no name, or has a default.
fn mentions(unit: &Unit<'_>, param: &Pat) -> Option<Vec<Span>> {
    let name = pat_ident(param)?;
    let all = unit.module.references().get(&name.to_id()).cloned().unwrap_or_default();
    Some(all.into_iter().filter(|mention| !span_of(param).contains(*mention)).collect())
}

/// Whether what stands at `mention` is an argument, and nobody looks at that.
fn is_idle(unit: &Unit<'_>, mention: Span) -> bool {
    let calls = unit.carriers.list.first().into_iter().flat_map(|handler| &handler.calls);
    let handed = calls.filter_map(|call| Some((call, call.args.iter().position(|(span, _)| *span == mention)?)));
    handed.into_iter().any(|(call, at)| !spread_before(unit, call, at) && overlooked(unit, call, at))
}

/// Whether the argument of `call` at `at`, or one before it, may be several: `...more`.
fn spread_before(unit: &Unit<'_>, call: &Call, at: usize) -> bool {
    let text = &unit.module.text;
    call.args
        .iter()
        .take(at + 1)
        .any(|(span, _)| span.text(text).starts_with("...") || text[..span.start].trim_end().ends_with("..."))
}

/// Whether no function that `call` may mean looks at the argument at `at`.
fn overlooked(unit: &Unit<'_>, call: &Call, at: usize) -> bool {
    match unit.links.get(&call.callee) {
        Some(Link::Helper(target)) => overlooks(target.root.function, target.root.waited, at),
        Some(Link::Library(_) | Link::Taught(_)) => false,
        None => {
            let own = indices_of(&unit.carriers, call);
            let overlooks = |at_own: &usize| {
                let carrier = &unit.carriers.list[*at_own];
                overlooks(carrier.function, carrier.waited, at)
            };
            !own.is_empty() && own.iter().all(overlooks)
        }
    }
}

/// Whether `function` does not look at the argument at `at`. What waits for a middleware takes `req` and `res`.
fn overlooks(function: Function<'_>, waited: Option<Waited>, at: usize) -> bool {
    if waited.is_some() {
        return at >= GIVEN;
    }
    let params = function.params();
    let rest = params.iter().any(|param| matches!(param, Pat::Rest(_)));
    let arguments = || {
        let defaults = params.iter().map(|param| references(*param));
        let mut inside = defaults.chain(function.block().map(references));
        inside.any(|names| names.keys().any(|id| &*id.0 == "arguments"))
    };
    params.len() <= at && !rest && !arguments()
}
