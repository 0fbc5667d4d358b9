//! Patterns for URLs, as the matchers of middleware and the sources of `next.config.*` write them.

use super::App;
use crate::syntax::ast::{Expr, ObjectLit, Prop, PropOrSpread};
use crate::syntax::{Module, Visit, VisitWith, bare, literal_str, prop_name};

/// Where the middleware of `app` may stand, called `proxy` from 16 on.
pub fn middleware_files(app: &App) -> Vec<String> {
    let source = app.app_dir.strip_suffix("app").unwrap_or_default();
    let root = if app.root.is_empty() { String::new() } else { format!("{}/", app.root) };
    let mut paths = Vec::new();
    for folder in [source, root.as_str()] {
        for name in ["middleware", "proxy"] {
            paths.extend(["ts", "js", "mjs", "tsx", "jsx"].map(|extension| format!("{folder}{name}.{extension}")));
        }
    }
    paths
}

/// The matchers of a middleware; `None` if there are none or they cannot be read.
pub fn matchers(module: &Module) -> Option<Vec<String>> {
    struct Config(Option<Vec<String>>);
    impl Visit for Config {
        fn visit_object_lit(&mut self, object: &ObjectLit) {
            for property in &object.props {
                if let PropOrSpread::Prop(property) = property
                    && let Prop::KeyValue(pair) = &**property
                    && prop_name(&pair.key).as_deref() == Some("matcher")
                {
                    self.0 = list(&pair.value);
                }
            }
            object.visit_children_with(self);
        }
    }
    if module.text.matches("matcher").count() != 1 {
        return None;
    }
    let mut config = Config(None);
    module.ast.visit_with(&mut config);
    config.0
}

fn list(value: &Expr) -> Option<Vec<String>> {
    match bare(value) {
        Expr::Array(array) => array.elems.iter().map(|element| literal_str(&element.as_ref()?.expr)).collect(),
        other => literal_str(other).map(|one| vec![one]),
    }
}

/// Whether a matcher may match URLs of `route`. Errs on the side of yes.
pub fn may_match(matcher: &str, route: &str) -> bool {
    // `/((?!api|_next/static).*)` names what it leaves out.
    if let Some(rest) = matcher.strip_prefix("/((?!")
        && let Some((names, _)) = rest.split_once(')')
        && names.split('|').any(|name| matches!(name.trim_start_matches('/'), "api" | "api/" | "api/.*" | "api/*"))
    {
        return false;
    }
    let special = matcher.find([':', '(', '*', '[', '?', '+', '{']).unwrap_or(matcher.len());
    let fixed = &matcher[..special];
    let whole = special == matcher.len();
    let mut own = route.split('/');
    let mut parts = fixed.split('/').peekable();
    while let Some(part) = parts.next() {
        let Some(segment) = own.next() else { return false };
        let last = parts.peek().is_none();
        let open = last && !whole;
        let fits = segment.starts_with('[') || segment == part || (open && segment.starts_with(part));
        if !fits {
            return false;
        }
    }
    !whole || own.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::may_match;

    #[test]
    fn matchers_are_compared_by_their_fixed_start() {
        assert!(may_match("/api/:path*", "/api/posts"));
        assert!(may_match("/:path*", "/api/posts"));
        assert!(may_match("/(api|trpc)(.*)", "/api/posts"));
        assert!(may_match("/((?!_next).*)", "/api/posts"));
        assert!(may_match("/((?!_next|.*api-docs).*)", "/api/posts"));
        assert!(may_match("/api/posts", "/api/posts"));
        assert!(may_match("/api/posts/new", "/api/posts/[id]"));
        assert!(!may_match("/api/posts", "/api/posts/[id]"));
        assert!(!may_match("/api/users/:path*", "/api/posts"));
        assert!(!may_match("/dashboard/:path*", "/api/posts"));
        assert!(!may_match("/((?!api|_next/static).*)", "/api/posts"));
    }
}
