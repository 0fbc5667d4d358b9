//! Functions that run while the page is left, when an action may not get away in time: it is sent a moment after it is
//! called, and `fetch` at once.
//!
//! ```ts
//! window.addEventListener('beforeunload', () => { fetch('/api/drafts', { method: 'POST', body }); });
//! document.addEventListener('visibilitychange', save);
//! window.onpagehide = save;
//! ```

use std::collections::{BTreeSet, HashSet};

use crate::syntax::ast::{AssignExpr, AssignTarget, CallExpr, Expr, FnDecl, Id, SimpleAssignTarget, VarDeclarator};
use crate::syntax::{
    Module, Span, Visit, VisitWith, bare, function_of, ident, literal_str, member_name, pat_ident, span_of,
};

const EVENTS: [&str; 4] = ["beforeunload", "unload", "pagehide", "visibilitychange"];

/// The functions of `module` that handle such an event, and those that they call by name.
pub fn leaving(module: &Module) -> BTreeSet<Span> {
    if !EVENTS.iter().any(|event| module.text.contains(event)) {
        return BTreeSet::new();
    }
    let mut listeners = Listeners::default();
    module.ast.visit_with(&mut listeners);
    let Listeners { mut found, names, mut functions } = listeners;
    // What they mention, they may call.
    let all = module.references();
    loop {
        let mentioned = |name: &Id| {
            let mut mentions = all.get(name).into_iter().flatten();
            names.contains(name) || mentions.any(|mention| found.iter().any(|listener| listener.contains(*mention)))
        };
        let (more, others): (Vec<_>, Vec<_>) = functions.into_iter().partition(|(name, _)| mentioned(name));
        if more.is_empty() {
            return found;
        }
        found.extend(more.into_iter().map(|(_, function)| function));
        functions = others;
    }
}

#[derive(Default)]
struct Listeners {
    found: BTreeSet<Span>,
    /// Names that are given as listeners.
    names: HashSet<Id>,
    /// The functions of the module by name.
    functions: Vec<(Id, Span)>,
}

impl Listeners {
    fn listener(&mut self, value: &Expr) {
        match bare(value) {
            Expr::Ident(name) => {
                self.names.insert(name.to_id());
            }
            other => {
                self.found.insert(span_of(other));
            }
        }
    }
}

impl Visit for Listeners {
    fn visit_call_expr(&mut self, call: &CallExpr) {
        let name = call.callee.as_expr().and_then(|callee| match bare(callee) {
            Expr::Member(member) => member_name(member),
            other => ident(other).map(|name| name.sym.to_string()),
        });
        if let (Some("addEventListener"), [event, listener, ..]) = (name.as_deref(), call.args.as_slice())
            && literal_str(&event.expr).is_some_and(|event| EVENTS.contains(&event.as_str()))
        {
            self.listener(&listener.expr);
        }
        call.visit_children_with(self);
    }

    fn visit_assign_expr(&mut self, assign: &AssignExpr) {
        if let AssignTarget::Simple(SimpleAssignTarget::Member(member)) = &assign.left
            && member_name(member).is_some_and(|name| name.strip_prefix("on").is_some_and(|on| EVENTS.contains(&on)))
        {
            self.listener(&assign.right);
        }
        assign.visit_children_with(self);
    }

    fn visit_fn_decl(&mut self, declaration: &FnDecl) {
        self.functions.push((declaration.ident.to_id(), span_of(&*declaration.function)));
        declaration.visit_children_with(self);
    }

    fn visit_var_declarator(&mut self, declarator: &VarDeclarator) {
        if let (Some(name), Some(init)) = (pat_ident(&declarator.name), declarator.init.as_deref()) {
            // `useCallback(() => …, [])`.
            let inner = match bare(init) {
                Expr::Call(call) => call.args.first().map_or(init, |first| &*first.expr),
                _ => init,
            };
            self.functions.extend(function_of(inner).map(|function| (name.to_id(), function.span())));
        }
        declarator.visit_children_with(self);
    }
}
