//! iron-session 6 and 8 (reference, section 6; read in 6.0.5, 6.1.0, 6.2.0, 6.3.1 and 8.0.4).
//!
//! ```ts
//! const session = await getIronSession<Data>(req, res, options);                    // 8
//! // →
//! const session = await getIronSession<Data>(await cookies(), options);
//! ```
//!
//! ```ts
//! export default withIronSessionApiRoute(handler, options);                         // 6
//! // →
//! export const POST = withIronSession(handler, options);                            // a generated helper
//! ```
//!
//! ```ts
//! const session = await getIronSession(req, res, options);                          // 6
//! // →
//! const session = await getIronSession(req, { headers } as Response, options);
//! ```
//!
//! `save()` and `destroy()` stay, and so do `req.session` and the types of it. From 6.2 on, `getIronSession` takes the
//! `Request` and a `Response`, on whose headers it puts its cookies, and so does 8. So nothing has to be upgraded, and
//! `withIronSessionSsr` in pages, which 8 has not any more, stays what it is.

use super::{Call, Library, Remark, Route, Versions, Wraps, at_least};

const OLD: Remark = Remark::review(
    "package-version",
    "iron-session takes the `Request` of a Route Handler from 6.2 on, and `package.json` allows an older one",
    "ask for `iron-session` 6.3 in `package.json`",
);

pub(super) fn known(specifier: &str, name: &str, versions: &Versions<'_>) -> Option<Library> {
    match (specifier, name) {
        ("iron-session", "getIronSession") if at_least(versions(specifier), 8, 0) => {
            Some(Library::new(Call::CookieStore))
        }
        ("iron-session" | "iron-session/edge", "getIronSession") if at_least(versions("iron-session"), 6, 0) => {
            Some(Library::new(Call::WithCookieHeaders).remark(old(versions)))
        }
        ("iron-session" | "iron-session/edge", "getIronSession") => Some(Library::refused(
            "`package.json` does not tell which iron-session this is",
            "ask for a version of `iron-session` in `package.json`",
        )),
        _ => None,
    }
}

pub(super) fn wraps(specifier: &str, name: &str, versions: &Versions<'_>) -> Option<Wraps> {
    let known = is_wrapper(specifier, name) && versions("iron-session").is_some_and(|version| version.major == 6);
    known.then(|| Wraps {
        named: Some("withIronSession"),
        generated: true,
        remarks: old(versions).into_iter().collect(),
        ..Wraps::AS_IT_IS
    })
}

pub(super) fn route(specifier: &str, name: &str, versions: &Versions<'_>) -> Option<Route> {
    (is_wrapper(specifier, name) && wraps(specifier, name, versions).is_none()).then(|| {
        Route::refused(
            "only version 6 of iron-session is known to have this wrapper, and `package.json` does not ask for that",
            "call `getIronSession(await cookies(), options)` of iron-session 8 in the handler",
        )
    })
}

fn is_wrapper(specifier: &str, name: &str) -> bool {
    (specifier, name) == ("iron-session/next", "withIronSessionApiRoute")
}

fn old(versions: &Versions<'_>) -> Option<Remark> {
    (!at_least(versions("iron-session"), 6, 2)).then_some(OLD)
}
