//! What users decide themselves, in `routelift.toml` and in comments. Plain data: whoever builds a
//! [`Project`](crate::project::Project) reads the files.
//!
//! ```toml
//! [[endpoint]]
//! route = "/api/partners/**"
//! becomes = "route-handler"
//! ```
//!
//! ```ts
//! // routelift: action
//! export default async function handler(req, res) {
//! ```
//!
//! - [`HelperRule`]: what becomes of a call of a function that users know.
//! - [`Settings`]: one file; [`AllSettings`]: those of a project, each for the files below its folder.
//! - `asked`: what is asked for an endpoint or a method, and where. A comment wins over the file.

mod asked;
mod code;
mod comments;
mod helper;

use std::collections::BTreeMap;
use std::sync::Arc;

pub(crate) use asked::{Asked, REFUSED, asked, note, refused, unmatched};
pub(crate) use code::is_closed;
pub(crate) use comments::{keep_asking, without_served};
pub(crate) use helper::{GLOBALS, Param, Part};
pub use helper::{HelperRule, HelperText};

/// What somebody wants to become of an endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wish {
    /// It is or becomes a Route Handler, and no action.
    Route,
    /// Its methods that change something become actions.
    Action,
    /// Nothing changes.
    Stays,
}

/// The rule of a file about endpoints.
#[derive(Clone, Debug)]
pub struct EndpointRule {
    /// `/api/users/[id]`; `/api/users/**` for everything below `/api/users`, and that itself.
    pub route: String,
    /// What becomes of them.
    pub wish: Wish,
    /// The line of the file, for people.
    pub line: usize,
}

/// What one `routelift.toml` says.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// The file, for people.
    pub file: String,
    /// What becomes of calls; the first rule that fits counts.
    pub helpers: Vec<Arc<HelperRule>>,
    /// What becomes of endpoints; the first rule that fits counts.
    pub endpoints: Vec<EndpointRule>,
}

/// The settings of a project, by the folder that they are for.
#[derive(Clone, Debug, Default)]
pub struct AllSettings(BTreeMap<String, Settings>);

impl EndpointRule {
    fn fits(&self, route: &str) -> bool {
        match self.route.strip_suffix("/**") {
            Some(above) => route.strip_prefix(above).is_some_and(|rest| rest.is_empty() || rest.starts_with('/')),
            None => self.route == route,
        }
    }
}

impl AllSettings {
    /// Adds the file in `folder`.
    pub fn add(&mut self, folder: &str, settings: Settings) {
        self.0.insert(folder.to_owned(), settings);
    }

    /// What counts for the file at `path`: the nearest settings above it.
    pub fn at(&self, path: &str) -> Option<&Settings> {
        let mut folder = path;
        while !self.0.is_empty() && !folder.is_empty() {
            folder = folder.rsplit_once('/').map_or("", |(above, _)| above);
            if let Some(found) = self.0.get(folder) {
                return Some(found);
            }
        }
        None
    }

    fn all(&self) -> impl Iterator<Item = &Settings> {
        self.0.values()
    }
}

#[cfg(test)]
mod tests {
    use super::{AllSettings, EndpointRule, Settings, Wish};

    #[test]
    fn a_rule_is_for_a_route_or_all_below_it() {
        let rule = |route: &str| EndpointRule { route: route.into(), wish: Wish::Route, line: 1 };
        assert!(rule("/api/users/[id]").fits("/api/users/[id]"));
        assert!(!rule("/api/users").fits("/api/users/[id]"));
        assert!(rule("/api/users/**").fits("/api/users") && rule("/api/users/**").fits("/api/users/[id]/posts"));
        assert!(!rule("/api/users/**").fits("/api/users-old"));
    }

    #[test]
    fn the_nearest_file_counts() {
        let mut all = AllSettings::default();
        assert!(all.at("pages/api/a.ts").is_none());
        all.add("", Settings { file: "routelift.toml".into(), ..Settings::default() });
        all.add("apps/web", Settings { file: "apps/web/routelift.toml".into(), ..Settings::default() });
        let file = |path| all.at(path).map(|settings| settings.file.as_str());
        assert_eq!(file("apps/web/pages/api/a.ts"), Some("apps/web/routelift.toml"));
        assert_eq!(file("apps/website/pages/api/a.ts"), Some("routelift.toml"));
        assert_eq!(file("a.ts"), Some("routelift.toml"));
    }
}
