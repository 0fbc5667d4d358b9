//! Imports that outlast what they were written for. When a Route Handler drops code, such as the refusal of other methods,
//! the import that only this code used goes, too; but the module may have done something when it was loaded:
//!
//! ```ts
//! import { methodNotAllowed } from '../../lib/errors';    // which imports './report', which starts a reporter
//! import '../../lib/errors';                              // what is left
//! ```
//!
//! What packages do is not looked into: bundlers cannot tell either, and one that is loaded for its effects is imported
//! without names.

use std::collections::{BTreeMap, BTreeSet};

use super::loads::Loads;
use super::moves::{adapted, is_relative, relative, stem};
use crate::project::{Modules, Project, all_imports, declared};
use crate::syntax::ast::Id;
use crate::syntax::{Loaded, Module, loaded, module_functions, only_makes};

/// Packages whose calls make functions and objects, and nothing else.
const MAKERS: [&str; 5] = ["cors", "micro-cors", "multer", "next-basics", "next-connect"];

/// Which modules do something when they are loaded.
#[derive(Default)]
pub struct Lasting {
    loads: Loads,
    /// Those that do something themselves.
    acting: BTreeSet<String>,
    /// Those that do, or load one that does.
    lasting: BTreeSet<String>,
}

impl Lasting {
    /// Finds them in `loads`. Each module is seen once.
    pub fn of(project: &Project, modules: &Modules<'_>, loads: Loads) -> Lasting {
        let mut importers: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for (path, found) in &loads {
            for (target, _) in found.files() {
                importers.entry(target).or_default().push(path);
            }
        }
        let acts = |path: &str| {
            let Some(acts) = loads.get(path).map(|found| &found.acts) else { return false };
            acts.certainly || acts.called.iter().any(|name| !is_maker(project, modules, path, name))
        };
        let acting: BTreeSet<String> = loads.keys().filter(|path| acts(path)).cloned().collect();
        let mut open: Vec<&str> = acting.iter().map(String::as_str).collect();
        let mut lasting = BTreeSet::new();
        while let Some(path) = open.pop() {
            if lasting.insert(path.to_owned()) {
                open.extend(importers.get(path).into_iter().flatten());
            }
        }
        Lasting { loads, acting, lasting }
    }

    /// The same for one file, a part of which goes to the module `beside` it, given by path and text.
    pub fn file<'l>(&'l self, file: &'l str, beside: Option<&'l (String, String)>) -> FileLasting<'l> {
        FileLasting { all: self, file, beside }
    }

    /// The modules that do something and are loaded with `targets`.
    fn loaded_with<'l>(&'l self, targets: impl Iterator<Item = &'l str>) -> BTreeSet<&'l str> {
        let mut open: Vec<&str> = targets.collect();
        let mut seen = BTreeSet::new();
        while let Some(path) = open.pop() {
            if self.lasting.contains(path) && seen.insert(path) {
                open.extend(self.loads.get(path).into_iter().flat_map(|found| found.files()).map(|(target, _)| target));
            }
        }
        seen.retain(|path| self.acting.contains(*path));
        seen
    }
}

/// Whether the function `name` of the module at `path` does nothing but to make a value.
fn is_maker(project: &Project, modules: &Modules<'_>, path: &str, name: &Id) -> bool {
    let Ok(module) = modules.get(path) else { return false };
    if let Some(function) = module_functions(module).get(name) {
        return only_makes(*function);
    }
    let Some(import) = all_imports(module).remove(name) else { return false };
    MAKERS.contains(&import.specifier.as_str())
        || declared(project, modules, path, &import).is_some_and(|found| only_makes(found.function))
}

/// What a file imports that does something when it is loaded.
#[derive(Clone, Copy)]
pub struct FileLasting<'l> {
    all: &'l Lasting,
    file: &'l str,
    beside: Option<&'l (String, String)>,
}

impl FileLasting<'_> {
    /// The specifiers by which the file imports such modules.
    pub fn specifiers(&self) -> BTreeSet<&str> {
        let own = self.all.loads.get(self.file).into_iter().flat_map(|found| found.files());
        own.filter(|(target, _)| self.all.lasting.contains(*target)).map(|(_, own)| own.specifier.as_str()).collect()
    }

    /// Whether all that the module of `specifier` does happens because of other imports of `new`, the new form of the file.
    pub fn is_loaded_anyway(&self, specifier: &str, new: &Module) -> bool {
        let Some(own) = self.all.loads.get(self.file) else { return false };
        let here = |own: &Loaded| is_relative(&own.specifier).then(|| adapted(self.file, &new.path, &own.specifier));
        let named = |own: &Loaded| here(own).flatten().unwrap_or_else(|| own.specifier.clone());
        let files: BTreeMap<String, &str> = own.files().map(|(target, own)| (named(own), target)).collect();
        let Some(target) = files.get(specifier) else { return false };
        let mut others: Vec<&str> = Vec::new();
        for other in loaded(new).iter().filter(|other| other.statement && other.specifier != specifier) {
            others.extend(files.get(&other.specifier));
            let beside = self.beside.filter(|(path, _)| relative(&new.path, stem(path)) == other.specifier);
            let beside = beside.and_then(|(path, text)| Module::parse(path, text.as_str().into()).ok());
            // It stands in the same folder.
            others.extend(beside.iter().flat_map(loaded).filter_map(|other| files.get(&other.specifier)));
        }
        let others = self.all.loaded_with(others.into_iter());
        self.all.loaded_with(std::iter::once(*target)).is_subset(&others)
    }
}
