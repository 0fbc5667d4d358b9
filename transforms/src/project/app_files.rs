//! Modules that mean something to Next.js, and what it takes from them (reference, section 1.3, and the file conventions of
//! both routers).

use super::App;

/// Names beside `app` or `pages`.
const OF_PROJECT: [&str; 4] = ["instrumentation", "instrumentation-client", "middleware", "proxy"];

/// Those that run in the browser alone, or as Client Components.
const OF_CLIENTS: [&str; 2] = ["error", "global-error"];

/// Those that Next.js runs on the server.
const OF_SERVER: [&str; 18] = [
    "apple-icon",
    "default",
    "forbidden",
    "global-not-found",
    "head",
    "icon",
    "layout",
    "loading",
    "manifest",
    "not-found",
    "opengraph-image",
    "page",
    "robots",
    "route",
    "sitemap",
    "template",
    "twitter-image",
    "unauthorized",
];

/// Whether Next.js looks for a file of that name, without its extension: it is where code of the App Router begins.
pub fn is_app_file(stem: &str) -> bool {
    runs_on_server(stem) || OF_CLIENTS.contains(&stem)
}

/// Whether it runs that file on the server.
pub fn runs_on_server(stem: &str) -> bool {
    OF_SERVER.contains(&stem)
}

/// Whether Next.js itself takes what the module at `path` exports as `name`: of an API route only the handler and its
/// configuration.
pub fn takes_export(app: &App, path: &str, name: &str) -> bool {
    let below = |folder: &str, path: &str| path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'));
    if let Some(pages) = app.pages_dir.as_deref().filter(|pages| below(pages, path)) {
        return !below(&format!("{pages}/api"), path) || ["default", "config"].contains(&name);
    }
    let (folder, file) = path.rsplit_once('/').unwrap_or(("", path));
    let stems =
        app.page_extensions.iter().filter_map(|extension| file.strip_suffix(extension.as_str())?.strip_suffix('.'));
    let beside = app.app_dir.rsplit_once('/').map_or("", |(folder, _)| folder);
    let of_app = below(&app.app_dir, path);
    let of_project = folder == beside || folder == app.root;
    stems.into_iter().any(|stem| of_app && is_app_file(stem) || of_project && OF_PROJECT.contains(&stem))
}
