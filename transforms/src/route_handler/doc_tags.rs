//! The tags of a doc comment, as text: what they say of types is what annotations are in TypeScript.
//!
//! ```js
//! /** @param {import('next').NextApiRequest} req @returns {void} */     // two tags
//! ```

use crate::syntax::{Module, Span};

/// A tag of a doc comment, in the text of its file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tag {
    /// From the `@` to the last word that belongs to it.
    pub span: Span,
    /// What stands in the braces behind its name, without them.
    pub kind: Option<Span>,
}

impl Tag {
    /// Its name, as `param`.
    pub fn name(self, text: &str) -> &str {
        let inside = &self.span.text(text)[1..];
        &inside[..inside.find(|c: char| !c.is_alphanumeric()).unwrap_or(inside.len())]
    }

    /// What stands behind its name and its type.
    pub fn rest(self, text: &str) -> &str {
        let start = self.kind.map_or(self.span.start + 1 + self.name(text).len(), |kind| kind.end + 1);
        &text[start.min(self.span.end)..self.span.end]
    }

    /// The parameter that `@param` is about, also by one of its members.
    pub fn parameter(self, text: &str) -> Option<&str> {
        if !matches!(self.name(text), "param" | "arg" | "argument") {
            return None;
        }
        let name = self.rest(text).trim_start().trim_start_matches('[');
        Some(&name[..name.find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '$'))).unwrap_or(name.len())])
    }

    /// What goes with the tag: its lines where it stands alone on them.
    pub fn with_lines(self, text: &str) -> Span {
        let start = text[..self.span.start].rfind('\n').map_or(0, |at| at + 1);
        let end = text[self.span.end..].find('\n').map_or(text.len(), |at| self.span.end + at + 1);
        let alone = text[start..self.span.start].trim().trim_matches('*').is_empty()
            && text[self.span.end..end].trim().is_empty();
        if alone {
            return Span::new(start, end);
        }
        let blank = text[self.span.end..end].len() - text[self.span.end..end].trim_start_matches(' ').len();
        Span::new(self.span.start, self.span.end + blank)
    }
}

/// The tags of the doc comment at `comment`, in their order. `{@link …}` inside of words is none.
pub fn tags(text: &str, comment: Span) -> Vec<Tag> {
    let end = comment.start + comment.text(text).strip_suffix("*/").map_or(comment.end - comment.start, str::len);
    let mut found: Vec<Tag> = Vec::new();
    let (mut depth, mut fresh) = (0_usize, false);
    for (offset, char) in text[comment.start..end].char_indices() {
        let at = comment.start + offset;
        match char {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            '@' if fresh && depth == 0 => {
                close(text, &mut found, at);
                found.push(Tag { span: Span::new(at, at + 1), kind: None });
            }
            _ => {}
        }
        fresh = char.is_whitespace() || (char == '*' && fresh) || (offset < 3 && char == '*');
    }
    close(text, &mut found, end);
    found
}

/// Lets the last of `found` end before `end`.
fn close(text: &str, found: &mut [Tag], end: usize) {
    let Some(last) = found.last_mut() else { return };
    // What stands behind an empty line is about more than the tag.
    let is_blank = |line: &str| line.trim_start().trim_start_matches('*').trim().is_empty();
    let own = &text[last.span.start..end];
    let lines = own.split_inclusive('\n').take_while(|line| !is_blank(line)).map(str::len).sum::<usize>();
    let own = own[..lines].trim_end_matches(|c: char| c.is_whitespace() || c == '*');
    last.span = Span::new(last.span.start, last.span.start + own.len());
    let behind = last.span.start + 1 + last.name(text).len();
    let rest = &text[behind..last.span.end];
    let open = rest.len() - rest.trim_start().len();
    if !rest[open..].starts_with('{') {
        return;
    }
    let mut depth = 0;
    let length = rest[open..].find(|char| {
        depth += i32::from(char == '{') - i32::from(char == '}');
        depth == 0
    });
    last.kind = length.map(|length| Span::new(behind + open + 1, behind + open + length));
}

/// Names of `module` that mean Next's type `name` in its doc comments: by `@typedef`, by `@import`, or by an import.
///
/// ```js
/// /** @typedef {import('next').NextApiRequest} NextApiRequest */
/// /** @import { NextApiRequest as Request } from 'next' */
/// ```
pub fn names_of<'m>(module: &'m Module, name: &str) -> Vec<&'m str> {
    let text: &'m str = &module.text;
    let mut found = Vec::new();
    if !text.contains(name) {
        return found;
    }
    let docs = module.comments.iter().filter(|comment| comment.text(text).contains(name));
    for tag in docs.flat_map(|comment| tags(text, *comment)) {
        match (tag.name(text), tag.kind) {
            ("typedef", Some(kind)) if is_next(kind.text(text), name) => {
                found.extend(tag.rest(text).split_whitespace().next());
            }
            ("import", Some(kind)) if tag.rest(text).contains("'next'") || tag.rest(text).contains("\"next\"") => {
                found.extend(kind.text(text).split(',').filter_map(|own| {
                    let mut words = own.split_whitespace();
                    words.next().filter(|first| *first == name).map(|first| words.last().unwrap_or(first))
                }));
            }
            _ => {}
        }
    }
    found
}

/// Whether `kind` is `import('next').name`.
pub fn is_next(kind: &str, name: &str) -> bool {
    let kind = kind.trim();
    ["import('next').", "import(\"next\")."].iter().any(|from| kind.strip_prefix(from) == Some(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &str) -> Vec<(&str, Option<&str>, &str)> {
        let found = tags(text, Span::new(0, text.len()));
        found.into_iter().map(|tag| (tag.name(text), tag.kind.map(|kind| kind.text(text)), tag.rest(text))).collect()
    }

    #[test]
    fn tags_on_one_line_and_on_many() {
        let one = all("/** Reads {@link a}, me@home. @param {{ a: b }} req the request @returns {void} */");
        assert_eq!(one, [("param", Some("{ a: b }"), " req the request"), ("returns", Some("void"), "")]);
        let many = all("/**\n * It.\n * @param {string\n *   | number} a\n *   more\n * @async\n * @broken {a\n */");
        let expected =
            [("param", Some("string\n *   | number"), " a\n *   more"), ("async", None, ""), ("broken", None, " {a")];
        assert_eq!(many, expected);
        assert_eq!(all("/**@type {A}*/"), [("type", Some("A"), "")]);
        assert_eq!(all("/** @ */"), [("", None, "")]);
        assert_eq!(all("/**/"), []);
    }

    #[test]
    fn names_of_parameters() {
        let name = |rest: &str| {
            let text = format!("/** @param {rest} */");
            tags(&text, Span::new(0, text.len()))[0].parameter(&text).map(str::to_owned)
        };
        assert_eq!(name("{string} why - the reason").as_deref(), Some("why"));
        assert_eq!(name("{{ a: string }} res").as_deref(), Some("res"));
        assert_eq!(name("[res] the response").as_deref(), Some("res"));
        assert_eq!(name("res.status").as_deref(), Some("res"));
        assert_eq!(name("{broken").as_deref(), Some(""));
    }

    #[test]
    fn names_for_types() {
        let text = "/** @typedef {import('next').NextApiRequest} Asked */\n/** @typedef {import('next').NextApiResponse} B */\n\
            /** @import { NextApiRequest, NextApiRequest as C } from 'next' */\nf();";
        let module = Module::parse("a.js", text.into()).unwrap();
        assert_eq!(names_of(&module, "NextApiRequest"), ["Asked", "NextApiRequest", "C"]);
    }
}
