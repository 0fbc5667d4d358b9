//! Findings about the tree after the first transform, told about the files on the disk.

use crate::finding::Finding;
use crate::project::Project;

/// Moves `finding` about `tree` to the file of `project` that it was made of; `endpoint` is that of new files.
pub fn localised(mut finding: Finding, project: &Project, tree: &Project, endpoint: &str) -> Finding {
    let text = |project: &Project| {
        let file = project.files.get(&finding.file).and_then(|text| text.as_ref().ok()).cloned();
        file.or_else(|| project.documents.get(&finding.file).cloned())
    };
    match (text(project), text(tree)) {
        (Some(old), Some(new)) if old != new => {
            let part = finding.span.map(|span| span.text(&new).to_owned());
            finding.span = part.filter(|part| old.matches(part.as_str()).count() == 1).and_then(|part| {
                let at = old.find(&part)?;
                Some(crate::syntax::Span::new(at, at + part.len()))
            });
        }
        (None, Some(_)) => {
            finding.file = endpoint.to_owned();
            finding.span = None;
        }
        _ => {}
    }
    if !project.files.contains_key(&finding.file) {
        finding.span = None;
    }
    finding
}
