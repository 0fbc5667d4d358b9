//! What a plan says about the tree in which shared functions have modules of their own, said about the tree that
//! people see.

use super::Shared;
use crate::finding::Finding;
use crate::plan::{CallSite, Plan};
use crate::project::Project;
use crate::syntax::Span;

/// How many lines around one are compared.
const CONTEXT: usize = 40;

impl Shared {
    /// Places what `plan` says of `tree` in `project`.
    pub fn placed(&self, project: &Project, tree: &Project, mut plan: Plan) -> Plan {
        for endpoint in plan.apps.iter_mut().flat_map(|app| &mut app.endpoints) {
            let seen = endpoint.answers.iter_mut().filter_map(|answer| answer.saw.as_mut());
            for finding in endpoint.findings.iter_mut().chain(seen) {
                self.place_finding(project, tree, finding);
            }
            self.place_calls(project, tree, &mut endpoint.callers);
        }
        for finding in &mut plan.findings {
            self.place_finding(project, tree, finding);
        }
        self.place_calls(project, tree, &mut plan.open_callers);
        plan
    }

    /// Places one finding.
    fn place_finding(&self, project: &Project, tree: &Project, finding: &mut Finding) {
        if self.changes.text(&finding.file).is_none() {
            return;
        }
        let (file, span) = self.place(project, tree, &finding.file, finding.span);
        (finding.file, finding.span) = (file, span);
    }

    fn place_calls(&self, project: &Project, tree: &Project, calls: &mut [CallSite]) {
        for call in calls.iter_mut().filter(|call| self.changes.text(&call.file).is_some()) {
            let (file, span) = self.place(project, tree, &call.file, Some(call.span));
            (call.file, call.span) = (file, span.unwrap_or(Span::at(0)));
        }
        calls.sort();
    }

    fn place(&self, project: &Project, tree: &Project, file: &str, span: Option<Span>) -> (String, Option<Span>) {
        let home = self.origins.get(file).map_or(file, String::as_str);
        let text = |project: &Project, file: &str| project.files.get(file).and_then(|text| text.clone().ok());
        let span = span.zip(text(tree, file)).zip(text(project, home));
        let span = span.and_then(|((span, new), old)| origin(&old, &new, span));
        (home.to_owned(), span)
    }
}

/// Where in `old` the code at `span` of `new` comes from: the same line, in the surroundings that are most alike.
fn origin(old: &str, new: &str, span: Span) -> Option<Span> {
    let (before, after): (Vec<&str>, Vec<&str>) = (old.lines().collect(), new.lines().collect());
    let head = new.get(..span.start)?;
    let (number, column) = (head.matches('\n').count(), head.len() - head.rfind('\n').map_or(0, |at| at + 1));
    let line = *after.get(number)?;
    let alike = |at: usize| {
        let above = before[..at].iter().rev().zip(after[..number].iter().rev()).take(CONTEXT);
        let below = before[at..].iter().zip(&after[number..]).take(CONTEXT);
        above.take_while(|(one, other)| one == other).count() + below.take_while(|(one, other)| one == other).count()
    };
    let same = (0..before.len()).filter(|at| before[*at] == line);
    let found = same.max_by_key(|at| (alike(*at), std::cmp::Reverse(*at)))?;
    let start = old.split_inclusive('\n').take(found).map(str::len).sum::<usize>() + column;
    let code = span.text(new);
    // A longer piece may have changed further down; its first line shows it.
    let shown = if old[start..].starts_with(code) { code } else { line.get(column..)? };
    Some(Span::new(start, start + shown.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(old: &str, new: &str, piece: &str, expected: Option<usize>) {
        let start = new.find(piece).unwrap();
        let found = origin(old, new, Span::new(start, start + piece.len()));
        assert_eq!(found.map(|span| span.start), expected);
    }

    #[test]
    fn moved_lines_are_found() {
        check("a\nb\nc(x)\n", "b\nc(x)\n", "c(x)", Some(4));
        check("a\nb\nc\n", "import\na\nc\n", "c", Some(4));
    }

    #[test]
    fn of_equal_lines_the_one_with_the_same_neighbours() {
        check("a {\nsend\n}\nb {\nsend\n}\n", "b {\nsend\n}\n", "send", Some(13));
    }

    #[test]
    fn new_lines_come_from_nowhere() {
        check("a\n", "import x\na\n", "import", None);
    }
}
