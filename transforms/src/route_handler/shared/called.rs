//! Handlers of endpoints that other endpoints call. They become functions that the file exports by a name beside its
//! handler, and go to a module of their own with the others then.
//!
//! ```ts
//! // pages/api/v2/items.ts
//! import items from '../items'                            import { handler as items } from '../items'
//! export default (req, res) => items(req, res)       →    export default (req, res) => items(req, res)
//!
//! // pages/api/items.ts
//! export default function handler(req, res) { … }         export function handler(req, res) { … }
//!
//!                                                         export default function (req, res) {
//!                                                           return handler(req, res)
//!                                                         }
//! ```

use std::collections::{BTreeMap, BTreeSet};

use crate::finding::Finding;
use crate::pages_api::{Handler, HandlerForm, find_handler, handing_over, read_config};
use crate::project::{Modules, Project};
use crate::rewrite::{ChangeSet, Edit, Rewrite};
use crate::route_handler::importers::{Importer, importers};
use crate::syntax::ast::{ExportSpecifier, Id, ImportSpecifier, ModuleDecl, ModuleExportName, ModuleItem};
use crate::syntax::{Module, Span, free_name, span_of};

/// What that changes, and the endpoint files that it changes.
pub fn called(
    project: &Project,
    modules: &Modules<'_>,
    endpoints: &BTreeSet<&str>,
    held: &BTreeMap<String, Vec<Finding>>,
) -> (ChangeSet, BTreeSet<String>) {
    let mut changes = ChangeSet::default();
    let mut files = BTreeSet::new();
    let mut edits: BTreeMap<String, Vec<Edit>> = BTreeMap::new();
    for (file, importers) in importers(modules, endpoints) {
        let free = |file: &str| endpoints.contains(file) && !held.contains_key(file);
        if !free(&file) || !importers.iter().all(|importer| importer.file != file && free(&importer.file)) {
            continue;
        }
        let Ok(module) = modules.get(&file) else { continue };
        let Some((name, own)) = named(module) else { continue };
        let Some(others) =
            importers.iter().map(|importer| calling(modules, importer, &name)).collect::<Option<Vec<_>>>()
        else {
            continue;
        };
        let others: Vec<(&Importer, Edit)> =
            importers.iter().zip(others).filter_map(|(importer, edit)| Some((importer, edit?))).collect();
        if others.is_empty() {
            continue;
        }
        files.insert(file.clone());
        edits.entry(file).or_default().extend(own);
        for (importer, edit) in others {
            files.insert(importer.file.clone());
            edits.entry(importer.file.clone()).or_default().push(edit);
        }
    }
    for (file, edits) in edits {
        let Some(Ok(old)) = project.files.get(&file) else { continue };
        let mut rewrite = Rewrite::new();
        let text = rewrite.extend(edits).and_then(|()| rewrite.render(old));
        let text = text.ok().filter(|text| Module::parse(&file, text.as_str().into()).is_ok());
        // Nothing is changed rather than half of it.
        let Some(text) = text else { return (ChangeSet::default(), BTreeSet::new()) };
        changes.edit(&file, old, text);
    }
    (changes, files)
}

/// The name that the handler of `module` is exported by, and the edits that do so.
fn named(module: &Module) -> Option<(String, Vec<Edit>)> {
    let Handler { function, form, statement, name } = find_handler(module).ok()?;
    if function.is_generator() || read_config(module).edge {
        return None;
    }
    let text = &module.text;
    let own = name.as_ref().map_or_else(|| free_name(&module.ast, &["handler"]), |name| name.0.to_string());
    let given = &["req", "res"][..function.params().len().min(2)];
    let call = handing_over(module, &own, given);
    let line = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let head = Span::new(statement.start, function.span().start);
    let behind = Edit::insert(statement.end, format!("{line}{line}{call}"));
    let edits = match form {
        HandlerForm::DefaultFunction => {
            let written = statement.text(text).strip_prefix("export default ")?;
            let keyword = Span::new(statement.start + "export ".len(), statement.end - written.len());
            let mut edits = vec![Edit::delete(keyword), behind];
            if name.is_none() {
                let rest = function.span().text(text);
                let rest = rest.strip_prefix("async").map_or(rest, str::trim_start).strip_prefix("function")?;
                let at = function.span().end - rest.len();
                let space = rest.len() - rest.trim_start().len();
                edits.push(Edit::replace(Span::new(at, at + space), format!(" {own}")));
            }
            edits
        }
        HandlerForm::DefaultExpression if head.text(text) == "export default " => {
            vec![Edit::replace(head, format!("export const {own} = ")), behind]
        }
        HandlerForm::Function { export } | HandlerForm::Variable { export } => {
            let plain = export.text(text).starts_with("export ") && !statement.text(text).starts_with("export ");
            if !plain || !["const ", "function ", "async "].iter().any(|start| statement.text(text).starts_with(start))
            {
                return None;
            }
            vec![Edit::insert(statement.start, "export "), Edit::replace(export, call)]
        }
        HandlerForm::DefaultExpression => return None,
    };
    Some((own, edits))
}

/// The edit by which `importer` takes the handler by its `name`; within, `None` if it takes something else, and outside
/// if it cannot.
fn calling(modules: &Modules<'_>, importer: &Importer, name: &str) -> Option<Option<Edit>> {
    let specifier = &importer.specifier;
    match &specifier.names {
        None => return specifier.type_only.then_some(None),
        Some(names) if specifier.type_only || !names.iter().any(|name| name == "default") => return Some(None),
        Some(_) => {}
    }
    let module = modules.get(&importer.file).ok()?;
    let statement = specifier.statement?;
    let item = module.ast.body.iter().find(|item| span_of(*item) == statement)?;
    let (place, local) = match item {
        ModuleItem::ModuleDecl(ModuleDecl::Import(import)) => match import.specifiers.as_slice() {
            [ImportSpecifier::Default(local)] if is_only_called(module, &local.local.to_id(), span_of(local)) => {
                (span_of(local), local.local.sym.to_string())
            }
            _ => return None,
        },
        ModuleItem::ModuleDecl(ModuleDecl::ExportNamed(export)) => match export.specifiers.as_slice() {
            [only @ ExportSpecifier::Named(own)] if own.exported.is_none() => match &own.orig {
                ModuleExportName::Ident(orig) if &*orig.sym == "default" => {
                    return Some(Some(Edit::replace(span_of(only), format!("{name} as default"))));
                }
                _ => return None,
            },
            _ => return None,
        },
        _ => return None,
    };
    let list = if local == name { local } else { format!("{name} as {local}") };
    Some(Some(Edit::replace(place, module.style.braces(&list))))
}

/// Whether nothing is done with the handler `name`, imported at `import`, but to call it.
fn is_only_called(module: &Module, name: &Id, import: Span) -> bool {
    let all = module.references();
    let mut mentions = all.get(name).into_iter().flatten().filter(|mention| !import.contains(**mention));
    mentions.all(|mention| module.text[mention.end..].trim_start().starts_with('('))
}
