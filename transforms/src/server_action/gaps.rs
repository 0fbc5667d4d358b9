//! Statements that go, with the blank lines that would be too many behind them.

use crate::syntax::Span;

/// The whole lines of statements that go, with a blank line where two would meet, or one stand at the start of a block.
pub fn without_gaps(text: &str, mut statements: Vec<Span>) -> Vec<Span> {
    statements.sort_unstable();
    let mut lines: Vec<Span> = Vec::new();
    for line in statements {
        match lines.last_mut() {
            Some(last) if last.end >= line.start => last.end = last.end.max(line.end),
            _ => lines.push(line),
        }
    }
    for line in &mut lines {
        let rest = &text[line.end..];
        let blank = &rest[..rest.find('\n').map_or(0, |at| at + 1)];
        let before = text[..line.start].trim_end_matches([' ', '\t', '\r']).strip_suffix('\n');
        let before = before.map(|before| before.trim_end_matches([' ', '\t', '\r']));
        if blank.trim().is_empty() && before.is_some_and(|before| before.ends_with(['\n', '{'])) {
            line.end += blank.len();
        }
    }
    lines
}
