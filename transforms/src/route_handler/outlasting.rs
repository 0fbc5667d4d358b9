//! Wrappers that go on behind their handler. What the handler did behind its response happened before that, and still has
//! to: it cannot be put off.
//!
//! ```ts
//! await handler(req, res);      // sends the response, then writes to the database
//! await db.close();
//! ```

use super::body::BodyRewrite;
use super::body::harmless::{harm_in, is_harmless};
use crate::finding::Finding;
use crate::pages_api::{After, Carrier, analyse, kept_work};
use crate::syntax::ast::{AwaitExpr, Stmt, TryStmt};
use crate::syntax::{Module, Span, Visit, VisitWith, bare, span_of};

/// Whether `carrier` of `module` does something behind a handler that it calls which may take time or fail.
pub fn goes_on(module: &Module, carrier: &Carrier<'_>) -> bool {
    let Some(block) = carrier.function.block() else { return false };
    let given = carrier.calls.iter().filter(|call| carrier.continuations.contains(&call.callee));
    let calls: Vec<Span> = given.map(|call| call.span).collect();
    let is_call = |span: Span| calls.contains(&span);
    let inside = |span: Span| calls.iter().copied().find(|call| span.contains(*call));
    let flow = analyse(&block.stmts, carrier.function.span(), &is_call, &inside, &carrier.known(None));
    let harms = |work: &Vec<Span>| work.iter().any(|span| !is_harmless(module, &block.stmts, *span));
    let behind = |call: &Span| match flow.sends.get(call) {
        Some(After::Work(work)) => harms(work),
        _ => harms(&kept_work(&block.stmts, *call)),
    };
    calls.iter().any(behind) || at_last(module, &block.stmts, &calls)
}

/// Whether `carrier`, the inner function of a wrapper, calls a handler without waiting for it, and what it does then depends
/// on the handler being done: it goes on, or would catch what the handler throws.
///
/// ```ts
/// try { return handler(req, res); } catch (error) { … }
/// ```
pub fn counts_on_sync(module: &Module, carrier: &Carrier<'_>) -> bool {
    let Some(block) = carrier.function.block() else { return false };
    let given = carrier.calls.iter().filter(|call| carrier.continuations.contains(&call.callee));
    let mut search = Unawaited { tries: Vec::new(), awaited: Vec::new() };
    block.stmts.iter().for_each(|statement| statement.visit_with(&mut search));
    let mut unawaited = given.map(|call| call.span).filter(|call| !search.awaited.contains(call)).peekable();
    unawaited.peek().is_some()
        && (goes_on(module, carrier) || unawaited.any(|call| search.tries.iter().any(|tried| tried.contains(call))))
}

/// `carrier`, the handler that a wrapper calls which counts on that, becomes async by what `body` waits for.
pub fn becomes_async(module: &Module, carrier: &Carrier<'_>, body: &BodyRewrite) -> Option<Finding> {
    let awaits = !body.awaits_at.is_empty() || body.prologue.iter().any(|line| line.awaits);
    let message =
        "this handler has to become async, and what is around it depends on its being done when it comes back";
    (awaits && !carrier.wraps && !carrier.function.is_async()).then(|| {
        Finding::manual("handler-becomes-async", &module.path, carrier.function.span(), message)
            .help("make the handler async, and await it in the wrapper, first")
    })
}

struct Unawaited {
    /// What is tried, without the `catch` behind it.
    tries: Vec<Span>,
    awaited: Vec<Span>,
}

impl Visit for Unawaited {
    fn visit_try_stmt(&mut self, attempt: &TryStmt) {
        attempt.visit_children_with(self);
        self.tries.push(span_of(&attempt.block));
    }

    fn visit_await_expr(&mut self, awaited: &AwaitExpr) {
        awaited.visit_children_with(self);
        self.awaited.push(span_of(bare(&awaited.arg)));
    }
}

/// Whether a `finally` behind one of `calls` does.
fn at_last(module: &Module, statements: &[Stmt], calls: &[Span]) -> bool {
    let mut search = Finally { module, calls, found: false };
    statements.iter().for_each(|statement| statement.visit_with(&mut search));
    search.found
}

struct Finally<'f> {
    module: &'f Module,
    calls: &'f [Span],
    found: bool,
}

impl Visit for Finally<'_> {
    fn visit_try_stmt(&mut self, attempt: &TryStmt) {
        attempt.visit_children_with(self);
        let Some(last) = &attempt.finalizer else { return };
        let before = Span::new(span_of(attempt).start, span_of(last).start);
        self.found |= self.calls.iter().any(|call| before.contains(*call)) && harm_in(self.module, last).is_some();
    }
}
