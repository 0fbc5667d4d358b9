//! @clerk/nextjs 4 to 6 (reference, section 6): `getAuth(req)` of `@clerk/nextjs/server` reads headers that
//! Clerk's middleware put on the request, whichever kind of request it is.

use super::{Call, Library};

pub(super) fn known(specifier: &str, name: &str) -> Option<Library> {
    match (specifier, name) {
        ("@clerk/nextjs/server", "getAuth") => Some(Library::new(Call::WithRequest)),
        _ => None,
    }
}
