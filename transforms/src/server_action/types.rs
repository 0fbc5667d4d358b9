//! The types of an action's signature.

use super::handler::Analysis;
use super::input_type::{BodyType, body_type, takes_anything};
use super::result_type::{ResultType, result_type};
use super::text::Demand;
use crate::callers::{Caller, Part};
use crate::decide::Facts;

/// What an action is declared to take and to return.
#[derive(Clone, Debug, Default)]
pub struct Types {
    /// The parsed body, if the handler says what it is and all callers fit.
    pub body: Option<BodyType>,
    /// Nothing but casts and known schemas look at the body, so that its type may be `unknown`.
    pub takes_anything: bool,
    /// The result, if callers read data.
    pub result: Option<ResultType>,
}

impl Types {
    /// The types, with `any` where nothing is certain. `wrapped` tells that there are failures of a wrapper as well.
    pub fn of(
        facts: &Facts<'_>,
        analysis: &Analysis,
        demand: &Demand,
        callers: &[(&str, &Caller, &[Part])],
        wrapped: bool,
    ) -> Types {
        let calls: Vec<(&str, &Caller)> = callers.iter().map(|(file, caller, _)| (*file, *caller)).collect();
        let mut reads = Vec::new();
        for (file, caller) in &calls {
            let Ok(module) = facts.modules.get(file) else { return Types::default() };
            reads.extend(caller.reading.json.iter().map(|read| (module, read)));
        }
        let body = analysis.input.body.as_ref();
        Types {
            takes_anything: body.is_some_and(|body| takes_anything(facts, body)),
            body: body.and_then(|body| body_type(facts, body, &calls)),
            result: result_type(facts.module, analysis, demand, &reads, wrapped)
                .map(|result| if facts.app.checks_nulls { result } else { result.not_told_apart() }),
        }
    }
}
