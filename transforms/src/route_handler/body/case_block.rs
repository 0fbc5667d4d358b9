//! Braces for a `case` in which something is declared now: without them the name would be there in all cases.
//!
//! ```ts
//! case 'POST':                    case 'POST': {
//!   await guard(req, res);          const response = await guard(req);
//!   break;                    →     if (response instanceof NextResponse) return response;
//!                                   break;
//!                                 }
//! ```

use super::Builder;
use crate::rewrite::Edit;
use crate::syntax::Span;

impl Builder<'_, '_, '_> {
    /// Where names declared at `statement` are known: puts braces around a `case` that ends with the `break`
    /// behind it.
    pub(super) fn scope_for(&mut self, statement: Span) -> usize {
        self.brace_case(statement).unwrap_or_else(|| self.lists.scope_of(statement))
    }

    /// The same for names that end up in braces of their own: a `case` that declares some now gets these at the end, if
    /// it declared none and stands on lines of its own.
    pub(super) fn scope_in_case(&self, statement: Span) -> usize {
        let own = self.lists.lists.iter().find(|list| list.items.iter().any(|item| item.span == statement));
        let Some(items) = own.filter(|list| list.case).map(|list| list.items.as_slice()) else {
            return self.lists.scope_of(statement);
        };
        let ([first, ..], Some(last)) = (items, items.last()) else { return 0 };
        let text = &self.cx.module.text;
        let before = text[..first.span.start].trim_end_matches([' ', '\t']);
        let behind = text[last.span.end..].lines().next().unwrap_or_default();
        let apart = before.ends_with('\n') && !behind.contains('}');
        let declares = items.iter().any(|item| self.declares(item.span));
        if apart && !declares { first.span.start } else { 0 }
    }

    fn declares(&self, statement: Span) -> bool {
        let heads = ["const ", "let ", "var ", "class ", "function ", "async function "];
        heads.iter().any(|head| self.text_of(statement).starts_with(head))
    }

    fn brace_case(&mut self, statement: Span) -> Option<usize> {
        let holds = |span: Span| span == statement;
        let list = self.lists.lists.iter().find(|list| list.items.iter().any(|item| holds(item.span)))?;
        let [.., own, last] = list.items.as_slice() else { return None };
        let breaks = last.leaves && !last.returns;
        if !list.case || !breaks || own.span != statement || list.items.iter().any(|item| self.declares(item.span)) {
            return None;
        }
        let (first, end) = (list.items.first()?.span.start, last.span.end);
        let before = &self.cx.module.text[..first];
        let colon = before.trim_end().strip_suffix(':')?.len() + 1;
        // The label stands on a line of its own.
        if !before[colon..].contains('\n') {
            return None;
        }
        let indent = self.indent_at(colon);
        self.out.edits.push(Edit::insert(colon, " {"));
        self.out.edits.push(Edit::insert(end, format!("\n{indent}}}")));
        Some(first)
    }
}
