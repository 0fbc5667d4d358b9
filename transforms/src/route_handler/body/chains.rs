//! Promise chains and transactions that answer: they are returned.
//!
//! ```ts
//! save(order)                                          return save(order)
//!   .then((saved) => res.json(saved))             →      .then((saved) => NextResponse.json(saved))
//!   .catch((error) => res.status(500).end());            .catch((error) => new NextResponse(null, { status: 500 }));
//! ```

use super::Builder;
use crate::finding::Finding;
use crate::pages_api::{After, Stands};
use crate::rewrite::{Edit, Piece};
use crate::route_handler::settle::Settle;
use crate::syntax::{Span, span_of};

impl Builder<'_, '_, '_> {
    /// Returns the expressions that stand for a response.
    pub(super) fn chains(&mut self) {
        // What says what they gave is not true any more.
        let returns = self.answers.functions.iter().filter_map(|function| function.return_type().map(span_of));
        let returns: Vec<Edit> = returns.map(Edit::delete).collect();
        self.out.edits.extend(returns);
        let chains: Vec<(Span, Stands)> = self.answers.chains.iter().map(|(span, own)| (*span, *own)).collect();
        for (chain, stands) in chains {
            if stands == Stands::Transaction {
                let message = "the response was sent inside the transaction, now it waits until that is through";
                let help = "a transaction that fails at its end is an error now, and was an answer before";
                let finding = Finding::review("send-in-callback", &self.cx.module.path, chain, message).help(help);
                self.out.notes.push(finding);
            }
            if stands != Stands::Response && self.text_of(chain).contains(".finally(") {
                let message = "what `finally` does came after the response was sent, now it comes before";
                let help = "move it into `after()` from `next/server` if the client must not wait for it";
                let finding = Finding::review("work-after-send", &self.cx.module.path, chain, message).help(help);
                self.out.notes.push(finding);
            }
            if self.answers.open.contains(&chain) && !self.open(chain) {
                continue;
            }
            // What it gives would have to settle the promise, as a send does.
            let called_back = |settle: &Settle| {
                settle.span != chain && settle.run.iter().chain([&settle.span]).any(|run| run.contains(chain))
            };
            if self.answers.twice.contains(&chain) || self.settles.iter().any(called_back) {
                let message =
                    "the response is sent from a function that is called back, by another function inside the handler";
                self.refuse("send-in-callback", chain, message, "send it there without that function");
                continue;
            }
            if self.settles.iter().any(|settle| settle.span == chain && settle.own.is_none()) {
                continue;
            }
            let after = self.cx.after.get(&chain);
            if self.answers.open.contains(&chain) && matches!(after, Some(After::Send(_))) {
                let message = "on some way through this promise nothing is sent, and the code behind sends then";
                self.refuse("send-in-callback", chain, message, "send in one place, or answer on every way");
                continue;
            }
            let statement = self.statement_of(chain).or_else(|| self.lists.branch_of(chain));
            let awaited = self.awaited(chain);
            match (after, statement) {
                (Some(After::Returned), _) => self.kept(chain),
                (Some(After::Work(_) | After::Send(_)), _) if awaited == chain && stands != Stands::Response => {
                    let message = "the response is sent by a promise that the code behind does not wait for";
                    self.refuse("send-in-callback", chain, message, "await the promise here");
                }
                (Some(_), Some(statement)) => {
                    self.leave(chain, statement, Vec::new(), vec![Piece::Source(awaited)]);
                }
                // Code that no method reaches.
                (None, Some(statement)) if self.text_of(statement).starts_with("return") => {}
                (None, None) if self.carrier.function.expression().is_some() => {}
                _ => {
                    let message = "the response is sent inside a larger expression";
                    self.refuse("send-in-expression", chain, message, "make it a statement of its own");
                }
            }
        }
    }

    /// Says of a chain that it may send nothing; false if somebody expects a response of it.
    fn open(&mut self, chain: Span) -> bool {
        if self.cx.closed || !self.is_handler() {
            let message = "on some way through this promise nothing is sent";
            self.refuse("send-in-callback", chain, message, "answer where it fails, too");
            return false;
        }
        let message = "on some way through this promise nothing is sent; the request hung, now it is a 500";
        self.out.notes.push(Finding::note("no-response", &self.cx.module.path, chain, message));
        true
    }

    /// Whether the send stands in a function inside, from where it cannot come back.
    pub(super) fn is_lost(&self, send: Span, nested: bool) -> bool {
        nested && !self.answers.after.contains_key(&send)
    }
}
