//! next-auth 4 (reference, section 6).
//!
//! ```ts
//! const session = await getServerSession(req, res, authOptions);
//! // →
//! const session = await getServerSession(authOptions);
//! ```
//!
//! Without `req` and `res` it reads `headers()` and `cookies()` by itself.

use super::{Call, Library};

const SESSION_COOKIE: (&str, &str, &str) = (
    "session-cookie",
    "next-auth does not prolong the session cookie in a Route Handler, only reads it",
    "let the client's `SessionProvider` prolong it, or call `/api/auth/session`",
);

pub(super) fn known(specifier: &str, name: &str) -> Option<Library> {
    match (specifier, name) {
        ("next-auth" | "next-auth/next", "getServerSession" | "unstable_getServerSession") => {
            Some(Library { call: Call::WithoutCarriers, note: Some(SESSION_COOKIE) })
        }
        _ => None,
    }
}
