//! Paths between files, when some of them move.

use std::collections::BTreeMap;

use crate::project::{Resolve, is_folder};
pub use crate::project::{folder, is_relative, specifier_target};
use crate::rewrite::Edit;
use crate::syntax::{Module, Span};

/// The specifier by which a module at `from` imports the module at `to`; both are file paths, `to`
/// without extension.
pub fn relative(from: &str, to: &str) -> String {
    between(from, to, false)
}

/// The way from a file to a file or to a folder. What ends with `/` or `..` names a folder even if a file beside it has
/// its name.
fn between(from: &str, to: &str, is_folder: bool) -> String {
    let base: Vec<&str> = folder(from).split('/').filter(|part| !part.is_empty()).collect();
    let parts: Vec<&str> = to.split('/').filter(|part| !part.is_empty()).collect();
    let shared = base.iter().zip(&parts).take_while(|(one, other)| one == other).count();
    let shared = if is_folder { shared } else { shared.min(parts.len().saturating_sub(1)) };
    let up = base.len() - shared;
    let mut specifier = if up == 0 { "./".to_owned() } else { "../".repeat(up) };
    specifier.push_str(&parts[shared..].join("/"));
    if specifier.ends_with('/') {
        specifier.pop();
    } else if is_folder {
        specifier.push('/');
    }
    specifier
}

/// What a relative specifier of the file at `from` becomes in a file at `target`, for the same file or folder.
pub fn adapted(from: &str, target: &str, specifier: &str) -> Option<String> {
    let (path, query) = specifier.split_at(specifier.find('?').unwrap_or(specifier.len()));
    let mut new = between(target, &specifier_target(from, path)?, is_folder(path));
    if path.ends_with('/') && !new.ends_with('/') {
        new.push('/');
    }
    Some(new + query)
}

/// A path without the extension that imports leave out.
pub fn stem(path: &str) -> &str {
    let name_start = path.rfind('/').map_or(0, |at| at + 1);
    path[name_start..].rfind('.').map_or(path, |dot| &path[..name_start + dot])
}

/// Edits for the specifiers of `module`, which moves to `target`, so that they lead where they led before,
/// or to where their target moves (`moves`: old path to new path).
pub fn specifier_edits(
    module: &Module,
    target: &str,
    moves: &BTreeMap<String, String>,
    resolver: &dyn Resolve,
) -> Vec<Edit> {
    let mut edits = Vec::new();
    for specifier in module.specifiers() {
        if let Some(edit) = specifier_edit(module, specifier.span, &specifier.value, target, moves, resolver) {
            edits.push(edit);
        }
    }
    edits
}

fn specifier_edit(
    module: &Module,
    span: Span,
    value: &str,
    target: &str,
    moves: &BTreeMap<String, String>,
    resolver: &dyn Resolve,
) -> Option<Edit> {
    let relative_form = is_relative(value);
    let leads_to = if moves.is_empty() && !relative_form { None } else { resolver.resolve(&module.path, value) };
    let new = match leads_to.as_ref().and_then(|path| moves.get(path)) {
        Some(moved) => relative(target, stem(moved)),
        None if relative_form => adapted(&module.path, target, value)?,
        None => return None,
    };
    (new != value).then(|| Edit::replace(span, requote(span.text(&module.text), &new)))
}

/// `value` in the quotes that `literal` has.
pub fn requote(literal: &str, value: &str) -> String {
    let quote = literal.chars().next().unwrap_or('\'');
    format!("{quote}{value}{quote}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn relative_specifiers_between_folders() {
        assert_eq!(relative("app/api/x/route.ts", "lib/db"), "../../../lib/db");
        assert_eq!(relative("app/api/x/route.ts", "app/api/pages-compat"), "../pages-compat");
        assert_eq!(relative("app/api/route.ts", "app/api/pages-compat"), "./pages-compat");
        assert_eq!(relative("a.ts", "b"), "./b");
        assert_eq!(relative("a/b/c.ts", "a"), "../../a");
        assert_eq!(relative("a/b/c.ts", "a/b"), "../b");
        assert_eq!(between("a/b/c.ts", "a", true), "..");
        assert_eq!(between("a/b/c.ts", "lib", true), "../../lib/");
    }

    #[test]
    fn stems_keep_dots_of_folders() {
        assert_eq!(stem("a.b/c"), "a.b/c");
        assert_eq!(stem("app/api/[...x]/route.ts"), "app/api/[...x]/route");
    }
}
