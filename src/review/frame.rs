//! A finding with the code it is about.

use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};
use routelift_transforms::finding::{Finding, Safety};

use super::grouped::Shared;
use super::places::Places;
use super::style::Palette;

/// The finding as a block of text that ends without a newline.
pub(super) fn frame(shared: &Shared<'_>, places: &Places<'_>, palette: Palette) -> String {
    let finding = shared.finding;
    let title = level(finding.level).primary_title(finding.message.as_str()).id(finding.rule);
    let group = match places.source(finding) {
        Some((text, span)) => {
            // Of a longer piece of code, the first line is enough to recognise it.
            let first_line = text[span.start..span.end].lines().next().map_or(0, str::len);
            let annotation = AnnotationKind::Primary.span(span.start..span.start + first_line);
            title.element(Snippet::source(text).path(finding.file.as_str()).annotation(annotation))
        }
        None => in_file(title, finding),
    };
    let help = (!finding.help.is_empty()).then(|| Level::HELP.message(finding.help.as_str()));
    let several =
        (shared.endpoints > 1).then(|| Level::NOTE.message(format!("this is about {} endpoints", shared.endpoints)));
    let group = group.elements(help.into_iter().chain(several));
    let renderer = if palette.is_colored() { Renderer::styled() } else { Renderer::plain() };
    renderer.render(&[group])
}

fn in_file<'a>(title: annotate_snippets::Title<'a>, finding: &'a Finding) -> Group<'a> {
    if finding.file.is_empty() { Group::with_title(title) } else { title.element(Origin::path(finding.file.as_str())) }
}

fn level(level: Safety) -> Level<'static> {
    match level {
        Safety::Manual => Level::ERROR.with_name(level.as_str()),
        Safety::Review => Level::WARNING.with_name(level.as_str()),
        Safety::Safe => Level::NOTE,
    }
}
