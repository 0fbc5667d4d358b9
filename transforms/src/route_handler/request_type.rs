//! The new type of a request: `NextRequest`, and for what the application puts on the request itself, that part
//! of the old type.
//!
//! ```ts
//! (req: AuthedRequest, …)   →   (req: NextRequest & Pick<AuthedRequest, 'user'>)      // reads `req.user`
//! ```

use std::collections::BTreeSet;

use super::signature::Dialect;
use crate::pages_api::{Carrier, Role};
use crate::syntax::ast::Pat;
use crate::syntax::{Module, span_of};

/// `name: NextRequest`, or what else the request has to be.
pub fn request_parameter(
    module: &Module,
    carrier: &Carrier<'_>,
    extensions: &BTreeSet<String>,
    dialect: &Dialect,
) -> String {
    let name = carrier.req.as_ref().map_or("req".to_owned(), |id| id.0.to_string());
    if !dialect.typescript || extensions.is_empty() {
        return dialect.request(&name);
    }
    let keys: Vec<String> = extensions.iter().map(|key| module.style.string(key)).collect();
    match annotation(module, carrier) {
        Some("any") => format!("{name}: any"),
        Some(own) => format!("{name}: NextRequest & Pick<{own}, {}>", keys.join(" | ")),
        // Typed by its surroundings, which are gone.
        None => format!("{name}: any"),
    }
}

/// The text of the request's type.
fn annotation<'a>(module: &'a Module, carrier: &Carrier<'_>) -> Option<&'a str> {
    let (param, _) =
        carrier.function.params().into_iter().zip(&carrier.roles).find(|(_, role)| **role == Some(Role::Req))?;
    let Pat::Ident(binding) = param else { return None };
    Some(span_of(&*binding.type_ann.as_ref()?.type_ann).text(&module.text))
}
