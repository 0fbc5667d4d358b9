//! `apply` refuses before it writes, and takes back what it cannot finish.

use routelift::Problem;
use routelift::apply::{Applied, Consent, apply, write};
use routelift_transforms::rewrite::{Change, ChangeSet};

use crate::fixture::Folder;

const YES: Consent = Consent { yes: true, allow_dirty: false, allow_no_vcs: false };

const BEFORE: &[(&str, &str)] =
    &[("pages/api/a.ts", "a\n"), ("pages/api/b.ts", "b\n"), ("pages/index.tsx", "page\n"), ("lib/x.ts", "x\n")];

/// Moves `a`, deletes `b`, edits `lib/x.ts`, creates a file.
fn changes() -> Vec<Change> {
    let mut changes = ChangeSet::new();
    changes.rename("pages/api/a.ts", "app/api/a/route.ts", &"a\n".into(), "A\n");
    changes.delete("pages/api/b.ts", &"b\n".into());
    changes.edit("lib/x.ts", &"x\n".into(), "X\n");
    changes.create("app/actions.ts", "new\n");
    changes.changes()
}

/// Expects a refusal that mentions `named` and leaves every file alone.
#[track_caller]
fn refuses(folder: &Folder, consent: Consent, named: &str) -> Problem {
    let before = folder.tree();
    let problem = apply(&folder.path(), &changes(), consent).expect_err("should refuse");
    assert!(problem.to_string().contains(named), "{problem}");
    assert!(!problem.help().is_empty());
    assert_eq!(folder.tree(), before);
    problem
}

#[test]
fn writes_everything_and_removes_empty_folders() {
    let folder = Folder::committed(BEFORE);
    assert_eq!(apply(&folder.path(), &changes(), YES).unwrap(), Applied::Written);
    let names: Vec<_> = folder.tree().into_iter().map(|(path, text)| format!("{path}: {}", text.trim())).collect();
    assert_eq!(names, ["app/actions.ts: new", "app/api/a/route.ts: A", "lib/x.ts: X", "pages/index.tsx: page"]);
    assert!(!folder.path().join("pages/api").exists());
}

#[test]
fn files_with_uncommitted_changes_are_named() {
    let folder = Folder::committed(BEFORE);
    let elsewhere = ("pages/index.tsx", "work in progress\n");
    folder.write(elsewhere.0, elsewhere.1);
    folder.write("lib/x.ts", "y\n");
    folder.git(&["add", "lib/x.ts"]);
    folder.write("lib/x.ts", "x\n");
    let problem = refuses(&folder, YES, "lib/x.ts");
    assert!(matches!(problem, Problem::Dirty(files) if files == ["lib/x.ts"]));
    assert_eq!(apply(&folder.path(), &changes(), Consent { allow_dirty: true, ..YES }).unwrap(), Applied::Written);
}

#[test]
fn a_file_that_git_does_not_track_cannot_be_brought_back() {
    let untracked = Folder::committed(&BEFORE[..3]);
    untracked.write("lib/x.ts", "x\n");
    assert!(matches!(refuses(&untracked, YES, "lib/x.ts"), Problem::Dirty(_)));

    let ignored = Folder::committed(&[BEFORE, &[(".gitignore", "lib\n")]].concat());
    assert!(matches!(refuses(&ignored, YES, "lib/x.ts"), Problem::Dirty(_)));
}

#[test]
fn a_folder_below_the_top_of_a_repository_is_checked_too() {
    let below: Vec<_> = BEFORE.iter().map(|(path, text)| (format!("apps/wéb/{path}"), *text)).collect();
    let below: Vec<_> = below.iter().map(|(path, text)| (path.as_str(), *text)).collect();
    let folder = Folder::committed(&below);
    let app = folder.path().join("apps/wéb");
    folder.write("apps/wéb/pages/api/b.ts", "changed\n");
    assert!(matches!(apply(&app, &changes(), YES), Err(Problem::Dirty(files)) if files == ["pages/api/b.ts"]));
    folder.write("apps/wéb/pages/api/b.ts", "b\n");
    assert_eq!(apply(&app, &changes(), YES).unwrap(), Applied::Written);
}

#[test]
fn outside_a_repository_there_is_no_way_back() {
    let folder = Folder::new(BEFORE);
    assert!(matches!(refuses(&folder, YES, "version control"), Problem::NoVcs(..)));
    assert_eq!(apply(&folder.path(), &changes(), Consent { allow_no_vcs: true, ..YES }).unwrap(), Applied::Written);
}

#[test]
fn without_a_terminal_nobody_can_be_asked() {
    // Tests may run at a terminal; then there is somebody.
    if !std::io::IsTerminal::is_terminal(&std::io::stdin()) {
        let folder = Folder::committed(BEFORE);
        assert!(matches!(refuses(&folder, Consent::default(), "nobody"), Problem::NobodyToAsk));
    }
}

#[test]
fn files_that_changed_since_are_named() {
    let folder = Folder::committed(BEFORE);
    folder.write("pages/api/a.ts", "newer\n");
    folder.write("app/actions.ts", "somebody was faster\n");
    folder.commit();
    let problem = refuses(&folder, YES, "app/actions.ts");
    assert!(matches!(problem, Problem::Stale(files) if files == ["app/actions.ts", "pages/api/a.ts"]));
}

#[test]
fn a_file_that_is_gone_is_stale() {
    let folder = Folder::committed(&BEFORE[1..]);
    assert!(matches!(refuses(&folder, Consent { allow_dirty: true, ..YES }, "pages/api/a.ts"), Problem::Stale(_)));
}

#[test]
#[cfg(unix)]
fn a_link_does_not_lead_out() {
    let outside = Folder::new(&[("keep", "")]);
    let folder = Folder::new(BEFORE);
    std::os::unix::fs::symlink(outside.path(), folder.path().join("app")).unwrap();
    folder.git(&["init", "-q"]);
    folder.commit();
    assert!(matches!(refuses(&folder, YES, "app/actions.ts"), Problem::LeavesRoot(_)));
    assert_eq!(outside.tree().len(), 1);
}

#[test]
fn what_cannot_be_finished_is_taken_back() {
    // The last new file cannot be written: `app` is in the way of its folder.
    let mut changes = changes();
    let mut late = ChangeSet::new();
    late.create("pages/index.tsx/x/route.ts", "x\n");
    changes.extend(late.changes());
    let folder = Folder::new(BEFORE);
    let before = folder.tree();
    let problem = write(&folder.path(), &changes).expect_err("cannot be written");
    assert!(
        matches!(&problem, Problem::Write { path, lost, .. } if path == "pages/index.tsx/x/route.ts" && lost.is_empty())
    );
    assert_eq!(folder.tree(), before);
    assert!(!folder.path().join("app").exists());
}

#[test]
fn what_was_renamed_already_is_taken_back() {
    // Staging succeeds; putting a file where a folder is does not.
    let mut changes = changes();
    let mut late = ChangeSet::new();
    late.create("pages/taken", "x\n");
    changes.extend(late.changes());
    let folder = Folder::new(BEFORE);
    folder.write("pages/taken/file.ts", "in the way\n");
    let before = folder.tree();
    let problem = write(&folder.path(), &changes).expect_err("cannot be written");
    assert!(
        matches!(&problem, Problem::Write { path, lost, .. } if path == "pages/taken" && lost.is_empty()),
        "{problem}"
    );
    assert_eq!(folder.tree(), before);
    assert!(!folder.path().join("app").exists());
}

#[test]
fn what_was_removed_already_is_taken_back() {
    // Writing succeeds; of the two files to go, the second one is not there.
    let mut late = ChangeSet::new();
    late.delete("pages/api/zzz.ts", &"z\n".into());
    let changes = [changes(), late.changes()].concat();
    let folder = Folder::new(BEFORE);
    let before = folder.tree();
    let problem = write(&folder.path(), &changes).expect_err("cannot be removed");
    assert!(matches!(&problem, Problem::Write { path, lost, .. } if path == "pages/api/zzz.ts" && lost.is_empty()));
    assert_eq!(folder.tree(), before);
}

#[test]
#[cfg(unix)]
fn permissions_are_kept() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::new(BEFORE);
    let mode = |path: &str| folder.path().join(path).metadata().unwrap().permissions().mode() & 0o777;
    for (path, bits) in [("pages/api/a.ts", 0o755), ("lib/x.ts", 0o600)] {
        std::fs::set_permissions(folder.path().join(path), PermissionsExt::from_mode(bits)).unwrap();
    }
    let like_any_new_file = mode("pages/index.tsx");
    write(&folder.path(), &changes()).unwrap();
    assert_eq!(mode("app/api/a/route.ts"), 0o755);
    assert_eq!(mode("lib/x.ts"), 0o600);
    assert_eq!(mode("app/actions.ts"), like_any_new_file);
}
