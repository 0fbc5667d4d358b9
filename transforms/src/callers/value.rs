//! The texts that an expression may stand for, through constants, imports and small functions that put URLs together.
//!
//! ```ts
//! const API = '/api';
//! fetch(`${API}/posts/${id}`);   // "/api/posts/" and a value
//! ```

mod known;
mod names;

use std::collections::{BTreeSet, HashMap};
use std::sync::OnceLock;

pub use known::{Bit, Known};
use names::Names;

use super::param::{argument, place};
use crate::project::{Import, Imported, Modules, Project, binding, imports};
use crate::syntax::ast::{
    BinaryOp, CallExpr, Callee, Expr, ExprOrSpread, Id, MemberExpr, Pat, Prop, PropOrSpread, Stmt,
};
use crate::syntax::{
    Function, Span, VisitWith, bare, callee_ident, ident, literal_str, member_name, module_functions, prop_name,
    span_of,
};

/// An expression of which more texts than these are possible is not followed.
const MAX_TEXTS: usize = 8;
/// Packages that put parts of a URL together.
const JOINS: [&str; 3] = ["join-path", "proper-url-join", "url-join"];
/// How many expressions are looked at for one text.
const MAX_STEPS: usize = 200;

/// What a name of a module stands for.
#[derive(Default)]
struct Held {
    values: Vec<Expr>,
    /// It is a variable, not a parameter.
    declared: bool,
    /// Something may be added to it, or it is set in a way that cannot be read.
    open: bool,
}

/// What is known of the names of a module.
struct Table<'a> {
    held: HashMap<Id, Held>,
    imports: HashMap<Id, Import>,
    /// What the imports stand for, once somebody asked.
    symbols: HashMap<Id, OnceLock<Option<(&'a str, Id)>>>,
    functions: HashMap<Id, Function<'a>>,
}

/// Reads texts. What it needs to know of a file is worked out once.
pub struct Evaluator<'a> {
    pub project: &'a Project,
    pub modules: &'a Modules<'a>,
    tables: HashMap<&'a str, OnceLock<Table<'a>>>,
    /// The fetchers that hooks of SWR have without naming one read.
    pub defaults_read: bool,
}

impl<'a> Evaluator<'a> {
    pub fn new(project: &'a Project, modules: &'a Modules<'a>) -> Self {
        let tables = project.files.keys().map(|path| (path.as_str(), OnceLock::new())).collect();
        Evaluator { project, modules, tables, defaults_read: false }
    }

    fn table(&self, path: &str) -> Option<&Table<'a>> {
        let module = self.modules.get(path).ok()?;
        Some(self.tables.get(path)?.get_or_init(|| {
            let mut names = Names(HashMap::new());
            module.ast.visit_with(&mut names);
            let imports = imports(module);
            let symbols = imports.keys().map(|id| (id.clone(), OnceLock::new())).collect();
            Table { held: names.0, imports, symbols, functions: module_functions(module) }
        }))
    }

    /// The imports of a file by local name.
    pub fn imports(&self, path: &str) -> Option<&HashMap<Id, Import>> {
        self.table(path).map(|table| &table.imports)
    }

    /// The names of the file at `path` that are imported or set to a value.
    pub fn names(&self, path: &str) -> Vec<&Id> {
        self.table(path).map_or_else(Vec::new, |table| table.imports.keys().chain(table.held.keys()).collect())
    }

    /// What the module that `specifier` means in the file at `path` exports as `name`.
    pub fn exported(&self, path: &str, specifier: &str, name: &str) -> Option<(&'a str, Id)> {
        let (module, id) = binding(self.project, self.modules, path, specifier, name)?;
        Some((module.path.as_str(), id))
    }

    /// The name that is set to the expression around `span`, or the function that returns it, in the file at `path`.
    pub fn holder(&self, path: &str, span: Span) -> Option<&Id> {
        let Table { held, functions, .. } = self.table(path)?;
        // Of names within each other, the innermost.
        let size = |around: Span| around.contains(span).then(|| (around.end - around.start, around.start));
        let set = held.iter().filter_map(|(id, held)| {
            let sizes = held.values.iter().filter_map(|value| size(span_of(value)));
            Some((sizes.min()?, id))
        });
        let returned = || functions.iter().filter_map(|(id, function)| Some((size(function.span())?, id)));
        let innermost = set.min_by_key(|(size, _)| *size);
        innermost.or_else(|| returned().min_by_key(|(size, _)| *size)).map(|(_, id)| id)
    }

    /// The function that a name of the file at `path` stands for, and its file.
    pub fn function(&self, path: &str, id: &Id) -> Option<(&'a str, Function<'a>)> {
        let (file, id) = self.symbol(path, id)?;
        Some((file, *self.table(file)?.functions.get(&id)?))
    }

    /// What a name of the module is set to, if that is one expression.
    pub fn held(&self, path: &str, id: &Id) -> Option<&Expr> {
        let held = self.table(path)?.held.get(id)?;
        held.values.first().filter(|_| held.declared && !held.open && held.values.len() == 1)
    }

    /// The declaration that a name of the file at `path` stands for: its file and its name there.
    pub fn symbol(&self, path: &str, id: &Id) -> Option<(&'a str, Id)> {
        let Table { imports, symbols, .. } = self.table(path)?;
        match imports.get(id) {
            Some(Import { specifier, name: Imported::Name(name), .. }) => {
                let follow = || self.exported(path, specifier, name);
                symbols.get(id).map_or_else(follow, |symbol| symbol.get_or_init(follow).clone())
            }
            Some(_) => None,
            None => self.modules.get(path).ok().map(|module| (module.path.as_str(), id.clone())),
        }
    }

    /// The texts of `expr` in the file at `path`.
    pub fn texts(&self, path: &str, expr: &Expr) -> Vec<Known> {
        self.read(path, expr, &mut { MAX_STEPS })
    }

    fn read(&self, path: &str, expr: &Expr, steps: &mut usize) -> Vec<Known> {
        let unknown = || vec![Known::value(None)];
        if *steps == 0 {
            return unknown();
        }
        *steps -= 1;
        let expr = bare(expr);
        if let Some(text) = literal_str(expr) {
            return vec![Known { bits: vec![Bit::Text(text)], uses: self.uses(path, expr) }];
        }
        match expr {
            Expr::Tpl(template) => {
                let mut found = vec![Known { bits: Vec::new(), uses: self.uses(path, expr) }];
                for (at, quasi) in template.quasis.iter().enumerate() {
                    let Some(text) = quasi.cooked.as_ref().and_then(|text| text.as_str()) else { return unknown() };
                    let text = Known { bits: vec![Bit::Text(text.to_owned())], uses: BTreeSet::new() };
                    found = joined(found, &[text]);
                    if let Some(value) = template.exprs.get(at) {
                        found = joined(found, &self.read(path, value, steps));
                    }
                }
                found
            }
            Expr::Bin(sum) if sum.op == BinaryOp::Add => {
                joined(self.read(path, &sum.left, steps), &self.read(path, &sum.right, steps))
            }
            Expr::Bin(either) if matches!(either.op, BinaryOp::LogicalOr | BinaryOp::NullishCoalescing) => {
                either_of(self.read(path, &either.left, steps), self.read(path, &either.right, steps))
            }
            // `${query && `?${query}`}`.
            Expr::Bin(both) if both.op == BinaryOp::LogicalAnd => {
                either_of(vec![Known::default()], self.read(path, &both.right, steps))
            }
            Expr::Cond(choice) => either_of(self.read(path, &choice.cons, steps), self.read(path, &choice.alt, steps)),
            Expr::Ident(name) => self.name(path, &name.to_id(), span_of(name), steps),
            Expr::Member(member) => self.member(path, member, steps),
            Expr::Call(call) => self.call(path, call, steps).unwrap_or_else(unknown),
            Expr::New(new) if ident(&new.callee).is_some_and(|name| &*name.sym == "URL") => {
                let args = new.args.as_deref().unwrap_or_default();
                let mut given = args.iter().map(|argument| self.read(path, &argument.expr, steps));
                let Some(urls) = given.next() else { return unknown() };
                match given.next() {
                    // `new URL('posts', base)`.
                    Some(bases) if urls.iter().any(Known::is_relative) => {
                        let bases: Vec<Known> = bases.into_iter().map(Known::folder).collect();
                        joined(bases, &urls)
                    }
                    _ => urls,
                }
            }
            // `fetch(new Request(url))` says more than a URL.
            _ => unknown(),
        }
    }

    fn uses(&self, path: &str, expr: &Expr) -> BTreeSet<(String, Span)> {
        BTreeSet::from([(path.to_owned(), span_of(expr))])
    }

    fn name(&self, path: &str, id: &Id, span: Span, steps: &mut usize) -> Vec<Known> {
        let unknown = vec![Known::value(Some((id.clone(), None)))];
        let Some((file, id)) = self.symbol(path, id) else { return unknown };
        let Some(held) = self.table(file).and_then(|table| table.held.get(&id)) else { return unknown };
        // A parameter that is set again is not what the caller gave.
        if !held.declared {
            return vec![Known::value(None)];
        }
        if held.values.len() > MAX_TEXTS {
            return unknown;
        }
        let mut found = Vec::new();
        for value in &held.values {
            found.extend(self.read(file, value, steps));
        }
        if found.is_empty() || found.len() > MAX_TEXTS {
            return unknown;
        }
        if held.open {
            found = joined(found, &[Known::value(None)]);
        }
        for known in &mut found {
            known.uses.insert((path.to_owned(), span));
        }
        found
    }

    /// `ROUTES.posts.list`, where `ROUTES` is an object of constants.
    fn member(&self, path: &str, member: &MemberExpr, steps: &mut usize) -> Vec<Known> {
        let unknown = || {
            let from = ident(&member.obj).map(|name| (name.to_id(), member_name(member)));
            vec![Known::value(from.filter(|(_, name)| name.is_some()))]
        };
        let mut names = vec![member_name(member)];
        let mut object = bare(&member.obj);
        while let Expr::Member(inner) = object {
            names.push(member_name(inner));
            object = bare(&inner.obj);
        }
        // `url.href` of `new URL(…)`.
        if names.len() == 1
            && names[0].as_deref().is_some_and(|name| name == "href" || name == "pathname")
            && matches!(object, Expr::New(_))
        {
            return self.read(path, object, steps);
        }
        let Some(name) = ident(object) else { return unknown() };
        let Some((file, id)) = self.symbol(path, &name.to_id()) else { return unknown() };
        let Some(mut value) = self.held(file, &id) else { return unknown() };
        for name in names.iter().rev() {
            let (Expr::Object(object), Some(name)) = (bare(value), name) else { return unknown() };
            let property = object.props.iter().find_map(|property| match property {
                PropOrSpread::Prop(property) => match &**property {
                    Prop::KeyValue(pair) if prop_name(&pair.key).as_ref() == Some(name) => Some(&*pair.value),
                    _ => None,
                },
                PropOrSpread::Spread(_) => None,
            });
            let Some(property) = property else { return unknown() };
            value = property;
        }
        let mut found = self.read(file, value, steps);
        for known in &mut found {
            known.uses.insert((path.to_owned(), span_of(name)));
        }
        found
    }

    fn call(&self, path: &str, call: &CallExpr, steps: &mut usize) -> Option<Vec<Known>> {
        if let Callee::Expr(callee) = &call.callee
            && let Expr::Member(member) = bare(callee)
        {
            return match member_name(member)?.as_str() {
                "toString" | "trim" | "trimEnd" if call.args.is_empty() => Some(self.read(path, &member.obj, steps)),
                "concat" => {
                    let start = self.read(path, &member.obj, steps);
                    Some(call.args.iter().fold(start, |found, more| joined(found, &self.read(path, &more.expr, steps))))
                }
                "join" => self.list(path, &member.obj, &literal_str(&call.args.first()?.expr)?, steps),
                _ => None,
            };
        }
        let name = callee_ident(call)?;
        if matches!(&*name.sym, "String" | "encodeURI") {
            return Some(self.read(path, &call.args.first()?.expr, steps));
        }
        // `urlJoin(ROOT, 'posts')` of a package, which puts slashes between.
        if self.imports(path)?.get(&name.to_id()).is_some_and(|import| JOINS.contains(&import.specifier.as_str())) {
            let given = call.args.iter().map(|argument| match argument.spread {
                None => self.read(path, &argument.expr, steps),
                Some(_) => vec![Known::value(None)],
            });
            let each = |bases: Vec<Known>, rest: Vec<Known>| {
                let below = |base: &Known| rest.iter().map(|one| base.above(one)).collect::<Vec<_>>();
                let found: Vec<Known> = bases.iter().flat_map(below).collect();
                if found.len() > MAX_TEXTS { vec![Known::value(None)] } else { found }
            };
            return given.reduce(each);
        }
        let (file, id) = self.symbol(path, &name.to_id())?;
        let function = *self.table(file)?.functions.get(&id)?;
        let returned = function.expression().or_else(|| match function.block()?.stmts.as_slice() {
            [.., Stmt::Return(last)] => last.arg.as_deref(),
            _ => None,
        })?;
        // Another `return` may give another text.
        if function.block().is_some_and(|block| block.stmts.len() > 1) {
            return None;
        }
        let texts = self.read(file, returned, steps);
        let params: Vec<Pat> = function.params().into_iter().cloned().collect();
        let mut found = Vec::new();
        for mut known in texts {
            known.uses.insert((path.to_owned(), span_of(name)));
            found.extend(self.bind(path, &known, &params, &call.args, steps));
        }
        (found.len() <= MAX_TEXTS).then_some(found)
    }

    /// `[ROOT, 'posts'].join('/')`.
    fn list(&self, path: &str, list: &Expr, between: &str, steps: &mut usize) -> Option<Vec<Known>> {
        let Expr::Array(list) = bare(list) else { return None };
        let between = Known { bits: vec![Bit::Text(between.to_owned())], uses: BTreeSet::new() };
        let mut found = vec![Known::default()];
        for (at, part) in list.elems.iter().enumerate() {
            let part = part.as_ref()?;
            if at > 0 {
                found = joined(found, std::slice::from_ref(&between));
            }
            let is_one = part.spread.is_none();
            let texts = if is_one { self.read(path, &part.expr, steps) } else { vec![Known::value(None)] };
            found = joined(found, &texts);
        }
        Some(found)
    }

    /// `known`, with the values of parameters replaced by the arguments of a call in the file at `path`.
    pub fn bound(&self, path: &str, known: &Known, params: &[Pat], args: &[ExprOrSpread]) -> Vec<Known> {
        self.bind(path, known, params, args, &mut { MAX_STEPS })
    }

    fn bind(&self, path: &str, known: &Known, params: &[Pat], args: &[ExprOrSpread], steps: &mut usize) -> Vec<Known> {
        let mut found = vec![Known { bits: Vec::new(), uses: known.uses.clone() }];
        for bit in &known.bits {
            let values = match bit {
                Bit::Value(Some((id, member))) => match place(params, id) {
                    Some(place) => match argument(args, &place, member.as_deref()) {
                        Some(argument) => self.read(path, &argument, steps),
                        None => vec![Known::value(None)],
                    },
                    None => vec![Known::value(None)],
                },
                bit => vec![Known { bits: vec![bit.clone()], uses: BTreeSet::new() }],
            };
            found = joined(found, &values);
        }
        found
    }
}

/// Every way to continue `left` by `right`.
fn joined(left: Vec<Known>, right: &[Known]) -> Vec<Known> {
    if left.len() * right.len() > MAX_TEXTS {
        return vec![Known::value(None)];
    }
    let each = |one: &Known| right.iter().map(|other| one.clone().joined(other)).collect::<Vec<_>>();
    left.iter().flat_map(each).collect()
}

fn either_of(mut one: Vec<Known>, other: Vec<Known>) -> Vec<Known> {
    one.extend(other);
    if one.len() > MAX_TEXTS { vec![Known::value(None)] } else { one }
}
