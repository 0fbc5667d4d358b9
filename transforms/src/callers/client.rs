//! What is known about the functions that call a URL: which argument it is, and by which method.
//!
//! ```ts
//! axios.post('/api/posts', { title });
//! ky('/api/posts', { method: 'post' });
//! useSWR('/api/posts', fetcher);
//! ```

use super::path::url_text;
use super::via::Via;
use crate::project::{Import, Method};
use crate::syntax::ast::{CallExpr, Callee, Expr, ExprOrSpread, Id, NewExpr, ObjectLit, Prop, PropOrSpread};
use crate::syntax::{bare, ident, literal_str, member_name, prop_name};

/// The method of a call.
#[derive(Clone, Debug, PartialEq)]
pub enum Sends {
    Known(Method),
    /// One of these: `editing ? 'PUT' : 'POST'`.
    Either(Vec<Method>),
    Unknown,
    /// A name holds it.
    Name(Id),
    /// A name holds options that may have one; this one holds if they do not.
    Options(Id, Method),
}

impl Sends {
    pub fn known(&self) -> Option<Method> {
        match self {
            Sends::Known(method) => Some(*method),
            _ => None,
        }
    }

    /// All that it may be; none if that is not known.
    pub fn all(&self) -> Vec<Method> {
        match self {
            Sends::Either(methods) => methods.clone(),
            other => other.known().into_iter().collect(),
        }
    }
}

/// How a function is called that calls a URL.
#[derive(Clone, Debug)]
pub struct Request {
    pub via: Via,
    pub url: Expr,
    pub sends: Sends,
    /// The client may put something before the URL.
    pub based: bool,
    /// Something may be put behind it.
    pub open: bool,
}

/// What a package makes of its calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Package {
    Axios,
    Ky,
    Ofetch,
    Swr,
    SwrMutation,
    /// What it is given is the start of a URL, and a member that is called later says the method.
    Chain,
    /// The same of a server: `supertest('http://localhost/api').post('/posts')`.
    Server,
    Other,
}

/// The package that an import comes from, as far as it calls URLs.
pub fn package(import: &Import) -> Option<Package> {
    if import.type_only {
        return None;
    }
    match import.specifier.as_str() {
        "axios" => Some(Package::Axios),
        "ky" | "ky-universal" => Some(Package::Ky),
        "ofetch" => Some(Package::Ofetch),
        "swr" | "swr/immutable" | "swr/infinite" => Some(Package::Swr),
        "swr/mutation" => Some(Package::SwrMutation),
        "wretch" => Some(Package::Chain),
        "supertest" => Some(Package::Server),
        "got" | "superagent" | "undici" | "node-fetch" | "cross-fetch" | "isomorphic-fetch" | "isomorphic-unfetch"
        | "unfetch" | "needle" | "redaxios" => Some(Package::Other),
        _ => None,
    }
}

fn via(package: Package) -> Via {
    match package {
        Package::Axios => Via::Axios,
        Package::Ky => Via::Ky,
        Package::Ofetch => Via::Ofetch,
        Package::Swr | Package::SwrMutation => Via::Swr,
        Package::Chain | Package::Server | Package::Other => Via::Client,
    }
}

/// A call of what a package exports, or of a client made by it: `axios(…)`, `api.post(…)`. `name` is the member that is
/// called.
pub fn package_call(package: Package, name: Option<&str>, call: &CallExpr) -> Option<Request> {
    let first = call.args.first().filter(|argument| argument.spread.is_none())?;
    let request = |url: &Expr, sends: Sends| {
        // What follows the server alone is a text of its own.
        let is_below = || url_text(url).is_some_and(|(text, _)| text.contains("/api"));
        let open = package == Package::Chain || (package == Package::Server && is_below());
        Some(Request { via: via(package), url: url.clone(), sends, based: true, open })
    };
    match name.map(str::to_ascii_lowercase).as_deref() {
        // `wretch('/api').url('/posts').post(draft)`.
        _ if matches!(package, Package::Chain | Package::Server) => request(&first.expr, Sends::Unknown),
        None | Some("request" | "raw" | "native") => match bare(&first.expr) {
            Expr::Object(options) => request(property(options, "url")?, method_in(options, Method::Get)),
            url => request(url, options_method(call.args.get(1), Method::Get)),
        },
        Some("postform") => request(&first.expr, Sends::Known(Method::Post)),
        Some("putform") => request(&first.expr, Sends::Known(Method::Put)),
        Some("patchform") => request(&first.expr, Sends::Known(Method::Patch)),
        Some("del") => request(&first.expr, Sends::Known(Method::Delete)),
        Some(name) => request(&first.expr, Sends::Known(Method::from_name(&name.to_ascii_uppercase())?)),
    }
}

/// A call of something that every browser has, or of `fetch`.
pub fn global_call(callee: &str, object: &str, call: &CallExpr) -> Option<Request> {
    let argument = |at: usize| call.args.get(at).filter(|argument| argument.spread.is_none());
    let request =
        |via, at, sends| Some(Request { via, url: (*argument(at)?.expr).clone(), sends, based: false, open: false });
    let target = object.rsplit('.').next().unwrap_or(object).to_ascii_lowercase();
    match (callee, target.as_str()) {
        ("fetch", "" | "window" | "globalthis" | "self") => {
            let sends = options_method(call.args.get(1), Method::Get);
            request(Via::Fetch, 0, sends)
        }
        ("$fetch", "") => {
            Some(Request { based: true, ..request(Via::Ofetch, 0, options_method(call.args.get(1), Method::Get))? })
        }
        ("sendBeacon", _) => request(Via::Beacon, 0, Sends::Known(Method::Post)),
        // In the answer to a `POST`, status 307 repeats the `POST`.
        ("redirect" | "permanentRedirect", "" | "nextresponse" | "response") => {
            request(Via::Redirect, 0, Sends::Unknown)
        }
        ("push" | "replace" | "prefetch", _)
            if ["router", "navigation", "history"].iter().any(|name| target.contains(name)) =>
        {
            request(Via::Navigation, 0, Sends::Known(Method::Get))
        }
        ("open", "window") | ("assign" | "replace", "location") => request(Via::Location, 0, Sends::Known(Method::Get)),
        ("open", _) => {
            let method = Method::from_name(&literal_str(&argument(0)?.expr)?.to_ascii_uppercase())?;
            request(Via::Xhr, 1, Sends::Known(method))
        }
        _ => None,
    }
}

/// `new EventSource(url)`, which reads.
pub fn construction(new: &NewExpr) -> Option<Request> {
    let url = new.args.as_deref()?.first().filter(|argument| argument.spread.is_none())?;
    let name = ident(&new.callee)?;
    let (via, sends) = match &*name.sym {
        "EventSource" => (Via::EventSource, Sends::Known(Method::Get)),
        // `fetch(request, init)` may set another method.
        "Request" => (Via::Fetch, Sends::Unknown),
        _ => return None,
    };
    Some(Request { via, url: (*url.expr).clone(), sends, based: false, open: false })
}

/// The name of the callee and the text of what it is a member of.
pub fn callee(call: &CallExpr) -> Option<(&Expr, Option<String>)> {
    let Callee::Expr(callee) = &call.callee else { return None };
    match bare(callee) {
        Expr::Member(member) => Some((bare(&member.obj), Some(member_name(member)?))),
        other => Some((other, None)),
    }
}

/// What a call itself puts before its URL: `axios({ baseURL, url })`, `ky(url, { prefixUrl })`.
pub fn own_base(call: &CallExpr) -> Option<&Expr> {
    call.args.iter().find_map(|argument| match bare(&argument.expr) {
        Expr::Object(options) => base_in(options),
        _ => None,
    })
}

/// The base that the options of a client set.
pub fn base_in(options: &ObjectLit) -> Option<&Expr> {
    ["baseURL", "prefixUrl", "baseUrl"].iter().find_map(|name| property(options, name))
}

/// A property of an object literal.
pub fn property<'o>(object: &'o ObjectLit, name: &str) -> Option<&'o Expr> {
    object.props.iter().find_map(|property| match property {
        PropOrSpread::Prop(property) => match &**property {
            Prop::KeyValue(pair) if prop_name(&pair.key).as_deref() == Some(name) => Some(&*pair.value),
            _ => None,
        },
        PropOrSpread::Spread(_) => None,
    })
}

/// The method that the options of a call ask for.
pub fn options_method(options: Option<&ExprOrSpread>, default: Method) -> Sends {
    match options {
        None => Sends::Known(default),
        Some(options) if options.spread.is_some() => Sends::Unknown,
        Some(options) => match bare(&options.expr) {
            Expr::Object(object) => method_in(object, default),
            Expr::Ident(name) => Sends::Options(name.to_id(), default),
            _ => Sends::Unknown,
        },
    }
}

pub fn method_in(object: &ObjectLit, default: Method) -> Sends {
    let mut sends = Sends::Known(default);
    for property in &object.props {
        match property {
            PropOrSpread::Spread(spread) => {
                sends = match (ident(&spread.expr), sends) {
                    (Some(name), Sends::Known(method)) => Sends::Options(name.to_id(), method),
                    _ => Sends::Unknown,
                };
            }
            PropOrSpread::Prop(property) => match &**property {
                Prop::KeyValue(pair) => match prop_name(&pair.key).as_deref() {
                    Some("method") => sends = method_of(&pair.value),
                    Some(_) => {}
                    None => sends = Sends::Unknown,
                },
                Prop::Shorthand(name) if &*name.sym == "method" => sends = Sends::Name(name.to_id()),
                _ => {}
            },
        }
    }
    sends
}

/// The method that an expression is.
pub fn method_of(value: &Expr) -> Sends {
    match bare(value) {
        Expr::Ident(name) => Sends::Name(name.to_id()),
        Expr::Cond(choice) => {
            let (mut one, other) = (method_of(&choice.cons).all(), method_of(&choice.alt).all());
            if one.is_empty() || other.is_empty() {
                return Sends::Unknown;
            }
            one.extend(other);
            one.sort_unstable();
            one.dedup();
            if let [only] = one.as_slice() { Sends::Known(*only) } else { Sends::Either(one) }
        }
        value => literal_str(value)
            .and_then(|name| Method::from_name(&name.to_ascii_uppercase()))
            .map_or(Sends::Unknown, Sends::Known),
    }
}
