//! Carrying out what was decided: the files of the actions, the callers, and what is left of the Route Handlers.
//! All or nothing per file: what fails at the last check takes everything along that it has to do with.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::caller::{call_edits, free_name, import_edits, read_edits};
use super::conversion::Conversion;
use super::file::{divide, merge, remainder, standalone};
use super::forms::form_action;
use super::loading::may_fail;
use super::name::{names, resource};
use super::place::place;
use super::text::{Spec, action_text};
use super::twin::twin_text;
use super::twins;
use crate::app_routes::exported_methods;
use crate::callers::{Settled, has_directive};
use crate::finding::Finding;
use crate::project::{App, Method, Modules, NextVersion, Project};
use crate::rewrite::{ChangeSet, Rewrite};
use crate::route_handler::moves::{folder, specifier_edits};
use crate::route_handler::tidy::tidy_with;
use crate::settings::without_served;
use crate::syntax::{Module, Span, declared_names};

/// What became of the conversions.
pub struct Done<'a> {
    /// With the name of the action and its file.
    pub converted: Vec<(Conversion<'a>, String, String)>,
    /// What could not be carried out, by endpoint.
    pub refused: Vec<(usize, Finding)>,
}

/// New texts by path; `None` for a file that goes.
#[derive(Default)]
struct Output {
    texts: BTreeMap<String, Option<String>>,
    /// The name and the file of each conversion.
    placed: Vec<(String, String)>,
    /// Route Handlers that become the file of their actions as a whole.
    renamed: BTreeMap<String, String>,
}

/// What stands in the way, and of which conversions.
pub type Failed = Box<(BTreeSet<usize>, Finding)>;

/// Writes the conversions into `changes`, as far as all checks pass.
pub fn carry_out<'a>(
    tree: &Project,
    modules: &Modules<'_>,
    app: &App,
    forms: bool,
    mut conversions: Vec<Conversion<'a>>,
    changes: &mut ChangeSet,
) -> Done<'a> {
    let mut refused = Vec::new();
    while !conversions.is_empty() {
        match attempt(tree, modules, app, forms, &conversions) {
            Ok(output) => {
                write(tree, output.texts, &output.renamed, changes);
                let converted =
                    conversions.into_iter().zip(output.placed).map(|(c, (name, file))| (c, name, file)).collect();
                return Done { converted, refused };
            }
            Err(failed) => {
                let (failed, finding) = *failed;
                let all: BTreeSet<usize> = if failed.is_empty() { (0..conversions.len()).collect() } else { failed };
                refused.extend(all.iter().map(|at| (conversions[*at].endpoint, finding.clone())));
                let mut at = 0;
                conversions.retain(|_| {
                    at += 1;
                    !all.contains(&(at - 1))
                });
            }
        }
    }
    Done { converted: Vec::new(), refused }
}

fn write(
    tree: &Project,
    texts: BTreeMap<String, Option<String>>,
    renamed: &BTreeMap<String, String>,
    changes: &mut ChangeSet,
) {
    let old = |path: &str| tree.files.get(path).and_then(|text| text.as_ref().ok()).cloned();
    for (path, text) in texts {
        match (old(&path), text) {
            (Some(_), None) if renamed.contains_key(&path) => {}
            (Some(old), None) => changes.delete(&path, &old),
            (Some(old), Some(text)) => changes.edit(&path, &old, text),
            (None, Some(text)) => {
                let from = renamed.iter().find(|(_, to)| **to == path).and_then(|(from, _)| Some((from, old(from)?)));
                match from {
                    Some((from, old)) => changes.rename(from, &path, &old, text),
                    None => changes.create(&path, text),
                }
            }
            (None, None) => {}
        }
    }
}

fn attempt(
    tree: &Project,
    modules: &Modules<'_>,
    app: &App,
    forms: bool,
    conversions: &[Conversion<'_>],
) -> Result<Output, Failed> {
    let mut output = Output { placed: vec![(String::new(), String::new()); conversions.len()], ..Output::default() };
    let mut by_route: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (at, conversion) in conversions.iter().enumerate() {
        by_route.entry(conversion.module.path.as_str()).or_default().push(at);
    }
    // The names of actions that a file calls already.
    let mut called: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for (route_file, own) in &by_route {
        let failed = |rule: &'static str, span: Option<Span>, why: &str| {
            let first = &conversions[own[0]];
            let message = format!("{} stays a Route Handler: {why}", first.route);
            Box::new((own.iter().copied().collect::<BTreeSet<_>>(), Finding::note(rule, route_file, span, message)))
        };
        let module = conversions[own[0]].module;
        let handlers = own.iter().map(|at| conversions[*at].handler);
        let spans: BTreeSet<Span> = handlers.flat_map(|handler| [handler.statement, handler.exported]).collect();
        let remains = exported_methods(module).len() > own.len();
        let near = own.iter().flat_map(|at| &conversions[*at].twins).filter(|twin| twin.is_near);
        let near: Result<BTreeMap<Span, String>, _> =
            near.map(|twin| twin_text(twin).map(|text| (twin.statement, text))).collect();
        let near = near.map_err(|conflict| failed("not-rewritable", None, &conflict.to_string()))?;
        let division =
            divide(module, &spans, &near, remains).map_err(|(rule, at, why)| failed(rule, Some(at), &why))?;

        let callers: BTreeSet<&str> =
            own.iter().flat_map(|at| conversions[*at].callers.iter().map(|(file, ..)| *file)).collect();
        let wanted = place(app, conversions[own[0]].route, &callers);
        let extension = if module.path.ends_with(".ts") || module.path.ends_with(".tsx") { "ts" } else { "js" };
        let mut written = None;
        for candidate in
            [wanted.clone(), format!("{}/{}-actions", folder(&wanted), resource(conversions[own[0]].route))]
        {
            let (target, existing) = match at_place(tree, &output, &candidate, extension) {
                Place::Free(path) => (path, None),
                Place::Actions(path, module) => (path, Some(*module)),
                Place::Taken => continue,
            };
            let mut taken: BTreeSet<String> =
                existing.as_ref().map(|module| declared_names(&module.ast).into_iter().collect()).unwrap_or_default();
            taken.extend(declared_names(&module.ast));
            taken.extend(callers.iter().filter_map(|file| called.get(file)).flatten().cloned());
            let mut texts = BTreeMap::new();
            let moved = specifier_edits(module, &target, &BTreeMap::new(), tree.resolver.as_ref());
            for at in own {
                let conversion = &conversions[*at];
                let name = names(conversion.route, conversion.method).into_iter().find(|name| !taken.contains(name));
                let Some(name) = name else {
                    return Err(failed("http-contract", None, "no name is free for its action"));
                };
                taken.insert(name.clone());
                let spec = Spec {
                    module,
                    handler: conversion.handler,
                    analysis: &conversion.analysis,
                    name: &name,
                    demand: &conversion.demand,
                    types: &conversion.types,
                    around: &conversion.twins,
                    moved: &moved,
                    typescript: extension == "ts",
                };
                let text =
                    action_text(&spec).map_err(|conflict| failed("not-rewritable", None, &conflict.to_string()))?;
                texts.insert(conversion.handler.statement, text);
                output.placed[*at] = (name, target.clone());
            }
            let mut imports: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
            let twins = twins::imports(tree, module, &target, own.iter().map(|at| &conversions[*at]));
            for (specifier, name) in &twins {
                imports.entry(specifier.clone()).or_default().insert(name);
            }
            let needed = own.iter().filter_map(|at| conversions[*at].types.body.as_ref()?.import.clone());
            for (specifier, name) in needed {
                imports.entry(specifier).or_default().insert(name);
            }
            for input in own.iter().map(|at| &conversions[*at].analysis.input) {
                let names = [("cookies", input.cookies), ("headers", input.headers)];
                for (name, _) in names.into_iter().filter(|(_, is_needed)| *is_needed) {
                    imports.entry("next/headers".to_owned()).or_default().insert(name);
                }
            }
            if own.iter().any(|at| conversions[*at].analysis.answers.iter().any(|answer| answer.redirects)) {
                imports.insert("next/navigation".to_owned(), BTreeSet::from(["redirect"]));
            }
            texts.extend(near.clone());
            let Some(text) = standalone(module, &target, &texts, &division, tree.resolver.as_ref(), &imports) else {
                return Err(failed("not-rewritable", None, "its action could not be written; please report this file"));
            };
            let text = without_served(&target, text);
            let Ok(new) = Module::parse(&target, text.as_str().into()) else {
                return Err(failed("not-rewritable", None, "its action does not parse; please report this file"));
            };
            let text = match &existing {
                None => text,
                // What one of them does when it is loaded is no matter of the other.
                Some(existing) if may_fail(existing) || may_fail(&new) => continue,
                Some(existing) => match merge(existing, &new, tree.resolver.as_ref())
                    .filter(|text| sound(&target, text, existing, &new))
                {
                    Some(text) => text,
                    None => continue,
                },
            };
            if remains {
                // Beside other methods, 13 and 14 never render a `GET` at build time (reference, section 4).
                let left =
                    exported_methods(module).into_iter().filter(|m| own.iter().all(|at| conversions[*at].method != *m));
                let only_reads = left.into_iter().all(|method| matches!(method, Method::Get | Method::Head));
                let dynamic = only_reads
                    && app.next.renders_get_at_build(folder(route_file))
                    && !module.text.contains("export const dynamic ")
                    && !module.text.contains("export const revalidate");
                if dynamic && (app.cache_components || module.text.contains("fetch(")) {
                    let why = "without it, Next would render GET at build time or cache what it fetches";
                    return Err(failed("http-contract", None, why));
                }
                let Some(rest) = remainder(module, &spans, &division, dynamic) else {
                    return Err(failed(
                        "not-rewritable",
                        None,
                        "what is left of it could not be written; please report this file",
                    ));
                };
                output.texts.insert((*route_file).to_owned(), Some(without_served(route_file, rest)));
            } else {
                output.texts.insert((*route_file).to_owned(), None);
                if existing.is_none() {
                    output.renamed.insert((*route_file).to_owned(), target.clone());
                }
            }
            output.texts.insert(target.clone(), Some(text));
            written = Some(target);
            break;
        }
        for at in own {
            for (file, ..) in &conversions[*at].callers {
                called.entry(file).or_default().insert(output.placed[*at].0.clone());
            }
        }
        if written.is_none() {
            return Err(failed(
                "http-contract",
                None,
                &format!("`{wanted}` is there already and is no file of actions, or names clash"),
            ));
        }
    }
    let forms = forms.then_some(app.next);
    edit_callers(tree, modules, forms, conversions, &mut output)?;
    twins::add(conversions, &mut output.texts)?;
    Ok(output)
}

enum Place {
    Free(String),
    Actions(String, Box<Module>),
    Taken,
}

/// What is at the path `candidate`, whatever its extension, now or by this run.
fn at_place(tree: &Project, output: &Output, candidate: &str, extension: &str) -> Place {
    for known in ["ts", "tsx", "js", "jsx"] {
        let path = format!("{candidate}.{known}");
        let ours = output.texts.get(&path).and_then(|text| text.as_deref()).map(Arc::from);
        let text: Option<Arc<str>> = ours.or_else(|| match tree.files.get(&path) {
            Some(Ok(text)) => Some(Arc::clone(text)),
            Some(Err(_)) => Some("".into()),
            None => None,
        });
        let Some(text) = text else { continue };
        return match Module::parse(&path, text) {
            Ok(module) if has_directive(&module, "use server") => Place::Actions(path, Box::new(module)),
            _ => Place::Taken,
        };
    }
    Place::Free(format!("{candidate}.{extension}"))
}

/// Whether a merged file parses and uses no name that nothing declares.
fn sound(path: &str, text: &str, one: &Module, other: &Module) -> bool {
    Module::parse(path, text.into()).is_ok_and(|merged| {
        let known: BTreeSet<String> = one.free_names().into_iter().chain(other.free_names()).collect();
        merged.free_names().is_subset(&known)
    })
}

fn edit_callers(
    tree: &Project,
    modules: &Modules<'_>,
    forms: Option<NextVersion>,
    conversions: &[Conversion<'_>],
    output: &mut Output,
) -> Result<(), Failed> {
    let mut by_file: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (at, conversion) in conversions.iter().enumerate() {
        for (file, caller, _) in &conversion.callers {
            by_file.entry(file).or_default().push(at);
            for (reader, _) in caller.returned.iter().flat_map(|returned| &returned.readings) {
                by_file.entry(reader).or_default().push(at);
            }
        }
    }
    for (file, mut own) in by_file {
        own.dedup();
        let text = edited(tree, modules, forms, conversions, &output.placed, file, &own).ok_or_else(|| {
            let message = "the callers in this file could not be rewritten; please report it";
            Box::new((own.iter().copied().collect(), Finding::note("not-rewritable", file, None, message)))
        })?;
        output.texts.insert(file.to_owned(), Some(text));
    }
    Ok(())
}

fn edited(
    tree: &Project,
    modules: &Modules<'_>,
    forms: Option<NextVersion>,
    conversions: &[Conversion<'_>],
    placed: &[(String, String)],
    file: &str,
    own: &[usize],
) -> Option<String> {
    let module = modules.get(file).ok()?;
    let mut rewrite = Rewrite::new();
    rewrite.protect(module.verbatim.iter().copied());
    let mut imports: BTreeMap<&str, Vec<(String, String)>> = BTreeMap::new();
    let mut globals = BTreeSet::new();
    let mut form_edits = Vec::new();
    let (mut handlers, mut hooks) = (BTreeSet::new(), BTreeMap::<String, BTreeSet<&str>>::new());
    for at in own {
        let conversion = &conversions[*at];
        let (name, target) = &placed[*at];
        let absent = &conversion.demand.absent;
        let returned = conversion.callers.iter().filter_map(|(_, caller, _)| caller.returned.as_ref());
        for (_, reading) in returned.flat_map(|returned| &returned.readings).filter(|(of, _)| of == file) {
            rewrite.extend(read_edits(&module.text, reading, absent)).ok()?;
        }
        let mut own = conversion.callers.iter().filter(|(of, ..)| *of == file).peekable();
        if own.peek().is_none() {
            continue;
        }
        let local = free_name(module, name);
        imports.entry(target).or_default().push((name.clone(), local.clone()));
        for (_, caller, url) in own {
            let input = &conversion.analysis.input;
            let edits = call_edits(module, caller, url, conversion.route, input, absent, &local).ok()?;
            rewrite.extend(edits).ok()?;
            globals.extend(caller.settled.iter().flat_map(Settled::globals));
            let form = forms.and_then(|next| form_action(module, caller.call, next)?.ok());
            // A handler that calls two actions becomes the action of its form once.
            if let Some(form) = form.filter(|form| handlers.insert(form.statement)) {
                form_edits.extend(form.edits);
                if let Some((hook, Some(from))) = form.hook {
                    hooks.entry(from.to_owned()).or_default().insert(hook);
                }
                if form.tells {
                    hooks.entry("react-dom".to_owned()).or_default().insert("useFormStatus");
                }
                if form.keeps {
                    hooks.entry("react".to_owned()).or_default().insert("useState");
                }
            }
        }
    }
    rewrite.extend(import_edits(tree, module, &imports)).ok()?;
    // What they add before a component stands behind the imports.
    rewrite.extend(form_edits).ok()?;
    let text = rewrite.render(&module.text).ok()?;
    tidy_with(file, text, module, &hooks, &globals).ok()
}
