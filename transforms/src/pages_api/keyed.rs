//! What a module remembers for each request:
//!
//! ```ts
//! const users = new WeakMap<NextApiRequest, Promise<User>>();
//! const known = users.get(req);
//! ```
//!
//! It asks only whether it is the same request. The new one is handed on as the old one was, so that it is.

use crate::syntax::ast::{
    CallExpr, Decl, ExportSpecifier, Expr, Id, ModuleDecl, ModuleExportName, ModuleItem, Stmt, TsType,
    TsUnionOrIntersectionType, VarDecl, VarDeclKind, VarDeclarator,
};
use crate::syntax::{Module, Span, bare, ident, is_ident, member_name, span_of};

/// Next's types of requests.
const REQUESTS: [&str; 2] = ["NextApiRequest", "NextRequest"];

/// The collection that `call` looks into, by a key which is its first argument: a `WeakMap` or `WeakSet` of the module,
/// of which its types say no more than that its keys are requests.
pub fn keyed(module: &Module, call: &CallExpr) -> Option<Id> {
    let callee = bare(call.callee.as_expr()?).as_member()?;
    let name = ident(&callee.obj)?.to_id();
    let asks = matches!(member_name(callee)?.as_str(), "get" | "set" | "has" | "delete" | "add");
    let declared = declarator(module, &name).filter(|_| asks)?;
    let types = key_types(declared);
    let fits = |key: &&TsType| is_request(key) || is_any(key);
    // Other files speak of the old type.
    let exported = !types.is_empty() && is_exported(module, &name);
    (types.iter().all(fits) && !exported).then_some(name)
}

/// Where the module declares the collection `name`, and the places in its types that say which requests its keys are.
pub fn request_keys(module: &Module, name: &Id) -> Option<(Span, Vec<Span>)> {
    let declared = declarator(module, name)?;
    let keys = key_types(declared).into_iter().filter(|key| is_request(key)).map(span_of);
    Some((span_of(&declared.name), keys.collect()))
}

/// `const name = new WeakMap()` at the top of the module.
fn declarator<'m>(module: &'m Module, name: &Id) -> Option<&'m VarDeclarator> {
    let constant = |variable: &'m VarDecl| {
        let own = variable.decls.iter().filter(|_| variable.kind == VarDeclKind::Const);
        own.into_iter().find(|own| own.name.as_ident().is_some_and(|ident| ident.id.to_id() == *name))
    };
    let found = module.ast.body.iter().find_map(|item| match item {
        ModuleItem::Stmt(Stmt::Decl(Decl::Var(variable))) => constant(variable),
        ModuleItem::ModuleDecl(ModuleDecl::ExportDecl(export)) => constant(export.decl.as_var()?),
        _ => None,
    });
    found.filter(|declarator| {
        let made = declarator.init.as_deref().map(bare).and_then(Expr::as_new);
        made.and_then(|new| ident(&new.callee)).is_some_and(|class| matches!(&*class.sym, "WeakMap" | "WeakSet"))
    })
}

/// The types of the keys, as the annotation and `new` say.
fn key_types(declarator: &VarDeclarator) -> Vec<&TsType> {
    let annotation = declarator.name.as_ident().and_then(|ident| ident.type_ann.as_deref());
    let asked = annotation.and_then(|own| own.type_ann.as_ts_type_ref()).and_then(|own| own.type_params.as_deref());
    let new = declarator.init.as_deref().map(bare).and_then(Expr::as_new);
    let made = new.and_then(|new| new.type_args.as_deref());
    [asked, made].into_iter().flatten().filter_map(|list| list.params.first()).map(|key| &**key).collect()
}

/// `NextApiRequest`, `NextApiRequest | NextRequest`
fn is_request(key: &TsType) -> bool {
    match key {
        TsType::TsTypeRef(reference) => {
            reference.type_params.is_none()
                && reference.type_name.as_ident().is_some_and(|name| REQUESTS.contains(&&*name.sym))
        }
        TsType::TsUnionOrIntersectionType(TsUnionOrIntersectionType::TsUnionType(union)) => {
            union.types.iter().all(|one| is_request(one))
        }
        _ => false,
    }
}

/// `object`, `WeakKey`, `any`
fn is_any(key: &TsType) -> bool {
    match key {
        TsType::TsKeywordType(_) => true,
        TsType::TsTypeRef(reference) => reference.type_name.as_ident().is_some_and(|name| &*name.sym == "WeakKey"),
        _ => false,
    }
}

fn is_exported(module: &Module, name: &Id) -> bool {
    module.ast.body.iter().any(|item| {
        let ModuleItem::ModuleDecl(declaration) = item else { return false };
        match declaration {
            ModuleDecl::ExportDecl(export) => export.decl.as_var().is_some_and(|variable| {
                variable.decls.iter().any(|own| own.name.as_ident().is_some_and(|own| own.id.to_id() == *name))
            }),
            ModuleDecl::ExportNamed(export) => {
                export.src.is_none()
                    && export.specifiers.iter().any(|one| match one {
                        ExportSpecifier::Named(named) => {
                            matches!(&named.orig, ModuleExportName::Ident(own) if own.to_id() == *name)
                        }
                        _ => false,
                    })
            }
            ModuleDecl::ExportDefaultExpr(export) => is_ident(&export.expr, name),
            _ => false,
        }
    })
}
