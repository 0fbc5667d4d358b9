//! Which endpoint answers a URL: of the patterns that fit, Next takes the one that is static for longest.

use crate::pages_api::{Segment, parse_route};
use crate::plan::{AppPlan, EndpointPlan, Plan};

/// The endpoints that `url` means: a pattern as in the plan, or a URL that somebody requests. Several apps may have
/// one, and two files of an app if they claim the same route.
pub fn endpoints_at<'p>(plan: &'p Plan, url: &str) -> Vec<(&'p AppPlan, &'p EndpointPlan)> {
    let path = path_of(url);
    let pattern = |endpoint: &EndpointPlan| (endpoint.route == path).then(Vec::new);
    let same = in_each_app(plan, &pattern);
    if same.is_empty() { in_each_app(plan, &|endpoint| weight(&endpoint.route, &path)) } else { same }
}

/// `/api/users` of `https://example.com/api/users/?page=2`, and of `api/users`.
pub fn path_of(url: &str) -> String {
    let local = match url.split_once("://") {
        Some((_, rest)) => rest.find('/').map_or("", |at| &rest[at..]),
        None => url,
    };
    let path = local.split(['?', '#']).next().unwrap_or_default();
    format!("/{}", path.trim_matches('/'))
}

/// How little of a pattern is static, part by part; smaller is what Next prefers.
type Weight = Vec<u8>;

fn in_each_app<'p>(
    plan: &'p Plan,
    weight: &dyn Fn(&EndpointPlan) -> Option<Weight>,
) -> Vec<(&'p AppPlan, &'p EndpointPlan)> {
    let mut found = Vec::new();
    for app in &plan.apps {
        let fits: Vec<(Weight, &EndpointPlan)> =
            app.endpoints.iter().filter_map(|endpoint| Some((weight(endpoint)?, endpoint))).collect();
        let best = fits.iter().map(|(weight, _)| weight).min().cloned();
        let own = fits.into_iter().filter(|(weight, _)| Some(weight) == best.as_ref());
        found.extend(own.map(|(_, endpoint)| (app, endpoint)));
    }
    found
}

/// The weight of `route` if it answers `path`.
fn weight(route: &str, path: &str) -> Option<Weight> {
    let mut parts = path.split('/').filter(|part| !part.is_empty()).peekable();
    let mut weight = Vec::new();
    for segment in parse_route(route) {
        match segment {
            Segment::Static(name) => {
                parts.next().filter(|part| *part == name)?;
                weight.push(0);
            }
            Segment::Dynamic(_) => {
                parts.next()?;
                weight.push(1);
            }
            Segment::CatchAll(_) => {
                parts.next()?;
                parts.by_ref().for_each(drop);
                weight.push(2);
            }
            Segment::OptionalCatchAll(_) => {
                parts.by_ref().for_each(drop);
                weight.push(3);
            }
        }
    }
    parts.next().is_none().then_some(weight)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_lose_what_routing_does_not_see() {
        for url in ["/api/users", "api/users/", "https://example.com/api/users?page=2", "/api/users#top"] {
            assert_eq!(path_of(url), "/api/users", "{url}");
        }
        assert_eq!(path_of("https://example.com"), "/");
    }

    #[test]
    fn of_several_patterns_the_most_static_one_answers() {
        let routes = ["/api/[[...all]]", "/api/[...all]", "/api/users/[id]", "/api/[kind]/me", "/api/users/me"];
        let best = |path: &str| {
            routes.into_iter().filter_map(|route| Some((weight(route, path)?, route))).min().map(|(_, route)| route)
        };
        assert_eq!(best("/api/users/me"), Some("/api/users/me"));
        assert_eq!(best("/api/users/7"), Some("/api/users/[id]"));
        assert_eq!(best("/api/teams/me"), Some("/api/[kind]/me"));
        assert_eq!(best("/api/teams/7"), Some("/api/[...all]"));
        assert_eq!(best("/api"), Some("/api/[[...all]]"));
        assert_eq!(best("/other"), None);
    }
}
