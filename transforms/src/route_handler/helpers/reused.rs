//! Copies that an earlier run has made: who applied a part of a migration, or took an endpoint back, has them already. One
//! that is just what would be written serves again.

use std::collections::BTreeMap;

use super::Key;
use crate::syntax::ast::{Decl, ModuleDecl, ModuleItem};
use crate::syntax::{Module, pat_ident, span_of};

/// Of `copies`, by the names that they were given in the new `texts` of their files: those that these files export by
/// the plain name as well, word for word, and that name.
pub fn reusable(copies: &BTreeMap<Key, String>, texts: &BTreeMap<&str, String>) -> BTreeMap<Key, String> {
    let plain = |name: &str| Some(name.trim_end_matches('_').to_owned()).filter(|plain| plain != name);
    let mut found: BTreeMap<Key, String> =
        copies.iter().filter_map(|(key, name)| Some((key.clone(), plain(name)?))).collect();
    let files: BTreeMap<&str, &String> = found
        .keys()
        .filter_map(|(file, _)| texts.get_key_value(file.as_str()))
        .map(|(file, text)| (*file, text))
        .collect();
    let exported: BTreeMap<&str, BTreeMap<String, String>> =
        files.into_iter().map(|(file, text)| (file, exported_functions(file, text))).collect();
    loop {
        // One that calls another copy is the same only if that one is.
        let names: Vec<(&String, &String)> = found.iter().map(|(key, plain)| (&copies[key], plain)).collect();
        let same = |key: &Key, plain: &String| {
            let of = |name: &String| exported.get(key.0.as_str())?.get(name);
            match (of(&copies[key]), of(plain)) {
                (Some(new), Some(own)) => {
                    names.iter().fold(new.clone(), |text, (new, plain)| renamed(&text, new, plain)) == *own
                }
                _ => false,
            }
        };
        let left: BTreeMap<Key, String> = found
            .iter()
            .filter(|(key, plain)| same(key, plain))
            .map(|(key, plain)| (key.clone(), plain.clone()))
            .collect();
        if left.len() == found.len() {
            return left;
        }
        found = left;
    }
}

/// The statements that export one function or constant each, by its name.
fn exported_functions(path: &str, text: &str) -> BTreeMap<String, String> {
    let Ok(module) = Module::parse(path, text.into()) else { return BTreeMap::new() };
    let exports = module.ast.body.iter().filter_map(|item| {
        let ModuleItem::ModuleDecl(ModuleDecl::ExportDecl(export)) = item else { return None };
        let name = match &export.decl {
            Decl::Fn(function) => &function.ident,
            Decl::Var(variable) => match variable.decls.as_slice() {
                [only] => pat_ident(&only.name)?,
                _ => return None,
            },
            _ => return None,
        };
        Some((name.sym.to_string(), span_of(item).text(text).to_owned()))
    });
    exports.collect()
}

/// `text` with `new` in place of the name `old`.
fn renamed(text: &str, old: &str, new: &str) -> String {
    let is_part = |c: char| c.is_alphanumeric() || c == '_' || c == '$';
    let mut parts = text.split(old);
    let mut result = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let inside = result.ends_with(is_part) || part.starts_with(is_part);
        result.push_str(if inside { old } else { new });
        result.push_str(part);
    }
    result
}
