//! Calls of guards: helpers that answer on some ways and give a value on the others.
//!
//! ```ts
//! const user = await requireUser(req, res);     const user = await requireUser(req);
//! if (!user) return;                       →    if (user instanceof NextResponse) return user;
//! ```
//!
//! The caller must leave at once where the guard has answered; that it does is read from the `if` behind the
//! call and from what the guard returned there.

use super::Builder;
use crate::pages_api::Call;
use crate::rewrite::{Edit, Piece};
use crate::route_handler::compat::Helper;
use crate::route_handler::effect::Truthiness;
use crate::route_handler::needs::Needs;
use crate::syntax::ast::{BinaryOp, Expr, IfStmt, Lit, ReturnStmt, Stmt, UnaryOp};
use crate::syntax::{Span, Visit, VisitWith, bare, ident, span_of};

/// `if (!name) return;`, or the opposite.
struct Check {
    span: Span,
    name: String,
    /// It leaves if the value is true.
    leaves_if: bool,
}

/// The checks in a function that do nothing but leave.
#[derive(Default)]
struct Checks(Vec<Check>);

impl Visit for Checks {
    fn visit_if_stmt(&mut self, statement: &IfStmt) {
        statement.visit_children_with(self);
        if statement.alt.is_some() || !leaves(&statement.cons) {
            return;
        }
        if let Some((name, leaves_if)) = tested(&statement.test) {
            self.0.push(Check { span: span_of(statement), name, leaves_if });
        }
    }
}

fn leaves(statement: &Stmt) -> bool {
    match statement {
        Stmt::Return(ReturnStmt { arg, .. }) => arg.as_deref().is_none_or(nothing),
        Stmt::Block(block) => matches!(block.stmts.as_slice(), [only] if leaves(only)),
        _ => false,
    }
}

fn nothing(value: &Expr) -> bool {
    match bare(value) {
        Expr::Lit(Lit::Null(_)) => true,
        Expr::Ident(name) => &*name.sym == "undefined",
        _ => false,
    }
}

/// What `name`, `!name`, `name === null` and the like test: the name, and for which truth the test holds.
fn tested(test: &Expr) -> Option<(String, bool)> {
    match bare(test) {
        Expr::Ident(name) => Some((name.sym.to_string(), true)),
        Expr::Unary(unary) if unary.op == UnaryOp::Bang => {
            let (name, truth) = tested(&unary.arg)?;
            Some((name, !truth))
        }
        Expr::Bin(bin) if matches!(bin.op, BinaryOp::EqEqEq | BinaryOp::EqEq) => {
            let is_false = matches!(bare(&bin.right), Expr::Lit(Lit::Bool(value)) if !value.value);
            let name = ident(&bin.left)?;
            is_false.then(|| (name.sym.to_string(), false))
        }
        _ => None,
    }
}

impl Builder<'_, '_, '_> {
    /// The call of a guard whose result is used.
    pub(super) fn guard(&mut self, call: &Call, needs: &Needs) {
        let message = "the result of a helper that may send the response is used here";
        let help = "let the helper return the response or a value, and tell them apart where it is called";
        let Some((name, check)) = self.check_behind(call) else {
            return self.refuse("guard-helper", call.span, message, help);
        };
        let wanted = if check.leaves_if { Truthiness::True } else { Truthiness::False };
        let other = if check.leaves_if { Truthiness::False } else { Truthiness::True };
        // Where it has answered, its caller must have left; nobody must have gone on.
        if !(needs.effect.sent == wanted || needs.effect.sent == Truthiness::Never) {
            return self.refuse("guard-helper", call.span, message, help);
        }
        let semi = if self.text_of(check.span).ends_with(';') || self.cx.dialect.style.semicolons { ";" } else { "" };
        let indent = self.indent_at(check.span.start);
        let answer = match self.shared.contains(&call.span) {
            true => {
                self.out.helpers.push((Helper::WithHeaders, call.span));
                format!("{}({name}, {})", Helper::WithHeaders.name(), self.cx.names.headers)
            }
            false => name.clone(),
        };
        let mut text = format!("if ({name} instanceof NextResponse) return {answer}{semi}");
        // A value that made the caller leave without an answer left the client waiting.
        if needs.effect.unsent != other && needs.effect.unsent != Truthiness::Never {
            let test = if check.leaves_if { name } else { format!("!{name}") };
            text.push_str(&format!("\n{indent}if ({test}) return new NextResponse(null, {{ status: 500 }}){semi}"));
        }
        self.out.response = true;
        self.out.edits.push(Edit::of(check.span, vec![Piece::Text(text)]));
    }

    /// `const name = await guard(…)` and the `if` that stands right behind it.
    fn check_behind(&self, call: &Call) -> Option<(String, Check)> {
        let block = self.carrier.function.block()?;
        let mut checks = Checks::default();
        block.visit_with(&mut checks);
        for list in &self.lists.lists {
            let Some(at) = list.items.iter().position(|item| item.span.contains(call.span)) else { continue };
            let Some(next) = list.items.get(at + 1) else { continue };
            let text = self.text_of(list.items[at].span);
            let before = &text[..call.span.start - list.items[at].span.start];
            let after = self.text_of(Span::new(call.span.end, list.items[at].span.end));
            let declared = before
                .strip_prefix("const ")
                .or_else(|| before.strip_prefix("let "))
                .and_then(|rest| rest.trim_end().strip_suffix("await").unwrap_or(rest).trim_end().strip_suffix('='));
            let Some(name) = declared.map(|name| name.split(':').next().unwrap_or_default().trim()) else { continue };
            if !matches!(after.trim(), "" | ";") || name.is_empty() || name.contains(['{', '[', ',']) {
                continue;
            }
            let check = checks.0.into_iter().find(|check| check.span == next.span && check.name == name)?;
            return Some((name.to_owned(), check));
        }
        None
    }
}
