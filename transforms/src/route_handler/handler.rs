//! One endpoint file, from the facts to the text of its Route Handler. The staircase of conditions is
//! [`migrate`]; each step that says no says why.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::assembly::Assembly;
use super::body::{Context, Names, rewrite_body};
use super::compat::{FILE_STEM, Helper};
use super::dispatch::{Methods, SendKind, methods};
use super::lists::Lists;
use super::needs::{Needs, needs};
use super::payload::Constants;
use super::signature::Dialect;
use super::tidy::{Invalid, tidy};
use crate::finding::{Finding, Safety};
use crate::pages_api::{
    After, BodyParser, Carrier, Carriers, EscapeKind, Handler, HandlerForm, NoHandler, Part, Payload, Role, analyse,
    find_handler, parse_route, raw_body_readers, read_config,
};
use crate::project::{App, Method};
use crate::rewrite::{Edit, Rewrite};
use crate::syntax::ast::{Pat, TsType};
use crate::syntax::{Module, Span, declared_names, references, span_of};

/// A migrated endpoint file.
#[derive(Debug)]
pub struct Migrated {
    /// The text of the Route Handler.
    pub text: String,
    /// The methods it exports.
    pub methods: Vec<Method>,
    /// The generated helpers it imports.
    pub helpers: BTreeSet<Helper>,
    /// What a reviewer should know.
    pub findings: Vec<Finding>,
}

/// The endpoint to migrate, and what is decided about it elsewhere.
pub struct Request<'r> {
    /// The app it belongs to.
    pub app: &'r App,
    /// Its URL pattern.
    pub route: &'r str,
    /// The file it moves to.
    pub target: &'r str,
    /// The file.
    pub module: &'r Module,
    /// Edits that the move needs: specifiers, exports that go elsewhere.
    pub moved: Vec<Edit>,
}

/// Turns the handler of a Pages API route into a Route Handler.
pub fn migrate(request: &Request<'_>) -> Result<Migrated, Vec<Finding>> {
    let module = request.module;
    let path = module.path.as_str();
    let config = read_config(module);
    let mut findings: Vec<Finding> = config
        .problems
        .iter()
        .map(|(span, why)| {
            Finding::manual("route-config", path, *span, (*why).to_owned())
                .help("write the route segment config by hand")
        })
        .collect();
    if let Some(span) = config.size_limit {
        findings.push(
            Finding::review("body-size-limit", path, span, "a Route Handler has no limit for the size of the body")
                .help("compare the `content-length` header with the limit before the body is read"),
        );
    }
    let handler = find_handler(module).map_err(|missing| vec![no_handler(path, &missing)])?;
    if config.edge {
        let edge = super::edge::migrate(request, &handler, &config);
        return match edge {
            Ok(_) if has_manual(&findings) => Err(findings),
            Ok(mut migrated) => {
                migrated.findings.extend(findings);
                Ok(migrated)
            }
            Err(mut more) => {
                more.extend(findings);
                Err(more)
            }
        };
    }
    if handler.function.is_generator() {
        findings.push(Finding::manual("no-handler", path, handler.statement, "the handler is a generator function"));
    }
    let readers = raw_body_readers(module);
    let reader_names: HashSet<_> = readers.keys().cloned().collect();
    let carriers = Carriers::find(module, handler.function, handler.name.clone(), &reader_names);
    for carrier in &carriers.list {
        findings.extend(escapes(module, carrier));
        findings.extend(request_type(module, carrier));
        findings.extend(body_parser(module, carrier, config.body_parser));
    }
    findings.extend(handler_references(module, &handler));
    if has_manual(&findings) {
        return Err(findings);
    }

    let segments = parse_route(request.route);
    let dialect = Dialect::new(path, &module.text, &module.style, request.app.next, &segments);
    let needs = needs(&carriers, &segments, &module.text);
    let sends = sends(&carriers, &needs);
    let methods = methods(&carriers.list[0], &sends[0]);
    let mut after: BTreeMap<Span, After> = BTreeMap::new();
    for flow in methods.flows.values() {
        merge(&mut after, &flow.sends);
    }
    let reached: BTreeSet<Span> = after.keys().copied().collect();
    for (send, follows) in &methods.other.sends {
        if !reached.contains(send) {
            after.insert(*send, follows.clone());
        }
    }
    for (carrier, sends) in carriers.list.iter().zip(&sends).skip(1) {
        merge(&mut after, &helper_flow(carrier, sends));
    }
    findings.extend(unfinished(path, &after, &sends));
    findings.extend(silent(path, &methods));
    if let Some((status, span)) = methods.refusal {
        let message = format!("other methods were answered with {status}; Next answers them with 405");
        findings.push(Finding::note("method-refusal", path, span, message));
    }
    let names = Names::fresh(module, &handler, &carriers);
    let constants = Constants::of(module);
    let mut bodies = Vec::new();
    for index in 0..carriers.list.len() {
        let body_type = body_type(module, &carriers.list[index]);
        let cx = Context {
            module,
            carriers: &carriers,
            needs: &needs,
            constants: &constants,
            dialect: &dialect,
            names: &names,
            readers: &readers,
            after: &after,
            body_type,
        };
        match rewrite_body(&cx, index) {
            Ok(body) => bodies.push(body),
            Err(more) => findings.extend(more),
        }
    }
    let taken = declared_names(&module.ast);
    let called = bodies.iter().flat_map(|body| &body.helpers);
    if let Some((helper, span)) = called.into_iter().find(|(helper, _)| taken.contains(helper.name())) {
        let message =
            format!("the helper `{}` is needed here, and the file uses that name for something else", helper.name());
        findings.push(Finding::manual("name-taken", path, *span, message).help("rename what has that name"));
    }
    if has_manual(&findings) {
        // Remarks about a migration that does not happen would only confuse.
        findings.retain(|finding| finding.level == Safety::Manual);
        return Err(findings);
    }
    if request.app.cache_components && methods.exported == [Method::Get] {
        let message = "with `cacheComponents`, Next may render a GET that does not read the request at build time";
        let help = "add `await connection()` from `next/server` where the answer must be fresh";
        findings.push(Finding::review("prerendered-get", path, handler.statement, message).help(help));
    }

    let assembly =
        Assembly { module, handler: &handler, carriers: &carriers, needs: &needs, dialect: &dialect, names: &names };
    let mut edits = request.moved.clone();
    edits.extend(assembly.handler(&methods, &bodies[0]));
    for (index, body) in bodies.iter().enumerate().skip(1) {
        edits.extend(assembly.helper(index, body));
    }
    edits.extend(assembly.config(&config, segment_config(request.app, &methods)));
    let helpers: BTreeSet<Helper> =
        bodies.iter().flat_map(|body| body.helpers.iter().map(|(helper, _)| *helper)).collect();
    let text = finish(request, edits, &helpers).map_err(|invalid| vec![internal(path, &invalid)])?;
    let helpers = helpers.into_iter().filter(|helper| text.contains(&format!("{}(", helper.name()))).collect();
    Ok(Migrated { text, methods: methods.exported, helpers, findings })
}

/// Renders the edits and lets [`tidy`] finish the file.
pub fn finish(request: &Request<'_>, edits: Vec<Edit>, helpers: &BTreeSet<Helper>) -> Result<String, Invalid> {
    let module = request.module;
    let mut rewrite = Rewrite::new();
    rewrite.protect(module.verbatim.iter().copied());
    rewrite.extend(edits).map_err(Invalid::Conflict)?;
    let text = rewrite.render(&module.text).map_err(Invalid::Conflict)?;
    let mut imports: BTreeMap<String, BTreeSet<&'static str>> = BTreeMap::new();
    imports.insert("next/server".into(), BTreeSet::from(["NextRequest", "NextResponse"]));
    let compat = super::moves::relative(request.target, &format!("{}/api/{FILE_STEM}", request.app.app_dir));
    imports.insert(compat, helpers.iter().map(|helper| helper.name()).collect());
    tidy(request.target, text, module, &imports)
}

fn has_manual(findings: &[Finding]) -> bool {
    findings.iter().any(|finding| finding.level == Safety::Manual)
}

/// A bug of ours, told as such; the endpoint stays.
fn internal(path: &str, invalid: &Invalid) -> Finding {
    let why = match invalid {
        Invalid::Syntax(error) => format!("the rewritten file does not parse ({})", error.message),
        Invalid::Conflict(conflict) => format!("two changes contradict each other ({conflict})"),
        Invalid::Undeclared(names) => format!("the rewritten file would use undeclared names ({})", names.join(", ")),
    };
    Finding::manual("not-rewritable", path, None, why).help("please report this file; it stays as it is")
}

fn no_handler(path: &str, missing: &NoHandler) -> Finding {
    let (rule, span, message, help) = match missing {
        NoHandler::NoDefault => (
            "no-default-export",
            None,
            "nothing is exported as default, so Next answers 500 here; the file may be a helper",
            "move it out of pages/api if it is a helper",
        ),
        NoHandler::Elsewhere(span) => (
            "handler-elsewhere",
            Some(*span),
            "the handler is another module's",
            "put the function into this file, or migrate both by hand",
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

fn escapes(module: &Module, carrier: &Carrier<'_>) -> Vec<Finding> {
    let name = |role: Role| match role {
        Role::Req => carrier.req.as_ref().map_or("req".to_owned(), |id| id.0.to_string()),
        Role::Res => carrier.res.as_ref().map_or("res".to_owned(), |id| id.0.to_string()),
    };
    let mut findings = Vec::new();
    for escape in &carrier.escapes {
        let what = name(escape.role);
        let (rule, message, help): (_, _, &str) = match (&escape.how, escape.role) {
            (EscapeKind::Argument(callee), _) => (
                "carrier-elsewhere",
                format!("`{what}` is handed to `{callee}`, which is not a function of this file"),
                "migrate that function together with this endpoint, or pass it only what it needs",
            ),
            (EscapeKind::Member(member), _) => (
                "response-member",
                format!("`{what}.{member}` is used in a way that has no counterpart we know"),
                "build the `Response` by hand, or keep this endpoint in pages/api",
            ),
            (EscapeKind::Extended(member), _) => {
                ("request-extended", format!("`{member}` is stored on `{what}`"), "pass it on as an argument")
            }
            (EscapeKind::Value, Role::Res) => (
                "response-escapes",
                format!("`{what}` is stored, returned or passed on"),
                "answer with `return` in the handler itself",
            ),
            (EscapeKind::Value, Role::Req) => (
                "request-escapes",
                format!("`{what}` is stored, returned or passed on"),
                "read what is needed in the handler and pass that on",
            ),
        };
        findings.push(Finding::manual(rule, &module.path, escape.span, message).help(help));
    }
    findings
}

/// A request of another type than Next's has members that we know nothing of.
fn request_type(module: &Module, carrier: &Carrier<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (param, role) in carrier.function.params().into_iter().zip(&carrier.roles) {
        let (Pat::Ident(binding), Some(Role::Req)) = (param, role) else { continue };
        let Some(annotation) = &binding.type_ann else { continue };
        let name = match &*annotation.type_ann {
            TsType::TsTypeRef(reference) if reference.type_params.is_none() => module.text_of(&reference.type_name),
            TsType::TsKeywordType(_) => "any",
            _ => "",
        };
        if !matches!(name, "NextApiRequest" | "any" | "IncomingMessage" | "NextRequest" | "Request") {
            let message = "the request has a type of its own";
            findings.push(
                Finding::manual("request-type", &module.path, span_of(annotation), message)
                    .help("pass what was added to the request as an argument"),
            );
        }
    }
    findings
}

fn body_parser(module: &Module, carrier: &Carrier<'_>, parser: BodyParser) -> Vec<Finding> {
    let (rule, part, message) = match parser {
        BodyParser::Off => ("body-unparsed", Part::Body, "`bodyParser` is off, so `req.body` is undefined here"),
        BodyParser::On => {
            ("body-consumed", Part::RawBody, "the body is parsed already, so nothing is left to read here")
        }
    };
    let help = "make `config.api.bodyParser` fit what the handler reads";
    let reads = carrier.reads.iter().filter(|read| read.part == part);
    let mut findings: Vec<Finding> =
        reads.map(|read| Finding::manual(rule, &module.path, read.span, message).help(help)).collect();
    if part == Part::Body {
        let unpacked = carrier.unpacked.iter().flat_map(|unpacked| &unpacked.members);
        let body = unpacked.filter(|(name, _)| name == "body");
        findings.extend(body.map(|(_, span)| Finding::manual(rule, &module.path, *span, message).help(help)));
    }
    findings
}

/// The handler must not be used by other code: its signature changes and its name may go.
fn handler_references(module: &Module, handler: &Handler<'_>) -> Option<Finding> {
    let id = handler.name.as_ref()?;
    let export = match handler.form {
        HandlerForm::Function { export } | HandlerForm::Variable { export } => export,
        HandlerForm::DefaultFunction | HandlerForm::DefaultExpression => handler.statement,
    };
    let declared = Span::new(
        handler.statement.start,
        handler.function.block().map_or(handler.function.span().start, |b| span_of(b).start),
    );
    let mentions = references(&module.ast).remove(id)?;
    let other = mentions
        .into_iter()
        .find(|span| !(declared.contains(*span) || (export != handler.statement && export.contains(*span))))?;
    let message = "the handler is used here as a function of its own";
    Some(Finding::manual("handler-referenced", &module.path, other, message).help("let both call a third function"))
}

/// The sends of every carrier, and the status of each as far as it is written out.
fn sends(carriers: &Carriers<'_>, needs: &[Needs]) -> Vec<BTreeMap<Span, SendKind>> {
    carriers
        .list
        .iter()
        .map(|carrier| {
            let lists = carrier.function.block().map(|block| Lists::of(&block.stmts)).unwrap_or_default();
            // `res.status(405); res.end();`: the status is certain only where one stands right before the other.
            let set_before = |send: Span| {
                let expr = lists.before(send)?;
                carrier.writes.iter().find(|write| write.span == expr && write.payload.is_none())
            };
            let elsewhere = carrier.writes.iter().any(|write| write.payload.is_none() && write.status.is_some());
            let mut sends = BTreeMap::new();
            for write in carrier.writes.iter().filter(|write| write.payload.is_some() && !write.nested) {
                let redirect = matches!(write.payload, Some(Payload::Redirect(..)));
                let status = match (&write.status, set_before(write.span)) {
                    _ if redirect => Some(307),
                    (None, Some(before)) if before.status.is_some() => before.literal_status(),
                    (None, _) if elsewhere => None,
                    _ => write.literal_status(),
                };
                sends.insert(write.span, SendKind::Status(status));
            }
            for call in carrier.calls.iter().filter(|call| !call.nested) {
                let at = carriers.list.iter().skip(1).position(|c| c.name.as_ref() == Some(&call.callee));
                if at.is_some_and(|at| needs[at + 1].sends) {
                    sends.insert(call.span, SendKind::Helper);
                }
            }
            sends
        })
        .collect()
}

fn helper_flow(carrier: &Carrier<'_>, sends: &BTreeMap<Span, SendKind>) -> BTreeMap<Span, After> {
    if let Some(expression) = carrier.function.expression() {
        let span = span_of(crate::pages_api::operand(expression));
        return sends.contains_key(&span).then_some((span, After::Returned)).into_iter().collect();
    }
    let body = carrier.function.block().map_or(&[][..], |block| &block.stmts);
    let is_send = |span: Span| sends.contains_key(&span);
    let inside = |span: Span| sends.keys().copied().find(|send| span.contains(*send));
    analyse(body, carrier.function.span(), &is_send, &inside, &|_| None).sends
}

/// Keeps the worst of what follows a send for any method.
fn merge(into: &mut BTreeMap<Span, After>, from: &BTreeMap<Span, After>) {
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
fn unfinished(path: &str, after: &BTreeMap<Span, After>, sends: &[BTreeMap<Span, SendKind>]) -> Vec<Finding> {
    let kind = |span: &Span| sends.iter().find_map(|sends| sends.get(span));
    let mut findings = Vec::new();
    for (send, follows) in after {
        let helper = kind(send) == Some(&SendKind::Helper);
        let finding = match follows {
            After::Returned | After::Nothing(_) => continue,
            After::Work(_) | After::Send(_) if helper => Finding::manual(
                "guard-helper",
                path,
                *send,
                "this helper may send the response, and the code after it runs in any case",
            )
            .help("let the helper return the response or a value, and tell them apart here"),
            After::Work(work) => {
                let at = work.first().copied().unwrap_or(*send);
                Finding::manual("work-after-send", path, at, "this runs after the response was sent")
                    .help("do it before the response, or in `after()` from `next/server`")
            }
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

/// Ways through the handler that never answer.
fn silent(path: &str, methods: &Methods) -> Vec<Finding> {
    let places: BTreeSet<Span> = methods.flows.values().flat_map(|flow| flow.silent.iter().copied()).collect();
    let unclear: BTreeSet<Span> = methods.flows.values().flat_map(|flow| flow.unclear.iter().copied()).collect();
    let unclear = unclear.into_iter().map(|span| {
        Finding::manual("unclear-flow", path, span, "a response is sent where control flow is hard to follow")
            .help("send it from a plain statement")
    });
    let silent = places.into_iter().map(|span| {
        let message = "on some way through the handler nothing is sent; the request hung, now it is a 500";
        Finding::note("no-response", path, Span::at(span.start), message)
    });
    unclear.chain(silent).collect()
}

/// `Data` of `NextApiResponse<Data>`, to check bodies against it as before.
fn body_type(module: &Module, carrier: &Carrier<'_>) -> Option<String> {
    let params = carrier.function.params();
    let (param, _) = params.into_iter().zip(&carrier.roles).find(|(_, role)| **role == Some(Role::Res))?;
    let Pat::Ident(binding) = param else { return None };
    let TsType::TsTypeRef(reference) = &*binding.type_ann.as_ref()?.type_ann else { return None };
    let argument = reference.type_params.as_ref()?.params.first()?;
    let text = module.text_of(&**argument);
    (!matches!(text, "any" | "unknown")).then(|| text.to_owned())
}

impl Names {
    /// Names that no other binding of the module has, or that the handler itself gives to the same thing.
    fn fresh(module: &Module, handler: &Handler<'_>, carriers: &Carriers<'_>) -> Names {
        let taken = declared_names(&module.ast);
        let unpacked: HashSet<&str> = carriers
            .list
            .iter()
            .flat_map(|carrier| &carrier.unpacked)
            .flat_map(|unpacked| &unpacked.members)
            .map(|(name, target)| if target.text(&module.text) == name { name.as_str() } else { "" })
            .collect();
        let _ = handler;
        let declares = |name: &str| {
            // `const body = req.body` in every place where the name occurs.
            let plain = carriers.list.iter().flat_map(|c| &c.reads).any(|read| {
                matches!(&read.declares, Some((_, own)) if own == name)
                    && matches!((&read.part, name), (Part::Body, "body") | (Part::Query, "query"))
            });
            plain || unpacked.contains(name)
        };
        let count = |name: &str| references(&module.ast).keys().filter(|id| &*id.0 == name).count();
        let free = |name: &str, other: &str| {
            if !taken.contains(name) || (declares(name) && count(name) == 1) {
                return name.to_owned();
            }
            let mut fresh = other.to_owned();
            while taken.contains(&fresh) {
                fresh.push('_');
            }
            fresh
        };
        Names {
            params: free("params", "routeParams"),
            body: free("body", "requestBody"),
            query: free("query", "requestQuery"),
            headers: free("headers", "responseHeaders"),
            status: free("status", "responseStatus"),
        }
    }
}

/// Statements for the top of the file: `export const dynamic = 'force-dynamic'`.
fn segment_config(app: &App, methods: &Methods) -> Option<&'static str> {
    // 13 and 14 answer a GET at build time unless another of these is there (reference, section 4).
    let only_get = methods.exported.iter().all(|method| matches!(method, Method::Get | Method::Head));
    (app.next.renders_get_at_build() && only_get && methods.exported.contains(&Method::Get)).then_some("force-dynamic")
}
