//! What a function calls the handlers that it was given: `const handler = handlers[req.method]`.

use std::collections::{BTreeSet, HashMap};

use super::patterns::taken_names;
use crate::syntax::ast::{
    AssignExpr, AssignTarget, BinaryOp, BindingIdent, CallExpr, CondExpr, Expr, Id, Ident, MemberExpr, MemberProp,
    OptChainBase, OptChainExpr, Pat, SimpleAssignTarget, Stmt, TryStmt, UnaryExpr, UnaryOp, VarDecl, VarDeclKind,
    VarDeclarator,
};
use crate::syntax::{Function, Span, Visit, VisitWith, bare, ident, literal_str, member_name, pat_ident, span_of};

/// Which of the things that an object holds an expression means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Way {
    /// The object itself.
    Whole,
    /// This member.
    Key(String),
    /// The member that this expression gives the name of, at run time.
    Chosen(Box<Expr>),
    /// The object itself if it is a function, else the member that this expression gives the name of.
    Either(Box<Expr>),
    /// What the promise holds that is the member that this expression gives the name of.
    Promised(Box<Expr>),
    /// A member of the member that this expression gives the name of, or of what that promises.
    Inner(Box<Expr>, Inner),
    /// Another member of a member.
    Deeper,
}

/// Where the members of an object have their handlers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inner {
    /// The property that is one: `handlers[method].handler`.
    pub key: String,
    /// What has it is promised: `(await handlers[method]).default`.
    pub promised: bool,
}

impl Way {
    /// Where `further` leads, from where this way ends.
    fn then(&self, further: Way) -> Way {
        match (self, further) {
            (Way::Whole, further) => further,
            (way, Way::Whole) => way.clone(),
            (Way::Chosen(chosen), Way::Key(key)) => Way::Inner(chosen.clone(), Inner { key, promised: false }),
            (Way::Promised(chosen), Way::Key(key)) => Way::Inner(chosen.clone(), Inner { key, promised: true }),
            _ => Way::Deeper,
        }
    }
}

/// A name that a function declares for an object, or for something that it holds: `const handler = handlers[key]`.
#[derive(Clone, Debug)]
pub struct Alias {
    /// The name.
    name: Id,
    /// The object.
    root: Id,
    /// What of it.
    way: Way,
}

/// The constants of `function` that are other names.
fn constants(function: Function<'_>) -> Vec<Alias> {
    #[derive(Default)]
    struct Constants(Vec<Alias>, bool);
    impl Visit for Constants {
        // What can be reassigned may be something else by the time it is called.
        fn visit_var_decl(&mut self, variable: &VarDecl) {
            self.1 = variable.kind == VarDeclKind::Const;
            variable.visit_children_with(self);
        }
        fn visit_var_declarator(&mut self, declarator: &VarDeclarator) {
            if let (true, Some((root, way))) = (self.1, declarator.init.as_deref().and_then(way_to)) {
                self.add(&declarator.name, root.to_id(), way);
            }
            declarator.visit_children_with(self);
        }
    }
    impl Constants {
        /// `name = root…`, or `{ handler } = root[…]`. What stands for a member of a map stands for its members, too.
        fn add(&mut self, name: &Pat, root: Id, way: Way) {
            let known = self.0.iter().find(|alias| alias.name == root);
            let known = known.filter(|alias| matches!(alias.way, Way::Chosen(_) | Way::Promised(_)));
            let (root, way) =
                known.map_or_else(|| (root, way.clone()), |own| (own.root.clone(), own.way.then(way.clone())));
            if let Some(name) = pat_ident(name) {
                return self.0.push(Alias { name: name.to_id(), root, way });
            }
            let inner = taken_names(name).into_iter().map(|(key, name)| (name, way.then(Way::Key(key))));
            let inner = inner.filter(|(_, way)| matches!(way, Way::Inner(..)));
            self.0.extend(inner.map(|(name, way)| Alias { name, root: root.clone(), way }));
        }
    }
    let mut found = Constants::default();
    if let Some(block) = function.block() {
        block.visit_with(&mut found);
    }
    found.0
}

/// Names that a function declares for one of its continuations: `const handler = handlers[req.method]`.
pub fn aliases(function: Function<'_>, continuations: &[Id]) -> Vec<(Id, Id)> {
    let all = constants(function).into_iter();
    all.filter(|alias| continuations.contains(&alias.root)).map(|alias| (alias.name, alias.root)).collect()
}

/// Names that a function declares for some member of an object: `const handler = handlers[key]`. Each with
/// `handlers[]`.
pub(super) fn groups(function: Function<'_>) -> HashMap<Id, Id> {
    let all = constants(function).into_iter().filter(|alias| matches!(alias.way, Way::Chosen(_)));
    all.map(|Alias { name, root, .. }| (name, (format!("{}[]", root.0).into(), root.1))).collect()
}

/// What each of the calls at `calls`, which stand in `function`, calls of `object`.
pub(super) fn ways(object: &Id, calls: &[Span], function: Function<'_>) -> Vec<Way> {
    struct Ways<'w> {
        object: &'w Id,
        calls: &'w [Span],
        aliases: Vec<Alias>,
        found: Vec<Way>,
    }
    impl Ways<'_> {
        fn call(&mut self, span: Span, callee: &Expr) {
            if !self.calls.contains(&span) {
                return;
            }
            let Some((root, way)) = way_to(callee) else { return self.found.push(Way::Deeper) };
            let root = root.to_id();
            let alias = self.aliases.iter().find(|alias| alias.name == root && alias.root == *self.object);
            self.found.push(match alias {
                Some(alias) => alias.way.then(way),
                None if root == *self.object => way,
                None => Way::Deeper,
            });
        }
    }
    impl Visit for Ways<'_> {
        fn visit_call_expr(&mut self, call: &CallExpr) {
            if let Some(callee) = call.callee.as_expr() {
                self.call(span_of(call), callee);
            }
            call.visit_children_with(self);
        }
        fn visit_opt_chain_expr(&mut self, chain: &OptChainExpr) {
            if let OptChainBase::Call(call) = &*chain.base {
                self.call(span_of(chain), &call.callee);
            }
            chain.visit_children_with(self);
        }
    }
    let mut ways = Ways { object, calls, aliases: constants(function), found: Vec::new() };
    inside(function, &mut ways);
    ways.found
}

/// Whether `function` makes one of `names`, or something that these hold, something else:
/// `handler = withLog(handler)`, `handlers.OPTIONS = …`.
pub(super) fn are_written(function: Function<'_>, names: &BTreeSet<Id>) -> bool {
    struct Written<'w> {
        names: &'w BTreeSet<Id>,
        aliases: Vec<Alias>,
        found: bool,
    }
    impl Written<'_> {
        fn target(&mut self, target: &Expr) {
            let Some(root) = root_of(target).map(Ident::to_id) else { return };
            let means = |alias: &Alias| alias.name == root && self.names.contains(&alias.root);
            self.found |= self.names.contains(&root) || self.aliases.iter().any(means);
        }
    }
    impl Visit for Written<'_> {
        // No declaration inside the function has one of the names: this is a target.
        fn visit_binding_ident(&mut self, binding: &BindingIdent) {
            self.found |= self.names.contains(&binding.id.to_id());
        }
        fn visit_pat(&mut self, pattern: &Pat) {
            if let Pat::Expr(target) = pattern {
                self.target(target);
            }
            pattern.visit_children_with(self);
        }
        fn visit_assign_expr(&mut self, assign: &AssignExpr) {
            if let AssignTarget::Simple(SimpleAssignTarget::Member(member)) = &assign.left {
                self.target(&member.obj);
            }
            assign.visit_children_with(self);
        }
        fn visit_unary_expr(&mut self, unary: &UnaryExpr) {
            if unary.op == UnaryOp::Delete {
                self.target(&unary.arg);
            }
            unary.visit_children_with(self);
        }
        fn visit_call_expr(&mut self, call: &CallExpr) {
            if let (true, Some(target)) = (is_object_assign(call), call.args.first()) {
                self.target(&target.expr);
            }
            call.visit_children_with(self);
        }
    }
    let mut written = Written { names, aliases: constants(function), found: false };
    inside(function, &mut written);
    written.found
}

/// Whether `function` may make one of `calls` after it has made one of them: in a loop, where the first one threw, or
/// further down a chain of promises.
pub(super) fn calls_again(function: Function<'_>, calls: &[Span]) -> bool {
    struct Again<'c> {
        calls: &'c [Span],
        loops: usize,
        seen: usize,
        found: bool,
    }
    impl Again<'_> {
        fn call(&mut self, span: Span) {
            if self.calls.contains(&span) {
                self.seen += 1;
                self.found |= self.loops > 0;
            }
        }
    }
    impl Visit for Again<'_> {
        fn visit_stmt(&mut self, statement: &Stmt) {
            let is_loop =
                matches!(statement, Stmt::For(_) | Stmt::ForIn(_) | Stmt::ForOf(_) | Stmt::While(_) | Stmt::DoWhile(_));
            self.loops += usize::from(is_loop);
            statement.visit_children_with(self);
            self.loops -= usize::from(is_loop);
        }
        fn visit_try_stmt(&mut self, attempt: &TryStmt) {
            let before = self.seen;
            attempt.block.visit_with(self);
            let tried = self.seen;
            attempt.handler.visit_with(self);
            self.found |= before < tried && tried < self.seen;
            attempt.finalizer.visit_with(self);
        }
        fn visit_call_expr(&mut self, call: &CallExpr) {
            self.call(span_of(call));
            let before = self.seen;
            call.callee.visit_with(self);
            let chained = self.seen;
            call.args.visit_with(self);
            let member = call.callee.as_expr().and_then(|callee| member_name(bare(callee).as_member()?));
            let waits = matches!(member.as_deref(), Some("then" | "catch" | "finally"));
            self.found |= waits && before < chained && chained < self.seen;
        }
        fn visit_opt_chain_expr(&mut self, chain: &OptChainExpr) {
            self.call(span_of(chain));
            chain.visit_children_with(self);
        }
    }
    let mut again = Again { calls, loops: 0, seen: 0, found: false };
    inside(function, &mut again);
    again.found
}

/// `Object.assign(…)`.
pub(super) fn is_object_assign(call: &CallExpr) -> bool {
    let Some(Expr::Member(callee)) = call.callee.as_expr().map(|callee| bare(callee)) else { return false };
    ident(&callee.obj).is_some_and(|object| &*object.sym == "Object")
        && member_name(callee).as_deref() == Some("assign")
}

/// Walks through what `function` does.
fn inside(function: Function<'_>, visitor: &mut impl Visit) {
    match (function.block(), function.expression()) {
        (Some(block), _) => block.visit_with(visitor),
        (None, Some(expression)) => expression.visit_with(visitor),
        (None, None) => {}
    }
}

/// The name that `handlers`, `handlers.GET`, `handlers[method]` and the like start with, and which part of it they mean.
fn way_to(expr: &Expr) -> Option<(&Ident, Way)> {
    match bare(expr) {
        Expr::Ident(name) => Some((name, Way::Whole)),
        Expr::Member(own) => way_to_member(own),
        Expr::OptChain(chain) => way_to_member(chain.base.as_member()?),
        Expr::Await(promise) => match way_to(&promise.arg)? {
            (root, Way::Chosen(chosen)) => Some((root, Way::Promised(chosen))),
            _ => None,
        },
        Expr::Cond(choice) => way_to_either(choice),
        _ => None,
    }
}

fn way_to_member(member: &MemberExpr) -> Option<(&Ident, Way)> {
    let (root, way) = way_to(&member.obj)?;
    let further = match (member_name(member), &member.prop) {
        (Some(key), _) => Way::Key(key),
        (None, MemberProp::Computed(computed)) => Way::Chosen(computed.expr.clone()),
        _ => Way::Deeper,
    };
    Some((root, way.then(further)))
}

/// `typeof handlers === 'function' ? handlers : handlers[method]`, or the other way round.
fn way_to_either(choice: &CondExpr) -> Option<(&Ident, Way)> {
    let Expr::Bin(test) = bare(&choice.test) else { return None };
    let (itself, member) = match test.op {
        BinaryOp::EqEqEq | BinaryOp::EqEq => (&choice.cons, &choice.alt),
        BinaryOp::NotEqEq | BinaryOp::NotEq => (&choice.alt, &choice.cons),
        _ => return None,
    };
    let kind = bare(&test.left).as_unary().filter(|kind| kind.op == UnaryOp::TypeOf)?;
    let (root, way) = way_to(member)?;
    let same = |expr: &Expr| ident(expr).is_some_and(|name| name.to_id() == root.to_id());
    let functions = literal_str(&test.right).as_deref() == Some("function");
    match way {
        Way::Chosen(chosen) if functions && same(&kind.arg) && same(itself) => Some((root, Way::Either(chosen))),
        _ => None,
    }
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
