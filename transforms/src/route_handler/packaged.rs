//! What functions of packages send for a payload that may be `undefined`.
//!
//! ```ts
//! ok(res, users)          →      NextResponse.json(users === undefined ? {} : users)
//! notFound(res)           →      new NextResponse('404 Not Found', { status: 404 })
//! ```

use super::payload::{Constants, Kind};
use super::responses::{source, text};
use crate::pages_api::{Otherwise, Payload, ResponseUse};
use crate::rewrite::Piece;
use crate::syntax::ast::{Expr, MemberProp};
use crate::syntax::{Style, bare};

/// A payload, and the statement that has to run before it is written down.
pub struct Packaged {
    /// `const data = await users()`.
    pub before: Option<Vec<Piece>>,
    /// The payload.
    pub value: Vec<Piece>,
    /// It is there, and of the kind that the function sends.
    pub certain: bool,
}

/// The payload of `send`; `None` if it is the one that is written, or if the function has no other.
pub fn packaged(send: &ResponseUse, name: Option<&str>, constants: &Constants, style: &Style) -> Option<Packaged> {
    let otherwise = match send.otherwise? {
        Otherwise::Empty => "{}".to_owned(),
        Otherwise::Text(text) => style.string(text),
    };
    let Some(value) = given(send)? else {
        return Some(Packaged { before: None, value: vec![text(otherwise)], certain: true });
    };
    if is_certain(value, constants) {
        return None;
    }
    let chosen = |value: Vec<Piece>| {
        let mut pieces = value.clone();
        pieces.push(text(format!(" === undefined ? {otherwise} : ")));
        pieces.extend(value);
        pieces
    };
    let certain = send.otherwise == Some(Otherwise::Empty);
    match name.filter(|_| !is_plain(value)) {
        Some(name) => {
            let before = [text(format!("const {name} = "))].into_iter().chain(source(value)).collect();
            Some(Packaged { before: Some(before), value: chosen(vec![text(name)]), certain })
        }
        None => Some(Packaged { before: None, value: chosen(source(value)), certain }),
    }
}

/// Whether the payload of `send` needs a name of its own.
pub fn needs_name(send: &ResponseUse, constants: &Constants) -> bool {
    send.otherwise.is_some()
        && given(send).flatten().is_some_and(|value| !is_certain(value, constants) && !is_plain(value))
}

/// What `send` is given, `undefined` aside; `None` for other payloads.
fn given(send: &ResponseUse) -> Option<Option<&Expr>> {
    let value = match send.payload.as_ref()? {
        Payload::Json(value) | Payload::End(value) => value.as_ref(),
        _ => return None,
    };
    Some(value.filter(|value| !matches!(bare(value), Expr::Ident(name) if &*name.sym == "undefined")))
}

fn is_certain(value: &Expr, constants: &Constants) -> bool {
    constants.is_given(value) || matches!(constants.kind(value), Kind::PlainText | Kind::Text | Kind::Bytes)
}

/// Names and members of names, which may be read twice.
fn is_plain(value: &Expr) -> bool {
    match bare(value) {
        Expr::Ident(_) => true,
        Expr::Member(member) => matches!(member.prop, MemberProp::Ident(_)) && is_plain(&member.obj),
        _ => false,
    }
}
