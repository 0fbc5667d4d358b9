//! Lines of code: what stands around its parts, how they are indented, and how wide they may be.

use crate::syntax::{Module, Span};

/// What stands around `parts` inside `whole`.
pub(super) fn gaps<'t>(parts: &[Span], whole: Span, text: &'t str) -> impl Iterator<Item = &'t str> {
    let starts = std::iter::once(whole.start).chain(parts.iter().map(|part| part.end));
    let ends = parts.iter().map(|part| part.start).chain(std::iter::once(whole.end));
    starts.zip(ends).map(|(start, end)| &text[start..end]).collect::<Vec<_>>().into_iter()
}

/// Of what stands before a call, the part that may go to a line of its own with it: `return ` of `if (…) return `.
pub(super) fn own_line(before: &str) -> Option<&str> {
    if before.ends_with("=> ") {
        return Some("");
    }
    let condition = before.strip_suffix("return ")?.trim_end();
    let governed = condition.starts_with("if (") || condition.starts_with("else") || condition.starts_with("} else");
    (governed && !condition.ends_with('{')).then_some("return ")
}

/// `text` with the indentation `from` of all its lines but the first replaced.
pub(super) fn reindented(text: &str, from: &str, to: &str) -> String {
    let mut lines = text.split('\n');
    let mut moved = lines.next().unwrap_or_default().to_owned();
    for line in lines {
        moved.push('\n');
        match line.strip_prefix(from).filter(|_| !line.trim().is_empty()) {
            Some(rest) => moved.extend([to, rest]),
            None => moved.push_str(line),
        }
    }
    moved
}

pub(super) fn columns(text: &str) -> usize {
    text.chars().count()
}

/// The width that the file was formatted to: what its longest line shows that could have been broken, 80 at least.
pub(super) fn width_of(module: &Module) -> usize {
    let text = &module.text;
    // No formatter touches the lines of a template literal.
    let fixed: Vec<Span> = module.verbatim.iter().copied().filter(|span| span.text(text).contains('\n')).collect();
    let mut at = 0;
    let mut longest = 0;
    for line in text.split_inclusive('\n') {
        let span = Span::new(at, at + line.len());
        at = span.end;
        let line = line.trim_end();
        let long = columns(line) > longest.max(80) && is_breakable(line);
        if long && !fixed.iter().any(|fixed| fixed.start < span.end && span.start < fixed.end) {
            longest = columns(line);
        }
    }
    match longest {
        0 => 80,
        1..=100 => 100,
        _ => longest.max(120),
    }
}

/// Whether a formatter would have broken the line if it was too long: not a comment, an import, or one long string.
fn is_breakable(line: &str) -> bool {
    let line = line.trim();
    if ["//", "/*", "*", "import ", "export {", "export *"].iter().any(|start| line.starts_with(start)) {
        return false;
    }
    let (mut code, mut quote, mut escaped) = (String::new(), None, false);
    for char in line.chars() {
        match quote {
            Some(_) if escaped => escaped = false,
            Some(_) if char == '\\' => escaped = true,
            Some(open) if char == open => quote = None,
            Some(_) => {}
            None if matches!(char, '"' | '\'' | '`') => quote = Some(char),
            None => code.push(char),
        }
    }
    quote.is_none() && !code.contains("//") && (code.len() == line.len() || code.contains("{ ") || code.contains(", "))
}
