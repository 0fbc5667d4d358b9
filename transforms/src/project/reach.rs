//! Which files the pages of the Pages Router need, `pages/api` aside, or components that run in the browser:
//! there Next refuses `next/headers` and its like. `next/server` works there, also by `require()` (built and run in a browser
//! with 14.2, 15.5 and 16).

use std::collections::BTreeSet;

use super::{Modules, Project};

/// All files that a page of some app or a `'use client'` module imports, directly or through others.
pub fn reached_from_pages(project: &Project, modules: &Modules<'_>) -> BTreeSet<String> {
    let is_page = |path: &str| {
        project.apps.iter().filter_map(|app| app.pages_dir.as_deref()).any(|pages| {
            let inside = path.strip_prefix(pages).and_then(|rest| rest.strip_prefix('/'));
            inside.is_some_and(|rest| !rest.starts_with("api/") && !rest.starts_with("api."))
        })
    };
    let is_client = |text: &str| {
        let start = text.trim_start_matches('\u{feff}').trim_start();
        start.starts_with("'use client'") || start.starts_with("\"use client\"")
    };
    let roots =
        project.files.iter().filter(|(path, text)| is_page(path) || text.as_ref().is_ok_and(|text| is_client(text)));
    let mut reached: BTreeSet<String> = roots.map(|(path, _)| path.clone()).collect();
    let mut open: Vec<String> = reached.iter().cloned().collect();
    while let Some(path) = open.pop() {
        let Ok(module) = modules.get(&path) else { continue };
        for specifier in module.specifiers().iter().filter(|specifier| !specifier.type_only) {
            if let Some(file) = project.resolver.resolve(&path, &specifier.value)
                && reached.insert(file.clone())
            {
                open.push(file);
            }
        }
    }
    reached
}
