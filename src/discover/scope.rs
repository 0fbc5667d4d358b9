//! What the given paths mean: one root, and the parts of it in which apps count.

use std::io;
use std::path::{Path, PathBuf};

use super::paths;
use crate::Problem;

/// A root and the folders in it that were asked for.
pub(super) struct Scope {
    /// The nearest folder that holds all given paths; canonical.
    pub root: PathBuf,
    /// Each given path: as given, and relative to the root.
    pub given: Vec<(PathBuf, String)>,
}

impl Scope {
    /// Looks up the given paths on the disk.
    pub fn new(given: &[PathBuf]) -> Result<Scope, Problem> {
        let folders = given.iter().map(|path| folder(path)).collect::<Result<Vec<_>, _>>()?;
        let root = folders
            .iter()
            .skip(1)
            .fold(folders.first().cloned(), |root, folder| common_ancestor(&root?, folder))
            .ok_or(Problem::NothingInCommon)?;
        // Two unrelated folders would make us read the whole disk.
        if given.len() > 1 && root.parent().is_none() {
            return Err(Problem::NothingInCommon);
        }
        let below_root = |(path, folder): (&PathBuf, &PathBuf)| match paths::relative(&root, folder) {
            Some(relative) => Ok((path.clone(), relative)),
            None => Err(Problem::UnreadablePath(path.clone(), io::ErrorKind::InvalidInput.into())),
        };
        let given = given.iter().zip(&folders).map(below_root).collect::<Result<Vec<_>, _>>()?;
        Ok(Scope { root, given })
    }

    /// Which of the folders `apps` count: those below a given path or else the one around it.
    pub fn select<'a>(&self, apps: &[&'a str]) -> Result<Vec<&'a str>, Problem> {
        let mut selected = Vec::new();
        for (path, folder) in &self.given {
            let before = selected.len();
            selected.extend(apps.iter().copied().filter(|app| paths::is_within(app, folder)));
            if selected.len() == before {
                let around = paths::upward(folder).find_map(|above| apps.iter().copied().find(|app| *app == above));
                selected.push(around.ok_or_else(|| Problem::NoApp(path.clone()))?);
            }
        }
        selected.sort_unstable();
        selected.dedup();
        Ok(selected)
    }
}

fn folder(path: &Path) -> Result<PathBuf, Problem> {
    match path.canonicalize() {
        Ok(found) if found.is_dir() => Ok(found),
        Ok(_) => Err(Problem::NotAFolder(path.into())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Err(Problem::NoSuchPath(path.into())),
        Err(error) if error.kind() == io::ErrorKind::NotADirectory => Err(Problem::NotAFolder(path.into())),
        Err(error) => Err(Problem::UnreadablePath(path.into(), error)),
    }
}

fn common_ancestor(a: &Path, b: &Path) -> Option<PathBuf> {
    a.ancestors().find(|ancestor| b.starts_with(ancestor)).map(Path::to_path_buf)
}

#[cfg(test)]
mod tests {
    use super::Scope;

    fn scope(given: &[&str]) -> Scope {
        Scope { root: "/".into(), given: given.iter().map(|path| (path.into(), (*path).to_owned())).collect() }
    }

    #[test]
    fn only_apps_below_a_given_path_count() {
        let apps = ["apps/docs", "apps/web", "site"];
        assert_eq!(scope(&[""]).select(&apps).expect("apps"), apps);
        assert_eq!(scope(&["apps/web", "apps"]).select(&apps).expect("apps"), ["apps/docs", "apps/web"]);
    }

    #[test]
    fn a_part_of_an_app_stands_for_the_nearest_app() {
        let apps = ["", "apps/web"];
        assert_eq!(scope(&["apps/web/pages"]).select(&apps).expect("apps"), ["apps/web"]);
    }

    #[test]
    fn every_given_path_must_have_an_app() {
        assert!(scope(&["apps/web", "packages"]).select(&["apps/web"]).is_err());
    }
}
