//! Statements that may run before the response as well as after it: they take no time and throw nothing, as
//! `console.log(req.url, Date.now() - started)`.

use crate::pages_api::root_of;
use crate::syntax::ast::{
    AwaitExpr, CallExpr, Decl, Expr, Ident, NewExpr, OptCall, Stmt, TaggedTpl, ThrowStmt, VarDeclKind,
};
use crate::syntax::{Module, Span, Visit, VisitWith, span_of};

/// Objects of the language and of Node.js whose functions only look and print.
const KNOWN: [&str; 4] = ["console", "Date", "Math", "performance"];

/// Whether the statement at `span`, somewhere in `statements`, is one.
pub fn is_harmless(module: &Module, statements: &[Stmt], span: Span) -> bool {
    let mut search = Search { module, span, inside: false, seen: false, harms: false };
    statements.iter().for_each(|statement| statement.visit_with(&mut search));
    search.seen && !search.harms
}

struct Search<'s> {
    module: &'s Module,
    span: Span,
    inside: bool,
    seen: bool,
    harms: bool,
}

impl Search<'_> {
    fn call(&mut self, callee: Option<&Expr>) {
        // The module may mean something of its own by such a name.
        let known = |root: &Ident| KNOWN.contains(&&*root.sym) && self.module.is_free(&root.to_id());
        self.harms |= self.inside && !callee.and_then(root_of).is_some_and(known);
    }
}

impl Visit for Search<'_> {
    fn visit_stmt(&mut self, statement: &Stmt) {
        let outer = self.inside;
        if span_of(statement) == self.span {
            let constant = matches!(statement, Stmt::Decl(Decl::Var(variable)) if variable.kind == VarDeclKind::Const);
            (self.inside, self.seen) = (true, true);
            self.harms |= !constant && !matches!(statement, Stmt::Expr(_));
        }
        statement.visit_children_with(self);
        self.inside = outer;
    }

    fn visit_call_expr(&mut self, call: &CallExpr) {
        self.call(call.callee.as_expr().map(|callee| &**callee));
        call.visit_children_with(self);
    }

    fn visit_opt_call(&mut self, call: &OptCall) {
        self.call(Some(&call.callee));
        call.visit_children_with(self);
    }

    fn visit_await_expr(&mut self, expr: &AwaitExpr) {
        self.harms |= self.inside;
        expr.visit_children_with(self);
    }

    fn visit_new_expr(&mut self, new: &NewExpr) {
        self.harms |= self.inside;
        new.visit_children_with(self);
    }

    fn visit_tagged_tpl(&mut self, template: &TaggedTpl) {
        self.harms |= self.inside;
        template.visit_children_with(self);
    }

    fn visit_throw_stmt(&mut self, statement: &ThrowStmt) {
        self.harms |= self.inside;
        statement.visit_children_with(self);
    }
}
