//! Rewrites of `next.config.*` that feed an endpoint's query. A Pages API route sees the destination's query and
//! the source's parameters in `req.query`; a Route Handler sees the original URL only (reference, section 1.5).

use crate::syntax::ast::{ObjectLit, Prop, PropOrSpread};
use crate::syntax::{Module, Span, Visit, VisitWith, literal_str, prop_name, span_of};

/// A rewrite to an endpoint that adds to its query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueryRewrite {
    /// The destination's path, with `:name` for its parameters.
    pub path: String,
    /// Where it stands in the configuration.
    pub span: Span,
}

impl QueryRewrite {
    /// Whether it may lead to `route` (`/api/users/[id]`).
    pub fn leads_to(&self, route: &str) -> bool {
        let (mut own, mut parts) = (self.path.split('/'), route.split('/'));
        loop {
            match (own.next(), parts.next()) {
                (None, None) => return true,
                (_, Some(part)) if part.starts_with("[...") || part.starts_with("[[...") => return true,
                (Some(own), Some(_)) if own.ends_with('*') || own.ends_with('+') => return true,
                (Some(own), Some(part)) if own == part || own.starts_with(':') || part.starts_with('[') => {}
                _ => return false,
            }
        }
    }
}

/// The rewrites in the configuration `module` that add to the query of an endpoint below `/api`. Redirects
/// look the same and count, too, which errs on the side of refusing.
pub fn query_rewrites(module: &Module) -> Vec<QueryRewrite> {
    let mut found = Rewrites(Vec::new());
    module.ast.visit_with(&mut found);
    found.0
}

struct Rewrites(Vec<QueryRewrite>);

impl Visit for Rewrites {
    fn visit_object_lit(&mut self, object: &ObjectLit) {
        let field = |name: &str| {
            object.props.iter().find_map(|property| match property {
                PropOrSpread::Prop(property) => match &**property {
                    Prop::KeyValue(pair) if prop_name(&pair.key).as_deref() == Some(name) => Some(&*pair.value),
                    _ => None,
                },
                PropOrSpread::Spread(_) => None,
            })
        };
        let source = field("source").and_then(literal_str);
        let target = field("destination").and_then(|value| Some((literal_str(value)?, span_of(value))));
        if let (Some(source), Some((target, span))) = (source, target) {
            let (path, query) = target.split_once('?').unwrap_or((&target, ""));
            let used: Vec<&str> = path.split('/').filter(|part| part.starts_with(':')).collect();
            let mut named = source.split('/').filter(|part| part.starts_with(':'));
            let adds = !query.is_empty() || named.any(|part| !used.contains(&part));
            if adds && (path == "/api" || path.starts_with("/api/")) {
                self.0.push(QueryRewrite { path: path.to_owned(), span });
            }
        }
        object.visit_children_with(self);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<QueryRewrite> {
        Module::parse("next.config.js", text.into()).map(|module| query_rewrites(&module)).unwrap_or_default()
    }

    #[test]
    fn queries_and_parameters_that_are_no_path_segment_count() {
        let found = read(
            "module.exports = { rewrites: () => [\n\
             { source: '/a/:slug', destination: '/api/x?slug=:slug' },\n\
             { source: '/b/:id', destination: '/api/y' },\n\
             { source: '/c/:id', destination: '/api/z/:id' },\n\
             { source: '/d', destination: '/page?x=1' }] }",
        );
        let paths: Vec<&str> = found.iter().map(|rewrite| rewrite.path.as_str()).collect();
        assert_eq!(paths, ["/api/x", "/api/y"]);
        assert!(found[0].leads_to("/api/x") && found[0].leads_to("/api/[id]") && found[0].leads_to("/api/[...all]"));
        assert!(!found[0].leads_to("/api/x/y") && !found[0].leads_to("/api/z"));
    }
}
