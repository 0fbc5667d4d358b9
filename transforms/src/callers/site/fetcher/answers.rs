//! Which calls of a fetcher can be left out of account: those that are given nothing that may be a URL, and those that
//! are known to call nothing.
//!
//! ```ts
//! const res = await fetch(url);
//! return camelize(await res.json());   // is given an answer, no URL
//! return api.send(url);                // may call anything
//! ```

use std::collections::BTreeSet;

use super::calls::Called;
use super::visit;
use crate::syntax::ast::{
    ArrowExpr, CallExpr, CatchClause, Expr, ExprOrSpread, Function as AstFunction, Id, Ident, OptChainBase, Pat, Str,
    TplElement, VarDeclarator,
};
use crate::syntax::{Function, Span, Visit, VisitWith, bare, bound_ids, function_of, ident, member_name, span_of};

/// The calls that answer in a function, and the names of what they answered.
pub(super) struct Answers {
    calls: BTreeSet<Span>,
    names: BTreeSet<Id>,
}

/// Functions and objects of the language that call nothing.
const QUIET: [&str; 24] = [
    "Array",
    "Blob",
    "Boolean",
    "Date",
    "FormData",
    "Headers",
    "JSON",
    "Map",
    "Math",
    "Number",
    "Object",
    "Set",
    "String",
    "URL",
    "URLSearchParams",
    "console",
    "decodeURIComponent",
    "encodeURI",
    "encodeURIComponent",
    "isNaN",
    "parseFloat",
    "parseInt",
    "structuredClone",
    "undefined",
];

/// Members of texts, lists and what a request is made of.
const QUIET_MEMBERS: [&str; 18] = [
    "append",
    "concat",
    "endsWith",
    "includes",
    "indexOf",
    "join",
    "match",
    "replace",
    "replaceAll",
    "set",
    "slice",
    "split",
    "startsWith",
    "stringify",
    "substring",
    "test",
    "toString",
    "trim",
];

impl Answers {
    /// With the calls in `function` that are known to ask for something.
    pub(super) fn of(function: Function<'_>, calls: BTreeSet<Span>) -> Answers {
        let mut answers = Answers { calls, names: BTreeSet::new() };
        visit(function, &mut answers);
        answers
    }

    /// Whether a call calls no URL.
    pub(super) fn is_quiet(&self, called: &Called) -> bool {
        match called {
            Called::Function(call) => {
                let Some(callee) = call.callee.as_expr().map(|callee| bare(callee)) else { return false };
                self.is_quiet_callee(callee) || !self.may_give_url(&call.args)
            }
            Called::Class(new) => {
                let is_known = ident(&new.callee).is_some_and(|name| is_quiet(name) || name.sym.ends_with("Error"));
                is_known || !self.may_give_url(new.args.as_deref().unwrap_or_default())
            }
        }
    }

    fn is_quiet_callee(&self, callee: &Expr) -> bool {
        let Expr::Member(member) = callee else { return ident(callee).is_some_and(is_quiet) };
        let name = member_name(member);
        match name.as_deref() {
            // What it calls is given an answer.
            Some("then" | "catch" | "finally") => self.is_answer(&member.obj),
            Some(name) => {
                QUIET_MEMBERS.contains(&name) || self.is_answer(&member.obj) || ident(&member.obj).is_some_and(is_quiet)
            }
            None => false,
        }
    }

    /// Whether `expr` is what was asked for, or a part of it.
    fn is_answer(&self, expr: &Expr) -> bool {
        match bare(expr) {
            Expr::Ident(name) => self.names.contains(&name.to_id()),
            Expr::Await(waiting) => self.is_answer(&waiting.arg),
            Expr::Member(member) => self.is_answer(&member.obj),
            Expr::OptChain(chain) => match &*chain.base {
                OptChainBase::Member(member) => self.is_answer(&member.obj),
                OptChainBase::Call(call) => self.is_answer(&call.callee),
            },
            Expr::Call(call) => {
                let callee = call.callee.as_expr().map(|callee| bare(callee));
                self.calls.contains(&span_of(call))
                    || matches!(callee, Some(Expr::Member(member)) if self.is_answer(&member.obj))
            }
            _ => false,
        }
    }

    fn may_give_url(&self, args: &[ExprOrSpread]) -> bool {
        let mut urls = Urls { answers: self, found: false };
        args.visit_with(&mut urls);
        urls.found
    }
}

fn is_quiet(name: &Ident) -> bool {
    QUIET.contains(&&*name.sym)
}

impl Visit for Answers {
    fn visit_var_declarator(&mut self, declarator: &VarDeclarator) {
        if declarator.init.as_deref().is_some_and(|init| self.is_answer(init)) {
            self.names.extend(bound_ids(&declarator.name));
        }
        declarator.visit_children_with(self);
    }

    fn visit_catch_clause(&mut self, clause: &CatchClause) {
        self.names.extend(clause.param.iter().flat_map(bound_ids));
        clause.visit_children_with(self);
    }

    /// `.then((res) => …)`.
    fn visit_call_expr(&mut self, call: &CallExpr) {
        if let Some(Expr::Member(member)) = call.callee.as_expr().map(|callee| bare(callee))
            && matches!(member_name(member).as_deref(), Some("then" | "catch"))
            && self.is_answer(&member.obj)
        {
            let callbacks = call.args.iter().filter_map(|argument| function_of(&argument.expr));
            let params: Vec<&Pat> = callbacks.flat_map(Function::params).collect();
            self.names.extend(params.into_iter().flat_map(bound_ids));
        }
        call.visit_children_with(self);
    }
}

/// Looks for what may be a URL: a name that is no answer, a text with a slash. Functions are read by themselves.
struct Urls<'n> {
    answers: &'n Answers,
    found: bool,
}

impl Visit for Urls<'_> {
    fn visit_ident(&mut self, name: &Ident) {
        self.found |= !self.answers.names.contains(&name.to_id()) && !is_quiet(name);
    }

    fn visit_expr(&mut self, expr: &Expr) {
        if matches!(expr, Expr::This(_)) {
            self.found = true;
        }
        if !self.answers.is_answer(expr) {
            expr.visit_children_with(self);
        }
    }

    fn visit_str(&mut self, text: &Str) {
        self.found |= text.value.as_str().is_none_or(|text| text.contains('/'));
    }

    fn visit_tpl_element(&mut self, text: &TplElement) {
        self.found |= text.raw.contains('/');
    }

    fn visit_function(&mut self, _: &AstFunction) {}

    fn visit_arrow_expr(&mut self, _: &ArrowExpr) {}
}
