//! What only reads stays a Route Handler: actions run one after the other, and are never cached.
//!
//! ```ts
//! const { data } = useSWR('/api/posts', fetcher);              // keeps its URL
//! const res = await fetch(`${ORIGIN}/api/posts`);              // in a Server Component: read the data there
//! ```

use super::Facts;
use crate::callers::{Kind, Mention, Via};
use crate::finding::Finding;

/// Where `GET` is read from, with advice; `None` if nothing is known to read it.
pub fn advice(facts: &Facts<'_>) -> Option<Finding> {
    let reads = |via: Via| {
        matches!(
            via,
            Via::Fetch | Via::Axios | Via::Ky | Via::Ofetch | Via::Client | Via::Swr | Via::ReactQuery | Via::Wrapper
        )
    };
    let mut readers = facts
        .mentions
        .iter()
        .map(|(mention, _)| *mention)
        .filter(|mention| matches!(mention.kind, Kind::Get) && reads(mention.via))
        .filter(|mention| facts.reach().in_app(&mention.file) && mention.file != facts.module.path)
        .peekable();
    let first = *readers.peek()?;
    // A server cannot ask for a relative URL, and hooks run in the browser.
    let absolute = |mention: &&Mention| {
        let text = facts.modules.get(&mention.file).map(|module| mention.span.text(&module.text)).unwrap_or_default();
        !text.get(1..).unwrap_or_default().starts_with('/') && !matches!(mention.via, Via::Swr | Via::ReactQuery)
    };
    let on_server = readers.find(|mention| absolute(mention) && facts.reach().is_server(&mention.file));
    let route = facts.route;
    Some(match on_server {
        Some(mention) => {
            let message = format!("GET {route} stays a Route Handler: it reads, and this code may run on the server");
            Finding::note("read", &mention.file, mention.span, message)
                .help("a Server Component can read the data itself, without a request to its own server")
        }
        None => {
            let message = format!("GET {route} stays a Route Handler: it reads, and the browser asks for it here");
            Finding::note("read", &first.file, first.span, message)
                .help("if this is needed to render the page, read it in a Server Component and pass it down")
        }
    })
}
