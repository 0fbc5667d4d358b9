//! Why edits cannot be carried out together.

use std::error::Error;
use std::fmt;

use crate::syntax::Span;

/// Two places of a text that contradict each other; spans are byte offsets into the original text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// The edit that was there before, or whose pieces or place are wrong.
    pub first: Span,
    /// What it is at odds with.
    pub second: Span,
    reason: Reason,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reason {
    /// Two edits overlap in part.
    Overlap,
    /// Two different edits of the same span.
    SameSpan,
    /// A piece of the original contains only part of an edit.
    Cut,
    /// An edit is part of a piece that is needed to render it.
    Cycle,
    /// A span does not fit the text.
    Outside,
}

impl Conflict {
    pub(super) fn new(reason: Reason, first: Span, second: Span) -> Self {
        Conflict { first, second, reason }
    }
}

impl fmt::Display for Conflict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [first, second] = [self.first, self.second].map(|Span { start, end }| format!("{start}..{end}"));
        match self.reason {
            Reason::Overlap => write!(f, "the edits of bytes {first} and {second} overlap in part"),
            Reason::SameSpan => write!(f, "two different edits replace bytes {first}"),
            Reason::Cut => write!(f, "the edit of bytes {first} lies only partly in the reused bytes {second}"),
            Reason::Cycle => write!(f, "the edit of bytes {first} needs itself, through the reused bytes {second}"),
            Reason::Outside => write!(f, "bytes {first} are not a range of whole characters within {second}"),
        }
    }
}

impl Error for Conflict {}
