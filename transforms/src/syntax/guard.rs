//! Recursive code walks the tree, so a text that nests without end would exhaust the stack. This is
//! the cheap check that runs before the parser does.

/// Brackets, or prefix operators in a row, nested deeper than this are not parsed. Code that people
/// write stays below 50; generated code below 300.
pub const MAX_DEPTH: usize = 1_000;

/// The byte offset at which `text` nests deeper than [`MAX_DEPTH`], if it does. Brackets inside
/// strings and comments count, too, which errs on the side of refusing.
pub fn too_deep(text: &str) -> Option<usize> {
    let (mut depth, mut prefixes, mut operators) = (0usize, 0usize, 0usize);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        match byte {
            b'!' | b'~' | b'+' | b'-' => prefixes += 1,
            b' ' | b'\t' | b'\n' | b'\r' => {}
            _ => prefixes = 0,
        }
        // `a + b + c …` and `a ? b : c ? …` nest without brackets; statements end with `;` or a
        // line that starts another, and nobody writes ten thousand operators in one.
        match byte {
            b'+' | b'?' | b'|' | b'&' => operators += 1,
            b';' => operators = 0,
            _ => {}
        }
        if depth > MAX_DEPTH || prefixes > MAX_DEPTH || operators > 50 * MAX_DEPTH {
            return Some(at);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_code_is_shallow() {
        assert_eq!(too_deep("f({ a: [1, (2)] }); // !!!!"), None);
    }

    #[test]
    fn brackets_and_prefixes_in_a_row_are_counted() {
        assert_eq!(too_deep(&"[".repeat(MAX_DEPTH + 1)), Some(MAX_DEPTH));
        assert_eq!(too_deep(&"!".repeat(5_000)), Some(MAX_DEPTH));
        assert_eq!(too_deep(&"[]".repeat(5_000)), None);
    }
}
