//! Functions of packages that put functions around each other. What a handler is wrapped in by them is written out:
//!
//! ```ts
//! export default compose(withErrors, withAuth)(handler);   →   withErrors(withAuth(handler))
//! ```
//!
//! By the documentation of ramda (`compose`, `pipe`), redux (`compose`), and lodash (`flow`, `flowRight`; in
//! `lodash/fp` also `compose` and `pipe`). Of none of them it changed with a version.

/// For the function `name` of a package, whether the first that it is given stands around all others.
pub(crate) fn composes(specifier: &str, name: &str) -> Option<bool> {
    match (specifier, name) {
        ("ramda", "compose") | ("redux" | "@reduxjs/toolkit", "compose") => Some(true),
        ("lodash" | "lodash-es", "flowRight") | ("lodash/fp", "flowRight" | "compose") => Some(true),
        ("lodash/flowRight" | "lodash/fp/flowRight" | "lodash/fp/compose", "default") => Some(true),
        ("ramda", "pipe") | ("lodash" | "lodash-es", "flow") | ("lodash/fp", "flow" | "pipe") => Some(false),
        ("lodash/flow" | "lodash/fp/flow" | "lodash/fp/pipe", "default") => Some(false),
        _ => None,
    }
}
