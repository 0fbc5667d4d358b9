//! Project paths: relative to the root, with `/` on every platform, and empty for the root itself.

use std::path::{Component, Path};

/// `path` below `root` as a project path; `None` if it is elsewhere or not valid Unicode.
pub(crate) fn relative(root: &Path, path: &Path) -> Option<String> {
    let mut relative = String::new();
    for component in path.strip_prefix(root).ok()?.components() {
        let Component::Normal(name) = component else { return None };
        if !relative.is_empty() {
            relative.push('/');
        }
        relative.push_str(name.to_str()?);
    }
    Some(relative)
}

/// The folder that a project path is in.
pub(crate) fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(parent, _)| parent)
}

/// `name` in `folder`.
pub(crate) fn join(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}

/// Whether `path` is `folder` or lies in it.
pub(crate) fn is_within(path: &str, folder: &str) -> bool {
    folder.is_empty() || path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// `folder`, the folder it is in, and so on up to the root.
pub(crate) fn upward(folder: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(folder), |folder| (!folder.is_empty()).then(|| parent(folder)))
}

#[cfg(test)]
mod tests {
    use super::{is_within, upward};

    #[test]
    fn a_folder_is_more_than_a_prefix() {
        assert!(is_within("apps/web", "apps/web") && is_within("apps/web/lib", "apps/web") && is_within("lib", ""));
        assert!(!is_within("apps/website", "apps/web"));
    }

    #[test]
    fn upward_ends_at_the_root() {
        assert_eq!(upward("a/b").collect::<Vec<_>>(), ["a/b", "a", ""]);
        assert_eq!(upward("").collect::<Vec<_>>(), [""]);
    }
}
