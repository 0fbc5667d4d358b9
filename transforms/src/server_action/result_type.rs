//! The type of what an action returns.
//!
//! ```ts
//! Promise<{ ok: true; status: number; data: { id: any } } | { ok: false; status: number; data: { error: string } }>
//! ```
//! Its two sides are told apart by `ok`, where there is a difference. `await res.json()` was `any`, so a member has a type only where the handler
//! leaves no doubt about it and everything that callers do with it takes that type.

mod accepts;
mod uses;

use std::collections::BTreeSet;

use super::data::{Kept, data_of, member};
use super::handler::Analysis;
use super::result::Answer;
use super::text::{Demand, Members};
use super::values::{Plain, Values};
use crate::callers::{JsonRead, When};
use crate::syntax::ast::Expr;
use crate::syntax::{Module, bare};

use accepts::Kinds;
use uses::{Use, uses_of};

/// A member of an object: its types, `None` for `any`.
#[derive(Clone, Debug)]
struct Entry {
    name: String,
    kinds: Option<Kinds>,
    optional: bool,
}

/// The members of the data of one side; `None` if it is `any`.
type Shape = Option<Vec<Entry>>;

/// The type, if callers read any data. `handler` is the module of the handler, `reads` are all reads of JSON, `wrapped`
/// tells that a wrapper gives failures of any kind.
pub fn result_type(
    handler: &Module,
    analysis: &Analysis,
    demand: &Demand,
    reads: &[(&Module, &JsonRead)],
    wrapped: bool,
) -> Option<ResultType> {
    let as_text = demand.success_text || demand.failure_text;
    if demand.success.is_none() && demand.failure.is_none() && !as_text {
        return None;
    }
    let values = Values::of(handler);
    let side = |ok| -> Vec<&Answer> { analysis.answers.iter().filter(|answer| answer.ok() == ok).collect() };
    let (successes, failures) = (side(true), side(false));
    let mut shapes = [shape(&successes, demand, &values), shape(&failures, demand, &values)];
    let found: Vec<(When, Option<Vec<Use>>)> =
        reads.iter().map(|(module, read)| (read.when, uses_of(module, read))).collect();
    // An uncaught error gives no data.
    if wrapped || demand.catches {
        shapes[1] = None;
    }
    restrict(&mut shapes, [!successes.is_empty(), wrapped || !failures.is_empty()], &found);
    let [success, failure] = shapes;
    let data = |shape: &Shape, wanted: bool, answers: &[&Answer], more: bool, as_text: bool| {
        let lacks = |answer: &&Answer| matches!(data_of(answer, demand, &values).kept, Kept::Nothing);
        let is_text = |answer: &&Answer| matches!(data_of(answer, demand, &values).kept, Kept::Text(_));
        match shape {
            // An uncaught error gives an empty text.
            _ if (as_text || !answers.is_empty()) && answers.iter().all(is_text) && !wrapped => {
                "; data: string".to_owned()
            }
            Some(entries) => format!("; data: {}", object(entries)),
            None if !wanted && answers.iter().all(lacks) => String::new(),
            None if more || answers.iter().any(lacks) => "; data?: any".to_owned(),
            None => "; data: any".to_owned(),
        }
    };
    // Code for a failure that never comes has a type, too.
    let awaited = failures.is_empty() && reads.iter().any(|(_, read)| read.when == When::NotOk);
    let failing = wrapped || demand.catches || awaited || !failures.is_empty();
    let success = data(&success, demand.success.is_some(), &successes, false, false);
    let read = wrapped || demand.failure.is_some();
    let failure = data(&failure, read, &failures, wrapped || demand.catches || awaited, demand.failure_text);
    Some(match (successes.is_empty(), failing) {
        (false, true) if success == failure => ResultType(vec![format!("{{ ok: boolean; status: number{success} }}")]),
        (false, true) => ResultType(vec![
            format!("{{ ok: true; status: number{success} }}"),
            format!("{{ ok: false; status: number{failure} }}"),
        ]),
        // Callers may test `ok` all the same.
        (true, _) => ResultType(vec![format!("{{ ok: boolean; status: number{failure} }}")]),
        (false, false) => ResultType(vec![format!("{{ ok: boolean; status: number{success} }}")]),
    })
}

/// The members of a union.
#[derive(Clone, Debug)]
pub struct ResultType(pub Vec<String>);

impl ResultType {
    /// The type for code without `strictNullChecks`, in which `ok` does not tell the members apart.
    pub fn not_told_apart(self) -> ResultType {
        match self.0.as_slice() {
            [_] => self,
            _ => ResultType(vec!["{ ok: boolean; status: number; data?: any }".to_owned()]),
        }
    }
}

fn shape(answers: &[&Answer], demand: &Demand, values: &Values) -> Shape {
    let wanted = if answers.first()?.ok() { &demand.success } else { &demand.failure };
    let Some(Members::These(names)) = wanted else { return None };
    let mut entries: Vec<Entry> = Vec::new();
    for (at, answer) in answers.iter().enumerate() {
        let own = members(answer, demand, values)?;
        entries.iter_mut().filter(|entry| own.iter().all(|(name, _)| *name != entry.name)).for_each(Entry::may_miss);
        for (name, kinds) in own {
            match entries.iter_mut().find(|entry| entry.name == name) {
                Some(entry) => entry.kinds = entry.kinds.zip(kinds).map(|(one, other)| one.or(other)),
                None => {
                    let mut entry = Entry { name, kinds, optional: false };
                    if at > 0 {
                        entry.may_miss();
                    }
                    entries.push(entry);
                }
            }
        }
    }
    let missing = names.iter().filter(|name| entries.iter().all(|entry| entry.name != **name));
    let missing: Vec<Entry> =
        missing.map(|name| Entry { name: name.clone(), kinds: Some(Kinds::UNDEFINED), optional: true }).collect();
    entries.extend(missing);
    entries.iter().all(|entry| is_name(&entry.name)).then_some(entries)
}

impl Entry {
    fn may_miss(&mut self) {
        self.optional = true;
        self.kinds = self.kinds.map(|kinds| kinds.or(Kinds::UNDEFINED));
    }
}

/// The members that the action returns of an answer; `None` if they are not spelled out.
fn members(answer: &Answer, demand: &Demand, values: &Values) -> Option<Vec<(String, Option<Kinds>)>> {
    let Expr::Object(object) = bare(answer.data.as_ref()?) else { return None };
    let kept = data_of(answer, demand, values).kept;
    let mut found = Vec::new();
    for property in &object.props {
        let (name, value, span) = member(property)?;
        let stays = match &kept {
            Kept::Nothing | Kept::Text(_) => return None,
            Kept::Whole | Kept::Json => true,
            Kept::Members(spans) => spans.contains(&span),
        };
        if stays {
            let kinds = match values.plain(&value) {
                Some(Plain::Text) => Some(Kinds::TEXT),
                Some(Plain::Boolean) => Some(Kinds::BOOLEAN),
                _ => None,
            };
            found.push((name, kinds));
        }
    }
    Some(found)
}

/// Makes `any` of each member that a caller uses in a way that its type might be wrong for. `there` tells which sides
/// have answers.
fn restrict(shapes: &mut [Shape; 2], there: [bool; 2], reads: &[(When, Option<Vec<Use>>)]) {
    let reached = |when: When| {
        let sides: &[usize] = match when {
            When::Ok => &[0],
            When::NotOk => &[1],
            When::Always => &[0, 1],
        };
        sides.iter().copied().filter(|side| there[*side]).collect::<Vec<_>>()
    };
    let mut open: BTreeSet<&str> = BTreeSet::new();
    for (when, uses) in reads {
        let Some(uses) = uses else {
            // The value is given a type as a whole.
            reached(*when).into_iter().for_each(|side| shapes[side] = None);
            continue;
        };
        for Use { name, accepted } in uses {
            let entries = reached(*when).into_iter().map(|side| {
                let entries = shapes[side].as_ref()?;
                entries.iter().find(|entry| entry.name == *name)?.kinds
            });
            // Together with `any`, it is `any`.
            let kinds = entries.reduce(|one, other| Some(one?.or(other?))).flatten();
            if kinds.is_some_and(|kinds| !accepted.contains(kinds)) {
                open.insert(name);
            }
        }
    }
    for entry in shapes.iter_mut().flatten().flatten().filter(|entry| open.contains(entry.name.as_str())) {
        entry.kinds = None;
    }
}

fn object(entries: &[Entry]) -> String {
    let entry = |entry: &Entry| {
        let mark = if entry.optional { "?" } else { "" };
        let words = [(Kinds::TEXT, "string"), (Kinds::BOOLEAN, "boolean")];
        let of = |kinds: Kinds| -> Vec<&str> {
            words.into_iter().filter(|(kind, _)| kinds.contains(*kind)).map(|(_, word)| word).collect()
        };
        let kind = match entry.kinds.map(of) {
            None => "any".to_owned(),
            Some(words) if words.is_empty() => "undefined".to_owned(),
            Some(words) => words.join(" | "),
        };
        format!("{}{mark}: {kind}", entry.name)
    };
    if entries.is_empty() {
        return "{}".to_owned();
    }
    format!("{{ {} }}", entries.iter().map(entry).collect::<Vec<_>>().join("; "))
}

fn is_name(name: &str) -> bool {
    let starts = |c: char| c.is_ascii_alphabetic() || c == '_' || c == '$';
    name.starts_with(starts) && name.chars().all(|c| starts(c) || c.is_ascii_digit())
}
