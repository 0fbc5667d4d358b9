//! Objects that hold `req` or `res`, and functions that are made where they are called.

use super::Reader;
use crate::pages_api::carrier::{EscapeKind, Role};
use crate::pages_api::curried::{made_callee, maker_of};
use crate::pages_api::object_call::{HeldProperty, held, held_arguments, visit_others};
use crate::pages_api::packed::Packed;
use crate::syntax::ast::{self, CallExpr, Expr, ExprOrSpread, Id, MemberExpr};
use crate::syntax::{Span, bare, ident, member_name, span_of};

/// What stands in an object in place of `req` and `res`.
const PLACES: [&str; 4] = ["query", "body", "headers", "params"];

impl Reader<'_, '_> {
    /// What `make(…)(req, res)` calls, if nothing else holds `req` or `res`.
    pub(super) fn made(&self, call: &CallExpr) -> Option<Id> {
        let (callee, makers) = made_callee(call)?;
        let plain = |maker: &&CallExpr| {
            maker.args.iter().all(|arg| self.role(&arg.expr).is_none())
                && held_arguments(maker, &|expr| self.held_by(expr)).is_empty()
        };
        makers.iter().all(plain).then_some(callee)
    }

    /// `callee` by the name that its maker gives it, if it goes by another one.
    pub(super) fn by_maker(&self, callee: Id) -> Id {
        let maker =
            maker_of(&self.makers, &callee).filter(|_| !self.is_own(&callee) && !(self.around.followed)(&callee));
        maker.filter(|made| self.is_own(made) || (self.around.followed)(made)).unwrap_or(callee)
    }

    /// What goes out of sight with the object `name`, if that holds `req` or `res`.
    pub(super) fn bundle_role(&self, name: &ast::Ident) -> Option<Role> {
        let bundle = self.carrier.bundles.iter().find(|bundle| bundle.name == name.to_id())?;
        let held = self.carrier.held.iter().filter(|held| held.at == bundle.at);
        held.map(|held| held.role).max()
    }

    /// Whether `member = …` writes to an object that others look into, under a name that a part of the request gets in it.
    pub(super) fn written_object(&self, member: &MemberExpr) -> Option<Role> {
        let object = ident(&member.obj)?;
        let taken = member_name(member).is_none_or(|name| PLACES.contains(&name.as_str()));
        self.bundle_role(object).or_else(|| self.packed_role(object)).filter(|_| taken)
    }

    /// `ctx.user`, or `ctx.req` where that goes out of sight. False if it is no member of such an object.
    pub(super) fn bundle_member(&mut self, member: &MemberExpr) -> bool {
        let Some(object) = ident(&member.obj).map(ast::Ident::to_id) else { return false };
        let Some(name) = member_name(member) else { return false };
        let Some(bundle) = self.carrier.bundles.iter_mut().find(|bundle| bundle.name == object) else { return false };
        match self.carrier.held.iter().find(|held| held.at == bundle.at && held.key == name) {
            Some(held) => {
                let role = held.role;
                self.escape(span_of(member), role, EscapeKind::Value);
            }
            None => drop(bundle.others.insert(name)),
        }
        true
    }

    /// What the object holds that `expr` is: a literal, a constant, or a parameter that is handed on.
    pub(super) fn held_by(&self, expr: &Expr) -> Option<Vec<HeldProperty>> {
        match (bare(expr), expr) {
            (Expr::Object(object), _) => held(object, &|expr| self.role(expr)),
            // With another type it would be none that we know.
            (Expr::Ident(name), Expr::Ident(_)) => self.whole(name),
            _ => None,
        }
    }

    fn whole(&self, name: &ast::Ident) -> Option<Vec<HeldProperty>> {
        let (id, span) = (name.to_id(), span_of(name));
        let whole = |key: &str, role: Role| {
            let (key, whole, beside) = (key.to_owned(), Some(id.clone()), Vec::new());
            HeldProperty { span, key, value: span, role, beside, whole }
        };
        if let Some(packed) = self.packed(name) {
            return Some(packed.held.iter().map(|held| whole(&held.key, held.role)).collect());
        }
        let bundle = self.carrier.bundles.iter().find(|bundle| bundle.name == id)?;
        let held = self.carrier.held.iter().filter(|held| held.at == bundle.at);
        Some(held.map(|held| whole(&held.key, held.role)).collect())
    }

    fn packed(&self, name: &ast::Ident) -> Option<&Packed> {
        self.carrier.packed.iter().find(|packed| packed.name == name.to_id())
    }

    /// Whether the declarator makes a constant that holds `req` or `res`.
    pub(super) fn packs(&self, declarator: Span) -> bool {
        self.carrier.packed.iter().any(|packed| packed.declarator == declarator)
    }

    /// Reads the other properties of such a constant.
    pub(super) fn pack(&mut self, object: &Expr, declarator: Span) {
        let packed = self.carrier.packed.iter().filter(|packed| packed.declarator == declarator);
        let held: Vec<Span> = packed.flat_map(|packed| &packed.held).map(|held| held.span).collect();
        visit_others(&[ExprOrSpread { spread: None, expr: Box::new(object.clone()) }], &held, self);
    }

    /// What goes out of sight with the constant `name`, if that holds `req` or `res`.
    pub(super) fn packed_role(&self, name: &ast::Ident) -> Option<Role> {
        self.packed(name)?.held.iter().map(|held| held.role).max()
    }

    /// The same as [`Self::bundle_member`] for a constant.
    pub(super) fn packed_member(&mut self, member: &MemberExpr) -> bool {
        let (Some(object), Some(name)) = (ident(&member.obj).map(ast::Ident::to_id), member_name(member)) else {
            return false;
        };
        let Some(packed) = self.carrier.packed.iter_mut().find(|packed| packed.name == object) else { return false };
        match packed.held.iter().find(|held| held.key == name).map(|held| held.role) {
            Some(role) => self.escape(span_of(member), role, EscapeKind::Value),
            None => drop(packed.others.insert(name)),
        }
        true
    }
}
