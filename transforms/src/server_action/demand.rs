//! What the callers of an action read of its result, and whether its handler can give that.

use std::collections::BTreeSet;

use super::absent::{Absent, may_be_json};
use super::handler::Analysis;
use super::result::Answer;
use super::text::{Demand, Members};
use super::twin::Twin;
use crate::callers::{Caller, Failure, JsonRead, Part, When};
use crate::decide::Facts;
use crate::finding::Finding;
use crate::syntax::ast::Expr;
use crate::syntax::bare;

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
    let all = callers.iter().flat_map(|(_, caller, _)| caller.readings().flat_map(|reading| &reading.json));
    let json_reads: Vec<&JsonRead> = all.filter(|read| !read.is_text).collect();
    // Whether some read of JSON, of those for which `which` holds, reads this answer.
    let reads_json = |answer: &Answer, which: &dyn Fn(&JsonRead) -> bool| {
        let other = if answer.ok() { When::NotOk } else { When::Ok };
        json_reads.iter().any(|read| read.when != other && which(read))
    };
    let mut answers = analysis.answers.iter().chain(twins.iter().flat_map(|twin| &twin.answers));
    let without = answers.find(|answer| answer.data.is_none() && reads_json(answer, &|read| read.fallback.is_none()));
    if let Some(answer) = without {
        let message =
            format!("a caller reads JSON of this answer ({}), which has none, and is rejected there", answer.status);
        return Err(refuse(&callers[0], &message));
    }
    let own = analysis.answers.iter().filter(|answer| reads_json(answer, &|read| read.fallback.is_some()));
    for answer in own {
        let why = match answer {
            Answer { may_be_empty: true, data: Some(data), .. } if !matches!(bare(data), Expr::Object(_)) => {
                "may be `undefined` and then has no body, and a caller has a value for that"
            }
            answer if may_be_json(facts.module, answer) => "is a text that may be JSON, and a caller reads it as JSON",
            _ => continue,
        };
        return Err(refuse(&callers[0], &format!("this answer ({}) {why}", answer.status)));
    }
    let mut around = twins.iter().flat_map(|twin| twin.answers.iter().map(|answer| (twin.module, answer)));
    if let Some((_, answer)) = around
        .find(|(module, answer)| may_be_json(module, answer) && reads_json(answer, &|read| read.fallback.is_some()))
    {
        let why =
            format!("an answer of the wrapper ({}) is a text that may be JSON, and a caller reads it", answer.status);
        return Err(refuse(&callers[0], &why));
    }
    // As text, the answer to an uncaught error is empty, and not missing.
    if demand.failure_text && json_reads.iter().any(|read| read.when != When::Ok && read.fallback.is_some()) {
        return Err(refuse(&callers[0], "its callers read failures both as text and as JSON"));
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
    demand.absent =
        Absent::of(analysis.answers.iter().chain(twins.iter().flat_map(|twin| &twin.answers)), demand.catches);
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
