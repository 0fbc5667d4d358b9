//! Objects that hold functions by their names, and the way through such objects to a place.
//!
//! ```ts
//! const controller = { errorHandlers: { onError: onErrorHandler }, auth };
//! ```

use swc_core::ecma::ast::{
    CallExpr, Decl, ExportDefaultExpr, Expr, Id, Ident, ImportSpecifier, ModuleDecl, ModuleItem, ObjectLit, Pat, Prop,
    PropOrSpread, Stmt, TsKeywordTypeKind, TsType, VarDeclKind, VarDeclarator,
};

use super::{Module, Span, bare, default_object, ident, member_name, prop_name, span_of};

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
    constants(module).find(|constant| constant.id == *id).and_then(|constant| object_of(constant.value))
}

/// The same, if no type says what its members have to be.
pub fn untyped_object<'a>(module: &'a Module, id: &Id) -> Option<&'a ObjectLit> {
    let constant = constants(module).find(|constant| constant.id == *id)?;
    object_of(constant.value).filter(|_| !constant.asks_of_members())
}

/// The types that say what the members of a constant object have to be, and where they stand.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// The name of the constant.
    pub name: Span,
    /// Behind that name.
    pub annotation: Option<&'a TsType>,
    /// Behind `as` or `satisfies`.
    pub cast: Option<&'a TsType>,
    /// It is `satisfies`, so that the object keeps a type of its own.
    pub satisfies: bool,
    /// The object, without what stands behind it.
    pub object: &'a ObjectLit,
    /// The object with that.
    pub value: Span,
}

impl Asked<'_> {
    /// There is such a type.
    pub fn is_typed(&self) -> bool {
        self.annotation.is_some() || self.cast.is_some()
    }
}

/// What is asked of the members of the constant object `id` of the module.
pub fn asked<'a>(module: &'a Module, id: &Id) -> Option<Asked<'a>> {
    let constant = constants(module).find(|constant| constant.id == *id)?;
    let object = bare(constant.value).as_object()?;
    Some(Asked {
        name: constant.name?,
        annotation: constant.annotation,
        cast: cast(constant.value),
        satisfies: matches!(constant.value, Expr::TsSatisfies(_)),
        object,
        value: span_of(constant.value),
    })
}

/// What `object` holds as `key`.
pub fn held<'a>(object: &'a ObjectLit, key: &str) -> Option<Held<'a>> {
    object.props.iter().filter_map(property).find(|(own, _)| own == key).map(|(_, held)| held)
}

/// The constant object of `module` that the name at `place` is a value of, however deep, and the keys that lead there.
/// No type says what its members have to be.
pub fn holder(module: &Module, place: Span) -> Option<(Id, Vec<String>)> {
    constants(module).find_map(|constant| {
        let object = object_of(constant.value).filter(|_| !constant.asks_of_members())?;
        let mut keys = Vec::new();
        way(object, place, &mut keys).then_some((constant.id, keys))
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

/// A constant at the top of a module, or what the module exports as default.
pub(super) struct Constant<'a> {
    pub id: Id,
    name: Option<Span>,
    pub value: &'a Expr,
    annotation: Option<&'a TsType>,
}

impl<'a> Constant<'a> {
    /// What `declarator` declares with `const`.
    pub fn of(declarator: &'a VarDeclarator) -> Option<Constant<'a>> {
        let Pat::Ident(binding) = &declarator.name else { return None };
        let annotation = binding.type_ann.as_ref().map(|annotation| &*annotation.type_ann);
        let name = Some(span_of(&binding.id));
        Some(Constant { id: binding.id.to_id(), name, value: declarator.init.as_deref()?, annotation })
    }

    /// The same, without a type that asks nothing in `module`.
    fn within(self, module: &Module) -> Constant<'a> {
        let open = |asked: &TsType| takes_any(module, asked) || handler_of(module, asked).is_some();
        Constant { annotation: self.annotation.filter(|asked| !open(asked)), ..self }
    }

    /// What `export` gives.
    pub fn exported(export: &'a ExportDefaultExpr) -> Constant<'a> {
        Constant { id: default_object(), name: None, value: &export.expr, annotation: None }
    }

    /// Whether its type says what its members take and give. New forms of these would not fit it.
    pub fn asks_of_members(&self) -> bool {
        self.annotation.or_else(|| cast(self.value)).is_some_and(|asked| match bare(self.value) {
            Expr::New(new) => !is_named(asked, ident(&new.callee)),
            _ => says_what(asked),
        })
    }
}

/// The type that `as` or `satisfies` name; `as const` names none.
fn cast(value: &Expr) -> Option<&TsType> {
    match value {
        Expr::TsAs(cast) => Some(&cast.type_ann),
        Expr::TsSatisfies(cast) => Some(&cast.type_ann),
        Expr::TsTypeAssertion(cast) => Some(&cast.type_ann),
        Expr::Paren(inner) => cast(&inner.expr),
        Expr::TsNonNull(inner) => cast(&inner.expr),
        Expr::TsConstAssertion(inner) => cast(&inner.expr),
        Expr::Call(call) => cast(frozen(call)?),
        _ => None,
    }
}

fn is_named(asked: &TsType, name: Option<&Ident>) -> bool {
    let own = asked.as_ts_type_ref().and_then(|reference| reference.type_name.as_ident());
    own.zip(name).is_some_and(|(own, name)| own.to_id() == name.to_id())
}

/// Whether a type says more than that anything may be there: `any`, `Function`, `Record<string, any>`.
fn says_what(asked: &TsType) -> bool {
    match asked {
        TsType::TsKeywordType(keyword) => keyword.kind != TsKeywordTypeKind::TsAnyKeyword,
        TsType::TsTypeRef(reference) => {
            let arguments = reference.type_params.as_ref().map_or(&[][..], |list| list.params.as_slice());
            match (reference.type_name.as_ident().map(|name| &*name.sym), arguments) {
                (Some("Function"), []) => false,
                (Some("Record"), [_, value]) => says_what(value),
                _ => true,
            }
        }
        _ => true,
    }
}

pub(super) fn constants(module: &Module) -> impl Iterator<Item = Constant<'_>> {
    module.ast.body.iter().flat_map(|item| {
        let declaration = match item {
            ModuleItem::Stmt(Stmt::Decl(declaration)) => declaration,
            ModuleItem::ModuleDecl(ModuleDecl::ExportDecl(export)) => &export.decl,
            ModuleItem::ModuleDecl(ModuleDecl::ExportDefaultExpr(export)) => return vec![Constant::exported(export)],
            _ => return Vec::new(),
        };
        match declaration {
            Decl::Var(variable) if variable.kind == VarDeclKind::Const => {
                variable.decls.iter().filter_map(Constant::of).map(|constant| constant.within(module)).collect()
            }
            _ => Vec::new(),
        }
    })
}

/// Whether a type is one of next-connect that leaves the request and the response open: `HandlerOptions<any>`, which fits
/// both routers. It may go by another name of the module.
fn takes_any(module: &Module, asked: &TsType) -> bool {
    let Some(reference) = asked.as_ts_type_ref() else { return false };
    let Some(name) = reference.type_name.as_ident() else { return false };
    let Some(arguments) = &reference.type_params else {
        let aliases = module.ast.body.iter().filter_map(|item| item.as_stmt()?.as_decl()?.as_ts_type_alias());
        let mut meant = aliases.filter(|alias| alias.id.to_id() == name.to_id());
        return meant.any(|alias| {
            alias.type_ann.as_ts_type_ref().is_some_and(|inner| inner.type_params.is_some())
                && takes_any(module, &alias.type_ann)
        });
    };
    let is_any =
        |one: &TsType| one.as_ts_keyword_type().is_some_and(|word| word.kind == TsKeywordTypeKind::TsAnyKeyword);
    is_of_router(module, name) && arguments.params.iter().all(|one| is_any(one.as_ref()))
}

/// Objects of the module whose type says by next-connect's own types what handlers its members are made for, and where it
/// says so: `RequestHandler<…>` in `HandlerOptions<RequestHandler<…>>`.
pub fn handler_options(module: &Module) -> Vec<(Span, Span)> {
    // Those of others need no look.
    if !module.text.contains("HandlerOptions") {
        return Vec::new();
    }
    let declared = module.ast.body.iter().flat_map(|item| {
        let declaration = match item {
            ModuleItem::Stmt(Stmt::Decl(declaration)) => Some(declaration),
            ModuleItem::ModuleDecl(ModuleDecl::ExportDecl(export)) => Some(&export.decl),
            _ => None,
        };
        let variable = declaration.and_then(Decl::as_var);
        variable.into_iter().flat_map(|variable| &variable.decls).filter_map(Constant::of)
    });
    let typed = |constant: Constant<'_>| {
        let object = object_of(constant.value)?;
        Some((span_of(object), handler_of(module, constant.annotation?)?))
    };
    declared.filter_map(typed).collect()
}

/// What stands for the handler in `HandlerOptions<RequestHandler<…>>`, two types of next-connect. The whole may go by
/// another name of the module, if nothing else does.
fn handler_of(module: &Module, asked: &TsType) -> Option<Span> {
    let reference = asked.as_ts_type_ref()?;
    let name = reference.type_name.as_ident()?;
    let Some(arguments) = &reference.type_params else {
        let mut aliases = module.ast.body.iter().filter_map(|item| item.as_stmt()?.as_decl()?.as_ts_type_alias());
        let alias = aliases.find(|alias| alias.id.to_id() == name.to_id())?;
        // Its declaration, and this.
        let alone = module.references().get(&name.to_id()).is_some_and(|mentions| mentions.len() == 2);
        let written_out = alias.type_ann.as_ts_type_ref().is_some_and(|inner| inner.type_params.is_some());
        return if alone && written_out { handler_of(module, &alias.type_ann) } else { None };
    };
    let [handler] = arguments.params.as_slice() else { return None };
    let inner = handler.as_ts_type_ref()?;
    let own = inner.type_name.as_ident().filter(|own| inner.type_params.is_some() && is_of_router(module, own))?;
    let named = &*name.sym == "HandlerOptions" && &*own.sym == "RequestHandler";
    (named && is_of_router(module, name)).then(|| span_of(&**handler))
}

/// Whether `name` is imported from next-connect.
fn is_of_router(module: &Module, name: &Ident) -> bool {
    module.ast.body.iter().any(|item| {
        let ModuleItem::ModuleDecl(ModuleDecl::Import(import)) = item else { return false };
        let source = import.src.value.as_str().unwrap_or_default();
        let names =
            |specifier: &ImportSpecifier| specifier.as_named().is_some_and(|own| own.local.to_id() == name.to_id());
        source.split('/').next() == Some("next-connect") && import.specifiers.iter().any(names)
    })
}

/// An object literal, frozen or not.
pub(super) fn object_of(expr: &Expr) -> Option<&ObjectLit> {
    match bare(expr) {
        Expr::Object(object) => Some(object),
        Expr::Call(call) => object_of(frozen(call)?),
        _ => None,
    }
}

/// What `Object.freeze(…)` is given.
pub fn frozen(call: &CallExpr) -> Option<&Expr> {
    match (call.callee.as_expr().map(|callee| bare(callee)), call.args.as_slice()) {
        (Some(Expr::Member(member)), [only])
            if ident(&member.obj).is_some_and(|name| &*name.sym == "Object")
                && member_name(member).as_deref() == Some("freeze") =>
        {
            Some(&only.expr)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_that_ask_something_of_members() {
        let asks = |text: &str| {
            let module = Module::parse("a.ts", text.into()).unwrap();
            constants(&module).next().unwrap().asks_of_members()
        };
        assert!(asks("const a: Api = { b }"));
        assert!(asks("export const a: Record<string, Handler> = { b }"));
        assert!(asks("const a = Object.freeze({ b } satisfies Api)"));
        assert!(asks("export default { b } as Api"));
        assert!(asks("const a: Api = new Own()"));
        assert!(!asks("const a: Own = new Own()"));
        assert!(!asks("const a: Record<string, any> = { b }"));
        assert!(!asks("const a = Object.freeze({ b } as const)"));
        assert!(!asks("const a = { b }"));
        let typed = |from: &str, asked: &str| {
            let text = format!("import type {{ HandlerOptions }} from '{from}'; {asked} = {{ b }}");
            let module = Module::parse("a.ts", text.into()).unwrap();
            constants(&module).next().unwrap().asks_of_members()
        };
        assert!(!typed("next-connect", "const a: HandlerOptions<any>"));
        assert!(!typed("next-connect/dist/types/types", "type Own = HandlerOptions<any>; const a: Own"));
        assert!(typed("next-connect", "const a: HandlerOptions<Handler>"));
        let both = |asked: &str| {
            let from = "import type { HandlerOptions, RequestHandler } from 'next-connect/dist/types/node'";
            let text = format!("{from}; {asked} = {{ b }}");
            let module = Module::parse("a.ts", text.as_str().into()).unwrap();
            let found = handler_options(&module);
            assert_eq!(constants(&module).next().unwrap().asks_of_members(), found.is_empty());
            found.first().map(|(_, handler)| handler.text(&text).to_owned())
        };
        let handler = Some("RequestHandler<Req, Res>".to_owned());
        assert_eq!(both("const a: HandlerOptions<RequestHandler<Req, Res>>"), handler);
        assert_eq!(both("type Own = HandlerOptions<RequestHandler<Req, Res>>; const a: Own"), handler);
        assert_eq!(both("type Own = HandlerOptions<RequestHandler<Req, Res>>; let o: Own; const a: Own"), None);
        assert_eq!(both("const a: HandlerOptions<Own<Req, Res>>"), None);
        assert!(typed("./types", "const a: HandlerOptions<any>"));
    }
}
