//! What becomes of one part of a text. All offsets are bytes of the original text.

use std::cmp::Reverse;
use std::collections::HashMap;

use crate::syntax::Span;

/// A part of what an [`Edit`] puts in place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// New text. Lines end in `\n`; rendering turns that into the line ending of the source.
    Text(String),
    /// That part of the original, with the edits inside it applied. It may lie anywhere in the text and may
    /// be used more than once.
    Source(Span),
    /// Like [`Piece::Source`], and moved to another depth.
    ///
    /// Each line but the first whose indentation starts with `from` starts with `to` instead. Blank
    /// lines stay, and so do lines that start inside a protected span, or in text that an edit puts inside
    /// one (see [`Rewrite::protect`](super::Rewrite::protect)). White space behind the last line break is
    /// the indentation of what follows the piece, hence not a blank line.
    Reindented {
        /// The part of the original.
        span: Span,
        /// The indentation there.
        from: String,
        /// The indentation here.
        to: String,
    },
}

/// A span of the original text and the [`Piece`]s that stand there afterwards.
///
/// An edit with an empty span is an insertion. It stands before an edit that starts at its offset
/// and behind an edit that ends there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    span: Span,
    pieces: Vec<Piece>,
}

impl Edit {
    /// Puts `text` where `span` is.
    pub fn replace(span: Span, text: impl Into<String>) -> Edit {
        Edit::of(span, vec![Piece::Text(text.into())])
    }

    /// Takes `span` away, also from a [`Piece::Source`] that covers it. To move code, use one edit around
    /// both the old place and the new one, or delete more than the part that moves.
    pub fn delete(span: Span) -> Edit {
        Edit::of(span, Vec::new())
    }

    /// Puts `text` before byte offset `at`.
    pub fn insert(at: usize, text: impl Into<String>) -> Edit {
        Edit::replace(Span::at(at), text)
    }

    /// Puts `pieces` where `span` is.
    pub fn of(span: Span, pieces: Vec<Piece>) -> Edit {
        Edit { span, pieces }
    }

    /// The part of the original text that the edit replaces, in bytes.
    pub fn span(&self) -> Span {
        self.span
    }

    /// Whether it puts nothing in the place of something.
    pub fn is_deletion(&self) -> bool {
        self.pieces.is_empty() && !self.is_insertion()
    }

    /// What it puts in place, its own lines moved to another depth.
    pub fn reindented(self, from: &str, to: &str) -> Vec<Piece> {
        let moved = |piece| match piece {
            Piece::Text(text) => Piece::Text(text.replace(&format!("\n{from}"), &format!("\n{to}"))),
            other => other,
        };
        self.pieces.into_iter().map(moved).collect()
    }

    pub(super) fn pieces(&self) -> &[Piece] {
        &self.pieces
    }

    pub(super) fn is_insertion(&self) -> bool {
        self.span.start == self.span.end
    }
}

/// `edits`, in which of two deletions that overlap in part, as those of two statements that both take the blank line between
/// them, the later one begins where the other ends: a [`Rewrite`](super::Rewrite) takes no such two.
pub fn parted(edits: Vec<Edit>) -> Vec<Edit> {
    let mut deletions: Vec<Span> = edits.iter().filter(|edit| edit.is_deletion()).map(|edit| edit.span()).collect();
    deletions.sort_by_key(|span| (span.start, Reverse(span.end)));
    let mut starts = HashMap::new();
    // Where those end that began before, the nearest last.
    let mut ends: Vec<usize> = Vec::new();
    for span in deletions {
        let mut start = span.start;
        while let Some(end) = ends.pop_if(|end| *end < span.end) {
            start = start.max(end);
        }
        ends.push(span.end);
        starts.insert(span, start);
    }
    let left = |edit: Edit| match starts.get(&edit.span()) {
        Some(start) if edit.is_deletion() => Edit::delete(Span::new(*start, edit.span().end)),
        _ => edit,
    };
    edits.into_iter().map(left).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deletions_that_cross_share_nothing() {
        let spans = |list: &[(usize, usize)]| -> Vec<(usize, usize)> {
            let edits = list.iter().map(|(start, end)| Edit::delete(Span::new(*start, *end))).collect();
            parted(edits).iter().map(|edit| (edit.span().start, edit.span().end)).collect()
        };
        assert_eq!(spans(&[(0, 3), (2, 5)]), [(0, 3), (3, 5)]);
        assert_eq!(spans(&[(2, 5), (0, 3)]), [(3, 5), (0, 3)]);
        assert_eq!(spans(&[(0, 3), (2, 5), (4, 7)]), [(0, 3), (3, 5), (5, 7)]);
        assert_eq!(spans(&[(0, 9), (2, 5), (9, 10)]), [(0, 9), (2, 5), (9, 10)]);
        let replaced = parted(vec![Edit::delete(Span::new(0, 3)), Edit::replace(Span::new(2, 5), "a")]);
        assert_eq!(replaced[1], Edit::replace(Span::new(2, 5), "a"));
    }
}
