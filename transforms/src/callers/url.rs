//! URLs of endpoints as programs write them: `/api/users/${id}`, `BASE + '/api/users'`, `/api/:path*`.

use crate::pages_api::{Segment, parse_route};

/// Stands for a value in the text of a URL that is not known before the program runs.
pub const HOLE: char = '\0';

/// One part of a URL below `/api`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// `users`.
    Text(String),
    /// Exactly one segment of unknown text: `${id}`, `:id`.
    Any,
    /// `users${query}`: this text, and whatever follows from there on, be it nothing or several segments.
    Start(String),
    /// Whatever follows from here on, be it nothing or several segments.
    Rest,
}

/// The URLs below `/api` that `text` mentions. Where the text goes on in a way that cannot be known, the URL ends
/// in [`Part::Rest`], so that it stands for more endpoints rather than fewer.
pub fn urls_in(text: &str) -> Vec<Vec<Part>> {
    places_in(text).into_iter().map(|(_, url)| url).collect()
}

/// The same, each with the place of its `api`.
fn places_in(text: &str) -> Vec<(usize, Vec<Part>)> {
    let mut found = Vec::new();
    for (at, _) in text.match_indices("api") {
        let before = text[..at].chars().next_back();
        // `api/users` without a slash is relative; only at the start is it a URL rather than a word.
        let rest = &text[at + 3..];
        // `${BASE}api/users`.
        let behind_value = before == Some(HOLE) && rest.starts_with('/');
        if !(before == Some('/') || before.is_none() || behind_value) {
            continue;
        }
        match rest.chars().next() {
            // `new URL('posts', 'https://app.example/api/')`, `'/api/' + path`.
            Some('/') if rest == "/" => found.push((at, vec![Part::Rest])),
            Some('/') => found.push((at, parts(&rest[1..]))),
            // The start of every URL: `'/api' + path`, `baseURL: '/api'`.
            None if before == Some('/') => found.push((at, vec![Part::Rest])),
            Some(HOLE) => found.push((at, vec![Part::Rest])),
            _ => {}
        }
    }
    found
}

/// The hosts of those URLs in `text` of which nothing is known behind `/api`: `https://slack.com/api`. Empty if one of
/// them has none that is written out, or one that may be this machine.
pub fn open_hosts(text: &str) -> Vec<String> {
    let open = places_in(text).into_iter().filter(|(_, url)| url.first() == Some(&Part::Rest));
    let hosts: Option<Vec<String>> = open.map(|(at, _)| host_before(&text[..at])).collect();
    hosts.unwrap_or_default()
}

/// The host of the absolute URL that goes on behind `before`.
fn host_before(before: &str) -> Option<String> {
    let url = before.rsplit(|c: char| c.is_whitespace() || "'\"`<>()".contains(c)).next()?;
    let (scheme, rest) = url.split_once("://")?;
    let host = rest.split(['/', ':']).next()?.to_ascii_lowercase();
    let is_name = host.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-'));
    let (_, last) = host.rsplit_once('.')?;
    // Numbers are addresses, of this machine or one nearby.
    let is_public = last.starts_with(|c: char| c.is_ascii_alphabetic())
        && !matches!(last, "localhost" | "local" | "internal" | "test" | "lan");
    (scheme.ends_with("http") || scheme.ends_with("https")).then_some(())?;
    (is_name && is_public).then_some(host)
}

/// What a URL may mean of which the start is not known and may end in `/api`: `${BASE}/users`, and `/users` for a
/// client that knows the base. Of `/${path}` nothing is known.
pub fn below_base(text: &str) -> Vec<Vec<Part>> {
    let rooted = text.strip_prefix('/').filter(|rest| rest.starts_with(HOLE));
    let path = rooted.unwrap_or(text).trim_start_matches(HOLE);
    if rooted.is_some() && path.is_empty() {
        return vec![vec![Part::Rest]];
    }
    match path.strip_prefix('/') {
        Some(path) if !path.is_empty() && !path.starts_with(['/', HOLE]) => vec![parts(path)],
        _ => Vec::new(),
    }
}

fn parts(text: &str) -> Vec<Part> {
    let ends = |c: char| c.is_whitespace() || "'\"`,;<>?#|\\".contains(c);
    let path = text.split(ends).next().unwrap_or_default().trim_end_matches(['.', ')', ':']);
    // A source file instead of a URL, as in the `functions` of `vercel.json`.
    let path = ["/route.ts", "/route.js", "/route.tsx", "/route.jsx", "/index.ts", "/index.js", ".ts", ".js"]
        .iter()
        .find_map(|suffix| path.strip_suffix(suffix))
        .unwrap_or(path);
    let mut parts = Vec::new();
    // Next leads from `/api//users` to `/api/users`.
    for segment in path.trim_matches('/').split('/').filter(|segment| !segment.is_empty()) {
        // As in the text of a script or of a source that does not parse.
        let whole_hole = segment == "\0" || (segment.starts_with("${") && segment.ends_with('}'));
        let named = segment.starts_with(':') || segment.starts_with('[') || segment.starts_with('{');
        let wild = segment.contains(['*', '+', '(', '$']) || segment.contains("...");
        let part = if whole_hole || (named && !wild && !segment.contains(HOLE)) {
            Part::Any
        } else if wild || segment.starts_with(HOLE) {
            Part::Rest
        } else if let Some((start, _)) = segment.split_once(HOLE) {
            Part::Start(start.to_owned())
        } else {
            Part::Text(segment.to_owned())
        };
        // Wrappers around `fetch` add whole paths: `/api/${path}`.
        let part = if parts.is_empty() && part == Part::Any { Part::Rest } else { part };
        let last = matches!(part, Part::Rest | Part::Start(_));
        parts.push(part);
        if last {
            break;
        }
    }
    parts
}

/// How well a URL fits a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fit {
    /// It is no URL of the route.
    No,
    /// It may be one.
    Maybe,
    /// It is one, and no other route can be meant: every part is static.
    Exact,
}

/// Whether `url` may be one of the URLs of `route` (`/api/users/[id]`).
pub fn fits(url: &[Part], route: &str) -> Fit {
    let segments = parse_route(route);
    let mut own = segments.iter().skip(1);
    let mut exact = true;
    for part in url {
        let segment = own.next();
        match (part, segment) {
            (Part::Rest, _) | (_, Some(Segment::CatchAll(_) | Segment::OptionalCatchAll(_))) => return Fit::Maybe,
            (_, None) => return Fit::No,
            (Part::Start(text), Some(Segment::Static(name))) if !name.starts_with(text) => return Fit::No,
            (Part::Start(_), _) => return Fit::Maybe,
            (Part::Text(text), Some(Segment::Static(name))) if text == name => {}
            (Part::Text(_), Some(Segment::Static(_))) => return Fit::No,
            _ => exact = false,
        }
    }
    match own.next() {
        None if exact => Fit::Exact,
        None | Some(Segment::OptionalCatchAll(_)) => Fit::Maybe,
        Some(_) => Fit::No,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, route: &str, expected: Fit) {
        let urls = urls_in(text);
        let found = urls.iter().map(|url| fits(url, route)).find(|fit| *fit != Fit::No).unwrap_or(Fit::No);
        assert_eq!(found, expected, "{text:?} {urls:?}");
    }

    #[test]
    fn static_urls_are_exact() {
        check("/api/users", "/api/users", Fit::Exact);
        check("https://example.com/api/users?x=1", "/api/users", Fit::Exact);
        check("api/users/", "/api/users", Fit::Exact);
        check("POST /api/users fails", "/api/users", Fit::Exact);
        check("/api/users/me", "/api/users/[id]", Fit::Maybe);
        check("/api/user", "/api/users", Fit::No);
        check("/myapi/users", "/api/users", Fit::No);
    }

    #[test]
    fn holes_stand_for_one_segment_unless_they_may_hold_more() {
        check("/api/users/\0", "/api/users/[id]", Fit::Maybe);
        check("/api/users/\0", "/api/users/me", Fit::Maybe);
        check("/api/users/\0", "/api/users/[id]/posts", Fit::No);
        check("/api/users\0", "/api/users", Fit::Maybe);
        check("/api/users\0", "/api/users/[id]/posts", Fit::Maybe);
        check("/api/users\0", "/api/users-by-name", Fit::Maybe);
        check("/api/users\0", "/api/posts", Fit::No);
        check("/api/users\0", "/api/[name]", Fit::Maybe);
        check("/api/users/by-\0", "/api/users/me", Fit::No);
        check("/api/users/\0\0", "/api/users/[id]/posts", Fit::Maybe);
        check("/api/\0", "/api/users/[id]/posts", Fit::Maybe);
        check("/api\0", "/api/users", Fit::Maybe);
        check("/api", "/api/users", Fit::Maybe);
    }

    #[test]
    fn hosts_count_where_nothing_is_known_behind_api() {
        let hosts = |text: &str| open_hosts(text).join(" ");
        assert_eq!(hosts("https://slack.com/api"), "slack.com");
        assert_eq!(hosts("https://Slack.com:443/x/api/\0"), "slack.com");
        assert_eq!(hosts("https://slack.com/api/"), "slack.com");
        assert_eq!(hosts("https://slack.com/api/users"), "");
        for own in ["/api", "http://localhost:3000/api", "http://10.0.0.2/api", "\0://\0/api", "https://\0.a.com/api"] {
            assert_eq!(hosts(own), "", "{own}");
        }
        assert_eq!(hosts("https://slack.com/api or /api"), "");
    }

    #[test]
    fn patterns_count_for_what_they_cover() {
        check("/api/:path*", "/api/users/[id]", Fit::Maybe);
        check("/api/users/:id", "/api/users/[id]", Fit::Maybe);
        check("/api/users/{id}", "/api/users/[id]", Fit::Maybe);
        check("/api/users/${id}/posts", "/api/users/[id]/posts", Fit::Maybe);
        check("/api/users/${id}/posts", "/api/users/[id]", Fit::No);
        check("app/api/users/route.ts", "/api/users", Fit::Exact);
    }
}
