//! Endpoints of RTK Query, each of which says the URL below the base of its API.
//!
//! ```ts
//! createApi({
//!   baseQuery: fetchBaseQuery({ baseUrl: process.env.API_URL }),
//!   endpoints: (build) => ({ create: build.mutation({ query: (body) => ({ url: '/posts', method: 'POST', body }) }) }),
//! });
//! ```

use crate::callers::client::{Sends, base_in, method_in, property};
use crate::project::Method;
use crate::syntax::ast::{ArrowExpr, CallExpr, Expr, KeyValueProp, MethodProp, ReturnStmt};
use crate::syntax::{Visit, VisitWith, bare, callee_ident, function_of, prop_name};

/// What one call declares.
#[derive(Default)]
pub struct Endpoints<'c> {
    /// The base that its `fetchBaseQuery` has.
    pub base: Option<&'c Expr>,
    pub urls: Vec<(Expr, Sends)>,
}

/// The endpoints of `createApi({ … })` and `api.injectEndpoints({ … })`; `name` is the member that is called.
pub fn endpoints<'c>(call: &'c CallExpr, name: Option<&str>) -> Option<Endpoints<'c>> {
    let is_api = match name {
        None => callee_ident(call).is_some_and(|name| &*name.sym == "createApi"),
        Some(name) => name == "injectEndpoints",
    };
    let Expr::Object(options) = bare(&call.args.first().filter(|_| is_api)?.expr) else { return None };
    let base = property(options, "baseQuery").and_then(|query| match bare(query) {
        Expr::Call(query) => query.args.first(),
        _ => None,
    });
    let base = base.and_then(|options| match bare(&options.expr) {
        Expr::Object(options) => base_in(options),
        _ => None,
    });
    let mut queries = Queries::default();
    property(options, "endpoints")?.visit_with(&mut queries);
    Some(Endpoints { base, urls: queries.urls })
}

/// Finds what the functions called `query` give.
#[derive(Default)]
struct Queries {
    urls: Vec<(Expr, Sends)>,
    in_query: bool,
}

impl Queries {
    fn gives(&mut self, value: &Expr) {
        match bare(value) {
            Expr::Object(request) => {
                let url = property(request, "url").cloned();
                self.urls.extend(url.map(|url| (url, method_in(request, Method::Get))));
            }
            text @ (Expr::Lit(_) | Expr::Tpl(_) | Expr::Bin(_)) => {
                self.urls.push((text.clone(), Sends::Known(Method::Get)));
            }
            _ => {}
        }
    }
}

impl Visit for Queries {
    fn visit_key_value_prop(&mut self, pair: &KeyValueProp) {
        let function = function_of(&pair.value).filter(|_| prop_name(&pair.key).as_deref() == Some("query"));
        let Some(function) = function else { return pair.visit_children_with(self) };
        if let Some(value) = function.expression() {
            self.gives(value);
        }
        let outer = std::mem::replace(&mut self.in_query, true);
        if let Some(block) = function.block() {
            block.visit_with(self);
        }
        self.in_query = outer;
    }

    fn visit_method_prop(&mut self, method: &MethodProp) {
        let outer = self.in_query;
        self.in_query = prop_name(&method.key).as_deref() == Some("query");
        method.visit_children_with(self);
        self.in_query = outer;
    }

    fn visit_return_stmt(&mut self, statement: &ReturnStmt) {
        if let Some(value) = statement.arg.as_deref().filter(|_| self.in_query) {
            self.gives(value);
        }
        statement.visit_children_with(self);
    }

    /// Functions inside of a query give nothing for it.
    fn visit_arrow_expr(&mut self, arrow: &ArrowExpr) {
        let outer = std::mem::replace(&mut self.in_query, false);
        arrow.visit_children_with(self);
        self.in_query = outer;
    }
}
