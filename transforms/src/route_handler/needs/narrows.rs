//! Whether code tells strings from arrays among what it takes from the query. With the exact type of a parameter the
//! compiler would call one half of that impossible:
//!
//! ```ts
//! const { id } = req.query;
//! const slug = Array.isArray(id) ? id[0] : id;
//! ```

use std::collections::HashSet;

use crate::pages_api::{Carrier, Part};
use crate::syntax::ast::{
    ArrowExpr, AssignExpr, CallExpr, Expr, ForOfStmt, Function, Id, TsTypeQuery, UnaryExpr, UnaryOp, VarDeclarator,
};
use crate::syntax::{Mentions, Span, Visit, VisitWith, bare, bound_ids, ident, member_name, references, span_of};

/// Whether `carrier` asks what kind of value something is that may come from the query.
pub(super) fn narrows(carrier: &Carrier<'_>) -> bool {
    let of_query = |part: &Part| matches!(part, Part::Query | Part::QueryKey(_) | Part::Validated { .. });
    let reads = carrier.reads.iter().filter(|read| of_query(&read.part)).map(|read| read.span).collect();
    let mut search = Search { reads, taken: HashSet::new(), given: Vec::new(), asked: Vec::new() };
    let unpacked = carrier.unpacked.iter().flat_map(|unpacked| &unpacked.bound);
    search.taken.extend(unpacked.filter(|(part, _)| part == "query").flat_map(|(_, ids)| ids.clone()));
    if let Some(block) = carrier.function.block() {
        block.visit_with(&mut search);
    }
    if let Some(expression) = carrier.function.expression() {
        expression.visit_with(&mut search);
    }
    search.settle();
    search.asked.iter().any(|source| search.is_taken(source))
}

/// What an expression is made of.
struct Source {
    names: HashSet<Id>,
    /// It reads the query itself.
    reads: bool,
}

struct Search {
    /// Where the query is read.
    reads: Vec<Span>,
    /// Names of what may come from it.
    taken: HashSet<Id>,
    /// Names, and what they are given.
    given: Vec<(Vec<Id>, Source)>,
    /// What is asked for its kind.
    asked: Vec<Source>,
}

impl Search {
    fn source<N: VisitWith<Mentions>>(&self, node: &N, span: Span) -> Source {
        let reads = self.reads.iter().any(|read| span.contains(*read));
        Source { names: references(node).into_keys().collect(), reads }
    }

    fn is_taken(&self, source: &Source) -> bool {
        source.reads || !source.names.is_disjoint(&self.taken)
    }

    /// Follows names to what they are given, as long as more of them come from the query.
    fn settle(&mut self) {
        let mut open = std::mem::take(&mut self.given);
        loop {
            let (more, left): (Vec<_>, Vec<_>) = open.into_iter().partition(|(_, source)| self.is_taken(source));
            if more.is_empty() {
                return;
            }
            self.taken.extend(more.into_iter().flat_map(|(names, _)| names));
            open = left;
        }
    }
}

impl Visit for Search {
    fn visit_var_declarator(&mut self, declarator: &VarDeclarator) {
        if let Some(init) = &declarator.init {
            let source = self.source(&**init, span_of(&**init));
            self.given.push((bound_ids(&declarator.name), source));
        }
        declarator.visit_children_with(self);
    }

    fn visit_assign_expr(&mut self, assign: &AssignExpr) {
        let source = self.source(&*assign.right, span_of(&*assign.right));
        self.given.push((references(&assign.left).into_keys().collect(), source));
        assign.visit_children_with(self);
    }

    fn visit_for_of_stmt(&mut self, each: &ForOfStmt) {
        let source = self.source(&*each.right, span_of(&*each.right));
        self.given.push((references(&each.left).into_keys().collect(), source));
        each.visit_children_with(self);
    }

    // Whoever calls a function may hand it anything.
    fn visit_arrow_expr(&mut self, arrow: &ArrowExpr) {
        self.taken.extend(arrow.params.iter().flat_map(bound_ids));
        arrow.visit_children_with(self);
    }

    fn visit_function(&mut self, function: &Function) {
        self.taken.extend(function.params.iter().flat_map(|param| bound_ids(&param.pat)));
        function.visit_children_with(self);
    }

    fn visit_unary_expr(&mut self, unary: &UnaryExpr) {
        if unary.op == UnaryOp::TypeOf {
            let source = self.source(&*unary.arg, span_of(&*unary.arg));
            self.asked.push(source);
        }
        unary.visit_children_with(self);
    }

    fn visit_ts_type_query(&mut self, query: &TsTypeQuery) {
        let source = self.source(query, span_of(query));
        self.asked.push(source);
    }

    fn visit_call_expr(&mut self, call: &CallExpr) {
        let member = call.callee.as_expr().and_then(|callee| bare(callee).as_member());
        let is_array = member.is_some_and(|member| {
            member_name(member).as_deref() == Some("isArray")
                && ident(&member.obj).is_some_and(|object| &*object.sym == "Array")
        });
        for argument in call.args.iter().filter(|_| is_array) {
            let source = self.source::<Expr>(&argument.expr, span_of(&*argument.expr));
            self.asked.push(source);
        }
        call.visit_children_with(self);
    }
}
