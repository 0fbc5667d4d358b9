//! Functions inside a carrier that answer, and are called by their names:
//!
//! ```ts
//! const fail = (error) => res.status(400).json({ error });      const fail = (error) => NextResponse.json(…);
//! if (!id) return fail('No id');                           →    if (!id) return fail('No id');
//! ```

use super::chains::Answers;
use super::plain::plain_statements;
use crate::syntax::ast::{CallExpr, Callee, Decl, Id, Pat, Stmt, VarDeclKind};
use crate::syntax::{Function, Span, Visit, VisitWith, function_of, ident, references, span_of};

/// One of them.
#[derive(Debug)]
pub struct Local<'a> {
    /// The function.
    pub function: Function<'a>,
    /// Its calls.
    pub calls: Vec<Span>,
    /// What it sends.
    pub answers: Answers<'a>,
}

/// Those inside `function` that answer on every way. `sends` are all sends; `answers` gives those of a function, if
/// every way through it sends, where the calls that it is given send, too.
pub fn answering<'a>(
    function: Function<'a>,
    sends: &[Span],
    answers: &dyn Fn(Function<'a>, &[Span]) -> Option<Answers<'a>>,
) -> Vec<Local<'a>> {
    let mut found: Vec<Local<'a>> = Vec::new();
    let declared = declared(function, sends);
    // One may call others. What is known of these makes more known, and never less.
    for _ in 0..=declared.len() {
        let called: Vec<Span> = found.iter().flat_map(|local| local.calls.iter().copied()).collect();
        let before = found.len();
        let locals = declared.iter().filter_map(|(function, calls)| {
            let answers = answers(*function, &called)?;
            Some(Local { function: *function, calls: calls.clone(), answers })
        });
        found = locals.collect();
        if found.len() == before {
            break;
        }
    }
    found
}

/// The functions declared inside `function` that hold one of `sends` and are only ever called, with these calls.
fn declared<'a>(function: Function<'a>, sends: &[Span]) -> Vec<(Function<'a>, Vec<Span>)> {
    let Some(block) = function.block() else { return Vec::new() };
    let named: Vec<(Id, Function<'a>)> = block.stmts.iter().flat_map(plain_statements).filter_map(named).collect();
    let named: Vec<_> =
        named.into_iter().filter(|(_, own)| sends.iter().any(|send| own.span().contains(*send))).collect();
    if named.is_empty() {
        return Vec::new();
    }
    let mentions = references(block);
    let mut calls = Calls(Vec::new());
    block.visit_with(&mut calls);
    let called = |(id, function): (Id, Function<'a>)| {
        let own: Vec<Span> = calls.0.iter().filter(|(callee, _)| *callee == id).map(|(_, call)| *call).collect();
        // The name where it is declared is a mention, too.
        let only_called = mentions.get(&id).is_some_and(|mentions| mentions.len() == own.len() + 1);
        (only_called && !function.is_generator()).then_some((function, own))
    };
    named.into_iter().filter_map(called).collect()
}

/// The function that `statement` declares for good, and its name.
fn named(statement: &Stmt) -> Option<(Id, Function<'_>)> {
    match statement {
        Stmt::Decl(Decl::Fn(own)) if own.function.body.is_some() => {
            Some((own.ident.to_id(), Function::Declaration(own)))
        }
        Stmt::Decl(Decl::Var(variable)) if variable.kind == VarDeclKind::Const => {
            let [only] = variable.decls.as_slice() else { return None };
            // A type would say what it gives.
            let Pat::Ident(name) = &only.name else { return None };
            let function = function_of(only.init.as_deref()?)?;
            name.type_ann.is_none().then_some((name.id.to_id(), function))
        }
        _ => None,
    }
}

/// Calls by a name.
struct Calls(Vec<(Id, Span)>);

impl Visit for Calls {
    fn visit_call_expr(&mut self, call: &CallExpr) {
        if let Callee::Expr(callee) = &call.callee
            && let Some(name) = ident(callee)
        {
            self.0.push((name.to_id(), span_of(call)));
        }
        call.visit_children_with(self);
    }
}
