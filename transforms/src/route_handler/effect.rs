//! What a carrier does with the response: nothing, an answer on every way through it, or on some. For
//! the guards among them, which answer or give a value, also what their callers can tell the two apart by:
//!
//! ```ts
//! const user = await requireUser(req, res);     const user = await requireUser(req);
//! if (!user) return;                       →    if (user instanceof NextResponse) return user;
//! ```

use std::collections::{BTreeMap, BTreeSet};

use super::aborts::aborts;
use super::body::guards::{check_behind, fits};
use super::lists::Lists;
use super::predicates::narrows;
use super::returned::Returns;
use super::sending::{answers_of, statuses};
use super::welcome::welcomed;
use crate::libraries::Held;
use crate::pages_api::{
    After, Answers, Call, Carrier, HeaderChange, Payload, Stands, analyse, operand, returned_sends, voids,
};
use crate::project::MethodSet;
use crate::syntax::{Span, span_of};

/// What one carrier does with the response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Effect {
    /// It may send a response, itself or through those it calls.
    pub sends: bool,
    /// Every way through it sends or throws.
    pub always: bool,
    /// All that it sends has this status, which is written out.
    pub status: Option<u16>,
    /// All that it sends has the status that this parameter gives.
    pub status_at: Option<usize>,
    /// What it returned where it had sent.
    pub sent: Truthiness,
    /// What it returns where it has not.
    pub unsent: Truthiness,
    /// Somewhere there it returns a value, and not only nothing.
    pub valued: bool,
    /// It puts headers on a response that others send, or changes those that others have set: it has to be
    /// given the `Headers` that its caller collects.
    pub headers: bool,
    /// It appends to headers or removes some, so that those that were set before matter.
    pub amends: bool,
    /// A content type may be among the headers that it sets.
    pub sets_type: bool,
    /// It may set cookies, or give what does, by a package.
    pub cookies: bool,
    /// It sets the status of a response that others send.
    pub leaves_status: bool,
    /// Each send in it sets its status, so that one that was set before does not count.
    pub own_status: bool,
    /// Where it has answered, its caller does not go on: it waits for a middleware, which has not called back then.
    pub stops: bool,
    /// Where it has answered it throws, so that its caller does not go on either; see [`super::aborts`].
    pub aborts: bool,
    /// The parameter that its return type narrows, see [`super::predicates`].
    pub narrows: Option<usize>,
    /// What it answers is a response at once, no promise of one.
    pub settled: bool,
    /// Behind a handler that it was given it may send itself, where that one did not.
    pub falls_back: bool,
    /// What it gives is the response, which nobody has sent: `(res) => res.setHeader('Vary', '*')`.
    pub passes: bool,
    /// The methods that it may answer with something else than a refusal, see [`super::welcome`].
    pub welcomes: MethodSet,
}

/// What is known of some values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Truthiness {
    /// There are none.
    Never,
    /// All of them are true.
    True,
    /// All of them are false.
    False,
    /// All of them are `undefined`.
    Undefined,
    /// All of them are `null`.
    Null,
    /// They differ, or it cannot be told.
    Unknown,
}

impl Truthiness {
    /// That of values that are of the one or the other kind.
    pub fn and(self, other: Truthiness) -> Truthiness {
        match (self, other) {
            (Truthiness::Never, other) | (other, Truthiness::Never) => other,
            (one, other) if one == other => one,
            (one, other) if one.is_false() && other.is_false() => Truthiness::False,
            _ => Truthiness::Unknown,
        }
    }

    /// Whether there are values, and all of them are false.
    pub fn is_false(self) -> bool {
        matches!(self, Truthiness::False | Truthiness::Undefined | Truthiness::Null)
    }
}

impl Effect {
    /// That of a call that may be the one or the other.
    pub fn or(self, other: Effect) -> Effect {
        Effect {
            sends: self.sends || other.sends,
            always: self.always && other.always,
            status: self.status.filter(|_| self.status == other.status),
            status_at: None,
            sent: self.sent.and(other.sent),
            unsent: self.unsent.and(other.unsent),
            valued: self.valued || other.valued,
            headers: self.headers || other.headers,
            amends: self.amends || other.amends,
            sets_type: self.sets_type || other.sets_type,
            cookies: self.cookies || other.cookies,
            leaves_status: self.leaves_status || other.leaves_status,
            own_status: self.own_status && other.own_status,
            stops: self.stops && other.stops,
            aborts: self.aborts || other.aborts,
            narrows: self.narrows.or(other.narrows),
            settled: self.settled && other.settled,
            falls_back: self.falls_back || other.falls_back,
            passes: self.passes || other.passes,
            welcomes: self.welcomes.or(other.welcomes),
        }
    }

    /// That of a handler that somebody else wrote.
    pub const ANSWERS: Effect = Effect {
        sends: true,
        always: true,
        sent: Truthiness::False,
        own_status: false,
        settled: false,
        welcomes: MethodSet::ALL,
        ..Effect::NONE
    };

    /// That of a function that leaves the response alone.
    pub const NONE: Effect = Effect {
        sends: false,
        always: false,
        status: None,
        status_at: None,
        sent: Truthiness::Never,
        unsent: Truthiness::Never,
        valued: false,
        headers: false,
        amends: false,
        sets_type: false,
        cookies: false,
        leaves_status: false,
        own_status: true,
        stops: false,
        aborts: false,
        narrows: None,
        settled: true,
        falls_back: false,
        passes: false,
        welcomes: MethodSet::NONE,
    };
}

/// Works out the effect of `carrier`; `callee` knows those of the carriers that it calls.
pub fn effect(text: &str, carrier: &Carrier<'_>, callee: &dyn Fn(&Call) -> Option<Effect>) -> Effect {
    let called: Vec<(&Call, Effect)> = carrier.calls.iter().filter_map(|call| Some((call, callee(call)?))).collect();
    let left = left(carrier, &called);
    let passes = passes(carrier, &called);
    let cookies = called.iter().any(|(_, effect)| effect.cookies)
        || carrier.objects.iter().any(|call| call.sets_cookies(text) || call.becomes.contains(&Held::CookieStore));
    let welcomes = welcomed(text, carrier, &statuses(carrier), &called);
    let calls: Vec<(&Call, Effect)> = called.into_iter().filter(|(_, effect)| effect.sends).collect();
    let answers = answers_of(carrier, &|call| callee(call).unwrap_or(Effect::NONE));
    let answer = answer(text, carrier, callee, &calls, &answers);
    let left_always = answer.always && !carrier.writes.iter().any(|write| write.nested);
    Effect {
        headers: left.amends || (left.headers && !left_always),
        amends: left.amends,
        sets_type: left.sets_type,
        cookies,
        leaves_status: left.status && !left_always,
        own_status: left.own_status,
        passes,
        welcomes,
        narrows: narrows(carrier),
        settled: !carrier.is_async()
            && answers.chains.values().all(|stands| *stands == Stands::Response)
            && carrier.streamed.is_empty()
            && calls.iter().all(|(_, effect)| effect.settled),
        ..answer
    }
}

/// What it answers, and what its caller can tell that by.
fn answer(
    text: &str,
    carrier: &Carrier<'_>,
    callee: &dyn Fn(&Call) -> Option<Effect>,
    calls: &[(&Call, Effect)],
    answers: &Answers<'_>,
) -> Effect {
    let own = || carrier.writes.iter().filter(|write| write.payload.is_some());
    if own().next().is_none() && calls.is_empty() {
        return Effect::NONE;
    }
    let sends: BTreeSet<Span> = own()
        .filter(|write| !write.nested)
        .map(|write| write.span)
        .chain(calls.iter().filter(|(call, effect)| !call.nested && effect.always).map(|(call, _)| call.span))
        .chain(answers.chains.keys().copied())
        .collect();
    let stops = carrier.waited.is_some() || (own().next().is_none() && calls.iter().all(|(_, effect)| effect.stops));
    let (status, status_at) = (status(carrier, calls), status_parameter(carrier, calls));
    let voids = voids(carrier.function);
    let sent_by = |span: Span| match calls.iter().find(|(call, _)| call.span == span) {
        _ if voids.iter().any(|(_, operand)| *operand == span) => Truthiness::Undefined,
        Some((_, effect)) => effect.sent,
        // `json` and `send` give nothing back; `end` and `redirect` give `res` itself.
        None if own().any(|write| write.span == span && write.packaged) => Truthiness::Unknown,
        None => match own().find(|write| write.span == span).and_then(|write| write.payload.as_ref()) {
            Some(Payload::Json(_) | Payload::Send(_)) => Truthiness::Undefined,
            Some(Payload::Stream) => Truthiness::Unknown,
            _ => Truthiness::True,
        },
    };
    if let Some(expression) = carrier.function.expression() {
        let (returned, always) = returned_sends(expression, &|span| sends.contains(&span));
        let always = always && answers.open.is_empty();
        let sent = returned.into_iter().fold(Truthiness::Never, |sent, send| sent.and(sent_by(send)));
        let sent = if always { sent } else { Truthiness::Unknown };
        let unsent = if always { Truthiness::Never } else { Truthiness::Unknown };
        let valued = !always;
        return Effect { sends: true, always, status, status_at, sent, unsent, valued, stops, ..Effect::NONE };
    }
    let body = carrier.function.block().map_or(&[][..], |block| &block.stmts);
    let returns = Returns::of(body);
    let end = carrier.function.span();
    let inside = |span: Span| sends.iter().copied().find(|send| span.contains(*send));
    let flow = analyse(body, end, &|span| sends.contains(&span), &inside, &carrier.known(None));
    let guarded = guarded(text, carrier, callee);
    let silent = || flow.silent.iter().filter(|place| !guarded.values().any(|leave| leave == *place));
    let always = silent().next().is_none() && flow.unclear.is_empty() && answers.open.is_empty();
    let mut sent = guarded.values().fold(Truthiness::Never, |sent, leave| sent.and(returns.value(*leave)));
    for (send, after) in &flow.sends {
        sent = sent.and(match after {
            After::Returned => sent_by(*send),
            After::Nothing(None) => Truthiness::Undefined,
            After::Nothing(Some(leave)) => returns.value(*leave),
            After::Work(_) | After::Send(_) => Truthiness::Unknown,
        });
    }
    let mut unsent = Truthiness::Never;
    for place in silent() {
        unsent = unsent.and(if *place == end { Truthiness::Undefined } else { returns.value(*place) });
    }
    let of_call =
        |place: Span| calls.iter().find(|(call, _)| place.contains(call.span)).map(|(_, effect)| effect.valued);
    let gives = |place: Span| of_call(place).unwrap_or(returns.value(place) != Truthiness::Undefined);
    let valued = silent().any(|place| *place != end && gives(*place));
    if calls
        .iter()
        .any(|(call, effect)| call.nested || !(effect.always || effect.stops || guarded.contains_key(&call.span)))
        || own().any(|write| write.nested)
    {
        (sent, unsent) = (Truthiness::Unknown, Truthiness::Unknown);
    }
    let runs = |call: &Call| carrier.given_inside.iter().any(|inside| call.span.contains(inside.span));
    let given = calls.iter().filter(|(call, _)| carrier.continuations.contains(&call.callee) || runs(call));
    let falls_back = given.into_iter().any(|(call, _)| matches!(flow.sends.get(&call.span), Some(After::Send(_))));
    let plain = calls.is_empty() && !own().any(|write| write.nested) && flow.unclear.is_empty();
    let aborts = plain && !always && aborts(text, carrier, &flow);
    let stops = stops || aborts;
    Effect { sends: true, always, status, status_at, sent, unsent, valued, falls_back, stops, aborts, ..Effect::NONE }
}

/// What a carrier leaves behind on a response that it does not send itself.
struct Left {
    /// Headers.
    headers: bool,
    /// A content type may be among them.
    sets_type: bool,
    /// A status.
    status: bool,
    /// It appends to headers or removes them, so that those set before the call matter.
    amends: bool,
    /// Each send in it sets its status.
    own_status: bool,
}

fn left(carrier: &Carrier<'_>, called: &[(&Call, Effect)]) -> Left {
    let lists = carrier.function.block().map(|block| Lists::of(&block.stmts)).unwrap_or_default();
    let sends: BTreeSet<Span> =
        carrier.writes.iter().filter(|write| write.payload.is_some()).map(|write| write.span).collect();
    // What is set goes with a send that follows in the same list.
    let kept = |write: Span| !lists.behind(write).iter().any(|expr| sends.contains(expr));
    let prepares =
        || carrier.writes.iter().filter(|write| write.payload.is_none() && (write.nested || kept(write.span)));
    let mut writes = carrier.writes.iter().filter(|write| write.payload.is_some());
    Left {
        headers: prepares().any(|write| !write.headers.is_empty()) || called.iter().any(|(_, effect)| effect.headers),
        status: prepares().any(|write| write.status.is_some()) || called.iter().any(|(_, effect)| effect.leaves_status),
        sets_type: prepares().flat_map(|write| &write.headers).any(sets_type)
            || called.iter().any(|(_, effect)| effect.sets_type),
        amends: carrier.writes.iter().flat_map(|write| &write.headers).any(|change| change.verb != "set")
            || called.iter().any(|(_, effect)| effect.amends),
        own_status: writes.all(|write| write.status.is_some() || matches!(write.payload, Some(Payload::Redirect(..))))
            && called.iter().all(|(_, effect)| effect.own_status),
    }
}

/// Whether all that the carrier does is to prepare the response, which it gives.
fn passes(carrier: &Carrier<'_>, called: &[(&Call, Effect)]) -> bool {
    let Some(value) = carrier.function.expression().map(|value| span_of(operand(value))) else { return false };
    carrier.writes.iter().any(|write| write.span == value && write.payload.is_none())
        || called.iter().any(|(call, effect)| call.span == value && effect.passes)
}

/// Whether the change may be to the content type.
fn sets_type(change: &HeaderChange) -> bool {
    change.verb != "cors" && change.literal_name().is_none_or(|name| name == "content-type")
}

/// Calls of guards that the carrier leaves by where they have answered: the call, and its `return`.
pub fn guarded(text: &str, carrier: &Carrier<'_>, callee: &dyn Fn(&Call) -> Option<Effect>) -> BTreeMap<Span, Span> {
    let guards = carrier.calls.iter().filter_map(|call| Some((call, callee(call)?)));
    let mut guards = guards.filter(|(call, effect)| effect.sends && !effect.always && !call.nested).peekable();
    if guards.peek().is_none() {
        return BTreeMap::new();
    }
    let lists = carrier.function.block().map(|block| Lists::of(&block.stmts)).unwrap_or_default();
    guards
        .filter_map(|(call, effect)| {
            let check = check_behind(text, carrier, &lists, call)?;
            // One that answers itself leaves as any other code does.
            (!check.answers && fits(&check, &effect)).then_some((call.span, check.leave))
        })
        .collect()
}

/// The one status of all that is sent.
fn status(carrier: &Carrier<'_>, calls: &[(&Call, Effect)]) -> Option<u16> {
    let apart = carrier.writes.iter().any(|write| write.payload.is_none() && write.status.is_some());
    let own = carrier.writes.iter().filter(|write| write.payload.is_some()).map(|write| match write.payload {
        Some(Payload::Redirect(..)) => None,
        _ if apart => None,
        _ => write.literal_status(),
    });
    let mut all = own.chain(calls.iter().map(|(_, effect)| effect.status));
    let first = all.next()??;
    all.all(|status| status == Some(first)).then_some(first)
}

/// The parameter that is the status of all that is sent.
fn status_parameter(carrier: &Carrier<'_>, calls: &[(&Call, Effect)]) -> Option<usize> {
    let mut sends = carrier.writes.iter().filter(|write| write.payload.is_some());
    let [only] = [sends.next()?];
    let apart = carrier.writes.iter().any(|write| write.payload.is_none() && write.status.is_some());
    if sends.next().is_some() || !calls.is_empty() || apart {
        return None;
    }
    let name = crate::syntax::ident(only.status.as_ref()?)?.to_id();
    carrier
        .function
        .params()
        .into_iter()
        .position(|param| crate::syntax::pat_ident(param).is_some_and(|ident| ident.to_id() == name))
}
