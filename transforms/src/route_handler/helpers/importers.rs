//! Who imports the files of helpers, in the whole project. Nobody may be missed: a helper takes its new form in
//! place only if all who use it migrate.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use rayon::prelude::*;

use crate::project::{Modules, Project};
use crate::route_handler::moves::stem;
use crate::syntax::{Specifier, specifiers};

/// Imports of some files: who imports, by which specifier.
pub type Importers = BTreeMap<String, Vec<(String, Specifier)>>;

/// Who imports `files`, or a barrel that exports them again.
pub fn importers(project: &Project, modules: &Modules<'_>, files: BTreeSet<String>) -> Importers {
    let mut importers = Importers::new();
    let quoted: Quoted<'_> = project
        .files
        .par_iter()
        .filter_map(|(path, text)| {
            let text = text.as_ref().ok()?;
            Some((path.as_str(), quoted(text).collect()))
        })
        .collect();
    let mut open = files;
    let mut done: BTreeSet<String> = BTreeSet::new();
    while !open.is_empty() {
        let found = round(project, modules, &quoted, &open);
        done.append(&mut open);
        for (target, importer, specifier) in found {
            let exports = specifier.statement.is_some_and(|statement| {
                modules.get(&importer).is_ok_and(|module| {
                    let text = &module.text;
                    // A name that is imported may be exported further down, and what it makes by another one.
                    statement.text(text).starts_with("export")
                        || text.contains("export {")
                        || text.contains("export default")
                        || text.contains("export const")
                })
            });
            if exports && !done.contains(&importer) {
                open.insert(importer.clone());
            }
            importers.entry(target).or_default().push((importer, specifier));
        }
    }
    importers
}

/// What may be a specifier in each file.
type Quoted<'p> = Vec<(&'p str, Vec<&'p str>)>;

/// The imports of the files in `open`: target, importer, specifier.
fn round(
    project: &Project,
    modules: &Modules<'_>,
    quoted: &Quoted<'_>,
    open: &BTreeSet<String>,
) -> Vec<(String, String, Specifier)> {
    let names: HashSet<&str> = open.iter().flat_map(|path| last_names(path)).collect();
    let others = other_names(project, quoted, open, &names);
    let fits = |specifier: &str| names.contains(last_of(specifier)) || others.contains(specifier);
    quoted
        .par_iter()
        .filter(|(_, quoted)| quoted.iter().any(|specifier| fits(specifier)))
        .flat_map_iter(|(path, _)| {
            let specifiers = modules.get(path).map(specifiers).unwrap_or_default();
            let own = specifiers.into_iter().filter(|specifier| fits(&specifier.value));
            own.filter_map(|specifier| {
                let target = project.resolver.resolve(path, &specifier.value)?;
                open.contains(&target).then(|| (target, (*path).to_owned(), specifier))
            })
            .collect::<Vec<_>>()
        })
        .collect()
}

/// Specifiers that lead to one of the files though they do not end in its name: packages of the workspace,
/// and aliases.
fn other_names<'p>(
    project: &Project,
    quoted: &Quoted<'p>,
    open: &BTreeSet<String>,
    names: &HashSet<&str>,
) -> HashSet<&'p str> {
    // One answer for all files of a package.
    let mut first: HashMap<(&str, &'p str), &str> = HashMap::new();
    for (path, quoted) in quoted {
        for specifier in quoted.iter().filter(|specifier| !specifier.starts_with('.')) {
            if !names.contains(last_of(specifier)) {
                first.entry((package(path), specifier)).or_insert(path);
            }
        }
    }
    first
        .into_par_iter()
        .filter(|((_, specifier), path)| {
            project.resolver.resolve(path, specifier).is_some_and(|target| open.contains(&target))
        })
        .map(|((_, specifier), _)| specifier)
        .collect()
}

/// The first two folders of a path: about as fine as packages are.
fn package(path: &str) -> &str {
    path.match_indices('/').nth(1).map_or("", |(at, _)| &path[..at])
}

/// What the last part of a specifier for the file may be.
fn last_names(path: &str) -> Vec<&str> {
    let stem = stem(path);
    let name = stem.rsplit('/').next().unwrap_or(stem);
    let mut names = vec![name, path.rsplit('/').next().unwrap_or(path)];
    if let Some(folder) = stem.strip_suffix("/index") {
        names.extend([folder.rsplit('/').next().unwrap_or(folder), ".", ".."]);
    }
    names
}

fn last_of(specifier: &str) -> &str {
    let last = specifier.rsplit('/').next().unwrap_or(specifier);
    // `./x.js` for `x.ts`.
    last.strip_suffix(".js").or_else(|| last.strip_suffix(".mjs")).unwrap_or(last)
}

/// Quoted text behind a word that a specifier may follow. A scan of the text that finds too much rather
/// than too little.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    ["from", "import", "require", "ock("].into_iter().flat_map(move |keyword| {
        text.match_indices(keyword).filter_map(move |(at, _)| {
            let rest = text[at + keyword.len()..].trim_start_matches([' ', '(', '\n', '\r', '\t']);
            let quote = rest.chars().next().filter(|c| matches!(c, '\'' | '"' | '`'))?;
            let inside = &rest[1..];
            let end = inside.find([quote, '\n'])?;
            Some(&inside[..end])
        })
    })
}
