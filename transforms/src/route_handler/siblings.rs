//! What else an endpoint file exports. A `route.ts` may export handlers, route segment config and types
//! (reference, section 1.3); other values move to a module beside it, with all that they need.
//!
//! ```ts
//! // pages/api/session.ts                        // app/api/session/cookie-name.ts
//! export const COOKIE_NAME = 'sid';          →   export const COOKIE_NAME = 'sid';
//! export default function handler(…) { … }       // app/api/session/route.ts: import { COOKIE_NAME } from './cookie-name'
//! ```
//!
//! What only the file itself uses stays, and is exported no more.

use std::collections::BTreeSet;

use super::moves::{folder, relative, requote, stem};
use crate::finding::Finding;
use crate::rewrite::Edit;
use crate::syntax::ast::{Decl, ExportSpecifier, Id, ModuleDecl, ModuleExportName, ModuleItem, Stmt};
use crate::syntax::{Module, References, Span, assigned, calls_something, first_import, full_statement, span_of};

/// Names that a `route.ts` may export beside the methods.
const CONFIG_NAMES: [&str; 8] =
    ["config", "runtime", "maxDuration", "preferredRegion", "dynamic", "revalidate", "fetchCache", "dynamicParams"];

/// Names of modules below `app/` that mean something to Next, whatever they export (reference, section 1.3, and the
/// file conventions of the App Router).
const SPECIAL_FILES: [&str; 19] = [
    "apple-icon",
    "default",
    "error",
    "favicon",
    "forbidden",
    "global-error",
    "icon",
    "layout",
    "loading",
    "manifest",
    "not-found",
    "opengraph-image",
    "page",
    "robots",
    "route",
    "sitemap",
    "template",
    "twitter-image",
    "unauthorized",
];

/// Where the other exports of an endpoint file go.
#[derive(Debug, Default)]
pub struct Siblings {
    /// Names of values that move, with the path of the module that they move to.
    pub values: BTreeSet<String>,
    /// The new module: path and text.
    pub file: Option<(String, String)>,
    /// Edits of the endpoint file: removals, and the import of what it still uses.
    pub edits: Vec<Edit>,
}

struct Item {
    span: Span,
    ids: Vec<Id>,
    exported: bool,
    is_type: bool,
    /// The declaration after `export`, if nobody imports what it declares.
    unimported: Option<Span>,
}

/// What there is to know about the project.
pub struct Surroundings<'s> {
    /// Whether a path is in use.
    pub taken: &'s dyn Fn(&str) -> bool,
    /// Whether some file imports an export of that name.
    pub imported: &'s dyn Fn(&str) -> bool,
    /// The functions of the file that carry `req` or `res`. Their new form is written in place, and calls fit it.
    /// Nothing before anything else is decided: the file is still where it was, and what goes gets its new form later.
    pub carriers: Option<&'s [Span]>,
}

/// Separates the other exports of `module`, which moves to `target`.
pub fn separate(module: &Module, target: &str, handler: Span, around: &Surroundings<'_>) -> Result<Siblings, Finding> {
    let refuse = |span: Span, message: &str| {
        Finding::manual("other-exports", &module.path, span, message.to_owned())
            .help("move what else this file exports to a module of its own")
    };
    let mut items = Vec::new();
    let mut effect = None;
    for item in &module.ast.body {
        let span = span_of(item);
        if span == handler {
            continue;
        }
        match item {
            ModuleItem::ModuleDecl(ModuleDecl::ExportDecl(export)) => {
                let ids = declared(&export.decl);
                let is_type = matches!(export.decl, Decl::TsInterface(_) | Decl::TsTypeAlias(_));
                let is_config = ids.iter().all(|id| CONFIG_NAMES.contains(&&*id.0));
                if is_config && !ids.is_empty() {
                    continue;
                }
                // A type may stay; it goes along if a value that goes needs it.
                let imported = is_type || ids.iter().any(|id| (around.imported)(&id.0));
                let unimported = (!imported).then(|| span_of(&export.decl));
                items.push(Item { span, ids, exported: true, is_type, unimported });
            }
            ModuleItem::ModuleDecl(ModuleDecl::ExportNamed(export)) => {
                let only_default = export.specifiers.iter().all(is_default);
                if !export.type_only && !only_default {
                    return Err(refuse(span, "names are exported here that a `route.ts` may not export"));
                }
            }
            ModuleItem::ModuleDecl(ModuleDecl::ExportAll(export)) if !export.type_only => {
                return Err(refuse(span, "a `route.ts` may not re-export everything of another module"));
            }
            ModuleItem::ModuleDecl(ModuleDecl::TsExportAssignment(_) | ModuleDecl::TsNamespaceExport(_)) => {
                return Err(refuse(span, "this kind of export has no counterpart in a `route.ts`"));
            }
            ModuleItem::Stmt(Stmt::Decl(declaration)) => {
                let is_type = matches!(declaration, Decl::TsInterface(_) | Decl::TsTypeAlias(_));
                items.push(Item { span, ids: declared(declaration), exported: false, is_type, unimported: None });
            }
            ModuleItem::Stmt(Stmt::Expr(expression)) => {
                let text = module.text_of(&*expression.expr);
                let commonjs = text.starts_with("module.exports") || text.starts_with("exports.");
                if commonjs
                    && (text.starts_with("exports.") && !text.starts_with("exports.default")
                        || text.starts_with("module.exports."))
                {
                    return Err(refuse(span, "more than the handler is exported here"));
                }
                if !commonjs && crate::syntax::literal_str(&expression.expr).is_none() {
                    effect = Some(span);
                }
            }
            // It runs when the module loads, whatever it is.
            ModuleItem::Stmt(statement) if !matches!(statement, Stmt::Empty(_)) => effect = Some(span),
            _ => {}
        }
    }
    let all = module.references();
    let own_use = |item: &Item| {
        let mentions = item.ids.iter().filter_map(|id| all.get(id)).flatten();
        item.unimported.is_some() && mentions.into_iter().any(|mention| !item.span.contains(*mention))
    };
    let mut moving: BTreeSet<usize> =
        (0..items.len()).filter(|at| items[*at].exported && !items[*at].is_type && !own_use(&items[*at])).collect();
    with_needed(&mut moving, &items, all);
    let hidden = items.iter().enumerate().filter(|(at, item)| !moving.contains(at) && own_use(item));
    let hidden: Vec<Edit> =
        hidden.filter_map(|(_, item)| Some(Edit::delete(Span::new(item.span.start, item.unimported?.start)))).collect();
    if moving.is_empty() {
        return Ok(Siblings { edits: hidden, ..Siblings::default() });
    }
    if let Some(span) = effect {
        return Err(refuse(
            span,
            "this statement runs when the module loads, and other code of the module is exported",
        ));
    }
    if let Some(span) = runs_before(module, &|span| moving.iter().any(|at| items[*at].span == span)) {
        return Err(refuse(
            span,
            "this runs before what other files import from here is made, and would run behind it",
        ));
    }
    let carries = |at: &usize| around.carriers?.iter().find(|carrier| items[*at].span.contains(**carrier));
    if let Some(carrier) = moving.iter().find_map(carries) {
        return Err(refuse(
            *carrier,
            "other files import this function, or what uses it, and the handler hands it `req` or `res`",
        ));
    }
    if let Some(span) = assigned_outside(module, &items, &moving) {
        return Err(refuse(span, "this changes a variable that another export uses, and an import cannot be changed"));
    }
    let mut siblings = build(module, target, &items, &moving, around)
        .ok_or_else(|| refuse(handler, "what else this file exports uses the handler or its helpers"))?;
    siblings.edits.extend(hidden);
    Ok(siblings)
}

/// Whether a name is exported as `default`.
fn is_default(specifier: &ExportSpecifier) -> bool {
    let ExportSpecifier::Named(named) = specifier else { return false };
    match named.exported.as_ref().unwrap_or(&named.orig) {
        ModuleExportName::Ident(name) => &*name.sym == "default",
        ModuleExportName::Str(name) => name.value.as_str() == Some("default"),
    }
}

/// A variable that stays and calls something, in front of one that goes and does so, too. What goes is imported, and so
/// it would come first.
fn runs_before(module: &Module, goes: &dyn Fn(Span) -> bool) -> Option<Span> {
    let mut stays = None;
    for item in module.ast.body.iter().filter(|item| calls_something(*item)) {
        if goes(span_of(item)) {
            if stays.is_some() {
                return stays;
            }
        } else if matches!(item, ModuleItem::Stmt(Stmt::Decl(Decl::Var(_)))) {
            stays = stays.or(Some(span_of(item)));
        }
    }
    None
}

/// Where code that stays gives another value to what the items `moving` declare.
fn assigned_outside(module: &Module, items: &[Item], moving: &BTreeSet<usize>) -> Option<Span> {
    let goes = |span: Span| moving.iter().any(|at| items[*at].span.contains(span));
    let declared = |id: &Id| moving.iter().any(|at| items[*at].ids.contains(id));
    assigned(&module.ast).into_iter().find(|(id, span)| declared(id) && !goes(*span)).map(|(_, span)| span)
}

fn declared(declaration: &Decl) -> Vec<Id> {
    match declaration {
        Decl::Fn(function) => vec![function.ident.to_id()],
        Decl::Class(class) => vec![class.ident.to_id()],
        Decl::Var(variable) => {
            let mut ids = Vec::new();
            for declarator in &variable.decls {
                ids.extend(crate::syntax::bound_ids(&declarator.name));
            }
            ids
        }
        Decl::TsInterface(interface) => vec![interface.id.to_id()],
        Decl::TsTypeAlias(alias) => vec![alias.id.to_id()],
        Decl::TsEnum(item) => vec![item.id.to_id()],
        Decl::Using(_) | Decl::TsModule(_) => Vec::new(),
    }
}

fn build(
    module: &Module,
    target: &str,
    items: &[Item],
    moving: &BTreeSet<usize>,
    around: &Surroundings<'_>,
) -> Option<Siblings> {
    let all = module.references();
    let mentions_in = |span: Span, id: &Id| mentions_in(all, span, id);
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
    let name = name.filter(|name| !SPECIAL_FILES.contains(&name.as_str())).unwrap_or_else(|| "shared".into());
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
    let mut edits: Vec<Edit> = moving
        .iter()
        .map(|at| {
            let whole = with_leading_comment(&module.text, items[*at].span);
            let blank = module.text[whole.end..].starts_with('\n');
            Edit::delete(Span::new(whole.start, whole.end + usize::from(blank)))
        })
        .collect();
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
            Some(last) => Edit::insert(full_statement(&module.text, span_of(last)).end, line),
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

/// Everything that the items `moving` need of this module goes along.
fn with_needed(moving: &mut BTreeSet<usize>, items: &[Item], all: &References) {
    loop {
        let needed = |at: &usize| {
            moving.iter().any(|other| items[*at].ids.iter().any(|id| mentions_in(all, items[*other].span, id)))
        };
        let more: Vec<usize> = (0..items.len()).filter(|at| !moving.contains(at)).filter(needed).collect();
        if more.is_empty() {
            break;
        }
        moving.extend(more);
    }
}

fn mentions_in(all: &References, span: Span, id: &Id) -> bool {
    all.get(id).is_some_and(|at| at.iter().any(|mention| span.contains(*mention)))
}

fn import_of(
    module: &Module,
    import: &crate::syntax::ast::ImportDecl,
    kept: &[&crate::syntax::ast::ImportSpecifier],
) -> String {
    use crate::syntax::ast::ImportSpecifier;
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
    let mut rewrite = crate::rewrite::Rewrite::new();
    for specifier in cut.specifiers() {
        if specifier.value.starts_with('.') {
            let joined = super::moves::specifier_target(&module.path, &specifier.value)?;
            let new = relative(path, &joined);
            rewrite.add(Edit::replace(specifier.span, requote(specifier.span.text(&text), &new))).ok()?;
        }
    }
    rewrite.render(&text).ok()
}

/// A statement's lines together with the comment lines right above it.
fn with_leading_comment(text: &str, span: Span) -> Span {
    let mut whole = full_statement(text, span);
    while let Some(line) = text[..whole.start].strip_suffix('\n').map(|b| b.rsplit('\n').next().unwrap_or_default()) {
        let trimmed = line.trim();
        if !(trimmed.starts_with("//") || trimmed.starts_with("/*") || trimmed.starts_with('*')) {
            break;
        }
        whole = Span::new(whole.start - line.len() - 1, whole.end);
    }
    whole
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
