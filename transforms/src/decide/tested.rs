//! Tests and scripts that call the URL would fail without it; so would tests of a caller that replace `fetch`.

use super::Facts;
use crate::callers::is_test;
use crate::finding::Finding;

/// A mention in a test or a script, or a test of a caller that knows about `fetch`.
pub fn check(facts: &Facts<'_>) -> Option<Finding> {
    let help = "let the tests go through the page, or test the function itself";
    let mention = facts.mentions.iter().find(|(mention, _)| is_test(&mention.file));
    if let Some((mention, _)) = mention {
        return Some(facts.note_at("tested-over-http", mention, "a test or script mentions its URL").help(help));
    }
    facts.callers().find_map(|(mention, _)| {
        let importers = facts.reach().all_importers(&mention.file);
        let test = importers.into_iter().find(|path| {
            let text = facts.project.files.get(*path).and_then(|text| text.as_ref().ok());
            is_test(path)
                && text.is_some_and(|text| text.contains("fetch") || text.contains("msw") || text.contains("nock"))
        })?;
        let message = format!("`{test}` tests this caller and replaces `fetch`");
        Some(facts.note_at("tested-over-http", mention, message).help(help))
    })
}
