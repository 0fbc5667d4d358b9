//! A repository as the transforms see it: files in memory, the Next.js apps among them, and how
//! their imports resolve. Whoever builds a [`Project`] does the reading; nothing here touches a disk.
//!
//! All paths are relative to the project root and use `/`, on every platform.

mod app;
mod app_files;
mod config_files;
mod config_headers;
mod host_headers;
mod importing;
mod links;
mod literals;
mod matcher;
mod method;
mod middleware_rewrites;
mod modules;
mod netlify;
mod next_config;
mod packages;
mod paths;
mod reach;
mod rewrites;
mod rewritten;
mod source_pattern;
mod static_get;
mod touches;
mod validators;
mod vercel;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::settings::AllSettings;

pub use app::{App, NextVersion};
pub use app_files::{is_app_file, runs_on_server, takes_export};
pub use config_files::config_closure;
pub use config_headers::{ConfigHeader, config_headers, middleware_headers};
pub use host_headers::headers_around;
pub use importing::FoundImport;
pub use links::{
    Declared, Export, Import, Imported, all_imports, binding, commonjs_export, declared, declared_member, export,
    imports, named, star_exports,
};
pub use literals::{Literal, Literals};
pub use matcher::{matchers, may_match, middleware_files};
pub use method::{Method, MethodSet};
pub use middleware_rewrites::middleware_rewrites;
pub use modules::{Modules, NoModule};
pub use next_config::{NextConfig, read_next_config};
pub use packages::Packages;
pub use paths::{folder, is_folder, is_relative, specifier_target};
pub use reach::reached_from_pages;
pub use rewrites::{QueryRewrite, query_rewrites};
pub use rewritten::{Alias, aliases};
pub use validators::{PACKAGE as EXPRESS_VALIDATOR, Validators};
pub use vercel::{fits_function, function_keys, function_settings_of};

/// Answers where an import leads. Implemented over the disk by the command, over a map in tests.
pub trait Resolve: Send + Sync {
    /// The project file that `specifier` means when it stands in `importer`; `None` for packages
    /// outside the project, for what does not exist, and for anything outside the root.
    fn resolve(&self, importer: &str, specifier: &str) -> Option<String>;
}

/// Why a file's text is not at hand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unreadable {
    /// Not valid UTF-8; the offset of the first bad byte.
    NotUtf8(usize),
    /// Larger than we read; its size in bytes.
    TooLarge(u64),
    /// A symbolic link that leads out of the root.
    LinkOutside,
    /// A symbolic link to this file or folder of the project.
    LinkInside(String),
    /// A symbolic link that leads nowhere.
    LinkNowhere,
    /// The operating system said no; its words.
    Io(String),
}

/// Everything that a run knows.
pub struct Project {
    /// Source files (`js`, `jsx`, `ts`, `tsx`, `mjs`, `cjs`, `mts`, `cts`) by path.
    pub files: BTreeMap<String, Result<Arc<str>, Unreadable>>,
    /// Texts that are no sources and may mention URLs: documentation, API descriptions, `vercel.json`, scripts.
    pub documents: BTreeMap<String, Arc<str>>,
    /// Symbolic links within the project, and what they lead to.
    pub links: BTreeMap<String, String>,
    /// Whether the root is a part of a larger workspace, the rest of which is not known.
    pub is_part: bool,
    /// The Next.js apps, sorted by root.
    pub apps: Vec<App>,
    /// What the packages of the project ask for.
    pub packages: Packages,
    /// What users decide themselves.
    pub settings: AllSettings,
    /// Where imports lead.
    pub resolver: Arc<dyn Resolve>,
}
