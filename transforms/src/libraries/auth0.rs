//! @auth0/nextjs-auth0 3 (reference, section 6).
//!
//! ```ts
//! const session = await getSession(req, res);      →   const session = await getSession();
//! export default handleAuth();                     →   export { handler as GET, handler as POST };
//! export default withApiAuthRequired(handler);     →   export const POST = withApiAuthRequired(handler);
//! ```
//!
//! `withApiAuthRequired` looks at the request that it is given (read in 3.8.0, `src/helpers/with-api-auth-required.ts`).
//! Version 2 has the same functions for the Pages Router only, so the new code needs version 3; in version 1 `getSession`
//! gives no Promise. Version 4 has these as methods of a client.

use super::{Call, Library, Remark, Route, RouteForm, Versions, Wraps, at_least};
use crate::project::{Method, NextVersion};

const SESSION: Remark = Remark::note(
    "session-cookie",
    "in a Route Handler, `getSession()` only reads the session cookie and does not prolong it",
    "call `touchSession` in middleware if sessions are rolling",
);

const PARAMS: Remark = Remark::review(
    "package-version",
    "Auth0 3 reads the `params` of Next 15 without awaiting them, which Next 16 does not allow",
    "plan the upgrade of `@auth0/nextjs-auth0` to 4 with that of Next",
);

const OLD: Remark = Remark::review(
    "package-version",
    "Auth0 2 works in the Pages Router only, and the new code needs version 3, which has the same functions",
    "upgrade `@auth0/nextjs-auth0` to 3",
);

const SYNC: Remark = Remark::refusal(
    "Auth0 3 does not await `cookies()`, which Next 16 does not allow",
    "plan the upgrade of `@auth0/nextjs-auth0` to 4 with that of Next",
);

pub(super) fn known(specifier: &str, name: &str, versions: &Versions<'_>) -> Option<Library> {
    if specifier != "@auth0/nextjs-auth0" {
        return None;
    }
    match name {
        "getSession" if at_least(versions(specifier), 2, 0) => {
            let known = Library::new(Call::WithoutCarriers).remark(SESSION).remark(old(versions(specifier)));
            Some(Library { until: Some((16, SYNC)), ..known })
        }
        "getSession" => Some(Library::refused(
            "before version 2, Auth0's `getSession` gives the session and no Promise of it",
            "upgrade `@auth0/nextjs-auth0` to 3 first",
        )),
        "getAccessToken" | "updateSession" | "touchSession" => Some(Library::refused(
            "this function of Auth0 writes the session cookie to `res`",
            "call it without `req` and `res` in a Route Handler by hand, and see that the cookie is sent",
        )),
        _ => None,
    }
}

pub(super) fn route(specifier: &str, name: &str, versions: &Versions<'_>) -> Option<Route> {
    let version = versions(specifier);
    let (form, remarks) = (RouteForm::Same { param: "auth0", bare: true }, old(version).into_iter().collect());
    match (specifier, name) {
        ("@auth0/nextjs-auth0", "handleAuth") if at_least(version, 2, 0) => {
            Some(Route { form, methods: &[Method::Get, Method::Post], remarks, until: Some((15, PARAMS)) })
        }
        ("@auth0/nextjs-auth0", "handleAuth") => Some(Route::refused(
            "before version 2, Auth0's `handleAuth` is not known well enough",
            "upgrade `@auth0/nextjs-auth0` to 3 first",
        )),
        ("@auth0/nextjs-auth0", "withApiAuthRequired") if !at_least(version, 2, 0) => Some(Route::refused(
            "before version 2, Auth0's `withApiAuthRequired` is not known well enough",
            "upgrade `@auth0/nextjs-auth0` to 3 first",
        )),
        _ => None,
    }
}

pub(super) fn wraps(specifier: &str, name: &str, versions: &Versions<'_>) -> Option<Wraps> {
    let version = versions(specifier);
    let known = (specifier, name) == ("@auth0/nextjs-auth0", "withApiAuthRequired") && at_least(version, 2, 0);
    known.then(|| Wraps { remarks: old(version).into_iter().collect(), ..Wraps::AS_IT_IS })
}

fn old(version: Option<NextVersion>) -> Option<Remark> {
    (!at_least(version, 3, 0)).then_some(OLD)
}
