//! Calls that hand `req` or `res` on.

use std::collections::{BTreeSet, HashMap};

use super::{Escape, EscapeKind, Held, Role};
use crate::pages_api::object_call::HeldProperty;
use crate::syntax::ast::Id;
use crate::syntax::{Function, Span};

/// A call that hands `req` or `res` to another carrier, of this module or imported.
#[derive(Clone, Debug)]
pub struct Call {
    /// The call expression.
    pub span: Span,
    /// Who is called.
    pub callee: Id,
    /// Spans of all arguments, and what they carry.
    pub args: Vec<(Span, Option<Role>)>,
    /// Properties of arguments that carry something, with the position of the argument.
    pub held: Vec<(usize, HeldProperty)>,
    /// Positions of arguments that are functions which answer: `guard(req, res, (user) => res.json(user))`.
    pub answering: BTreeSet<usize>,
    /// Stands in a function inside the carrier.
    pub nested: bool,
}

impl Call {
    /// What its callee finds in its object parameters.
    pub fn holds(&self) -> BTreeSet<Held> {
        let held = self.held.iter();
        held.map(|(at, property)| Held { at: *at, key: property.key.clone(), role: property.role }).collect()
    }

    /// The call as something that is not followed.
    pub fn unfollowed(&self) -> Escape {
        let held = self.held.first().map(|(_, property)| property.role);
        let role = self.args.iter().find_map(|(_, role)| *role).or(held).unwrap_or(Role::Res);
        Escape { span: self.span, role, how: EscapeKind::Argument(self.callee.0.to_string()) }
    }

    /// Whether the call may mean the function called `name`.
    pub fn means(&self, name: &Id) -> bool {
        match self.callee.0.strip_suffix("[]") {
            Some(object) => is_member(name, &self.callee, object),
            None => *name == self.callee,
        }
    }
}

/// The functions that a call by `callee` may mean: one, or all members of an object for `object[]`.
pub(super) fn members(functions: &HashMap<Id, Function<'_>>, callee: &Id) -> Vec<Id> {
    let Some(object) = callee.0.strip_suffix("[]") else {
        return functions.contains_key(callee).then(|| callee.clone()).into_iter().collect();
    };
    let mut found: Vec<&Id> = functions.keys().filter(|id| is_member(id, callee, object)).collect();
    found.sort_by_key(|id| functions[*id].span().start);
    found.into_iter().cloned().collect()
}

fn is_member(id: &Id, callee: &Id, object: &str) -> bool {
    id.1 == callee.1 && id.0.strip_prefix(object).is_some_and(|rest| rest.starts_with('.'))
}
