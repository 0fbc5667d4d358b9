//! Objects that hold `req` or `res`, and functions that are made where they are called.

use super::Reader;
use crate::pages_api::carrier::{EscapeKind, Role};
use crate::pages_api::curried::{made_callee, maker_of};
use crate::pages_api::object_call::held_arguments;
use crate::syntax::ast::{self, CallExpr, Id, MemberExpr};
use crate::syntax::{ident, member_name, span_of};

impl Reader<'_, '_> {
    /// What `make(…)(req, res)` calls, if nothing else holds `req` or `res`.
    pub(super) fn made(&self, call: &CallExpr) -> Option<Id> {
        let (callee, makers) = made_callee(call)?;
        let plain = |maker: &&CallExpr| {
            maker.args.iter().all(|arg| self.role(&arg.expr).is_none())
                && held_arguments(maker, &|expr| self.role(expr)).is_empty()
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
            None => bundle.others = true,
        }
        true
    }
}
