//! Mutations of React Query: where their value and their errors go.
//!
//! ```ts
//! const { mutate, isPending } = useMutation({
//!   mutationFn: (title: string) => save({ title }),
//!   onSuccess: (value) => …,
//!   onError: () => toast.error('Something went wrong'),
//! });
//! ```

mod responses;

use std::collections::BTreeSet;

pub use responses::{Responses, later, responses};

use super::fetch::Obstacle;
use crate::syntax::ast::{
    ArrowExpr, AwaitExpr, CallExpr, CatchClause, Expr, ExprStmt, Function as AstFunction, Id, MemberExpr, ObjectLit,
    ObjectPatProp, Pat, Prop, PropOrSpread, TryStmt, VarDeclarator,
};
use crate::syntax::{
    Function, Module, Span, Visit, VisitWith, bare, callee_ident, function_of, ident, imported, is_ident, member_name,
    pat_ident, prop_name, span_of,
};

/// `const pattern = useMutation(options)`.
pub struct Mutation {
    pub options: ObjectLit,
    pub pattern: Pat,
    /// `<Response, Error, string>`, or another type that it is given.
    pub types: Option<Span>,
}

/// Somebody who wants to know where the value and the errors of a mutation go.
pub trait Watch {
    /// A callback whose first parameter is the value.
    fn value(&mut self, function: Function<'_>) -> Result<(), Obstacle>;
    /// A callback that is given the error at `index`.
    fn error(&mut self, function: Function<'_>, index: usize) -> Result<(), Obstacle>;
    /// `mutation.data`.
    fn data(&mut self, at: Span) -> Result<(), Obstacle>;
    /// `mutation.error`.
    fn last_error(&mut self, at: Span) -> Result<(), Obstacle>;
    /// `mutation.mutateAsync(…)`.
    fn called(&mut self, call: &Called) -> Result<(), Obstacle>;
}

/// A call that gives the value of a mutation.
pub struct Called {
    /// What is called.
    pub at: Span,
    pub call: Span,
    /// The `catch` around it.
    pub catch: Option<CatchClause>,
    /// The function that it stands in waits for it itself.
    pub is_awaited: bool,
    /// A statement waits for it and drops the value.
    pub is_dropped: bool,
}

impl Mutation {
    /// Those that a module binds.
    pub fn all(module: &Module) -> Vec<Mutation> {
        let hooks = ["@tanstack/react-query", "react-query"].map(|package| imported(module, package, "useMutation"));
        let hooks: Vec<Id> = hooks.into_iter().flatten().collect();
        let mut finder = Finder { hooks: &hooks, found: Vec::new() };
        if !hooks.is_empty() {
            module.ast.visit_with(&mut finder);
        }
        finder.found
    }

    /// What gives the value.
    pub fn function(&self) -> Option<&Expr> {
        self.options.props.iter().find_map(|property| {
            let PropOrSpread::Prop(property) = property else { return None };
            match &**property {
                Prop::KeyValue(pair) if prop_name(&pair.key).as_deref() == Some("mutationFn") => Some(&*pair.value),
                _ => None,
            }
        })
    }

    /// Tells `watch` of everything; `Err` is what is not understood, or what `watch` objects to.
    pub fn walk(&self, module: &Module, watch: &mut dyn Watch) -> Result<(), Obstacle> {
        options(module, &self.options, watch)?;
        match &self.pattern {
            Pat::Ident(name) if name.type_ann.is_none() => {
                let mut members = Members { id: name.id.to_id(), found: Vec::new() };
                module.ast.visit_with(&mut members);
                let inside: BTreeSet<Span> = members.found.iter().map(|(_, object, _)| *object).collect();
                let all = module.references().get(&members.id).map(Vec::as_slice).unwrap_or_default();
                let other = all.iter().find(|at| !inside.contains(*at) && !span_of(name).contains(**at));
                other.map_or(Ok(()), |at| Err(unclear(*at)))?;
                members.found.into_iter().try_for_each(|(name, _, at)| member(module, &name, at, watch))
            }
            Pat::Object(object) if object.type_ann.is_none() => object.props.iter().try_for_each(|property| {
                let (key, id) = match property {
                    ObjectPatProp::Assign(short) if short.value.is_none() => {
                        (short.key.id.sym.to_string(), short.key.id.to_id())
                    }
                    ObjectPatProp::KeyValue(pair) => match (prop_name(&pair.key), pat_ident(&pair.value)) {
                        (Some(key), Some(id)) => (key, id.to_id()),
                        _ => return Err(unclear(span_of(property))),
                    },
                    _ => return Err(unclear(span_of(property))),
                };
                let all = module.references().get(&id).cloned().unwrap_or_default();
                let uses = all.into_iter().filter(|at| !span_of(property).contains(*at));
                uses.collect::<Vec<_>>().into_iter().try_for_each(|at| member(module, &key, at, watch))
            }),
            other => Err(unclear(span_of(other))),
        }
    }
}

/// Members of a mutation that have nothing to do with its errors and its value.
const PLAIN: [&str; 12] = [
    "failureCount",
    "isError",
    "isIdle",
    "isLoading",
    "isPaused",
    "isPending",
    "isSuccess",
    "reset",
    "status",
    "submittedAt",
    "variables",
    "context",
];

/// The same of its options.
const PLAIN_OPTIONS: [&str; 8] =
    ["mutationFn", "mutationKey", "onMutate", "gcTime", "cacheTime", "networkMode", "meta", "scope"];

/// What is done with `mutation.name`, which stands at `at`.
fn member(module: &Module, name: &str, at: Span, watch: &mut dyn Watch) -> Result<(), Obstacle> {
    match name {
        "data" => watch.data(at),
        "error" => watch.last_error(at),
        "mutate" | "mutateAsync" => {
            let mut calls = Calls::of(at);
            module.ast.visit_with(&mut calls);
            let (call, catch) = calls.found.ok_or_else(|| unclear(at))?;
            match call.args.as_slice() {
                [] => {}
                [variables] if variables.spread.is_none() => {}
                [variables, own] if variables.spread.is_none() && own.spread.is_none() => {
                    let Expr::Object(own) = bare(&own.expr) else { return Err(unclear(span_of(own))) };
                    options(module, own, watch)?;
                }
                _ => return Err(unclear(at)),
            }
            let call = span_of(&call);
            match name {
                "mutate" => Ok(()),
                _ => {
                    let (is_awaited, is_dropped) = (calls.awaited.contains(&call), calls.dropped.contains(&call));
                    watch.called(&Called { at, call, catch, is_awaited, is_dropped })
                }
            }
        }
        name if PLAIN.contains(&name) => Ok(()),
        _ => Err((at, format!("`{name}` of its mutation may look at more than what is known"))),
    }
}

fn options(module: &Module, options: &ObjectLit, watch: &mut dyn Watch) -> Result<(), Obstacle> {
    for property in &options.props {
        let PropOrSpread::Prop(property) = property else { return Err(unclear(span_of(property))) };
        let at = span_of(&**property);
        let (name, value) = match &**property {
            Prop::KeyValue(pair) => (prop_name(&pair.key), Some(bare(&pair.value))),
            Prop::Method(method) => (prop_name(&method.key), None),
            _ => (None, None),
        };
        let function = value.and_then(function_of).filter(|function| takes_each(module, *function));
        match (name.as_deref(), function) {
            (Some("onSuccess"), Some(function)) => watch.value(function)?,
            (Some("onError"), Some(function)) => watch.error(function, 0)?,
            (Some("onSettled"), Some(function)) => {
                watch.value(function)?;
                watch.error(function, 1)?;
            }
            (Some("retry" | "retryDelay"), _) if matches!(value, Some(Expr::Lit(_))) => {}
            (Some(name), _) if PLAIN_OPTIONS.contains(&name) => {}
            _ => return Err(unclear(at)),
        }
    }
    Ok(())
}

/// Whether a callback takes what it is given by one name each, and not all of it at once.
fn takes_each(module: &Module, function: Function<'_>) -> bool {
    let all = matches!(function, Function::Expression(_)) && function.span().text(&module.text).contains("arguments");
    !all && !function.params().iter().any(|param| matches!(param, Pat::Rest(_)))
}

fn unclear(at: Span) -> Obstacle {
    (at, "its mutation is used in a way that is not understood".to_owned())
}

/// Looks for `const … = useMutation({ … })`.
struct Finder<'i> {
    hooks: &'i [Id],
    found: Vec<Mutation>,
}

impl Visit for Finder<'_> {
    fn visit_var_declarator(&mut self, declarator: &VarDeclarator) {
        if let Some(Expr::Call(hook)) = declarator.init.as_deref().map(bare)
            && callee_ident(hook).is_some_and(|name| self.hooks.contains(&name.to_id()))
            && let [given] = hook.args.as_slice()
            && let Expr::Object(options) = bare(&given.expr)
        {
            let types = hook.type_args.as_ref().map(|types| span_of(&**types));
            let types = types.or_else(|| cast(&given.expr));
            let mut mutation = Mutation { options: options.clone(), pattern: declarator.name.clone(), types };
            mutation.types = types.or_else(|| mutation.function().and_then(cast));
            self.found.push(mutation);
        }
        declarator.visit_children_with(self);
    }
}

/// The whole of `value as Type`.
fn cast(expr: &Expr) -> Option<Span> {
    Some(span_of(expr)).filter(|whole| *whole != span_of(bare(expr)))
}

/// Finds `id.name`: the name, where `id` stands and where all of it.
struct Members {
    id: Id,
    found: Vec<(String, Span, Span)>,
}

impl Visit for Members {
    fn visit_member_expr(&mut self, member: &MemberExpr) {
        if let (true, Some(name), Some(object)) =
            (is_ident(&member.obj, &self.id), member_name(member), ident(&member.obj))
        {
            self.found.push((name, span_of(object), span_of(member)));
        }
        member.visit_children_with(self);
    }
}

/// Finds the call of what stands at a place, and the `catch` that its error gets to.
struct Calls {
    at: Span,
    /// Those around, innermost last; a function lets no error out.
    catches: Vec<Option<CatchClause>>,
    /// What is waited for.
    awaited: BTreeSet<Span>,
    /// Calls that a statement waits for and drops.
    dropped: BTreeSet<Span>,
    found: Option<(CallExpr, Option<CatchClause>)>,
}

impl Calls {
    fn of(at: Span) -> Calls {
        Calls { at, catches: Vec::new(), awaited: BTreeSet::new(), dropped: BTreeSet::new(), found: None }
    }

    fn within(&mut self, catch: Option<CatchClause>, visit: impl FnOnce(&mut Self)) {
        self.catches.push(catch);
        visit(self);
        self.catches.pop();
    }
}

impl Visit for Calls {
    fn visit_call_expr(&mut self, call: &CallExpr) {
        if call.callee.as_expr().is_some_and(|callee| span_of(bare(callee)) == self.at) {
            self.found = Some((call.clone(), self.catches.last().cloned().flatten()));
        }
        call.visit_children_with(self);
    }

    fn visit_try_stmt(&mut self, attempt: &TryStmt) {
        match &attempt.handler {
            Some(handler) => self.within(Some(handler.clone()), |this| attempt.block.visit_with(this)),
            None => attempt.block.visit_with(self),
        }
        attempt.handler.visit_with(self);
        attempt.finalizer.visit_with(self);
    }

    fn visit_function(&mut self, function: &AstFunction) {
        self.within(None, |this| function.visit_children_with(this));
    }

    fn visit_arrow_expr(&mut self, arrow: &ArrowExpr) {
        self.within(None, |this| arrow.visit_children_with(this));
    }

    fn visit_await_expr(&mut self, waiting: &AwaitExpr) {
        self.awaited.insert(span_of(bare(&waiting.arg)));
        waiting.visit_children_with(self);
    }

    fn visit_expr_stmt(&mut self, statement: &ExprStmt) {
        if let Expr::Await(AwaitExpr { arg, .. }) = bare(&statement.expr) {
            self.dropped.insert(span_of(bare(arg)));
        }
        statement.visit_children_with(self);
    }
}
