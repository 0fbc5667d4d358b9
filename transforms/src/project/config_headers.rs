//! Headers that `next.config.*` and middleware set. A Pages API route has the last word about a header that both name;
//! for a Route Handler they have it, and in Next 14 both values are sent (reference, section 1.5).
//!
//! ```js
//! headers: async () => [{ source: '/api/:path*', headers: [{ key: 'Cache-Control', value: 'no-store' }] }]
//!
//! response.headers.set('Cache-Control', 'no-store')   // in middleware
//! ```

use super::rewrites::field;
use super::source_pattern::Source;
use crate::syntax::ast::{CallExpr, Expr, ObjectLit};
use crate::syntax::{Module, Span, Visit, VisitWith, bare, literal_str, member_name, prop_name, span_of};

/// A header that is set around an endpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigHeader {
    /// The URLs that it is for; `None` if that cannot be read.
    source: Option<Source>,
    /// Its name in lower case.
    pub name: String,
    /// Its value, if that is written out.
    pub value: Option<String>,
    /// Where the name stands in the configuration.
    pub span: Span,
}

impl ConfigHeader {
    /// The header `name`, whose name stands at `span`, for the URLs of `source`, or for all.
    pub fn new(source: Option<Source>, name: &str, span: Span) -> ConfigHeader {
        ConfigHeader { source, name: name.to_lowercase(), value: None, span }
    }

    fn with_value(self, value: &Expr) -> ConfigHeader {
        ConfigHeader { value: literal_str(value), ..self }
    }

    /// Whether it may be set for URLs of `route`.
    pub fn is_for(&self, route: &str) -> bool {
        self.source.as_ref().is_none_or(|source| source.may_match(route))
    }
}

/// The headers that the configuration `module` sets.
pub fn config_headers(module: &Module) -> Vec<ConfigHeader> {
    let mut found = Found { source: None, headers: Vec::new() };
    if module.text.contains("headers") {
        module.ast.visit_with(&mut found);
    }
    found.headers
}

/// The headers that middleware sets on responses: `response.headers.set(name, value)`. `module` is its file or one that it
/// imports; it runs for the URLs of `matchers`, or for all. Cookies are left out: those of both are sent.
pub fn middleware_headers(module: &Module, matchers: Option<&[String]>) -> Vec<ConfigHeader> {
    struct Names(Vec<(String, Span)>);
    impl Visit for Names {
        fn visit_call_expr(&mut self, call: &CallExpr) {
            if let (Some(name), [name_arg, _]) = (headers_method(call), call.args.as_slice())
                && matches!(name.as_str(), "set" | "append")
                && let Some(header) =
                    literal_str(&name_arg.expr).filter(|header| !header.eq_ignore_ascii_case("set-cookie"))
            {
                self.0.push((header, span_of(&name_arg.expr)));
            }
            call.visit_children_with(self);
        }
    }
    let mut names = Names(Vec::new());
    module.ast.visit_with(&mut names);
    let sources: Vec<Option<Source>> = match matchers {
        Some(list) => list.iter().cloned().map(|matcher| Some(Source::new(matcher))).collect(),
        None => vec![None],
    };
    let header = |(name, span): &(String, Span)| {
        let of = |source: &Option<Source>| ConfigHeader::new(source.clone(), name, *span);
        sources.iter().map(of).collect::<Vec<_>>()
    };
    names.0.iter().flat_map(header).collect()
}

/// `set` of `response.headers.set(…)`.
fn headers_method(call: &CallExpr) -> Option<String> {
    let Expr::Member(member) = bare(call.callee.as_expr()?) else { return None };
    let Expr::Member(object) = bare(&member.obj) else { return None };
    (member_name(object)? == "headers").then(|| member_name(member)).flatten()
}

struct Found {
    source: Option<Source>,
    headers: Vec<ConfigHeader>,
}

impl Visit for Found {
    fn visit_object_lit(&mut self, object: &ObjectLit) {
        if field(object, "destination").is_some() {
            return;
        }
        // The conditions of `has` and `missing` have a type, headers have none.
        if let (Some(key), Some(value), None) = (field(object, "key"), field(object, "value"), field(object, "type"))
            && let Some(name) = literal_str(key)
        {
            let header = ConfigHeader::new(self.source.clone(), &name, span_of(key));
            self.headers.push(header.with_value(value));
        }
        // `routes` of `vercel.json` have `src`, and headers by their names.
        let source = field(object, "source").or(field(object, "src")).filter(|_| field(object, "headers").is_some());
        let around = self.source.take();
        self.source = source.and_then(|source: &Expr| literal_str(source).map(Source::new)).or_else(|| around.clone());
        if let (Some(_), Some(Expr::Object(named))) = (field(object, "src"), field(object, "headers").map(bare)) {
            let pairs = named.props.iter().filter_map(|property| property.as_prop()?.as_key_value());
            let headers = pairs.filter_map(|pair| Some((prop_name(&pair.key)?, span_of(&pair.key))));
            let source = &self.source;
            self.headers.extend(headers.map(|(name, span)| ConfigHeader::new(source.clone(), &name, span)));
        }
        object.visit_children_with(self);
        self.source = around;
    }
}

#[cfg(test)]
mod tests {
    use super::super::matcher::matchers;
    use super::*;

    #[test]
    fn headers_belong_to_the_source_around_them() {
        let text = "const all = [{ key: 'X-All', value: '1' }];\n\
            module.exports = { headers: () => [\n\
            { source: '/api/:path*', has: [{ type: 'header', key: 'x-a', value: 'b' }], headers: [{ key: 'Vary', value: 'a' }] },\n\
            { source: '/docs', headers: [{ key: 'X-Docs', value: 'a' }, ...all] }],\n\
            rewrites: () => [{ source: '/a', destination: '/api/b', has: [{ key: 'c', value: 'd' }] }] }";
        let module = Module::parse("next.config.js", text.into()).unwrap();
        let found = config_headers(&module);
        let of = |route: &str| -> Vec<&str> {
            found.iter().filter(|header| header.is_for(route)).map(|header| header.name.as_str()).collect()
        };
        assert_eq!(of("/api/posts"), ["x-all", "vary"]);
        assert_eq!(of("/docs"), ["x-all", "x-docs"]);
    }

    #[test]
    fn middleware_sets_headers_of_responses_where_it_matches() {
        let text = "const headers = new Headers(request.headers); headers.set('x-user', 'a');\n\
            response.headers.set('X-A', 'a'); response.headers.append('Set-Cookie', 'a=1'); cache.set('b', 'c');\n\
            export const config = { matcher: ['/api/a', '/docs'] };";
        let module = Module::parse("middleware.ts", text.into()).unwrap();
        let found = middleware_headers(&module, matchers(&module).as_deref());
        let names: Vec<&str> = found.iter().map(|header| header.name.as_str()).collect();
        assert_eq!(names, ["x-a", "x-a"]);
        assert!(
            found.iter().any(|header| header.is_for("/api/a")) && !found.iter().any(|header| header.is_for("/api/b"))
        );
    }
}
