//! Programs that Node.js runs as they are: scripts, servers, tests. What these load has to stay what Node.js can load, and a
//! generated helper is an ES module of the app.

use std::collections::BTreeSet;

use crate::project::Modules;
use crate::syntax::ast::{ModuleDecl, ModuleItem};
use crate::syntax::is_commonjs;

/// A file that nobody imports, that loads `file`, and that may be run by itself.
pub fn program(modules: &Modules<'_>, file: &str) -> Option<String> {
    let mut seen: BTreeSet<String> = BTreeSet::from([file.to_owned()]);
    let mut open = seen.clone();
    while !open.is_empty() {
        let found = modules.imports_of(&open.iter().map(String::as_str).collect());
        let imported: BTreeSet<&str> = found.iter().map(|import| import.target.as_str()).collect();
        let root = open.iter().find(|own| !imported.contains(own.as_str()) && is_program(modules, own));
        if let Some(root) = root {
            return Some(root.clone());
        }
        open = found.into_iter().map(|import| import.file).filter(|importer| seen.insert(importer.clone())).collect();
    }
    None
}

/// Whether a file that nobody imports is more than one that is left over: it exports nothing, or configures a tool. What
/// Next.js runs goes through its bundler.
fn is_program(modules: &Modules<'_>, file: &str) -> bool {
    let in_router = ["pages", "app"]
        .iter()
        .any(|folder| file.strip_prefix("src/").unwrap_or(file).split('/').rev().skip(1).any(|part| part == *folder));
    let name = file.rsplit('/').next().unwrap_or(file);
    let of_next = ["middleware.", "proxy.", "instrumentation."].iter().any(|start| name.starts_with(start));
    let Ok(module) = modules.get(file) else { return true };
    let exports = |item: &ModuleItem| item.as_module_decl().is_some_and(|own| !matches!(own, ModuleDecl::Import(_)));
    let exports = is_commonjs(module) || module.ast.body.iter().any(exports);
    !in_router && !of_next && (!exports || name.contains(".config."))
}
