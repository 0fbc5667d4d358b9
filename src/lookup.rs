//! The endpoints that somebody means by a route, a URL or a file.

use std::path::{Component, Path, PathBuf};

use routelift_transforms::lookup::{endpoints_at, path_of};
use routelift_transforms::plan::{AppPlan, EndpointPlan, Plan};
use similar::TextDiff;

use crate::Problem;
use crate::discover::paths::relative;

/// So many routes are suggested for one that is not there.
const SUGGESTED: usize = 3;

/// The endpoints of `plan` that `wanted` means. `root` is the folder that the plan's paths are relative to.
pub fn find<'p>(plan: &'p Plan, root: &Path, wanted: &str) -> Result<Vec<(&'p AppPlan, &'p EndpointPlan)>, Problem> {
    let files = as_files(root, wanted);
    let all = || plan.apps.iter().flat_map(|app| app.endpoints.iter().map(move |endpoint| (app, endpoint)));
    let by_file: Vec<_> = all().filter(|(_, endpoint)| files.contains(&endpoint.file)).collect();
    let found = if by_file.is_empty() { endpoints_at(plan, wanted) } else { by_file };
    if found.is_empty() {
        let closest = closest(all().map(|(_, endpoint)| endpoint.route.as_str()), &path_of(wanted));
        return Err(Problem::NoSuchEndpoint { wanted: wanted.to_owned(), closest });
    }
    Ok(found)
}

/// What `wanted` is as a path of the project: seen from the root, and seen from the current folder.
fn as_files(root: &Path, wanted: &str) -> Vec<String> {
    let from_root = relative(root, &tidy(&root.join(wanted)));
    let from_here = std::env::current_dir().and_then(|here| here.canonicalize());
    let from_here = from_here.ok().and_then(|here| relative(root, &tidy(&here.join(wanted))));
    from_root.into_iter().chain(from_here).collect()
}

/// Without `.` and `..`. The names of files stay as they are in the plan, so links are not followed.
fn tidy(path: &Path) -> PathBuf {
    let mut tidy = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => {
                tidy.pop();
            }
            other => tidy.push(other),
        }
    }
    tidy
}

/// Those of `routes` that are most like `wanted`.
fn closest<'r>(routes: impl Iterator<Item = &'r str>, wanted: &str) -> Vec<String> {
    let mut routes: Vec<(f32, &str)> =
        routes.map(|route| (TextDiff::from_chars(wanted, route).ratio(), route)).collect();
    routes.sort_by(|(one, left), (other, right)| other.total_cmp(one).then_with(|| left.cmp(right)));
    routes.dedup_by_key(|(_, route)| *route);
    routes.into_iter().take(SUGGESTED).map(|(_, route)| route.to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::closest;

    #[test]
    fn the_most_similar_routes_come_first() {
        let routes = ["/api/teams", "/api/users", "/api/users/[id]", "/api/users", "/feed.xml"];
        assert_eq!(closest(routes.into_iter(), "/api/user"), ["/api/users", "/api/users/[id]", "/api/teams"]);
    }
}
