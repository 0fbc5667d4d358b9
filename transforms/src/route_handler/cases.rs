//! Braces around the cases of a `switch` that declare something now: without, a name would be there in all cases.
//!
//! ```ts
//! case 'GET':                                  case 'GET': {
//!   await list(req, res);                 →      const response = await list(req);
//!   break;                                       if (response instanceof NextResponse) return response;
//!                                                break;
//!                                              }
//! ```

use crate::rewrite::Edit;
use crate::syntax::ast::{Decl, Stmt, SwitchCase, VarDeclKind};
use crate::syntax::{Module, Span, Visit, VisitWith, span_of};

/// Edits of `finished`, the new form of `original`.
pub fn braces(finished: &Module, original: &Module) -> Vec<Edit> {
    let mut cases = Cases { text: &finished.text, original: &original.text, edits: Vec::new() };
    finished.ast.visit_with(&mut cases);
    cases.edits
}

struct Cases<'m> {
    text: &'m str,
    original: &'m str,
    edits: Vec<Edit>,
}

impl Visit for Cases<'_> {
    fn visit_switch_case(&mut self, case: &SwitchCase) {
        self.edits.extend(self.around(case).into_iter().flatten());
        case.visit_children_with(self);
    }
}

impl Cases<'_> {
    fn around(&self, case: &SwitchCase) -> Option<[Edit; 2]> {
        let (first, last) = (span_of(case.cons.first()?), span_of(case.cons.last()?));
        let declared: Vec<Span> = case.cons.iter().filter(|one| is_lexical(one)).map(span_of).collect();
        // What was declared before may be meant by other cases.
        if declared.is_empty() || declared.iter().any(|span| self.original.contains(span.text(self.text))) {
            return None;
        }
        let label_end = case.test.as_ref().map_or(span_of(case).start, |test| span_of(&**test).end);
        let colon = label_end + self.text.get(label_end..first.start)?.find(':')? + 1;
        if !self.text[colon..first.start].contains('\n') {
            return None;
        }
        let line = self.text[..span_of(case).start].rfind('\n').map_or(0, |at| at + 1);
        let indent = &self.text[line..span_of(case).start];
        let end = last.end + self.text[last.end..].find('\n')?;
        let closing = format!("\n{indent}}}");
        let is_plain = indent.trim().is_empty() && !self.text[last.end..end].contains('}');
        is_plain.then(|| [Edit::replace(Span::at(colon), " {"), Edit::replace(Span::at(end), closing)])
    }
}

fn is_lexical(statement: &Stmt) -> bool {
    match statement {
        Stmt::Decl(Decl::Var(variable)) => variable.kind != VarDeclKind::Var,
        Stmt::Decl(Decl::Class(_)) => true,
        _ => false,
    }
}
