//! The methods that a function may answer with something else than a refusal, which its callers may refuse:
//!
//! ```ts
//! function preflight(req, res) {
//!   if (req.method === 'OPTIONS') { res.status(204).end(); return true; }    // OPTIONS
//!   return false;
//! }
//! ```
//!
//! Whoever calls it has to be exported by these methods as well. A check that only refuses stands in nobody's way.

use std::collections::BTreeMap;

use super::effect::Effect;
use super::live::reached;
use crate::pages_api::{Call, Carrier, Dispatch};
use crate::project::{Method, MethodSet};
use crate::syntax::Span;

/// Those that `carrier` may answer so. `statuses` has what it sends itself, with the status as far as it is written
/// out; `calls` what the functions do that it calls.
pub fn welcomed(
    text: &str,
    carrier: &Carrier<'_>,
    statuses: &BTreeMap<Span, Option<u16>>,
    calls: &[(&Call, Effect)],
) -> MethodSet {
    let own = statuses.iter().filter(|(_, status)| !status.is_some_and(refuses));
    let own = own.map(|(span, _)| (*span, MethodSet::ALL));
    let called = calls.iter().map(|(call, effect)| (call.span, by_call(text, call, *effect)));
    runs_for(carrier, &own.chain(called).collect(), true)
}

/// Those that the guards which `carrier` calls may answer so, in its place. What is caught is left out: a handler that
/// refuses a method throws nothing.
pub fn welcomed_by_guards(text: &str, carrier: &Carrier<'_>, effect: &dyn Fn(&Call) -> Effect) -> MethodSet {
    let given = |call: &&Call| carrier.continuations.contains(&call.callee) || carrier.nexts.contains(&call.callee);
    let guards = carrier.calls.iter().filter(|call| !given(call)).map(|call| (call, effect(call)));
    let guards = guards.filter(|(_, effect)| effect.sends && !effect.always);
    let guards = guards.map(|(call, effect)| (call.span, by_call(text, call, effect)));
    runs_for(carrier, &guards.collect(), false)
}

/// What `call` may answer so, which may say by which status.
fn by_call(text: &str, call: &Call, effect: Effect) -> MethodSet {
    let given = effect.status_at.and_then(|at| call.args.get(at)?.0.text(text).parse().ok());
    if given.is_some_and(refuses) { MethodSet::NONE } else { effect.welcomes }
}

fn refuses(status: u16) -> bool {
    status >= 400
}

/// The methods for which code runs that answers them: `answers` holds it, with the methods that it answers.
fn runs_for(carrier: &Carrier<'_>, answers: &BTreeMap<Span, MethodSet>, caught: bool) -> MethodSet {
    if answers.values().all(|methods| methods.is_empty()) {
        return MethodSet::NONE;
    }
    let dispatches = Method::ALL.into_iter().map(Some).chain([None]);
    let runs = |method: &Dispatch| {
        let places = answers.iter().filter(|(_, methods)| methods.holds(*method)).map(|(place, _)| *place);
        reached(carrier, &places.collect(), *method, caught).is_some()
    };
    dispatches.filter(runs).fold(MethodSet::NONE, MethodSet::with)
}
