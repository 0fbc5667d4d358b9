//! What a Route Handler cannot load. Next compiles the App Router's server code, Route Handlers included, for the
//! server's React, and `pages/api` for the usual one:
//!
//! ```ts
//! // pages/api/login.ts imports components/LoginForm.tsx for a schema that stands there
//! import { useState } from 'react';         // `next build` fails: the server's React has no `useState`
//! // components/limits.ts
//! 'use client';
//! export const limits = { max: 3 };         // on the server a reference, `limits.max` is undefined
//! ```
//!
//! The list of names is that of Next's compiler; modules behind a `'use client'` are not compiled for the server.

use std::collections::{BTreeMap, BTreeSet};

use super::loads::{Loads, Reached};
use crate::finding::Finding;
use crate::project::{Imported, Modules, Project, binding, imports};
use crate::syntax::ast::{self, Expr, Id, MemberExpr};
use crate::syntax::{Loaded, Module, Purpose, Span, Taken, Visit, VisitWith, bare, dropped, member_name, span_of};

/// Modules that server code may not import.
const MODULES: [&str; 7] =
    ["client-only", "next/app", "next/document", "next/error", "next/router", "react-dom/client", "react-dom/server"];

/// Names that server code may not import, by package.
const NAMES: [(&str, &[&str]); 3] = [
    (
        "react",
        &[
            "Component",
            "PureComponent",
            "createContext",
            "createFactory",
            "experimental_useOptimistic",
            "useActionState",
            "useDeferredValue",
            "useEffect",
            "useEffectEvent",
            "useImperativeHandle",
            "useInsertionEffect",
            "useLayoutEffect",
            "useOptimistic",
            "useReducer",
            "useRef",
            "useState",
            "useSyncExternalStore",
            "useTransition",
        ],
    ),
    ("react-dom", &["flushSync", "unstable_batchedUpdates", "useFormState", "useFormStatus"]),
    (
        "next/navigation",
        &[
            "ServerInsertedHTMLContext",
            "useParams",
            "usePathname",
            "useRouter",
            "useSearchParams",
            "useSelectedLayoutSegment",
            "useSelectedLayoutSegments",
            "useServerInsertedHTML",
        ],
    ),
];

/// Of the members of `React`, those that fail where the module loads.
const AT_ONCE: [&str; 4] = ["Component", "PureComponent", "createContext", "createFactory"];

/// How many files a name is followed through that files import and export again.
const MAX_HOPS: usize = 8;

/// What keeps the endpoints of a project out of the server layer.
#[derive(Default)]
pub struct ServerLayer(BTreeMap<String, Finding>);

impl ServerLayer {
    /// What is wrong with what the files `entries` load.
    pub fn of<'e>(
        project: &Project,
        modules: &Modules<'_>,
        reached: &Loads,
        entries: impl Iterator<Item = &'e str> + Clone,
    ) -> Self {
        // From Next 16 on, imports are checked before TypeScript drops those of types.
        let early = project.apps.iter().any(|app| app.next.major >= 16);
        let mut faults: BTreeMap<&str, Finding> = BTreeMap::new();
        for (path, found) in reached.iter().filter(|(_, found)| !found.is_client) {
            let Ok(module) = modules.get(path) else { continue };
            let fault = found.loads.iter().find_map(|(_, loaded)| fault(module, loaded));
            let fault =
                fault.or_else(|| dropped(module).iter().filter(|_| early).find_map(|own| self::fault(module, own)));
            faults.extend(fault.map(|fault| (path.as_str(), fault)));
        }
        let own: BTreeSet<&str> = entries.clone().collect();
        for (path, finding) in client_values(project, modules, reached, &own) {
            faults.entry(path).or_insert(finding);
        }
        ServerLayer(spread(reached, &faults, entries))
    }

    /// Why the endpoint at `file` cannot be a Route Handler.
    pub fn obstacle(&self, file: &str) -> Option<&Finding> {
        self.0.get(file)
    }
}

/// What `loaded` brings that the server's React does not have.
fn fault(module: &Module, loaded: &Loaded) -> Option<Finding> {
    let package = loaded.specifier.as_str();
    let finding = |span: Span, what: &str| {
        let message = format!("Route Handlers have no {what}");
        Finding::manual("server-layer", &module.path, span, message)
            .help("move what the endpoint needs out of this file, to a module that is free of client code")
    };
    if loaded.statement && MODULES.contains(&package) {
        return Some(finding(loaded.span, &format!("`{package}`")));
    }
    if package == "next/dynamic" && module.text.contains("ssr: false") {
        return Some(finding(loaded.span, "`dynamic()` with `ssr: false`"));
    }
    let (_, names) = NAMES.iter().find(|(own, _)| *own == package)?;
    let mut taken = loaded.names.iter().filter(|_| loaded.statement).filter_map(|taken| taken.name.as_deref());
    let forbidden = taken.find(|name| names.contains(name));
    if let Some(name) = forbidden {
        return Some(finding(loaded.span, &format!("`{name}` of `{package}`")));
    }
    let is_whole = |taken: &&Taken| taken.name.as_deref().is_none_or(|name| name == "default");
    let whole = loaded.names.iter().find(is_whole)?.local.as_ref().filter(|_| package == "react")?;
    let mut at_once = AtOnce { react: whole, found: None };
    module.ast.visit_with(&mut at_once);
    let (span, name) = at_once.found?;
    Some(finding(span, &format!("`{}.{name}`", whole.0)))
}

/// Members of `React` that are asked for while the module loads.
struct AtOnce<'r> {
    react: &'r Id,
    found: Option<(Span, String)>,
}

impl Visit for AtOnce<'_> {
    fn visit_member_expr(&mut self, member: &MemberExpr) {
        let is_react = matches!(bare(&member.obj), Expr::Ident(name) if name.to_id() == *self.react);
        if let Some(name) = member_name(member).filter(|name| is_react && AT_ONCE.contains(&name.as_str())) {
            self.found.get_or_insert((span_of(member), name));
        }
        member.visit_children_with(self);
    }

    fn visit_function(&mut self, _: &ast::Function) {}
    fn visit_arrow_expr(&mut self, _: &ast::ArrowExpr) {}
    fn visit_ts_type(&mut self, _: &ast::TsType) {}
}

/// Values of `'use client'` modules that server modules take, directly or through files that hand them on: what
/// the first of them is, by module.
fn client_values<'r>(
    project: &Project,
    modules: &Modules<'_>,
    reached: &'r Loads,
    entries: &BTreeSet<&str>,
) -> Vec<(&'r str, Finding)> {
    let hands_on = |loaded: &Loaded| loaded.names.iter().any(|taken| taken.purpose == Purpose::HandOn);
    let is_client = |path: &str| reached.get(path).is_some_and(|reached| reached.is_client);
    // Files that hand on what is a client module's, each a step nearer to those that use it.
    let mut handing: BTreeSet<&str> = BTreeSet::new();
    loop {
        let more: Vec<&str> = reached
            .iter()
            .filter(|(path, found)| {
                let hands = |target: &str| is_client(target) || handing.contains(target);
                !handing.contains(path.as_str()) && found.files().any(|(target, own)| hands_on(own) && hands(target))
            })
            .map(|(path, _)| path.as_str())
            .collect();
        if more.is_empty() {
            break;
        }
        handing.extend(more);
    }
    // Components that render others do not run by themselves; what an endpoint renders is an image or a mail.
    let used = |path: &str, target: &str, loaded: &Loaded| -> Option<String> {
        let renders = entries.contains(path);
        let is_use = move |taken: &&Taken| match taken.purpose {
            Purpose::Use => true,
            Purpose::Render => renders,
            Purpose::HandOn => false,
        };
        let used = || loaded.names.iter().filter(is_use);
        let called = |taken: &Taken| match (&taken.name, &taken.local) {
            (Some(name), _) if name != "default" => name.clone(),
            (_, Some(local)) => local.0.to_string(),
            (..) => "its exports".to_owned(),
        };
        if is_client(target) {
            return used().next().map(called);
        }
        // All exports at once, and names whose origin is not found, may be a client's.
        let from_client = |taken: &&Taken| {
            let origin = |name: &String| origin(project, modules, path, &loaded.specifier, name);
            taken.name.as_ref().and_then(origin).is_none_or(|file| is_client(&file))
        };
        used().filter(|_| handing.contains(target)).find(from_client).map(called)
    };
    let first = |(path, found): (&'r String, &'r Reached)| {
        found.files().find_map(|(target, loaded)| {
            let name = used(path, target, loaded)?;
            let message = format!(
                "Route Handlers get a reference in place of `{name}`, which comes from a `'use client'` module"
            );
            let help = "move what the endpoint needs to a module without `'use client'`";
            Some((path.as_str(), Finding::manual("server-layer", path, loaded.span, message).help(help)))
        })
    };
    reached.iter().filter_map(first).collect()
}

/// The file that declares what a file at `from` takes by `name` from the module `specifier`.
fn origin(project: &Project, modules: &Modules<'_>, from: &str, specifier: &str, name: &str) -> Option<String> {
    let (mut from, mut specifier, mut name) = (from.to_owned(), specifier.to_owned(), name.to_owned());
    for _ in 0..MAX_HOPS {
        let (module, id) = binding(project, modules, &from, &specifier, &name)?;
        let Some(import) = imports(module).remove(&id) else { return Some(module.path.clone()) };
        match import.name {
            Imported::Name(next) => (from, specifier, name) = (module.path.clone(), import.specifier, next),
            Imported::Namespace | Imported::Whole => return project.resolver.resolve(&module.path, &import.specifier),
        }
    }
    None
}

/// The nearest of `faults`, which are given by module, of every entry: all faults go back along the imports at once, so that each module is seen once.
pub(super) fn spread<'e>(
    reached: &Loads,
    faults: &BTreeMap<&str, Finding>,
    entries: impl Iterator<Item = &'e str>,
) -> BTreeMap<String, Finding> {
    let mut importers: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (path, found) in reached {
        for (target, _) in found.files() {
            importers.entry(target).or_default().push(path);
        }
    }
    // With the file that imports the faulty one on the way.
    let mut nearest: BTreeMap<&str, (&Finding, Option<&str>)> = BTreeMap::new();
    let mut wave: Vec<(&str, &Finding, Option<&str>)> =
        faults.iter().map(|(path, fault)| (*path, fault, None)).collect();
    while !wave.is_empty() {
        let mut next = Vec::new();
        for (path, fault, way) in wave {
            if nearest.contains_key(path) {
                continue;
            }
            nearest.insert(path, (fault, way));
            let importers = importers.get(path).into_iter().flatten();
            next.extend(importers.map(|importer| (*importer, fault, way.or(Some(*importer)))));
        }
        wave = next;
    }
    let told = |entry: &'e str| {
        let (fault, way) = nearest.get(entry)?;
        let mut finding = (*fault).clone();
        if let Some(way) = way.filter(|way| *way != entry) {
            finding.message.push_str(&format!("; `{way}` loads this file"));
        }
        Some((entry.to_owned(), finding))
    };
    entries.filter_map(told).collect()
}
