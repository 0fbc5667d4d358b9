//! Descriptions of an API name its base once, and then only what is below it:
//!
//! ```yaml
//! servers:
//!   - url: https://shop.example/api        # `basePath: /api` in version 2
//! paths:
//!   /posts:                                # → /api/posts
//! ```

use super::mention::{Kind, Mention};
use super::url::{Part, below_base, urls_in};
use super::via::Via;
use crate::syntax::Span;

/// What names a base.
const BASES: [&str; 3] = ["url", "basePath", "default"];

/// The paths below `/api` that the description in the file `path` has, if it is one.
pub fn described(path: &str, text: &str) -> Vec<Mention> {
    if Via::of_file(path) != Some(Via::OpenApi) {
        return Vec::new();
    }
    let keys = keys(text);
    let is_base = |(name, _): &&(&str, Span)| BASES.contains(name);
    let bases: Vec<Vec<Part>> = keys.iter().filter(is_base).flat_map(|(_, key)| bases(&text[key.end..])).collect();
    let paths = keys.iter().filter(|(name, _)| name.starts_with('/') && !bases.is_empty());
    let mention = |(name, span): &(&str, Span)| {
        let below = below_base(name).into_iter().next().unwrap_or_default();
        let urls = bases.iter().map(|base| [base.clone(), below.clone()].concat()).collect();
        let kind = Kind::Other(None, (*span, "the URL is described here".into()));
        Mention { file: path.to_owned(), span: *span, urls, hosts: Vec::new(), via: Via::OpenApi, kind }
    };
    paths.map(mention).collect()
}

/// The keys of a text in JSON or YAML, in any order.
fn keys(text: &str) -> Vec<(&str, Span)> {
    let ends = |c: char| c.is_whitespace() || "'\"`{}[],#".contains(c);
    let key = |colon: usize| {
        let before = text[..colon].trim_end();
        let quoted = before.ends_with(['\'', '"']);
        let end = before.len() - usize::from(quoted);
        // A path may have parameters in braces: `/posts/{id}`.
        let start = text[..end].rfind(|c: char| ends(c) && !"{}".contains(c)).map_or(0, |at| at + 1);
        let start = start + (text[start..end].len() - text[start..end].trim_start_matches('{').len());
        (start < end).then(|| (&text[start..end], Span::new(start, end)))
    };
    text.match_indices(':').filter_map(|(colon, _)| key(colon)).collect()
}

/// What the value at the start of `text` adds to `/api`, if it is a URL below it.
fn bases(text: &str) -> Vec<Vec<Part>> {
    let value = text.trim_start_matches(|c: char| c.is_whitespace() || "'\":".contains(c));
    let end = value.find(|c: char| c.is_whitespace() || "'\",}".contains(c)).unwrap_or(value.len());
    let urls = urls_in(&value[..end]).into_iter();
    urls.map(|url| url.into_iter().filter(|part| *part != Part::Rest).collect()).collect()
}

#[cfg(test)]
mod tests {
    use super::{Part, described};

    fn urls(path: &str, text: &str) -> Vec<Vec<Part>> {
        described(path, text).into_iter().flat_map(|mention| mention.urls).collect()
    }

    #[test]
    fn paths_are_below_the_base() {
        let yaml = "servers:\n  - url: https://shop.example/api\npaths:\n  /posts/{id}:\n    get: {}\n";
        let json = r#"{"servers":[{"url":"/api/v1"}],"paths":{"/posts":{"post":{}}}}"#;
        let old = r#"{ "swagger": "2.0", "basePath": "/api", "paths": { "/posts" : {} } }"#;
        let text = |text: &str| Part::Text(text.into());
        assert_eq!(urls("openapi.yaml", yaml), [vec![text("posts"), Part::Any]]);
        assert_eq!(urls("docs/openapi.json", json), [vec![text("v1"), text("posts")]]);
        assert_eq!(urls("swagger.json", old), [vec![text("posts")]]);
    }

    #[test]
    fn others_name_no_base_below_api() {
        assert!(urls("openapi.yaml", "servers:\n  - url: https://shop.example\npaths:\n  /posts:\n").is_empty());
        assert!(urls("notes.yaml", "url: /api\n/posts: 1\n").is_empty());
        assert!(urls("openapi.json", ":").is_empty());
    }
}
