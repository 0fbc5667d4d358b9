//! Which Next.js version an app runs, from what its manifest asks for.
//!
//! A range says it itself (`^15.3.1`). A pointer (`catalog:`, `workspace:*`, `latest`, a URL) is followed
//! to the pnpm catalog or the installed package. What is still unknown then is not guessed: the
//! generated code depends on it.

use std::path::Path;

use routelift_transforms::project::NextVersion;

use super::manifest::Manifest;
use crate::cli::PinnedVersion;

/// What the moving tags stand for when nothing is installed.
const LATEST: NextVersion = NextVersion { major: 16, minor: 0, patch: 0 };

/// The version that `range`, as written for the app in `folder`, means; `None` if nothing tells.
pub(super) fn of_range(range: &str, folder: &Path) -> Option<PinnedVersion> {
    let range = range.trim();
    if let Some(pinned) = written(range) {
        return Some(pinned);
    }
    if let Some(catalog) = range.strip_prefix("catalog:")
        && let Some(pinned) = folder.ancestors().find_map(|above| from_catalog(above, catalog.trim()))
    {
        return Some(pinned);
    }
    if let Some(pinned) = folder.ancestors().find_map(installed) {
        return Some(pinned);
    }
    let is_moving_tag = ["latest", "canary", "next", "rc", "beta"].contains(&range);
    is_moving_tag.then(|| PinnedVersion { version: LATEST, text: range.into() })
}

/// A version that is spelled out, `npm:` aliases included.
fn written(range: &str) -> Option<PinnedVersion> {
    let range = match range.strip_prefix("npm:") {
        Some(alias) => alias.rsplit_once('@')?.1,
        None => range.strip_prefix("workspace:").unwrap_or(range),
    };
    let version = NextVersion::parse(range)?;
    let start = range.find(|c: char| c.is_ascii_digit())?;
    let text = range[start..].split([' ', '|', ',']).next()?;
    Some(PinnedVersion { version, text: text.into() })
}

fn installed(folder: &Path) -> Option<PinnedVersion> {
    let package = folder.join("node_modules").join("next");
    written(&Manifest::read(&package).ok()?.version?)
}

fn from_catalog(folder: &Path, catalog: &str) -> Option<PinnedVersion> {
    let yaml = std::fs::read_to_string(folder.join("pnpm-workspace.yaml")).ok()?;
    written(catalog_entry(&yaml, catalog)?)
}

/// What `next` stands for in the catalog named `catalog` (empty or `default` for the one without a
/// name). Reads the block style that pnpm itself writes; any other YAML gives `None`.
fn catalog_entry<'a>(yaml: &'a str, catalog: &str) -> Option<&'a str> {
    let wanted: &[&[&str]] = match catalog {
        "" | "default" => &[&["catalog"], &["catalogs", "default"]],
        name => &[&["catalogs", name]],
    };
    // Keys above the current line, with their indentation.
    let mut above: Vec<(usize, &str)> = Vec::new();
    for line in yaml.lines() {
        let content = line.trim_start();
        if content.is_empty() || content.starts_with(['#', '-']) {
            continue;
        }
        let indent = line.len() - content.len();
        above.retain(|(outer, _)| *outer < indent);
        let Some((key, value)) = content.split_once(':') else { continue };
        let key = unquote(key);
        if key == "next" && wanted.iter().any(|path| above.iter().map(|(_, key)| key).eq(path.iter())) {
            let value = value.split(" #").next().unwrap_or(value);
            return Some(unquote(value));
        }
        above.push((indent, key));
    }
    None
}

fn unquote(text: &str) -> &str {
    let text = text.trim();
    let inner = |quote| text.strip_prefix(quote)?.strip_suffix(quote);
    inner('\'').or_else(|| inner('"')).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::{catalog_entry, of_range, written};

    #[test]
    fn ranges_speak_for_themselves() {
        let cases = [
            ("^15.3.1", "15.3.1"),
            ("14", "14"),
            (">=13.4 <15", "13.4"),
            ("15.0.0-canary.3", "15.0.0-canary.3"),
            ("^14.0.0 || ^15.0.0", "14.0.0"),
            ("npm:@acme/next@14.2.3", "14.2.3"),
            ("workspace:^15.1.0", "15.1.0"),
        ];
        for (range, text) in cases {
            assert_eq!(written(range).map(|pinned| pinned.text).as_deref(), Some(text), "{range}");
        }
    }

    #[test]
    fn pointers_do_not() {
        for range in ["", "*", "latest", "catalog:", "workspace:*", "github:vercel/next.js#v15", "link:../next"] {
            assert_eq!(written(range), None, "{range}");
        }
    }

    #[test]
    fn catalogs_are_looked_up_by_name() {
        let yaml = "packages:\n  - apps/*\n\ncatalog:\n  react: ^19\n  # pinned\n  'next': \"15.2.0\" # why\n\
                    catalogs:\n  old:\n    react: 18\n    next: ^14.2.0\n  default:\n    next: 1\n";
        assert_eq!(catalog_entry(yaml, ""), Some("15.2.0"));
        assert_eq!(catalog_entry(yaml, "default"), Some("15.2.0"));
        assert_eq!(catalog_entry(yaml, "old"), Some("^14.2.0"));
        assert_eq!(catalog_entry(yaml, "new"), None);
    }

    #[test]
    fn the_installed_package_answers_for_pointers_only() {
        let folder = tempfile::tempdir().expect("temp folder");
        let app = folder.path().join("apps/web");
        let package = folder.path().join("node_modules/next");
        for folder in [&app, &package] {
            std::fs::create_dir_all(folder).expect("temp folder");
        }
        let text = |range| of_range(range, &app).map(|pinned| pinned.text);
        assert_eq!(text("latest").as_deref(), Some("latest"));
        assert_eq!(text("workspace:*"), None);
        std::fs::write(package.join("package.json"), r#"{"version": "15.4.2"}"#).expect("temp file");
        assert_eq!(text("latest").as_deref(), Some("15.4.2"));
        assert_eq!(text("workspace:*").as_deref(), Some("15.4.2"));
        assert_eq!(text("14.1").as_deref(), Some("14.1"));
    }
}
