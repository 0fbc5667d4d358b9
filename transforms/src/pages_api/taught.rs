//! Calls of functions that users have rules for: see [`crate::settings`]. What such a function does is not looked at.

use crate::settings::is_closed;
use crate::syntax::ast::{CallExpr, Expr, MemberProp, Prop, PropName, PropOrSpread};
use crate::syntax::{Span, bare};

/// What is known of a call besides what it hands on.
#[derive(Clone, Debug)]
pub struct TaughtCall {
    /// The call expression.
    pub span: Span,
    /// Its arguments.
    pub args: Vec<Argument>,
    /// The `await` around it.
    pub awaited: Option<Span>,
    /// Any expression may stand in its place without parentheses.
    pub open: bool,
}

/// One argument.
#[derive(Clone, Copy, Debug)]
pub struct Argument {
    /// `...list`.
    pub spread: bool,
    /// When it may be evaluated.
    pub form: Form,
    /// It needs no parentheses anywhere.
    pub closed: bool,
}

/// What evaluating an expression may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Form {
    /// Its value is always the same.
    Constant,
    /// It reads variables or members, and may be evaluated twice or not at all.
    Plain,
    /// It may do something.
    Active,
}

impl TaughtCall {
    pub(super) fn of(call: &CallExpr, span: Span, awaited: Option<Span>, open: bool) -> TaughtCall {
        let args = call.args.iter().map(|arg| Argument {
            spread: arg.spread.is_some(),
            form: form(&arg.expr),
            closed: is_closed(&arg.expr),
        });
        TaughtCall { span, args: args.collect(), awaited, open }
    }
}

fn form(expr: &Expr) -> Form {
    fn all<'e>(parts: impl Iterator<Item = &'e Expr>) -> Form {
        parts.map(form).max().unwrap_or(Form::Constant)
    }
    match bare(expr) {
        Expr::Lit(_) | Expr::Arrow(_) | Expr::Fn(_) => Form::Constant,
        Expr::Ident(_) | Expr::This(_) => Form::Plain,
        Expr::Member(member) if matches!(member.prop, MemberProp::Ident(_)) => form(&member.obj).max(Form::Plain),
        Expr::Tpl(template) => all(template.exprs.iter().map(|expr| &**expr)),
        Expr::Array(list) if list.elems.iter().flatten().all(|element| element.spread.is_none()) => {
            all(list.elems.iter().flatten().map(|element| &*element.expr))
        }
        Expr::Object(object) => object.props.iter().map(property_form).max().unwrap_or(Form::Constant),
        _ => Form::Active,
    }
}

fn property_form(property: &PropOrSpread) -> Form {
    let PropOrSpread::Prop(property) = property else { return Form::Active };
    match &**property {
        Prop::Shorthand(_) => Form::Plain,
        Prop::KeyValue(pair) if !matches!(pair.key, PropName::Computed(_)) => form(&pair.value),
        _ => Form::Active,
    }
}
