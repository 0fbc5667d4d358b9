//! The packages of a workspace by the name that others import them by, so that imports between them
//! lead to their sources even where nothing is installed.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

use super::manifest::Manifest;

/// Every named package below the root.
#[derive(Debug)]
pub(super) struct Packages {
    folders: HashMap<String, PathBuf>,
}

impl Packages {
    /// The packages among `manifests`, which are keyed by folder below `root`.
    pub fn new(root: &Path, manifests: &BTreeMap<String, Manifest>) -> Packages {
        let named = manifests.iter().filter_map(|(folder, manifest)| Some((manifest.name.clone()?, root.join(folder))));
        Packages { folders: named.collect() }
    }

    /// The folder of the package that `specifier` imports from, and what it asks for there: empty
    /// for the package itself, `button` in `@acme/ui/button`.
    pub fn find<'a>(&self, specifier: &'a str) -> Option<(&Path, &'a str)> {
        let (name, inner) = split(specifier);
        self.folders.get(name).map(|folder| (folder.as_path(), inner))
    }
}

/// `@acme/ui/button/small` is `button/small` in `@acme/ui`.
fn split(specifier: &str) -> (&str, &str) {
    let parts_of_name = if specifier.starts_with('@') { 2 } else { 1 };
    match specifier.match_indices('/').nth(parts_of_name - 1) {
        Some((slash, _)) => (&specifier[..slash], &specifier[slash + 1..]),
        None => (specifier, ""),
    }
}

/// Whether a folder above `root` declares a workspace, so that other packages may use what is in `root`.
pub(super) fn is_part(root: &Path) -> bool {
    root.ancestors().skip(1).any(|above| {
        above.join("pnpm-workspace.yaml").is_file()
            || std::fs::read_to_string(above.join("package.json")).is_ok_and(|text| text.contains("\"workspaces\""))
    })
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn scopes_belong_to_the_name() {
        assert_eq!(split("@acme/ui/button/small"), ("@acme/ui", "button/small"));
        assert_eq!(split("@acme/ui"), ("@acme/ui", ""));
        assert_eq!(split("lodash/get"), ("lodash", "get"));
        assert_eq!(split("lodash"), ("lodash", ""));
    }
}
