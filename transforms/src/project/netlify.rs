//! Headers that Netlify or Cloudflare sets for the URLs of a pattern.
//!
//! ```text
//! [[headers]]                                      # netlify.toml
//! for = "/api/*"
//! values = { Access-Control-Allow-Origin = "*" }
//!
//! /api/*                                           # public/_headers
//!   Access-Control-Allow-Origin: *
//! ```

use toml::de::{DeTable, DeValue};

use super::config_headers::ConfigHeader;
use super::source_pattern::Source;
use crate::syntax::Span;

/// The files that say so, in the folder of an app or of the whole project.
pub const FILES: [&str; 3] = ["netlify.toml", "public/_headers", "_headers"];

/// The headers in the `text` of the file `path`. What cannot be read sets none: a deployment with it fails.
pub fn netlify_headers(path: &str, text: &str) -> Vec<ConfigHeader> {
    if path.ends_with(".toml") { in_toml(text).unwrap_or_default() } else { in_list(text) }
}

fn in_toml(text: &str) -> Option<Vec<ConfigHeader>> {
    let file = DeTable::parse(text).ok()?;
    let blocks = file.get_ref().get("headers")?.get_ref().as_array()?.iter();
    let of_block = |block: &DeTable<'_>| {
        let pattern = block.get("for").and_then(|value| value.get_ref().as_str()).map(source);
        let values = block.get("values").and_then(|values| match values.get_ref() {
            DeValue::Table(values) => Some(values),
            _ => None,
        });
        let names = values.into_iter().flat_map(|values| values.keys());
        let header = |span: std::ops::Range<usize>, name: &str| {
            ConfigHeader::new(pattern.clone(), name, Span::new(span.start, span.end))
        };
        names.map(|name| header(name.span(), name.get_ref())).collect::<Vec<_>>()
    };
    Some(blocks.filter_map(|block| block.get_ref().as_table()).flat_map(of_block).collect())
}

/// A list of patterns, with the headers of each below it, indented.
fn in_list(text: &str) -> Vec<ConfigHeader> {
    let mut headers = Vec::new();
    let (mut pattern, mut at) = (None, 0);
    for line in text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        if line.starts_with(['/', 'h']) {
            pattern = Some(source(line.trim()));
        } else if let Some((name, _)) = line.split_once(':').filter(|_| pattern.is_some() && !line.starts_with('#')) {
            let indent = name.len() - name.trim_start().len();
            headers.push(ConfigHeader::new(
                pattern.clone(),
                name.trim(),
                Span::new(start + indent, start + name.len()),
            ));
        }
    }
    headers
}

/// `/api/*` or `https://app.example/*` as the configuration of Next would have it.
fn source(pattern: &str) -> Source {
    let path = match pattern.split_once("://") {
        Some((_, rest)) => rest.find('/').map_or("/", |at| &rest[at..]),
        None => pattern,
    };
    Source::new(path.replace('*', "(.*)"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names<'h>(headers: &'h [ConfigHeader], route: &str) -> Vec<&'h str> {
        headers.iter().filter(|header| header.is_for(route)).map(|header| header.name.as_str()).collect()
    }

    #[test]
    fn blocks_are_for_their_patterns() {
        let text = "[[headers]]\nfor = \"/assets/*\"\n[headers.values]\nX-A = \"a\"\n\n[[headers]]\n  for = '/api/*'\n  \
            [headers.values]\n  # X-B = \"b\"\n  Access-Control-Allow-Origin = \"*\"\n\n[[headers]]\n\
            for = \"/api/users\"\nvalues = { \"Vary\" = \"a\" }\n[[headers]]\nvalues = { X-All = 1 }";
        let found = netlify_headers("netlify.toml", text);
        assert_eq!(names(&found, "/api/posts/[id]"), ["access-control-allow-origin", "x-all"]);
        assert_eq!(names(&found, "/api/users"), ["access-control-allow-origin", "vary", "x-all"]);
        assert_eq!(found[1].span.text(text), "Access-Control-Allow-Origin");
        for broken in ["", "headers = 1", "[[headers]]\nfor = 1\nvalues = 2", "[[headers]", "headers = [1]"] {
            assert!(netlify_headers("netlify.toml", broken).is_empty(), "{broken}");
        }
    }

    #[test]
    fn headers_stand_below_their_pattern() {
        let text = "# a: b\n/fonts/*\n  X-A: a\nhttps://a.example/api/posts/:id\n  access-control-allow-origin: *\n\n\
            /*\n\tX-B: Access-Control-Allow-Origin";
        let found = netlify_headers("public/_headers", text);
        assert_eq!(names(&found, "/api/posts/[id]"), ["access-control-allow-origin", "x-b"]);
        assert_eq!(names(&found, "/api/users"), ["x-b"]);
        assert_eq!(found[1].span.text(text), "access-control-allow-origin");
        assert!(netlify_headers("_headers", "  X-A: a").is_empty());
    }
}
