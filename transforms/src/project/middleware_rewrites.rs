//! Rewrites of middleware that add to the query. As with those of `next.config.*`, a Pages API route sees what was added,
//! a Route Handler the original URL only (reference, section 1.5).
//!
//! ```js
//! const url = req.nextUrl.clone()
//! url.searchParams.set('tenant', 'acme')                       // a key is added
//! return NextResponse.rewrite(url)
//!
//! return NextResponse.rewrite(new URL('/api/x?tenant=acme', req.url))
//! ```

use std::collections::HashMap;

use super::matcher::matchers;
use super::rewrites::{constants, in_doubt, pattern};
use super::{QueryRewrite, Resolve};
use crate::syntax::ast::{AssignExpr, AssignTarget, CallExpr, Expr, Id, MemberExpr, SimpleAssignTarget, VarDeclarator};
use crate::syntax::{Module, Span, Visit, VisitWith, bare, ident, literal_str, member_name, pat_ident, span_of};

/// The rewrites of the middleware `module` that add to the query.
pub fn middleware_rewrites(module: &Module, _: &dyn Resolve) -> Vec<QueryRewrite> {
    if !module.text.contains(".rewrite(") {
        return Vec::new();
    }
    let mut seen = Seen { constants: constants(module), urls: HashMap::new(), targets: Vec::new() };
    module.ast.visit_with(&mut seen);
    let matchers = matchers(module);
    seen.targets.iter().flat_map(|target| target.rewrites(&seen.urls, matchers.as_ref())).collect()
}

/// What is known of a URL that a name stands for.
#[derive(Default)]
struct Url {
    /// The paths that it is given, with the query if there is one.
    paths: Vec<String>,
    /// The keys that are set, `None` for those that cannot be read, and where.
    added: Vec<(Option<String>, Span)>,
}

/// What a rewrite leads to.
enum Target {
    Named(Id),
    Written(String, Span),
}

impl Target {
    fn rewrites(&self, urls: &HashMap<Id, Url>, matchers: Option<&Vec<String>>) -> Vec<QueryRewrite> {
        match self {
            Target::Written(url, span) => written(url, *span).into_iter().collect(),
            Target::Named(id) => {
                let Some(url) = urls.get(id) else { return Vec::new() };
                let added = url.added.iter().map(|(key, span)| (key.iter().cloned().collect::<Vec<_>>(), *span));
                let to = |path: &str, (keys, span): (Vec<String>, Span), sources: Option<Vec<String>>| QueryRewrite {
                    keys,
                    sources,
                    ..in_doubt(any_depth(path), span)
                };
                if url.paths.is_empty() {
                    // It leads where the request was for.
                    return added.map(|added| to("*", added, matchers.cloned())).collect();
                }
                let span = url.added.first().map_or_else(|| Span::at(0), |(_, span)| *span);
                let own = url.paths.iter().filter_map(|path| written(path, span));
                let path = |path: &String| path.split('?').next().unwrap_or_default().to_owned();
                let set = added.flat_map(|added| url.paths.iter().map(move |own| to(&path(own), added.clone(), None)));
                own.chain(set).collect()
            }
        }
    }
}

/// The rewrite to a URL with a query.
fn written(url: &str, span: Span) -> Option<QueryRewrite> {
    let (path, query) = url.split_once('?')?;
    let keys = query.split('&').map(|pair| pair.split('=').next().unwrap_or_default().to_owned());
    let keys: Vec<String> = keys.collect();
    let known = keys.iter().all(|key| !key.is_empty() && !key.contains(":inserted"));
    let keys = if known { keys } else { Vec::new() };
    Some(QueryRewrite { keys, ..in_doubt(any_depth(path), span) })
}

/// What is inserted may have slashes.
fn any_depth(path: &str) -> String {
    if path.starts_with(":inserted") { "*".into() } else { path.replace(":inserted", ":inserted*") }
}

struct Seen {
    constants: HashMap<Id, String>,
    urls: HashMap<Id, Url>,
    targets: Vec<Target>,
}

impl Seen {
    /// The path that `new URL(path, base)` is given, or a path itself.
    fn path(&self, expr: &Expr) -> Option<String> {
        match bare(expr) {
            Expr::New(new) if ident(&new.callee).is_some_and(|name| &*name.sym == "URL") => {
                let arguments = new.args.as_deref().unwrap_or_default();
                let path = arguments.first().filter(|_| arguments.len() == 2)?;
                Some(pattern(&path.expr, &self.constants).unwrap_or_else(|| ":inserted".into()))
            }
            other => pattern(other, &self.constants),
        }
    }

    fn add(&mut self, object: &Expr, key: Option<String>, span: Span) {
        if let Some(name) = ident(object) {
            self.urls.entry(name.to_id()).or_default().added.push((key, span));
        }
    }
}

impl Visit for Seen {
    fn visit_var_declarator(&mut self, declarator: &VarDeclarator) {
        if let (Some(name), Some(init)) = (pat_ident(&declarator.name), declarator.init.as_deref())
            && let Some(path) = self.path(init)
        {
            self.urls.entry(name.to_id()).or_default().paths.push(path);
        }
        declarator.visit_children_with(self);
    }

    fn visit_assign_expr(&mut self, assignment: &AssignExpr) {
        if let AssignTarget::Simple(SimpleAssignTarget::Member(member)) = &assignment.left {
            match member_name(member).as_deref() {
                Some("pathname") => {
                    if let Some(name) = ident(&member.obj) {
                        let path = pattern(&assignment.right, &self.constants).unwrap_or_else(|| ":inserted".into());
                        self.urls.entry(name.to_id()).or_default().paths.push(path);
                    }
                }
                // `url.search = ''` takes the query away.
                Some("search") if literal_str(&assignment.right).is_none_or(|text| !text.is_empty()) => {
                    self.add(&member.obj, None, span_of(assignment));
                }
                _ => {}
            }
        }
        assignment.visit_children_with(self);
    }

    fn visit_call_expr(&mut self, call: &CallExpr) {
        if let Some(Expr::Member(member)) = call.callee.as_expr().map(|callee| bare(callee)) {
            match (member_name(member).as_deref(), call.args.as_slice()) {
                (Some("set" | "append"), [key, _]) => {
                    if let Some(url) = of_search_params(member) {
                        self.add(url, literal_str(&key.expr), span_of(call));
                    }
                }
                (Some("rewrite"), [to, ..]) if ident(&member.obj).is_some_and(|name| &*name.sym == "NextResponse") => {
                    let target = match bare(&to.expr) {
                        Expr::Ident(name) => Some(Target::Named(name.to_id())),
                        other => self.path(other).map(|path| Target::Written(path, span_of(&to.expr))),
                    };
                    self.targets.extend(target);
                }
                _ => {}
            }
        }
        call.visit_children_with(self);
    }
}

/// `url` of `url.searchParams.set`.
fn of_search_params(member: &MemberExpr) -> Option<&Expr> {
    let Expr::Member(params) = bare(&member.obj) else { return None };
    (member_name(params)? == "searchParams").then_some(&*params.obj)
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

    fn leads(body: &str, route: &str) -> bool {
        let text = format!(
            "export function middleware(req) {{ {body} }}\nexport const config = {{ matcher: '/api/:path*' }};"
        );
        let module = Module::parse("middleware.js", text.as_str().into()).unwrap();
        middleware_rewrites(&module, &Nowhere).iter().any(|rewrite| rewrite.leads_to(route))
    }

    #[test]
    fn keys_that_are_set_on_the_url_of_a_rewrite_count() {
        let clone = "const url = req.nextUrl.clone(); url.searchParams.set('tenant', 'a');";
        assert!(leads(&format!("{clone} return NextResponse.rewrite(url)"), "/api/x"));
        assert!(!leads(&format!("{clone} return NextResponse.redirect(url)"), "/api/x"));
        assert!(!leads(
            &format!("{clone} url.pathname = `/sites/${{host}}`; return NextResponse.rewrite(url)"),
            "/api/x"
        ));
        assert!(leads(
            &format!("{clone} url.pathname = `/api/${{rest}}`; return NextResponse.rewrite(url)"),
            "/api/x/y"
        ));
        assert!(!leads("const url = req.nextUrl.clone(); return NextResponse.rewrite(url)", "/api/x"));
    }

    #[test]
    fn urls_that_are_written_out_count_with_a_query() {
        assert!(leads("return NextResponse.rewrite(new URL('/api/x?a=1', req.url))", "/api/x"));
        assert!(!leads("return NextResponse.rewrite(new URL('/api/x?a=1', req.url))", "/api/y"));
        assert!(!leads("return NextResponse.rewrite(new URL('/api/x', req.url))", "/api/x"));
    }
}
