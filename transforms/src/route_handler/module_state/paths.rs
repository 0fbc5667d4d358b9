//! Ways to members, and what tests ask of names at their beginnings.

use crate::syntax::ast::{BinaryOp, Expr, Id, Lit, MemberExpr, MemberProp, UnaryOp};
use crate::syntax::{bare, ident, is_ident, member_name};

/// The name behind the last dot: that of a field, private ones with their `#`.
pub fn field_name(member: &MemberExpr) -> Option<String> {
    match &member.prop {
        MemberProp::PrivateName(name) => Some(format!("#{}", name.name)),
        _ => member_name(member),
    }
}

/// Where the way to a member begins.
pub enum Root {
    /// At a name.
    Name(Id),
    /// At `this`.
    This,
}

/// The root of `a.b[c]`, and the names of the members, as far as they are known.
pub fn path_of(expr: &Expr) -> Option<(Root, Vec<Option<String>>)> {
    let mut path = Vec::new();
    let mut at = bare(expr);
    loop {
        match at {
            Expr::Ident(name) => {
                path.reverse();
                return Some((Root::Name(name.to_id()), path));
            }
            Expr::This(_) => {
                path.reverse();
                return Some((Root::This, path));
            }
            Expr::Member(member) => {
                path.push(field_name(member));
                at = bare(&member.obj);
            }
            _ => return None,
        }
    }
}

/// `null` and `undefined`, which say that it is to be made anew.
fn is_nothing(value: &Expr) -> bool {
    matches!(bare(value), Expr::Lit(Lit::Null(_))) || ident(value).is_some_and(|name| &*name.sym == "undefined")
}

/// The `b` of `a ?? b`, which is the value of `name` itself or else something new.
pub fn default_of<'e>(value: &'e Expr, name: &Id) -> Option<&'e Expr> {
    match bare(value) {
        Expr::Bin(choice)
            if matches!(choice.op, BinaryOp::NullishCoalescing | BinaryOp::LogicalOr)
                && is_ident(&choice.left, name) =>
        {
            Some(&choice.right)
        }
        _ => None,
    }
}

/// Whether `value` mentions one of `names`.
pub fn mentions(value: &Expr, names: &[Id]) -> bool {
    let found = crate::syntax::references(value);
    names.iter().any(|name| found.contains_key(name))
}

/// The names of which `test` holds only, or among others, where they have no value.
pub fn absent(test: &Expr) -> Vec<Asked> {
    match bare(test) {
        Expr::Unary(not) if not.op == UnaryOp::Bang => asked(&not.arg),
        Expr::Bin(two) => match two.op {
            BinaryOp::LogicalOr | BinaryOp::LogicalAnd => {
                absent(&two.left).into_iter().chain(absent(&two.right)).collect()
            }
            BinaryOp::EqEq | BinaryOp::EqEqEq if is_nothing(&two.right) => asked(&two.left),
            _ => Vec::new(),
        },
        _ => Vec::new(),
    }
}

/// The names of which `test` holds where they have a value.
pub fn present(test: &Expr) -> Vec<Asked> {
    match bare(test) {
        Expr::Bin(two) => match two.op {
            BinaryOp::LogicalAnd | BinaryOp::LogicalOr => {
                present(&two.left).into_iter().chain(present(&two.right)).collect()
            }
            BinaryOp::NotEq | BinaryOp::NotEqEq if is_nothing(&two.right) => asked(&two.left),
            _ => Vec::new(),
        },
        other => asked(other),
    }
}

/// What is asked whether it has a value.
pub enum Asked {
    /// A name, or a member of it.
    Name(Id),
    /// A member of `this`.
    This,
}

/// `client`, `cached.client` or `this.client`, whose value is asked for.
fn asked(expr: &Expr) -> Vec<Asked> {
    match path_of(expr) {
        Some((root, path)) if path.iter().all(Option::is_some) => vec![match root {
            Root::Name(name) => Asked::Name(name),
            Root::This => Asked::This,
        }],
        _ => Vec::new(),
    }
}
