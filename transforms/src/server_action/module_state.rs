//! State that an action would not see. Next bundles Server Actions apart, so a module that an action loads exists once
//! more, and what the action puts at the top of it others do not see:
//!
//! ```ts
//! // lib/codes.ts
//! export const codes = new Map<string, string>();
//! // POST /api/codes becomes an action, GET /api/codes stays
//! codes.set(email, code);            // in the copy of the actions
//! return Response.json(codes.size)   // in the copy of the Route Handlers, which is empty
//! ```
//!
//! Seen in Next.js 14, 15 and 16, built and served: the actions that Client Components call share one copy, for whatever
//! page. With webpack, Route Handlers, pages and the actions of their forms share another; with Turbopack, pages share
//! that of the actions, and Route Handlers have their own. `pages/api` shares its copy with none of them.
//!
//! So it counts who shared the state before: endpoints of `pages/api` with each other, Route Handlers with each other
//! and with pages. What all becomes actions stays together.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::conversion::Conversion;
use crate::finding::Finding;
use crate::plan::{EndpointPlan, Router};
use crate::project::{App, Modules, Project, runs_on_server};
use crate::route_handler::loads::loads;
use crate::route_handler::module_state::{ModuleState, RULE, State};
use crate::syntax::ast::{ExportNamedSpecifier, ExportSpecifier, Id, ModuleDecl, ModuleExportName, ModuleItem};
use crate::syntax::{Module, Span, span_of};

/// Takes out of `conversions` those that would be parted from state which others keep using; with the endpoint, why.
pub fn keep_state_together(
    tree: &Project,
    modules: &Modules<'_>,
    app: &App,
    endpoints: &[EndpointPlan],
    conversions: &mut Vec<Conversion<'_>>,
) -> Vec<(usize, Finding)> {
    // Endpoints of `pages/api` where they are now.
    let pages: BTreeSet<&str> = endpoints
        .iter()
        .filter(|endpoint| endpoint.router == Router::Pages)
        .map(|endpoint| endpoint.to.as_deref().unwrap_or(&endpoint.file))
        .collect();
    let below = format!("{}/", app.app_dir);
    let own = tree.files.range(below.clone()..).take_while(|(path, _)| path.starts_with(&below));
    let own = own.map(|(path, _)| path.as_str()).filter(|path| is_entry(path) && !pages.contains(path));
    let own: BTreeSet<&str> = own.collect();
    let entries = pages.iter().chain(&own).copied();
    let state = ModuleState::of(tree, modules, &loads(tree, modules, entries));
    let mut told = Vec::new();
    // Who stays is another one for those that use the same state.
    loop {
        let mut apart = BTreeMap::new();
        for group in [&pages, &own] {
            apart.extend(parted(&state, modules, group, conversions));
        }
        if apart.is_empty() {
            return told;
        }
        let finding = |(at, (state, stays)): (&usize, &(&State, &str))| {
            (conversions[*at].endpoint, finding(&conversions[*at], state, stays))
        };
        told.extend(apart.iter().map(finding));
        let mut at = 0;
        conversions.retain(|_| {
            at += 1;
            !apart.contains_key(&(at - 1))
        });
    }
}

/// Which of `conversions` would be parted from state that others of the files `group`, which share one copy of their
/// modules, go on using: the state, and the file of the other.
fn parted<'s>(
    state: &'s ModuleState,
    modules: &Modules<'_>,
    group: &BTreeSet<&'s str>,
    conversions: &[Conversion<'s>],
) -> BTreeMap<usize, (&'s State, &'s str)> {
    let mut converted: BTreeMap<&str, HashSet<Span>> = BTreeMap::new();
    let mut moving: BTreeMap<usize, usize> = BTreeMap::new();
    let of_group = conversions.iter().enumerate().filter(|(_, own)| group.contains(own.module.path.as_str()));
    for (at, own) in of_group {
        let file = own.module.path.as_str();
        for statement in [own.handler.statement, own.handler.exported] {
            converted.entry(file).or_default().insert(statement);
            moving.extend(state.pieces.at(file, statement).map(|piece| (piece, at)));
        }
    }
    let file_of = |at: usize| conversions[at].module.path.as_str();
    let files = |is_meant: &dyn Fn(usize) -> bool| -> BTreeMap<usize, &'s str> {
        moving.iter().filter(|(_, at)| is_meant(**at)).map(|(piece, at)| (*piece, file_of(*at))).collect()
    };
    let staying = group.iter().flat_map(|file| {
        let left = match (converted.get(file), modules.get(file)) {
            (Some(converted), Ok(module)) => left(state, module, converted),
            _ => state.pieces.whole(file).into_iter().collect(),
        };
        left.into_iter().map(|piece| (piece, *file))
    });
    let mut found = state.taken_apart(staying, &files(&|_| true), true);
    // Forms may stand in Server Components, whose actions have the copy of the pages.
    let is_form = |at: usize| conversions[at].callers.iter().any(|(_, caller, _)| caller.form.is_some());
    let forms = files(&is_form);
    found.extend(state.taken_apart(forms.clone().into_iter(), &files(&|at| !is_form(at)), false));
    for (piece, _) in forms {
        if let [_, (other, ..), ..] = conversions[moving[&piece]].callers.as_slice() {
            found.extend(state.taken_apart([(piece, *other)].into_iter(), &BTreeMap::from([(piece, *other)]), false));
        }
    }
    found.into_iter().map(|(piece, found)| (moving[&piece], found)).collect()
}

fn is_entry(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.split('.').next().is_some_and(runs_on_server)
}

/// The pieces that a Route Handler goes on exporting when the statements `converted` are gone.
fn left(state: &ModuleState, module: &Module, converted: &HashSet<Span>) -> Vec<usize> {
    let mut found = Vec::new();
    for item in &module.ast.body {
        match item {
            _ if converted.contains(&span_of(item)) => {}
            ModuleItem::ModuleDecl(ModuleDecl::ExportDecl(_)) => {
                found.extend(state.pieces.at(&module.path, span_of(item)));
            }
            ModuleItem::ModuleDecl(ModuleDecl::ExportNamed(export)) if export.src.is_none() => {
                let names = export.specifiers.iter().filter_map(exported_name);
                found.extend(names.filter_map(|name| state.pieces.declaring(&module.path, &name)));
            }
            // What it exports of others is not looked at one by one.
            ModuleItem::ModuleDecl(ModuleDecl::ExportNamed(_) | ModuleDecl::ExportAll(_)) => {
                found.extend(state.pieces.whole(&module.path));
            }
            _ => {}
        }
    }
    found
}

/// The name that `export { handler as GET }` exports.
fn exported_name(specifier: &ExportSpecifier) -> Option<Id> {
    match specifier {
        ExportSpecifier::Named(ExportNamedSpecifier { orig: ModuleExportName::Ident(name), .. }) => Some(name.to_id()),
        _ => None,
    }
}

fn finding(conversion: &Conversion<'_>, state: &State, stays: &str) -> Finding {
    let name = &state.name;
    let keeps = if state.is_registered { "registers with its package" } else { "keeps values between requests" };
    let message = format!(
        "{} {} stays a Route Handler: `{name}` {keeps}, and an action would have another copy of it than `{stays}`, \
         which uses it, too",
        conversion.method.as_str(),
        conversion.route
    );
    Finding::note(RULE, &state.file, state.span, message)
        .help(format!("put `{name}` on `globalThis`, or keep its values in a store outside of the server"))
}
