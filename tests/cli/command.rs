//! The command as a shell sees it.

use std::process::Stdio;

use crate::fixture::{Folder, NEXT_15};

const APP: &[(&str, &str)] = &[("package.json", NEXT_15), ("pages/index.tsx", "export default () => null\n")];

/// Expects an error with these words in it, a hint, and nothing on stdout.
#[track_caller]
fn fails(folder: &Folder, arguments: &[&str], message: &str, help: &str) {
    let ran = folder.run(arguments);
    assert_eq!(ran.code, Some(2), "{}", ran.stderr);
    assert_eq!(ran.stdout, "");
    assert!(ran.stderr.starts_with("error: "), "{}", ran.stderr);
    for words in [message, &format!("\nhelp: {help}")] {
        assert!(ran.stderr.contains(words), "{words}\n{}", ran.stderr);
    }
}

#[test]
fn an_app_is_planned_for() {
    let folder = Folder::new(APP);
    for arguments in
        [&[][..], &["."], &["--check"], &["--unsafe", "--next", "14"], &["apply"], &["apply", "--yes", "."]]
    {
        let ran = folder.run(arguments);
        assert_eq!(ran.code, Some(0), "{arguments:?}: {}", ran.stderr);
    }
}

#[test]
fn paths_without_an_app_are_errors() {
    let folder = Folder::new(&[("lib/x.ts", ""), ("web/package.json", NEXT_15), ("web/pages/api/x.ts", "")]);
    fails(&folder, &["missing"], "there is no folder `missing`", "give the folder");
    fails(&folder, &["lib/x.ts"], "`lib/x.ts` is not a folder", "give the folder of the app, for example `lib`");
    fails(&folder, &["lib"], "there is no Next.js app in `lib`", "an app is a folder");
    fails(&folder, &["web", "lib"], "there is no Next.js app in `lib`", "an app is a folder");
    fails(&folder, &["web/pages/api"], "`web/pages/api` is only a part", "migrations need the whole app: give `web`");
    fails(&folder, &["web", "list"], "there is no folder `list`", "the command comes before the paths");
    fails(&folder, &["web", "apply"], "there is no folder `apply`", "the command comes before the paths");
}

#[test]
fn usage_errors_end_with_two() {
    let folder = Folder::new(APP);
    for arguments in [&["apply", "--check"][..], &["--next", "newest"], &["--format", "xml"], &["--nonsense"]] {
        let ran = folder.run(arguments);
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(2), ""), "{arguments:?}");
        assert!(ran.stderr.starts_with("error: "), "{}", ran.stderr);
    }
    assert_eq!(folder.run(&["--help"]).code, Some(0));
    assert_eq!(folder.run(&["--version"]).code, Some(0));
}

#[test]
fn a_folder_named_like_the_command() {
    let folder = Folder::new(&[("apply/package.json", NEXT_15), ("apply/pages/index.tsx", "")]);
    assert_eq!(folder.run(&["./apply"]).code, Some(0));
    assert_eq!(folder.run(&["apply", "apply"]).code, Some(0));
}

#[test]
fn json_is_one_document_and_nothing_else() {
    let ran = Folder::new(APP).run(&["--format", "json"]);
    let document: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(document["version"], 1);
    assert_eq!(ran.stderr, "");
}

#[test]
fn a_reader_who_leaves_is_no_error() {
    let folder = Folder::new(APP);
    for arguments in [&["--format", "json"][..], &["--help"], &["."], &["missing"]] {
        let expected = folder.run(arguments).code;
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let status =
            folder.command().args(arguments).stdout(writer.try_clone().unwrap()).stderr(writer).status().unwrap();
        assert_eq!(status.code(), expected, "{arguments:?}");
    }
}

#[test]
fn colour_is_for_terminals_or_on_demand() {
    let folder = Folder::new(APP);
    assert!(!folder.run(&["missing"]).stderr.contains('\u{1b}'));
    assert!(folder.run(&["missing", "--color", "always"]).stderr.contains('\u{1b}'));
    let ran =
        folder.command().args(["missing", "--color=auto"]).env("NO_COLOR", "1").stdout(Stdio::null()).output().unwrap();
    assert!(!ran.stderr.contains(&0x1b));
}
