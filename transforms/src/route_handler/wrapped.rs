//! An endpoint whose handler is wrapped: the wrappers stay around it.
//!
//! ```ts
//! export default withAuth(handler);      →      export const POST = withAuth(handler);
//! ```

use std::collections::BTreeSet;

use super::assembly::fresh_name;
use super::body::Names;
use super::handler::{Migrated, Prepared, Request, complete, prepare};
use super::handler_findings::no_handler;
use super::helper_form::HelperForm;
use super::mentions::renamed_mentions;
use super::method_names::renamed_locals;
use super::signature::Dialect;
use super::statements::{config_edits, export_lines, prerendered, segment_config};
use super::unit::Unit;
use super::wrapper_form::{cast_edits, map_annotation, plain_handler_type};
use super::wraps::Around;
use super::{connect, handed};
use crate::finding::Finding;
use crate::pages_api::{Composed, DefaultExpression, NoHandler, RouteConfig, default_expression};
use crate::project::Method;
use crate::rewrite::{Edit, Piece};
use crate::syntax::{Module, Span, free_name, line_indent, span_of};

/// Migrates an endpoint whose handler is the call of wrappers.
pub fn migrate(
    request: &Request<'_>,
    config: &RouteConfig,
    mut findings: Vec<Finding>,
) -> Result<Migrated, Vec<Finding>> {
    let Unit { module, carriers, optional, .. } = request.unit;
    let path = module.path.as_str();
    let Some(export) = default_expression(module) else {
        return Err(vec![no_handler(path, &NoHandler::Wrapped(span_of(&module.ast)))]);
    };
    if config.edge {
        let message = "the handler of an Edge API route is wrapped";
        findings.push(
            Finding::manual("wrapped-handler", path, export.export, message)
                .help("unwrap it, or migrate the wrapper by hand first"),
        );
    }
    findings.extend(match request.unit.router {
        Some(_) => connect::other_uses(request.unit),
        None => other_uses(request.unit, &export),
    });
    let prepared = prepare(request, config, findings)?;
    let Prepared { dialect, needs, names, bodies, .. } = &prepared;
    let leaves = needs.get(..carriers.roots).unwrap_or_default();
    if let Some(around) = request.unit.around.iter().find(|around| !around.wraps.params)
        && leaves.iter().any(|needs| needs.params)
    {
        let message = "this version of the wrapper hands the handler no parameters of the route, which it needs";
        let help = "upgrade the package first";
        return Err(vec![Finding::manual("package-call", path, around.name, message).help(help)]);
    }
    let form = HelperForm { module, carriers, needs, dialect, names, optional, leaves: carriers.roots };
    let mut edits = request.moved.clone();
    edits.extend(handed::map_types(request.unit, &|_| true));
    edits.extend(request.unit.constants.iter().filter_map(|(_, value)| map_annotation(module, *value)));
    let extended = needs.iter().any(|needs| !needs.extensions.is_empty());
    if dialect.typescript {
        edits.extend(cast_edits(request.unit, &request.unit.casts, dialect, extended));
    }
    for (index, body) in bodies.iter().enumerate() {
        edits.extend(form.edits(index, body));
    }
    edits.extend(renamed_wrappers(request));
    edits.extend(request.unit.composed.iter().flat_map(|composed| written_out(module, composed, dialect)));
    edits.extend(super::wrapped_calls::types(request.unit, needs, dialect));
    edits.extend(renamed(request.unit, &prepared.names));
    let methods = match &request.unit.router {
        Some(router) => {
            by_get(connect::methods(request, router, &prepared), &|method| router.methods().contains(&method))
        }
        None => methods(request, &prepared),
    };
    let by_map = request.unit.router.is_none() && by_map(request);
    let (own, helper) = connect::edits(request.unit, request.callees, &prepared);
    edits.extend(own);
    let added = segment_config(request.app, request.route, module, &methods);
    edits.extend(config_edits(module, config, &added, export.statement.start));
    edits.extend(exports(request.unit, &export, &methods));
    if let ([only], own) = (methods.as_slice(), &export.variable)
        && own.as_ref().is_none_or(|own| *own.0 != *only.as_str())
    {
        edits.extend(renamed_locals(module, &methods));
    }
    let mut findings = prepared.findings.clone();
    findings.extend(request.refused_otherwise.clone().filter(|_| by_map));
    findings.extend(prerendered(request.app, module, &methods, export.statement));
    for around in &request.unit.around {
        findings.extend(around.wraps.remarks.iter().map(|remark| remark.at(path, around.name)));
    }
    findings.extend(connect::findings(request, config, &prepared));
    let helpers = helper.into_iter().chain(request.unit.around.iter().filter_map(Around::helper));
    complete(request, edits, &prepared, methods, findings, helpers.collect())
}

/// `compose(withErrors, withAuth)(handler)` → `withErrors(withAuth(handler))`: the function has the old types. Where the
/// handler comes later, a function takes it.
pub fn written_out(module: &Module, composed: &Composed, dialect: &Dialect) -> Vec<Edit> {
    let text = |text: String| Piece::Text(text);
    let wrappers = composed.wrappers.iter().flat_map(|wrapper| [Piece::Source(*wrapper), text("(".into())]);
    let (taken, inner) = match composed.handler {
        Some(handler) => {
            let (from, to) =
                (line_indent(&module.text, handler.start), line_indent(&module.text, composed.whole.start));
            (None, Piece::Reindented { span: handler, from: from.into(), to: to.into() })
        }
        None => {
            let name = free_name(&module.ast, &["inner"]);
            let asked =
                if dialect.typescript { format!(": {}", plain_handler_type(dialect, true)) } else { String::new() };
            (Some(text(format!("({name}{asked}) => "))), text(name))
        }
    };
    let closed = text(")".repeat(composed.wrappers.len()));
    let pieces: Vec<Piece> = taken.into_iter().chain(wrappers).chain([inner, closed]).collect();
    let annotation = composed.handler.is_none().then(|| map_annotation(module, composed.whole)).flatten();
    annotation.into_iter().chain([Edit::of(composed.whole, pieces)]).collect()
}

/// The project's wrappers by the names that their new forms have.
pub fn renamed_wrappers(request: &Request<'_>) -> Vec<Edit> {
    let named = request.unit.wraps.iter().filter_map(|wrap| {
        let name = request.callees.get(&wrap.call.callee)?.name.clone()?;
        Some((wrap.call.name, name))
    });
    renamed_mentions(request.unit.module, named.collect())
}

/// The packages' wrappers by the names that they have for Route Handlers, in the import, too, if nobody else uses that.
fn renamed(unit: &Unit<'_>, names: &Names) -> Vec<Edit> {
    let mentions = unit.module.references();
    let mut edits = Vec::new();
    for around @ Around { wraps, id, name, .. } in &unit.around {
        if let Some(helper) = around.helper() {
            edits.push(Edit::replace(*name, names.helper(helper)));
            continue;
        }
        let Some(new) = wraps.named else { continue };
        edits.push(Edit::replace(*name, new));
        let import = unit.imports.get(id).filter(|_| mentions.get(id).is_some_and(|all| all.len() == 2));
        edits.extend(import.map(|import| Edit::replace(import.span, new)));
    }
    edits
}

/// Whether a map of handlers says which methods are exported, as the wrapper refuses all others.
fn by_map(request: &Request<'_>) -> bool {
    let Unit { keys, keyless, .. } = request.unit;
    let known = keys.iter().all(|key| Method::ALL.into_iter().any(|method| method.as_str() == *key));
    known && !keys.is_empty() && !keyless && request.refuses_others
}

/// The methods that are exported: those that a map of handlers names where the wrapper refuses all others; those
/// that the one handler answers, and those that its wrappers answer for it; else all.
fn methods(request: &Request<'_>, prepared: &Prepared) -> Vec<Method> {
    let keys = &request.unit.keys;
    let named = |method: &Method| keys.iter().any(|key| method.as_str() == *key);
    match prepared.methods.as_slice() {
        _ if by_map(request) => {
            // What stands around that wrapper may answer others.
            let all = Method::ALL.into_iter().filter(named).chain(prepared.claims.iter().copied()).collect();
            by_get(all, &|method| named(&method))
        }
        [only] if request.unit.keys.is_empty() => {
            let welcome: Vec<Method> =
                only.exported.iter().copied().filter(|method| !request.refused.contains(method)).collect();
            let own = if welcome.is_empty() { &only.exported } else { &welcome };
            let all: BTreeSet<Method> = own.iter().chain(&prepared.claims).copied().collect();
            by_get(all, &|method| only.exported.contains(&method))
        }
        _ => Method::ALL.into_iter().filter(|method| *method != Method::Head).collect(),
    }
}

/// All of `methods` but `HEAD` where it has no function of its own, as `own` tells: Next serves it by `GET`.
fn by_get(methods: BTreeSet<Method>, own: &dyn Fn(Method) -> bool) -> Vec<Method> {
    let served = methods.contains(&Method::Get) && !own(Method::Head);
    methods.into_iter().filter(|method| *method != Method::Head || !served).collect()
}

fn exports(unit: &Unit<'_>, export: &DefaultExpression<'_>, methods: &[Method]) -> Vec<Edit> {
    let module = unit.module;
    let style = &module.style;
    let semi = style.semi();
    let list = |own: &str| {
        let names: Vec<String> = methods.iter().map(|method| format!("{own} as {}", method.as_str())).collect();
        format!("export {}{semi}", style.braces(&names.join(", ")))
    };
    match (&export.variable, methods) {
        (Some(id), [only]) if is_constant(unit, export) => {
            // `const route = withAuth(handler)` is exported by the method's name.
            let name = variable_name(unit, export, &id.0);
            let head = Span::new(export.statement.start, name.start);
            vec![
                Edit::replace(head, "export const "),
                Edit::replace(name, only.as_str()),
                Edit::delete(export_lines(module, export.export)),
            ]
        }
        (Some(id), _) => vec![Edit::replace(export.export, list(&id.0))],
        (None, [only]) => {
            let head = Span::new(export.statement.start, span_of(export.expr).start);
            vec![Edit::replace(head, format!("export const {} = ", only.as_str()))]
        }
        (None, _) => {
            let name = fresh_name(module);
            let head = Span::new(export.statement.start, span_of(export.expr).start);
            let end = export.statement.end;
            let closed = if module.text[..end].ends_with(';') { "" } else { semi };
            vec![
                Edit::replace(head, format!("const {name} = ")),
                Edit::insert(end, format!("{closed}\n\n{}", list(&name))),
            ]
        }
    }
}

/// Nothing but the export mentions the variable.
fn is_constant(unit: &Unit<'_>, export: &DefaultExpression<'_>) -> bool {
    let module = unit.module;
    let Some(id) = &export.variable else { return false };
    let all = module.references();
    let mut mentions = all.get(id).into_iter().flatten();
    module.text[export.statement.start..].starts_with("const ")
        && mentions.all(|span| export.export.contains(*span) || export.statement.contains(*span))
}

/// Where the variable's name stands, its annotation included.
fn variable_name(unit: &Unit<'_>, export: &DefaultExpression<'_>, name: &str) -> Span {
    let text = &unit.module.text;
    let start = export.statement.start + "const ".len();
    let start = start + text[start..].find(name).unwrap_or(0);
    let equals = text[start..span_of(export.expr).start].rfind('=').map_or(start + name.len(), |at| start + at);
    let end = start + text[start..equals].trim_end().len();
    Span::new(start, end)
}

/// Handlers that other code uses, too: their parameters change.
fn other_uses(unit: &Unit<'_>, export: &DefaultExpression<'_>) -> Vec<Finding> {
    let values = unit.constants.iter().map(|(_, value)| *value);
    let places: Vec<Span> = [span_of(export.expr), export.export].into_iter().chain(values).collect();
    let known = |mention: Span| places.iter().any(|place| place.contains(mention));
    let leaves = unit.carriers.list[..unit.carriers.roots].iter().filter(|leaf| !unit.is_handed(leaf));
    let mut findings: Vec<Finding> =
        unit.constants.iter().flat_map(|(name, _)| handed::other_uses(unit.module, name, &known)).collect();
    for leaf in leaves {
        // A handler that calls itself is found with the calls.
        let body = leaf.function.span();
        let fine = |mention: Span| known(mention) || body.contains(mention);
        findings.extend(leaf.name.iter().flat_map(|name| handed::other_uses(unit.module, name, &fine)));
    }
    findings
}
