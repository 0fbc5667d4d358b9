//! cookies 0.7 to 0.9 (read in 0.7.3, 0.8.0 and 0.9.1).
//!
//! ```ts
//! const cookies = new Cookies(req, res, { keys });
//! // →
//! const cookies = new Cookies(...nodeCookies(req, headers), { keys });
//! ```
//!
//! Of Node's request it reads the `Cookie` header and whether the connection is encrypted, which Next's own server never
//! has it; of the response it reads and sets `Set-Cookie`. A generated helper gives it both, so that what it reads and
//! writes, signatures included, stays the same byte for byte. `cookies()` of `next/headers` would not do: it encodes
//! values, has no `HttpOnly` by itself, and counts ages in seconds.

use super::{Call, Library};

pub(super) fn known(specifier: &str, name: &str) -> Option<Library> {
    constructs(specifier, name).then(|| Library::new(Call::NodeCookies))
}

/// Whether `name` of the package may be called with `new`, too.
pub(super) fn constructs(specifier: &str, name: &str) -> bool {
    (specifier, name) == ("cookies", "default")
}
