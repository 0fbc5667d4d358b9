//! Statements whose `;` is there for what follows.
//!
//! ```js
//! await guard(req, res)
//! ;[first, second].forEach(add)     // the parser counts this `;` to the statement above
//! ```
//!
//! Who replaces or removes the statement above must not take that `;` along, or the two lines become one expression.
//! So the statement ends where its code ends, and the `;` is left in the text between the two.

use swc_core::common::{BytePos, Span, Spanned};
use swc_core::ecma::ast::{Decl, ModuleDecl, ModuleItem, Stmt};
use swc_core::ecma::visit::{VisitMut, VisitMutWith};

/// Gives such a `;` back; see above. `text` starts at position 1.
pub struct Leading<'t>(pub &'t str);

impl VisitMut for Leading<'_> {
    fn visit_mut_stmts(&mut self, statements: &mut Vec<Stmt>) {
        statements.visit_mut_children_with(self);
        self.list(statements, own_end);
    }

    fn visit_mut_module_items(&mut self, items: &mut Vec<ModuleItem>) {
        items.visit_mut_children_with(self);
        self.list(items, |item| match item {
            ModuleItem::Stmt(statement) => own_end(statement),
            ModuleItem::ModuleDecl(ModuleDecl::ExportDecl(export)) => {
                let Decl::Var(variable) = &mut export.decl else { return None };
                let end = variable.decls.last()?.span.hi;
                (variable.span.hi, export.span.hi) = (end, end);
                Some(end)
            }
            ModuleItem::ModuleDecl(ModuleDecl::ExportDefaultExpr(export)) => {
                end_at(&mut export.span, export.expr.span().hi)
            }
            ModuleItem::ModuleDecl(ModuleDecl::Import(import)) if import.with.is_none() => {
                end_at(&mut import.span, import.src.span.hi)
            }
            ModuleItem::ModuleDecl(_) => None,
        });
    }
}

impl Leading<'_> {
    fn list<T: Spanned>(&self, items: &mut [T], own_end: impl Fn(&mut T) -> Option<BytePos>) {
        for at in 1..items.len() {
            let next = self.text(items[at].span());
            let whole = items[at - 1].span();
            // What can go on with the expression of the line above.
            if !next.starts_with(['(', '[', '`', '+', '-', '/']) || !self.text(whole).ends_with(';') {
                continue;
            }
            let starts_line =
                self.text(whole)[..self.text(whole).len() - 1].trim_end_matches([' ', '\t']).ends_with('\n');
            // Without this statement, the one before it would go on.
            let keeps_apart = at > 1 && !self.text(items[at - 2].span()).ends_with([';', '}']);
            if starts_line || keeps_apart {
                own_end(&mut items[at - 1]);
            }
        }
    }

    fn text(&self, span: Span) -> &str {
        let offset = |at: BytePos| at.0.saturating_sub(1) as usize;
        self.0.get(offset(span.lo)..offset(span.hi)).unwrap_or_default()
    }
}

/// Lets `statement` end where its code does, if that can be told.
fn own_end(statement: &mut Stmt) -> Option<BytePos> {
    match statement {
        Stmt::Expr(own) => end_at(&mut own.span, own.expr.span().hi),
        Stmt::Return(own) => end_at(&mut own.span, own.arg.as_ref()?.span().hi),
        Stmt::Throw(own) => end_at(&mut own.span, own.arg.span().hi),
        Stmt::Decl(Decl::Var(own)) => end_at(&mut own.span, own.decls.last()?.span.hi),
        Stmt::If(own) => end_at(&mut own.span, own_end(own.alt.as_deref_mut().unwrap_or(&mut own.cons))?),
        Stmt::For(own) => end_at(&mut own.span, own_end(&mut own.body)?),
        Stmt::ForIn(own) => end_at(&mut own.span, own_end(&mut own.body)?),
        Stmt::ForOf(own) => end_at(&mut own.span, own_end(&mut own.body)?),
        Stmt::While(own) => end_at(&mut own.span, own_end(&mut own.body)?),
        _ => None,
    }
}

fn end_at(span: &mut Span, end: BytePos) -> Option<BytePos> {
    span.hi = end;
    Some(end)
}

#[cfg(test)]
mod tests {
    use crate::syntax::Module;

    #[track_caller]
    fn second(text: &str) -> String {
        let module = Module::parse("a.ts", text.into()).unwrap();
        module.text_of(&module.ast.body[1]).to_owned()
    }

    #[test]
    fn a_semicolon_that_starts_a_line_belongs_to_that_line() {
        assert_eq!(second("a()\nb() // c\n  ;[1].map(c)"), "b()");
        assert_eq!(second("a()\nconst b = 1\n;(c)"), "const b = 1");
        assert_eq!(second("a()\nif (b) b()\n;`c`.d()"), "if (b) b()");
        assert_eq!(second("a()\nexport const b = 1\n;[c] = d"), "export const b = 1");
    }

    #[test]
    fn so_does_one_that_keeps_the_lines_around_it_apart() {
        assert_eq!(second("a()\nb();\n[1].map(c)"), "b()");
    }

    #[test]
    fn any_other_belongs_to_its_statement() {
        assert_eq!(second("a();\nb();\n[1].map(c)"), "b();");
        assert_eq!(second("a()\nb();\nc()"), "b();");
        assert_eq!(second("a()\nb\n  .c()\n  ;\nd()"), "b\n  .c()\n  ;");
    }
}
