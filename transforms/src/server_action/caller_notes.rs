//! What a reviewer is told about the callers of an action: state that React keeps by itself.
//!
//! ```ts
//! setSaving(true);                                   // `loading-state`
//! setLiked(!liked);                                  // `optimistic`, if a failure takes it back
//! await fetch('/api/likes', { method: 'POST' });
//! setSaving(false);
//! ```

use std::collections::HashMap;

use crate::callers::Caller;
use crate::finding::Finding;
use crate::syntax::ast::{
    ArrowExpr, CallExpr, CatchClause, Expr, FnDecl, Function as AstFunction, Id, IfStmt, Lit, Pat, Prop, PropOrSpread,
    UnaryOp, VarDeclarator,
};
use crate::syntax::{Function, Module, Span, Visit, VisitWith, bare, callee_ident, function_of, member_name, span_of};

/// The notes about one caller of the action `name`.
pub fn caller_notes(module: &Module, caller: &Caller, name: &str) -> Vec<Finding> {
    let Some((function, _)) = around(module, caller) else { return Vec::new() };
    let mut states = States::default();
    module.ast.visit_with(&mut states);
    let note = |rule, at: Span, message: String, help: &str| Finding::note(rule, &module.path, at, message).help(help);
    let mut notes = Vec::new();
    let all = module.references();
    for (setter, (state, first)) in &states.declared {
        let sets: Vec<&Set> =
            states.sets.iter().filter(|set| set.setter == *setter && function.contains(set.span)).collect();
        let before = sets.iter().find(|set| set.span.end <= caller.call.start);
        let after: Vec<&&Set> = sets.iter().filter(|set| set.span.start >= caller.call.end).collect();
        let Some(before) = before.filter(|_| !after.is_empty()) else { continue };
        let elsewhere = all.get(setter).into_iter().flatten().filter(|at| !function.contains(**at)).count();
        let pending = *first == Some(false)
            && elsewhere == 1
            && before.to == To::Literal(Some(true))
            && after.iter().all(|set| set.to == To::Literal(Some(false)));
        if pending {
            let message = format!("`{state}` is set by hand while `{name}` runs");
            let help = "`useTransition` tells that an action runs, and `useFormStatus` that a form is being sent";
            notes.push(note("loading-state", before.span, message, help));
        } else if before.to == To::Computed && after.iter().any(|set| set.on_failure) {
            let message = format!("`{state}` is set before `{name}` runs, and back where it fails");
            notes.push(note("optimistic", before.span, message, "`useOptimistic` holds such a state"));
        }
    }
    notes.sort_by_key(|note| note.span.map(|span| span.start));
    notes
}

/// The innermost function around a call, and its name if it has one.
pub fn around(module: &Module, caller: &Caller) -> Option<(Span, Option<Id>)> {
    let mut around = Around { call: caller.call, function: None, id: None };
    module.ast.visit_with(&mut around);
    Some((around.function?, around.id))
}

/// Finds the innermost function around a call, and its name.
struct Around {
    call: Span,
    function: Option<Span>,
    id: Option<Id>,
}

impl Around {
    fn enter(&mut self, span: Span) {
        if span.contains(self.call) {
            (self.function, self.id) = (Some(span), None);
        }
    }
}

impl Visit for Around {
    fn visit_fn_decl(&mut self, function: &FnDecl) {
        function.visit_children_with(self);
        if self.function == Some(span_of(&*function.function)) {
            self.id = Some(function.ident.to_id());
        }
    }

    fn visit_function(&mut self, function: &AstFunction) {
        self.enter(span_of(function));
        function.visit_children_with(self);
    }

    fn visit_arrow_expr(&mut self, arrow: &ArrowExpr) {
        self.enter(span_of(arrow));
        arrow.visit_children_with(self);
    }

    fn visit_var_declarator(&mut self, declarator: &VarDeclarator) {
        declarator.visit_children_with(self);
        let function = declarator.init.as_deref().map(|init| match bare(init) {
            // `useCallback(async () => …, [])`.
            Expr::Call(call) if callee_ident(call).is_some_and(|name| &*name.sym == "useCallback") => {
                call.args.first().map_or(init, |first| &*first.expr)
            }
            _ => init,
        });
        if let (Pat::Ident(name), Some(function)) = (&declarator.name, function.and_then(function_of))
            && self.function == Some(function.span())
        {
            self.id = Some(name.id.to_id());
        }
    }
}

/// What a state is set to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum To {
    /// A literal; `true` and `false` are told apart.
    Literal(Option<bool>),
    /// Something that is worked out.
    Computed,
}

/// One call of the setter of a state.
struct Set {
    setter: Id,
    span: Span,
    to: To,
    /// In a `catch`, or behind `!res.ok`.
    on_failure: bool,
}

/// The states of a module, and where they are set.
#[derive(Default)]
struct States {
    /// By setter: the name of the state, and what it begins with if that is a truth value.
    declared: HashMap<Id, (String, Option<bool>)>,
    sets: Vec<Set>,
    failing: bool,
}

/// Whether a state is set to what stands there, or some of its members are: `(errors) => ({ ...errors, name: '' })`.
fn clears(value: &Expr) -> bool {
    match bare(value) {
        Expr::Lit(_) | Expr::Object(_) | Expr::Array(_) => true,
        Expr::Ident(name) => &*name.sym == "undefined",
        Expr::New(new) => new.args.iter().flatten().next().is_none(),
        Expr::Arrow(_) => function_of(value).and_then(Function::expression).is_some_and(|made| match bare(made) {
            Expr::Object(object) => object.props.iter().all(|property| match property {
                PropOrSpread::Spread(_) => true,
                PropOrSpread::Prop(property) => match &**property {
                    Prop::KeyValue(pair) => clears(&pair.value),
                    _ => false,
                },
            }),
            made => clears(made),
        }),
        _ => false,
    }
}

fn truth(expr: &Expr) -> Option<bool> {
    match bare(expr) {
        Expr::Lit(Lit::Bool(value)) => Some(value.value),
        _ => None,
    }
}

impl Visit for States {
    fn visit_var_declarator(&mut self, declarator: &VarDeclarator) {
        if let Pat::Array(list) = &declarator.name
            && let [Some(Pat::Ident(state)), Some(Pat::Ident(setter))] = list.elems.as_slice()
            && let Some(Expr::Call(call)) = declarator.init.as_deref().map(bare)
            && callee_ident(call).is_some_and(|name| &*name.sym == "useState")
        {
            let first = call.args.first().and_then(|argument| truth(&argument.expr));
            self.declared.insert(setter.id.to_id(), (state.id.sym.to_string(), first));
        }
        declarator.visit_children_with(self);
    }

    fn visit_call_expr(&mut self, call: &CallExpr) {
        if let Some(name) = callee_ident(call)
            && let [value] = call.args.as_slice()
        {
            let to = match bare(&value.expr) {
                value if clears(value) => To::Literal(truth(value)),
                _ => To::Computed,
            };
            let span = span_of(call);
            self.sets.push(Set { setter: name.to_id(), span, to, on_failure: self.failing });
        }
        call.visit_children_with(self);
    }

    fn visit_catch_clause(&mut self, clause: &CatchClause) {
        let outer = std::mem::replace(&mut self.failing, true);
        clause.visit_children_with(self);
        self.failing = outer;
    }

    fn visit_if_stmt(&mut self, branch: &IfStmt) {
        branch.test.visit_with(self);
        let fails = match bare(&branch.test) {
            Expr::Unary(not) if not.op == UnaryOp::Bang => match bare(&not.arg) {
                Expr::Member(member) => member_name(member).as_deref() == Some("ok"),
                _ => false,
            },
            _ => false,
        };
        let outer = self.failing;
        self.failing |= fails;
        branch.cons.visit_with(self);
        self.failing = outer;
        branch.alt.visit_with(self);
    }
}
