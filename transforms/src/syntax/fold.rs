//! Constant folding of conditions: what is certain when some expressions have a known value.

use swc_core::ecma::ast::{BinaryOp, Expr, Lit, UnaryOp};

use super::{bare, literal_str, member_name};

/// What is known of a condition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Truth {
    /// It holds.
    True,
    /// It does not.
    False,
    /// It depends.
    Unknown,
}

impl Truth {
    fn of(value: bool) -> Truth {
        if value { Truth::True } else { Truth::False }
    }
}

impl std::ops::Not for Truth {
    type Output = Truth;

    fn not(self) -> Truth {
        match self {
            Truth::True => Truth::False,
            Truth::False => Truth::True,
            Truth::Unknown => Truth::Unknown,
        }
    }
}

/// Folds `condition`, where `known` gives the text that an expression certainly has. It answers for
/// whole subexpressions (`req.method`); a value other than every literal in sight is any string that
/// cannot be written in source, such as `"\0"`.
pub fn truth(condition: &Expr, known: &dyn Fn(&Expr) -> Option<String>) -> Truth {
    let condition = bare(condition);
    match condition {
        Expr::Lit(Lit::Bool(literal)) => Truth::of(literal.value),
        Expr::Unary(unary) if unary.op == UnaryOp::Bang => !truth(&unary.arg, known),
        Expr::Bin(bin) => match bin.op {
            BinaryOp::LogicalAnd => match (truth(&bin.left, known), truth(&bin.right, known)) {
                (Truth::False, _) | (_, Truth::False) => Truth::False,
                (Truth::True, Truth::True) => Truth::True,
                _ => Truth::Unknown,
            },
            BinaryOp::LogicalOr => match (truth(&bin.left, known), truth(&bin.right, known)) {
                (Truth::True, _) | (_, Truth::True) => Truth::True,
                (Truth::False, Truth::False) => Truth::False,
                _ => Truth::Unknown,
            },
            BinaryOp::EqEq | BinaryOp::EqEqEq => equal(&bin.left, &bin.right, known),
            BinaryOp::NotEq | BinaryOp::NotEqEq => !equal(&bin.left, &bin.right, known),
            _ => Truth::Unknown,
        },
        Expr::Call(call) => {
            includes(call, known).or_else(|| Some(Truth::of(!known(condition)?.is_empty()))).unwrap_or(Truth::Unknown)
        }
        // A method is never the empty string, which stands for what is false.
        _ => known(condition).map_or(Truth::Unknown, |known| Truth::of(!known.is_empty())),
    }
}

fn equal(left: &Expr, right: &Expr, known: &dyn Fn(&Expr) -> Option<String>) -> Truth {
    let value = |expr: &Expr| literal_str(expr).or_else(|| known_text(expr, known));
    match (value(left), value(right)) {
        (Some(left), Some(right)) => Truth::of(left == right),
        _ => Truth::Unknown,
    }
}

/// The known text of `expr`, through `?.toUpperCase()`, `.toLowerCase()`, `|| ''` and `?? ''`.
pub fn known_text(expr: &Expr, known: &dyn Fn(&Expr) -> Option<String>) -> Option<String> {
    let expr = bare(expr);
    if let Some(value) = known(expr) {
        return Some(value);
    }
    match expr {
        Expr::Call(call) => {
            let Expr::Member(member) = bare(call.callee.as_expr()?) else { return None };
            convert(&member.obj, &member_name(member)?, known)
        }
        Expr::OptChain(chain) => {
            let call = chain.base.as_call()?;
            match bare(&call.callee) {
                Expr::Member(member) => convert(&member.obj, &member_name(member)?, known),
                Expr::OptChain(inner) => {
                    let member = inner.base.as_member()?;
                    convert(&member.obj, &member_name(member)?, known)
                }
                _ => None,
            }
        }
        Expr::Bin(bin) if matches!(bin.op, BinaryOp::LogicalOr | BinaryOp::NullishCoalescing) => {
            known_text(&bin.left, known)
        }
        _ => None,
    }
}

fn convert(of: &Expr, by: &str, known: &dyn Fn(&Expr) -> Option<String>) -> Option<String> {
    let value = known_text(of, known)?;
    match by {
        "toUpperCase" => Some(value.to_uppercase()),
        "toLowerCase" => Some(value.to_lowercase()),
        _ => None,
    }
}

/// `['GET', 'POST'].includes(x)`, and `.indexOf` is not worth it.
fn includes(call: &swc_core::ecma::ast::CallExpr, known: &dyn Fn(&Expr) -> Option<String>) -> Option<Truth> {
    let Expr::Member(member) = bare(call.callee.as_expr()?) else { return None };
    let Expr::Array(list) = bare(&member.obj) else { return None };
    if member_name(member)? != "includes" || call.args.len() != 1 {
        return None;
    }
    let needle = known_text(&call.args[0].expr, known)?;
    let mut found = false;
    for element in &list.elems {
        let element = element.as_ref().filter(|element| element.spread.is_none())?;
        found |= literal_str(&element.expr).or_else(|| known(&element.expr))? == needle;
    }
    Some(Truth::of(found))
}
