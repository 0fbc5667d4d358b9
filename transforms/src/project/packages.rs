//! Which version of a package a file gets, as far as the `package.json` files above it say.

use std::collections::{BTreeMap, BTreeSet};

use super::NextVersion;

/// What the `package.json` files of a project ask for, by folder.
#[derive(Clone, Debug, Default)]
pub struct Packages {
    asked: BTreeMap<String, BTreeMap<String, String>>,
    published: BTreeSet<String>,
    /// The words of their names.
    names: BTreeSet<String>,
    urls: Vec<String>,
}

impl Packages {
    /// Adds what the manifest in `folder` asks for: names and ranges.
    pub fn add(&mut self, folder: &str, asked: BTreeMap<String, String>) {
        self.asked.insert(folder.to_owned(), asked);
    }

    /// The package in `folder` is made to be published, so that people whom we do not see may use it.
    pub fn add_published(&mut self, folder: &str) {
        self.published.insert(folder.to_owned());
    }

    /// A package has this name.
    pub fn add_name(&mut self, name: &str) {
        self.names.extend(name.split(['@', '/']).filter(|word| !word.is_empty()).map(str::to_ascii_lowercase));
    }

    /// A package says of this URL, or of those in this text, that they are where it is found.
    pub fn add_own_urls(&mut self, text: String) {
        self.urls.push(text);
    }

    /// Whether a package is called as one of `words`, or a scope of packages is.
    pub fn is_named<'w>(&self, mut words: impl Iterator<Item = &'w str>) -> bool {
        words.any(|word| self.names.contains(word))
    }

    /// Texts with the URLs where packages say that they are found.
    pub fn own_urls(&self) -> &[String] {
        &self.urls
    }

    /// Whether the file at `path` belongs to a package that is published.
    pub fn is_published(&self, path: &str) -> bool {
        self.folder_of(path).is_some_and(|folder| self.published.contains(folder))
    }

    /// The folder of the package that the file at `path` belongs to.
    pub fn folder_of<'p>(&self, path: &'p str) -> Option<&'p str> {
        folders(path).find(|folder| self.asked.contains_key(*folder))
    }

    /// Whether the file at `path` may import `package`, whatever its version.
    pub fn asks(&self, path: &str, package: &str) -> bool {
        folders(path).any(|folder| self.asked.get(folder).is_some_and(|asked| asked.contains_key(package)))
    }

    /// Whether some package of the project asks for `package`.
    pub fn asked_anywhere(&self, package: &str) -> bool {
        self.asked.values().any(|asked| asked.contains_key(package))
    }

    /// The lowest version of `package` that the file at `path` may get; `None` if nothing tells.
    pub fn version(&self, path: &str, package: &str) -> Option<NextVersion> {
        let range = folders(path).find_map(|folder| self.asked.get(folder)?.get(package))?;
        NextVersion::parse(range)
    }
}

/// The folders above `path`, the nearest first, the root of the project last.
fn folders(path: &str) -> impl Iterator<Item = &str> {
    fn above(path: &str) -> Option<&str> {
        (!path.is_empty()).then(|| path.rsplit_once('/').map_or("", |(above, _)| above))
    }
    std::iter::successors(above(path), |path| above(path))
}

#[cfg(test)]
mod tests {
    use super::{BTreeMap, NextVersion, Packages};

    #[test]
    fn the_nearest_manifest_that_asks_counts() {
        let mut packages = Packages::default();
        let asked = |range: &str| BTreeMap::from([("next-auth".to_owned(), range.to_owned())]);
        packages.add("", asked("4.0.0"));
        packages.add("apps/web", asked("^4.24.5"));
        packages.add("apps/docs", BTreeMap::new());
        let major_minor =
            |path| packages.version(path, "next-auth").map(|NextVersion { major, minor, .. }| (major, minor));
        assert_eq!(major_minor("apps/web/pages/api/a.ts"), Some((4, 24)));
        assert_eq!(major_minor("apps/docs/lib/a.ts"), Some((4, 0)));
        assert_eq!(packages.version("a.ts", "iron-session"), None);
    }
    #[test]
    fn a_file_belongs_to_the_nearest_package() {
        let mut packages = Packages::default();
        for folder in ["", "packages/sdk", "packages/sdk/demo"] {
            packages.add(folder, BTreeMap::new());
        }
        packages.add_published("packages/sdk");
        assert!(packages.is_published("packages/sdk/src/a.ts"));
        assert!(!packages.is_published("packages/sdk/demo/a.ts"));
        assert!(!packages.is_published("lib/a.ts"));
    }
}
