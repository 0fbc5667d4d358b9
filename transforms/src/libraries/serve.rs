//! Packages whose call gives a function for each method in a Route Handler.
//!
//! ```ts
//! export default serve({ client, functions });
//! // →
//! export const { GET, POST, PUT } = serve({ client, functions });
//! ```
//!
//! inngest 3 (`inngest/next`): what it gives is the Pages handler, with the three as properties.

use super::{Route, RouteForm};
use crate::project::Method;

pub(super) fn route(specifier: &str, name: &str) -> Option<Route> {
    match (specifier, name) {
        ("inngest/next", "serve") => Some(Route {
            form: RouteForm::Object,
            methods: &[Method::Get, Method::Post, Method::Put],
            remarks: Vec::new(),
            until: None,
        }),
        _ => None,
    }
}
