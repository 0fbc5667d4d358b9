//! Paths as git writes them in a patch.

use std::fmt::Write as _;

/// `prefix` and `path` in one; in quotes, with C escapes, if the path has control characters, quotes,
/// backslashes or anything beyond ASCII.
pub(super) fn quoted(prefix: &str, path: &str) -> String {
    let is_plain = |byte: u8| (0x20..0x7f).contains(&byte) && byte != b'"' && byte != b'\\';
    if path.bytes().all(is_plain) {
        return format!("{prefix}{path}");
    }
    let mut quoted = format!("\"{prefix}");
    for byte in path.bytes() {
        match byte {
            b'"' | b'\\' => quoted.extend(['\\', byte.into()]),
            b'\n' => quoted.push_str("\\n"),
            b'\t' => quoted.push_str("\\t"),
            b'\r' => quoted.push_str("\\r"),
            byte if is_plain(byte) => quoted.push(byte.into()),
            // A `String` takes every write.
            byte => _ = write!(quoted, "\\{byte:03o}"),
        }
    }
    quoted.push('"');
    quoted
}

/// The same for a `---` or `+++` line, where a tab marks the end of a name with spaces.
pub(super) fn quoted_with_end(prefix: &str, path: &str) -> String {
    let mut name = quoted(prefix, path);
    if path.contains(' ') {
        name.push('\t');
    }
    name
}

#[cfg(test)]
mod tests {
    use super::{quoted, quoted_with_end};

    #[test]
    fn quotes_only_where_git_does() {
        assert_eq!(quoted("a/", "pages/api/[id].ts"), "a/pages/api/[id].ts");
        assert_eq!(quoted("a/", "ä.ts"), r#""a/\303\244.ts""#);
        assert_eq!(quoted("", "a\tb\"c\\d\u{1}"), r#""a\tb\"c\\d\001""#);
        assert_eq!(quoted_with_end("b/", "my file.ts"), "b/my file.ts\t");
    }
}
