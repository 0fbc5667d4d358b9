//! Types that code names, and casts to them.

use swc_core::ecma::ast::{
    Decl, Expr, Id, ModuleDecl, ModuleItem, Stmt, TsInterfaceDecl, TsKeywordTypeKind, TsType, TsTypeAliasDecl,
};

use super::{Module, Span, span_of};

/// A type that `as`, `satisfies` or `<T>` give to an expression.
#[derive(Clone, Copy, Debug)]
pub struct Cast<'a> {
    /// All of it.
    pub span: Span,
    /// What is given the type.
    pub expr: &'a Expr,
    /// The type.
    pub asked: &'a TsType,
}

/// The casts around an expression, from the outermost one; `as const` is none.
pub fn casts(expr: &Expr) -> Vec<Cast<'_>> {
    let mut found = Vec::new();
    let mut at = expr;
    loop {
        let (expr, asked) = match at {
            Expr::Paren(inner) => (&*inner.expr, None),
            Expr::TsNonNull(inner) => (&*inner.expr, None),
            Expr::TsConstAssertion(inner) => (&*inner.expr, None),
            Expr::TsAs(cast) => (&*cast.expr, Some(&*cast.type_ann)),
            Expr::TsSatisfies(cast) => (&*cast.expr, Some(&*cast.type_ann)),
            Expr::TsTypeAssertion(cast) => (&*cast.expr, Some(&*cast.type_ann)),
            _ => return found,
        };
        found.extend(asked.map(|asked| Cast { span: span_of(at), expr, asked }));
        at = expr;
    }
}

/// Whether the type is `any`, `unknown` or `never`, which say nothing of a value.
pub fn says_nothing(asked: &TsType) -> bool {
    use TsKeywordTypeKind::{TsAnyKeyword, TsNeverKeyword, TsUnknownKeyword};
    let nothing = [TsAnyKeyword, TsNeverKeyword, TsUnknownKeyword];
    matches!(asked, TsType::TsKeywordType(keyword) if nothing.contains(&keyword.kind))
}

/// A type that a module declares at its top.
#[derive(Clone, Copy, Debug)]
pub enum NamedType<'a> {
    /// `type Name = …`.
    Alias(&'a TsTypeAliasDecl),
    /// `interface Name { … }`.
    Interface(&'a TsInterfaceDecl),
}

/// The type called `id`.
pub fn named_type<'a>(module: &'a Module, id: &Id) -> Option<NamedType<'a>> {
    module.ast.body.iter().find_map(|item| {
        let declaration = match item {
            ModuleItem::Stmt(Stmt::Decl(declaration)) => declaration,
            ModuleItem::ModuleDecl(ModuleDecl::ExportDecl(export)) => &export.decl,
            _ => return None,
        };
        match declaration {
            Decl::TsTypeAlias(alias) if alias.id.to_id() == *id => Some(NamedType::Alias(alias)),
            Decl::TsInterface(interface) if interface.id.to_id() == *id => Some(NamedType::Interface(interface)),
            _ => None,
        }
    })
}

/// The type called `id`, if that is another name for a type.
pub fn type_alias<'a>(module: &'a Module, id: &Id) -> Option<&'a TsTypeAliasDecl> {
    match named_type(module, id)? {
        NamedType::Alias(alias) => Some(alias),
        NamedType::Interface(_) => None,
    }
}
