//! Whether a value is only looked at by code that takes values of any type, so that its own type may be `unknown`.

use crate::syntax::ast::{Expr, Id};
use crate::syntax::{Module, References, Span, Visit, VisitWith, bare, ident, is_ident, member_name};

/// A call such as `schema.parse(…)`, which takes a value of any type.
pub fn is_check(expr: &Expr) -> bool {
    let Expr::Call(call) = bare(expr) else { return false };
    let Some(Expr::Member(member)) = call.callee.as_expr().map(|callee| bare(callee)) else { return false };
    matches!(member_name(member).as_deref(), Some("parse" | "safeParse" | "parseAsync" | "safeParseAsync"))
        && ident(&member.obj).is_none_or(|name| &*name.sym != "JSON")
}

/// Whether every use of the variable is a check or a cast.
pub fn only_checked(module: &Module, id: &Id, all: &References, guards: &[Span]) -> bool {
    struct Checks<'i> {
        id: &'i Id,
        found: usize,
    }
    impl Visit for Checks<'_> {
        fn visit_expr(&mut self, expr: &Expr) {
            match expr {
                Expr::TsAs(cast) if ident(&cast.expr).is_some() && is_ident(&cast.expr, self.id) => self.found += 1,
                Expr::Call(call) if is_check(expr) => {
                    self.found += call.args.iter().filter(|argument| is_ident(&argument.expr, self.id)).count();
                }
                _ => {}
            }
            expr.visit_children_with(self);
        }
    }
    let mut checks = Checks { id, found: 0 };
    module.ast.visit_with(&mut checks);
    let others = |spans: &Vec<Span>| spans.iter().filter(|at| !guards.iter().any(|guard| guard.contains(**at))).count();
    all.get(id).is_some_and(|mentions| others(mentions) == checks.found + 1)
}
