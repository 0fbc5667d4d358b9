//! A wrapper around handlers that an action can have, too.
//!
//! ```ts
//! export const withUser = (handler: Handler) => async (req: Request, { params }: Context) => {
//!   const session = await auth();
//!   if (!session) return Response.json({ error: 'Unauthorized' }, { status: 401 });
//!   return handler({ params: await params, session });
//! };
//! ```
//! gets a twin beside it, and the action runs under that:
//! ```ts
//! export async function withUserAction<Result>(
//!   handler: (given: { session: Session }) => Promise<Result>,
//! ): Promise<Result | { ok: false; status: number; data?: any }> {
//!   const session = await auth();
//!   if (!session) return { ok: false, status: 401, data: { error: 'Unauthorized' } };
//!   return handler({ session });
//! }
//!
//! export async function likePost(postId: string) {
//!   return withUserAction(async ({ session }) => { … });
//! }
//! ```
//! All that it does with the request is to hand it on, and so the twin needs none.

mod call;
mod text;

use crate::decide::Facts;
use crate::syntax::ast::{Decl, DefaultDecl, Expr, FunctionBody, Id, ModuleDecl, ModuleItem, Pat, ReturnStmt, Stmt};
use crate::syntax::{Function, Module, Span, VisitWith, bare, declared_names, function_of, span_of};

use super::handler::{Others, Returns, may_throw};
use super::input::{Input, Roles};
use super::result::{Answer, NoAnswer};
use super::wrapped::Use;
use crate::syntax::exits;
use call::Handed;
pub use call::{Given, Member};
pub use text::twin_text;

/// A wrapper that can have a twin.
#[derive(Clone)]
pub struct Twin<'a> {
    /// The module that declares the wrapper.
    pub module: &'a Module,
    /// What the wrapper is called.
    pub name: String,
    /// The statement that declares it.
    pub statement: Span,
    /// Its function.
    pub wrapper: Function<'a>,
    /// The function that it makes.
    pub inner: Function<'a>,
    /// What it answers by itself.
    pub answers: Vec<Answer>,
    /// Whether something may be thrown that it does not catch.
    pub may_throw: bool,
    /// What it calls the handler with.
    pub given: Vec<Given>,
    /// Its other arguments where it is used, as they are written, and where the handler stands among them.
    pub options: Vec<String>,
    pub position: usize,
    /// It stands in the file of the handler, and its twin in that of the action.
    pub is_near: bool,
    /// The body of the function that it makes, without the braces.
    body: Span,
    /// The call of the handler.
    call: Span,
    /// The arguments that the twin passes on.
    passed: Vec<call::Passed>,
    /// Statements that only the request needs.
    gone: Vec<Span>,
}

impl<'a> Twin<'a> {
    /// Reads the wrapper that `call` in `handler` uses; `Err` is what stands in the way.
    pub fn read(
        facts: &Facts<'_>,
        (handler, Use { call, position }): (&'a Module, Use<'a>),
        module: &'a Module,
        wrapper: Function<'a>,
        name: &str,
    ) -> Result<Twin<'a>, NoAnswer> {
        let app = facts.app;
        let unclear = |at: Span, why: &str| ("wrapped-handler", at, why.to_owned());
        if !module.path.starts_with(&app.root) {
            return Err(unclear(wrapper.span(), "belongs to another package, which others use"));
        }
        let statement = declared(module, wrapper)
            .ok_or_else(|| unclear(wrapper.span(), "has no statement of its own, or no name there"))?;
        let params = wrapper.params();
        let Some(Pat::Ident(first)) = params.get(position) else {
            return Err(unclear(wrapper.span(), "does not take its handler as a plain parameter"));
        };
        let id = first.id.to_id();
        let inner = made(wrapper).ok_or_else(|| unclear(wrapper.span(), "does more than to make one function"))?;
        let Some(block) = inner.block() else {
            return Err(unclear(inner.span(), "makes an expression instead of a block"));
        };
        if inner.is_generator() || wrapper.is_async() {
            return Err(unclear(inner.span(), "makes something else than a function that answers"));
        }
        let roles = Roles::of(inner).map_err(|(_, at, _)| unclear(at, "takes its parameters apart"))?;
        let handed = Handed::find(module, block, &id, &roles, app.next.has_async_request_apis())?;
        let read = Read::of(facts, module, block, &handed)?;
        only_hands_on(module, block, &id, &roles, &handed)?;
        let options = call.args.iter().enumerate().filter(|(at, _)| *at != position);
        let twin = Twin {
            module,
            name: name.to_owned(),
            statement,
            wrapper,
            inner,
            answers: read.answers,
            may_throw: read.may_throw,
            given: handed.given,
            options: options.map(|(_, argument)| handler.text_of(argument).to_owned()).collect(),
            position,
            is_near: handler.path == module.path,
            body: Span::new(span_of(block).start + 1, span_of(block).end - 1),
            call: handed.call,
            passed: handed.passed,
            gone: handed.gone,
        };
        let names = [type_parameters(module, wrapper), type_parameters(module, inner)].concat();
        if twin.is_near && declared_names(&module.ast).contains(&twin.action_name()) {
            return Err(unclear(statement, "stands in a file that uses the name of its twin"));
        }
        if !names.is_empty() && twin_text(&twin).map_or(true, |text| mentions(&text, &names)) {
            return Err(unclear(inner.span(), "has types of its own, which its twin would need"));
        }
        Ok(twin)
    }

    /// Whether another wrapper gets from it what Next.js would give; `Err` is what it gives besides.
    pub fn passes_request(&self) -> Result<(), NoAnswer> {
        let is_context = |members: &Vec<(String, Member)>| {
            members.iter().all(|(name, member)| name == "params" && matches!(member, Member::Params { .. }))
        };
        let fits = self.given.iter().enumerate().all(|(at, given)| match (at, given) {
            (0, given) => matches!(given, Given::Request),
            (1, Given::Object(members)) => is_context(members),
            (1, given) => matches!(given, Given::Context),
            _ => true,
        });
        let why = "gives the wrapper inside of it something else than the request and the parameters of the route";
        if fits { Ok(()) } else { Err(("wrapped-handler", self.call, why.to_owned())) }
    }

    /// What the twin is called.
    pub fn action_name(&self) -> String {
        format!("{}Action", self.name)
    }
}

/// What the function that a wrapper makes answers by itself.
struct Read {
    answers: Vec<Answer>,
    may_throw: bool,
}

impl Read {
    fn of(facts: &Facts<'_>, module: &Module, block: &FunctionBody, handed: &Handed) -> Result<Read, NoAnswer> {
        let mut returns = Returns::new(module, Some(handed.call));
        block.stmts.visit_with(&mut returns);
        if let Some((rule, at, what)) = returns.errors.into_iter().next() {
            return Err((rule, at, format!("answers in a way that an action cannot: {what}")));
        }
        if let Some(answer) = returns.found.iter().find(|answer| answer.ok()) {
            return Err(("wrapped-handler", answer.span, "answers in place of the handler".into()));
        }
        let input = Input { gone: handed.gone.clone(), ..Input::default() };
        if let Some((rule, at, why)) = Others::find(facts, module, block, &returns.found, &input) {
            return Err((rule, at, format!("does what an action cannot: {why}")));
        }
        if !block.stmts.last().is_some_and(exits) {
            return Err(("http-contract", span_of(block), "may end without an answer".into()));
        }
        // What is not awaited is not caught either.
        let may_throw =
            !handed.is_awaited || block.stmts.iter().any(|statement| may_throw(module, statement, &returns.found));
        Ok(Read { answers: returns.found, may_throw })
    }
}

/// Checks that the request, its context and the handler are used for nothing but the call of the handler.
fn only_hands_on(
    module: &Module,
    block: &FunctionBody,
    handler: &Id,
    roles: &Roles,
    handed: &Handed,
) -> Result<(), NoAnswer> {
    let all = module.references();
    let inside = span_of(block);
    let dropped = |at: &Span| handed.dropped.iter().chain(&handed.gone).any(|span| span.contains(*at));
    for id in [&roles.request, &roles.context, &roles.params].into_iter().flatten().chain(&handed.aliases) {
        let other = all.get(id).into_iter().flatten().find(|at| inside.contains(**at) && !dropped(at));
        if let Some(at) = other {
            let why = format!("uses `{}` for more than to hand it on, and an action has none", id.0);
            return Err(("wrapped-handler", *at, why));
        }
    }
    let calls = all.get(handler).into_iter().flatten().filter(|at| inside.contains(**at)).count();
    if calls != 1 {
        return Err(("wrapped-handler", handed.call, "calls its handler in several places".into()));
    }
    Ok(())
}

/// The function that is all a wrapper makes.
fn made(wrapper: Function<'_>) -> Option<Function<'_>> {
    if let Some(value) = wrapper.expression() {
        return function_of(value);
    }
    match wrapper.block()?.stmts.as_slice() {
        [Stmt::Return(ReturnStmt { arg: Some(value), .. })] => function_of(value),
        _ => None,
    }
}

/// The words in the type parameters of a function.
fn type_parameters(module: &Module, function: Function<'_>) -> Vec<String> {
    let text = function.span().text(&module.text);
    let head = text.split('(').next().unwrap_or_default();
    let list = head.split_once('<').map_or("", |(_, rest)| rest);
    let names = list.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| !word.is_empty());
    names.map(str::to_owned).collect()
}

fn mentions(text: &str, names: &[String]) -> bool {
    text.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| names.iter().any(|name| name == word))
}

/// The statement that declares `function` under a name.
fn declared(module: &Module, function: Function<'_>) -> Option<Span> {
    module.ast.body.iter().find_map(|item| {
        let is_it = |expr: &Expr| function_of(bare(expr)).is_some_and(|own| own.span() == function.span());
        let is_in = |declaration: &Decl| match declaration {
            Decl::Fn(own) => Function::Declaration(own).span() == function.span(),
            Decl::Var(variable) => match variable.decls.as_slice() {
                [only] => only.init.as_deref().is_some_and(is_it),
                _ => false,
            },
            _ => false,
        };
        let found = match item {
            ModuleItem::ModuleDecl(ModuleDecl::ExportDecl(export)) => is_in(&export.decl),
            ModuleItem::Stmt(Stmt::Decl(declaration)) => is_in(declaration),
            ModuleItem::ModuleDecl(ModuleDecl::ExportDefaultDecl(export)) => match &export.decl {
                DefaultDecl::Fn(own) => own.ident.is_some() && Function::Expression(own).span() == function.span(),
                _ => false,
            },
            _ => false,
        };
        found.then(|| span_of(item))
    })
}
