//! The table of findings in the README against the code.

use std::collections::BTreeSet;
use std::path::Path;

/// Every rule that a call spells out is listed once, and every listed rule stands somewhere in the code.
#[test]
fn readme_lists_the_rules() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let readme = std::fs::read_to_string(root.join("README.md")).unwrap();
    let (_, table) = readme.split_once("## Findings").unwrap();
    let listed: Vec<&str> =
        table.lines().filter_map(|line| line.strip_prefix("| `")?.split_once('`')).map(|(rule, _)| rule).collect();
    assert!(listed.is_sorted(), "sort the table, so that two branches rarely add the same line");
    let once: BTreeSet<&str> = listed.iter().copied().collect();
    assert_eq!(once.len(), listed.len(), "a rule is listed twice");

    let (mut spelled, mut quoted) = (BTreeSet::new(), BTreeSet::new());
    for folder in ["src", "transforms/src"] {
        read(&root.join(folder), &mut spelled, &mut quoted);
    }
    let unlisted: Vec<&String> = spelled.iter().filter(|rule| !once.contains(rule.as_str())).collect();
    assert!(unlisted.is_empty(), "the README does not list {unlisted:?}");
    let unused: Vec<&&str> = once.iter().filter(|rule| !quoted.contains(**rule)).collect();
    assert!(unused.is_empty(), "nothing reports {unused:?}");
}

/// Collects rules that are given to a finding right away, and all quoted texts.
fn read(folder: &Path, spelled: &mut BTreeSet<String>, quoted: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            read(&path, spelled, quoted);
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        quoted.extend(code.split('"').map(str::to_owned));
        for call in ["Finding::manual(", "Finding::review(", "Finding::note(", "self.refuse("] {
            let arguments = code.split(call).skip(1).map(str::trim_start);
            let rules = arguments.filter_map(|arguments| arguments.strip_prefix('"')?.split('"').next());
            spelled.extend(rules.filter(|rule| !rule.contains(char::is_whitespace)).map(str::to_owned));
        }
    }
}
