//! A method that changes nothing stays a Route Handler, by whatever name it is called: actions run one after the other,
//! and are never cached. Only what certainly reads, or works something out, counts; a call of which nothing is known may
//! change something.
//!
//! ```ts
//! export async function POST(req: Request) {
//!   const { query } = await req.json();
//!   const posts = await prisma.post.findMany({ where: { title: { contains: query } } });
//!   return NextResponse.json(posts);
//! }
//! export async function POST(req: Request) {
//!   const { text } = await req.json();
//!   return NextResponse.json({ words: text.split(' ').length });
//! }
//! ```

mod known;

use std::collections::HashSet;

use known::{ADDING, CLASSES, FUNCTIONS, METHODS, OBJECTS, PACKAGES, SESSIONS, WITH_CALLBACKS, WORKING};

use super::Facts;
use crate::finding::Finding;
use crate::libraries::prisma;
use crate::project::{Imported, all_imports, declared_member, named};
use crate::server_action::find_handler;
use crate::syntax::ast::{
    ArrowExpr, AssignExpr, AssignTarget, CallExpr, Callee, Expr, ExprOrSpread, Function as AstFunction, Id, Lit,
    MemberExpr, NewExpr, OptCall, Prop, SimpleAssignTarget, TaggedTpl, TsType, UnaryExpr, UnaryOp, UpdateExpr,
    VarDeclarator,
};
use crate::syntax::{
    Function, Module, Span, Visit, VisitWith, bare, bound_ids, function_of, ident, literal_str, member_name, pat_ident,
    prop_name, span_of,
};

/// A handler of which all calls are known to change nothing, and at least one reads data, or works something out.
pub fn check(facts: &Facts<'_>) -> Option<Finding> {
    let handler = find_handler(facts.module, facts.method)?;
    let mut code = Code {
        facts,
        module: facts.module,
        own: Own::default(),
        seen: HashSet::new(),
        read: None,
        work: None,
        logs: false,
        changes: false,
    };
    code.run(facts.module, handler.function);
    let read = code.read.map(|place| (place, "reads"));
    // To log what is sent is a purpose, too.
    let work = code.work.filter(|_| !code.logs).map(|place| (place, "works something out"));
    let ((file, span, what), does) = read.or(work).filter(|_| !code.changes)?;
    let message = format!("`{what}` {does}, and nothing that it calls changes anything");
    let finding = Finding { file, ..facts.note_in("read", span, message) };
    Some(finding.help("`// routelift: action` makes it an action nonetheless; these run one after the other"))
}

/// What the function at hand declares.
#[derive(Default)]
struct Own {
    /// All of its names.
    names: HashSet<Id>,
    /// Those of functions, whose code is looked at where it stands.
    functions: HashSet<Id>,
    /// Those of objects that it makes.
    made: HashSet<Id>,
}

/// Follows what a handler does.
struct Code<'a, 'f> {
    facts: &'f Facts<'a>,
    module: &'a Module,
    own: Own,
    /// Functions that were looked at, by file and place.
    seen: HashSet<(&'a str, usize)>,
    /// What reads data: file, place and name.
    read: Option<(String, Span, String)>,
    /// What works something out: file, place and name.
    work: Option<(String, Span, String)>,
    /// It logs something that is no error.
    logs: bool,
    /// Something may be changed.
    changes: bool,
}

impl<'a> Code<'a, '_> {
    /// Looks at `function` of `module`, unless that was done.
    fn run(&mut self, module: &'a Module, function: Function<'a>) {
        if self.changes || !self.seen.insert((&module.path, function.span().start)) {
            return;
        }
        let mut own = Own::default();
        own.names.extend(function.params().into_iter().flat_map(bound_ids));
        let outer = (std::mem::replace(&mut self.module, module), std::mem::take(&mut self.own));
        match (function.block(), function.expression()) {
            (Some(block), _) => {
                block.visit_with(&mut own);
                self.own = own;
                block.visit_with(self);
            }
            (None, Some(value)) => {
                value.visit_with(&mut own);
                self.own = own;
                value.visit_with(self);
            }
            (None, None) => self.changes = true,
        }
        function.params().into_iter().for_each(|param| param.visit_with(self));
        (self.module, self.own) = outer;
    }

    /// The package, or file, and the name there that an imported name stands for.
    fn imported(&self, name: &Id) -> Option<(String, Imported)> {
        let import = all_imports(self.module).remove(name)?;
        Some((import.specifier, import.name))
    }

    fn is_global(&self, name: &Id) -> bool {
        self.module.free_names().contains(&*name.0)
    }

    /// Calls the function that `name` stands for.
    fn enter(&mut self, name: &Id) {
        if self.own.functions.contains(name) {
            return;
        }
        let found =
            (!self.own.names.contains(name)).then(|| named(self.facts.project, self.facts.modules, self.module, name));
        match found.flatten() {
            Some(declared) => self.run(declared.module, declared.function),
            None => self.changes = true,
        }
    }

    fn call(&mut self, callee: &Expr, args: &[ExprOrSpread], span: Span) {
        match bare(callee) {
            Expr::Ident(name) => self.function(&name.to_id(), args, span),
            Expr::Member(member) => self.method(member, args, span),
            Expr::OptChain(chain) => match chain.base.as_member() {
                Some(member) => self.method(member, args, span),
                None => self.changes = true,
            },
            other if function_of(other).is_some() => {}
            _ => self.changes = true,
        }
    }

    fn function(&mut self, name: &Id, args: &[ExprOrSpread], span: Span) {
        if self.is_global(name) {
            match &*name.0 {
                "fetch" if is_get(args) => self.reads(span, "fetch"),
                known if FUNCTIONS.contains(&known) => {}
                _ => self.changes = true,
            }
            return;
        }
        if let Some((package, Imported::Name(own))) = self.imported(name)
            && (SESSIONS.contains(&(&package, &own)) || is_pure(&package))
        {
            return;
        }
        self.enter(name);
    }

    fn method(&mut self, member: &MemberExpr, args: &[ExprOrSpread], span: Span) {
        let Some(method) = member_name(member) else {
            self.changes = true;
            return;
        };
        let method = method.as_str();
        if prisma::reads(member) {
            return self.reads(span, method);
        }
        // Several reads at once.
        if method == "$transaction" && args.first().is_some_and(|list| bare(&list.expr).is_array()) {
            return;
        }
        let object = ident(&member.obj).map(|name| name.to_id());
        if let Some(object) = object.as_ref().filter(|object| !self.own.names.contains(object)) {
            let import = all_imports(self.module).remove(object);
            let known = OBJECTS.contains(&&*object.0);
            match import {
                None if self.is_global(object) && (known || (&*object.0 == "Object" && !object_changes(method))) => {
                    self.logs |= &*object.0 == "console" && !matches!(method, "error" | "warn");
                    return;
                }
                Some(import) if known && import.specifier == "next/server" => return,
                Some(import) if is_pure(&import.specifier) => return,
                Some(import) => {
                    let Facts { project, modules, .. } = *self.facts;
                    if let Some(declared) = declared_member(project, modules, &self.module.path, &import, method) {
                        return self.run(declared.module, declared.function);
                    }
                    // What a list or schema of another file is asked.
                    let is_asked = WITH_CALLBACKS.contains(&method) || method.to_ascii_lowercase().contains("parse");
                    if !is_asked || method == "sort" {
                        self.changes = true;
                        return;
                    }
                }
                None => {}
            }
        }
        if WORKING.contains(&method) {
            self.work.get_or_insert((self.module.path.clone(), span, method.to_owned()));
        }
        if ADDING.contains(&method) {
            self.changes |= !object.is_some_and(|object| self.own.made.contains(&object));
        } else if WITH_CALLBACKS.contains(&method) {
            self.callback(args.first());
        } else {
            self.changes |= !METHODS.contains(&method);
        }
    }

    /// A function that is handed over runs, too.
    fn callback(&mut self, given: Option<&ExprOrSpread>) {
        let Some(given) = given else { return };
        match bare(&given.expr) {
            Expr::Ident(name) if self.is_global(&name.to_id()) => {
                self.changes |= !FUNCTIONS.contains(&&*name.sym);
            }
            Expr::Ident(name) => self.enter(&name.to_id()),
            Expr::Lit(_) | Expr::Fn(_) | Expr::Arrow(_) => {}
            _ => self.changes = true,
        }
    }

    fn reads(&mut self, span: Span, what: &str) {
        self.read.get_or_insert((self.module.path.clone(), span, what.to_owned()));
    }

    /// Something is put into what `target` names.
    fn set(&mut self, target: &Expr) {
        let mut target = bare(target);
        let is_member = target.is_member();
        while let Expr::Member(member) = target {
            target = bare(&member.obj);
        }
        let own = if is_member { &self.own.made } else { &self.own.names };
        self.changes |= !ident(target).is_some_and(|name| own.contains(&name.to_id()));
    }
}

/// Whether a call of `fetch` with these arguments only reads.
fn is_get(args: &[ExprOrSpread]) -> bool {
    match args {
        [url] => url.spread.is_none(),
        [url, options] if url.spread.is_none() => match bare(&options.expr) {
            Expr::Object(options) => {
                options.props.iter().all(|property| match property.as_prop().map(|prop| &**prop) {
                    Some(Prop::KeyValue(pair)) => match prop_name(&pair.key).as_deref() {
                        Some("method") => {
                            literal_str(&pair.value).is_some_and(|method| method.eq_ignore_ascii_case("GET"))
                        }
                        Some("body") | None => false,
                        Some(_) => true,
                    },
                    Some(Prop::Shorthand(name)) => !matches!(&*name.sym, "method" | "body"),
                    _ => false,
                })
            }
            _ => false,
        },
        _ => false,
    }
}

/// Whether the package works values out, and does nothing else.
pub fn is_pure(specifier: &str) -> bool {
    PACKAGES
        .iter()
        .any(|package| specifier.strip_prefix(package).is_some_and(|rest| rest.is_empty() || rest.starts_with('/')))
}

fn object_changes(method: &str) -> bool {
    matches!(method, "assign" | "defineProperties" | "defineProperty" | "freeze" | "setPrototypeOf")
}

impl Visit for Own {
    fn visit_var_declarator(&mut self, declarator: &VarDeclarator) {
        self.names.extend(bound_ids(&declarator.name));
        if let (Some(name), Some(init)) = (pat_ident(&declarator.name), declarator.init.as_deref()) {
            match bare(init) {
                Expr::Fn(_) | Expr::Arrow(_) => drop(self.functions.insert(name.to_id())),
                Expr::Object(_) | Expr::Array(_) | Expr::New(_) => drop(self.made.insert(name.to_id())),
                _ => {}
            }
        }
        declarator.visit_children_with(self);
    }

    fn visit_fn_decl(&mut self, declaration: &crate::syntax::ast::FnDecl) {
        self.names.insert(declaration.ident.to_id());
        self.functions.insert(declaration.ident.to_id());
        declaration.visit_children_with(self);
    }

    fn visit_function(&mut self, function: &AstFunction) {
        self.names.extend(function.params.iter().flat_map(|param| bound_ids(&param.pat)));
        function.visit_children_with(self);
    }

    fn visit_arrow_expr(&mut self, arrow: &ArrowExpr) {
        self.names.extend(arrow.params.iter().flat_map(bound_ids));
        arrow.visit_children_with(self);
    }
}

impl Visit for Code<'_, '_> {
    fn visit_call_expr(&mut self, call: &CallExpr) {
        match &call.callee {
            Callee::Expr(callee) => self.call(callee, &call.args, span_of(call)),
            _ => self.changes = true,
        }
        call.visit_children_with(self);
    }

    fn visit_opt_call(&mut self, call: &OptCall) {
        self.call(&call.callee, &call.args, span_of(call));
        call.visit_children_with(self);
    }

    fn visit_new_expr(&mut self, new: &NewExpr) {
        let name = self.module.text_of(&*new.callee);
        let is_known = CLASSES.contains(&name) || name.ends_with("Error");
        self.changes |= !is_known;
        new.visit_children_with(self);
    }

    fn visit_assign_expr(&mut self, assign: &AssignExpr) {
        match &assign.left {
            AssignTarget::Simple(SimpleAssignTarget::Ident(name)) => {
                self.changes |= !self.own.names.contains(&name.id.to_id());
            }
            AssignTarget::Simple(SimpleAssignTarget::Member(member)) => self.set(&Expr::Member(member.clone())),
            _ => self.changes = true,
        }
        assign.visit_children_with(self);
    }

    fn visit_update_expr(&mut self, update: &UpdateExpr) {
        self.set(&update.arg);
        update.visit_children_with(self);
    }

    fn visit_unary_expr(&mut self, unary: &UnaryExpr) {
        if unary.op == UnaryOp::Delete {
            self.set(&unary.arg);
        }
        unary.visit_children_with(self);
    }

    fn visit_tagged_tpl(&mut self, _: &TaggedTpl) {
        self.changes = true;
    }

    fn visit_ts_type(&mut self, _: &TsType) {}

    fn visit_lit(&mut self, _: &Lit) {}
}
