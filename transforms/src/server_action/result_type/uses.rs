//! What a caller does with the members of the JSON that it reads.

use std::collections::HashMap;

use super::accepts::{Kinds, accepted};
use crate::callers::JsonRead;
use crate::syntax::ast::{Expr, Id, MemberExpr, ObjectPatProp, Pat, VarDeclarator};
use crate::syntax::{Module, Span, Visit, VisitWith, is_ident, member_name, prop_name, span_of};

/// One use of one member.
#[derive(Debug)]
pub struct Use {
    pub name: String,
    /// The types that fit there.
    pub accepted: Kinds,
}

/// The uses of what is read; `None` if it is given a type, or its uses are not all known.
pub fn uses_of(module: &Module, read: &JsonRead) -> Option<Vec<Use>> {
    read.members.as_ref()?;
    let mut targets = Targets { read: read.span, object: None, members: Vec::new(), uses: Vec::new(), seen: false };
    module.ast.visit_with(&mut targets);
    if !targets.seen {
        return None;
    }
    if let Some(id) = &targets.object {
        let mut named = Named { id, uses: Vec::new() };
        module.ast.visit_with(&mut named);
        targets.uses.extend(named.uses);
    }
    let all = module.references();
    for (name, id, declared) in &targets.members {
        let mentions = all.get(id).into_iter().flatten().filter(|at| *at != declared);
        targets.uses.extend(mentions.map(|at| (name.clone(), *at)));
    }
    let accepted: HashMap<Span, Kinds> = accepted(module);
    let nothing = Kinds::default();
    let of = |(name, at): (String, Span)| Use { name, accepted: accepted.get(&at).copied().unwrap_or(nothing) };
    Some(targets.uses.into_iter().map(of).collect())
}

/// Finds what a read is bound to.
struct Targets {
    read: Span,
    /// `const data = await res.json()`.
    object: Option<Id>,
    /// `const { error } = await res.json()`: the member, the variable and its declaration.
    members: Vec<(String, Id, Span)>,
    /// `(await res.json()).error`.
    uses: Vec<(String, Span)>,
    seen: bool,
}

impl Targets {
    /// A cast gives the value a type.
    fn is_read(&self, expr: &Expr) -> bool {
        match expr {
            Expr::Paren(inner) => self.is_read(&inner.expr),
            other => span_of(other) == self.read,
        }
    }
}

impl Visit for Targets {
    fn visit_var_declarator(&mut self, declarator: &VarDeclarator) {
        if declarator.init.as_deref().is_some_and(|init| self.is_read(init)) {
            match &declarator.name {
                Pat::Ident(name) if name.type_ann.is_none() => {
                    self.seen = true;
                    self.object = Some(name.id.to_id());
                }
                Pat::Object(object) if object.type_ann.is_none() => {
                    let member = |property: &ObjectPatProp| match property {
                        ObjectPatProp::Assign(short) if short.value.is_none() => {
                            Some((short.key.id.sym.to_string(), short.key.id.to_id(), span_of(&short.key.id)))
                        }
                        ObjectPatProp::KeyValue(pair) => match (prop_name(&pair.key), &*pair.value) {
                            (Some(name), Pat::Ident(local)) => Some((name, local.id.to_id(), span_of(&local.id))),
                            _ => None,
                        },
                        _ => None,
                    };
                    let members: Option<Vec<_>> = object.props.iter().map(member).collect();
                    self.seen = members.is_some();
                    self.members = members.unwrap_or_default();
                }
                _ => {}
            }
        }
        declarator.visit_children_with(self);
    }

    fn visit_member_expr(&mut self, member: &MemberExpr) {
        if self.is_read(&member.obj)
            && let Some(name) = member_name(member)
        {
            self.seen = true;
            self.uses.push((name, span_of(member)));
        }
        member.visit_children_with(self);
    }
}

/// Finds the members of a variable.
struct Named<'i> {
    id: &'i Id,
    uses: Vec<(String, Span)>,
}

impl Visit for Named<'_> {
    fn visit_member_expr(&mut self, member: &MemberExpr) {
        if is_ident(&member.obj, self.id)
            && let Some(name) = member_name(member)
        {
            self.uses.push((name, span_of(member)));
        }
        member.visit_children_with(self);
    }
}
