//! `res.status(404).json({ … })` → `NextResponse.json({ … }, { status: 404 })`, for every way of sending
//! (reference, sections 3.1 and 3.2).

use super::compat::Helper;
use super::payload::{Constants, Kind};
use crate::pages_api::{HeaderChange, Payload, ResponseUse};
use crate::rewrite::Piece;
use crate::syntax::ast::{Expr, Lit, PropName};
use crate::syntax::{Span, Style, bare, callee_ident, ident, literal_str, member_name, span_of};

/// A response expression, or why there is none.
pub type Rendered = Result<Response, Refusal>;

/// What replaces a send.
#[derive(Debug, Default)]
pub struct Response {
    /// Statements that have to run right before, without semicolons: `headers.set('Location', url)`.
    pub before: Vec<Vec<Piece>>,
    /// The expression.
    pub value: Vec<Piece>,
    /// The helper it calls.
    pub helper: Option<Helper>,
}

/// Why a send has no counterpart.
#[derive(Debug)]
pub struct Refusal {
    /// Where.
    pub span: Span,
    /// What about it.
    pub message: &'static str,
}

/// What the function around a send keeps while it runs.
#[derive(Clone, Debug, Default)]
pub struct Pending<'p> {
    /// Headers that statements right before the send set, and that go with it.
    pub folded: &'p [HeaderChange],
    /// The status that a statement right before the send set.
    pub folded_status: Option<&'p Expr>,
    /// The `Headers` object that collects headers, if they are set out of reach of the send.
    pub headers: Option<&'p str>,
    /// The variable that holds the status, if it is set out of reach.
    pub status: Option<&'p str>,
    /// `Data` of `NextApiResponse<Data>`: what the bodies are checked against.
    pub body_type: Option<&'p str>,
}

/// Renders one send.
pub fn render(send: &ResponseUse, pending: &Pending<'_>, constants: &Constants, style: &Style) -> Rendered {
    let Some(payload) = &send.payload else {
        return Err(Refusal { span: send.span, message: "this call sends nothing" });
    };
    let changes: Vec<&HeaderChange> = pending.folded.iter().chain(&send.headers).collect();
    if pending.headers.is_some() && !changes.is_empty() {
        let message = "headers are set here and elsewhere in the function";
        return Err(Refusal { span: send.span, message });
    }
    let status = send.status.as_ref().or(pending.folded_status);
    let literal = match status.map(bare) {
        Some(Expr::Lit(Lit::Num(number))) => Some(number.value as u16),
        Some(_) => None,
        None => pending.status.is_none().then_some(200),
    };
    let no_body = literal.is_some_and(|status| matches!(status, 204 | 205 | 304));
    let mut init = Init::new(pending, style);
    if let Payload::Redirect(status, url) = payload {
        return redirect(status.as_ref(), url, init, pending, &changes, style);
    }
    init.status = match (status, pending.status) {
        (Some(_), _) if literal == Some(200) => None,
        (Some(status), _) => Some(shorthand("status", status)),
        (None, Some(name)) => {
            Some(vec![text(if name == "status" { "status".into() } else { format!("status: {name}") })])
        }
        (None, None) => None,
    };
    let content_type = changes.iter().any(|change| change.literal_name().as_deref() == Some("content-type"));
    let value = match payload {
        Payload::Json(value) | Payload::Send(value) | Payload::End(value) => value.as_ref(),
        Payload::Redirect(..) => None,
    };
    if no_body {
        if value.is_some_and(|value| !is_pure(value)) {
            let message = "a response with this status has no body, but computing it may do something";
            return Err(Refusal { span: send.span, message });
        }
        return init.response(&changes, vec![text("null")], None);
    }
    match (payload, value) {
        (Payload::Json(None), _) => {
            init.extra =
                Some(format!("{}: {}", style.string("Content-Type"), style.string("application/json; charset=utf-8")));
            init.response(&changes, vec![text("null")], None)
        }
        (Payload::Json(Some(value)), _) => init.json(&changes, value),
        (_, None) => init.response(&changes, vec![text("null")], None),
        (Payload::End(_), Some(value)) => match constants.kind(value) {
            Kind::Empty => init.response(&changes, vec![text("null")], None),
            Kind::Json => Err(Refusal { span: send.span, message: "`res.end` takes text or bytes only" }),
            Kind::Text if !content_type => init.response(&changes, source(value), Some(Helper::Send)),
            _ => init.response(&changes, source(value), None),
        },
        (_, Some(value)) => match constants.kind(value) {
            Kind::Empty => init.response(&changes, vec![text("null")], None),
            Kind::Json => init.json(&changes, value),
            Kind::PlainText => init.response(&changes, source(value), None),
            Kind::Text if content_type => init.response(&changes, source(value), None),
            Kind::Bytes if content_type => init.response(&changes, source(value), None),
            Kind::Bytes if pending.headers.is_none() => {
                init.extra =
                    Some(format!("{}: {}", style.string("Content-Type"), style.string("application/octet-stream")));
                init.response(&changes, source(value), None)
            }
            _ => init.response(&changes, source(value), Some(Helper::Send)),
        },
    }
}

fn redirect(
    status: Option<&Expr>,
    url: &Expr,
    mut init: Init<'_>,
    pending: &Pending<'_>,
    changes: &[&HeaderChange],
    style: &Style,
) -> Rendered {
    init.status = Some(match status {
        Some(status) => shorthand("status", status),
        None => vec![text("status: 307")],
    });
    if let Some(headers) = pending.headers {
        let mut before = vec![text(format!("{headers}.set({}, ", style.string("Location")))];
        before.push(Piece::Source(span_of(url)));
        before.push(text(")"));
        let mut response = init.response(changes, vec![text("null")], None)?;
        response.before.push(before);
        return Ok(response);
    }
    init.location = Some(span_of(url));
    init.response(changes, vec![text("null")], None)
}

/// The second argument of a response.
struct Init<'i> {
    style: &'i Style,
    headers: Option<&'i str>,
    body_type: Option<&'i str>,
    status: Option<Vec<Piece>>,
    location: Option<Span>,
    extra: Option<String>,
}

impl<'i> Init<'i> {
    fn new(pending: &Pending<'i>, style: &'i Style) -> Self {
        Init {
            style,
            headers: pending.headers,
            body_type: pending.body_type,
            status: None,
            location: None,
            extra: None,
        }
    }

    fn json(self, changes: &[&HeaderChange], value: &Expr) -> Rendered {
        // `res.json` sets the content type whatever was set before.
        let kept: Vec<&HeaderChange> =
            changes.iter().copied().filter(|change| change.literal_name().as_deref() != Some("content-type")).collect();
        let mut pieces = vec![text(match self.body_type {
            Some(body_type) => format!("NextResponse.json<{body_type}>("),
            None => "NextResponse.json(".into(),
        })];
        pieces.push(Piece::Source(span_of(value)));
        self.finish(&kept, pieces, None)
    }

    fn response(self, changes: &[&HeaderChange], body: Vec<Piece>, helper: Option<Helper>) -> Rendered {
        let mut pieces = vec![text(match helper {
            Some(helper) => format!("{}(", helper.name()),
            None => "new NextResponse(".into(),
        })];
        pieces.extend(body);
        self.finish(changes, pieces, helper)
    }

    fn finish(self, changes: &[&HeaderChange], mut pieces: Vec<Piece>, helper: Option<Helper>) -> Rendered {
        let mut parts: Vec<Vec<Piece>> = Vec::new();
        parts.extend(self.status);
        let mut fields: Vec<Vec<Piece>> = Vec::new();
        if let Some(url) = self.location {
            fields.push(vec![text("Location: "), Piece::Source(url)]);
        }
        fields.extend(self.extra.map(|field| vec![text(field)]));
        let plain = header_fields(changes, self.style)?;
        match plain {
            Fields::Object(more) => fields.extend(more),
            Fields::Pairs(more) => {
                // Several cookies: an object could hold one only.
                let mut list = vec![text("headers: [")];
                for (at, pair) in fields.into_iter().map(pair_of).chain(more.into_iter().map(Ok)).enumerate() {
                    if at > 0 {
                        list.push(text(", "));
                    }
                    list.extend(pair?);
                }
                list.push(text("]"));
                parts.push(list);
                fields = Vec::new();
            }
        }
        match self.headers {
            Some("headers") => parts.push(vec![text("headers")]),
            Some(name) => parts.push(vec![text(format!("headers: {name}"))]),
            None if !fields.is_empty() => {
                let mut object = vec![text("headers: { ")];
                for (at, field) in fields.into_iter().enumerate() {
                    if at > 0 {
                        object.push(text(", "));
                    }
                    object.extend(field);
                }
                object.push(text(" }"));
                parts.push(object);
            }
            None => {}
        }
        if !parts.is_empty() {
            pieces.push(text(", { "));
            for (at, part) in parts.into_iter().enumerate() {
                if at > 0 {
                    pieces.push(text(", "));
                }
                pieces.extend(part);
            }
            pieces.push(text(" }"));
        }
        pieces.push(text(")"));
        Ok(Response { before: Vec::new(), value: pieces, helper })
    }
}

/// Fields of ours never stand together with several cookies; see `finish`.
fn pair_of(_: Vec<Piece>) -> Result<Vec<Piece>, Refusal> {
    Err(Refusal { span: Span::at(0), message: "several cookies together with other headers" })
}

enum Fields {
    Object(Vec<Vec<Piece>>),
    Pairs(Vec<Vec<Piece>>),
}

/// The folded changes as fields of an object, or as pairs if a name occurs more than once.
fn header_fields(changes: &[&HeaderChange], style: &Style) -> Result<Fields, Refusal> {
    let mut fields = Vec::new();
    let mut pairs = Vec::new();
    let mut seen: Vec<String> = Vec::new();
    let mut repeated = false;
    for change in changes {
        let refuse = |message| Refusal { span: span_of(&change.name), message };
        let name = change.literal_name().ok_or(refuse("the name of this header is not written out"))?;
        let value = match change.value.as_ref() {
            Some(value) if change.verb == "set" => value,
            _ => return Err(refuse("headers are removed or appended here")),
        };
        if seen.contains(&name) {
            return Err(refuse("this header is set twice in a row"));
        }
        seen.push(name.clone());
        let source_name = literal_str(&change.name).unwrap_or_default();
        match (name.as_str(), bare(value)) {
            ("set-cookie", Expr::Array(list)) => {
                repeated |= list.elems.len() != 1;
                for element in list.elems.iter().flatten() {
                    if element.spread.is_some() {
                        return Err(refuse("a list of cookies with a spread element"));
                    }
                    let element = vec![Piece::Source(span_of(&element.expr))];
                    fields.push(field(&source_name, element.clone(), style));
                    pairs.push(pair(&source_name, element, style));
                }
            }
            _ => {
                let value = header_value(&name, value, style).ok_or(refuse("this value may be a list of cookies"))?;
                fields.push(field(&source_name, value.clone(), style));
                pairs.push(pair(&source_name, value, style));
            }
        }
    }
    Ok(if repeated { Fields::Pairs(pairs) } else { Fields::Object(fields) })
}

fn field(name: &str, value: Vec<Piece>, style: &Style) -> Vec<Piece> {
    let plain =
        name.chars().all(|char| char.is_ascii_alphanumeric()) && !name.starts_with(|c: char| c.is_ascii_digit());
    let name = if plain { name.to_owned() } else { style.string(name) };
    let mut pieces = vec![text(format!("{name}: "))];
    pieces.extend(value);
    pieces
}

fn pair(name: &str, value: Vec<Piece>, style: &Style) -> Vec<Piece> {
    let mut pieces = vec![text(format!("[{}, ", style.string(name)))];
    pieces.extend(value);
    pieces.push(text("]"));
    pieces
}

/// A header's value as a string. `None` for what may be a list of cookies.
pub fn header_value(name: &str, value: &Expr, style: &Style) -> Option<Vec<Piece>> {
    match bare(value) {
        Expr::Lit(Lit::Num(number)) => Some(vec![text(style.string(&number.value.to_string()))]),
        Expr::Array(list) if name != "set-cookie" => {
            let names: Option<Vec<String>> = list
                .elems
                .iter()
                .map(|e| e.as_ref().filter(|e| e.spread.is_none()).and_then(|e| literal_str(&e.expr)))
                .collect();
            Some(match names {
                Some(names) => vec![text(style.string(&names.join(", ")))],
                None => vec![Piece::Source(span_of(value)), text(format!(".join({})", style.string(", ")))],
            })
        }
        Expr::Array(_) => None,
        Expr::Member(member) if matches!(member_name(member).as_deref(), Some("length" | "byteLength" | "size")) => {
            Some(vec![text("String("), Piece::Source(span_of(value)), text(")")])
        }
        Expr::Call(call) if gives_number(call) => Some(vec![text("String("), Piece::Source(span_of(value)), text(")")]),
        Expr::Lit(_) | Expr::Tpl(_) => Some(source(value)),
        _ if name == "set-cookie" => match bare(value) {
            // `serialize(…)` and `cookie.serialize(…)` of the `cookie` package give a string.
            Expr::Call(call) if serialises(call) => Some(source(value)),
            Expr::Bin(_) => Some(source(value)),
            _ => None,
        },
        _ => Some(source(value)),
    }
}

/// `Buffer.byteLength(…)`.
fn gives_number(call: &crate::syntax::ast::CallExpr) -> bool {
    match call.callee.as_expr().map(|callee| bare(callee)) {
        Some(Expr::Member(member)) => {
            ident(&member.obj).is_some_and(|name| &*name.sym == "Buffer")
                && member_name(member).as_deref() == Some("byteLength")
        }
        _ => false,
    }
}

fn serialises(call: &crate::syntax::ast::CallExpr) -> bool {
    let member = || match bare(call.callee.as_expr()?) {
        Expr::Member(member) => member_name(member),
        _ => None,
    };
    callee_ident(call)
        .map(|name| name.sym.to_string())
        .or_else(member)
        .is_some_and(|name| name.starts_with("serialize"))
}

/// `name: expr`, or `name` if the expression is just that.
fn shorthand(name: &str, value: &Expr) -> Vec<Piece> {
    match value {
        Expr::Ident(found) if &*found.sym == name => vec![text(name)],
        _ => vec![text(format!("{name}: ")), Piece::Source(span_of(value))],
    }
}

/// Whether evaluating it can neither fail nor do anything.
pub fn is_pure(expr: &Expr) -> bool {
    match bare(expr) {
        Expr::Lit(_) | Expr::Arrow(_) | Expr::Fn(_) => true,
        Expr::Ident(_) => ident(expr).is_some(),
        Expr::Tpl(template) => template.exprs.iter().all(|expr| matches!(bare(expr), Expr::Lit(_) | Expr::Ident(_))),
        Expr::Array(list) => {
            list.elems.iter().flatten().all(|element| element.spread.is_none() && is_pure(&element.expr))
        }
        Expr::Object(object) => object.props.iter().all(|property| match property {
            crate::syntax::ast::PropOrSpread::Prop(property) => match &**property {
                crate::syntax::ast::Prop::Shorthand(_) => true,
                crate::syntax::ast::Prop::KeyValue(pair) => {
                    !matches!(pair.key, PropName::Computed(_)) && is_pure(&pair.value)
                }
                _ => false,
            },
            crate::syntax::ast::PropOrSpread::Spread(_) => false,
        }),
        _ => false,
    }
}

fn text(text: impl Into<String>) -> Piece {
    Piece::Text(text.into())
}

fn source(expr: &Expr) -> Vec<Piece> {
    vec![Piece::Source(span_of(expr))]
}
