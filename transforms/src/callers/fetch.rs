//! Calls of `fetch` that a call of a function can replace: what they send, spelled out in the call.
//!
//! ```ts
//! await fetch(`/api/posts/${id}`, {
//!   method: 'PATCH',
//!   headers: { 'Content-Type': 'application/json' },
//!   body: JSON.stringify({ title }),
//! });
//! ```

use std::collections::BTreeSet;

use super::path::{Path, path, why_no_path};
use crate::project::Method;
use crate::syntax::ast::{CallExpr, Expr, Id, ObjectLit, Prop, PropOrSpread};
use crate::syntax::{
    Module, Span, bare, callee_ident, constant_object, ident, literal_str, member_name, prop_name, span_of,
};

/// What a call of `fetch` sends.
#[derive(Clone, Debug)]
pub struct Sent {
    /// Upper case.
    pub method: Method,
    /// What stands in the URL.
    pub path: Path,
    /// The value that is sent, if there is a body.
    pub body: Option<Span>,
    /// How it is sent.
    pub encoding: Encoding,
    /// Headers that an action is not sent: the names, in lower case, and the values.
    pub others: Vec<(String, Span)>,
}

/// How a value becomes a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// `JSON.stringify(value)`, declared as JSON.
    Json,
    /// `JSON.stringify(value)`, declared as something else.
    Untyped,
    /// As axios does it: as JSON, if it is a plain object or an array.
    Object,
    /// As it is: a `FormData`.
    Form,
}

/// Why a call cannot be replaced: what stands there, and where.
pub type Obstacle = (Span, String);

/// What is known about the method of a call.
#[derive(Clone, Debug)]
pub enum Call {
    /// Everything fits.
    Plain(Sent),
    /// It certainly reads.
    Get,
    /// It has that method, or any if that is not known, and cannot be replaced.
    Other(Option<Method>, Obstacle),
}

/// Reads a call of the global `fetch`. `fixed` holds the names among its URLs that stand for one path; see [`path`].
pub fn read_call(module: &Module, call: &CallExpr, fixed: &BTreeSet<Span>) -> Option<Call> {
    if callee_ident(call).is_none_or(|name| &*name.sym != "fetch") {
        return None;
    }
    let [url, init @ ..] = call.args.as_slice() else { return None };
    let init = match init {
        [] => return Some(Call::Get),
        [init] if init.spread.is_none() => bare(&init.expr),
        [_, more, ..] => return Some(Call::Other(None, (span_of(more), "it takes more arguments".into()))),
        [init] => return Some(Call::Other(None, (span_of(init), "its arguments are not known".into()))),
    };
    let Expr::Object(init) = init else {
        return Some(Call::Other(None, (span_of(init), "its options are no object literal".into())));
    };
    Some(read_init(module, &url.expr, init, fixed))
}

fn read_init(module: &Module, url: &Expr, init: &ObjectLit, fixed: &BTreeSet<Span>) -> Call {
    let Options { method, body, encoding, others } = match options(module, init, &|_| false) {
        Ok(options) => options,
        Err(call) => return call,
    };
    match path(url, fixed) {
        Some(path) => Call::Plain(Sent { method, path, body, encoding, others }),
        None => Call::Other(Some(method), (span_of(url), why_no_path(url).into())),
    }
}

/// What the options of a call say, if an action has all of it, too.
pub struct Options {
    pub method: Method,
    pub body: Option<Span>,
    pub encoding: Encoding,
    pub others: Vec<(String, Span)>,
}

/// What is read of options, before it is known whether they make sense.
pub struct Read {
    /// `GET` if there is none; `None` if it is not known.
    pub method: Option<Method>,
    /// The first of what has no counterpart.
    pub obstacle: Option<Obstacle>,
    pub body: Option<Span>,
    /// Whether the headers say JSON; `None` if there are none.
    pub json_type: Option<bool>,
    /// The body is a value as it is.
    pub form: bool,
    /// Headers that an action is not sent.
    pub others: Vec<(String, Span)>,
}

/// Reads the options of a call. A method that `is_known` elsewhere counts as `POST` here.
pub fn options(module: &Module, init: &ObjectLit, is_known: &dyn Fn(&Expr) -> bool) -> Result<Options, Call> {
    let Read { method, obstacle, body, json_type, form, others } = read(module, init, is_known);
    let json_type = json_type.unwrap_or_default();
    let method = match (method, obstacle) {
        (Some(Method::Get | Method::Head), _) => return Err(Call::Get),
        (method, Some(obstacle)) => return Err(Call::Other(method, obstacle)),
        (None, None) => return Err(Call::Other(None, (span_of(init), "its method is not known".into()))),
        (Some(method), None) => method,
    };
    if form && json_type {
        let why = "its body and its content type contradict each other".into();
        return Err(Call::Other(Some(method), (span_of(init), why)));
    }
    let encoding = match (form, json_type) {
        (true, _) => Encoding::Form,
        (_, true) => Encoding::Json,
        _ => Encoding::Untyped,
    };
    Ok(Options { method, body, encoding, others })
}

pub const HEADER: &str = "it sends a header that an action does not see";

/// Reads each of the options of a call; `is_known` is as above.
pub fn read(module: &Module, init: &ObjectLit, is_known: &dyn Fn(&Expr) -> bool) -> Read {
    let (mut method, mut obstacle) = (Some(Method::Get), None);
    let (mut body, mut json_type, mut form, mut others) = (None, None, false, Vec::new());
    let mut against = |span: Span, why: String| {
        obstacle.get_or_insert((span, why));
    };
    for property in &init.props {
        let pair = match property {
            PropOrSpread::Prop(property) => match &**property {
                Prop::KeyValue(pair) => pair,
                Prop::Shorthand(name) if &*name.sym == "method" && is_known(&Expr::Ident(name.clone())) => {
                    method = Some(Method::Post);
                    continue;
                }
                Prop::Shorthand(name) if &*name.sym == "headers" => {
                    match headers(module, &Expr::Ident(name.clone())) {
                        Ok(sent) => (json_type, others) = (Some(sent.json), sent.others),
                        Err(place) => against(place, HEADER.into()),
                    }
                    continue;
                }
                other => {
                    let name = module.text_of(other);
                    if name.starts_with("method") || name.starts_with('[') {
                        method = None;
                    }
                    against(span_of(other), format!("`{name}` is not spelled out in the call"));
                    continue;
                }
            },
            PropOrSpread::Spread(spread) => {
                method = None;
                against(span_of(spread), "its options are spread from elsewhere".into());
                continue;
            }
        };
        let span = span_of(pair);
        match prop_name(&pair.key).as_deref() {
            Some("method") if is_known(&pair.value) => method = Some(Method::Post),
            Some("method") => {
                // `fetch` itself puts these into upper case, but not `patch`.
                let name = literal_str(&pair.value).map(|name| match name.as_str() {
                    "get" | "post" | "put" | "delete" | "head" | "options" => name.to_uppercase(),
                    _ => name,
                });
                method = name.and_then(|name| Method::from_name(&name));
                if method.is_none() {
                    against(span, "its method is not a literal".into());
                }
            }
            Some("headers") => match headers(module, &pair.value) {
                Ok(sent) => (json_type, others) = (Some(sent.json), sent.others),
                Err(place) => against(place, HEADER.into()),
            },
            Some("body") => match stringified(&pair.value) {
                Some(value) => body = Some(value),
                None if ident(&pair.value).is_some() => {
                    body = Some(span_of(bare(&pair.value)));
                    form = true;
                }
                None => against(span, "its body is not `JSON.stringify(…)`".into()),
            },
            // An action is always sent with the cookies of this origin.
            Some("credentials") if matches!(literal_str(&pair.value).as_deref(), Some("same-origin" | "include")) => {}
            // Browsers answer no `POST` from their cache anyway.
            Some("cache") if literal_str(&pair.value).as_deref() == Some("no-store") => {}
            Some(name) => against(span, format!("`{name}` has no counterpart in the call of an action")),
            None => {
                method = None;
                against(span, "one of its options has a computed name".into());
            }
        }
    }
    Read { method, obstacle, body, json_type, form, others }
}

/// What the headers of a call say.
struct SentHeaders {
    /// The body is JSON.
    json: bool,
    /// Those that an action is not sent.
    others: Vec<(String, Span)>,
}

/// Reads the headers of a call; `Err` is the place of what is not known.
fn headers(module: &Module, value: &Expr) -> Result<SentHeaders, Span> {
    let list = match bare(value) {
        Expr::Object(list) => list,
        expr => ident(expr).and_then(|name| constant_headers(module, &name.to_id())).ok_or(span_of(value))?,
    };
    let (mut json, mut others) = (false, Vec::new());
    for property in &list.props {
        let PropOrSpread::Prop(property) = property else { return Err(span_of(property)) };
        let Prop::KeyValue(pair) = &**property else { return Err(span_of(&**property)) };
        let name = prop_name(&pair.key).ok_or(span_of(pair))?.to_lowercase();
        let value = literal_str(&pair.value).unwrap_or_default().to_lowercase();
        let is_json = value.split(';').next().is_some_and(|value| value.trim() == "application/json");
        match name.as_str() {
            "content-type" if is_json => json = true,
            "accept" if is_json || value == "*/*" => {}
            // These say how the body is read, and what is answered.
            "content-type" | "accept" | "cookie" | "content-length" => return Err(span_of(pair)),
            _ => others.push((name, span_of(&*pair.value))),
        }
    }
    Ok(SentHeaders { json, others })
}

/// `const JSON_HEADERS = { 'Content-Type': 'application/json' }` of the module, to which nothing is added.
fn constant_headers<'a>(module: &'a Module, id: &Id) -> Option<&'a ObjectLit> {
    let object = constant_object(module, id)?;
    let places = module.references().get(id).map(Vec::as_slice).unwrap_or_default();
    let is_handed = |at: &Span| module.text[..at.start].ends_with("Object.assign(");
    let is_changed = places.iter().any(|at| module.text[at.end..].starts_with(['.', '[', '!']) || is_handed(at));
    (!is_changed).then_some(object)
}

/// `x` of `JSON.stringify(x)`.
pub fn stringified(value: &Expr) -> Option<Span> {
    let Expr::Call(call) = bare(value) else { return None };
    let Expr::Member(member) = bare(call.callee.as_expr()?) else { return None };
    let is_json = matches!(bare(&member.obj), Expr::Ident(name) if &*name.sym == "JSON");
    match call.args.as_slice() {
        [value] if is_json && value.spread.is_none() && member_name(member).as_deref() == Some("stringify") => {
            Some(span_of(&*value.expr))
        }
        _ => None,
    }
}
