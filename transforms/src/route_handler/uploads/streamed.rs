//! Forms that formidable goes on reading, because something of them has no counterpart in memory.

use std::collections::HashMap;

use super::{gives, sources, uploads};
use crate::libraries::formidable::is_bundled;
use crate::pages_api::{Carriers, FormParse};
use crate::project::Import;
use crate::route_handler::needs::Callees;
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
    let outside = Callees::new();
    let gives = gives(module, imports, carriers, &outside);
    let sources = |carrier| sources(carriers, carrier, &|at| gives[at].clone(), &outside);
    carriers.list.iter().enumerate().all(|(at, carrier)| {
        // A handler's value is nobody's; one that several requests use cannot be told apart, once it is gone.
        let given = at < handlers && gives[at].is_some();
        let held = carrier.req.as_ref().is_some_and(|request| request.0.contains('.'));
        let own = |made: &Span| carrier.function.span().contains(*made);
        let fits = |parse: &FormParse| !held && parse.trouble.is_none() && parse.setup.iter().all(own);
        !given
            && carrier.forms.iter().all(fits)
            && uploads(module, imports, carrier, &sources(carrier)).troubles.is_empty()
    })
}
