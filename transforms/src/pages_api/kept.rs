//! Answers that are kept until the end of a list:
//!
//! ```ts
//! const result = await handler(req, res);
//! logger.info('done');
//! return result;
//! ```

use super::flow::operand;
use crate::syntax::ast::{
    ArrowExpr, BlockStmt, BreakStmt, Class, ContinueStmt, Decl, Function, Id, Ident, ReturnStmt, Stmt, SwitchCase,
    ThrowStmt, VarDeclKind,
};
use crate::syntax::{Span, Visit, VisitWith, ident, pat_ident, span_of};

/// What `statement` keeps, if the list `behind` it does nothing with that but return it at its end, whatever happens.
pub fn kept_answer(statement: &Stmt, behind: &[&Stmt]) -> Option<Span> {
    let Stmt::Decl(Decl::Var(variable)) = statement else { return None };
    let [declarator] = variable.decls.as_slice() else { return None };
    let (name, value) = (pat_ident(&declarator.name)?.to_id(), declarator.init.as_deref()?);
    let (Stmt::Return(last), between) = behind.split_last()? else { return None };
    let returned = ident(last.arg.as_deref()?)?.to_id() == name;
    if variable.kind != VarDeclKind::Const || !returned {
        return None;
    }
    let mut search = Search { name: &name, found: false };
    between.iter().for_each(|statement| statement.visit_with(&mut search));
    (!search.found).then(|| span_of(operand(value)))
}

/// What runs between `send` and the `return` of what it gives, if that is kept somewhere below `statements`.
pub fn kept_work(statements: &[Stmt], send: Span) -> Vec<Span> {
    let mut work = Work { send, found: Vec::new() };
    work.list(statements);
    work.found
}

struct Work {
    send: Span,
    found: Vec<Span>,
}

impl Work {
    fn list(&mut self, statements: &[Stmt]) {
        for (at, statement) in statements.iter().enumerate() {
            let behind: Vec<&Stmt> = statements[at + 1..].iter().collect();
            if kept_answer(statement, &behind) == Some(self.send) {
                self.found = behind[..behind.len() - 1].iter().map(|statement| span_of(*statement)).collect();
                return;
            }
            statement.visit_with(self);
        }
    }
}

impl Visit for Work {
    fn visit_block_stmt(&mut self, block: &BlockStmt) {
        self.list(&block.stmts);
    }
    fn visit_switch_case(&mut self, case: &SwitchCase) {
        self.list(&case.cons);
    }
    fn visit_function(&mut self, _: &Function) {}
    fn visit_arrow_expr(&mut self, _: &ArrowExpr) {}
    fn visit_class(&mut self, _: &Class) {}
}

/// Looks for mentions of the name, and for ways to leave the list.
struct Search<'s> {
    name: &'s Id,
    found: bool,
}

impl Visit for Search<'_> {
    fn visit_ident(&mut self, name: &Ident) {
        self.found |= name.to_id() == *self.name;
    }

    fn visit_return_stmt(&mut self, _: &ReturnStmt) {
        self.found = true;
    }

    fn visit_throw_stmt(&mut self, _: &ThrowStmt) {
        self.found = true;
    }

    fn visit_break_stmt(&mut self, _: &BreakStmt) {
        self.found = true;
    }

    fn visit_continue_stmt(&mut self, _: &ContinueStmt) {
        self.found = true;
    }
}
