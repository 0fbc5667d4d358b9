//! The methods that a wrapper answers in place of its handler, and not to refuse them:
//!
//! ```ts
//! const withCors = (handler) => async (req, res) => {
//!   if (req.method === 'OPTIONS') return res.status(204).end();      // preflights never come to the handler
//!   return handler(req, res);
//! };
//! ```

use std::collections::{BTreeMap, BTreeSet};

use super::dispatch::SendKind;
use super::live::reached;
use crate::pages_api::{Carrier, analyse};
use crate::project::{Method, MethodSet};
use crate::syntax::ast::{CatchClause, Id};
use crate::syntax::{Span, Visit, VisitWith, references, span_of};

/// Those that `carrier` answers; `sends` holds its sends by span, `welcomed` the methods that guards may answer in its
/// place.
pub fn claims(carrier: &Carrier<'_>, sends: &BTreeMap<Span, SendKind>, welcomed: MethodSet) -> BTreeSet<Method> {
    let by_guards = Method::ALL.into_iter().filter(|method| welcomed.holds(Some(*method)));
    own_claims(carrier, sends).into_iter().chain(by_guards).collect()
}

/// The methods for which the wrapper `carrier` certainly does not call what it was given.
pub fn kept_off(carrier: &Carrier<'_>) -> BTreeSet<Method> {
    let Some(given) = given_calls(carrier, &|_| false) else { return BTreeSet::new() };
    Method::ALL.into_iter().filter(|method| reached(carrier, &given, Some(*method), true).is_none()).collect()
}

/// The calls of what the wrapper `carrier` was given; `None` if it does anything else with that, such as to hand it on.
/// `is_value` tells what of it is no function.
pub fn given_calls(carrier: &Carrier<'_>, is_value: &dyn Fn(&Id) -> bool) -> Option<BTreeSet<Span>> {
    let given = carrier.calls.iter().filter(|call| carrier.continuations.contains(&call.callee));
    let given: BTreeSet<Span> = given.map(|call| call.span).collect();
    let function = carrier.function;
    let mentions = function.block().map(references).or(function.expression().map(references)).unwrap_or_default();
    let functions = carrier.continuations.iter().filter(|id| !is_value(id));
    let mut all = functions.filter_map(|id| mentions.get(id)).flatten();
    let known = !given.is_empty() && all.all(|mention| given.iter().any(|call| call.contains(*mention)));
    known.then_some(given)
}

fn own_claims(carrier: &Carrier<'_>, sends: &BTreeMap<Span, SendKind>) -> BTreeSet<Method> {
    let mut caught = Caught(Vec::new());
    if let Some(block) = carrier.function.block() {
        block.visit_with(&mut caught);
    }
    let given = carrier.calls.iter().filter(|call| carrier.continuations.contains(&call.callee));
    let given: Vec<Span> = given.map(|call| call.span).collect();
    let answers = |(span, kind): (&Span, &SendKind)| {
        let refuses = kind.status().is_some_and(|status| status >= 400);
        // A handler that refuses a method throws nothing, so what is caught is about others.
        let aside =
            caught.0.iter().any(|clause| clause.contains(*span)) || given.iter().any(|call| span.contains(*call));
        (!refuses && !aside).then_some(*span)
    };
    let own: BTreeSet<Span> = sends.iter().filter_map(answers).collect();
    let all = Method::ALL.into_iter();
    let Some(block) = carrier.function.block().filter(|_| !own.is_empty()) else {
        return all.filter(|_| !own.is_empty()).collect();
    };
    let is_send = |span: Span| sends.contains_key(&span);
    let inside = |span: Span| sends.keys().copied().find(|send| span.contains(*send));
    let reaches = |method: &Method| {
        let known = carrier.known(Some(Some(*method)));
        let flow = analyse(&block.stmts, carrier.function.span(), &is_send, &inside, &known);
        flow.sends.keys().any(|send| own.contains(send))
    };
    all.filter(reaches).collect()
}

/// The clauses that answer for what was thrown.
struct Caught(Vec<Span>);

impl Visit for Caught {
    fn visit_catch_clause(&mut self, clause: &CatchClause) {
        self.0.push(span_of(clause));
        clause.visit_children_with(self);
    }
}
