//! The parts of a `package.json` that matter here.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;

/// One `package.json`.
#[derive(Clone, Debug, Default)]
pub(super) struct Manifest {
    /// The name other packages import it by.
    pub name: Option<String>,
    /// What it asks for as `next`.
    pub next: Option<String>,
    /// The version of the package itself.
    pub version: Option<String>,
    /// All that it asks for: names and ranges.
    pub packages: BTreeMap<String, String>,
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
        Ok(Manifest { name, next: next.into_iter().find_map(text_at), version, packages })
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
}
