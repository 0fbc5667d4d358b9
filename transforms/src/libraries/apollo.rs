//! @as-integrations/next, Apollo Server's integration (read in 1.3.0 and 3.2.0; its issue 229 for the form that
//! type-checks in Next 15).
//!
//! ```ts
//! export default startServerAndCreateNextHandler(server);
//! // →
//! const handler = startServerAndCreateNextHandler(server);
//!
//! export const GET = (req: NextRequest) => handler(req);
//! export const POST = (req: NextRequest) => handler(req);
//! ```
//!
//! `context` is called with `(req, res)` in the Pages Router and with the web `Request` in a Route Handler, so only
//! one that takes nothing stays as it is.

use super::{Remark, Route, RouteForm, Versions, at_least};
use crate::project::Method;

const CONTENT_TYPE: Remark = Remark::review(
    "body-content-type",
    "in a Route Handler, Apollo parses the body only if its content type is exactly `application/json`",
    "check that no client sends `application/json; charset=utf-8`, or the like",
);

pub(super) fn route(specifier: &str, name: &str, versions: &Versions<'_>) -> Option<Route> {
    if (specifier, name) != ("@as-integrations/next", "startServerAndCreateNextHandler") {
        return None;
    }
    if !at_least(versions(specifier), 1, 3) {
        return Some(Route::refused(
            "this version of `@as-integrations/next` is not known to answer in a Route Handler",
            "upgrade `@as-integrations/next` to 3 first",
        ));
    }
    Some(Route {
        form: RouteForm::RequestOnly,
        methods: &[Method::Get, Method::Post],
        remarks: vec![CONTENT_TYPE],
        until: None,
    })
}
