//! Keys of SWR, and which part of them is a URL.
//!
//! ```ts
//! useSWR(id ? `/api/posts/${id}` : null, fetcher);
//! useSWR([`/api/posts/${id}`, token], ([url, token]) => fetch(url, { headers: { token } }));
//! useSWRInfinite((page) => `/api/posts/page/${page}`, fetcher);
//! ```

use super::client::{Package, Request, Sends, property};
use super::via::Via;
use crate::project::{Imported, Method};
use crate::syntax::ast::{BinaryOp, CallExpr, Expr, Id, Lit, ObjectPatProp, Pat, Stmt};
use crate::syntax::{
    Function, Module, Visit, VisitWith, bare, callee_ident, function_of, ident, literal_str, module_functions,
    pat_ident, prop_name,
};

/// A hook of SWR, or `mutate`; `name` is the member that is called, and `fetcher` the function that is given the key.
pub fn hook(
    (package, name, imported): (Package, Option<&str>, &Imported),
    module: &Module,
    call: &CallExpr,
    fetcher: Option<(&Module, Function<'_>)>,
) -> Option<Request> {
    let hook = match (imported, name) {
        (Imported::Name(hook), None) => hook.as_str(),
        (Imported::Namespace, Some(hook)) => hook,
        _ => return None,
    };
    let sends = match (package, hook) {
        (Package::SwrMutation, _) => Sends::Unknown,
        // A request is made by the hook with that key.
        (_, "mutate") => Sends::Known(Method::Get),
        (_, "default" | "useSWR" | "useSWRInfinite" | "useSWRImmutable" | "preload" | "unstable_serialize") => {
            match call.args.get(1).map(|fetcher| bare(&fetcher.expr)) {
                // Without a fetcher of its own, that of `SWRConfig`, or only options for it.
                None | Some(Expr::Object(_)) => Sends::Known(Method::Get),
                // What it does is looked at by whoever knows where it is declared.
                Some(_) => Sends::Unknown,
            }
        }
        _ => return None,
    };
    let key = call.args.first().filter(|argument| argument.spread.is_none())?;
    let (url, is_list) = match ident(&key.expr).and_then(|name| module_functions(module).get(&name.to_id()).copied()) {
        // `useSWRInfinite(getKey)`.
        Some(function) => url_in(returned(function)?)?,
        None => url_in(&key.expr)?,
    };
    let open = is_list && fetcher.is_some_and(|(module, function)| !takes_url(module, function));
    Some(Request { via: Via::Swr, url: url.clone(), sends, based: false, open })
}

/// What `const { mutate: refresh } = useSWRConfig()` calls it; `init` is all that stands behind the `=`.
pub fn mutator(pattern: &Pat, init: &Expr, is_config: impl Fn(&Id) -> bool) -> Option<Id> {
    let (Pat::Object(object), Expr::Call(call)) = (pattern, bare(init)) else { return None };
    callee_ident(call).filter(|name| is_config(&name.to_id()))?;
    object.props.iter().find_map(|property| match property {
        ObjectPatProp::Assign(short) if &*short.key.id.sym == "mutate" => Some(short.key.id.to_id()),
        ObjectPatProp::KeyValue(pair) if prop_name(&pair.key).as_deref() == Some("mutate") => {
            pat_ident(&pair.value).map(|name| name.to_id())
        }
        _ => None,
    })
}

/// The URL in a key, and whether the key is a list that holds more.
fn url_in(key: &Expr) -> Option<(&Expr, bool)> {
    match bare(key) {
        Expr::Array(list) => {
            let (url, _) = url_in(&list.elems.first()?.as_ref()?.expr)?;
            Some((url, list.elems.len() > 1))
        }
        Expr::Arrow(_) | Expr::Fn(_) => url_in(returned(function_of(key)?)?),
        Expr::Cond(choice) if is_nothing(&choice.alt) => url_in(&choice.cons),
        Expr::Cond(choice) if is_nothing(&choice.cons) => url_in(&choice.alt),
        Expr::Bin(both) if both.op == BinaryOp::LogicalAnd => url_in(&both.right),
        Expr::Object(object) => url_in(property(object, "url")?).map(|(url, _)| (url, true)),
        other => Some((other, false)),
    }
}

/// What a function returns at its end.
fn returned(function: Function<'_>) -> Option<&Expr> {
    function.expression().or_else(|| match function.block()?.stmts.last()? {
        Stmt::Return(last) => last.arg.as_deref(),
        _ => None,
    })
}

/// A key by which SWR asks for nothing.
fn is_nothing(expr: &Expr) -> bool {
    match bare(expr) {
        Expr::Lit(Lit::Null(_)) => true,
        Expr::Lit(Lit::Bool(value)) => !value.value,
        Expr::Ident(name) => &*name.sym == "undefined",
        other => literal_str(other).is_some_and(|text| text.is_empty()),
    }
}

/// Whether a fetcher asks for the first part of its key as it is: `([url, token]) => fetch(url)`.
fn takes_url(module: &Module, fetcher: Function<'_>) -> bool {
    let first = match fetcher.params().first() {
        Some(Pat::Array(list)) => list.elems.first().and_then(Option::as_ref),
        Some(Pat::Object(_)) => return true,
        _ => None,
    };
    let Some(Pat::Ident(url)) = first else { return false };
    let mut given = Given { id: url.id.to_id(), count: 0 };
    module.ast.visit_with(&mut given);
    module.references().get(&given.id).is_some_and(|all| all.len() == given.count + 1)
}

/// Counts the calls that are given a name as their first argument.
struct Given {
    id: Id,
    count: usize,
}

impl Visit for Given {
    fn visit_call_expr(&mut self, call: &CallExpr) {
        let first = call.args.first().and_then(|argument| ident(&argument.expr));
        self.count += usize::from(first.is_some_and(|name| name.to_id() == self.id));
        call.visit_children_with(self);
    }
}
