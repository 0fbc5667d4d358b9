//! Fetchers of `useSWRMutation` that nobody else uses: their call of `fetch` is a call of the key.
//!
//! ```ts
//! const save = (url: string, { arg }: { arg: Post }) =>
//!   fetch(url, { method: 'POST', body: JSON.stringify(arg) }).then((res) => res.json());
//!
//! const { trigger } = useSWRMutation('/api/posts', save);   // save calls POST /api/posts
//! ```

use std::collections::BTreeMap;

use super::site::Site;
use crate::syntax::ast::{CallExpr, Decl, Expr, Id, ModuleItem, Pat, Stmt};
use crate::syntax::{
    Function, Module, Span, Visit, VisitWith, bare, callee_ident, function_of, ident, is_ident, references, span_of,
};

/// The URL in the only call of `fetch` of a fetcher, if it is the key that it is given. The fetcher stands in the call
/// of the hook, or is a function of the file that nothing else mentions.
pub fn asked(module: &Module, fetcher: &Expr) -> Option<Span> {
    let Some(name) = ident(fetcher) else { return url_of(function_of(fetcher)?) };
    let id = name.to_id();
    let mentions = references(&module.ast).get(&id).map_or(0, Vec::len);
    let declared = module.ast.body.iter().find_map(|item| match item {
        ModuleItem::Stmt(Stmt::Decl(declaration)) => function(declaration, &id),
        _ => None,
    });
    declared.filter(|_| mentions == 2).and_then(url_of)
}

fn function<'a>(declaration: &'a Decl, id: &Id) -> Option<Function<'a>> {
    match declaration {
        Decl::Fn(function) if function.ident.to_id() == *id => Some(Function::Declaration(function)),
        Decl::Var(variable) => variable.decls.iter().find_map(|declarator| {
            let named = matches!(&declarator.name, Pat::Ident(name) if name.id.to_id() == *id);
            if named { function_of(declarator.init.as_deref()?) } else { None }
        }),
        _ => None,
    }
}

fn url_of(function: Function<'_>) -> Option<Span> {
    let Pat::Ident(url) = function.params().first()? else { return None };
    let mut calls = Calls(Vec::new());
    match (function.block(), function.expression()) {
        (Some(block), _) => block.stmts.visit_with(&mut calls),
        (_, Some(value)) => value.visit_with(&mut calls),
        _ => return None,
    }
    let [Some(first)] = calls.0.as_slice() else { return None };
    is_ident(first, &url.id.to_id()).then(|| span_of(bare(first)))
}

/// The first arguments of the calls of `fetch`.
struct Calls(Vec<Option<Expr>>);

impl Visit for Calls {
    fn visit_call_expr(&mut self, call: &CallExpr) {
        if callee_ident(call).is_some_and(|name| &*name.sym == "fetch") {
            self.0.push(call.args.first().map(|argument| (*argument.expr).clone()));
        }
        call.visit_children_with(self);
    }
}

/// Tells the calls of `fetch` in fetchers of which key they are, in place of the keys themselves.
pub fn bind(sites: &mut Vec<Site>) {
    let mut hooks: BTreeMap<(String, Span), Vec<usize>> = BTreeMap::new();
    for (at, site) in sites.iter().enumerate() {
        if let Some(asked) = site.asked {
            hooks.entry((site.file.clone(), asked)).or_default().push(at);
        }
    }
    let mut told = Vec::new();
    for at in 0..sites.len() {
        let place = (sites[at].file.clone(), sites[at].url);
        let Some([hook]) = hooks.get(&place).map(Vec::as_slice) else { continue };
        let (texts, key) = (sites[*hook].texts.clone(), sites[*hook].key);
        (sites[at].texts, sites[at].key) = (texts, key);
        told.push(*hook);
    }
    told.sort_unstable();
    let mut at = 0;
    sites.retain(|_| {
        at += 1;
        told.binary_search(&(at - 1)).is_err()
    });
}
