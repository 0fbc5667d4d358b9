//! Where actions live: with the feature that calls them.
//!
//! `app/signup/SignupForm.tsx` → `app/signup/actions.ts`; callers without a common folder of their own, or outside
//! of `app`, → `app/_actions/<resource>.ts`; `features/billing/…` → `features/billing/actions.ts`.

use std::collections::BTreeSet;

use super::name::resource;
use crate::project::App;
use crate::route_handler::moves::folder;

/// Folders that say what kind of code is in them, not which feature.
const KINDS: [&str; 14] = [
    "components",
    "_components",
    "ui",
    "_ui",
    "lib",
    "_lib",
    "hooks",
    "_hooks",
    "utils",
    "_utils",
    "client",
    "forms",
    "shared",
    "common",
];

/// The folder and the file name, without extension, for actions on `route` that `callers` call.
pub fn place(app: &App, route: &str, callers: &BTreeSet<&str>) -> String {
    let general = format!("{}/_actions/{}", app.app_dir, resource(route));
    let Some(common) = common_folder(callers) else { return general };
    let mut parts: Vec<&str> = common.split('/').filter(|part| !part.is_empty()).collect();
    if let Some(at) = parts.iter().position(|part| matches!(*part, "features" | "modules"))
        && let Some(feature) = parts.get(at + 1)
    {
        return format!("{}/{feature}/actions", parts[..=at].join("/"));
    }
    let root = app.app_dir.split('/').filter(|part| !part.is_empty()).count();
    if common != app.app_dir && !common.starts_with(&format!("{}/", app.app_dir)) {
        return general;
    }
    while parts.len() > root && parts.last().is_some_and(|last| KINDS.contains(last)) {
        parts.pop();
    }
    // The root and groups below it belong to everything.
    let in_feature = parts[root.min(parts.len())..].iter().any(|part| !part.starts_with('('));
    if in_feature { format!("{}/actions", parts.join("/")) } else { general }
}

fn common_folder(paths: &BTreeSet<&str>) -> Option<String> {
    let mut folders = paths.iter().map(|path| folder(path).split('/').collect::<Vec<_>>());
    let first = folders.next()?;
    let common = folders.fold(first, |common, other| {
        let shared = common.iter().zip(&other).take_while(|(one, other)| one == other).count();
        common[..shared].to_vec()
    });
    Some(common.join("/"))
}
