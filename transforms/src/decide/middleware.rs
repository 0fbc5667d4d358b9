//! Middleware sees a request to `/api/…`; an action is posted to the URL of its page and would lose what it does there.
//!
//! ```ts
//! export const config = { matcher: ['/api/:path*'] };
//! ```

use super::Facts;
use crate::finding::Finding;
use crate::project::{matchers, may_match, middleware_files};

/// A matcher that may match the route, one that cannot be read, or none at all.
pub fn check(facts: &Facts<'_>) -> Option<Finding> {
    middleware_files(facts.app).into_iter().find_map(|path| {
        facts.project.files.get(&path)?;
        let matchers = facts.modules.get(&path).ok().and_then(matchers);
        let matches = matchers.is_none_or(|list| list.iter().any(|matcher| may_match(matcher, facts.route)));
        matches.then(|| {
            let message = format!(
                "{} {} stays a Route Handler: this runs for its URL, and an action is posted to the URL of its page",
                facts.method.as_str(),
                facts.route
            );
            Finding::note("request-level-middleware", &path, None, message)
                .help("check in the handler what is checked here, and leave /api out of the matcher")
        })
    })
}
