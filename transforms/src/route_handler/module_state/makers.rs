//! Functions whose results keep values: what they give changes what they declare.
//!
//! ```ts
//! const createStore = () => {
//!   const codes = new Map();
//!   return { put: (key, code) => codes.set(key, code) };
//! };
//! export const store = createStore();
//! ```

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::changes::Changes;
use super::given::Imports;
use super::holders::{Holder, Value, locals};
use super::search::{Search, changes};
use crate::syntax::ast::{CallExpr, Decl, Expr, Id, ModuleDecl, ModuleItem, ObjectLit, Stmt, VarDecl, VarDeclarator};
use crate::syntax::{
    Function, Module, VisitWith, bare, bound_ids, default_object, function_of, module_functions, pat_ident, references,
    span_of,
};

/// Names that may keep values, and what changes them.
#[derive(Default)]
pub struct Scope {
    /// The names.
    pub holders: BTreeMap<Id, Holder>,
    /// What functions change.
    pub changes: Changes,
}

/// What the functions of `module` that give functions declare for these, by the name of the function, or by that of what
/// is made on the spot.
pub fn makers(module: &Module, imports: &Imports<'_>) -> BTreeMap<Id, Scope> {
    let functions = module_functions(module).into_iter().chain(on_the_spot(module));
    functions.filter_map(|(name, function)| Some((name, maker(imports, function)?))).collect()
}

/// `const store = (() => …)()`
fn on_the_spot(module: &Module) -> Vec<(Id, Function<'_>)> {
    let mut found = Vec::new();
    for item in &module.ast.body {
        let variable = match item {
            ModuleItem::Stmt(Stmt::Decl(Decl::Var(variable))) => variable,
            ModuleItem::ModuleDecl(ModuleDecl::ExportDecl(export)) => match &export.decl {
                Decl::Var(variable) => variable,
                _ => continue,
            },
            ModuleItem::ModuleDecl(ModuleDecl::ExportDefaultExpr(export)) => {
                found.extend(callee(&export.expr).map(|function| (default_object(), function)));
                continue;
            }
            _ => continue,
        };
        for declarator in &variable.decls {
            let (Some(name), Some(init)) = (pat_ident(&declarator.name), declarator.init.as_deref()) else { continue };
            found.extend(callee(init).map(|function| (name.to_id(), function)));
        }
    }
    found
}

/// The function that is written where it is called.
fn callee(init: &Expr) -> Option<Function<'_>> {
    let Expr::Call(CallExpr { callee, .. }) = bare(init) else { return None };
    function_of(callee.as_expr()?)
}

fn maker(imports: &Imports<'_>, function: Function<'_>) -> Option<Scope> {
    let statements = function.block().map_or(&[][..], |block| &block.stmts);
    let mut results: Vec<&Expr> = function.expression().into_iter().collect();
    statements.iter().for_each(|statement| returned(statement, &mut results));
    let mut holders = locals(imports, statements);
    for id in function.params().into_iter().flat_map(bound_ids) {
        holders.insert(id, Holder { span: function.span(), is_variable: true, value: Value::Other });
    }
    let mut own: HashMap<Id, Own<'_>> = HashMap::new();
    for statement in statements {
        match statement {
            Stmt::Decl(Decl::Fn(function)) => drop(own.insert(function.ident.to_id(), Own::Statement(statement))),
            Stmt::Decl(Decl::Class(class)) => drop(own.insert(class.ident.to_id(), Own::Statement(statement))),
            Stmt::Decl(Decl::Var(variable)) => add(variable, &mut own),
            _ => {}
        }
    }
    // What the results lead to.
    let mut mentioned: BTreeSet<Id> = BTreeSet::new();
    let mut kept: Vec<Own<'_>> = Vec::new();
    let mut open: Vec<Own<'_>> = results.into_iter().map(Own::Result).collect();
    while let Some(next) = open.pop() {
        for name in next.mentions() {
            if mentioned.insert(name.clone()) {
                open.extend(own.get(&name).copied());
            }
        }
        kept.push(next);
    }
    holders.retain(|name, _| mentioned.contains(name));
    for object in kept.iter().filter_map(|own| own.object()) {
        let value = Value::Record(super::holders::collections_of(imports, object));
        holders.insert(default_object(), Holder { span: span_of(object), is_variable: false, value });
    }
    if holders.is_empty() {
        return None;
    }
    let changes = changes(&holders, imports, |search| kept.iter().for_each(|own| own.visit(search)));
    Some(Scope { holders, changes })
}

fn add<'a>(variable: &'a VarDecl, own: &mut HashMap<Id, Own<'a>>) {
    for declarator in &variable.decls {
        for name in bound_ids(&declarator.name) {
            own.insert(name, Own::Variable(declarator));
        }
    }
}

/// What a function declares, or gives.
#[derive(Clone, Copy)]
enum Own<'a> {
    Statement(&'a Stmt),
    Variable(&'a VarDeclarator),
    Result(&'a Expr),
}

impl<'a> Own<'a> {
    fn mentions(self) -> Vec<Id> {
        match self {
            Own::Statement(statement) => references(statement).into_keys().collect(),
            Own::Variable(variable) => references(variable).into_keys().collect(),
            Own::Result(value) => references(value).into_keys().collect(),
        }
    }

    fn object(self) -> Option<&'a ObjectLit> {
        match self {
            Own::Result(value) => bare(value).as_object(),
            _ => None,
        }
    }

    fn visit(self, search: &mut Search<'_, '_>) {
        match self {
            Own::Statement(statement) => statement.visit_with(search),
            Own::Variable(variable) => variable.visit_with(search),
            Own::Result(value) => match bare(value) {
                Expr::Object(object) => search.object(Some(default_object()), object),
                _ => value.visit_with(search),
            },
        }
    }
}

/// The values that `statement` returns, without those of functions inside.
fn returned<'a>(statement: &'a Stmt, found: &mut Vec<&'a Expr>) {
    match statement {
        Stmt::Return(own) => found.extend(own.arg.as_deref()),
        Stmt::Block(block) => block.stmts.iter().for_each(|inner| returned(inner, found)),
        Stmt::If(choice) => {
            returned(&choice.cons, found);
            choice.alt.iter().for_each(|alt| returned(alt, found));
        }
        Stmt::Try(attempt) => {
            let blocks = [Some(&attempt.block), attempt.finalizer.as_ref()];
            let caught = attempt.handler.as_ref().map(|handler| &handler.body);
            let blocks = blocks.into_iter().flatten().chain(caught);
            blocks.for_each(|block| block.stmts.iter().for_each(|inner| returned(inner, found)));
        }
        _ => {}
    }
}
