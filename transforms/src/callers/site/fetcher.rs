//! By which method the fetcher of a hook calls what it is given, through the functions that it calls in turn.
//!
//! ```ts
//! const get = async (...args: Parameters<typeof fetch>) => (await fetch(...args)).json();
//! useSWR({ url, id }, ({ url }) => get(url));                          // reads
//! useSWR('/api/posts', (url) => request(url, { method: 'POST' }));     // does not
//! ```

mod answers;
mod calls;
mod defaults;
mod given;

pub use defaults::defaults_read;

use std::collections::BTreeSet;

use answers::Answers;
use calls::{Called, calls};

use super::{Sites, given_sends};
use crate::callers::client::{Sends, options_method};
use crate::callers::param::place;
use crate::project::Method;
use crate::syntax::ast::{CallExpr, Expr, Id, Pat};
use crate::syntax::{Function, Module, Span, Visit, VisitWith, callee_ident, function_of, ident, span_of};

/// A fetcher that calls a function that calls a function is where it ends.
const MAX_DEPTH: usize = 3;

impl<'e, 'a> Sites<'e, 'a> {
    /// The function that a hook is given, and its module.
    fn fetcher<'f>(&'f self, fetcher: &'f Expr) -> Option<(&'f Module, Function<'f>)> {
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
        Frame { sites: &self.inside(module, function), function, call: None }.methods(MAX_DEPTH, &mut methods);
        let first = (*methods.first()?)?;
        methods.iter().all(|method| *method == Some(first)).then_some(first)
    }

    /// What a function of `module` calls.
    fn inside<'m>(&self, module: &'m Module, function: Function<'_>) -> Sites<'m, 'a>
    where
        'e: 'm,
    {
        let mut inner = Sites::new(self.evaluator, module, None);
        inner.in_fetcher = true;
        let params = function.params().into_iter().cloned().collect();
        inner.in_function(None, params, |this| visit(function, this));
        inner
    }
}

/// A function on the way from a hook to what its fetcher calls.
#[derive(Clone, Copy)]
struct Frame<'f, 'e, 'a> {
    sites: &'f Sites<'e, 'a>,
    function: Function<'f>,
    /// The call of the function and the function around that; none if it is the fetcher itself.
    call: Option<(&'f CallExpr, &'f Frame<'f, 'e, 'a>)>,
}

impl Frame<'_, '_, '_> {
    /// The methods of the calls in the function; `None` for each that is not known.
    fn methods(&self, depth: usize, found: &mut Vec<Option<Method>>) {
        let module = self.sites.module;
        found.extend(self.sites.found.iter().map(|site| self.method(site.sends.clone())));
        let mut answers: BTreeSet<Span> = self.sites.found.iter().map(|site| site.call).collect();
        let mut others = Vec::new();
        for called in calls(self.function) {
            let Called::Function(call) = &called else {
                others.push(called);
                continue;
            };
            if answers.contains(&span_of(call)) {
                continue;
            }
            let name = callee_ident(call);
            if !self.sites.own_fetch && name.is_some_and(|name| &*name.sym == "fetch") {
                found.push(self.passed_on(call));
                answers.insert(span_of(call));
                continue;
            }
            let Some((file, function)) =
                name.and_then(|name| self.sites.evaluator.function(&module.path, &name.to_id()))
            else {
                others.push(called);
                continue;
            };
            let before = found.len();
            match self.sites.evaluator.modules.get(file) {
                Ok(module) if depth > 0 => {
                    let sites = &self.sites.inside(module, function);
                    Frame { sites, function, call: Some((call, self)) }.methods(depth - 1, found);
                }
                _ => found.push(None),
            }
            if found.len() > before {
                answers.insert(span_of(call));
            }
        }
        let answers = Answers::of(self.function, answers);
        found.extend(others.iter().filter(|called| !answers.is_quiet(called)).map(|_| None));
    }

    /// The method, if it is known with what the function is given.
    fn method(&self, sends: Sends) -> Option<Method> {
        let (Sends::Name(id) | Sends::Options(id, _)) = &sends else { return sends.known() };
        if self.sites.is_changed(id) {
            return None;
        }
        let params: Vec<Pat> = self.function.params().into_iter().cloned().collect();
        let Some(place) = place(&params, id) else { return self.sites.sends(sends).known() };
        match (self.call, sends) {
            (Some((call, around)), sends) => around.method(given_sends(&sends, &params, call)),
            // A hook gives the key, and no options behind it.
            (None, Sends::Options(_, default)) => place.is_later_argument().then_some(default),
            (None, _) => None,
        }
    }

    /// The method of `fetch(...args)`, if `args` is all that the function is given.
    fn passed_on(&self, call: &CallExpr) -> Option<Method> {
        self.is_passed_on(call).then_some(())?;
        match self.call {
            // The key.
            None => Some(Method::Get),
            Some((call, around)) if around.is_passed_on(call) => around.passed_on(call),
            Some((call, around)) => match call.args.as_slice() {
                [url, ..] if url.spread.is_none() => around.method(options_method(call.args.get(1), Method::Get)),
                _ => None,
            },
        }
    }

    fn is_passed_on(&self, call: &CallExpr) -> bool {
        let ([only], [Pat::Rest(rest)]) = (call.args.as_slice(), self.function.params().as_slice()) else {
            return false;
        };
        let name = |id: &Id| matches!(&*rest.arg, Pat::Ident(name) if name.id.to_id() == *id);
        only.spread.is_some() && ident(&only.expr).is_some_and(|all| name(&all.to_id()))
    }
}

fn visit(function: Function<'_>, visitor: &mut impl Visit) {
    match (function.block(), function.expression()) {
        (Some(block), _) => block.stmts.visit_with(visitor),
        (_, Some(value)) => value.visit_with(visitor),
        _ => {}
    }
}
