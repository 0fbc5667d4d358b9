//! URLs under which a rewrite of `next.config.*` makes an endpoint known. What the configuration sets for these URLs is set
//! for the endpoint (run on 15.5).
//!
//! ```js
//! rewrites: () => [{ source: '/.well-known/:file', destination: '/api/well-known/:file' }]
//! headers: () => [{ source: '/.well-known/:path*', headers: […] }]      // also for /api/well-known/[file]
//! ```

use super::rewrites::{QueryRewrite, field, in_doubt};
use crate::syntax::ast::ObjectLit;
use crate::syntax::{Module, Visit, VisitWith, literal_str, span_of};

/// Another URL of an endpoint.
#[derive(Clone, Debug)]
pub struct Alias {
    /// The URL, with its parameters as a route has them: `/.well-known/[file]`.
    pub source: String,
    target: QueryRewrite,
}

impl Alias {
    /// Whether it may be one of `route`.
    pub fn leads_to(&self, route: &str) -> bool {
        self.target.leads_to(route)
    }
}

/// The rewrites that the configuration `module` writes out; what it puts together is left out. Redirects make the client
/// ask again.
pub fn aliases(module: &Module) -> Vec<Alias> {
    struct Found(Vec<Alias>);
    impl Visit for Found {
        fn visit_object_lit(&mut self, object: &ObjectLit) {
            let text = |name: &str| field(object, name).and_then(literal_str);
            let is_redirect = field(object, "permanent").or(field(object, "statusCode")).is_some();
            if let (Some(source), Some(destination), false) = (text("source"), text("destination"), is_redirect) {
                let path = destination.split('?').next().unwrap_or_default().to_owned();
                self.0.push(Alias { source: as_route(&source), target: in_doubt(path, span_of(object)) });
            }
            object.visit_children_with(self);
        }
    }
    let mut found = Found(Vec::new());
    if module.text.contains("destination") {
        module.ast.visit_with(&mut found);
    }
    found.0
}

/// A pattern as a route: `/x/:id` is `/x/[id]`, and from the first part on that may be more than one it may be anything.
fn as_route(source: &str) -> String {
    let mut route = String::new();
    for part in source.split('/').skip(1) {
        if part.contains(['(', '*', '+', '?', '{']) {
            route.push_str("/[[...rest]]");
            break;
        }
        route.push('/');
        route.push_str(&if part.contains(':') { "[part]".to_owned() } else { part.to_owned() });
    }
    route
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources_become_routes() {
        assert_eq!(as_route("/a/:id"), "/a/[part]");
        assert_eq!(as_route("/a/:path*"), "/a/[[...rest]]");
        assert_eq!(as_route("/(.*)/b"), "/[[...rest]]");
    }

    #[test]
    fn redirects_are_none() {
        let text = "export default { r: [\n\
            { source: '/a', destination: '/api/a?b=c' },\n\
            { source: '/b', destination: '/api/b', permanent: true }] }";
        let module = Module::parse("next.config.mjs", text.into()).expect("valid syntax");
        let found = aliases(&module);
        assert_eq!(found.len(), 1);
        assert!(found[0].leads_to("/api/a") && !found[0].leads_to("/api/b"));
    }
}
