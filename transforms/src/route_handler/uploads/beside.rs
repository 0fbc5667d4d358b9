//! What stands beside a file: where one branch gives a file of the form, another may give nothing instead, but no file
//! that comes from elsewhere, whose path is read as before.
//!
//! ```ts
//! const file = files.image?.[0] ?? null;
//! const file = files.image?.[0] ?? { filepath: 'public/default.png' };   // refused
//! ```

use super::kinds::{Kind, hands_on};
use super::uses::{Uses, is_nothing};
use crate::syntax::ast::{
    ArrowExpr, AssignExpr, AssignTarget, Callee, Class, Expr, ForHead, Function as Node, Id, Prop, PropOrSpread,
    ReturnStmt, SimpleAssignTarget, VarDeclarator,
};
use crate::syntax::{
    Function, Visit, VisitWith, bare, bound_ids, function_of, ident, member_name, prop_name, references, span_of,
};

const MIXED: &str = "a file of the form, or what holds one, may be something else here";

impl Uses<'_, '_> {
    /// Whether `expr` may stand where else there is a `kind`.
    fn fits(&self, expr: &Expr, kind: &Kind) -> bool {
        match self.kinds.kind(expr) {
            Some(own) => own == *kind,
            None => {
                is_empty(expr) || matches!(kind, Kind::Object(held) if holds_none(expr, &|key| held.contains_key(key)))
            }
        }
    }

    /// An expression that gives what `whole` gives, or one branch of it.
    pub(super) fn taken_as(&mut self, part: &Expr, whole: &Expr) {
        match self.kinds.kind(whole) {
            Some(kind) => {
                if !self.fits(part, &kind) {
                    self.trouble(span_of(part), MIXED);
                }
                self.taken(part);
            }
            None => part.visit_with(self),
        }
    }

    /// `file = files.image`, `[fields, files] = parsed`.
    pub(super) fn assign(&mut self, assign: &AssignExpr) {
        let given = self.kinds.kind(&assign.right);
        let member =
            matches!(&assign.left, AssignTarget::Simple(target) if !matches!(target, SimpleAssignTarget::Ident(_)));
        match given {
            Some(_) if member || !hands_on(assign.op) => {
                let text = "a file of the form, or what holds one, is kept here, where it cannot be followed";
                self.trouble(span_of(assign), text);
            }
            Some(_) => {
                assign.left.visit_with(self);
                self.taken(&assign.right);
            }
            None => {
                let names = references(&assign.left);
                if !member {
                    self.not_for(names.keys(), &assign.right);
                }
                assign.visit_children_with(self);
            }
        }
    }

    /// `let file;`, or a name for what is no file.
    pub(super) fn declared(&mut self, declarator: &VarDeclarator) {
        if let Some(init) = &declarator.init {
            self.not_for(bound_ids(&declarator.name).iter(), init);
        }
        self.parameter(&declarator.name);
        declarator.init.visit_with(self);
    }

    /// `for (file of others)`, where `file` is one of the form elsewhere.
    pub(super) fn other_head(&mut self, head: &ForHead) {
        if let ForHead::Pat(pat) = head
            && bound_ids(pat).iter().any(|name| self.kinds.bindings.contains_key(name))
        {
            self.trouble(span_of(head), MIXED);
        }
    }

    /// `value`, which is no file of the form, is given to `names`, which may be elsewhere.
    fn not_for<'n>(&mut self, names: impl Iterator<Item = &'n Id>, value: &Expr) {
        let held = names.filter_map(|name| self.kinds.bindings.get(name));
        if held.into_iter().any(|kind| !self.fits(value, kind)) {
            self.trouble(span_of(value), MIXED);
        }
    }

    /// What a function gives that is called where the form could not be read.
    pub(super) fn caught(&mut self, handler: &Expr, kind: &Kind) {
        let fits = match function_of(handler) {
            Some(function) => match function.expression() {
                Some(value) => self.fits(value, kind) || is_log(value),
                None => returned(function).iter().all(|value| self.fits(value, kind)),
            },
            None => is_console(handler),
        };
        if !fits {
            self.trouble(span_of(handler), MIXED);
        }
    }

    /// What the carrier returns besides files; what it sends is looked at elsewhere.
    pub(super) fn returned_besides(&mut self) {
        let Some(kind) = self.uploads.gives.clone() else { return };
        let calls = self.carrier.calls.iter().map(|call| call.span);
        let sends: Vec<_> = self.carrier.writes.iter().map(|write| write.span).chain(calls).collect();
        for value in &returned(self.carrier.function) {
            let span = span_of(value);
            if self.kinds.kind(value).is_none()
                && !sends.iter().any(|send| span.contains(*send))
                && !self.fits(value, &kind)
            {
                self.trouble(span, MIXED);
            }
        }
    }
}

/// The values that a function returns, not those of functions inside it.
fn returned(function: Function<'_>) -> Vec<Expr> {
    let mut returned = Returned::default();
    function.block().into_iter().for_each(|block| block.visit_with(&mut returned));
    returned.0
}

#[derive(Default)]
struct Returned(Vec<Expr>);

impl Visit for Returned {
    fn visit_return_stmt(&mut self, statement: &ReturnStmt) {
        self.0.extend(statement.arg.as_deref().cloned());
    }
    fn visit_function(&mut self, _: &Node) {}
    fn visit_arrow_expr(&mut self, _: &ArrowExpr) {}
    fn visit_class(&mut self, _: &Class) {}
}

/// `null`, `[]`, `[{}, {}]`: nothing in which a file could be.
pub(super) fn is_empty(expr: &Expr) -> bool {
    match bare(expr) {
        Expr::Array(array) => array.elems.iter().flatten().all(|elem| elem.spread.is_none() && is_empty(&elem.expr)),
        Expr::Object(_) => holds_none(expr, &|_| true),
        other => is_nothing(other),
    }
}

/// Whether `expr` is an object that has nothing by the names that `held` tells.
fn holds_none(expr: &Expr, held: &dyn Fn(&str) -> bool) -> bool {
    let Expr::Object(object) = bare(expr) else { return false };
    object.props.iter().all(|prop| {
        let PropOrSpread::Prop(prop) = prop else { return false };
        match &**prop {
            Prop::KeyValue(pair) => is_empty(&pair.value) || prop_name(&pair.key).is_some_and(|key| !held(&key)),
            Prop::Shorthand(name) => !held(&name.sym),
            _ => false,
        }
    })
}

/// `console.error(error)`.
pub(super) fn is_log(expr: &Expr) -> bool {
    let Expr::Call(call) = bare(expr) else { return false };
    matches!(&call.callee, Callee::Expr(callee) if is_console(callee))
}

/// `console.error`.
pub(super) fn is_console(callee: &Expr) -> bool {
    let Expr::Member(member) = bare(callee) else { return false };
    ident(&member.obj).is_some_and(|object| &*object.sym == "console") && member_name(member).is_some()
}
