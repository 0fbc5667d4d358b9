//! Parameters that are a known function of a package, as nobody hands over another one:
//!
//! ```ts
//! async function userOf(req, res, sessionOf = getSession) {
//!   const session = await sessionOf({ req });                // a call of `getSession`
//! ```

use std::collections::{HashMap, HashSet};

use crate::pages_api::carrier::Role;
use crate::syntax::ast::{Id, Ident, Pat};
use crate::syntax::{Function, assigned, ident, pat_ident};

/// A parameter with the name of a function as its default.
#[derive(Clone, Debug)]
pub(super) struct Standing {
    /// Its position.
    pub at: usize,
    /// The function.
    pub function: Id,
}

/// Those of `function`, whose parameters carry `roles`. All that stands before one carries something, so that a call
/// with as many arguments as that hands over nothing else.
pub(super) fn standing(function: Function<'_>, roles: &[Option<Role>]) -> HashMap<Id, Standing> {
    let carried = roles.iter().take_while(|role| role.is_some()).count();
    let given_more: HashSet<Id> =
        function.block().map(assigned).unwrap_or_default().into_iter().map(|(id, _)| id).collect();
    let params = function.params().into_iter().enumerate().skip(carried);
    let found = params.map_while(|(at, param)| match param {
        Pat::Assign(assign) => Some((at, pat_ident(&assign.left)?.to_id(), ident(&assign.right).map(Ident::to_id))),
        _ => None,
    });
    found
        .filter(|(_, name, _)| carried > 0 && !given_more.contains(name))
        .filter_map(|(at, name, function)| Some((name, Standing { at, function: function? })))
        .collect()
}
