//! Is the disk as the plan saw it? Every old text must still be there, no new path may be taken, and
//! no link may lead a new file out of the root.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use routelift_transforms::rewrite::{Change, ChangeKind};

use crate::Problem;

/// Refuses if the files below `root` are not what `changes` were made for.
pub(super) fn check(root: &Path, changes: &[Change]) -> Result<(), Problem> {
    let stale: BTreeSet<&str> = changes.iter().flat_map(|change| stale_paths(root, change)).collect();
    if !stale.is_empty() {
        return Err(Problem::Stale(stale.into_iter().map(str::to_owned).collect()));
    }
    let strays: Vec<String> =
        changes.iter().filter(|change| leaves(root, &change.path)).map(|change| change.path.clone()).collect();
    if strays.is_empty() { Ok(()) } else { Err(Problem::LeavesRoot(strays)) }
}

/// Where the text was that the change starts from.
pub(super) fn origin(change: &Change) -> Option<&str> {
    match change.kind {
        ChangeKind::Create => None,
        ChangeKind::Edit | ChangeKind::Delete => Some(&change.path),
        ChangeKind::Move => change.from.as_deref(),
    }
}

fn stale_paths<'a>(root: &Path, change: &'a Change) -> impl Iterator<Item = &'a str> {
    let changed = origin(change).filter(|path| {
        let expected = change.old.as_deref().unwrap_or_default();
        !fs::read(root.join(path)).is_ok_and(|found| found == expected.as_bytes())
    });
    let is_new = matches!(change.kind, ChangeKind::Create | ChangeKind::Move);
    let taken = is_new && root.join(&change.path).symlink_metadata().is_ok();
    changed.into_iter().chain(taken.then_some(change.path.as_str()))
}

/// Whether the nearest existing folder above `path` is really elsewhere.
fn leaves(root: &Path, path: &str) -> bool {
    let path = root.join(path);
    let folder = path.ancestors().skip(1).find_map(|above| above.canonicalize().ok());
    !folder.is_some_and(|folder| folder.starts_with(root))
}
