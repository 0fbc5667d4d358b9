//! Handlers that a call makes. What the wrapper does around the handler has to hold for an action, too: it gets a
//! [`Twin`], or the method stays, and the finding says which part of the wrapper stands in the way.
//!
//! ```ts
//! export const PATCH = withUser(async ({ params, user }) => …);
//!
//! export const withUser = (handler) => async (req, { params }) => {
//!   const key = req.headers.get('authorization');   // an action is not sent it
//!   …
//!   return handler({ params, user });               // what it hands on is its own
//! };
//! ```

mod uses;

pub use uses::Use;
use uses::{Wrapped, Wrapping, wrapping};

use super::handler::Handler;
use super::headers::SAME_HEADERS;
use super::result::NoAnswer;
use super::twin::Twin;
use crate::decide::{Facts, KEYS};
use crate::finding::Finding;
use crate::project::{Imported, Method, declared, imports};
use crate::syntax::ast::{CallExpr, Expr, Id, Pat, ReturnStmt, Stmt};
use crate::syntax::{
    Function, Module, Span, Visit, VisitWith, bare, callee_ident, ident, is_commonjs, is_ident, literal_str,
    member_name, module_functions, span_of,
};

/// Wrappers in wrappers are followed that far.
const MAX_WRAPPERS: usize = 6;

/// The function inside of `export const PATCH = withUser(async () => …)`.
pub fn wrapped_function(module: &Module, method: Method) -> Option<Function<'_>> {
    Some(wrapping(module, method)?.handler?.function)
}

/// The handler that wrappers are called with, and the wrappers, outermost first, if an action can have the like; else
/// what stands in the way. `None` if no call makes the handler.
pub fn unwrapped<'a>(facts: &Facts<'a>) -> Option<Result<(Handler<'a>, Vec<Twin<'a>>), Finding>> {
    let wrapping = wrapping(facts.module, facts.method)?;
    Some(twins(facts, &wrapping).and_then(|(first, twins)| {
        let Wrapped { function, declared } = wrapping.handler.ok_or_else(|| match &wrapping.shared {
            Some((at, name)) => {
                let why = format!("its handler, `{name}`, is used elsewhere, too, or is no function of this file");
                finding(facts, facts.module, "wrapped-handler", *at, &why)
            }
            None => first,
        })?;
        let statement = declared.unwrap_or(wrapping.statement);
        Ok((Handler { function, statement, exported: wrapping.statement }, twins))
    }))
}

/// The twins of all wrappers, and what is to be said if there is no handler to be found in them.
fn twins<'a>(facts: &Facts<'a>, wrapping: &Wrapping<'a>) -> Result<(Finding, Vec<Twin<'a>>), Finding> {
    let mut found = Vec::new();
    let mut first = None;
    for used in &wrapping.uses {
        let (finding, wrapper) = obstacle(facts, used)?;
        first.get_or_insert_with(|| finding.clone());
        found.push((used, wrapper.ok_or(finding)?));
    }
    let mut twins: Vec<Twin<'a>> = Vec::new();
    for (used, (module, wrapper, name)) in found {
        let refused = |module: &Module, name: &str, (rule, at, what): NoAnswer| {
            finding(facts, module, rule, at, &format!("`{name}`, which is around its handler, {what}"))
        };
        // What a wrapper gives another one has to be what Next.js gives.
        if let Some(outer) = twins.last() {
            outer.passes_request().map_err(|obstacle| refused(outer.module, &outer.name, obstacle))?;
        }
        let twin = Twin::read(facts, (facts.module, *used), module, wrapper, &name);
        twins.push(twin.map_err(|obstacle| refused(module, &name, obstacle))?);
    }
    let nothing = || finding(facts, facts.module, "wrapped-handler", wrapping.statement, "a call makes its handler");
    Ok((first.unwrap_or_else(nothing), twins))
}

/// A wrapper: its module, its function and its name.
type Wrapper<'a> = (&'a Module, Function<'a>, String);

/// What certainly stands in the way as `Err`. Else what is to be said if the wrapper cannot be read, and the wrapper if
/// it is made of no other.
fn obstacle<'a>(facts: &Facts<'a>, used: &Use<'a>) -> Result<(Finding, Option<Wrapper<'a>>), Finding> {
    let (mut module, mut call, mut position) = (facts.module, used.call, used.position);
    let mut last = None;
    let mut only = None;
    for _ in 0..MAX_WRAPPERS {
        let Some(name) = callee_ident(call) else {
            let callee = call.callee.as_expr().map_or("a call", |callee| module.text_of(&**callee));
            let why = format!("`{callee}` makes its handler, and is no function by name that could be followed");
            return Err(last.unwrap_or_else(|| finding(facts, module, "wrapped-handler", span_of(call), &why)));
        };
        let (inner, wrapper) = match followed(facts, module, &name.to_id()) {
            Ok(found) => found,
            Err(origin) => {
                let why = format!("`{}` {origin} is around its handler, and what it does is not known", name.sym);
                return Err(finding(facts, module, "wrapped-handler", span_of(name), &why));
            }
        };
        let around = Around::of(inner, wrapper, position);
        if let Some((rule, at, what)) = around.obstacle {
            let why = format!("`{}`, which is around its handler, {what}", name.sym);
            return Err(finding(facts, inner, rule, at, &why));
        }
        let at = around.hands_on.unwrap_or_else(|| wrapper.span());
        let why = format!("`{}` runs its handler from here, and an action would have to do what it does", name.sym);
        only = if last.is_none() { Some((inner, wrapper, name.sym.to_string())) } else { None };
        last.get_or_insert_with(|| finding(facts, inner, "wrapped-handler", at, &why));
        match around.next {
            Some(next) => (module, call, position) = (inner, next, 0),
            None => break,
        }
    }
    let nothing = || finding(facts, facts.module, "wrapped-handler", Span::at(0), "a call makes its handler");
    Ok((last.unwrap_or_else(nothing), only))
}

fn finding(facts: &Facts<'_>, module: &Module, rule: &'static str, at: Span, why: &str) -> Finding {
    let message = format!("{} {} stays a Route Handler: {why}", facts.method.as_str(), facts.route);
    Finding::note(rule, &module.path, at, message)
        .help("make the check a function that the handler calls by itself, export the handler as it is, and run again")
}

/// The function of the project that `name` stands for; `Err` says where it comes from instead.
fn followed<'a>(facts: &Facts<'a>, module: &'a Module, name: &Id) -> Result<(&'a Module, Function<'a>), String> {
    if let Some(function) = module_functions(module).get(name) {
        return Ok((module, *function));
    }
    let Some(import) = imports(module).remove(name) else { return Err("of this file".into()) };
    match declared(facts.project, facts.modules, &module.path, &import) {
        Some(found) if import.name != Imported::Namespace && !is_commonjs(found.module) => {
            Ok((found.module, found.function))
        }
        _ => Err(format!("of '{}'", import.specifier)),
    }
}

/// What a wrapper does around a handler.
struct Around<'a> {
    text: &'a str,
    /// The parameter that is the handler.
    handler: Option<Id>,
    /// What an action could not do: the rule, where, and what it is.
    obstacle: Option<(&'static str, Span, String)>,
    /// Where it calls the handler, or hands it to somebody else.
    hands_on: Option<Span>,
    /// The wrapper around what it makes.
    next: Option<&'a CallExpr>,
}

impl<'a> Around<'a> {
    fn of(module: &'a Module, wrapper: Function<'a>, position: usize) -> Around<'a> {
        let handler = wrapper.params().get(position).and_then(|first| match first {
            Pat::Ident(name) => Some(name.id.to_id()),
            _ => None,
        });
        let mut around = Around { text: &module.text, handler, obstacle: None, hands_on: None, next: None };
        let returned = match (wrapper.expression(), wrapper.block()) {
            (Some(value), _) => Some(value),
            (None, Some(block)) => returned(block.stmts.last()),
            (None, None) => None,
        };
        if let Some(Expr::Call(call)) = returned.map(bare) {
            around.next = Some(call);
        }
        if let Some(value) = wrapper.expression() {
            value.visit_with(&mut around);
        }
        if let Some(block) = wrapper.block() {
            block.stmts.visit_with(&mut around);
        }
        around
    }

    /// What is worst is told: what says that others call weighs more than what an action cannot do.
    fn add(&mut self, rule: &'static str, at: Span, what: String) {
        if self.obstacle.as_ref().is_none_or(|(known, ..)| *known != "public-api" && rule == "public-api") {
            self.obstacle = Some((rule, at, what));
        }
    }
}

fn returned(last: Option<&Stmt>) -> Option<&Expr> {
    match last? {
        Stmt::Return(ReturnStmt { arg, .. }) => arg.as_deref(),
        _ => None,
    }
}

impl Visit for Around<'_> {
    fn visit_call_expr(&mut self, call: &CallExpr) {
        if let Some(handler) = &self.handler
            && self.hands_on.is_none()
            && (call.callee.as_expr().is_some_and(|callee| is_ident(callee, handler))
                || call.args.iter().any(|argument| is_ident(&argument.expr, handler)))
        {
            self.hands_on = Some(span_of(call));
        }
        if let Some(Expr::Member(member)) = call.callee.as_expr().map(|callee| bare(callee)) {
            let object = span_of(&*member.obj).text(self.text).to_ascii_lowercase();
            let name = call.args.first().and_then(|argument| literal_str(&argument.expr));
            let header = name.as_deref().unwrap_or_default().to_ascii_lowercase();
            match member_name(member).as_deref() {
                // Those of a response are read as well.
                Some("get" | "has") if object.contains("header") && !object.starts_with("res") => {
                    let what = name.map_or_else(|| "a header".to_owned(), |name| format!("the header `{name}`"));
                    if KEYS.contains(&header.as_str()) {
                        let why = format!("reads {what}, by which clients bring a key of their own");
                        self.add("public-api", span_of(call), why);
                    } else if !SAME_HEADERS.contains(&header.as_str()) {
                        let why = format!("reads {what}, which is another one in the request of an action");
                        self.add("http-contract", span_of(call), why);
                    }
                }
                Some("set" | "append") if object.ends_with(".headers") || object.contains("responseheaders") => {
                    self.add("http-contract", span_of(call), "sets headers, which an action cannot".into());
                }
                _ => {}
            }
        }
        call.visit_children_with(self);
    }

    fn visit_expr(&mut self, expr: &Expr) {
        if let Expr::Member(member) = expr
            && ident(&member.obj).is_some()
            && matches!(member_name(member).as_deref(), Some("searchParams" | "nextUrl"))
        {
            let why = "reads the URL of the request, which is that of the page for an action";
            self.add("http-contract", span_of(member), why.into());
        }
        expr.visit_children_with(self);
    }
}
