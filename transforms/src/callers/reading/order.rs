//! Which statements run after a success, which after a failure, and what comes first.

use super::When;
use crate::syntax::ast::{BinaryOp, Decl, Expr, Id, OptChainBase, Stmt, UnaryOp};
use crate::syntax::exits;
use crate::syntax::{Span, bare, is_ident, member_name, span_of};

/// Whether `span` is reached after success only, or after failure only.
pub(super) fn when(body: &[Stmt], span: Span, id: &Id) -> When {
    let mut known = When::Always;
    for statement in body {
        if !span_of(statement).contains(span) {
            if span_of(statement).end <= span.start
                && let Stmt::If(branch) = statement
                && branch.alt.is_none()
                && exits(&branch.cons)
            {
                match tests_ok(&branch.test, id) {
                    Some(true) => known = When::NotOk,
                    Some(false) => known = When::Ok,
                    None => {}
                }
            }
            continue;
        }
        let inner = match statement {
            Stmt::If(branch) => {
                let in_branch = span_of(&*branch.cons).contains(span);
                let tested = match tests_ok(&branch.test, id) {
                    _ if span_of(&*branch.test).contains(span) => None,
                    // `if (res.ok && …)`: only the branch itself knows.
                    None if in_branch => conjunct_ok(&branch.test, id),
                    tested => tested,
                };
                let side = if in_branch { Some(&*branch.cons) } else { branch.alt.as_deref() };
                let own = match tested {
                    Some(ok) if ok == in_branch => When::Ok,
                    Some(_) => When::NotOk,
                    None => When::Always,
                };
                let deeper = side.map_or(When::Always, |side| when(std::slice::from_ref(side), span, id));
                if own == When::Always { deeper } else { own }
            }
            Stmt::Block(block) => when(&block.stmts, span, id),
            Stmt::Try(attempt) => {
                let blocks =
                    [Some(&attempt.block), attempt.handler.as_ref().map(|h| &h.body), attempt.finalizer.as_ref()];
                let around = blocks.into_iter().flatten().find(|block| span_of(*block).contains(span));
                around.map_or(When::Always, |block| when(&block.stmts, span, id))
            }
            _ => When::Always,
        };
        return if known == When::Always { inner } else { known };
    }
    known
}

/// `res.ok` is `Some(true)`, `!res.ok` is `Some(false)`.
pub(super) fn tests_ok(test: &Expr, id: &Id) -> Option<bool> {
    match bare(test) {
        Expr::Unary(not) if not.op == UnaryOp::Bang => tests_ok(&not.arg, id).map(|ok| !ok),
        Expr::Member(member) => {
            (is_ident(&member.obj, id) && member_name(member).as_deref() == Some("ok")).then_some(true)
        }
        Expr::OptChain(chain) => {
            let OptChainBase::Member(member) = &*chain.base else { return None };
            (is_ident(&member.obj, id) && member_name(member).as_deref() == Some("ok")).then_some(true)
        }
        _ => None,
    }
}

fn conjunct_ok(test: &Expr, id: &Id) -> Option<bool> {
    let Expr::Bin(both) = bare(test) else { return None };
    if both.op != BinaryOp::LogicalAnd {
        return None;
    }
    let one = |side: &Expr| tests_ok(side, id).or_else(|| conjunct_ok(side, id));
    one(&both.left).or_else(|| one(&both.right))
}

/// Whether one run may reach both `first` and `second`, which stands behind it.
pub(super) fn both_run(body: &[Stmt], first: Span, second: Span) -> bool {
    let holding = |span| body.iter().find(|statement| span_of(*statement).contains(span));
    let (Some(one), Some(other)) = (holding(first), holding(second)) else { return true };
    if span_of(one) != span_of(other) {
        return !leaves(one, first);
    }
    match one {
        Stmt::Block(block) => both_run(&block.stmts, first, second),
        Stmt::If(branch) if span_of(&*branch.test).contains(first) => true,
        Stmt::If(branch) => {
            let sides = [Some(&*branch.cons), branch.alt.as_deref()];
            let side = sides.into_iter().flatten().find(|side| span_of(*side).contains(first));
            side.is_some_and(|side| {
                span_of(side).contains(second) && both_run(std::slice::from_ref(side), first, second)
            })
        }
        Stmt::Try(attempt) => {
            let blocks = [Some(&attempt.block), attempt.handler.as_ref().map(|h| &h.body), attempt.finalizer.as_ref()];
            let block = blocks.into_iter().flatten().find(|block| span_of(*block).contains(first));
            block.is_none_or(|block| !span_of(block).contains(second) || both_run(&block.stmts, first, second))
        }
        Stmt::Switch(switch) => {
            let case = switch.cases.iter().find(|case| span_of(*case).contains(first));
            case.is_none_or(|case| {
                if span_of(case).contains(second) {
                    both_run(&case.cons, first, second)
                } else {
                    !case.cons.last().is_some_and(ends_case)
                }
            })
        }
        _ => true,
    }
}

/// Whether what follows in a `switch` is not reached.
fn ends_case(last: &Stmt) -> bool {
    match last {
        Stmt::Break(_) => true,
        Stmt::Block(block) => block.stmts.last().is_some_and(ends_case),
        last => exits(last),
    }
}

/// Whether the function is left once `span` in `statement` is reached.
fn leaves(statement: &Stmt, span: Span) -> bool {
    let from = |list: &[Stmt]| {
        let rest = list.iter().skip_while(|statement| !span_of(*statement).contains(span));
        let mut rest = rest.peekable();
        rest.peek().is_some_and(|first| leaves(first, span)) || rest.any(exits)
    };
    match statement {
        Stmt::Return(_) | Stmt::Throw(_) => true,
        Stmt::Block(block) => from(&block.stmts),
        Stmt::If(branch) => [Some(&*branch.cons), branch.alt.as_deref()]
            .into_iter()
            .flatten()
            .any(|side| span_of(side).contains(span) && leaves(side, span)),
        // What is thrown in it, its `catch` takes.
        Stmt::Try(attempt) => {
            let is_within = span_of(&attempt.block).contains(span);
            let caught = attempt.handler.as_ref().is_none_or(|handler| handler.body.stmts.last().is_some_and(exits));
            is_within && caught && from(&attempt.block.stmts)
        }
        Stmt::Switch(switch) => switch.cases.iter().any(|case| span_of(case).contains(span) && from(&case.cons)),
        _ => false,
    }
}

/// The statement behind the one that contains `declaration`, in the same list.
pub(super) fn next_statement(body: &[Stmt], declaration: Span) -> Option<&Stmt> {
    let at = body.iter().position(|statement| span_of(statement).contains(declaration))?;
    match &body[at] {
        Stmt::Try(attempt) if span_of(&attempt.block).contains(declaration) => {
            next_statement(&attempt.block.stmts, declaration)
        }
        Stmt::Block(block) => next_statement(&block.stmts, declaration),
        Stmt::If(branch) => [Some(&*branch.cons), branch.alt.as_deref()]
            .into_iter()
            .flatten()
            .find(|side| span_of(*side).contains(declaration))
            .and_then(|side| next_statement(std::slice::from_ref(side), declaration)),
        Stmt::Decl(Decl::Var(variable))
            if variable.decls.iter().any(|declarator| span_of(declarator) == declaration) =>
        {
            body.get(at + 1)
        }
        _ => None,
    }
}

/// Whether `statement`, after a failed request, reads JSON before it does anything else.
pub(super) fn reads_first(statement: &Stmt, id: &Id, failing: &[Span]) -> bool {
    match statement {
        Stmt::Return(returned) => returned.arg.as_deref().is_some_and(|value| failing.contains(&span_of(bare(value)))),
        Stmt::Decl(Decl::Var(variable)) => match variable.decls.as_slice() {
            [only] => only.init.as_deref().is_some_and(|init| failing.contains(&span_of(bare(init)))),
            _ => false,
        },
        Stmt::Block(block) => block.stmts.first().is_some_and(|first| reads_first(first, id, failing)),
        Stmt::If(branch) => match tests_ok(&branch.test, id) {
            Some(false) => reads_first(&branch.cons, id, failing),
            Some(true) => branch.alt.as_deref().is_some_and(|other| reads_first(other, id, failing)),
            None => false,
        },
        _ => false,
    }
}
