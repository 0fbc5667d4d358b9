//! Calls of guards: helpers that answer on some ways and give a value on the others.
//!
//! ```ts
//! const user = await requireUser(req, res);     const user = await requireUser(req);
//! if (!user) return;                       →    if (user instanceof NextResponse) return user;
//! ```
//!
//! The caller must leave at once where the guard has answered; that it does is read from the `if` behind the
//! call and from what the guard returned there. `if (res.headersSent) return;` says so by itself.

use super::Builder;
use crate::finding::Finding;
use crate::pages_api::{After, Call, Carrier, analyse, operand};
use crate::rewrite::{Edit, Piece};
use crate::route_handler::compat::Helper;
use crate::route_handler::effect::{Effect, Truthiness};
use crate::route_handler::lists::Lists;
use crate::route_handler::needs::Needs;
use crate::route_handler::predicates::is_narrowed;
use crate::syntax::ast::{BinaryOp, Expr, IfStmt, Lit, ReturnStmt, Stmt, UnaryOp};
use crate::syntax::{Span, Visit, VisitWith, bare, full_statement, ident, span_of};

/// `if (!name) return;`, or the opposite.
pub struct Check {
    /// The whole statement.
    pub span: Span,
    /// The name that it tests, or that the result was given.
    pub name: String,
    /// It leaves if the value is true.
    pub leaves_if: bool,
    /// The `return`.
    pub leave: Span,
    /// Before that it answers once more.
    pub answers: bool,
    /// What is tested.
    pub kind: Kind,
    /// The test, without `|| res.headersSent`.
    pub test: Span,
    /// It leaves where the response was sent in any case: `!name || res.headersSent`.
    pub or_sent: bool,
    /// `if (<this> && !(await guard(…))) return;`: what else must hold for the guard to be asked.
    pub condition: Option<Span>,
}

/// What a check tests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The name that the result was given.
    Name,
    /// Whether that is one certain value: `name === undefined`, `name === false`.
    Is(Value),
    /// The call itself: `if (!(await guard(req, res))) return;`.
    Call(Span),
    /// `res.headersSent`.
    Sent,
}

/// The value that a check asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Value {
    /// `name === undefined`.
    Undefined,
    /// `name === null`.
    Null,
    /// Any of the two: `name == null`.
    Nothing,
    /// `name === false`.
    False,
}

/// The checks in a function that do nothing but leave.
struct Checks<'r, 'a> {
    carrier: &'r Carrier<'a>,
    found: Vec<Check>,
}

impl Visit for Checks<'_, '_> {
    fn visit_if_stmt(&mut self, statement: &IfStmt) {
        statement.visit_children_with(self);
        if statement.alt.is_some() {
            return;
        }
        // `if (condition && !(await guard(…))) return;` asks the guard only then.
        let is_sent = |test: &Expr| matches!(tested(test, self.carrier), Some((_, true, Kind::Sent)));
        let (condition, test, or_sent) = match bare(&statement.test) {
            Expr::Bin(bin) if bin.op == BinaryOp::LogicalAnd => (Some(span_of(&*bin.left)), &*bin.right, false),
            Expr::Bin(bin) if bin.op == BinaryOp::LogicalOr && is_sent(&bin.right) => (None, &*bin.left, true),
            Expr::Bin(bin) if bin.op == BinaryOp::LogicalOr && is_sent(&bin.left) => (None, &*bin.right, true),
            _ => (None, &*statement.test, false),
        };
        let left = leave(&statement.cons).map(|place| (place, false));
        let left = left.or_else(|| Some((answer(&statement.cons, self.carrier)?, true)));
        if let (Some((name, leaves_if, kind)), Some((leave, answers))) = (tested(test, self.carrier), left)
            && (!answers || (condition.is_none() && !or_sent && matches!(kind, Kind::Name | Kind::Is(_))))
            && (condition.is_none() || matches!(kind, Kind::Call(_)))
            && (!or_sent || matches!(kind, Kind::Name | Kind::Is(_)))
        {
            let (span, test) = (span_of(statement), span_of(test));
            self.found.push(Check { span, name, leaves_if, leave, answers, kind, test, or_sent, condition });
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

/// The send with which the statement leaves, if it does nothing else: `return res.status(401).end()`.
fn answer(statement: &Stmt, carrier: &Carrier<'_>) -> Option<Span> {
    let send = |expr: &Expr| {
        let span = span_of(operand(expr));
        let own = carrier.writes.iter().any(|write| write.span == span && write.payload.is_some());
        let handed =
            carrier.calls.iter().any(|call| call.span == span && call.args.iter().any(|(_, role)| role.is_some()));
        (own || handed).then_some(span)
    };
    match statement {
        Stmt::Return(own) => send(own.arg.as_deref()?),
        Stmt::Block(block) => match block.stmts.as_slice() {
            [only] => answer(only, carrier),
            [Stmt::Expr(own), last] if leave(last).is_some() => send(&own.expr),
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

/// What `name`, `!name`, `name === false` and the like test: the name, for which truth the test holds, and
/// what it is.
fn tested(test: &Expr, carrier: &Carrier<'_>) -> Option<(String, bool, Kind)> {
    match bare(test) {
        Expr::Ident(name) => Some((name.sym.to_string(), true, Kind::Name)),
        Expr::Member(member) if carrier.asks_if_sent(member) => Some((String::new(), true, Kind::Sent)),
        Expr::Unary(unary) if unary.op == UnaryOp::Bang => {
            let (name, truth, kind) = tested(&unary.arg, carrier)?;
            Some((name, !truth, kind))
        }
        Expr::Bin(bin) if matches!(bin.op, BinaryOp::EqEqEq | BinaryOp::EqEq) => {
            let value = asked_value(&bin.right, bin.op)?;
            Some((ident(&bin.left)?.sym.to_string(), true, Kind::Is(value)))
        }
        other => match operand(other) {
            call @ Expr::Call(_) => Some((String::new(), true, Kind::Call(span_of(call)))),
            _ => None,
        },
    }
}

/// What `name === value` asks for, or `name == value`.
fn asked_value(value: &Expr, op: BinaryOp) -> Option<Value> {
    match bare(value) {
        Expr::Lit(Lit::Bool(value)) => (!value.value).then_some(Value::False),
        value if !nothing(value) => None,
        _ if op == BinaryOp::EqEq => Some(Value::Nothing),
        Expr::Ident(_) => Some(Value::Undefined),
        _ => Some(Value::Null),
    }
}

impl Builder<'_, '_, '_> {
    /// The call of a guard whose result is used.
    pub(super) fn guard(&mut self, call: &Call, needs: &Needs) {
        if self.carrier.continuations.contains(&call.callee) {
            return self.value(call);
        }
        let narrowed = needs.effect.narrows.filter(|_| self.cx.dialect.typescript);
        if narrowed.is_some_and(|at| is_narrowed(&self.cx.module.text, self.carrier, call, at)) {
            let message =
                "this helper narrows the type of what it is given, which it cannot if it returns the response";
            let help = "let it return the value in its narrow type, or nothing where it has answered";
            return self.refuse("guard-helper", call.span, message, help);
        }
        if needs.effect.stops {
            return self.stopping_guard(call);
        }
        let message = "the result of a helper that may send the response is used here";
        let help = "let the helper return the response or a value, and tell them apart where it is called";
        // Where it has answered, its caller must have left; nobody must have gone on.
        let check = check_behind(&self.cx.module.text, self.carrier, &self.lists, call);
        let becomes_async = self.becomes_async(needs);
        // Of a promise nobody can tell whether it answers.
        if self.awaited(call.span) == call.span && (!needs.effect.settled || becomes_async) {
            return self.refuse("guard-helper", call.span, message, "await the helper here");
        }
        if check.is_none() && self.lists.is_statement(call.span) {
            return self.unchecked_guard(call);
        }
        let Some(check) = check.filter(|check| fits(check, &needs.effect)) else {
            return self.refuse("guard-helper", call.span, message, help);
        };
        if check.answers {
            return self.answered_twice(call, &check);
        }
        let named = !check.name.is_empty();
        let (name, other) = match check.kind {
            Kind::Is(_) => (check.name.clone(), Truthiness::True),
            Kind::Name => (check.name.clone(), if check.leaves_if { Truthiness::False } else { Truthiness::True }),
            Kind::Call(_) => (
                self.fresh("response", self.lists.scope_of(check.span)),
                if check.leaves_if { Truthiness::False } else { Truthiness::True },
            ),
            // Whatever it gives is not looked at.
            Kind::Sent if named => (check.name.clone(), needs.effect.unsent),
            Kind::Sent => (self.fresh("response", self.lists.scope_of(check.span)), needs.effect.unsent),
        };
        let semi = if self.text_of(check.span).ends_with(';') || self.cx.dialect.style.semicolons { ";" } else { "" };
        let outer = self.indent_at(check.span.start);
        let step = if check.condition.is_some() { self.cx.dialect.style.indent.as_str() } else { "" };
        let indent = format!("{outer}{step}");
        let answer = self.answer_of(call, &name);
        let mut text = format!("if ({name} instanceof NextResponse) return {answer}{semi}");
        // A value that made the caller leave without an answer left the client waiting.
        let unsent = needs.effect.unsent;
        let passes = unsent == other || (unsent.is_false() && other.is_false());
        if !passes && unsent != Truthiness::Never {
            let test = match check.kind {
                Kind::Is(_) => self.text_of(check.test).to_owned(),
                _ => format!("{}{name}", if check.leaves_if { "" } else { "!" }),
            };
            let message = "a value that the helper may give ends the handler here and nothing is sent; the request hung, \
                           now it is a 500";
            self.out.notes.push(Finding::note("no-response", &self.cx.module.path, check.leave, message));
            text.push_str(&format!("\n{indent}if ({test}) return new NextResponse(null, {{ status: 500 }}){semi}"));
        }
        self.out.response = true;
        if named {
            self.out.edits.extend(annotation(&self.cx.module.text, &self.lists, call).map(Edit::delete));
        }
        let declared = || vec![Piece::Text(format!("const {name} = ")), Piece::Source(self.awaited(call.span))];
        let (place, mut pieces) = match (check.kind, self.statement_of(call.span)) {
            (Kind::Sent, Some(statement)) if !named => (statement, declared()),
            (Kind::Call(_), _) => (check.span, declared()),
            _ => (check.span, Vec::new()),
        };
        if !pieces.is_empty() {
            pieces.push(Piece::Text(format!("{semi}\n{indent}")));
        }
        pieces.push(Piece::Text(text));
        if let Some(condition) = check.condition {
            pieces.splice(
                0..0,
                [Piece::Text("if (".into()), Piece::Source(condition), Piece::Text(format!(") {{\n{indent}"))],
            );
            pieces.push(Piece::Text(format!("\n{outer}}}")));
        }
        self.edit(place, pieces);
        if check.kind == Kind::Sent && !named {
            let whole = full_statement(&self.cx.module.text, check.span);
            self.out.edits.push(Edit::delete(whole));
        }
        self.checked.insert(check.span);
    }
}

impl Builder<'_, '_, '_> {
    /// A guard whose caller answers once more where it has answered, which nobody ever saw: the first answer was sent.
    /// What the guard gives without an answer may take the same way.
    fn answered_twice(&mut self, call: &Call, check: &Check) {
        let again = self.carrier.calls.iter().find(|own| own.span == check.leave);
        if again.is_some_and(|own| self.callee_needs(own).is_none_or(|needs| !needs.effect.always)) {
            let message = "the result of a helper that may send the response is used here";
            let help = "let the helper return the response or a value, and tell them apart where it is called";
            return self.refuse("guard-helper", call.span, message, help);
        }
        let message = "this helper may send the response, and the code that follows may send again";
        let help = "the migrated code returns here; what used to run afterwards does not run any more";
        let finding = Finding::review("forgotten-return", &self.cx.module.path, call.span, message).help(help);
        self.out.notes.push(finding);
        self.out.edits.extend(annotation(&self.cx.module.text, &self.lists, call).map(Edit::delete));
        self.out.response = true;
        let (name, answer) = (&check.name, self.answer_of(call, &check.name));
        let (indent, semi) = (self.indent_at(check.span.start), self.cx.dialect.style.semi());
        let line = format!("if ({name} instanceof NextResponse) return {answer}{semi}\n{indent}");
        self.out.edits.push(Edit::insert(check.span.start, line));
    }

    /// A guard whose caller goes on whether it has answered or not: `await guard(req, res);`.
    fn unchecked_guard(&mut self, call: &Call) {
        let Some(statement) = self.statement_of(call.span) else { return };
        let block = self.carrier.function.block().map_or(&[][..], |block| &block.stmts);
        let sends = |span: Span| {
            let certain = |call: &Call| self.callee_needs(call).is_some_and(|needs| needs.effect.sends);
            self.carrier.writes.iter().any(|write| write.span == span && write.payload.is_some())
                || self.carrier.calls.iter().any(|own| own.span == span && certain(own))
        };
        let all: Vec<Span> = (self.carrier.writes.iter().map(|write| write.span))
            .chain(self.carrier.calls.iter().map(|call| call.span))
            .filter(|span| sends(*span))
            .collect();
        let inside = |span: Span| all.iter().copied().find(|send| span.contains(*send));
        let end = self.carrier.function.span();
        let flow = analyse(block, end, &|span| span == call.span, &inside, &|expr| self.carrier.known_unsent(expr));
        match flow.sends.get(&call.span) {
            Some(After::Nothing(_)) => {}
            Some(After::Send(_)) => {
                let message = "this helper may send the response, and the code that follows may send again";
                let help = "the migrated code returns here; what used to run afterwards does not run any more";
                let finding = Finding::review("forgotten-return", &self.cx.module.path, call.span, message).help(help);
                self.out.notes.push(finding);
            }
            _ => {
                let message = "this helper may send the response, and the code after it runs in any case";
                let help = "let the helper return the response or a value, and tell them apart here";
                return self.refuse("guard-helper", call.span, message, help);
            }
        }
        let scope = self.scope_for(statement);
        let name = self.fresh("response", scope);
        let (indent, answer) = (self.indent_at(statement.start), self.answer_of(call, &name));
        let (awaited, end) = (self.awaited(call.span), self.own_semi(statement));
        let pieces = self.checked((&name, "NextResponse"), awaited, &answer, &indent, end);
        self.out.response = true;
        self.edit(statement, pieces);
    }

    /// The response that a guard gave, with the headers that were set before.
    pub(super) fn answer_of(&mut self, call: &Call, name: &str) -> String {
        if !self.shared.contains(&call.span) {
            return name.to_owned();
        }
        self.out.helpers.push((Helper::WithHeaders, call.span));
        format!("{}({name}, {})", self.cx.names.helper(Helper::WithHeaders), self.cx.names.headers)
    }
}

/// Of the call of a guard, `const name = await guard(…)`, the `if` that stands right behind it.
pub fn check_behind(text: &str, carrier: &Carrier<'_>, lists: &Lists, call: &Call) -> Option<Check> {
    let mut checks = Checks { carrier, found: Vec::new() };
    carrier.function.block()?.visit_with(&mut checks);
    let direct = checks.found.iter().position(|check| check.kind == Kind::Call(call.span));
    if let Some(at) = direct.filter(|at| lists.holds(checks.found[*at].span)) {
        return Some(checks.found.swap_remove(at));
    }
    for list in &lists.lists {
        let Some(at) = list.items.iter().position(|item| item.span.contains(call.span)) else { continue };
        let Some(next) = list.items.get(at + 1) else { continue };
        let whole = list.items[at].span;
        if list.items[at].expr == Some(call.span) && !list.items[at].returns {
            let sent = |check: &Check| check.span == next.span && check.kind == Kind::Sent && check.leaves_if;
            return checks.found.into_iter().find(sent);
        }
        let after = Span::new(call.span.end, whole.end).text(text);
        let declared = declared_before(text, Span::new(whole.start, call.span.start));
        let Some(name) = declared.map(|name| name.split(':').next().unwrap_or_default().trim()) else { continue };
        if !matches!(after.trim(), "" | ";") || name.is_empty() || name.contains(['{', '[', ',']) {
            continue;
        }
        let found = checks.found.into_iter().find(|check| check.span == next.span)?;
        return match found.kind {
            Kind::Name | Kind::Is(_) if found.name == name => Some(found),
            Kind::Sent if found.leaves_if => Some(Check { name: name.to_owned(), ..found }),
            _ => None,
        };
    }
    None
}

/// `user: User | null` of `const user: User | null = await `.
pub(super) fn declared_before(text: &str, before: Span) -> Option<&str> {
    let before = before.text(text);
    let rest = before.strip_prefix("const ").or_else(|| before.strip_prefix("let "))?;
    rest.trim_end().strip_suffix("await").unwrap_or(rest).trim_end().strip_suffix('=')
}

/// The type that is written behind the name of what a guard gives. It says what the old form gave; what the new one
/// gives is told by the guard itself.
pub(super) fn annotation(text: &str, lists: &Lists, call: &Call) -> Option<Span> {
    let items = lists.lists.iter().flat_map(|list| &list.items);
    let whole =
        items.map(|item| item.span).filter(|span| span.contains(call.span)).min_by_key(|span| span.end - span.start)?;
    let declared = declared_before(text, Span::new(whole.start, call.span.start))?.trim_end();
    let written = &declared[declared.find(':')?..];
    // These take whatever there is.
    let takes_all = matches!(written[1..].trim(), "any" | "unknown");
    let start = whole.start + text[whole.start..].find(written)?;
    (!takes_all).then(|| Span::new(start, start + written.len()))
}

/// Whether the caller leaves by `check` just where the guard has answered.
pub fn fits(check: &Check, effect: &Effect) -> bool {
    if check.kind == Kind::Sent || check.or_sent || effect.sent == Truthiness::Never {
        return true;
    }
    match check.kind {
        // `!(name === null)` leaves for anything else.
        Kind::Is(_) if !check.leaves_if => false,
        Kind::Is(Value::Undefined) => effect.sent == Truthiness::Undefined,
        Kind::Is(Value::Null) => effect.sent == Truthiness::Null,
        Kind::Is(Value::Nothing) => matches!(effect.sent, Truthiness::Undefined | Truthiness::Null),
        Kind::Is(Value::False) => effect.sent == Truthiness::False,
        _ if check.leaves_if => effect.sent == Truthiness::True,
        _ => effect.sent.is_false(),
    }
}
