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

mod written;

use std::collections::BTreeSet;

use self::written::build;
use super::tidy::with_line_behind;
use crate::finding::Finding;
use crate::pages_api::{exports_config, unknown_setting};
use crate::rewrite::Edit;
use crate::syntax::ast::{Decl, ExportSpecifier, Id, ModuleDecl, ModuleExportName, ModuleItem, Stmt};
use crate::syntax::{Module, References, Span, assigned, calls_something, span_of};

/// Names that a `route.ts` may export beside the methods.
const CONFIG_NAMES: [&str; 4] = ["config", "runtime", "maxDuration", "preferredRegion"];

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

impl Item {
    /// A setting that the Pages Router does not know, and that nobody imports.
    fn has_no_effect(&self) -> bool {
        let known = self.ids.iter().any(|id| unknown_setting(&id.0).is_none());
        self.unimported.is_some() && !self.ids.is_empty() && !known
    }
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
            ModuleItem::Stmt(_) if exports_config(item).is_some() => {}
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
    let (dropped, kept): (Vec<usize>, Vec<usize>) =
        (0..items.len()).partition(|at| items[*at].has_no_effect() && !own_use(&items[*at]));
    let goes = |at: &usize| items[*at].exported && !items[*at].is_type && !own_use(&items[*at]);
    let mut moving: BTreeSet<usize> = kept.into_iter().filter(goes).collect();
    with_needed(&mut moving, &items, all);
    let hidden = items.iter().enumerate().filter(|(at, item)| !moving.contains(at) && own_use(item));
    let mut hidden: Vec<Edit> =
        hidden.filter_map(|(_, item)| Some(Edit::delete(Span::new(item.span.start, item.unimported?.start)))).collect();
    hidden.extend(dropped.iter().map(|at| Edit::delete(with_line_behind(&module.text, items[*at].span))));
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
