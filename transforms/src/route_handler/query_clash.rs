//! Keys that middleware, or a rewrite that cannot be read, may add to the query of an endpoint that reads them, or take from it.

use super::needs::{Needs, Query};
use crate::finding::Finding;
use crate::project::QueryRewrite;

/// What a reviewer of `route` should know, whose handlers need `needs`. That a rewrite does add to the query is said
/// before anything else is looked at; here it may.
pub fn query_added(route: &str, needs: &[Needs], rewrites: &[(String, QueryRewrite)]) -> Option<Finding> {
    let reads = |rewrite: &QueryRewrite| {
        let own = needs.iter().filter(|needs| matches!(needs.query, Query::Read | Query::Params));
        own.into_iter().any(|needs| match &needs.keys {
            Some(keys) => rewrite.keys.is_empty() || rewrite.keys.iter().any(|key| keys.contains(key)),
            None => true,
        })
    };
    let may_add = |rewrite: &QueryRewrite| rewrite.in_doubt && rewrite.leads_to(route) && reads(rewrite);
    let (file, rewrite) = rewrites.iter().find(|(_, rewrite)| may_add(rewrite))?;
    let message =
        format!("this may change the query of {route}, and a Route Handler sees the query of the original URL");
    let finding = Finding::review("rewrite-query", file, rewrite.span, message);
    Some(finding.help("turn the values into path segments or request headers, or make sure that it leads elsewhere"))
}
