//! Where the files of a form go inside a function, once they are in memory: see [`crate::libraries::formidable`].
//!
//! [`kinds`] follows the values by the names that are [`bound`] to them, [`uses`] looks at every use, [`calls`] at those
//! by functions and methods, [`accesses`] at those of the temporary file by the calls that [`reading`] knows, [`beside`]
//! at what may stand there instead, [`types`] at the annotations. [`streamed`] asks them all, and where they find
//! trouble inside one file, formidable goes on reading.

mod accesses;
mod beside;
mod bound;
mod calls;
mod kinds;
mod reading;
mod streamed;
mod types;
mod uses;

use std::collections::{BTreeMap, HashMap};

pub use kinds::Kind;
pub use streamed::settle;

use super::needs::{Callees, indices_of};
use crate::pages_api::{Carrier, Carriers, FormParse};
use crate::project::Import;
use crate::rewrite::Edit;
use crate::syntax::ast::Id;
use crate::syntax::{Module, Span};

/// What is done with the files of forms inside one function.
#[derive(Debug, Default)]
pub struct Uploads {
    /// What has to change.
    pub edits: Vec<Edit>,
    /// Places outside of inner functions where something new is awaited.
    pub awaits_at: Vec<Span>,
    /// What stands in the way: where, and in words.
    pub troubles: Vec<(Span, String)>,
    /// What the function gives its callers.
    pub gives: Option<Kind>,
}

/// Looks at `carrier`. `sources` are calls that give files, besides those that parse a form themselves.
pub fn uploads(
    module: &Module,
    imports: &HashMap<Id, Import>,
    carrier: &Carrier<'_>,
    sources: &BTreeMap<Span, Kind>,
) -> Uploads {
    let mut sources = sources.clone();
    let in_memory = carrier.forms.iter().filter(|parse| !parse.streamed);
    let parses: BTreeMap<Span, &FormParse> = in_memory.map(|parse| (parse.span, parse)).collect();
    for parse in parses.values().filter(|parse| !parse.calls_back) {
        sources.insert(parse.span, Kind::Tuple(vec![None, Some(Kind::Files(parse.major))]));
    }
    if sources.is_empty() && parses.is_empty() {
        return Uploads::default();
    }
    let kinds = match kinds::Kinds::of(carrier.function, &parses, &sources) {
        Ok(kinds) => kinds,
        Err(at) => {
            let troubles = vec![(at, "the files of a form are kept in a way that cannot be followed".to_owned())];
            return Uploads { troubles, ..Uploads::default() };
        }
    };
    uses::uses(module, imports, carrier, &kinds)
}

/// What each of `carriers` gives its callers. `callees` are those of other modules.
pub fn gives(
    module: &Module,
    imports: &HashMap<Id, Import>,
    carriers: &Carriers<'_>,
    callees: &Callees,
) -> Vec<Option<Kind>> {
    let mut all: Vec<Option<Kind>> = vec![None; carriers.list.len()];
    // A chain of functions that hand on files is no longer than there are functions.
    for _ in &carriers.list {
        let sources = |carrier| sources(carriers, carrier, &|at| all[at].clone(), callees);
        let given = |carrier| uploads(module, imports, carrier, &sources(carrier)).gives;
        let now: Vec<Option<Kind>> = carriers.list.iter().map(given).collect();
        if now == all {
            break;
        }
        all = now;
    }
    all
}

/// The calls of `carrier` that give it files of a form. `gives` is what those of the own module give, `callees` are those
/// of others.
pub fn sources(
    carriers: &Carriers<'_>,
    carrier: &Carrier<'_>,
    gives: &dyn Fn(usize) -> Option<Kind>,
    callees: &Callees,
) -> BTreeMap<Span, Kind> {
    let kind = |call| {
        let own = indices_of(carriers, call).into_iter().find_map(gives);
        own.or_else(|| callees.get(&call.callee)?.needs.gives.clone())
    };
    carrier.calls.iter().filter_map(|call| Some((call.span, kind(call)?))).collect()
}
