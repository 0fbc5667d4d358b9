//! Which `GET` functions Next renders at build time although nobody asked for it (reference, section 4).
//!
//! ```text
//! 13, 14           every `GET` that has no other method beside it
//! 15 and later     app/api/sitemap/route.ts, app/api/icon2/route.ts   taken for a file that describes the site
//! ```

use super::NextVersion;

/// What `isMetadataRoute` of Next looks for in the last segment of a route, at any depth.
const METADATA: [&str; 5] = ["sitemap", "icon", "apple-icon", "opengraph-image", "twitter-image"];

const EXTENSIONS: [&str; 7] = ["xml", "ico", "jpg", "jpeg", "png", "svg", "gif"];

impl NextVersion {
    /// Whether a lone `GET` of `route` (`/api/users/[id]`) is rendered at build time.
    pub fn renders_get_at_build(self, route: &str) -> bool {
        self.major < 15 || METADATA.iter().any(|name| self.is_metadata(route, name))
    }

    fn is_metadata(self, route: &str, name: &str) -> bool {
        // The first ones do not look at what follows the name.
        if (self.major, self.minor) < (15, 3) {
            return route.split('/').any(|segment| segment.starts_with(name));
        }
        let last = route.rsplit('/').next().unwrap_or_default();
        let Some(rest) = last.strip_prefix(name) else { return false };
        let rest = rest.strip_prefix(|char: char| char.is_ascii_digit()).unwrap_or(rest);
        rest.is_empty() || is_suffix(rest) || rest.strip_prefix('.').is_some_and(|found| EXTENSIONS.contains(&found))
    }
}

/// `-a1b2c3`, which Next gives to such files in route groups.
fn is_suffix(text: &str) -> bool {
    text.strip_prefix('-').is_some_and(|rest| rest.len() == 6 && rest.chars().all(|char| char.is_ascii_alphanumeric()))
}

#[cfg(test)]
mod tests {
    use super::NextVersion;

    #[test]
    fn only_names_of_metadata_files_are_static_from_15_on() {
        let renders =
            |next: &str, route: &str| NextVersion::parse(next).is_some_and(|next| next.renders_get_at_build(route));
        for route in ["/api/sitemap", "/api/sitemap.xml", "/api/deep/opengraph-image", "/api/icon2", "/api/icon.png"] {
            assert!(renders("15.5.28", route) && renders("16.4.5", route), "{route}");
        }
        for route in ["/api/sitemaps", "/api/robots", "/api/icons", "/api/favicon.ico", "/api/sitemap/[id]"] {
            assert!(!renders("15.5.28", route) && renders("14.2.0", route), "{route}");
        }
        assert!(renders("15.0.4", "/api/icons/list"));
    }
}
