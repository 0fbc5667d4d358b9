//! iron-session 8 (reference, section 6).
//!
//! ```ts
//! const session = await getIronSession<Data>(req, res, options);
//! // →
//! const session = await getIronSession<Data>(await cookies(), options);
//! ```
//!
//! `save()` and `destroy()` stay. Version 6 keeps the session on `req.session`, behind a wrapper.

use super::{Call, Library, Versions, at_least};

pub(super) fn known(specifier: &str, name: &str, versions: &Versions<'_>) -> Option<Library> {
    match (specifier, name) {
        ("iron-session", "getIronSession") if at_least(versions(specifier), 8, 0) => {
            Some(Library::new(Call::CookieStore))
        }
        ("iron-session" | "iron-session/edge", "getIronSession") => Some(Library::refused(
            "iron-session takes `cookies()` from version 8 on",
            "upgrade `iron-session` to 8 first; `ttl` and `cookieOptions` changed in between",
        )),
        _ => None,
    }
}
