//! Statements that may run before the response as well as after it: they take no time and throw nothing, as
//! `console.log(req.url, Date.now() - started)`.

use crate::pages_api::root_of;
use crate::syntax::ast::{
    AwaitExpr, BlockStmt, CallExpr, Decl, Expr, Ident, NewExpr, OptCall, Stmt, TaggedTpl, ThrowStmt, VarDeclKind,
};
use crate::syntax::{Module, Span, Visit, VisitWith, span_of};

/// Objects of the language and of Node.js whose functions only look and print, and functions that cannot fail.
const KNOWN: [&str; 6] = ["clearInterval", "clearTimeout", "console", "Date", "Math", "performance"];

/// Whether the statement at `span`, somewhere in `statements`, is one.
pub fn is_harmless(module: &Module, statements: &[Stmt], span: Span) -> bool {
    let mut search = Search { module, span, inside: false, seen: false, harm: None };
    statements.iter().for_each(|statement| statement.visit_with(&mut search));
    search.seen && search.harm.is_none()
}

/// The first place in `block` that may take time, or fail.
pub fn harm_in(module: &Module, block: &BlockStmt) -> Option<Span> {
    let mut search = Search { module, span: span_of(block), inside: true, seen: true, harm: None };
    block.visit_with(&mut search);
    search.harm
}

struct Search<'s> {
    module: &'s Module,
    span: Span,
    inside: bool,
    seen: bool,
    harm: Option<Span>,
}

impl Search<'_> {
    fn harms(&mut self, is: bool, at: Span) {
        if self.inside && is {
            self.harm.get_or_insert(at);
        }
    }

    fn call(&mut self, callee: Option<&Expr>, at: Span) {
        // The module may mean something of its own by such a name.
        let known = |root: &Ident| KNOWN.contains(&&*root.sym) && self.module.is_free(&root.to_id());
        let harms = !callee.and_then(root_of).is_some_and(known);
        self.harms(harms, at);
    }
}

impl Visit for Search<'_> {
    fn visit_stmt(&mut self, statement: &Stmt) {
        let outer = self.inside;
        if span_of(statement) == self.span {
            let constant = matches!(statement, Stmt::Decl(Decl::Var(variable)) if variable.kind == VarDeclKind::Const);
            (self.inside, self.seen) = (true, true);
            self.harms(!constant && !matches!(statement, Stmt::Expr(_)), self.span);
        }
        statement.visit_children_with(self);
        self.inside = outer;
    }

    fn visit_call_expr(&mut self, call: &CallExpr) {
        self.call(call.callee.as_expr().map(|callee| &**callee), span_of(call));
        call.visit_children_with(self);
    }

    fn visit_opt_call(&mut self, call: &OptCall) {
        self.call(Some(&call.callee), span_of(call));
        call.visit_children_with(self);
    }

    fn visit_await_expr(&mut self, expr: &AwaitExpr) {
        self.harms(true, span_of(expr));
        expr.visit_children_with(self);
    }

    fn visit_new_expr(&mut self, new: &NewExpr) {
        self.harms(true, span_of(new));
        new.visit_children_with(self);
    }

    fn visit_tagged_tpl(&mut self, template: &TaggedTpl) {
        self.harms(true, span_of(template));
        template.visit_children_with(self);
    }

    fn visit_throw_stmt(&mut self, statement: &ThrowStmt) {
        self.harms(true, span_of(statement));
        statement.visit_children_with(self);
    }
}
