//! A `config` that an endpoint exports by its name, or from another module. For the transform, it is written out:
//!
//! ```ts
//! export { default, config } from '../../lib/upload'
//! // is read as
//! export { default } from '../../lib/upload'
//! export const config = { api: { bodyParser: false } }
//! ```
//!
//! Next reads `api` of the module when it runs, wherever it comes from. Its other settings count only where they are
//! written out, as the build looks for them in the text of the file; such a `config` is left alone.

use super::wrapped::constant;
use crate::syntax::ast::{
    Decl, ExportSpecifier, Expr, Lit, ModuleDecl, ModuleExportName, ModuleItem, NamedExport, Stmt,
};
use crate::syntax::{Module, Span, bare, literal_str, pat_ident, prop_name, span_of};

/// Finds the value of a constant of another module, by the specifier of that and the name there.
pub type ValueOf<'v, 'm> = dyn Fn(&str, &str) -> Option<(&'m Module, &'m Expr)> + 'v;

/// The text of `module` with its `config` written out, and the first statement that was changed; `None` if it has none
/// of that kind.
pub fn config_written_out(module: &Module, value: &ValueOf<'_, '_>) -> Option<(String, Span)> {
    let (export, name) = module.ast.body.iter().find_map(|item| match item {
        ModuleItem::ModuleDecl(ModuleDecl::ExportNamed(export)) => Some((export, config_of(export)?)),
        _ => None,
    })?;
    let (statement, text, style) = (span_of(export), &module.text, &module.style);
    let others: Vec<&str> = (export.specifiers.iter().filter(|specifier| !is_config(specifier)))
        .map(|specifier| module.text_of(specifier))
        .collect();
    let from = export.src.as_ref().map(|source| format!(" from {}", module.text_of(&**source)));
    let kept = match others.as_slice() {
        [] => String::new(),
        others => format!("export {}{}{}", style.braces(&others.join(", ")), from.unwrap_or_default(), style.semi()),
    };
    let Some(source) = &export.src else {
        // `const config = …` is exported where it stands.
        let declared = declaration_of(module, &name).filter(|_| name == "config")?;
        let (first, last) =
            if declared.start < statement.start { (declared, statement) } else { (statement, declared) };
        let new = |span: Span| if span == declared { format!("export {}", span.text(text)) } else { kept.clone() };
        let (before, between) = (&text[..first.start], &text[first.end..last.start]);
        return Some((format!("{before}{}{between}{}{}", new(first), new(last), &text[last.end..]), first));
    };
    let (home, value) = value(source.value.as_str()?, &name)?;
    if !is_plain(value) {
        return None;
    }
    let newline = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let line = if kept.is_empty() { kept } else { format!("{kept}{newline}") };
    let config = format!("export const config = {}{}", home.text_of(bare(value)), style.semi());
    Some((format!("{}{line}{config}{}", &text[..statement.start], &text[statement.end..]), statement))
}

/// The name of what is exported as `config`.
fn config_of(export: &NamedExport) -> Option<String> {
    let named = export.specifiers.iter().find(|specifier| is_config(specifier))?.as_named()?;
    match &named.orig {
        ModuleExportName::Ident(own) => Some(own.sym.to_string()).filter(|_| !export.type_only && !named.is_type_only),
        ModuleExportName::Str(_) => None,
    }
}

fn is_config(specifier: &ExportSpecifier) -> bool {
    let Some(named) = specifier.as_named() else { return false };
    matches!(named.exported.as_ref().unwrap_or(&named.orig), ModuleExportName::Ident(name) if &*name.sym == "config")
}

/// The statement `const name = …`, which declares nothing else, with a value that needs nothing else.
fn declaration_of(module: &Module, name: &str) -> Option<Span> {
    module.ast.body.iter().find_map(|item| {
        let ModuleItem::Stmt(Stmt::Decl(Decl::Var(variable))) = item else { return None };
        let [only] = variable.decls.as_slice() else { return None };
        let own = pat_ident(&only.name).filter(|own| &*own.sym == name)?;
        is_plain(constant(module, &own.to_id())?).then(|| span_of(item))
    })
}

/// Whether a `config` has nothing but `api` in it, all of which is written out.
fn is_plain(config: &Expr) -> bool {
    let Expr::Object(object) = bare(config) else { return false };
    let pairs = object.props.iter().map(|property| property.as_prop().and_then(|property| property.as_key_value()));
    let only_api = |pair: Option<&crate::syntax::ast::KeyValueProp>| {
        pair.is_some_and(|pair| prop_name(&pair.key).as_deref() == Some("api") && is_literal(&pair.value))
    };
    pairs.into_iter().all(only_api)
}

/// Whether the value is made of literals alone.
pub(super) fn is_literal(value: &Expr) -> bool {
    match bare(value) {
        Expr::Lit(Lit::Bool(_) | Lit::Num(_) | Lit::Null(_)) => true,
        Expr::Array(list) => list.elems.iter().flatten().all(|own| own.spread.is_none() && is_literal(&own.expr)),
        Expr::Object(object) => object.props.iter().all(|property| {
            let pair = property.as_prop().and_then(|property| property.as_key_value());
            pair.is_some_and(|pair| prop_name(&pair.key).is_some() && is_literal(&pair.value))
        }),
        other => literal_str(other).is_some(),
    }
}
