//! Programs that Node.js runs as they are: scripts, servers, tests. What these load has to stay what Node.js can load: a
//! generated helper is an ES module of the app, and `next/server` must not come before Next.js in a server that starts it.

use std::collections::BTreeSet;

use crate::project::{FoundImport, Modules, Project};
use crate::syntax::ast::{ModuleDecl, ModuleItem};
use crate::syntax::{Specifier, is_commonjs};

/// A file that nobody imports, that loads `file`, and that may be run by itself.
pub fn program(modules: &Modules<'_>, file: &str) -> Option<String> {
    loading(modules, file, &|_| true, &|root, imported| !imported && is_program(modules, root))
}

/// The same for an ES module: a program that imports it as Node.js does, by names of files with their extensions. From
/// there Node.js finds neither `next/server` nor a generated helper, which only bundlers find without an extension.
pub fn es_program(modules: &Modules<'_>, file: &str) -> Option<String> {
    let is_script = |file: &str| [".js", ".mjs"].iter().any(|extension| file.ends_with(extension));
    let named = |import: &FoundImport| is_script(&import.file) && is_script(&import.specifier.value);
    let is_root = |root: &str, imported: bool| root != file && !imported && is_program(modules, root);
    if is_script(file) { loading(modules, file, &named, &is_root) } else { None }
}

/// The files of `project` that start Next.js themselves: `import next from 'next'`, `require('next')`.
pub fn servers(project: &Project, modules: &Modules<'_>) -> BTreeSet<String> {
    let texts = project.files.iter().filter_map(|(path, text)| Some((path, text.as_ref().ok()?)));
    let named = texts.filter(|(_, text)| text.contains("'next'") || text.contains("\"next\""));
    let starts = |path: &str| {
        let taken = |own: &Specifier| own.names.as_ref().is_none_or(|names| names.iter().any(|name| name == "default"));
        let of_next = |own: &Specifier| own.value == "next" && !own.type_only && taken(own);
        modules.get(path).is_ok_and(|module| module.specifiers().iter().any(of_next))
    };
    named.map(|(path, _)| path).filter(|path| starts(path)).cloned().collect()
}

/// Which of `servers` loads `file`. A server must not load what imports `next/server` before it has loaded Next.js itself,
/// which prepares Node.js for that.
pub fn server(modules: &Modules<'_>, servers: &BTreeSet<String>, file: &str) -> Option<String> {
    if servers.is_empty() { None } else { loading(modules, file, &|_| true, &|root, _| servers.contains(root)) }
}

/// The first file for which `is` holds among those that load `file`, directly or not, and it, by imports that `count`; `is`
/// is told whether others import the file.
fn loading(
    modules: &Modules<'_>,
    file: &str,
    count: &dyn Fn(&FoundImport) -> bool,
    is: &dyn Fn(&str, bool) -> bool,
) -> Option<String> {
    let mut seen: BTreeSet<String> = BTreeSet::from([file.to_owned()]);
    let mut open = seen.clone();
    while !open.is_empty() {
        let found = modules.imports_of(&open.iter().map(String::as_str).collect());
        let imported: BTreeSet<&str> = found.iter().map(|import| import.target.as_str()).collect();
        let root = open.iter().find(|own| is(own, imported.contains(own.as_str())));
        if let Some(root) = root {
            return Some(root.clone());
        }
        let counted = found.into_iter().filter(count).map(|import| import.file);
        open = counted.filter(|importer| seen.insert(importer.clone())).collect();
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
