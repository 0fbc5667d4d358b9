//! Code that can never run once what is before it returns: a bare `return` behind an `if` whose branches both do,
//! or the second of two responses. Anything else stays, for somebody to look at.

use super::Builder;
use crate::pages_api::{After, is_nothing, operand};
use crate::syntax::ast::Stmt;
use crate::syntax::{Span, Truth, full_statement, span_of, truth};

/// The statement lists of a function, inner functions not included.
#[derive(Default)]
struct AllLists<'a>(Vec<&'a [Stmt]>);

impl<'a> AllLists<'a> {
    fn of(list: &'a [Stmt]) -> Self {
        let mut all = AllLists::default();
        all.list(list);
        all
    }

    fn list(&mut self, list: &'a [Stmt]) {
        self.0.push(list);
        for statement in list {
            self.inside(statement);
        }
    }

    fn inside(&mut self, statement: &'a Stmt) {
        match statement {
            Stmt::Block(block) => self.list(&block.stmts),
            Stmt::If(choice) => {
                self.inside(&choice.cons);
                if let Some(alt) = choice.alt.as_deref() {
                    self.inside(alt);
                }
            }
            Stmt::Try(attempt) => {
                self.list(&attempt.block.stmts);
                if let Some(handler) = &attempt.handler {
                    self.list(&handler.body.stmts);
                }
            }
            Stmt::Switch(switch) => switch.cases.iter().for_each(|case| self.list(&case.cons)),
            _ => {}
        }
    }
}

impl Builder<'_, '_, '_> {
    /// Takes away what stands behind statements that return now.
    pub(super) fn unreachable(&mut self) {
        let list = self.carrier.function.block().map_or(&[][..], |block| &block.stmts);
        for list in AllLists::of(list).0 {
            let Some(at) = list.iter().position(|statement| self.leaves_now(statement)) else { continue };
            let behind = list[at + 1..].iter();
            let behind: Vec<Span> = behind.take_while(|next| self.goes(next)).map(span_of).collect();
            for span in behind {
                let before = span_of(&list[at]);
                // What a plain statement made unnecessary right behind it is gone already.
                let whole = full_statement(&self.cx.module.text, span);
                if whole != span && !self.out.edits.iter().any(|edit| edit.span() == whole) {
                    // A question whether something was sent is taken out already; now it goes with what it asks for.
                    self.out.edits.retain(|edit| edit.span() != span);
                    self.drop_behind(before, span);
                }
            }
        }
    }

    fn goes(&self, statement: &Stmt) -> bool {
        let sends = |expr| self.carrier.writes.iter().any(|write| write.span == expr && write.payload.is_some());
        match statement {
            Stmt::Return(value) => {
                value.arg.as_deref().is_none_or(|value| is_nothing(value) || sends(span_of(operand(value))))
            }
            Stmt::Expr(expression) => sends(span_of(operand(&expression.expr))),
            Stmt::Block(block) => block.stmts.iter().all(|statement| self.goes(statement)),
            // `if (!res.headersSent) { … }`.
            Stmt::If(choice) => {
                let unsent = truth(&choice.test, &|expr| self.carrier.known_unsent(expr)) == Truth::True;
                unsent && choice.alt.is_none() && self.goes(&choice.cons)
            }
            _ => false,
        }
    }

    /// Whether nothing runs behind the statement once it is rewritten.
    fn leaves_now(&self, statement: &Stmt) -> bool {
        let any = |list: &[Stmt]| list.iter().any(|statement| self.leaves_now(statement));
        match statement {
            Stmt::Return(_) | Stmt::Throw(_) => true,
            Stmt::Expr(expression) => self.returns_now(span_of(operand(&expression.expr))),
            Stmt::Block(block) => any(&block.stmts),
            Stmt::If(choice) => {
                self.leaves_now(&choice.cons) && choice.alt.as_deref().is_some_and(|alt| self.leaves_now(alt))
            }
            Stmt::Try(attempt) => {
                any(&attempt.block.stmts) && attempt.handler.as_ref().is_none_or(|handler| any(&handler.body.stmts))
            }
            // What falls through comes to the case behind it.
            Stmt::Switch(choice) => {
                choice.cases.iter().any(|case| case.test.is_none())
                    && choice.cases.last().is_some_and(|case| any(&case.cons))
                    && !choice.cases.iter().any(|case| self.breaks(&case.cons))
            }
            _ => false,
        }
    }

    /// Whether a `break` of the `switch` around `list` is reached, or one with a label.
    fn breaks(&self, list: &[Stmt]) -> bool {
        let reached = list.iter().position(|statement| self.leaves_now(statement)).map_or(list.len(), |at| at + 1);
        list[..reached].iter().any(|statement| match statement {
            Stmt::Break(_) => true,
            Stmt::Block(block) => self.breaks(&block.stmts),
            Stmt::If(choice) => [Some(&choice.cons), choice.alt.as_ref()]
                .into_iter()
                .flatten()
                .any(|branch| self.breaks(std::slice::from_ref(branch))),
            Stmt::Try(attempt) => {
                let handler = attempt.handler.as_ref().map(|handler| &handler.body);
                let parts = [Some(&attempt.block), handler, attempt.finalizer.as_ref()];
                parts.into_iter().flatten().any(|block| self.breaks(&block.stmts))
            }
            Stmt::Expr(_) | Stmt::Decl(_) | Stmt::Return(_) | Stmt::Throw(_) | Stmt::Empty(_) => false,
            // Inside of loops, only one with a label is for the outside.
            other => span_of(other).text(&self.cx.module.text).contains("break "),
        })
    }

    fn returns_now(&self, send: Span) -> bool {
        let after = matches!(self.cx.after.get(&send), Some(After::Nothing(_) | After::Send(_)));
        let called = self.carrier.calls.iter().find(|call| call.span == send);
        let certain = called
            .is_none_or(|call| self.callee_needs(call).is_some_and(|needs| needs.effect.sends && needs.effect.always));
        after && certain
    }
}
