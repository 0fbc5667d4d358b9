//! What a run does to the tree: files created, edited, moved and deleted, all consistent with each other.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What happens to one file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ChangeKind {
    /// A new file.
    Create,
    /// New text at the same path.
    Edit,
    /// A new path, with or without new text.
    Move,
    /// The file goes.
    Delete,
}

impl ChangeKind {
    /// The word used in reports and JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            ChangeKind::Create => "create",
            ChangeKind::Edit => "edit",
            ChangeKind::Move => "move",
            ChangeKind::Delete => "delete",
        }
    }
}

/// One file's change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// What happens.
    pub kind: ChangeKind,
    /// The path after the change; for [`ChangeKind::Delete`], the path that goes.
    pub path: String,
    /// The path before, for [`ChangeKind::Move`].
    pub from: Option<String>,
    /// The text before, byte for byte as read; `None` for [`ChangeKind::Create`].
    pub old: Option<Arc<str>>,
    /// The text after; `None` for [`ChangeKind::Delete`].
    pub new: Option<Arc<str>>,
}

/// Changes to a tree. Later changes build on earlier ones: moving a file that was edited keeps the
/// edit, editing a created file leaves a creation, and what ends up as it began is no change at all.
///
/// What is remembered is the tree before and the tree after, as far as files were touched, and
/// [`ChangeSet::changes`] compares the two as git does: a path that was there and still is was edited, whatever
/// happened in between; only a file whose old path is free can have moved. So no path occurs in
/// two changes, neither as old path nor as new one, and they can be carried out in any order.
#[derive(Clone, Debug, Default)]
pub struct ChangeSet {
    /// The text on disk of every file that was there and was touched.
    before: BTreeMap<String, Arc<str>>,
    /// The files that are there afterwards.
    after: BTreeMap<String, File>,
}

#[derive(Clone, Debug)]
struct File {
    /// The path in `before` that it comes from.
    origin: Option<String>,
    text: Arc<str>,
}

impl ChangeSet {
    /// A change set that changes nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a file that is not there, be it that it never was or that it was deleted or moved away before.
    pub fn create(&mut self, path: &str, text: impl Into<Arc<str>>) {
        let origin = self.after.remove(path).and_then(|file| file.origin);
        self.put(path, origin, text);
    }

    /// Gives the file at `path` a new text; `old` is its text on disk, used if this is its first change.
    pub fn edit(&mut self, path: &str, old: &Arc<str>, text: impl Into<Arc<str>>) {
        let origin = self.take(path, old);
        self.put(path, origin, text);
    }

    /// Moves the file at `from` to `to` with the given text; `old` as for [`ChangeSet::edit`]. A file that
    /// the change set has put at `to` before is replaced.
    pub fn rename(&mut self, from: &str, to: &str, old: &Arc<str>, text: impl Into<Arc<str>>) {
        let origin = self.take(from, old);
        self.put(to, origin, text);
    }

    /// Removes the file at `path`; `old` as for [`ChangeSet::edit`].
    pub fn delete(&mut self, path: &str, old: &Arc<str>) {
        self.take(path, old);
    }

    /// Takes the file at `path` away and tells where it came from. The first time that a path is
    /// touched, its text is remembered.
    fn take(&mut self, path: &str, old: &Arc<str>) -> Option<String> {
        if let Some(file) = self.after.remove(path) {
            return file.origin;
        }
        match self.before.entry(path.to_owned()) {
            Entry::Vacant(entry) => {
                entry.insert(Arc::clone(old));
                Some(path.to_owned())
            }
            // It was deleted or moved away before.
            Entry::Occupied(_) => None,
        }
    }

    fn put(&mut self, path: &str, origin: Option<String>, text: impl Into<Arc<str>>) {
        self.after.insert(path.to_owned(), File { origin, text: text.into() });
    }

    /// The text of `path` after the change: `Some(None)` if it is gone, `None` if it is not touched.
    pub fn text(&self, path: &str) -> Option<Option<&Arc<str>>> {
        match self.after.get(path) {
            Some(file) => Some(Some(&file.text)),
            None => self.before.contains_key(path).then_some(None),
        }
    }

    /// The changes, sorted by path.
    pub fn changes(&self) -> Vec<Change> {
        let mut moved: BTreeSet<&str> = BTreeSet::new();
        let mut changes = Vec::new();
        for (path, file) in &self.after {
            let origin = file.origin.as_deref().filter(|&origin| !self.after.contains_key(origin));
            let (kind, from, old) = match (self.before.get(path), origin) {
                (Some(old), _) if *old == file.text => continue,
                (Some(old), _) => (ChangeKind::Edit, None, Some(old)),
                (None, Some(origin)) => {
                    moved.insert(origin);
                    (ChangeKind::Move, Some(origin.to_owned()), self.before.get(origin))
                }
                (None, None) => (ChangeKind::Create, None, None),
            };
            let (path, old, new) = (path.clone(), old.cloned(), Some(Arc::clone(&file.text)));
            changes.push(Change { kind, path, from, old, new });
        }
        for (path, old) in &self.before {
            if !self.after.contains_key(path) && !moved.contains(path.as_str()) {
                let (path, old) = (path.clone(), Some(Arc::clone(old)));
                changes.push(Change { kind: ChangeKind::Delete, path, from: None, old, new: None });
            }
        }
        changes.sort_by(|a, b| a.path.cmp(&b.path));
        changes
    }

    /// Whether nothing changes.
    pub fn is_empty(&self) -> bool {
        self.changes().is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A call of the method of that name, with its arguments.
    enum Step {
        Create(&'static str, &'static str),
        Edit(&'static str, &'static str, &'static str),
        Rename(&'static str, &'static str, &'static str, &'static str),
        Delete(&'static str, &'static str),
    }
    use Step::{Create, Delete, Edit, Rename};

    fn change_set(steps: &[Step]) -> ChangeSet {
        let mut set = ChangeSet::new();
        for step in steps {
            match *step {
                Create(path, text) => set.create(path, text),
                Edit(path, old, text) => set.edit(path, &old.into(), text),
                Rename(from, to, old, text) => set.rename(from, to, &old.into(), text),
                Delete(path, old) => set.delete(path, &old.into()),
            }
        }
        set
    }

    /// Compares the changes, written as `kind from -> path: old => new`.
    #[track_caller]
    fn check(steps: &[Step], expected: &[&str]) {
        let set = change_set(steps);
        let show = |text: &Option<Arc<str>>| text.as_deref().unwrap_or("-").to_owned();
        let describe = |Change { kind, path, from, old, new }: &Change| {
            let from = from.iter().map(|from| format!("{from} -> ")).collect::<String>();
            format!("{} {from}{path}: {} => {}", kind.as_str(), show(old), show(new))
        };
        let changes: Vec<String> = set.changes().iter().map(describe).collect();
        assert_eq!(changes, expected);
        assert_eq!(set.is_empty(), expected.is_empty());
    }

    #[test]
    fn one_step_is_one_change() {
        check(&[], &[]);
        check(&[Create("a", "1")], &["create a: - => 1"]);
        check(&[Edit("a", "0", "1")], &["edit a: 0 => 1"]);
        check(&[Rename("a", "b", "0", "0")], &["move a -> b: 0 => 0"]);
        check(&[Rename("a", "a", "0", "1")], &["edit a: 0 => 1"]);
        check(&[Delete("a", "0")], &["delete a: 0 => -"]);
    }

    #[test]
    fn a_created_file_stays_a_creation() {
        check(&[Create("a", "1"), Edit("a", "1", "2")], &["create a: - => 2"]);
        check(&[Create("a", "1"), Rename("a", "b", "1", "2")], &["create b: - => 2"]);
        check(&[Create("a", "1"), Delete("a", "1")], &[]);
    }

    #[test]
    fn an_edited_file_keeps_its_text_on_disk() {
        check(&[Edit("a", "0", "1"), Edit("a", "1", "2")], &["edit a: 0 => 2"]);
        check(&[Edit("a", "0", "1"), Edit("a", "1", "0")], &[]);
        check(&[Edit("a", "0", "1"), Rename("a", "b", "1", "2")], &["move a -> b: 0 => 2"]);
        check(&[Edit("a", "0", "1"), Delete("a", "1")], &["delete a: 0 => -"]);
        check(&[Edit("a", "0", "1"), Create("a", "2")], &["edit a: 0 => 2"]);
        let moved = [Edit("a", "0", "1"), Create("a", "2"), Rename("a", "b", "2", "3")];
        check(&moved, &["move a -> b: 0 => 3"]);
    }

    #[test]
    fn a_moved_file_remembers_where_it_was() {
        let rename = || Rename("a", "b", "0", "1");
        check(&[rename(), Edit("b", "1", "2")], &["move a -> b: 0 => 2"]);
        check(&[rename(), Rename("b", "c", "1", "2")], &["move a -> c: 0 => 2"]);
        check(&[rename(), Rename("b", "a", "1", "0")], &[]);
        check(&[rename(), Rename("b", "a", "1", "2")], &["edit a: 0 => 2"]);
        check(&[rename(), Delete("b", "1")], &["delete a: 0 => -"]);
        check(&[Rename("b", "c", "B", "1"), Rename("a", "c", "A", "2")], &["delete b: B => -", "move a -> c: A => 2"]);
    }

    #[test]
    fn a_path_that_is_used_again_is_edited() {
        check(&[Delete("a", "0"), Create("a", "0")], &[]);
        check(&[Delete("a", "0"), Create("a", "1")], &["edit a: 0 => 1"]);
        check(&[Delete("a", "0"), Edit("a", "0", "1")], &["edit a: 0 => 1"]);
        check(&[Delete("a", "0"), Rename("b", "a", "B", "1")], &["edit a: 0 => 1", "delete b: B => -"]);

        let rename = || Rename("a", "b", "0", "1");
        check(&[rename(), Create("a", "2")], &["edit a: 0 => 2", "create b: - => 1"]);
        check(&[rename(), Create("a", "2"), Delete("a", "2")], &["move a -> b: 0 => 1"]);
        check(&[rename(), Rename("a", "c", "0", "2")], &["move a -> b: 0 => 1", "create c: - => 2"]);
    }

    #[test]
    fn files_can_change_places() {
        let swap = [Rename("a", "tmp", "A", "A"), Rename("b", "a", "B", "B"), Rename("tmp", "b", "A", "A")];
        check(&swap, &["edit a: A => B", "edit b: B => A"]);
    }

    #[test]
    fn text_is_that_after_the_change() {
        let set = change_set(&[Rename("a", "b", "0", "1")]);
        let text = |path| set.text(path).map(|text| text.map(|text| &**text));
        assert_eq!([text("a"), text("b"), text("c")], [Some(None), Some(Some("1")), None]);
    }
}
