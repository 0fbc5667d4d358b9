//! Endpoints that are routers of next-connect. The router stays, in its form for Route Handlers, and calls functions
//! of the new kind; see [`crate::libraries::next_connect`].
//!
//! ```ts
//! router.use(auth).get(async (req, res) => {         router.use(auth).get(async (req: NextRequest) => {
//!   res.json(await list());                    →       return NextResponse.json(await list());
//! });                                                });
//! export default router.handler();                   export const GET = router.handler();
//! ```

use std::collections::{BTreeSet, HashMap};

use super::body::held::without_comma;
use super::compat::Helper;
use super::handed;
use super::handler::{Prepared, Request};
use super::needs::{Body, Callees};
use super::signature::Dialect;
use super::unit::{Target, Unit, declaration, import_of, made_by_calls};
use super::wraps::Wrap;
use crate::finding::{Finding, Safety};
use crate::libraries::{self, next_connect};
use crate::pages_api::{
    Base, BodyParser, Connect, ConnectOptions, Maker, ODD_OPTIONS, Role, Root, RouteConfig, Step, Unread,
    WRITE_OPTIONS, WrapCall, calls_of, constant, declared_id, made_functions, made_router, shared,
};
use crate::project::{Declared, Import, Imported, Modules, NextVersion, Project, binding, declared, imports, named};
use crate::rewrite::Edit;
use crate::syntax::ast::{Expr, Id, Pat};
use crate::syntax::{
    Function, Held, Module, Span, bound_ids, callee_ident, constant_object, held, member_functions, member_id,
    module_functions, references, span_of,
};

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
    let router = match Connect::find(module, &shared)? {
        Ok(router) => router,
        Err(unread) => return Some(Err(refuse(unread))),
    };
    let mut findings: Vec<Finding> = Vec::new();
    if let Some((id, place)) = &router.elsewhere {
        findings.extend(search.options(id, *place).map_err(refuse).err().into_iter().flatten());
    }
    if let Some(id) = &router.begins {
        findings.extend(search.base(id, router.place, is_endpoint).map_err(refuse).err().into_iter().flatten());
    }
    for (step, answers_errors) in router.steps() {
        findings.extend(search.add(step, answers_errors, is_endpoint).map_err(refuse).err().into_iter().flatten());
    }
    let version = project.packages.version(&module.path, "next-connect");
    findings.extend(next_connect::refusal(router.maker, version).map(|remark| remark.at(&module.path, router.place)));
    findings.extend(only_router(module, &router).map_err(refuse).err().into_iter().flatten());
    if !findings.is_empty() {
        return Some(Err(findings));
    }
    let Steps { roots, wraps, attached, bases, .. } = search;
    let handlers = roots.len();
    let mut unit = Unit::read(project, modules, module, roots, handlers, is_endpoint);
    unit.wraps.extend(wraps);
    unit.router = Some(Connect { attached: attached.or(router.attached), bases, ..router });
    Some(Ok(unit))
}

/// Finds the functions that a router calls.
struct Steps<'s, 'm> {
    project: &'s Project,
    modules: &'m Modules<'m>,
    module: &'m Module,
    imports: &'s HashMap<Id, Import>,
    /// Those of this file.
    roots: Vec<Root<'m>>,
    /// Those of others.
    wraps: Vec<Wrap<'m>>,
    /// Where options of another file say that parameters are put on the request.
    attached: Option<Span>,
    /// The routers of other files.
    bases: Vec<Base<'m>>,
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

impl<'s, 'm> Steps<'s, 'm> {
    fn new(
        project: &'s Project,
        modules: &'m Modules<'m>,
        module: &'m Module,
        imports: &'s HashMap<Id, Import>,
    ) -> Steps<'s, 'm> {
        let (roots, wraps, bases) = (Vec::new(), Vec::new(), Vec::new());
        Steps { project, modules, module, imports, roots, wraps, attached: None, bases }
    }

    /// The router that the imported name `id` is or makes, and the module that it stands in.
    fn shared(&self, id: &Id) -> Option<(&'m Module, Result<Connect<'m>, Unread>)> {
        let Steps { project, modules, module, .. } = self;
        let import = self.imports.get(id).filter(|import| !import.type_only)?;
        let Imported::Name(name) = &import.name else { return None };
        match binding(project, modules, &module.path, &import.specifier, name) {
            Some((home, own)) => Some((home, shared(home, &own)?)),
            None => {
                let found = declared(project, modules, &module.path, import)?;
                Some((found.module, made_router(found.module, found.function)?))
            }
        }
    }

    /// Adds the functions of the router that `id`, which stands at `place`, is or makes in another file.
    fn base(&mut self, id: &Id, place: Span, is_endpoint: &dyn Fn(&str) -> bool) -> Result<(), Unread> {
        let Some((home, router)) = self.shared(id).filter(|(home, _)| !is_endpoint(&home.path)) else {
            return Err(self.lost(id, place));
        };
        let inside = |(_, message, help): Unread| (place, format!("in `{}`: {message}", home.path), help);
        let router = router.and_then(|router| only_router(home, &router).map(|()| router)).map_err(inside)?;
        let all = imports(home);
        let mut own = Steps::new(self.project, self.modules, home, &all);
        if let Some((id, place)) = &router.elsewhere {
            own.options(id, *place).map_err(inside)?;
        }
        for (step, answers_errors) in router.steps() {
            own.add(step, answers_errors, is_endpoint).map_err(inside)?;
        }
        let Steps { roots, wraps, attached, bases, .. } = own;
        if roots.is_empty() && wraps.is_empty() {
            let message = format!("`{}` has nothing to follow it by", id.0);
            return Err((place, message, "make the router here"));
        }
        let here = roots.into_iter().map(|root| Target { file: home.path.as_str(), root, renamed: false });
        let all = here.chain(wraps.into_iter().map(|wrap| wrap.target));
        let call = WrapCall { callee: id.clone(), name: place };
        self.wraps.extend(all.map(|target| Wrap { call: call.clone(), target, owner: None }));
        self.attached = self.attached.or(attached.or(router.attached).map(|_| place));
        self.bases.extend(bases);
        self.bases.push(Base { module: home, router });
        Ok(())
    }

    fn add(&mut self, step: &Step<'m>, answers_errors: bool, is_endpoint: &dyn Fn(&str) -> bool) -> Result<(), Unread> {
        let module = self.module;
        let (id, place) = match step {
            Step::Function(function) => {
                let name = function.name().map(crate::syntax::ast::Ident::to_id);
                return self.own(root(*function, name, answers_errors)?);
            }
            Step::Named(id, place) => (id, *place),
        };
        let mut functions = module_functions(module);
        functions.extend(member_functions(module));
        functions.extend(made_functions(module));
        if let Some(function) = functions.get(id) {
            return self.own(root(*function, Some(id.clone()), answers_errors)?);
        }
        let declared_as = declared_id(id);
        let found = import_of(self.imports, &declared_as)
            .and_then(|(import, member)| declaration(self.project, self.modules, module, import, member.as_deref()));
        let found = found.and_then(|found| made_by_calls(found, calls_of(id)));
        if found.is_none() && !answers_errors && self.shared(id).is_some() {
            return self.base(id, place, is_endpoint);
        }
        let Some(found) = found.filter(|found| !is_endpoint(&found.module.path)) else {
            return Err(self.lost(&declared_as, place));
        };
        let Declared { function, name, renamed, .. } = found;
        let root = root(function, name, answers_errors)?;
        let target = Target { file: found.module.path.as_str(), root, renamed };
        self.wraps.push(Wrap { call: WrapCall { callee: id.clone(), name: place }, target, owner: None });
        Ok(())
    }

    /// Adds the functions of options that another file holds: `controller.errorHandlers`, `options`.
    fn options(&mut self, id: &Id, place: Span) -> Result<(), Unread> {
        let odd = || (place, ODD_OPTIONS.to_owned(), WRITE_OPTIONS);
        let (object, member) = match id.0.split_once('.') {
            Some((object, member)) => ((object.into(), id.1), Some(member)),
            None => (id.clone(), None),
        };
        let import = self.imports.get(&object).ok_or_else(odd)?;
        let Imported::Name(name) = &import.name else { return Err(odd()) };
        let path = &self.module.path;
        let found = binding(self.project, self.modules, path, &import.specifier, name);
        let (home, mut own) = found.ok_or_else(odd)?;
        let mut literal = constant_object(home, &own).ok_or_else(odd)?;
        if let Some(member) = member {
            literal = match held(literal, member) {
                Some(Held::Name(name)) => {
                    own = name.to_id();
                    constant_object(home, &own).ok_or_else(odd)?
                }
                Some(Held::Value(Expr::Object(inner))) => inner,
                _ => return Err(odd()),
            };
        }
        let options = ConnectOptions::of(literal).map_err(|_| odd())?;
        let attaches = options.properties.iter().any(|(name, _)| name == "attachParams");
        self.attached = attaches.then_some(place);
        for (key, step) in [("onNoMatch", options.on_no_match), ("onError", options.on_error)] {
            let declared = match step {
                None => continue,
                Some(Step::Function(function)) => {
                    let members = member_functions(home);
                    let name = member_id(&own, key);
                    let known = members.get(&name).is_some_and(|member| member.span() == function.span());
                    known.then_some(Declared { module: home, function, name: Some(name), renamed: false })
                }
                Some(Step::Named(id, _)) => named(self.project, self.modules, home, &id),
            };
            let Declared { module, function, name, renamed } = declared.ok_or_else(odd)?;
            let root = root(function, name, key == "onError")?;
            let target = Target { file: module.path.as_str(), root, renamed };
            let callee = if member.is_some() { id.clone() } else { member_id(id, key) };
            self.wraps.push(Wrap { call: WrapCall { callee, name: place }, target, owner: None });
        }
        Ok(())
    }

    /// A function of this file, which may be handed over more than once.
    fn own(&mut self, root: Root<'m>) -> Result<(), Unread> {
        let known = self.roots.iter().find(|known| known.function.span() == root.function.span());
        match known {
            Some(known) if known.roles != root.roles => {
                let message = "this function is called for errors and for requests".to_owned();
                Err((Span::at(root.function.span().start), message, "make two functions of it"))
            }
            Some(_) => Ok(()),
            None => {
                self.roots.push(root);
                Ok(())
            }
        }
    }

    /// What to say of a function that is not found.
    fn lost(&self, id: &Id, place: Span) -> Unread {
        let object = id.0.split('.').next().unwrap_or_default();
        let object = (object.into(), id.1);
        let package = self.package(&object, 4);
        let text = place.text(&self.module.text);
        match package {
            Some(package) => {
                let message = format!("`{text}` of `{package}` takes Node's `req` and `res`");
                let help = libraries::advice(&package);
                (place, message, help.unwrap_or("do what it does in the handler, or keep this endpoint in pages/api"))
            }
            None => {
                let message = format!("the router calls `{text}`, which is no function that we can follow");
                (place, message, "hand over a function that is declared by that name")
            }
        }
    }

    /// The package that `id` comes from, directly or by calls: `const upload = multer()`.
    fn package(&self, id: &Id, depth: usize) -> Option<String> {
        if let Some(import) = self.imports.get(id) {
            let own = self.project.resolver.resolve(&self.module.path, &import.specifier);
            return own.is_none().then(|| import.specifier.clone());
        }
        let mut value = constant(self.module, id).filter(|_| depth > 0)?;
        while let Expr::Call(call) = value {
            if let Some(name) = callee_ident(call) {
                return self.package(&name.to_id(), depth - 1);
            }
            value = call.callee.as_expr()?;
        }
        None
    }
}

/// The function as the router calls it: `(req, res, next)`, or `(error, req, res)`.
fn root(function: Function<'_>, name: Option<Id>, answers_errors: bool) -> Result<Root<'_>, Unread> {
    let params = function.params();
    let both = [Some(Role::Req), Some(Role::Res)];
    let roles: Vec<Option<Role>> = if answers_errors { [None].into_iter().chain(both).collect() } else { both.into() };
    let used = |param: &Pat| {
        let mentions = function.block().map(references).or(function.expression().map(references)).unwrap_or_default();
        bound_ids(param).iter().any(|id| mentions.contains_key(id))
    };
    if params.iter().skip(GIVEN).any(|param| used(param)) {
        let message = "this function takes more than the router of a Route Handler gives".to_owned();
        return Err((Span::at(function.span().start), message, "take no more than the request, `res` and `next`"));
    }
    let answering = if params.len() > 2 && !answers_errors { BTreeSet::from([2]) } else { BTreeSet::new() };
    Ok(Root { routed: true, answering, ..Root::helper(function, name, roles) })
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
    let read =
        prepared.needs.iter().chain(steps.map(|(_, needs)| needs)).any(|needs| needs.extensions.contains("params"));
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
    findings
}

/// With version 0, `next()` never fails, so that headers which are set before it are on every answer.
pub fn settle(unit: &Unit<'_>, findings: &mut Vec<Finding>) {
    if unit.router.as_ref().is_some_and(|router| router.maker == Maker::Old) {
        findings.retain(|finding| finding.rule != "headers-shared" || finding.level == Safety::Manual);
    }
}

/// The edits of the router itself, and the generated helper that it needs.
pub fn edits(unit: &Unit<'_>, callees: &Callees, prepared: &Prepared) -> (Vec<Edit>, Option<Helper>) {
    let Some(router) = &unit.router else { return (Vec::new(), None) };
    let steps = unit.wraps.iter().filter_map(|wrap| Some(&callees.get(&wrap.call.callee)?.needs));
    let extended = prepared.needs.iter().chain(steps).any(|needs| !needs.extensions.is_empty());
    let request = if extended { "any" } else { "NextRequest" };
    let name = prepared.names.helper(Helper::ConnectRouter);
    router_edits(unit.module, router, &prepared.dialect, (request, name))
}

/// The same for a router that files of an app with `next` share.
pub fn base_edits(base: &Base<'_>, next: NextVersion) -> (Vec<Edit>, Option<Helper>) {
    let Base { module, router } = base;
    let dialect = Dialect::new(&module.path, &module.text, &module.style, next, &[]);
    router_edits(module, router, &dialect, ("any", Helper::ConnectRouter.name()))
}

fn router_edits(
    module: &Module,
    router: &Connect<'_>,
    dialect: &Dialect,
    (request, connect_router): (&str, &str),
) -> (Vec<Edit>, Option<Helper>) {
    let mut edits: Vec<Edit> = router.routes.iter().filter_map(|route| route.types).map(Edit::delete).collect();
    edits.extend(options(module, router));
    let Some((call, callee)) = router.call.and_then(|call| Some((call, callee_ident(call)?))) else {
        return (edits, None);
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
            (edits, None)
        }
        _ => {
            edits.push(Edit::replace(name, connect_router));
            edits.extend(types.map(Edit::delete));
            (edits, Some(Helper::ConnectRouter))
        }
    }
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
