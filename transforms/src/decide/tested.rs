//! Tests and scripts that call the URL would fail without it; so would tests of a caller that replace `fetch`, and stories
//! for which something else answers it.
//!
//! ```ts
//! export const Liked: Story = { parameters: { msw: { handlers: [http.post('/api/likes', () => liked)] } } };
//! ```

use super::Facts;
use crate::callers::{Mention, is_test};
use crate::finding::Finding;
use crate::project::Modules;

/// Packages that answer requests in the place of the endpoint.
const ANSWERING: [&str; 8] = [
    "axios-mock-adapter",
    "fetch-mock",
    "jest-fetch-mock",
    "miragejs",
    "msw",
    "msw-storybook-addon",
    "nock",
    "vitest-fetch-mock",
];

/// Whether a mention stands in a test, a script or a story, or where requests of such are answered.
pub fn is_for_tests(modules: &Modules<'_>, mention: &Mention) -> bool {
    let is_of = |specifier: &str, package: &str| {
        specifier.strip_prefix(package).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    let answers = |specifier: &str| ANSWERING.iter().any(|package| is_of(specifier, package));
    let module = || modules.get(&mention.file).ok();
    is_test(&mention.file)
        || module().is_some_and(|module| module.specifiers().iter().any(|own| !own.type_only && answers(&own.value)))
}

/// Whether a file is for Storybook by its path.
fn is_story(path: &str) -> bool {
    [".stories.", ".story.", "__stories__/", ".storybook/"].iter().any(|mark| path.contains(mark))
}

/// A mention in a test, a script or a story, a story of a caller, or a test of one that knows about `fetch`.
pub fn check(facts: &Facts<'_>) -> Option<Finding> {
    let help = "let the tests go through the page, or test the function itself";
    let mention = facts.mentions.iter().find(|(mention, _)| is_for_tests(facts.modules, mention));
    if let Some((mention, _)) = mention {
        let what = match is_test(&mention.file) {
            true if is_story(&mention.file) => "a story mentions its URL",
            true => "a test or script mentions its URL",
            false => "this answers its URL in the place of the endpoint, for tests or stories",
        };
        return Some(facts.note_at("tested-over-http", mention, what).help(help));
    }
    facts.callers().find_map(|(mention, _)| {
        let importers = facts.reach().all_importers(&mention.file);
        if let Some(story) = importers.iter().find(|path| is_story(path)) {
            let message = format!("`{story}` shows this caller, where no Next runs that could call an action");
            return Some(
                facts.note_at("tested-over-http", mention, message).help("show a part of it that calls nothing"),
            );
        }
        let test = importers.into_iter().find(|path| {
            let text = facts.project.files.get(*path).and_then(|text| text.as_ref().ok());
            is_test(path)
                && text.is_some_and(|text| text.contains("fetch") || text.contains("msw") || text.contains("nock"))
        })?;
        let message = format!("`{test}` tests this caller and replaces `fetch`");
        Some(facts.note_at("tested-over-http", mention, message).help(help))
    })
}
