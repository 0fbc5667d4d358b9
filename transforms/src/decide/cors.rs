//! What answers other origins is called by them.
//!
//! ```ts
//! headers: { 'Access-Control-Allow-Origin': '*' }
//! export function OPTIONS() { … }
//! ```

use super::Facts;
use super::signs::{Signs, first};
use crate::finding::Finding;
use crate::project::Method;
use crate::server_action::find_handler;

/// A CORS header, a package for it, or an `OPTIONS` handler.
pub fn check(facts: &Facts<'_>, signs: &Signs) -> Option<Finding> {
    let header = first(&signs.strings, |text| text.starts_with("access-control-"));
    let package = || first(&signs.imports, |import| matches!(import, "cors" | "nextjs-cors" | "micro-cors"));
    if let Some((sign, span)) = header.or_else(package) {
        return Some(facts.note_in("cors", *span, format!("`{sign}` says that it answers other origins")));
    }
    // A handler that never looked at the method is exported under each, `OPTIONS` included.
    find_handler(facts.module, Method::Options).map(|options| {
        facts.note_in("cors", options.statement, "it answers `OPTIONS`, which browsers ask for other origins")
    })
}
