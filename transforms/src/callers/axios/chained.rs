//! Calls of axios whose promise is a chain. What follows the new call throws where axios rejected, so that the rest of
//! the chain stays as it is.
//!
//! ```ts
//! axios.post('/api/listings', data)
//!   .then(() => router.refresh())
//!   .catch(() => toast.error('Something went wrong'))
//!   .finally(() => setLoading(false));
//! ```

use super::{Form, Read, Throws, bound, catching, caught_message, data_reads, mutation, reads_message};
use crate::callers::fetch::Obstacle;
use crate::callers::reading::{Failure, JsonRead, Reading, When};
use crate::callers::settled::Settled;
use crate::syntax::ast::{ArrowExpr, AwaitExpr, Expr, ExprOrSpread, ExprStmt, Id, ReturnStmt, Stmt, UnaryOp};
use crate::syntax::{
    Function, Module, References, Span, Visit, VisitWith, bare, function_of, ident, member_name, span_of,
};

/// What becomes of the promise at the end of a chain.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    /// Nobody looks at it.
    Dropped,
    /// It is waited for, by a statement of its own.
    Awaited,
    /// Its value goes elsewhere.
    Used { awaited: bool },
}

/// How the call at `call` is read in the function with `body`.
pub(super) fn read(module: &Module, body: &[Stmt], call: Span, client: &Id) -> Result<Read, Obstacle> {
    let mut finder = Finder { call, found: None };
    module.ast.visit_with(&mut finder);
    let unclear = |at: Span| (at, "its promise is used in another way than `then`, `catch` and `finally`".to_owned());
    let (links, end) = finder.found.ok_or_else(|| unclear(call))?;
    let all = module.references();
    let gives = matches!(end, End::Used { .. });
    let mutation = if gives { mutation::of(module, call, client).transpose()? } else { None };
    let mut json = Vec::new();
    let mut reads = false;
    let mut rest = links.as_slice();
    if let Some((first, others)) = links.split_first().filter(|(link, _)| link.name == "then") {
        let [only] = first.args.as_slice() else { return Err(unclear(call)) };
        let function = function_of(&only.expr).ok_or_else(|| unclear(span_of(only)))?;
        (json, reads) = response_reads(module, function, all)?;
        rest = others;
    } else if matches!(end, End::Used { .. }) && !mutation.as_ref().is_some_and(|mutation| mutation.is_dropped)
        || links.iter().any(|link| link.name == "then")
    {
        return Err(unclear(call));
    }
    let handler = rest.iter().find(|link| link.name == "catch");
    let plain = |link: &&Link| link.args.len() == 1 && matches!(link.name.as_str(), "then" | "catch" | "finally");
    if !rest.iter().all(|link| plain(&link)) {
        return Err(unclear(call));
    }
    let awaited = matches!(end, End::Awaited | End::Used { awaited: true });
    let message = match handler {
        Some(link) => match function_of(&link.args[0].expr) {
            Some(function) => {
                let param = function.params().first().copied();
                match (function.block(), function.expression()) {
                    (Some(block), _) => reads_message(param, block, span_of(block), client, all)?,
                    (_, Some(value)) => reads_message(param, value, span_of(value), client, all)?,
                    _ => false,
                }
            }
            None if is_log(&link.args[0].expr) => false,
            None => return Err(unclear(span_of(&link.args[0]))),
        },
        None if mutation.is_some() && catching(body, call).is_none() => {
            mutation.as_ref().is_some_and(|mutation| mutation.reads_message)
        }
        None if awaited => {
            let catch = catching(body, call).ok_or_else(|| {
                (
                    call,
                    "nobody catches its error here: whoever is told of it may look for what axios gives it".to_owned(),
                )
            })?;
            caught_message(&catch, client, all)?
        }
        None if end == End::Dropped => false,
        None => return Err(unclear(call)),
    };
    // The new code throws for a result that is not `ok`, as it rejects for an error.
    let failure = if message { Failure::GoesOn } else { Failure::Either };
    let throws = Throws::Callback(Settled::Rejecting(reads));
    Ok(Read { reading: Reading { json, failure, annotation: None }, throws, awaited, in_mutation: mutation.is_some() })
}

/// What the first callback reads of the response, and whether it reads anything.
fn response_reads(
    module: &Module,
    function: Function<'_>,
    all: &References,
) -> Result<(Vec<JsonRead>, bool), Obstacle> {
    let pattern = match function.params().as_slice() {
        [] => return Ok((Vec::new(), false)),
        [pattern] => *pattern,
        [_, more, ..] => return Err((span_of(*more), "its callback takes more than the response".into())),
    };
    let read = |span: Span, members| JsonRead {
        span,
        response: span,
        when: When::Ok,
        members,
        is_text: false,
        fallback: None,
    };
    let json = match bound(pattern) {
        Some(Form::Variable(id)) => {
            let reads = data_reads(module, &id, span_of(pattern), all)?;
            reads.into_iter().map(|(span, members)| read(span, members)).collect()
        }
        Some(Form::Members(span, true)) => vec![read(span, None)],
        Some(Form::Members(_, false)) => Vec::new(),
        _ => return Err((span_of(pattern), "its result is used for more than `data` and `status`".into())),
    };
    Ok((json, true))
}

/// `console.error`.
fn is_log(expr: &Expr) -> bool {
    match bare(expr) {
        Expr::Member(member) => ident(&member.obj).is_some_and(|name| &*name.sym == "console"),
        _ => false,
    }
}

/// `.then(…)`.
struct Link {
    name: String,
    args: Vec<ExprOrSpread>,
}

/// Finds the chain behind a call, and what becomes of it.
struct Finder {
    call: Span,
    found: Option<(Vec<Link>, End)>,
}

impl Finder {
    fn ends(&mut self, expr: &Expr, end: End) {
        if self.found.is_none() {
            self.found = self.links(expr).map(|links| (links, end));
        }
    }

    fn links(&self, expr: &Expr) -> Option<Vec<Link>> {
        let expr = bare(expr);
        if span_of(expr) == self.call {
            return Some(Vec::new());
        }
        let Expr::Call(call) = expr else { return None };
        let Expr::Member(member) = bare(call.callee.as_expr()?) else { return None };
        let mut links = self.links(&member.obj)?;
        links.push(Link { name: member_name(member)?, args: call.args.clone() });
        Some(links)
    }
}

impl Visit for Finder {
    fn visit_expr_stmt(&mut self, statement: &ExprStmt) {
        match bare(&statement.expr) {
            Expr::Await(waiting) => self.ends(&waiting.arg, End::Awaited),
            Expr::Unary(unary) if unary.op == UnaryOp::Void => self.ends(&unary.arg, End::Dropped),
            other => self.ends(other, End::Dropped),
        }
        statement.visit_children_with(self);
    }

    fn visit_await_expr(&mut self, waiting: &AwaitExpr) {
        self.ends(&waiting.arg, End::Used { awaited: true });
        waiting.visit_children_with(self);
    }

    fn visit_return_stmt(&mut self, statement: &ReturnStmt) {
        if let Some(value) = &statement.arg {
            self.ends(value, End::Used { awaited: false });
        }
        statement.visit_children_with(self);
    }

    fn visit_arrow_expr(&mut self, arrow: &ArrowExpr) {
        if let Some(value) = Function::Arrow(arrow).expression() {
            self.ends(value, End::Used { awaited: false });
        }
        arrow.visit_children_with(self);
    }
}
