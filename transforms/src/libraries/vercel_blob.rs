//! @vercel/blob (read in 1.0.0): `handleUpload({ body, request })` takes Node's request or a web `Request`, of
//! which it reads one header. `body` is the parsed body in both cases.

use super::{Call, Held, Library};

pub(super) fn known(specifier: &str, name: &str) -> Option<Library> {
    match (specifier, name) {
        ("@vercel/blob/client", "handleUpload") => Some(Library::new(Call::Object(&[("request", Held::Request)]))),
        _ => None,
    }
}
