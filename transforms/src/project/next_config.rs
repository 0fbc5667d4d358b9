//! What a `next.config.*` says, as far as it can be read without running it.

/// The part of a Next.js configuration that a migration depends on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NextConfig {
    /// `pageExtensions`, without dots, in order; `None` if it is not set.
    pub page_extensions: Option<Vec<String>>,
    /// `cacheComponents` (or its experimental predecessor) is on.
    pub cache_components: bool,
    /// The name of a setting that is there but is not a literal.
    pub unreadable: Option<&'static str>,
}

/// Reads the configuration in `text`, the file at `path`.
pub fn read_next_config(path: &str, text: &str) -> NextConfig {
    let _ = (path, text);
    NextConfig::default()
}
