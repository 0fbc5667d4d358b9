//! Packages that Node loads for `pages/api`, and that fail in the bundle of a Route Handler. Those of the table that
//! the configuration names anywhere are taken to be named in the setting for it.

use std::collections::BTreeMap;

use super::candidates::Candidate;
use super::loads::Loads;
use super::server_layer::spread;
use crate::finding::Finding;
use crate::libraries::{external_setting, fails_bundled};
use crate::project::{App, Project, config_closure};

/// By endpoint of `all`, which come with the index of their app: a package that it loads and that would fail.
pub fn bundled(project: &Project, loads: &Loads, all: &[(usize, Candidate)]) -> BTreeMap<String, Finding> {
    let mut found = BTreeMap::new();
    for (at, app) in project.apps.iter().enumerate() {
        let faults = faults(project, loads, app);
        if !faults.is_empty() {
            let own = all.iter().filter(|(of, _)| *of == at);
            found.extend(spread(loads, &faults, own.map(|(_, candidate)| candidate.file.as_str())));
        }
    }
    found
}

fn faults<'l>(project: &Project, loads: &'l Loads, app: &App) -> BTreeMap<&'l str, Finding> {
    let mut faults = BTreeMap::new();
    let mut configuration: Option<Vec<&str>> = None;
    for (path, found) in loads {
        for (_, loaded) in found.loads.iter().filter(|(target, _)| target.is_none()) {
            let Some((package, why)) = fails_bundled(&loaded.specifier) else { continue };
            let texts = configuration.get_or_insert_with(|| configuration_of(project, app));
            let is_named =
                |text: &&str| ['\'', '"', '`'].iter().any(|quote| text.contains(&format!("{quote}{package}{quote}")));
            if texts.iter().any(is_named) {
                continue;
            }
            let setting = external_setting(app.next);
            let message = format!(
                "Next.js bundles packages for Route Handlers, and not for `pages/api`; in a bundle, `{package}` {why}"
            );
            let help = format!("add `'{package}'` to `{setting}` in the configuration of Next.js");
            let finding = Finding::review("package-bundled", path, loaded.span, message).help(help);
            faults.entry(path.as_str()).or_insert(finding);
        }
    }
    faults
}

/// The texts of the files that the configuration of `app` is made of.
fn configuration_of<'p>(project: &'p Project, app: &App) -> Vec<&'p str> {
    let files = config_closure(&project.files, project.resolver.as_ref(), app.config_files());
    files.iter().filter_map(|file| project.files.get(file)?.as_deref().ok()).collect()
}
