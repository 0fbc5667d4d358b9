//! Functions that the project takes from what a package makes: `export const { auth } = NextAuth(config)`.

use crate::libraries::{self, Library};
use crate::project::{Import, Imported, Modules, Project, binding, imports};
use crate::syntax::ast::{
    CallExpr, Decl, Id, ModuleDecl, ModuleItem, ObjectPat, ObjectPatProp, Pat, Stmt, VarDeclarator,
};
use crate::syntax::{Module, bare, bound_ids, callee_ident, function_of, module_functions, prop_name};

/// What is known of the function that `import` of `module` brings.
pub fn made(project: &Project, modules: &Modules<'_>, module: &Module, import: &Import) -> Option<Library> {
    let Imported::Name(name) = &import.name else { return None };
    let (file, id) = binding(project, modules, &module.path, &import.specifier, name)?;
    let (pattern, call) = declarators(file).find_map(|declarator| destructured(declarator, &id))?;
    let maker = imports(file).remove(&callee_ident(call)?.to_id())?;
    let Imported::Name(name) = &maker.name else { return None };
    let versions = |package: &str| project.packages.version(&file.path, package);
    libraries::made(&maker.specifier, name, &key_of(pattern, &id)?, takes_function(file, call), &versions)
}

fn declarators(module: &Module) -> impl Iterator<Item = &VarDeclarator> {
    let declarations = module.ast.body.iter().filter_map(|item| match item {
        ModuleItem::ModuleDecl(ModuleDecl::ExportDecl(export)) => Some(&export.decl),
        ModuleItem::Stmt(Stmt::Decl(declaration)) => Some(declaration),
        _ => None,
    });
    declarations.filter_map(Decl::as_var).flat_map(|variable| &variable.decls)
}

/// The pattern that binds `id`, and the call whose result it takes apart.
fn destructured<'m>(declarator: &'m VarDeclarator, id: &Id) -> Option<(&'m ObjectPat, &'m CallExpr)> {
    let Pat::Object(pattern) = &declarator.name else { return None };
    let call = bare(declarator.init.as_deref()?).as_call()?;
    bound_ids(&declarator.name).contains(id).then_some((pattern, call))
}

/// The key that `id` is taken from.
fn key_of(pattern: &ObjectPat, id: &Id) -> Option<String> {
    pattern.props.iter().find_map(|property| match property {
        ObjectPatProp::Assign(short) if short.value.is_none() && short.key.to_id() == *id => {
            Some(short.key.sym.to_string())
        }
        ObjectPatProp::KeyValue(pair) => match &*pair.value {
            Pat::Ident(local) if local.to_id() == *id => prop_name(&pair.key),
            _ => None,
        },
        _ => None,
    })
}

/// Whether `call` may be given a function, which then reads the request, in place of an object.
fn takes_function(module: &Module, call: &CallExpr) -> bool {
    call.args.iter().any(|arg| match bare(&arg.expr).as_ident() {
        Some(name) => module_functions(module).contains_key(&name.to_id()),
        None => function_of(&arg.expr).is_some(),
    })
}
