//! What is found, with what the node around it says of it.

use std::collections::{HashMap, HashSet};

use super::Reader;
use crate::pages_api::carrier::{Escape, EscapeKind, Role};
use crate::pages_api::request::{Part, RequestUse};
use crate::syntax::ast::{BinaryOp, Expr};
use crate::syntax::{Span, bare, span_of};

/// What was learnt about an expression from the node around it.
#[derive(Default)]
pub(super) struct Marks {
    pub(super) loose: HashSet<Span>,
    pub(super) open: HashSet<Span>,
    pub(super) accessed: HashSet<Span>,
    pub(super) awaited: HashMap<Span, Span>,
    /// Statements whose value nobody waits for.
    pub(super) dropped: HashSet<Span>,
    /// Members that are written to, and not only read.
    pub(super) written: HashSet<Span>,
}

impl Reader<'_, '_> {
    pub(super) fn escape(&mut self, span: Span, role: Role, how: EscapeKind) {
        self.carrier.escapes.push(Escape { span, role, how });
    }

    pub(super) fn read(&mut self, span: Span, part: Part) {
        let loose = self.marks.loose.contains(&span);
        let open = self.marks.open.contains(&span);
        let accessed = self.marks.accessed.contains(&span);
        let nested = self.depth > 0;
        let awaited = self.marks.awaited.get(&span).copied();
        let read = RequestUse { span, part, nested, loose, open, accessed, awaited, declares: None, picks: None };
        self.carrier.reads.push(read);
    }

    pub(super) fn mark_loose(&mut self, expr: &Expr) {
        let expr = bare(expr);
        self.marks.loose.insert(span_of(expr));
        match expr {
            Expr::Bin(bin) if matches!(bin.op, BinaryOp::LogicalAnd | BinaryOp::LogicalOr) => {
                self.mark_loose(&bin.left);
                self.mark_loose(&bin.right);
            }
            _ => {}
        }
    }

    pub(super) fn mark_open(&mut self, expr: &Expr) {
        self.marks.open.insert(span_of(expr));
    }

    /// Neither `null` nor `undefined` gets past the access of a member.
    pub(super) fn mark_accessed(&mut self, object: &Expr) {
        let span = span_of(bare(object));
        self.marks.loose.insert(span);
        self.marks.accessed.insert(span);
    }
}
