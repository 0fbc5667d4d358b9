//! From a source text and its edits to the text that results.
//!
//! Rendering works through a stack of [`Step`]s instead of calling itself, so that no depth of nested
//! edits can exhaust the call stack.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;

use super::conflict::{Conflict, Reason};
use super::edit::{Edit, Piece};
use super::rewriter::{Place, Rewrite, Slot};
use crate::syntax::Span;

/// Renders a file or a part of it: push what is wanted, then [`run`](Renderer::run).
pub(super) struct Renderer<'a> {
    rewrite: &'a Rewrite,
    source: &'a str,
    line_ending: &'static str,
    /// What is yet to be done, the next step last.
    steps: Vec<Step<'a>>,
    /// The edits whose pieces are being rendered.
    open: BTreeSet<Place>,
    /// What has been rendered so far.
    text: String,
    /// Where in `text` there are line breaks behind which the indentation must stay.
    fixed_breaks: Vec<usize>,
}

enum Step<'a> {
    Walk(Walk),
    Piece(&'a Piece, Context),
    /// Reindent the text from offset `at` on.
    Reindent {
        at: usize,
        from: &'a str,
        to: &'a str,
    },
    /// The pieces of an edit are done.
    Close(Place),
}

/// What the surroundings of a piece decide about it.
#[derive(Clone, Copy, Default)]
struct Context {
    /// The edit that it belongs to.
    owner: Option<Place>,
    /// Whether it ends up in a protected span, where lines keep their indentation.
    fixed: bool,
}

/// The way through a span of the source.
struct Walk {
    span: Span,
    /// The source is rendered up to this offset.
    done: usize,
    /// The edits from `next` up to `limit` are yet to be met.
    next: Bound<Place>,
    limit: Place,
    context: Context,
}

impl Walk {
    fn new(span: Span, limit: Place, context: Context) -> Self {
        Walk { span, done: span.start, next: Bound::Included(Place::first_at(span.start)), limit, context }
    }

    /// The next edit to carry out on the way.
    fn next_edit<'a>(&mut self, edits: &'a BTreeMap<Place, Edit>) -> Option<(Place, &'a Edit)> {
        let innermost = Place::of_replacement(self.span);
        loop {
            let (&place, edit) = edits.range((self.next, Bound::Unbounded)).next()?;
            if place >= self.limit {
                return None;
            }
            self.next = Bound::Excluded(place);
            if (Place::behind_insertions_at(self.span.start)..innermost).contains(&place) {
                // This edit and maybe more are around the span, and this is a look at what they started from.
                self.next = Bound::Included(innermost);
            } else if !self.is_done_by_owner(place) {
                if !edit.is_insertion() {
                    self.next = Bound::Included(Place::first_at(edit.span().end));
                }
                return Some((place, edit));
            }
        }
    }

    /// Whether `place` is the edit that the span is a piece of, or an insertion that stands before that one.
    fn is_done_by_owner(&self, place: Place) -> bool {
        self.context.owner.is_some_and(|owner| owner == place || owner.stands_behind(place))
    }
}

impl Place {
    /// Not behind any edit that starts at `offset`.
    fn first_at(offset: usize) -> Self {
        Place { start: offset, slot: Slot::Insertion(0) }
    }

    /// Between the insertions at `offset` and the other edits that start there.
    fn behind_insertions_at(offset: usize) -> Self {
        Place::of_replacement(Span { start: offset, end: usize::MAX })
    }

    /// Whether this is a replacement and `other` an insertion where it starts.
    fn stands_behind(self, other: Place) -> bool {
        matches!((other.slot, self.slot), (Slot::Insertion(_), Slot::Replacement(_))) && other.start == self.start
    }
}

impl<'a> Renderer<'a> {
    pub(super) fn new(rewrite: &'a Rewrite, source: &'a str) -> Self {
        Renderer {
            rewrite,
            source,
            line_ending: line_ending(source),
            steps: Vec::new(),
            open: BTreeSet::new(),
            text: String::with_capacity(source.len()),
            fixed_breaks: Vec::new(),
        }
    }

    /// Asks for all of the source, with the insertions at its end.
    pub(super) fn push_file(&mut self) {
        let end = self.source.len();
        let limit = Place::behind_insertions_at(end);
        self.steps.push(Step::Walk(Walk::new(Span { start: 0, end }, limit, Context::default())));
    }

    /// Asks for a part of the source.
    pub(super) fn push_span(&mut self, span: Span) -> Result<(), Conflict> {
        self.push_source(span, Context::default())
    }

    /// Whether `span` is a range of whole characters of the source.
    pub(super) fn check(&self, span: Span) -> Result<(), Conflict> {
        self.original(span).map(drop)
    }

    /// Does what was asked for.
    pub(super) fn run(mut self) -> Result<String, Conflict> {
        while let Some(step) = self.steps.pop() {
            match step {
                Step::Walk(walk) => self.walk(walk)?,
                Step::Piece(Piece::Text(text), context) => self.write(text, context),
                Step::Piece(Piece::Source(span), context) => self.push_source(*span, context)?,
                Step::Piece(Piece::Reindented { span, from, to }, context) => {
                    self.steps.push(Step::Reindent { at: self.text.len(), from, to });
                    self.push_source(*span, context)?;
                }
                Step::Reindent { at, from, to } => self.reindent(at, from, to),
                Step::Close(place) => drop(self.open.remove(&place)),
            }
        }
        Ok(self.text)
    }

    fn push_source(&mut self, span: Span, context: Context) -> Result<(), Conflict> {
        self.check(span)?;
        if let Some(edit) = self.rewrite.replaced.crossing(span) {
            return Err(Conflict::new(Reason::Cut, edit, span));
        }
        let is_empty = span.start == span.end;
        let limit = if is_empty { Place::behind_insertions_at(span.end) } else { Place::first_at(span.end) };
        self.steps.push(Step::Walk(Walk::new(span, limit, context)));
        Ok(())
    }

    /// Renders the way to the next edit; the edit itself and the way on are the next steps.
    fn walk(&mut self, mut walk: Walk) -> Result<(), Conflict> {
        let Rewrite { edits, protected, .. } = self.rewrite;
        let Some((place, edit)) = walk.next_edit(edits) else {
            return self.copy(Span { start: walk.done, end: walk.span.end }, walk.context);
        };

        let span = edit.span();
        self.check(span)?;
        self.copy(Span { start: walk.done, end: span.start }, walk.context)?;
        if !self.open.insert(place) {
            return Err(Conflict::new(Reason::Cycle, span, walk.span));
        }
        let fixed = walk.context.fixed || protected.around(span.start).is_some();
        let context = Context { owner: Some(place), fixed };
        walk.done = span.end;

        self.steps.push(Step::Walk(walk));
        self.steps.push(Step::Close(place));
        self.steps.extend(edit.pieces().iter().rev().map(|piece| Step::Piece(piece, context)));
        Ok(())
    }

    /// Takes over a part of the source in which nothing changes.
    fn copy(&mut self, span: Span, context: Context) -> Result<(), Conflict> {
        let original = self.original(span)?;
        for (at, _) in original.match_indices('\n') {
            if context.fixed || self.rewrite.protected.around(span.start + at + 1).is_some() {
                self.fixed_breaks.push(self.text.len() + at);
            }
        }
        self.text.push_str(original);
        Ok(())
    }

    /// Writes new text, with the line ending of the source.
    fn write(&mut self, text: &str, context: Context) {
        for line in text.split_inclusive('\n') {
            let Some(content) = line.strip_suffix('\n') else {
                self.text.push_str(line);
                continue;
            };
            self.text.push_str(content);
            self.text.push_str(if self.text.ends_with('\r') { "\n" } else { self.line_ending });
            if context.fixed {
                self.fixed_breaks.push(self.text.len() - 1);
            }
        }
    }

    fn reindent(&mut self, at: usize, from: &str, to: &str) {
        let before = self.text.split_off(at);
        let fixed = self.fixed_breaks.partition_point(|&offset| offset < at);
        let mut fixed_breaks = self.fixed_breaks.split_off(fixed).into_iter().peekable();

        let mut read = at;
        let mut keep = true;
        for line in before.split_inclusive('\n') {
            match strip_indentation(line, from).filter(|_| !keep) {
                Some(rest) => self.text.extend([to, rest]),
                None => self.text.push_str(line),
            }
            read += line.len();
            keep = fixed_breaks.next_if_eq(&(read - 1)).is_some();
            if keep {
                self.fixed_breaks.push(self.text.len() - 1);
            }
        }
    }

    fn original(&self, span: Span) -> Result<&'a str, Conflict> {
        let all = Span { start: 0, end: self.source.len() };
        self.source.get(span.start..span.end).ok_or_else(|| Conflict::new(Reason::Outside, span, all))
    }
}

/// What follows `prefix` in a line that is indented with it; `None` for other lines and for blank ones.
fn strip_indentation<'a>(line: &'a str, prefix: &str) -> Option<&'a str> {
    let content = line.trim_start();
    let is_blank = content.is_empty() && line.ends_with('\n');
    let is_indented = line[..line.len() - content.len()].starts_with(prefix);
    (is_indented && !is_blank).then(|| &line[prefix.len()..])
}

/// The line ending that prevails in `source`.
fn line_ending(source: &str) -> &'static str {
    let all = source.matches('\n').count();
    let crlf = source.matches("\r\n").count();
    if crlf > all - crlf { "\r\n" } else { "\n" }
}
