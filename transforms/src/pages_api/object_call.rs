//! Calls that hand on `req` or `res` inside an object: `getToken({ req, secret })`.

use super::carrier::{Escape, EscapeKind, Role};
use crate::libraries::Held;
use crate::syntax::ast::{CallExpr, Expr, ExprOrSpread, Id, ObjectLit, Prop, PropOrSpread};
use crate::syntax::{Span, Visit, VisitWith, bare, prop_name, span_of};

/// A call of an imported function with an object literal that holds `req` or `res`.
#[derive(Clone, Debug)]
pub struct ObjectCall {
    /// The call expression.
    pub span: Span,
    /// Who is called.
    pub callee: Id,
    /// All properties of the object.
    pub properties: Vec<Span>,
    /// Those that hold something.
    pub held: Vec<HeldProperty>,
    /// What becomes of them, in the same order; filled in once the callee is known.
    pub becomes: Vec<Held>,
}

/// A property that is `req` or `res`.
#[derive(Clone, Debug)]
pub struct HeldProperty {
    /// The property: `request: req`.
    pub span: Span,
    /// Its name.
    pub key: String,
    /// Its value; that of a shorthand property is the property itself.
    pub value: Span,
    /// What it holds.
    pub role: Role,
    /// The names of the other properties of the object; `...` for those that a spread brings.
    pub beside: Vec<String>,
    /// The object has this name, and is handed on as a whole, so that `span` is the name.
    pub whole: Option<Id>,
}

impl HeldProperty {
    /// `{ req }`.
    pub fn is_shorthand(&self) -> bool {
        self.span == self.value
    }
}

impl ObjectCall {
    /// The object has a name, and is handed on as a whole.
    pub fn is_whole(&self) -> bool {
        self.held.iter().any(|held| held.whole.is_some())
    }

    /// Whether it sets a cookie, `text` being that of its module: `setCookie('id', id, { req, res })`.
    pub fn sets_cookies(&self, text: &str) -> bool {
        let called = self.span.text(text);
        self.becomes.contains(&Held::Cookies) && !called.starts_with("get") && !called.starts_with("has")
    }

    /// The call as something that is not followed.
    pub fn unfollowed(&self) -> impl Iterator<Item = Escape> {
        self.held.iter().map(|held| Escape { span: held.value, role: held.role, how: EscapeKind::Value })
    }
}

/// What the object that an expression is holds: a literal, or one that has a name.
pub type HeldBy<'h> = dyn Fn(&Expr) -> Option<Vec<HeldProperty>> + 'h;

/// `call`, if exactly one of its arguments is an object that holds something.
pub fn object_call(call: &CallExpr, callee: Id, held: &HeldBy<'_>) -> Option<ObjectCall> {
    let args = call.args.iter().filter(|arg| arg.spread.is_none());
    let mut found = args.filter_map(|arg| Some((&arg.expr, held(&arg.expr)?)));
    let ((object, held), None) = (found.next()?, found.next()) else { return None };
    let properties = match bare(object) {
        Expr::Object(object) => object.props.iter().map(span_of).collect(),
        _ => Vec::new(),
    };
    Some(ObjectCall { span: span_of(call), callee, properties, held, becomes: Vec::new() })
}

/// The properties of `object` that hold something.
pub(super) fn held(object: &ObjectLit, role: &dyn Fn(&Expr) -> Option<Role>) -> Option<Vec<HeldProperty>> {
    let mut held = Vec::new();
    let mut others = Vec::new();
    for property in &object.props {
        let span = span_of(property);
        let (key, value, role) = match property {
            PropOrSpread::Spread(_) => ("...".to_owned(), span, None),
            PropOrSpread::Prop(inner) => match &**inner {
                Prop::Shorthand(name) => (name.sym.to_string(), span, role(&Expr::Ident(name.clone()))),
                Prop::KeyValue(pair) => match prop_name(&pair.key) {
                    Some(key) => (key, span_of(&*pair.value), role(&pair.value)),
                    None => ("...".to_owned(), span, None),
                },
                Prop::Method(method) => (prop_name(&method.key).unwrap_or_else(|| "...".into()), span, None),
                _ => ("...".to_owned(), span, None),
            },
        };
        match role {
            Some(role) => held.push(HeldProperty { span, key, value, role, beside: Vec::new(), whole: None }),
            // What is spread behind `req` may bring another one, or none.
            None if key == "..." && !held.is_empty() => return None,
            None => others.push(key),
        }
    }
    held.iter_mut().for_each(|property| property.beside.clone_from(&others));
    (!held.is_empty()).then_some(held)
}

/// The properties of all arguments of `call` that hold something, with the position of the argument.
pub fn held_arguments(call: &CallExpr, held: &HeldBy<'_>) -> Vec<(usize, HeldProperty)> {
    let args = call.args.iter().enumerate().filter(|(_, arg)| arg.spread.is_none());
    let found = args.filter_map(|(at, arg)| Some((at, held(&arg.expr)?)));
    found.flat_map(|(at, held)| held.into_iter().map(move |property| (at, property))).collect()
}

/// Walks through the arguments of a call but those at `skipped`, and the properties at `skipped`.
pub fn visit_others<V: Visit>(args: &[ExprOrSpread], skipped: &[Span], visitor: &mut V) {
    for arg in args.iter().filter(|arg| !skipped.contains(&span_of(*arg))) {
        match bare(&arg.expr) {
            Expr::Object(object) => {
                let others = object.props.iter().filter(|property| !skipped.contains(&span_of(*property)));
                others.for_each(|property| property.visit_with(visitor));
            }
            _ => arg.visit_with(visitor),
        }
    }
}
