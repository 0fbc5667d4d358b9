//! Schemas of zod, valibot and yup, and what goes into them.

use super::{BodyType, Member, Takes};
use crate::decide::Facts;
use crate::project::{Imported, binding, imports};
use crate::syntax::ast::{CallExpr, Decl, Expr, Id, ModuleDecl, ModuleItem, Stmt};
use crate::syntax::{Module, bare, callee_ident, ident, member_name};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Library {
    Zod,
    Valibot,
    Yup,
}

/// A schema that checks a body.
pub struct Schema<'a> {
    library: Library,
    /// What it is called in the handler's file.
    name: String,
    /// What it is declared as.
    made: &'a Expr,
    /// The specifier of its library.
    specifier: String,
}

/// Schemas made of other schemas are followed that far.
const MAX_STEPS: usize = 6;

impl<'a> Schema<'a> {
    /// `object.method(body)`, or `object.method(schema, body)` for libraries that do not use methods.
    pub fn of(facts: &Facts<'a>, object: &Id, method: &str, schema: Option<&Id>) -> Option<Schema<'a>> {
        let id = schema.unwrap_or(object);
        let (module, made) = declaration(facts, facts.module, id)?;
        let specifier = origin(facts, module, made, MAX_STEPS)?;
        let library = match specifier.split('/').next()? {
            "zod" => Library::Zod,
            "valibot" => Library::Valibot,
            "yup" => Library::Yup,
            _ => return None,
        };
        let checks = match library {
            Library::Zod => {
                schema.is_none() && matches!(method, "parse" | "safeParse" | "parseAsync" | "safeParseAsync")
            }
            Library::Valibot => {
                schema.is_some() && matches!(method, "parse" | "safeParse" | "parseAsync" | "safeParseAsync")
            }
            Library::Yup => schema.is_none() && matches!(method, "validate" | "validateSync"),
        };
        checks.then(|| Schema { library, name: id.0.to_string(), made, specifier })
    }

    /// The type of what goes in, as the file of the handler can write it.
    pub fn input_type(&self, handler: &Module) -> Option<BodyType> {
        let package = self.specifier.split('/').next()?;
        let own = imports(handler).into_iter().find_map(|(id, import)| {
            let is_namespace = match (&import.name, self.library) {
                (Imported::Namespace, _) => true,
                (Imported::Name(name), Library::Zod) => name == "z" || name == "default",
                (Imported::Name(_) | Imported::Whole, _) => false,
            };
            (is_namespace && import.specifier.split('/').next() == Some(package)).then(|| id.0.to_string())
        });
        let (namespace, import) = match (own, self.library) {
            (Some(own), _) => (own, None),
            (None, Library::Zod) => ("z".to_owned(), Some((self.specifier.clone(), "z"))),
            (None, _) => return None,
        };
        let kind = match self.library {
            Library::Zod => "input",
            Library::Valibot => "InferInput",
            Library::Yup => "InferType",
        };
        Some(BodyType { text: format!("{namespace}.{kind}<typeof {}>", self.name), import })
    }

    /// The members of `z.object({ … })`, if each is a simple type.
    pub fn members(&self) -> Option<Vec<Member>> {
        if self.library != Library::Zod {
            return None;
        }
        let Expr::Call(call) = bare(self.made) else { return None };
        if called(call)? != "object" || call.args.len() != 1 {
            return None;
        }
        let Expr::Object(object) = bare(&call.args[0].expr) else { return None };
        object
            .props
            .iter()
            .map(|property| {
                let (name, value, _) = crate::server_action::data::member(property)?;
                let (takes, methods) = chain(&value)?;
                let optional =
                    methods.iter().any(|method| matches!(method.as_str(), "optional" | "nullish" | "default"));
                Some(Member { name, optional, takes })
            })
            .collect()
    }
}

/// `string` of `z.string().min(1).optional()`, and the methods behind it.
fn chain(expr: &Expr) -> Option<(Takes, Vec<String>)> {
    let mut methods = Vec::new();
    let mut call = match bare(expr) {
        Expr::Call(call) => call,
        _ => return None,
    };
    loop {
        let Expr::Member(member) = bare(call.callee.as_expr()?) else { return None };
        let name = member_name(member)?;
        match bare(&member.obj) {
            Expr::Ident(_) => {
                let mut takes = Takes::default();
                match name.as_str() {
                    "string" | "email" | "url" | "uuid" => takes.text = true,
                    "boolean" => takes.boolean = true,
                    "number" => takes.number = true,
                    _ => return None,
                }
                return Some((takes, methods));
            }
            Expr::Call(inner) => {
                methods.push(name);
                call = inner;
            }
            _ => return None,
        }
    }
}

fn called(call: &CallExpr) -> Option<String> {
    match bare(call.callee.as_expr()?) {
        Expr::Member(member) if ident(&member.obj).is_some() => member_name(member),
        _ => callee_ident(call).map(|name| name.sym.to_string()),
    }
}

/// The constant that `id` stands for in `module`.
fn declaration<'a>(facts: &Facts<'a>, module: &'a Module, id: &Id) -> Option<(&'a Module, &'a Expr)> {
    if let Some(made) = constant(module, id) {
        return Some((module, made));
    }
    let import = imports(module).remove(id)?;
    let Imported::Name(name) = &import.name else { return None };
    let (module, id) = binding(facts.project, facts.modules, &module.path, &import.specifier, name)?;
    Some((module, constant(module, &id)?))
}

fn constant<'a>(module: &'a Module, id: &Id) -> Option<&'a Expr> {
    module.ast.body.iter().find_map(|item| {
        let declaration = match item {
            ModuleItem::ModuleDecl(ModuleDecl::ExportDecl(export)) => &export.decl,
            ModuleItem::Stmt(Stmt::Decl(declaration)) => declaration,
            _ => return None,
        };
        let Decl::Var(variable) = declaration else { return None };
        let own = variable.decls.iter().find(|own| own.name.as_ident().is_some_and(|name| name.id.to_id() == *id))?;
        own.init.as_deref()
    })
}

/// The library that makes `made`: the start of the chain of calls is imported from it, or is a schema of its own.
fn origin(facts: &Facts<'_>, module: &Module, made: &Expr, steps: usize) -> Option<String> {
    let steps = steps.checked_sub(1)?;
    let mut expr = bare(made);
    let start = loop {
        match expr {
            Expr::Call(call) => expr = bare(call.callee.as_expr()?),
            Expr::Member(member) => expr = bare(&member.obj),
            Expr::Ident(name) => break name.to_id(),
            _ => return None,
        }
    };
    if let Some(import) = imports(module).remove(&start)
        && ["zod", "valibot", "yup"].contains(&import.specifier.split('/').next()?)
    {
        return Some(import.specifier);
    }
    let (module, made) = declaration(facts, module, &start)?;
    origin(facts, module, made, steps)
}
