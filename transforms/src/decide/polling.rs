//! A timer that calls an endpoint again and again. Actions of one page run one after the other, so that those of the
//! timer would hold up those of the user.
//!
//! ```ts
//! setInterval(() => fetch('/api/heartbeat', { method: 'POST' }), 30_000);
//! useInterval(beat, 30_000);                     // with `const beat = () => fetch(…)`
//! ```

use std::collections::BTreeSet;

use super::Facts;
use crate::finding::Finding;
use crate::syntax::ast::{CallExpr, Callee, Expr, FnDecl, Id, Ident, VarDeclarator};
use crate::syntax::{Span, Visit, VisitWith, bare, function_of, member_name, pat_ident, span_of};

const TIMERS: [&str; 2] = ["setInterval", "useInterval"];

/// A caller inside of what a timer calls, or of a function that this calls by its name.
pub fn check(facts: &Facts<'_>) -> Option<Finding> {
    facts.callers().find_map(|(mention, caller)| {
        let module = facts.modules.get(&mention.file).ok()?;
        TIMERS.iter().find(|name| module.text.contains(**name))?;
        let mut around = Around { call: caller.call, names: BTreeSet::new() };
        module.ast.visit_with(&mut around);
        let mut timers = Timers { call: caller.call, names: around.names, found: None };
        module.ast.visit_with(&mut timers);
        let message = "a timer calls it again and again, and actions of one page wait for each other";
        Some(Finding { span: Some(timers.found?), ..facts.note_at("not-only-fetch", mention, message) })
    })
}

/// The names of the functions around a call.
struct Around {
    call: Span,
    names: BTreeSet<Id>,
}

impl Visit for Around {
    fn visit_fn_decl(&mut self, function: &FnDecl) {
        if span_of(&*function.function).contains(self.call) {
            self.names.insert(function.ident.to_id());
        }
        function.visit_children_with(self);
    }

    fn visit_var_declarator(&mut self, declarator: &VarDeclarator) {
        if let (Some(name), Some(init)) = (pat_ident(&declarator.name), &declarator.init)
            && span_of(&**init).contains(self.call)
            && is_function(init)
        {
            self.names.insert(name.to_id());
        }
        declarator.visit_children_with(self);
    }
}

/// A function, or one that a hook keeps: `useCallback(() => …, [])`.
fn is_function(expr: &Expr) -> bool {
    let kept = |call: &CallExpr| call.args.first().is_some_and(|arg| function_of(&arg.expr).is_some());
    function_of(expr).is_some() || bare(expr).as_call().is_some_and(kept)
}

/// Finds a timer that makes the call.
struct Timers {
    call: Span,
    names: BTreeSet<Id>,
    found: Option<Span>,
}

impl Visit for Timers {
    fn visit_call_expr(&mut self, call: &CallExpr) {
        let named = match &call.callee {
            Callee::Expr(callee) => match bare(callee) {
                Expr::Ident(name) => Some(name.sym.to_string()),
                Expr::Member(member) => member_name(member),
                _ => None,
            },
            _ => None,
        };
        if named.is_some_and(|name| TIMERS.contains(&name.as_str()))
            && let Some(called) = call.args.first()
        {
            let mut mentions = Mentions { names: &self.names, any: false };
            called.visit_with(&mut mentions);
            if mentions.any || span_of(called).contains(self.call) {
                self.found = self.found.or(Some(span_of(call)));
            }
        }
        call.visit_children_with(self);
    }
}

/// Whether one of the names is mentioned.
struct Mentions<'n> {
    names: &'n BTreeSet<Id>,
    any: bool,
}

impl Visit for Mentions<'_> {
    fn visit_ident(&mut self, name: &Ident) {
        self.any |= self.names.contains(&name.to_id());
    }
}
