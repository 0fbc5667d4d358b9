//! Whether a fetcher asks for what it is given as it is, or puts more behind it.
//!
//! ```ts
//! useSWR(['/api/posts', token], ([url, token]) => get(url, token));   // asks for /api/posts
//! useSWR(['/api/posts', id], ([url, id]) => get(`${url}/${id}`));     // asks for something below it
//! ```

use std::collections::BTreeSet;

use super::calls::{Called, calls};
use super::{MAX_DEPTH, visit};
use crate::callers::site::Sites;
use crate::callers::via::Via;
use crate::syntax::ast::{CallExpr, Expr, Id, ObjectPatProp, Pat, ThrowStmt, UnaryExpr, UnaryOp};
use crate::syntax::{
    Function, Module, Span, Visit, VisitWith, bare, callee_ident, ident, pat_ident, prop_name, span_of,
};

impl Sites<'_, '_> {
    /// Whether the URL in the key is what the fetcher asks for; `is_list` if the key is a list or an object that holds
    /// more.
    pub(in crate::callers::site) fn takes_url(&self, fetcher: &Expr, is_list: bool) -> bool {
        let Some((module, function)) = self.fetcher(fetcher) else { return false };
        let param = function.params().first().copied();
        // Without a parameter, it asks for what it knows by itself.
        param.is_none_or(|key| {
            let url = if is_list { member(key) } else { Param::of(key) };
            url.is_some_and(|url| self.asks_for(module, function, &url, MAX_DEPTH))
        })
    }

    /// Whether `function` asks for what it is given as `url` and does nothing else with it.
    fn asks_for(&self, module: &Module, function: Function<'_>, url: &Param, depth: usize) -> bool {
        let inside = self.inside(module, function);
        // What a hook asks for is up to its own fetcher.
        let asking = inside.found.iter().filter(|site| site.via != Via::Swr);
        let mut known: BTreeSet<Span> = asking.map(|site| site.url).collect();
        known.extend(calls(function).iter().filter_map(|called| match called {
            Called::Function(call) => self.handed(&inside, call, url, depth),
            Called::Class(_) => None,
        }));
        let mut idle = Idle(Vec::new());
        visit(function, &mut idle);
        let is_known = |at: &Span| {
            url.declared.contains(*at) || known.contains(at) || idle.0.iter().any(|around| around.contains(*at))
        };
        module.references().get(&url.id).is_none_or(|all| all.iter().all(is_known))
    }

    /// Where `url` is given to a function that asks for it.
    fn handed(&self, inside: &Sites<'_, '_>, call: &CallExpr, url: &Param, depth: usize) -> Option<Span> {
        let first = call.args.first().filter(|argument| argument.spread.is_some() == url.is_rest)?;
        let given = ident(&first.expr).filter(|name| name.to_id() == url.id)?;
        let name = callee_ident(call)?;
        if url.is_rest && !inside.own_fetch && &*name.sym == "fetch" {
            return Some(span_of(given));
        }
        let (file, function) = self.evaluator.function(&inside.module.path, &name.to_id())?;
        let module = self.evaluator.modules.get(file).ok().filter(|_| depth > 0)?;
        let param = Param::of(function.params().first()?)?;
        self.asks_for(module, function, &param, depth - 1).then(|| span_of(given))
    }
}

/// A parameter that is a URL, or all parameters of which the first is one.
struct Param {
    id: Id,
    declared: Span,
    is_rest: bool,
}

impl Param {
    fn of(param: &Pat) -> Option<Param> {
        let (name, is_rest) = match param {
            Pat::Rest(rest) => (pat_ident(&rest.arg)?, true),
            other => (pat_ident(other)?, false),
        };
        Some(Param { id: name.to_id(), declared: span_of(param), is_rest })
    }
}

/// The URL in a key that holds more: its first part, or what it calls `url`.
fn member(key: &Pat) -> Option<Param> {
    match key {
        Pat::Array(list) => Param::of(list.elems.first()?.as_ref()?),
        Pat::Object(object) => object.props.iter().find_map(|property| match property {
            ObjectPatProp::KeyValue(pair) if prop_name(&pair.key).as_deref() == Some("url") => Param::of(&pair.value),
            ObjectPatProp::Assign(short) if short.value.is_none() && &*short.key.id.sym == "url" => {
                Some(Param { id: short.key.id.to_id(), declared: span_of(short), is_rest: false })
            }
            _ => None,
        }),
        _ => None,
    }
}

/// Where a URL may stand without being called: `if (!url)`, `throw new Error(url)`, `console.log(url)`.
struct Idle(Vec<Span>);

impl Visit for Idle {
    fn visit_unary_expr(&mut self, unary: &UnaryExpr) {
        if unary.op == UnaryOp::Bang && ident(&unary.arg).is_some() {
            self.0.push(span_of(unary));
        }
        unary.visit_children_with(self);
    }

    fn visit_throw_stmt(&mut self, throw: &ThrowStmt) {
        self.0.push(span_of(throw));
    }

    fn visit_call_expr(&mut self, call: &CallExpr) {
        if let Some(Expr::Member(member)) = call.callee.as_expr().map(|callee| bare(callee))
            && ident(&member.obj).is_some_and(|name| &*name.sym == "console")
        {
            self.0.push(span_of(call));
        }
        call.visit_children_with(self);
    }
}
