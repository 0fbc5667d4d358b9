//! Route Handlers that are in the App Router already.

use std::collections::BTreeSet;

use crate::finding::Safety;
use crate::plan::{EndpointPlan, Outcome, Router};
use crate::project::{App, Method, Modules, Project};
use crate::syntax::Module;
use crate::syntax::ast::{Decl, ExportSpecifier, ModuleDecl, ModuleExportName, ModuleItem};

/// Lists the Route Handlers of `app` as endpoints that stay.
pub fn app_routes(project: &Project, modules: &Modules<'_>, app: &App) -> Vec<EndpointPlan> {
    let below = format!("{}/", app.app_dir);
    let files = project.files.range(below.clone()..).take_while(|(path, _)| path.starts_with(&below));
    files
        .filter_map(|(path, _)| {
            let name = path.rsplit('/').next()?;
            let stem = app.page_extensions.iter().find_map(|ext| name.strip_suffix(ext.as_str())?.strip_suffix('.'))?;
            if stem != "route" {
                return None;
            }
            let route = crate::route_handler::app_url(app, path)?;
            let methods = modules.get(path).map(exported_methods).unwrap_or_default();
            let unreadable = modules.get(path).err().map(|missing| crate::route_handler::unreadable(path, &missing));
            let decided_by = unreadable.as_ref().map(|finding| finding.rule);
            Some(EndpointPlan {
                route,
                router: Router::App,
                file: path.clone(),
                to: None,
                methods: methods.into_iter().collect(),
                actions: Vec::new(),
                acted: Vec::new(),
                outcome: Outcome::Stays,
                safety: if unreadable.is_some() { Safety::Manual } else { Safety::Safe },
                findings: unreadable.into_iter().collect(),
                decided_by,
                callers: Vec::new(),
                answers: Vec::new(),
            })
        })
        .collect()
}

/// The methods that a Route Handler exports.
pub fn exported_methods(module: &Module) -> BTreeSet<Method> {
    exported_names(module).iter().filter_map(|name| Method::from_name(name)).collect()
}

/// The names under which a module exports values of its own.
pub fn exported_names(module: &Module) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for item in &module.ast.body {
        match item {
            ModuleItem::ModuleDecl(ModuleDecl::ExportDecl(export)) => match &export.decl {
                Decl::Fn(function) => names.push(function.ident.sym.to_string()),
                Decl::Var(variable) => {
                    names.extend(variable.decls.iter().flat_map(|d| crate::syntax::bound_names(&d.name)));
                }
                _ => {}
            },
            ModuleItem::ModuleDecl(ModuleDecl::ExportNamed(export)) => {
                for specifier in &export.specifiers {
                    let ExportSpecifier::Named(named) = specifier else { continue };
                    if let ModuleExportName::Ident(name) = named.exported.as_ref().unwrap_or(&named.orig) {
                        names.push(name.sym.to_string());
                    }
                }
            }
            _ => {}
        }
    }
    names
}
