//! The functions that a module declares at its top.

use std::collections::HashMap;

use swc_core::ecma::ast::{Decl, DefaultDecl, Id, ModuleDecl, ModuleItem, Pat, Stmt, VarDeclKind};

use super::{Function, Module, function_of};

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
