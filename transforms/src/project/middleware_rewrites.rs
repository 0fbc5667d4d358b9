//! Rewrites of middleware that change the query. As with those of `next.config.*`, a Pages API route sees the query of
//! the new URL, a Route Handler that of the original one (reference, section 1.5). Seen in Next.js 14 and 16, built and
//! served; 15.5 gives the original query to both.
//!
//! ```js
//! const url = req.nextUrl.clone()
//! url.searchParams.set('tenant', 'acme')                       // a key is added, or taken away by `delete`
//! return NextResponse.rewrite(url)
//!
//! return NextResponse.rewrite(new URL('/api/x?tenant=acme', req.url))
//! return NextResponse.rewrite(new URL('/api/x', req.url))      // the query is gone, as by `url.search = ''`
//! return NextResponse.rewrite(new URL('/api/x' + req.nextUrl.search, req.url))      // and here it is the same
//! ```

mod walk;

use std::collections::{HashMap, HashSet};

use super::QueryRewrite;
use super::rewrites::{any_depth, constants, in_doubt, pattern};
use crate::pages_api::root_of;
use crate::syntax::ast::{AssignExpr, AssignOp, BinaryOp, Callee, Expr, Id, NewExpr};
use crate::syntax::{Module, Span, VisitWith, bare, ident, member_name, span_of};

/// The rewrites of middleware that change the query. `module` is its file or one that it imports; it runs for the URLs
/// of `matchers`, or for all.
pub fn middleware_rewrites(module: &Module, matchers: Option<&[String]>) -> Vec<QueryRewrite> {
    if !module.text.contains(".rewrite(") {
        return Vec::new();
    }
    let mut seen = Seen { constants: constants(module), ..Seen::default() };
    module.ast.visit_with(&mut seen);
    let targets = std::mem::take(&mut seen.targets);
    targets.iter().flat_map(|(target, span)| seen.rewrites(target, *span, matchers)).collect()
}

/// A name, or what is behind its members: `req` and `.nextUrl`.
type Place = (Id, String);

/// What an expression for a URL is.
#[derive(Clone)]
enum Value {
    /// A path, with its query if it has one.
    Path(String),
    /// A path, and behind it the query of the request.
    Kept(String),
    /// What is known by a name.
    Place(Place),
    /// A copy of that.
    Copy(Box<Value>),
    /// One of two.
    Either(Box<Value>, Box<Value>),
    Unknown,
}

/// The URLs of a module, as they are written: names are only followed when all are known.
#[derive(Default)]
struct Seen {
    constants: HashMap<Id, String>,
    /// `const { searchParams } = url`, `const url = req.nextUrl`.
    aliases: HashMap<Id, Place>,
    /// What places are given as a whole.
    values: Vec<(Place, Value)>,
    /// The paths that they are given later, where, and the branch that does so.
    paths: Vec<(Place, Path, Span, Option<Span>)>,
    /// The keys that are set or taken away, `None` for those that cannot be read, and where.
    added: Vec<(Place, Option<String>, Span)>,
    /// What a rewrite leads to.
    targets: Vec<(Value, Span)>,
    /// The branches around what is visited.
    branches: Vec<Span>,
}

/// Where a rewrite may lead.
#[derive(Clone)]
struct Path {
    /// The path, with the query if there is one.
    text: String,
    /// It takes the place of all of the URL, so that the query of the request is gone.
    is_whole: bool,
}

/// What is known of the URL of a rewrite.
#[derive(Default)]
struct Url {
    /// Where it may lead.
    paths: Vec<Path>,
    /// It may lead where the request was for.
    own: bool,
    added: Vec<(Option<String>, Span)>,
    /// A part of it cannot be read.
    unknown: bool,
}

impl Seen {
    fn rewrites(&self, target: &Value, span: Span, matchers: Option<&[String]>) -> Vec<QueryRewrite> {
        let mut url = Url::default();
        self.read(target, span, &mut url, &mut HashSet::new());
        if url.unknown {
            return vec![in_doubt("*".into(), span)];
        }
        let mut found: Vec<QueryRewrite> = url.paths.iter().filter_map(|path| written(path, span)).collect();
        for (key, span) in url.added {
            let keys: Vec<String> = key.into_iter().collect();
            let to = |path: String| QueryRewrite { keys: keys.clone(), ..in_doubt(path, span) };
            let paths = url.paths.iter().map(|path| path.text.split('?').next().unwrap_or_default());
            found.extend(paths.map(|path| to(any_depth(path))));
            if url.own {
                found.push(QueryRewrite { sources: matchers.map(<[String]>::to_vec), ..to("*".into()) });
            }
        }
        found
    }

    /// Adds what is known of `value`, as it is at the rewrite at `span`.
    fn read(&self, value: &Value, span: Span, url: &mut Url, read: &mut HashSet<Place>) {
        let place = match value {
            Value::Path(text) => return url.paths.push(Path { text: text.clone(), is_whole: true }),
            Value::Kept(text) => return url.paths.push(Path { text: text.clone(), is_whole: false }),
            Value::Copy(copied) => return self.read(copied, span, url, read),
            Value::Either(one, other) => {
                self.read(one, span, url, read);
                return self.read(other, span, url, read);
            }
            Value::Unknown => {
                url.unknown = true;
                return;
            }
            Value::Place(place) => self.followed(place),
        };
        if let Some(of) = place.1.strip_suffix(".pathname") {
            // The path of the request, without its query.
            if is_request(&(place.0.clone(), of.to_owned())) {
                url.own = true;
                return url.added.push((None, span));
            }
            return url.paths.push(Path { text: ":inserted".into(), is_whole: true });
        }
        if !read.insert(place.clone()) {
            return;
        }
        url.added.extend(self.added.iter().filter_map(|(params, key, at)| {
            let (root, path) = self.followed(params);
            let is_of = root == place.0 && path.strip_suffix(".searchParams") == Some(&place.1);
            is_of.then(|| (key.clone(), *at))
        }));
        let always = |at: &Span, branch: &Option<Span>| {
            at.end <= span.start && branch.is_none_or(|branch| branch.contains(span))
        };
        let paths = self.paths.iter().filter(|(of, ..)| self.followed(of) == place);
        let mut leads = false;
        for (_, path, at, branch) in paths {
            url.paths.push(path.clone());
            leads |= always(at, branch);
        }
        if is_request(&place) {
            url.own |= !leads;
            return;
        }
        let values: Vec<&Value> =
            self.values.iter().filter(|(of, _)| self.followed(of) == place).map(|(_, value)| value).collect();
        url.unknown |= values.is_empty();
        for value in values {
            let before = (url.paths.len(), url.own);
            self.read(value, span, url, read);
            // The path that it is given later is the one that counts.
            if leads {
                url.paths.truncate(before.0);
                url.own = before.1;
            }
        }
    }

    /// The place that a place is another name for.
    fn followed(&self, (id, path): &Place) -> Place {
        let (mut id, mut path) = (id.clone(), path.clone());
        // No chain of names is longer, unless it is a circle.
        for _ in 0..8 {
            let Some((root, before)) = self.aliases.get(&id) else { break };
            path.insert_str(0, before);
            id = root.clone();
        }
        (id, path)
    }

    fn value(&self, expr: &Expr) -> Value {
        let expr = bare(expr);
        if let Some(path) = pattern(expr, &self.constants) {
            return Value::Path(path);
        }
        match expr {
            Expr::New(new) => self.made(new),
            Expr::Cond(choice) => Value::Either(Box::new(self.value(&choice.cons)), Box::new(self.value(&choice.alt))),
            Expr::Call(call) => match call.callee.as_expr().map(|callee| bare(callee)) {
                Some(Expr::Member(member)) => match member_name(member).as_deref() {
                    Some("clone") => Value::Copy(Box::new(self.value(&member.obj))),
                    Some("toString") => self.value(&member.obj),
                    _ => Value::Unknown,
                },
                _ => Value::Unknown,
            },
            Expr::Member(member) if member_name(member).as_deref() == Some("href") => self.value(&member.obj),
            other => place(other).map_or(Value::Unknown, Value::Place),
        }
    }

    /// `new URL(path, base)`, or `new URL(url)`, which is a copy.
    fn made(&self, new: &NewExpr) -> Value {
        if ident(&new.callee).is_none_or(|name| &*name.sym != "URL") {
            return Value::Unknown;
        }
        match new.args.as_deref().unwrap_or_default() {
            [path, _] => match self.value(&path.expr) {
                Value::Path(text) if self.ends_in_query(&path.expr) => {
                    Value::Kept(text.strip_suffix(":inserted").unwrap_or(&text).to_owned())
                }
                value => value,
            },
            [url] => Value::Copy(Box::new(self.value(&url.expr))),
            _ => Value::Unknown,
        }
    }

    /// Whether `path` ends in the query of the request: `'/api/x' + req.nextUrl.search`.
    fn ends_in_query(&self, path: &Expr) -> bool {
        let last = match bare(path) {
            Expr::Bin(sum) if sum.op == BinaryOp::Add => &*sum.right,
            Expr::Tpl(template) if template.quasis.last().is_some_and(|end| end.raw.is_empty()) => {
                let Some(last) = template.exprs.last() else { return false };
                last
            }
            _ => return false,
        };
        place(last).is_some_and(|place| {
            let (root, path) = self.followed(&place);
            path.strip_suffix(".search").is_some_and(|of| is_request(&(root, of.to_owned())))
        })
    }

    /// `name = value`.
    fn bind(&mut self, name: Id, value: &Expr) {
        match self.value(value) {
            Value::Place(place) if !self.aliases.contains_key(&name) && place.0 != name => {
                self.aliases.insert(name, place);
            }
            value => self.values.push(((name, String::new()), value)),
        }
    }

    fn assign_member(&mut self, name: &str, object: Place, assign: &AssignExpr) {
        let branch = self.branches.last().copied();
        let right = pattern(&assign.right, &self.constants).filter(|_| assign.op == AssignOp::Assign);
        match name {
            "pathname" | "href" => {
                let text = right.unwrap_or_else(|| ":inserted".into());
                self.paths.push((object, Path { text, is_whole: name == "href" }, span_of(assign), branch));
            }
            "search" => {
                let params = (object.0, object.1 + ".searchParams");
                self.added.push((params, None, span_of(assign)));
            }
            _ => {}
        }
    }

    /// Visits what is at `span`, which may not run where what is around it does.
    fn branch(&mut self, span: Span, visit: impl FnOnce(&mut Self)) {
        self.branches.push(span);
        visit(self);
        self.branches.pop();
    }

    /// Whether the arguments of a call of `callee` are only looked at.
    fn only_looks(callee: &Callee) -> bool {
        let root = callee.as_expr().and_then(|callee| root_of(callee));
        root.is_some_and(|root| matches!(&*root.sym, "NextResponse" | "Response" | "console" | "URL" | "String"))
    }
}

/// `req` and `.nextUrl` of `req.nextUrl`.
fn place(expr: &Expr) -> Option<Place> {
    match bare(expr) {
        Expr::Ident(name) => Some((name.to_id(), String::new())),
        Expr::Member(member) => {
            let (root, path) = place(&member.obj)?;
            Some((root, format!("{path}.{}", member_name(member)?)))
        }
        _ => None,
    }
}

/// Whether it is the URL of the request.
fn is_request((root, path): &Place) -> bool {
    path.ends_with(".nextUrl") || path.ends_with(".url") || (path.is_empty() && &*root.0 == "nextUrl")
}

/// The rewrite to a URL that has another query than the request. Whatever the URL has, of the request's query it has
/// nothing, so that all keys are concerned.
fn written(path: &Path, span: Span) -> Option<QueryRewrite> {
    let (to, has_query) = path.text.split_once('?').map_or((path.text.as_str(), false), |(to, _)| (to, true));
    // What is put in front of more is a language or a tenant, and no `api`.
    let is_prefixed = to.strip_prefix("/:inserted").is_some_and(|rest| !rest.is_empty());
    (has_query || (path.is_whole && !is_prefixed)).then(|| in_doubt(any_depth(to), span))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn leads(body: &str, route: &str) -> bool {
        let text = format!(
            "export function middleware(req) {{ {body} }}\nexport const config = {{ matcher: '/api/:path*' }};"
        );
        let module = Module::parse("middleware.js", text.as_str().into()).unwrap();
        let matchers = crate::project::matcher::matchers(&module);
        middleware_rewrites(&module, matchers.as_deref()).iter().any(|rewrite| rewrite.leads_to(route))
    }

    #[test]
    fn a_path_that_may_not_be_there_at_the_rewrite_does_not_count() {
        let own = "const url = req.nextUrl.clone(); url.searchParams.set('tenant', 'a');";
        let rewrite = "return NextResponse.rewrite(url);";
        assert!(leads(&format!("{own} if (x) {rewrite} url.pathname = '/home'; {rewrite}"), "/api/x"));
        assert!(leads(&format!("{own} switch (x) {{ case 1: url.pathname = '/docs'; }} {rewrite}"), "/api/x"));
        assert!(leads(&format!("{own} x && (url.pathname = '/home'); {rewrite}"), "/api/x"));
        assert!(!leads(&format!("{own} url.pathname = '/home'; {rewrite}"), "/api/x"));
    }

    #[test]
    fn what_is_handed_the_url_may_add_to_its_query() {
        let clone = "const url = req.nextUrl.clone();";
        assert!(leads(&format!("{clone} withTenant(url); return NextResponse.rewrite(url)"), "/api/x"));
        assert!(leads(&format!("{clone} add(url.searchParams); return NextResponse.rewrite(url)"), "/api/x"));
        assert!(!leads(&format!("{clone} console.log(url); return NextResponse.rewrite(url)"), "/api/x"));
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
        // The path is another one only for some requests.
        let some = "if (host) { url.pathname = '/site'; } return NextResponse.rewrite(url)";
        assert!(leads(&format!("{clone} {some}"), "/api/x"));
    }

    #[test]
    fn keys_that_are_taken_from_the_url_of_a_rewrite_count() {
        let clone = "const url = req.nextUrl.clone(); url.searchParams.delete('token');";
        assert!(leads(&format!("{clone} return NextResponse.rewrite(url)"), "/api/x"));
        assert!(!leads(&format!("{clone} return NextResponse.redirect(url)"), "/api/x"));
        let cookies = "const url = req.nextUrl.clone(); req.cookies.delete('token'); return NextResponse.rewrite(url)";
        assert!(!leads(cookies, "/api/x"));
    }

    #[test]
    fn a_url_has_many_names() {
        for body in [
            "req.nextUrl.searchParams.set('a', 'b'); return NextResponse.rewrite(req.nextUrl)",
            "const { searchParams } = req.nextUrl; searchParams.set('a', 'b'); return NextResponse.rewrite(req.nextUrl)",
            "const { nextUrl: url } = req, params = url.searchParams; params.append('a', 'b'); return NextResponse.rewrite(url)",
            "let url; url = new URL('/api/x?a=1', req.url); return NextResponse.rewrite(url.toString())",
            "const url = new URL(req.url); url.search = more; return NextResponse.rewrite(url)",
            "const to = `${req.nextUrl.pathname}?a=1`; return NextResponse.rewrite(new URL(to, req.url))",
            "return NextResponse.rewrite(urlFor(req))",
        ] {
            assert!(leads(body, "/api/x"), "{body}");
        }
        for body in [
            "const login = req.nextUrl.clone(); login.searchParams.set('a', 'b'); if (out) return NextResponse.redirect(login); \
             const url = req.nextUrl.clone(); return NextResponse.rewrite(url)",
            "return NextResponse.rewrite(req.nextUrl)",
            "const url = new URL(req.url); url.pathname = '/app' + url.pathname; url.search = ''; return NextResponse.rewrite(url)",
            "return NextResponse.rewrite(new URL(out ? '/login?a=1' : '/home', req.url))",
        ] {
            assert!(!leads(body, "/api/x"), "{body}");
        }
    }

    #[test]
    fn urls_that_are_written_out_count_with_a_query() {
        assert!(leads("return NextResponse.rewrite(new URL('/api/x?a=1', req.url))", "/api/x"));
        assert!(!leads("return NextResponse.rewrite(new URL('/api/x?a=1', req.url))", "/api/y"));
    }

    #[test]
    fn urls_that_are_written_out_take_the_query_away() {
        for body in [
            "return NextResponse.rewrite(new URL('/api/x', req.url))",
            "return NextResponse.rewrite(new URL('/api/x' + more, req.url))",
            "return NextResponse.rewrite(new URL(req.nextUrl.pathname, req.url))",
            "const url = req.nextUrl.clone(); url.search = ''; return NextResponse.rewrite(url)",
            "const url = req.nextUrl.clone(); url.pathname = '/api/x'; url.search = ''; return NextResponse.rewrite(url)",
            "const url = req.nextUrl.clone(); url.href = '/api/x'; return NextResponse.rewrite(url)",
        ] {
            assert!(leads(body, "/api/x"), "{body}");
        }
        for body in [
            "return NextResponse.rewrite(new URL('/api/y', req.url))",
            "return NextResponse.rewrite(new URL('/api/x' + req.nextUrl.search, req.url))",
            "return NextResponse.rewrite(new URL(`/api/x${req.nextUrl.search}`, req.url))",
            "const { search } = req.nextUrl; return NextResponse.rewrite(new URL(`/api/x${search}`, req.url))",
            "return NextResponse.rewrite(new URL(`/${locale}${req.nextUrl.pathname}`, req.url))",
            "const url = req.nextUrl.clone(); url.pathname = '/api/x'; return NextResponse.rewrite(url)",
        ] {
            assert!(!leads(body, "/api/x"), "{body}");
        }
    }
}
