//! Names for what generated code declares: those that no other binding of the module has.

use std::collections::HashSet;

use super::Names;
use crate::pages_api::{Carriers, Part};
use crate::route_handler::compat::Helper;
use crate::syntax::{Module, Span, declared_names};

/// `const name = <read>` with nothing else in it: what we write takes its place.
fn is_plain(module: &Module, declarator: Span, read: Span) -> bool {
    let before = module.text[..declarator.start].trim_end();
    let after = module.text[declarator.end..].trim_start_matches([' ', '\t']);
    read.end == declarator.end
        && !Span::new(declarator.start, read.start).text(&module.text).contains(':')
        && before.ends_with("const")
        && after.starts_with([';', '\n', '\r', '}'])
}

/// Whether the module declares or imports a name that is a global otherwise.
fn declares_global(module: &Module, name: &str) -> bool {
    let free = module.free_names();
    module.references().keys().any(|(own, _)| &**own == name) && !free.contains(name)
}

impl Names {
    /// Names that no other binding of the module has, or that the handler itself gives to the same thing.
    pub fn fresh(module: &Module, carriers: &Carriers<'_>) -> Names {
        let taken = declared_names(&module.ast);
        let unpacked: HashSet<&str> = carriers
            .list
            .iter()
            .flat_map(|carrier| &carrier.unpacked)
            .filter(|unpacked| unpacked.constant)
            .flat_map(|unpacked| &unpacked.members)
            .map(|(name, target)| if target.text(&module.text) == name { name.as_str() } else { "" })
            .collect();
        let declares = |name: &str| {
            // `const body = req.body` in every place where the name occurs.
            let plain = carriers.list.iter().flat_map(|c| &c.reads).any(|read| {
                matches!(&read.declares, Some((declarator, own)) if own == name && is_plain(module, *declarator, read.span))
                    && matches!((&read.part, name), (Part::Body, "body") | (Part::Query, "query"))
            });
            plain || unpacked.contains(name)
        };
        let count = |name: &str| module.references().keys().filter(|id| &*id.0 == name).count();
        let free = |name: &str, other: &str| {
            if !taken.contains(name) || (declares(name) && count(name) == 1) {
                return name.to_owned();
            }
            let mut fresh = other.to_owned();
            while taken.contains(&fresh) {
                fresh.push('_');
            }
            fresh
        };
        Names {
            aliased: Helper::ALL.into_iter().filter(|helper| taken.contains(helper.name())).collect(),
            params: free("params", "routeParams"),
            body: free("body", "requestBody"),
            query: free("query", "requestQuery"),
            headers: free("headers", "responseHeaders"),
            outer_headers: free("outerHeaders", "givenHeaders"),
            no_context: free("_context", "_routeContext"),
            headers_class: if declares_global(module, "Headers") { "globalThis.Headers" } else { "Headers" },
            status: free("status", "responseStatus"),
        }
    }
}
