//! The parts of a `package.json` that matter here.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;

/// One `package.json`.
#[derive(Clone, Debug, Default)]
pub(super) struct Manifest {
    /// The name other packages import it by.
    pub name: Option<String>,
    /// Where it says that it is found.
    pub homepage: Option<String>,
    /// What it asks for as `next`.
    pub next: Option<String>,
    /// The version of the package itself.
    pub version: Option<String>,
    /// All that it asks for: names and ranges.
    pub packages: BTreeMap<String, String>,
    /// It is made to be published: people whom we do not see may use it.
    pub published: bool,
}

impl Manifest {
    /// Reads the manifest in `folder`; the error is for people.
    pub fn read(folder: &Path) -> Result<Manifest, String> {
        let text = std::fs::read_to_string(folder.join("package.json")).map_err(|error| error.to_string())?;
        Manifest::parse(&text).map_err(|error| error.to_string())
    }

    fn parse(text: &str) -> serde_json::Result<Manifest> {
        let json: Value = serde_json::from_str(text.trim_start_matches('\u{feff}'))?;
        let text_at = |pointer| json.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
        let next = ["/dependencies/next", "/devDependencies/next", "/peerDependencies/next"];
        let mut packages = BTreeMap::new();
        // The last one counts, as above.
        for list in ["peerDependencies", "devDependencies", "dependencies"] {
            let asked = json.get(list).and_then(Value::as_object).into_iter().flatten();
            packages.extend(asked.filter_map(|(name, range)| Some((name.clone(), range.as_str()?.to_owned()))));
        }
        let (name, version) = (text_at("/name"), text_at("/version"));
        let is_private = json.get("private").and_then(Value::as_bool).unwrap_or(false);
        // Packages that only the workspace uses often lack `private`, but lead to their sources.
        let built = ["/main", "/module"].into_iter().filter_map(text_at).any(|entry| entry.ends_with("js"));
        let packed = json.get("files").is_some() || json.get("publishConfig").is_some();
        let published = !is_private && name.is_some() && version.is_some() && (built || packed);
        let (homepage, next) = (text_at("/homepage"), next.into_iter().find_map(text_at));
        Ok(Manifest { name, homepage, next, version, packages, published })
    }
}

#[cfg(test)]
mod tests {
    use super::Manifest;

    #[test]
    fn what_runs_counts_before_what_is_only_tolerated() {
        let text = r#"{"name": "ui", "peerDependencies": {"next": ">=13"}, "devDependencies": {"next": "^15.1"}}"#;
        let manifest = Manifest::parse(text).expect("valid");
        assert_eq!((manifest.name.as_deref(), manifest.next.as_deref()), (Some("ui"), Some("^15.1")));
    }

    #[test]
    fn what_is_built_or_packed_is_published_unless_private() {
        let published = |more: &str| {
            let text = format!(r#"{{"name": "sdk", "version": "1.0.0"{more}}}"#);
            Manifest::parse(&text).expect("valid").published
        };
        assert!(published(r#", "main": "dist/index.js""#));
        assert!(published(r#", "files": ["dist"]"#));
        assert!(!published(r#", "main": "src/index.ts""#));
        assert!(!published(r#", "main": "dist/index.js", "private": true"#));
        assert!(!published(""));
    }
}
