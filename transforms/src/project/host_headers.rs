//! Headers that the configuration sets around a Route Handler: `headers()` of `next.config.*`, the files of [`netlify`],
//! and `vercel.json`, whose patterns for URLs are read in the same way.
//!
//! ```json
//! { "headers": [{ "source": "/api/(.*)", "headers": [{ "key": "Access-Control-Allow-Origin", "value": "*" }] }] }
//! { "routes": [{ "src": "/api/(.*)", "headers": { "Access-Control-Allow-Origin": "*" } }] }
//! ```

use super::config_files::config_closure;
use super::config_headers::{ConfigHeader, config_headers};
use super::netlify::{self, netlify_headers};
use super::{App, Modules, Project};
use crate::syntax::{Module, Span};

/// The headers that the configuration of `app` and its host set, each with the file that says so.
pub fn headers_around(project: &Project, modules: &Modules<'_>, app: &App) -> Vec<(String, ConfigHeader)> {
    let config = config_closure(&project.files, project.resolver.as_ref(), app.config_files());
    let of_module = |file: &String| modules.get(file).map(config_headers).unwrap_or_default();
    let of_next = config.into_iter().map(|file| (of_module(&file), file));
    let below = |folder: &str| folder.is_empty() || format!("{}/", app.root).starts_with(folder);
    let in_folder = |path: &str, name: &str| {
        path.strip_suffix(name).is_some_and(|folder| (folder.is_empty() || folder.ends_with('/')) && below(folder))
    };
    let of_host = project.documents.iter().filter_map(|(path, text)| {
        let of_netlify = || netlify::FILES.iter().any(|name| in_folder(path, name));
        let headers = match in_folder(path, "vercel.json") {
            true => host_headers(text),
            false => of_netlify().then(|| netlify_headers(path, text))?,
        };
        Some((headers, path.clone()))
    });
    let with_file = |(headers, file): (Vec<ConfigHeader>, String)| {
        headers.into_iter().map(|header| (file.clone(), header)).collect::<Vec<_>>()
    };
    of_next.chain(of_host).flat_map(with_file).collect()
}

/// The headers in the text of a `vercel.json`.
fn host_headers(text: &str) -> Vec<ConfigHeader> {
    let Some(module) = json_module(text) else { return Vec::new() };
    let mut headers = config_headers(&module);
    headers.iter_mut().for_each(|header| header.span = in_json(header.span));
    headers
}

/// What makes a module of JSON.
const PREFIX: &str = "export default ";

/// JSON as a module that exports it; `None` if it is none.
pub fn json_module(text: &str) -> Option<Module> {
    Module::parse("config.js", format!("{PREFIX}{text}").into()).ok()
}

/// Where something in a [`json_module`] stands in the JSON.
pub fn in_json(span: Span) -> Span {
    Span { start: span.start.saturating_sub(PREFIX.len()), end: span.end.saturating_sub(PREFIX.len()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_of_hosts_belong_to_their_patterns() {
        let text = r#"{ "headers": [{ "source": "/api/posts/(.*)", "headers": [{ "key": "Vary", "value": "a" }] }],
            "routes": [{ "src": "/api/likes", "headers": { "Access-Control-Allow-Origin": "*" }, "continue": true }] }"#;
        let found = host_headers(text);
        let of = |route: &str| -> Vec<&str> {
            found.iter().filter(|header| header.is_for(route)).map(|header| header.name.as_str()).collect()
        };
        assert_eq!(of("/api/posts/[id]"), ["vary"]);
        assert_eq!(of("/api/likes"), ["access-control-allow-origin"]);
        assert!(of("/api/notes").is_empty());
        assert_eq!(found[0].span.text(text), "\"Vary\"");
        assert!(host_headers("{").is_empty() && host_headers("[]").is_empty() && host_headers("").is_empty());
    }
}
