//! What is told about the methods that became actions, and what of it the plan keeps.

use std::collections::BTreeMap;

use super::caller_notes::caller_notes;
use super::conversion::Conversion;
use super::forms::{form_action, note as forms_note};
use super::localised::Disk;
use super::notes::notes;
use super::page_middleware::page_middleware;
use super::parallel::Calling;
use super::shared_secret::Shared;
use crate::callers::Reach;
use crate::finding::Finding;
use crate::plan::{EndpointPlan, Options, Outcome};
use crate::project::{App, Modules, Project};

/// Enters what was `converted`, each with the name of the action and its file, into the plan.
pub fn tell(
    (tree, modules, app): (&Project, &Modules<'_>, &App),
    reach: &Reach,
    options: &Options,
    disk: &Disk<'_>,
    converted: Vec<(Conversion<'_>, String, String)>,
    endpoints: &mut [EndpointPlan],
) {
    let shared = Shared::new(tree, modules);
    let middleware = page_middleware(tree, modules, app);
    let all = converted.iter().flat_map(|(conversion, ..)| &conversion.callers);
    let calling = Calling::of((tree, modules, reach), all.map(|(file, caller, _)| (*file, *caller)));
    for (conversion, name, target) in converted {
        let endpoint = &mut endpoints[conversion.endpoint];
        endpoint.outcome = Outcome::ServerAction;
        endpoint.to = Some(target);
        endpoint.actions.push(name.clone());
        endpoint.methods.retain(|method| *method != conversion.method);
        endpoint.acted.push(conversion.method);
        let Conversion { module, handler, analysis, twins, callers, .. } = &conversion;
        endpoint.findings.iter_mut().for_each(limited);
        let wrappers = twins.iter().map(|twin| twin.inner).collect();
        let mut told = notes((*handler, wrappers), &analysis.input, &name, &endpoint.file);
        told.extend(shared.note(module, &name));
        told.extend(duration(reach, callers.iter().map(|(file, ..)| *file), &name));
        told.extend(middleware.clone());
        told.extend(calling.sequential(modules, callers.iter().map(|(file, caller, _)| (*file, *caller)), &name));
        for (path, caller, _) in callers {
            let Ok(module) = modules.get(path) else { continue };
            let form = if options.forms { form_action(module, caller.call, app.next) } else { None };
            let is_form = matches!(form, Some(Ok(_)));
            told.extend(form.map(|form| forms_note(module, form)));
            // The hook keeps the pending state.
            told.extend(
                caller_notes(module, caller, &name).into_iter().filter(|note| !is_form || note.rule != "loading-state"),
            );
        }
        endpoint.findings.extend(told.into_iter().map(|finding| disk.told(finding, &endpoint.file)));
    }
}

/// Where a page that calls the action `name` sets how long it may take: the action runs under that, and not under what
/// holds for Route Handlers.
fn duration<'a>(reach: &Reach, mut callers: impl Iterator<Item = &'a str>, name: &str) -> Option<Finding> {
    let page = callers.find_map(|file| reach.limit(file))?;
    let message =
        format!("`{page}` sets `maxDuration`, which holds for `{name}` now, and did not for the Route Handler");
    let help = "make sure that it leaves the action the time that it needs";
    Some(Finding::note("page-duration", page, None, message).help(help))
}

/// The files that conversions changed, each with the first of the endpoints.
pub fn touched<'c>(converted: &'c [(Conversion<'_>, String, String)]) -> BTreeMap<&'c str, usize> {
    let mut touched: BTreeMap<&str, usize> = BTreeMap::new();
    for (conversion, ..) in converted {
        touched.entry(&conversion.module.path).or_insert(conversion.endpoint);
        for (file, ..) in &conversion.callers {
            touched.entry(file).or_insert(conversion.endpoint);
        }
    }
    touched
}

/// A Route Handler has no limit for the size of a body, an action has one of its own.
fn limited(finding: &mut Finding) {
    if finding.rule != "body-size-limit" {
        return;
    }
    finding.message = "the endpoint sets a limit for the size of its body, and an action takes 1 MB".to_owned();
    finding.help = "set `experimental.serverActions.bodySizeLimit` in the configuration of Next.js, or keep the Route \
                    Handler with `// routelift: route`"
        .to_owned();
}
