//! Rewrites of `next.config.*` that feed an endpoint's query. A Pages API route sees the destination's query and
//! the source's parameters in `req.query`; a Route Handler sees the original URL only (reference, section 1.5).
//!
//! ```js
//! { source: '/old/:id', destination: '/api/x?id=:id' }   // the destination has a query
//! { source: '/old/:id', destination: '/api/x' }          // no parameter is in the path, so that all go to the query
//! { source: '/old/:id', destination: '/api/x/:id' }      // adds nothing
//! ```

use std::collections::HashMap;

use super::Resolve;
use super::config_files::from_elsewhere;
use super::matcher::may_match;
use crate::syntax::ast::{BinaryOp, Expr, Id, ObjectLit, Prop, VarDecl, VarDeclKind};
use crate::syntax::{Module, Span, Visit, VisitWith, bare, literal_str, pat_ident, prop_name, span_of};

/// A rewrite to an endpoint that adds to its query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueryRewrite {
    /// The destination's path, with `:name` for its parameters.
    pub path: String,
    /// Where it stands in the configuration.
    pub span: Span,
    /// It is not known whether it leads to an endpoint, or adds anything that the endpoint reads.
    pub in_doubt: bool,
    /// The keys that it adds, if they are known.
    pub keys: Vec<String>,
    /// The URLs that it is for, if it leads there and these are known.
    pub sources: Option<Vec<String>>,
}

impl QueryRewrite {
    /// Whether it may lead to `route` (`/api/users/[id]`).
    pub fn leads_to(&self, route: &str) -> bool {
        if !self.sources.as_ref().is_none_or(|sources| sources.iter().any(|source| may_match(source, route))) {
            return false;
        }
        let (mut own, mut parts) = (self.path.split('/'), route.split('/'));
        loop {
            match (own.next(), parts.next()) {
                (None, None) => return true,
                (_, Some(part)) if part.starts_with("[...") || part.starts_with("[[...") => return true,
                // `/app:inserted*` leads to nothing below `/api`.
                (Some(own), Some(part)) if own.ends_with('*') || own.ends_with('+') => {
                    let begins = own.split_once(':').is_none_or(|(text, _)| part.starts_with(text));
                    return begins || part.starts_with('[');
                }
                (Some(own), Some(part)) if own == part || own.contains(':') || part.starts_with('[') => {}
                _ => return false,
            }
        }
    }
}

/// The rewrites in the configuration `module` that add to the query of an endpoint below `/api`. Redirects, which
/// look alike, make the client ask again and add nothing.
pub fn query_rewrites(module: &Module, resolver: &dyn Resolve) -> Vec<QueryRewrite> {
    let mut found = Rewrites { constants: constants(module), found: Vec::new() };
    module.ast.visit_with(&mut found);
    found.found.extend(from_elsewhere(module, "rewrites", resolver).map(|span| in_doubt("*".into(), span)));
    found.found
}

/// A rewrite to `path` that may add to the query.
pub(super) fn in_doubt(path: String, span: Span) -> QueryRewrite {
    QueryRewrite { path, span, in_doubt: true, keys: Vec::new(), sources: None }
}

/// A path whose inserted parts may have slashes.
pub(super) fn any_depth(path: &str) -> String {
    if path.starts_with(":inserted") { "*".into() } else { path.replace(":inserted", ":inserted*") }
}

/// The texts that names of `module` stand for.
pub(super) fn constants(module: &Module) -> HashMap<Id, String> {
    struct Texts(HashMap<Id, String>);
    impl Visit for Texts {
        fn visit_var_decl(&mut self, variable: &VarDecl) {
            for declarator in variable.decls.iter().filter(|_| variable.kind == VarDeclKind::Const) {
                if let Some(name) = pat_ident(&declarator.name)
                    && let Some(text) = declarator.init.as_deref().and_then(|init| pattern(init, &self.0))
                {
                    self.0.insert(name.to_id(), text);
                }
            }
            variable.visit_children_with(self);
        }
    }
    let mut texts = Texts(HashMap::new());
    module.ast.visit_with(&mut texts);
    texts.0
}

/// The value of a property of `object`.
pub(super) fn field<'o>(object: &'o ObjectLit, name: &str) -> Option<&'o Expr> {
    key_value(property(object, name)?)
}

fn key_value(property: &Prop) -> Option<&Expr> {
    match property {
        Prop::KeyValue(pair) => Some(&pair.value),
        _ => None,
    }
}

/// A property of `object`, be it written in short.
fn property<'o>(object: &'o ObjectLit, name: &str) -> Option<&'o Prop> {
    object.props.iter().filter_map(|own| own.as_prop()).map(|own| &**own).find(|own| match own {
        Prop::KeyValue(pair) => prop_name(&pair.key).as_deref() == Some(name),
        Prop::Shorthand(own) => &*own.sym == name,
        _ => false,
    })
}

struct Rewrites {
    constants: HashMap<Id, String>,
    found: Vec<QueryRewrite>,
}

impl Rewrites {
    /// What `{ source, destination }` adds to a query.
    fn rewrite(&self, object: &ObjectLit, source: &Prop, target: &Prop) -> Option<QueryRewrite> {
        let span = key_value(target).map_or_else(|| span_of(target), span_of);
        let Some(destination) = self.text(target) else { return Some(in_doubt("*".into(), span)) };
        let (path, query) = destination.split_once('?').unwrap_or((&destination, ""));
        // A source that cannot be read may have any parameters; conditions may have named groups.
        let mut given = self.text(source).map_or_else(|| vec!["*".into()], |source| params(&source));
        given.extend(property(object, "has").map(|_| "*".into()));
        // Next adds the parameters if the path uses none of them.
        let adds = !query.is_empty() || (!given.is_empty() && params(path).iter().all(|name| name == "inserted"));
        let rewrite = if path == "/api" || path.starts_with("/api/") {
            let may_use = query.is_empty() && path.contains(":inserted");
            QueryRewrite { in_doubt: may_use, ..in_doubt(path.to_owned(), span) }
        } else if path.starts_with(":inserted") {
            // This may be another host, or `/api`.
            in_doubt("*".into(), span)
        } else {
            return None;
        };
        adds.then_some(rewrite)
    }

    fn text(&self, property: &Prop) -> Option<String> {
        match property {
            Prop::Shorthand(name) => self.constants.get(&name.to_id()).cloned(),
            other => pattern(key_value(other)?, &self.constants),
        }
    }
}

impl Visit for Rewrites {
    fn visit_object_lit(&mut self, object: &ObjectLit) {
        let redirects = ["permanent", "statusCode"].iter().any(|name| property(object, name).is_some());
        if let (Some(source), Some(target), false) =
            (property(object, "source"), property(object, "destination"), redirects)
        {
            self.found.extend(self.rewrite(object, source, target));
        }
        object.visit_children_with(self);
    }
}

/// A pattern as text. What a name inserts that is no constant may be anything, as a parameter is.
pub(super) fn pattern(expr: &Expr, constants: &HashMap<Id, String>) -> Option<String> {
    let text = |expr: &Expr| pattern(expr, constants).unwrap_or_else(|| ":inserted".into());
    match bare(expr) {
        Expr::Tpl(template) => {
            let mut pattern = String::new();
            for (at, quasi) in template.quasis.iter().enumerate() {
                pattern.push_str(&quasi.raw);
                pattern.extend(template.exprs.get(at).map(|inserted| text(inserted)));
            }
            Some(pattern)
        }
        Expr::Bin(sum) if sum.op == BinaryOp::Add => Some(text(&sum.left) + &text(&sum.right)),
        Expr::Ident(name) => constants.get(&name.to_id()).cloned(),
        other => literal_str(other),
    }
}

/// The parameters of a pattern: `:name` anywhere in it, and groups without a name.
fn params(pattern: &str) -> Vec<String> {
    let mut found: Vec<String> = pattern
        .split(':')
        .skip(1)
        .map(|rest| rest.chars().take_while(|char| char.is_alphanumeric() || *char == '_').collect())
        .filter(|name: &String| !name.is_empty())
        .collect();
    let named = |at: usize| pattern[..at].rsplit('/').next().is_some_and(|part| part.contains(':'));
    found.extend(pattern.match_indices('(').filter(|(at, _)| !named(*at)).map(|(at, _)| at.to_string()));
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Nowhere;

    impl Resolve for Nowhere {
        fn resolve(&self, _: &str, _: &str) -> Option<String> {
            None
        }
    }

    fn read(text: &str) -> Vec<QueryRewrite> {
        Module::parse("next.config.js", text.into()).map(|module| query_rewrites(&module, &Nowhere)).unwrap_or_default()
    }

    #[test]
    fn queries_and_parameters_that_are_no_path_segment_count() {
        let found = read(
            "module.exports = { rewrites: () => [\n\
             { source: '/a/:slug', destination: '/api/x?slug=:slug' },\n\
             { source: '/b/:id', destination: '/api/y' },\n\
             { source: '/c-:id', destination: '/api/c' },\n\
             { source: '/(.*)/d', destination: '/api/d' },\n\
             { source: '/e', has: [{ type: 'host', value: '(?<tenant>.*)' }], destination: '/api/e' },\n\
             { source: path, destination: '/api/f' },\n\
             { source: '/g', destination: `/api/${name}?a=1` }] }",
        );
        let paths: Vec<&str> = found.iter().map(|rewrite| rewrite.path.as_str()).collect();
        assert_eq!(paths, ["/api/x", "/api/y", "/api/c", "/api/d", "/api/e", "/api/f", "/api/:inserted"]);
        assert!(found[0].leads_to("/api/x") && found[0].leads_to("/api/[id]") && found[0].leads_to("/api/[...all]"));
        assert!(!found[0].leads_to("/api/x/y") && !found[0].leads_to("/api/z"));
        assert!(found[6].leads_to("/api/any"));
    }

    #[test]
    fn what_cannot_be_read_is_in_doubt() {
        for rewrite in [
            "{ source: '/a/:id', destination: to('/api/x') }",
            "{ source: '/a/:id', destination }",
            "{ source, destination: prefix + '/x' }",
            "{ source: '/a/:id', destination: `/api/${name}` }",
        ] {
            let found = read(&format!("module.exports = {{ rewrites: () => [{rewrite}] }}"));
            assert!(found.len() == 1 && found[0].in_doubt && found[0].leads_to("/api/x"), "{rewrite}");
        }
        for rewrite in [
            "{ source: '/a/:path*', destination: `${host}/:path*` }",
            "{ source: '/a', destination: `${host}/a` }",
            "{ source, destination, permanent }",
        ] {
            assert_eq!(read(&format!("module.exports = {{ rewrites: () => [{rewrite}] }}")), [], "{rewrite}");
        }
    }

    #[test]
    fn what_adds_nothing_does_not_count() {
        let found = read(
            "module.exports = { rewrites: () => [\n\
             { source: '/c/:id', destination: '/api/z/:id' },\n\
             { source: '/c/:id/:tab', destination: '/api/z/:id' },\n\
             { source: '/files/:path*', destination: '/api/files/:path*' },\n\
             { source: '/d', destination: '/page?x=1' },\n\
             { source: '/e', destination: '/api/e' },\n\
             { source: '/f/:id', destination: 'https://example.com/api/f?id=:id' },\n\
             { source: '/g/:id', destination: '/api/g?id=:id', permanent: true }] }",
        );
        assert_eq!(found, []);
    }
}
