//! tRPC's handler for the Pages Router as one of its fetch adapter; see `libraries::trpc`.

use super::library_route::{Around, LibraryRoute};
use crate::finding::Finding;
use crate::pages_api::stays_in_fetch_adapter;
use crate::project::{Imported, Modules, Project, declared, imports};
use crate::rewrite::{Edit, Piece};
use crate::syntax::ast::{Expr, Id, ImportSpecifier, ModuleDecl, ModuleItem, ObjectLit, Prop, PropOrSpread};
use crate::syntax::{Module, Span, bare, declared_names, function_of, ident, module_functions, prop_name, span_of};

/// `(req: NextRequest) => fetchRequestHandler({ … })`, and the edits of the import and of the options. `param`
/// is the part of the route, by its index, that holds the procedure's path.
pub fn handler(
    route: &LibraryRoute<'_>,
    around: &Around<'_>,
    param: usize,
) -> Result<(Vec<Piece>, Vec<Edit>), Finding> {
    let module = route.module;
    let by_hand = "write it with `fetchRequestHandler` of `@trpc/server/adapters/fetch` by hand";
    let options = match route.call.args.as_slice() {
        [only] if only.spread.is_none() => bare(&only.expr),
        _ => return Err(route.refuse("the options of this tRPC handler are not written out", by_hand)),
    };
    let Expr::Object(object) = options else {
        return Err(route.refuse("the options of this tRPC handler are not written out", by_hand));
    };
    for property in &object.props {
        check(route, around, property)
            .map_err(|why| Finding::manual("package-call", &module.path, span_of(property), why).help(by_hand))?;
    }
    if declared_names(&module.ast).contains("req") || declared_names(&module.ast).contains("fetchRequestHandler") {
        return Err(route
            .refuse("the file uses `req` or `fetchRequestHandler` for something else", "rename what has that name"));
    }
    let mut edits = vec![import_edit(route).ok_or_else(|| {
        route.refuse("more than the handler is imported from the adapter for the Pages Router", by_hand)
    })?];
    let parts: Vec<&str> = around.candidate.route.trim_matches('/').split('/').collect();
    let endpoint = format!("/{}", parts[..param.min(parts.len())].join("/"));
    if let Some(edit) = added_options(route, object, &endpoint) {
        edits.push(edit);
    }
    let request = if is_typescript(&module.path) { "(req: NextRequest)" } else { "(req)" };
    // An object over several lines stays where it is.
    let several = module.text_of(object).contains('\n');
    let gap = if several { " ".into() } else { format!("\n{}", module.style.indent) };
    let head = format!("{request} =>{gap}fetchRequestHandler(");
    let pieces = vec![Piece::Text(head), Piece::Source(span_of(object)), Piece::Text(")".into())];
    Ok((pieces, edits))
}

fn is_typescript(path: &str) -> bool {
    path.ends_with(".ts") || path.ends_with(".tsx") || path.ends_with(".mts")
}

/// `endpoint: '/api/trpc', req,` before the first option, laid out as it is.
fn added_options(route: &LibraryRoute<'_>, object: &ObjectLit, endpoint: &str) -> Option<Edit> {
    let first = span_of(object.props.first()?);
    let open = span_of(object).start + 1;
    let between = Span::new(open, first.start).text(&route.module.text);
    let between = if between.is_empty() { " " } else { between };
    let endpoint = route.module.style.string(endpoint);
    Some(Edit::insert(first.start, format!("endpoint: {endpoint},{between}req,{between}")))
}

/// The import of the new adapter in the place of the old one, if nothing else is taken from that.
fn import_edit(route: &LibraryRoute<'_>) -> Option<Edit> {
    let module = route.module;
    let statement = module.ast.body.iter().find_map(|item| match item {
        ModuleItem::ModuleDecl(ModuleDecl::Import(import)) if span_of(import) == route.import.statement => Some(import),
        _ => None,
    })?;
    let [specifier] = statement.specifiers.as_slice() else { return None };
    let local = match specifier {
        ImportSpecifier::Named(named) => named.local.to_id(),
        ImportSpecifier::Namespace(namespace) => namespace.local.to_id(),
        ImportSpecifier::Default(_) => return None,
    };
    let mentions = module.references().get(&local)?.len();
    let style = &module.style;
    let (name, adapter) = (style.braces("fetchRequestHandler"), style.string("@trpc/server/adapters/fetch"));
    let end = if module.text_of(statement).ends_with(';') { ";" } else { "" };
    (mentions == 2).then(|| Edit::replace(span_of(statement), format!("import {name} from {adapter}{end}")))
}

/// Why an option cannot stay as it is.
fn check(route: &LibraryRoute<'_>, around: &Around<'_>, property: &PropOrSpread) -> Result<(), String> {
    stays_in_fetch_adapter(route.module, property)?;
    let PropOrSpread::Prop(prop) = property else { return Ok(()) };
    let (name, value) = match &**prop {
        Prop::Shorthand(name) => (name.sym.to_string(), None),
        Prop::KeyValue(pair) => (prop_name(&pair.key).unwrap_or_default(), Some(&*pair.value)),
        Prop::Method(method) => (prop_name(&method.key).unwrap_or_default(), None),
        _ => return Ok(()),
    };
    if name != "createContext" || takes_nothing(route, around, prop, value) {
        return Ok(());
    }
    Err("`createContext` is given `{ req, resHeaders }` by the fetch adapter, not `{ req, res }`".into())
}

/// Whether an option is a function without parameters.
pub fn is_function_of_nothing(route: &LibraryRoute<'_>, around: &Around<'_>, property: &PropOrSpread) -> bool {
    let PropOrSpread::Prop(property) = property else { return false };
    let value = match &**property {
        Prop::KeyValue(pair) => Some(&*pair.value),
        _ => None,
    };
    takes_nothing(route, around, property, value)
}

/// Whether `createContext` is a function without parameters.
fn takes_nothing(route: &LibraryRoute<'_>, around: &Around<'_>, property: &Prop, value: Option<&Expr>) -> bool {
    let name = match (property, value) {
        (Prop::Method(method), _) => return method.function.params.is_empty(),
        (Prop::Shorthand(name), _) => name.to_id(),
        (_, Some(value)) => match (function_of(value), ident(value)) {
            (Some(function), _) => return function.params().is_empty(),
            (None, Some(name)) => name.to_id(),
            (None, None) => return false,
        },
        _ => return false,
    };
    is_called_with_nothing(around.project, around.modules, route.module, &name)
}

/// Whether `name` of `module` is a function without parameters, of this file or another.
pub fn is_called_with_nothing(project: &Project, modules: &Modules<'_>, module: &Module, name: &Id) -> bool {
    if let Some(function) = module_functions(module).get(name) {
        return function.params().is_empty();
    }
    let Some(import) = imports(module).remove(name) else { return false };
    matches!(import.name, Imported::Name(_))
        && declared(project, modules, &module.path, &import).is_some_and(|found| found.function.params().is_empty())
}
