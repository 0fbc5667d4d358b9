//! CORS headers that Netlify or Cloudflare sets for the URL of an endpoint.
//!
//! ```toml
//! [[headers]]                # netlify.toml; `public/_headers` has the pattern above its headers
//! for = "/api/*"
//! values = { Access-Control-Allow-Origin = "*" }
//! ```

use super::Facts;
use crate::finding::Finding;
use crate::syntax::Span;

const HEADER: &str = "access-control-";

/// The first of them that is for the route.
pub fn check(facts: &Facts<'_>) -> Option<Finding> {
    let (file, span) = in_host_files(facts)?;
    let message =
        format!("{} {} stays a Route Handler: this lets other origins call it", facts.method.as_str(), facts.route);
    Some(Finding::note("cors", &file, span, message))
}

/// In the files that Netlify and Cloudflare read, of the app or of the whole project.
fn in_host_files(facts: &Facts<'_>) -> Option<(String, Span)> {
    let root = below_root(&facts.app.root);
    let names = ["netlify.toml", "public/_headers", "_headers"];
    let own = names.map(|name| format!("{root}{name}"));
    own.iter().map(String::as_str).chain(names).find_map(|path| {
        let text = facts.project.documents.get(path)?;
        let span = if path.ends_with(".toml") { in_toml(text, facts.route) } else { in_list(text, facts.route) };
        Some((path.to_owned(), span?))
    })
}

fn below_root(root: &str) -> String {
    if root.is_empty() { String::new() } else { format!("{root}/") }
}

/// In the blocks `[[headers]]`, each of which is for one pattern. One that cannot be read is for all.
fn in_toml(text: &str, route: &str) -> Option<Span> {
    let mut rest = 0;
    while let Some(found) = text[rest..].find("[[headers]]") {
        let start = rest + found + "[[headers]]".len();
        let end = text[start..].find("[[").map_or(text.len(), |at| start + at);
        let block = || lines(text, start, end).filter(|(_, line)| !line.trim_start().starts_with('#'));
        let pattern = block().find_map(|(_, line)| {
            let value = line.trim_start().strip_prefix("for")?.trim_start().strip_prefix('=')?;
            value.split(['"', '\'']).nth(1)
        });
        if pattern.is_none_or(|pattern| is_for(pattern, route))
            && let Some((at, line)) = block().find(|(_, line)| line.to_ascii_lowercase().contains(HEADER))
        {
            return Some(Span::new(at, at + line.len()));
        }
        rest = end;
    }
    None
}

/// In a list of patterns, with the headers of each below it, indented.
fn in_list(text: &str, route: &str) -> Option<Span> {
    let mut applies = false;
    for (at, line) in lines(text, 0, text.len()) {
        if line.starts_with(['/', 'h']) {
            applies = is_for(line.trim(), route);
        } else if applies && line.trim_start().to_ascii_lowercase().starts_with(HEADER) {
            return Some(Span::new(at, at + line.len()));
        }
    }
    None
}

fn lines(text: &str, start: usize, end: usize) -> impl Iterator<Item = (usize, &str)> {
    let mut at = start;
    text[start..end].split_inclusive('\n').map(move |line| {
        let begin = at;
        at += line.len();
        (begin, line.trim_end())
    })
}

/// Whether a pattern, `/api/*` or `https://app.example/*`, may match the route: they begin alike.
fn is_for(pattern: &str, route: &str) -> bool {
    let path = match pattern.split_once("://") {
        Some((_, rest)) => rest.find('/').map_or("/", |at| &rest[at..]),
        None => pattern,
    };
    let fixed = path.split(['*', ':']).next().unwrap_or_default();
    let start = route.split('[').next().unwrap_or_default();
    let is_open = fixed.len() < path.len();
    if is_open { start.starts_with(fixed) || fixed.starts_with(start) } else { start == fixed.trim_end_matches('/') }
}

#[cfg(test)]
mod tests {
    use super::{in_list, in_toml};

    #[test]
    fn blocks_are_for_their_patterns() {
        let of = |pattern: &str| {
            format!(
                "[[headers]]\nfor = \"/assets/*\"\n[headers.values]\nX-A = \"a\"\n\n[[headers]]\n  for = \"{pattern}\"\n  [headers.values]\n  Access-Control-Allow-Origin = \"*\"\n"
            )
        };
        assert!(in_toml(&of("/api/*"), "/api/posts").is_some());
        assert!(in_toml(&of("/*"), "/api/posts/[id]").is_some());
        assert!(in_toml(&of("/fonts/*"), "/api/posts").is_none());
        assert!(in_toml(&of("/api/users"), "/api/posts").is_none());
        assert!(in_toml("[[headers]]\n# Access-Control-Allow-Origin", "/api/posts").is_none());
    }

    #[test]
    fn headers_stand_below_their_pattern() {
        let text =
            "# x\n/fonts/*\n  Access-Control-Allow-Origin: *\n/api/posts/:id\n  access-control-allow-origin: *\n";
        assert!(in_list(text, "/api/posts/[id]").is_some());
        assert!(in_list(text, "/api/users").is_none());
        assert!(in_list("/*\n  X-A: Access-Control-Allow-Origin", "/api/users").is_none());
    }
}
