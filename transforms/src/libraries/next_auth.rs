//! next-auth 4, and `auth` of 5 (reference, section 6; read in 4.19.2, 4.22.0, 4.24.11 and
//! 5.0.0-beta.25).
//!
//! ```ts
//! export default NextAuth(authOptions);
//! // →
//! const handler = NextAuth(authOptions);
//!
//! export { handler as GET, handler as POST };
//! ```
//!
//! ```ts
//! return await NextAuth(req, res, getAuthOptions(req));
//! // →
//! return await NextAuth(req, { params }, getAuthOptions(req));
//! ```
//!
//! ```ts
//! const session = await getServerSession(req, res, authOptions);
//! // →
//! const session = await getServerSession(authOptions);
//! ```
//!
//! ```ts
//! const session = await auth(req, res);
//! // →
//! const session = await auth();
//! ```
//!
//! Without `req` and `res` it reads `headers()` and `cookies()` by itself, and takes `expires` off the session.
//! So it does from 4.16.3 on; 4.10 to 4.15 take the options for `req`, and 4.16.0 hands on `Headers` where an object is
//! read. From 4.24.9 on it awaits what both give, which Next 16 asks for. `getToken({ req })` finds the cookies of a
//! `NextRequest` from 4.15.1 on. `getSession` and `getCsrfToken` of `next-auth/react` take
//! the cookie from `req.headers.cookie`, so they are given the headers in Node's form. From 4.21 on they send a
//! body that `req` has to next-auth, which then answers them with nothing. In 3.29.10 they are exports of
//! `next-auth/client`, and send nothing but the cookie.

use super::{Call, Held, Library, Remark, Route, RouteForm, Versions, at_least};
use crate::project::Method;

/// Where version 4 exports all that `specifier` does: `next-auth` has what `next-auth/next` has.
pub fn entry_point(specifier: &str) -> &str {
    if specifier == "next-auth/next" { "next-auth" } else { specifier }
}

const SESSION: Remark = Remark::note(
    "session-cookie",
    "in a Route Handler, next-auth only reads the session cookie: it is not prolonged, and the session has no `expires`",
    "let the client's `SessionProvider` prolong it, or call `/api/auth/session`",
);

const COOKIE: Remark = Remark::note(
    "session-cookie",
    "in a Route Handler, `auth()` only reads the session cookie: it is not prolonged",
    "let the client's `SessionProvider` prolong it, or call `auth` in middleware",
);

const TOO_OLD: Remark = Remark::review(
    "package-version",
    "next-auth serves Route Handlers from 4.22 on, and `package.json` allows an older one",
    "ask for `next-auth` 4.24 in `package.json`",
);

const VERSION_3: Remark = Remark::refusal(
    "next-auth 3 knows Node's `req` and `res` alone here, and none of Route Handlers",
    "upgrade `next-auth` to version 4 first, and keep this endpoint in pages/api until then",
);

const PROMISES: Remark = Remark::review(
    "package-version",
    "the `params` of Next 15 are a Promise, which next-auth awaits from 4.24.9 on; `package.json` allows an older one",
    "ask for `next-auth` 4.24.11 or later in `package.json`",
);

const SESSION_TOO_OLD: Remark = Remark::review(
    "package-version",
    "next-auth reads a session without `req` and `res` from 4.16.3 on, and `package.json` allows an older one",
    "ask for `next-auth` 4.24 in `package.json`",
);

const SESSION_PROMISES: Remark = Remark::review(
    "package-version",
    "`cookies()` of Next 16 is a Promise, which next-auth awaits from 4.24.9 on; `package.json` allows an older one",
    "ask for `next-auth` 4.24.11 or later in `package.json`",
);

const TOKEN_TOO_OLD: Remark = Remark::review(
    "package-version",
    "next-auth finds the token of a web `Request` from 4.15.1 on, and `package.json` allows an older one",
    "ask for `next-auth` 4.24 in `package.json`",
);

const BODY: Remark = Remark::review(
    "session-body",
    "this call sent the body of `req` along, if there was one, and next-auth refused that; now it does not",
    "check that the endpoint may go on with the session where it was refused before",
);

pub(super) fn known(specifier: &str, name: &str, versions: &Versions<'_>) -> Option<Library> {
    let version = || versions("next-auth");
    match (specifier, name) {
        ("next-auth" | "next-auth/next", "getServerSession" | "unstable_getServerSession") => {
            let old = (!since(versions, 4, 16, 3)).then_some(SESSION_TOO_OLD);
            let until = (!since(versions, 4, 24, 9)).then_some((16, SESSION_PROMISES));
            Some(Library { until, ..Library::new(Call::WithoutCarriers).remark(SESSION).remark(old) })
        }
        ("next-auth" | "next-auth/next", "default") => {
            let old = too_old(versions);
            Some(Library { until: promises(versions), ..Library::new(Call::Answers).remark(old) })
        }
        ("next-auth/jwt", "getToken") => {
            let old = match version() {
                Some(version) if version.major < 4 => Some(VERSION_3),
                _ => (!since(versions, 4, 15, 1)).then_some(TOKEN_TOO_OLD),
            };
            Some(Library::new(Call::Object(&[("req", Held::Request)])).remark(old))
        }
        ("next-auth/react", "getSession" | "getCsrfToken") => {
            let typed = at_least(version(), 4, 22);
            let table: &[(&str, Held)] = match typed {
                true => &[("req", Held::Headers { untyped: false })],
                false => &[("req", Held::Headers { untyped: true })],
            };
            Some(Library::new(Call::Object(table)).remark(BODY))
        }
        // Version 3, which never sends a body.
        ("next-auth/client", "getSession" | "getCsrfToken") => {
            Some(Library::new(Call::Object(&[("req", Held::Headers { untyped: true })])))
        }
        _ => None,
    }
}

/// `auth` of `const { auth } = NextAuth(config)`, which version 5 gives.
pub(super) fn made(specifier: &str, maker: &str, name: &str, lazy: bool, versions: &Versions<'_>) -> Option<Library> {
    let is_auth = (specifier, maker, name) == ("next-auth", "default", "auth");
    // What version 4 gives is a function, of which nothing can be taken. A tag such as `beta` is no version.
    if !is_auth || versions("next-auth").is_some_and(|version| version.major < 5) {
        return None;
    }
    Some(match lazy {
        true => Library::refused(
            "`NextAuth` is given a function here, which gets the request only if `auth` is handed it",
            "give it an object, or read the session by hand",
        ),
        false => Library::new(Call::WithoutCarriers).remark(COOKIE),
    })
}

pub(super) fn route(specifier: &str, name: &str, versions: &Versions<'_>) -> Option<Route> {
    if !matches!((specifier, name), ("next-auth" | "next-auth/next", "default")) {
        return None;
    }
    let version = versions("next-auth");
    if at_least(version, 5, 0) {
        return None;
    }
    let old = too_old(versions);
    let form = RouteForm::Same { param: "nextauth", bare: false };
    let until = promises(versions);
    Some(Route { form, methods: &[Method::Get, Method::Post], remarks: old.into_iter().collect(), until })
}

/// What to say of versions that serve no Route Handlers.
fn too_old(versions: &Versions<'_>) -> Option<Remark> {
    match versions("next-auth") {
        Some(version) if version.major < 4 => Some(VERSION_3),
        version => (!at_least(version, 4, 22)).then_some(TOO_OLD),
    }
}

/// What to say from Next 15 on.
fn promises(versions: &Versions<'_>) -> Option<(u32, Remark)> {
    (!since(versions, 4, 24, 9)).then_some((15, PROMISES))
}

/// Whether next-auth is known to be at least `major.minor.patch`.
fn since(versions: &Versions<'_>, major: u32, minor: u32, patch: u32) -> bool {
    versions("next-auth").is_some_and(|version| (version.major, version.minor, version.patch) >= (major, minor, patch))
}
