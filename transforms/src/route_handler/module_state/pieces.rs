//! Which pieces of a program use which others. A piece is a statement at the top of a module with what it declares, so
//! that who takes one function of a module has nothing to do with what only others of that module use.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use rayon::prelude::*;

use super::declared as declared_in;
use crate::project::{Modules, Project};
use crate::route_handler::loads::Loads;
use crate::syntax::ast::{Decl, DefaultDecl, Id, ModuleDecl, ModuleItem, Stmt};
use crate::syntax::{Loaded, Module, Span, bound_ids, default_object, exports_commonjs, references, span_of};

/// The pieces of some modules, by number, and what they use.
#[derive(Default)]
pub struct Pieces {
    /// What a piece uses.
    pub uses: Vec<Vec<usize>>,
    /// What a piece is used by.
    pub used_by: Vec<Vec<usize>>,
    /// The piece that stands for a module as a whole.
    wholes: HashMap<String, usize>,
    /// The piece that declares a name of a module.
    declaring: HashMap<(usize, Id), usize>,
    /// Where each piece stands in its module; that for a module as a whole stands nowhere.
    spans: Vec<Option<Span>>,
}

/// What the text of a module shows.
struct Shown<'l> {
    statements: Vec<Statement>,
    /// By the name of an import: where it comes from.
    imports: Vec<(Id, &'l str, &'l Loaded, Option<&'l str>)>,
    /// What calls load, and what is exported again.
    others: Vec<(&'l str, &'l Loaded)>,
}

struct Statement {
    span: Span,
    declares: Vec<Id>,
    /// It is `module.exports = …` or `exports.name = …`.
    exports: bool,
    /// In an order, which is that of the pieces that are found by them.
    mentions: BTreeSet<Id>,
}

impl Pieces {
    /// The pieces of those modules of `loads` that are among `files`.
    pub fn of<'l>(project: &Project, modules: &Modules<'_>, loads: &'l Loads, files: &HashSet<&'l str>) -> Self {
        let shown: Vec<(&str, Shown<'l>)> = loads
            .par_iter()
            .filter(|(path, _)| files.contains(path.as_str()))
            .filter_map(|(path, found)| {
                let of_interest = found.files().filter(|(target, _)| files.contains(target));
                Some((path.as_str(), show(modules.get(path).ok()?, of_interest)))
            })
            .collect();
        let mut pieces = Pieces::default();
        let mut firsts = Vec::new();
        for (path, shown) in &shown {
            let whole = pieces.add(None);
            pieces.wholes.insert((*path).to_owned(), whole);
            firsts.push(whole);
            for statement in &shown.statements {
                let piece = pieces.add(Some(statement.span));
                for name in &statement.declares {
                    pieces.declaring.insert((whole, name.clone()), piece);
                }
            }
        }
        for ((path, shown), whole) in shown.iter().zip(firsts) {
            let mut imported: BTreeMap<&Id, usize> = BTreeMap::new();
            for (local, target, loaded, name) in &shown.imports {
                let found = name.and_then(|name| pieces.named(project, modules, path, loaded, target, name));
                imported.extend(found.or_else(|| pieces.whole(target)).map(|piece| (local, piece)));
            }
            for (at, statement) in shown.statements.iter().enumerate() {
                let piece = whole + 1 + at;
                pieces.link(whole, piece);
                for name in &statement.mentions {
                    if let Some(target) = imported.get(name) {
                        pieces.link(piece, *target);
                    }
                    let Some(own) = pieces.declaring.get(&(whole, name.clone())).copied() else { continue };
                    pieces.link(piece, own);
                    // `handlers.list = () => …` belongs to `handlers`, but what is exported not to what exports it.
                    if statement.declares.is_empty() && !statement.exports {
                        pieces.link(own, piece);
                    }
                }
            }
            for (target, loaded) in &shown.others {
                let around = shown.statements.iter().position(|statement| statement.span.contains(loaded.span));
                let from = around.map_or(whole, |at| whole + 1 + at);
                let named = loaded.names.iter().map(|taken| taken.name.as_deref());
                let named: Vec<Option<usize>> = named
                    .map(|name| name.and_then(|name| pieces.named(project, modules, path, loaded, target, name)))
                    .collect();
                if (named.is_empty() || named.contains(&None))
                    && let Some(target) = pieces.whole(target)
                {
                    pieces.link(from, target);
                }
                for target in named.into_iter().flatten() {
                    pieces.link(from, target);
                }
            }
        }
        pieces
    }

    /// The piece that stands for the module at `path`.
    pub fn whole(&self, path: &str) -> Option<usize> {
        self.wholes.get(path).copied()
    }

    /// The piece that declares the name `id` of the module at `path`.
    pub fn declaring(&self, path: &str, id: &Id) -> Option<usize> {
        self.declaring.get(&(self.whole(path)?, id.clone())).copied()
    }

    /// The piece that is the statement at `span` of the module at `path`.
    pub fn at(&self, path: &str, span: Span) -> Option<usize> {
        let whole = self.whole(path)?;
        let mut own = self.spans.iter().enumerate().skip(whole + 1).take_while(|(_, own)| own.is_some());
        own.find(|(_, own)| **own == Some(span)).map(|(piece, _)| piece)
    }

    fn named(
        &self,
        project: &Project,
        modules: &Modules<'_>,
        path: &str,
        loaded: &Loaded,
        target: &str,
        name: &str,
    ) -> Option<usize> {
        match declared_in(project, modules, path, &loaded.specifier, Some(name)) {
            Some((file, id)) => self.declaring(&file, &id),
            None => self.declaring(target, &default_object()).filter(|_| name == "default"),
        }
    }

    fn add(&mut self, span: Option<Span>) -> usize {
        self.spans.push(span);
        self.uses.push(Vec::new());
        self.used_by.push(Vec::new());
        self.uses.len() - 1
    }

    fn link(&mut self, from: usize, to: usize) {
        self.uses[from].push(to);
        self.used_by[to].push(from);
    }
}

fn show<'l>(module: &Module, loads: impl Iterator<Item = (&'l str, &'l Loaded)>) -> Shown<'l> {
    let mut shown = Shown { statements: Vec::new(), imports: Vec::new(), others: Vec::new() };
    for (target, loaded) in loads {
        let own = loaded.names.iter().filter_map(|taken| Some((taken.local.clone()?, taken.name.as_deref())));
        let own: Vec<_> = own.map(|(local, name)| (local, target, loaded, name)).collect();
        // `const db = require('./db')` may be handed on by its name, without an import.
        if own.is_empty() || !loaded.statement {
            shown.others.push((target, loaded));
        }
        shown.imports.extend(own);
    }
    let mut statements: Vec<Statement> = module.ast.body.iter().filter_map(|item| statement(module, item)).collect();
    let tops: HashSet<&Id> = statements.iter().flat_map(|statement| &statement.declares).collect();
    let imports: HashSet<&Id> = shown.imports.iter().map(|(local, ..)| local).collect();
    let known: HashSet<Id> = tops.union(&imports).map(|id| (*id).clone()).collect();
    for statement in &mut statements {
        statement.mentions.retain(|name| known.contains(name));
    }
    shown.statements = statements;
    shown
}

/// The names that a statement declares and mentions; imports and lists of exports are looked up by name.
fn statement(module: &Module, item: &ModuleItem) -> Option<Statement> {
    let declares = match item {
        ModuleItem::Stmt(Stmt::Decl(declaration)) => declared(declaration),
        ModuleItem::Stmt(_) => Vec::new(),
        ModuleItem::ModuleDecl(ModuleDecl::ExportDecl(export)) => declared(&export.decl),
        ModuleItem::ModuleDecl(ModuleDecl::ExportDefaultExpr(_)) => vec![default_object()],
        ModuleItem::ModuleDecl(ModuleDecl::ExportDefaultDecl(export)) => {
            let name = match &export.decl {
                DefaultDecl::Class(class) => class.ident.as_ref(),
                DefaultDecl::Fn(function) => function.ident.as_ref(),
                DefaultDecl::TsInterfaceDecl(_) => None,
            };
            name.map(|name| name.to_id()).into_iter().chain([default_object()]).collect()
        }
        ModuleItem::ModuleDecl(_) => return None,
    };
    let mentions = references(item).into_keys().collect();
    Some(Statement { span: span_of(item), declares, exports: exports_commonjs(module, item), mentions })
}

fn declared(declaration: &Decl) -> Vec<Id> {
    match declaration {
        Decl::Fn(function) => vec![function.ident.to_id()],
        Decl::Class(class) => vec![class.ident.to_id()],
        Decl::Var(variable) => variable.decls.iter().flat_map(|declarator| bound_ids(&declarator.name)).collect(),
        Decl::TsEnum(own) => vec![own.id.to_id()],
        _ => Vec::new(),
    }
}
