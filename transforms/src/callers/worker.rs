//! Service workers see the requests of all pages, and may treat them in their own way.
//!
//! ```js
//! self.addEventListener('fetch', (event) => {
//!   if (event.request.method !== 'GET') return;
//!   if (event.request.url.includes('/api/')) event.respondWith(cached(event.request));
//! ```

use crate::syntax::ast::{BinaryOp, Expr, Stmt};
use crate::syntax::{bare, literal_str, member_name};

/// Whether `text` is that of a service worker which sees the requests of the pages.
pub fn listens(text: &str) -> bool {
    ["addEventListener('fetch'", "addEventListener(\"fetch\"", "self.onfetch"].iter().any(|mark| text.contains(mark))
}

/// Whether the statement leaves the function for every request that is not sent by `GET`.
pub fn leaves_unless_get(statement: &Stmt) -> bool {
    let Stmt::If(choice) = statement else { return false };
    // With a value, or behind other work, it may have answered them: `return event.respondWith(queued(event.request))`.
    let is_bare = |statement: &Stmt| matches!(statement, Stmt::Return(own) if own.arg.is_none());
    let leaves = match &*choice.cons {
        Stmt::Block(block) => matches!(block.stmts.as_slice(), [only] if is_bare(only)),
        other => is_bare(other),
    };
    leaves && holds_unless_get(&choice.test)
}

/// Whether the test is `request.method !== 'GET'`, or that `||` more.
fn holds_unless_get(test: &Expr) -> bool {
    let Expr::Bin(bin) = bare(test) else { return false };
    match bin.op {
        BinaryOp::LogicalOr => holds_unless_get(&bin.left) || holds_unless_get(&bin.right),
        BinaryOp::NotEqEq | BinaryOp::NotEq => {
            let sides = [(&bin.left, &bin.right), (&bin.right, &bin.left)];
            sides.into_iter().any(|(method, name)| {
                let is_method =
                    matches!(bare(method), Expr::Member(member) if member_name(member).as_deref() == Some("method"));
                is_method && literal_str(name).as_deref() == Some("GET")
            })
        }
        _ => false,
    }
}
