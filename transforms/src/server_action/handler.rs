//! What a Route Handler's function for one method reads and returns.

mod throws;

use std::collections::BTreeSet;

pub use throws::may_throw;
use throws::takes_apart;

use super::headers::reads;
use super::input::{Input, Roles, Sending, read_input};
use super::native::{is_caught, redirect};
use super::result::{Answer, NoAnswer, answers, json_helper};
use super::twin::Given;
use crate::decide::Facts;
use crate::project::Method;
use crate::syntax::ast::{
    ArrowExpr, Decl, Expr, Function as AstFunction, FunctionBody, Id, Ident, ModuleDecl, ModuleItem, ReturnStmt, Stmt,
    TsType,
};
use crate::syntax::exits;
use crate::syntax::{Function, Module, Span, Visit, VisitWith, bare, callee_ident, function_of, member_name, span_of};

/// The function that answers a method.
#[derive(Clone, Copy)]
pub struct Handler<'a> {
    /// The function.
    pub function: Function<'a>,
    /// The statement that it stands in.
    pub statement: Span,
    /// The statement that exports it, which may be another one.
    pub exported: Span,
}

/// What an action has to do.
pub struct Analysis {
    /// Arguments and what becomes of the reads.
    pub input: Input,
    /// Every answer.
    pub answers: Vec<Answer>,
    /// The statements of the body that stay.
    pub body: Span,
    /// Whether something may be thrown that the function does not catch.
    pub may_throw: bool,
    /// The same if its body is an object: `const { title } = await req.json()` fails for nothing else.
    pub may_throw_with_object: bool,
    /// The parameters that it keeps, because a wrapper gives them.
    pub kept: Vec<String>,
}

/// What surrounds a handler.
#[derive(Clone, Copy, Debug, Default)]
pub struct How<'a> {
    /// Forms send the request.
    pub native: bool,
    /// And no files.
    pub only_text: bool,
    /// The argument takes over the type of its body.
    pub typed: bool,
    /// What a wrapper gives it.
    pub given: Option<&'a [Given]>,
}

/// Finds the function that is exported for `method`.
pub fn find_handler(module: &Module, method: Method) -> Option<Handler<'_>> {
    module.ast.body.iter().find_map(|item| {
        let ModuleItem::ModuleDecl(ModuleDecl::ExportDecl(export)) = item else { return None };
        let function = match &export.decl {
            Decl::Fn(function) if &*function.ident.sym == method.as_str() => Function::Declaration(function),
            Decl::Var(variable) => match variable.decls.as_slice() {
                [only] if only.name.as_ident().is_some_and(|name| &*name.id.sym == method.as_str()) => {
                    function_of(only.init.as_deref()?)?
                }
                _ => return None,
            },
            _ => return None,
        };
        Some(Handler { function, statement: span_of(item), exported: span_of(item) })
    })
}

/// Reads the function; `Err` says what an action cannot do.
pub fn analyse(facts: &Facts<'_>, handler: Handler<'_>, how: &How<'_>) -> Result<Analysis, NoAnswer> {
    let Facts { module, app, route, .. } = *facts;
    let How { native, only_text, typed, given } = *how;
    let function = handler.function;
    let unclear = |span: Span, why: &str| ("http-contract", span, why.to_owned());
    let Some(block) = function.block() else {
        return Err(unclear(function.span(), "the handler is an expression instead of a block"));
    };
    if function.is_generator() {
        return Err(unclear(function.span(), "the handler is a generator"));
    }
    let roles = match given {
        Some(given) => Roles::given(module, function, given)?,
        None => Roles::of(function)?,
    };
    let mut returns = Returns { native, ..Returns::new(module, None) };
    block.stmts.visit_with(&mut returns);
    let sending = Sending { bases: &returns.bases, only_text };
    let form = native.then_some(&sending);
    let input = match read_input(module, app, route, (function, &roles), form, typed) {
        // What is said of the answers says more.
        Err(("http-contract", ..)) if native && !returns.errors.is_empty() => {
            return Err(returns.errors.swap_remove(0));
        }
        Err((_, at, _)) if returns.errors.iter().any(|(_, answer, _)| answer.contains(at)) => {
            let first = returns.errors.iter().position(|(_, answer, _)| answer.contains(at)).unwrap_or_default();
            return Err(returns.errors.swap_remove(first));
        }
        input => input?,
    };
    if let Some(error) = returns.errors.into_iter().find(|(_, at, _)| !input.gone.iter().any(|gone| gone.contains(*at)))
    {
        return Err(error);
    }
    let answers: Vec<Answer> =
        returns.found.into_iter().filter(|answer| !input.gone.iter().any(|gone| gone.contains(answer.span))).collect();
    if let Some(answer) = answers.iter().find(|answer| answer.redirects && is_caught(&block.stmts, answer.span)) {
        return Err(unclear(answer.span, "`redirect()` works by throwing, and this `try` would catch it"));
    }
    if let Some(at) = block.stmts.last().and_then(steering) {
        let why = if native { "the browser sends the form once more to where this leads, by 307" } else { FOLLOWED };
        return Err(unclear(at, why));
    }
    if !block.stmts.last().is_some_and(exits) {
        return Err(unclear(span_of(block), "the handler may end without an answer"));
    }
    if let Some((rule, span, why)) = Others::find(facts, module, block, &answers, &input) {
        return Err((rule, span, why.to_owned()));
    }
    let kept: Vec<&Stmt> =
        block.stmts.iter().filter(|s| !input.gone.iter().any(|gone| gone.contains(span_of(*s)))).collect();
    let Some(first) = kept.first() else { return Err(unclear(span_of(block), "the handler does nothing")) };
    let throws = |statement: &&&Stmt| may_throw(module, statement, &answers);
    let may_throw = kept.iter().any(|statement| throws(&statement));
    let takes_apart = |statement: &Stmt| input.body.as_ref().is_some_and(|body| takes_apart(statement, body));
    let may_throw_with_object = kept.iter().filter(throws).any(|statement| !takes_apart(statement));
    let body = body_span(module, span_of(block), span_of(*first), &input);
    Ok(Analysis { input, answers, body, may_throw, may_throw_with_object, kept: roles.kept })
}

/// What lies between the braces, without what goes at its start: comments stay with what they stand above.
fn body_span(module: &Module, block: Span, first: Span, input: &Input) -> Span {
    let text = &module.text;
    let before = input.gone.iter().filter(|gone| gone.end <= first.start).map(|gone| gone.end).max();
    let from = before.unwrap_or(block.start + 1);
    let inner = &text[from..first.start];
    let comment = inner.find(|c: char| !c.is_whitespace()).map_or(first.start, |at| from + at);
    // A comment on the line of the brace stays where it is.
    let start = text[..comment].rfind('\n').map_or(comment, |at| (at + 1).max(from));
    let end = block.start + 1 + text[block.start + 1..block.end - 1].trim_end().len();
    Span::new(start, end)
}

/// Collects what the function returns, not what functions inside it do.
pub struct Returns {
    /// The callers are forms, which follow redirects.
    native: bool,
    /// Mentions of the request in `new URL(path, req.url)`.
    bases: Vec<Span>,
    /// What the module calls our `sendJson`.
    helper: Option<Id>,
    /// The call of a handler that a wrapper returns.
    passes: Option<Span>,
    pub found: Vec<Answer>,
    pub errors: Vec<NoAnswer>,
}

impl Returns {
    /// Of a function in `module`; `passes` is a call that is no answer of its own.
    pub fn new(module: &Module, passes: Option<Span>) -> Returns {
        Returns {
            native: false,
            bases: Vec::new(),
            helper: json_helper(module),
            passes,
            found: Vec::new(),
            errors: Vec::new(),
        }
    }
}

impl Visit for Returns {
    fn visit_return_stmt(&mut self, statement: &ReturnStmt) {
        match &statement.arg {
            Some(value) if self.passes.is_some_and(|call| span_of(&**value).contains(call)) => {}
            Some(value) if self.native => match redirect(value) {
                Ok((answer, base)) => {
                    self.found.push(answer);
                    self.bases.extend(base);
                }
                Err(error) => self.errors.push(error),
            },
            Some(value) => match answers(value, self.helper.as_ref()) {
                Ok(found) => self.found.extend(found),
                Err(error) => self.errors.push(error),
            },
            None => {
                let message = "the handler returns nothing here".to_owned();
                self.errors.push(("http-contract", span_of(statement), message));
            }
        }
    }

    fn visit_function(&mut self, _: &AstFunction) {}

    fn visit_arrow_expr(&mut self, _: &ArrowExpr) {}
}

/// Looks for what an action must not contain.
pub struct Others<'a> {
    answers: &'a [Answer],
    input: &'a Input,
    found: Option<(&'static str, Span, &'static str)>,
}

/// Functions that steer Next by throwing; `fetch` saw an answer, an action navigates.
pub const STEERING: [&str; 8] = [
    "redirect",
    "permanentRedirect",
    "notFound",
    "forbidden",
    "unauthorized",
    "protect",
    "redirectToSignIn",
    "redirectToSignUp",
];

const FOLLOWED: &str = "this may redirect, which `fetch` followed and an action does not";

/// `redirect('/thanks')` as a statement.
fn steering(statement: &Stmt) -> Option<Span> {
    let Expr::Call(call) = bare(&statement.as_expr()?.expr) else { return None };
    callee_ident(call).filter(|name| STEERING.contains(&&*name.sym)).map(|_| span_of(call))
}

impl<'a> Others<'a> {
    /// The first of them in `block` of `module`, apart from `answers` and from what `input` takes away.
    pub fn find(
        facts: &Facts<'_>,
        module: &Module,
        block: &FunctionBody,
        answers: &'a [Answer],
        input: &'a Input,
    ) -> Option<(&'static str, Span, &'static str)> {
        let mut others = Others { answers, input, found: None };
        for (at, why) in reads(facts, module, span_of(block), &block.stmts) {
            others.add("http-contract", at, why);
        }
        block.stmts.visit_with(&mut others);
        others.found
    }

    fn add(&mut self, rule: &'static str, span: Span, why: &'static str) {
        let answers = self.answers.iter().any(|answer| answer.redirects && answer.span == span);
        if !answers && !self.input.gone.iter().any(|gone| gone.contains(span)) {
            self.found.get_or_insert((rule, span, why));
        }
    }
}

impl Visit for Others<'_> {
    fn visit_ident(&mut self, name: &Ident) {
        let span = span_of(name);
        let in_answer = self.answers.iter().any(|answer| answer.span.contains(span));
        if matches!(&*name.sym, "Response" | "NextResponse") && !in_answer {
            self.add("http-contract", span, "a response is made that is not returned at once");
        }
    }

    fn visit_ts_type(&mut self, _: &TsType) {}

    fn visit_expr(&mut self, expr: &Expr) {
        match bare(expr) {
            Expr::Call(call) => {
                let name = match call.callee.as_expr().map(|callee| bare(callee)) {
                    Some(Expr::Member(member)) => member_name(member).unwrap_or_default(),
                    _ => callee_ident(call).map(|name| name.sym.to_string()).unwrap_or_default(),
                };
                if STEERING.contains(&name.as_str()) {
                    self.add("http-contract", span_of(call), FOLLOWED);
                }
                if matches!(name.as_str(), "after" | "waitUntil" | "unstable_after") {
                    self.add("http-contract", span_of(call), "work goes on after the answer");
                }
            }
            Expr::This(this) => self.add("http-contract", span_of(this), "`this` is used"),
            _ => {}
        }
        expr.visit_children_with(self);
    }
}

/// Names of `calls` in a function, for the findings.
pub fn called_names(function: Function<'_>) -> BTreeSet<String> {
    struct Names(BTreeSet<String>);
    impl Visit for Names {
        fn visit_call_expr(&mut self, call: &crate::syntax::ast::CallExpr) {
            match call.callee.as_expr().map(|callee| bare(callee)) {
                Some(Expr::Member(member)) => self.0.extend(member_name(member)),
                Some(Expr::Ident(name)) => {
                    self.0.insert(name.sym.to_string());
                }
                _ => {}
            }
            call.visit_children_with(self);
        }
    }
    let mut names = Names(BTreeSet::new());
    if let Some(block) = function.block() {
        block.stmts.visit_with(&mut names);
    }
    names.0
}
