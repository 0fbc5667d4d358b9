//! Actions do not work from the Pages Router: Next puts their code into the browser, or does not build.

use super::Facts;
use crate::callers::{Kind, Reached};
use crate::finding::Finding;

/// A caller that a page of `pages/` runs, itself or by an import.
pub fn check(facts: &Facts<'_>) -> Option<Finding> {
    let caller = facts.mentions.iter().find(|(mention, _)| {
        !facts.is_about_another(mention) && !matches!(mention.kind, Kind::Get) && facts.reach().in_pages(&mention.file)
    });
    caller.map(|(mention, _)| {
        let where_it_runs = match facts.reach().reached(&mention.file) {
            Reached::Both => "this caller runs in both routers",
            _ => "this caller runs in the Pages Router",
        };
        let finding = facts.note_at("pages-router-caller", mention, where_it_runs);
        finding.help("move the page to `app/` first")
    })
}
