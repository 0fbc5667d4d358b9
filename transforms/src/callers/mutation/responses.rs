//! Mutations whose function gives the response itself to who asks for the value.
//!
//! ```ts
//! const { mutate } = useMutation({
//!   mutationFn: (title: string) => fetch('/api/posts', { method: 'POST', body: JSON.stringify({ title }) }),
//!   onSuccess: async (res) => {
//!     if (res.ok) router.push(`/posts/${(await res.json()).id}`);
//!   },
//! });
//! ```

use std::collections::{BTreeMap, BTreeSet};

use super::{Called, Mutation, Watch};
use crate::callers::chain::{Response, response_in};
use crate::callers::fetch::Obstacle;
use crate::callers::reading::{Bound, Failure, Reading, reading_of};
use crate::callers::thin::passed_on;
use crate::syntax::ast::{Expr, FnDecl, Id, VarDeclarator};
use crate::syntax::{Function, Module, Span, Visit, VisitWith, function_of, ident, pat_ident, span_of};

/// What becomes of a response that is the value of a mutation.
#[derive(Clone, Debug)]
pub struct Responses {
    /// `: Promise<Response>` of its function.
    pub annotation: Option<Span>,
    /// How each callback reads it; `Err` is what does otherwise.
    pub readings: Result<Vec<Reading>, Obstacle>,
    /// The calls of `mutateAsync`.
    pub calls: Vec<Span>,
}

/// The responses that mutations of `module` give on, by the call of `fetch` in their function, or by the name of the
/// function if it is one of `passing`.
pub fn responses(module: &Module, passing: &BTreeSet<Span>) -> BTreeMap<Span, Responses> {
    let mut found = BTreeMap::new();
    for mutation in Mutation::all(module) {
        let Some((given, annotation)) = mutation.function().and_then(|function| given(module, function, passing))
        else {
            continue;
        };
        let mut readers = Readers { module, found: Vec::new(), calls: Vec::new() };
        let walked = match mutation.types {
            Some(at) => Err((at, "the types of its mutation name what `fetch` gives".to_owned())),
            None => mutation.walk(module, &mut readers),
        };
        let Readers { found: readings, calls, .. } = readers;
        found.insert(given, Responses { annotation, readings: walked.map(|()| readings), calls });
    }
    found
}

/// What gives the response: the call of `fetch`, or the name of a function that is followed by itself.
fn given(module: &Module, function: &Expr, passing: &BTreeSet<Span>) -> Option<(Span, Option<Span>)> {
    if let Some(function) = function_of(function) {
        return passed_on(module, function);
    }
    let name = ident(function)?;
    if passing.contains(&span_of(name)) {
        return Some((span_of(name), None));
    }
    // One that a component declares inside, for nobody else.
    let id = name.to_id();
    let mut declared = Declared { id: &id, module, found: None };
    if module.references().get(&id).is_some_and(|all| all.len() == 2) {
        module.ast.visit_with(&mut declared);
    }
    declared.found
}

/// Looks for a function by its name.
struct Declared<'i> {
    id: &'i Id,
    module: &'i Module,
    found: Option<(Span, Option<Span>)>,
}

impl Visit for Declared<'_> {
    fn visit_fn_decl(&mut self, function: &FnDecl) {
        if function.ident.to_id() == *self.id {
            self.found = passed_on(self.module, Function::Declaration(function));
        }
        function.visit_children_with(self);
    }

    fn visit_var_declarator(&mut self, declarator: &VarDeclarator) {
        if let Some(name) = pat_ident(&declarator.name)
            && name.to_id() == *self.id
            && let Some(function) = declarator.init.as_deref().and_then(function_of)
        {
            self.found = passed_on(self.module, function);
        }
        declarator.visit_children_with(self);
    }
}

struct Readers<'m> {
    module: &'m Module,
    found: Vec<Reading>,
    calls: Vec<Span>,
}

impl Watch for Readers<'_> {
    fn value(&mut self, function: Function<'_>) -> Result<(), Obstacle> {
        let Some(param) = function.params().first().copied() else { return Ok(()) };
        let Some(response) = response_in(param) else {
            return Err((span_of(param), "what it takes of the response has no counterpart".to_owned()));
        };
        let Response::Named(id, declaration) = response else { return Ok(()) };
        let body = function.block().map(|block| block.stmts.clone()).unwrap_or_default();
        let bound = Bound { id: &id, declaration, body: &body, callback: Some(function.span()), set: None };
        self.found.push(later(reading_of(self.module, &bound)?));
        Ok(())
    }

    fn error(&mut self, _: Function<'_>, _: usize) -> Result<(), Obstacle> {
        Ok(())
    }

    fn data(&mut self, at: Span) -> Result<(), Obstacle> {
        Err((at, "React Query keeps its response, which is read here".to_owned()))
    }

    fn last_error(&mut self, _: Span) -> Result<(), Obstacle> {
        Ok(())
    }

    fn called(&mut self, call: &Called) -> Result<(), Obstacle> {
        self.calls.push(call.call);
        Ok(())
    }
}

/// A rejection where the response is read is told to `onError`; one of the request would be tried again before.
pub fn later(reading: Reading) -> Reading {
    let failure = match reading.failure {
        Failure::Rejects => Failure::Mixed,
        Failure::Either => Failure::GoesOn,
        other => other,
    };
    Reading { failure, ..reading }
}
