//! What a caller sends in the query of its URL, as arguments.
//!
//! ```ts
//! fetch(`/api/posts?id=${id}`, { method: 'DELETE' })             →   deletePost(id)
//! const params = new URLSearchParams({ id });
//! fetch(`/api/posts?${params}`, { method: 'DELETE' })            →   deletePost(id)
//! ```
//!
//! In a URL, every value becomes text, and so it does in an argument. A name that the caller leaves out is `null`.

use super::caller::expr_at;
use super::input::Input;
use super::result::NoAnswer;
use super::text::is_harmless;
use super::values::Values;
use crate::callers::{Asked, Caller, Value};
use crate::rewrite::Piece;
use crate::syntax::ast::{CallExpr, Decl, Expr, Id, NewExpr, Prop, PropOrSpread, Stmt, VarDeclKind};
use crate::syntax::{
    Module, Span, Visit, VisitWith, assigned, bare, callee_ident, full_statement, ident, is_ident, literal_str,
    member_name, prop_name, references, span_of,
};

/// A query, name by name.
#[derive(Debug, Default)]
pub struct Query {
    values: Vec<(String, Given)>,
    /// Declarations that only it needed.
    pub gone: Vec<Span>,
}

/// The value of a name.
#[derive(Clone, Debug)]
enum Given {
    Text(String),
    /// It stands in the URL, which the server decodes.
    Value(Value),
    /// `URLSearchParams` has it, and encodes it by itself.
    Held(Span),
}

/// The query that `caller` in `module` sends. `Err` is what it is made of otherwise.
pub fn asked(module: &Module, caller: &Caller) -> Result<Query, NoAnswer> {
    let mut query = Query::default();
    for part in &caller.sent.path.query {
        match part {
            Asked::Text(name, text) => query.values.push((name.clone(), Given::Text(text.clone()))),
            Asked::Value(name, value) => query.values.push((name.clone(), Given::Value(*value))),
            Asked::Whole(span) => whole(module, caller, *span, &mut query).ok_or_else(|| {
                let why = "this part of its query is not known to be single names and values";
                ("not-only-fetch", *span, why.to_owned())
            })?,
        }
    }
    let twice = query.values.iter().enumerate().any(|(at, (name, _))| {
        let before = query.values.get(..at).unwrap_or_default();
        before.iter().any(|(other, _)| other == name)
    });
    match twice {
        true => Err(("not-only-fetch", caller.call, "a name occurs twice in its query".to_owned())),
        false => Ok(query),
    }
}

/// Whether `caller` sends `name`.
pub fn sends(module: &Module, caller: &Caller, name: &str) -> bool {
    asked(module, caller).is_ok_and(|query| query.values.iter().any(|(own, _)| own == name))
}

/// The arguments for what the handler reads of `query`.
pub fn query_arguments(
    module: &Module,
    caller: &Caller,
    query: &Query,
    input: &Input,
) -> Result<Vec<Vec<Piece>>, NoAnswer> {
    let refuse = |why: String| Err(("not-only-fetch", caller.call, why));
    let values = Values::of(module);
    let harmless = |span: Span| expr_at(module, span).is_some_and(|value| is_harmless(of_text(&value)));
    let mut dear = usize::from(caller.sent.body.is_some_and(|body| !harmless(body)));
    for (name, given) in &query.values {
        let (Given::Value(Value { span, .. }) | Given::Held(span)) = given else { continue };
        if harmless(*span) {
            continue;
        }
        dear += 1;
        if input.query.iter().all(|read| read.key != *name) {
            return refuse(format!("the value of `{name}` in its query is computed and not read"));
        }
    }
    if dear > 1 {
        return refuse("the values of its query and its body would be computed in another order".to_owned());
    }
    let mut arguments = Vec::new();
    for read in &input.query {
        arguments.push(match query.values.iter().find(|(name, _)| *name == read.key) {
            Some((_, Given::Text(text))) => vec![Piece::Text(module.style.string(text))],
            Some((_, Given::Value(value))) => as_text(module, &values, *value),
            Some((_, Given::Held(span))) => text_of(module, &values, *span, false),
            None if read.granted => {
                return refuse(format!(
                    "it sends no `{}` in its query, and the handler takes it for granted",
                    read.key
                ));
            }
            None => vec![Piece::Text("null".to_owned())],
        });
    }
    Ok(arguments)
}

/// The text that a value becomes in a URL, as the server reads it.
pub fn as_text(module: &Module, values: &Values, value: Value) -> Vec<Piece> {
    let expr = expr_at(module, value.span);
    let inner = expr.as_ref().and_then(decoded).map(span_of);
    text_of(module, values, inner.unwrap_or(value.span), value.added && inner.is_none())
}

/// The text that the expression at `span` becomes.
fn text_of(module: &Module, values: &Values, span: Span, added: bool) -> Vec<Piece> {
    let around = |before: &str, behind: &str| {
        vec![Piece::Text(before.to_owned()), Piece::Source(span), Piece::Text(behind.to_owned())]
    };
    match expr_at(module, span).is_some_and(|expr| values.is_text(&expr)) {
        true => vec![Piece::Source(span)],
        false if added => around(&format!("{} + ", module.style.string("")), ""),
        false => around("`${", "}`"),
    }
}

/// `x` of `String(x)` and `encodeURIComponent(x)`, which do no more than to make a text of it.
fn of_text(value: &Expr) -> &Expr {
    match bare(value) {
        Expr::Call(call) => match (callee_ident(call), call.args.as_slice()) {
            (Some(name), [only]) if matches!(&*name.sym, "String" | "encodeURIComponent") => &only.expr,
            _ => value,
        },
        _ => value,
    }
}

/// `x` of `encodeURIComponent(x)`.
fn decoded(value: &Expr) -> Option<&Expr> {
    let Expr::Call(call) = bare(value) else { return None };
    let is_encoding = callee_ident(call).is_some_and(|name| &*name.sym == "encodeURIComponent");
    match call.args.as_slice() {
        [only] if is_encoding && only.spread.is_none() => Some(&*only.expr),
        _ => None,
    }
}

/// Adds what `${new URLSearchParams({ id })}` holds, or a constant that is made so.
fn whole(module: &Module, caller: &Caller, span: Span, query: &mut Query) -> Option<()> {
    let expr = expr_at(module, span)?;
    let search = as_written(&expr);
    if let Expr::New(new) = bare(search) {
        return held(new, query);
    }
    let id = ident(search)?.to_id();
    let mut made = Made { id: &id, call: caller.call, found: None };
    module.ast.visit_with(&mut made);
    let (made, rest) = made.found?;
    let first = query.values.len();
    held(&made.init, query)?;
    query.gone.push(full_statement(&module.text, made.statement));
    let mut mentions = 2;
    let mut rest = rest.as_slice();
    while let [next, more @ ..] = rest
        && let Some((name, value)) = added(next, &id)
    {
        query.values.push((name, Given::Held(value)));
        query.gone.push(full_statement(&module.text, span_of(next)));
        mentions += 1;
        rest = more;
    }
    // Nobody else has it, and nothing is between.
    (module.references().get(&id)?.len() == mentions).then_some(())?;
    let changed = assigned(&module.ast);
    let follows = rest.first().is_some_and(|next| begins_with(next, caller.call));
    let stays = query.values[first..].iter().all(|(_, given)| match given {
        Given::Text(_) | Given::Value(_) => true,
        Given::Held(value) => expr_at(module, *value).is_some_and(|value| {
            let (names, value) = (references(&value), of_text(&value));
            is_harmless(value) && (follows || is_fixed(value)) && changed.iter().all(|(id, _)| !names.contains_key(id))
        }),
    });
    stays.then_some(())
}

/// `params` of `params.toString()`.
fn as_written(expr: &Expr) -> &Expr {
    if let Expr::Call(call) = bare(expr)
        && let Some(Expr::Member(member)) = call.callee.as_expr().map(|callee| bare(callee))
        && call.args.is_empty()
        && member_name(member).as_deref() == Some("toString")
    {
        return &member.obj;
    }
    expr
}

/// Adds the members of `new URLSearchParams({ … })`.
fn held(new: &NewExpr, query: &mut Query) -> Option<()> {
    ident(&new.callee).filter(|name| &*name.sym == "URLSearchParams")?;
    let object = match new.args.as_deref().unwrap_or_default() {
        [] => return Some(()),
        [only] if only.spread.is_none() => bare(&only.expr).as_object()?,
        _ => return None,
    };
    for property in &object.props {
        let PropOrSpread::Prop(property) = property else { return None };
        let (name, value) = match &**property {
            Prop::Shorthand(name) => (name.sym.to_string(), span_of(name)),
            Prop::KeyValue(pair) => (prop_name(&pair.key)?, span_of(&*pair.value)),
            _ => return None,
        };
        query.values.push((name, Given::Held(value)));
    }
    Some(())
}

/// The name and the value of `params.set('id', id)`.
fn added(statement: &Stmt, id: &Id) -> Option<(String, Span)> {
    let Expr::Call(CallExpr { callee, args, .. }) = bare(&statement.as_expr()?.expr) else { return None };
    let Expr::Member(member) = bare(callee.as_expr()?) else { return None };
    let [name, value] = args.as_slice() else { return None };
    let sets = matches!(member_name(member)?.as_str(), "set" | "append") && is_ident(&member.obj, id);
    (sets && value.spread.is_none()).then(|| Some((literal_str(&name.expr)?, span_of(&*value.expr))))?
}

/// Whether a value is the same later: no member of anything is read.
fn is_fixed(expr: &Expr) -> bool {
    match bare(expr) {
        Expr::Lit(_) | Expr::Ident(_) => true,
        Expr::Tpl(template) => template.exprs.iter().all(|expr| is_fixed(expr)),
        _ => false,
    }
}

/// Whether nothing of `statement` runs before `call` that is no part of an expression around it.
fn begins_with(statement: &Stmt, call: Span) -> bool {
    match statement {
        Stmt::Try(attempt) => attempt.block.stmts.first().is_some_and(|first| begins_with(first, call)),
        Stmt::Decl(Decl::Var(_)) | Stmt::Expr(_) | Stmt::Return(_) => span_of(statement).contains(call),
        _ => false,
    }
}

/// `const params = new URLSearchParams(…)`.
struct Search {
    statement: Span,
    init: NewExpr,
}

/// Finds the declaration of such a constant, and the statements behind it that lead to the call.
struct Made<'i> {
    id: &'i Id,
    call: Span,
    found: Option<(Search, Vec<Stmt>)>,
}

impl Visit for Made<'_> {
    fn visit_stmts(&mut self, list: &[Stmt]) {
        for (at, statement) in list.iter().enumerate() {
            if let Stmt::Decl(Decl::Var(variable)) = statement
                && variable.kind == VarDeclKind::Const
                && let [only] = variable.decls.as_slice()
                && only.name.as_ident().is_some_and(|name| name.id.to_id() == *self.id)
                && let Some(Expr::New(init)) = only.init.as_deref()
                && let Some(rest) = list.get(at + 1..)
                && rest.iter().any(|statement| span_of(statement).contains(self.call))
            {
                self.found = Some((Search { statement: span_of(statement), init: init.clone() }, rest.to_vec()));
            }
        }
        list.visit_children_with(self);
    }
}
