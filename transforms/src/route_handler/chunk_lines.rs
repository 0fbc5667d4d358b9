//! The lines of statements, and the comments and blank lines around them, in the text of a function.

use crate::syntax::Span;

/// The comments that start on lines of their own between `start`, the end of some code, and `end`, with nothing but
/// comments between them and `start`.
pub(super) fn own_lines(text: &str, start: usize, end: usize) -> Option<Span> {
    let (mut at, mut first) = (start, None);
    loop {
        let rest = &text[at..end];
        let comment = at + rest.len() - rest.trim_start().len();
        let length = match &text[comment..end] {
            line if line.starts_with("//") => line.find('\n').unwrap_or(line.len()),
            block if block.starts_with("/*") => block.find("*/").map_or(block.len(), |close| close + 2),
            _ => break,
        };
        if first.is_none() {
            first = text[at..comment].rfind('\n').map(|line| at + line + 1);
        }
        at = comment + length;
    }
    first.map(|first| Span::new(first, at))
}

/// Where the last blank line of `text` begins that has a comment above it.
pub(super) fn apart(text: &str) -> Option<usize> {
    let mut blank = None;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        if line.trim().is_empty() && line.ends_with('\n') {
            blank = Some(at);
        }
        at += line.len();
    }
    blank.filter(|blank| !text[..*blank].trim().is_empty())
}

/// Whether the first line of `text` is empty, and ends.
pub(super) fn starts_blank(text: &str) -> bool {
    text.trim_start_matches([' ', '\t', '\r']).starts_with('\n')
}

/// The lines of a statement that starts behind `before`: from the first line after the one `before` is
/// on, if the statement begins its line, to the end of its last line, if nothing else is on that.
pub(super) fn lines(text: &str, before: usize, statement: Span) -> Span {
    let newline = text[before..statement.start].find('\n');
    let start = newline.map_or(statement.start, |newline| before + newline + 1);
    let tail = &text[statement.end..];
    let line_end = tail.find('\n').map_or(text.len(), |at| statement.end + at + 1);
    let rest = text[statement.end..line_end].trim();
    let comment = rest.starts_with("//") || (rest.starts_with("/*") && rest.ends_with("*/"));
    let ends = comment || (rest.is_empty() && newline.is_some());
    if ends { Span::new(start, line_end) } else { Span::new(start, statement.end) }
}
