//! What following begins with.

use std::collections::BTreeSet;

use super::Role;
use crate::pages_api::connect::Maker;
use crate::pages_api::middleware::Waited;
use crate::syntax::ast::Id;
use crate::syntax::{Function, Span};

/// A property of an object parameter that carries something: `({ userId, res }) => …`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Held {
    /// The position of the parameter.
    pub at: usize,
    /// The property.
    pub key: String,
    /// What it carries.
    pub role: Role,
}

/// A function that is handed `req` or `res` from outside its module: a handler, or a helper of another file.
#[derive(Clone, Debug)]
pub struct Root<'a> {
    /// The function.
    pub function: Function<'a>,
    /// What it is called by inside the module.
    pub name: Option<Id>,
    /// What its parameters carry, by position.
    pub roles: Vec<Option<Role>>,
    /// What properties of its parameters carry.
    pub held: BTreeSet<Held>,
    /// Positions of its parameters that are functions which answer.
    pub answering: BTreeSet<usize>,
    /// It is a middleware that a function waits for.
    pub waited: Option<Waited>,
    /// It is the inner function of a wrapper.
    pub wraps: bool,
    /// A router that this makes calls it.
    pub routed: Option<Maker>,
    /// The call around it, which hands what it fails with to the router.
    pub caught: Option<Span>,
    /// It is a handler that a helper's file hands to another helper.
    pub handed: bool,
    /// It is a handler that may give data, which its wrapper sends.
    pub gives: bool,
    /// Names that stand for handlers it was given.
    pub continuations: Vec<Id>,
    /// The name of the wrapper around it.
    pub outer: Option<Id>,
    /// Handlers that it was given ask for headers that it has set, or was given itself.
    pub hands_headers: bool,
    /// The headers, in lower case, that the wrapper around it has set in any case, and can hand over.
    pub given_headers: BTreeSet<String>,
}

impl<'a> Root<'a> {
    /// A helper whose parameters carry what `roles` says.
    pub fn helper(function: Function<'a>, name: Option<Id>, roles: Vec<Option<Role>>) -> Root<'a> {
        let (held, answering, continuations) = (BTreeSet::new(), BTreeSet::new(), Vec::new());
        let (waited, wraps, routed, caught, handed, gives, outer) = (None, false, None, None, false, false, None);
        Root {
            function,
            name,
            roles,
            held,
            answering,
            waited,
            wraps,
            routed,
            caught,
            handed,
            gives,
            continuations,
            outer,
            hands_headers: false,
            given_headers: BTreeSet::new(),
        }
    }

    /// A handler: `(req, res) => …`.
    pub fn handler(function: Function<'a>, name: Option<Id>) -> Root<'a> {
        Root::helper(function, name, vec![Some(Role::Req), Some(Role::Res)])
    }
}
