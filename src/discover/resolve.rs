//! Where imports lead, on the real disk.
//!
//! Only project files are of interest, so installed packages are never looked for: a bare specifier
//! is an alias, a package of the workspace, or none of our business. That keeps the disk almost out of it.

use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use oxc_resolver::{ResolveOptions, Resolver};
use routelift_transforms::project::Resolve;

use super::manifest::Manifest;
use super::packages::Packages;
use super::paths;
use super::tsconfig::TsConfig;

/// Resolves imports between the files of the project.
pub(super) struct DiskResolver {
    root: PathBuf,
    sources: HashSet<String>,
    packages: Packages,
    /// Read when first needed, by folder.
    tsconfigs: BTreeMap<String, (&'static str, OnceLock<TsConfig>)>,
    /// Follows `exports` and `main` the way a bundler does.
    runtime: Resolver,
    /// Follows them the way the type checker does. In packages that are built before use, only the
    /// types may lead to a source file.
    types: Resolver,
}

impl DiskResolver {
    /// A resolver for the given source files below `root`.
    pub fn new(
        root: &Path,
        sources: HashSet<String>,
        manifests: &BTreeMap<String, Manifest>,
        tsconfigs: BTreeMap<String, &'static str>,
    ) -> Self {
        let runtime = Resolver::new(options(&["import", "module", "require", "node", "default"], &["module", "main"]));
        let types = runtime.clone_with_options(options(&["types", "import", "default"], &["types", "typings"]));
        let tsconfigs = tsconfigs.into_iter().map(|(folder, name)| (folder, (name, OnceLock::new()))).collect();
        DiskResolver { root: root.into(), sources, packages: Packages::new(root, manifests), tsconfigs, runtime, types }
    }

    /// The `tsconfig.json` of `folder` itself, if it leaves open whether `null` is checked.
    pub fn leaves_null_checks(&self, folder: &str) -> Option<String> {
        let (name, config) = self.tsconfig_in(folder)?;
        (name == "tsconfig.json" && config.leaves_null_checks).then(|| paths::join(folder, name))
    }

    /// The `tsconfig.json` of `folder` itself, if with it TypeScript does not know how to go through the headers of a request.
    pub fn lacks_iterables(&self, folder: &str) -> Option<String> {
        let (name, config) = self.tsconfig_in(folder)?;
        (name == "tsconfig.json" && config.lacks_iterables).then(|| paths::join(folder, name))
    }

    /// Whether code in `folder` is checked for `null`, as far as that can be told.
    pub fn checks_nulls(&self, folder: &str) -> bool {
        self.tsconfig_in(folder).is_none_or(|(_, config)| config.checks_nulls)
    }

    fn tsconfig_in(&self, folder: &str) -> Option<(&'static str, &TsConfig)> {
        let (name, config) = self.tsconfigs.get(folder)?;
        let load = || TsConfig::load(&self.root.join(folder).join(name), &self.packages);
        Some((name, config.get_or_init(load)))
    }

    fn through_tsconfig(&self, folder: &str, specifier: &str) -> Option<String> {
        let (_, config) = paths::upward(folder).find_map(|above| self.tsconfig_in(above))?;
        config.candidates(specifier).into_iter().find_map(|path| self.source(&self.runtime, &self.root, path.to_str()?))
    }

    fn through_workspace(&self, specifier: &str) -> Option<String> {
        let (package, inner) = self.packages.find(specifier)?;
        let sources = package.join("src").join(inner);
        // From within the package its own name goes through `exports`, a path does not.
        self.source(&self.runtime, package, specifier)
            .or_else(|| self.source(&self.types, package, specifier))
            .or_else(|| self.source(&self.runtime, package, package.join(inner).to_str()?))
            .or_else(|| self.source(&self.types, package, package.join(inner).to_str()?))
            .or_else(|| self.source(&self.runtime, package, sources.to_str()?))
    }

    fn source(&self, resolver: &Resolver, folder: &Path, specifier: &str) -> Option<String> {
        let found = resolver.resolve(folder, specifier).ok()?;
        paths::relative(&self.root, found.path()).filter(|path| self.sources.contains(path))
    }
}

impl Resolve for DiskResolver {
    fn resolve(&self, importer: &str, specifier: &str) -> Option<String> {
        let folder = paths::parent(importer);
        let is_relative =
            [".", ".."].contains(&specifier) || specifier.starts_with("./") || specifier.starts_with("../");
        if is_relative || specifier.starts_with('#') {
            let found = self.source(&self.runtime, &self.root.join(folder), specifier);
            if found.is_some() || is_relative {
                return found;
            }
        }
        if specifier.is_empty() || specifier.starts_with('/') {
            return None;
        }
        self.through_tsconfig(folder, specifier).or_else(|| self.through_workspace(specifier))
    }
}

fn options(conditions: &[&str], main_fields: &[&str]) -> ResolveOptions {
    let owned = |items: &[&str]| items.iter().map(|item| (*item).to_owned()).collect::<Vec<_>>();
    let written_as = |extension: &str, sources: &[&str]| (extension.to_owned(), owned(sources));
    ResolveOptions {
        condition_names: owned(conditions),
        main_fields: owned(main_fields),
        extensions: owned(&[".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs", ".json", ".d.ts"]),
        extension_alias: vec![
            written_as(".js", &[".ts", ".tsx", ".js", ".jsx", ".d.ts"]),
            written_as(".jsx", &[".tsx", ".jsx"]),
            written_as(".mjs", &[".mts", ".mjs"]),
            written_as(".cjs", &[".cts", ".cjs"]),
        ],
        modules: Vec::new(),
        node_path: false,
        ..ResolveOptions::default()
    }
}
