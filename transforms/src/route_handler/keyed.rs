//! The types of what a module remembers for each request (see [`crate::pages_api::keyed`]):
//!
//! ```ts
//! const users = new WeakMap<NextApiRequest, User>()   →   new WeakMap<NextRequest, User>()
//! ```
//!
//! Where code of the old form asks it as well, its keys are of both types.

use std::collections::BTreeSet;

use super::unit::Unit;
use crate::pages_api::{Part, request_keys};
use crate::rewrite::Edit;
use crate::syntax::Span;
use crate::syntax::ast::Id;

/// The edits of the types of what the new code of `unit` looks into. `is_new` tells its places from those of other
/// code, `goes` the mentions whose old form goes.
pub fn key_types(unit: &Unit<'_>, is_new: &dyn Fn(Span) -> bool, goes: &dyn Fn(Span) -> bool) -> Vec<Edit> {
    let reads = unit.carriers.list.iter().flat_map(|carrier| &carrier.reads);
    let names: BTreeSet<&Id> = reads
        .filter(|read| is_new(read.span))
        .filter_map(|read| match &read.part {
            Part::Key(name) => Some(name),
            _ => None,
        })
        .collect();
    let all = unit.module.references();
    let mut edits = Vec::new();
    for name in names {
        let Some((declared, keys)) = request_keys(unit.module, name) else { continue };
        let mut mentions = all.get(name).into_iter().flatten().filter(|mention| !declared.contains(**mention));
        let whole = mentions.all(|mention| goes(*mention));
        let text = if whole { "NextRequest" } else { "NextApiRequest | NextRequest" };
        let old = keys.into_iter().filter(|key| key.text(&unit.module.text) != text);
        edits.extend(old.map(|key| Edit::replace(key, text)));
    }
    edits
}
