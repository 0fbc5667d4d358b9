//! `paths`, `baseUrl` and strictness of a `tsconfig.json` or `jsconfig.json`, with what it `extends`.
//!
//! `oxc_resolver` could read these files too, but gives up on the whole file when something in the
//! `extends` chain is missing, and in a fresh checkout shared configurations in `node_modules` are.

use std::path::{Path, PathBuf};

use serde_json::Value;

use super::packages::Packages;

/// Longer chains of `extends` are cycles.
const DEEPEST: usize = 16;

/// The part of a TypeScript configuration that says where imports lead and how strict it is.
#[derive(Debug, Default)]
pub(super) struct TsConfig {
    base_url: Option<PathBuf>,
    paths: Vec<Mapping>,
    /// It is neither `strict` nor says anything of `strictNullChecks`. `false` also if part of it cannot be read.
    pub leaves_null_checks: bool,
    /// Its `lib` has `dom`, but not `dom.iterable`.
    pub lacks_iterables: bool,
    /// Whether `null` and `undefined` are types of their own, or may be: part of it cannot be read.
    pub checks_nulls: bool,
}

/// One entry of `paths`; a `*` stands for any text.
#[derive(Debug)]
struct Mapping {
    pattern: String,
    /// Absolute.
    targets: Vec<String>,
}

impl TsConfig {
    /// Reads `file` and what it extends. What cannot be read counts as empty.
    pub fn load(file: &Path, packages: &Packages) -> TsConfig {
        let mut settings = Settings::default();
        let folder = file.parent().unwrap_or(file);
        settings.read(file, folder, packages, DEEPEST);
        let leaves_null_checks = settings.leaves_null_checks();
        let checks_nulls = settings.checks_nulls();
        let lacks_iterables = settings.lacks_iterables();
        let Settings { base_url, paths, .. } = settings;
        let paths = paths.map(|(declared_in, entries)| mappings(&entries, base_url.as_deref().unwrap_or(&declared_in)));
        TsConfig { base_url, paths: paths.unwrap_or_default(), leaves_null_checks, lacks_iterables, checks_nulls }
    }

    /// Where `specifier` may lead, most likely first; absolute and without looking at the disk.
    pub fn candidates(&self, specifier: &str) -> Vec<PathBuf> {
        let best = self
            .paths
            .iter()
            .filter_map(|mapping| Some((mapping, mapping.matched(specifier)?)))
            // The exact pattern first (it leaves nothing to `*`), then the one with the longest prefix.
            .max_by_key(|(mapping, _)| (!mapping.pattern.contains('*'), mapping.pattern.find('*')));
        let mapped = best.into_iter().flat_map(|(mapping, rest)| {
            mapping.targets.iter().map(move |target| PathBuf::from(target.replacen('*', rest, 1)))
        });
        mapped.chain(self.base_url.as_ref().map(|base| base.join(specifier))).collect()
    }
}

impl Mapping {
    /// What `*` stands for in `specifier`.
    fn matched<'a>(&self, specifier: &'a str) -> Option<&'a str> {
        match self.pattern.split_once('*') {
            None => (specifier == self.pattern).then_some(""),
            Some((before, after)) => specifier.strip_prefix(before)?.strip_suffix(after),
        }
    }
}

/// Patterns and their targets as written.
type Entries = Vec<(String, Vec<String>)>;

/// What the files read so far say; the first to say something wins.
#[derive(Default)]
struct Settings {
    base_url: Option<PathBuf>,
    /// The folder of the file that declares them, and the entries.
    paths: Option<(PathBuf, Entries)>,
    strict: Option<bool>,
    /// `lib`, in lower case.
    lib: Option<Vec<String>>,
    /// `strictNullChecks`; not a boolean counts as `true`.
    null_checks: Option<bool>,
    /// Something in the chain of `extends` could not be read.
    incomplete: bool,
}

impl Settings {
    fn leaves_null_checks(&self) -> bool {
        !self.incomplete && self.null_checks.is_none() && self.strict != Some(true)
    }

    fn checks_nulls(&self) -> bool {
        self.incomplete || self.null_checks.unwrap_or(self.strict == Some(true))
    }

    fn lacks_iterables(&self) -> bool {
        let has = |name: &str| self.lib.iter().flatten().any(|own| own == name);
        has("dom") && !has("dom.iterable")
    }

    fn read(&mut self, file: &Path, config_dir: &Path, packages: &Packages, deepest: usize) {
        let Some(json) = read_jsonc(file) else {
            self.incomplete = true;
            return;
        };
        let folder = file.parent().unwrap_or(file);
        let expand = |text: &str| match text.strip_prefix("${configDir}") {
            Some(rest) => config_dir.join(rest.trim_start_matches('/')).to_string_lossy().into_owned(),
            None => text.to_owned(),
        };
        if self.base_url.is_none()
            && let Some(base) = json.pointer("/compilerOptions/baseUrl").and_then(Value::as_str)
        {
            self.base_url = Some(normal(&folder.join(expand(base))));
        }
        if self.paths.is_none()
            && let Some(paths) = json.pointer("/compilerOptions/paths").and_then(Value::as_object)
        {
            let targets =
                |value: &Value| value.as_array().into_iter().flatten().filter_map(Value::as_str).map(expand).collect();
            let entries = paths.iter().map(|(pattern, value)| (pattern.clone(), targets(value))).collect();
            self.paths = Some((folder.to_path_buf(), entries));
        }
        self.strict = self.strict.or_else(|| json.pointer("/compilerOptions/strict").and_then(Value::as_bool));
        if self.lib.is_none() && json.pointer("/compilerOptions/lib").is_some() {
            let lib = strings(json.pointer("/compilerOptions/lib"));
            self.lib = Some(lib.into_iter().map(str::to_lowercase).collect());
        }
        let null_checks = json.pointer("/compilerOptions/strictNullChecks").map(|value| value.as_bool() != Some(false));
        self.null_checks = self.null_checks.or(null_checks);
        if deepest == 0 {
            self.incomplete = true;
            return;
        }
        // Of several, the last one overrides the others.
        for base in strings(json.get("extends")).into_iter().rev() {
            match locate(&expand(base), folder, packages) {
                Some(base) => self.read(&base, config_dir, packages, deepest - 1),
                None => self.incomplete = true,
            }
        }
    }
}

fn mappings(entries: &[(String, Vec<String>)], base: &Path) -> Vec<Mapping> {
    let absolute = |target: &String| normal(&base.join(target)).to_string_lossy().into_owned();
    let mapping = |(pattern, targets): &(String, Vec<String>)| Mapping {
        pattern: pattern.clone(),
        targets: targets.iter().map(absolute).collect(),
    };
    entries.iter().map(mapping).collect()
}

/// The file that `extends` means: a path, or one in a package (of the workspace, or installed).
fn locate(extends: &str, folder: &Path, packages: &Packages) -> Option<PathBuf> {
    if extends.starts_with('.') || Path::new(extends).is_absolute() {
        return existing(&folder.join(extends));
    }
    let in_workspace = packages.find(extends).and_then(|(package, inner)| existing(&package.join(inner)));
    in_workspace.or_else(|| folder.ancestors().find_map(|above| existing(&above.join("node_modules").join(extends))))
}

fn existing(path: &Path) -> Option<PathBuf> {
    let mut with_extension = path.as_os_str().to_owned();
    with_extension.push(".json");
    [path.to_path_buf(), with_extension.into(), path.join("tsconfig.json")].into_iter().find(|path| path.is_file())
}

fn read_jsonc(file: &Path) -> Option<Value> {
    let mut text = std::fs::read_to_string(file).ok()?;
    json_strip_comments::strip(&mut text).ok()?;
    serde_json::from_str(text.trim_start_matches('\u{feff}')).ok()
}

fn strings(value: Option<&Value>) -> Vec<&str> {
    match value {
        Some(Value::String(text)) => vec![text],
        Some(Value::Array(items)) => items.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

/// Without `.` and `..`, as text: the disk is not asked.
fn normal(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for component in path.components() {
        match component {
            std::path::Component::CurDir => {}
            std::path::Component::ParentDir => {
                normal.pop();
            }
            other => normal.push(other),
        }
    }
    normal
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::path::{Path, PathBuf};

    use super::TsConfig;
    use crate::discover::manifest::Manifest;
    use crate::discover::packages::Packages;

    fn load(files: &[(&str, &str)]) -> impl Fn(&str) -> Vec<PathBuf> + use<> {
        let (root, config) = config_of(files);
        move |specifier| {
            let relative = |path: PathBuf| path.strip_prefix(root.path()).map(Path::to_path_buf).unwrap_or(path);
            config.candidates(specifier).into_iter().map(relative).collect()
        }
    }

    fn config_of(files: &[(&str, &str)]) -> (tempfile::TempDir, TsConfig) {
        let root = tempfile::tempdir().expect("temp folder");
        for (path, text) in files {
            let path = root.path().join(path);
            std::fs::create_dir_all(path.parent().expect("a folder")).expect("temp folder");
            std::fs::write(path, text).expect("temp file");
        }
        let shared = Manifest { name: Some("@acme/tsconfig".into()), ..Manifest::default() };
        let manifests = BTreeMap::from([("packages/tsconfig".to_owned(), shared)]);
        let packages = Packages::new(root.path(), &manifests);
        let config = TsConfig::load(&root.path().join("web/tsconfig.json"), &packages);
        (root, config)
    }

    #[test]
    fn next_leaves_null_checks_alone_where_they_are_said() {
        let leaves = |text, base| config_of(&[("web/tsconfig.json", text), ("base.json", base)]).1.leaves_null_checks;
        let strict = r#"{ "compilerOptions": { "strict": true } }"#;
        assert!(leaves("{}", strict));
        assert!(leaves(r#"{ "extends": "../base", "compilerOptions": { "strict": false } }"#, strict));
        assert!(!leaves(strict, "{}"));
        assert!(!leaves(r#"{ "extends": "../base" }"#, strict));
        assert!(!leaves(r#"{ "compilerOptions": { "strictNullChecks": false } }"#, "{}"));
        assert!(!leaves(r#"{ "extends": "@missing/config" }"#, "{}"));
    }

    #[test]
    fn the_longest_prefix_wins_and_exact_names_before_all() {
        let candidates = load(&[(
            "web/tsconfig.json",
            r#"{ "compilerOptions": { "paths": { // comments and trailing commas are fine
                "@/*": ["./*", "./src/*"], "@/lib/*": ["../lib/*"], "@/lib/db": ["./db.ts"], "*.svg": ["./svg"], } } }"#,
        )]);
        assert_eq!(candidates("@/ui/x"), [PathBuf::from("web/ui/x"), PathBuf::from("web/src/ui/x")]);
        assert_eq!(candidates("@/lib/x"), [PathBuf::from("lib/x")]);
        assert_eq!(candidates("@/lib/db"), [PathBuf::from("web/db.ts")]);
        assert_eq!(candidates("react"), [] as [PathBuf; 0]);
    }

    #[test]
    fn base_url_comes_after_paths_and_paths_start_at_it() {
        let candidates = load(&[(
            "web/tsconfig.json",
            r#"{ "compilerOptions": { "baseUrl": "src", "paths": { "~/*": ["./*"] } } }"#,
        )]);
        assert_eq!(candidates("lib/x"), [PathBuf::from("web/src/lib/x")]);
        assert_eq!(candidates("~/x"), [PathBuf::from("web/src/x"), PathBuf::from("web/src/~/x")]);
    }

    #[test]
    fn extends_is_followed_into_workspace_packages_and_missing_ones_do_no_harm() {
        let candidates = load(&[
            ("web/tsconfig.json", r#"{ "extends": ["../base", "@acme/tsconfig/next.json", "@missing/config"] }"#),
            ("base.json", r#"{ "compilerOptions": { "baseUrl": ".", "paths": { "old": ["old"] } } }"#),
            ("packages/tsconfig/next.json", r#"{ "compilerOptions": { "paths": { "@/*": ["${configDir}/src/*"] } } }"#),
        ]);
        assert_eq!(candidates("@/x"), [PathBuf::from("web/src/x"), PathBuf::from("@/x")]);
    }

    #[test]
    fn a_cycle_ends() {
        let candidates = load(&[("web/tsconfig.json", r#"{ "extends": "./tsconfig.json" }"#)]);
        assert_eq!(candidates("x"), [] as [PathBuf; 0]);
    }
}
