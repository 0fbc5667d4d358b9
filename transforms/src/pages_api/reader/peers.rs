//! The address of the client, which is asked of the socket where no header has it. Next puts that address into the header
//! `x-forwarded-for` where nobody did (see `libraries::request_ip`), so it is never asked for.
//!
//! ```ts
//! const ip = forwarded ? forwarded.split(',')[0] : req.socket.remoteAddress || 'unknown'   // … : 'unknown'
//! ```

use super::Reader;
use crate::pages_api::carrier::Role;
use crate::pages_api::flow::is_nothing;
use crate::pages_api::request::{Part, RequestUse};
use crate::syntax::ast::{BinExpr, BinaryOp, Expr, IfStmt, Lit, MemberProp, OptChainBase, Stmt, UnaryOp};
use crate::syntax::{Span, VisitWith, assigned, bare, exits, full_statement, ident, literal_str, member_name, span_of};

impl Reader<'_, '_> {
    /// Reads `bin` as `req.headers['x-forwarded-for'] || req.socket.remoteAddress`; false if it is something else. Next
    /// puts that address into the header where nobody did (see `libraries::request_ip`), so it is never asked for.
    pub(super) fn peer_address(&mut self, bin: &BinExpr) -> bool {
        if !is_fallback(bin) || !self.is_peer_address(&bin.right) || !self.asks_forwarded(&bin.left) {
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
        self.unforwarded |= match bare(test) {
            Expr::Unary(not) if not.op == UnaryOp::Bang => holds && self.tells_forwarded(&not.arg),
            asked => !holds && self.tells_forwarded(asked),
        };
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

    /// Whether code behind the statement runs only where nobody sent the header.
    pub(super) fn leaves_forwarded(&self, statement: &Stmt) -> bool {
        matches!(statement, Stmt::If(choice) if exits(&choice.cons) && self.tells_forwarded(&choice.test))
    }

    /// `forwarded`, or `typeof forwarded === 'string'`.
    fn tells_forwarded(&self, test: &Expr) -> bool {
        match bare(test) {
            Expr::Bin(bin) if matches!(bin.op, BinaryOp::EqEqEq | BinaryOp::EqEq) => match bare(&bin.left) {
                Expr::Unary(kind) if kind.op == UnaryOp::TypeOf => {
                    literal_str(&bin.right).as_deref() == Some("string") && self.is_forwarded(&kind.arg)
                }
                _ => false,
            },
            _ => self.is_forwarded(test),
        }
    }

    /// `req.socket.remoteAddress`, `req.connection?.socket?.remoteAddress`, also behind the question whether there is a
    /// socket: `req.socket && req.socket.remoteAddress`, `req.socket ? req.socket.remoteAddress : null`.
    fn is_peer_address(&self, expr: &Expr) -> bool {
        match bare(expr) {
            Expr::Bin(both) if both.op == BinaryOp::LogicalAnd => {
                self.is_socket(&both.left) && self.is_peer_address(&both.right)
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

    /// Whether one of the values that `expr` chooses among is made of the header `x-forwarded-for` alone: the header,
    /// or what is taken from the start of it.
    fn asks_forwarded(&self, expr: &Expr) -> bool {
        match bare(expr) {
            Expr::Bin(bin) if is_fallback(bin) => self.asks_forwarded(&bin.left) || self.asks_forwarded(&bin.right),
            Expr::Call(call) => call.callee.as_expr().is_some_and(|callee| self.asks_forwarded(callee)),
            Expr::OptChain(chain) => match &*chain.base {
                OptChainBase::Call(call) => self.asks_forwarded(&call.callee),
                OptChainBase::Member(_) => self.is_forwarded(expr),
            },
            Expr::Member(_) | Expr::Ident(_) => self.is_forwarded(expr),
            _ => false,
        }
    }

    fn is_forwarded(&self, expr: &Expr) -> bool {
        if let Some(name) = ident(expr) {
            let declared = |read: &RequestUse| {
                matches!(&read.part, Part::Header(header) if header == "x-forwarded-for")
                    && read.declares.as_ref().is_some_and(|(_, own)| *own == *name.sym)
            };
            // One that is given another value may have lost what the header says.
            let keeps = || {
                let function = self.carrier.function;
                let all = function.block().map(assigned).or(function.expression().map(assigned)).unwrap_or_default();
                !all.iter().any(|(id, _)| *id == name.to_id())
            };
            return self.carrier.reads.iter().any(declared) && keeps();
        }
        let Some((object, name)) = member_of(expr) else { return false };
        let header = name == "x-forwarded-for"
            && member_of(object)
                .is_some_and(|(request, name)| name == "headers" && self.role(request) == Some(Role::Req));
        header
            || (matches!(name.as_str(), "0" | "split" | "shift" | "pop" | "trim" | "toString")
                && self.asks_forwarded(object))
    }
}

/// `one || other`, `one ?? other`.
fn is_fallback(bin: &BinExpr) -> bool {
    matches!(bin.op, BinaryOp::LogicalOr | BinaryOp::NullishCoalescing)
}

/// The object and the name of a member access, optional or not; an index is its digits.
fn member_of(expr: &Expr) -> Option<(&Expr, String)> {
    let member = match bare(expr) {
        Expr::Member(member) => member,
        Expr::OptChain(chain) => match &*chain.base {
            OptChainBase::Member(member) => member,
            OptChainBase::Call(_) => return None,
        },
        _ => return None,
    };
    let index = match &member.prop {
        MemberProp::Computed(computed) => match bare(&computed.expr) {
            Expr::Lit(Lit::Num(number)) => Some(number.value.to_string()),
            _ => None,
        },
        _ => None,
    };
    Some((&*member.obj, index.or_else(|| member_name(member))?))
}

/// `list.pop()` in `list.pop().trim()`.
fn taken_off(expr: &Expr) -> Option<Span> {
    let Expr::Call(trims) = bare(expr) else { return None };
    let Expr::Member(member) = bare(trims.callee.as_expr()?) else { return None };
    let Expr::Call(takes) = &*member.obj else { return None };
    let Expr::Member(method) = bare(takes.callee.as_expr()?) else { return None };
    matches!(member_name(method).as_deref(), Some("pop" | "shift")).then(|| span_of(takes))
}
