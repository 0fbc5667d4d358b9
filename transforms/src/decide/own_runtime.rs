//! An action runs with the settings of the page that calls it; a Route Handler may have its own.
//!
//! ```ts
//! export const runtime = 'edge';
//! // vercel.json: { "functions": { "app/api/**": { "maxDuration": 60 } } }
//! ```
//!
//! The page may have such a setting, too: then the handler, which ran on Node.js, would run on the Edge runtime, where
//! packages and built-in modules are missing.

use super::Facts;
use crate::app_routes::exported_names;
use crate::finding::Finding;
use crate::project::function_settings_of;

/// `runtime`, `preferredRegion` or `maxDuration` of the handler, or the Edge runtime of a page that calls it.
pub fn check(facts: &Facts<'_>) -> Option<Finding> {
    let settings = ["runtime", "preferredRegion", "maxDuration"];
    if let Some(found) = exported_names(facts.module).into_iter().find(|name| settings.contains(&name.as_str())) {
        return Some(
            facts.note("edge-or-own-runtime", format!("it sets `{found}`, and an action runs as its page does")),
        );
    }
    if let Some((path, span, key)) = function_settings_of(facts.project, &facts.module.path) {
        let message = format!("`{key}` has settings for its function, and an action runs as its page does");
        return Some(Finding { file: path.to_owned(), span: Some(span), ..facts.note("edge-or-own-runtime", message) });
    }
    let (caller, _) = facts.callers().find(|(mention, _)| facts.reach().on_edge(&mention.file))?;
    let why = "a page that runs on the Edge runtime uses this caller, and an action would run there, too";
    Some(facts.note_at("edge-or-own-runtime", caller, why))
}
