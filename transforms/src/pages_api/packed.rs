//! Constants that hold the request or the response, to be handed to functions:
//!
//! ```ts
//! const ctx = { req, res, db };
//! await audit(ctx, 'opened');
//! ```

use std::collections::BTreeSet;

use super::carrier::Role;
use super::object_call::{HeldProperty, held};
use crate::syntax::ast::{
    ArrowExpr, Class, Expr, Function as FunctionNode, FunctionBody, Id, Ident, MemberExpr, Pat, TsType, TsTypeAnn,
    VarDecl, VarDeclKind,
};
use crate::syntax::{Function, Span, Visit, VisitWith, is_member, member_id, span_of};

/// A constant of a carrier that is an object literal with the request or the response in it.
#[derive(Clone, Debug)]
pub struct Packed {
    /// What it is called.
    pub name: Id,
    /// Its type.
    pub annotation: Option<Box<TsTypeAnn>>,
    /// The declarator.
    pub declarator: Span,
    /// The object literal.
    pub object: Span,
    /// What it holds.
    pub held: Vec<HeldProperty>,
    /// Where its members stand for that: `ctx.req`.
    pub members: Vec<(Span, Role)>,
    /// Its other members that are used.
    pub others: BTreeSet<String>,
}

impl Packed {
    /// Those of `function`, where `role` knows what is the request and what the response by the name of its parameter.
    pub fn of(function: Function<'_>, names: &[Id], role: &dyn Fn(&Expr) -> Option<Role>) -> Vec<Packed> {
        let Some(block) = function.block() else { return Vec::new() };
        let mut search = Search { role, found: Vec::new() };
        block.visit_with(&mut search);
        // In an inner function, the request by its own name would be another value.
        if is_hidden(block, names) {
            return Vec::new();
        }
        let mut members = Members(search.found);
        block.visit_with(&mut members);
        members.0
    }

    /// What the member of it is by which `is` asks: `ctx.req`.
    pub fn role_of(&self, is: &dyn Fn(&Id) -> bool) -> Option<Role> {
        self.held.iter().find(|held| is(&member_id(&self.name, &held.key))).map(|held| held.role)
    }
}

/// Whether another value goes by one of `names`, too, in a function with that body.
pub(super) fn is_hidden(block: &FunctionBody, names: &[Id]) -> bool {
    let mut hidden = Hidden { names, found: false };
    block.visit_with(&mut hidden);
    hidden.found
}

/// Whether another value goes by one of these names, too.
struct Hidden<'n> {
    names: &'n [Id],
    found: bool,
}

impl Visit for Hidden<'_> {
    fn visit_ident(&mut self, ident: &Ident) {
        let id = ident.to_id();
        self.found |= self.names.iter().any(|name| id.0 == name.0 && id != *name);
    }

    fn visit_ts_type(&mut self, _: &TsType) {}
}

struct Search<'s> {
    role: &'s dyn Fn(&Expr) -> Option<Role>,
    found: Vec<Packed>,
}

impl Visit for Search<'_> {
    fn visit_var_decl(&mut self, declaration: &VarDecl) {
        if declaration.kind != VarDeclKind::Const {
            return;
        }
        for declarator in &declaration.decls {
            let (Pat::Ident(name), Some(init)) = (&declarator.name, declarator.init.as_deref()) else { continue };
            let Expr::Object(object) = init else { continue };
            let Some(held) = held(object, self.role) else { continue };
            self.found.push(Packed {
                name: name.id.to_id(),
                annotation: name.type_ann.clone(),
                declarator: span_of(declarator),
                object: span_of(object),
                held,
                members: Vec::new(),
                others: BTreeSet::new(),
            });
        }
    }

    // A function inside may run later, or often.
    fn visit_function(&mut self, _: &FunctionNode) {}
    fn visit_arrow_expr(&mut self, _: &ArrowExpr) {}
    fn visit_class(&mut self, _: &Class) {}
}

struct Members(Vec<Packed>);

impl Visit for Members {
    fn visit_member_expr(&mut self, member: &MemberExpr) {
        for packed in &mut self.0 {
            let role = packed.role_of(&|id| is_member(member, id));
            packed.members.extend(role.map(|role| (span_of(member), role)));
        }
        member.visit_children_with(self);
    }
}
