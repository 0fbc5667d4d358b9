//! The new type of a request: `NextRequest`, and for what the application puts on the request itself, that part
//! of the old type.
//!
//! ```ts
//! (req: AuthedRequest, …)   →   (req: NextRequest & Pick<AuthedRequest, 'user'>)      // reads `req.user`
//! ```

use std::collections::BTreeSet;

use super::signature::Dialect;
use crate::pages_api::{Carrier, Part, Role};
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
    let annotation = annotation(module, carrier);
    // Next's own type has what a `declare module` adds, which only code that reads it without a cast shows.
    let own = |key: &String| annotation != Some("NextApiRequest") || reads(module, carrier, key);
    let keys: Vec<String> = extensions.iter().filter(|key| own(key)).map(|key| module.style.string(key)).collect();
    match annotation {
        Some("any") => format!("{name}: any"),
        Some(_) if keys.is_empty() => dialect.request(&name),
        Some(own) => format!("{name}: NextRequest & Pick<{own}, {}>", keys.join(" | ")),
        // Typed by its surroundings, which are gone.
        None => format!("{name}: any"),
    }
}

/// Whether the carrier itself says `req.key`, and not `(req as any).key`.
fn reads(module: &Module, carrier: &Carrier<'_>, key: &str) -> bool {
    let is_cast = |text: &str| text.starts_with(['(', '<']);
    carrier
        .reads
        .iter()
        .any(|read| matches!(&read.part, Part::Extension(own) if own == key) && !is_cast(read.span.text(&module.text)))
}

/// The text of the request's type.
fn annotation<'a>(module: &'a Module, carrier: &Carrier<'_>) -> Option<&'a str> {
    let (param, _) =
        carrier.function.params().into_iter().zip(&carrier.roles).find(|(_, role)| **role == Some(Role::Req))?;
    let Pat::Ident(binding) = param else { return None };
    Some(span_of(&*binding.type_ann.as_ref()?.type_ann).text(&module.text))
}
