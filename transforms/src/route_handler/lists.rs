//! The statement lists of a function: who stands next to whom, and which places exclude each other.

use crate::pages_api::{is_nothing, operand};
use crate::syntax::ast::{ArrowExpr, CatchClause, Function, IfStmt, Stmt, SwitchCase, SwitchStmt, TryStmt};
use crate::syntax::{Span, Visit, VisitWith, span_of};

/// One statement of a list.
#[derive(Clone, Copy, Debug)]
pub struct Item {
    /// The statement.
    pub span: Span,
    /// Its expression with `await` and casts taken off: of `x;` and of `return x;`.
    pub expr: Option<Span>,
    /// It is a `return` with or without a value.
    pub returns: bool,
    /// It is a `return` without a value that means anything, or a bare `break;`.
    pub leaves: bool,
}

/// Statements that run one after the other.
#[derive(Clone, Debug)]
pub struct List {
    /// In order.
    pub items: Vec<Item>,
    /// Inside the block of a `try`.
    pub in_try: bool,
}

/// All statement lists of a function, inner functions not included.
#[derive(Debug, Default)]
pub struct Lists {
    /// The lists.
    pub lists: Vec<List>,
    /// Pairs of which only one can run: branches of an `if`, cases of a `switch`.
    exclusive: Vec<(Span, Span)>,
    /// Blocks that control never leaves at their end, outside of any `try`.
    closed: Vec<Span>,
    in_try: bool,
}

impl Lists {
    /// Reads the lists below `statements`.
    pub fn of(statements: &[Stmt]) -> Lists {
        let mut lists = Lists::default();
        lists.add(statements);
        for statement in statements {
            statement.visit_with(&mut lists);
        }
        lists
    }

    fn add(&mut self, statements: &[Stmt]) {
        let items = statements
            .iter()
            .map(|statement| {
                let (expr, returns, leaves) = match statement {
                    Stmt::Expr(expression) => (Some(span_of(operand(&expression.expr))), false, false),
                    Stmt::Return(value) => {
                        let nothing = value.arg.as_deref().is_none_or(is_nothing);
                        (value.arg.as_deref().map(|value| span_of(operand(value))), true, nothing)
                    }
                    Stmt::Break(leave) => (None, false, leave.label.is_none()),
                    _ => (None, false, false),
                };
                Item { span: span_of(statement), expr, returns, leaves }
            })
            .collect();
        self.lists.push(List { items, in_try: self.in_try });
    }

    /// Whether code at `first` can have run when code at `then` runs.
    pub fn can_precede(&self, first: Span, then: Span) -> bool {
        let apart = |(one, other): &(Span, Span)| {
            (one.contains(first) && other.contains(then)) || (one.contains(then) && other.contains(first))
        };
        first.start < then.start
            && !self.exclusive.iter().any(apart)
            && !self.closed.iter().any(|block| block.contains(first) && !block.contains(then))
    }

    /// The expression of the statement right before the one that is, or returns, `expr`.
    pub fn before(&self, expr: Span) -> Option<Span> {
        self.lists.iter().find_map(|list| {
            let at = list.items.iter().position(|item| item.expr == Some(expr))?;
            list.items.get(at.checked_sub(1)?)?.expr
        })
    }

    /// Whether the statement stands in a list, so that another can be put before it.
    pub fn holds(&self, statement: Span) -> bool {
        self.lists.iter().any(|list| list.items.iter().any(|item| item.span == statement))
    }
}

impl Visit for Lists {
    fn visit_block_stmt(&mut self, block: &crate::syntax::ast::BlockStmt) {
        self.add(&block.stmts);
        if !self.in_try && matches!(block.stmts.last(), Some(Stmt::Return(_) | Stmt::Throw(_))) {
            self.closed.push(span_of(block));
        }
        block.visit_children_with(self);
    }

    fn visit_if_stmt(&mut self, choice: &IfStmt) {
        if let Some(alt) = &choice.alt {
            self.exclusive.push((span_of(&*choice.cons), span_of(&**alt)));
        }
        choice.visit_children_with(self);
    }

    fn visit_switch_stmt(&mut self, switch: &SwitchStmt) {
        for (at, case) in switch.cases.iter().enumerate() {
            let falls = case.cons.last().is_none_or(|last| !leaves(last));
            if !falls {
                self.exclusive.extend(switch.cases[at + 1..].iter().map(|other| (span_of(case), span_of(other))));
            }
        }
        switch.visit_children_with(self);
    }

    fn visit_switch_case(&mut self, case: &SwitchCase) {
        self.add(&case.cons);
        case.visit_children_with(self);
    }

    fn visit_try_stmt(&mut self, attempt: &TryStmt) {
        let outer = std::mem::replace(&mut self.in_try, true);
        attempt.block.visit_with(self);
        self.in_try = outer;
        attempt.handler.visit_with(self);
        attempt.finalizer.visit_with(self);
    }

    fn visit_catch_clause(&mut self, clause: &CatchClause) {
        clause.body.visit_with(self);
    }

    fn visit_function(&mut self, _: &Function) {}

    fn visit_arrow_expr(&mut self, _: &ArrowExpr) {}
}

fn leaves(statement: &Stmt) -> bool {
    match statement {
        Stmt::Return(_) | Stmt::Throw(_) | Stmt::Break(_) => true,
        Stmt::Block(block) => block.stmts.last().is_some_and(leaves),
        _ => false,
    }
}
