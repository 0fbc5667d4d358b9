//! The new form of a parameter that a guard calls back for the response.
//!
//! ```ts
//! next?: (user: User) => Promise<void>      →      next: (user: User) => Promise<Response>
//! ```

use crate::project::{Imported, imports};
use crate::syntax::ast::{Pat, TsFnOrConstructorType, TsKeywordTypeKind, TsType};
use crate::syntax::{Module, Span, pat_ident, span_of};

/// The new text of `param`, which `before` it precede; `None` if its type cannot be given one.
pub fn next_parameter(module: &Module, before: &[&Pat], param: &Pat) -> Option<String> {
    let Pat::Ident(binding) = param else { return None };
    let text = module.text_of(param);
    let name = &*binding.id.sym;
    let optional = |param: &&Pat| pat_ident(param).is_some_and(|name| name.optional) || matches!(param, Pat::Assign(_));
    if binding.id.optional && before.iter().any(optional) {
        return None;
    }
    let text = if binding.id.optional { text.replacen('?', "", 1) } else { text.to_owned() };
    let Some(annotation) = &binding.type_ann else { return Some(name.to_owned()) };
    match &*annotation.type_ann {
        TsType::TsKeywordType(keyword) if keyword.kind == TsKeywordTypeKind::TsAnyKeyword => Some(text),
        TsType::TsFnOrConstructorType(TsFnOrConstructorType::TsFnType(function)) => {
            let old = span_of(&*function.type_ann.type_ann);
            let tail = Span::new(old.end, span_of(param).end).text(&module.text);
            let head = text.strip_suffix(tail)?.strip_suffix(old.text(&module.text))?;
            let promise = old.text(&module.text).starts_with("Promise<");
            let new = if promise { "Promise<Response>" } else { "Response | Promise<Response>" };
            Some(format!("{head}{new}{tail}"))
        }
        _ => None,
    }
}

/// Whether the type of `param` is what next-connect 0 says of its `next`, which gave nothing.
pub fn is_next_handler(module: &Module, param: &Pat) -> bool {
    let Pat::Ident(binding) = param else { return false };
    let Some(TsType::TsTypeRef(named)) = binding.type_ann.as_deref().map(|annotation| &*annotation.type_ann) else {
        return false;
    };
    let import = named.type_name.as_ident().and_then(|name| imports(module).remove(&name.to_id()));
    import
        .is_some_and(|import| import.specifier == "next-connect" && import.name == Imported::Name("NextHandler".into()))
}
