//! The same for constants that are what `require()` gives: names that nothing uses any more go, and a CommonJS module gets
//! what its new code needs in that form, since it can have no `import`.

use std::collections::BTreeSet;

use super::without_statement;
use crate::rewrite::Edit;
use crate::syntax::ast::Id;
use crate::syntax::{Module, Required, first_import, line_behind, required};

/// Edits that take away required names which are not used any more; what declares one of `lasting` is required still.
pub(super) fn removed(module: &Module, unused: &dyn Fn(&Id) -> bool, lasting: &BTreeSet<String>) -> Vec<Edit> {
    required(module).iter().filter_map(|own| trimmed(module, own, unused, lasting)).collect()
}

fn trimmed(module: &Module, own: &Required, unused: &dyn Fn(&Id) -> bool, lasting: &BTreeSet<String>) -> Option<Edit> {
    let kept: Vec<&str> =
        own.names.iter().filter(|name| !unused(&name.local)).map(|name| name.span.text(&module.text)).collect();
    match own.braces {
        _ if kept.len() == own.names.len() => None,
        // What is required for nothing runs all the same.
        _ if own.names.is_empty() => None,
        Some(braces) if !kept.is_empty() => Some(Edit::replace(braces, listed(module, own, &kept))),
        _ if own.names.iter().any(|name| lasting.contains(&*name.local.0)) => {
            Some(Edit::replace(own.statement, format!("{}{}", own.call.text(&module.text), module.style.semi())))
        }
        _ => Some(Edit::delete(without_statement(&module.text, own.statement))),
    }
}

/// Edits that require names of specifiers, beside what is required from there already.
pub(super) fn added(module: &Module, wanted: &[(&str, Vec<&str>)]) -> Vec<Edit> {
    let (all, style) = (required(module), &module.style);
    let (mut edits, mut lines) = (Vec::new(), String::new());
    for (specifier, names) in wanted {
        let names: Vec<String> = names.iter().map(|name| name.replace(" as ", ": ")).collect();
        let beside = all.iter().filter(|own| own.specifier == *specifier).find_map(|own| Some((own, own.braces?)));
        if let Some((own, braces)) = beside {
            let kept = own.names.iter().map(|name| name.span.text(&module.text));
            let names: Vec<&str> = kept.chain(names.iter().map(String::as_str)).collect();
            edits.push(Edit::replace(braces, listed(module, own, &names)));
        } else {
            let list = style.braces(&names.join(", "));
            lines.push_str(&format!("const {list} = require({}){}\n", style.string(specifier), style.semi()));
        }
    }
    if !lines.is_empty() {
        edits.push(match all.last() {
            Some(last) => {
                let (at, before) = line_behind(&module.text, last.statement);
                Edit::insert(at, format!("{before}{lines}"))
            }
            None => {
                let (at, behind) = first_import(module);
                Edit::insert(at, format!("{lines}{behind}"))
            }
        });
    }
    edits
}

/// Names in braces, on one line or, as they were, on several.
fn listed(module: &Module, own: &Required, names: &[&str]) -> String {
    let line = module.style.braces(&names.join(", "));
    let broken = own.braces.is_some_and(|braces| braces.text(&module.text).contains('\n')) && line.len() > 60;
    let indent = &module.style.indent;
    if broken { format!("{{\n{indent}{},\n}}", names.join(&format!(",\n{indent}"))) } else { line }
}
