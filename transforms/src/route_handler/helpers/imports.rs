//! The edits of imports that lead to a copy.
//!
//! ```ts
//! import { deny } from '@/lib/deny'      →   import { denyForRoute } from '@/lib/deny'
//! import guard from '@/lib/guard'        →   import guard, { guardForRoute } from '@/lib/guard'   // both are called
//! ```

use std::collections::{BTreeMap, BTreeSet};

use super::commonjs::required_too;
use super::{Helpers, Placement};
use crate::pages_api::declared_id;
use crate::project::{Import, Imported};
use crate::rewrite::Edit;
use crate::route_handler::moves::{relative, stem};
use crate::route_handler::unit::{Link, Unit};
use crate::syntax::ast::{Id, ImportDecl, ImportSpecifier, ModuleDecl, ModuleItem};
use crate::syntax::{Module, Span, line_behind, span_of};

/// Which calls, by callee and place, the new code makes, and which mentions go with the old code.
type Mentions<'c> = (&'c dyn Fn(&Id, Span) -> bool, &'c dyn Fn(Span) -> bool);

impl<'m> Helpers<'m> {
    /// Edits of `unit`'s imports, in a file that is at `target` afterwards, for the copies that it calls.
    /// `in_new` tells the calls that the new code makes, `covers` the mentions that go with the old code.
    pub fn import_edits(
        &self,
        unit: &Unit<'m>,
        target: &str,
        placement: &Placement,
        (in_new, covers): Mentions<'_>,
    ) -> Vec<Edit> {
        let mut edits = Vec::new();
        let all = unit.module.references();
        let mut additions: BTreeMap<Span, Vec<String>> = BTreeMap::new();
        let mut lines: BTreeMap<Span, Vec<(String, String)>> = BTreeMap::new();
        let mut required: BTreeMap<Span, Vec<(String, String)>> = BTreeMap::new();
        let called = unit.links.iter().filter_map(|(local, link)| match link {
            Link::Helper(helper) => Some((local, helper)),
            Link::Library(_) | Link::Taught(_) => None,
        });
        let around = unit.wraps.iter().map(|wrap| (&wrap.call.callee, &wrap.target));
        let mut seen = BTreeSet::new();
        for (local, helper) in called.chain(around) {
            if !seen.insert(local) {
                continue;
            }
            let Some(name) = placement.copies.get(&helper.key()) else { continue };
            let declared = declared_id(local);
            let Some(import) = unit.imports.get(&declared) else { continue };
            let uses = uses(unit, local);
            if !uses.iter().any(|span| in_new(local, *span)) {
                continue;
            }
            let mentions = all.get(&declared).into_iter().flatten().filter(|span| !import.span.contains(**span));
            let whole =
                mentions.clone().all(|mention| covers(*mention) && uses.iter().any(|used| used.start == mention.start));
            let default = import.name == Imported::Name("default".into());
            let alone = specifier_count(unit.module, import) == 1;
            if import.required {
                let edit = (!helper.renamed).then(|| required_too(unit.module, import, name, whole)).flatten();
                match edit {
                    Some(edit) => edits.push(edit),
                    None => {
                        let path = if helper.file.ends_with(".cjs") { helper.file } else { stem(helper.file) };
                        let specifier = relative(target, path);
                        required.entry(import.statement).or_default().push((name.clone(), specifier));
                    }
                }
                continue;
            }
            let beside = last_named(unit.module, import).filter(|_| default && whole && !helper.renamed);
            if let Some(beside) = beside {
                additions.entry(beside).or_default().push(name.clone());
            } else if helper.renamed || (default && whole && !alone) {
                let specifier = relative(target, stem(helper.file));
                lines.entry(import.statement).or_default().push((name.clone(), specifier));
            } else if whole && !default {
                edits.push(Edit::replace(import.span, name.clone()));
            } else if whole {
                edits.push(Edit::replace(import.span, unit.module.style.braces(name)));
            } else if default && !alone {
                let specifier = relative(target, stem(helper.file));
                lines.entry(import.statement).or_default().push((name.clone(), specifier));
            } else if default {
                let list = format!(", {}", unit.module.style.braces(name));
                edits.push(Edit::insert(import.span.end, list));
            } else {
                additions.entry(import.span).or_default().push(name.clone());
            }
        }
        for (span, names) in additions {
            let separator = separator(&unit.module.text, span);
            let list: String = names.iter().map(|name| format!("{separator}{name}")).collect();
            edits.push(Edit::insert(span.end, list));
        }
        let style = &unit.module.style;
        for (statement, list) in lines {
            let (at, before) = line_behind(&unit.module.text, statement);
            let line = |(name, specifier): (String, String)| {
                format!("import {} from {}{}\n", style.braces(&name), style.string(&specifier), style.semi())
            };
            edits.push(Edit::insert(at, format!("{before}{}", list.into_iter().map(line).collect::<String>())));
        }
        for (statement, list) in required {
            let (at, before) = line_behind(&unit.module.text, statement);
            let line = |(name, specifier): (String, String)| {
                format!("const {} = require({}){}\n", style.braces(&name), style.string(&specifier), style.semi())
            };
            edits.push(Edit::insert(at, format!("{before}{}", list.into_iter().map(line).collect::<String>())));
        }
        edits
    }
}

/// The calls of carriers and wrappers by a local name.
fn uses(unit: &Unit<'_>, local: &Id) -> Vec<Span> {
    let calls = unit.carriers.list.iter().flat_map(|carrier| &carrier.calls);
    let calls = calls.filter(|call| call.callee == *local).map(|call| call.span);
    let wraps = unit.wraps.iter().filter(|wrap| wrap.call.callee == *local).map(|wrap| wrap.call.name);
    calls.chain(wraps).collect()
}

fn specifier_count(module: &Module, import: &Import) -> usize {
    let of = |own: &ImportDecl| own.specifiers.iter().filter(|s| !matches!(s, ImportSpecifier::Namespace(_))).count();
    statement(module, import).map_or(0, of)
}

/// The last name in the braces of an import that has a default one before them.
fn last_named(module: &Module, import: &Import) -> Option<Span> {
    match statement(module, import)?.specifiers.last()? {
        ImportSpecifier::Named(last) => Some(span_of(last)),
        ImportSpecifier::Default(_) | ImportSpecifier::Namespace(_) => None,
    }
}

/// What stands between the specifier and a new one behind it: a line of its own where the others have one.
fn separator(text: &str, specifier: Span) -> String {
    let line = text[..specifier.start].rfind('\n').map_or(0, |at| at + 1);
    let indent = &text[line..specifier.start];
    if line == 0 || !indent.trim().is_empty() {
        return ", ".to_owned();
    }
    let newline = if text[..line].ends_with("\r\n") { "\r\n" } else { "\n" };
    format!(",{newline}{indent}")
}

fn statement<'m>(module: &'m Module, import: &Import) -> Option<&'m ImportDecl> {
    module.ast.body.iter().find_map(|item| match item {
        ModuleItem::ModuleDecl(ModuleDecl::Import(own)) if span_of(own) == import.statement => Some(own),
        _ => None,
    })
}
