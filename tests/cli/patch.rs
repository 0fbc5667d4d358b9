//! What is printed is what `git apply` and `apply` both make of it.

use std::collections::BTreeMap;
use std::sync::Arc;

use routelift::review::{Palette, write_patch};
use routelift_transforms::rewrite::{Change, ChangeSet};

use crate::fixture::{Folder, git_in};

type Files<'a> = &'a [(&'a str, &'a str)];

/// Expects the changes that `change` makes to `before` to give `after`, in four ways.
#[track_caller]
fn check(before: Files<'_>, change: impl Fn(&mut ChangeSet, &BTreeMap<&str, Arc<str>>), after: Files<'_>) {
    let texts = before.iter().map(|(path, text)| (*path, Arc::from(*text))).collect();
    let mut changes = ChangeSet::new();
    change(&mut changes, &texts);
    let changes = changes.changes();
    let patch = patch(&changes);
    let expected = tree(after, "");

    let outside_git = Folder::new(before);
    git_apply(&outside_git, "", &patch);
    assert_eq!(outside_git.tree(), expected, "git apply outside a repository\n{patch}");

    let repository = Folder::committed(before);
    git_apply(&repository, "", &patch);
    assert_eq!(repository.tree(), expected, "git apply in a repository\n{patch}");

    let below: Vec<_> = before.iter().map(|(path, text)| (format!("apps/web/{path}"), *text)).collect();
    let below: Vec<_> = below.iter().map(|(path, text)| (path.as_str(), *text)).collect();
    let subfolder = Folder::committed(&below);
    subfolder.write("apps/web/keep", "");
    git_apply(&subfolder, "apps/web", &patch);
    let mut expected_below = tree(after, "apps/web/");
    expected_below.insert("apps/web/keep".into(), String::new());
    assert_eq!(subfolder.tree(), expected_below, "git apply below the top of a repository\n{patch}");

    let written = Folder::new(before);
    routelift::apply::write(&written.path(), &changes).unwrap();
    assert_eq!(written.tree(), expected, "apply\n{patch}");
}

fn patch(changes: &[Change]) -> String {
    let mut patch = Vec::new();
    write_patch(&mut patch, changes, &|_| false, Palette::PLAIN).unwrap();
    String::from_utf8(patch).unwrap()
}

#[track_caller]
fn git_apply(folder: &Folder, below: &str, patch: &str) {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), patch).unwrap();
    let name = file.path().to_str().unwrap();
    for arguments in [&["apply", "--check", name][..], &["apply", "--whitespace=nowarn", name]] {
        let output = git_in(&folder.path().join(below), arguments);
        assert!(output.status.success(), "{arguments:?}: {}\n{patch}", String::from_utf8_lossy(&output.stderr));
    }
}

fn tree(files: Files<'_>, prefix: &str) -> BTreeMap<String, String> {
    files.iter().map(|(path, text)| (format!("{prefix}{path}"), (*text).to_owned())).collect()
}

#[test]
fn the_common_migration() {
    let body = "const a = 1;\nconst b = 2;\nconst c = 3;\nexport default (req, res) => res.json(a);\n";
    let new = "const a = 1;\nconst b = 2;\nconst c = 3;\nexport const GET = () => Response.json(a);\n";
    check(
        &[("pages/api/[id].ts", body), ("lib/x.ts", "import '../pages/api/[id]'\n"), ("pages/api/old.ts", "old\n")],
        |changes, old| {
            changes.rename("pages/api/[id].ts", "app/api/[id]/route.ts", &old["pages/api/[id].ts"], new);
            changes.edit("lib/x.ts", &old["lib/x.ts"], "import '../app/api/[id]/route'\n");
            changes.delete("pages/api/old.ts", &old["pages/api/old.ts"]);
            changes.create("app/actions.ts", "'use server'\n");
        },
        &[
            ("app/api/[id]/route.ts", new),
            ("lib/x.ts", "import '../app/api/[id]/route'\n"),
            ("app/actions.ts", "'use server'\n"),
        ],
    );
}

#[test]
fn line_endings_and_the_end_of_the_file() {
    let cases = [
        ("a\r\nb\r\nc\r\n", "a\r\nB\r\nc\r\n"),
        ("a\nb", "a\nb\n"),
        ("a\nb\n", "a\nb"),
        ("a\nb", "a\nc"),
        ("a\r\nb", "a\r\nB\r\n"),
        ("a\rb\rc\n", "a\rB\rc\n"),
        ("a\n", "a\r\n"),
        ("\u{feff}a\n", "\u{feff}b\n"),
        ("", "a\n"),
        ("a\n", ""),
        ("", "a"),
        ("a\u{1b}[31mb\u{c}\u{2028}\n", "a\u{1b}[32mb\u{c}\u{2028}\n"),
        ("\n\n\n", "\n\n"),
    ];
    for (before, after) in cases {
        let edit = |changes: &mut ChangeSet, old: &BTreeMap<&str, Arc<str>>| changes.edit("a.ts", &old["a.ts"], after);
        check(&[("a.ts", before)], edit, &[("a.ts", after)]);
        let rename = |changes: &mut ChangeSet, old: &BTreeMap<&str, Arc<str>>| {
            changes.rename("a.ts", "b/c.ts", &old["a.ts"], after);
        };
        check(&[("a.ts", before)], rename, &[("b/c.ts", after)]);
    }
}

#[test]
fn names_that_need_care() {
    let names = [
        "with space.ts",
        "ä/ünï cödé.ts",
        "日本.ts",
        "[[...all]].ts",
        "(group)/@slot/$x.ts",
        "quote\"d.ts",
        "back\\slash.ts",
        "tab\there.ts",
        " leading.ts",
        "trailing ",
        "-dash.ts",
        "a b/a b.ts",
    ];
    for name in names {
        let moved = format!("app/{name}/route.ts");
        check(
            &[(name, "a\n")],
            |changes, old| changes.rename(name, &moved, &old[name], "b\n"),
            &[(moved.as_str(), "b\n")],
        );
        check(
            &[(name, "a\n")],
            |changes, old| changes.rename(name, &moved, &old[name], "a\n"),
            &[(moved.as_str(), "a\n")],
        );
        check(&[(name, "a\n")], |changes, old| changes.edit(name, &old[name], "b\n"), &[(name, "b\n")]);
        check(&[("keep", ""), (name, "a\n")], |changes, old| changes.delete(name, &old[name]), &[("keep", "")]);
        check(&[("keep", ""), (name, "")], |changes, old| changes.delete(name, &old[name]), &[("keep", "")]);
        check(&[("keep", "")], |changes, _| changes.create(name, "a\n"), &[("keep", ""), (name, "a\n")]);
        check(&[("keep", "")], |changes, _| changes.create(name, ""), &[("keep", ""), (name, "")]);
    }
}

#[test]
fn a_chain_of_moves() {
    check(
        &[("a.ts", "a\n"), ("b.ts", "b\n"), ("c.ts", "c\n")],
        |changes, old| {
            changes.rename("c.ts", "d.ts", &old["c.ts"], "c2\n");
            changes.rename("b.ts", "c.ts", &old["b.ts"], "b\n");
            changes.rename("a.ts", "b.ts", &old["a.ts"], "a2\n");
        },
        &[("b.ts", "a2\n"), ("c.ts", "b\n"), ("d.ts", "c2\n")],
    );
}

#[test]
fn two_files_change_places() {
    check(
        &[("a.ts", "a\n"), ("b.ts", "b\n")],
        |changes, old| {
            changes.rename("a.ts", "tmp.ts", &old["a.ts"], "a\n");
            changes.rename("b.ts", "a.ts", &old["b.ts"], "b\n");
            changes.rename("tmp.ts", "b.ts", &old["a.ts"], "a\n");
        },
        &[("a.ts", "b\n"), ("b.ts", "a\n")],
    );
}

#[test]
fn a_new_file_where_one_moved_away() {
    check(
        &[("a.ts", "a\nb\nc\n")],
        |changes, old| {
            changes.rename("a.ts", "b.ts", &old["a.ts"], "a\nb\nd\n");
            changes.create("a.ts", "new\n");
        },
        &[("a.ts", "new\n"), ("b.ts", "a\nb\nd\n")],
    );
}

#[test]
fn one_file_becomes_three() {
    check(
        &[("a.ts", "a\nb\nc\n")],
        |changes, old| {
            changes.rename("a.ts", "b.ts", &old["a.ts"], "a\nb\n");
            changes.create("a.ts", "c\n");
            changes.rename("a.ts", "c.ts", &old["a.ts"], "b\nc\n");
        },
        &[("b.ts", "a\nb\n"), ("c.ts", "b\nc\n")],
    );
}

#[test]
fn a_move_onto_a_deleted_file() {
    for (from, to) in [("a.ts", "b.ts"), ("b.ts", "a.ts")] {
        check(
            &[("a.ts", "a\n"), ("b.ts", "b\n")],
            |changes, old| {
                changes.delete(to, &old[to]);
                changes.rename(from, to, &old[from], "moved\n");
            },
            &[(to, "moved\n")],
        );
    }
}

#[test]
fn a_large_file_with_distant_changes() {
    let before: String = (0..5000).map(|line| format!("line {line}\n")).collect();
    let after = before.replace("line 7\n", "").replace("line 2500\n", "x\ny\n").replace("line 4999\n", "end");
    check(&[("a.ts", &before)], |changes, old| changes.edit("a.ts", &old["a.ts"], after.as_str()), &[("a.ts", &after)]);
}
