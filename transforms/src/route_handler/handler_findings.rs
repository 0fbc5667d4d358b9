//! What stands in the way of an endpoint's handler as such: its configuration, its export, other uses of it, and ways
//! through it on which nothing is sent.

use std::collections::{BTreeMap, BTreeSet};

use super::dispatch::{Methods, SendKind};
use super::effect::{Effect, guarded};
use super::needs::{Body, Callees};
use crate::finding::Finding;
use crate::pages_api::{
    After, BodyParser, Call, Carrier, Carriers, EscapeKind, Handler, HandlerForm, NoHandler, Part, Role, RouteConfig,
    analyse,
};
use crate::syntax::{Module, Span, span_of};

/// Why the route's configuration stands in the way, if it does.
pub fn config_findings(path: &str, config: &RouteConfig) -> Vec<Finding> {
    let problems = config.problems.iter().map(|(span, why)| {
        Finding::manual("route-config", path, *span, (*why).to_owned()).help("write the route segment config by hand")
    });
    let limit = config.size_limit.map(|span| {
        Finding::review("body-size-limit", path, span, "a Route Handler has no limit for the size of the body")
            .help("compare the `content-length` header with the limit before the body is read")
    });
    let unknown = config.unknown.iter().map(|(name, span)| {
        let message =
            format!("the Pages Router does not know `{name}`, a Route Handler would obey it: it is not exported");
        Finding::note("setting-without-effect", path, *span, message)
    });
    let idle = config.idle.iter().map(|(name, span)| {
        let message = format!("Next.js does not know `{name}` in `config.api`: it has no effect, and goes");
        Finding::note("setting-without-effect", path, *span, message)
    });
    problems.chain(limit).chain(unknown).chain(idle).collect()
}

/// Why a file has no handler that we can read.
pub fn no_handler(path: &str, missing: &NoHandler) -> Finding {
    let (rule, span, message, help) = match missing {
        NoHandler::NoDefault => (
            "no-default-export",
            None,
            "nothing is exported as default, so Next answers 500 here; the file may be a helper",
            "move it out of pages/api if it is a helper; beside an app directory, `next build` of 15.5 and later fails on \
             such a TypeScript file",
        ),
        NoHandler::Elsewhere(span) => (
            "handler-elsewhere",
            Some(*span),
            "the handler is another module's",
            "put the function into this file, and a `config` with more than `api`, which Next reads only where it is written \
             out; or migrate both by hand",
        ),
        NoHandler::Wrapped(span) => (
            "wrapped-handler",
            Some(*span),
            "the handler is what this call makes of it",
            "unwrap it, or migrate the wrapper by hand first",
        ),
        NoHandler::Other(span) => (
            "no-handler",
            Some(*span),
            "the default export is no function of this file",
            "export a function as default",
        ),
    };
    Finding::manual(rule, path, span, message).help(help)
}

pub fn body_parser(
    module: &Module,
    carrier: &Carrier<'_>,
    parser: BodyParser,
    callees: &Callees,
    own: &Carriers<'_>,
) -> Vec<Finding> {
    let (rule, part, message) = match parser {
        BodyParser::Off => ("body-unparsed", Part::Body, "`bodyParser` is off, so `req.body` is undefined here"),
        BodyParser::On => {
            ("body-consumed", Part::RawBody, "the body is parsed already, so nothing is left to read here")
        }
    };
    let unseen = handed_to_unseen(carrier, callees, own).filter(|_| part == Part::Body);
    let finding = |span: Span| match unseen {
        Some(before) if before.end <= span.start => {
            let message = "`bodyParser` is off, and what fills `req.body` before this is not followed";
            Finding::manual(rule, &module.path, span, message).help(BY_MIDDLEWARE)
        }
        _ => {
            let help = "make `config.api.bodyParser` fit what the handler reads";
            Finding::manual(rule, &module.path, span, message).help(help)
        }
    };
    let reads = carrier.reads.iter().filter(|read| match read.part {
        Part::Form => part == Part::RawBody,
        Part::Validated { .. } => part == Part::Body,
        _ => read.part == part,
    });
    let mut findings: Vec<Finding> = reads.map(|read| finding(read.span)).collect();
    if part == Part::Body {
        let unpacked = carrier.unpacked.iter().flat_map(|unpacked| &unpacked.members);
        let body = unpacked.filter(|(name, _)| name == "body");
        findings.extend(body.map(|(_, span)| finding(*span)));
    }
    let called = carrier.calls.iter().filter(|call| {
        callees.get(&call.callee).is_some_and(|callee| match part {
            Part::Body => callee.needs.body != Body::Unread,
            _ => callee.needs.raw,
        })
    });
    findings.extend(called.map(|call| finding(call.span)));
    findings
}

const BY_MIDDLEWARE: &str = "wait for the middleware in a way that is followed, as `await runMiddleware(req, res, \
                             upload.single('file'))` for multer, or read `await request.formData()` by hand";

/// The first call that is handed the request and that nobody can look into, such as a promisified middleware.
fn handed_to_unseen(carrier: &Carrier<'_>, callees: &Callees, own: &Carriers<'_>) -> Option<Span> {
    let escapes = carrier.escapes.iter().filter(|escape| {
        escape.role == Role::Req && matches!(escape.how, EscapeKind::Argument(_) | EscapeKind::Package(_))
    });
    let followed = |call: &Call| {
        callees.contains_key(&call.callee)
            || carrier.continuations.contains(&call.callee)
            || own.list.iter().any(|carrier| carrier.name.as_ref() == Some(&call.callee))
    };
    let takes = |call: &&Call| call.args.iter().any(|(_, role)| *role == Some(Role::Req));
    let calls = carrier.calls.iter().filter(takes).filter(|call| !followed(call)).map(|call| call.span);
    escapes.map(|escape| escape.span).chain(calls).min_by_key(|span| span.start)
}

/// The handler must not be used by other code: its signature changes and its name may go.
pub fn handler_references(module: &Module, handler: &Handler<'_>) -> Option<Finding> {
    let id = handler.name.as_ref()?;
    let export = match handler.form {
        HandlerForm::Function { export } | HandlerForm::Variable { export } => export,
        HandlerForm::DefaultFunction | HandlerForm::DefaultExpression => handler.statement,
    };
    let declared = Span::new(
        handler.statement.start,
        handler.function.block().map_or(handler.function.span().start, |b| span_of(b).start),
    );
    let mentions = module.references().get(id)?;
    let other = *mentions
        .iter()
        .find(|span| !(declared.contains(**span) || (export != handler.statement && export.contains(**span))))?;
    let message = "the handler is used here as a function of its own";
    Some(Finding::manual("handler-referenced", &module.path, other, message).help("let both call a third function"))
}

/// Ways through the handler that never answer.
pub fn silent(
    module: &Module,
    methods: &Methods,
    sends: &BTreeMap<Span, SendKind>,
    guarded: &BTreeSet<Span>,
) -> Vec<Finding> {
    let path = module.path.as_str();
    let places: BTreeSet<Span> = methods.flows.values().flat_map(|flow| flow.silent.iter().copied()).collect();
    let unclear: BTreeSet<Span> = methods.flows.values().flat_map(|flow| flow.unclear.iter().copied()).collect();
    let unclear = unclear.into_iter().map(|span| {
        Finding::manual("unclear-flow", path, span, "a response is sent where control flow is hard to follow")
            .help("send it from a plain statement")
    });
    let silent = places.difference(guarded).map(|span| {
        let value = span.text(&module.text).strip_prefix("return").is_some_and(|rest| !matches!(rest.trim(), "" | ";"));
        let message = if value && span.text(&module.text).contains("Response") {
            "nothing is sent before this `return`; the request hung, now it is a 500 unless the value is a `Response`"
        } else if value {
            "nothing is sent before this `return`, and its value went nowhere; the request hung, now it is a 500"
        } else {
            "on some way through the handler nothing is sent; the request hung, now it is a 500"
        };
        Finding::note("no-response", path, Span::at(span.start), message)
    });
    // What a helper gives is returned, whether it has answered or not.
    let last = methods.flows.values().flat_map(|flow| &flow.sends);
    let last = last.filter(|(_, after)| matches!(after, After::Returned | After::Nothing(_))).map(|(send, _)| *send);
    let open = |send: &Span| matches!(sends.get(send), Some(SendKind::Helper { always: false, .. }));
    let handed_on = last.filter(open).collect::<BTreeSet<Span>>().into_iter().map(|send| {
        let message = "on some way through this helper nothing is sent; the request hung, now it is a 500";
        Finding::note("no-response", path, send, message)
    });
    unclear.chain(silent).chain(handed_on).collect()
}

/// Ways through the function around a handler that neither call it nor answer; `effect_of` says what calls do.
pub fn silent_around(
    module: &Module,
    carrier: &Carrier<'_>,
    sends: &BTreeMap<Span, SendKind>,
    effect_of: &dyn Fn(&Call) -> Effect,
) -> Vec<Finding> {
    let Some(block) = carrier.function.block().filter(|_| carrier.wraps) else { return Vec::new() };
    let given = carrier.calls.iter().filter(|call| carrier.continuations.contains(&call.callee) && !call.nested);
    let given: Vec<Span> = given.map(|call| call.span).collect();
    // It hands the handler on to another wrapper.
    if given.is_empty() {
        return Vec::new();
    }
    let all: BTreeSet<Span> = sends.keys().copied().chain(given.iter().copied()).collect();
    let is_send = |span: Span| all.contains(&span);
    let inside = |span: Span| all.iter().copied().find(|send| span.contains(*send));
    let flow = analyse(&block.stmts, carrier.function.span(), &is_send, &inside, &carrier.known(None));
    let guarded: BTreeSet<Span> = guarded(&module.text, carrier, &|call| Some(effect_of(call))).into_values().collect();
    // What the handler gives may be looked at, and sent.
    let is_clear = flow.unclear.is_empty() && given.iter().all(|call| flow.sends.contains_key(call));
    let silent = flow.silent.difference(&guarded).filter(|_| is_clear);
    let message = "on some way around the handler nothing is sent; the request hung, now it is a 500";
    silent.map(|span| Finding::note("no-response", &module.path, Span::at(span.start), message)).collect()
}
