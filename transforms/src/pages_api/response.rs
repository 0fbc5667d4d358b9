//! Ways of writing to `res` (reference, section 3.1). A use is a chain that starts at `res`:
//! `res.status(404).setHeader('x', 'y').json({})`.

use crate::syntax::ast::{CallExpr, Expr, Lit, Prop, PropName, PropOrSpread, Str};
use crate::syntax::{Span, bare, literal_str, member_name, span_of};

/// One chain of calls on `res`, or an assignment to `res.statusCode`.
#[derive(Clone, Debug)]
pub struct ResponseUse {
    /// The whole expression.
    pub span: Span,
    /// The last status it sets.
    pub status: Option<Expr>,
    /// Its number, if a constant holds it that is written down.
    pub named_status: Option<u16>,
    /// The headers it sets, in order.
    pub headers: Vec<HeaderChange>,
    /// What it sends, if it does.
    pub payload: Option<Payload>,
    /// `writeHead` is in it: the headers go out, and only `end` can follow.
    pub head: bool,
    /// A function of a package does it, and what that gives is not known.
    pub packaged: bool,
    /// What is sent where the payload is `undefined`, if not what `res` would send.
    pub otherwise: Option<Otherwise>,
    /// It stands in a function inside the carrier.
    pub nested: bool,
}

/// A change to the headers to come.
#[derive(Clone, Debug)]
pub struct HeaderChange {
    /// `set`, `append` or `delete`, as `Headers` calls it.
    pub verb: &'static str,
    /// The header's name.
    pub name: Expr,
    /// The text of that, if a constant holds it that is written down.
    pub named: Option<String>,
    /// Its value; `None` for `delete`.
    pub value: Option<Expr>,
}

/// What ends the response.
#[derive(Clone, Debug)]
pub enum Payload {
    /// `res.json(x)`.
    Json(Option<Expr>),
    /// `res.send(x)`.
    Send(Option<Expr>),
    /// `res.end(x)`.
    End(Option<Expr>),
    /// `res.redirect(url)` or `res.redirect(status, url)`.
    Redirect(Option<Expr>, Expr),
    /// Statements that write the body piece by piece: see [`Streamed`](super::Streamed).
    Stream,
}

/// What stands for a payload that is `undefined`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Otherwise {
    /// `{}`.
    Empty,
    /// A text.
    Text(&'static str),
}

impl HeaderChange {
    /// The header's name in lower case, if it is written out, here or where a constant is declared.
    pub fn literal_name(&self) -> Option<String> {
        literal_str(&self.name).or_else(|| self.named.clone()).map(|name| name.to_lowercase())
    }
}

impl ResponseUse {
    /// One that does nothing yet.
    pub fn at(span: Span) -> ResponseUse {
        let (status, named_status, headers) = (None, None, Vec::new());
        let (payload, otherwise) = (None, None);
        ResponseUse {
            span,
            status,
            named_status,
            headers,
            payload,
            head: false,
            packaged: false,
            otherwise,
            nested: false,
        }
    }

    /// The status as a number, if it is written out, here or where a constant is declared; 200 if the chain sets none.
    pub fn literal_status(&self) -> Option<u16> {
        match self.status.as_ref().map(bare) {
            None => Some(if matches!(self.payload, Some(Payload::Redirect(None, _))) { 307 } else { 200 }),
            Some(Expr::Lit(Lit::Num(number))) => Some(number.value as u16),
            Some(_) => self.named_status,
        }
    }
}

/// What a chain turned out to be.
#[derive(Debug)]
pub enum Chain {
    /// Not rooted at `res`.
    NotRes,
    /// Understood.
    Use(Box<ResponseUse>),
    /// Rooted at `res`, with a member that we do not follow: its name and place.
    Unknown(String, Span),
}

/// Reads the chain that ends in `call`, if it starts at the response. Arguments are not looked into.
pub fn chain(call: &CallExpr, is_response: &dyn Fn(&Expr) -> bool) -> Chain {
    let mut calls: Vec<(String, &CallExpr)> = Vec::new();
    let mut current = call;
    loop {
        let Some(callee) = current.callee.as_expr() else { return Chain::NotRes };
        let Expr::Member(member) = bare(callee) else { return Chain::NotRes };
        let name = member_name(member);
        match bare(&member.obj) {
            object if is_response(object) => {
                let Some(name) = name else { return Chain::Unknown("[computed]".into(), span_of(call)) };
                calls.push((name, current));
                break;
            }
            Expr::Call(inner) => {
                calls.push((name.unwrap_or_default(), current));
                current = inner;
            }
            _ => return Chain::NotRes,
        }
    }
    let mut found = ResponseUse::at(span_of(call));
    for (name, call) in calls.into_iter().rev() {
        if found.payload.is_some() || !step(&mut found, &name, call) {
            return Chain::Unknown(name, span_of(call));
        }
    }
    Chain::Use(Box::new(found))
}

/// Takes one call of the chain; false if it is none that we know.
fn step(found: &mut ResponseUse, name: &str, call: &CallExpr) -> bool {
    if call.args.iter().any(|arg| arg.spread.is_some()) {
        return false;
    }
    let args: Vec<&Expr> = call.args.iter().map(|arg| &*arg.expr).collect();
    if name == "writeHead" {
        return write_head(found, &args);
    }
    let first = || args.first().map(|&arg| arg.clone());
    let mut change = |verb, name: &Expr, value: Option<&Expr>| {
        found.headers.push(HeaderChange { verb, name: name.clone(), named: None, value: value.cloned() });
    };
    match (name, args.as_slice()) {
        ("status", [status]) => found.status = Some((*status).clone()),
        ("setHeader", [name, value]) => change("set", name, Some(value)),
        ("appendHeader", [name, value]) => change("append", name, Some(value)),
        ("removeHeader", [name]) => change("delete", name, None),
        ("json", [] | [_]) => found.payload = Some(Payload::Json(first())),
        ("send", [] | [_]) => found.payload = Some(Payload::Send(first())),
        ("end", [] | [_]) => found.payload = Some(Payload::End(first())),
        ("redirect", [url]) => found.payload = Some(Payload::Redirect(None, (*url).clone())),
        ("redirect", [status, url]) => {
            found.payload = Some(Payload::Redirect(Some((*status).clone()), (*url).clone()));
        }
        _ => return false,
    }
    true
}

/// `writeHead(status)`, `writeHead(status, { name: value })`.
fn write_head(found: &mut ResponseUse, args: &[&Expr]) -> bool {
    let (status, fields) = match args {
        [status] => (status, &[][..]),
        [status, fields] => match bare(fields) {
            Expr::Object(object) => (status, object.props.as_slice()),
            _ => return false,
        },
        _ => return false,
    };
    for field in fields {
        let PropOrSpread::Prop(property) = field else { return false };
        let Prop::KeyValue(pair) = &**property else { return false };
        let name = match &pair.key {
            PropName::Ident(name) => {
                Expr::Lit(Lit::Str(Str { span: name.span, value: name.sym.clone().into(), raw: None }))
            }
            PropName::Str(name) => Expr::Lit(Lit::Str(name.clone())),
            _ => return false,
        };
        found.headers.push(HeaderChange { verb: "set", name, named: None, value: Some((*pair.value).clone()) });
    }
    found.status = Some((*status).clone());
    found.head = true;
    true
}
