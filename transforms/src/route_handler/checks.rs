//! What checks make certain, and where:
//!
//! ```ts
//! if (!user || banned) return res.status(403).end();
//! mail(user);                               // here `user` is true, and `banned` is false
//! const name = team && team.name;           // on the right, `team` is true
//! ```

use crate::syntax::ast::{
    BinExpr, BinaryOp, BlockStmt, CondExpr, Expr, FunctionBody, IfStmt, Stmt, SwitchCase, UnaryOp,
};
use crate::syntax::{Span, Visit, VisitWith, bare, span_of};

/// Tells what is certain: an expression, whether it is true, and where that is known.
pub type Note<'n> = dyn FnMut(&Expr, bool, Span) + 'n;

/// Finds the checks in a tree, and tells what they make certain.
pub struct Checks<'n, 'f> {
    note: &'f mut Note<'n>,
    /// Whether functions inside of it are looked at, too.
    inner: bool,
}

impl<'n, 'f> Checks<'n, 'f> {
    /// For the statements of a function, without the functions inside of it.
    pub fn of_statements(statements: &[Stmt], note: &'f mut Note<'n>) {
        let mut checks = Checks { note, inner: false };
        checks.list(statements);
        statements.iter().for_each(|statement| statement.visit_with(&mut checks));
    }

    /// For a visitor that goes through everything.
    pub fn everywhere(note: &'f mut Note<'n>) -> Self {
        Checks { note, inner: true }
    }

    /// The checks among `statements` that leave if they fail.
    pub fn list(&mut self, statements: &[Stmt]) {
        let Some(end) = statements.last().map(|last| span_of(last).end) else { return };
        for statement in statements {
            if let Stmt::If(choice) = statement
                && leaves(&choice.cons)
            {
                self.certain(&choice.test, false, Span::new(span_of(statement).end, end));
            }
        }
    }

    /// In `range`, `test` came out as `truth`: so did both sides of a true `&&`, and of a false `||`.
    fn certain(&mut self, test: &Expr, truth: bool, range: Span) {
        match bare(test) {
            Expr::Unary(not) if not.op == UnaryOp::Bang => self.certain(&not.arg, !truth, range),
            Expr::Bin(bin) if bin.op == if truth { BinaryOp::LogicalAnd } else { BinaryOp::LogicalOr } => {
                self.certain(&bin.left, truth, range);
                self.certain(&bin.right, truth, range);
            }
            other => (self.note)(other, truth, range),
        }
    }
}

impl Visit for Checks<'_, '_> {
    fn visit_block_stmt(&mut self, block: &BlockStmt) {
        self.list(&block.stmts);
        block.visit_children_with(self);
    }

    fn visit_function_body(&mut self, body: &FunctionBody) {
        if self.inner {
            self.list(&body.stmts);
            body.visit_children_with(self);
        }
    }

    fn visit_switch_case(&mut self, case: &SwitchCase) {
        self.list(&case.cons);
        case.visit_children_with(self);
    }

    fn visit_if_stmt(&mut self, choice: &IfStmt) {
        self.certain(&choice.test, true, span_of(&*choice.cons));
        if let Some(other) = &choice.alt {
            self.certain(&choice.test, false, span_of(&**other));
        }
        choice.visit_children_with(self);
    }

    fn visit_cond_expr(&mut self, choice: &CondExpr) {
        self.certain(&choice.test, true, span_of(&*choice.cons));
        self.certain(&choice.test, false, span_of(&*choice.alt));
        choice.visit_children_with(self);
    }

    fn visit_bin_expr(&mut self, bin: &BinExpr) {
        match bin.op {
            BinaryOp::LogicalAnd => self.certain(&bin.left, true, span_of(&*bin.right)),
            BinaryOp::LogicalOr => self.certain(&bin.left, false, span_of(&*bin.right)),
            _ => {}
        }
        bin.visit_children_with(self);
    }
}

/// Whether nothing behind the statement, in the same list, runs after it.
fn leaves(statement: &Stmt) -> bool {
    match statement {
        Stmt::Return(_) | Stmt::Throw(_) | Stmt::Break(_) | Stmt::Continue(_) => true,
        Stmt::Block(block) => block.stmts.last().is_some_and(leaves),
        _ => false,
    }
}
