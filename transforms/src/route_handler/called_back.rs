//! Functions that a carrier hands to guards, which call them back: where every way through one sends, what it sends
//! comes back through the guard.
//!
//! ```ts
//! await requireUser(req, res, async (user) => {          return await requireUser(req, async (user) => {
//!   res.json(await ordersOf(user));                  →     return NextResponse.json(await ordersOf(user));
//! });                                                    });
//! ```

use std::collections::BTreeMap;

use super::lists::Lists;
use crate::pages_api::{After, Carrier, always_answers};
use crate::syntax::ast::CallExpr;
use crate::syntax::{Span, Visit, VisitWith, function_of, span_of};

/// Those of one carrier that answer.
#[derive(Debug, Default)]
pub struct CalledBack {
    /// The functions.
    pub functions: Vec<Span>,
    /// What follows each send in them.
    pub after: BTreeMap<Span, After>,
    /// Their statement lists.
    pub lists: Vec<Lists>,
    /// The types that say what they gave.
    pub returns: Vec<Span>,
}

impl CalledBack {
    /// Reads `carrier`. `sends` are all its sends, and whether each is certain to answer.
    pub fn of(carrier: &Carrier<'_>, sends: &[(Span, bool)]) -> CalledBack {
        let mut finder = Finder { carrier, sends, found: CalledBack::default() };
        if carrier.calls.iter().any(|call| !call.answering.is_empty()) {
            carrier.function.block().into_iter().for_each(|block| block.visit_with(&mut finder));
            carrier.function.expression().into_iter().for_each(|expression| expression.visit_with(&mut finder));
        }
        finder.found
    }

    /// Whether `place` is inside one of the functions.
    pub fn holds(&self, place: Span) -> bool {
        self.functions.iter().any(|function| function.contains(place))
    }
}

struct Finder<'f, 'a> {
    carrier: &'f Carrier<'a>,
    sends: &'f [(Span, bool)],
    found: CalledBack,
}

impl Visit for Finder<'_, '_> {
    fn visit_call_expr(&mut self, call: &CallExpr) {
        // From the inside out: what an inner function sends is none of the outer one's sends.
        call.visit_children_with(self);
        let span = span_of(call);
        let Some(own) = self.carrier.calls.iter().find(|own| own.span == span) else { return };
        for at in &own.answering {
            let Some((arg, function)) = call.args.get(*at).and_then(|arg| Some((arg, function_of(&arg.expr)?))) else {
                continue;
            };
            let whole = function.span();
            let inside = self.sends.iter().filter(|(send, _)| whole.contains(*send) && !self.found.holds(*send));
            let (sends, certain): (Vec<Span>, Vec<bool>) = inside.copied().unzip();
            let is_send = |span: Span| sends.iter().zip(&certain).any(|(send, certain)| *send == span && *certain);
            let Some(after) = always_answers(&arg.expr, &is_send, &sends) else { continue };
            // The guard goes on when they are done, so that nothing can be put off.
            if after.values().all(|after| matches!(after, After::Returned | After::Nothing(_))) {
                let lists = function.block().map(|block| {
                    let mut lists = Lists::default();
                    lists.join(&block.stmts);
                    lists
                });
                self.found.lists.extend(lists);
                self.found.returns.extend(function.return_type().map(span_of));
                self.found.functions.push(whole);
                self.found.after.extend(after);
            }
        }
    }
}
