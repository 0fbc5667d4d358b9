//! The statements of a function that hold no others, and what functions give back by them.

use crate::syntax::ast::{Callee, Expr, ReturnStmt, Stmt};
use crate::syntax::{bare, function_of, ident};

/// The expressions that are statements or are returned, below `statement`, functions left out; each with the word
/// whether it is a statement.
pub(super) fn expressions(statement: &Stmt) -> impl Iterator<Item = (&Expr, bool)> {
    plain_statements(statement).into_iter().filter_map(|statement| match statement {
        Stmt::Expr(expression) => Some((&*expression.expr, true)),
        Stmt::Return(ReturnStmt { arg: Some(value), .. }) => Some((&**value, false)),
        _ => None,
    })
}

/// The statements below `statement` that hold no others.
pub(super) fn plain_statements(statement: &Stmt) -> Vec<&Stmt> {
    // The visitor hands out short borrows, so the statements are walked by hand.
    fn list<'a>(list: &'a [Stmt], found: &mut Vec<&'a Stmt>) {
        list.iter().for_each(|statement| walk(statement, found));
    }
    fn walk<'a>(statement: &'a Stmt, found: &mut Vec<&'a Stmt>) {
        match statement {
            Stmt::Block(block) => list(&block.stmts, found),
            Stmt::If(choice) => {
                walk(&choice.cons, found);
                choice.alt.iter().for_each(|alt| walk(alt, found));
            }
            Stmt::Try(attempt) => {
                list(&attempt.block.stmts, found);
                attempt.handler.iter().for_each(|handler| list(&handler.body.stmts, found));
            }
            Stmt::Switch(switch) => switch.cases.iter().for_each(|case| list(&case.cons, found)),
            other => found.push(other),
        }
    }
    let mut found = Vec::new();
    walk(statement, &mut found);
    found
}

/// Whether the statement returns something.
pub(super) fn gives(statement: &Stmt) -> bool {
    matches!(statement, Stmt::Return(ReturnStmt { arg: Some(_), .. }))
}

/// Whether the function that `argument` is certainly gives nothing: it returns nothing, or writes to the console.
pub(super) fn gives_nothing(argument: &Expr) -> bool {
    let console = |expression: &Expr| match bare(expression) {
        Expr::Member(member) => ident(&member.obj).is_some_and(|name| &*name.sym == "console"),
        _ => false,
    };
    let Some(function) = function_of(argument) else { return console(argument) };
    match (function.block(), function.expression().map(bare)) {
        (Some(block), _) => !block.stmts.iter().flat_map(plain_statements).any(|statement| {
            gives(statement)
                || matches!(
                    statement,
                    Stmt::For(_)
                        | Stmt::ForIn(_)
                        | Stmt::ForOf(_)
                        | Stmt::While(_)
                        | Stmt::DoWhile(_)
                        | Stmt::Labeled(_)
                )
        }),
        (None, Some(Expr::Call(call))) => matches!(&call.callee, Callee::Expr(callee) if console(callee)),
        _ => false,
    }
}
