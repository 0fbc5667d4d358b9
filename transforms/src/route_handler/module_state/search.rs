//! Finds what functions change; see [`super::changes`].

use std::collections::{BTreeMap, BTreeSet};

use super::changes::{Change, Changes, Field, Target, Write};
use super::given::{Given, Imports, any, field_id};
use super::holders::Holder;
use super::paths::{Asked, Root, absent, default_of, mentions, path_of, present};
use crate::syntax::ast::{
    self, AssignExpr, AssignOp, AssignTarget, BinaryOp, CallExpr, Callee, Expr, Id, IfStmt, MemberExpr, ObjectLit,
    SimpleAssignTarget, Stmt, UnaryOp, UpdateExpr,
};
use crate::syntax::{
    Function, Visit, VisitWith, assigned, bare, bound_ids, exits, function_of, ident, literal_str, member_name,
    prop_name,
};

/// Methods that change what they are called on.
const CHANGING: [&str; 25] = [
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
    "put",
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

/// Events that tell whether there is a connection.
const EVENTS: [&str; 9] =
    ["close", "connect", "connected", "disconnect", "disconnected", "end", "error", "open", "ready"];

/// What the functions that `visit` leads to change of `holders` and of imported names.
pub fn changes<'h, 'm>(
    holders: &'h BTreeMap<Id, Holder>,
    imports: &'h Imports<'m>,
    visit: impl FnOnce(&mut Search<'h, 'm>),
) -> Changes {
    let mut search = Search {
        holders,
        imports,
        changes: Changes::default(),
        depth: 0,
        at_once: false,
        parameters: Vec::new(),
        only_first: false,
        fails: false,
        frames: vec![Frame::default()],
        class: None,
        is_static: false,
        constructs: false,
    };
    visit(&mut search);
    search.changes
}

/// The visitor behind [`changes`].
pub struct Search<'h, 'm> {
    /// What counts.
    holders: &'h BTreeMap<Id, Holder>,
    imports: &'h Imports<'m>,
    changes: Changes,
    /// How many functions are around.
    depth: usize,
    /// The next function runs where it stands.
    at_once: bool,
    /// The parameters of the functions around.
    parameters: Vec<Id>,
    /// Code runs only where something is not there yet.
    only_first: bool,
    /// Code runs only where something failed or a connection tells of itself.
    fails: bool,
    /// The functions around.
    frames: Vec<Frame>,
    /// The class around, and whether a static method or its constructor is.
    class: Option<Id>,
    is_static: bool,
    constructs: bool,
}

/// A function.
#[derive(Default)]
struct Frame {
    /// It makes a connection.
    connects: bool,
    /// The flags that it sets: which, the number of the write, the value, and whether that is so only if something fails.
    flags: Vec<(Target, usize, bool, bool)>,
}

impl Search<'_, '_> {
    fn inside(&mut self, parameters: Vec<Id>, visit: impl FnOnce(&mut Self)) {
        let at_once = std::mem::take(&mut self.at_once);
        let (depth, length, only_first, constructs) =
            (self.depth, self.parameters.len(), self.only_first, self.constructs);
        self.depth += usize::from(!(at_once && depth == 0));
        // Functions inside of a constructor run later.
        self.constructs &= at_once || depth == 0;
        self.parameters.extend(parameters);
        self.frames.push(Frame::default());
        visit(self);
        self.leave();
        self.parameters.truncate(length);
        (self.depth, self.only_first, self.constructs) = (depth, only_first, constructs);
    }

    /// Looks at the flags that a function sets, once all of it is known.
    fn leave(&mut self) {
        let Some(frame) = self.frames.pop() else { return };
        let set: BTreeSet<&Target> =
            frame.flags.iter().filter(|(_, _, value, _)| *value).map(|(target, ..)| target).collect();
        for (target, at, value, fails) in &frame.flags {
            let Some(write) = self.changes.writes.get_mut(target).and_then(|writes| writes.get_mut(*at)) else {
                continue;
            };
            write.of_connection |= frame.connects;
            write.is_taken_back |= !value && !fails && set.contains(target);
        }
        if let Some(outer) = self.frames.last_mut() {
            outer.flags.extend(frame.flags);
        }
    }

    /// Whether changes of `name` count.
    fn counts(&self, name: &Id) -> bool {
        self.holders.contains_key(name) || self.imports.is_of_project(name)
    }

    fn change(&mut self, name: Id, change: Change) {
        if self.depth > 0 && self.counts(&name) {
            self.changes.found.entry(name).or_default().push(change);
        }
    }

    /// `value` is put where `target` says; none if it counts up, or is taken away.
    fn put(&mut self, target: &Expr, value: Option<&Expr>, is_default: bool) {
        if self.depth == 0 {
            return;
        }
        let Some((root, path)) = path_of(target) else { return };
        if let (Root::This, [Some(name)]) = (&root, path.as_slice()) {
            let given = value.map_or(Given::Data, |value| self.imports.given(value));
            self.set(field_id(name), given);
        }
        let target = match root {
            Root::Name(root) if self.counts(&root) => Target::Name(
                root,
                match path.first() {
                    None => Change::Name,
                    Some(first) => Change::Member(first.clone()),
                },
            ),
            Root::This if !self.constructs => match self.own_field(&path) {
                Some(field) => Target::Field(field),
                None => return,
            },
            _ => return,
        };
        let is_known = path.len() <= 1 && path.iter().all(Option::is_some);
        let given = value.filter(|_| is_known).map_or(Given::Data, |value| self.imports.given(value));
        let writes = self.changes.writes.entry(target.clone()).or_default();
        if let (Given::Flag(value), Some(frame)) = (&given, self.frames.last_mut()) {
            frame.flags.push((target, writes.len(), *value, self.fails));
        }
        writes.push(Write {
            given,
            is_first: self.only_first || is_default,
            of_parameters: value.is_some_and(|value| mentions(value, &self.parameters)),
            of_connection: self.fails,
            is_taken_back: false,
        });
    }

    fn own_field(&self, path: &[Option<String>]) -> Option<Field> {
        let name = path.first()?.clone()?;
        Some(Field { class: self.class.clone()?, is_static: self.is_static, name })
    }

    /// Those of `names` whose changes count.
    fn counting(&self, names: Vec<Asked>) -> Vec<Id> {
        let id = |asked| match asked {
            Asked::Name(name) => self.holders.contains_key(&name).then_some(name),
            Asked::This => self.class.clone(),
        };
        names.into_iter().filter_map(id).collect()
    }

    fn class(&mut self, name: Option<Id>, visit: impl FnOnce(&mut Self)) {
        let outer = (std::mem::replace(&mut self.class, name), std::mem::replace(&mut self.is_static, false));
        visit(self);
        (self.class, self.is_static) = outer;
    }

    /// `const store = { codes: {}, put(k, v) { this.codes[k] = v } }`
    pub fn object(&mut self, name: Option<Id>, object: &ObjectLit) {
        self.class(name, |search| object.visit_children_with(search));
    }

    fn set(&mut self, name: Id, given: Given) {
        if given != Given::Nothing {
            self.changes.values.entry(name).or_default().push(given);
        }
    }

    /// What the function of that name gives; of several that have it, any.
    fn gives(&mut self, name: Id, function: Function<'_>) {
        let results = self.imports.results(function);
        let others = self.changes.results.remove(&name);
        self.changes.results.insert(name, any(others.into_iter().chain([results])));
    }

    fn field(&mut self, name: Option<String>, value: Option<&Expr>) {
        let (Some(name), Some(value)) = (name, value) else { return };
        match function_of(value) {
            Some(function) => self.gives(field_id(&name), function),
            None => {
                let given = self.imports.given(value);
                self.set(field_id(&name), given);
            }
        }
    }

    fn first(&mut self, only_first: bool, visit: impl FnOnce(&mut Self)) {
        let outer = self.only_first;
        self.only_first |= only_first;
        visit(self);
        self.only_first = outer;
    }

    fn failing(&mut self, fails: bool, visit: impl FnOnce(&mut Self)) {
        let outer = self.fails;
        self.fails |= fails;
        visit(self);
        self.fails = outer;
    }
}

impl Visit for Search<'_, '_> {
    fn visit_fn_decl(&mut self, function: &ast::FnDecl) {
        self.gives(function.ident.to_id(), Function::Declaration(function));
        function.visit_children_with(self);
    }

    fn visit_function(&mut self, function: &ast::Function) {
        let parameters = function.params.iter().flat_map(|parameter| bound_ids(&parameter.pat)).collect();
        self.inside(parameters, |search| function.visit_children_with(search));
    }

    fn visit_arrow_expr(&mut self, arrow: &ast::ArrowExpr) {
        let parameters = arrow.params.iter().flat_map(bound_ids).collect();
        self.inside(parameters, |search| arrow.visit_children_with(search));
    }

    fn visit_class_decl(&mut self, class: &ast::ClassDecl) {
        self.class(Some(class.ident.to_id()), |search| class.class.visit_children_with(search));
    }

    fn visit_class_expr(&mut self, class: &ast::ClassExpr) {
        let name = class.ident.as_ref().map(|name| name.to_id());
        self.class(name, |search| class.class.visit_children_with(search));
    }

    fn visit_export_default_decl(&mut self, export: &ast::ExportDefaultDecl) {
        if let ast::DefaultDecl::Fn(function) = &export.decl
            && let Some(name) = &function.ident
        {
            self.gives(name.to_id(), Function::Expression(function));
        }
        export.visit_children_with(self);
    }

    fn visit_var_declarator(&mut self, declarator: &ast::VarDeclarator) {
        declarator.name.visit_with(self);
        let names = bound_ids(&declarator.name);
        let Some(init) = declarator.init.as_deref() else { return };
        if let (Some(function), [name]) = (function_of(init), names.as_slice()) {
            self.gives(name.clone(), function);
        } else {
            let given = self.imports.given(init);
            names.iter().for_each(|name| self.set(name.clone(), given.clone()));
        }
        let own = names.first().filter(|name| self.depth == 0 || self.holders.contains_key(name)).cloned();
        match bare(init) {
            Expr::Class(class) => self.class(own, |search| class.class.visit_children_with(search)),
            Expr::Object(object) if own.is_some() => self.object(own, object),
            _ => init.visit_with(self),
        }
    }

    fn visit_class_prop(&mut self, field: &ast::ClassProp) {
        self.field(prop_name(&field.key), field.value.as_deref());
        field.visit_children_with(self);
    }

    fn visit_private_prop(&mut self, field: &ast::PrivateProp) {
        self.field(Some(format!("#{}", field.key.name)), field.value.as_deref());
        field.visit_children_with(self);
    }

    fn visit_private_method(&mut self, method: &ast::PrivateMethod) {
        self.gives(field_id(&format!("#{}", method.key.name)), Function::Method(&method.function, 0));
        let outer = std::mem::replace(&mut self.is_static, method.is_static);
        method.visit_children_with(self);
        self.is_static = outer;
    }

    fn visit_class_method(&mut self, method: &ast::ClassMethod) {
        if let Some(name) = prop_name(&method.key) {
            self.gives(field_id(&name), Function::Method(&method.function, 0));
        }
        let outer = std::mem::replace(&mut self.is_static, method.is_static);
        method.visit_children_with(self);
        self.is_static = outer;
    }

    fn visit_constructor(&mut self, constructor: &ast::Constructor) {
        let outer = self.constructs;
        self.inside(Vec::new(), |search| {
            search.constructs = true;
            constructor.visit_children_with(search);
        });
        self.constructs = outer;
    }

    fn visit_catch_clause(&mut self, clause: &ast::CatchClause) {
        self.failing(true, |search| clause.visit_children_with(search));
    }

    fn visit_if_stmt(&mut self, choice: &IfStmt) {
        choice.test.visit_with(self);
        let absent = self.counting(absent(&choice.test));
        let present = self.counting(present(&choice.test));
        let is_first = !absent.is_empty();
        self.changes.tested.extend(absent.into_iter().chain(present));
        self.first(is_first, |search| choice.cons.visit_with(search));
        choice.alt.visit_with(self);
    }

    // `client || (client = new Client())`
    fn visit_bin_expr(&mut self, two: &ast::BinExpr) {
        two.left.visit_with(self);
        let asked = match two.op {
            BinaryOp::LogicalOr | BinaryOp::NullishCoalescing => self.counting(present(&two.left)),
            BinaryOp::LogicalAnd => self.counting(absent(&two.left)),
            _ => Vec::new(),
        };
        let is_first = !asked.is_empty();
        self.changes.tested.extend(asked);
        self.first(is_first, |search| two.right.visit_with(search));
    }

    // `if (client) return client;`: behind it there is none.
    fn visit_stmts(&mut self, statements: &[Stmt]) {
        let outer = self.only_first;
        for statement in statements {
            statement.visit_with(self);
            if let Stmt::If(choice) = statement
                && choice.alt.is_none()
                && exits(&choice.cons)
                && !self.counting(present(&choice.test)).is_empty()
            {
                self.only_first = true;
            }
        }
        self.only_first = outer;
    }

    fn visit_assign_expr(&mut self, assign: &AssignExpr) {
        let is_default = matches!(assign.op, AssignOp::NullishAssign | AssignOp::OrAssign);
        let value = (is_default || assign.op == AssignOp::Assign).then_some(&*assign.right);
        match &assign.left {
            AssignTarget::Simple(SimpleAssignTarget::Ident(name)) => {
                let (target, name) = (Expr::Ident(name.id.clone()), name.id.to_id());
                if is_default && self.holders.contains_key(&name) {
                    self.changes.tested.insert(name.clone());
                }
                let default = value.and_then(|value| default_of(value, &name));
                let given = value.map_or(Given::Data, |value| self.imports.given(value));
                self.set(name, given);
                self.put(&target, default.or(value), is_default || default.is_some());
            }
            AssignTarget::Simple(SimpleAssignTarget::Member(member)) => {
                self.put(&Expr::Member(member.clone()), value, is_default);
            }
            AssignTarget::Simple(_) => {}
            // `({ client, db } = await connect())`
            AssignTarget::Pat(pattern) => {
                for (name, _) in assigned(pattern) {
                    let target = Expr::Ident(ast::Ident::from(name.clone()));
                    let given = self.imports.given(&assign.right);
                    self.set(name, given);
                    self.put(&target, value, false);
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
        let name = method.map(|(_, name)| name).or_else(|| ident(callee).map(|name| name.sym.to_string()));
        let name = name.unwrap_or_default();
        if let Some(frame) = self.frames.last_mut() {
            frame.connects |= is_connecting(&name);
        }
        let first = call.args.first().and_then(|first| literal_str(&first.expr));
        let is_told = matches!(&*name, "on" | "once") && first.is_some_and(|event| EVENTS.contains(&&*event));
        for argument in &call.args {
            self.at_once = AT_ONCE.contains(&&*name);
            self.failing(is_told || name == "catch", |search| argument.visit_with(search));
        }
        self.at_once = false;
    }
}

impl Search<'_, '_> {
    fn called(&mut self, member: &MemberExpr, name: &str, call: &CallExpr) {
        if ident(&member.obj).is_some_and(|object| &*object.sym == "Object") && name == "assign" {
            match call.args.first().and_then(|first| path_of(&first.expr)) {
                Some((Root::Name(root), path)) => self.change(root, Change::Member(path.into_iter().next().flatten())),
                Some((Root::This, path)) => self.call_on_field(&path),
                None => {}
            }
            return;
        }
        // What the function is given that waits for a promise is what that gives.
        if name == "then"
            && let Some(then) = call.args.first().and_then(|first| function_of(&first.expr))
        {
            let given = self.imports.given(&member.obj);
            for parameter in then.params().into_iter().flat_map(bound_ids) {
                self.set(parameter, given.clone());
            }
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
            Some((Root::This, path)) => self.call_on_field(&path),
            None => {}
        }
    }

    fn call_on_field(&mut self, path: &[Option<String>]) {
        if !self.constructs && self.depth > 0 {
            self.changes.called.extend(self.own_field(path));
        }
    }
}

/// Whether a function of that name makes a connection.
fn is_connecting(name: &str) -> bool {
    name.trim_start_matches('$').starts_with("connect") || matches!(name, "authenticate" | "createConnection")
}
