//! Which code of a function can run for a method.

use std::collections::{BTreeSet, HashSet};

use crate::pages_api::{Carrier, Dispatch, residual};
use crate::syntax::ast::{
    BinExpr, BinaryOp, BindingIdent, BlockStmt, CatchClause, CondExpr, Decl, Expr, FnDecl, Id, Ident, IfStmt, Stmt,
    SwitchStmt, VarDeclarator,
};
use crate::syntax::{Span, Truth, Visit, VisitWith, function_of, literal_str, pat_ident, span_of, truth};

/// The first of `places`, which are expressions, statements or names in `carrier`, that can run for `method`. With
/// `caught`, code counts that runs after something was thrown. A function inside counts where its name is mentioned.
pub fn reached(carrier: &Carrier<'_>, places: &BTreeSet<Span>, method: Dispatch, caught: bool) -> Option<Span> {
    reached_where(carrier, places, &carrier.known(Some(method)), caught)
}

/// The same where `known` says what is known of conditions.
pub fn reached_where(
    carrier: &Carrier<'_>,
    places: &BTreeSet<Span>,
    known: &dyn Fn(&Expr) -> Option<String>,
    caught: bool,
) -> Option<Span> {
    let mut live = Live { known, places, caught, called: HashSet::new(), found: BTreeSet::new() };
    let mut called = None;
    // A round more for each function that turns out to be called.
    while !places.is_empty() && called != Some(live.called.len()) {
        called = Some(live.called.len());
        if let Some(expression) = carrier.function.expression() {
            expression.visit_with(&mut live);
        }
        if let Some(block) = carrier.function.block() {
            live.list(&block.stmts);
        }
    }
    live.found.first().copied()
}

struct Live<'l> {
    known: &'l dyn Fn(&Expr) -> Option<String>,
    places: &'l BTreeSet<Span>,
    caught: bool,
    /// Names that are mentioned, by which functions inside may be called.
    called: HashSet<Id>,
    found: BTreeSet<Span>,
}

impl Live<'_> {
    /// Goes through `list` up to the first statement that certainly leaves it, and through the functions behind that;
    /// true if there is such a statement.
    fn list(&mut self, list: &[Stmt]) -> bool {
        let mut left = false;
        for statement in list {
            if !left || matches!(statement, Stmt::Decl(Decl::Fn(_))) {
                statement.visit_with(self);
            }
            left |= self.leaves(statement);
        }
        left
    }

    fn leaves(&self, statement: &Stmt) -> bool {
        let left = residual(std::slice::from_ref(statement), self.known);
        left.into_iter().any(|statement| match statement {
            Stmt::Return(_) | Stmt::Throw(_) | Stmt::Break(_) | Stmt::Continue(_) => true,
            Stmt::Block(block) => block.stmts.iter().any(|statement| self.leaves(statement)),
            Stmt::If(choice) => self.leaves(&choice.cons) && choice.alt.as_deref().is_some_and(|alt| self.leaves(alt)),
            Stmt::Try(attempt) => {
                let all = |block: &BlockStmt| block.stmts.iter().any(|statement| self.leaves(statement));
                attempt.finalizer.as_ref().is_some_and(all)
                    || (all(&attempt.block) && attempt.handler.as_ref().is_none_or(|handler| all(&handler.body)))
            }
            _ => false,
        })
    }

    /// Marks `span` if it is one of the places.
    fn mark(&mut self, span: Span) {
        if self.places.contains(&span) {
            self.found.insert(span);
        }
    }

    /// The right side of `a && b` and the like, and the branches of `a ? b : c`, where they can run.
    fn choose(&mut self, test: &Expr, holds: &Expr, fails: Option<&Expr>) {
        let truth = truth(test, self.known);
        if truth != Truth::False {
            holds.visit_with(self);
        }
        if let Some(fails) = fails.filter(|_| truth != Truth::True) {
            fails.visit_with(self);
        }
    }
}

impl Visit for Live<'_> {
    fn visit_stmts(&mut self, list: &[Stmt]) {
        self.list(list);
    }

    fn visit_stmt(&mut self, statement: &Stmt) {
        self.mark(span_of(statement));
        statement.visit_children_with(self);
    }

    fn visit_expr(&mut self, expr: &Expr) {
        self.mark(span_of(expr));
        expr.visit_children_with(self);
    }

    fn visit_ident(&mut self, name: &Ident) {
        self.mark(span_of(name));
        self.called.insert(name.to_id());
    }

    // Where a name is declared, nothing is done with it.
    fn visit_binding_ident(&mut self, _: &BindingIdent) {}

    fn visit_fn_decl(&mut self, declared: &FnDecl) {
        if self.called.contains(&declared.ident.to_id()) {
            declared.function.visit_with(self);
        }
    }

    fn visit_var_declarator(&mut self, declared: &VarDeclarator) {
        let function = declared.init.as_deref().and_then(function_of);
        match (function, pat_ident(&declared.name)) {
            (Some(_), Some(name)) if !self.called.contains(&name.to_id()) => {}
            (Some(_), Some(_)) => declared.init.visit_with(self),
            _ => declared.visit_children_with(self),
        }
    }

    fn visit_if_stmt(&mut self, choice: &IfStmt) {
        choice.test.visit_with(self);
        let truth = truth(&choice.test, self.known);
        if truth != Truth::False {
            choice.cons.visit_with(self);
        }
        if let Some(alt) = choice.alt.as_deref().filter(|_| truth != Truth::True) {
            alt.visit_with(self);
        }
    }

    fn visit_cond_expr(&mut self, choice: &CondExpr) {
        choice.test.visit_with(self);
        self.choose(&choice.test, &choice.cons, Some(&choice.alt));
    }

    fn visit_bin_expr(&mut self, bin: &BinExpr) {
        bin.left.visit_with(self);
        match bin.op {
            BinaryOp::LogicalAnd => self.choose(&bin.left, &bin.right, None),
            BinaryOp::LogicalOr if truth(&bin.left, self.known) == Truth::True => {}
            _ => bin.right.visit_with(self),
        }
    }

    fn visit_switch_stmt(&mut self, switch: &SwitchStmt) {
        switch.discriminant.visit_with(self);
        let tests = switch.cases.iter().map(|case| case.test.as_deref().and_then(literal_str));
        let tests: Vec<Option<String>> = tests.collect();
        let plain = switch.cases.iter().zip(&tests).all(|(case, test)| case.test.is_none() || test.is_some());
        // Unless all cases are plain texts, any may be the one.
        let Some(value) = (self.known)(&switch.discriminant).filter(|_| plain) else {
            return switch.cases.visit_with(self);
        };
        let default = || switch.cases.iter().position(|case| case.test.is_none());
        let start = tests.iter().position(|test| test.as_ref() == Some(&value)).or_else(default);
        for case in switch.cases.iter().skip(start.unwrap_or(switch.cases.len())) {
            if self.list(&case.cons) {
                break;
            }
        }
    }

    fn visit_catch_clause(&mut self, clause: &CatchClause) {
        if self.caught {
            clause.visit_children_with(self);
        }
    }
}
