//! One endpoint file, from the facts to the text of its Route Handler. The staircase of conditions is
//! [`migrate`]; each step that says no says why.

use std::collections::{BTreeMap, BTreeSet};

use super::assembly::Assembly;
use super::body::{BodyRewrite, Context, Names, rewrite_body};
use super::compat::Helper;
use super::compat_place::compat_path;
use super::dispatch::{Methods, methods};
use super::doc_comment::fit_docs;
use super::doubtful::doubtful;
use super::effect::guarded;
use super::get_body::get_bodies;
use super::handler_findings::{body_parser, config_findings, handler_references, no_handler, silent, silent_around};
use super::helper_form::HelperForm;
use super::lasting::FileLasting;
use super::narrow::Used;
use super::needs::{Body, Callees, Needs, Place, index_of, needs};
use super::outlasting::becomes_async;
use super::payload::Constants;
use super::query_clash::query_added;
use super::sending::{effect_of, helper_flow, known_answers, merge, sends, unfinished};
use super::signature::Dialect;
use super::statements::{config_edits, prerendered, segment_config};
use super::tidy::{Invalid, tidy};
use super::unit::{Unit, body_type, escapes, untyped_rest};
use super::welcome::welcomed_by_guards;
use super::wrapper_form::cast_edits;
use crate::finding::{Finding, Safety};
use crate::pages_api::{
    After, BodyParser, Call, Carrier, NoHandler, RouteConfig, find_handler, parse_route, read_config, shortened,
};
use crate::project::{App, Method, QueryRewrite, all_imports};
use crate::rewrite::{Edit, Rewrite, parted};
use crate::syntax::ast::{Id, Pat};
use crate::syntax::{Function, Module, Span, declared_names, module_functions, pat_ident, span_of};

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
    /// Edits of other files that go with it, by their paths.
    pub elsewhere: Vec<(String, Edit)>,
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
    /// What to say where they do not refuse by 405, if that leaves methods out.
    pub refused_otherwise: Option<Finding>,
    /// Wrappers around the handler set headers.
    pub sets_headers: bool,
    /// One of them may answer behind the handler with the status that this has set.
    pub catches: bool,
    /// One of them goes on behind the handler.
    pub outlast: bool,
    /// One of them depends on a handler that is not async being done when it comes back.
    pub counts_on_sync: bool,
    /// The methods that wrappers of other files answer in its place.
    pub claims: BTreeSet<Method>,
    /// The methods that wrappers around a router never hand to it.
    pub kept_off: BTreeSet<Method>,
    /// The methods that wrappers around the handler refuse.
    pub refused: BTreeSet<Method>,
    /// Rewrites that add to the query of endpoints, and the files that they stand in.
    pub rewrites: &'r [(String, QueryRewrite)],
    /// Edits that the move needs: specifiers, exports that go elsewhere.
    pub moved: Vec<Edit>,
    /// Its imports that stay when nothing uses their names any more.
    pub lasting: FileLasting<'r>,
}

/// Turns the handler of a Pages API route into a Route Handler.
pub fn migrate(request: &Request<'_>) -> Result<Migrated, Vec<Finding>> {
    let Unit { module, carriers, optional, .. } = request.unit;
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
    findings.extend(super::ungiven::ungiven(request.unit));
    let prepared = prepare(request, &config, findings)?;
    let Prepared { dialect, needs, names, bodies, methods, .. } = &prepared;
    let mut findings = prepared.findings.clone();
    let methods = &methods[0];
    findings.extend(prerendered(request.app, module, &methods.exported, handler.statement));
    let assembly = Assembly { module, handler: &handler, carriers, extensions: &needs[0].extensions, dialect, names };
    let form = HelperForm { module, carriers, needs, dialect, names, optional, leaves: carriers.roots };
    let mut edits = request.moved.clone();
    edits.extend(super::handed::map_types(request.unit, &|_| true));
    edits.extend(super::wrapped::renamed_wrappers(request));
    edits.extend(super::wrapped_calls::types(request.unit, needs, dialect));
    let extended = needs.iter().any(|needs| !needs.extensions.is_empty());
    edits.extend(cast_edits(request.unit, &request.unit.casts, dialect, extended));
    edits.extend(assembly.handler(methods, &bodies[0]));
    for (index, body) in bodies.iter().enumerate().skip(1) {
        edits.extend(form.edits(index, body));
    }
    let added = segment_config(request.app, request.route, module, &methods.exported);
    edits.extend(config_edits(module, &config, &added, handler.statement.start));
    complete(request, edits, &prepared, methods.exported.clone(), findings, Vec::new())
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
    /// The methods that the wrappers around it answer in its place.
    pub claims: BTreeSet<Method>,
    /// What a reviewer should know.
    pub findings: Vec<Finding>,
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
            findings.extend(body_parser(module, carrier, config.body_parser, request.callees, carriers));
        }
    }
    if let Some((_, name)) = parses.filter(|_| config.body_parser == BodyParser::On) {
        let message = "the body is parsed already, so nothing is left for this wrapper to read";
        let help = "set `config.api.bodyParser` to false";
        findings.push(Finding::manual("body-consumed", path, name, message).help(help));
    }
    for carrier in carriers.list[..roots].iter().filter(|carrier| carrier.function.is_generator()) {
        let place = Span::at(carrier.function.span().start);
        findings.push(Finding::manual("no-handler", path, place, "the handler is a generator function"));
    }
    let handlers = carriers.list[..roots].iter().filter(|carrier| !carrier.wraps);
    let rest = handlers.flat_map(|carrier| carrier.function.params()).find(|param| matches!(param, Pat::Rest(_)));
    if let Some(rest) = rest {
        let message = "the handler takes a list of what it is given, of which `req` and `res` may be a part";
        let finding = Finding::manual("handler-parameter", path, span_of(rest), message);
        findings.push(finding.help("give each parameter a name"));
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
    let Unit { imports, query_types, .. } = request.unit;
    let place = Place { segments: Some(&segments), module, imports, callees: request.callees, query_types };
    let needs = needs(carriers, &place);
    findings.extend(carriers.list.iter().filter_map(|carrier| untyped_rest(module, carrier)));
    findings.extend((roots..needs.len()).filter_map(|at| request.unit.query_given(at, &needs[at])));
    findings.extend(query_added(request.route, &needs[..roots], request.rewrites));
    if request.sets_headers {
        let of_callee = |call: &Call| {
            let own = index_of(carriers, call).map(|at| needs[at].effect.amends);
            own.or_else(|| Some(request.callees.get(&call.callee)?.needs.effect.amends)).unwrap_or(false)
        };
        let leaves = carriers.list[..roots].iter();
        findings.extend(leaves.filter_map(|leaf| super::handed::amends(module, leaf, &of_callee)));
    }
    let all = 0..needs.len();
    findings.extend(all.flat_map(|at| super::changes::lost_changes(module, carriers, at, &needs, request.callees)));
    if needs.iter().any(|needs| needs.body != Body::Unread) {
        findings.extend(parses.map(|(remark, name)| remark.at(path, name)));
    }
    let own = carriers.list.iter();
    findings.extend(own.filter_map(|carrier| super::packages::amended_apart(module, carrier, request.callees)));
    findings.extend(super::handed::obstacles(request.unit, None));
    findings.extend(super::handed::fallbacks(request.unit, &needs, request.callees));
    findings.extend(super::packages::body_read_twice(request.unit, &needs));
    let sends = sends(&module.text, carriers, &needs, request.callees);
    let guards = |carrier: &Carrier<'_>| {
        welcomed_by_guards(&module.text, carrier, &|call| effect_of(carriers, &needs, request.callees, call))
    };
    let leaves = carriers.list[..roots].iter().zip(&sends);
    let mut methods: Vec<Methods> = leaves.map(|(leaf, sends)| methods(leaf, sends, guards(leaf))).collect();
    for (methods, carrier) in methods.iter_mut().zip(&carriers.list) {
        // Where it sends nothing, its wrapper does.
        if carrier.gives {
            *methods = Methods::any();
            continue;
        }
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
    findings.extend(super::handed::narrow(&mut methods, request));
    findings.extend(get_bodies(request.unit, &methods, &needs, request.callees));
    let around = carriers.list.iter().zip(&sends).skip(roots).filter(|(carrier, _)| carrier.wraps);
    let mut claims = request.claims.clone();
    claims.extend(around.flat_map(|(carrier, sends)| super::claims::claims(carrier, sends, guards(carrier))));
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
    let others = carriers.list.iter().zip(&sends).enumerate();
    for (_, (carrier, sends)) in others.filter(|(at, (carrier, _))| *at >= roots || carrier.gives) {
        merge(&mut after, &helper_flow(carrier, sends));
    }
    for (carrier, sends) in carriers.list.iter().zip(&sends).take(roots) {
        merge(&mut after, &known_answers(carrier, sends));
    }
    findings.extend(super::handed::open_ways(request.unit, &needs, request.callees, &|call| after.get(&call).cloned()));
    findings.extend(unfinished(path, &after, &sends));
    let helpers = carriers.list.iter().zip(&needs).skip(roots).filter(|(carrier, _)| !carrier.wraps);
    findings.extend(helpers.filter_map(|(carrier, needs)| super::cors::in_helper(module, carrier, needs.effect)));
    for ((methods, carrier), sends) in methods.iter().zip(&carriers.list).zip(&sends) {
        let guarded = guarded(&module.text, carrier, &|call| match index_of(carriers, call) {
            Some(at) => Some(needs[at].effect),
            None => request.callees.get(&call.callee).map(|callee| callee.needs.effect),
        });
        let guarded = guarded.into_values().collect();
        findings.extend(silent(module, methods, sends, &guarded));
        findings.extend(super::refusal::refusal(path, carrier, methods, sends, &guarded));
        findings.extend(super::refusal::without_export(path, carrier));
    }
    for (carrier, sends) in carriers.list.iter().zip(&sends).skip(roots) {
        let effect = |call: &Call| effect_of(carriers, &needs, request.callees, call);
        findings.extend(silent_around(module, carrier, sends, &effect));
    }
    let names = Names::fresh(module, carriers);
    let constants = Constants::within(request.unit);
    findings.extend(carriers.list.iter().flat_map(|carrier| doubtful(module, carrier, &constants)));
    let (mut bodies, renamed) = (Vec::new(), BTreeMap::new());
    // The handler of a file is none that is wrapped, though it may call such handlers.
    let first_wrapped = usize::from(find_handler(module).is_ok());
    let is_wrapped = |index: usize| !request.unit.wraps.is_empty() && index >= first_wrapped;
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
            query_type: request.unit.query_types.get(&index).map(|of| of.text.as_str()),
            member_types: request.unit.member_types.get(&index),
            in_pages: false,
            handlers: roots,
            closed: index < roots
                && !carriers.list[index].gives
                && (is_wrapped(index) || request.unit.is_handed(&carriers.list[index])),
            ends: index < roots && !carriers.list[index].gives && unit.router.is_none(),
            catches: index < roots && request.catches,
            outlast: index < roots && request.outlast,
        };
        match rewrite_body(&cx, index) {
            Ok(body) => {
                findings.extend(body.notes.iter().cloned());
                if index < roots && request.counts_on_sync {
                    findings.extend(becomes_async(module, &carriers.list[index], &body));
                }
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
    Ok(Prepared { dialect, needs, names, bodies, methods, claims, findings })
}

/// The finished file.
pub fn complete(
    request: &Request<'_>,
    edits: Vec<Edit>,
    prepared: &Prepared,
    methods: Vec<Method>,
    findings: Vec<Finding>,
    more: Vec<Helper>,
) -> Result<Migrated, Vec<Finding>> {
    if has_manual(&findings) {
        return Err(findings.into_iter().filter(|finding| finding.level == Safety::Manual).collect());
    }
    let used = prepared.bodies.iter().flat_map(|body| body.helpers.iter().map(|(helper, _)| *helper));
    let helpers: BTreeSet<Helper> = used.chain(more).collect();
    let path = request.unit.module.path.as_str();
    let mut edits = edits;
    edits.extend(super::cors::unused_middlewares(request.unit.module, request.unit.carriers.cors()));
    let functions: Vec<Span> = request.unit.carriers.list.iter().map(|carrier| carrier.function.span()).collect();
    let goes = |mention: Span| functions.iter().any(|function| function.contains(mention));
    edits.extend(super::keyed::key_types(request.unit, &|_| true, &goes));
    let text = finish(request, edits, &helpers).map_err(|invalid| vec![internal(path, &invalid)])?;
    let helpers = helpers.into_iter().filter(|helper| helper.is_called_in(&text)).collect();
    let imported = imported(request.target, &text);
    Ok(Migrated { text, methods, helpers, findings, imported, elsewhere: Vec::new() })
}

/// The local names that the imports of `text` declare. Those that the new code does not need are gone.
fn imported(path: &str, text: &str) -> BTreeSet<String> {
    let names = |module: Module| all_imports(&module).into_keys().map(|(name, _)| name.to_string()).collect();
    Module::parse(path, text.into()).map(names).unwrap_or_default()
}

/// Renders the edits and lets [`tidy`] finish the file.
pub fn finish(request: &Request<'_>, edits: Vec<Edit>, helpers: &BTreeSet<Helper>) -> Result<String, Invalid> {
    let module = request.unit.module;
    let mut rewrite = Rewrite::new();
    rewrite.protect(module.verbatim.iter().copied());
    rewrite.extend(parted(edits)).map_err(Invalid::Conflict)?;
    let text = rewrite.render(&module.text).map_err(Invalid::Conflict)?;
    let text = shorten(request, text)?;
    let mut imports = imports_at(request.target, &compat_path(request.app), helpers);
    super::taught::add_imports(&mut imports, request.unit, request.target);
    super::packages::add_imports(&mut imports, request.unit);
    let text = tidy(request.target, text, module, &imports, Some(request.lasting))?;
    let carriers = &request.unit.carriers;
    let params = carriers.list.iter().take(carriers.roots).flat_map(|root| root.function.params());
    let names: Vec<String> = params.into_iter().filter_map(pat_ident).map(|name| name.sym.to_string()).collect();
    let is_carrier = |function: Function<'_>| carriers.list.iter().any(|own| own.function.span() == function.span());
    let functions = || module_functions(module).into_iter().filter(|(_, function)| is_carrier(*function));
    let methods = || Method::ALL.into_iter().map(|method| method.as_str().to_owned());
    let roots = &carriers.list[..carriers.roots.min(carriers.list.len())];
    let is_root = |function: Function<'_>| roots.iter().any(|own| own.function.span() == function.span());
    let handlers = functions().filter(|(_, function)| is_root(*function)).map(|(id, _)| id.0.to_string());
    let answers: BTreeSet<String> = handlers.chain(methods()).collect();
    let carriers: BTreeSet<String> = functions().map(|(id, _)| id.0.to_string()).chain(methods()).collect();
    let plain =
        Dialect::new(request.target, &module.text, &module.style, request.app.next, &parse_route(request.route));
    let context = Dialect { typescript: true, ..plain }.context("params");
    Ok(fit_docs(request.target, text, &carriers, &answers, (&names, &context)))
}

/// Handlers that are functions of other files stand by their names where they take just what they are handed.
fn shorten(request: &Request<'_>, text: String) -> Result<String, Invalid> {
    let Unit { module, leaves, .. } = request.unit;
    if leaves.is_empty() {
        return Ok(text);
    }
    let named = |id: &Id| request.callees.get(id).and_then(|callee| callee.name.clone()).unwrap_or(id.0.to_string());
    let names: Vec<String> = leaves.iter().map(named).collect();
    let module = Module::parse(&module.path, text.as_str().into()).map_err(Invalid::Syntax)?;
    let mut rewrite = Rewrite::new();
    let edits = shortened(&module, &names).into_iter().map(|(span, name)| Edit::replace(span, name));
    rewrite.extend(edits).map_err(Invalid::Conflict)?;
    rewrite.render(&text).map_err(Invalid::Conflict)
}

/// What new code in the file at `path` may import; the generated helpers stand in the file `compat`.
pub fn imports_at(path: &str, compat: &str, helpers: &BTreeSet<Helper>) -> BTreeMap<String, BTreeSet<&'static str>> {
    let compat = super::moves::relative(path, super::moves::stem(compat));
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
