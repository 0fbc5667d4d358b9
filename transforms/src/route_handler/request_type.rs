//! The new type of a request: `NextRequest`, and for what the application puts on the request itself, that part
//! of the old type.
//!
//! ```ts
//! (req: AuthedRequest, …)   →   (req: NextRequest & Pick<AuthedRequest, 'user'>)      // reads `req.user`
//! ```
//!
//! A function that a route exports has to take any `NextRequest`, which Next.js checks when it builds:
//!
//! ```ts
//! export async function GET(request: NextRequest) {
//!   const req = request as NextRequest & Pick<AuthedRequest, 'user'>;
//! ```

use super::needs::Extensions;
use super::signature::Dialect;
use super::wrapper_form::variable_type;
use crate::pages_api::{Carrier, Part, Role};
use crate::syntax::ast::Pat;
use crate::syntax::{Module, free_name, span_of};

/// `name: NextRequest`, or what else the request has to be.
pub fn request_parameter(module: &Module, carrier: &Carrier<'_>, extensions: &Extensions, dialect: &Dialect) -> String {
    let name = carrier.req.as_ref().map_or("req".to_owned(), |id| id.0.to_string());
    let fields = carrier.reads.iter().any(|read| read.part == Part::Fields);
    if !dialect.typescript || (extensions.is_empty() && !fields) {
        return dialect.request(&name);
    }
    let annotation = annotation(module, carrier);
    // What multer found, which was `req.body`: `any`.
    let fields = if fields { " & { fields?: any }" } else { "" };
    let own = extensions.iter().filter(|(_, declared)| annotation != Some(NEXT) || **declared);
    let keys: Vec<String> = own.map(|(key, _)| module.style.string(key)).collect();
    match annotation {
        Some("any") => format!("{name}: any"),
        Some(_) if keys.is_empty() => format!("{}{fields}", dialect.request(&name)),
        Some(own) => format!("{name}: NextRequest & Pick<{own}, {}>{fields}", keys.join(" | ")),
        // Typed by its surroundings, which are gone.
        None => format!("{name}: any"),
    }
}

/// The parameter of a function that a route exports, and the line that it starts with if its request has a type of its
/// own.
pub fn exported_request(
    module: &Module,
    carrier: &Carrier<'_>,
    extensions: &Extensions,
    dialect: &Dialect,
) -> (String, Option<String>) {
    let parameter = request_parameter(module, carrier, extensions, dialect);
    match parameter.split_once(": ") {
        Some((name, own)) if own.contains("Pick<") => {
            let taken = free_name(&module.ast, &["request", "incoming"]);
            let line = format!("const {name} = {taken} as {own}{}", dialect.style.semi());
            (dialect.request(&taken), Some(line))
        }
        _ => (parameter, None),
    }
}

/// Next's own type.
const NEXT: &str = "NextApiRequest";

/// What the carrier itself reads or sets on the request, and whether it shows that Next's own type has it: it says
/// `req.key`, and not `(req as any).key`.
pub fn extensions_read<'c>(
    module: &'c Module,
    carrier: &'c Carrier<'_>,
) -> impl Iterator<Item = (String, bool)> + use<'c> {
    let typed = annotation(module, carrier) == Some(NEXT);
    carrier.reads.iter().filter_map(move |read| match &read.part {
        Part::Extension(name) => {
            let text = read.span.text(&module.text);
            // `Object.assign(req, { user })` asks for no such member.
            let cast = text.starts_with(['(', '<'])
                || !text.contains(['.', '['])
                || carrier.unpacked.iter().any(|own| own.cast.is_some() && own.declarator.contains(read.span));
            Some((name.clone(), typed && !cast))
        }
        _ => None,
    })
}

/// `cast`, which is `req as AuthedRequest`, with the type that the request of `carrier` has now and what the application
/// puts on it under the `keys`. `None` if it is something else, or says nothing of the type.
pub fn recast<'k>(
    module: &Module,
    carrier: &Carrier<'_>,
    cast: &str,
    keys: impl Iterator<Item = &'k String>,
) -> Option<String> {
    let name = carrier.req.as_ref().map(|id| &*id.0)?;
    let (value, old) = cast.rsplit_once(" as ")?;
    let is_request = value.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with(" as "));
    let typed = annotation(module, carrier).is_some_and(|own| own != "any");
    if !is_request || !typed || matches!(old, "any" | "unknown" | "never") {
        return None;
    }
    let keys: Vec<String> = keys.map(|key| module.style.string(key)).collect();
    Some(match keys.is_empty() {
        true => name.to_owned(),
        false => format!("{value} as NextRequest & Pick<{old}, {}>", keys.join(" | ")),
    })
}

/// Whether a helper stays as it is, because it takes the request of either router: it reads each, and its types say so.
pub fn stays(module: &Module, carrier: &Carrier<'_>) -> bool {
    let names = |own: &str| own.split(|c: char| !c.is_alphanumeric()).any(|name| TAKEN.contains(&name));
    let typed_around = || variable_type(module, carrier.function).is_some();
    carrier.takes_either() && annotation(module, carrier).map_or_else(|| !typed_around(), names)
}

/// Types that take a `NextRequest`.
const TAKEN: [&str; 3] = ["NextRequest", "Request", "any"];

/// The text of the request's type.
fn annotation<'a>(module: &'a Module, carrier: &Carrier<'_>) -> Option<&'a str> {
    let (param, _) =
        carrier.function.params().into_iter().zip(&carrier.roles).find(|(_, role)| **role == Some(Role::Req))?;
    let Pat::Ident(binding) = param else { return None };
    let own = span_of(&*binding.type_ann.as_ref()?.type_ann).text(&module.text);
    // `const authed = req as AuthedRequest` knows more.
    let cast = carrier.aliases.iter().filter(|alias| alias.role == Role::Req).find_map(|alias| alias.cast);
    Some(cast.filter(|_| own == NEXT).map_or(own, |cast| cast.text(&module.text)))
}
