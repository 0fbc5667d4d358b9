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
use crate::route_handler::effect::{Effect, Truthiness};
use crate::route_handler::lists::Lists;
use crate::route_handler::needs::Needs;
use crate::syntax::ast::{BinaryOp, Expr, IfStmt, Lit, ReturnStmt, Stmt, UnaryOp};
use crate::syntax::{Function, Span, Visit, VisitWith, bare, ident, span_of};

/// `if (!name) return;`, or the opposite.
pub struct Check {
    /// The whole statement.
    pub span: Span,
    /// The name that it tests.
    pub name: String,
    /// It leaves if the value is true.
    pub leaves_if: bool,
    /// The `return`.
    pub leave: Span,
}

/// The checks in a function that do nothing but leave.
#[derive(Default)]
struct Checks(Vec<Check>);

impl Visit for Checks {
    fn visit_if_stmt(&mut self, statement: &IfStmt) {
        statement.visit_children_with(self);
        if statement.alt.is_some() {
            return;
        }
        if let (Some((name, leaves_if)), Some(leave)) = (tested(&statement.test), leave(&statement.cons)) {
            self.0.push(Check { span: span_of(statement), name, leaves_if, leave });
        }
    }
}

/// The `return` that is all that the statement does.
fn leave(statement: &Stmt) -> Option<Span> {
    match statement {
        Stmt::Return(ReturnStmt { arg, .. }) => arg.as_deref().is_none_or(nothing).then(|| span_of(statement)),
        Stmt::Block(block) => match block.stmts.as_slice() {
            [only] => leave(only),
            _ => None,
        },
        _ => None,
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
        // Where it has answered, its caller must have left; nobody must have gone on.
        let check = check_behind(&self.cx.module.text, self.carrier.function, &self.lists, call);
        let Some(check) = check.filter(|check| fits(check, &needs.effect)) else {
            return self.refuse("guard-helper", call.span, message, help);
        };
        let (name, other) = (&check.name, if check.leaves_if { Truthiness::False } else { Truthiness::True });
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
            let test = if check.leaves_if { name.clone() } else { format!("!{name}") };
            text.push_str(&format!("\n{indent}if ({test}) return new NextResponse(null, {{ status: 500 }}){semi}"));
        }
        self.out.response = true;
        self.out.edits.push(Edit::of(check.span, vec![Piece::Text(text)]));
    }
}

/// Of the call of a guard, `const name = await guard(…)`, the `if` that stands right behind it.
pub fn check_behind(text: &str, function: Function<'_>, lists: &Lists, call: &Call) -> Option<Check> {
    let mut checks = Checks::default();
    function.block()?.visit_with(&mut checks);
    for list in &lists.lists {
        let Some(at) = list.items.iter().position(|item| item.span.contains(call.span)) else { continue };
        let Some(next) = list.items.get(at + 1) else { continue };
        let whole = list.items[at].span;
        let before = Span::new(whole.start, call.span.start).text(text);
        let after = Span::new(call.span.end, whole.end).text(text);
        let declared = before
            .strip_prefix("const ")
            .or_else(|| before.strip_prefix("let "))
            .and_then(|rest| rest.trim_end().strip_suffix("await").unwrap_or(rest).trim_end().strip_suffix('='));
        let Some(name) = declared.map(|name| name.split(':').next().unwrap_or_default().trim()) else { continue };
        if !matches!(after.trim(), "" | ";") || name.is_empty() || name.contains(['{', '[', ',']) {
            continue;
        }
        return checks.0.into_iter().find(|check| check.span == next.span && check.name == name);
    }
    None
}

/// Whether the caller leaves by `check` just where the guard has answered.
pub fn fits(check: &Check, effect: &Effect) -> bool {
    let wanted = if check.leaves_if { Truthiness::True } else { Truthiness::False };
    matches!(effect.sent, Truthiness::Never) || effect.sent == wanted
}
