//! Helpers that collect the raw body: `micro`'s `buffer(req)`, the function that Next's documentation of old told people
//! to write, and the same with listeners,
//!
//! ```ts
//! async function buffer(readable: Readable) {
//!   const chunks = [];
//!   for await (const chunk of readable) chunks.push(typeof chunk === 'string' ? Buffer.from(chunk) : chunk);
//!   return Buffer.concat(chunks);
//! }
//!
//! const buffer = (req) =>
//!   new Promise((resolve, reject) => {
//!     const chunks = [];
//!     req.on('data', (chunk) => chunks.push(chunk));
//!     req.on('end', () => resolve(Buffer.concat(chunks)));
//!     req.on('error', reject);
//!   });
//! ```

use std::collections::HashMap;

use crate::syntax::ast::{
    CallExpr, Callee, Decl, Expr, Id, Ident, ImportSpecifier, ModuleDecl, ModuleExportName, ModuleItem, Stmt,
};
use crate::syntax::{
    Function, Module, bare, function_of, ident, is_ident, literal_str, member_name, module_functions, pat_ident,
};

/// What a reader of the raw body gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RawBody {
    /// A Promise of a `Buffer`.
    Buffer,
    /// A Promise of a string.
    Text,
}

/// The functions that read the raw body of their one argument, by name.
pub fn raw_body_readers(module: &Module) -> HashMap<Id, RawBody> {
    let mut readers = HashMap::new();
    for item in &module.ast.body {
        let ModuleItem::ModuleDecl(ModuleDecl::Import(import)) = item else { continue };
        let source = import.src.value.as_str().unwrap_or_default();
        for specifier in &import.specifiers {
            let imported = match specifier {
                ImportSpecifier::Named(named) => match &named.imported {
                    Some(ModuleExportName::Ident(name)) => name.sym.to_string(),
                    Some(ModuleExportName::Str(_)) => continue,
                    None => named.local.sym.to_string(),
                },
                ImportSpecifier::Default(_) => "default".into(),
                ImportSpecifier::Namespace(_) => continue,
            };
            let reader = match (source, imported.as_str()) {
                ("micro", "buffer") | ("raw-body", "default") => RawBody::Buffer,
                ("micro", "text") => RawBody::Text,
                _ => continue,
            };
            readers.insert(specifier.local().to_id(), reader);
        }
    }
    readers.extend(
        module_functions(module).into_iter().filter_map(|(name, function)| Some((name, own_reader(function)?))),
    );
    readers
}

/// Whether `function` is the well-known loop, or the listeners, and nothing else.
pub fn own_reader(function: Function<'_>) -> Option<RawBody> {
    looping(function).or_else(|| listening(function))
}

fn looping(function: Function<'_>) -> Option<RawBody> {
    let [parameter] = function.params()[..] else { return None };
    let readable = pat_ident(parameter)?.to_id();
    let [Stmt::Decl(_), Stmt::ForOf(each), Stmt::Return(result)] = &function.block()?.stmts[..] else { return None };
    if !function.is_async() || !each.is_await || !is_ident(&each.right, &readable) {
        return None;
    }
    let collected = concat(result.arg.as_deref()?)?;
    let mut mentions = crate::syntax::references(&*each.body);
    let pushes = mentions.remove(&collected).is_some();
    (pushes && !mentions.contains_key(&readable)).then(|| form(result.arg.as_deref().unwrap_or(&each.right)))
}

fn listening(function: Function<'_>) -> Option<RawBody> {
    let [parameter] = function.params()[..] else { return None };
    let readable = pat_ident(parameter)?.to_id();
    let Expr::New(promise) = only_expression(function)? else { return None };
    ident(&promise.callee).filter(|name| &*name.sym == "Promise")?;
    let executor = function_of(&promise.args.as_deref()?.first()?.expr)?;
    let names: Vec<Id> = executor.params().into_iter().filter_map(|param| Some(pat_ident(param)?.to_id())).collect();
    let [Stmt::Decl(Decl::Var(chunks)), listeners @ ..] = executor.block()?.stmts.as_slice() else { return None };
    let [chunks] = chunks.decls.as_slice() else { return None };
    let chunks = pat_ident(&chunks.name)?.to_id();
    let (mut collects, mut gives) = (false, None);
    for listener in listeners {
        let (event, handler) = listener_of(listener, &readable)?;
        match event.as_str() {
            "data" if !collects => collects = pushes(handler, &chunks),
            "end" if gives.is_none() => {
                let (resolve, value) = only_call(function_of(handler)?)?;
                let fits = resolve == *names.first()? && concat(value)? == chunks;
                gives = fits.then(|| form(value));
                gives?;
            }
            "error" => {
                let reject = ident(handler).map(Ident::to_id);
                let reject = reject.or_else(|| Some(only_call(function_of(handler)?)?.0));
                reject.filter(|reject| names.get(1) == Some(reject))?;
            }
            _ => return None,
        }
    }
    gives.filter(|_| collects)
}

/// `readable.on('data', handler);`
fn listener_of<'s>(statement: &'s Stmt, readable: &Id) -> Option<(String, &'s Expr)> {
    let Stmt::Expr(statement) = statement else { return None };
    let Expr::Call(call) = bare(&statement.expr) else { return None };
    let Expr::Member(on) = bare(call.callee.as_expr()?) else { return None };
    let [event, handler] = call.args.as_slice() else { return None };
    let listens = is_ident(&on.obj, readable) && member_name(on).as_deref() == Some("on");
    listens.then_some((literal_str(&event.expr)?, &*handler.expr))
}

/// `(chunk) => chunks.push(chunk)`, or with `Buffer.from(chunk)` in it.
fn pushes(handler: &Expr, chunks: &Id) -> bool {
    let only = |function: Function<'_>| {
        let chunk = pat_ident(function.params().first()?)?.to_id();
        let Expr::Call(push) = only_expression(function)? else { return None };
        let Expr::Member(member) = bare(push.callee.as_expr()?) else { return None };
        let [pushed] = push.args.as_slice() else { return None };
        let whole = match bare(&pushed.expr) {
            Expr::Call(from) => &from.args.first()?.expr,
            _ => &pushed.expr,
        };
        let from = match bare(&pushed.expr) {
            Expr::Call(from) => callee_name(from).as_deref() == Some("Buffer.from"),
            _ => true,
        };
        Some(is_ident(&member.obj, chunks) && member_name(member)? == "push" && from && is_ident(whole, &chunk))
    };
    function_of(handler).and_then(only) == Some(true)
}

/// `Buffer.from`.
fn callee_name(call: &CallExpr) -> Option<String> {
    let Expr::Member(member) = bare(call.callee.as_expr()?) else { return None };
    Some(format!("{}.{}", ident(&member.obj)?.sym, member_name(member)?))
}

/// The one expression that a function consists of.
fn only_expression<'f>(function: Function<'f>) -> Option<&'f Expr> {
    let statement = || match function.block()?.stmts.as_slice() {
        [Stmt::Expr(only)] => Some(bare(&only.expr)),
        [Stmt::Return(only)] => only.arg.as_deref().map(bare),
        _ => None,
    };
    function.expression().map(bare).or_else(statement)
}

/// The one call that a function consists of: who is called, with what.
fn only_call<'f>(function: Function<'f>) -> Option<(Id, &'f Expr)> {
    let Expr::Call(call) = only_expression(function)? else { return None };
    let [value] = call.args.as_slice() else { return None };
    Some((ident(call.callee.as_expr()?)?.to_id(), &value.expr))
}

fn form(result: &Expr) -> RawBody {
    match bare(result) {
        Expr::Call(call) if is_to_string(call) => RawBody::Text,
        _ => RawBody::Buffer,
    }
}

/// The `chunks` of `Buffer.concat(chunks)`, with or without `.toString()` behind it.
fn concat(expr: &Expr) -> Option<Id> {
    let Expr::Call(call) = bare(expr) else { return None };
    let Callee::Expr(callee) = &call.callee else { return None };
    let Expr::Member(member) = bare(callee) else { return None };
    if is_to_string(call) {
        return concat(&member.obj);
    }
    let is_concat = matches!(bare(&member.obj), Expr::Ident(name) if &*name.sym == "Buffer")
        && member_name(member).as_deref() == Some("concat");
    match call.args.as_slice() {
        [chunks] if is_concat => ident(&chunks.expr).map(Ident::to_id),
        _ => None,
    }
}

/// `x.toString()` or `x.toString('utf8')`.
fn is_to_string(call: &CallExpr) -> bool {
    let Callee::Expr(callee) = &call.callee else { return false };
    let Expr::Member(member) = bare(callee) else { return false };
    let utf8 = call
        .args
        .iter()
        .all(|arg| literal_str(&arg.expr).is_some_and(|name| matches!(name.as_str(), "utf8" | "utf-8")));
    member_name(member).as_deref() == Some("toString") && utf8
}
