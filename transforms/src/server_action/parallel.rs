//! Calls that ran at the same time, and wait for each other as actions: `sequential-actions`.
//!
//! ```ts
//! await Promise.all(ids.map((id) => remove(id)));
//! ids.forEach(async (id) => { await remove(id); });
//! for (const id of ids) remove(id);
//! const leave = () => { save(); track(); };        // both send requests
//! useEffect(() => { view(); }, []);                // one after the other, when the component appears
//! useEffect(() => { greet(); }, []);
//! ```

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::caller_notes::around;
use crate::callers::{Caller, Reach};
use crate::finding::Finding;
use crate::project::{Imported, Modules, Project, binding, imports};
use crate::syntax::ast::{
    ArrowExpr, AwaitExpr, CallExpr, DoWhileStmt, Expr, ForInStmt, ForOfStmt, ForStmt, Function as AstFunction, Id,
    ReturnStmt, Stmt, UnaryOp, WhileStmt,
};
use crate::syntax::{Span, Visit, VisitWith, bare, callee_ident, function_of, ident, is_ident, member_name, span_of};

/// A function: its file and its name.
type Key = (String, Id);

/// The functions of a project that call actions now, and what each file calls them.
#[derive(Default)]
pub struct Calling {
    names: BTreeMap<String, HashMap<Id, Key>>,
    /// The files that know each of them.
    files: HashMap<Key, BTreeSet<String>>,
    /// The calls of actions in each file.
    calls: BTreeMap<String, Vec<Span>>,
}

impl Calling {
    /// Those around `callers`, which are calls in files.
    pub fn of<'a>(
        (project, modules, reach): (&Project, &Modules<'_>, &Reach),
        callers: impl Iterator<Item = (&'a str, &'a Caller)>,
    ) -> Calling {
        let callers: Vec<(&str, &Caller)> = callers.collect();
        let keys: HashSet<Key> = callers.iter().filter_map(|(file, caller)| key(modules, file, caller)).collect();
        let declaring: BTreeSet<&str> = keys.iter().map(|(file, _)| file.as_str()).collect();
        let importing: BTreeSet<&str> = declaring.iter().flat_map(|file| reach.all_importers(file)).collect();
        let mut found = Calling::default();
        for (file, caller) in &callers {
            found.calls.entry((*file).to_owned()).or_default().push(caller.call);
        }
        for (file, id) in &keys {
            found.add(file, id.clone(), (file.clone(), id.clone()));
        }
        for module in importing.into_iter().filter_map(|file| modules.get(file).ok()) {
            for (local, import) in imports(module) {
                let Imported::Name(name) = &import.name else { continue };
                let target = binding(project, modules, &module.path, &import.specifier, name);
                let Some(key) = target.map(|(target, id)| (target.path.clone(), id)) else { continue };
                if keys.contains(&key) {
                    found.add(&module.path, local, key);
                }
            }
        }
        found
    }

    fn add(&mut self, file: &str, local: Id, key: Key) {
        self.files.entry(key.clone()).or_default().insert(file.to_owned());
        self.names.entry(file.to_owned()).or_default().insert(local, key);
    }

    /// The places where the functions around the `callers` of the action `name` are called several at once, or together
    /// with others that call actions.
    pub fn sequential<'a>(
        &self,
        modules: &Modules<'_>,
        callers: impl Iterator<Item = (&'a str, &'a Caller)>,
        name: &str,
    ) -> Vec<Finding> {
        let callers: Vec<(&str, &Caller)> = callers.collect();
        let own: HashSet<Key> = callers.iter().filter_map(|(file, caller)| key(modules, file, caller)).collect();
        let files = own.iter().filter_map(|key| self.files.get(key)).flatten().map(String::as_str);
        let files: BTreeSet<&str> = files.chain(callers.iter().map(|(file, _)| *file)).collect();
        let mut notes = Vec::new();
        for (file, module) in files.into_iter().filter_map(|file| Some((file, modules.get(file).ok()?))) {
            let names = self.names.get(file).into_iter().flatten();
            let names = names.map(|(local, key)| (local.clone(), own.contains(key))).collect();
            let is_own = |call: &Span| callers.iter().any(|(path, caller)| *path == file && caller.call == *call);
            let calls = self.calls.get(file).into_iter().flatten().map(|call| (*call, is_own(call))).collect();
            let mut at_once = AtOnce { names, calls, ..AtOnce::default() };
            module.ast.visit_with(&mut at_once);
            notes.extend(at_once.found.map(|at| {
                let message = format!("requests were sent at once here, and calls of `{name}` run one after the other");
                let help = "let one action take all of them, or keep the Route Handler with `// routelift: route`";
                Finding::note("sequential-actions", &module.path, at, message).help(help)
            }));
        }
        notes
    }
}

/// The function around a call, if it has a name.
fn key(modules: &Modules<'_>, file: &str, caller: &Caller) -> Option<Key> {
    let (_, id) = around(modules.get(file).ok()?, caller)?;
    Some((file.to_owned(), id?))
}

/// Finds a place where a function is called several times at once.
#[derive(Default)]
struct AtOnce {
    /// The functions that call actions; true for those in question.
    names: HashMap<Id, bool>,
    /// The calls of actions; true for those of the one in question.
    calls: HashMap<Span, bool>,
    /// Functions that are called for each element of a list.
    each: BTreeSet<Span>,
    /// Among the arguments of `Promise.all`.
    in_all: bool,
    in_each: bool,
    in_loop: bool,
    /// Somebody waits for it.
    waits: bool,
    found: Option<Span>,
}

impl AtOnce {
    fn is_ours(&self, callback: &Expr) -> bool {
        self.names.iter().any(|(name, own)| *own && is_ident(callback, name))
    }

    /// Whether the statement calls one of the functions and goes on: `save()`, `void save().catch(report)`. True if that
    /// is one in question.
    fn left(&self, statement: &Stmt) -> Option<bool> {
        let Stmt::Expr(statement) = statement else { return None };
        let mut value = bare(&statement.expr);
        loop {
            value = match value {
                Expr::Unary(unary) if unary.op == UnaryOp::Void => bare(&unary.arg),
                Expr::Call(call) => match call.callee.as_expr().map(|callee| bare(callee)) {
                    Some(Expr::Member(member))
                        if matches!(member_name(member).as_deref(), Some("then" | "catch" | "finally")) =>
                    {
                        bare(&member.obj)
                    }
                    _ => return self.names.get(&callee_ident(call)?.to_id()).copied(),
                },
                _ => return None,
            }
        }
    }

    /// Whether the statement is an effect that sends a request when the component appears; true if it is one in question.
    fn effect(&self, statement: &Stmt) -> Option<bool> {
        let Expr::Call(call) = bare(&statement.as_expr()?.expr) else { return None };
        let name = match bare(call.callee.as_expr()?) {
            Expr::Member(member) => member_name(member)?,
            callee => ident(callee)?.sym.to_string(),
        };
        if !matches!(name.as_str(), "useEffect" | "useLayoutEffect") {
            return None;
        }
        let function = function_of(&call.args.first()?.expr)?;
        let mut sends = Sends { at_once: self, found: None };
        match (function.block(), function.expression()) {
            (Some(block), _) => block.stmts.visit_with(&mut sends),
            (None, Some(value)) => value.visit_with(&mut sends),
            (None, None) => {}
        }
        sends.found
    }

    fn in_function(&mut self, span: Span, visit: impl FnOnce(&mut Self)) {
        let outer = (self.in_all, self.in_each, self.in_loop, self.waits);
        (self.in_all, self.in_each, self.in_loop, self.waits) = (false, self.each.contains(&span), false, false);
        visit(self);
        (self.in_all, self.in_each, self.in_loop, self.waits) = outer;
    }

    fn in_loop(&mut self, visit: impl FnOnce(&mut Self)) {
        let outer = std::mem::replace(&mut self.in_loop, true);
        visit(self);
        self.in_loop = outer;
    }

    fn waiting(&mut self, visit: impl FnOnce(&mut Self)) {
        let outer = std::mem::replace(&mut self.waits, true);
        visit(self);
        self.waits = outer;
    }
}

/// Finds what an effect sends at once; not what functions inside it do later.
struct Sends<'a> {
    at_once: &'a AtOnce,
    found: Option<bool>,
}

impl Visit for Sends<'_> {
    fn visit_call_expr(&mut self, call: &CallExpr) {
        let callee = call.callee.as_expr().map(|callee| bare(callee));
        let named = callee.and_then(ident).and_then(|name| self.at_once.names.get(&name.to_id()));
        if let Some(own) = named.or_else(|| self.at_once.calls.get(&span_of(call))) {
            self.found = Some(self.found.unwrap_or_default() || *own);
        }
        // `(async () => { await save(); })()`.
        if let Some(block) = callee.and_then(function_of).and_then(|function| function.block()) {
            block.stmts.visit_with(self);
        }
        call.visit_children_with(self);
    }

    fn visit_function(&mut self, _: &AstFunction) {}

    fn visit_arrow_expr(&mut self, _: &ArrowExpr) {}
}

/// The second of the places in `list`, if the first or the second is one in question.
fn second(mut list: impl Iterator<Item = (Span, bool)>) -> Option<Span> {
    let ((_, first), (second, own)) = (list.next()?, list.next()?);
    (first || own).then_some(second)
}

impl Visit for AtOnce {
    fn visit_stmts(&mut self, list: &[Stmt]) {
        let left = second(list.iter().filter_map(|statement| Some((span_of(statement), self.left(statement)?))));
        let effects = || second(list.iter().filter_map(|own| Some((span_of(own), self.effect(own)?))));
        if let Some(found) = left.or_else(effects) {
            self.found.get_or_insert(found);
        }
        list.visit_children_with(self);
    }

    fn visit_call_expr(&mut self, call: &CallExpr) {
        let span = span_of(call);
        let mut is_all = false;
        match call.callee.as_expr().map(|callee| bare(callee)) {
            Some(Expr::Member(member)) => match member_name(member).as_deref() {
                Some("all" | "allSettled") => {
                    is_all = ident(&member.obj).is_some_and(|name| &*name.sym == "Promise");
                }
                Some("map" | "forEach" | "flatMap") => {
                    if let Some(callback) = call.args.first() {
                        if self.is_ours(&callback.expr) {
                            self.found.get_or_insert(span);
                        }
                        self.each.extend(function_of(&callback.expr).map(|function| function.span()));
                    }
                }
                _ => {}
            },
            Some(callee) if self.is_ours(callee) && (self.in_all || self.in_each || (self.in_loop && !self.waits)) => {
                self.found.get_or_insert(span);
            }
            _ => {}
        }
        let outer = self.in_all;
        self.in_all |= is_all;
        call.visit_children_with(self);
        self.in_all = outer;
    }

    fn visit_await_expr(&mut self, waiting: &AwaitExpr) {
        self.waiting(|this| waiting.visit_children_with(this));
    }

    fn visit_return_stmt(&mut self, statement: &ReturnStmt) {
        self.waiting(|this| statement.visit_children_with(this));
    }

    fn visit_function(&mut self, function: &AstFunction) {
        self.in_function(span_of(function), |this| function.visit_children_with(this));
    }

    fn visit_arrow_expr(&mut self, arrow: &ArrowExpr) {
        self.in_function(span_of(arrow), |this| arrow.visit_children_with(this));
    }

    fn visit_for_stmt(&mut self, repeated: &ForStmt) {
        self.in_loop(|this| repeated.visit_children_with(this));
    }

    fn visit_for_of_stmt(&mut self, repeated: &ForOfStmt) {
        self.in_loop(|this| repeated.visit_children_with(this));
    }

    fn visit_for_in_stmt(&mut self, repeated: &ForInStmt) {
        self.in_loop(|this| repeated.visit_children_with(this));
    }

    fn visit_while_stmt(&mut self, repeated: &WhileStmt) {
        self.in_loop(|this| repeated.visit_children_with(this));
    }

    fn visit_do_while_stmt(&mut self, repeated: &DoWhileStmt) {
        self.in_loop(|this| repeated.visit_children_with(this));
    }
}
