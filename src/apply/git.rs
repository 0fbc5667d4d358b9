//! Is there a way back? Only the files of the plan count: work in progress elsewhere is not in danger.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, Stdio};

use routelift_transforms::rewrite::Change;

use super::Consent;
use super::stale::origin;
use crate::Problem;

/// Refuses if git could not bring back what `changes` overwrite.
pub(super) fn check(root: &Path, changes: &[Change], consent: Consent) -> Result<(), Problem> {
    let repository = match Repository::at(root) {
        Ok(repository) => repository,
        Err(_) if consent.allow_no_vcs => return Ok(()),
        Err(reason) => return Err(Problem::NoVcs(root.into(), reason)),
    };
    if consent.allow_dirty {
        return Ok(());
    }
    let origins = changes.iter().filter_map(origin).filter(|path| !repository.tracked.contains(*path));
    let concerned = changes.iter().flat_map(|change| change.from.iter().chain([&change.path]));
    let changed = concerned.map(String::as_str).filter(|path| repository.changed.contains(*path));
    let dirty: BTreeSet<&str> = origins.chain(changed).collect();
    if dirty.is_empty() { Ok(()) } else { Err(Problem::Dirty(dirty.into_iter().map(str::to_owned).collect())) }
}

/// What git knows about the files below a folder; paths relative to it.
struct Repository {
    tracked: BTreeSet<String>,
    /// Tracked files that differ from the last commit.
    changed: BTreeSet<String>,
}

impl Repository {
    /// The error says why git does not know.
    fn at(folder: &Path) -> Result<Repository, String> {
        let prefix = git(folder, &["rev-parse", "--show-prefix"])?;
        let prefix = prefix.trim_end_matches('\n');
        let tracked = git(folder, &["ls-files", "-z", "--", "."])?;
        let status = git(folder, &["status", "--porcelain=v1", "-z", "--untracked-files=no", "--", "."])?;
        Ok(Repository {
            tracked: tracked.split_terminator('\0').map(str::to_owned).collect(),
            // Of all three, only the status counts from the top of the repository.
            changed: paths_of(&status).filter_map(|path| path.strip_prefix(prefix)).map(str::to_owned).collect(),
        })
    }
}

/// The paths in the output of `git status --porcelain=v1 -z`, both ends of renames.
fn paths_of(status: &str) -> impl Iterator<Item = &str> {
    let mut entries = status.split_terminator('\0');
    std::iter::from_fn(move || {
        let entry = entries.next()?;
        let (state, path) = (entry.get(..2)?, entry.get(3..)?);
        let is_pair = state.contains(['R', 'C']);
        Some([Some(path), if is_pair { entries.next() } else { None }])
    })
    .flatten()
    .flatten()
}

fn git(root: &Path, arguments: &[&str]) -> Result<String, String> {
    let output = Command::new("git")
        .args(arguments)
        .current_dir(root)
        // Looking must not wait for, or get in the way of, another git.
        .env("GIT_OPTIONAL_LOCKS", "0")
        .env("LC_ALL", "C")
        .stdin(Stdio::null())
        .output()
        .map_err(|error| format!("git cannot be run: {error}"))?;
    if !output.status.success() {
        let reason = String::from_utf8_lossy(&output.stderr);
        return Err(reason.lines().next().unwrap_or("git failed").trim_start_matches("fatal: ").to_owned());
    }
    // Paths that are not valid Unicode are in no plan.
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

#[cfg(test)]
mod tests {
    use super::paths_of;

    #[test]
    fn both_ends_of_a_rename_count() {
        let status = " M a b.ts\0R  new.ts\0old.ts\0A  ä.ts\0";
        assert_eq!(paths_of(status).collect::<Vec<_>>(), ["a b.ts", "new.ts", "old.ts", "ä.ts"]);
    }
}
