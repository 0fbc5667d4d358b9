//! Imports that stay without their names, and those of them that others stand in for.

use std::collections::BTreeSet;

use super::{Invalid, edited, without_statement};
use crate::project::all_imports;
use crate::rewrite::Edit;
use crate::route_handler::lasting::FileLasting;
use crate::route_handler::moves::{adapted, is_relative};
use crate::syntax::{Loaded, Module, loaded};

/// The names that `original` imports as values by the specifiers `lasting`.
pub(super) fn names(original: &Module, lasting: &BTreeSet<&str>) -> BTreeSet<String> {
    if lasting.is_empty() {
        return BTreeSet::new();
    }
    let own = all_imports(original).into_iter();
    let own = own.filter(|(_, import)| !import.type_only && lasting.contains(import.specifier.as_str()));
    own.map(|((name, _), _)| name.to_string()).collect()
}

/// `module` without its imports of which no names are left, as far as others stand in for them.
pub(super) fn without_needless(
    mut module: Module,
    original: &Module,
    lasting: FileLasting<'_>,
) -> Result<Module, Invalid> {
    if nameless(&module) == nameless(original) {
        return Ok(module);
    }
    let bare = |module: &Module| -> Vec<Loaded> {
        loaded(module).into_iter().filter(|own| own.statement && own.names.is_empty()).collect()
    };
    let here = |own: Loaded| match adapted(&original.path, &module.path, &own.specifier) {
        Some(here) if is_relative(&own.specifier) => here,
        _ => own.specifier,
    };
    let before: BTreeSet<String> = bare(original).into_iter().map(here).collect();
    // Two may stand in for each other.
    for own in bare(&module).iter().rev().filter(|own| !before.contains(&own.specifier)) {
        if lasting.is_loaded_anyway(&own.specifier, &module) {
            let edit = Edit::delete(without_statement(&module.text, own.span));
            module = edited(module, vec![edit])?;
        }
    }
    Ok(module)
}

/// How many imports of `module` take no names.
fn nameless(module: &Module) -> usize {
    let imports = module.ast.body.iter().filter_map(|item| item.as_module_decl()?.as_import());
    imports.filter(|import| import.specifiers.is_empty()).count()
}
