//! Comments inside of a send, which would go with the calls that it folds:
//!
//! ```ts
//! return res                                   // no 403, which would tell that it exists
//!   // no 403, which would tell that it exists     →      return new NextResponse(null, { status: 404 });
//!   .status(404)
//!   .end();
//! ```

use super::Builder;
use crate::rewrite::{Edit, Piece};
use crate::syntax::Span;

impl Builder<'_, '_, '_> {
    /// Puts the comments in `spans` above the statement at `place`, but for those that `value` keeps.
    pub(super) fn lift_comments(&mut self, spans: &[Span], value: &[Piece], place: Span) {
        let all = &self.cx.module.comments;
        let within = |span: Span| {
            let first = all.partition_point(|comment| comment.start < span.start);
            all[first..].iter().copied().take_while(move |comment| span.contains(*comment))
        };
        let kept = |comment: Span| {
            value.iter().any(|piece| match piece {
                Piece::Source(span) | Piece::Reindented { span, .. } => span.contains(comment),
                Piece::Text(_) => false,
            })
        };
        let mut lost: Vec<Span> = spans.iter().copied().flat_map(within).filter(|comment| !kept(*comment)).collect();
        lost.sort();
        if lost.is_empty() {
            return;
        }
        let items = self.lists.lists.iter().flat_map(|list| &list.items).map(|item| item.span);
        let around = items.filter(|item| item.contains(place)).min_by_key(|item| item.end - item.start);
        let text = &self.cx.module.text;
        let starts_line = |item: &Span| text[..item.start].trim_end_matches([' ', '\t']).ends_with('\n');
        let Some(item) = around.filter(starts_line) else { return };
        let indent = self.indent_at(item.start);
        for comment in lost {
            let comment = self.text_of(comment);
            self.out.edits.push(Edit::insert(item.start, format!("{comment}\n{indent}")));
        }
    }
}
