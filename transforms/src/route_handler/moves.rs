//! Paths between files, when some of them move.

use std::collections::BTreeMap;

use crate::project::Resolve;
use crate::rewrite::Edit;
use crate::syntax::{Module, Span};

/// The specifier by which a module at `from` imports the module at `to`; both are file paths, `to`
/// without extension.
pub fn relative(from: &str, to: &str) -> String {
    between(from, to, false)
}

/// The way from a file to a file or to a folder. `..` names a folder even if a file beside it has its name.
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
    }
    specifier
}

/// The folder that a file is in; empty for the root.
pub fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// What a relative specifier in a file at `from` points to, as a path without regard to what is there.
pub fn specifier_target(from: &str, specifier: &str) -> Option<String> {
    let mut parts: Vec<&str> = folder(from).split('/').filter(|part| !part.is_empty()).collect();
    for part in specifier.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                // Above the project's root nothing can be said.
                parts.pop()?;
            }
            other => parts.push(other),
        }
    }
    Some(parts.join("/"))
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
    let relative_form = value.starts_with("./") || value.starts_with("../") || value == "." || value == "..";
    let leads_to = if moves.is_empty() && !relative_form { None } else { resolver.resolve(&module.path, value) };
    let new = match leads_to.as_ref().and_then(|path| moves.get(path)) {
        Some(moved) => relative(target, stem(moved)),
        None if relative_form => {
            let (path, query) = value.split_once('?').map_or((value, ""), |(path, _)| (path, &value[path.len()..]));
            let is_folder = path.ends_with(['.', '/']);
            format!("{}{query}", between(target, &specifier_target(&module.path, path)?, is_folder))
        }
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
    }

    #[test]
    fn stems_keep_dots_of_folders() {
        assert_eq!(stem("a.b/c"), "a.b/c");
        assert_eq!(stem("app/api/[...x]/route.ts"), "app/api/[...x]/route");
    }

    #[test]
    fn paths_above_the_root_are_unknown() {
        assert_eq!(specifier_target("a/b.ts", "../../c"), None);
        assert_eq!(specifier_target("a/b.ts", "../c"), Some("c".into()));
    }
}
