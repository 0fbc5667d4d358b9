//! Specifiers in comments, which the type checker follows as it follows those in code.
//!
//! ```js
//! /** @param {import('../lib/user').User} user */
//! /// <reference path="../types/globals.d.ts" />
//! ```

use super::{Module, Span, Specifier};

/// The relative specifiers in doc comments and references to files.
pub fn comment_specifiers(module: &Module) -> Vec<Specifier> {
    let text = &*module.text;
    let mut found = Vec::new();
    for comment in module.comments.iter().filter(|comment| comment.text(text).starts_with("/**")) {
        imports(text, *comment, &mut found);
    }
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        // References count at the top of a file only.
        if !(line.trim().is_empty() || line.trim_start().starts_with("//")) {
            break;
        }
        if line.trim_start().starts_with("///")
            && let Some(at) = line.find("path=")
        {
            found.extend(quoted(text, start + at + "path=".len()).map(|span| {
                let path = span.text(text);
                let path = &path[1..path.len() - 1];
                // `path="a.d.ts"` stands beside the file.
                let value = if path.starts_with(['.', '/']) { path.to_owned() } else { format!("./{path}") };
                of_type(span, value, None)
            }));
        }
        start += line.len();
    }
    found
}

/// `import('…').Name` within a comment.
fn imports(text: &str, comment: Span, found: &mut Vec<Specifier>) {
    for (at, head) in comment.text(text).match_indices("import(") {
        let Some(span) = quoted(text, comment.start + at + head.len()) else { continue };
        let value = &span.text(text)[1..span.text(text).len() - 1];
        if !value.starts_with('.') || span.end > comment.end {
            continue;
        }
        let name = text[span.end..].strip_prefix(").").map(|rest| {
            let is_part = |char: char| char.is_alphanumeric() || matches!(char, '_' | '$');
            vec![rest.chars().take_while(|char| is_part(*char)).collect()]
        });
        found.push(of_type(span, value.to_owned(), name));
    }
}

/// The literal that starts at `at`, with its quotes.
fn quoted(text: &str, at: usize) -> Option<Span> {
    let quote = text[at..].chars().next().filter(|char| matches!(char, '\'' | '"' | '`'))?;
    let inside = &text[at + 1..];
    let end = inside.find([quote, '\n']).filter(|end| inside[*end..].starts_with(quote))?;
    (end > 0).then(|| Span::new(at, at + end + 2))
}

fn of_type(span: Span, value: String, names: Option<Vec<String>>) -> Specifier {
    Specifier { span, value, names, type_only: true, statement: None, by_url: false }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_the_type_checker_reads() {
        let text = "/// <reference path=\"../g.d.ts\" />\n/// <reference path='h.d.ts' />\n\
            // import('./no')\n/** @type {import('../a').T} and import(\"./b\") and import('next').N */\n\
            const s = `/** import('./no') \n*/`, glob = '/**/*', t = \"import('./no')\"; /* import('./no') */\n/** import('./broken */\n/// <reference path=\"late.d.ts\" />\n";
        let module = Module::parse("a.ts", text.into()).unwrap();
        let found = comment_specifiers(&module);
        let values: Vec<&str> = found.iter().map(|specifier| specifier.value.as_str()).collect();
        assert_eq!(values, ["../a", "./b", "../g.d.ts", "./h.d.ts"]);
        assert_eq!(found[0].names, Some(vec!["T".to_owned()]));
        assert_eq!(found[2].span.text(text), "\"../g.d.ts\"");
    }
}
