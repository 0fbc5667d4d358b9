//! `if (req && res) { … } else { … }`: a helper that can do without them asks whether it was given them. Where
//! it always is, the condition and its other branch go.

use super::carrier::Role;
use crate::syntax::ast::{BinaryOp, Decl, Expr, IfStmt, Stmt};
use crate::syntax::{Module, Span, bare, references, span_of};

/// An `if` that asks for nothing but whether `req` and `res` are there.
#[derive(Clone, Debug)]
pub struct Present {
    /// The statement.
    pub statement: Span,
    /// What stays of it.
    pub kept: Span,
}

/// `statement`, if its condition is made of carriers alone.
pub fn present(module: &Module, statement: &IfStmt, role: &dyn Fn(&Expr) -> Option<Role>) -> Option<Present> {
    let mut open = vec![bare(&statement.test)];
    while let Some(test) = open.pop() {
        match test {
            Expr::Bin(bin) if bin.op == BinaryOp::LogicalAnd => open.extend([bare(&bin.left), bare(&bin.right)]),
            other => {
                role(other)?;
            }
        }
    }
    let last = match &*statement.cons {
        Stmt::Block(block) => block.stmts.last()?,
        other => other,
    };
    if matches!(last, Stmt::Return(_) | Stmt::Throw(_)) {
        // What follows would never run.
        return None;
    }
    let whole = span_of(&*statement.cons);
    let kept = match &*statement.cons {
        Stmt::Block(block) => match (block.stmts.first(), block.stmts.last()) {
            (Some(first), Some(last)) if !clashes(module, &block.stmts) => {
                Span::new(span_of(first).start, span_of(last).end)
            }
            (Some(_), _) => whole,
            _ => return None,
        },
        _ => whole,
    };
    Some(Present { statement: span_of(statement), kept })
}

/// Whether a name that the statements declare means something else somewhere in the module.
fn clashes(module: &Module, statements: &[Stmt]) -> bool {
    let mut ids = Vec::new();
    for statement in statements {
        match statement {
            Stmt::Decl(Decl::Var(variable)) => {
                ids.extend(variable.decls.iter().flat_map(|declarator| super::bound_ids(&declarator.name)));
            }
            Stmt::Decl(_) => return true,
            _ => {}
        }
    }
    let all = references(&module.ast);
    ids.iter().any(|id| all.keys().any(|other| other.0 == id.0 && other != id))
}
