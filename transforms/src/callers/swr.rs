//! Keys of SWR, and which part of them is a URL.
//!
//! ```ts
//! useSWR(id ? `/api/posts/${id}` : null, fetcher);
//! useSWR([`/api/posts/${id}`, token], ([url, token]) => fetch(url, { headers: { token } }));
//! useSWRInfinite((page) => `/api/posts/page/${page}`, fetcher);
//! ```

use super::client::{Package, Sends, method_in, property};
use crate::project::{Imported, Method};
use crate::syntax::ast::{BinaryOp, CallExpr, Expr, Id, Lit, ObjectLit, ObjectPatProp, Pat, Prop, PropOrSpread, Stmt};
use crate::syntax::{
    Function, Module, Visit, VisitWith, bare, callee_ident, function_of, ident, literal_str, module_functions,
    pat_ident, prop_name,
};

/// A hook of SWR, or `mutate`.
pub struct Hook<'h> {
    pub url: &'h Expr,
    /// The key holds more.
    pub is_list: bool,
    /// The key may say by which method it is asked for: `{ url, method: 'POST' }`.
    pub has_method: bool,
    pub fetcher: Asks,
}

/// What asks for a key.
pub enum Asks {
    /// Another hook with that key, which reads.
    Nothing,
    /// The fetcher of `SWRConfig`.
    Default,
    Fetcher(Expr),
    Unknown,
}

/// The hook that `call` calls; `name` is the member that is called.
pub fn hook<'h>(
    (package, name, imported): (Package, Option<&str>, &Imported),
    module: &'h Module,
    call: &'h CallExpr,
) -> Option<Hook<'h>> {
    let hook = match (imported, name) {
        (Imported::Name(hook), None) => hook.as_str(),
        (Imported::Namespace, Some(hook)) => hook,
        _ => return None,
    };
    let fetcher = match (package, hook) {
        (_, "mutate" | "unstable_serialize") => Asks::Nothing,
        (Package::SwrMutation, _) | (_, "default" | "useSWR" | "useSWRInfinite" | "useSWRImmutable" | "preload") => {
            match call.args.get(1).map(|argument| bare(&argument.expr)) {
                None if package == Package::SwrMutation => Asks::Unknown,
                None => Asks::Default,
                Some(Expr::Object(options)) => of_options(options),
                Some(fetcher) => Asks::Fetcher(fetcher.clone()),
            }
        }
        _ => return None,
    };
    let key = call.args.first().filter(|argument| argument.spread.is_none())?;
    let key = match ident(&key.expr).and_then(|name| module_functions(module).get(&name.to_id()).copied()) {
        // `useSWRInfinite(getKey)`.
        Some(function) => returned(function)?,
        None => &*key.expr,
    };
    let (url, is_list) = url_in(key)?;
    let mut methods = Methods(false);
    key.visit_with(&mut methods);
    Some(Hook { url, is_list, has_method: methods.0, fetcher })
}

/// Looks for an object that may name another method than `GET`.
struct Methods(bool);

impl Visit for Methods {
    fn visit_object_lit(&mut self, object: &ObjectLit) {
        self.0 |= method_in(object, Method::Get) != Sends::Known(Method::Get);
        object.visit_children_with(self);
    }
}

/// The fetcher among the options of a hook.
fn of_options(options: &ObjectLit) -> Asks {
    let mut fetcher = Asks::Default;
    for property in &options.props {
        let PropOrSpread::Prop(property) = property else {
            fetcher = Asks::Unknown;
            continue;
        };
        let (name, value) = match &**property {
            Prop::KeyValue(pair) => (prop_name(&pair.key), Some((*pair.value).clone())),
            Prop::Shorthand(name) => (Some(name.sym.to_string()), Some(Expr::Ident(name.clone()))),
            Prop::Method(method) => (prop_name(&method.key), None),
            _ => (None, None),
        };
        if name.as_deref().is_none_or(|name| name == "fetcher") {
            fetcher = value.map_or(Asks::Unknown, Asks::Fetcher);
        }
    }
    fetcher
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
