//! One endpoint file, from the facts to the text of its Route Handler. The staircase of conditions is
//! [`migrate`]; each step that says no says why.

use std::collections::{BTreeMap, BTreeSet};

use super::assembly::Assembly;
use super::body::{BodyRewrite, Context, Names, rewrite_body};
use super::compat::{FILE_STEM, Helper};
use super::dispatch::{Methods, methods};
use super::doubtful::doubtful;
use super::effect::guarded;
use super::helper_form::HelperForm;
use super::narrow::Used;
use super::needs::{Body, Callees, Needs, Place, index_of, needs};
use super::payload::Constants;
use super::request_type::request_type;
use super::sending::{helper_flow, known_answers, merge, sends, unfinished};
use super::signature::Dialect;
use super::statements::{config_edits, segment_config};
use super::tidy::{Invalid, tidy};
use super::unit::{Unit, body_type, escapes};
use crate::finding::{Finding, Safety};
use crate::pages_api::{
    After, BodyParser, Call, Carrier, Handler, HandlerForm, NoHandler, Part, RouteConfig, find_handler, parse_route,
    read_config,
};
use crate::project::{App, Method, imports};
use crate::rewrite::{Edit, Rewrite};
use crate::syntax::ast::Id;
use crate::syntax::{Module, Span, declared_names, span_of};

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
    /// The imports that the text mentions: a helper that only dropped code called is not among them.
    pub imported: BTreeSet<String>,
}

impl Migrated {
    /// Whether the text still calls what the old code called `callee`.
    pub fn calls(&self, callee: &Id) -> bool {
        let name = callee.0.split(['.', '[', '(']).next().unwrap_or_default();
        self.imported.contains(name)
    }
}

/// The endpoint to migrate, and what is decided about it elsewhere.
pub struct Request<'r> {
    /// The app it belongs to.
    pub app: &'r App,
    /// Its URL pattern.
    pub route: &'r str,
    /// The file it moves to.
    pub target: &'r str,
    /// The file, with the handler as the first of its carriers.
    pub unit: &'r Unit<'r>,
    /// Carriers of other files.
    pub callees: &'r Callees,
    /// The methods that callers use, if the endpoint is to be narrowed to them.
    pub used: Option<&'r Used>,
    /// The wrappers around the handler answer nothing but refusals themselves.
    pub refuses_others: bool,
    /// Edits that the move needs: specifiers, exports that go elsewhere.
    pub moved: Vec<Edit>,
}

/// Turns the handler of a Pages API route into a Route Handler.
pub fn migrate(request: &Request<'_>) -> Result<Migrated, Vec<Finding>> {
    let Unit { module, carriers, .. } = request.unit;
    let path = module.path.as_str();
    let config = read_config(module);
    let mut findings = config_findings(path, &config);
    let handler = match find_handler(module) {
        Ok(handler) => handler,
        Err(NoHandler::Wrapped(_)) => return super::wrapped::migrate(request, &config, findings),
        Err(missing) => return Err(vec![no_handler(path, &missing)]),
    };
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
    findings.extend(handler_references(module, &handler));
    let prepared = prepare(request, &config, findings)?;
    let Prepared { dialect, needs, names, bodies, methods, .. } = &prepared;
    let mut findings = prepared.findings.clone();
    let methods = &methods[0];
    if request.app.cache_components && methods.exported == [Method::Get] {
        let message = "with `cacheComponents`, Next may render a GET that does not read the request at build time";
        let help = "add `await connection()` from `next/server` where the answer must be fresh";
        findings.push(Finding::review("prerendered-get", path, handler.statement, message).help(help));
    }
    let assembly = Assembly { module, handler: &handler, carriers, extensions: &needs[0].extensions, dialect, names };
    let form = HelperForm { module, carriers, needs, dialect, names, leaves: carriers.roots };
    let mut edits = request.moved.clone();
    edits.extend(super::handed::map_types(request.unit));
    edits.extend(assembly.handler(methods, &bodies[0]));
    for (index, body) in bodies.iter().enumerate().skip(1) {
        edits.extend(form.edits(index, body));
    }
    let added = segment_config(request.app, module, &methods.exported);
    edits.extend(config_edits(module, &config, &added, handler.statement.start));
    complete(request, edits, &prepared, methods.exported.clone(), findings, None)
}

/// What both kinds of endpoints, plain and wrapped, are made from.
pub struct Prepared {
    /// How code is written.
    pub dialect: Dialect,
    /// The needs of all carriers.
    pub needs: Vec<Needs>,
    /// Generated names.
    pub names: Names,
    /// The new inside of all carriers.
    pub bodies: Vec<BodyRewrite>,
    /// What each handler of the file answers.
    pub methods: Vec<Methods>,
    /// What a reviewer should know.
    pub findings: Vec<Finding>,
}

/// Why the route's configuration stands in the way, if it does.
fn config_findings(path: &str, config: &RouteConfig) -> Vec<Finding> {
    let problems = config.problems.iter().map(|(span, why)| {
        Finding::manual("route-config", path, *span, (*why).to_owned()).help("write the route segment config by hand")
    });
    let limit = config.size_limit.map(|span| {
        Finding::review("body-size-limit", path, span, "a Route Handler has no limit for the size of the body")
            .help("compare the `content-length` header with the limit before the body is read")
    });
    problems.chain(limit).collect()
}

/// Everything up to the rewritten insides of the carriers; `findings` are those known so far.
pub fn prepare(
    request: &Request<'_>,
    config: &RouteConfig,
    mut findings: Vec<Finding>,
) -> Result<Prepared, Vec<Finding>> {
    let Unit { module, carriers, readers, .. } = request.unit;
    let path = module.path.as_str();
    let roots = carriers.roots;
    // A wrapper that reads the body itself puts it where the parser did.
    let parses = request.unit.around.iter().find_map(|around| Some((around.wraps.parses?, around.name)));
    for carrier in &carriers.list {
        findings.extend(escapes(module, carrier));
        if parses.is_none() {
            findings.extend(body_parser(module, carrier, config.body_parser, request.callees));
        }
    }
    if let Some((_, name)) = parses.filter(|_| config.body_parser == BodyParser::On) {
        let message = "the body is parsed already, so nothing is left for this wrapper to read";
        let help = "set `config.api.bodyParser` to false";
        findings.push(Finding::manual("body-consumed", path, name, message).help(help));
    }
    findings.extend(carriers.list[roots..].iter().flat_map(|carrier| request_type(module, carrier)));
    for carrier in carriers.list[..roots].iter().filter(|carrier| carrier.function.is_generator()) {
        let place = Span::at(carrier.function.span().start);
        findings.push(Finding::manual("no-handler", path, place, "the handler is a generator function"));
    }
    let calls = carriers.list.iter().flat_map(|carrier| &carrier.calls);
    let own = |call: &&Call| index_of(carriers, call).is_some_and(|at| at < roots);
    if let Some(call) = calls.into_iter().find(own) {
        let message = "the handler is called by the code that it runs";
        let help = "put what is shared into a function of its own";
        findings.push(Finding::manual("handler-called", path, call.span, message).help(help));
    }
    if has_manual(&findings) {
        return Err(findings);
    }
    let segments = parse_route(request.route);
    let unit = request.unit;
    let wrapped = unit.router.is_some() || !(unit.wraps.is_empty() && unit.handed.is_empty());
    let plain = Dialect::new(path, &module.text, &module.style, request.app.next, &segments);
    let dialect = Dialect { wrapped, ..plain };
    let Unit { imports, .. } = request.unit;
    let place = Place { segments: Some(&segments), module, imports, callees: request.callees };
    let needs = needs(carriers, &place);
    if needs.iter().any(|needs| needs.body != Body::Unread) {
        findings.extend(parses.map(|(remark, name)| remark.at(path, name)));
    }
    findings.extend(super::handed::obstacles(request.unit, &needs));
    findings.extend(super::handed::fallbacks(request.unit, &needs, request.callees));
    findings.extend(super::packages::body_read_twice(request.unit, &needs));
    let sends = sends(&module.text, carriers, &needs, request.callees);
    let mut methods: Vec<Methods> = (0..roots).map(|at| methods(&carriers.list[at], &sends[at])).collect();
    for (methods, carrier) in methods.iter_mut().zip(&carriers.list) {
        super::packages::narrow(methods, carrier, request.unit);
        super::cors::add_options(methods, carrier);
        // One that leaves everything to another function answers what that one answers.
        if let [call] = carrier.calls.as_slice()
            && !methods.tells_apart
            && carrier.writes.is_empty()
            && let Some(answers) = request.callees.get(&call.callee).and_then(|callee| callee.answers.clone())
            && methods.other.silent.is_empty()
            && methods.other.sends.contains_key(&call.span)
        {
            methods.flows.retain(|method, _| answers.contains(method));
            methods.exported = answers;
        }
    }
    super::handed::narrow(&mut methods, request);
    let narrows = unit.keys.is_empty() && unit.router.is_none();
    if let ([methods], Some(used), true) = (methods.as_mut_slice(), request.used, narrows) {
        findings.extend(used.narrow(methods, path, carriers.list[0].function.span()));
    }
    let mut after: BTreeMap<Span, After> = BTreeMap::new();
    for methods in &methods {
        for flow in methods.flows.values() {
            merge(&mut after, &flow.sends);
        }
        let reached: BTreeSet<Span> = after.keys().copied().collect();
        for (send, follows) in &methods.other.sends {
            if !reached.contains(send) {
                after.insert(*send, follows.clone());
            }
        }
    }
    for (carrier, sends) in carriers.list.iter().zip(&sends).skip(roots) {
        merge(&mut after, &helper_flow(carrier, sends));
    }
    for (carrier, sends) in carriers.list.iter().zip(&sends).take(roots) {
        merge(&mut after, &known_answers(carrier, sends));
    }
    findings.extend(unfinished(path, &after, &sends));
    let helpers = carriers.list.iter().zip(&needs).skip(roots).filter(|(carrier, _)| !carrier.wraps);
    findings.extend(helpers.filter_map(|(carrier, needs)| super::cors::in_helper(module, carrier, needs.effect)));
    for ((methods, carrier), sends) in methods.iter().zip(&carriers.list).zip(&sends) {
        let guarded = guarded(&module.text, carrier, &|call| match index_of(carriers, call) {
            Some(at) => Some(needs[at].effect),
            None => request.callees.get(&call.callee).map(|callee| callee.needs.effect),
        });
        let guarded = guarded.into_values().collect();
        findings.extend(silent(module, methods, &guarded));
        findings.extend(super::refusal::refusal(path, carrier, methods, sends, &guarded));
    }
    let names = Names::fresh(module, carriers);
    let constants = Constants::of(module);
    findings.extend(carriers.list.iter().flat_map(|carrier| doubtful(module, carrier, &constants)));
    let (mut bodies, renamed) = (Vec::new(), BTreeMap::new());
    for index in 0..carriers.list.len() {
        let body_type = body_type(module, &carriers.list[index]);
        let cx = Context {
            module,
            carriers,
            needs: &needs,
            callees: request.callees,
            renamed: &renamed,
            constants: &constants,
            dialect: &dialect,
            names: &names,
            readers,
            after: &after,
            body_type,
            query_type: request.unit.query_types.get(&index).map(String::as_str),
            in_pages: false,
            handlers: roots,
        };
        match rewrite_body(&cx, index) {
            Ok(body) => {
                findings.extend(body.notes.iter().cloned());
                bodies.push(body);
            }
            Err(more) => findings.extend(more),
        }
    }
    let taken = declared_names(&module.ast);
    let called = bodies.iter().flat_map(|body| &body.helpers);
    if let Some((helper, span)) =
        called.into_iter().find(|(helper, _)| names.aliased.contains(helper) && taken.contains(helper.alias()))
    {
        let message =
            format!("the helper `{}` is needed here, and the file uses that name for something else", helper.name());
        findings.push(Finding::manual("name-taken", path, *span, message).help("rename what has that name"));
    }
    if has_manual(&findings) {
        // Remarks about a migration that does not happen would only confuse.
        findings.retain(|finding| finding.level == Safety::Manual);
        return Err(findings);
    }
    Ok(Prepared { dialect, needs, names, bodies, methods, findings })
}

/// The finished file.
pub fn complete(
    request: &Request<'_>,
    edits: Vec<Edit>,
    prepared: &Prepared,
    methods: Vec<Method>,
    findings: Vec<Finding>,
    more: Option<Helper>,
) -> Result<Migrated, Vec<Finding>> {
    if has_manual(&findings) {
        return Err(findings.into_iter().filter(|finding| finding.level == Safety::Manual).collect());
    }
    let used = prepared.bodies.iter().flat_map(|body| body.helpers.iter().map(|(helper, _)| *helper));
    let helpers: BTreeSet<Helper> = used.chain(more).collect();
    let path = request.unit.module.path.as_str();
    let mut edits = edits;
    edits.extend(super::cors::unused_middlewares(request.unit.module, &request.unit.carriers));
    let text = finish(request, edits, &helpers).map_err(|invalid| vec![internal(path, &invalid)])?;
    let helpers = helpers.into_iter().filter(|helper| helper.is_called_in(&text)).collect();
    let imported = imported(request.target, &text);
    Ok(Migrated { text, methods, helpers, findings, imported })
}

/// The local names that the imports of `text` declare. Those that the new code does not need are gone.
fn imported(path: &str, text: &str) -> BTreeSet<String> {
    let names = |module: Module| imports(&module).into_keys().map(|(name, _)| name.to_string()).collect();
    Module::parse(path, text.into()).map(names).unwrap_or_default()
}

/// Renders the edits and lets [`tidy`] finish the file.
pub fn finish(request: &Request<'_>, edits: Vec<Edit>, helpers: &BTreeSet<Helper>) -> Result<String, Invalid> {
    let module = request.unit.module;
    let mut rewrite = Rewrite::new();
    rewrite.protect(module.verbatim.iter().copied());
    rewrite.extend(edits).map_err(Invalid::Conflict)?;
    let text = rewrite.render(&module.text).map_err(Invalid::Conflict)?;
    let mut imports = imports_at(request.target, request.app, helpers);
    super::taught::add_imports(&mut imports, request.unit, request.target);
    super::packages::add_imports(&mut imports, request.unit);
    tidy(request.target, text, module, &imports)
}

/// What new code in the file at `path` may import.
pub fn imports_at(path: &str, app: &App, helpers: &BTreeSet<Helper>) -> BTreeMap<String, BTreeSet<&'static str>> {
    let compat = super::moves::relative(path, &format!("{}/api/{FILE_STEM}", app.app_dir));
    BTreeMap::from([
        ("next/headers".to_owned(), BTreeSet::from(["cookies"])),
        ("next/server".to_owned(), BTreeSet::from(["NextRequest", "NextResponse", "after"])),
        (compat, helpers.iter().flat_map(|helper| helper.specifiers()).collect()),
    ])
}

pub fn has_manual(findings: &[Finding]) -> bool {
    findings.iter().any(|finding| finding.level == Safety::Manual)
}

/// A bug of ours, told as such; the endpoint stays.
pub fn internal(path: &str, invalid: &Invalid) -> Finding {
    let why = match invalid {
        Invalid::Syntax(error) => format!("the rewritten file does not parse ({})", error.message),
        Invalid::Conflict(conflict) => format!("two changes contradict each other ({conflict})"),
        Invalid::Taken(name) => format!("the file means something of its own by `{name}`, which new code needs"),
        Invalid::Twice(name) => format!("the rewritten file would declare `{name}` twice"),
        Invalid::Undeclared(names) => format!("the rewritten file would use undeclared names ({})", names.join(", ")),
    };
    Finding::manual("not-rewritable", path, None, why).help("please report this file; it stays as it is")
}

/// Why a file has no handler that we can read.
pub fn no_handler(path: &str, missing: &NoHandler) -> Finding {
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

fn body_parser(module: &Module, carrier: &Carrier<'_>, parser: BodyParser, callees: &Callees) -> Vec<Finding> {
    let (rule, part, message) = match parser {
        BodyParser::Off => ("body-unparsed", Part::Body, "`bodyParser` is off, so `req.body` is undefined here"),
        BodyParser::On => {
            ("body-consumed", Part::RawBody, "the body is parsed already, so nothing is left to read here")
        }
    };
    let help = "make `config.api.bodyParser` fit what the handler reads";
    let reads = carrier.reads.iter().filter(|read| match read.part {
        Part::Form => part == Part::RawBody,
        _ => read.part == part,
    });
    let mut findings: Vec<Finding> =
        reads.map(|read| Finding::manual(rule, &module.path, read.span, message).help(help)).collect();
    if part == Part::Body {
        let unpacked = carrier.unpacked.iter().flat_map(|unpacked| &unpacked.members);
        let body = unpacked.filter(|(name, _)| name == "body");
        findings.extend(body.map(|(_, span)| Finding::manual(rule, &module.path, *span, message).help(help)));
    }
    let called = carrier.calls.iter().filter(|call| {
        callees.get(&call.callee).is_some_and(|callee| match part {
            Part::Body => callee.needs.body != Body::Unread,
            _ => callee.needs.raw,
        })
    });
    findings.extend(called.map(|call| Finding::manual(rule, &module.path, call.span, message).help(help)));
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
    let mentions = module.references().get(id)?;
    let other = *mentions
        .iter()
        .find(|span| !(declared.contains(**span) || (export != handler.statement && export.contains(**span))))?;
    let message = "the handler is used here as a function of its own";
    Some(Finding::manual("handler-referenced", &module.path, other, message).help("let both call a third function"))
}

/// Ways through the handler that never answer.
fn silent(module: &Module, methods: &Methods, guarded: &BTreeSet<Span>) -> Vec<Finding> {
    let path = module.path.as_str();
    let places: BTreeSet<Span> = methods.flows.values().flat_map(|flow| flow.silent.iter().copied()).collect();
    let unclear: BTreeSet<Span> = methods.flows.values().flat_map(|flow| flow.unclear.iter().copied()).collect();
    let unclear = unclear.into_iter().map(|span| {
        Finding::manual("unclear-flow", path, span, "a response is sent where control flow is hard to follow")
            .help("send it from a plain statement")
    });
    let silent = places.difference(guarded).map(|span| {
        let value = span.text(&module.text).strip_prefix("return").is_some_and(|rest| !matches!(rest.trim(), "" | ";"));
        let message = if value {
            "nothing is sent before this `return`; the request hung, now it is a 500 unless the value is a `Response`"
        } else {
            "on some way through the handler nothing is sent; the request hung, now it is a 500"
        };
        Finding::note("no-response", path, Span::at(span.start), message)
    });
    unclear.chain(silent).collect()
}
