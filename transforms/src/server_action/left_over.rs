//! Functions that only Route Handlers and callers used which became actions: a wrapper whose twin took all handlers, a
//! function around `fetch` that nobody calls any more.
//!
//! ```ts
//! export function withUser(handler) { … }                // nobody imports it
//! export async function withUserAction(handler) { … }    // since all handlers run under this
//! ```

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::finding::Finding;
use crate::project::{Imported, Modules, Project, declared, imports};
use crate::rewrite::ChangeSet;
use crate::syntax::ast::{ExportDefaultExpr, NamedExport};
use crate::syntax::{Module, Span, Visit, VisitWith, ident, span_of};

/// The functions that nobody uses in `tree` with `changes`, of those that the files in `touched` imported, each with
/// what its file stands for there.
pub fn left_over(
    tree: &Project,
    modules: &Modules<'_>,
    changes: &ChangeSet,
    touched: &BTreeMap<&str, usize>,
) -> Vec<(usize, Finding)> {
    let mut seen: BTreeSet<(String, String)> = BTreeSet::new();
    let mut found = Vec::new();
    let created = changes.changes().into_iter().map(|change| change.path);
    let paths: BTreeSet<String> = tree.files.keys().cloned().chain(created).collect();
    let is_used = |path: &str, word: &str| {
        let elsewhere = paths.iter().filter(|other| *other != path);
        elsewhere.filter_map(|other| after(tree, changes, other)).any(|text| mentions(&text, word))
    };
    for (file, of) in touched {
        let Ok(module) = modules.get(file) else { continue };
        let mut own: Vec<_> = imports(module).into_iter().collect();
        own.sort_by(|(one, _), (other, _)| one.0.cmp(&other.0));
        for (local, import) in own {
            if after(tree, changes, file).is_some_and(|text| mentions(&text, &local.0)) {
                continue;
            }
            let Some(function) = declared(tree, modules, file, &import) else { continue };
            let Some(name) = function.name.as_ref().map(|name| name.0.to_string()) else { continue };
            let path = function.module.path.clone();
            // What imports a default export may call it anything, but spells the file.
            let by_default = import.name == Imported::Name("default".to_owned());
            let word = if by_default { stem(&path) } else { &name };
            if seen.insert((path.clone(), name.clone()))
                && !is_used(&path, word)
                && after(tree, changes, &path).is_some_and(|text| !is_used_inside(&path, text, &name))
            {
                let message = format!("nothing uses `{name}` any more");
                let help = "delete it, unless code outside of this repository needs it";
                found.push((
                    *of,
                    Finding::note("left-over", &path, Span::at(function.function.span().start), message).help(help),
                ));
            }
        }
    }
    found
}

/// Whether a file mentions its own function besides declaring and exporting it.
fn is_used_inside(path: &str, text: Arc<str>, name: &str) -> bool {
    Module::parse(path, text).map_or(true, |module| {
        let mut exports = Exports(Vec::new());
        module.ast.visit_with(&mut exports);
        let all = module.references().iter().filter(|((own, _), _)| &**own == name);
        let others = all.flat_map(|(_, places)| places).filter(|at| !exports.0.iter().any(|span| span.contains(**at)));
        others.count() > 1
    })
}

/// `export { withUser }`, `export default withUser`.
struct Exports(Vec<Span>);

impl Visit for Exports {
    fn visit_named_export(&mut self, export: &NamedExport) {
        self.0.push(span_of(export));
    }

    fn visit_export_default_expr(&mut self, export: &ExportDefaultExpr) {
        if ident(&export.expr).is_some() {
            self.0.push(span_of(export));
        }
    }
}

/// The text of a file after the changes.
fn after(tree: &Project, changes: &ChangeSet, path: &str) -> Option<Arc<str>> {
    match changes.text(path) {
        Some(text) => text.cloned(),
        None => tree.files.get(path).and_then(|text| text.as_ref().ok()).cloned(),
    }
}

/// The part of a path that imports of the file spell.
fn stem(path: &str) -> &str {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let stem = name.split('.').next().unwrap_or(name);
    if stem == "index" { folder.rsplit('/').next().unwrap_or(folder) } else { stem }
}

/// Whether `word` stands in `text` by itself.
fn mentions(text: &str, word: &str) -> bool {
    let inside = |c: char| c.is_alphanumeric() || c == '_' || c == '$';
    text.match_indices(word)
        .any(|(at, _)| !text[..at].ends_with(inside) && !text[at + word.len()..].starts_with(inside))
}
