//! One endpoint file, from the facts to the text of its Route Handler. The staircase of conditions is
//! [`migrate`]; each step that says no says why.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::body::{BodyRewrite, Context, Line, Names, rewrite_body};
use super::compat::{FILE_STEM, Helper};
use super::dispatch::{Chunk, Methods, SendKind, chunks, methods};
use super::needs::{Body, Needs, needs};
use super::payload::Constants;
use super::signature::Dialect;
use super::tidy::{Invalid, tidy};
use crate::finding::{Finding, Safety};
use crate::pages_api::{
    After, BodyParser, Carrier, Carriers, EscapeKind, Handler, HandlerForm, NoHandler, Part, Payload, Role,
    analyse, find_handler, method_known, parse_route, raw_body_readers, read_config,
};
use crate::project::{App, Method};
use crate::rewrite::{Edit, Piece, Rewrite};
use crate::syntax::ast::{Pat, TsType};
use crate::syntax::{Module, Span, declared_names, full_statement, references, span_of};

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
        return edge.and_then(|migrated| if has_manual(&findings) { Err(findings) } else { Ok(migrated) });
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
    let cors = module.text.to_lowercase().contains("access-control-");
    let methods = methods(&carriers.list[0], &sends[0], cors);
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
    if has_manual(&findings) {
        return Err(findings);
    }
    if request.app.cache_components && methods.exported == [Method::Get] {
        let message = "with `cacheComponents`, Next may render a GET that does not read the request at build time";
        let help = "add `await connection()` from `next/server` where the answer must be fresh";
        findings.push(Finding::review("prerendered-get", path, handler.statement, message).help(help));
    }

    let assembly = Assembly { module, handler: &handler, carriers: &carriers, needs: &needs, dialect: &dialect, names: &names };
    let mut edits = request.moved.clone();
    edits.extend(assembly.handler(&methods, &bodies[0]));
    for index in 1..carriers.list.len() {
        edits.extend(assembly.helper(index, &bodies[index]));
    }
    edits.extend(assembly.config(&config, segment_config(request.app, &methods)));
    let helpers: BTreeSet<Helper> = bodies.iter().flat_map(|body| body.helpers.iter().map(|(helper, _)| *helper)).collect();
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
        NoHandler::Other(span) => {
            ("no-handler", Some(*span), "the default export is no function of this file", "export a function as default")
        }
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
            (EscapeKind::Extended(member), _) => (
                "request-extended",
                format!("`{member}` is stored on `{what}`"),
                "pass it on as an argument",
            ),
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
        BodyParser::On => ("body-consumed", Part::RawBody, "the body is parsed already, so nothing is left to read here"),
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
    let declared = Span::new(handler.statement.start, handler.function.block().map_or(handler.function.span().start, |b| span_of(b).start));
    let mentions = references(&module.ast).remove(id)?;
    let other = mentions.into_iter().find(|span| {
        !(declared.contains(*span) || (export != handler.statement && export.contains(*span)))
    })?;
    let message = "the handler is used here as a function of its own";
    Some(Finding::manual("handler-referenced", &module.path, other, message).help("let both call a third function"))
}

/// The sends of every carrier, and the status of each as far as it is written out.
fn sends(carriers: &Carriers<'_>, needs: &[Needs]) -> Vec<BTreeMap<Span, SendKind>> {
    carriers
        .list
        .iter()
        .map(|carrier| {
            let loose: Vec<_> = carrier.writes.iter().filter(|w| w.payload.is_none() && w.status.is_some()).collect();
            let mut sends = BTreeMap::new();
            for write in carrier.writes.iter().filter(|write| write.payload.is_some() && !write.nested) {
                let redirect = matches!(write.payload, Some(Payload::Redirect(..)));
                let status = match (&write.status, loose.iter().rev().find(|w| w.span.end <= write.span.start)) {
                    _ if redirect => Some(307),
                    (None, Some(before)) => before.literal_status(),
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
                Finding::manual("work-after-send", path, at, "this runs after the response was sent").help(
                    "do it before the response, or in `after()` from `next/server`",
                )
            }
            After::Send(again) => Finding::review(
                "forgotten-return",
                path,
                *send,
                format!("the response is sent here without `return`, and the code that follows may send again (at byte {})", again.start),
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

struct Assembly<'s, 'a> {
    module: &'a Module,
    handler: &'s Handler<'a>,
    carriers: &'s Carriers<'a>,
    needs: &'s [Needs],
    dialect: &'s Dialect,
    names: &'s Names,
}

impl Assembly<'_, '_> {
    /// The edits that turn the handler into exported functions.
    fn handler(&self, methods: &Methods, body: &BodyRewrite) -> Vec<Edit> {
        let mut edits = body.edits.clone();
        let split = self.split(methods);
        match split {
            Some(copies) => edits.extend(self.copies(&copies, body)),
            None => edits.extend(self.whole(methods, body)),
        }
        edits
    }

    /// What each method's function keeps, if every method gets its own. `None` if one function serves all.
    fn split(&self, methods: &Methods) -> Option<Vec<(Method, Vec<Chunk>)>> {
        if !methods.tells_apart || methods.exported.len() > 4 {
            return None;
        }
        let block = self.handler.function.block()?;
        let carrier = &self.carriers.list[0];
        let start = span_of(block).start + 1;
        let mut copies = Vec::new();
        for method in &methods.exported {
            let known = method_known(carrier.req.as_ref(), &carrier.method_names, Some(*method));
            let chunks = chunks(&block.stmts, start, &known, &self.module.text)?;
            let chunks = self.without_unused_methods(chunks);
            copies.push((*method, chunks));
        }
        // Code that several methods share stays in one function, but for what only reads the request.
        let cheap = |chunk: &Chunk| {
            let declares = carrier.reads.iter().filter_map(|read| read.declares.as_ref().map(|(span, _)| *span));
            let unpacks = carrier.unpacked.iter().map(|unpacked| unpacked.declarator);
            let picks = carrier.reads.iter().filter(|read| read.picks.is_some()).map(|read| read.span);
            declares.chain(unpacks).chain(picks).any(|span| chunk.statement.contains(span) && chunk.statement.end - span.end <= 2)
        };
        let mut seen: BTreeMap<Span, usize> = BTreeMap::new();
        for (_, chunks) in &copies {
            for chunk in chunks.iter().filter(|chunk| !cheap(chunk)) {
                *seen.entry(chunk.statement).or_default() += 1;
            }
        }
        seen.values().all(|count| *count == 1).then_some(copies)
    }

    /// Takes out `const method = req.method` where nothing that is left mentions it.
    fn without_unused_methods(&self, chunks: Vec<Chunk>) -> Vec<Chunk> {
        let carrier = &self.carriers.list[0];
        let all = references(&self.module.ast);
        let declared = carrier.reads.iter().filter(|read| read.part == Part::Method).filter_map(|read| read.declares.as_ref());
        let mut kept = chunks;
        for (declarator, name) in declared {
            let ids = carrier.method_names.iter().filter(|id| &*id.0 == name.as_str());
            let used = ids.flat_map(|id| all.get(id).into_iter().flatten()).any(|mention| {
                !declarator.contains(*mention) && kept.iter().any(|chunk| chunk.statement.contains(*mention))
            });
            if !used {
                kept.retain(|chunk| !(chunk.statement.contains(*declarator) && chunk.statement.end - declarator.end <= 1));
            }
        }
        kept
    }

    /// One function per method in place of the handler.
    fn copies(&self, copies: &[(Method, Vec<Chunk>)], body: &BodyRewrite) -> Vec<Edit> {
        let mut pieces = Vec::new();
        for (at, (method, chunks)) in copies.iter().enumerate() {
            if at > 0 {
                pieces.push(Piece::Text("\n\n".into()));
            }
            let kept = |span: Span| chunks.iter().any(|chunk| chunk.lines.contains(span));
            let prologue: Vec<&Line> = body.prologue.iter().filter(|line| line.used_at.iter().any(|s| kept(*s))).collect();
            let head = self.head(method.as_str(), body, &prologue, &kept, true);
            pieces.push(Piece::Text(format!("{head} {{\n")));
            let step = self.dialect.style.indent.clone();
            pieces.extend(prologue_pieces(&prologue, &step));
            pieces.extend(self.chunk_pieces(chunks, &step, prologue.is_empty()));
            pieces.push(Piece::Text("}".into()));
        }
        let (span, export) = self.place();
        let mut edits = vec![Edit::of(span, pieces)];
        edits.extend(export.map(|export| Edit::delete(self.export_lines(export))));
        edits
    }

    /// The handler's statement, and the statement that exports it if that is another one.
    fn place(&self) -> (Span, Option<Span>) {
        match self.handler.form {
            HandlerForm::Function { export } | HandlerForm::Variable { export } if export != self.handler.statement => {
                (self.handler.statement, Some(export))
            }
            _ => (self.handler.statement, None),
        }
    }

    /// An export statement with the blank line before it.
    fn export_lines(&self, export: Span) -> Span {
        let whole = full_statement(&self.module.text, export);
        let before = &self.module.text[..whole.start];
        let kept = before.trim_end().len();
        let newlines = before[kept..].matches('\n').count();
        if newlines >= 2 {
            let first = kept + before[kept..].find('\n').map_or(0, |at| at + 1);
            return Span::new(first, whole.end);
        }
        whole
    }

    fn chunk_pieces(&self, chunks: &[Chunk], indent: &str, mut first: bool) -> Vec<Piece> {
        let text = &self.module.text;
        let mut pieces = Vec::new();
        for chunk in chunks {
            let mut span = chunk.lines;
            let whole_lines = span != chunk.statement || text[..span.start].ends_with('\n');
            if first || chunk.dissolved && pieces.is_empty() {
                // No blank lines at the top of a function.
                let skipped = text[span.start..span.end].find(|c: char| !c.is_whitespace()).unwrap_or(0);
                let line = text[..span.start + skipped].rfind('\n').map_or(span.start, |at| at + 1);
                span = Span::new(line.max(span.start), span.end);
            }
            first = false;
            let from = self.indent_of(chunk.statement.start);
            if !whole_lines {
                pieces.push(Piece::Text(indent.to_owned()));
                pieces.push(Piece::Reindented { span, from, to: indent.to_owned() });
            } else {
                // The first line is re-indented by hand: `Reindented` leaves it alone.
                let line = text[span.start..span.end].len() - text[span.start..span.end].trim_start_matches([' ', '\t']).len();
                let own = &text[span.start..span.start + line];
                if own.starts_with(from.as_str()) && !own.is_empty() {
                    let rest = own[from.len()..].to_owned();
                    pieces.push(Piece::Text(format!("{indent}{rest}")));
                    span = Span::new(span.start + line, span.end);
                }
                pieces.push(Piece::Reindented { span, from, to: indent.to_owned() });
            }
            if !text[..span.end].ends_with('\n') {
                pieces.push(Piece::Text("\n".into()));
            }
        }
        pieces
    }

    fn indent_of(&self, offset: usize) -> String {
        let text = &self.module.text[..offset];
        let line = &text[text.rfind('\n').map_or(0, |at| at + 1)..];
        let text = &self.module.text[offset..];
        let own = &text[..text.len() - text.trim_start_matches([' ', '\t']).len()];
        let indent = &line[..line.len() - line.trim_start_matches([' ', '\t']).len()];
        format!("{indent}{own}")
    }

    /// One function for all methods, where the handler stood.
    fn whole(&self, methods: &Methods, body: &BodyRewrite) -> Vec<Edit> {
        let prologue: Vec<&Line> = body.prologue.iter().filter(|line| !line.used_at.is_empty()).collect();
        let everywhere = |_: Span| true;
        let names: Vec<&str> = methods.exported.iter().map(|method| method.as_str()).collect();
        let (span, export) = self.place();
        let single = if let [name] = names.as_slice() { Some(*name) } else { None };
        let own = self.handler.name.as_ref().map_or("handler".to_owned(), |id| id.0.to_string());
        let name = single.map_or(own.clone(), str::to_owned);
        let mut edits = self.signature(&name, single.is_some(), body, &prologue, &everywhere);
        let semi = self.dialect.style.semi();
        let list: Vec<String> = names.iter().map(|method| format!("{own} as {method}")).collect();
        let exports = format!("export {}{semi}", self.dialect.style.braces(&list.join(", ")));
        match (single, export) {
            (Some(_), Some(export)) => edits.push(Edit::delete(self.export_lines(export))),
            (Some(_), None) => {}
            (None, Some(export)) => edits.push(Edit::replace(export, exports)),
            (None, None) => edits.push(Edit::insert(span.end, format!("\n\n{exports}"))),
        }
        edits.extend(self.prologue_edit(self.handler.function.block().map(span_of), &prologue));
        edits
    }

    /// Puts the prologue behind the brace that opens the function.
    fn prologue_edit(&self, block: Option<Span>, prologue: &[&Line]) -> Option<Edit> {
        if prologue.is_empty() {
            return None;
        }
        let block = block?;
        let inner = &self.module.text[block.start + 1..block.end];
        let first = inner.find(|c: char| !c.is_whitespace()).map_or(0, |at| block.start + 1 + at);
        let own_line = inner[..first.saturating_sub(block.start + 1)].contains('\n');
        let indent = if own_line {
            self.indent_of(first)
        } else {
            format!("{}{}", self.indent_of(block.start), self.dialect.style.indent)
        };
        let mut pieces = vec![Piece::Text("\n".into())];
        pieces.extend(prologue_pieces(prologue, &indent));
        match pieces.last_mut() {
            // The line end that follows the brace ends the last line, too.
            Some(Piece::Text(last)) if own_line && last.ends_with('\n') => {
                last.pop();
            }
            _ => {}
        }
        Some(Edit::of(Span::at(block.start + 1), pieces))
    }

    /// Replaces everything before the body: `export default async function handler(req, res) `.
    fn signature(
        &self,
        name: &str,
        exported: bool,
        body: &BodyRewrite,
        prologue: &[&Line],
        kept: &dyn Fn(Span) -> bool,
    ) -> Vec<Edit> {
        let function = self.handler.function;
        let start = self.handler.statement.start;
        let statement_end = self.handler.statement.end;
        if let Some(expression) = function.expression() {
            let head = self.arrow_head(name, body, prologue, kept, exported);
            let expression = span_of(expression);
            // The arrow's parentheses around an object literal belong to its body.
            let open = self.module.text[..expression.start].trim_end();
            let body_start = if open.ends_with("=>") { expression.start } else { open.rfind("=>").map_or(expression.start, |at| at + 2) };
            if prologue.is_empty() {
                return vec![Edit::replace(Span::new(start, body_start), if open.ends_with("=>") { head } else { head.trim_end().to_owned() })];
            }
            let indent = self.dialect.style.indent.clone();
            let mut pieces = vec![Piece::Text(format!("{head}{{\n"))];
            pieces.extend(prologue_pieces(prologue, &indent));
            let semi = self.dialect.style.semi();
            pieces.push(Piece::Text(format!("{indent}return ")));
            pieces.push(Piece::Source(expression));
            pieces.push(Piece::Text(format!("{semi}\n}}{semi}")));
            return vec![Edit::of(Span::new(start, statement_end), pieces)];
        }
        let Some(block) = function.block().map(span_of) else { return Vec::new() };
        let arrow = matches!(function, crate::syntax::Function::Arrow(_));
        let variable = matches!(self.handler.form, HandlerForm::Variable { .. }) && !arrow;
        let head = if arrow {
            self.arrow_head(name, body, prologue, kept, exported)
        } else {
            format!("{} ", self.head(name, body, prologue, kept, exported))
        };
        let mut edits = vec![Edit::replace(Span::new(start, block.start), head)];
        // `const handler = function () {};` and `module.exports = function () {};` become declarations.
        let expression = matches!(self.handler.form, HandlerForm::DefaultExpression) && !arrow;
        if (variable || expression) && statement_end > function.span().end {
            edits.push(Edit::delete(Span::new(function.span().end, statement_end)));
        }
        edits
    }

    /// The parameters that a function of the new kind has.
    fn params(&self, body: &BodyRewrite, prologue: &[&Line], kept: &dyn Fn(Span) -> bool) -> (Vec<String>, bool) {
        let any = |spans: &[Span]| spans.iter().any(|span| kept(*span));
        let needs_params = any(&body.params_at) || prologue.iter().any(|line| line.params);
        let needs_request = any(&body.request_at) || prologue.iter().any(|line| line.request);
        let awaits = any(&body.awaits_at) || prologue.iter().any(|line| line.awaits);
        let request = self.carriers.list[0].req.as_ref().map_or("req".to_owned(), |id| id.0.to_string());
        let mut params = Vec::new();
        if needs_request || needs_params {
            params.push(self.dialect.request(&request));
        }
        if needs_params {
            params.push(self.dialect.context(&self.names.params));
        }
        (params, awaits || self.handler.function.is_async())
    }

    /// `export async function GET(req: NextRequest)`.
    fn head(
        &self,
        name: &str,
        body: &BodyRewrite,
        prologue: &[&Line],
        kept: &dyn Fn(Span) -> bool,
        exported: bool,
    ) -> String {
        let (params, is_async) = self.params(body, prologue, kept);
        let export = if exported { "export " } else { "" };
        let keyword = if is_async { "async function" } else { "function" };
        let before = format!("{export}{keyword} {name}");
        let list = self.dialect.list(&before, &params, " {", "");
        format!("{before}{list}")
    }

    /// `export const GET = async (req: NextRequest) => `.
    fn arrow_head(
        &self,
        name: &str,
        body: &BodyRewrite,
        prologue: &[&Line],
        kept: &dyn Fn(Span) -> bool,
        exported: bool,
    ) -> String {
        let (params, is_async) = self.params(body, prologue, kept);
        let export = if exported { "export " } else { "" };
        let before = format!("{export}const {name} = {}", if is_async { "async " } else { "" });
        let list = self.dialect.list(&before, &params, " => {", "");
        format!("{before}{list} => ")
    }

    /// The edits for a helper that carries the request or the response.
    fn helper(&self, index: usize, body: &BodyRewrite) -> Vec<Edit> {
        let carrier = &self.carriers.list[index];
        let needs = &self.needs[index];
        let function = carrier.function;
        let mut edits = body.edits.clone();
        let prologue: Vec<&Line> = body.prologue.iter().filter(|line| !line.used_at.is_empty()).collect();
        edits.extend(self.prologue_edit(function.block().map(span_of), &prologue));
        let params = function.params();
        let mut list: Vec<String> = Vec::new();
        for (at, param) in params.iter().enumerate() {
            let own = self.module.text_of(*param).to_owned();
            match carrier.roles.get(at).copied().flatten() {
                Some(Role::Req) => {
                    let name = carrier.req.as_ref().map_or("req".to_owned(), |id| id.0.to_string());
                    list.push(self.dialect.request(&name));
                }
                Some(Role::Res) if needs.params => list.push(self.dialect.context(&self.names.params)),
                Some(Role::Res) => {}
                None => list.push(own),
            }
        }
        if needs.body == Body::Given {
            let typed = if self.dialect.typescript { ": any" } else { "" };
            list.push(format!("{}{typed}", self.names.body));
        }
        let (Some(first), Some(last)) = (params.first(), params.last()) else { return edits };
        let text = &self.module.text;
        let start = text[..span_of(*first).start].rfind('(');
        let bare_arrow = !text[function.span().start..span_of(*first).start].contains('(');
        let end = text[span_of(*last).end..].find(')').map(|at| span_of(*last).end + at + 1);
        let line_start = text[..function.span().start].rfind('\n').map_or(0, |at| at + 1);
        let indent = self.indent_of(function.span().start);
        if let (Some(start), Some(end), false) = (start, end, bare_arrow) {
            let before = &text[line_start..start];
            let list = self.dialect.list(before, &list, " => {", &indent);
            edits.push(Edit::replace(Span::new(start, end), list));
        } else {
            let list = self.dialect.list("", &list, "", &indent);
            edits.push(Edit::replace(span_of(*first), list));
        }
        if needs.sends {
            if let Some(returns) = function.return_type() {
                edits.push(Edit::delete(span_of(returns)));
            }
        }
        let awaits = !body.awaits_at.is_empty() || prologue.iter().any(|line| line.awaits);
        if awaits && !function.is_async() {
            edits.push(Edit::insert(function.span().start, "async "));
        }
        edits
    }

    /// `export const config` → route segment config.
    fn config(&self, config: &crate::pages_api::RouteConfig, dynamic: Option<&str>) -> Vec<Edit> {
        let style = &self.dialect.style;
        let mut lines: Vec<Vec<Piece>> = Vec::new();
        for (name, value) in &config.segment {
            lines.push(vec![
                Piece::Text(format!("export const {name} = ")),
                Piece::Source(*value),
                Piece::Text(style.semi().into()),
            ]);
        }
        let has = |name: &str| self.module.text.contains(&format!("export const {name} "));
        if let Some(dynamic) = dynamic.filter(|_| !has("dynamic")) {
            let text = format!("export const dynamic = {}{}", style.string(dynamic), style.semi());
            lines.push(vec![Piece::Text(text)]);
        }
        let mut pieces = Vec::new();
        for (at, line) in lines.into_iter().enumerate() {
            if at > 0 {
                pieces.push(Piece::Text("\n".into()));
            }
            pieces.extend(line);
        }
        match config.statement {
            Some(statement) if pieces.is_empty() => {
                let whole = full_statement(&self.module.text, statement);
                let blank = self.module.text[whole.end..].starts_with('\n');
                vec![Edit::delete(Span::new(whole.start, whole.end + usize::from(blank)))]
            }
            Some(statement) => vec![Edit::of(statement, pieces)],
            None if pieces.is_empty() => Vec::new(),
            None => {
                let at = self.before_handler();
                pieces.push(Piece::Text("\n\n".into()));
                vec![Edit::of(Span::at(at), pieces)]
            }
        }
    }

    /// The start of the handler's first comment line.
    fn before_handler(&self) -> usize {
        let text = &self.module.text;
        let mut at = self.handler.statement.start;
        while let Some(line) = text[..at].strip_suffix('\n').map(|before| before.rsplit('\n').next().unwrap_or_default()) {
            let trimmed = line.trim();
            if !(trimmed.starts_with("//") || trimmed.starts_with("/*") || trimmed.starts_with('*')) {
                break;
            }
            at -= line.len() + 1;
        }
        at
    }
}

fn prologue_pieces(prologue: &[&Line], indent: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    for line in prologue {
        pieces.push(Piece::Text(indent.to_owned()));
        for piece in &line.pieces {
            pieces.push(match piece {
                Piece::Text(text) => Piece::Text(text.replace('\n', &format!("\n{indent}"))),
                other => other.clone(),
            });
        }
        pieces.push(Piece::Text("\n".into()));
    }
    pieces
}
