//! The answers of a Route Handler that an action can give.
//!
//! ```ts
//! return NextResponse.json({ error: 'No such product' }, { status: 404 });
//! return sendJson(product);       // of `pages-compat`
//! return new Response(null, { status: 204 });
//! ```
//! become
//! ```ts
//! return { ok: false, status: 404, data: { error: 'No such product' } };
//! return { ok: true, status: 200, data: product };
//! return { ok: true, status: 204 };
//! ```

use crate::route_handler::compat::{FILE_STEM, Helper};
use crate::syntax::ast::{
    Expr, ExprOrSpread, Id, ImportDecl, ImportSpecifier, Lit, ModuleDecl, ModuleExportName, ModuleItem, ObjectLit,
    Prop, PropOrSpread,
};
use crate::syntax::{Module, Span, bare, callee_ident, ident, is_ident, literal_str, member_name, prop_name, span_of};

/// One answer.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The expression that makes the response.
    pub span: Span,
    /// Its status.
    pub status: u16,
    /// Its JSON; `None` if its body is no JSON. Where it redirects, the path.
    pub data: Option<Expr>,
    /// Its body, if that is a text that stands there; empty without one.
    pub text: Option<Text>,
    /// Whether it redirects, as answers to forms do.
    pub redirects: bool,
    /// Its data may be `undefined`, of which our `sendJson` makes an empty body.
    pub may_be_empty: bool,
}

/// A body that is no JSON.
#[derive(Clone, Debug)]
pub enum Text {
    Empty,
    /// `'Unauthorized'`.
    Literal(Span),
}

impl Answer {
    /// Whether `res.ok` holds.
    pub fn ok(&self) -> bool {
        (200..300).contains(&self.status)
    }
}

/// Why an expression is no such answer: the rule, where, and what was seen.
pub type NoAnswer = (&'static str, Span, String);

/// What `module` calls our `sendJson`, if it imports it.
pub fn json_helper(module: &Module) -> Option<Id> {
    let imports = module.ast.body.iter().filter_map(|item| match item {
        ModuleItem::ModuleDecl(ModuleDecl::Import(import)) => Some(import),
        _ => None,
    });
    let compat = |import: &&ImportDecl| import.src.value.as_str().is_some_and(|from| from.ends_with(FILE_STEM));
    imports.filter(compat).flat_map(|import| &import.specifiers).find_map(|specifier| match specifier {
        ImportSpecifier::Named(named) => {
            let imported = match &named.imported {
                Some(ModuleExportName::Ident(name)) => &*name.sym,
                _ => &*named.local.sym,
            };
            (imported == Helper::SendJson.name()).then(|| named.local.to_id())
        }
        _ => None,
    })
}

/// The answers that `expr` may be: one, or those of a choice. `helper` is [`json_helper`].
pub fn answers(expr: &Expr, helper: Option<&Id>) -> Result<Vec<Answer>, NoAnswer> {
    match bare(expr) {
        Expr::Cond(choice) => {
            let mut all = answers(&choice.cons, helper)?;
            all.extend(answers(&choice.alt, helper)?);
            Ok(all)
        }
        Expr::Call(call) => {
            let callee = call.callee.as_expr().map(|callee| bare(callee));
            let is_json = callee.is_some_and(|callee| match callee {
                Expr::Member(member) => is_response(&member.obj) && member_name(member).as_deref() == Some("json"),
                _ => false,
            });
            // Of `undefined` it makes an empty body: whoever reads that as JSON fails, as with an action.
            let by_helper = callee.zip(helper).is_some_and(|(callee, helper)| is_ident(callee, helper));
            if !is_json && !by_helper {
                return Err(elsewhere(expr));
            }
            let (data, init) = two(&call.args, expr)?;
            let status = status(init)?;
            let data = data.ok_or_else(|| elsewhere(expr))?;
            if matches!(status, 204 | 205 | 304) {
                return Err(("http-contract", span_of(expr), format!("a {status} with a body fails at run time")));
            }
            Ok(vec![Answer {
                span: span_of(bare(expr)),
                status,
                data: Some(data.clone()),
                text: None,
                redirects: false,
                may_be_empty: by_helper,
            }])
        }
        Expr::New(new) if is_response(&new.callee) => {
            let (body, init) = two(new.args.as_deref().unwrap_or_default(), expr)?;
            let status = status(init)?;
            let data = match body {
                None => None,
                Some(body) => payload(body)?,
            };
            let text = match body.map(bare) {
                _ if data.is_some() => None,
                Some(body) if literal_str(body).is_some() => Some(Text::Literal(span_of(body))),
                _ => Some(Text::Empty),
            };
            Ok(vec![Answer { span: span_of(bare(expr)), status, data, text, redirects: false, may_be_empty: false }])
        }
        _ => Err(elsewhere(expr)),
    }
}

fn elsewhere(expr: &Expr) -> NoAnswer {
    let call = match bare(expr) {
        Expr::Await(waiting) => bare(&waiting.arg),
        other => other,
    };
    let maker = match call {
        Expr::Call(call) => callee_ident(call).map(|name| format!(", but by `{}`", name.sym)),
        _ => None,
    };
    let message = format!("the response is not made where it is returned{}", maker.unwrap_or_default());
    ("http-contract", span_of(expr), message)
}

pub fn two<'a>(args: &'a [ExprOrSpread], whole: &Expr) -> Result<(Option<&'a Expr>, Option<&'a Expr>), NoAnswer> {
    if args.len() > 2 || args.iter().any(|argument| argument.spread.is_some()) {
        return Err(elsewhere(whole));
    }
    Ok((args.first().map(|argument| &*argument.expr), args.get(1).map(|argument| &*argument.expr)))
}

pub fn is_response(expr: &Expr) -> bool {
    ident(expr).is_some_and(|name| matches!(&*name.sym, "Response" | "NextResponse"))
}

/// What `new Response(body)` carries, as far as a caller that reads JSON is concerned.
fn payload(body: &Expr) -> Result<Option<Expr>, NoAnswer> {
    let body = bare(body);
    if matches!(body, Expr::Lit(Lit::Null(_))) || ident(body).is_some_and(|name| &*name.sym == "undefined") {
        return Ok(None);
    }
    if literal_str(body).is_some() {
        return Ok(None);
    }
    if let Expr::Call(call) = body
        && let Some(Expr::Member(member)) = call.callee.as_expr().map(|callee| bare(callee))
        && ident(&member.obj).is_some_and(|name| &*name.sym == "JSON")
        && member_name(member).as_deref() == Some("stringify")
        && let [value] = call.args.as_slice()
    {
        return Ok(Some((*value.expr).clone()));
    }
    Err((
        "file-or-feed",
        span_of(body),
        "the answer is not known to be JSON or short text: an action returns values".into(),
    ))
}

/// The status in the second argument of a response.
fn status(init: Option<&Expr>) -> Result<u16, NoAnswer> {
    let Some(init) = init else { return Ok(200) };
    let unclear =
        |span: Span| ("http-contract", span, "the status or the headers of this answer are not plain".to_owned());
    let Expr::Object(init) = bare(init) else { return Err(unclear(span_of(init))) };
    let mut status = 200;
    for property in &init.props {
        let PropOrSpread::Prop(property) = property else { return Err(unclear(span_of(property))) };
        let Prop::KeyValue(pair) = &**property else { return Err(unclear(span_of(&**property))) };
        match prop_name(&pair.key).as_deref() {
            Some("status") => match bare(&pair.value) {
                Expr::Lit(Lit::Num(number)) if (200.0..600.0).contains(&number.value) => status = number.value as u16,
                other => return Err(unclear(span_of(other))),
            },
            // No caller that can become an action reads it.
            Some("statusText") if literal_str(&pair.value).is_some() => {}
            Some("headers") => match bare(&pair.value) {
                Expr::Object(headers) if only_json_type(headers) => {}
                other => {
                    let message = "this answer sets headers, which an action cannot".to_owned();
                    return Err(("http-contract", span_of(other), message));
                }
            },
            _ => return Err(unclear(span_of(pair))),
        }
    }
    if (300..400).contains(&status) {
        return Err(("http-contract", span_of(init), "this answer redirects, which `fetch` follows by itself".into()));
    }
    Ok(status)
}

fn only_json_type(headers: &ObjectLit) -> bool {
    headers.props.iter().all(|property| match property {
        PropOrSpread::Prop(property) => match &**property {
            Prop::KeyValue(pair) => {
                prop_name(&pair.key).is_some_and(|name| name.eq_ignore_ascii_case("content-type"))
                    && literal_str(&pair.value).is_some_and(|value| value.starts_with("application/json"))
            }
            _ => false,
        },
        PropOrSpread::Spread(_) => false,
    })
}
