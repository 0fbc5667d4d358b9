//! What follows each send of each carrier (reference, section 3.3), and what is said of it.

use std::collections::BTreeMap;

use super::called_back::CalledBack;
use super::dispatch::SendKind;
use super::effect::Effect;
use super::lists::Lists;
use super::needs::{Callees, Needs, index_of};
use super::settle::{Settle, settles};
use crate::finding::Finding;
use crate::pages_api::{After, Answers, Call, Carrier, Carriers, Payload, Stands, analyse, answers, returned_sends};
use crate::syntax::Span;

/// The sends of every carrier, and the status of each as far as it is written out.
pub fn sends(text: &str, carriers: &Carriers<'_>, needs: &[Needs], callees: &Callees) -> Vec<BTreeMap<Span, SendKind>> {
    carriers
        .list
        .iter()
        .map(|carrier| {
            let lists = carrier.function.block().map(|block| Lists::of(&block.stmts)).unwrap_or_default();
            let mut sends = BTreeMap::new();
            let effect_of = |call: &Call| effect_of(carriers, needs, callees, call);
            let answers = answers_of(carrier, &effect_of);
            let counts = |span: Span, nested: bool| !nested || answers.after.contains_key(&span);
            let nested = |span: Span| carrier.writes.iter().any(|write| write.span == span && write.nested);
            let own = statuses(carrier).into_iter().filter(|(span, _)| counts(*span, nested(*span)));
            sends.extend(own.map(|(span, status)| (span, SendKind::Status(status))));
            for call in carrier.calls.iter().filter(|call| counts(call.span, call.nested)) {
                let effect = effect_of(call);
                // A guard as a statement does not end the function; see `body/guards.rs`.
                let apart = lists.is_statement(call.span) || (effect.stops && lists.branch_of(call.span).is_some());
                if effect.sends && !effect.always && apart {
                    continue;
                }
                if effect.sends {
                    let given = effect.status_at.and_then(|at| call.args.get(at)?.0.text(text).parse().ok());
                    let status = effect.status.or(given).filter(|_| effect.always);
                    sends.insert(call.span, SendKind::Helper { status, always: effect.always });
                }
            }
            sends.extend(answers.chains.into_keys().map(|chain| (chain, SendKind::Status(None))));
            sends
        })
        .collect()
}

/// What the function that `call` means does with the response.
pub fn effect_of(carriers: &Carriers<'_>, needs: &[Needs], callees: &Callees, call: &Call) -> Effect {
    match index_of(carriers, call) {
        Some(at) => needs.get(at).map_or(Effect::NONE, |needs| needs.effect),
        None => callees.get(&call.callee).map_or(Effect::NONE, |callee| callee.needs.effect),
    }
}

/// What `carrier` sends itself, with the status as far as it is written out.
pub fn statuses(carrier: &Carrier<'_>) -> BTreeMap<Span, Option<u16>> {
    let lists = carrier.function.block().map(|block| Lists::of(&block.stmts)).unwrap_or_default();
    // `res.status(405); res.end();`: the status is certain only where one stands right before the other.
    let set_before = |send: Span| {
        let expr = lists.before(send)?;
        carrier.writes.iter().find(|write| write.span == expr && write.payload.is_none())
    };
    let elsewhere = carrier.writes.iter().any(|write| write.payload.is_none() && write.status.is_some());
    let own = carrier.writes.iter().filter(|write| write.payload.is_some()).map(|write| {
        let status = match (&write.status, set_before(write.span)) {
            _ if matches!(write.payload, Some(Payload::Redirect(..))) => Some(307),
            (None, Some(before)) if before.status.is_some() => before.literal_status(),
            (None, _) if elsewhere => None,
            _ => write.literal_status(),
        };
        (write.span, status)
    });
    own.collect()
}

/// The sends in functions inside `carrier` that come back as values.
pub fn answers_of<'a>(carrier: &Carrier<'a>, effect: &dyn Fn(&Call) -> Effect) -> Answers<'a> {
    let own =
        carrier.writes.iter().filter(|write| write.payload.is_some()).map(|write| (write.span, write.nested, true));
    let called = carrier.calls.iter().map(|call| (call.span, call.nested, effect(call)));
    let called = called.filter(|(.., effect)| effect.sends).map(|(span, nested, effect)| (span, nested, effect.always));
    let all: Vec<(Span, bool, bool)> = own.chain(called).collect();
    let called_back = called_back_of(carrier, effect);
    let certain = |span: Span| all.iter().any(|(send, _, always)| *send == span && *always);
    let spans: Vec<Span> = all.iter().map(|(span, ..)| *span).filter(|span| !called_back.holds(*span)).collect();
    let mut found = answers(carrier, &certain, &spans);
    found.after.extend(called_back.after);
    for settle in settles_of(carrier, effect) {
        if found.chains.insert(settle.span, Stands::Promise).is_some() {
            found.twice.insert(settle.span);
        }
        found.after.extend(settle.sends.into_iter().map(|send| (send, After::Returned)));
    }
    found
}

/// The functions that `carrier` hands to guards, and that answer.
pub fn called_back_of(carrier: &Carrier<'_>, effect: &dyn Fn(&Call) -> Effect) -> CalledBack {
    let own = carrier.writes.iter().filter(|write| write.payload.is_some()).map(|write| (write.span, true));
    let called = carrier.calls.iter().map(|call| (call.span, effect(call))).filter(|(_, effect)| effect.sends);
    let sends: Vec<(Span, bool)> = own.chain(called.map(|(span, effect)| (span, effect.always))).collect();
    CalledBack::of(carrier, &sends)
}

/// The promises that callbacks of `carrier` settle with a response.
pub fn settles_of(carrier: &Carrier<'_>, effect: &dyn Fn(&Call) -> Effect) -> Vec<Settle> {
    let called_back = called_back_of(carrier, effect);
    let own = carrier.writes.iter().filter(|write| write.payload.is_some());
    let own = own.map(|write| (write.span, write.nested));
    let called = carrier.calls.iter().map(|call| (call, effect(call))).filter(|(_, effect)| effect.sends);
    let called = called.map(|(call, effect)| (call.span, call.nested && effect.always));
    let all = own.chain(called).filter(|(span, _)| !called_back.holds(*span));
    let (sends, others): (Vec<_>, Vec<_>) = all.partition(|(_, nested)| *nested);
    let spans = |list: Vec<(Span, bool)>| list.into_iter().map(|(span, _)| span).collect::<Vec<_>>();
    settles(carrier, &spans(sends), &spans(others))
}

/// The same, once the sends are known.
pub fn known_answers(carrier: &Carrier<'_>, sends: &BTreeMap<Span, SendKind>) -> BTreeMap<Span, After> {
    let effect = |call: &Call| match sends.get(&call.span) {
        Some(SendKind::Helper { always, .. }) => Effect { sends: true, always: *always, ..Effect::NONE },
        _ => Effect::NONE,
    };
    answers_of(carrier, &effect).after
}

pub fn helper_flow(carrier: &Carrier<'_>, sends: &BTreeMap<Span, SendKind>) -> BTreeMap<Span, After> {
    if let Some(expression) = carrier.function.expression() {
        let (own, all) = returned_sends(expression, &|span| sends.contains_key(&span));
        let own = own.into_iter().filter(|_| all).map(|send| (send, After::Returned));
        return own.chain(known_answers(carrier, sends)).collect();
    }
    let body = carrier.function.block().map_or(&[][..], |block| &block.stmts);
    let is_send = |span: Span| sends.contains_key(&span);
    let inside = |span: Span| sends.keys().copied().find(|send| span.contains(*send));
    let mut sends_after = analyse(body, carrier.function.span(), &is_send, &inside, &carrier.known(None)).sends;
    sends_after.extend(known_answers(carrier, sends));
    sends_after
}

/// Keeps the worst of what follows a send for any method.
pub fn merge(into: &mut BTreeMap<Span, After>, from: &BTreeMap<Span, After>) {
    for (send, follows) in from {
        match into.get(send) {
            Some(known) if rank(known) >= rank(follows) => {}
            _ => {
                into.insert(*send, follows.clone());
            }
        }
    }
}

fn rank(after: &After) -> u8 {
    match after {
        After::Returned => 0,
        After::Nothing(_) => 1,
        After::Work(_) => 2,
        After::Send(_) => 3,
    }
}

/// Sends that other code follows.
pub fn unfinished(path: &str, after: &BTreeMap<Span, After>, sends: &[BTreeMap<Span, SendKind>]) -> Vec<Finding> {
    let kind = |span: &Span| sends.iter().find_map(|sends| sends.get(span));
    let mut findings = Vec::new();
    for (send, follows) in after {
        let guard = matches!(kind(send), Some(SendKind::Helper { always: false, .. }));
        let finding = match follows {
            After::Returned | After::Nothing(_) => continue,
            After::Work(_) | After::Send(_) if guard => Finding::manual(
                "guard-helper",
                path,
                *send,
                "this helper may send the response, and the code after it runs in any case",
            )
            .help("let the helper return the response or a value, and tell them apart here"),
            // Whether it can be put off is decided where the code is written.
            After::Work(_) => continue,
            After::Send(_) => Finding::review(
                "forgotten-return",
                path,
                *send,
                "the response is sent here without `return`, and the code that follows may send again",
            )
            .help("the migrated code returns here; what used to run afterwards does not run any more"),
        };
        findings.push(finding);
    }
    findings
}
