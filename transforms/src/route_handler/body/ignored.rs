//! Values that a handler returns without having answered. The Pages Router ignored them, and the request hung; Next takes
//! them for the response, and the types say that they are none. What makes them runs as before.
//!
//! ```ts
//! return createError('id');      →      createError('id');
//!                                       return new NextResponse(null, { status: 500 });
//! ```

use std::collections::{HashMap, HashSet};

use super::Builder;
use super::closed::UNANSWERED;
use crate::finding::Finding;
use crate::rewrite::Piece;
use crate::route_handler::responses::is_pure;
use crate::syntax::ast::{
    ArrowExpr, BinaryOp, CatchClause, Class, Expr, Function, Id, Ident, Pat, ReturnStmt, VarDecl, VarDeclKind,
};
use crate::syntax::{self, Module, Span, Visit, VisitWith, bare, bound_ids, ident, module_functions, span_of};

/// A value that may be returned.
#[derive(Clone, Debug)]
struct Value {
    span: Span,
    /// Nothing happens when it is made, and nobody has to wait for it.
    idle: bool,
    /// It is certainly no promise.
    settled: bool,
    /// It can be a statement as it stands.
    plain: bool,
    /// It can be an operand of `await` as it stands.
    operand: bool,
    /// It is, or asks for, a name.
    named: bool,
}

/// What a function returns, each with the values that it may be.
#[derive(Default)]
struct Returned<'a> {
    /// The functions of the module, to see what they give.
    functions: HashMap<Id, syntax::Function<'a>>,
    /// Constants that are no promises, parts of values, and what `catch` caught.
    settled: HashSet<Id>,
    returns: Vec<(Span, Vec<Value>)>,
}

impl<'a> Returned<'a> {
    fn in_module(module: &'a Module) -> Returned<'a> {
        Returned { functions: module_functions(module), ..Returned::default() }
    }

    fn is_settled(&self, value: &Expr) -> bool {
        match bare(value) {
            Expr::Lit(_) | Expr::Tpl(_) | Expr::Array(_) | Expr::Object(_) | Expr::Arrow(_) | Expr::Fn(_) => true,
            Expr::Await(_) | Expr::Unary(_) | Expr::Update(_) => true,
            Expr::New(new) => ident(&new.callee).is_some_and(|class| &*class.sym != "Promise"),
            Expr::Ident(name) => &*name.sym == "undefined" || self.settled.contains(&name.to_id()),
            Expr::Call(call) => {
                call.callee.as_expr().and_then(|callee| ident(callee)).is_some_and(|name| {
                    self.functions.get(&name.to_id()).is_some_and(|function| gives_settled(*function))
                })
            }
            Expr::Cond(choice) => self.is_settled(&choice.cons) && self.is_settled(&choice.alt),
            Expr::Bin(both) => match both.op {
                BinaryOp::LogicalAnd | BinaryOp::LogicalOr | BinaryOp::NullishCoalescing => {
                    self.is_settled(&both.left) && self.is_settled(&both.right)
                }
                _ => true,
            },
            _ => false,
        }
    }

    /// The values that `value` may be.
    fn values(&self, value: &Expr) -> Vec<Value> {
        if let Expr::Cond(choice) = bare(value) {
            return [&choice.cons, &choice.alt].into_iter().flat_map(|value| self.values(value)).collect();
        }
        let (settled, inner) = (self.is_settled(value), bare(value));
        let unary =
            matches!(inner, Expr::Call(_) | Expr::New(_) | Expr::Ident(_) | Expr::Member(_) | Expr::OptChain(_));
        let mut names = Names(false);
        value.visit_with(&mut names);
        let starts_plain = matches!(inner, Expr::Call(_) | Expr::New(_) | Expr::Await(_)) && starts_with_name(inner);
        vec![Value {
            span: span_of(value),
            idle: (is_pure(value) && settled) || is_error(inner),
            settled,
            plain: starts_plain && span_of(inner) == span_of(value),
            operand: unary && span_of(inner) == span_of(value),
            named: names.0,
        }]
    }
}

/// Whether a function of the module gives no promise.
fn gives_settled(function: syntax::Function<'_>) -> bool {
    if function.is_async() || function.is_generator() {
        return false;
    }
    let mut inside = Returned::default();
    match (function.expression(), function.block()) {
        (Some(value), _) => inside.is_settled(value),
        (None, Some(block)) => {
            block.visit_with(&mut inside);
            inside.returns.iter().flat_map(|(_, values)| values).all(|value| value.settled)
        }
        (None, None) => false,
    }
}

/// Whether the text of a call begins with a name or a keyword, so that no statement before it can swallow it.
fn starts_with_name(value: &Expr) -> bool {
    match value {
        Expr::Ident(_) | Expr::This(_) | Expr::New(_) | Expr::Await(_) => true,
        Expr::Call(call) => call.callee.as_expr().is_some_and(|callee| starts_with_name(callee)),
        Expr::Member(member) => starts_with_name(&member.obj),
        _ => false,
    }
}

/// `new Error('Not found')`, which does nothing but to be there.
fn is_error(value: &Expr) -> bool {
    let Expr::New(new) = value else { return false };
    let named = ident(&new.callee).is_some_and(|class| matches!(&*class.sym, "Error" | "TypeError" | "RangeError"));
    named && new.args.iter().flatten().all(|arg| arg.spread.is_none() && is_pure(&arg.expr))
}

/// Whether there is a name in an expression.
struct Names(bool);

impl Visit for Names {
    fn visit_ident(&mut self, _: &Ident) {
        self.0 = true;
    }
}

impl Visit for Returned<'_> {
    fn visit_var_decl(&mut self, declaration: &VarDecl) {
        declaration.visit_children_with(self);
        for declarator in declaration.decls.iter().filter(|_| declaration.kind == VarDeclKind::Const) {
            let parts = !matches!(declarator.name, Pat::Ident(_));
            if declarator.init.as_deref().is_some_and(|value| parts || self.is_settled(value)) {
                self.settled.extend(bound_ids(&declarator.name));
            }
        }
    }

    fn visit_catch_clause(&mut self, clause: &CatchClause) {
        self.settled.extend(clause.param.iter().flat_map(bound_ids));
        clause.visit_children_with(self);
    }

    fn visit_return_stmt(&mut self, statement: &ReturnStmt) {
        let values = statement.arg.as_deref().map(|value| self.values(value)).unwrap_or_default();
        self.returns.push((span_of(statement), values));
    }

    fn visit_function(&mut self, _: &Function) {}
    fn visit_arrow_expr(&mut self, _: &ArrowExpr) {}
    fn visit_class(&mut self, _: &Class) {}
}

impl Builder<'_, '_, '_> {
    /// The `return` of a value at `place`, where nothing was sent.
    pub(super) fn ignored_return(&mut self, place: Span) {
        let Some(block) = self.carrier.function.block() else { return };
        let mut returned = Returned::in_module(self.cx.module);
        block.visit_with(&mut returned);
        let Some((_, values)) = returned.returns.into_iter().find(|(span, _)| *span == place) else { return };
        match values.as_slice() {
            [value] if self.is_ignored(value) => self.ignore(place, value),
            [] | [_] => {}
            _ => {
                self.ignored_choices(&values);
            }
        }
    }

    /// The same for a function that is an expression.
    pub(super) fn ignored_expression(&mut self) {
        let Some(expression) = self.carrier.function.expression() else { return };
        let values = Returned::in_module(self.cx.module).values(expression);
        let nothing = |value: &Value| matches!(self.text_of(value.span), "undefined" | "void 0") && !self.cx.closed;
        let values: Vec<Value> = values.into_iter().filter(|value| !nothing(value)).collect();
        if self.ignored_choices(&values) {
            let message = "nothing is sent where this is the value; the request hung, now it is a 500";
            let place = Span::at(span_of(expression).start);
            self.out.notes.push(Finding::note("no-response", &self.cx.module.path, place, message));
        }
    }

    /// Whether the value has nothing to do with an answer. One that speaks of a `Response` (`new Response(…)`,
    /// `errorResponse(…)`) may be one, and was meant for this router.
    fn is_ignored(&self, value: &Value) -> bool {
        let inside = |span: Span| value.span.contains(span);
        let carrier = self.carrier;
        let answers = carrier.writes.iter().map(|write| write.span).chain(carrier.calls.iter().map(|call| call.span));
        if self.text_of(value.span).contains("Response") || self.cx.after.keys().copied().chain(answers).any(inside) {
            return false;
        }
        // A name may stand for a function or a promise that answers.
        let nested = carrier.writes.iter().any(|write| write.nested) || carrier.calls.iter().any(|call| call.nested);
        !nested || (value.idle && !value.named)
    }

    fn ignore(&mut self, place: Span, value: &Value) {
        let (ends, semi) = (self.own_semi(place), self.cx.dialect.style.semi());
        self.out.response = true;
        if value.idle {
            return self.edit(place, vec![Piece::Text(format!("return {UNANSWERED}{ends}"))]);
        }
        if !value.settled && (!self.carrier.is_async() || self.lists.in_try(place)) {
            let pieces = then_unanswered(value);
            let around = [Piece::Text("return ".into())].into_iter().chain(pieces);
            return self.edit(place, around.chain([Piece::Text(ends.into())]).collect());
        }
        let (open, close) = match value {
            Value { settled: true, plain: true, .. } => ("", ""),
            Value { settled: true, .. } => ("void (", ")"),
            Value { plain: true, .. } | Value { operand: true, .. } => ("await ", ""),
            _ => ("await (", ")"),
        };
        let outer = self.indent_at(place.start);
        let braces = !self.lists.holds(place);
        let indent = if braces { format!("{outer}{}", self.cx.dialect.style.indent) } else { outer.clone() };
        let first = if braces { format!("{{\n{indent}") } else { String::new() };
        let last = if braces { format!("\n{outer}}}") } else { String::new() };
        self.edit(
            place,
            vec![
                Piece::Text(format!("{first}{open}")),
                Piece::Source(value.span),
                Piece::Text(format!("{close}{semi}\n{indent}return {UNANSWERED}{ends}{last}")),
            ],
        );
    }

    /// Each of the values that answers nothing, in its place; false if there is none.
    fn ignored_choices(&mut self, values: &[Value]) -> bool {
        let ignored: Vec<&Value> = values.iter().filter(|value| self.is_ignored(value)).collect();
        for value in &ignored {
            let pieces = if value.idle { vec![Piece::Text(UNANSWERED.into())] } else { then_unanswered(value) };
            self.edit(value.span, pieces);
            self.out.response = true;
        }
        !ignored.is_empty()
    }
}

/// `Promise.resolve(value).then(() => …)`: what fails, fails where it did.
fn then_unanswered(value: &Value) -> Vec<Piece> {
    vec![
        Piece::Text("Promise.resolve(".into()),
        Piece::Source(value.span),
        Piece::Text(format!(").then(() => {UNANSWERED})")),
    ]
}
