//! A temporary folder with files in it, and the command run there.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use routelift::discover::{Discovered, discover};
use tempfile::TempDir;

/// The manifest of an app.
pub const NEXT_15: &str = r#"{ "name": "web", "dependencies": { "next": "15.3.1" } }"#;

/// A folder that goes with the test.
pub struct Folder {
    folder: TempDir,
}

/// How the command ended and what it said.
pub struct Ran {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Folder {
    /// A folder with these files.
    pub fn new(files: &[(&str, &str)]) -> Folder {
        let folder = Folder { folder: tempfile::tempdir().unwrap() };
        for (path, text) in files {
            folder.write(path, text);
        }
        folder
    }

    /// A folder with these files, all of them committed.
    pub fn committed(files: &[(&str, &str)]) -> Folder {
        let folder = Folder::new(files);
        folder.git(&["init", "-q"]);
        folder.commit();
        folder
    }

    pub fn commit(&self) {
        self.git(&["add", "--all"]);
        self.git(&["commit", "-q", "--allow-empty", "-m", "test"]);
    }

    /// The folder as the system knows it.
    pub fn path(&self) -> PathBuf {
        self.folder.path().canonicalize().unwrap()
    }

    pub fn write(&self, path: &str, text: impl AsRef<[u8]>) {
        let path = self.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    /// All files but git's own, with their text.
    pub fn tree(&self) -> BTreeMap<String, String> {
        let mut tree = BTreeMap::new();
        collect(&self.path(), &self.path(), &mut tree);
        tree
    }

    /// Runs git in the folder and expects it to succeed.
    #[track_caller]
    pub fn git(&self, arguments: &[&str]) {
        let output = git_in(&self.path(), arguments);
        assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    }

    /// Runs `routelift` in the folder, not at a terminal.
    pub fn run<S: AsRef<OsStr>>(&self, arguments: &[S]) -> Ran {
        let output = self.command().args(arguments).output().unwrap();
        Ran {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    pub fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_routelift"));
        command.current_dir(self.path()).stdin(Stdio::null()).env_remove("NO_COLOR").env_remove("CLICOLOR_FORCE");
        command
    }

    /// What the library finds below these paths of the folder.
    #[track_caller]
    pub fn discover(&self, paths: &[&str]) -> Discovered {
        let paths: Vec<PathBuf> = paths.iter().map(|path| self.path().join(path)).collect();
        discover(&paths, None).unwrap_or_else(|problem| panic!("{problem}"))
    }
}

/// Git without the user's or the system's configuration.
pub fn git_in(folder: &Path, arguments: &[&str]) -> Output {
    Command::new("git")
        .args(["-c", "user.name=test", "-c", "user.email=test@example.com", "-c", "core.autocrlf=false"])
        .args(arguments)
        .current_dir(folder)
        .env("GIT_CONFIG_GLOBAL", "")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_CEILING_DIRECTORIES", folder.parent().unwrap())
        .output()
        .unwrap()
}

fn collect(root: &Path, folder: &Path, tree: &mut BTreeMap<String, String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && !path.ends_with(".git") {
            collect(root, &path, tree);
        } else if path.is_file() {
            let name = path.strip_prefix(root).unwrap().to_string_lossy().replace(std::path::MAIN_SEPARATOR, "/");
            tree.insert(name, String::from_utf8_lossy(&std::fs::read(&path).unwrap()).into_owned());
        }
    }
}
