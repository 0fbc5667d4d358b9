//! What a value is, for the question who would miss it in another copy of its module. An object of a package to work
//! with, as a client or a connection, each copy makes for itself, and nobody sees a difference; what was read, counted
//! or collected is there only where it was put.
//!
//! ```ts
//! client = new Client(url);        // to work with
//! rows = await db.query('…');      // data
//! ```

use std::collections::{HashMap, HashSet};

use super::paths::field_name;
use crate::libraries::{keeps, leads_on, makes};
use crate::syntax::ast::{
    self, AssignExpr, BinaryOp, CallExpr, Callee, Expr, Id, Lit, MemberExpr, OptChainBase, Prop, PropOrSpread,
    ReturnStmt, SimpleAssignTarget, UnaryOp,
};
use crate::syntax::{Function, Loaded, Module, Visit, VisitWith, bare, function_of, ident, literal_str, member_name};

/// Classes of the language whose objects do not change.
const FIXED: [&str; 4] = ["RegExp", "TextDecoder", "TextEncoder", "URL"];

/// Functions of the language that work something out from what they are given.
const CONVERTING: [&str; 5] = ["Boolean", "Number", "String", "parseFloat", "parseInt"];

/// Methods of texts that give another one, or parts of it.
const TEXT: [&str; 6] = ["replace", "replaceAll", "split", "toLowerCase", "toUpperCase", "trim"];

/// What a value is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Given {
    /// An object of a package to work with, or what is the same in every copy.
    Client,
    /// `null` or `undefined`.
    Nothing,
    /// `true` or `false`.
    Flag(bool),
    /// Anything else.
    Data,
    /// What the name stands for.
    Name(Id),
    /// What a member of it is, or one of what that is.
    Member(Id),
    /// What the function of that name gives.
    Call(Id),
    /// An instance of the class of that name.
    New(Id),
    /// One of these.
    Any(Vec<Given>),
}

/// What stands for the fields and methods of that name, of any class of a module. No name of a module begins so.
pub fn field_id(name: &str) -> Id {
    (format!(".{name}").into(), Default::default())
}

/// What a module imports.
pub struct Imports<'m> {
    module: &'m Module,
    /// Of packages: the package, and what it exports that as.
    packages: HashMap<Id, (String, String)>,
    /// The specifiers that lead to files of the project.
    files: HashSet<&'m str>,
    /// Names from there.
    names: HashSet<Id>,
}

impl<'m> Imports<'m> {
    /// The imports of `module`, which are `loads`, each with the file of the project that it leads to.
    pub fn of(module: &'m Module, loads: &'m [(Option<String>, Loaded)]) -> Self {
        let mut imports = Imports { module, packages: HashMap::new(), files: HashSet::new(), names: HashSet::new() };
        for (target, loaded) in loads {
            let locals = loaded.names.iter().filter_map(|taken| Some((taken.local.clone()?, taken)));
            if target.is_some() {
                imports.files.insert(&loaded.specifier);
                imports.names.extend(locals.map(|(local, _)| local));
            } else {
                let packaged = |name: Option<&String>| (loaded.specifier.clone(), name.cloned().unwrap_or_default());
                imports.packages.extend(locals.map(|(local, taken)| (local, packaged(taken.name.as_ref()))));
            }
        }
        imports
    }

    /// Whether the name comes from another file of the project.
    pub fn is_of_project(&self, id: &Id) -> bool {
        self.names.contains(id)
    }

    /// Whether `class`, called or behind `new` or `extends`, is one of a package whose objects keep what they are given.
    pub fn keeps(&self, class: &Expr) -> bool {
        let (root, last) = match bare(class) {
            Expr::Ident(name) => (name, None),
            Expr::Member(member) => match ident(&member.obj) {
                Some(object) => (object, member_name(member)),
                None => return false,
            },
            _ => return false,
        };
        let from = self.packages.get(&root.to_id());
        from.is_some_and(|(package, name)| keeps(package, last.as_deref().unwrap_or(name)))
    }

    /// Whether `class` is a plain name of this project, own or imported.
    pub fn class(&self, class: &Expr) -> Option<Id> {
        let name = ident(class)?.to_id();
        (!self.packages.contains_key(&name) && !self.module.is_free(&name)).then_some(name)
    }

    fn is_shared(&self, name: &ast::Ident) -> bool {
        matches!(&*name.sym, "global" | "globalThis" | "process" | "Intl") && self.module.is_free(&name.to_id())
    }

    /// What `expr` is.
    pub fn given(&self, expr: &Expr) -> Given {
        match bare(expr) {
            Expr::Await(awaited) => self.given(&awaited.arg),
            Expr::Lit(Lit::Null(_)) => Given::Nothing,
            Expr::Lit(Lit::Bool(flag)) => Given::Flag(flag.value),
            Expr::Unary(unary) if unary.op == UnaryOp::Void => Given::Nothing,
            Expr::Ident(name) => match () {
                () if &*name.sym == "undefined" => Given::Nothing,
                () if self.is_shared(name) || self.packages.contains_key(&name.to_id()) => Given::Client,
                () if self.module.is_free(&name.to_id()) => Given::Data,
                () => Given::Name(name.to_id()),
            },
            Expr::New(new) => self.made(&new.callee),
            Expr::Call(call) => self.called(call),
            Expr::Member(member) => self.member(member),
            Expr::OptChain(chain) => match &*chain.base {
                OptChainBase::Member(member) => self.member(member),
                OptChainBase::Call(call) => self.by_callee(&call.callee, call.args.first().map(|first| &*first.expr)),
            },
            Expr::Bin(two) => match two.op {
                // `process.env.KEY ?? ''`
                BinaryOp::LogicalOr | BinaryOp::NullishCoalescing => {
                    any([self.given(&two.left), self.part(&two.right)].into_iter())
                }
                BinaryOp::LogicalAnd => any([self.given(&two.left), self.given(&two.right)].into_iter()),
                // `connection.readyState === 1`
                BinaryOp::EqEq | BinaryOp::EqEqEq | BinaryOp::NotEq | BinaryOp::NotEqEq
                    if bare(&two.right).is_lit() =>
                {
                    self.given(&two.left)
                }
                _ => Given::Data,
            },
            Expr::Cond(choice) => any([self.given(&choice.cons), self.given(&choice.alt)].into_iter()),
            Expr::Assign(assign) => self.assigned(assign),
            Expr::Object(object) if !object.props.is_empty() => {
                let value = |property: &PropOrSpread| match property.as_prop().map(|property| &**property) {
                    Some(Prop::Shorthand(name)) => self.part(&Expr::Ident(name.clone())),
                    Some(Prop::KeyValue(pair)) => self.part(&pair.value),
                    Some(Prop::Method(_)) => Given::Client,
                    _ => Given::Data,
                };
                any(object.props.iter().map(value))
            }
            _ => Given::Data,
        }
    }

    /// What `function` gives.
    pub fn results(&self, function: Function<'_>) -> Given {
        match (function.expression(), function.block()) {
            (Some(value), _) => self.part(value),
            (None, Some(block)) => {
                let mut search = Returned { imports: self, found: Vec::new() };
                block.stmts.iter().for_each(|statement| statement.visit_with(&mut search));
                any(search.found.into_iter())
            }
            (None, None) => Given::Data,
        }
    }

    /// A function, or a constant, does not change; that one keeps something for itself is found where it is made.
    fn part(&self, value: &Expr) -> Given {
        match bare(value) {
            Expr::Fn(_) | Expr::Arrow(_) => Given::Client,
            Expr::Lit(literal) if !matches!(literal, Lit::Null(_)) => Given::Client,
            _ => self.given(value),
        }
    }

    fn assigned(&self, assign: &AssignExpr) -> Given {
        let mut root = match &assign.left.as_simple() {
            Some(SimpleAssignTarget::Member(member)) => bare(&member.obj),
            _ => return self.given(&assign.right),
        };
        while let Expr::Member(member) = root {
            root = bare(&member.obj);
        }
        if ident(root).is_some_and(|name| self.is_shared(name)) { Given::Client } else { self.given(&assign.right) }
    }

    /// What `new` makes of `class`.
    fn made(&self, class: &Expr) -> Given {
        if self.keeps(class) {
            return Given::Data;
        }
        match bare(class) {
            Expr::Ident(name) if self.packages.contains_key(&name.to_id()) => Given::Client,
            Expr::Ident(name) if self.module.is_free(&name.to_id()) => {
                if FIXED.contains(&&*name.sym) {
                    Given::Client
                } else {
                    Given::Data
                }
            }
            Expr::Ident(name) => Given::New(name.to_id()),
            Expr::Member(member) => self.member(member),
            _ => Given::Data,
        }
    }

    fn member(&self, member: &MemberExpr) -> Given {
        if bare(&member.obj).is_this() {
            return field_name(member).map_or(Given::Data, |name| Given::Name(field_id(&name)));
        }
        match self.given(&member.obj) {
            Given::Name(name) => Given::Member(name),
            other => other,
        }
    }

    fn called(&self, call: &CallExpr) -> Given {
        let first = call.args.first().map(|first| &*first.expr);
        match &call.callee {
            Callee::Import(_) => self.loaded(first),
            Callee::Expr(callee) => self.by_callee(callee, first),
            Callee::Super(_) => Given::Data,
        }
    }

    /// What is worked out from `first` alone: the same in every copy if that is.
    fn worked_out(&self, first: Option<&Expr>) -> Given {
        first.map_or(Given::Data, |first| self.part(first))
    }

    fn is_global(&self, object: &Expr, names: &[&str]) -> bool {
        ident(object).is_some_and(|name| names.contains(&&*name.sym) && self.module.is_free(&name.to_id()))
    }

    fn loaded(&self, specifier: Option<&Expr>) -> Given {
        let specifier = specifier.and_then(literal_str);
        let is_package = specifier.is_some_and(|specifier| !self.files.contains(specifier.as_str()));
        if is_package { Given::Client } else { Given::Data }
    }

    fn by_callee(&self, callee: &Expr, first: Option<&Expr>) -> Given {
        let kind = |is_client: bool| if is_client { Given::Client } else { Given::Data };
        match bare(callee) {
            Expr::Ident(name) => match self.packages.get(&name.to_id()) {
                Some((package, name)) => kind(makes(package, name)),
                None if !self.module.is_free(&name.to_id()) => Given::Call(name.to_id()),
                None if &*name.sym == "require" => self.loaded(first),
                None if CONVERTING.contains(&&*name.sym) => self.worked_out(first),
                None => Given::Data,
            },
            Expr::Member(member) => {
                let Some(name) = field_name(member) else { return Given::Data };
                if bare(&member.obj).is_this() {
                    return Given::Call(field_id(&name));
                }
                let package = ident(&member.obj).and_then(|object| self.packages.get(&object.to_id()));
                match (name.as_str(), package) {
                    (_, Some((package, _))) => kind(makes(package, &name)),
                    ("then", _) => first.and_then(function_of).map_or(Given::Data, |then| self.results(then)),
                    ("catch" | "finally", _) => self.given(&member.obj),
                    ("from" | "parse", _) if self.is_global(&member.obj, &["Buffer", "JSON"]) => self.worked_out(first),
                    (name, _) if TEXT.contains(&name) => self.given(&member.obj),
                    _ if leads_on(&name) => self.given(&member.obj),
                    _ => Given::Data,
                }
            }
            other => function_of(other).map_or(Given::Data, |function| self.results(function)),
        }
    }
}

/// One of `all`. Where data is among them, it is not asked what else is; nor for clients among what names stand for.
pub fn any(all: impl Iterator<Item = Given>) -> Given {
    let (mut found, mut least) = (Vec::new(), Given::Nothing);
    for given in all {
        match given {
            Given::Data => return Given::Data,
            Given::Nothing => {}
            Given::Client | Given::Flag(_) => least = Given::Client,
            other => found.push(other),
        }
    }
    match found.len() {
        0 => least,
        1 => found.remove(0),
        _ => Given::Any(found),
    }
}

struct Returned<'i, 'm> {
    imports: &'i Imports<'m>,
    found: Vec<Given>,
}

impl Visit for Returned<'_, '_> {
    fn visit_return_stmt(&mut self, statement: &ReturnStmt) {
        self.found.extend(statement.arg.as_deref().map(|value| self.imports.part(value)));
    }
    fn visit_function(&mut self, _: &ast::Function) {}
    fn visit_arrow_expr(&mut self, _: &ast::ArrowExpr) {}
    fn visit_class(&mut self, _: &ast::Class) {}
}
