//! How a caller reads the response: `ok`, `status`, and JSON, each where it is known whether the request failed.

mod fallback;
mod order;
mod uses;

pub use fallback::Fallback;

use std::collections::BTreeSet;

use order::{both_run, next_statement, reads_first, when};
use uses::{Target, Uses};

use super::fetch::Obstacle;
use crate::syntax::ast::{Id, Stmt};
use crate::syntax::{Module, References, Span, VisitWith};

/// Whether code runs after success, after failure, or after both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// Only where `res.ok` holds.
    Ok,
    /// Only where it does not.
    NotOk,
    /// Either way.
    Always,
}

/// One `await res.json()`.
#[derive(Clone, Debug)]
pub struct JsonRead {
    /// All of it.
    pub span: Span,
    /// `res`, or `(await fetch(…))`.
    pub response: Span,
    /// When it is reached.
    pub when: When,
    /// The members that are looked at; `None` if the value goes elsewhere as a whole.
    pub members: Option<BTreeSet<String>>,
    /// It is `await res.text()`, which no answer fails.
    pub is_text: bool,
    /// What is taken in its place where an answer is no JSON, which is no failure then.
    pub fallback: Option<Fallback>,
}

/// What becomes of a caller when the answer is no JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// Its promise is rejected before anything else happens: reading JSON is the first thing it does with a
    /// failed response.
    Rejects,
    /// It goes on: the JSON of a failed response is not read, or read later in a way that breaks at the same place
    /// if a result has no data.
    GoesOn,
    /// It does something first and is rejected then.
    Mixed,
    /// A rejection and a result that is not `ok` are the same to it.
    Either,
}

/// How one response is read.
#[derive(Clone, Debug)]
pub struct Reading {
    /// The reads of JSON.
    pub json: Vec<JsonRead>,
    /// What an answer without JSON leads to.
    pub failure: Failure,
    /// `: Response` behind the name of the response.
    pub annotation: Option<Span>,
}

impl Reading {
    /// Nothing is read but `ok` and `status`.
    pub fn none() -> Reading {
        Reading { json: Vec::new(), failure: Failure::GoesOn, annotation: None }
    }
}

/// Where a response is bound: a declaration among `body`, or the parameter of a callback with that body.
pub struct Bound<'a> {
    /// The variable.
    pub id: &'a Id,
    /// What declares it.
    pub declaration: Span,
    /// The statements around it.
    pub body: &'a [Stmt],
    /// The callback, which may return `res.json()` without `await`.
    pub callback: Option<Span>,
    /// Where the variable is set, if not by its declaration.
    pub set: Option<Span>,
}

/// How the response is read. `Err` is a place where it is used in another way, or read once more than it can be.
pub fn reading_of(module: &Module, bound: &Bound<'_>) -> Result<Reading, Obstacle> {
    let Bound { id, declaration, body, callback, set } = *bound;
    let mut uses = Uses::of(id);
    uses.callback = callback;
    module.ast.visit_with(&mut uses);
    let all = module.references();
    let mentions = all.get(id).map(Vec::as_slice).unwrap_or_default();
    let is_made = |span: &Span| declaration.contains(*span) || set == Some(*span);
    if let Some(other) = mentions.iter().find(|span| !uses.understood.contains(*span) && !is_made(span)) {
        return Err((
            *other,
            "its response is used for more than `ok`, `status`, `await json()` and `await text()`".to_owned(),
        ));
    }
    let mut json = Vec::new();
    // What is taken apart at once breaks where there is nothing, as `res.json()` did where there was no JSON.
    let mut breaks = BTreeSet::new();
    for (span, response) in uses.json {
        let own = uses.chosen.get(&span).copied().unwrap_or(When::Always);
        let member = uses.members.contains_key(&span) && !uses.lenient.contains(&span);
        if member || matches!(uses.targets.get(&span), Some(Target::Members(_))) {
            breaks.insert(span);
        }
        let members = uses.targets.get(&span).and_then(|target| members(module, target, all));
        let members = members.or_else(|| uses.members.get(&span).map(|name| BTreeSet::from([name.clone()])));
        let reached = when(body, span, id);
        let when = if reached == When::Always { own } else { reached };
        let (is_text, fallback) = (uses.texts.contains(&span), uses.fallbacks.get(&span).copied());
        json.push(JsonRead { span, response, when, members, is_text, fallback });
    }
    // The second read is rejected, and a value would be there to read.
    let again = json.iter().enumerate().find_map(|(at, read): (usize, &JsonRead)| {
        let apart = |one: &JsonRead| {
            matches!((one.when, read.when), (When::Ok, When::NotOk) | (When::NotOk, When::Ok))
                || !both_run(body, one.span, read.span)
        };
        (!json[..at].iter().all(apart)).then_some(read.span)
    });
    if let Some(again) = again {
        return Err((again, "the body of its response may have been read before, and this read fails then".to_owned()));
    }
    let fails = |read: &&JsonRead| read.when != When::Ok && !read.is_text && read.fallback.is_none();
    let failing: Vec<Span> = json.iter().filter(fails).map(|read| read.span).collect();
    let breaks = failing.iter().all(|read| breaks.contains(read));
    let failure = if failing.is_empty() {
        Failure::GoesOn
    } else if match callback {
        // The `catch` around the request does not see what fails behind it.
        _ if set.is_some() => false,
        // `(res) => res.json()`.
        Some(whole) if body.is_empty() => failing.iter().all(|read| read.end == whole.end),
        Some(_) => body.first().is_some_and(|first| reads_first(first, id, &failing)),
        None => next_statement(body, declaration).is_some_and(|next| reads_first(next, id, &failing)),
    } {
        if breaks { Failure::Either } else { Failure::Rejects }
    } else if breaks {
        Failure::GoesOn
    } else {
        Failure::Mixed
    };
    Ok(Reading { json, failure, annotation: None })
}

fn members(module: &Module, target: &Target, all: &References) -> Option<BTreeSet<String>> {
    let id = match target {
        Target::Members(names) => return Some(names.clone()),
        Target::Name(id) => id,
    };
    let mut uses = Uses::of(id);
    module.ast.visit_with(&mut uses);
    // One mention is the declaration.
    let others = all.get(id)?.iter().filter(|span| !uses.named.contains_key(*span)).count();
    (others <= 1).then(|| uses.named.into_values().collect())
}

#[cfg(test)]
mod tests {
    use super::super::calls::Moments;
    use super::super::mention::{Kind, mentions};
    use super::*;

    /// How a function with `code` after the call reads it, as `failure` and one word per read of JSON.
    #[track_caller]
    fn check(code: &str, expected: &str) {
        let text = format!("async function f() {{ const res = await fetch('/api/x', {{ method: 'POST' }}); {code} }}");
        let module = Module::parse("a.ts", text.as_str().into()).expect("the code parses");
        let found = match &mentions(&module, &[], &BTreeSet::new(), &[], &Moments::default()).0[0].kind {
            Kind::Call(caller) => {
                let reads: Vec<String> = caller.reading.json.iter().map(|read| format!(" {:?}", read.when)).collect();
                format!("{:?}{}", caller.reading.failure, reads.concat())
            }
            Kind::Other(_, (at, _)) => format!("other {}", at.text(&text)),
            Kind::Get => "get".into(),
        };
        assert_eq!(found, expected, "{code}");
    }

    #[test]
    fn a_value_in_place_of_json_is_no_failure() {
        check("const data = await res.json().catch(() => ({})); use(data);", "GoesOn Always");
        check(
            "if (!res.ok) { const { error } = await res.json().catch(() => null as any); use(error); }",
            "GoesOn NotOk",
        );
        check("setLoading(false); const data = await res.json().catch(() => {}); use(data);", "GoesOn Always");
        check("return res.json().catch(function () { return null; });", "GoesOn Always");
        check("const text = await res.text().catch(() => ''); use(text);", "GoesOn Always");
        check("const data = await res.json().catch(report);", "other res");
        check("const data = await res.json().catch((error) => ({ error }));", "other res");
        check("const data = await res.json().catch(() => ({ error: message }));", "other res");
        check("const a = await res.json().catch(() => null); use(await res.json());", "other await res.json()");
    }

    #[test]
    fn json_is_read_after_success_or_failure() {
        check("", "GoesOn");
        check("if (res.ok) use(await res.json());", "GoesOn Ok");
        check("if (!res.ok) return; use(await res.json());", "GoesOn Ok");
        check("if (!res.ok) throw new Error(); const data = await res.json(); use(data);", "GoesOn Ok");
        check("if (res?.ok && more) { use(await res.json()); }", "GoesOn Ok");
        check("if (res.ok) { done(); } else { const e = await res.json(); use(e.error); }", "Rejects NotOk");
        check("if (res.status === 409) use(await res.json());", "Mixed Always");
        check("if (!res.ok || more) { use(await res.json()); }", "Mixed Always");
        check("if (!res.ok) log(); const data = await res.json();", "Mixed Always");
    }

    #[test]
    fn only_what_comes_first_is_a_rejection() {
        check("const data = await res.json(); use(data);", "Rejects Always");
        check("setLoading(false); const data = await res.json();", "Mixed Always");
        check(
            "if (!res.ok) { const { error } = await res.json(); use(error); return; } use(await res.json());",
            "Either NotOk Ok",
        );
        check("if (!res.ok) { setLoading(false); use(await res.json()); }", "Mixed NotOk");
        check("if (!res.ok) { setLoading(false); const { error } = await res.json(); use(error); }", "GoesOn NotOk");
        check("setLoading(false); if (!res.ok) throw new Error((await res.json()).error);", "GoesOn NotOk");
        check("setLoading(false); if (!res.ok) throw new Error((await res.json())?.error);", "Mixed NotOk");
    }

    #[test]
    fn json_behind_a_question_is_read_after_success_or_failure() {
        check("use(res.ok ? await res.json() : null);", "GoesOn Ok");
        check("const e = res.ok ? null : await res.json(); use(e);", "Mixed NotOk");
        check("const data = res.ok && (await res.json()); use(data);", "GoesOn Ok");
        check("const data = res.ok || (await res.json()); use(data);", "Mixed NotOk");
        check("const data = more ? await res.json() : null; use(data);", "Mixed Always");
    }

    #[test]
    fn a_body_is_read_once() {
        check("const { a } = await res.json(); if (a) use(await res.json());", "other await res.json()");
        check("if (!res.ok) { use(await res.json()); } use(await res.json());", "other await res.json()");
        check(
            "try { if (!res.ok) { throw await res.json(); } } catch {} use(await res.json());",
            "other await res.json()",
        );
        check(
            "if (res.status === 409) { const { a } = await res.json(); return a; } use(await res.json());",
            "Mixed Always Always",
        );
        check("if (a) { use(await res.json()); } else use(await res.json());", "Mixed Always Always");
        check(
            "switch (res.status) { case 200: { use(await res.json()); break; } default: use(await res.json()); }",
            "Mixed Always Always",
        );
        check(
            "switch (res.status) { case 200: use(await res.json()); default: use(await res.json()); }",
            "other await res.json()",
        );
        check("if (!res.ok) throw new Error(await res.text()); use(await res.json());", "GoesOn NotOk Ok");
    }

    #[test]
    fn json_that_is_returned_needs_no_await() {
        check("return res.json();", "Rejects Always");
        check("if (!res.ok) throw new Error(); return res.json();", "GoesOn Ok");
        check("return res.ok ? res.json() : null;", "GoesOn Ok");
        check("log(res.status); return res.json();", "Mixed Always");
    }

    #[test]
    fn other_uses_are_told() {
        check("use(res);", "other res");
        check("use(await res.text());", "GoesOn Always");
        check("use(res.headers.get('x'));", "other res");
        check("res.json().then(use);", "other res");
        check("return res.ok ? res.json() : Promise.reject(res);", "other res");
        check("return res;", "other res");
        check("return () => res.json();", "other res");
    }
}
