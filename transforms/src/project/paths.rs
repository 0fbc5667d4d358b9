//! Paths of files, and where relative specifiers lead.

/// The folder that a file is in; empty for the root.
pub fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// Whether a specifier starts from the file that it stands in.
pub fn is_relative(specifier: &str) -> bool {
    specifier.starts_with("./") || specifier.starts_with("../") || matches!(specifier, "." | "..")
}

/// Whether a relative specifier can only mean a folder.
pub fn is_folder(specifier: &str) -> bool {
    specifier.ends_with('/') || matches!(specifier.rsplit('/').next(), Some("." | ".."))
}

/// What a relative specifier in a file at `from` points to, as a path without regard to what is there.
pub fn specifier_target(from: &str, specifier: &str) -> Option<String> {
    let mut parts: Vec<&str> = folder(from).split('/').filter(|part| !part.is_empty()).collect();
    for part in specifier.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                // Above the project's root nothing can be said.
                parts.pop()?;
            }
            other => parts.push(other),
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_above_the_root_are_unknown() {
        assert_eq!(specifier_target("a/b.ts", "../../c"), None);
        assert_eq!(specifier_target("a/b.ts", "../c"), Some("c".into()));
    }

    #[test]
    fn some_specifiers_mean_folders() {
        assert!(["./", "..", ".", "../a/", "../.."].into_iter().all(|one| is_folder(one) && is_relative(one)));
        assert!(!is_folder("../a") && !is_folder("./a.."));
        assert!(!is_relative("a") && !is_relative(".a/b") && !is_relative("@/a"));
    }
}
