//! Functions of React Query's mutations, which are told of errors in many places, and what these look at.
//!
//! ```ts
//! const { mutate, isPending } = useMutation({
//!   mutationFn: async (title: string) => (await axios.post('/api/posts', { title })).data,
//!   onError: () => toast.error('Something went wrong'),
//! });
//! ```

use std::collections::BTreeSet;

use super::reads_message;
use crate::callers::fetch::Obstacle;
use crate::syntax::ast::{
    ArrowExpr, AwaitExpr, CallExpr, CatchClause, Expr, ExprStmt, Function as AstFunction, Id, MemberExpr, ObjectLit,
    ObjectPatProp, Pat, Prop, PropOrSpread, TryStmt, VarDeclarator,
};
use crate::syntax::{
    Function, Module, Span, Visit, VisitWith, bare, callee_ident, function_of, ident, imported, is_ident, member_name,
    pat_ident, prop_name, span_of,
};

/// What is done with the promise of a mutation's function.
pub struct Mutation {
    /// The message of an error is read.
    pub reads_message: bool,
    /// Nobody looks at the value.
    pub is_dropped: bool,
}

/// The mutation that the function with the call at `call` belongs to; `Err` if more is looked at than an error has.
pub fn of(module: &Module, call: Span, client: &Id) -> Option<Result<Mutation, Obstacle>> {
    let hooks = ["@tanstack/react-query", "react-query"].map(|package| imported(module, package, "useMutation"));
    let hooks: Vec<Id> = hooks.into_iter().flatten().collect();
    let mut finder = Finder { call, hooks: &hooks, found: None };
    if !hooks.is_empty() {
        module.ast.visit_with(&mut finder);
    }
    let Hook { options, pattern, is_typed } = finder.found?;
    // A type says what the value is, even if nobody looks at it.
    let mut reader = Reader { module, client, found: Mutation { reads_message: false, is_dropped: !is_typed } };
    Some(reader.hook(&options, &pattern).map(|()| reader.found))
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

struct Reader<'m> {
    module: &'m Module,
    client: &'m Id,
    found: Mutation,
}

impl Reader<'_> {
    fn hook(&mut self, options: &ObjectLit, pattern: &Pat) -> Result<(), Obstacle> {
        self.options(options)?;
        match pattern {
            Pat::Ident(name) if name.type_ann.is_none() => {
                let mut members = Members { id: name.id.to_id(), found: Vec::new() };
                self.module.ast.visit_with(&mut members);
                let inside: BTreeSet<Span> = members.found.iter().map(|(_, object, _)| *object).collect();
                self.only(&members.id, span_of(name), &inside)?;
                members.found.into_iter().try_for_each(|(name, _, member)| self.member(&name, member))
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
                let all = self.module.references().get(&id).cloned().unwrap_or_default();
                let uses = all.into_iter().filter(|at| !span_of(property).contains(*at));
                uses.collect::<Vec<_>>().into_iter().try_for_each(|at| self.member(&key, at))
            }),
            other => Err(unclear(span_of(other))),
        }
    }

    /// Whether all other mentions of a name are in `known`.
    fn only(&self, id: &Id, declaration: Span, known: &BTreeSet<Span>) -> Result<(), Obstacle> {
        let all = self.module.references().get(id).map(Vec::as_slice).unwrap_or_default();
        let other = all.iter().find(|at| !known.contains(*at) && !declaration.contains(**at));
        other.map_or(Ok(()), |at| Err(unclear(*at)))
    }

    /// What is done with `mutation.name`, which stands at `at`.
    fn member(&mut self, name: &str, at: Span) -> Result<(), Obstacle> {
        match name {
            "data" => self.found.is_dropped = false,
            "error" => {
                let mut messages = Messages { at, found: false };
                self.module.ast.visit_with(&mut messages);
                if !messages.found {
                    return Err(looks(at));
                }
                self.found.reads_message = true;
            }
            "mutate" | "mutateAsync" => {
                let mut calls = Calls::of(at);
                self.module.ast.visit_with(&mut calls);
                let (call, catch) = calls.found.ok_or_else(|| unclear(at))?;
                match call.args.as_slice() {
                    [] => {}
                    [variables] if variables.spread.is_none() => {}
                    [variables, options] if variables.spread.is_none() && options.spread.is_none() => {
                        let Expr::Object(options) = bare(&options.expr) else { return Err(unclear(span_of(options))) };
                        self.options(options)?;
                    }
                    _ => return Err(unclear(at)),
                }
                if name == "mutateAsync" {
                    // Otherwise the error gets elsewhere, whatever stands around the call.
                    if !calls.awaited.contains(&span_of(&call)) {
                        return Err(looks(at));
                    }
                    self.found.is_dropped &= calls.dropped.contains(&span_of(&call));
                    let catch = catch.ok_or_else(|| looks(at))?;
                    let inside = span_of(&catch.body);
                    let all = self.module.references();
                    self.found.reads_message |=
                        reads_message(catch.param.as_ref(), &catch.body, inside, self.client, all)?;
                }
            }
            name if PLAIN.contains(&name) => {}
            _ => return Err(looks(at)),
        }
        Ok(())
    }

    fn options(&mut self, options: &ObjectLit) -> Result<(), Obstacle> {
        for property in &options.props {
            let PropOrSpread::Prop(property) = property else { return Err(unclear(span_of(property))) };
            let at = span_of(&**property);
            let (name, value) = match &**property {
                Prop::KeyValue(pair) => (prop_name(&pair.key), Some(bare(&pair.value))),
                Prop::Method(method) => (prop_name(&method.key), None),
                _ => (None, None),
            };
            let function = value.and_then(function_of).filter(|function| takes_each(self.module, *function));
            match (name.as_deref(), function) {
                (Some("onSuccess"), Some(function)) => self.value(function),
                (Some("onError"), Some(function)) => self.error(function, 0)?,
                (Some("onSettled"), Some(function)) => {
                    self.value(function);
                    self.error(function, 1)?;
                }
                (Some("retry" | "retryDelay"), _) if matches!(value, Some(Expr::Lit(_))) => {}
                (Some(name), _) if PLAIN_OPTIONS.contains(&name) => {}
                _ => return Err(unclear(at)),
            }
        }
        Ok(())
    }

    /// A callback whose first parameter is the value.
    fn value(&mut self, function: Function<'_>) {
        let unused = function.params().first().is_none_or(|param| {
            pat_ident(param)
                .is_some_and(|name| self.module.references().get(&name.to_id()).is_some_and(|all| all.len() == 1))
        });
        self.found.is_dropped &= unused;
    }

    /// A callback that is given the error at `index`.
    fn error(&mut self, function: Function<'_>, index: usize) -> Result<(), Obstacle> {
        let param = function.params().get(index).copied();
        let all = self.module.references();
        self.found.reads_message |= match (function.block(), function.expression()) {
            (Some(block), _) => reads_message(param, block, span_of(block), self.client, all)?,
            (_, Some(value)) => reads_message(param, value, span_of(value), self.client, all)?,
            _ => false,
        };
        Ok(())
    }
}

/// Whether a callback takes what it is given by one name each, and not all of it at once.
fn takes_each(module: &Module, function: Function<'_>) -> bool {
    let all = matches!(function, Function::Expression(_)) && function.span().text(&module.text).contains("arguments");
    !all && !function.params().iter().any(|param| matches!(param, Pat::Rest(_)))
}

fn unclear(at: Span) -> Obstacle {
    (at, "its mutation is used in a way that is not understood".to_owned())
}

fn looks(at: Span) -> Obstacle {
    (at, "this may look for what axios adds to an error".to_owned())
}

/// Looks for the hook whose `mutationFn` gives the promise of the call, and what its result is bound to.
struct Finder<'i> {
    call: Span,
    hooks: &'i [Id],
    found: Option<Hook>,
}

/// A call of `useMutation`.
struct Hook {
    options: ObjectLit,
    /// What its result is bound to.
    pattern: Pat,
    /// Something says which type the value has.
    is_typed: bool,
}

impl Visit for Finder<'_> {
    fn visit_var_declarator(&mut self, declarator: &VarDeclarator) {
        if let Some(Expr::Call(hook)) = declarator.init.as_deref().map(bare)
            && callee_ident(hook).is_some_and(|name| self.hooks.contains(&name.to_id()))
            && let [given] = hook.args.as_slice()
            && let Expr::Object(options) = bare(&given.expr)
            && let Some((value, function)) = options.props.iter().find_map(mutation_function)
            && own_functions(function, self.call)
        {
            let is_typed = hook.type_args.is_some()
                || function.return_type().is_some()
                || span_of(value) != span_of(bare(value))
                || span_of(&*given.expr) != span_of(options);
            self.found = Some(Hook { options: options.clone(), pattern: declarator.name.clone(), is_typed });
        }
        declarator.visit_children_with(self);
    }
}

/// `mutationFn`, as it is written and as a function.
fn mutation_function(property: &PropOrSpread) -> Option<(&Expr, Function<'_>)> {
    let PropOrSpread::Prop(property) = property else { return None };
    match &**property {
        Prop::KeyValue(pair) if prop_name(&pair.key).as_deref() == Some("mutationFn") => {
            Some((&*pair.value, function_of(&pair.value)?))
        }
        _ => None,
    }
}

/// Whether the code at `at` is that of `function`, and of none inside it.
fn own_functions(function: Function<'_>, at: Span) -> bool {
    struct Inner(Span, bool);
    impl Visit for Inner {
        fn visit_function(&mut self, function: &AstFunction) {
            self.1 |= span_of(function).contains(self.0);
        }

        fn visit_arrow_expr(&mut self, arrow: &ArrowExpr) {
            self.1 |= span_of(arrow).contains(self.0);
        }
    }
    let mut inner = Inner(at, false);
    match (function.block(), function.expression()) {
        (Some(block), _) => block.visit_with(&mut inner),
        (_, Some(value)) => value.visit_with(&mut inner),
        _ => {}
    }
    function.span().contains(at) && !inner.1
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

/// Whether what stands at a place is asked for its message.
struct Messages {
    at: Span,
    found: bool,
}

impl Visit for Messages {
    fn visit_member_expr(&mut self, member: &MemberExpr) {
        let named = member_name(member).is_some_and(|name| name == "message");
        self.found |= named && span_of(bare(&member.obj)) == self.at;
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
