//! Writes all or nothing.
//!
//! New contents first go to temporary files in the folders where they will live, and are flushed, so
//! that no lack of space or permission can surprise us later. Then they are renamed into place one by
//! one, and originals that moved or go are set aside last. Every step leaves behind how to undo it; a
//! failure undoes them in reverse. What was set aside disappears only when all is done.

use std::fs::{self, Permissions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use routelift_transforms::rewrite::{Change, ChangeKind};
use tempfile::{Builder, TempPath};

use super::stale::origin;
use crate::Problem;

const PREFIX: &str = ".routelift-";

/// Writes `changes` below `root`, or leaves everything as it was.
pub fn write(root: &Path, changes: &[Change]) -> Result<(), Problem> {
    let mut transaction = Transaction { root, undo: Vec::new() };
    transaction.run(changes).map_err(|(path, source)| Problem::Write { path, source, lost: transaction.roll_back() })
}

/// Steps taken so far, and how to undo them.
struct Transaction<'a> {
    root: &'a Path,
    undo: Vec<Undo>,
}

enum Undo {
    /// A folder that was not there.
    RemoveFolder(PathBuf),
    /// A file that was not there.
    RemoveFile(PathBuf),
    /// A file that was, and the place where it is kept.
    Restore(PathBuf, TempPath),
}

/// A failed step: the project path and the reason.
type Failure = (String, io::Error);

impl Transaction<'_> {
    fn run(&mut self, changes: &[Change]) -> Result<(), Failure> {
        let at = |path: &str| {
            let path = path.to_owned();
            move |error| (path, error)
        };
        let mut staged = Vec::new();
        for change in changes {
            if let Some(text) = &change.new {
                let path = self.root.join(&change.path);
                self.create_folders(&path).map_err(at(&change.path))?;
                staged.push((change, stage(self.root, change, text).map_err(at(&change.path))?, path));
            }
        }
        for (change, temporary, path) in staged {
            self.put(temporary, path).map_err(at(&change.path))?;
        }
        let goes = |change: &&Change| matches!(change.kind, ChangeKind::Move | ChangeKind::Delete);
        let gone: Vec<&str> = changes.iter().filter(goes).filter_map(origin).collect();
        for path in &gone {
            self.set_aside(self.root.join(path)).map_err(at(path))?;
        }
        // From here on nothing is undone: dropping the undo steps removes what was set aside.
        self.undo.clear();
        for path in gone {
            self.remove_empty_folders(path);
        }
        Ok(())
    }

    fn create_folders(&mut self, file: &Path) -> io::Result<()> {
        let missing: Vec<&Path> = file.ancestors().skip(1).take_while(|folder| !folder.is_dir()).collect();
        for folder in missing.into_iter().rev() {
            fs::create_dir(folder)?;
            self.undo.push(Undo::RemoveFolder(folder.into()));
        }
        Ok(())
    }

    fn put(&mut self, temporary: TempPath, path: PathBuf) -> io::Result<()> {
        let undo = match keep(&path) {
            Ok(kept) => Undo::Restore(path.clone(), kept),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Undo::RemoveFile(path.clone()),
            Err(error) => return Err(error),
        };
        temporary.persist(path).map_err(|error| error.error)?;
        self.undo.push(undo);
        Ok(())
    }

    fn set_aside(&mut self, path: PathBuf) -> io::Result<()> {
        let kept = keep(&path)?;
        fs::remove_file(&path)?;
        self.undo.push(Undo::Restore(path, kept));
        Ok(())
    }

    /// As git does: folders do not outlive their last file.
    fn remove_empty_folders(&self, path: &str) {
        let path = self.root.join(path);
        let folders = path.ancestors().skip(1).take_while(|folder| *folder != self.root);
        // A folder that is not empty cannot be removed, and those above it are not empty either.
        for folder in folders {
            if fs::remove_dir(folder).is_err() {
                break;
            }
        }
    }

    /// Undoes every step, last one first; what could not be undone is returned.
    fn roll_back(&mut self) -> Vec<String> {
        let mut lost = Vec::new();
        for undo in self.undo.drain(..).rev() {
            let (path, undone) = match undo {
                Undo::RemoveFolder(path) => (path.clone(), fs::remove_dir(path).map_err(|error| error.to_string())),
                Undo::RemoveFile(path) => (path.clone(), fs::remove_file(path).map_err(|error| error.to_string())),
                Undo::Restore(path, kept) => (path.clone(), restore(kept, &path)),
            };
            if let Err(reason) = undone {
                let path = path.strip_prefix(self.root).unwrap_or(&path);
                lost.push(format!("{}: {reason}", path.display()));
            }
        }
        lost
    }
}

/// Puts a file back. If even that fails it must not disappear: the error says where it is.
fn restore(kept: TempPath, path: &Path) -> Result<(), String> {
    kept.persist(path).map_err(|failed| match failed.path.keep() {
        Ok(kept) => format!("{}; it is kept as {}", failed.error, kept.display()),
        Err(error) => error.to_string(),
    })
}

/// Writes `text` to a temporary file beside its final place, with the permissions of its origin.
fn stage(root: &Path, change: &Change, text: &str) -> io::Result<TempPath> {
    let path = root.join(&change.path);
    let mut builder = Builder::new();
    builder.prefix(PREFIX);
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let mut file = builder.tempfile_in(path.parent().unwrap_or(root))?;
    file.write_all(text.as_bytes())?;
    if let Some(origin) = origin(change) {
        let permissions: Permissions = fs::metadata(root.join(origin))?.permissions();
        file.as_file().set_permissions(permissions)?;
    }
    file.as_file().sync_all()?;
    Ok(file.into_temp_path())
}

/// Keeps the file at `path` under a second name beside it.
fn keep(path: &Path) -> io::Result<TempPath> {
    let folder = path.parent().unwrap_or(path);
    let second_name = |kept: &Path| match fs::hard_link(path, kept) {
        Err(error) if ![io::ErrorKind::NotFound, io::ErrorKind::AlreadyExists].contains(&error.kind()) => {
            // Not every file system has links.
            fs::copy(path, kept).map(|_| ())
        }
        linked => linked,
    };
    Builder::new().prefix(PREFIX).make_in(folder, second_name).map(tempfile::NamedTempFile::into_temp_path)
}
