//! What becomes of one part of a text. All offsets are bytes of the original text.

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
