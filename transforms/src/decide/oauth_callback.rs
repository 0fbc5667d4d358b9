//! Sign-in goes through redirects of the browser: a provider sends it to a URL that was registered there.
//!
//! ```ts
//! // app/api/auth/[...nextauth]/route.ts, app/api/oauth/google/callback/route.ts
//! const code = searchParams.get('code');
//! ```

use super::signs::{Signs, first};
use super::{Facts, segments};
use crate::finding::Finding;

const PACKAGES: [&str; 7] = [
    "next-auth",
    "@auth/core",
    "better-auth/next-js",
    "@auth0/nextjs-auth0",
    "@workos-inc/authkit-nextjs",
    "@kinde-oss/kinde-auth-nextjs/server",
    "supertokens-node/nextjs",
];

/// The catch-all of a library, or `code` and `state` in the query.
pub fn check(facts: &Facts<'_>, signs: &Signs) -> Option<Finding> {
    let takes_all = facts.route.contains("[...");
    if takes_all && segments(facts.route).any(|part| part.starts_with("auth")) {
        return Some(facts.note("oauth-callback", "a library for signing in answers everything below its path"));
    }
    if let Some((package, span)) = first(&signs.imports, |import| PACKAGES.contains(&import)).filter(|_| takes_all) {
        return Some(facts.note_in("oauth-callback", *span, format!("`{package}` answers everything below its path")));
    }
    let asked = |name: &str| first(&signs.asked, |asked| asked == name);
    let (_, span) = asked("code").filter(|_| asked("state").is_some())?;
    Some(facts.note_in("oauth-callback", *span, "it reads `code` and `state`, which a provider puts into the query"))
}

/// A path that says callback. Where sign-in is set up, it may be there, too.
pub fn by_path(facts: &Facts<'_>, _: &Signs) -> Option<Finding> {
    let words = ["callback", "oauth", "oauth2", "sso", "saml", "oidc"];
    let part = segments(facts.route).find(|part| words.contains(part))?;
    Some(facts.note("oauth-callback", format!("`{part}` in its path says that a provider sends browsers to it")))
}
