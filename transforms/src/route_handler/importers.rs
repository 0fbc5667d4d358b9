//! Who imports an endpoint file, and what becomes of those imports when it moves.

use std::collections::{BTreeMap, BTreeSet};

use super::moves::{relative, requote, specifier_target, stem};
use super::siblings::Siblings;
use crate::callers::is_test;
use crate::finding::Finding;
use crate::project::{FoundImport, Modules};
use crate::rewrite::{Edit, Rewrite};
use crate::syntax::ast::{ImportDecl, ImportSpecifier, ModuleDecl, ModuleItem};
use crate::syntax::{Acts, Module, Specifier, acts, full_statement, span_of};

/// An import of an endpoint file.
#[derive(Clone, Debug)]
pub struct Importer {
    /// The file that imports.
    pub file: String,
    /// The specifier in it.
    pub specifier: Specifier,
    /// It is spelled by an alias that we do not know.
    pub by_unknown_alias: bool,
    /// Nothing in the file mentions what it takes, and nobody misses that the endpoint is loaded: the import can go.
    pub unused: bool,
}

/// All imports of the given endpoint files, by endpoint file.
pub fn importers(modules: &Modules<'_>, endpoints: &BTreeSet<&str>) -> BTreeMap<String, Vec<Importer>> {
    let mut importers: BTreeMap<String, Vec<Importer>> = BTreeMap::new();
    for FoundImport { target, file, specifier, by_unknown_alias } in modules.imports_of(endpoints) {
        let unused =
            modules.get(&file).is_ok_and(|module| is_unused(module, &specifier) && goes(modules, &file, &target));
        importers.entry(target).or_default().push(Importer { file, specifier, by_unknown_alias, unused });
    }
    importers
}

/// Whether nothing in `module` mentions a name that the import declares.
fn is_unused(module: &Module, specifier: &Specifier) -> bool {
    let Some(import) = import_of(module, specifier) else { return false };
    let mentions = |part: &ImportSpecifier| {
        let local = match part {
            ImportSpecifier::Named(named) => &named.local,
            ImportSpecifier::Default(own) => &own.local,
            ImportSpecifier::Namespace(own) => &own.local,
        };
        module.references().get(&local.to_id()).map_or(0, Vec::len)
    };
    !import.specifiers.is_empty() && import.specifiers.iter().all(|part| mentions(part) == 1)
}

/// Whether an import without a use in `file` loads nothing: compilers of TypeScript leave it out, and in JavaScript the
/// endpoint has to do nothing when it is loaded.
fn goes(modules: &Modules<'_>, file: &str, target: &str) -> bool {
    let typescript = [".ts", ".tsx", ".mts", ".cts"].iter().any(|ending| file.ends_with(ending));
    typescript || modules.get(target).is_ok_and(|module| acts(module) == Acts::default())
}

/// The `import` that a specifier stands in.
fn import_of<'m>(module: &'m Module, specifier: &Specifier) -> Option<&'m ImportDecl> {
    module.ast.body.iter().find_map(|item| match item {
        ModuleItem::ModuleDecl(ModuleDecl::Import(import)) if Some(span_of(import)) == specifier.statement => {
            Some(import)
        }
        _ => None,
    })
}

/// Why `importer` keeps the endpoint at `file` from moving, if it does. A test does not if `break_tests` says so, and is a
/// note then.
pub fn obstacle(file: &str, importer: &Importer, break_tests: bool) -> Option<Finding> {
    let Importer { file: at, specifier, .. } = importer;
    if importer.by_unknown_alias {
        let message = format!("this seems to be `{file}` by an alias that the TypeScript configuration does not have");
        let finding = Finding::manual("handler-imported", at, specifier.span, message);
        return Some(finding.help("import it by a relative path, or add the alias to `paths`"));
    }
    if !takes_handler(specifier) || importer.unused {
        return None;
    }
    let is_script = at.split('/').any(|part| part == "scripts");
    if is_script || !is_test(at) {
        let message = format!("the handler of `{file}` is imported here, and what it takes changes");
        let help = "call the endpoint over HTTP, or move what is shared to a function of its own";
        return Some(Finding::manual("handler-imported", at, specifier.span, message).help(help));
    }
    let message = format!("this test calls the handler of `{file}` with what `req` and `res` were, and that changes");
    Some(match break_tests {
        true => Finding::note("test-to-rewrite", at, specifier.span, message)
            .help("call the functions of the Route Handler with a `Request`, and look at the `Response` they give"),
        false => Finding::manual("handler-imported", at, specifier.span, message)
            .help("test the endpoint over HTTP, or move it with `--break-tests` and rewrite the test"),
    })
}

/// Whether an import takes more of an endpoint file than what can stand beside it.
fn takes_handler(specifier: &Specifier) -> bool {
    match &specifier.names {
        Some(names) => names.iter().any(|name| name == "default" || name == "config"),
        None => !specifier.type_only,
    }
}

/// Re-points one import, in a file that is at `at` afterwards, of an endpoint that moves to `target`.
pub fn repoint(
    module: &Module,
    at: &str,
    specifier: &Specifier,
    target: &str,
    siblings: &Siblings,
) -> Option<Vec<Edit>> {
    if takes_handler(specifier) && is_unused(module, specifier) {
        return Some(vec![Edit::delete(full_statement(&module.text, specifier.statement?))]);
    }
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
    let import = import_of(module, specifier)?;
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
