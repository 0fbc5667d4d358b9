//! Statements behind which nothing runs.

use swc_core::ecma::ast::Stmt;

/// Whether control never gets behind the statement.
pub fn exits(statement: &Stmt) -> bool {
    match statement {
        Stmt::Return(_) | Stmt::Throw(_) => true,
        Stmt::Block(block) => block.stmts.last().is_some_and(exits),
        Stmt::If(branch) => exits(&branch.cons) && branch.alt.as_deref().is_some_and(exits),
        Stmt::Try(attempt) => {
            attempt.finalizer.as_ref().is_some_and(|block| block.stmts.last().is_some_and(exits))
                || (attempt.block.stmts.last().is_some_and(exits)
                    && attempt.handler.as_ref().is_none_or(|handler| handler.body.stmts.last().is_some_and(exits)))
        }
        Stmt::Switch(switch) => {
            let by_default = switch.cases.iter().any(|case| case.test.is_none());
            by_default
                && switch.cases.iter().all(|case| case.cons.last().is_none_or(exits))
                && switch.cases.last().is_some_and(|case| !case.cons.is_empty())
        }
        _ => false,
    }
}
