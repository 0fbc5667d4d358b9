//! `res.headersSent`: where each send returns, code that runs finds nothing sent yet.
//!
//! ```ts
//! if (!res.headersSent) {
//!   res.status(500).end();                    →    return new NextResponse(null, { status: 500 });
//! }
//! ```

use std::collections::BTreeSet;

use super::Builder;
use crate::pages_api::Carrier;
use crate::rewrite::{Edit, Piece};
use crate::syntax::ast::{
    ArrowExpr, BinExpr, BinaryOp, CondExpr, Decl, Expr, Function, IfStmt, ParenExpr, Stmt, TryStmt, UnaryExpr, UnaryOp,
};
use crate::syntax::{Span, Truth, Visit, VisitWith, bare, full_statement, span_of, truth};

/// An `if` that is decided, and the branch that is taken.
struct Decided {
    span: Span,
    test: Span,
    taken: Option<Branch>,
}

/// A branch, as it can stand without its `if`.
struct Branch {
    span: Span,
    /// It is a block that declares nothing, so that its braces can go.
    open: bool,
    first: Option<Span>,
    last: Option<Span>,
}

struct Ifs<'c, 'a> {
    carrier: &'c Carrier<'a>,
    decided: Vec<Decided>,
    /// `data && !res.headersSent`, and what is left of it.
    halves: Vec<(Span, Span)>,
    /// Those of the latter that are no more than names.
    plain: BTreeSet<Span>,
    /// `!res.headersSent`, and what is asked.
    denied: Vec<(Span, Span)>,
    /// Nothing but the truth of the expression matters: it is a test.
    tested: bool,
    /// Blocks that run behind a `return`.
    finally: Vec<Span>,
}

impl Visit for Ifs<'_, '_> {
    fn visit_if_stmt(&mut self, choice: &IfStmt) {
        self.test(&choice.test);
        choice.cons.visit_with(self);
        choice.alt.visit_with(self);
        let taken = match truth(&choice.test, &|expr| self.carrier.known_unsent(expr)) {
            Truth::Unknown => return,
            Truth::True => Some(branch(&choice.cons)),
            Truth::False => choice.alt.as_deref().map(branch),
        };
        self.decided.push(Decided { span: span_of(choice), test: span_of(bare(&choice.test)), taken });
    }

    fn visit_cond_expr(&mut self, choice: &CondExpr) {
        let tested = self.tested;
        self.test(&choice.test);
        for value in [&choice.cons, &choice.alt] {
            self.tested = tested;
            self.inner(value);
        }
    }

    fn visit_unary_expr(&mut self, unary: &UnaryExpr) {
        match unary.op {
            UnaryOp::Bang => {
                self.denied.push((span_of(unary), span_of(bare(&unary.arg))));
                self.test(&unary.arg);
            }
            _ => unary.visit_children_with(self),
        }
    }

    fn visit_bin_expr(&mut self, both: &BinExpr) {
        let tested = self.tested;
        let (and, or) = (both.op == BinaryOp::LogicalAnd, both.op == BinaryOp::LogicalOr);
        if !and && !or {
            return both.visit_children_with(self);
        }
        for side in [&both.left, &both.right] {
            self.tested = tested;
            self.inner(side);
        }
        let known = |side: &Expr| truth(side, &|expr| self.carrier.known_unsent(expr));
        let goes = if and { Truth::True } else { Truth::False };
        let left = match (known(&both.left) == goes, known(&both.right) == goes) {
            (true, _) => &both.right,
            // `user && !res.headersSent` is `true` for a user.
            (false, true) if tested => &both.left,
            _ => return,
        };
        if known(left) == Truth::Unknown {
            self.halves.push((span_of(both), span_of(&**left)));
            self.plain.extend(matches!(**left, Expr::Ident(_) | Expr::Member(_)).then(|| span_of(&**left)));
        }
    }

    fn visit_paren_expr(&mut self, inner: &ParenExpr) {
        self.inner(&inner.expr);
        // A name needs no parentheses.
        if let Some((whole, left)) = self.halves.last_mut()
            && *whole == span_of(&*inner.expr)
            && self.plain.contains(left)
        {
            *whole = span_of(inner);
        }
    }

    fn visit_expr(&mut self, expr: &Expr) {
        self.tested = false;
        expr.visit_children_with(self);
    }

    fn visit_try_stmt(&mut self, attempt: &TryStmt) {
        self.finally.extend(attempt.finalizer.as_ref().map(span_of));
        attempt.visit_children_with(self);
    }

    fn visit_function(&mut self, _: &Function) {}
    fn visit_arrow_expr(&mut self, _: &ArrowExpr) {}
}

impl Ifs<'_, '_> {
    /// Looks into an expression of which nothing but the truth matters.
    fn test(&mut self, expr: &Expr) {
        self.tested = true;
        self.inner(expr);
    }

    /// Looks into an expression that is tested where the one around it is.
    fn inner(&mut self, expr: &Expr) {
        expr.visit_children_with(self);
    }
}

fn branch(statement: &Stmt) -> Branch {
    let Stmt::Block(block) = statement else {
        return Branch { span: span_of(statement), open: false, first: None, last: None };
    };
    let declares = block.stmts.iter().any(|statement| matches!(statement, Stmt::Decl(declaration) if !matches!(declaration, Decl::TsInterface(_) | Decl::TsTypeAlias(_))));
    Branch {
        span: span_of(statement),
        open: !declares && !block.stmts.is_empty(),
        first: block.stmts.first().map(span_of),
        last: block.stmts.last().map(span_of),
    }
}

impl Builder<'_, '_, '_> {
    /// Takes out the questions whether something was sent.
    pub(super) fn sent_checks(&mut self) {
        let Some(block) = self.carrier.function.block() else { return };
        let mut ifs = Ifs {
            carrier: self.carrier,
            decided: Vec::new(),
            halves: Vec::new(),
            plain: BTreeSet::new(),
            denied: Vec::new(),
            tested: false,
            finally: Vec::new(),
        };
        block.visit_with(&mut ifs);
        let mut halved = BTreeSet::new();
        let of_guards = self.checked.clone();
        for check in self.carrier.checks.clone() {
            if of_guards.iter().any(|statement| statement.contains(check)) {
                continue;
            }
            if ifs.finally.iter().any(|block| block.contains(check)) {
                let message = "whether something was sent is asked in a `finally`, which runs behind the `return`";
                let help = "keep in a variable whether the request was answered";
                self.refuse("response-member", check, message, help);
                continue;
            }
            let decided = ifs.decided.iter().find(|decided| decided.test.contains(check));
            match decided {
                Some(decided) if self.checked.contains(&decided.span) => {}
                Some(decided) if self.lists.holds(decided.span) => {
                    self.checked.insert(decided.span);
                    self.decide(decided);
                }
                // `else if (!res.headersSent) { … }`.
                Some(Decided { span, taken: Some(branch), .. }) => {
                    self.checked.insert(*span);
                    self.edit(*span, vec![Piece::Source(branch.span)]);
                }
                _ => match ifs.halves.iter().find(|(whole, left)| whole.contains(check) && !left.contains(check)) {
                    Some((whole, left)) => {
                        let (whole, left) = (*whole, *left);
                        if halved.insert(whole) {
                            // `return(…)`
                            let before = self.cx.module.text[..whole.start].chars().next_back();
                            let glued = before.is_some_and(|before| before.is_alphanumeric() || "_$".contains(before));
                            let blank = glued.then(|| Piece::Text(" ".into()));
                            self.edit(whole, blank.into_iter().chain([Piece::Source(left)]).collect());
                        }
                    }
                    None => match ifs.denied.iter().find(|(_, asked)| *asked == check) {
                        Some((whole, _)) => self.edit(*whole, vec![Piece::Text("true".into())]),
                        None => self.edit(check, vec![Piece::Text("false".into())]),
                    },
                },
            }
        }
    }

    fn decide(&mut self, decided: &Decided) {
        let text = &self.cx.module.text;
        match &decided.taken {
            None => self.out.edits.push(Edit::delete(full_statement(text, decided.span))),
            Some(branch) if branch.open => {
                let (first, last) = (branch.first.unwrap_or(branch.span), branch.last.unwrap_or(branch.span));
                // Comments at the top of the block stay.
                let inner = Span::new(branch.span.start + 1, first.start).text(text);
                let start = self.kept_from(first.start - inner.trim_start().len());
                let span = Span::new(start, last.end);
                let (from, to) = (self.indent_at(first.start), self.indent_at(decided.span.start));
                self.edit(decided.span, vec![Piece::Reindented { span, from, to }]);
            }
            Some(branch) => self.edit(decided.span, vec![Piece::Source(branch.span)]),
        }
    }

    /// Where the code of a block begins that is kept: lines at its top that go with what they set are left out.
    fn kept_from(&mut self, mut start: usize) -> usize {
        let goes =
            |edit: &Edit, start: usize| edit.is_deletion() && edit.span().start <= start && start < edit.span().end;
        while let Some(at) = self.out.edits.iter().position(|edit| goes(edit, start)) {
            let gone = self.out.edits.remove(at).span();
            let behind = &self.cx.module.text[gone.end..];
            start = gone.end + (behind.len() - behind.trim_start().len());
        }
        start
    }
}
