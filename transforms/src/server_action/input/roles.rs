//! Which parameters of a handler are the request, its context, and the parameters of the route.

use crate::server_action::result::NoAnswer;
use crate::server_action::twin::{Given, Member};
use crate::syntax::ast::{Id, ObjectPat, ObjectPatProp, Pat};
use crate::syntax::{Function, Module, Span, prop_name, span_of};

/// What the parameters of a handler stand for.
#[derive(Clone, Debug, Default)]
pub struct Roles {
    /// The request.
    pub request: Option<Id>,
    /// The object with `params`.
    pub context: Option<Id>,
    /// `params`.
    pub params: Option<Id>,
    /// Route parameters with a name of their own: `{ params: { id } }`.
    pub named: Vec<(String, Id)>,
    /// `params` is no Promise, whatever the version of Next.js.
    pub awaited: bool,
    /// The parameters that an action keeps, because a wrapper gives them.
    pub kept: Vec<String>,
}

fn unclear(span: Span) -> NoAnswer {
    ("http-contract", span, "the parameters of the handler are taken apart".to_owned())
}

impl Roles {
    /// Of a handler that Next.js calls.
    pub fn of(function: Function<'_>) -> Result<Roles, NoAnswer> {
        let params = function.params();
        if params.len() > 2 {
            return Err(unclear(function.span()));
        }
        let mut roles = Roles::default();
        match params.first() {
            None => {}
            Some(Pat::Ident(name)) => roles.request = Some(name.id.to_id()),
            Some(other) => return Err(unclear(span_of(*other))),
        }
        if let Some(context) = params.get(1) {
            roles.context(context)?;
        }
        Ok(roles)
    }

    /// Of a handler in `module` that a wrapper calls with `given`.
    pub fn given(module: &Module, function: Function<'_>, given: &[Given]) -> Result<Roles, NoAnswer> {
        let mut roles = Roles::default();
        for (at, pattern) in function.params().into_iter().enumerate() {
            match (given.get(at), pattern) {
                (Some(Given::Request), Pat::Ident(name)) => roles.request = Some(name.id.to_id()),
                (Some(Given::Context), pattern) => roles.context(pattern)?,
                (Some(Given::Object(members)), Pat::Object(object)) => roles.members(module, object, members)?,
                (Some(Given::Other), pattern) => roles.kept.push(module.text_of(pattern).to_owned()),
                (_, other) => return Err(unclear(span_of(other))),
            }
        }
        Ok(roles)
    }

    fn context(&mut self, pattern: &Pat) -> Result<(), NoAnswer> {
        match pattern {
            Pat::Ident(name) => self.context = Some(name.id.to_id()),
            Pat::Object(object) => match object.props.as_slice() {
                [] => {}
                [ObjectPatProp::Assign(short)] if &*short.key.id.sym == "params" && short.value.is_none() => {
                    self.params = Some(short.key.id.to_id());
                }
                [ObjectPatProp::KeyValue(pair)] if prop_name(&pair.key).as_deref() == Some("params") => {
                    match &*pair.value {
                        Pat::Ident(name) => self.params = Some(name.id.to_id()),
                        other => return Err(unclear(span_of(other))),
                    }
                }
                _ => return Err(unclear(span_of(object))),
            },
            other => return Err(unclear(span_of(other))),
        }
        Ok(())
    }

    /// `{ req, params, session }`, of which `{ session }` is kept.
    fn members(&mut self, module: &Module, object: &ObjectPat, given: &[(String, Member)]) -> Result<(), NoAnswer> {
        let mut kept = Vec::new();
        for property in &object.props {
            let (name, value) = match property {
                ObjectPatProp::Assign(short) => (short.key.id.sym.to_string(), None),
                ObjectPatProp::KeyValue(pair) => {
                    (prop_name(&pair.key).ok_or_else(|| unclear(span_of(object)))?, Some(&*pair.value))
                }
                ObjectPatProp::Rest(rest) => return Err(unclear(span_of(rest))),
            };
            let member = given.iter().find(|(own, _)| *own == name).map(|(_, member)| *member);
            let local = match (property, value) {
                (ObjectPatProp::Assign(short), _) if short.value.is_none() => Some(short.key.id.to_id()),
                (_, Some(Pat::Ident(local))) => Some(local.id.to_id()),
                _ => None,
            };
            match (member, local, value) {
                (None | Some(Member::Other), ..) => kept.push(module.text_of(property)),
                (Some(Member::Request), Some(local), _) => self.request = Some(local),
                (Some(Member::Params { awaited }), Some(local), _) => {
                    (self.params, self.awaited) = (Some(local), awaited);
                }
                (Some(Member::Params { awaited: true }), None, Some(Pat::Object(names))) => self.names(names)?,
                _ => return Err(unclear(span_of(property))),
            }
        }
        if !kept.is_empty() {
            self.kept.push(module.style.braces(&kept.join(", ")));
        }
        Ok(())
    }

    fn names(&mut self, object: &ObjectPat) -> Result<(), NoAnswer> {
        for property in &object.props {
            let named = match property {
                ObjectPatProp::Assign(short) if short.value.is_none() => {
                    Some((short.key.id.sym.to_string(), short.key.id.to_id()))
                }
                ObjectPatProp::KeyValue(pair) => match (prop_name(&pair.key), &*pair.value) {
                    (Some(key), Pat::Ident(local)) => Some((key, local.id.to_id())),
                    _ => None,
                },
                _ => None,
            };
            self.named.push(named.ok_or_else(|| unclear(span_of(property)))?);
        }
        Ok(())
    }
}
