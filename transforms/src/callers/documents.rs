//! URLs in texts that are no modules: documentation, configuration, scripts.
//!
//! ```md
//! - `POST /api/posts` writes one                 (of this method alone)
//! | GET, PATCH | /api/posts/:id |               (of these)
//! See /api/posts.                               (of all)
//! ```

use super::mention::{Kind, Mention};
use super::url::{Part, urls_in};
use super::via::Via;
use crate::project::Method;
use crate::syntax::Span;

/// The mentions in a text that is no module: documentation, configuration, scripts.
pub(super) fn plain_text(path: &str, text: &str) -> Vec<Mention> {
    let mut found = Vec::new();
    // `action="api/posts"` is relative; without a quote, `api/posts` is rather a folder.
    let begins = |at: &usize| text[*at..].starts_with("/api") || text[..*at].ends_with(['\'', '"', '`']);
    let places = text.match_indices("api").map(|(at, _)| if text[..at].ends_with('/') { at - 1 } else { at });
    for at in places.filter(begins) {
        let start = text[..at].rfind(|c: char| c.is_whitespace() || "'\"`(<".contains(c)).map_or(0, |at| at + 1);
        let start = (start..=at).find(|at| text.is_char_boundary(*at)).unwrap_or(at);
        let rest = &text[at..];
        let length = rest.find(|c: char| c.is_whitespace() || "'\"`)>,;".contains(c)).unwrap_or(rest.len());
        if is_for_people(path) && names_source(&text[start..at], &rest[..length]) {
            continue;
        }
        let urls: Vec<_> = urls_in(&text[start..at + length]).into_iter().filter(|url| *url != [Part::Rest]).collect();
        if urls.is_empty() {
            continue;
        }
        let span = Span::new(at, at + length);
        let via = Via::of_file(path).unwrap_or(Via::Document);
        let methods = if is_for_people(path) { methods_before(&text[..start]) } else { Vec::new() };
        let each = if methods.is_empty() { vec![None] } else { methods.into_iter().map(Some).collect() };
        found.extend(each.into_iter().map(|method| {
            let kind = Kind::Other(method, (span, "the URL is mentioned here".into()));
            Mention { file: path.to_owned(), span, urls: urls.clone(), hosts: Vec::new(), via, kind }
        }));
    }
    found
}

/// The methods that stand before a URL at the end of the text `before`, on the same line.
fn methods_before(before: &str) -> Vec<Method> {
    let mut line = &before[before.rfind('\n').map_or(0, |at| at + 1)..];
    let mut methods = Vec::new();
    loop {
        line = line.trim_end_matches([' ', '\t', '`', '*', '_', '|', ',', '/', ':', '[', '(', '"', '\'']);
        let word = line.rsplit(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
        let Some(method) = Method::from_name(word) else { return methods };
        methods.push(method);
        line = &line[..line.len() - word.len()];
    }
}

/// Whether people read the file at `path`, and no program.
pub(super) fn is_for_people(path: &str) -> bool {
    path.rsplit_once('.').is_some_and(|(_, extension)| ["adoc", "md", "mdx", "rst", "txt"].contains(&extension))
}

/// Whether `before` and the `path` behind it are a source file, `app` and `/api/posts/route.ts`, or its folder,
/// `src/app` and `/api/posts`, and no URL.
fn names_source(before: &str, path: &str) -> bool {
    // `route.ts:12`, and the end of a sentence.
    let path = path.trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | ':' | ']' | '*'));
    let is_source = [".js", ".jsx", ".ts", ".tsx"].iter().any(|extension| path.ends_with(extension));
    (is_source && !before.contains("://") && (before.ends_with("app") || before.ends_with("pages")))
        || is_app_folder(before)
}

/// Whether a text is the path of a folder of routes: `app`, `./src/app`, `apps/web/pages`. `/app` may start a URL, and
/// so may `example.com/app`.
fn is_app_folder(text: &str) -> bool {
    let text = text.trim_start_matches("./");
    let known = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '@' | '/');
    let last = text.rsplit('/').next().unwrap_or(text);
    ["app", "pages"].contains(&last) && !text.starts_with('/') && text.chars().all(known)
}

#[cfg(test)]
mod tests {
    use super::{methods_before, names_source};

    #[test]
    fn folders_of_routes_are_no_urls() {
        for (before, path, source) in [
            ("app", "/api/read", true),
            ("src/app", "/api/read/", true),
            ("./apps/web-shop/pages", "/api/read", true),
            ("my app", "/api/read/route.ts", true),
            ("/app", "/api/read", false),
            ("https://example.com/app", "/api/read", false),
            ("example.com/app", "/api/read", false),
            ("localhost:3000/app", "/api/read", false),
            ("$HOST/app", "/api/read", false),
            ("webapp", "/api/read", false),
            ("", "/api/read", false),
        ] {
            assert_eq!(names_source(before, path), source, "{before}{path}");
        }
    }

    #[test]
    fn methods_are_those_right_before_the_url() {
        for (before, found) in [
            ("- `POST ", "POST"),
            ("## DELETE ", "DELETE"),
            ("| `GET`, `PATCH` | `", "PATCH GET"),
            ("GET/POST ", "POST GET"),
            ("curl -X POST ", "POST"),
            ("GET\n", ""),
            ("We POST to ", ""),
            ("Post ", ""),
            ("GET /api/a, ", ""),
        ] {
            let own: Vec<&str> = methods_before(before).iter().map(|method| method.as_str()).collect();
            assert_eq!(own.join(" "), found, "{before}");
        }
    }
}
