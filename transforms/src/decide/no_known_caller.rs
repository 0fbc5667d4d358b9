//! Nobody in the repository calls it: somebody outside may.

use super::Facts;
use crate::finding::Finding;

/// No call of the method in code that a page of `app/` runs.
pub fn check(facts: &Facts<'_>) -> Option<Finding> {
    let Some((mention, _)) = facts.callers().next() else {
        let message = "nothing in the repository calls it, so somebody outside may";
        return Some(facts.note("no-known-caller", message).help("delete it if nobody does"));
    };
    let dead = facts.callers().find(|(mention, _)| !facts.reach().in_app(&mention.file));
    dead.map(|(dead, _)| {
        let message = "no page of `app/` runs this caller";
        let _ = mention;
        facts.note_at("no-known-caller", dead, message).help("remove the code if it is dead")
    })
}
