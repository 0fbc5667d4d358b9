//! An action runs with the settings of the page that calls it; a Route Handler may have its own.
//!
//! ```ts
//! export const runtime = 'edge';
//! ```

use super::Facts;
use crate::app_routes::exported_names;
use crate::finding::Finding;

/// `runtime`, `preferredRegion` or `maxDuration`.
pub fn check(facts: &Facts<'_>) -> Option<Finding> {
    let settings = ["runtime", "preferredRegion", "maxDuration"];
    let found = exported_names(facts.module).into_iter().find(|name| settings.contains(&name.as_str()))?;
    Some(facts.note("edge-or-own-runtime", format!("it sets `{found}`, and an action runs as its page does")))
}
