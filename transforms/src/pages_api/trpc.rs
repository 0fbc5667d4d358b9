//! tRPC's handler for the Pages Router whose context is made of `req` and `res`. For the transform it is written out
//! with tRPC's fetch adapter, so that what makes the context is followed like any helper:
//!
//! ```ts
//! export default createNextApiHandler({ router, createContext })
//! // is read as
//! export default (req, res) => fetchRequestHandler({
//!   endpoint: '/api/trpc',
//!   req,
//!   router,
//!   createContext: () => createContext({ req, res }),
//! })
//! ```
//!
//! A context that takes nothing is given to both adapters alike: `route_handler::trpc`.

use super::exports::default_expression;
use crate::project::{Import, Imported, imports};
use crate::syntax::ast::{
    CallExpr, Expr, Id, ImportSpecifier, ModuleDecl, ModuleItem, ObjectPatProp, Pat, Prop, PropOrSpread,
};
use crate::syntax::{
    Function, Module, Span, bare, callee_ident, function_of, ident, member_name, prop_name, references, span_of,
};

/// Options that both adapters take in the same form, as far as their functions read neither `req` nor `res`.
const SHARED: [&str; 7] =
    ["router", "createContext", "onError", "responseMeta", "batching", "allowBatching", "allowMethodOverride"];

/// The text of `module` with its handler written out, and the statement that was replaced. `takes_nothing` knows the
/// functions without parameters.
pub fn written_out(module: &Module, takes_nothing: &dyn Fn(&Id) -> bool) -> Option<(String, Span)> {
    let export = default_expression(module).filter(|export| export.variable.is_none())?;
    let Expr::Call(call) = bare(export.expr) else { return None };
    let import = adapter(module, call)?;
    let [options] = call.args.as_slice() else { return None };
    let Expr::Object(object) = bare(&options.expr) else { return None };
    let route = route_of(&module.path)?;
    let mut context = None;
    for property in &object.props {
        let (name, value) = option(property)?;
        if name == "createContext" {
            if matches!(property.as_prop().map(|property| &**property), Some(Prop::Method(_))) {
                return None;
            }
            context = Some((span_of(property), call_of_context(module, value, takes_nothing)?));
        } else {
            stays_in_fetch_adapter(module, property).ok()?;
        }
    }
    let (context, called) = context?;
    // The new names mean nothing else, but for the parameters of the function that makes the context.
    let free = |(id, mentions): (&Id, &Vec<Span>)| match &*id.0 {
        "req" | "res" => mentions.iter().all(|mention| context.contains(*mention)),
        name => name != "fetchRequestHandler",
    };
    if !references(&module.ast).iter().all(free) {
        return None;
    }
    let style = &module.style;
    let whole = span_of(object);
    let first = span_of(object.props.first()?);
    let between = Span::new(whole.start + 1, first.start).text(&module.text);
    let between = if between.is_empty() { " " } else { between };
    let head = "export default (req, res) => fetchRequestHandler({";
    let handler = format!(
        "{head}{between}endpoint: {},{between}req,{}createContext: {called}{})",
        style.string(&route),
        Span::new(whole.start + 1, context.start).text(&module.text),
        Span::new(context.end, whole.end).text(&module.text),
    );
    let end = if module.text_of(&import.1).ends_with(';') { ";" } else { "" };
    let header = format!(
        "import {} from {}{end}",
        style.braces("fetchRequestHandler"),
        style.string("@trpc/server/adapters/fetch")
    );
    let closing = if module.text[..export.export.end].ends_with(';') { ";" } else { "" };
    let (import, text) = (span_of(import.1), &module.text);
    // Imports come first.
    let between = text.get(import.end..export.export.start)?;
    let (before, after) = (&text[..import.start], &text[export.export.end..]);
    Some((format!("{before}{header}{between}{handler}{closing}{after}"), export.export))
}

/// The import of `createNextApiHandler`, and its statement, if that is what `call` calls and nothing else is taken
/// from the adapter.
fn adapter<'a>(module: &'a Module, call: &CallExpr) -> Option<(Import, &'a crate::syntax::ast::ImportDecl)> {
    let (local, member) = match bare(call.callee.as_expr()?) {
        Expr::Member(member) => (ident(&member.obj)?.to_id(), member_name(member)),
        _ => (callee_ident(call)?.to_id(), None),
    };
    let import = imports(module).remove(&local).filter(|import| import.specifier == "@trpc/server/adapters/next")?;
    let made = match (&import.name, member.as_deref()) {
        (Imported::Name(name), None) => name == "createNextApiHandler",
        (Imported::Namespace, Some(member)) => member == "createNextApiHandler",
        _ => false,
    };
    let statement = module.ast.body.iter().find_map(|item| match item {
        ModuleItem::ModuleDecl(ModuleDecl::Import(own)) if span_of(own) == import.statement => Some(own),
        _ => None,
    })?;
    let [ImportSpecifier::Named(_) | ImportSpecifier::Namespace(_)] = statement.specifiers.as_slice() else {
        return None;
    };
    let alone = references(&module.ast).remove(&local)?.len() == 2;
    (made && alone).then_some((import, statement))
}

/// `/api/trpc` for `pages/api/trpc/[trpc].ts`.
fn route_of(path: &str) -> Option<String> {
    let at = path.rfind("pages/api/")?;
    let (folder, file) = path[at + "pages".len()..].rsplit_once('/')?;
    (file.starts_with("[trpc].ts") && !folder.contains('[')).then(|| folder.to_owned())
}

/// The name of an option, and its value where that is written out.
fn option(property: &PropOrSpread) -> Option<(String, Option<&Expr>)> {
    match &**property.as_prop()? {
        Prop::Shorthand(name) => Some((name.sym.to_string(), None)),
        Prop::KeyValue(pair) => Some((prop_name(&pair.key)?, Some(&pair.value))),
        Prop::Method(method) => Some((prop_name(&method.key)?, None)),
        _ => None,
    }
}

/// A function that takes nothing and calls the one that makes the context.
fn call_of_context(module: &Module, value: Option<&Expr>, takes_nothing: &dyn Fn(&Id) -> bool) -> Option<String> {
    let named = |name: &crate::syntax::ast::Ident| {
        (!takes_nothing(&name.to_id())).then(|| format!("() => {}({})", name.sym, module.style.braces("req, res")))
    };
    let Some(value) = value else {
        // The shorthand: the option has the name of the function.
        let id = imports(module).into_keys().chain(crate::syntax::module_functions(module).into_keys());
        let id = id.into_iter().find(|id| &*id.0 == "createContext")?;
        return (!takes_nothing(&id)).then(|| format!("() => createContext({})", module.style.braces("req, res")));
    };
    if let Some(name) = ident(value) {
        return named(name);
    }
    // `({ req, res }) => …`: the same names are around it.
    let Some(Function::Arrow(arrow)) = function_of(value) else { return None };
    let [Pat::Object(pattern)] = arrow.params.as_slice() else { return None };
    let plain = pattern.props.iter().all(|property| match property {
        ObjectPatProp::Assign(short) => short.value.is_none() && matches!(&*short.key.id.sym, "req" | "res"),
        _ => false,
    });
    let start = if arrow.is_async { "async () =>" } else { "() =>" };
    let body = module.text_of(&*arrow.body);
    let before = module.text[..span_of(&*arrow.body).start].trim_end();
    // `=> ({ … })` keeps its parentheses.
    (plain && before.ends_with("=>")).then(|| format!("{start} {body}"))
}

/// Why an option cannot stay as it is in the fetch adapter.
pub fn stays_in_fetch_adapter(module: &Module, property: &PropOrSpread) -> Result<(), String> {
    let Some(prop) = property.as_prop() else {
        return Err("options are spread here, so it is not known which they are".into());
    };
    let Some((name, value)) = option(property) else { return Err("this option is not written out".into()) };
    if !SHARED.contains(&name.as_str()) {
        return Err(format!("`{name}` is no option that tRPC's fetch adapter is known to take"));
    }
    if !matches!(name.as_str(), "onError" | "responseMeta") {
        return Ok(());
    }
    let elsewhere = matches!(&**prop, Prop::Shorthand(_)) || value.is_some_and(|value| ident(value).is_some());
    let mentions = words(module.text_of(property)).any(|word| matches!(word, "req" | "res"));
    if elsewhere || mentions {
        return Err(format!("`{name}` may read `req`, which is a web `Request` afterwards"));
    }
    Ok(())
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == '$'))
}
