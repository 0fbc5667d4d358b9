//! Small questions about the code of a carrier: what patterns bind, which member is called, what a settled
//! condition leaves.

use super::carrier::Kept;
use crate::syntax::ast::{self, CallExpr, Expr, Id, ObjectPatProp, Pat};
use crate::syntax::{Span, bare, ident, member_name, pat_ident, prop_name, span_of};

/// What is left of a branch that certainly runs.
pub(super) fn kept(text: &str, branch: &ast::Stmt) -> Option<Kept> {
    use ast::{Decl, Stmt, VarDeclKind};
    let Stmt::Block(block) = branch else { return Some(Kept::Whole(span_of(branch))) };
    block.stmts.first()?;
    let declares = block.stmts.iter().any(|statement| match statement {
        Stmt::Decl(Decl::Var(variable)) => variable.kind != VarDeclKind::Var,
        Stmt::Decl(_) => true,
        _ => false,
    });
    Some(if declares {
        Kept::Whole(span_of(branch))
    } else {
        // With the comments around the statements.
        let whole = span_of(branch);
        let inside = Span::new(whole.start + 1, whole.end - 1);
        let start = inside.end - inside.text(text).trim_start().len();
        Kept::Inside(Span::new(start, start + text[start..inside.end].trim_end().len()))
    })
}

/// The name that the property `key` of an object parameter is bound to. Who leaves it away may stand for `null` or
/// nothing: those calls are no calls that hand it over.
pub(super) fn bound_by(param: &Pat, key: &str) -> Option<Id> {
    let Pat::Object(object) = param else { return None };
    object.props.iter().find_map(|property| match property {
        ObjectPatProp::Assign(short) if &*short.key.id.sym == key && short.value.as_deref().is_none_or(is_absent) => {
            Some(short.key.id.to_id())
        }
        ObjectPatProp::KeyValue(pair) if prop_name(&pair.key).as_deref() == Some(key) => {
            pat_ident(&pair.value).map(ast::Ident::to_id)
        }
        _ => None,
    })
}

/// `null`, or `undefined`.
fn is_absent(value: &Expr) -> bool {
    matches!(bare(value), Expr::Lit(ast::Lit::Null(_))) || ident(value).is_some_and(|name| &*name.sym == "undefined")
}

/// `object.member` of a call of that, `object[]` where the member is computed. In a method of an object, called
/// `caller`, `this` is the object.
pub(super) fn member_callee(call: &CallExpr, caller: Option<&Id>) -> Option<Id> {
    let Expr::Member(member) = bare(call.callee.as_expr()?) else { return None };
    let object = match bare(&member.obj) {
        Expr::This(_) => {
            let caller = caller?;
            (caller.0.split_once('.')?.0.into(), caller.1)
        }
        other => ident(other)?.to_id(),
    };
    Some(match member_name(member) {
        Some(name) => crate::syntax::member_id(&object, &name),
        None => (format!("{}[]", object.0).into(), object.1),
    })
}

/// The names that an object pattern gives to members, each behind the key, but for those with another value as default.
pub(super) fn taken_names(pattern: &Pat) -> Vec<(String, Id)> {
    let Pat::Object(object) = pattern else { return Vec::new() };
    let names = object.props.iter().filter_map(|property| match property {
        ObjectPatProp::KeyValue(pair) => Some((prop_name(&pair.key)?, pat_ident(&pair.value)?.to_id())),
        ObjectPatProp::Assign(short) if short.value.is_none() => {
            Some((short.key.id.sym.to_string(), short.key.id.to_id()))
        }
        _ => None,
    });
    names.collect()
}

/// The keys that an object pattern picks, if each is known and nothing collects the rest.
pub(super) fn picked_keys(object: &ast::ObjectPat) -> Option<Vec<String>> {
    object
        .props
        .iter()
        .map(|property| match property {
            ObjectPatProp::KeyValue(pair) => prop_name(&pair.key),
            ObjectPatProp::Assign(short) => Some(short.key.id.sym.to_string()),
            ObjectPatProp::Rest(_) => None,
        })
        .collect()
}
