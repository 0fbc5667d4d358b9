//! What a caller takes in place of JSON where an answer has none.
//!
//! ```ts
//! const data = await res.json().catch(() => ({}));
//! const problem = await res.json().catch(() => null);
//! ```

use crate::syntax::ast::{Expr, Lit, Prop, PropName, PropOrSpread, Stmt};
use crate::syntax::{Span, bare, function_of, ident, span_of};

/// A value for an answer whose body is no JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fallback {
    /// None at all, which is what a result without data has.
    Undefined,
    /// `null`, which stands at this place.
    Null(Span),
    /// Another literal.
    Value(Span),
}

/// The value that the handler of `catch` gives, if that is one literal.
pub(super) fn fallback(handler: &Expr) -> Option<Fallback> {
    let function = function_of(handler).filter(|function| !function.is_generator())?;
    let value = match (function.expression(), function.block()) {
        (Some(value), _) => value,
        (None, Some(block)) => match block.stmts.as_slice() {
            [] => return Some(Fallback::Undefined),
            [Stmt::Return(only)] => match only.arg.as_deref() {
                Some(value) => value,
                None => return Some(Fallback::Undefined),
            },
            _ => return None,
        },
        (None, None) => return None,
    };
    let at = span_of(unwrapped(value));
    match bare(value) {
        Expr::Lit(Lit::Null(_)) => Some(Fallback::Null(at)),
        value if is_undefined(value) => Some(Fallback::Undefined),
        value => is_literal(value).then_some(Fallback::Value(at)),
    }
}

/// `{}` of `({})`; a cast keeps its parentheses.
fn unwrapped(expr: &Expr) -> &Expr {
    match expr {
        Expr::Paren(inner) if !matches!(&*inner.expr, Expr::TsAs(_) | Expr::TsSatisfies(_)) => unwrapped(&inner.expr),
        other => other,
    }
}

fn is_undefined(expr: &Expr) -> bool {
    ident(expr).is_some_and(|name| &*name.sym == "undefined")
}

/// Whether a value is spelled out, so that it may stand anywhere.
fn is_literal(expr: &Expr) -> bool {
    match bare(expr) {
        Expr::Lit(Lit::Str(_) | Lit::Bool(_) | Lit::Null(_) | Lit::Num(_)) => true,
        Expr::Tpl(template) => template.exprs.is_empty(),
        Expr::Array(list) => {
            list.elems.iter().flatten().all(|element| element.spread.is_none() && is_literal(&element.expr))
        }
        Expr::Object(object) => object.props.iter().all(|property| match property {
            PropOrSpread::Prop(property) => match &**property {
                Prop::KeyValue(pair) => !matches!(pair.key, PropName::Computed(_)) && is_literal(&pair.value),
                _ => false,
            },
            PropOrSpread::Spread(_) => false,
        }),
        other => is_undefined(other),
    }
}
