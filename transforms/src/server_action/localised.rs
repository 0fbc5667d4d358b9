//! Findings about the tree after the first transform, told about the files on the disk.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::finding::Finding;
use crate::plan::EndpointPlan;
use crate::project::Project;
use crate::syntax::Span;

/// The files on the disk, for findings about the tree that comes of them.
pub struct Disk<'p> {
    project: &'p Project,
    tree: &'p Project,
    /// The file that a new one was made of.
    moved: BTreeMap<String, String>,
}

impl<'p> Disk<'p> {
    /// `tree` is `project` with what becomes of `endpoints`.
    pub fn new(project: &'p Project, tree: &'p Project, endpoints: &[EndpointPlan]) -> Disk<'p> {
        let moved = endpoints.iter().filter_map(|endpoint| Some((endpoint.to.clone()?, endpoint.file.clone())));
        Disk { project, tree, moved: moved.collect() }
    }

    /// Moves `finding` to the file that it was made of. Of other new files, that is `endpoint`.
    pub fn told(&self, mut finding: Finding, endpoint: &str) -> Finding {
        match (text(self.project, &finding.file), text(self.tree, &finding.file)) {
            (Some(old), Some(new)) if old != new => finding.span = same_part(finding.span, &new, &old),
            (None, Some(new)) => {
                let from = self.moved.get(&finding.file).map_or(endpoint, String::as_str).to_owned();
                let old = text(self.project, &from);
                finding.span = old.and_then(|old| same_part(finding.span, &new, &old));
                finding.file = from;
            }
            _ => {}
        }
        if !self.project.files.contains_key(&finding.file) {
            finding.span = None;
        }
        finding
    }
}

fn text(project: &Project, file: &str) -> Option<Arc<str>> {
    let source = project.files.get(file).and_then(|text| text.as_ref().ok()).cloned();
    source.or_else(|| project.documents.get(file).cloned())
}

/// Where the part of `new` at `span` stands in `old`, if it is there once.
fn same_part(span: Option<Span>, new: &str, old: &str) -> Option<Span> {
    let part = span?.text(new);
    let mut places = old.match_indices(part);
    match (places.next(), places.next()) {
        (Some((at, _)), None) => Some(Span::new(at, at + part.len())),
        _ => None,
    }
}
