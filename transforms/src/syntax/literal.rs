//! Literals and names that stand nowhere in the text.

use swc_core::common::{DUMMY_SP, Spanned};
use swc_core::ecma::ast::{Expr, Ident, Lit, Number, Str};

/// A number.
pub fn new_number(value: u16) -> Expr {
    Expr::Lit(Lit::Num(Number { span: DUMMY_SP, value: value.into(), raw: None }))
}

/// A string.
pub fn new_string(value: &str) -> Expr {
    Expr::Lit(Lit::Str(Str { span: DUMMY_SP, value: value.into(), raw: None }))
}

/// A name.
pub fn new_ident(name: &str) -> Expr {
    Expr::Ident(Ident::new_no_ctxt(name.into(), DUMMY_SP))
}

/// Whether `expr` is one of those.
pub fn is_new(expr: &Expr) -> bool {
    matches!(expr, Expr::Lit(_) | Expr::Ident(_)) && expr.span().is_dummy()
}
