//! @trpc/server 10 and 11 (reference, section 6).
//!
//! ```ts
//! export default createNextApiHandler({ router, createContext: () => ({}) });
//! // →
//! const handler = (req: NextRequest) =>
//!   fetchRequestHandler({ endpoint: '/api/trpc', req, router, createContext: () => ({}) });
//!
//! export { handler as GET, handler as POST };
//! ```
//!
//! `createContext` is given `{ req, resHeaders }` there in place of `{ req, res }`, so only one that takes no
//! arguments stays as it is. `route_handler::trpc` writes it. For others `pages_api::trpc` writes a call:
//!
//! ```ts
//! fetchRequestHandler({ …, createContext: () => createContext({ req, res }) })
//! ```

use super::{Call, Library, Route, RouteForm};
use crate::project::Method;

pub(super) fn known(specifier: &str, name: &str) -> Option<Library> {
    match (specifier, name) {
        ("@trpc/server/adapters/fetch", "fetchRequestHandler") => Some(Library::new(Call::AnswersFor("req"))),
        _ => None,
    }
}

/// Whether a type is that of what the adapter for the Pages Router gives `createContext`: `req` and `res`, and from
/// version 11 on `info`.
pub fn is_context_options(name: &str) -> bool {
    name == "CreateNextContextOptions"
}

pub(super) fn route(specifier: &str, name: &str) -> Option<Route> {
    match (specifier, name) {
        ("@trpc/server/adapters/next", "createNextApiHandler") => Some(Route {
            form: RouteForm::Trpc,
            methods: &[Method::Get, Method::Post],
            remarks: Vec::new(),
            until: None,
        }),
        _ => None,
    }
}
