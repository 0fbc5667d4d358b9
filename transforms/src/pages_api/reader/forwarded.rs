//! What is made of the header `x-forwarded-for`, and what tests of it come to. Next puts the address of the client into
//! that header, so that it is sent always (see `peers`):
//!
//! ```ts
//! const parts = forwarded.split(',').map((part) => part.trim()).filter(Boolean)   // has an element
//! if (parts.length > 0) return parts[parts.length - 1]                           // always returns
//! ```

use super::Reader;
use crate::pages_api::carrier::Role;
use crate::pages_api::request::Part;
use crate::syntax::ast::{
    AssignTarget, BinExpr, BinaryOp, BindingIdent, CallExpr, Expr, ExprOrSpread, Id, Ident, Lit, MemberExpr,
    MemberProp, OptChainBase, Pat, ReturnStmt, SimpleAssignTarget, Stmt, UnaryOp, VarDeclarator,
};
use crate::syntax::{Visit, VisitWith, assigned, bare, exits, ident, is_ident, literal_str, member_name};

/// What is made of the header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Forwarded {
    /// A text that is not empty.
    Text,
    /// A list of such texts that has one.
    List,
}

impl Reader<'_, '_> {
    /// Remembers the names that `declarator` gives to what is made of the header; `read` is the part of the request that
    /// it is, if it is one.
    pub(super) fn names_forwarded(&mut self, declarator: &VarDeclarator, init: &Expr, read: Option<&Part>) {
        let header = matches!(read, Some(Part::Header(header)) if header == "x-forwarded-for");
        let made = if header { Some(Forwarded::Text) } else { self.forwarded(init) };
        let (name, made) = match (&declarator.name, made) {
            (Pat::Ident(name), Some(made)) => (name, made),
            // `const [first] = forwarded.split(',')`
            (Pat::Array(list), Some(Forwarded::List)) => match list.elems.first() {
                Some(Some(Pat::Ident(name))) => (name, Forwarded::Text),
                _ => return,
            },
            _ => return,
        };
        let id = name.id.to_id();
        if self.keeps(&id, made) {
            self.sent.insert(id, made);
        }
    }

    /// Whether nobody gives the name another value, or takes something out of the list that it is.
    fn keeps(&self, id: &Id, made: Forwarded) -> bool {
        let function = self.carrier.function;
        let all = function.block().map(assigned).or(function.expression().map(assigned)).unwrap_or_default();
        let mut changed = Changed { id, found: false };
        if made == Forwarded::List {
            match (function.block(), function.expression()) {
                (Some(block), _) => block.visit_with(&mut changed),
                (_, Some(value)) => value.visit_with(&mut changed),
                _ => {}
            }
        }
        !changed.found && !all.iter().any(|(own, _)| own == id)
    }

    /// What `expr` is, if it is made of the header alone, or is one of several values of which one is so: the header,
    /// or what is taken from it.
    pub(super) fn forwarded(&self, expr: &Expr) -> Option<Forwarded> {
        let expr = bare(expr);
        match expr {
            Expr::Ident(name) => self.sent.get(&name.to_id()).copied(),
            Expr::Bin(bin) if is_fallback(bin) => self.forwarded(&bin.left).or_else(|| self.forwarded(&bin.right)),
            Expr::Bin(bin) if bin.op == BinaryOp::LogicalAnd && self.says_forwarded(&bin.left) == Some(true) => {
                self.forwarded(&bin.right)
            }
            Expr::Cond(choice) => match self.says_forwarded(&choice.test) {
                Some(true) => self.forwarded(&choice.cons),
                Some(false) => self.forwarded(&choice.alt),
                None => self.forwarded(&choice.cons).filter(|made| self.forwarded(&choice.alt) == Some(*made)),
            },
            _ => match called(expr) {
                Some((callee, args)) => self.taken(callee, args),
                None => self.element(expr),
            },
        }
    }

    /// `forwarded.split(',')`, `String(forwarded)`, `parts.map((part) => part.trim())`.
    fn taken(&self, callee: &Expr, args: &[ExprOrSpread]) -> Option<Forwarded> {
        let arg = args.first().filter(|arg| arg.spread.is_none()).map(|arg| bare(&arg.expr));
        if ident(callee).is_some_and(|name| &*name.sym == "String") {
            return self.forwarded(arg?).filter(|made| *made == Forwarded::Text);
        }
        let (object, name) = member_of(callee)?;
        let known = match (self.forwarded(object)?, name.as_str()) {
            (Forwarded::Text, "trim" | "toString") => Forwarded::Text,
            // Between colons, the address `::1` has nothing.
            (Forwarded::Text, "split") if arg.is_some_and(has_comma) => Forwarded::List,
            (Forwarded::List, "join" | "shift" | "pop") => Forwarded::Text,
            (Forwarded::List, "at") if arg.is_some_and(|arg| number(arg) == Some(0.0) || is_last(arg)) => {
                Forwarded::Text
            }
            (Forwarded::List, "map") if arg.is_some_and(trims) => Forwarded::List,
            (Forwarded::List, "filter") if arg.is_some_and(asks_presence) => Forwarded::List,
            (Forwarded::List, "find") if arg.is_some_and(asks_presence) => Forwarded::Text,
            _ => return None,
        };
        Some(known)
    }

    /// `req.headers['x-forwarded-for']`, `parts[0]`, `parts[parts.length - 1]`.
    fn element(&self, expr: &Expr) -> Option<Forwarded> {
        let member = member(expr)?;
        if let MemberProp::Computed(computed) = &member.prop {
            let first = number(&computed.expr) == Some(0.0);
            let last =
                || is_last_of(&computed.expr, &member.obj) && self.forwarded(&member.obj) == Some(Forwarded::List);
            if first || last() {
                return self.forwarded(&member.obj).map(|_| Forwarded::Text);
            }
        }
        let (request, name) = member_of(&member.obj)?;
        let header = member_name(member)? == "x-forwarded-for";
        (header && name == "headers" && self.role(request) == Some(Role::Req)).then_some(Forwarded::Text)
    }

    /// What `test` comes to wherever the header is sent, if that is certain.
    pub(super) fn says_forwarded(&self, test: &Expr) -> Option<bool> {
        match bare(test) {
            Expr::Unary(not) if not.op == UnaryOp::Bang => self.says_forwarded(&not.arg).map(|says| !says),
            Expr::Bin(bin) => match bin.op {
                BinaryOp::LogicalAnd | BinaryOp::LogicalOr => {
                    // What settles the whole, whichever side says it.
                    let settles = bin.op == BinaryOp::LogicalOr;
                    match (self.says_forwarded(&bin.left), self.says_forwarded(&bin.right)) {
                        (Some(says), _) | (_, Some(says)) if says == settles => Some(settles),
                        (Some(_), Some(_)) => Some(!settles),
                        _ => None,
                    }
                }
                BinaryOp::EqEq | BinaryOp::EqEqEq => self.equals_forwarded(&bin.left, &bin.right),
                BinaryOp::NotEq | BinaryOp::NotEqEq => self.equals_forwarded(&bin.left, &bin.right).map(|says| !says),
                // `parts.length > 0`
                BinaryOp::Gt => (number(&bin.right) == Some(0.0) && self.is_count(&bin.left)).then_some(true),
                BinaryOp::GtEq => (number(&bin.right) == Some(1.0) && self.is_count(&bin.left)).then_some(true),
                _ => self.forwarded(test).map(|_| true),
            },
            Expr::Call(call) if is_array_check(call) => match self.forwarded(&call.args.first()?.expr)? {
                Forwarded::Text => Some(false),
                Forwarded::List => Some(true),
            },
            other if self.is_count(other) => Some(true),
            other => self.forwarded(other).map(|_| true),
        }
    }

    /// `typeof forwarded === 'string'`, `first === ''`, `parts.length === 0`.
    fn equals_forwarded(&self, left: &Expr, right: &Expr) -> Option<bool> {
        if let Expr::Unary(kind) = bare(left)
            && kind.op == UnaryOp::TypeOf
        {
            let text = self.forwarded(&kind.arg)? == Forwarded::Text;
            return Some(literal_str(right)? == if text { "string" } else { "object" });
        }
        let absent = match bare(right) {
            Expr::Lit(Lit::Null(_)) => true,
            Expr::Ident(name) => &*name.sym == "undefined",
            _ => literal_str(right).is_some_and(|text| text.is_empty()),
        };
        let none = number(right) == Some(0.0) && self.is_count(left);
        (none || absent && self.forwarded(left).is_some()).then_some(false)
    }

    /// `parts.length`.
    fn is_count(&self, expr: &Expr) -> bool {
        member_of(expr).is_some_and(|(object, name)| name == "length" && self.forwarded(object).is_some())
    }

    /// Whether code behind the statement runs only where nobody sent the header.
    pub(super) fn leaves_forwarded(&self, statement: &Stmt) -> bool {
        match statement {
            Stmt::If(choice) => {
                let cons = || self.leaves_forwarded(&choice.cons);
                let alt = || choice.alt.as_deref().is_some_and(|alt| self.leaves_forwarded(alt));
                match self.says_forwarded(&choice.test) {
                    Some(true) => cons(),
                    Some(false) => alt(),
                    None => cons() && alt(),
                }
            }
            Stmt::Block(block) => block.stmts.iter().any(|inner| self.leaves_forwarded(inner)),
            other => exits(other),
        }
    }
}

/// `one || other`, `one ?? other`.
pub(super) fn is_fallback(bin: &BinExpr) -> bool {
    matches!(bin.op, BinaryOp::LogicalOr | BinaryOp::NullishCoalescing)
}

/// A member access, optional or not.
fn member(expr: &Expr) -> Option<&MemberExpr> {
    match bare(expr) {
        Expr::Member(member) => Some(member),
        Expr::OptChain(chain) => chain.base.as_member(),
        _ => None,
    }
}

/// The object and the name of a member access, optional or not.
pub(super) fn member_of(expr: &Expr) -> Option<(&Expr, String)> {
    let member = member(expr)?;
    Some((&*member.obj, member_name(member)?))
}

/// What a call calls, optional or not, and its arguments.
fn called(expr: &Expr) -> Option<(&Expr, &[ExprOrSpread])> {
    match expr {
        Expr::Call(call) => Some((&**call.callee.as_expr()?, &call.args)),
        Expr::OptChain(chain) => match &*chain.base {
            OptChainBase::Call(call) => Some((&*call.callee, &call.args)),
            OptChainBase::Member(_) => None,
        },
        _ => None,
    }
}

fn number(expr: &Expr) -> Option<f64> {
    match bare(expr) {
        Expr::Lit(Lit::Num(number)) => Some(number.value),
        _ => None,
    }
}

/// `-1`
fn is_last(expr: &Expr) -> bool {
    matches!(expr, Expr::Unary(minus) if minus.op == UnaryOp::Minus && number(&minus.arg) == Some(1.0))
}

/// `list.length - 1`
fn is_last_of(index: &Expr, list: &Expr) -> bool {
    let (Expr::Bin(bin), Some(list)) = (bare(index), ident(list)) else { return false };
    bin.op == BinaryOp::Sub
        && number(&bin.right) == Some(1.0)
        && member_of(&bin.left).is_some_and(|(object, name)| name == "length" && is_ident(object, &list.to_id()))
}

/// `','`, `/\s*,\s*/`
fn has_comma(separator: &Expr) -> bool {
    match separator {
        Expr::Lit(Lit::Regex(pattern)) => pattern.exp.contains(','),
        other => literal_str(other).is_some_and(|text| text.contains(',')),
    }
}

/// `Array.isArray(…)`
fn is_array_check(call: &CallExpr) -> bool {
    let callee = call.callee.as_expr().and_then(|callee| member_of(callee));
    callee
        .is_some_and(|(object, name)| name == "isArray" && ident(object).is_some_and(|object| &*object.sym == "Array"))
}

/// What an arrow function of one parameter gives, and the parameter.
fn arrow(expr: &Expr) -> Option<(Id, &Expr)> {
    let arrow = expr.as_arrow()?;
    match arrow.params.as_slice() {
        [Pat::Ident(param)] => Some((param.id.to_id(), bare(arrow.body.as_expr()?))),
        _ => None,
    }
}

/// `(part) => part.trim()`
fn trims(function: &Expr) -> bool {
    arrow(function).is_some_and(|(param, value)| {
        called(value)
            .and_then(|(callee, _)| member_of(callee))
            .is_some_and(|(object, name)| name == "trim" && is_ident(object, &param))
    })
}

/// `Boolean`, `(part) => part`, `(part) => part.length > 0`
fn asks_presence(function: &Expr) -> bool {
    if ident(function).is_some_and(|name| &*name.sym == "Boolean") {
        return true;
    }
    let length = |expr: &Expr, param: &Id| {
        member_of(expr).is_some_and(|(object, name)| name == "length" && is_ident(object, param))
    };
    arrow(function).is_some_and(|(param, value)| match value {
        Expr::Bin(bin) => bin.op == BinaryOp::Gt && number(&bin.right) == Some(0.0) && length(&bin.left, &param),
        other => is_ident(other, &param) || length(other, &param),
    })
}

/// Looks for places that may change the list that a name is: it is handed on, or a method that changes it is called.
struct Changed<'i> {
    id: &'i Id,
    found: bool,
}

impl Visit for Changed<'_> {
    fn visit_ident(&mut self, name: &Ident) {
        self.found |= name.to_id() == *self.id;
    }

    // That is where it is declared.
    fn visit_binding_ident(&mut self, _: &BindingIdent) {}

    fn visit_member_expr(&mut self, member: &MemberExpr) {
        let reads = match &member.prop {
            MemberProp::Computed(_) => true,
            _ => member_name(member).is_some_and(|name| {
                matches!(name.as_str(), "length" | "at" | "map" | "filter" | "find" | "join" | "slice" | "includes")
            }),
        };
        if !(reads && is_ident(&member.obj, self.id)) {
            member.visit_children_with(self);
        }
        member.prop.visit_with(self);
    }

    fn visit_return_stmt(&mut self, statement: &ReturnStmt) {
        if !statement.arg.as_deref().is_some_and(|value| is_ident(value, self.id)) {
            statement.visit_children_with(self);
        }
    }

    fn visit_assign_target(&mut self, target: &AssignTarget) {
        if let AssignTarget::Simple(SimpleAssignTarget::Member(member)) = target {
            self.found |= is_ident(&member.obj, self.id);
        }
        target.visit_children_with(self);
    }
}
