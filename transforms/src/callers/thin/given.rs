//! What a function around `fetch` sends of what it is given: a body, or whole options.
//!
//! ```ts
//! const request = async (path: string, options: RequestInit = {}) =>
//!   fetch(`/api${path}`, { ...options, headers: { 'Content-Type': 'application/json', ...options.headers } });
//!
//! request('/posts', { method: 'POST', body: JSON.stringify(draft) });
//! ```

use crate::callers::fetch::{Encoding, HEADER, Obstacle, Options, Read, options, read};
use crate::project::Method;
use crate::syntax::ast::{BinaryOp, Expr, Id, MemberExpr, ObjectLit, OptChainBase, Prop, PropOrSpread};
use crate::syntax::{Module, References, Span, bare, is_ident, member_name, prop_name, references, span_of};

/// Where a body comes from.
#[derive(Clone, Debug)]
pub enum Given {
    /// The parameter that is sent, if there is one.
    Body(Option<Id>, Encoding),
    /// The parameter with the options, and the headers that the function has itself.
    Options(Id, Own),
}

/// Headers of a function that is given options.
#[derive(Clone, Debug)]
pub struct Own {
    json: bool,
    given: Headers,
}

/// What becomes of the headers in options that are given.
#[derive(Clone, Copy, Debug)]
enum Headers {
    /// They take the place of the function's own.
    Replace,
    /// They are added.
    Added,
    /// They are lost.
    Lost,
}

impl Given {
    /// Reads the options of the call of `fetch` in a function with these parameters.
    pub fn of(module: &Module, init: &Expr, params: &[Id]) -> Option<Given> {
        let param = |expr: &Expr| params.iter().find(|id| is_ident(expr, id));
        let Expr::Object(object) = bare(init) else {
            let own = Own { json: false, given: Headers::Replace };
            return Some(Given::Options(param(init)?.clone(), own));
        };
        let spread = object.props.iter().enumerate().find_map(|(at, property)| match property {
            PropOrSpread::Spread(spread) => Some((at, param(&spread.expr)?)),
            PropOrSpread::Prop(_) => None,
        });
        let Some((at, id)) = spread else {
            let is_param = |expr: &Expr| param(expr).is_some();
            let options = options(module, object, &is_param).ok()?;
            let Options { body, encoding, .. } = Some(options).filter(|options| options.others.is_empty())?;
            return Some(Given::Body(given_body(params, &references(object), body)?, encoding));
        };
        let mut own = object.clone();
        own.props.remove(at);
        let headers = own.props.iter().position(|property| is_named(property, "headers"));
        let added = headers.is_some_and(|headers| without_given(&mut own.props[headers], id));
        let Read { obstacle: None, body: None, json_type, others, .. } = read(module, &own, &|_| false) else {
            return None;
        };
        if !others.is_empty() {
            return None;
        }
        if own.props.iter().any(|property| is_named(property, "method")) {
            return None;
        }
        let given = match headers {
            // What is spread comes last.
            None => Headers::Replace,
            Some(headers) if headers < at => Headers::Replace,
            Some(_) if added => Headers::Added,
            Some(_) => Headers::Lost,
        };
        Some(Given::Options(id.clone(), Own { json: json_type.unwrap_or_default(), given }))
    }
}

/// The parameter that stands at `body`, if anything does; `None` if that is none of the parameters.
pub fn given_body(params: &[Id], inside: &References, body: Option<Span>) -> Option<Option<Id>> {
    let Some(body) = body else { return Some(None) };
    let param = params.iter().find(|id| inside.get(*id).is_some_and(|all| all.contains(&body)))?;
    Some(Some(param.clone()))
}

/// The body that a call sends which gives the options `given`.
pub fn given_options(
    module: &Module,
    own: &Own,
    given: &Expr,
    method: Method,
) -> Result<(Option<Span>, Encoding), Obstacle> {
    let Expr::Object(object) = bare(given) else {
        return Err((span_of(given), "its options are no object literal".into()));
    };
    let options = read(module, object, &|_| false);
    if let Some(obstacle) = options.obstacle {
        return Err(obstacle);
    }
    if let Some((_, at)) = options.others.first() {
        return Err((*at, HEADER.into()));
    }
    if options.method != Some(method) {
        return Err((span_of(object), "its method is not known".into()));
    }
    let json = match (own.given, options.json_type) {
        (Headers::Replace, Some(json)) => json,
        (Headers::Added, Some(json)) => json || own.json,
        (_, None) | (Headers::Lost, _) => own.json,
    };
    match (options.form, json) {
        (true, true) => Err((span_of(object), "its body and its content type contradict each other".into())),
        (true, false) => Ok((options.body, Encoding::Form)),
        (false, true) => Ok((options.body, Encoding::Json)),
        (false, false) => Ok((options.body, Encoding::Untyped)),
    }
}

fn is_named(property: &PropOrSpread, name: &str) -> bool {
    match property {
        PropOrSpread::Prop(property) => match &**property {
            Prop::KeyValue(pair) => prop_name(&pair.key).as_deref() == Some(name),
            Prop::Shorthand(own) => &*own.sym == name,
            _ => false,
        },
        PropOrSpread::Spread(_) => false,
    }
}

/// Takes `...options.headers` out of `headers: { … }`; whether it was the last there.
fn without_given(headers: &mut PropOrSpread, options: &Id) -> bool {
    let PropOrSpread::Prop(property) = headers else { return false };
    let Prop::KeyValue(pair) = &mut **property else { return false };
    let Expr::Object(ObjectLit { props, .. }) = &mut *pair.value else { return false };
    let is_given = matches!(props.last(), Some(PropOrSpread::Spread(spread)) if is_headers(&spread.expr, options));
    if is_given {
        props.pop();
    }
    is_given
}

/// `options.headers`, `options?.headers`, `(options.headers ?? {})`.
fn is_headers(expr: &Expr, options: &Id) -> bool {
    let named =
        |member: &MemberExpr| is_ident(&member.obj, options) && member_name(member).as_deref() == Some("headers");
    match bare(expr) {
        Expr::Member(member) => named(member),
        Expr::OptChain(chain) => matches!(&*chain.base, OptChainBase::Member(member) if named(member)),
        Expr::Bin(either) if matches!(either.op, BinaryOp::LogicalOr | BinaryOp::NullishCoalescing) => {
            let empty = matches!(bare(&either.right), Expr::Object(object) if object.props.is_empty());
            empty && is_headers(&either.left, options)
        }
        _ => false,
    }
}
