//! The functions that a module declares at its top.

use std::collections::HashMap;

use swc_core::ecma::ast::{
    Class, ClassMember, Decl, DefaultDecl, Expr, Id, MethodKind, ModuleDecl, ModuleItem, Pat, Prop, PropOrSpread, Stmt,
    VarDeclKind,
};

use super::{Function, Module, bare, function_of, ident, prop_name, span_of};

/// Functions declared at the top of the module and never reassigned, by name.
pub fn module_functions(module: &Module) -> HashMap<Id, Function<'_>> {
    let mut functions = HashMap::new();
    for item in &module.ast.body {
        let declaration = match item {
            ModuleItem::Stmt(Stmt::Decl(declaration)) => declaration,
            ModuleItem::ModuleDecl(ModuleDecl::ExportDecl(export)) => &export.decl,
            ModuleItem::ModuleDecl(ModuleDecl::ExportDefaultDecl(export)) => {
                if let DefaultDecl::Fn(function) = &export.decl
                    && let Some(ident) = function.ident.as_ref().filter(|_| function.function.body.is_some())
                {
                    functions.insert(ident.to_id(), Function::Expression(function));
                }
                continue;
            }
            _ => continue,
        };
        match declaration {
            Decl::Fn(function) if function.function.body.is_some() => {
                functions.insert(function.ident.to_id(), Function::Declaration(function));
            }
            Decl::Var(variable) if variable.kind == VarDeclKind::Const => {
                for declarator in &variable.decls {
                    let function = declarator.init.as_deref().and_then(function_of);
                    if let (Pat::Ident(binding), Some(function)) = (&declarator.name, function) {
                        functions.insert(binding.id.to_id(), function);
                    }
                }
            }
            _ => {}
        }
    }
    functions
}

/// Functions that are members of an object or a class that the module declares at its top, by a name that
/// stands for both: `object.member`, in the scope of the object. The default export is called `default`.
///
/// Members of a class are those of its instances, `const db = new Database()`, or its own: `static fail(res) {}`.
pub fn member_functions(module: &Module) -> HashMap<Id, Function<'_>> {
    let mut members = HashMap::new();
    for item in &module.ast.body {
        let declaration = match item {
            ModuleItem::Stmt(Stmt::Decl(declaration)) => declaration,
            ModuleItem::ModuleDecl(ModuleDecl::ExportDecl(export)) => &export.decl,
            ModuleItem::ModuleDecl(ModuleDecl::ExportDefaultExpr(export)) => {
                add_members(module, &default_object(), &export.expr, &mut members);
                continue;
            }
            _ => continue,
        };
        if let Decl::Class(class) = declaration {
            add_methods(&class.ident.to_id(), &class.class, true, &mut members);
        }
        let Decl::Var(variable) = declaration else { continue };
        if variable.kind != VarDeclKind::Const {
            continue;
        }
        for declarator in &variable.decls {
            if let (Pat::Ident(binding), Some(init)) = (&declarator.name, declarator.init.as_deref()) {
                add_members(module, &binding.id.to_id(), init, &mut members);
            }
        }
    }
    members
}

/// What stands for an object that is exported as default without a name.
pub fn default_object() -> Id {
    ("default".into(), Default::default())
}

/// The name of a member of `object`.
pub fn member_id(object: &Id, member: &str) -> Id {
    (format!("{}.{member}", object.0).into(), object.1)
}

fn add_members<'a>(module: &'a Module, object: &Id, value: &'a Expr, members: &mut HashMap<Id, Function<'a>>) {
    match bare(value) {
        Expr::Object(literal) => {
            for property in &literal.props {
                let PropOrSpread::Prop(property) = property else { continue };
                let (key, function) = match &**property {
                    Prop::KeyValue(pair) => (prop_name(&pair.key), function_of(&pair.value)),
                    Prop::Method(method) => {
                        let function = Function::Method(&method.function, span_of(&method.key).start);
                        (prop_name(&method.key), Some(function))
                    }
                    _ => continue,
                };
                if let (Some(key), Some(function)) = (key, function) {
                    members.insert(member_id(object, &key), function);
                }
            }
        }
        Expr::New(new) => {
            let Some(class) = ident(&new.callee).and_then(|name| class_of(module, &name.to_id())) else { return };
            add_methods(object, class, false, members);
        }
        _ => {}
    }
}

/// The methods of `class` that `object` has: its own ones, or those of its instances.
fn add_methods<'a>(object: &Id, class: &'a Class, is_static: bool, members: &mut HashMap<Id, Function<'a>>) {
    if class.super_class.is_some() {
        return;
    }
    for member in &class.body {
        let ClassMember::Method(method) = member else { continue };
        let known =
            method.is_static == is_static && method.kind == MethodKind::Method && method.function.body.is_some();
        if let Some(key) = prop_name(&method.key).filter(|_| known) {
            let function = Function::Method(&method.function, span_of(&method.key).start);
            members.insert(member_id(object, &key), function);
        }
    }
}

/// The class of that name, if it stands alone: nothing that it extends or implements asks for its methods.
fn class_of<'a>(module: &'a Module, name: &Id) -> Option<&'a Class> {
    module.ast.body.iter().find_map(|item| match item {
        ModuleItem::Stmt(Stmt::Decl(Decl::Class(class))) if class.ident.to_id() == *name => {
            let alone = class.class.super_class.is_none() && class.class.implements.is_empty();
            alone.then_some(&*class.class)
        }
        _ => None,
    })
}
