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
        let text = self.project.files.get(&finding.file)?.as_deref().ok()?;
        let span = finding.span?;
        let start = boundary(text, span.start);
        Some((text, Span::new(start, boundary(text, span.end).max(start))))
    }

    /// Where a finding begins, for people.
    pub fn position(&mut self, finding: &Finding) -> Option<Position> {
        let (text, span) = self.source(finding)?;
        let (file, _) = self.project.files.get_key_value(&finding.file)?;
        let index = self.indices.entry(file.as_str()).or_insert_with(|| LineIndex::new(text));
        Some(index.position(text, span.start))
    }

    /// `file:line:column`, as far as known.
    pub fn label(&mut self, finding: &Finding) -> String {
        match self.position(finding) {
            Some(Position { line, column }) => format!("{}:{line}:{column}", finding.file),
            None => finding.file.clone(),
        }
    }
}

/// The last place in `text` at or before `offset` where a character begins.
fn boundary(text: &str, offset: usize) -> usize {
    (0..=offset.min(text.len())).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0)
}
