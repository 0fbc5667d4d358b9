//! By which method the fetcher of a hook calls what it is given, through the functions that it calls in turn.
//!
//! ```ts
//! const get = async (...args: Parameters<typeof fetch>) => (await fetch(...args)).json();
//! useSWR({ url, id }, ({ url }) => get(url));   // reads
//! ```

use super::Sites;
use crate::callers::client::Sends;
use crate::project::Method;
use crate::syntax::ast::{CallExpr, Expr, Id};
use crate::syntax::{Function, Module, Visit, VisitWith, callee_ident, function_of, ident};

/// A fetcher that calls a function that calls a function is where it ends.
const MAX_DEPTH: usize = 3;

impl<'e, 'a> Sites<'e, 'a> {
    /// The function that a hook is given, and its module.
    pub(super) fn fetcher<'f>(&'f self, fetcher: &'f Expr) -> Option<(&'f Module, Function<'f>)> {
        let (file, function) = match function_of(fetcher) {
            Some(function) => return Some((self.module, function)),
            None => self.evaluator.function(&self.module.path, &ident(fetcher)?.to_id())?,
        };
        Some((self.evaluator.modules.get(file).ok()?, function))
    }

    /// The one method by which a fetcher calls anything.
    pub(super) fn fetcher_method(&self, fetcher: &Expr) -> Option<Method> {
        let (module, function) = self.fetcher(fetcher)?;
        let mut methods = Vec::new();
        self.methods(module, function, MAX_DEPTH, &mut methods);
        let first = (*methods.first()?)?;
        methods.iter().all(|method| *method == Some(first)).then_some(first)
    }

    /// The methods of the calls in a function; `None` for each that is not known.
    fn methods(&self, module: &Module, function: Function<'_>, depth: usize, found: &mut Vec<Option<Method>>) {
        let mut inner = Sites::new(self.evaluator, module, None, self.own_fetch);
        inner.function(function);
        found.extend(inner.found.iter().map(|site| match site.sends {
            // Whoever uses it as a fetcher passes no options.
            Sends::Options(_, method) | Sends::Known(method) => Some(method),
            _ => None,
        }));
        let mut calls = Calls::default();
        visit(function, &mut calls);
        // `fetch(...args)` is given the key.
        found.extend(calls.spread.then_some(Some(Method::Get)));
        for id in &calls.callees {
            let Some((file, function)) = self.evaluator.function(&module.path, id) else { continue };
            match self.evaluator.modules.get(file) {
                Ok(module) if depth > 0 => self.methods(module, function, depth - 1, found),
                _ => found.push(None),
            }
        }
    }

    fn function(&mut self, function: Function<'_>) {
        let params = function.params().into_iter().cloned().collect();
        self.in_function(None, params, |this| visit(function, this));
    }
}

fn visit(function: Function<'_>, visitor: &mut impl Visit) {
    match (function.block(), function.expression()) {
        (Some(block), _) => block.stmts.visit_with(visitor),
        (_, Some(value)) => value.visit_with(visitor),
        _ => {}
    }
}

/// The names that are called.
#[derive(Default)]
struct Calls {
    callees: Vec<Id>,
    spread: bool,
}

impl Visit for Calls {
    fn visit_call_expr(&mut self, call: &CallExpr) {
        if let Some(name) = callee_ident(call) {
            let is_spread = matches!(call.args.as_slice(), [only] if only.spread.is_some());
            if &*name.sym == "fetch" {
                self.spread |= is_spread;
            } else {
                self.callees.push(name.to_id());
            }
        }
        call.visit_children_with(self);
    }
}
