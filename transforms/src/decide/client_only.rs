//! On the server, calling an action is a plain function call, without a request between. A form may stand there: it is
//! the browser that sends it. In a web worker, there is no router of Next that could send an action.
//!
//! ```ts
//! new Worker(new URL('./upload.ts', import.meta.url));   // `upload.ts` and what it imports cannot call actions
//! ```

use super::Facts;
use crate::finding::Finding;

/// A caller that may run on the server or in a web worker.
pub fn check(facts: &Facts<'_>) -> Option<Finding> {
    let mut callers = facts.callers().filter(|(_, caller)| caller.form.is_none());
    callers.find(|(mention, _)| !facts.reach().is_client(&mention.file)).map(|(mention, _)| {
        if facts.reach().in_worker(&mention.file) {
            let message = "this caller may run in a web worker, which cannot call actions";
            return facts.note_at("not-only-fetch", mention, message);
        }
        let finding = facts.note_at("not-only-fetch", mention, "this caller may run on the server");
        finding.help("add 'use client' to its file if it runs in the browser only")
    })
}
