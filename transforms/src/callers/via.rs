//! By what a URL is called or mentioned, for reports and rules.

/// What stands around a URL.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Via {
    /// `fetch(url)`.
    Fetch,
    /// `axios.post(url)`, `axios({ url })`, or an instance of axios.
    Axios,
    /// `ky.post(url)`.
    Ky,
    /// `ofetch(url)`, `$fetch(url)`.
    Ofetch,
    /// Another HTTP client: `client.post(url)`.
    Client,
    /// `useSWR(url)`, `useSWRMutation(url)`, `mutate(url)`.
    Swr,
    /// `queryKey: [url]`; a call inside of `queryFn` is told by what it calls.
    ReactQuery,
    /// A function of the repository that hands the URL on to one of the above.
    Wrapper,
    /// `<form action={url}>`.
    Form,
    /// `<a href={url}>`, `<Link href={url}>`, `<img src={url}>`.
    Link,
    /// `router.push(url)`.
    Navigation,
    /// `redirect(url)`.
    Redirect,
    /// `window.location.href = url`, `window.open(url)`.
    Location,
    /// `new EventSource(url)`.
    EventSource,
    /// `navigator.sendBeacon(url)`.
    Beacon,
    /// `xhr.open('POST', url)`.
    Xhr,
    /// A URL that another service is told: `success_url: url`.
    Handed,
    /// Rewrites, redirects and headers of `next.config.*`.
    NextConfig,
    /// A matcher, or code of `middleware.ts` or `proxy.ts`.
    Middleware,
    /// `vercel.json`.
    Vercel,
    /// A description of an API: OpenAPI, Swagger, Postman.
    OpenApi,
    /// Documentation, scripts, and sources in other languages.
    Document,
    /// A text of which the use is not understood.
    Text,
}

impl Via {
    /// The word used in reports and JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Via::Fetch => "fetch",
            Via::Axios => "axios",
            Via::Ky => "ky",
            Via::Ofetch => "ofetch",
            Via::Client => "http-client",
            Via::Swr => "swr",
            Via::ReactQuery => "react-query",
            Via::Wrapper => "wrapper",
            Via::Form => "form",
            Via::Link => "link",
            Via::Navigation => "navigation",
            Via::Redirect => "redirect",
            Via::Location => "location",
            Via::EventSource => "event-source",
            Via::Beacon => "beacon",
            Via::Xhr => "xhr",
            Via::Handed => "handed-over",
            Via::NextConfig => "next-config",
            Via::Middleware => "middleware",
            Via::Vercel => "vercel",
            Via::OpenApi => "openapi",
            Via::Document => "document",
            Via::Text => "text",
        }
    }

    /// What the file at `path` says about everything in it, if it does.
    pub fn of_file(path: &str) -> Option<Via> {
        let name = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
        let (stem, extension) = name.rsplit_once('.').unwrap_or((&name, ""));
        let described = ["openapi", "swagger", "postman"].iter().any(|word| stem.contains(word));
        match (stem, extension) {
            ("next.config", _) => Some(Via::NextConfig),
            ("middleware" | "proxy", "ts" | "js" | "mjs" | "tsx" | "jsx") => Some(Via::Middleware),
            ("vercel", "json") => Some(Via::Vercel),
            (_, "json" | "yaml" | "yml") if described => Some(Via::OpenApi),
            _ => None,
        }
    }
}
