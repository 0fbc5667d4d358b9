//! Functions of the repository that do no more than call `fetch` with what they are given: a call of an action can take
//! the place of their calls.
//!
//! ```ts
//! export const post = (url: string, data: unknown) => fetch(url, { method: 'POST', body: JSON.stringify(data) });
//!
//! export async function postJson(path: string, data: unknown) {
//!   const res = await fetch(`/api${path}`, { method: 'POST', body: JSON.stringify(data) });
//!   if (!res.ok) throw new Error('Something went wrong');
//!   return res.json();
//! }
//! ```

mod given;

use std::collections::BTreeSet;

use given::{Given, given_body, given_options};

use super::chain::{Response, callback};
use super::fetch::{Call, Sent};
use super::param::{argument, place};
use super::path::{path_behind, why_no_path};
use super::reading::{Bound, Reading, reading_of};
use super::settled::{Settled, Tail};
use super::url::HOLE;
use super::value::Evaluator;
use super::wrapper::Wrapper;
use crate::project::Method;
use crate::syntax::ast::{CallExpr, Decl, Expr, Id, Pat, Stmt, TsTypeParam, VarDeclarator};
use crate::syntax::{
    Function, Module, Span, Visit, VisitWith, bare, callee_ident, function_of, is_ident, member_functions, pat_ident,
    references, span_of,
};

/// Such a function.
#[derive(Clone, Debug)]
pub struct Thin {
    params: Vec<Pat>,
    url: Id,
    /// What stands before the URL that it is given.
    prefix: String,
    sends: Given,
    /// How it reads the response; `None` if it gives the response itself.
    read: Option<(Reading, Tail)>,
    returns: Returns,
}

/// What a function is declared to return a promise of.
#[derive(Clone, Debug)]
enum Returns {
    Untold,
    /// A type of the language.
    Known(String),
    /// Its type parameter, and what that is if a call does not say.
    Param(Option<String>),
}

/// More lines than these nobody would write once per call.
const MAX_LINES: usize = 6;

impl Thin {
    /// The function of `wrapper`, if it is one.
    pub fn of(evaluator: &Evaluator<'_>, wrapper: &Wrapper) -> Option<Thin> {
        let module = evaluator.modules.get(&wrapper.file).ok()?;
        let text = wrapper.known.text();
        let prefix = text.strip_suffix(HOLE).filter(|prefix| matches!(*prefix, "" | "/api" | "/api/"))?.to_owned();
        let (file, url) = &wrapper.inner;
        if *file != wrapper.file || wrapper.param.1.is_some() {
            return None;
        }
        let function = declared_function(evaluator, module, &wrapper.id)?;
        let params: Vec<Pat> = function.params().into_iter().cloned().collect();
        let names: Vec<Id> = params.iter().map(named).collect::<Option<_>>()?;
        let (call, sends, read, returns) = match &wrapper.around {
            Some((inner, call)) => {
                let call = returned_call(function).filter(|own| span_of(*own) == *call)?;
                let Call::Plain(Sent { body, encoding, .. }) = inner.read_call(
                    module,
                    call,
                    wrapper.sends.known().or(Some(Method::Post)),
                    &BTreeSet::from([*url]),
                )?
                else {
                    return None;
                };
                let sends = Given::Body(given_body(&names, &references(&call.args), body)?, encoding);
                (call, sends, inner.read.clone(), inner.returns_of(module, function, call)?)
            }
            None => {
                let (fetch, read) = shape(module, function)?;
                let [target, init] = fetch.args.as_slice() else { return None };
                let sends = Given::of(module, &init.expr, &names)?;
                (span_of(bare(&target.expr)) == *url).then_some(())?;
                (fetch, sends, read, returns(module, function)?)
            }
        };
        // What is given for anything else may matter, too.
        let inside = references(&call.args);
        if names.iter().any(|id| *id != wrapper.param.0 && !inside.contains_key(id)) {
            return None;
        }
        Some(Thin { params, url: wrapper.param.0.clone(), prefix, sends, read, returns })
    }

    /// What a call of it in `module` sends by `method`; `fixed` is as for [`path_behind`].
    pub fn read_call(
        &self,
        module: &Module,
        call: &CallExpr,
        method: Option<Method>,
        fixed: &BTreeSet<Span>,
    ) -> Option<Call> {
        let other = |at: Span, why: &str| Some(Call::Other(method, (at, why.to_owned())));
        if call.args.len() > self.params.len() || call.args.iter().any(|argument| argument.spread.is_some()) {
            return other(span_of(call), "its arguments are not known");
        }
        let given = |id: &Id| argument(&call.args, &place(&self.params, id)?, None);
        let method = match method {
            None => return other(span_of(call), "its method is not known"),
            Some(Method::Get | Method::Head) => return Some(Call::Get),
            Some(method) => method,
        };
        let url = given(&self.url)?;
        let Some(path) = path_behind(&self.prefix, &url, fixed) else {
            return other(span_of(&url), why_no_path(&url));
        };
        let (body, encoding) = match &self.sends {
            Given::Body(body, encoding) => (body.as_ref().and_then(given).map(|body| span_of(&body)), *encoding),
            Given::Options(id, own) => match given_options(module, own, &given(id)?, method) {
                Ok(sent) => sent,
                Err((at, why)) => return Some(Call::Other(Some(method), (at, why))),
            },
        };
        Some(Call::Plain(Sent { method, path, body, encoding, others: Vec::new() }))
    }

    /// What `function`, which does no more than `call` this one, is declared to give.
    fn returns_of(&self, module: &Module, function: Function<'_>, call: &CallExpr) -> Option<Returns> {
        match (returns(module, function)?, &self.returns, &call.type_args) {
            (Returns::Untold, Returns::Param(default), None) => {
                Some(Returns::Known(default.clone().unwrap_or_else(|| "unknown".to_owned())))
            }
            // The type that it passes on may be one of its own module.
            (_, Returns::Param(_), Some(given)) => {
                let own = function.type_params().and_then(|params| params.first())?;
                let [only] = given.params.as_slice() else { return None };
                (module.text_of(&**only) == &*own.name.sym).then_some(())?;
                param(module, own)
            }
            (Returns::Untold, inner, _) => Some(inner.clone()),
            (own, ..) => Some(own),
        }
    }

    /// How a call of it reads the response, if it does not give the response itself.
    pub fn settled(&self, module: &Module, call: &CallExpr) -> Option<(Reading, Settled)> {
        let (reading, tail) = self.read.as_ref()?;
        let given = call.type_args.as_ref().and_then(|given| given.params.first());
        let gives = match &self.returns {
            Returns::Untold => None,
            Returns::Known(name) => Some(name.clone()),
            Returns::Param(default) => {
                given.map(|given| module.text_of(&**given).to_owned()).or_else(|| default.clone())
            }
        };
        Some((reading.clone(), Settled::Tail(Tail { gives, ..tail.clone() })))
    }
}

/// The name of a parameter; without an argument, it is nothing or an empty object.
fn named(param: &Pat) -> Option<Id> {
    match param {
        Pat::Assign(assign) => match bare(&assign.right) {
            Expr::Object(object) if object.props.is_empty() => pat_ident(&assign.left).map(|name| name.to_id()),
            _ => None,
        },
        other => pat_ident(other).map(|name| name.to_id()),
    }
}

/// What a function returns, if it does nothing before.
fn only_value(function: Function<'_>) -> Option<&Expr> {
    function.expression().or_else(|| match function.block()?.stmts.as_slice() {
        [Stmt::Return(only)] => only.arg.as_deref(),
        _ => None,
    })
}

/// The call that is all a function does.
fn returned_call(function: Function<'_>) -> Option<&CallExpr> {
    match unawaited(only_value(function)?) {
        Expr::Call(call) => Some(call),
        _ => None,
    }
}

/// The function that `module` declares as `id`, a name or the member of an object, without another type than its own.
pub fn declared_function<'a>(evaluator: &Evaluator<'a>, module: &'a Module, id: &Id) -> Option<Function<'a>> {
    let name = id.0.split('.').next().unwrap_or(&id.0);
    let mut annotated = Annotated { name, found: false };
    module.ast.visit_with(&mut annotated);
    if annotated.found {
        return None;
    }
    match evaluator.function(&module.path, id) {
        Some((_, function)) => Some(function),
        None => member_functions(module).get(id).copied(),
    }
}

/// Looks for `const name: Type = …`.
struct Annotated<'n> {
    name: &'n str,
    found: bool,
}

impl Visit for Annotated<'_> {
    fn visit_var_declarator(&mut self, declarator: &VarDeclarator) {
        if let Pat::Ident(binding) = &declarator.name {
            self.found |= *binding.id.sym == *self.name && binding.type_ann.is_some();
        }
    }
}

/// The call of `fetch` whose response `function` gives to its callers, and the annotation that says so.
pub fn passed_on(module: &Module, function: Function<'_>) -> Option<(Span, Option<Span>)> {
    let (fetch, read) = shape(module, function)?;
    let annotation = function.return_type().map(span_of);
    let told = annotation.is_none_or(|at| at.text(&module.text).trim_start_matches([':', ' ']) == "Promise<Response>");
    (read.is_none() && told).then(|| (span_of(fetch), annotation))
}

/// The call of `fetch` that is all a function does, and how it reads the response.
fn shape<'f>(module: &Module, function: Function<'f>) -> Option<(&'f CallExpr, Option<(Reading, Tail)>)> {
    // A `fetch` of the module's own is not the browser's.
    if references(&module.ast).keys().filter(|(name, _)| &**name == "fetch").count() != 1
        || !module.free_names().contains("fetch")
    {
        return None;
    }
    let statements = function.block().map(|block| block.stmts.as_slice()).unwrap_or_default();
    if let Some(value) = only_value(function) {
        let value = unawaited(value);
        if let Some(fetch) = fetch_call(value) {
            return Some((fetch, None));
        }
        // `fetch(…).then((res) => res.json())`.
        let Expr::Call(then) = value else { return None };
        let Expr::Member(member) = bare(then.callee.as_expr()?) else { return None };
        let (_, reader) = callback(then, &|call| is_fetch(call))?;
        let Response::Named(id, declaration) = &reader.response else { return None };
        let bound = Bound { id, declaration: *declaration, body: &reader.body, callback: Some(reader.span), set: None };
        let reading = reading_of(module, &bound).ok()?;
        let value = function_of(&then.args.first()?.expr)?.expression();
        let code = value.map_or_else(|| around(&reader.body), |value| Some(span_of(value)))?;
        return Some((fetch_call(&member.obj)?, Some(read(module, id, code, value.is_some(), reading)?)));
    }
    let [Stmt::Decl(Decl::Var(first)), tail @ ..] = statements else { return None };
    let [declarator] = first.decls.as_slice() else { return None };
    let Pat::Ident(name) = &declarator.name else { return None };
    let Expr::Await(waiting) = bare(declarator.init.as_deref()?) else { return None };
    let fetch = fetch_call(&waiting.arg)?;
    let id = name.id.to_id();
    let value = match tail {
        [Stmt::Return(only)] => Some(only.arg.as_deref()?),
        _ => None,
    };
    if value.is_some_and(|value| is_ident(value, &id)) {
        return Some((fetch, None));
    }
    let bound = Bound { id: &id, declaration: span_of(declarator), body: statements, callback: None, set: None };
    let reading = reading_of(module, &bound).ok()?;
    let code = value.map_or_else(|| around(tail), |value| Some(span_of(value)))?;
    Some((fetch, Some(read(module, &id, code, value.is_some(), reading)?)))
}

/// The code at `code` as something that may stand elsewhere: it uses nothing but the response and what is global.
fn read(module: &Module, response: &Id, code: Span, is_expression: bool, reading: Reading) -> Option<(Reading, Tail)> {
    let text = code.text(&module.text);
    let waits = reading.json.iter().filter(|read| read.span.text(&module.text).starts_with("await")).count();
    if text.lines().count() > MAX_LINES || text.matches("await").count() != waits || text.contains("this") {
        return None;
    }
    let free = module.free_references();
    let closed = module.references().iter().all(|(id, places)| {
        let mut inside = places.iter().filter(|place| code.contains(**place));
        inside.next().is_none() || id == response || free.contains_key(id) || places.iter().all(|at| code.contains(*at))
    });
    let reads = reading.json.clone();
    let used = free.iter().filter(|(_, places)| places.iter().any(|place| code.contains(*place)));
    let globals = used.map(|(id, _)| id.0.to_string()).collect();
    let (text, response) = (module.text.clone(), response.0.to_string());
    let tail = Tail { text, response, code, is_expression, globals, reads, gives: None };
    closed.then_some((reading, tail))
}

fn around(statements: &[Stmt]) -> Option<Span> {
    Some(Span::new(span_of(statements.first()?).start, span_of(statements.last()?).end))
}

fn unawaited(value: &Expr) -> &Expr {
    match bare(value) {
        Expr::Await(waiting) => bare(&waiting.arg),
        other => other,
    }
}

fn is_fetch(call: &CallExpr) -> bool {
    callee_ident(call).is_some_and(|name| &*name.sym == "fetch")
}

fn fetch_call(expr: &Expr) -> Option<&CallExpr> {
    match bare(expr) {
        Expr::Call(call) if is_fetch(call) => Some(call),
        _ => None,
    }
}

/// What `function` is declared to return; `None` if that is a type of its module, which its callers may not know.
fn returns(module: &Module, function: Function<'_>) -> Option<Returns> {
    let Some(annotation) = function.return_type() else { return Some(Returns::Untold) };
    let name = module.text_of(&*annotation.type_ann).strip_prefix("Promise<")?.strip_suffix('>')?;
    match (name, function.type_params()) {
        (name, Some([only])) if *name == *only.name.sym => param(module, only),
        (name, _) => is_of_language(name).then(|| Returns::Known(name.to_owned())),
    }
}

/// `T` of `<T>` or `<T = any>`.
fn param(module: &Module, param: &TsTypeParam) -> Option<Returns> {
    let default = param.default.as_ref().map(|default| module.text_of(&**default).to_owned());
    default.as_deref().is_none_or(is_of_language).then_some(Returns::Param(default))
}

/// Whether every module knows a type.
fn is_of_language(name: &str) -> bool {
    matches!(name, "any" | "unknown" | "void" | "string" | "number" | "boolean" | "Response")
}
