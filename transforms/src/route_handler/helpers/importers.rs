//! Who imports the files of helpers, in the whole project. Nobody may be missed: a helper takes its new form in
//! place only if all who use it migrate.

use std::collections::{BTreeMap, BTreeSet};

use crate::project::Modules;
use crate::syntax::ast::{ModuleDecl, ModuleItem};
use crate::syntax::{Specifier, is_commonjs};

/// Imports of some files: who imports, by which specifier.
pub type Importers = BTreeMap<String, Vec<(String, Specifier)>>;

/// Who imports `files`, or a file that imports them and may export what it has from there.
pub fn importers<'f>(modules: &Modules<'_>, files: impl Iterator<Item = &'f str>) -> Importers {
    let mut importers = Importers::new();
    let mut open: BTreeSet<String> = files.map(str::to_owned).collect();
    let mut done: BTreeSet<String> = BTreeSet::new();
    while !open.is_empty() {
        let found = modules.imports_of(&open.iter().map(String::as_str).collect());
        done.append(&mut open);
        for import in found {
            if !done.contains(&import.file) && exports(modules, &import.file) {
                open.insert(import.file.clone());
            }
            importers.entry(import.target).or_default().push((import.file, import.specifier));
        }
    }
    importers
}

/// Whether a file exports anything: what it imports, or what it makes of that.
fn exports(modules: &Modules<'_>, file: &str) -> bool {
    modules.get(file).is_ok_and(|module| {
        let mut items = module.ast.body.iter();
        is_commonjs(module)
            || items.any(|item| matches!(item, ModuleItem::ModuleDecl(own) if !matches!(own, ModuleDecl::Import(_))))
    })
}
