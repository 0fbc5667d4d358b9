//! What a carrier does with the response, told apart by what a stream of its own can do, too.

use std::collections::HashMap;

use crate::pages_api::carrier::{Call, Carrier, EscapeKind, Role};
use crate::pages_api::request::Part;
use crate::pages_api::response::Payload;
use crate::project::{Import, Imported, imports};
use crate::syntax::ast::{CallExpr, Expr, Id};
use crate::syntax::{Module, Span, Visit, VisitWith, bare, function_of, literal_str, member_name, span_of, stands_for};

/// Members of `res` that only make sense where the body is written piece by piece.
const WRITES: [&str; 3] = ["write", "flush", "flushHeaders"];

/// Other members that every stream has.
const MEMBERS: [&str; 17] = [
    "on",
    "once",
    "off",
    "addListener",
    "removeListener",
    "removeAllListeners",
    "destroy",
    "cork",
    "uncork",
    "writable",
    "writableEnded",
    "writableFinished",
    "writableLength",
    "writableNeedDrain",
    "writableHighWaterMark",
    "destroyed",
    "closed",
];

/// Functions of `stream` and `events` that take any stream.
const FUNCTIONS: [&str; 3] = ["once", "finished", "addAbortSignal"];

/// What a carrier does with the response, as far as it matters for a stream.
pub struct Uses {
    /// Where it is used as a stream.
    pub stream: Vec<Span>,
    /// Where it is used as something else.
    pub other: Vec<Span>,
    /// Calls that wait for the request to close.
    pub listens: Vec<Listens>,
    /// Where a stream is piped into it, which ends it.
    pub pipes: Vec<Span>,
}

/// `pipeline` or `stream.pipe`.
pub fn pipes(callee: &str) -> bool {
    callee == "pipeline" || callee.ends_with(".pipeline") || callee.ends_with(".pipe")
}

/// Whether `callee` is a function of Node's that takes any stream.
fn takes_streams(imports: &HashMap<Id, Import>, callee: &Id) -> bool {
    let (object, member) = callee.0.split_once('.').unwrap_or((&callee.0, ""));
    let Some(import) = imports.get(&(object.into(), callee.1)) else { return false };
    let module = import.specifier.strip_prefix("node:").unwrap_or(&import.specifier);
    let name = match &import.name {
        Imported::Name(name) if member.is_empty() => name.as_str(),
        _ => member,
    };
    matches!(module, "stream" | "stream/promises" | "events") && (name == "pipeline" || FUNCTIONS.contains(&name))
}

/// `req.on('close', …)`.
pub struct Listens {
    /// The call.
    pub call: Span,
    /// `req`.
    pub object: Span,
}

impl Uses {
    /// Reads them; `None` if nothing is written piece by piece.
    pub fn of(module: &Module, carrier: &Carrier<'_>, writers: &[Id]) -> Option<Uses> {
        let (mut stream, mut other, mut writes) = (Vec::new(), Vec::new(), false);
        for escape in carrier.escapes.iter().filter(|escape| escape.role == Role::Res) {
            let (is_write, is_stream) = match &escape.how {
                EscapeKind::Member(name) => (WRITES.contains(&name.as_str()), MEMBERS.contains(&name.as_str())),
                EscapeKind::Argument(callee) => {
                    let name = callee.rsplit('.').next().unwrap_or_default();
                    (pipes(callee), FUNCTIONS.contains(&name))
                }
                _ => (false, false),
            };
            writes |= is_write;
            if is_write || is_stream { &mut stream } else { &mut other }.push(escape.span);
        }
        let imports = imports(module);
        let hands_on = |call: &Call| writers.contains(&call.callee);
        let sends = |call: &Call| pipes(&call.callee.0) && takes_streams(&imports, &call.callee);
        writes |= carrier.calls.iter().any(|call| hands_on(call) || sends(call));
        let escapes = carrier.escapes.iter().filter(|escape| escape.role == Role::Res);
        let escapes = escapes.filter(|escape| matches!(&escape.how, EscapeKind::Argument(callee) if pipes(callee)));
        let piped = carrier.calls.iter().filter(|call| sends(call)).map(|call| call.span);
        let mut piped: Vec<Span> = escapes.map(|escape| escape.span).chain(piped).collect();
        // The name of a stream has to be one that a parameter can have.
        let named = carrier.res.as_ref().is_some_and(|id| !id.0.contains('.'));
        if !writes || !named || carrier.wraps {
            return None;
        }
        for write in &carrier.writes {
            let plain = write.status.is_none() && write.headers.is_empty();
            let fits = match &write.payload {
                Some(Payload::End(_)) => plain,
                Some(_) => false,
                // Set before the first piece is written, or not at all.
                None => {
                    (write.status.is_none() || write.literal_status() == Some(200))
                        && write.headers.iter().all(|change| change.verb != "cors")
                }
            };
            if !fits {
                other.push(write.span);
            }
        }
        let carries = |role: &Option<Role>| *role == Some(Role::Res);
        let calls = carrier.calls.iter().filter(|call| {
            call.args.iter().any(|(_, role)| carries(role)) || call.held.iter().any(|(_, one)| one.role == Role::Res)
        });
        for call in calls {
            if hands_on(call) || takes_streams(&imports, &call.callee) { &mut stream } else { &mut other }
                .push(call.span);
        }
        other.extend(carrier.calls.iter().filter(|call| carrier.nexts.contains(&call.callee)).map(|call| call.span));
        other.extend(carrier.objects.iter().map(|object| object.span));
        // Only the old `res` knows whether its head went out.
        let asks_for_head = |check: &&Span| !check.text(&module.text).ends_with(".writableEnded");
        other.extend(carrier.checks.iter().filter(asks_for_head));
        // What is left of such code differs by method.
        other.extend(carrier.reads.iter().filter(|read| read.part == Part::Method).map(|read| read.span));
        let mut finder = ListenFinder { carrier, found: Vec::new(), open: Vec::new() };
        carrier.function.block()?.visit_with(&mut finder);
        stream.extend(finder.found.iter().map(|listens| listens.call));
        piped.retain(|pipe| !finder.open.iter().any(|call| call.contains(*pipe)));
        Some(Uses { stream, other, listens: finder.found, pipes: piped })
    }

    /// Says at the first piece what stands in the way.
    pub fn explain(&self, carrier: &mut Carrier<'_>) {
        let Some(first) = self.stream.iter().min() else { return };
        let asks = carrier.checks.iter().any(|check| self.other.contains(check));
        let behind = self.other.iter().any(|other| other.start > first.start);
        let why = match (asks, behind) {
            (true, _) => "the code asks whether something was sent",
            (false, true) => "the response is used in other ways behind that",
            (false, false) => "what writes it cannot be put into a function of its own",
        };
        let piece = |name: &str| WRITES.contains(&name);
        let places = carrier.escapes.iter_mut().filter(|escape| escape.role == Role::Res);
        let mut pieces = places.filter(|escape| matches!(&escape.how, EscapeKind::Member(name) if piece(name)));
        if let Some(first) = pieces.next() {
            first.how = EscapeKind::Pieces(why);
        }
    }
}

struct ListenFinder<'f, 'a> {
    carrier: &'f Carrier<'a>,
    found: Vec<Listens>,
    /// `stream.pipe(res, { end: false })`: calls that may leave the response open.
    open: Vec<Span>,
}

impl Visit for ListenFinder<'_, '_> {
    fn visit_call_expr(&mut self, call: &CallExpr) {
        call.visit_children_with(self);
        let Some(Expr::Member(member)) = call.callee.as_expr().map(|callee| bare(callee)) else { return };
        let listens = matches!(member_name(member).as_deref(), Some("on" | "once"));
        if member_name(member).as_deref() == Some("pipe") && call.args.len() > 1 {
            self.open.push(span_of(call));
        }
        let is_req = self.carrier.req.as_ref().is_some_and(|req| stands_for(&member.obj, req));
        let [event, listener] = call.args.as_slice() else { return };
        let plain = function_of(&listener.expr).is_none_or(|function| function.params().is_empty());
        if listens && is_req && plain && literal_str(&event.expr).as_deref() == Some("close") {
            self.found.push(Listens { call: span_of(call), object: span_of(&*member.obj) });
        }
    }
}
