//! Requests by which browsers ask whether another origin may send something. Next answers `OPTIONS` for a Route Handler
//! that does not export it, with 204 and the headers of the configuration; a handler that refused it answered 405, at
//! which browsers refuse, whatever the headers are (reference, section 4).
//!
//! ```js
//! headers: async () => [{ source: '/api/:path*', headers: [{ key: 'Access-Control-Allow-Origin', value: '*' }] }]
//! ```

use super::candidates::Neighbours;
use crate::finding::Finding;
use crate::project::Method;

/// What lets other origins in, now that an endpoint with these `methods` does not refuse `OPTIONS` any more.
pub fn preflight(route: &str, methods: &[Method], around: &Neighbours) -> Option<Finding> {
    if methods.contains(&Method::Options) {
        return None;
    }
    let mut headers = around.headers.iter();
    let (file, header) =
        headers.find(|(_, header)| header.name == "access-control-allow-origin" && header.is_for(route))?;
    let message =
        "the handler refused `OPTIONS`, so that browsers kept other origins out; now Next answers it, with this";
    let help = "say for which origins and URLs it is meant, or export an `OPTIONS` that answers 405";
    Some(Finding::review("preflight", file, header.span, message).help(help))
}
