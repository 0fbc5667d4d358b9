//! Endpoints that are routers of next-connect. The router stays, in its form for Route Handlers, and calls functions
//! of the new kind; see [`crate::libraries::next_connect`].
//!
//! ```ts
//! router.use(auth).get(async (req, res) => {         router.use(auth).get(async (req: NextRequest) => {
//!   res.json(await list());                    →       return NextResponse.json(await list());
//! });                                                });
//! export default router.handler();                   export const GET = router.handler();
//! ```

mod around;
mod caught;
mod log_tokens;
mod logged;
mod steps;

use self::around::Around;
pub use self::around::methods;
use self::steps::Steps;
use super::body::held::without_comma;
use super::compat::Helper;
use super::handed;
use super::handler::{Prepared, Request};
use super::multipart;
use super::needs::{Body, Callees};
use super::signature::Dialect;
use super::unit::{Unit, add_local};
use super::wraps::Search;
use crate::finding::{Finding, Safety};
use crate::libraries::morgan::DROPPED;
use crate::libraries::multer::UNWRAPPED;
use crate::libraries::next_connect::{self, CORS_AND_ERRORS, HANDLER_TYPE};
use crate::pages_api::{
    Base, BodyParser, Connect, CorsCall, CorsOptions, Maker, Multipart, RouteConfig, RouterExport, Unread, annotations,
    constant, declared_id, router_types,
};
use crate::project::{Modules, NextVersion, Project, export, imports};
use crate::rewrite::{Edit, Piece};
use crate::syntax::ast::{Expr, Id};
use crate::syntax::{Module, Span, callee_ident, handler_options, span_of};

/// The unit of an endpoint whose handler is a router; `None` if it is something else.
pub fn read<'m>(
    project: &Project,
    modules: &'m Modules<'m>,
    module: &'m Module,
    is_endpoint: &dyn Fn(&str) -> bool,
) -> Option<Result<Unit<'m>, Vec<Finding>>> {
    let refuse =
        |(place, message, help): Unread| vec![Finding::manual("package-call", &module.path, place, message).help(help)];
    let imports = imports(module);
    let mut search = Steps::new(project, modules, module, &imports);
    let shared = |id: &Id| Some(search.shared(id)?.1.map_or(Maker::Old, |router| router.maker));
    let export = RouterExport { module, shared: &shared };
    let (router, around) = match export.router() {
        Some(router) => (router, None),
        None => {
            let wrappers = Search { project, modules, module, imports: &imports, is_endpoint };
            match Around::find(&wrappers, export)? {
                Ok(Around { router, wrapped, wraps }) => (router, Some((wrapped, wraps))),
                Err(lost) => return Some(Err(vec![lost])),
            }
        }
    };
    let mut router = match router {
        Ok(router) => router,
        Err(unread) => return Some(Err(refuse(unread))),
    };
    search.maker = router.maker;
    let mut findings: Vec<Finding> = Vec::new();
    if let Some((id, place)) = &router.elsewhere {
        findings.extend(search.options(id, *place).map_err(refuse).err().into_iter().flatten());
    }
    if let Some(id) = &router.begins {
        findings.extend(search.base(id, router.place, is_endpoint).map_err(refuse).err().into_iter().flatten());
    }
    findings.extend(search.add_all(&mut router, is_endpoint).into_iter().flat_map(refuse));
    let version = project.packages.version(&module.path, "next-connect");
    findings.extend(next_connect::refusal(router.maker, version).map(|remark| remark.at(&module.path, router.place)));
    if next_connect::uses_for_all(router.maker, version) && search.answers_preflight(&router) {
        let message = "before version 0.13, functions of `use` run for every method, and one here may answer OPTIONS";
        findings.extend(refuse((
            router.place,
            message.into(),
            "upgrade `next-connect` first, and answer OPTIONS by a function of its own",
        )));
    }
    if !next_connect::is_waited_for(router.maker, version)
        && search.bases.len() > usize::from(router.begins.is_some())
        && let Some(finding) = search.bases.iter().find_map(|base| answers_itself(&router, base))
    {
        findings.extend(refuse(finding));
    }
    findings.extend(only_router(module, &router).map_err(refuse).err().into_iter().flatten());
    if let Some((_, outer)) = &around {
        findings.extend(around::at_once(&router, &search).map(refuse).into_iter().flatten());
        if !next_connect::is_waited_for(router.maker, version) && around::goes_on(outer) {
            let message = "before version 0.12, a router comes back when its last function calls `next`, or never";
            findings.extend(refuse((router.place, message.into(), "upgrade `next-connect` first")));
        }
    }
    let router = Connect {
        attached: search.attached.or(router.attached),
        bases: std::mem::take(&mut search.bases),
        uses_for_all: next_connect::uses_for_all(router.maker, version),
        ..router
    };
    if findings.is_empty() {
        findings.extend(search.falls_through(&router).map(refuse).into_iter().flatten());
    }
    if !findings.is_empty() {
        return Some(Err(findings));
    }
    let Steps { mut roots, mut wraps, .. } = search;
    let handlers = roots.len();
    let mut composed = Vec::new();
    if let Some((wrapped, outer)) = around {
        add_local(&mut roots, module, &outer);
        wraps.extend(outer);
        composed = wrapped.composed;
    }
    let mut unit = Unit::read(project, modules, module, roots, handlers, is_endpoint);
    unit.wraps.extend(wraps);
    unit.composed.extend(composed);
    if router.reads_forms() {
        multipart::settle(&mut unit.carriers);
    }
    unit.router = Some(router);
    Some(Ok(unit))
}

/// Before version 0.12, a router that another one uses answers what its functions fail with itself, but for the last one.
fn answers_itself(router: &Connect<'_>, base: &Base<'_>) -> Option<Unread> {
    let told = |router: &Connect<'_>| {
        router.elsewhere.is_some() || router.options.as_ref().is_some_and(|options| options.on_error.is_some())
    };
    let steps: usize = base.router.routes.iter().map(|route| route.steps.len()).sum();
    (steps > 1 && (told(router) || told(&base.router))).then(|| {
        let message = format!(
            "before version 0.12, the router of `{}` answers errors of its functions by its own `onError`, but those of the \
             last one",
            base.module.path
        );
        (router.place, message, "upgrade `next-connect` first")
    })
}

/// The import of `createRouter` changes, so that nothing else may need it.
fn only_router(module: &Module, router: &Connect<'_>) -> Result<(), Unread> {
    let Some(callee) = router.call.and_then(callee_ident).filter(|_| router.maker == Maker::New) else { return Ok(()) };
    let all = module.references();
    match all.get(&callee.to_id()).is_some_and(|mentions| mentions.len() > 2) {
        true => Err((router.place, "this file makes more than one router".into(), "give each a file of its own")),
        false => Ok(()),
    }
}

/// How many arguments routers of Route Handlers give.
pub const GIVEN: usize = 3;

/// What stands in the way of `unit`, the endpoint of a router, beside its functions; and what reviewers should know.
pub fn findings(request: &Request<'_>, config: &RouteConfig, prepared: &Prepared) -> Vec<Finding> {
    let Unit { module, wraps, .. } = request.unit;
    let Some(router) = &request.unit.router else { return Vec::new() };
    let path = module.path.as_str();
    let mut findings = Vec::new();
    let steps = wraps.iter().filter_map(|wrap| Some((wrap.call.name, &request.callees.get(&wrap.call.callee)?.needs)));
    for (place, needs) in steps.clone() {
        let unparsed = needs.body != Body::Unread && config.body_parser == BodyParser::Off;
        if unparsed || (needs.raw && config.body_parser == BodyParser::On) {
            let (rule, message) = match unparsed {
                true => ("body-unparsed", "`bodyParser` is off, so `req.body` is undefined in this function"),
                false => ("body-consumed", "the body is parsed already, so nothing is left to read in this function"),
            };
            let help = "make `config.api.bodyParser` fit what the function reads";
            findings.push(Finding::manual(rule, path, place, message).help(help));
        }
    }
    if router.reads_forms() {
        let parsed = (config.body_parser == BodyParser::On).then_some("the body is parsed already");
        let twice = prepared.needs.iter().any(|needs| needs.raw).then_some("a function of the router reads the body");
        if let Some(why) = parsed.or(twice) {
            let message = format!("{why}, so nothing is left for multer to read");
            let help = "make `config.api.bodyParser` fit, and let either of them read the body";
            findings.push(Finding::manual("body-consumed", path, router.place, message).help(help));
        }
    }
    findings.extend(packages(request.unit, router));
    findings.extend(around::findings(request, router, prepared));
    let read =
        prepared.needs.iter().chain(steps.map(|(_, needs)| needs)).any(|needs| needs.extensions.contains_key("params"));
    if let Some(place) = router.attached.filter(|_| read) {
        let message = "a function reads `req.params`, which next-connect takes from its own patterns";
        findings.push(Finding::manual("package-call", path, place, message).help("read the route's own parameters"));
    }
    if router.answers_some() {
        let properties = router.options.iter().flat_map(|options| &options.properties);
        let own = properties.clone().find(|(name, _)| name == "onNoMatch").map(|(_, place)| *place);
        let (place, how) = match (own, &router.elsewhere) {
            (Some(place), _) => (place, "by `onNoMatch`"),
            (None, Some((_, place))) => (*place, "as these options say"),
            (None, None) if router.begins.is_some() => (router.place, "as the shared router says"),
            (None, None) => (router.place, "with 404"),
        };
        let message = format!("other methods were answered {how}; Next answers them with 405");
        findings.push(Finding::note("method-refusal", path, place, message));
    }
    if router.uses_for_all && router.has_middlewares() {
        findings.push(next_connect::USES_FOR_ALL.at(path, router.place));
    }
    findings
}

/// What middlewares of packages do otherwise among the functions of the new router.
fn packages(unit: &Unit<'_>, router: &Connect<'_>) -> Vec<Finding> {
    let path = unit.module.path.as_str();
    let mut findings = Vec::new();
    if router.maker == Maker::New {
        let unwrapped = |router: &Connect<'_>| router.multiparts.iter().any(|found| found.span == found.middleware);
        let own = router.multiparts.iter().find(|found| found.span == found.middleware).map(|found| found.span);
        let of_base = router.bases.iter().any(|base| unwrapped(&base.router)).then_some(router.place);
        findings.extend(own.or(of_base).map(|place| UNWRAPPED.at(path, place)));
        let cors = router.cors.first().map(|(place, _)| *place);
        findings
            .extend(cors.or(router.sets_cors().then_some(router.place)).map(|place| CORS_AND_ERRORS.at(path, place)));
    }
    let own = router.loggers.first().map(|logger| span_of(logger.arg));
    findings.extend(own.or(router.logs().then_some(router.place)).map(|place| DROPPED.at(path, place)));
    if router.sets_cors() {
        let mut headers =
            unit.carriers.list.iter().flat_map(|carrier| &carrier.writes).flat_map(|write| &write.headers);
        let vary = headers.find(|header| header.literal_name().is_none_or(|name| name == "vary"));
        findings.extend(vary.map(|header| {
            let message = "`cors` sets `Vary` as well, and now only what is set here goes out";
            Finding::review("headers-shared", path, span_of(&header.name), message)
                .help("name `Origin` here, too, where it was appended")
        }));
    }
    findings
}

/// With version 0, `next()` never fails, so that headers which are set before it are on every answer.
pub fn settle(unit: &Unit<'_>, findings: &mut Vec<Finding>) {
    if unit.router.as_ref().is_some_and(|router| router.maker == Maker::Old) {
        findings.retain(|finding| finding.rule != "headers-shared" || finding.level == Safety::Manual);
    }
}

/// The types of options of routers in `module`, where `is_new` tells functions in these that take their new form.
pub fn option_types(module: &Module, is_new: &dyn Fn(Span) -> bool) -> Vec<Edit> {
    let typed = handler_options(module).into_iter().filter(|(object, _)| is_new(*object));
    typed.map(|(_, handler)| Edit::replace(handler, HANDLER_TYPE)).collect()
}

/// The edits of the router itself, and the generated helper that it needs.
pub fn edits(unit: &Unit<'_>, callees: &Callees, prepared: &Prepared) -> (Vec<Edit>, Vec<Helper>) {
    let Some(router) = &unit.router else { return (Vec::new(), Vec::new()) };
    let steps = unit.wraps.iter().filter_map(|wrap| Some(&callees.get(&wrap.call.callee)?.needs));
    let extended = prepared.needs.iter().chain(steps).any(|needs| !needs.extensions.is_empty());
    let extended = extended || multipart::reads_fields(&unit.carriers);
    let request = if extended { "any" } else { "NextRequest" };
    router_edits(unit.module, router, &prepared.dialect, request, &|helper| prepared.names.helper(helper))
}

/// The same for a router that files of an app with `next` share.
pub fn base_edits(base: &Base<'_>, next: NextVersion) -> (Vec<Edit>, Vec<Helper>) {
    let Base { module, router } = base;
    let dialect = Dialect::new(&module.path, &module.text, &module.style, next, &[]);
    router_edits(module, router, &dialect, "any", &Helper::name)
}

fn router_edits(
    module: &Module,
    router: &Connect<'_>,
    dialect: &Dialect,
    request: &str,
    name_of: &dyn Fn(Helper) -> &'static str,
) -> (Vec<Edit>, Vec<Helper>) {
    let mut edits: Vec<Edit> = router.routes.iter().filter_map(|route| route.types).map(Edit::delete).collect();
    edits.extend(options(module, router));
    let own = router.options.as_ref().map(|options| options.object);
    edits.extend(option_types(module, &|object| own == Some(object)));
    edits.extend(router_types(module, router.place).into_iter().map(Edit::delete));
    let mut helpers = Vec::new();
    for Multipart { span, middleware, .. } in &router.multiparts {
        helpers.push(Helper::ReadMultipart);
        let call = format!("{}(", name_of(Helper::ReadMultipart));
        edits.push(Edit::replace(Span::new(span.start, middleware.start), call));
        edits.push(Edit::replace(Span::new(middleware.end, span.end), ")"));
    }
    if !router.cors.is_empty() {
        helpers.push(Helper::RouteCors);
        edits.extend(cors_edits(module, router, name_of(Helper::RouteCors)));
    }
    edits.extend(logged::edits(module, &router.loggers));
    let Some((call, callee)) = router.call.and_then(|call| Some((call, callee_ident(call)?))) else {
        return (edits, helpers);
    };
    let name = span_of(callee);
    let types = call.type_args.as_deref().map(span_of);
    match (router.maker, imports(module).get(&callee.to_id())) {
        (Maker::New, Some(import)) => {
            let text = import.span.text(&module.text);
            edits.push(Edit::replace(Span::new(import.span.start, import.span.start + "createRouter".len()), EDGE));
            if text == "createRouter" {
                edits.push(Edit::replace(name, EDGE));
            }
            if dialect.typescript {
                let typed = format!("<{request}, {}>", dialect.any_context_type());
                edits.push(Edit::replace(types.unwrap_or(Span::at(name.end)), typed));
            }
        }
        _ => {
            edits.push(Edit::replace(name, name_of(Helper::ConnectRouter)));
            edits.extend(types.map(Edit::delete));
            helpers.push(Helper::ConnectRouter);
        }
    }
    (edits, helpers)
}

/// `cors(options)` → `routeCors(options)`, where it is handed over, or in the constant that holds it for this router only.
fn cors_edits(module: &Module, router: &Connect<'_>, name: &str) -> Vec<Edit> {
    let mentions = module.references();
    let mut edits = Vec::new();
    for (place, CorsCall { options, holder, made }) in &router.cors {
        let handed = |mention: &Span| router.cors.iter().any(|(place, _)| place.contains(*mention));
        let typed = |value: &Expr| !annotations(module, |own| std::ptr::eq(own, value)).is_empty();
        let kept = |id: &Id| export(module, &id.0).is_some() || constant(module, id).is_none_or(typed);
        let alone = |id: &&Id| {
            !kept(id) && mentions.get(*id).is_some_and(|all| all.iter().filter(|own| !handed(own)).count() == 1)
        };
        match (made, holder.as_ref().filter(alone)) {
            (Some((_, callee)), Some(id)) => {
                edits.push(Edit::replace(*callee, name));
                edits.push(Edit::replace(*place, &*id.0));
            }
            (Some((call, callee)), None) if holder.is_none() => {
                let rest = Piece::Source(Span::new(callee.end, call.end));
                edits.push(Edit::of(*place, vec![Piece::Text(name.to_owned()), rest]));
            }
            _ => {
                let options = match options {
                    Some(CorsOptions::Here(options)) => Some(Piece::Source(*options)),
                    Some(CorsOptions::Written(options)) => Some(Piece::Text(options.clone())),
                    None => None,
                };
                let call = [Piece::Text(format!("{name}("))].into_iter().chain(options);
                edits.push(Edit::of(*place, call.chain([Piece::Text(")".into())]).collect()));
            }
        }
    }
    edits.sort_by_key(|edit| (edit.span().start, edit.span().end));
    edits.dedup_by_key(|edit| edit.span());
    edits
}

/// The router of next-connect 1 for Route Handlers.
const EDGE: &str = "createEdgeRouter";

/// Of the options, `onError` is left.
fn options(module: &Module, router: &Connect<'_>) -> Vec<Edit> {
    let (Some(options), Some(argument)) = (&router.options, router.argument) else { return Vec::new() };
    if options.on_error.is_none() {
        let rest = module.text[argument.end..].trim_start();
        let comma = if rest.starts_with(',') { module.text.len() - rest.len() + 1 } else { argument.end };
        return vec![Edit::delete(Span::new(argument.start, comma))];
    }
    // Neighbours go together.
    let mut runs: Vec<Span> = Vec::new();
    let mut open = false;
    for (name, place) in &options.properties {
        match runs.last_mut() {
            _ if name == "onError" => open = false,
            Some(run) if open => run.end = place.end,
            _ => {
                runs.push(*place);
                open = true;
            }
        }
    }
    runs.into_iter().map(|run| Edit::delete(without_comma(&module.text, options.object, run))).collect()
}

/// Functions of the router that other code uses, too: their parameters change.
pub fn other_uses(unit: &Unit<'_>) -> Vec<Finding> {
    let Some(router) = &unit.router else { return Vec::new() };
    let leaves = &unit.carriers.list[..unit.carriers.roots];
    let named = leaves.iter().filter_map(|leaf| Some((leaf.name.as_ref()?, leaf.function.span())));
    named
        .flat_map(|(name, body)| {
            let fine =
                |mention: Span| body.contains(mention) || router.places.iter().any(|place| place.contains(mention));
            handed::other_uses(unit.module, &declared_id(name), &fine)
        })
        .collect()
}
