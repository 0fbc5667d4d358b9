//! Guards that send the response and then throw, so that their caller does not go on:
//!
//! ```ts
//! if (!session) {
//!   res.status(401).json({ error: 'no session' });       return NextResponse.json({ error: 'no session' }, { status: 401 });
//!   throw 'no session';                            →
//! }
//! ```
//!
//! Behind an answer, the Pages Router only logs what is thrown. That is so where nothing between the guard and the router
//! catches it.

use super::lists::Lists;
use crate::pages_api::{After, Carrier, Flow};
use crate::syntax::ast::{Expr, ThrowStmt};
use crate::syntax::{Span, Visit, VisitWith, bare, ident, span_of};

/// Whether `carrier`, through which `flow` leads, throws right behind each of its sends, and nothing in it catches that.
pub fn aborts(text: &str, carrier: &Carrier<'_>, flow: &Flow) -> bool {
    let Some(block) = carrier.function.block() else { return false };
    let lists = Lists::of(&block.stmts);
    let mut throws = Throws(Vec::new());
    block.visit_with(&mut throws);
    let thrown = |(send, after): (&Span, &After)| {
        let (After::Work(work), Some(statement)) = (after, flow.statements.get(send)) else { return false };
        let [only] = work.as_slice() else { return false };
        // Nothing else leads to this `throw`.
        let next = only.start >= statement.end && text[statement.end..only.start].trim().is_empty();
        next && throws.0.contains(only) && !lists.in_try(*send)
    };
    !flow.sends.is_empty() && flow.sends.iter().all(thrown)
}

/// Where something is thrown of which the making does nothing.
struct Throws(Vec<Span>);

impl Visit for Throws {
    fn visit_throw_stmt(&mut self, statement: &ThrowStmt) {
        let plain = match bare(&statement.arg) {
            Expr::Lit(_) => true,
            Expr::Tpl(text) => text.exprs.is_empty(),
            Expr::New(new) => {
                let is_error = ident(&new.callee).is_some_and(|name| &*name.sym == "Error");
                is_error && new.args.iter().flatten().all(|arg| matches!(bare(&arg.expr), Expr::Lit(_)))
            }
            _ => false,
        };
        if plain {
            self.0.push(span_of(statement));
        }
    }
}
