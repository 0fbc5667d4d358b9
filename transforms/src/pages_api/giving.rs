//! Handlers that give data, which the wrapper around them sends.
//!
//! ```ts
//! const api = (fn) => async (req, res) => {
//!   const data = await fn(req);       // it has no `res`, so that what it gives is data
//!   res.status(200).json(data);
//! };
//! const rest = (fn) => async (req, res) => {
//!   const data = await fn(req, res);  // it may give data, or answer by itself
//!   if (data !== undefined) res.status(200).json(data);
//! };
//! ```

use std::collections::BTreeSet;

use super::carrier::{Call, Carrier, Role};
use super::flow::operand;
use super::kept::kept_answer;
use crate::syntax::ast::{AwaitExpr, BlockStmt, CallExpr, FunctionBody, Id, Stmt, SwitchCase, VarDeclarator};
use crate::syntax::{Function, Span, Visit, VisitWith, bare, member_name, pat_ident, span_of};

impl Call {
    /// Whether its callee is handed the request alone, so that it cannot answer.
    pub fn asks_for_data(&self) -> bool {
        let args = || self.args.iter().filter_map(|(_, role)| *role);
        let held = || self.held.iter().map(|(_, property)| property.role);
        let req = args().chain(held()).any(|role| role == Role::Req);
        req && self.answering.is_empty() && args().chain(held()).all(|role| role == Role::Req)
    }
}

impl Carrier<'_> {
    /// Whether what it calls `handler`, a handler that it was given, gives nothing but data.
    pub fn asks_for_data(&self, handler: &Id) -> bool {
        let mut calls = self.calls.iter().filter(|call| call.callee == *handler).peekable();
        calls.peek().is_some() && calls.all(Call::asks_for_data)
    }
}

/// Whether `function` gives a name to what one of `calls` gives, and does more with that than return it at the end, or
/// sends it in place: `res.json(await fn(req, res))`.
pub fn keeps_values(function: Function<'_>, calls: &[Span]) -> bool {
    let mut named = Named { calls, named: BTreeSet::new(), returned: BTreeSet::new(), sending: false };
    if let Some(block) = function.block() {
        block.visit_with(&mut named);
    }
    if let Some(value) = function.expression() {
        value.visit_with(&mut named);
    }
    !named.named.is_subset(&named.returned)
}

/// The calls whose values get names, and those of which the name is returned, nothing else.
struct Named<'c> {
    calls: &'c [Span],
    named: BTreeSet<Span>,
    returned: BTreeSet<Span>,
    /// This is what a call of `json` or `send` is given.
    sending: bool,
}

impl Named<'_> {
    fn list(&mut self, statements: &[Stmt]) {
        for (at, statement) in statements.iter().enumerate() {
            if matches!(statement, Stmt::Decl(_)) {
                let behind: Vec<&Stmt> = statements[at + 1..].iter().collect();
                self.returned.extend(kept_answer(statement, &behind));
            }
        }
    }
}

impl Visit for Named<'_> {
    fn visit_block_stmt(&mut self, block: &BlockStmt) {
        self.list(&block.stmts);
        block.visit_children_with(self);
    }
    fn visit_function_body(&mut self, body: &FunctionBody) {
        self.list(&body.stmts);
        body.visit_children_with(self);
    }
    fn visit_switch_case(&mut self, case: &SwitchCase) {
        self.list(&case.cons);
        case.visit_children_with(self);
    }
    fn visit_call_expr(&mut self, call: &CallExpr) {
        let method = call.callee.as_expr().and_then(|callee| member_name(bare(callee).as_member()?));
        let outer = self.sending;
        call.callee.visit_with(self);
        self.sending |= matches!(method.as_deref(), Some("json" | "send"));
        call.args.visit_with(self);
        self.sending = outer;
    }
    fn visit_await_expr(&mut self, value: &AwaitExpr) {
        let given = span_of(operand(&value.arg));
        if self.sending && self.calls.contains(&given) {
            self.named.insert(given);
        }
        value.visit_children_with(self);
    }
    fn visit_var_declarator(&mut self, declarator: &VarDeclarator) {
        let value = declarator.init.as_deref().map(|value| span_of(operand(value)));
        let value = value.filter(|value| pat_ident(&declarator.name).is_some() && self.calls.contains(value));
        self.named.extend(value);
        declarator.visit_children_with(self);
    }
}
