//! What answers other origins is called by them.
//!
//! ```ts
//! headers: { 'Access-Control-Allow-Origin': '*' }
//! export function OPTIONS() { … }
//! ```

use super::Facts;
use crate::finding::Finding;
use crate::project::Method;
use crate::server_action::find_handler;

/// A CORS header or an `OPTIONS` handler.
pub fn check(facts: &Facts<'_>) -> Option<Finding> {
    let header = facts.module.text.to_ascii_lowercase().contains("access-control-");
    // A handler that never looked at the method is exported under each, `OPTIONS` included.
    let options = find_handler(facts.module, Method::Options).is_some();
    (header || options).then(|| facts.note("cors", "it answers other origins"))
}
