//! What a function calls the handlers that it was given: `const handler = handlers[req.method]`.

use std::collections::HashMap;

use crate::syntax::ast::{Expr, Id, Ident, OptChainBase, VarDecl, VarDeclKind, VarDeclarator};
use crate::syntax::{Function, Visit, VisitWith, bare, ident, member_name, pat_ident};

/// Names that a function declares for one of its continuations: `const handler = handlers[req.method]`.
pub fn aliases(function: Function<'_>, continuations: &[Id]) -> Vec<(Id, Id)> {
    struct Aliases<'c> {
        continuations: &'c [Id],
        found: Vec<(Id, Id)>,
        constant: bool,
    }
    impl Visit for Aliases<'_> {
        // What can be reassigned may be something else by the time it is called.
        fn visit_var_decl(&mut self, variable: &VarDecl) {
            self.constant = variable.kind == VarDeclKind::Const;
            variable.visit_children_with(self);
        }
        fn visit_var_declarator(&mut self, declarator: &VarDeclarator) {
            let root = declarator.init.as_deref().and_then(root_of).map(Ident::to_id);
            if let (true, Some(name), Some(root)) = (self.constant, pat_ident(&declarator.name), root)
                && self.continuations.contains(&root)
            {
                self.found.push((name.to_id(), root));
            }
            declarator.visit_children_with(self);
        }
    }
    let mut aliases = Aliases { continuations, found: Vec::new(), constant: false };
    if let Some(block) = function.block() {
        block.visit_with(&mut aliases);
    }
    aliases.found
}

/// Names that a function declares for some member of an object: `const handler = handlers[key]`. Each with
/// `handlers[]`.
pub(super) fn groups(function: Function<'_>) -> HashMap<Id, Id> {
    #[derive(Default)]
    struct Groups(HashMap<Id, Id>, bool);
    impl Visit for Groups {
        fn visit_var_decl(&mut self, variable: &VarDecl) {
            self.1 = variable.kind == VarDeclKind::Const;
            variable.visit_children_with(self);
        }
        fn visit_var_declarator(&mut self, declarator: &VarDeclarator) {
            let computed = match declarator.init.as_deref().map(bare) {
                Some(Expr::Member(member)) if member_name(member).is_none() => ident(&member.obj),
                _ => None,
            };
            if let (true, Some(name), Some(object)) = (self.1, pat_ident(&declarator.name), computed) {
                let object = object.to_id();
                self.0.insert(name.to_id(), (format!("{}[]", object.0).into(), object.1));
            }
            declarator.visit_children_with(self);
        }
    }
    let mut groups = Groups::default();
    if let Some(block) = function.block() {
        block.visit_with(&mut groups);
    }
    groups.0
}

/// The name that `handlers`, `handlers.GET`, `handlers[method]` and the like start with.
pub fn root_of(expr: &Expr) -> Option<&Ident> {
    match bare(expr) {
        Expr::Ident(name) => Some(name),
        Expr::Member(member) => root_of(&member.obj),
        Expr::OptChain(chain) => match &*chain.base {
            OptChainBase::Member(member) => root_of(&member.obj),
            OptChainBase::Call(_) => None,
        },
        _ => None,
    }
}
