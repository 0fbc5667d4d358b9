//! A `Content-Length` that the code sets. `res.send` and `res.json` put the length of what they send in its place; a
//! `Response` keeps it, and the body is cut off where it is longer (reference, sections 3 and 3.1).
//!
//! ```ts
//! res.setHeader('Content-Length', csv.length);    →    return send(csv);
//! res.send(csv);
//! ```

use super::payload::{Constants, Kind};
use crate::pages_api::{HeaderChange, Payload};
use crate::syntax::ast::{AssignExpr, AwaitExpr, CallExpr, Expr, NewExpr, UpdateExpr};
use crate::syntax::{Visit, VisitWith, bare, callee_ident, ident, literal_str, member_name};

/// How many constants are looked through.
const DEPTH: usize = 4;

/// Whether `change` sets a length that Pages replaced as it sent `payload`, and that may be another one.
pub fn is_replaced(change: &HeaderChange, payload: &Payload, constants: &Constants) -> bool {
    if change.literal_name().as_deref() != Some("content-length") {
        return false;
    }
    // What does more than to work out a number stays, wherever it may be wrong.
    if change.value.as_ref().is_some_and(|value| !only_counts(value)) {
        return false;
    }
    match payload {
        Payload::Json(_) => true,
        Payload::Send(body) => {
            let told = body.as_ref().zip(change.value.as_ref());
            !told.is_some_and(|(body, value)| is_length_of(body, value, constants, DEPTH))
        }
        Payload::End(_) | Payload::Redirect(..) | Payload::Stream => false,
    }
}

/// Whether `value` is the number of bytes of `body`: `Buffer.byteLength(csv)`, `image.length` of a `Buffer`.
fn is_length_of(body: &Expr, value: &Expr, constants: &Constants, depth: usize) -> bool {
    let Some(depth) = depth.checked_sub(1) else { return false };
    match bare(value) {
        Expr::Ident(name) => constants.value(name).is_some_and(|value| is_length_of(body, value, constants, depth)),
        Expr::Member(member) => match member_name(member).as_deref() {
            Some("byteLength" | "length") => is_same(body, &member.obj) && constants.kind(&member.obj) == Kind::Bytes,
            _ => false,
        },
        Expr::Call(call) => match method(call) {
            // `String(image.length)`, `image.length.toString()`
            None => {
                let inner = call.args.first().filter(|_| callee_ident(call).is_some_and(|name| &*name.sym == "String"));
                inner.is_some_and(|inner| is_length_of(body, &inner.expr, constants, depth))
            }
            Some((object, "toString")) => call.args.is_empty() && is_length_of(body, object, constants, depth),
            Some((object, "byteLength")) => {
                let is_text = |encoding: &str| matches!(encoding, "utf8" | "utf-8");
                let of_body = match call.args.as_slice() {
                    [only] => is_same(body, &only.expr),
                    [first, encoding] => {
                        is_same(body, &first.expr) && literal_str(&encoding.expr).is_some_and(|name| is_text(&name))
                    }
                    _ => false,
                };
                of_body && ident(object).is_some_and(|object| &*object.sym == "Buffer") && is_constant(body, constants)
            }
            Some(_) => false,
        },
        _ => false,
    }
}

/// Whether `body` is what it was when its bytes were counted.
fn is_constant(body: &Expr, constants: &Constants) -> bool {
    match bare(body) {
        Expr::Ident(name) => constants.value(name).is_some(),
        Expr::Member(member) => is_constant(&member.obj, constants),
        _ => false,
    }
}

/// Whether `value` calls nothing but what counts or makes text.
fn only_counts(value: &Expr) -> bool {
    struct Calls(bool);
    impl Visit for Calls {
        fn visit_call_expr(&mut self, call: &CallExpr) {
            let counts = ["String", "Number", "byteLength", "get", "stringify", "toString"];
            let name = callee_ident(call).map(|name| name.sym.to_string());
            let name = name.or_else(|| member_name(bare(call.callee.as_expr()?).as_member()?));
            self.0 &= name.is_some_and(|name| counts.contains(&name.as_str()));
            call.visit_children_with(self);
        }
        fn visit_new_expr(&mut self, _: &NewExpr) {
            self.0 = false;
        }
        fn visit_await_expr(&mut self, _: &AwaitExpr) {
            self.0 = false;
        }
        fn visit_assign_expr(&mut self, _: &AssignExpr) {
            self.0 = false;
        }
        fn visit_update_expr(&mut self, _: &UpdateExpr) {
            self.0 = false;
        }
    }
    let mut calls = Calls(true);
    value.visit_with(&mut calls);
    calls.0
}

/// Whether both are one name, or one member of it: `file.text`.
fn is_same(one: &Expr, other: &Expr) -> bool {
    match (bare(one), bare(other)) {
        (Expr::Ident(one), Expr::Ident(other)) => one.to_id() == other.to_id(),
        (Expr::Member(one), Expr::Member(other)) => {
            let name = member_name(one);
            name.is_some() && name == member_name(other) && is_same(&one.obj, &other.obj)
        }
        _ => false,
    }
}

/// `object.name(…)`, for the names that matter here.
fn method(call: &CallExpr) -> Option<(&Expr, &'static str)> {
    let member = bare(call.callee.as_expr()?).as_member()?;
    let name = member_name(member)?;
    let known = ["toString", "byteLength"].into_iter().find(|known| *known == name)?;
    Some((&member.obj, known))
}
