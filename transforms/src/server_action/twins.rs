//! Writing twins of wrappers beside them, once each, and importing them where actions use them.

use std::collections::{BTreeMap, BTreeSet};

use super::carry_out::Failed;
use super::conversion::Conversion;
use super::twin::twin_text;
use crate::finding::Finding;
use crate::project::{Project, imports as imports_of};
use crate::rewrite::{Edit, Rewrite};
use crate::route_handler::moves::{relative, stem};
use crate::syntax::{Module, declared_names};

/// The specifier and the name of each twin that the actions at `target` use; `module` is that of their handlers.
pub fn imports<'c>(
    tree: &Project,
    module: &Module,
    target: &str,
    conversions: impl Iterator<Item = &'c Conversion<'c>>,
) -> Vec<(String, String)> {
    let own = imports_of(module);
    let twins = conversions.flat_map(|conversion| &conversion.twins).filter(|twin| !twin.is_near);
    let one = |twin: &super::twin::Twin<'_>| {
        let leads_there = |specifier: &&String| {
            let resolved = tree.resolver.resolve(&module.path, specifier);
            !specifier.starts_with('.') && resolved.as_deref() == Some(twin.module.path.as_str())
        };
        let alias = own.values().map(|import| &import.specifier).find(leads_there);
        let specifier = alias.cloned().unwrap_or_else(|| relative(target, stem(&twin.module.path)));
        (specifier, twin.action_name())
    };
    twins.map(one).collect()
}

/// Adds the twins to the modules of their wrappers.
pub fn add(conversions: &[Conversion<'_>], texts: &mut BTreeMap<String, Option<String>>) -> Result<(), Failed> {
    let mut by_module: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (at, conversion) in conversions.iter().enumerate() {
        for twin in conversion.twins.iter().filter(|twin| !twin.is_near) {
            by_module.entry(&twin.module.path).or_default().push(at);
        }
    }
    for (path, own) in by_module {
        let refuse = |why: &str| {
            let all: BTreeSet<usize> = own.iter().copied().collect();
            let message = format!("{} stays a Route Handler: {why}", conversions[own[0]].route);
            Box::new((all, Finding::note("wrapped-handler", path, None, message)))
        };
        if texts.contains_key(path) {
            return Err(refuse("the file of the wrapper around it changes in another way, too"));
        }
        let twins =
            own.iter().flat_map(|at| &conversions[*at].twins).filter(|twin| twin.module.path == *path && !twin.is_near);
        let by_name: BTreeMap<String, &super::twin::Twin<'_>> = twins.map(|twin| (twin.action_name(), twin)).collect();
        let Some(module) = by_name.values().next().map(|twin| twin.module) else { continue };
        let taken = declared_names(&module.ast);
        let mut rewrite = Rewrite::new();
        let mut adds = false;
        for (name, twin) in &by_name {
            let unwritable = || refuse("the twin of its wrapper could not be written; please report it");
            let text = twin_text(twin).map_err(|_| unwritable())?;
            if module.text.contains(&text) {
                // An earlier run wrote it.
                continue;
            }
            if taken.contains(name) {
                return Err(refuse(&format!("the name of the twin of its wrapper, `{name}`, is taken")));
            }
            let edit = Edit::insert(twin.statement.end, format!("\n\n{text}"));
            rewrite.add(edit).map_err(|_| unwritable())?;
            adds = true;
        }
        if !adds {
            continue;
        }
        let text = rewrite.render(&module.text).ok().filter(|text| Module::parse(path, text.as_str().into()).is_ok());
        let text = text.ok_or_else(|| refuse("the twin of its wrapper could not be written; please report it"))?;
        texts.insert(path.to_owned(), Some(text));
    }
    Ok(())
}
