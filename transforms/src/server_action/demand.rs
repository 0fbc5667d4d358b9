//! What the callers of an action read of its result, and whether its handler can give that.

use std::collections::BTreeSet;

use super::handler::Analysis;
use super::result::Answer;
use super::text::{Demand, Members};
use super::twin::Twin;
use crate::callers::{Caller, Failure, Part, When};
use crate::decide::Facts;
use crate::finding::Finding;

/// What the callers need, if an action can give it.
pub fn demand(
    facts: &Facts<'_>,
    analysis: &Analysis,
    twins: &[Twin<'_>],
    callers: &[(&str, &Caller, &[Part])],
) -> Result<Demand, Finding> {
    if callers.is_empty() {
        // Nothing is known of those to come.
        let all = || Some(Members::All);
        return Ok(Demand { success: all(), failure: all(), catches: analysis.may_throw, ..Demand::default() });
    }
    let mut demand = Demand::default();
    for (_, caller, _) in callers {
        let reads = || caller.readings().flat_map(|reading| &reading.json);
        for read in reads().filter(|read| read.is_text) {
            demand.success_text |= read.when != When::NotOk;
            demand.failure_text |= read.when != When::Ok;
        }
        for read in reads().filter(|read| !read.is_text) {
            for (side, other) in [(&mut demand.success, When::NotOk), (&mut demand.failure, When::Ok)] {
                if read.when != other {
                    *side = Some(joined(side.take(), read.members.clone()));
                }
            }
        }
    }
    let refuse = |(file, caller, _): &(&str, &Caller, &[Part]), why: &str| {
        let message = format!("{} {} stays a Route Handler: {why}", facts.method.as_str(), facts.route);
        Finding::note("http-contract", file, caller.call, message)
    };
    let mut answers = analysis.answers.iter().chain(twins.iter().flat_map(|twin| &twin.answers));
    let without = answers.find(|answer| {
        answer.data.is_none() && if answer.ok() { demand.success.is_some() } else { demand.failure.is_some() }
    });
    if let Some(answer) = without {
        let message =
            format!("a caller reads JSON of this answer ({}), which has none, and is rejected there", answer.status);
        return Err(refuse(&callers[0], &message));
    }
    let is_read = |answer: &&Answer| if answer.ok() { demand.success_text } else { demand.failure_text };
    let json = |answer: &&Answer| {
        answer.text.is_none() || if answer.ok() { demand.success.is_some() } else { demand.failure.is_some() }
    };
    if let Some(answer) = analysis.answers.iter().filter(is_read).find(json) {
        let message = format!("a caller reads this answer ({}) as text, and it is or may be JSON", answer.status);
        return Err(refuse(&callers[0], &message));
    }
    if let Some(answer) = twins.iter().flat_map(|twin| &twin.answers).find(is_read) {
        let message = format!("a caller reads an answer of the wrapper ({}) as text", answer.status);
        return Err(refuse(&callers[0], &message));
    }
    if analysis.may_throw {
        let of =
            |failure| callers.iter().find(|(_, caller, _)| caller.readings().any(|reading| reading.failure == failure));
        let why = "after an uncaught error, this caller goes on for a while and fails where it reads JSON";
        match (of(Failure::Mixed), of(Failure::Rejects), of(Failure::GoesOn)) {
            (Some(caller), ..) | (None, Some(caller), Some(_)) => {
                return Err(refuse(caller, why).help("catch errors in the handler and answer with JSON, and run again"));
            }
            (None, _, on) => demand.catches = on.is_some(),
        }
    }
    Ok(demand)
}

fn joined(one: Option<Members>, names: Option<BTreeSet<String>>) -> Members {
    match (one, names) {
        (None, Some(names)) => Members::These(names),
        (Some(Members::These(mut all)), Some(names)) => {
            all.extend(names);
            Members::These(all)
        }
        _ => Members::All,
    }
}
