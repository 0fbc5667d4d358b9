//! Turns the byte offsets of findings into lines and columns; each file is looked at once.

use std::collections::HashMap;

use routelift_transforms::finding::Finding;
use routelift_transforms::project::Project;
use routelift_transforms::syntax::{LineIndex, Position, Span};

/// The files of a project, indexed when first asked for.
pub(super) struct Places<'a> {
    project: &'a Project,
    indices: HashMap<&'a str, LineIndex>,
}

impl<'a> Places<'a> {
    pub fn new(project: &'a Project) -> Self {
        Places { project, indices: HashMap::new() }
    }

    /// The text a finding points into and the place in it, which is always a valid one. `None` if the
    /// finding is about a file as a whole, or about one without text.
    pub fn source(&self, finding: &Finding) -> Option<(&'a str, Span)> {
        self.source_at(&finding.file, finding.span?).map(|(_, text, span)| (text, span))
    }

    /// The path and the text of `file`, and the place in it.
    fn source_at(&self, file: &str, span: Span) -> Option<(&'a str, &'a str, Span)> {
        let source = self.project.files.get_key_value(file).and_then(|(path, text)| Some((path, text.as_ref().ok()?)));
        let (path, text) = source.or_else(|| self.project.documents.get_key_value(file))?;
        let start = boundary(text, span.start);
        Some((path, text, Span::new(start, boundary(text, span.end).max(start))))
    }

    /// Where a finding begins, for people.
    pub fn position(&mut self, finding: &Finding) -> Option<Position> {
        self.position_at(&finding.file, finding.span?)
    }

    /// Where `span` begins, for people.
    pub fn position_at(&mut self, file: &str, span: Span) -> Option<Position> {
        let (path, text, span) = self.source_at(file, span)?;
        let index = self.indices.entry(path).or_insert_with(|| LineIndex::new(text));
        Some(index.position(text, span.start))
    }

    /// The line of code that `span` begins in, without the space around it.
    pub fn line_at(&self, file: &str, span: Span) -> Option<&'a str> {
        let (_, text, span) = self.source_at(file, span)?;
        let start = text[..span.start].rfind('\n').map_or(0, |at| at + 1);
        text[start..].lines().next().map(str::trim)
    }

    /// `file:line:column`, as far as known.
    pub fn label(&mut self, finding: &Finding) -> String {
        match finding.span {
            Some(span) => self.label_at(&finding.file, span),
            None => finding.file.clone(),
        }
    }

    /// `file:line:column`, as far as known.
    pub fn label_at(&mut self, file: &str, span: Span) -> String {
        match self.position_at(file, span) {
            Some(Position { line, column }) => format!("{file}:{line}:{column}"),
            None => file.to_owned(),
        }
    }
}

/// The last place in `text` at or before `offset` where a character begins.
fn boundary(text: &str, offset: usize) -> usize {
    (0..=offset.min(text.len())).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0)
}
