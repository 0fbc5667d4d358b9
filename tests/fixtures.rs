//! Every folder of `tests/fixtures`: the command over a copy of its `before/`, compared with
//! `snapshots/fixtures/<folder>.snap`. A file `args` in the folder holds more arguments for each run, a file `code`
//! the exit status of a run that cannot do what the fixture asks for.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should say where")]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use rayon::prelude::*;
use routelift_transforms::syntax::Module;
use serde_json::Value;
use tempfile::TempDir;

type Tree = BTreeMap<String, Vec<u8>>;

#[test]
fn every_situation() {
    let fixtures = folders(&root().join("tests/fixtures"));
    let asked = std::env::var("FIXTURE").unwrap_or_default();
    let failed: Vec<&String> = fixtures
        .par_iter()
        .filter(|(name, _)| name.contains(&asked))
        .filter(|(name, folder)| catch_unwind(AssertUnwindSafe(|| check(name, folder))).is_err())
        .map(|(name, _)| name)
        .collect();
    assert!(failed.is_empty(), "failed, see above: {failed:#?}");
    for entry in std::fs::read_dir(root().join("snapshots/fixtures")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let orphan = name.strip_suffix(".snap").is_some_and(|name| !fixtures.contains_key(name));
        assert!(!orphan, "{name} belongs to no fixture");
    }
}

fn check(name: &str, folder: &Path) {
    let arguments = std::fs::read_to_string(folder.join("args")).unwrap_or_default();
    let arguments: Vec<&str> = arguments.split_whitespace().collect();
    let before = read_tree(&folder.join("before"));

    let code = std::fs::read_to_string(folder.join("code")).map_or(0, |code| code.trim().parse().unwrap());
    let preview = Copy::of(&before, code);
    let report = preview.report(&arguments);
    let patch = preview.patch(&arguments);
    assert_eq!(names(&before, &preview.tree()), Vec::<&str>::new(), "{name}: the preview wrote");
    follows_the_schema(name, &report);

    let applied = Copy::of(&before, code);
    applied.run(&[&["apply", "--yes", "--allow-no-vcs"], &arguments[..]].concat());
    let after = applied.tree();
    if code == 0 {
        let patched = Copy::of(&before, code);
        patched.git_apply(name, &patch);
        assert_eq!(names(&after, &patched.tree()), Vec::<&str>::new(), "{name}: `git apply` differs from `apply`");

        let again = applied.report(&arguments);
        let broken: Vec<_> = unparsable(&again).difference(&unparsable(&report)).cloned().collect();
        assert_eq!(broken, Vec::<String>::new(), "{name}: what was written does not parse\n{patch}");
        assert_eq!(again["changes"], Value::Array(Vec::new()), "{name}: a second run changes more\n{patch}");
        assert_eq!(dangling(&before, &after), Vec::<String>::new(), "{name}: imports lead to files that went\n{patch}");
    } else {
        assert_eq!(names(&before, &after), Vec::<&str>::new(), "{name}: written in spite of the error");
    }

    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../snapshots/fixtures");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, review(name, &report, &patch)));
}

/// Imports in `after` of files that were there in `before` only: the file and the specifier.
fn dangling(before: &Tree, after: &Tree) -> Vec<String> {
    let suffixes = ["", ".ts", ".tsx", ".js", ".jsx", ".mjs", "/index.ts", "/index.tsx", "/index.js"];
    let mut found = Vec::new();
    for (path, bytes) in after {
        let Ok(text) = std::str::from_utf8(bytes) else { continue };
        let Ok(module) = Module::parse(path, text.into()) else { continue };
        for specifier in module.specifiers() {
            let target = match specifier.value.strip_prefix("@/") {
                Some(rest) => PathBuf::from(rest),
                None if specifier.value.starts_with('.') => joined(Path::new(path), &specifier.value),
                None => continue,
            };
            let target = target.to_str().unwrap().replace(std::path::MAIN_SEPARATOR, "/");
            let is_in = |tree: &Tree| suffixes.iter().any(|suffix| tree.contains_key(&format!("{target}{suffix}")));
            if is_in(before) && !is_in(after) {
                found.push(format!("{path}: {}", specifier.value));
            }
        }
    }
    found
}

/// The path that a relative specifier in `file` means.
fn joined(file: &Path, specifier: &str) -> PathBuf {
    let mut target = file.parent().unwrap().to_owned();
    for part in specifier.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(target.pop()),
            name => target.push(name),
        }
    }
    target
}

/// What a reviewer looks at: the decisions, then the patch.
fn review(name: &str, report: &Value, patch: &str) -> String {
    let mut text = String::new();
    for endpoint in report["apps"].as_array().unwrap().iter().flat_map(|app| app["endpoints"].as_array().unwrap()) {
        let methods: Vec<_> = endpoint["methods"].as_array().unwrap().iter().map(word).collect();
        let (route, outcome, safety) =
            (word(&endpoint["route"]), word(&endpoint["outcome"]), word(&endpoint["safety"]));
        writeln!(text, "{route} {outcome} {safety} [{}]", methods.join(" ")).unwrap();
        write_findings(&mut text, endpoint);
    }
    // Most fixtures have no `tsconfig.json` because it says nothing about their situation.
    let is_left_out = |finding: &Value| {
        !name.starts_with("no-tsconfig") && word(&finding["message"]).contains("writes this file, which is missing")
    };
    write_findings_but(&mut text, report, &is_left_out);
    if !patch.is_empty() {
        // Carriage returns and byte order marks are part of what is compared.
        write!(text, "\n{}", patch.replace('\r', "␍").replace('\u{feff}', "<BOM>")).unwrap();
    }
    text
}

fn write_findings(text: &mut String, of: &Value) {
    write_findings_but(text, of, &|_| false);
}

fn write_findings_but(text: &mut String, of: &Value, is_left_out: &dyn Fn(&Value) -> bool) {
    for finding in of["findings"].as_array().unwrap().iter().filter(|finding| !is_left_out(finding)) {
        let [rule, level, file, message] = ["rule", "level", "file", "message"].map(|key| word(&finding[key]));
        let place = match (finding["line"].as_u64(), finding["column"].as_u64()) {
            (Some(line), Some(column)) => format!("{file}:{line}:{column}"),
            _ => file.to_owned(),
        };
        writeln!(text, "  {rule} {level} {place} {message}").unwrap();
    }
}

fn word(value: &Value) -> &str {
    value.as_str().unwrap()
}

/// The files with a syntax error.
fn unparsable(report: &Value) -> BTreeSet<String> {
    let endpoints = report["apps"].as_array().unwrap().iter().flat_map(|app| app["endpoints"].as_array().unwrap());
    endpoints
        .chain([report])
        .flat_map(|of| of["findings"].as_array().unwrap())
        .filter(|finding| finding["rule"] == "syntax-error")
        .map(|finding| word(&finding["file"]).to_owned())
        .collect()
}

fn follows_the_schema(name: &str, report: &Value) {
    let schema = serde_json::from_str(include_str!("../schemas/report.schema.json")).unwrap();
    let schema = jsonschema::validator_for(&schema).unwrap();
    let errors: Vec<_> = schema.iter_errors(report).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{name}: {errors:?}");
}

/// The files that differ, whichever side has them.
fn names<'a>(one: &'a Tree, other: &'a Tree) -> Vec<&'a str> {
    let paths: BTreeSet<&String> = one.keys().chain(other.keys()).collect();
    paths.into_iter().filter(|path| one.get(*path) != other.get(*path)).map(String::as_str).collect()
}

/// A temporary copy of a fixture.
struct Copy {
    folder: TempDir,
    /// How every run over it has to end.
    code: i32,
}

impl Copy {
    fn of(tree: &Tree, code: i32) -> Copy {
        let copy = Copy { folder: tempfile::tempdir().unwrap(), code };
        for (path, bytes) in tree {
            let path = copy.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, bytes).unwrap();
        }
        copy
    }

    fn path(&self) -> PathBuf {
        self.folder.path().canonicalize().unwrap()
    }

    fn tree(&self) -> Tree {
        read_tree(&self.path())
    }

    /// The JSON report of a preview.
    fn report(&self, arguments: &[&str]) -> Value {
        serde_json::from_slice(&self.run(&[&["--format", "json"], arguments].concat()).stdout).unwrap()
    }

    /// The patch of a preview.
    fn patch(&self, arguments: &[&str]) -> String {
        String::from_utf8(self.run(&[&["--color", "never"], arguments].concat()).stdout).unwrap()
    }

    fn run(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_routelift"));
        command.args(arguments).current_dir(self.path()).stdin(Stdio::null());
        let output = command.env_remove("NO_COLOR").env_remove("CLICOLOR_FORCE").output().unwrap();
        let told = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(self.code), "{arguments:?}: {told}");
        output
    }

    fn git_apply(&self, name: &str, patch: &str) {
        if patch.is_empty() {
            return;
        }
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), patch).unwrap();
        let output = Command::new("git")
            .args(["-c", "core.autocrlf=false", "apply", "--whitespace=nowarn"])
            .arg(file.path())
            .current_dir(self.path())
            .env("GIT_CONFIG_GLOBAL", "")
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_CEILING_DIRECTORIES", self.path().parent().unwrap())
            .output()
            .unwrap();
        assert!(output.status.success(), "{name}: {}\n{patch}", String::from_utf8_lossy(&output.stderr));
    }
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The folders in `parent`, by name.
fn folders(parent: &Path) -> BTreeMap<String, PathBuf> {
    let paths = std::fs::read_dir(parent).unwrap().map(|entry| entry.unwrap().path());
    paths
        .filter(|path| path.join("before").is_dir())
        .map(|path| (path.file_name().unwrap().to_str().unwrap().to_owned(), path))
        .collect()
}

/// All files below `root`, with their bytes.
fn read_tree(root: &Path) -> Tree {
    let mut tree = Tree::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(root).unwrap().to_str().unwrap();
                tree.insert(name.replace(std::path::MAIN_SEPARATOR, "/"), std::fs::read(&path).unwrap());
            }
        }
    }
    tree
}
