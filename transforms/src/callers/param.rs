//! From the parameters of a function to the arguments of its calls.

use crate::syntax::ast::{Expr, ExprOrSpread, Id, ObjectPatProp, Pat, Prop, PropOrSpread};
use crate::syntax::{bare, prop_name};

/// Where a function takes a parameter: which argument, and which member of it.
pub struct Place {
    index: usize,
    member: Option<String>,
    /// Without an argument, it is something else than nothing or an empty object.
    pub has_default: bool,
}

/// The place of the parameter `id`.
pub fn place(params: &[Pat], id: &Id) -> Option<Place> {
    params.iter().enumerate().find_map(|(index, pattern)| {
        let (pattern, has_default) = match pattern {
            Pat::Assign(assign) => {
                (&*assign.left, !matches!(bare(&assign.right), Expr::Object(object) if object.props.is_empty()))
            }
            other => (other, false),
        };
        match pattern {
            Pat::Ident(binding) if binding.id.to_id() == *id => Some(Place { index, member: None, has_default }),
            Pat::Object(object) => object.props.iter().find_map(|property| {
                let member = match property {
                    ObjectPatProp::KeyValue(pair) => match &*pair.value {
                        Pat::Ident(binding) if binding.id.to_id() == *id => prop_name(&pair.key),
                        _ => None,
                    },
                    ObjectPatProp::Assign(short) if short.key.id.to_id() == *id => Some(short.key.id.sym.to_string()),
                    _ => None,
                };
                member.map(|member| Place { index, member: Some(member), has_default })
            }),
            _ => None,
        }
    })
}

impl Place {
    /// Whether it is a whole argument behind the first, and nothing if a call leaves it out.
    pub fn is_later_argument(&self) -> bool {
        self.index > 0 && self.member.is_none() && !self.has_default
    }
}

/// Whether a call certainly gives nothing for a parameter.
pub fn is_left_out(args: &[ExprOrSpread], place: &Place) -> bool {
    if args.iter().any(|argument| argument.spread.is_some()) {
        return false;
    }
    let Some(given) = args.get(place.index) else { return true };
    match (&place.member, bare(&given.expr)) {
        (Some(member), Expr::Object(object)) => object.props.iter().all(|property| match property {
            PropOrSpread::Prop(property) => match &**property {
                Prop::KeyValue(pair) => prop_name(&pair.key).is_some_and(|name| name != *member),
                Prop::Shorthand(own) => *own.sym != **member,
                _ => false,
            },
            PropOrSpread::Spread(_) => false,
        }),
        _ => false,
    }
}

/// What a call gives for a parameter, or for a member of it.
pub fn argument(args: &[ExprOrSpread], place: &Place, member: Option<&str>) -> Option<Expr> {
    if args.iter().take(place.index + 1).any(|argument| argument.spread.is_some()) {
        return None;
    }
    let mut value = (*args.get(place.index)?.expr).clone();
    for name in [place.member.as_deref(), member].into_iter().flatten() {
        let Expr::Object(object) = bare(&value) else { return None };
        value = object.props.iter().find_map(|property| match property {
            PropOrSpread::Prop(property) => match &**property {
                Prop::KeyValue(pair) if prop_name(&pair.key).as_deref() == Some(name) => Some((*pair.value).clone()),
                Prop::Shorthand(own) if &*own.sym == name => Some(Expr::Ident(own.clone())),
                _ => None,
            },
            PropOrSpread::Spread(_) => None,
        })?;
    }
    Some(value)
}
