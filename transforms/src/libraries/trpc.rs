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
//! arguments stays as it is. `route_handler::trpc` writes it.

use super::{Route, RouteForm};
use crate::project::Method;

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
