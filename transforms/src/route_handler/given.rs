//! Whether a value is certainly there. `res.json(undefined)` answered with an empty body where
//! `NextResponse.json(undefined)` throws, so that the plain form fits only what is never `undefined`
//! (reference, section 3.1). Functions, of which JSON makes `undefined`, too, are not looked for behind names.

use super::payload::Constants;
use super::responses::forbids_body;
use crate::libraries::prisma;
use crate::syntax::ast::{AwaitExpr, BinaryOp, CallExpr, Expr, Ident, Lit, UnaryOp};
use crate::syntax::{bare, callee_ident, ident, member_name};

/// How many constants and operators are looked through.
const DEPTH: usize = 16;

impl Constants {
    /// Whether `expr` is certainly not `undefined`.
    pub fn is_given(&self, expr: &Expr) -> bool {
        self.given(expr, DEPTH)
    }

    /// Whether `status` is certainly one that allows a body: all that it may be is written out.
    pub fn allows_body(&self, status: &Expr) -> bool {
        self.allows(status, DEPTH)
    }

    fn given(&self, expr: &Expr, depth: usize) -> bool {
        let Some(depth) = depth.checked_sub(1) else { return false };
        let given = |expr: &Expr| self.given(expr, depth);
        match bare(expr) {
            Expr::Lit(_) | Expr::Object(_) | Expr::Array(_) | Expr::Tpl(_) | Expr::New(_) | Expr::Update(_) => true,
            Expr::Unary(unary) => unary.op != UnaryOp::Void,
            Expr::Bin(bin) => match bin.op {
                // What stands on the left is the value only if it is true, or neither `null` nor `undefined`.
                BinaryOp::LogicalOr | BinaryOp::NullishCoalescing => given(&bin.right),
                BinaryOp::LogicalAnd => given(&bin.left) && given(&bin.right),
                _ => true,
            },
            Expr::Cond(choice) => given(&choice.cons) && given(&choice.alt),
            Expr::Ident(name) => self.is_checked(name) || self.all(name, |value| self.given(value, depth / 2)),
            Expr::Call(call) => is_fetch(call) || gives_value(call),
            Expr::Await(awaited) => self.awaited(&awaited.arg, depth),
            _ => false,
        }
    }

    /// Whether `await expr` is certainly there.
    fn awaited(&self, expr: &Expr, depth: usize) -> bool {
        let Some(depth) = depth.checked_sub(1) else { return false };
        match bare(expr) {
            Expr::Ident(name) => self.value(name).is_some_and(|value| self.awaited(value, depth)),
            Expr::Call(call) => match call.callee.as_expr().map(|callee| bare(callee)) {
                Some(Expr::Member(member)) => {
                    let object = ident(&member.obj);
                    match (object.map(|name| &*name.sym), member_name(member).as_deref()) {
                        (Some("Promise"), Some("all" | "allSettled")) => true,
                        // The body of what `fetch` gave.
                        (_, Some("json" | "text" | "arrayBuffer")) => {
                            is_fetched(object.and_then(|name| self.value(name)).unwrap_or(&member.obj))
                        }
                        _ => prisma::gives_value(member) || gives_value(call),
                    }
                }
                _ => is_fetch(call) || gives_value(call),
            },
            Expr::Await(_) => self.given(expr, depth),
            _ => false,
        }
    }

    fn allows(&self, status: &Expr, depth: usize) -> bool {
        let Some(depth) = depth.checked_sub(1) else { return false };
        match bare(status) {
            Expr::Lit(Lit::Num(number)) => !forbids_body(number.value as u16),
            Expr::Cond(choice) => self.allows(&choice.cons, depth) && self.allows(&choice.alt, depth),
            Expr::Ident(name) => self.all(name, |value| self.allows(value, depth / 2)),
            _ => false,
        }
    }

    /// Whether all values of a name are known, and `holds` for each.
    fn all(&self, name: &Ident, holds: impl Fn(&Expr) -> bool) -> bool {
        self.all_values(name).is_some_and(|values| values.into_iter().all(holds))
    }
}

/// The values of `await Promise.all([first(), second()])`, each awaited by itself.
pub fn all_of(init: &Expr) -> Vec<Expr> {
    let Expr::Await(awaited) = bare(init) else { return Vec::new() };
    let Expr::Call(call) = bare(&awaited.arg) else { return Vec::new() };
    let is_all = matches!(call.callee.as_expr().map(|callee| bare(callee)), Some(Expr::Member(member))
        if ident(&member.obj).is_some_and(|name| &*name.sym == "Promise")
            && member_name(member).as_deref() == Some("all"));
    let [list] = call.args.as_slice() else { return Vec::new() };
    let Expr::Array(list) = bare(&list.expr) else { return Vec::new() };
    let plain = list.elems.iter().flatten().filter(|element| element.spread.is_none());
    if !is_all || plain.clone().count() != list.elems.len() {
        return Vec::new();
    }
    plain.map(|element| Expr::Await(AwaitExpr { span: awaited.span, arg: element.expr.clone() })).collect()
}

/// Calls that give a value whatever they are given: functions of the language, and methods that only its own
/// objects are known for.
fn gives_value(call: &CallExpr) -> bool {
    if let Some(name) = callee_ident(call) {
        return matches!(
            &*name.sym,
            "String" | "Number" | "Boolean" | "BigInt" | "parseInt" | "parseFloat" | "isNaN" | "encodeURIComponent"
        );
    }
    let Some(Expr::Member(member)) = call.callee.as_expr().map(|callee| bare(callee)) else { return false };
    let Some(method) = member_name(member) else { return false };
    let method = method.as_str();
    match ident(&member.obj).map(|name| &*name.sym) {
        Some("Object") => matches!(method, "keys" | "values" | "entries" | "fromEntries" | "assign"),
        Some("Array") => matches!(method, "from" | "of" | "isArray"),
        Some("JSON") => method == "parse",
        Some("Date") => method == "now",
        Some("Math") => true,
        _ => matches!(
            method,
            "map"
                | "filter"
                | "flatMap"
                | "flat"
                | "slice"
                | "concat"
                | "join"
                | "split"
                | "some"
                | "every"
                | "includes"
                | "startsWith"
                | "endsWith"
                | "trim"
                | "toString"
                | "toUpperCase"
                | "toLowerCase"
                | "toFixed"
                | "toISOString"
        ),
    }
}

fn is_fetch(call: &CallExpr) -> bool {
    callee_ident(call).is_some_and(|name| &*name.sym == "fetch")
}

fn is_fetched(init: &Expr) -> bool {
    matches!(bare(init), Expr::Await(awaited) if matches!(bare(&awaited.arg), Expr::Call(call) if is_fetch(call)))
}
