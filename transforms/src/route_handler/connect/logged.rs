//! Middlewares of morgan that only write lines, which go: from the router that is handed them, with their constants.
//!
//! ```ts
//! const logger = morgan('dev');
//! router.use(logger).use(auth).get(list);          →          router.use(auth).get(list);
//! ```

use super::log_tokens::tokens;
use crate::libraries::morgan::{PACKAGE, is_own_format};
use crate::pages_api::Logger;
use crate::project::imports;
use crate::rewrite::Edit;
use crate::route_handler::tidy::with_comment;
use crate::syntax::ast::{CallExpr, Decl, Expr, Id, ModuleItem, Stmt};
use crate::syntax::{Module, Span, bare, ident, literal_str, pat_ident, span_of};

/// The edits that take `loggers` out of `module`.
pub fn edits(module: &Module, loggers: &[Logger<'_>]) -> Vec<Edit> {
    let mut edits = Vec::new();
    let gone: Vec<Span> = loggers.iter().map(|logger| span_of(logger.arg)).collect();
    for (at, Logger { call, .. }) in loggers.iter().enumerate() {
        if loggers[..at].iter().all(|other| !std::ptr::eq(other.call, *call)) {
            edits.extend(from_call(module, call, &gone));
        }
    }
    let all = module.references();
    // Constants of which nothing is left.
    let held = module.ast.body.iter().filter(|item| {
        let id = declared(item);
        id.is_some_and(|id| {
            loggers.iter().any(|logger| logger.holder.as_ref() == Some(&id)) && {
                let inside =
                    |mention: &Span| span_of(*item).contains(*mention) || gone.iter().any(|own| own.contains(*mention));
                all.get(&id).into_iter().flatten().all(inside)
            }
        })
    });
    let statements: Vec<Span> = held.map(span_of).collect();
    edits.extend(statements.into_iter().map(|statement| Edit::delete(with_comment(&module.text, statement))));
    edits
}

/// `router.use(logger)`: the call, or its arguments that are `gone`.
fn from_call(module: &Module, call: &CallExpr, gone: &[Span]) -> Vec<Edit> {
    let args: Vec<Span> = call.args.iter().map(|arg| span_of(&*arg.expr)).collect();
    if let Some(kept) = args.iter().position(|arg| !gone.contains(arg)) {
        // With the comma behind it, or before it if something is left there.
        let place = |at: usize| match at < kept {
            true => Span::new(args[at].start, args[at + 1].start),
            false => Span::new(args[at - 1].end, args[at].end),
        };
        return (0..args.len()).filter(|at| gone.contains(&args[*at])).map(|at| Edit::delete(place(at))).collect();
    }
    let Some(Expr::Member(member)) = call.callee.as_expr().map(|callee| bare(callee)) else { return Vec::new() };
    let own = span_of(call);
    let whole = module.ast.body.iter().find(|item| match item {
        ModuleItem::Stmt(Stmt::Expr(statement)) => span_of(&*statement.expr) == own && ident(&member.obj).is_some(),
        _ => false,
    });
    match whole {
        Some(statement) => vec![Edit::delete(with_comment(&module.text, span_of(statement)))],
        None => vec![Edit::delete(Span::new(span_of(&*member.obj).end, own.end))],
    }
}

/// The constant that a statement declares, if it is the only one.
fn declared(item: &ModuleItem) -> Option<Id> {
    let ModuleItem::Stmt(Stmt::Decl(Decl::Var(variable))) = item else { return None };
    let [only] = variable.decls.as_slice() else { return None };
    pat_ident(&only.name).map(|name| name.to_id())
}

/// Whether `made`, a call of what `home` imports from morgan as `package`, may do more than to write lines.
pub fn does_more(home: &Module, package: &Id, made: &CallExpr) -> bool {
    let Some(tokens) = tokens(home, package) else { return true };
    let own = match made.args.as_slice() {
        [] => true,
        [only] => {
            only.spread.is_none() && literal_str(&only.expr).is_some_and(|format| is_own_format(&format, &tokens))
        }
        _ => false,
    };
    !own || imports(home).into_iter().any(|(id, import)| import.specifier == PACKAGE && id != *package)
}
