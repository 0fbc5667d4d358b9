//! What a run does to the tree: files created, edited, moved and deleted, all consistent with each other.

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

/// Changes to a tree, at most one per path and origin. Later changes build on earlier ones: moving a
/// file that was edited keeps the edit, editing a created file leaves a creation, and what ends up as it
/// began is no change at all.
#[derive(Clone, Debug, Default)]
pub struct ChangeSet {
    /// Files that are there after the change, by path.
    written: BTreeMap<String, Written>,
    /// Origins that are gone or moved away: original path to original text.
    removed: BTreeMap<String, Arc<str>>,
}

#[derive(Clone, Debug)]
struct Written {
    origin: Option<(String, Arc<str>)>,
    text: Arc<str>,
}

impl ChangeSet {
    /// A change set that changes nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a file that is not there yet.
    pub fn create(&mut self, path: &str, text: impl Into<Arc<str>>) {
        let text = text.into();
        // A file deleted before and now created again is an edit of the old one.
        let origin = self.removed.remove(path).map(|old| (path.to_owned(), old));
        self.written.insert(path.into(), Written { origin, text });
    }

    /// Gives the file at `path` a new text; `old` is its text on disk, used if this is its first change.
    pub fn edit(&mut self, path: &str, old: &Arc<str>, text: impl Into<Arc<str>>) {
        let text = text.into();
        match self.written.get_mut(path) {
            Some(written) => written.text = text,
            None => {
                let origin = Some((path.to_owned(), Arc::clone(old)));
                self.written.insert(path.into(), Written { origin, text });
            }
        }
    }

    /// Moves the file at `from` to `to` with the given text; `old` as for [`ChangeSet::edit`].
    pub fn rename(&mut self, from: &str, to: &str, old: &Arc<str>, text: impl Into<Arc<str>>) {
        let origin = match self.written.remove(from) {
            Some(written) => written.origin,
            None => Some((from.to_owned(), Arc::clone(old))),
        };
        if let Some((path, old)) = &origin
            && path == from
        {
            self.removed.insert(path.clone(), Arc::clone(old));
        }
        if let Some((path, _)) = &origin
            && path == to
        {
            self.removed.remove(path);
        }
        self.written.insert(to.into(), Written { origin, text: text.into() });
    }

    /// Removes the file at `path`; `old` as for [`ChangeSet::edit`].
    pub fn delete(&mut self, path: &str, old: &Arc<str>) {
        match self.written.remove(path) {
            Some(Written { origin: Some((origin, text)), .. }) => {
                self.removed.insert(origin, text);
            }
            Some(Written { origin: None, .. }) => {}
            None => {
                self.removed.insert(path.into(), Arc::clone(old));
            }
        }
    }

    /// The text of `path` after the change: `Some(None)` if it is gone, `None` if it is not touched.
    pub fn text(&self, path: &str) -> Option<Option<&Arc<str>>> {
        if let Some(written) = self.written.get(path) {
            return Some(Some(&written.text));
        }
        self.removed.contains_key(path).then_some(None)
    }

    /// The changes, sorted by path.
    pub fn changes(&self) -> Vec<Change> {
        let mut changes = Vec::new();
        let mut moved: BTreeSet<&str> = BTreeSet::new();
        for (path, written) in &self.written {
            let new = Some(Arc::clone(&written.text));
            match &written.origin {
                None => {
                    changes.push(Change { kind: ChangeKind::Create, path: path.clone(), from: None, old: None, new })
                }
                Some((origin, old)) if origin == path => {
                    if *old != written.text {
                        let old = Some(Arc::clone(old));
                        changes.push(Change { kind: ChangeKind::Edit, path: path.clone(), from: None, old, new });
                    }
                }
                Some((origin, old)) => {
                    moved.insert(origin);
                    let (from, old) = (Some(origin.clone()), Some(Arc::clone(old)));
                    changes.push(Change { kind: ChangeKind::Move, path: path.clone(), from, old, new });
                }
            }
        }
        for (path, old) in &self.removed {
            if !moved.contains(path.as_str()) {
                let old = Some(Arc::clone(old));
                changes.push(Change { kind: ChangeKind::Delete, path: path.clone(), from: None, old, new: None });
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
