//! What the functions of a module change of what stands at the top of it or of others, and which of that only makes
//! once what is not there yet:
//!
//! ```ts
//! codes.set(email, code);                  // a change
//! if (!client) client = new Client();      // none: another copy makes its own, and nobody sees a difference
//! ```

use std::collections::{BTreeMap, BTreeSet};

use super::holders::Holder;
use crate::syntax::ast::{
    self, AssignExpr, AssignOp, AssignTarget, BinaryOp, CallExpr, Callee, Class, Expr, Id, IfStmt, Lit, MemberExpr,
    MemberProp, SimpleAssignTarget, Stmt, UnaryOp, UpdateExpr,
};
use crate::syntax::{Module, Visit, VisitWith, bare, bound_ids, exits, ident, is_ident, member_name};

/// Methods that change what they are called on.
const CHANGING: [&str; 24] = [
    "add",
    "addListener",
    "clear",
    "copyWithin",
    "del",
    "delete",
    "fill",
    "flushAll",
    "mset",
    "off",
    "on",
    "once",
    "pop",
    "push",
    "removeAllListeners",
    "removeListener",
    "reset",
    "reverse",
    "set",
    "shift",
    "sort",
    "splice",
    "take",
    "unshift",
];

/// Methods that run the function that they are given at once.
const AT_ONCE: [&str; 8] = ["every", "filter", "flatMap", "forEach", "map", "reduce", "some", "sort"];

/// A change of what a name stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// The name takes another value.
    Name,
    /// A member does: `x.k = 1`, `x[k]++`, `delete x[k]`, `Object.assign(x, …)`; the first member on the way, if it is known.
    Member(Option<String>),
    /// A method that changes it is called, on a member of it if one is named.
    Call(Option<String>),
}

/// What the functions of a module change.
#[derive(Default)]
pub struct Changes {
    /// By the name at the root of what is changed.
    pub found: BTreeMap<Id, Vec<Change>>,
    /// The fields that methods of classes change, by class.
    pub fields: BTreeMap<Id, BTreeSet<String>>,
    /// The fields that static methods of classes change, by class.
    pub statics: BTreeMap<Id, BTreeSet<String>>,
}

/// What the functions of `module` change, at the top of which stand `holders`.
pub fn changes(module: &Module, holders: &BTreeMap<Id, Holder>) -> Changes {
    let mut search = Search {
        holders,
        changes: Changes::default(),
        made: Vec::new(),
        tested: BTreeSet::new(),
        depth: 0,
        at_once: false,
        parameters: Vec::new(),
        only_first: false,
        class: None,
        is_static: false,
        constructs: false,
    };
    module.ast.visit_with(&mut search);
    let Search { mut changes, made, tested, .. } = search;
    // What somewhere is asked whether it is there, and is made without looking at who asks, is made once.
    for (name, change) in made.into_iter().filter(|(name, _)| !tested.contains(name)) {
        changes.found.entry(name).or_default().push(change);
    }
    changes
}

struct Search<'h> {
    /// What stands at the top of the module.
    holders: &'h BTreeMap<Id, Holder>,
    changes: Changes,
    /// Changes by values that calls make.
    made: Vec<(Id, Change)>,
    /// Names that are asked whether they have a value.
    tested: BTreeSet<Id>,
    /// How many functions are around.
    depth: usize,
    /// The next function runs where it stands.
    at_once: bool,
    /// The parameters of the functions around.
    parameters: Vec<Id>,
    /// Code runs only where something is not there yet.
    only_first: bool,
    /// The class around, and whether a static method or its constructor is.
    class: Option<Id>,
    is_static: bool,
    constructs: bool,
}

impl Search<'_> {
    fn inside(&mut self, parameters: Vec<Id>, visit: impl FnOnce(&mut Self)) {
        let at_once = std::mem::take(&mut self.at_once) && self.depth == 0;
        let (depth, length, only_first) = (self.depth, self.parameters.len(), self.only_first);
        self.depth += usize::from(!at_once);
        self.parameters.extend(parameters);
        visit(self);
        self.parameters.truncate(length);
        (self.depth, self.only_first) = (depth, only_first);
    }

    fn change(&mut self, name: Id, change: Change) {
        if self.depth > 0 {
            self.changes.found.entry(name).or_default().push(change);
        }
    }

    /// `value` is put where `target` says.
    fn put(&mut self, target: &Expr, value: Option<&Expr>, is_default: bool) {
        if value.is_some_and(is_nothing) {
            return;
        }
        let Some((root, path)) = path_of(target) else { return };
        let change = match path.first() {
            None => Change::Name,
            Some(first) => Change::Member(first.clone()),
        };
        let Root::Name(root) = root else {
            return self.field(&path);
        };
        let is_known = path.len() <= 1 && path.iter().all(Option::is_some);
        let is_call = value.is_some_and(is_made);
        let is_own = value.is_some_and(|value| is_call || !mentions(value, &self.parameters));
        match () {
            () if self.depth == 0 => {}
            () if is_known && is_own && (self.only_first || is_default) => {}
            () if is_known && is_call && value.is_some_and(|value| !mentions(value, &self.parameters)) => {
                self.made.push((root, change));
            }
            () => self.change(root, change),
        }
    }

    /// Those of `names` that stand at the top of the module.
    fn of_module(&self, names: Vec<Id>) -> Vec<Id> {
        names.into_iter().filter(|name| self.holders.contains_key(name)).collect()
    }

    /// A method of a class changes `this.field`.
    fn field(&mut self, path: &[Option<String>]) {
        if let (Some(class), Some(Some(field)), false) = (&self.class, path.first(), self.constructs) {
            let of_class = if self.is_static { &mut self.changes.statics } else { &mut self.changes.fields };
            of_class.entry(class.clone()).or_default().insert(field.clone());
        }
    }

    fn class(&mut self, name: Option<Id>, class: &Class) {
        let outer = std::mem::replace(&mut self.class, name);
        class.visit_children_with(self);
        self.class = outer;
    }
}

impl Visit for Search<'_> {
    fn visit_function(&mut self, function: &ast::Function) {
        let parameters = function.params.iter().flat_map(|parameter| bound_ids(&parameter.pat)).collect();
        self.inside(parameters, |search| function.visit_children_with(search));
    }

    fn visit_arrow_expr(&mut self, arrow: &ast::ArrowExpr) {
        let parameters = arrow.params.iter().flat_map(bound_ids).collect();
        self.inside(parameters, |search| arrow.visit_children_with(search));
    }

    fn visit_class_decl(&mut self, class: &ast::ClassDecl) {
        self.class(Some(class.ident.to_id()), &class.class);
    }

    fn visit_class_expr(&mut self, class: &ast::ClassExpr) {
        self.class(class.ident.as_ref().map(|name| name.to_id()), &class.class);
    }

    fn visit_class_method(&mut self, method: &ast::ClassMethod) {
        let outer = std::mem::replace(&mut self.is_static, method.is_static);
        method.visit_children_with(self);
        self.is_static = outer;
    }

    fn visit_constructor(&mut self, constructor: &ast::Constructor) {
        let outer = std::mem::replace(&mut self.constructs, true);
        self.inside(Vec::new(), |search| constructor.visit_children_with(search));
        self.constructs = outer;
    }

    fn visit_if_stmt(&mut self, choice: &IfStmt) {
        choice.test.visit_with(self);
        let outer = self.only_first;
        let absent = self.of_module(absent(&choice.test));
        self.tested.extend(self.of_module(present(&choice.test)));
        self.only_first |= !absent.is_empty();
        self.tested.extend(absent);
        choice.cons.visit_with(self);
        self.only_first = outer;
        choice.alt.visit_with(self);
    }

    // `if (client) return client;`: behind it there is none.
    fn visit_stmts(&mut self, statements: &[Stmt]) {
        let outer = self.only_first;
        for statement in statements {
            statement.visit_with(self);
            if let Stmt::If(choice) = statement
                && choice.alt.is_none()
                && exits(&choice.cons)
                && !self.of_module(present(&choice.test)).is_empty()
            {
                self.only_first = true;
            }
        }
        self.only_first = outer;
    }

    fn visit_assign_expr(&mut self, assign: &AssignExpr) {
        let is_default = matches!(assign.op, AssignOp::NullishAssign | AssignOp::OrAssign);
        let value = matches!(assign.op, AssignOp::Assign | AssignOp::NullishAssign | AssignOp::OrAssign);
        let value = value.then_some(&*assign.right);
        match &assign.left {
            AssignTarget::Simple(SimpleAssignTarget::Ident(name)) => {
                let target = Expr::Ident(name.id.clone());
                if is_default {
                    self.tested.insert(name.id.to_id());
                }
                let default = value.and_then(|value| default_of(value, &name.id.to_id()));
                self.put(&target, default.or(value), is_default || default.is_some());
            }
            AssignTarget::Simple(SimpleAssignTarget::Member(member)) => {
                self.put(&Expr::Member(member.clone()), value, is_default);
            }
            AssignTarget::Simple(_) => {}
            AssignTarget::Pat(pattern) => {
                for (name, _) in crate::syntax::assigned(pattern) {
                    self.change(name, Change::Name);
                }
            }
        }
        assign.visit_children_with(self);
    }

    fn visit_update_expr(&mut self, update: &UpdateExpr) {
        self.put(&update.arg, None, false);
        update.visit_children_with(self);
    }

    fn visit_unary_expr(&mut self, unary: &ast::UnaryExpr) {
        if unary.op == UnaryOp::Delete {
            self.put(&unary.arg, None, false);
        }
        unary.visit_children_with(self);
    }

    fn visit_call_expr(&mut self, call: &CallExpr) {
        let Callee::Expr(callee) = &call.callee else { return call.visit_children_with(self) };
        let callee = bare(callee);
        self.at_once = matches!(callee, Expr::Fn(_) | Expr::Arrow(_));
        callee.visit_with(self);
        self.at_once = false;
        let method = match callee {
            Expr::Member(member) => member_name(member).map(|name| (member, name)),
            _ => None,
        };
        if let Some((member, name)) = &method {
            self.called(member, name, call);
        }
        for argument in &call.args {
            self.at_once = method.as_ref().is_some_and(|(_, name)| AT_ONCE.contains(&name.as_str()));
            argument.visit_with(self);
        }
        self.at_once = false;
    }
}

impl Search<'_> {
    fn called(&mut self, member: &MemberExpr, name: &str, call: &CallExpr) {
        if ident(&member.obj).is_some_and(|object| &*object.sym == "Object") && name == "assign" {
            if let Some((Root::Name(root), path)) = call.args.first().and_then(|first| path_of(&first.expr)) {
                self.change(root, Change::Member(path.into_iter().next().flatten()));
            }
            return;
        }
        if !CHANGING.contains(&name) {
            return;
        }
        match path_of(&member.obj) {
            Some((Root::Name(root), path)) => match path.as_slice() {
                [] => self.change(root, Change::Call(None)),
                [Some(field)] => self.change(root, Change::Call(Some(field.clone()))),
                _ => {}
            },
            Some((Root::This, path)) => self.field(&path),
            None => {}
        }
    }
}

/// Where the way to a member begins.
enum Root {
    Name(Id),
    This,
}

/// The root of `a.b[c]`, and the names of the members, as far as they are known.
fn path_of(expr: &Expr) -> Option<(Root, Vec<Option<String>>)> {
    let mut path = Vec::new();
    let mut at = bare(expr);
    loop {
        match at {
            Expr::Ident(name) => {
                path.reverse();
                return Some((Root::Name(name.to_id()), path));
            }
            Expr::This(_) => {
                path.reverse();
                return Some((Root::This, path));
            }
            Expr::Member(member) => {
                path.push(match &member.prop {
                    MemberProp::PrivateName(name) => Some(format!("#{}", name.name)),
                    _ => member_name(member),
                });
                at = bare(&member.obj);
            }
            _ => return None,
        }
    }
}

/// `null` and `undefined`, which say that it is to be made anew.
fn is_nothing(value: &Expr) -> bool {
    matches!(bare(value), Expr::Lit(Lit::Null(_))) || ident(value).is_some_and(|name| &*name.sym == "undefined")
}

/// Whether a value is what a call gives or makes.
fn is_made(value: &Expr) -> bool {
    match bare(value) {
        Expr::Await(awaited) => is_made(&awaited.arg),
        Expr::New(_) | Expr::Call(_) => true,
        _ => false,
    }
}

/// The `b` of `a ?? b`, which is the value of `name` itself or else something new.
fn default_of<'e>(value: &'e Expr, name: &Id) -> Option<&'e Expr> {
    match bare(value) {
        Expr::Bin(choice)
            if matches!(choice.op, BinaryOp::NullishCoalescing | BinaryOp::LogicalOr)
                && is_ident(&choice.left, name) =>
        {
            Some(&choice.right)
        }
        _ => None,
    }
}

fn mentions(value: &Expr, names: &[Id]) -> bool {
    let found = crate::syntax::references(value);
    names.iter().any(|name| found.contains_key(name))
}

/// The names of which `test` holds only, or among others, where they have no value.
fn absent(test: &Expr) -> Vec<Id> {
    match bare(test) {
        Expr::Unary(not) if not.op == UnaryOp::Bang => asked(&not.arg),
        Expr::Bin(two) => match two.op {
            BinaryOp::LogicalOr | BinaryOp::LogicalAnd => [absent(&two.left), absent(&two.right)].concat(),
            BinaryOp::EqEq | BinaryOp::EqEqEq if is_nothing(&two.right) => asked(&two.left),
            _ => Vec::new(),
        },
        _ => Vec::new(),
    }
}

/// The names of which `test` holds where they have a value.
fn present(test: &Expr) -> Vec<Id> {
    match bare(test) {
        Expr::Bin(two) => match two.op {
            BinaryOp::LogicalAnd | BinaryOp::LogicalOr => [present(&two.left), present(&two.right)].concat(),
            BinaryOp::NotEq | BinaryOp::NotEqEq if is_nothing(&two.right) => asked(&two.left),
            _ => Vec::new(),
        },
        other => asked(other),
    }
}

/// `client`, or `cached.client`, whose value is asked for.
fn asked(expr: &Expr) -> Vec<Id> {
    match path_of(expr) {
        Some((Root::Name(name), path)) if path.iter().all(Option::is_some) => vec![name],
        _ => Vec::new(),
    }
}
