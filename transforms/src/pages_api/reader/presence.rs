//! Code that asks whether there is a request at all, which there is for the handler and those who hand it on:
//!
//! ```ts
//! const address = req ? addressOf(req) : null;      →      const address = addressOf(req);
//! log(req && req.headers.host);                     →      log(req.headers.get('host'));
//! ```

use super::Reader;
use crate::pages_api::carrier::{Kept, Settled};
use crate::syntax::ast::{BinExpr, BinaryOp, CondExpr, Expr, UnaryOp};
use crate::syntax::{Span, Truth, Visit, VisitWith, bare, span_of, truth};

impl Reader<'_, '_> {
    /// Whether `test` asks for nothing but the request and the response.
    pub(super) fn asks_presence(&self, test: &Expr) -> bool {
        match bare(test) {
            Expr::Bin(bin) if matches!(bin.op, BinaryOp::LogicalAnd | BinaryOp::LogicalOr) => {
                self.asks_presence(&bin.left) && self.asks_presence(&bin.right)
            }
            Expr::Unary(unary) if unary.op == UnaryOp::Bang => self.asks_presence(&unary.arg),
            other => self.role(other).is_some(),
        }
    }

    /// Whether such a `test` holds.
    pub(super) fn is_present(&self, test: &Expr) -> bool {
        let present = |expr: &Expr| self.role(expr).map(|_| "present".to_owned());
        matches!(truth(test, &present), Truth::True)
    }

    /// `req ? addressOf(req) : null`; false if it is something else.
    pub(super) fn present_choice(&mut self, choice: &CondExpr) -> bool {
        let asks = self.asks_presence(&choice.test);
        if asks {
            let kept = if self.is_present(&choice.test) { &choice.cons } else { &choice.alt };
            self.mark_open(kept);
            self.keep(span_of(choice), kept);
        }
        asks
    }

    /// `req && addressOf(req)`; false if it is something else, as `req && res` of which one was not handed over.
    pub(super) fn present(&mut self, both: &BinExpr) -> bool {
        let asks = both.op == BinaryOp::LogicalAnd
            && self.asks_presence(&both.left)
            && self.is_present(&both.left)
            && self.mentions(&both.right);
        if asks {
            if self.marks.open.contains(&span_of(both)) {
                self.mark_open(&both.right);
            }
            self.keep(span_of(both), &both.right);
        }
        asks
    }

    /// Reads `value`, which is all that is left of the expression at `span`.
    fn keep(&mut self, span: Span, value: &Expr) {
        self.carrier.settled.push(Settled { span, kept: Some(Kept::Value(span_of(value))) });
        value.visit_with(self);
    }

    /// Whether the request or the response stands in `value`.
    fn mentions(&self, value: &Expr) -> bool {
        let mut mentions = Mentions { reader: self, found: false };
        mentions.visit_expr(value);
        mentions.found
    }
}

struct Mentions<'m, 'a, 's> {
    reader: &'m Reader<'a, 's>,
    found: bool,
}

impl Visit for Mentions<'_, '_, '_> {
    fn visit_expr(&mut self, expr: &Expr) {
        self.found |= self.reader.role(expr).is_some();
        expr.visit_children_with(self);
    }
}
