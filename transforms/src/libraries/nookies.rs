//! nookies 2 (read in 2.5.2).
//!
//! ```ts
//! const cookies = parseCookies({ req });
//! // →
//! const cookies = parseCookies({ req: { headers: Object.fromEntries(req.headers) } as any });
//! ```
//!
//! `parseCookies` reads `req.headers.cookie` and nothing else. What it types as a whole request of Next or Express
//! is given as `any`. `setCookie` and `destroyCookie` call `res.getHeader` and `res.setHeader`.

use super::{Call, Held, Library};

pub(super) fn known(specifier: &str, name: &str) -> Option<Library> {
    match (specifier, name) {
        ("nookies", "parseCookies") => Some(Library::new(Call::Object(&[("req", Held::Headers { untyped: true })]))),
        ("nookies", "setCookie" | "destroyCookie") => Some(Library::refused(
            "nookies sets cookies through Node's `res`",
            "set them with `cookies()` from `next/headers`, whose `path` is `/` where none is given",
        )),
        _ => None,
    }
}
