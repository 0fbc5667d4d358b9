//! A static export has no server that an action could run on.

use super::Facts;
use crate::finding::Finding;

/// `output: 'export'` in `next.config.js` → stays.
pub fn check(facts: &Facts<'_>) -> Option<Finding> {
    let (config, span) = facts.app.static_export.as_ref()?;
    let message = "the configuration asks for a static export, or may do so, which has no Server Actions";
    Some(Finding { file: config.clone(), span: Some(*span), ..facts.note("static-export", message) })
}
