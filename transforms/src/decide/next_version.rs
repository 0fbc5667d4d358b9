//! Server Actions are stable from Next 14 on; 13.4 has them behind `experimental.serverActions`.

use super::Facts;
use crate::finding::Finding;

/// `"next": "13.5.6"` → stays.
pub fn check(facts: &Facts<'_>) -> Option<Finding> {
    (facts.app.next.major < 14).then(|| {
        let message = format!("Next {} has no stable Server Actions; they came with 14", facts.app.next_text);
        facts.note("next-too-old", message).help("upgrade Next first")
    })
}
