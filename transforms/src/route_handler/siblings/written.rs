//! The module that takes what an endpoint file exports besides its handler: its place, its name and its text.

use std::collections::BTreeSet;

use super::super::moves::{adapted, folder, is_relative, relative, requote, stem};
use super::super::tidy::{with_leading_comment, with_line_behind};
use super::{Item, Siblings, Surroundings, mentions_in};
use crate::project::is_app_file;
use crate::rewrite::{Edit, Rewrite};
use crate::syntax::ast::{ImportDecl, ImportSpecifier, ModuleDecl, ModuleItem};
use crate::syntax::{Module, Span, first_import, line_behind, span_of};

/// Writes the new module, takes what it holds out of the endpoint file, and imports there what it still uses.
pub(super) fn build(
    module: &Module,
    target: &str,
    items: &[Item],
    moving: &BTreeSet<usize>,
    around: &Surroundings<'_>,
) -> Option<Siblings> {
    let all = module.references();
    let mentions_in = |span: Span, id: &crate::syntax::ast::Id| mentions_in(all, span, id);
    for at in moving {
        let text = items[*at].span.text(&module.text);
        // Code that takes requests apart has to be rewritten, which a plain move does not do.
        if text.contains("NextApiRe") && around.carriers.is_some() {
            return None;
        }
    }
    let stays = |span: Span| !moving.iter().any(|at| items[*at].span.contains(span));
    let mut used_by_route: Vec<String> = Vec::new();
    let mut text = String::new();
    for at in moving {
        let item = &items[*at];
        let mut needed_outside = false;
        for id in &item.ids {
            let imports = |span: &&Span| stays(**span);
            if all.get(id).into_iter().flatten().any(|span| imports(&span)) {
                used_by_route.push(if item.is_type { format!("type {}", id.0) } else { id.0.to_string() });
                needed_outside = true;
            }
        }
        let whole = with_leading_comment(&module.text, item.span);
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(&module.text[whole.start..item.span.start]);
        if needed_outside && !item.exported {
            text.push_str("export ");
        }
        text.push_str(&module.text[item.span.start..whole.end]);
    }
    let exported = moving.iter().map(|at| &items[*at]).filter(|item| item.exported);
    let values: BTreeSet<String> = exported.flat_map(|item| &item.ids).map(|id| id.0.to_string()).collect();
    let types = |name: &&String| items.iter().any(|item| item.is_type && item.ids.iter().any(|id| id.0 == ***name));
    let name = match values.iter().filter(|name| !types(name)).collect::<Vec<_>>().as_slice() {
        [only] => Some(kebab(only)),
        _ => None,
    };
    let name = name.filter(|name| !is_app_file(name)).unwrap_or_else(|| "shared".into());
    let extension = target.rsplit('.').next().unwrap_or("ts");
    let place = |name: &str| format!("{}/{name}.{extension}", folder(target));
    let mut path = place(&name);
    let mut number = 2;
    while (around.taken)(&path) || stem(&path).ends_with("/route") {
        path = place(&format!("{name}-{number}"));
        number += 1;
    }
    // The imports that the moved code uses, and those that prepare something for it.
    let mut head = String::new();
    let prepared = moving.iter().any(|at| !items[*at].is_type);
    for item in &module.ast.body {
        let ModuleItem::ModuleDecl(ModuleDecl::Import(import)) = item else { continue };
        let kept: Vec<_> = import
            .specifiers
            .iter()
            .filter(|specifier| moving.iter().any(|at| mentions_in(items[*at].span, &specifier.local().to_id())))
            .collect();
        let bare = import.specifiers.is_empty() && prepared;
        if kept.is_empty() && !bare {
            continue;
        }
        let mut line = module.text_of(import).to_owned();
        if kept.len() < import.specifiers.len() {
            line = import_of(module, import, &kept);
        }
        head.push_str(&line);
        head.push('\n');
    }
    if !head.is_empty() {
        head.push('\n');
    }
    let text = format!("{head}{text}");
    let text = re_relative(module, &path, text)?;
    let mut edits: Vec<Edit> =
        moving.iter().map(|at| Edit::delete(with_line_behind(&module.text, items[*at].span))).collect();
    if !used_by_route.is_empty() {
        let style = &module.style;
        used_by_route.sort();
        let home = if around.carriers.is_none() { &module.path } else { target };
        let specifier = relative(home, stem(&path));
        let line = format!(
            "import {} from {}{}\n",
            style.braces(&used_by_route.join(", ")),
            style.string(&specifier),
            style.semi()
        );
        let last =
            module.ast.body.iter().rev().find(|item| matches!(item, ModuleItem::ModuleDecl(ModuleDecl::Import(_))));
        edits.push(match last {
            Some(last) => {
                let (at, before) = line_behind(&module.text, span_of(last));
                Edit::insert(at, format!("{before}{line}"))
            }
            None => {
                let (at, behind) = first_import(module);
                Edit::insert(at, format!("{line}{behind}"))
            }
        });
    }
    // What the new module needs must have come along.
    let sibling = Module::parse(&path, text.as_str().into()).ok()?;
    if !sibling.free_names().is_subset(&module.free_names()) {
        return None;
    }
    Some(Siblings { values, file: Some((path, text)), edits })
}

fn import_of(module: &Module, import: &ImportDecl, kept: &[&ImportSpecifier]) -> String {
    let text = |specifier: &&ImportSpecifier| module.text_of(*specifier).to_owned();
    let mut heads: Vec<String> = kept.iter().filter(|s| !matches!(s, ImportSpecifier::Named(_))).map(text).collect();
    let names: Vec<String> = kept.iter().filter(|s| matches!(s, ImportSpecifier::Named(_))).map(text).collect();
    if !names.is_empty() {
        heads.push(module.style.braces(&names.join(", ")));
    }
    let keyword = if import.type_only { "import type" } else { "import" };
    format!("{keyword} {} from {}{}", heads.join(", "), module.text_of(&*import.src), module.style.semi())
}

/// Rewrites the relative specifiers of `text`, cut out of `module`, for a file at `path`.
fn re_relative(module: &Module, path: &str, text: String) -> Option<String> {
    let cut = Module::parse(&module.path, text.as_str().into()).ok()?;
    let mut rewrite = Rewrite::new();
    for specifier in cut.specifiers() {
        if is_relative(&specifier.value) {
            let new = adapted(&module.path, path, &specifier.value)?;
            rewrite.add(Edit::replace(specifier.span, requote(specifier.span.text(&text), &new))).ok()?;
        }
    }
    rewrite.render(&text).ok()
}

/// `COOKIE_NAME` and `cookieName` → `cookie-name`.
fn kebab(name: &str) -> String {
    let mut result = String::new();
    let mut previous = '_';
    for char in name.chars() {
        if char == '_' || char == '$' {
            if !result.is_empty() && !result.ends_with('-') {
                result.push('-');
            }
        } else {
            if char.is_uppercase() && previous.is_lowercase() {
                result.push('-');
            }
            result.extend(char.to_lowercase());
        }
        previous = char;
    }
    let result = result.trim_end_matches('-').to_owned();
    if result.is_empty() { "shared".into() } else { result }
}
