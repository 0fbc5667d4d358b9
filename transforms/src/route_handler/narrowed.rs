//! Headers that a check has shown to be there:
//!
//! ```ts
//! if (!req.headers.authorization) return res.status(401).end();
//! verify(req.headers.authorization);      // verify(req.headers.get('authorization')!)
//! ```
//!
//! TypeScript knows that for `req.headers.authorization`, and does not for a call that gives it.

use crate::pages_api::{Part, RequestUse};
use crate::syntax::ast::{
    BinExpr, BinaryOp, BlockStmt, CondExpr, Expr, FunctionBody, IfStmt, Stmt, SwitchCase, UnaryOp,
};
use crate::syntax::{Span, Visit, VisitWith, bare, literal_str, span_of};

/// Where which header is certainly there.
pub struct Narrowed<'r> {
    reads: &'r [RequestUse],
    there: Vec<(&'r str, Span)>,
}

impl<'r> Narrowed<'r> {
    /// What the checks among `statements` say about `reads`.
    pub fn of(statements: &[Stmt], reads: &'r [RequestUse]) -> Narrowed<'r> {
        let mut narrowed = Narrowed { reads, there: Vec::new() };
        narrowed.list(statements);
        statements.iter().for_each(|statement| statement.visit_with(&mut narrowed));
        narrowed
    }

    /// Whether the header is certainly there where it is read. Inner functions may run before the check.
    pub fn is_there(&self, name: &str, read: &RequestUse) -> bool {
        !read.nested && self.there.iter().any(|(header, range)| *header == name && range.contains(read.span))
    }

    fn list(&mut self, statements: &[Stmt]) {
        let Some(end) = statements.last().map(|last| span_of(last).end) else { return };
        for statement in statements {
            if let Stmt::If(choice) = statement
                && leaves(&choice.cons)
            {
                self.note(&choice.test, false, Span::new(span_of(statement).end, end));
            }
        }
    }

    /// Notes what is there in `range` because `test` came out as `truth`.
    fn note(&mut self, test: &Expr, truth: bool, range: Span) {
        match bare(test) {
            Expr::Unary(not) if not.op == UnaryOp::Bang => self.note(&not.arg, !truth, range),
            Expr::Bin(bin) => {
                let both = if truth { BinaryOp::LogicalAnd } else { BinaryOp::LogicalOr };
                let equal = if truth { BinaryOp::EqEqEq } else { BinaryOp::NotEqEq };
                if bin.op == both {
                    self.note(&bin.left, truth, range);
                    self.note(&bin.right, truth, range);
                } else if bin.op == equal && literal_str(&bin.right).as_deref() == Some("string") {
                    // `typeof req.headers.authorization === 'string'`
                    if let Expr::Unary(kind) = bare(&bin.left)
                        && kind.op == UnaryOp::TypeOf
                    {
                        self.header(&kind.arg, range);
                    }
                }
            }
            other if truth => self.header(other, range),
            _ => {}
        }
    }

    fn header(&mut self, value: &Expr, range: Span) {
        let span = span_of(bare(value));
        let read = self.reads.iter().find(|read| read.span == span);
        if let Some(RequestUse { part: Part::Header(name), .. }) = read {
            self.there.push((name, range));
        }
    }
}

impl Visit for Narrowed<'_> {
    fn visit_block_stmt(&mut self, block: &BlockStmt) {
        self.list(&block.stmts);
        block.visit_children_with(self);
    }

    fn visit_switch_case(&mut self, case: &SwitchCase) {
        self.list(&case.cons);
        case.visit_children_with(self);
    }

    fn visit_if_stmt(&mut self, choice: &IfStmt) {
        self.note(&choice.test, true, span_of(&*choice.cons));
        if let Some(other) = &choice.alt {
            self.note(&choice.test, false, span_of(&**other));
        }
        choice.visit_children_with(self);
    }

    fn visit_cond_expr(&mut self, choice: &CondExpr) {
        self.note(&choice.test, true, span_of(&*choice.cons));
        self.note(&choice.test, false, span_of(&*choice.alt));
        choice.visit_children_with(self);
    }

    fn visit_bin_expr(&mut self, bin: &BinExpr) {
        match bin.op {
            BinaryOp::LogicalAnd => self.note(&bin.left, true, span_of(&*bin.right)),
            BinaryOp::LogicalOr => self.note(&bin.left, false, span_of(&*bin.right)),
            _ => {}
        }
        bin.visit_children_with(self);
    }

    fn visit_function_body(&mut self, _: &FunctionBody) {}
}

/// Whether nothing behind the statement runs after it.
fn leaves(statement: &Stmt) -> bool {
    match statement {
        Stmt::Return(_) | Stmt::Throw(_) | Stmt::Break(_) | Stmt::Continue(_) => true,
        Stmt::Block(block) => block.stmts.last().is_some_and(leaves),
        _ => false,
    }
}
