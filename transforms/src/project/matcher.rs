//! Patterns for URLs, as the matchers of middleware and the sources of `next.config.*` write them.

use super::App;
use crate::syntax::ast::{Decl, Expr, ModuleDecl, ModuleItem, ObjectLit, Pat, Prop, PropOrSpread};
use crate::syntax::{Module, bare, literal_str, prop_name};

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

/// The matchers of a middleware; `None` if there are none or they cannot be read. What an object among them asks of
/// headers or cookies makes it match less, so only its `source` counts.
pub fn matchers(module: &Module) -> Option<Vec<String>> {
    let mut configs = module.ast.body.iter().filter_map(|item| match item {
        ModuleItem::ModuleDecl(ModuleDecl::ExportDecl(export)) => match &export.decl {
            Decl::Var(variable) => variable.decls.iter().find(|one| is_config(&one.name)),
            _ => None,
        },
        _ => None,
    });
    let Expr::Object(config) = bare(configs.next()?.init.as_deref()?) else { return None };
    list(property(config, "matcher")?)
}

fn is_config(name: &Pat) -> bool {
    matches!(name, Pat::Ident(name) if &*name.id.sym == "config")
}

/// The value of a property, if the object is spelled out.
fn property<'o>(object: &'o ObjectLit, name: &str) -> Option<&'o Expr> {
    let mut found = None;
    for property in &object.props {
        let PropOrSpread::Prop(property) = property else { return None };
        if let Prop::KeyValue(pair) = &**property
            && prop_name(&pair.key).as_deref() == Some(name)
        {
            found = Some(&*pair.value);
        }
    }
    found
}

fn list(value: &Expr) -> Option<Vec<String>> {
    let one = |value: &Expr| match bare(value) {
        Expr::Object(matcher) => literal_str(property(matcher, "source")?),
        other => literal_str(other),
    };
    match bare(value) {
        Expr::Array(array) => array.elems.iter().map(|element| one(&element.as_ref()?.expr)).collect(),
        other => one(other).map(|only| vec![only]),
    }
}

/// Whether a matcher may match URLs of `route`. Errs on the side of yes.
pub fn may_match(matcher: &str, route: &str) -> bool {
    if leaves_out(matcher, route) {
        return false;
    }
    // `/(dashboard|settings)/:path*` and `/:locale(en|de)/:path*` are one matcher for each.
    if let Some((before, rest)) = matcher.split_once('(')
        && let Some((group, after)) = rest.split_once(')')
        && group.chars().all(|c| c == '|' || is_plain(c))
        && !after.starts_with(['*', '?', '+'])
    {
        let before = match before.rsplit_once(':') {
            Some((start, name)) if !name.is_empty() && name.chars().all(char::is_alphanumeric) => start,
            _ => before,
        };
        return group.split('|').any(|one| starts_alike(&format!("{before}{one}{after}"), route));
    }
    starts_alike(matcher, route)
}

/// Whether a matcher names the start of the route among what it leaves out: `/((?!api|_next/static).*)`.
fn leaves_out(matcher: &str, route: &str) -> bool {
    let Some(rest) = matcher.strip_prefix("/((?!") else { return false };
    let Some(end) = closing(rest).filter(|end| !rest[*end..].contains('|')) else { return false };
    let names = &rest[..end];
    // Of `.*\\.(?:png|svg)`, only what stands before it is read.
    let names = names.find('(').map_or(names, |group| names[..group].rsplit_once('|').map_or("", |(whole, _)| whole));
    let fixed = route.split('[').next().unwrap_or_default().trim_start_matches('/');
    names.split('|').any(|name| {
        // Behind a slash, `/api` is the start of `//api`.
        let name = name.strip_suffix(".*").or_else(|| name.strip_suffix("/*")).unwrap_or(name);
        !name.is_empty() && name.chars().all(is_plain) && fixed.starts_with(name)
    })
}

/// Where the parenthesis ends that is open before `text`.
fn closing(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    text.char_indices().find_map(|(at, c)| match c {
        '(' => {
            depth += 1;
            None
        }
        ')' if depth == 0 => Some(at),
        ')' => {
            depth -= 1;
            None
        }
        _ => None,
    })
}

fn is_plain(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '/' | '_' | '-')
}

/// Whether the text of a matcher, up to the first pattern in it, is how the route may begin.
fn starts_alike(matcher: &str, route: &str) -> bool {
    let special = matcher.find([':', '(', '*', '[', '?', '+', '{']).unwrap_or(matcher.len());
    let fixed = &matcher[..special];
    let whole = special == matcher.len();
    let mut own = route.split('/');
    let mut parts = fixed.split('/').peekable();
    while let Some(part) = parts.next() {
        let last = parts.peek().is_none();
        let open = last && !whole;
        let Some(segment) = own.next() else { return open && part.is_empty() && may_be_nothing(&matcher[special..]) };
        let fits = segment.starts_with('[') || segment == part || (open && segment.starts_with(part));
        if !fits {
            return false;
        }
    }
    !whole || own.next().is_none()
}

/// Whether a pattern behind a slash may match nothing, not even the slash: `:path*`.
fn may_be_nothing(pattern: &str) -> bool {
    let Some(name) = pattern.strip_prefix(':') else { return true };
    let rest = name.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || c == '_');
    rest.starts_with(['*', '?', '('])
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
        assert!(!may_match("/((?!api/|_next|.*\\.(?:svg|png)$).*)", "/api/posts"));
        assert!(!may_match("/((?!api/posts).*)", "/api/posts/[id]"));
        assert!(may_match("/((?!api/posts/new).*)", "/api/posts/[id]"));
        assert!(may_match("/((?!api$|_next).*)", "/api/posts"));
        assert!(may_match("/((?!en(?:x|api)).*)", "/api/posts"));
        assert!(may_match("/((?!x(?:y)|api).*)", "/api/posts"));
        assert!(may_match("/((?!api)x|api/.*)", "/api/posts"));
        assert!(may_match("/((?!api/posts/).*)", "/api/posts"));
        assert!(may_match("/((?!/api|_next).*)", "/api/posts"));
        assert!(may_match("/api/posts/:path*", "/api/posts"));
        assert!(may_match("/api/posts/:path(.*)", "/api/posts"));
        assert!(!may_match("/api/posts/:path+", "/api/posts"));
        assert!(!may_match("/api/posts/:id/:path*", "/api/posts"));
        assert!(!may_match("/api/posts/all/:path*", "/api/posts"));
    }

    #[test]
    fn groups_of_names_are_as_many_matchers() {
        assert!(!may_match("/(dashboard|settings)/:path*", "/api/posts"));
        assert!(!may_match("/:locale(en|de)/:path*", "/api/posts"));
        assert!(may_match("/(api|trpc)/:path*", "/api/posts"));
        assert!(may_match("/(dashboard|api/posts)/:path*", "/api/posts"));
        assert!(may_match("/(dashboard|api)/posts/:path*", "/api/posts"));
        assert!(!may_match("/(dashboard|api)/users/:path*", "/api/posts"));
        assert!(may_match("/(dashboard|settings)?/:path*", "/api/posts"));
        assert!(may_match("/(.*)/posts", "/api/posts"));
    }
}
