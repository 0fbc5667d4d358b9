//! The file router of uploadthing, which changes with its endpoint; see `libraries::uploadthing`. Its callbacks are
//! followed like helpers that are handed an object with `req` and `res`.
//!
//! ```ts
//! import { createUploadthing } from 'uploadthing/next-legacy';             // → 'uploadthing/next'
//! const f = createUploadthing();
//! export const router = {
//!   avatar: f({ image: {} }).middleware(async ({ req, res }) => …),         // → ({ req }) => …
//! } satisfies FileRouter;
//! ```

use std::collections::BTreeSet;

use super::helpers::Helpers;
use super::library_route::LibraryRoute;
use super::moves::requote;
use super::needs::{Body, Needs, Query};
use super::trpc::is_called_with_nothing;
use super::unit::{Link, Target, Unit};
use crate::finding::Finding;
use crate::libraries::uploadthing::{CONTEXT, PAGES, ROUTES, SHARED, shares_fibers};
use crate::libraries::{self, Call, Library, RouteForm};
use crate::pages_api::{Carrier, Held, Role, Root};
use crate::project::{Export, Import, Imported, Modules, NextVersion, Project, export, imports};
use crate::rewrite::Edit;
use crate::syntax::ast::{
    CallExpr, Decl, Expr, Id, ModuleDecl, ModuleItem, ObjectPatProp, Pat, Prop, PropOrSpread, Stmt,
};
use crate::syntax::{
    Function, Module, Span, Visit, VisitWith, asked, bare, callee_ident, function_of, ident, member_name, pat_ident,
    prop_name, span_of, typeof_use,
};

/// What to do where something is not understood.
const BY_HAND: &str = "let `createUploadthing` and the handler come from `uploadthing/next` by hand, and export `{ GET, \
                       POST }`; the callbacks are given a web `Request` then, and no `res`";

/// The methods of a file route, and whether they take a function that is given `req` and `res`.
const STEPS: [(&str, bool); 4] =
    [("input", false), ("middleware", true), ("onUploadComplete", true), ("onUploadError", true)];

/// A file router that is understood.
pub struct FileRouter<'m> {
    /// Its file.
    file: &'m str,
    /// The callbacks that are given `req` or `res`, and take it.
    callbacks: Vec<Root<'m>>,
    /// The edits of the endpoint's imports and of the call.
    pub own: Vec<Edit>,
    /// The edits of the router's imports.
    pub elsewhere: Vec<(String, Edit)>,
}

impl<'m> FileRouter<'m> {
    /// The file router that `route` hands to the package's function, which is called `named` for Route Handlers; or what
    /// is not understood.
    pub fn find(
        route: &LibraryRoute<'_>,
        named: &str,
        project: &Project,
        modules: &'m Modules<'_>,
    ) -> Result<FileRouter<'m>, Finding> {
        let refuse = |message: &str| route.refuse(message, BY_HAND);
        let endpoint = route.module;
        let (local, place) =
            router_of(route.call).ok_or_else(|| refuse("the options of this call are not written out"))?;
        let elsewhere = "the file router has to be imported from the file that declares it";
        let import = imports(endpoint).remove(&local).ok_or_else(|| refuse(elsewhere))?;
        let Imported::Name(name) = &import.name else { return Err(refuse(elsewhere)) };
        let file = project.resolver.resolve(&endpoint.path, &import.specifier);
        let module = file.and_then(|file| modules.get(&file).ok()).ok_or_else(|| refuse(elsewhere))?;
        let Some(Export::Local(id)) = export(module, name) else { return Err(refuse(elsewhere)) };
        let own =
            own_edits(route, named).ok_or_else(|| refuse("more is imported from the package here than is known"))?;
        let used =
            |span: &Span| !import.span.contains(*span) && *span != place && typeof_use(endpoint, *span).is_none();
        if endpoint.references().get(&local).into_iter().flatten().any(used) {
            return Err(refuse("this file does more with the file router"));
        }
        let callbacks = Reading { project, modules, module, id: &id }.callbacks()?;
        used_elsewhere(&endpoint.path, module, name, modules).map_or(Ok(()), Err)?;
        let elsewhere = import_edits(module, &SHARED).ok_or_else(|| {
            let message = "more is imported from the package here than is known";
            Finding::manual("package-call", &module.path, None, message).help(BY_HAND)
        })?;
        let elsewhere = elsewhere.into_iter().map(|edit| (module.path.clone(), edit)).collect();
        Ok(FileRouter { file: &module.path, callbacks, own, elsewhere })
    }
}

/// What takes part in the endpoint of `module`, if a file router that is understood makes its handler.
pub fn read<'m>(
    project: &Project,
    modules: &'m Modules<'m>,
    module: &'m Module,
    is_endpoint: &dyn Fn(&str) -> bool,
) -> Option<Unit<'m>> {
    if !module.text.contains(PAGES) {
        return None;
    }
    let route = LibraryRoute::find(project, module)?;
    let RouteForm::FileRouter { named } = route.route.form else { return None };
    let router = FileRouter::find(&route, named, project, modules).ok()?;
    let target = |root| Target { file: router.file, root, renamed: false };
    let callbacks = router.callbacks.into_iter().map(target).collect();
    Some(Unit { callbacks, ..Unit::read(project, modules, module, Vec::new(), 0, is_endpoint) })
}

/// What is to be said of the callbacks of `unit`, and of what they reach.
pub fn findings(unit: &Unit<'_>, helpers: &Helpers<'_>, project: &Project, next: NextVersion) -> Vec<Finding> {
    let mut findings = helpers.findings(unit, &|_| true);
    findings.extend(helpers.package_findings(unit, next, &|_| true));
    for target in &unit.callbacks {
        let Some(needs) = helpers.needs_of(target) else { continue };
        findings.extend(asks_too_much(needs).map(|(message, help)| {
            let place = Span::at(target.start());
            Finding::manual("package-call", target.file, place, message).help(help)
        }));
    }
    if shares_fibers(&|package| project.packages.version(&unit.module.path, package)) {
        let found = helpers.reached_carriers(unit).into_iter();
        findings.extend(
            found.filter_map(|(unit, carrier)| Some(CONTEXT.at(&unit.module.path, reads_context(unit, carrier)?))),
        );
    }
    findings
}

/// Why a callback that needs this cannot be given it, and what to do.
fn asks_too_much(needs: &Needs) -> Option<(&'static str, &'static str)> {
    if needs.effect.sends {
        let message = "this callback of uploadthing answers the request itself";
        return Some((message, "throw an `UploadThingError` in its place"));
    }
    if needs.effect.headers || needs.effect.leaves_status {
        let message =
            "this callback of uploadthing sets headers or the status, and a Route Handler has no `res` for it";
        return Some((message, "set cookies with `cookies()` from `next/headers`"));
    }
    if needs.query != Query::Unread || needs.params {
        let message = "this callback of uploadthing reads the query";
        return Some((message, "read it from `req.nextUrl.searchParams` by hand"));
    }
    (needs.body != Body::Unread || needs.raw || !needs.extensions.is_empty()).then_some((
        "this callback of uploadthing reads the body, or what was put on `req`",
        "let it take `input` and `files`, which uploadthing has read",
    ))
}

/// A call in `carrier` whose new form reads what Next keeps of the request.
fn reads_context(unit: &Unit<'_>, carrier: &Carrier<'_>) -> Option<Span> {
    let calls = carrier.calls.iter().filter(|call| {
        let library = unit.links.get(&call.callee);
        matches!(library, Some(Link::Library(Library { call: Call::WithoutCarriers | Call::CookieStore, .. })))
    });
    let objects = carrier.objects.iter().filter(|call| {
        call.becomes.iter().any(|becomes| matches!(becomes, libraries::Held::Cookies | libraries::Held::CookieStore))
    });
    calls.map(|call| call.span).chain(objects.map(|call| call.span)).next()
}

/// The name that stands for the file router among the options, and where.
fn router_of(call: &CallExpr) -> Option<(Id, Span)> {
    let [only] = call.args.as_slice() else { return None };
    let options = bare(&only.expr).as_object().filter(|_| only.spread.is_none())?;
    let mut router = None;
    for property in &options.props {
        let (name, value) = match &**property.as_prop()? {
            Prop::Shorthand(name) => (name.sym.to_string(), name),
            Prop::KeyValue(pair) => match (prop_name(&pair.key)?.as_str(), ident(&pair.value)) {
                ("router", value) => ("router".to_owned(), value?),
                _ => continue,
            },
            _ => return None,
        };
        if name == "router" {
            router = Some((value.to_id(), span_of(value)));
        }
    }
    router
}

/// Edits of the endpoint: where the function comes from, and what it is called.
fn own_edits(route: &LibraryRoute<'_>, named: &str) -> Option<Vec<Edit>> {
    let (module, Import { name: Imported::Name(old), span, .. }) = (route.module, &route.import) else { return None };
    let known: Vec<&str> = SHARED.into_iter().chain([old.as_str()]).collect();
    let mut edits = import_edits(module, &known)?;
    let callee = callee_ident(route.call)?;
    if module.references().get(&callee.to_id())?.len() != 2 {
        return None;
    }
    if old != named {
        let alone = span.text(&module.text) == old && !crate::syntax::declared_names(&module.ast).contains(named);
        edits.extend([Edit::replace(*span, named), Edit::replace(span_of(callee), named)]);
        return alone.then_some(edits);
    }
    Some(edits)
}

/// Edits that let all that is imported from the package for the Pages Router come from that for Route Handlers; `None` if
/// it is more than `known`.
fn import_edits(module: &Module, known: &[&str]) -> Option<Vec<Edit>> {
    let own = module.specifiers().iter().filter(|specifier| specifier.value == PAGES);
    own.map(|specifier| {
        let names = specifier.names.as_ref().filter(|_| specifier.statement.is_some())?;
        let literal = specifier.span.text(&module.text);
        let known = names.iter().all(|name| known.contains(&name.as_str()));
        known.then(|| Edit::replace(specifier.span, requote(literal, ROUTES)))
    })
    .collect()
}

/// Other code that is handed the file router of `module`, which exports it as `name`.
fn used_elsewhere(endpoint: &str, module: &Module, name: &str, modules: &Modules<'_>) -> Option<Finding> {
    let imports_of = modules.imports_of(&BTreeSet::from([module.path.as_str()]));
    let found = imports_of.into_iter().find(|found| {
        let names = found.specifier.names.as_ref();
        let others = names.is_some_and(|names| names.iter().all(|own| own != name && own != "default"));
        found.file != endpoint
            && !found.specifier.type_only
            && !others
            && !only_extracted(modules, found.file.as_str(), name)
    })?;
    let message = format!("the file router of `{endpoint}` is imported here, too, and its callbacks change with it");
    Some(Finding::manual("package-call", &found.file, found.specifier.span, message).help(BY_HAND))
}

/// Whether what `file` imports as `name` is asked for its type and handed to `extractRouterConfig` alone.
fn only_extracted(modules: &Modules<'_>, file: &str, name: &str) -> bool {
    let Ok(module) = modules.get(file) else { return false };
    let named = |import: &Import| import.name == Imported::Name(name.to_owned());
    let all = imports(module);
    let mut locals = all.iter().filter(|(_, import)| named(import)).peekable();
    let mut extracted = Extracted(Vec::new());
    module.ast.visit_with(&mut extracted);
    locals.peek().is_some()
        && locals.all(|(local, import)| {
            let mentions = module.references().get(local).into_iter().flatten();
            mentions.into_iter().all(|span| {
                import.span.contains(*span) || extracted.0.contains(span) || typeof_use(module, *span).is_some()
            })
        })
}

/// The arguments of `extractRouterConfig`, which reads what the client may know.
struct Extracted(Vec<Span>);

impl Visit for Extracted {
    fn visit_call_expr(&mut self, call: &CallExpr) {
        if callee_ident(call).is_some_and(|callee| &*callee.sym == "extractRouterConfig") {
            self.0.extend(call.args.iter().map(|arg| span_of(&*arg.expr)));
        }
        call.visit_children_with(self);
    }
}

/// Reads the file router `id` of `module`.
struct Reading<'r, 'm> {
    project: &'r Project,
    modules: &'r Modules<'r>,
    module: &'m Module,
    id: &'r Id,
}

impl<'m> Reading<'_, 'm> {
    fn refuse(&self, place: Span, message: &str) -> Finding {
        Finding::manual("package-call", &self.module.path, place, message).help(BY_HAND)
    }

    fn callbacks(&self) -> Result<Vec<Root<'m>>, Finding> {
        let makers = makers(self.module);
        let head = Span::at(0);
        let unknown = |place| self.refuse(place, "this part of the file router is not followed");
        let object =
            asked(self.module, self.id).ok_or_else(|| self.refuse(head, "the file router is no plain constant"))?;
        let mut callbacks = Vec::new();
        let mut starts = Vec::new();
        for property in &object.object.props {
            let value = match property {
                PropOrSpread::Prop(prop) => prop.as_key_value().map(|pair| &*pair.value),
                PropOrSpread::Spread(_) => None,
            };
            let start = self.chain(value.ok_or_else(|| unknown(span_of(property)))?, &makers, &mut callbacks)?;
            starts.push(start);
        }
        // Whatever `f` makes changes with it.
        let all = self.module.references();
        for (maker, place) in &makers {
            let mut others = all.get(maker).into_iter().flatten().filter(|span| **span != *place);
            if let Some(other) = others.find(|span| !starts.contains(span)) {
                return Err(self.refuse(*other, "more than the file router is made here"));
            }
        }
        let mut used = all.get(self.id).into_iter().flatten().filter(|span| typeof_use(self.module, **span).is_none());
        match used.find(|span| **span != object.name && !self.is_export(**span)) {
            Some(other) => Err(self.refuse(*other, "this file does more with the file router")),
            None => Ok(callbacks),
        }
    }

    /// Whether the module exports what it mentions there.
    fn is_export(&self, mention: Span) -> bool {
        self.module.ast.body.iter().any(|item| match item {
            ModuleItem::ModuleDecl(ModuleDecl::ExportNamed(_)) => span_of(item).contains(mention),
            ModuleItem::ModuleDecl(ModuleDecl::ExportDefaultExpr(export)) => span_of(bare(&export.expr)) == mention,
            _ => false,
        })
    }

    /// Follows `f(…).middleware(…).onUploadComplete(…)` to the mention of `f`.
    fn chain(&self, value: &'m Expr, makers: &[(Id, Span)], callbacks: &mut Vec<Root<'m>>) -> Result<Span, Finding> {
        let unknown = || self.refuse(span_of(value), "this part of the file router is not followed");
        let mut expr = bare(value);
        loop {
            let Expr::Call(call) = expr else { return Err(unknown()) };
            let callee = bare(call.callee.as_expr().ok_or_else(unknown)?);
            if let Some(maker) = ident(callee) {
                let known = makers.iter().any(|(id, _)| *id == maker.to_id());
                return if known { Ok(span_of(maker)) } else { Err(unknown()) };
            }
            let Expr::Member(member) = callee else { return Err(unknown()) };
            let name = member_name(member).unwrap_or_default();
            let (_, given) = STEPS.iter().find(|(step, _)| *step == name).ok_or_else(unknown)?;
            let [argument] = call.args.as_slice() else { return Err(unknown()) };
            if argument.spread.is_some() {
                return Err(unknown());
            }
            if *given {
                callbacks.extend(self.callback(&argument.expr)?);
            }
            expr = bare(&member.obj);
        }
    }

    /// The callback that `expr` is, if it takes `req` or `res`.
    fn callback(&self, expr: &'m Expr) -> Result<Option<Root<'m>>, Finding> {
        let Some(function) = function_of(expr) else {
            let nothing = ident(expr)
                .is_some_and(|name| is_called_with_nothing(self.project, self.modules, self.module, &name.to_id()));
            let message = "this callback of uploadthing stands elsewhere, and may take `req` and `res`";
            return if nothing { Ok(None) } else { Err(self.refuse(span_of(expr), message)) };
        };
        if !self.takes(function) {
            return Ok(None);
        }
        let held = [("req", Role::Req), ("res", Role::Res)];
        let held = held.map(|(key, role)| Held { at: 0, key: key.to_owned(), role });
        Ok(Some(Root { held: held.into(), ..Root::helper(function, None, Vec::new()) }))
    }

    /// Whether `function` looks at `req`, or names `res` at all.
    fn takes(&self, function: Function<'_>) -> bool {
        let Some(Pat::Object(object)) = function.params().first().copied() else {
            return !function.params().is_empty();
        };
        let used = |id: &Id| self.module.references().get(id).is_none_or(|mentions| mentions.len() > 1);
        object.props.iter().any(|property| match property {
            ObjectPatProp::Assign(short) => match &*short.key.id.sym {
                "res" => true,
                "req" => short.value.is_some() || used(&short.key.id.to_id()),
                _ => false,
            },
            ObjectPatProp::KeyValue(pair) => match prop_name(&pair.key).as_deref() {
                Some("req") => pat_ident(&pair.value).is_none_or(|name| used(&name.to_id())),
                Some("res") | None => true,
                _ => false,
            },
            ObjectPatProp::Rest(_) => true,
        })
    }
}

/// The constants of `module` that are `createUploadthing(…)`, and where they are declared.
fn makers(module: &Module) -> Vec<(Id, Span)> {
    let all = imports(module);
    let is_maker = |callee: &Id| {
        all.get(callee).is_some_and(|import| {
            import.specifier == PAGES && import.name == Imported::Name("createUploadthing".into()) && !import.type_only
        })
    };
    let declarations = module.ast.body.iter().filter_map(|item| match item {
        ModuleItem::Stmt(Stmt::Decl(Decl::Var(variable))) => Some(variable),
        _ => None,
    });
    declarations
        .flat_map(|variable| &variable.decls)
        .filter_map(|declarator| {
            let Expr::Call(call) = bare(declarator.init.as_deref()?) else { return None };
            let name = pat_ident(&declarator.name)?;
            is_maker(&callee_ident(call)?.to_id()).then(|| (name.to_id(), span_of(name)))
        })
        .collect()
}
