//! What answers other origins is called by them.
//!
//! ```ts
//! headers: { 'Access-Control-Allow-Origin': '*' }
//! export function OPTIONS() { … }
//! // vercel.json, headers() of next.config.js, or what Netlify has for it
//! { "source": "/api/(.*)", "headers": [{ "key": "Access-Control-Allow-Origin", "value": "*" }] }
//! ```

use super::Facts;
use super::signs::{Signs, first};
use crate::app_routes::exported_methods;
use crate::finding::Finding;
use crate::project::Method;

/// A CORS header, a package for it, an `OPTIONS` handler, or headers that are set around the handler.
pub fn check(facts: &Facts<'_>, signs: &Signs) -> Option<Finding> {
    let header = first(&signs.strings, |text| text.starts_with("access-control-"));
    let package = || first(&signs.imports, |import| matches!(import, "cors" | "nextjs-cors" | "micro-cors"));
    if let Some((sign, span)) = header.or_else(package) {
        return Some(facts.note_in("cors", *span, format!("`{sign}` says that it answers other origins")));
    }
    // A handler that never looked at the method is exported under each, `OPTIONS` included.
    let answered = exported_methods(facts.module);
    if answered.contains(&Method::Options) && answered.len() < Method::ALL.len() - 1 {
        return Some(facts.note("cors", "it answers `OPTIONS`, by which browsers ask for other origins"));
    }
    // `GET` stays anyway, and its readers say more about it.
    if facts.method == Method::Get {
        return None;
    }
    let sets = |name: &str| {
        let mut headers = facts.headers.iter();
        headers.find(|(_, header)| header.name.starts_with(name) && header.is_for(facts.route))
    };
    let (file, header) = sets("access-control-allow-origin").or_else(|| sets("access-control-"))?;
    let message = format!("this sets `{}` for {}, for other origins", header.name, facts.route);
    Some(Finding { file: file.clone(), ..facts.note_in("cors", header.span, message) })
}
