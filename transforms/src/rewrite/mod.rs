//! Source-preserving text changes. See [`Edit`], [`Rewrite`] and [`ChangeSet`].

mod change_set;

pub use change_set::{Change, ChangeKind, ChangeSet};
