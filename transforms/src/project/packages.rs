//! Which version of a package a file gets, as far as the `package.json` files above it say.

use std::collections::BTreeMap;

use super::NextVersion;

/// What the `package.json` files of a project ask for, by folder.
#[derive(Clone, Debug, Default)]
pub struct Packages(BTreeMap<String, BTreeMap<String, String>>);

impl Packages {
    /// Adds what the manifest in `folder` asks for: names and ranges.
    pub fn add(&mut self, folder: &str, asked: BTreeMap<String, String>) {
        self.0.insert(folder.to_owned(), asked);
    }

    /// The lowest version of `package` that the file at `path` may get; `None` if nothing tells.
    pub fn version(&self, path: &str, package: &str) -> Option<NextVersion> {
        let mut folder = path;
        loop {
            folder = folder.rsplit_once('/').map_or("", |(above, _)| above);
            if let Some(range) = self.0.get(folder).and_then(|asked| asked.get(package)) {
                return NextVersion::parse(range);
            }
            if folder.is_empty() {
                return None;
            }
        }
    }
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
}
