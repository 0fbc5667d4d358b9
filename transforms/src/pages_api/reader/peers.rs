//! The address of the client, which is asked of the socket where no header has it. Next puts that address into the header
//! `x-forwarded-for` where nobody did (see `libraries::request_ip`), so it is never asked for.
//!
//! ```ts
//! const ip = forwarded ? forwarded.split(',')[0] : req.socket.remoteAddress || 'unknown'   // … : 'unknown'
//! ```

use super::Reader;
use super::forwarded::{is_fallback, member_of};
use crate::pages_api::carrier::Role;
use crate::pages_api::flow::is_nothing;
use crate::syntax::ast::{BinExpr, BinaryOp, Expr, IfStmt, Stmt};
use crate::syntax::{Span, VisitWith, bare, full_statement, member_name, span_of};

impl Reader<'_, '_> {
    /// Reads `bin` as `req.headers['x-forwarded-for'] || req.socket.remoteAddress`; false if it is something else. Next
    /// puts that address into the header where nobody did (see `libraries::request_ip`), so it is never asked for.
    pub(super) fn peer_address(&mut self, bin: &BinExpr) -> bool {
        if !is_fallback(bin) || !self.is_peer_address(&bin.right) || self.forwarded(&bin.left).is_none() {
            return false;
        }
        let (whole, left) = (span_of(bin), span_of(&*bin.left));
        self.carrier.peers.push((Span::new(left.end, whole.end), ""));
        self.carrier.certain.extend(taken_off(&bin.left));
        // What is left stands where the whole stood.
        if self.marks.loose.contains(&whole) {
            self.mark_loose(&bin.left);
        }
        if self.marks.open.contains(&whole) {
            self.mark_open(&bin.left);
        }
        bin.left.visit_with(self);
        true
    }

    /// The same where it is known that nobody sent the header: in `forwarded ? … : req.socket.remoteAddress`, or behind
    /// `if (forwarded) return …`.
    pub(super) fn peer(&mut self, expr: &Expr) -> bool {
        if !self.unforwarded {
            return false;
        }
        match expr {
            // What asks for a text gets no other type.
            Expr::TsAs(_) if self.is_peer_address(expr) => self.unforwarded = false,
            Expr::Bin(bin) if is_fallback(bin) && self.is_peer_address(&bin.left) => {
                self.carrier.peers.push((Span::new(span_of(bin).start, span_of(&*bin.right).start), ""));
                bin.right.visit_with(self);
                return true;
            }
            Expr::Member(_) | Expr::OptChain(_) | Expr::Bin(_) | Expr::Cond(_) if self.is_peer_address(expr) => {
                self.carrier.peers.push((span_of(expr), "undefined"));
                return true;
            }
            _ => {}
        }
        false
    }

    /// Reads code that runs only if `test` holds, or if it does not.
    pub(super) fn under(&mut self, test: &Expr, holds: bool, read: impl FnOnce(&mut Self)) {
        let around = self.unforwarded;
        self.unforwarded |= self.says_forwarded(test) == Some(!holds);
        read(self);
        self.unforwarded = around;
    }

    /// `if (req.socket.remoteAddress) …` where nobody sent the header: nothing, or what stands behind `else`.
    pub(super) fn peer_statement(&mut self, choice: &IfStmt) -> bool {
        if !self.asks_peer(choice) {
            return false;
        }
        let whole = span_of(choice);
        let gone = match choice.alt.as_deref() {
            Some(left) => Span::new(whole.start, span_of(left).start),
            None => full_statement(&self.module.text, whole),
        };
        self.carrier.peers.push((gone, ""));
        choice.alt.visit_with(self);
        true
    }

    /// Reads what stands behind `else`, without the branches that ask for the address.
    pub(super) fn alternative(&mut self, choice: &IfStmt) {
        let mut left = choice.alt.as_deref();
        while let Some(Stmt::If(next)) = left
            && self.asks_peer(next)
        {
            left = next.alt.as_deref();
        }
        let (first, last) = (choice.alt.as_deref().map(span_of), left.map(span_of));
        if let Some(first) = first.filter(|_| first != last) {
            let gone = match last {
                Some(last) => Span::new(first.start, last.start),
                None => Span::new(span_of(&*choice.cons).end, first.end),
            };
            self.carrier.peers.push((gone, ""));
        }
        if let Some(left) = left {
            left.visit_with(self);
        }
    }

    fn asks_peer(&self, choice: &IfStmt) -> bool {
        self.unforwarded && self.is_peer_address(&choice.test)
    }

    /// `req.socket.remoteAddress`, `req.connection?.socket?.remoteAddress`, also behind the question whether there is a
    /// socket: `req.socket && req.socket.remoteAddress`, `req.socket ? req.socket.remoteAddress : null`; or one such and
    /// then another.
    fn is_peer_address(&self, expr: &Expr) -> bool {
        match bare(expr) {
            Expr::Bin(both) if both.op == BinaryOp::LogicalAnd => {
                self.is_socket(&both.left) && self.is_peer_address(&both.right)
            }
            Expr::Bin(either) if is_fallback(either) => {
                self.is_peer_address(&either.left) && self.is_peer_address(&either.right)
            }
            Expr::Cond(choice) => {
                let nothing = is_nothing(&choice.alt);
                nothing && self.is_socket(&choice.test) && self.is_peer_address(&choice.cons)
            }
            other => member_of(other).is_some_and(|(socket, name)| name == "remoteAddress" && self.is_socket(socket)),
        }
    }

    /// `req.socket`, `req.connection?.socket`.
    fn is_socket(&self, expr: &Expr) -> bool {
        member_of(expr).is_some_and(|(object, name)| {
            matches!(name.as_str(), "socket" | "connection")
                && (self.role(object) == Some(Role::Req) || self.is_socket(object))
        })
    }
}

/// `list.pop()` in `list.pop().trim()`.
fn taken_off(expr: &Expr) -> Option<Span> {
    let Expr::Call(trims) = bare(expr) else { return None };
    let Expr::Member(member) = bare(trims.callee.as_expr()?) else { return None };
    let Expr::Call(takes) = &*member.obj else { return None };
    let Expr::Member(method) = bare(takes.callee.as_expr()?) else { return None };
    matches!(member_name(method).as_deref(), Some("pop" | "shift")).then(|| span_of(takes))
}
