//! Objects that hold functions by their names, and the way through such objects to a place.
//!
//! ```ts
//! const controller = { errorHandlers: { onError: onErrorHandler }, auth };
//! ```

use swc_core::ecma::ast::{
    Decl, Expr, Id, Ident, ModuleDecl, ModuleItem, ObjectLit, Prop, PropOrSpread, Stmt, VarDeclKind,
};

use super::{Module, Span, bare, default_object, ident, member_name, pat_ident, prop_name, span_of};

/// What an object holds under a key.
#[derive(Clone, Copy, Debug)]
pub enum Held<'a> {
    /// What a name stands for: `{ auth }`, `{ auth: requireUser }`.
    Name(&'a Ident),
    /// A value.
    Value(&'a Expr),
}

/// The object that the constant `id` at the top of `module` is, or what it exports as default.
pub fn constant_object<'a>(module: &'a Module, id: &Id) -> Option<&'a ObjectLit> {
    constants(module).find(|(own, _)| own == id).map(|(_, object)| object)
}

/// What `object` holds as `key`.
pub fn held<'a>(object: &'a ObjectLit, key: &str) -> Option<Held<'a>> {
    object.props.iter().filter_map(property).find(|(own, _)| own == key).map(|(_, held)| held)
}

/// The constant object of `module` that the name at `place` is a value of, however deep, and the keys that lead there.
pub fn holder(module: &Module, place: Span) -> Option<(Id, Vec<String>)> {
    constants(module).find_map(|(id, object)| {
        let mut keys = Vec::new();
        way(object, place, &mut keys).then_some((id, keys))
    })
}

fn way(object: &ObjectLit, place: Span, keys: &mut Vec<String>) -> bool {
    object.props.iter().filter_map(property).any(|(key, held)| {
        keys.push(key);
        let found = match held {
            Held::Name(name) => span_of(name) == place,
            Held::Value(Expr::Object(inner)) => span_of(inner).contains(place) && way(inner, place, keys),
            Held::Value(_) => false,
        };
        if !found {
            keys.pop();
        }
        found
    })
}

fn property(property: &PropOrSpread) -> Option<(String, Held<'_>)> {
    let PropOrSpread::Prop(property) = property else { return None };
    match &**property {
        Prop::Shorthand(name) => Some((name.sym.to_string(), Held::Name(name))),
        Prop::KeyValue(pair) => {
            let value = bare(&pair.value);
            Some((prop_name(&pair.key)?, ident(value).map_or(Held::Value(value), Held::Name)))
        }
        _ => None,
    }
}

fn constants(module: &Module) -> impl Iterator<Item = (Id, &ObjectLit)> {
    module.ast.body.iter().flat_map(|item| {
        let declaration = match item {
            ModuleItem::Stmt(Stmt::Decl(declaration)) => declaration,
            ModuleItem::ModuleDecl(ModuleDecl::ExportDecl(export)) => &export.decl,
            ModuleItem::ModuleDecl(ModuleDecl::ExportDefaultExpr(export)) => {
                return object_of(&export.expr).map(|object| (default_object(), object)).into_iter().collect();
            }
            _ => return Vec::new(),
        };
        match declaration {
            Decl::Var(variable) if variable.kind == VarDeclKind::Const => {
                let own = variable
                    .decls
                    .iter()
                    .filter_map(|own| Some((pat_ident(&own.name)?.to_id(), object_of(own.init.as_deref()?)?)));
                own.collect()
            }
            _ => Vec::new(),
        }
    })
}

/// An object literal, frozen or not.
fn object_of(expr: &Expr) -> Option<&ObjectLit> {
    match bare(expr) {
        Expr::Object(object) => Some(object),
        Expr::Call(call) => match (call.callee.as_expr().map(|callee| bare(callee)), call.args.as_slice()) {
            (Some(Expr::Member(member)), [only])
                if ident(&member.obj).is_some_and(|name| &*name.sym == "Object")
                    && member_name(member).as_deref() == Some("freeze") =>
            {
                object_of(&only.expr)
            }
            _ => None,
        },
        _ => None,
    }
}
