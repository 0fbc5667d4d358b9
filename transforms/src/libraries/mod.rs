//! What we know about packages: one file per package. A call of a package is followed like a call of
//! the project's own helpers, only that its summary is written down here.

mod next_auth;

/// A function of a package that may be handed `req` and `res`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Library {
    /// What becomes of the call.
    pub call: Call,
    /// Rule, message and help of what a reviewer should know.
    pub note: Option<(&'static str, &'static str, &'static str)>,
}

/// What becomes of a call that is handed `req` and `res`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Call {
    /// In a Route Handler it finds the request by itself: both arguments go.
    WithoutCarriers,
    /// It takes the web `Request` in the same place.
    WithRequest,
}

/// What is known about `name` of the package that `specifier` names.
pub fn known(specifier: &str, name: &str) -> Option<Library> {
    next_auth::known(specifier, name)
}
