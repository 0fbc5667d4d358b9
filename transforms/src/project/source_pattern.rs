//! Sources of `next.config.*` and matchers of middleware as Next reads them: by `path-to-regexp` 6, case aside.
//!
//! ```text
//! /:path*.svg                →   ^(?:/((?:[^/]+?)(?:/(?:[^/]+?))*))?\.svg$
//! /((?!api|_next).*)         →   ^(?:/((?!api|_next).*))$
//! /:lang(en|de){-:region}?   →   ^(?:/(en|de))(?:-([^/]+?))?$
//! ```
//!
//! Only where such an expression certainly does not match, it says no; what cannot be read might match.

use std::iter::Peekable;
use std::str::CharIndices;
use std::sync::Arc;

use fancy_regex::Regex;

use super::matcher::may_match;

/// A pattern for URLs.
#[derive(Clone, Debug)]
pub struct Source {
    text: String,
    /// What Next makes of it, if that can be told.
    regex: Option<Arc<Regex>>,
}

impl PartialEq for Source {
    fn eq(&self, other: &Source) -> bool {
        self.text == other.text
    }
}

impl Eq for Source {}

impl Source {
    /// Reads `text`, as it is written in the configuration.
    pub fn new(text: String) -> Source {
        let regex = expression(&text).and_then(|regex| Regex::new(&format!("(?i){regex}")).ok()).map(Arc::new);
        Source { text, regex }
    }

    /// Whether it may match URLs of `route` (`/api/users/[id]`). Errs on the side of yes.
    pub fn may_match(&self, route: &str) -> bool {
        may_match(&self.text, route) && !self.leaves_alone(route)
    }

    /// Whether it certainly does not match the URL of `route`, which is one URL if nothing in it is a parameter, with a
    /// slash behind it or without.
    fn leaves_alone(&self, route: &str) -> bool {
        let Some(regex) = self.regex.as_ref().filter(|_| route.is_ascii() && !route.contains('[')) else {
            return false;
        };
        [route, &format!("{route}/")].into_iter().all(|url| regex.is_match(url).is_ok_and(|matches| !matches))
    }
}

/// What matches one segment.
const SEGMENT: &str = "[^/]+?";

/// A name or a group, with what goes with it.
#[derive(Default)]
struct Key {
    prefix: String,
    pattern: String,
    suffix: String,
}

impl Key {
    fn write(&self, modifier: Option<char>, regex: &mut String) {
        let Key { prefix, pattern, suffix } = self;
        let many = matches!(modifier, Some('*' | '+'));
        let modifier = modifier.map_or(String::new(), String::from);
        if pattern.is_empty() {
            regex.push_str(&format!("(?:{prefix}{suffix}){modifier}"));
        } else if prefix.is_empty() && suffix.is_empty() {
            let inner = if many { format!("((?:{pattern}){modifier})") } else { format!("({pattern}){modifier}") };
            regex.push_str(&inner);
        } else if many {
            let optional = if modifier == "*" { "?" } else { "" };
            let more = format!("(?:{suffix}{prefix}(?:{pattern}))*");
            regex.push_str(&format!("(?:{prefix}((?:{pattern}){more}){suffix}){optional}"));
        } else {
            regex.push_str(&format!("(?:{prefix}({pattern}){suffix}){modifier}"));
        }
    }
}

type Chars<'t> = Peekable<CharIndices<'t>>;

/// The regular expression for a pattern. `None` if it is none, or says what Rust reads otherwise than JavaScript.
fn expression(source: &str) -> Option<String> {
    let mut regex = String::from("^");
    let mut chars = source.char_indices().peekable();
    while let Some((_, char)) = chars.next() {
        match char {
            // A slash or dot belongs to the name behind it: it is optional if that is.
            '/' | '.' if matches!(chars.peek(), Some((_, ':' | '('))) => {
                let pattern = named(source, &mut chars)?;
                Key { prefix: escaped(char), pattern, suffix: String::new() }.write(modifier(&mut chars), &mut regex);
            }
            ':' | '(' => {
                let pattern = named_from(source, char, &mut chars)?;
                Key { pattern, ..Key::default() }.write(modifier(&mut chars), &mut regex);
            }
            '{' => {
                let prefix = text(&mut chars)?;
                let key = matches!(chars.peek(), Some((_, ':' | '(')));
                let pattern = if key { named(source, &mut chars)? } else { String::new() };
                let suffix = text(&mut chars)?;
                chars.next().filter(|(_, char)| *char == '}')?;
                Key { prefix, pattern, suffix }.write(modifier(&mut chars), &mut regex);
            }
            '\\' => regex.push_str(&escaped(chars.next()?.1)),
            '}' | '*' | '+' | '?' => return None,
            other => regex.push_str(&escaped(other)),
        }
    }
    regex.push('$');
    Some(regex)
}

fn named(source: &str, chars: &mut Chars<'_>) -> Option<String> {
    let (_, open) = chars.next()?;
    named_from(source, open, chars)
}

/// What a name, with its own pattern or not, or a group matches, of which `open` has been read.
fn named_from(source: &str, open: char, chars: &mut Chars<'_>) -> Option<String> {
    if open == '(' {
        return group(source, chars);
    }
    let mut length = 0;
    while chars.next_if(|(_, char)| char.is_ascii_alphanumeric() || *char == '_').is_some() {
        length += 1;
    }
    if length == 0 {
        return None;
    }
    match chars.next_if(|(_, char)| *char == '(') {
        Some(_) => group(source, chars),
        None => Some(SEGMENT.into()),
    }
}

/// The text of a group up to its parenthesis.
fn group(source: &str, chars: &mut Chars<'_>) -> Option<String> {
    let start = chars.peek()?.0;
    let mut depth = 0_usize;
    while let Some((at, char)) = chars.next() {
        match char {
            '\\' => drop(chars.next()?),
            '(' => depth += 1,
            ')' if depth == 0 => {
                let pattern = &source[start..at];
                return (!pattern.is_empty() && reads_alike(pattern)).then(|| pattern.to_owned());
            }
            ')' => depth -= 1,
            _ => {}
        }
    }
    None
}

/// Whether Rust reads a pattern as JavaScript does, as far as it reads it.
fn reads_alike(pattern: &str) -> bool {
    let mut chars = pattern.chars();
    let (mut before, mut class) = (' ', false);
    while let Some(char) = chars.next() {
        match char {
            // Flags for a part, and groups that only one of the two knows.
            '?' if before == '(' && !matches!(chars.clone().next(), Some(':' | '!' | '=')) => return false,
            '\\' => match chars.next() {
                Some('d' | 'D' | 'w' | 'W' | 's' | 'S') => before = ' ',
                Some(escaped) if !escaped.is_ascii_alphanumeric() => before = ' ',
                _ => return false,
            },
            // An empty class, and no limit.
            ']' if class && matches!(before, '[' | '^') => return false,
            ',' if before == '{' => return false,
            // Operators of classes, and classes in them.
            '&' | '-' | '~' if char == before => return false,
            '[' if class => return false,
            other => {
                class = other == '[' || class && other != ']';
                before = other;
            }
        }
    }
    pattern.is_ascii()
}

/// The plain text in braces, as an expression.
fn text(chars: &mut Chars<'_>) -> Option<String> {
    let mut text = String::new();
    while let Some((_, char)) = chars.next_if(|(_, char)| !matches!(char, ':' | '(' | '}' | '{' | '*' | '+' | '?')) {
        let char = if char == '\\' { chars.next()?.1 } else { char };
        text.push_str(&escaped(char));
    }
    Some(text)
}

fn modifier(chars: &mut Chars<'_>) -> Option<char> {
    chars.next_if(|(_, char)| matches!(char, '*' | '+' | '?')).map(|(_, char)| char)
}

fn escaped(char: char) -> String {
    fancy_regex::escape(char.encode_utf8(&mut [0; 4])).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const URLS: [&str; 15] = [
        "/",
        "/api",
        "/api/x",
        "/api/x/y",
        "/a.svg",
        "/api/a.svg",
        "/api/x.png",
        "/x.js",
        "/en/api/x",
        "/api-2",
        "/api/1-2",
        "/api/12",
        "/api/svg",
        "/x",
        "/apix",
    ];
    /// Which of the URLs they match.
    const TABLE: [(&str, &[&str]); 26] = [
        (
            "/:path*",
            &[
                "/api",
                "/api/x",
                "/api/x/y",
                "/a.svg",
                "/api/a.svg",
                "/api/x.png",
                "/x.js",
                "/en/api/x",
                "/api-2",
                "/api/1-2",
                "/api/12",
                "/api/svg",
                "/x",
                "/apix",
            ],
        ),
        (
            "/(.*)",
            &[
                "/",
                "/api",
                "/api/x",
                "/api/x/y",
                "/a.svg",
                "/api/a.svg",
                "/api/x.png",
                "/x.js",
                "/en/api/x",
                "/api-2",
                "/api/1-2",
                "/api/12",
                "/api/svg",
                "/x",
                "/apix",
            ],
        ),
        ("/:path*.svg", &["/a.svg", "/api/a.svg"]),
        ("/:all*(svg|jpg|png)", &["/a.svg", "/api/a.svg", "/api/x.png"]),
        ("/(.*).js", &["/x.js"]),
        ("/:path*\\.(png|jpg)", &["/api/x.png"]),
        ("/:path((?!api).*)", &["/", "/a.svg", "/x.js", "/en/api/x", "/x"]),
        ("/((?!api|_next).*)", &["/", "/a.svg", "/x.js", "/en/api/x", "/x"]),
        ("/api/:path*", &["/api", "/api/x", "/api/x/y", "/api/a.svg", "/api/x.png", "/api/1-2", "/api/12", "/api/svg"]),
        ("/api/:id", &["/api/x", "/api/a.svg", "/api/x.png", "/api/1-2", "/api/12", "/api/svg"]),
        ("/api/:id(\\d{1,})", &["/api/12"]),
        ("/api/:path+", &["/api/x", "/api/x/y", "/api/a.svg", "/api/x.png", "/api/1-2", "/api/12", "/api/svg"]),
        ("/:lang(en|de)?/api/x", &["/api/x", "/en/api/x"]),
        ("/{api/}?x", &["/api/x", "/x"]),
        ("/api/x{.:ext}?", &["/api/x", "/api/x.png"]),
        ("/api-:v", &["/api-2"]),
        ("/api/:a-:b", &["/api/1-2"]),
        (
            "/(api|trpc)(.*)",
            &[
                "/api",
                "/api/x",
                "/api/x/y",
                "/api/a.svg",
                "/api/x.png",
                "/api-2",
                "/api/1-2",
                "/api/12",
                "/api/svg",
                "/apix",
            ],
        ),
        ("/:path(api/.*)", &["/api/x", "/api/x/y", "/api/a.svg", "/api/x.png", "/api/1-2", "/api/12", "/api/svg"]),
        ("/api{/:x}*", &["/api", "/api/x", "/api/x/y", "/api/a.svg", "/api/x.png", "/api/1-2", "/api/12", "/api/svg"]),
        ("/:path*/x", &["/api/x", "/en/api/x", "/x"]),
        ("/:file(.*\\.svg)", &["/a.svg", "/api/a.svg"]),
        ("/.well-known/:p", &[]),
        ("/:path(.+\\.[a-z]+)", &["/a.svg", "/api/a.svg", "/api/x.png", "/x.js"]),
        ("/API/x", &["/api/x"]),
        ("/api/x/", &[]),
    ];

    /// The table is what `path-to-regexp` 6.1 and 6.3 of Next say with `{ strict: true, sensitive: false, delimiter: '/' }`.
    #[test]
    fn sources_are_read_as_next_does() {
        for (source, matching) in TABLE {
            let regex = Source::new(source.into()).regex.unwrap();
            let found: Vec<&str> = URLS.into_iter().filter(|url| regex.is_match(url).unwrap()).collect();
            assert_eq!(found, matching, "{source} {regex:?}");
        }
    }

    #[test]
    fn what_cannot_be_read_may_match() {
        for source in ["/:path(.*", "/:", "/a+*", "/{a", "/(\\p{L})", "/([a-z&&b])", "/(a(?i)b)", "/([]a])", "/(a{,3})"]
        {
            assert!(!Source::new(source.into()).leaves_alone("/api"), "{source}");
        }
    }

    #[test]
    fn a_route_with_parameters_may_be_any_url() {
        let svg = Source::new("/:path*.svg".into());
        assert!(svg.may_match("/api/[name]") && !svg.may_match("/api/name"));
        assert!(Source::new("/api/:path*/".into()).may_match("/api/name"));
    }
}
