//! Names of modules below `app/` that mean something to Next.js, whatever they export (reference, section 1.3, and the file
//! conventions of the App Router).

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
