//! Callers that do not wait for `fetch` with `await`: the callback right behind it reads the response, or nobody does.
//!
//! ```ts
//! fetch('/api/likes', { method: 'POST' });
//! fetch('/api/likes', { method: 'POST' }).then((res) => res.json()).then(setLikes).catch(report);
//! toast.promise(fetch('/api/likes', { method: 'POST' }), { loading: 'Saving', success: 'Saved', error: 'Failed' });
//! ```

use crate::syntax::ast::{
    CallExpr, Expr, Id, IfStmt, JSXAttrName, JSXAttrOrSpread, JSXAttrValue, JSXElementName, JSXExpr, JSXOpeningElement,
    ObjectPatProp, Pat, Prop, PropOrSpread, Stmt, UnaryOp,
};
use crate::syntax::{
    Function, Module, Span, bare, function_of, ident, imported, is_ident, literal_str, member_name, prop_name, span_of,
};

/// Tells the calls that give a response: those of `fetch`, and of functions that return what `fetch` gives.
pub type IsRequest<'r> = &'r dyn Fn(&CallExpr) -> bool;

/// The callback that is given the response.
#[derive(Clone, Debug)]
pub struct Callback {
    /// All of it.
    pub span: Span,
    /// Its statements; none if it is an expression.
    pub body: Vec<Stmt>,
    /// What it calls the response.
    pub response: Response,
}

/// What a callback or a variable binds of a response.
#[derive(Clone, Debug)]
pub enum Response {
    /// The whole of it.
    Named(Id, Span),
    /// Nothing but `ok` and `status`.
    Plain,
}

/// What a pattern binds of a response, if that is something an action can give.
pub fn response_in(pattern: &Pat) -> Option<Response> {
    match pattern {
        Pat::Ident(binding) if binding.type_ann.is_none() => {
            Some(Response::Named(binding.id.to_id(), span_of(pattern)))
        }
        Pat::Object(object) if object.type_ann.is_none() => {
            let plain = object.props.iter().all(|property| {
                let key = match property {
                    ObjectPatProp::Assign(short) => Some(short.key.id.sym.to_string()),
                    ObjectPatProp::KeyValue(pair) => prop_name(&pair.key),
                    ObjectPatProp::Rest(_) => None,
                };
                key.is_some_and(|key| matches!(key.as_str(), "ok" | "status"))
            });
            plain.then_some(Response::Plain)
        }
        _ => None,
    }
}

/// The `fetch(…)` and the callback of `fetch(…).then((res) => …)`.
pub fn callback(call: &CallExpr, is_request: IsRequest<'_>) -> Option<(Span, Callback)> {
    let Expr::Member(member) = bare(call.callee.as_expr()?) else { return None };
    if member_name(member).as_deref() != Some("then") {
        return None;
    }
    let request = request(&member.obj, is_request)?;
    // A second callback would see only a part of the errors.
    let [only] = call.args.as_slice() else { return None };
    let function = function_of(&only.expr).filter(|_| only.spread.is_none())?;
    if function.is_generator() || matches!(function, Function::Method(..) | Function::Declaration(_)) {
        return None;
    }
    let response = match function.params().as_slice() {
        [] => Response::Plain,
        [pattern] => response_in(pattern)?,
        _ => return None,
    };
    let body = function.block().map(|block| block.stmts.clone()).unwrap_or_default();
    Some((request, Callback { span: function.span(), body, response }))
}

/// The `fetch(…)` of a statement that does not look at its response: `fetch(…)`, `void fetch(…).catch(report)`.
pub fn ignored(statement: &Expr, is_request: IsRequest<'_>) -> Option<Span> {
    match bare(statement) {
        Expr::Unary(unary) if unary.op == UnaryOp::Void => ignored(&unary.arg, is_request),
        Expr::Await(waiting) => ignored(&waiting.arg, is_request),
        Expr::Call(call) => match call.callee.as_expr().map(|callee| bare(callee)) {
            Some(Expr::Member(member)) => {
                let settles = matches!(member_name(member).as_deref(), Some("catch" | "finally"));
                if settles { ignored(&member.obj, is_request) } else { None }
            }
            _ => request(statement, is_request),
        },
        _ => None,
    }
}

/// The `fetch(…)` of `toast.promise(fetch(…), { … })` with texts that do not depend on the response. Both packages
/// take an object with `ok` and `status` for what `fetch` gives, or look at neither.
pub fn in_toast(module: &Module, call: &CallExpr, is_request: IsRequest<'_>) -> Option<Span> {
    let Expr::Member(member) = bare(call.callee.as_expr()?) else { return None };
    if member_name(member).as_deref() != Some("promise") {
        return None;
    }
    let [promise, texts] = call.args.as_slice() else { return None };
    let Expr::Object(texts) = bare(&texts.expr) else { return None };
    let fixed = texts.props.iter().all(|property| {
        let PropOrSpread::Prop(property) = property else { return false };
        let Prop::KeyValue(pair) = &**property else { return false };
        literal_str(&pair.value).is_some() || function_of(&pair.value).is_some_and(|f| f.params().is_empty())
    });
    let ours = |package| imported(module, package, "toast").or_else(|| imported(module, package, "default"));
    let toast = ["sonner", "react-hot-toast"].into_iter().find_map(ours)?;
    (fixed && is_ident(&member.obj, &toast)).then(|| request(&promise.expr, is_request))?
}

/// The `fetch(…)` of `onClick={() => fetch(…)}` of an element, of which React drops the result.
pub fn dropped(element: &JSXOpeningElement, is_request: IsRequest<'_>) -> Vec<Span> {
    let requests = handlers(element).filter_map(|handler| ignored(function_of(handler)?.expression()?, is_request));
    requests.collect()
}

/// `save` of `onClick={save}`, of which React drops the result, too.
pub fn named_handlers(element: &JSXOpeningElement) -> impl Iterator<Item = Id> {
    handlers(element).filter_map(|handler| ident(handler).map(|name| name.to_id()))
}

/// What an element of HTML does on events.
fn handlers(element: &JSXOpeningElement) -> impl Iterator<Item = &Expr> {
    let is_plain =
        matches!(&element.name, JSXElementName::Ident(name) if name.sym.starts_with(|c: char| c.is_ascii_lowercase()));
    element.attrs.iter().filter(move |_| is_plain).filter_map(|attribute| {
        let JSXAttrOrSpread::JSXAttr(attribute) = attribute else { return None };
        let JSXAttrName::Ident(name) = &attribute.name else { return None };
        let Some(JSXAttrValue::JSXExprContainer(value)) = &attribute.value else { return None };
        let JSXExpr::Expr(value) = &value.expr else { return None };
        name.sym.starts_with("on").then_some(&**value)
    })
}

/// The `fetch(…)` that `await` waits for, at the start of a chain or alone.
pub fn awaited(expr: &Expr, is_request: IsRequest<'_>) -> Option<Span> {
    request(expr, is_request).or_else(|| {
        let Expr::Call(call) = bare(expr) else { return None };
        let Expr::Member(member) = bare(call.callee.as_expr()?) else { return None };
        awaited(&member.obj, is_request)
    })
}

/// Whether nothing comes after `span` in a function with these statements. Actions wait in line, and one that waits
/// may get lost when code that did not wait for it leaves the page.
pub fn is_last(statements: &[Stmt], span: Span) -> bool {
    let Some((last, before)) = statements.split_last() else { return true };
    if before.iter().any(|statement| span_of(statement).contains(span)) {
        return matches!(before.iter().find(|statement| span_of(*statement).contains(span)), Some(Stmt::If(branch))
            if is_last_of_if(branch, span, true));
    }
    match last {
        Stmt::Block(block) => is_last(&block.stmts, span),
        Stmt::If(branch) => is_last_of_if(branch, span, false),
        Stmt::Expr(_) | Stmt::Return(_) => true,
        _ => false,
    }
}

/// `if (liked) { fetch(…); return; }`: with `leaves`, the branch has to return.
fn is_last_of_if(branch: &IfStmt, span: Span, leaves: bool) -> bool {
    [Some(&branch.cons), branch.alt.as_ref()].into_iter().flatten().any(|side| match &**side {
        Stmt::Block(block) if span_of(block).contains(span) => match block.stmts.split_last() {
            Some((Stmt::Return(last), _)) if span_of(last).contains(span) => true,
            Some((Stmt::Return(last), before)) if last.arg.is_none() => is_last(before, span),
            _ => !leaves && is_last(&block.stmts, span),
        },
        side => span_of(side).contains(span) && (!leaves || matches!(side, Stmt::Return(_))),
    })
}

fn request(expr: &Expr, is_request: IsRequest<'_>) -> Option<Span> {
    match bare(expr) {
        Expr::Call(call) if is_request(call) => Some(span_of(call)),
        _ => None,
    }
}
