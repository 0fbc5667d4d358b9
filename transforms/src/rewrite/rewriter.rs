//! The edits of one text, kept free of contradictions.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use super::conflict::{Conflict, Reason};
use super::edit::Edit;
use super::render::Renderer;
use super::span_index::SpanIndex;
use crate::syntax::Span;

/// The edits of one text. Any two of them are disjoint or one lies inside the other.
///
/// An edit inside another one takes effect where the outer one uses a
/// [`Piece::Source`](super::Piece::Source) around it, as often as that happens; if none does, it is gone with
/// the code that it was in. Insertions at the same offset stand in the order in which they were added.
///
/// Adding an edit takes logarithmic time, rendering is linear in the edits that are met and the text that comes out.
#[derive(Clone, Debug, Default)]
pub struct Rewrite {
    pub(super) edits: BTreeMap<Place, Edit>,
    /// The spans of all edits but insertions.
    pub(super) replaced: SpanIndex,
    pub(super) protected: SpanIndex,
}

/// What identifies an edit. Sorted as a reader meets the edits: by start, insertions first, then
/// from the outside to the inside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    pub(super) start: usize,
    pub(super) slot: Slot,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Slot {
    /// An insertion, by how many edits were there before it was added.
    Insertion(usize),
    /// Any other edit, by its end.
    Replacement(Reverse<usize>),
}

impl Place {
    pub(super) fn of_replacement(span: Span) -> Self {
        Place { start: span.start, slot: Slot::Replacement(Reverse(span.end)) }
    }
}

impl Rewrite {
    /// A rewrite that changes nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Declares spans, those of template literals, in which line breaks and the white space behind
    /// them are part of the program: [`Piece::Reindented`](super::Piece::Reindented) leaves them alone.
    pub fn protect(&mut self, spans: impl IntoIterator<Item = Span>) {
        spans.into_iter().for_each(|span| self.protected.insert(span));
    }

    /// Adds an edit; adding the same one again, unless it is an insertion, changes nothing.
    ///
    /// # Errors
    ///
    /// If the edit overlaps another one in part, or if there is a different edit of the very same
    /// span already. The conflict names the old edit first; the new one is not added.
    pub fn add(&mut self, edit: Edit) -> Result<(), Conflict> {
        let span = edit.span();
        let slot =
            if edit.is_insertion() { Slot::Insertion(self.edits.len()) } else { Slot::Replacement(Reverse(span.end)) };
        match self.edits.entry(Place { start: span.start, slot }) {
            Entry::Occupied(entry) if *entry.get() == edit => {}
            Entry::Occupied(_) => return Err(Conflict::new(Reason::SameSpan, span, span)),
            Entry::Vacant(entry) => {
                if !edit.is_insertion() {
                    if let Some(other) = self.replaced.crossing(span) {
                        return Err(Conflict::new(Reason::Overlap, other, span));
                    }
                    self.replaced.insert(span);
                }
                entry.insert(edit);
            }
        }
        Ok(())
    }

    /// Adds edits one by one.
    ///
    /// # Errors
    ///
    /// Those of [`Rewrite::add`], for the first edit that cannot be added. The ones before it stay.
    pub fn extend(&mut self, edits: impl IntoIterator<Item = Edit>) -> Result<(), Conflict> {
        edits.into_iter().try_for_each(|edit| self.add(edit))
    }

    /// Whether there is no edit.
    pub fn is_empty(&self) -> bool {
        self.edits.is_empty()
    }

    /// The text that `source` becomes.
    ///
    /// If most lines of `source` end in `\r\n`, so do those of new text.
    ///
    /// # Errors
    ///
    /// If the span of an edit or of a piece does not fit `source`, if a piece cuts through an edit, or if
    /// an edit is needed to render itself. A piece around the edit that it belongs to is no such cycle: it gives
    /// the text without that edit.
    pub fn render(&self, source: &str) -> Result<String, Conflict> {
        let mut renderer = Renderer::new(self, source);
        self.edits.values().try_for_each(|edit| renderer.check(edit.span()))?;
        renderer.push_file();
        renderer.run()
    }

    /// What a [`Piece::Source`](super::Piece::Source) of `span` would give.
    ///
    /// # Errors
    ///
    /// Those of [`Rewrite::render`], as far as the edits in `span` are concerned.
    pub fn render_span(&self, source: &str, span: Span) -> Result<String, Conflict> {
        let mut renderer = Renderer::new(self, source);
        renderer.push_span(span)?;
        renderer.run()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rewrite::Piece;

    /// The place of the only `part` in `source`.
    #[track_caller]
    fn find(source: &str, part: &str) -> Span {
        let start = source.find(part).expect("the part is in the source");
        assert_eq!(source.rfind(part), Some(start), "{part:?} is there more than once");
        Span::new(start, start + part.len())
    }

    fn text(text: &str) -> Piece {
        Piece::Text(text.into())
    }

    fn reindented(span: Span, from: &str, to: &str) -> Piece {
        Piece::Reindented { span, from: from.into(), to: to.into() }
    }

    #[track_caller]
    fn check(source: &str, edits: impl IntoIterator<Item = Edit>, expected: &str) {
        let mut rewrite = Rewrite::new();
        rewrite.extend(edits).expect("the edits are consistent");
        assert_eq!(rewrite.render(source).as_deref(), Ok(expected));
    }

    #[track_caller]
    fn check_conflict(source: &str, edits: impl IntoIterator<Item = Edit>, expected: &str) {
        let mut rewrite = Rewrite::new();
        let result = rewrite.extend(edits).and_then(|()| rewrite.render(source));
        assert_eq!(result.map_err(|conflict| conflict.to_string()), Err(expected.to_owned()));
    }

    #[test]
    fn an_edit_takes_effect_where_the_one_around_it_reuses_the_source() {
        let source = "send(req, user);";
        let (call, req, user) = (find(source, "send(req, user)"), find(source, "req"), find(source, "user"));
        let inner = [Edit::replace(req, "request"), Edit::replace(user, "account")];
        let outer = |pieces| inner.clone().into_iter().chain([Edit::of(call, pieces)]);
        check(source, outer(vec![Piece::Source(user), text(" + "), Piece::Source(user)]), "account + account;");
        check(source, outer(vec![text("await "), Piece::Source(call)]), "await send(request, account);");
        check(source, outer(vec![]), ";");
    }

    #[test]
    fn code_moves_with_its_edits() {
        let source = "a(1); b(2); c(3);";
        let (a, c) = (find(source, "a(1); "), find(source, "c(3);"));
        let moved =
            Edit::of(Span::new(a.start, c.start), vec![Piece::Source(Span::new(a.end, c.start)), Piece::Source(a)]);
        check(source, [Edit::replace(find(source, "1"), "one"), moved], "b(2); a(one); c(3);");

        let wider = Edit::delete(a);
        let copy = Edit::of(Span::at(c.start), vec![Piece::Source(find(source, "a(1);")), text(" ")]);
        check(source, [Edit::replace(find(source, "1"), "one"), wider, copy], "b(2); a(one); c(3);");
    }

    #[test]
    fn insertions_stand_between_edits_in_the_order_added() {
        let edits = [Edit::insert(1, "1"), Edit::replace(Span::new(0, 1), "A"), Edit::replace(Span::new(1, 2), "B")];
        check("ab", edits.into_iter().chain([Edit::insert(1, "1"), Edit::insert(1, "2")]), "A112B");
        check("ab", [Edit::insert(2, "!"), Edit::insert(0, "?")], "?ab!");
        let wrapped = Edit::of(Span::new(1, 2), vec![text("("), Piece::Source(Span::new(1, 2)), text(")")]);
        check("ab", [wrapped, Edit::insert(1, "+"), Edit::insert(2, "-")], "a+(b)-");
    }

    #[test]
    fn a_source_starts_with_the_insertions_at_its_start_and_ends_before_those_at_its_end() {
        let mut rewrite = Rewrite::new();
        rewrite.extend([Edit::insert(1, "<"), Edit::insert(2, ">"), Edit::insert(3, "!")]).expect("insertions agree");
        assert_eq!(rewrite.render_span("abc", Span::new(1, 2)).as_deref(), Ok("<b"));
        assert_eq!(rewrite.render_span("abc", Span::at(2)).as_deref(), Ok(">"));
        assert_eq!(rewrite.render_span("abc", Span::new(0, 3)).as_deref(), Ok("a<b>c"));
        assert_eq!(rewrite.render("abc").as_deref(), Ok("a<b>c!"));
    }

    #[test]
    fn lines_are_reindented_but_for_blank_and_protected_ones() {
        let source = "if (x) {\n    a(`\n    text\n    ${b}`);\n\n    \n  c;\n    }";
        let mut rewrite = Rewrite::new();
        rewrite.protect([find(source, "`\n    text\n    ${b}`")]);
        let block = find(source, "{\n    a(`\n    text\n    ${b}`);\n\n    \n  c;\n    }");
        let edits = [
            Edit::replace(find(source, "b"), "\n    b"),
            Edit::replace(find(source, "c;"), "c;\n    d;"),
            Edit::of(Span::new(0, source.len()), vec![reindented(block, "    ", "\t")]),
        ];
        rewrite.extend(edits).expect("the edits are consistent");
        let expected = "{\n\ta(`\n    text\n    ${\n    b}`);\n\n    \n  c;\n\td;\n\t}";
        assert_eq!(rewrite.render(source).as_deref(), Ok(expected));
    }

    #[test]
    fn what_is_put_into_a_protected_span_keeps_its_indentation() {
        let source = "f(\n  a); `${b}`;";
        let mut rewrite = Rewrite::new();
        rewrite.protect([find(source, "`${b}`")]);
        let edits = [
            Edit::replace(find(source, "a"), "[\n  a]"),
            Edit::of(find(source, "b"), vec![Piece::Source(find(source, "f(\n  a)"))]),
            Edit::of(Span::new(0, source.len()), vec![reindented(find(source, "f(\n  a); `${b}`"), "  ", "")]),
        ];
        rewrite.extend(edits).expect("the edits are consistent");
        assert_eq!(rewrite.render(source).as_deref(), Ok("f(\n[\na]); `${f(\n  [\n  a])}`"));
    }

    #[test]
    fn white_space_at_the_end_of_a_reindented_piece_is_indentation() {
        let source = "{\n    a;\n  }";
        let edit =
            Edit::of(Span::new(0, source.len()), vec![reindented(Span::new(1, source.len() - 1), "  ", ""), text("]")]);
        check(source, [edit], "\n  a;\n]");
    }

    #[test]
    fn new_text_takes_the_line_ending_that_prevails() {
        let edits = || [Edit::insert(1, "\n1\r\n2\n")];
        check("ab\r\n\r\n\n", edits(), "a\r\n1\r\n2\r\nb\r\n\r\n\n");
        check("ab\r\n\n", edits(), "a\n1\r\n2\nb\r\n\n");
        check("ab", edits(), "a\n1\r\n2\nb");
    }

    #[test]
    fn an_edit_added_twice_counts_once() {
        check("ab", [Edit::delete(Span::new(0, 1)), Edit::delete(Span::new(0, 1))], "b");
        let other = [Edit::delete(Span::new(0, 1)), Edit::replace(Span::new(0, 1), "")];
        check_conflict("ab", other, "two different edits replace bytes 0..1");
    }

    #[test]
    fn contradictions_are_conflicts() {
        let delete = |start, end| Edit::delete(Span::new(start, end));
        let reuse = |span, source| Edit::of(span, vec![Piece::Source(source)]);
        let overlap = "the edits of bytes 0..3 and 2..5 overlap in part";
        check_conflict("abcdef", [delete(0, 3), delete(2, 5)], overlap);
        let cut = "the edit of bytes 0..3 lies only partly in the reused bytes 2..6";
        check_conflict("abcdef", [delete(0, 3), reuse(Span::at(4), Span::new(2, 6))], cut);
        let cycle = "the edit of bytes 0..1 needs itself, through the reused bytes 0..1";
        let (a, b) = (Span::new(0, 1), Span::new(1, 2));
        check_conflict("ab", [reuse(a, b), reuse(b, a)], cycle);
        check_conflict("a", [Edit::insert(2, "")], "bytes 2..2 are not a range of whole characters within 0..1");
        let piece = [Edit::insert(1, "-"), reuse(Span::at(0), Span::new(0, 9))];
        check_conflict("ab", piece, "bytes 0..9 are not a range of whole characters within 0..2");
        check_conflict("é", [delete(1, 2)], "bytes 1..2 are not a range of whole characters within 0..2");
    }

    #[test]
    fn many_edits_are_no_problem() {
        const COUNT: usize = 10_000;
        let source = "x".repeat(2 * COUNT);
        let flat = (0..COUNT).map(|at| Edit::replace(Span::new(2 * at, 2 * at + 1), "y"));
        check(&source, flat.rev(), &"yx".repeat(COUNT));

        let nested = (0..COUNT).map(|at| Span::new(at, source.len() - at));
        let around = |span: Span| Edit::of(span, vec![Piece::Source(Span::new(span.start + 1, span.end - 1))]);
        check(&source, nested.clone().map(around), "");
        check(&source, nested.rev().map(around), "");

        // As in `a.b().c()`, where all calls start at the same byte.
        let chained = (2..=source.len()).map(|len| Span::new(0, len));
        let last_goes = |span: Span| Edit::of(span, vec![Piece::Source(Span::new(0, span.end - 1))]);
        check(&source, chained.map(last_goes), "x");
    }
}
