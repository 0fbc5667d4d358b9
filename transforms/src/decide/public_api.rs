//! A public or versioned path promises its URL to others, and so do keys, documentation and API descriptions.
//!
//! `/api/v1/users`, `/api/public/…`, `/api/graphql`, `headers.get('authorization')`, `openapi.yaml`.

use super::signs::{Signs, first};
use super::{Facts, segments};
use crate::callers::{Part, Via};
use crate::finding::Finding;
use crate::syntax::Span;

/// What a client sends to say who it is, if it is no browser with a cookie.
pub const KEYS: [&str; 7] =
    ["authorization", "x-api-key", "api-key", "api_key", "apikey", "x-auth-token", "x-access-token"];

/// The path, a key, or a document that names the URL.
pub fn check(facts: &Facts<'_>, signs: &Signs) -> Option<Finding> {
    let versioned =
        |part: &str| part.strip_prefix('v').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    let promises = |part: &&str| matches!(*part, "public" | "graphql" | "trpc" | "openapi") || versioned(part);
    if let Some(part) = segments(facts.route).find(promises) {
        return Some(facts.note("public-api", format!("`{part}` in its path promises the URL to others")));
    }
    let key = first(&signs.asked, |asked| KEYS.contains(&asked));
    let bearer = || first(&signs.strings, |text| text.starts_with("bearer ") || text == "bearer");
    let checked = || {
        first(&signs.names, |name| {
            name.contains("apikey")
                && ["verify", "validate", "authenticate", "check", "require", "with", "fromapikey"]
                    .iter()
                    .any(|word| name.contains(word))
        })
    };
    if let Some((sign, span)) = key.or_else(bearer).or_else(checked) {
        let message = format!("`{}` says that clients bring a key of their own", sign.trim());
        return Some(facts.note_in("public-api", *span, message));
    }
    // For generators of a description, such as next-swagger-doc.
    let text = &facts.module.text;
    if let Some((at, mark)) = ["@swagger", "@openapi"].iter().find_map(|mark| Some((text.find(mark)?, mark))) {
        let message = format!("`{mark}` describes it to others");
        return Some(facts.note_in("public-api", Span::new(at, at + mark.len()), message));
    }
    // A document may name a whole API by one pattern; only what names this route counts.
    let document = facts.mentions.iter().find(|(mention, _)| {
        matches!(mention.via, Via::OpenApi | Via::Document)
            && !facts.is_about_another(mention)
            && !mention.file.split('/').any(|folder| folder == ".storybook")
            && mention.urls.iter().any(|url| url.first() != Some(&Part::Rest))
    });
    document.map(|(mention, _)| {
        let finding = facts.note_at("public-api", mention, "this file tells others its URL");
        finding.help("if nobody outside depends on it, remove the mention and run again")
    })
}
