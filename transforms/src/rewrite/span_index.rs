//! Which span is an offset in?

use std::collections::{BTreeSet, HashMap};

use crate::syntax::Span;

/// A set of spans that finds the one around an offset in logarithmic time, however they nest.
///
/// The offsets are cut into blocks of 1, 2, 4, … bytes, and each block knows how far the spans that
/// start in it reach. Only blocks in which a span starts are stored.
#[derive(Clone, Debug, Default)]
pub(super) struct SpanIndex {
    /// Start and end of each span.
    spans: BTreeSet<(usize, usize)>,
    /// The farthest end, by level and number: block `n` of level `l` holds the offsets `o` with `o >> l == n`.
    reach: HashMap<(u32, usize), usize>,
}

impl SpanIndex {
    pub(super) fn insert(&mut self, span: Span) {
        self.spans.insert((span.start, span.end));
        for level in 0..usize::BITS {
            let reach = self.reach.entry((level, span.start >> level)).or_default();
            if *reach >= span.end {
                // The blocks around this one reach at least as far.
                break;
            }
            *reach = span.end;
        }
    }

    /// The span that `offset` is strictly inside of. Of several, the one that starts last, and of
    /// those the shortest: the innermost, where spans nest.
    pub(super) fn around(&self, offset: usize) -> Option<Span> {
        let passes = |level: u32, block: usize| self.reach.get(&(level, block)).is_some_and(|&end| end > offset);
        // The offsets before this one are made up of one block for each of its bits, the nearest for the lowest.
        let level = (0..usize::BITS).find(|&level| offset >> level & 1 == 1 && passes(level, (offset >> level) - 1))?;
        let start = (0..level)
            .rev()
            .fold((offset >> level) - 1, |block, level| 2 * block + usize::from(passes(level, 2 * block + 1)));
        let &(start, end) = self.spans.range((start, offset + 1)..).next()?;
        Some(Span { start, end })
    }

    /// A span that overlaps `span` in part, provided that the spans of this set nest or are disjoint.
    pub(super) fn crossing(&self, span: Span) -> Option<Span> {
        let before = self.around(span.start).filter(|other| other.end < span.end);
        before.or_else(|| self.around(span.end).filter(|other| other.start > span.start))
    }
}
