//! Calls of packages as carriers see them: their summary comes from [`crate::libraries`].

use std::collections::{BTreeMap, BTreeSet};

use super::dispatch::Methods;
use super::effect::{Effect, Truthiness};
use super::needs::{Body, Callee, Callees, Handed, Needs};
use super::unit::{Link, Unit, import_of};
use crate::finding::Finding;
use crate::libraries::{Call, Held, Library, formidable};
use crate::pages_api::{BodyParser, Carrier, Escape, EscapeKind, ObjectCall, Role, read_config};
use crate::project::{Method, MethodSet, NextVersion};
use crate::syntax::Module;
use crate::syntax::ast::Id;

/// Sorts out the calls of packages: those that the package's file does not understand are escapes.
pub fn settle(carrier: &mut Carrier<'_>, links: &BTreeMap<Id, Link<'_>>) {
    let library = |id: &Id| match links.get(id) {
        Some(Link::Library(library)) => Some(library),
        _ => None,
    };
    let refused = |library: Option<&Library>| library.and_then(Library::refusal).map(EscapeKind::Package);
    let mut escapes = Vec::new();
    carrier.calls.retain(|call| {
        let library = library(&call.callee);
        let taken = library.is_none_or(|library| library.takes(call));
        if !taken {
            let escape = call.unfollowed();
            escapes.push(Escape { how: refused(library).unwrap_or(escape.how), ..escape });
        }
        taken
    });
    carrier.objects.retain_mut(|call| {
        let library = library(&call.callee);
        let held = library.filter(|_| !call.is_whole()).and_then(|library| library.holds(call));
        match (held, refused(library)) {
            (Some(becomes), _) => {
                call.becomes = becomes;
                return true;
            }
            (None, Some(how)) => escapes.push(Escape { span: call.span, role: Role::Req, how }),
            (None, None) => escapes.extend(call.unfollowed()),
        }
        false
    });
    carrier.escapes.extend(escapes);
}

/// The summary of a package's function.
pub fn callee(library: &Library) -> Callee {
    let answers = library.answers();
    let (own_status, settled) = (!answers, !answers);
    let sent = Truthiness::Unknown;
    let headers = matches!(library.call, Call::WithCookieHeaders | Call::NodeCookies);
    let amends = headers;
    let cookies = headers || library.call == Call::CookieStore;
    let welcomes = if answers { MethodSet::ALL } else { MethodSet::NONE };
    let effect = Effect {
        sends: answers,
        always: answers,
        sent,
        own_status,
        settled,
        headers,
        amends,
        cookies,
        welcomes,
        ..Effect::NONE
    };
    let request = answers || headers || matches!(library.call, Call::WithRequest | Call::WithHeaders);
    let handed = match library.call {
        Call::CookieStore => Handed::Cookies,
        Call::WithHeaders => Handed::Headers,
        Call::WithCookieHeaders => Handed::CookieHeaders,
        Call::NodeCookies => Handed::NodeCookies,
        Call::AnswersFor(_) => Handed::Options,
        _ => Handed::Carriers,
    };
    let needs = Needs { request, params: library.call == Call::Answers, effect, ..Needs::none() };
    let name = library.named.map(str::to_owned);
    Callee { needs, is_async: true, name, answers: None, handed, taught: Vec::new() }
}

/// Whether the request is mentioned in an object that a package takes.
pub fn mentions_request(carrier: &Carrier<'_>) -> bool {
    carrier.objects.iter().flat_map(|call| &call.becomes).any(|held| !matches!(held, Held::Cookies | Held::CookieStore))
}

/// Whether a call of the module needs `cookies` of `next/headers`.
pub fn needs_cookies(unit: &Unit<'_>) -> bool {
    let store = |link: &Link<'_>| matches!(link, Link::Library(library) if library.call == Call::CookieStore);
    let mut objects = unit.carriers.list.iter().flat_map(|carrier| &carrier.objects);
    unit.links.values().any(store)
        || objects.any(|call| call.becomes.iter().any(|held| matches!(held, Held::Cookies | Held::CookieStore)))
}

/// Adds what the new form of `unit` may have to import of packages whose function for Route Handlers has another name.
pub fn add_imports<'u>(imports: &mut BTreeMap<String, BTreeSet<&'u str>>, unit: &'u Unit<'_>) {
    for (id, link) in &unit.links {
        let Link::Library(Library { named: Some(name), .. }) = link else { continue };
        if let Some((import, None)) = import_of(&unit.imports, id) {
            imports.entry(import.specifier.clone()).or_default().insert(name);
        }
    }
    for around in unit.around.iter().filter(|around| !around.wraps.generated) {
        if let Some(name) = around.wraps.named {
            imports.entry(around.specifier.clone()).or_default().insert(name);
        }
    }
}

/// In a file that pages need, too, `cookies` comes from `import()`, which a package has to await.
pub fn not_awaited(unit: &Unit<'_>, carrier: &Carrier<'_>) -> Option<Finding> {
    let call = carrier.objects.iter().find(|call| {
        call.becomes.contains(&Held::Cookies)
            && matches!(unit.links.get(&call.callee), Some(Link::Library(library)) if library.until.is_some())
    })?;
    let message = "this file is needed by pages, too, where Next refuses the `next/headers` that this call would need";
    Some(
        Finding::manual("package-call", &unit.module.path, call.span, message)
            .help("move what the Route Handlers need to a file of its own first"),
    )
}

/// What a reviewer should know about the packages that `carrier` calls, in an app of `next`.
pub fn findings(unit: &Unit<'_>, carrier: &Carrier<'_>, next: NextVersion) -> Vec<Finding> {
    let calls = carrier.calls.iter().map(|call| (&call.callee, call.span));
    let objects = carrier.objects.iter().map(|call| (&call.callee, call.span));
    let mut findings: Vec<Finding> = carrier.objects.iter().filter_map(|call| set_later(unit, call)).collect();
    let in_memory = carrier.forms.iter().filter(|parse| !parse.streamed);
    findings.extend(in_memory.map(|parse| formidable::REVIEW.at(&unit.module.path, parse.span)));
    for (callee, span) in calls.chain(objects) {
        let Some(Link::Library(library)) = unit.links.get(callee) else { continue };
        let earlier = library.since.filter(|(major, _)| next.major < *major);
        let later = library.until.filter(|(major, _)| next.major >= *major);
        let of_next = earlier.into_iter().chain(later).map(|(_, remark)| remark);
        findings
            .extend(library.remarks.iter().copied().chain(of_next).map(|remark| remark.at(&unit.module.path, span)));
    }
    if read_config(unit.module).body_parser == BodyParser::Off {
        // `req.body` was undefined, so that next-auth had nothing to send along.
        findings.retain(|finding| finding.rule != "session-body");
    }
    findings
}

/// `setCookie(…)` that nobody awaits: with `req` and `res` it set the cookie at once.
fn set_later(unit: &Unit<'_>, call: &ObjectCall) -> Option<Finding> {
    let text = &unit.module.text;
    let before = text[..call.span.start].trim_end();
    let awaited = ["await", "return", "=>"].iter().any(|word| before.ends_with(word));
    let library = match unit.links.get(&call.callee) {
        Some(Link::Library(library)) => library,
        _ => return None,
    };
    let reads = call.span.text(text).starts_with("get") || call.span.text(text).starts_with("has");
    if awaited || reads || library.until.is_some() || !call.becomes.contains(&Held::Cookies) {
        return None;
    }
    let message = "this call is not awaited, and the cookie is set a little later than before";
    Some(Finding::review("cookie-later", &unit.module.path, call.span, message).help("await it"))
}

/// A package that adds to the cookies set so far does so on the response that it sees, and what is around `carrier`, or
/// behind it, has another one.
pub fn amended_apart(module: &Module, carrier: &Carrier<'_>, callees: &Callees) -> Option<Finding> {
    let amends = |callee: &Id| callees.get(callee).is_some_and(|callee| callee.needs.effect.amends);
    let call = carrier.calls.iter().find(|call| amends(&call.callee)).filter(|_| carrier.stands_alone())?;
    let message = "this adds to headers that are set so far, and a wrapper or router makes one response of several";
    Some(
        Finding::manual("headers-shared", &module.path, call.span, message)
            .help("set cookies in the handler itself, or by hand with `cookies()` from `next/headers`"),
    )
}

/// A helper of another file is not given the route's parameters, which such a package needs.
pub fn answers_in_helper(module: &Module, carrier: &Carrier<'_>, callees: &Callees) -> Option<Finding> {
    // Helpers that take handlers are none of a package; whether these are known is asked elsewhere.
    let answers = |callee: &Needs| callee.params && !callee.hands_on;
    let needs_params = |callee: &Id| callees.get(callee).is_some_and(|callee| answers(&callee.needs));
    // A handler that a wrapper was given gets the wrapper's own.
    let mut calls = carrier.calls.iter().filter(|call| !carrier.continuations.contains(&call.callee));
    let call = calls.find(|call| needs_params(&call.callee))?;
    let message = "this package answers in the place of the handler, and needs the route's parameters for it";
    Some(
        Finding::manual("helper-needs-params", &module.path, call.span, message)
            .help("call it in the handler of the endpoint itself"),
    )
}

/// A package that reads the body finds nothing if the endpoint read it before.
pub fn body_read_twice(unit: &Unit<'_>, needs: &[Needs]) -> Option<Finding> {
    let call = unit.carriers.list.iter().flat_map(|carrier| &carrier.calls).find(|call| answers(unit, &call.callee))?;
    let read = needs.iter().any(|needs| needs.body != Body::Unread || needs.raw);
    let message = "the body is read before this package reads it, which works only once";
    read.then(|| {
        Finding::manual("body-consumed", &unit.module.path, call.span, message)
            .help("read it from `req.clone()`, before the package is called")
    })
}

/// An endpoint that leaves everything to a package needs no other methods than the package answers.
pub fn narrow(methods: &mut Methods, handler: &Carrier<'_>, unit: &Unit<'_>) {
    let [call] = handler.calls.iter().filter(|call| answers(unit, &call.callee)).collect::<Vec<_>>()[..] else {
        return;
    };
    let only = methods.flows.values().all(|flow| flow.sends.keys().all(|send| *send == call.span));
    if only && !methods.tells_apart {
        methods.exported.retain(|method| matches!(method, Method::Get | Method::Post));
        methods.flows.retain(|method, _| matches!(method, Method::Get | Method::Post));
    }
}

fn answers(unit: &Unit<'_>, callee: &Id) -> bool {
    matches!(unit.links.get(callee), Some(Link::Library(library)) if library.answers())
}
