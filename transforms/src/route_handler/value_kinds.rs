//! Whether a value is certainly a list or a number. Pages took both as the value of a header; `Headers` takes text.
//!
//! ```ts
//! res.setHeader('Allow', Object.keys(handlers));    →    { Allow: Object.keys(handlers).join(', ') }
//! res.setHeader('X-Time', Date.now());              →    { 'X-Time': String(Date.now()) }
//! ```

use super::payload::Constants;
use crate::syntax::ast::{BinaryOp, CallExpr, Expr, Lit, TsKeywordTypeKind, TsType, UnaryOp};
use crate::syntax::{bare, callee_ident, ident, member_name};

/// What a type says of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Said {
    /// It is an array.
    List,
    /// It is a number.
    Number,
}

impl Said {
    /// Reads `string[]`, `readonly Method[]`, `Array<string>`, `number`.
    pub fn of(asked: &TsType) -> Option<Said> {
        match asked {
            TsType::TsArrayType(_) | TsType::TsTupleType(_) => Some(Said::List),
            TsType::TsTypeOperator(operator) => Said::of(&operator.type_ann),
            TsType::TsParenthesizedType(inner) => Said::of(&inner.type_ann),
            TsType::TsKeywordType(keyword) => {
                (keyword.kind == TsKeywordTypeKind::TsNumberKeyword).then_some(Said::Number)
            }
            TsType::TsTypeRef(reference) => {
                let name = reference.type_name.as_ident()?;
                matches!(&*name.sym, "Array" | "ReadonlyArray").then_some(Said::List)
            }
            _ => None,
        }
    }
}

/// How many constants and operators are looked through.
const DEPTH: usize = 8;

impl Constants {
    /// Whether `expr` is certainly an array.
    pub fn is_list(&self, expr: &Expr) -> bool {
        self.list(expr, DEPTH)
    }

    /// Whether `expr` is an array in one case, and may be something else in another.
    pub fn may_be_list(&self, expr: &Expr) -> bool {
        let either = |one: &Expr, other: &Expr| [one, other].into_iter().any(|part| self.list(part, DEPTH));
        match bare(expr) {
            Expr::Cond(choice) => either(&choice.cons, &choice.alt),
            Expr::Bin(bin) if matches!(bin.op, BinaryOp::LogicalOr | BinaryOp::NullishCoalescing) => {
                either(&bin.left, &bin.right)
            }
            _ => false,
        }
    }

    /// Whether `expr` is a number, or a number or text.
    pub fn is_number(&self, expr: &Expr) -> bool {
        self.number(expr, DEPTH)
    }

    fn list(&self, expr: &Expr, depth: usize) -> bool {
        let Some(depth) = depth.checked_sub(1) else { return false };
        match bare(expr) {
            Expr::Array(_) => true,
            Expr::Cond(choice) => self.list(&choice.cons, depth) && self.list(&choice.alt, depth),
            Expr::Ident(name) => {
                self.said(name) == Some(Said::List) || self.value(name).is_some_and(|value| self.list(value, depth))
            }
            Expr::Call(call) => match method(call) {
                Some((Expr::Ident(object), name)) if &*object.sym == "Object" => {
                    matches!(name.as_str(), "keys" | "values" | "getOwnPropertyNames")
                }
                Some((Expr::Ident(object), name)) if &*object.sym == "Array" => {
                    matches!(name.as_str(), "from" | "of")
                }
                Some((_, name)) if name == "split" => true,
                // Others have these, too: text, what a library gives.
                Some((object, name)) => {
                    let of_lists =
                        ["concat", "filter", "flatMap", "map", "reverse", "slice", "sort", "toReversed", "toSorted"];
                    of_lists.contains(&name.as_str()) && self.list(object, depth)
                }
                None => false,
            },
            _ => false,
        }
    }

    fn number(&self, expr: &Expr, depth: usize) -> bool {
        let Some(depth) = depth.checked_sub(1) else { return false };
        let number = |expr: &Expr| self.number(expr, depth);
        // Text stays what it is as text; a list would be joined in another way.
        let either = |one: &Expr, other: &Expr| {
            let plain = |expr: &Expr| number(expr) || self.is_string(expr);
            (number(one) || number(other)) && plain(one) && plain(other)
        };
        match bare(expr) {
            Expr::Lit(Lit::Num(_)) => true,
            Expr::Unary(unary) => matches!(unary.op, UnaryOp::Plus | UnaryOp::Minus | UnaryOp::Tilde),
            Expr::Cond(choice) => either(&choice.cons, &choice.alt),
            Expr::Bin(bin) => match bin.op {
                BinaryOp::Sub | BinaryOp::Mul | BinaryOp::Div | BinaryOp::Mod | BinaryOp::Exp => true,
                BinaryOp::Add => number(&bin.left) && number(&bin.right),
                BinaryOp::LogicalOr | BinaryOp::NullishCoalescing => either(&bin.left, &bin.right),
                _ => false,
            },
            Expr::Ident(name) => self.said(name) == Some(Said::Number) || self.value(name).is_some_and(number),
            Expr::Member(member) => matches!(member_name(member).as_deref(), Some("length" | "byteLength" | "size")),
            Expr::Call(call) => gives_number(call),
            _ => false,
        }
    }
}

/// `object.name(…)`.
fn method(call: &CallExpr) -> Option<(&Expr, String)> {
    match call.callee.as_expr().map(|callee| bare(callee)) {
        Some(Expr::Member(member)) => Some((bare(&member.obj), member_name(member)?)),
        _ => None,
    }
}

fn gives_number(call: &CallExpr) -> bool {
    if let Some(name) = callee_ident(call) {
        return matches!(&*name.sym, "Number" | "parseInt" | "parseFloat");
    }
    let Some((object, name)) = method(call) else { return false };
    match (ident(object).map(|name| &*name.sym), name.as_str()) {
        (Some("Math"), _)
        | (Some("Date" | "performance"), "now")
        | (Some("Buffer"), "byteLength")
        | (Some("Number"), "parseInt" | "parseFloat") => true,
        (_, name) => name == "getTime",
    }
}
