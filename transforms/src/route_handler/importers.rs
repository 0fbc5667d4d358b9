//! Who imports an endpoint file, and what becomes of those imports when it moves.

use std::collections::{BTreeMap, BTreeSet};

use super::moves::{relative, requote, specifier_target, stem};
use super::siblings::Siblings;
use crate::finding::Finding;
use crate::project::{FoundImport, Modules};
use crate::rewrite::{Edit, Rewrite};
use crate::syntax::ast::{ImportSpecifier, ModuleDecl, ModuleItem};
use crate::syntax::{Module, Specifier, span_of};

/// An import of an endpoint file.
#[derive(Clone, Debug)]
pub struct Importer {
    /// The file that imports.
    pub file: String,
    /// The specifier in it.
    pub specifier: Specifier,
}

/// All imports of the given endpoint files, by endpoint file.
pub fn importers(modules: &Modules<'_>, endpoints: &BTreeSet<&str>) -> BTreeMap<String, Vec<Importer>> {
    let mut importers: BTreeMap<String, Vec<Importer>> = BTreeMap::new();
    for FoundImport { target, file, specifier } in modules.imports_of(endpoints) {
        importers.entry(target).or_default().push(Importer { file, specifier });
    }
    importers
}

/// Why `importer` keeps the endpoint at `file` from moving, if it does: it takes the handler itself.
pub fn obstacle(file: &str, importer: &Importer) -> Option<Finding> {
    let specifier = &importer.specifier;
    let takes_handler = match &specifier.names {
        Some(names) => names.iter().any(|name| name == "default" || name == "config"),
        None => !specifier.type_only,
    };
    takes_handler.then(|| {
        let message = format!("the handler of `{file}` is imported here, and what it takes changes");
        Finding::manual("handler-imported", &importer.file, specifier.span, message)
            .help("call the endpoint over HTTP, or move what is shared to a function of its own")
    })
}

/// Re-points one import, in a file that is at `at` afterwards, of an endpoint that moves to `target`.
pub fn repoint(
    module: &Module,
    at: &str,
    specifier: &Specifier,
    target: &str,
    siblings: &Siblings,
) -> Option<Vec<Edit>> {
    let literal = specifier.span.text(&module.text);
    let sibling = siblings.file.as_ref().map(|(path, _)| path.as_str());
    let lead_to = |path: &str| relative_or_alias(at, specifier, path);
    let (moved, kept): (Vec<&String>, Vec<&String>) =
        specifier.names.iter().flatten().partition(|name| siblings.values.contains(*name));
    match (sibling, moved.is_empty(), kept.is_empty()) {
        (Some(sibling), false, true) => Some(vec![Edit::replace(specifier.span, requote(literal, &lead_to(sibling)))]),
        (Some(sibling), false, false) => split(module, specifier, &lead_to(sibling), &lead_to(target), siblings),
        _ => Some(vec![Edit::replace(specifier.span, requote(literal, &lead_to(target)))]),
    }
}

/// Re-points one import of an endpoint file that stays where it is, as far as it takes what goes to `siblings`.
pub fn repoint_values(module: &Module, at: &str, specifier: &Specifier, siblings: &Siblings) -> Option<Vec<Edit>> {
    let literal = specifier.span.text(&module.text);
    let (path, _) = siblings.file.as_ref()?;
    let sibling = relative_or_alias(at, specifier, path);
    let (moved, kept): (Vec<&String>, Vec<&String>) =
        specifier.names.iter().flatten().partition(|name| siblings.values.contains(*name));
    match (moved.is_empty(), kept.is_empty()) {
        (true, _) => Some(Vec::new()),
        (false, true) => Some(vec![Edit::replace(specifier.span, requote(literal, &sibling))]),
        (false, false) => split(module, specifier, &sibling, &specifier.value, siblings),
    }
}

/// Re-points the imports in `text`, which was cut out of `file` and goes to `at`, of endpoints that move as well:
/// `imported` has their specifiers in `file`, where they go, and what goes beside them.
pub fn repoint_moved(file: &str, at: &str, text: &str, imported: &[(&Specifier, &str, &Siblings)]) -> Option<String> {
    if imported.is_empty() {
        return Some(text.to_owned());
    }
    let module = Module::parse(at, text.into()).ok()?;
    let mut rewrite = Rewrite::new();
    for specifier in module.specifiers() {
        let same = |other: &Specifier| match specifier.value.starts_with('.') {
            true => {
                other.value.starts_with('.')
                    && specifier_target(at, &specifier.value) == specifier_target(file, &other.value)
            }
            false => specifier.value == other.value,
        };
        let Some((_, target, siblings)) = imported.iter().find(|(other, ..)| same(other)) else { continue };
        rewrite.extend(repoint(&module, at, specifier, target, siblings)?).ok()?;
    }
    rewrite.render(text).ok()
}

/// A specifier for `path`, spelled by the same alias if the old one was: `@/pages/api/x` → `@/app/api/x/route`.
fn relative_or_alias(at: &str, specifier: &Specifier, path: &str) -> String {
    let value = &specifier.value;
    if value.starts_with('.') {
        return relative(at, stem(path));
    }
    // The part that an alias adds stands before `pages/api/`, in the specifier as in the path.
    let (Some(old), Some(new)) = (value.find("pages/api"), path.find("app/api/")) else {
        return relative(at, stem(path));
    };
    format!("{}{}", &value[..old], stem(&path[new..]))
}

/// Two imports in place of one, when some of its names went to the sibling.
fn split(module: &Module, specifier: &Specifier, sibling: &str, route: &str, siblings: &Siblings) -> Option<Vec<Edit>> {
    let statement = specifier.statement?;
    let import = module.ast.body.iter().find_map(|item| match item {
        ModuleItem::ModuleDecl(ModuleDecl::Import(import)) if span_of(import) == statement => Some(import),
        _ => None,
    })?;
    let literal = specifier.span.text(&module.text);
    let line = |to_sibling: bool, specifier: &str| {
        let names: Vec<&str> = import
            .specifiers
            .iter()
            .filter(|part| match part {
                ImportSpecifier::Named(named) => {
                    let imported = named
                        .imported
                        .as_ref()
                        .map_or_else(|| named.local.sym.to_string(), |name| module.text_of(name).to_owned());
                    siblings.values.contains(&imported) == to_sibling
                }
                _ => false,
            })
            .map(|part| {
                let text = module.text_of(part);
                if to_sibling { text } else { text.strip_prefix("type ").unwrap_or(text) }
            })
            .collect();
        let keyword = if import.type_only || !to_sibling { "import type" } else { "import" };
        let style = &module.style;
        format!("{keyword} {} from {}{}", style.braces(&names.join(", ")), requote(literal, specifier), style.semi())
    };
    Some(vec![Edit::replace(statement, format!("{}\n{}", line(true, sibling), line(false, route)))])
}
