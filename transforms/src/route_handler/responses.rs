//! `res.status(404).json({ … })` → `NextResponse.json({ … }, { status: 404 })`, for every way of sending
//! (reference, sections 3.1 and 3.2).

use super::compat::Helper;
use super::content_length::is_replaced;
use super::header_fields::{Fields, header_fields};
pub use super::header_fields::{header_value, may_be_anything};
use super::packaged::{Packaged, packaged};
use super::payload::{Constants, Kind};
use crate::pages_api::{HeaderChange, Payload, ResponseUse};
use crate::rewrite::Piece;
use crate::syntax::ast::{BinaryOp, Expr, Lit, PropName};
use crate::syntax::{Span, Style, bare, ident, is_new, span_of};

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
    /// That variable, or the constant that the status was made before, may hold a status that forbids a body.
    pub status_unknown: bool,
    /// `Data` of `NextApiResponse<Data>`: what the bodies are checked against.
    pub body_type: Option<&'p str>,
    /// A name for the payload, where it has to be looked at before it is sent.
    pub value_name: Option<&'p str>,
    /// What the request is called, where there is one.
    pub request: Option<&'p str>,
    /// Helpers that the module calls by their other name.
    pub aliased: &'p [Helper],
}

/// How many constants and operators are looked through.
const DEPTH: usize = 8;

/// Whether `status` may be `undefined`, at which Node threw and which a `Response` takes for 200: `error.status`.
fn may_be_missing(status: &Expr, constants: &Constants, depth: usize) -> bool {
    let Some(depth) = depth.checked_sub(1) else { return true };
    let missing = |status: &Expr| may_be_missing(status, constants, depth);
    match bare(status) {
        Expr::OptChain(_) => true,
        _ if constants.as_number(status).is_some() => false,
        // Imported objects and those of the module are lists of statuses.
        Expr::Member(member) => !ident(&member.obj).is_some_and(|object| {
            constants.is_imported(object)
                || constants.value(object).is_some_and(|value| matches!(bare(value), Expr::Object(_)))
        }),
        Expr::Ident(name) => constants.value(name).is_some_and(missing),
        Expr::Bin(choice) if matches!(choice.op, BinaryOp::LogicalOr | BinaryOp::NullishCoalescing) => {
            missing(&choice.right)
        }
        Expr::Cond(choice) => missing(&choice.cons) || missing(&choice.alt),
        _ => false,
    }
}

/// Renders one send.
pub fn render(send: &ResponseUse, pending: &Pending<'_>, constants: &Constants, style: &Style) -> Rendered {
    let Some(payload) = &send.payload else {
        return Err(Refusal { span: send.span, message: "this call sends nothing" });
    };
    let changes = pending.folded.iter().chain(&send.headers);
    let changes: Vec<&HeaderChange> = changes.filter(|change| !is_replaced(change, payload, constants)).collect();
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
    let known = literal.or_else(|| constants.as_number(status?).map(|number| number as u16));
    let no_body = known.is_some_and(forbids_body);
    // A `Response` takes no body with such a status; Pages left it away.
    let guarded = match status {
        Some(status) if !is_new(status) || literal.is_some() => !constants.allows_body(status),
        _ => pending.status_unknown,
    };
    let mut init = Init::new(pending, style, constants);
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
        Payload::Redirect(..) | Payload::Stream => None,
    };
    if let Some(own) = packaged(send, pending.value_name, constants, style) {
        return init.packaged(&changes, payload, own);
    }
    if matches!(payload, Payload::Stream) {
        return init.stream(&changes, pending.request);
    }
    if no_body && value.is_none_or(|value| is_pure(value) || constants.literal(value).is_some()) {
        return init.response(&changes, vec![text("null")], None);
    }
    match (payload, value) {
        (Payload::Json(None), _) => {
            init.extra =
                Some(format!("{}: {}", style.string("Content-Type"), style.string("application/json; charset=utf-8")));
            init.response(&changes, vec![text("null")], None)
        }
        (Payload::Json(Some(value)), _) => init.json(&changes, value, guarded || !constants.is_given(value)),
        (_, None) => {
            let helper =
                status.is_some_and(|status| may_be_missing(status, constants, DEPTH)).then_some(Helper::EndWith);
            init.response(&changes, vec![text("null")], helper)
        }
        (Payload::End(_), Some(value)) => match constants.kind(value) {
            Kind::Empty => init.response(&changes, vec![text("null")], None),
            Kind::Json => Err(Refusal { span: send.span, message: "`res.end` takes text or bytes only" }),
            Kind::Bytes | Kind::Unknown if guarded => init.response(&changes, source(value), Some(Helper::EndWith)),
            Kind::Unknown if !content_type => init.response(&changes, source(value), Some(Helper::EndWith)),
            Kind::Text if !content_type => init.response(&changes, source(value), Some(Helper::Send)),
            // Newer types of Node refuse such a `Buffer` as a body: its memory may be shared. `endWith` copies it.
            Kind::Unknown if constants.is_typed() && constants.is_made_by(value, "toBuffer") => {
                init.response(&changes, source(value), Some(Helper::EndWith))
            }
            _ if guarded => init.response(&changes, source(value), Some(Helper::Send)),
            _ => init.response(&changes, source(value), None),
        },
        (_, Some(value)) => match constants.kind(value) {
            Kind::Empty => init.response(&changes, vec![text("null")], None),
            Kind::Json => init.json(&changes, value, guarded),
            _ if guarded => init.response(&changes, source(value), Some(Helper::Send)),
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

/// Whether a `Response` of this status may not have a body.
pub fn forbids_body(status: u16) -> bool {
    matches!(status, 204 | 205 | 304)
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
        before.extend(source(url));
        before.push(text(")"));
        let mut response = init.response(changes, vec![text("null")], None)?;
        response.before.push(before);
        return Ok(response);
    }
    init.location = Some(source(url));
    init.response(changes, vec![text("null")], None)
}

/// The second argument of a response.
struct Init<'i> {
    style: &'i Style,
    constants: &'i Constants,
    aliased: &'i [Helper],
    headers: Option<&'i str>,
    body_type: Option<&'i str>,
    status: Option<Vec<Piece>>,
    location: Option<Vec<Piece>>,
    extra: Option<String>,
    /// `request: req`, for a stream.
    request: Option<String>,
}

impl<'i> Init<'i> {
    fn new(pending: &Pending<'i>, style: &'i Style, constants: &'i Constants) -> Self {
        Init {
            style,
            constants,
            aliased: pending.aliased,
            headers: pending.headers,
            body_type: pending.body_type,
            status: None,
            location: None,
            extra: None,
            request: None,
        }
    }

    /// `NextResponse.json(value)`, or the helper where that might throw.
    fn json(self, changes: &[&HeaderChange], value: &Expr, guarded: bool) -> Rendered {
        // `res.json` sets the content type whatever was set before.
        let kept: Vec<&HeaderChange> =
            changes.iter().copied().filter(|change| change.literal_name().as_deref() != Some("content-type")).collect();
        let helper = guarded.then_some(Helper::SendJson);
        let callee = helper.map_or("NextResponse.json", |helper| self.name_of(helper));
        let mut pieces = vec![text(match self.body_type {
            Some(body_type) => format!("{callee}<{body_type}>("),
            None => format!("{callee}("),
        })];
        pieces.push(Piece::Source(span_of(value)));
        self.finish(&kept, pieces, helper)
    }

    /// A payload that a function of a package has chosen.
    fn packaged(self, changes: &[&HeaderChange], payload: &Payload, own: Packaged) -> Rendered {
        let before = own.before.into_iter().collect();
        let response = match payload {
            Payload::Json(_) => {
                let pieces = [text("NextResponse.json(")].into_iter().chain(own.value).collect();
                self.finish(changes, pieces, None)?
            }
            _ => self.response(changes, own.value, (!own.certain).then_some(Helper::EndWith))?,
        };
        Ok(Response { before, ..response })
    }

    fn name_of(&self, helper: Helper) -> &'static str {
        if self.aliased.contains(&helper) { helper.alias() } else { helper.name() }
    }

    fn response(self, changes: &[&HeaderChange], body: Vec<Piece>, helper: Option<Helper>) -> Rendered {
        let mut pieces = vec![text(match helper {
            Some(helper) => format!("{}(", self.name_of(helper)),
            None => "new NextResponse(".into(),
        })];
        pieces.extend(body);
        self.finish(changes, pieces, helper)
    }

    /// `sendStream({ request, status }, `, without the function that writes the body.
    fn stream(mut self, changes: &[&HeaderChange], request: Option<&str>) -> Rendered {
        let helper = Some(Helper::SendStream);
        let mut value = vec![text(format!("{}(", self.name_of(Helper::SendStream)))];
        self.request = request.map(|name| match name {
            "request" => name.to_owned(),
            _ => format!("request: {name}"),
        });
        value.extend(self.init(changes)?.unwrap_or_else(|| vec![text("{}")]));
        value.push(text(", "));
        Ok(Response { before: Vec::new(), value, helper })
    }

    fn finish(self, changes: &[&HeaderChange], mut pieces: Vec<Piece>, helper: Option<Helper>) -> Rendered {
        if let Some(init) = self.init(changes)? {
            pieces.push(text(", "));
            pieces.extend(init);
        }
        pieces.push(text(")"));
        Ok(Response { before: Vec::new(), value: pieces, helper })
    }

    /// `{ status, headers: { … } }`, if there is anything to say.
    fn init(self, changes: &[&HeaderChange]) -> Result<Option<Vec<Piece>>, Refusal> {
        let mut parts: Vec<Vec<Piece>> = self.request.map(|field| vec![text(field)]).into_iter().collect();
        parts.extend(self.status);
        let mut fields: Vec<Vec<Piece>> = Vec::new();
        if let Some(url) = self.location {
            fields.push([vec![text("Location: ")], url].concat());
        }
        fields.extend(self.extra.map(|field| vec![text(field)]));
        let plain = header_fields(changes, self.style, self.constants)?;
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
        if parts.is_empty() {
            return Ok(None);
        }
        let mut pieces = vec![text("{ ")];
        for (at, part) in parts.into_iter().enumerate() {
            if at > 0 {
                pieces.push(text(", "));
            }
            pieces.extend(part);
        }
        pieces.push(text(" }"));
        Ok(Some(pieces))
    }
}

/// Fields of ours never stand together with several cookies; see `finish`.
fn pair_of(_: Vec<Piece>) -> Result<Vec<Piece>, Refusal> {
    Err(Refusal { span: Span::at(0), message: "several cookies together with other headers" })
}

/// `name: expr`, or `name` if the expression is just that.
fn shorthand(name: &str, value: &Expr) -> Vec<Piece> {
    match value {
        Expr::Ident(found) if &*found.sym == name => vec![text(name)],
        _ => [text(format!("{name}: "))].into_iter().chain(source(value)).collect(),
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

pub(super) fn text(text: impl Into<String>) -> Piece {
    Piece::Text(text.into())
}

pub(super) fn source(expr: &Expr) -> Vec<Piece> {
    match expr {
        Expr::Lit(Lit::Num(number)) if is_new(expr) => vec![text(number.value.to_string())],
        Expr::Ident(name) if is_new(expr) => vec![text(name.sym.to_string())],
        _ => vec![Piece::Source(span_of(expr))],
    }
}
