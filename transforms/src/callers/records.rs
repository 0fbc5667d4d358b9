//! Documents that promise nobody a URL: they say what was done or is to be done (changelogs, lists of things to do, records
//! of decisions), or speak to who changes the code.

use super::documents::is_for_people;

/// Whether the file at `path` is of that kind. In a folder of documentation, `history.md` may be about an endpoint.
pub(super) fn is_record(path: &str) -> bool {
    let (folders, name) = path.rsplit_once('/').unwrap_or(("", path));
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    if !is_for_people(path) && name.contains('.') {
        return false;
    }
    if is_for_developers(stem) {
        return true;
    }
    let plain = |name: &str| name.to_ascii_lowercase().replace(['-', '_', ' '], "");
    let records = |name: &str| ["adr", "adrs", "changelog", "changelogs", "releasenotes"].contains(&name);
    let may_record = ["backlog", "changes", "history", "news", "notes", "releases", "roadmap", "todo"];
    let mut folders = folders.split('/').map(plain);
    let documents = !stem.chars().all(char::is_uppercase) && folders.clone().any(|folder| folder.starts_with("doc"));
    records(&plain(stem))
        || (may_record.contains(&plain(stem).as_str()) && !documents)
        || folders.any(|folder| records(&folder))
}

/// What the people and the assistants are told who change the code: `CONTRIBUTING.md`, `AGENTS.md`, `CLAUDE.md`,
/// `.github/copilot-instructions.md`, `api.instructions.md`.
fn is_for_developers(stem: &str) -> bool {
    let stem = stem.to_ascii_lowercase();
    ["agents", "claude", "contributing", "copilot-instructions", "gemini"].contains(&stem.as_str())
        || stem.ends_with(".instructions")
}

#[cfg(test)]
mod tests {
    use super::is_record;

    #[test]
    fn records_promise_nothing_and_documentation_does() {
        for path in [
            "CHANGELOG.md",
            "apps/web/changelog.mdx",
            "TODO",
            "docs/TODO.txt",
            "docs/adr/0007-use-a-queue.md",
            "notes.md",
            "RELEASE_NOTES.md",
            "HISTORY.rst",
            "content/changelog/may.mdx",
            "ROADMAP.md",
            "AGENTS.md",
            "apps/web/CLAUDE.md",
            "docs/CONTRIBUTING.md",
            ".github/copilot-instructions.md",
            ".github/instructions/api.instructions.md",
        ] {
            assert!(is_record(path), "{path}");
        }
        for path in [
            "README.md",
            "docs/api.md",
            "API.md",
            "docs/notes.md",
            "documentation/history.md",
            "openapi.yaml",
            "Dockerfile",
            "todo.sh",
            "changelog.json",
            "docs/todo.md",
            "todos/api.md",
            "scripts/changelog.py",
            "scripts/agents.py",
            "docs/agents/calls.md",
            "docs/instructions.md",
        ] {
            assert!(!is_record(path), "{path}");
        }
    }
}
