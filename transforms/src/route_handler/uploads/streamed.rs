//! Forms that formidable goes on reading, because something of them has no counterpart in memory.

use std::collections::{BTreeMap, HashMap};

use super::{Kind, given, uploads};
use crate::libraries::formidable::is_bundled;
use crate::pages_api::{Carrier, Carriers, FormParse};
use crate::project::Import;
use crate::route_handler::needs::indices_of;
use crate::syntax::ast::Id;
use crate::syntax::{Module, Span};

/// Decides it for all `carriers` of `module`, which may hand files to each other. The first `handlers` are those of an
/// endpoint.
pub fn settle(module: &Module, imports: &HashMap<Id, Import>, carriers: &mut Carriers<'_>, handlers: usize) {
    let mut forms = carriers.list.iter().flat_map(|carrier| &carrier.forms).peekable();
    let streams = forms.peek().is_some() && forms.all(|parse| is_bundled(parse.major));
    if streams && !fits(module, imports, carriers, handlers) {
        carriers.list.iter_mut().flat_map(|carrier| &mut carrier.forms).for_each(|parse| parse.streamed = true);
    }
}

/// Whether everything that is done with the forms can be done in memory.
fn fits(module: &Module, imports: &HashMap<Id, Import>, carriers: &Carriers<'_>, handlers: usize) -> bool {
    let list = &carriers.list;
    let mut gives: Vec<Option<Kind>> = vec![None; list.len()];
    // A chain of functions that hand on files is no longer than there are functions.
    for _ in list {
        let now: Vec<Option<Kind>> =
            list.iter().map(|carrier| given(module, imports, carrier, &sources(carriers, carrier, &gives))).collect();
        if now == gives {
            break;
        }
        gives = now;
    }
    list.iter().enumerate().all(|(at, carrier)| {
        // A handler's value is nobody's; one that several requests use cannot be told apart, once it is gone.
        let given = at < handlers && gives[at].is_some();
        let held = carrier.req.as_ref().is_some_and(|request| request.0.contains('.'));
        let own = |made: &Span| carrier.function.span().contains(*made);
        let fits = |parse: &FormParse| !held && parse.trouble.is_none() && parse.setup.iter().all(own);
        !given
            && carrier.forms.iter().all(fits)
            && uploads(module, imports, carrier, &sources(carriers, carrier, &gives)).troubles.is_empty()
    })
}

/// The calls of `carrier` that give it files of a form.
fn sources(carriers: &Carriers<'_>, carrier: &Carrier<'_>, gives: &[Option<Kind>]) -> BTreeMap<Span, Kind> {
    let kind = |call| indices_of(carriers, call).into_iter().find_map(|at| gives[at].clone());
    carrier.calls.iter().filter_map(|call| Some((call.span, kind(call)?))).collect()
}
