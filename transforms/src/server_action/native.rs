//! A form that the browser sends gets the action instead of the URL, and works without JavaScript as before. Its
//! answer is a redirect: anything else would be shown by the browser as a page.
//!
//! ```tsx
//! <form action="/api/contact" method="post">                          <form action={createContact}>
//! return NextResponse.redirect(new URL('/thanks', req.url), 303);  →  return redirect('/thanks');
//! ```

use super::input::{BodyKind, Input};
use super::result::{Answer, NoAnswer, is_response, two};
use crate::callers::NativeForm;
use crate::rewrite::{Edit, Piece};
use crate::syntax::ast::{Expr, Lit, ObjectLit, Prop, PropOrSpread, Stmt, TryStmt};
use crate::syntax::{Span, Visit, VisitWith, bare, ident, literal_str, member_name, prop_name, span_of};

/// The edits of a form; `params` are the arguments for the parameters of the route.
pub fn form_edits(
    element: Span,
    form: &NativeForm,
    input: &Input,
    callee: &str,
    params: Vec<Vec<Piece>>,
) -> Result<Vec<Edit>, NoAnswer> {
    let refuse = |at: Span, why: &str| Err(("not-only-fetch", at, why.to_owned()));
    if !input.query.is_empty() {
        return refuse(element, "the handler reads a query, and the form has none");
    }
    if let Some(file) = form.files {
        return Err(("upload", file, "it sends files, and an action takes 1 MB".into()));
    }
    match input.body.as_ref().map(|body| body.kind) {
        Some(BodyKind::Json) => return refuse(element, "a form sends no JSON"),
        Some(BodyKind::ByType) if form.multipart => {
            return refuse(element, "the handler does not take this form apart: it is sent as `multipart/form-data`");
        }
        Some(BodyKind::ByType) if !form.distinct => {
            return refuse(element, "two of its fields may have one name, and the handler would see both");
        }
        _ => {}
    }
    let mut pieces = vec![Piece::Text(format!("action={{{callee}"))];
    if !params.is_empty() {
        pieces.push(Piece::Text(".bind(null".into()));
        for param in params {
            pieces.push(Piece::Text(", ".into()));
            pieces.extend(param);
        }
        pieces.push(Piece::Text(")".into()));
    }
    pieces.push(Piece::Text("}".into()));
    let mut edits = vec![Edit::of(form.action, pieces)];
    edits.extend(form.gone.iter().map(|attribute| Edit::delete(*attribute)));
    Ok(edits)
}

/// An answer that makes the browser get another page of the app, and the mention of the request in it.
pub fn redirect(expr: &Expr) -> Result<(Answer, Option<Span>), NoAnswer> {
    let whole = span_of(bare(expr));
    let refuse = |why: &str| ("http-contract", whole, why.to_owned());
    let shown = || refuse("a form sends it, and the browser shows this answer as a page");
    let (status, path, base) = match bare(expr) {
        Expr::Call(call) => {
            let callee = call.callee.as_expr().map(|callee| bare(callee));
            let Some(Expr::Member(called)) = callee else { return Err(shown()) };
            if !is_response(&called.obj) || member_name(called).as_deref() != Some("redirect") {
                return Err(shown());
            }
            let (target, init) = two(&call.args, expr)?;
            let (path, base) = target.and_then(path_and_base).ok_or_else(|| refuse(ELSEWHERE))?;
            let status = match init.map(bare) {
                None => Some(307),
                Some(Expr::Object(init)) if init.props.len() == 1 => member(init, "status").and_then(number),
                Some(other) => number(other),
            };
            (status, path, Some(base))
        }
        Expr::New(new) if is_response(&new.callee) => {
            let (body, init) = two(new.args.as_deref().unwrap_or_default(), expr)?;
            let empty = body.is_some_and(|body| matches!(bare(body), Expr::Lit(Lit::Null(_))));
            let Some(Expr::Object(init)) = init.map(bare) else { return Err(shown()) };
            let headers = match member(init, "headers").map(bare) {
                Some(Expr::Object(headers)) if headers.props.len() == 1 => headers,
                _ => return Err(shown()),
            };
            let path = member(headers, "location").filter(|_| empty && init.props.len() == 2).ok_or_else(shown)?;
            (member(init, "status").and_then(number), path.clone(), None)
        }
        _ => return Err(shown()),
    };
    match status {
        Some(301..=303) => {}
        Some(307 | 308) => return Err(refuse("the browser sends the form once more to where this leads")),
        _ => return Err(shown()),
    }
    if !is_own_path(&path) {
        return Err(refuse(ELSEWHERE));
    }
    Ok((Answer { span: whole, status: 303, data: Some(path), text: None, redirects: true, may_be_empty: false }, base))
}

const ELSEWHERE: &str = "where this leads is not known to be a page of the app";

/// `path` and the mention of `req` in `new URL(path, req.url)`.
fn path_and_base(target: &Expr) -> Option<(Expr, Span)> {
    let Expr::New(new) = bare(target) else { return None };
    let [path, base] = new.args.as_deref()? else { return None };
    let Expr::Member(base) = bare(&base.expr) else { return None };
    let is_url = ident(&new.callee).is_some_and(|name| &*name.sym == "URL");
    let own = is_url && matches!(member_name(base)?.as_str(), "url" | "nextUrl");
    own.then(|| ident(&base.obj).map(|request| ((*path.expr).clone(), span_of(request))))?
}

/// Whether the text starts with one slash: it leads to this app.
fn is_own_path(path: &Expr) -> bool {
    let start = match bare(path) {
        Expr::Tpl(template) if !template.exprs.is_empty() => {
            let first = template.quasis.first().and_then(|quasi| quasi.cooked.as_ref()?.as_str().map(str::to_owned));
            // `/${path}` may begin with two.
            first.filter(|text| text.len() > 1)
        }
        other => literal_str(other),
    };
    start.is_some_and(|text| text.starts_with('/') && !text.starts_with("//") && !text.starts_with("/\\"))
}

fn member<'a>(object: &'a ObjectLit, name: &str) -> Option<&'a Expr> {
    object.props.iter().find_map(|property| match property {
        PropOrSpread::Prop(property) => match &**property {
            Prop::KeyValue(pair) => {
                prop_name(&pair.key).is_some_and(|key| key.eq_ignore_ascii_case(name)).then_some(&*pair.value)
            }
            _ => None,
        },
        PropOrSpread::Spread(_) => None,
    })
}

fn number(expr: &Expr) -> Option<u16> {
    match bare(expr) {
        Expr::Lit(Lit::Num(number)) if (200.0..600.0).contains(&number.value) => Some(number.value as u16),
        _ => None,
    }
}

/// Whether a `catch` among `statements` sees what is thrown at `span`.
pub fn is_caught(statements: &[Stmt], span: Span) -> bool {
    struct Tries(Span, bool);
    impl Visit for Tries {
        fn visit_try_stmt(&mut self, attempt: &TryStmt) {
            self.1 |= attempt.handler.is_some() && span_of(&attempt.block).contains(self.0);
            // What `finally` returns takes its place.
            self.1 |= attempt.finalizer.is_some();
            attempt.visit_children_with(self);
        }
    }
    let mut tries = Tries(span, false);
    statements.visit_with(&mut tries);
    tries.1
}
