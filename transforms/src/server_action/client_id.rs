//! Ids of users that come from the client, in a handler that does not ask who calls.
//!
//! ```ts
//! const { userId, title } = await request.json();
//! await db.posts.create({ userId, title });   // anybody may write as anybody
//! ```

use std::collections::HashSet;

use super::checks::is_check;
use super::handler::Handler;
use super::input::Input;
use crate::syntax::ast::{BinExpr, BinaryOp, Expr, Id, ObjectPatProp, Pat, VarDeclarator};
use crate::syntax::{Visit, VisitWith, bare, bound_ids, callee_ident, is_ident, member_name, prop_name, references};

/// Names that certainly mean who somebody is.
const IDS: [&str; 6] = ["userId", "user_id", "ownerId", "owner_id", "authorId", "author_id"];

/// The id that is taken from the route, the body or the query and compared with nothing.
pub fn client_id(handler: Handler<'_>, input: &Input) -> Option<String> {
    let block = handler.function.block()?;
    let request = match handler.function.params().first() {
        Some(Pat::Ident(name)) if input.body.is_some() => Some(name.id.to_id()),
        _ => None,
    };
    let mut ids = Ids { request, given: HashSet::new(), found: None, compared: HashSet::new() };
    block.stmts.visit_with(&mut ids);
    let queried = input.query.iter().map(|query| &query.name);
    let param = || input.params.iter().flatten().chain(queried).find(|name| IDS.contains(&name.as_str()));
    let found = ids.found.or_else(|| param().cloned());
    found.filter(|name| !ids.compared.contains(name))
}

struct Ids {
    /// The request, if its body is read.
    request: Option<Id>,
    /// Variables that hold the body, or what a check makes of it.
    given: HashSet<Id>,
    found: Option<String>,
    /// Names in comparisons.
    compared: HashSet<String>,
}

impl Ids {
    /// Whether `expr` is the body, what a check makes of it, or its `data`.
    fn is_given(&self, expr: &Expr) -> bool {
        match bare(expr) {
            Expr::Await(waiting) => self.is_given(&waiting.arg),
            Expr::Ident(name) => self.given.contains(&name.to_id()),
            Expr::Member(member) => member_name(member).as_deref() == Some("data") && self.is_given(&member.obj),
            Expr::Call(call) => {
                let given = |expr: &Expr| self.is_given(expr) || self.is_request(expr);
                let by_helper = callee_ident(call).is_some_and(|name| &*name.sym == "readBody");
                let by_request = match call.callee.as_expr().map(|callee| bare(callee)) {
                    Some(Expr::Member(member)) => self.is_request(&member.obj),
                    _ => false,
                };
                by_request || (by_helper || is_check(expr)) && call.args.iter().any(|argument| given(&argument.expr))
            }
            _ => false,
        }
    }

    fn is_request(&self, expr: &Expr) -> bool {
        self.request.as_ref().is_some_and(|request| is_ident(expr, request))
    }

    fn add(&mut self, name: Option<String>) {
        self.found = self.found.take().or(name.filter(|name| IDS.contains(&name.as_str())));
    }
}

impl Visit for Ids {
    fn visit_var_declarator(&mut self, declarator: &VarDeclarator) {
        if declarator.init.as_deref().is_some_and(|init| self.is_given(init)) {
            self.given.extend(bound_ids(&declarator.name));
            if let Pat::Object(object) = &declarator.name {
                for property in &object.props {
                    let name = match property {
                        ObjectPatProp::Assign(short) => Some(short.key.id.sym.to_string()),
                        ObjectPatProp::KeyValue(pair) => prop_name(&pair.key),
                        ObjectPatProp::Rest(_) => None,
                    };
                    self.add(name);
                }
            }
        }
        declarator.visit_children_with(self);
    }

    fn visit_expr(&mut self, expr: &Expr) {
        if let Expr::Member(member) = expr
            && self.is_given(&member.obj)
        {
            self.add(member_name(member));
        }
        expr.visit_children_with(self);
    }

    fn visit_bin_expr(&mut self, test: &BinExpr) {
        let compares = matches!(test.op, BinaryOp::EqEq | BinaryOp::EqEqEq | BinaryOp::NotEq | BinaryOp::NotEqEq);
        for side in [&test.left, &test.right].into_iter().filter(|_| compares) {
            self.compared.extend(references(&**side).into_keys().map(|(name, _)| name.to_string()));
            if let Expr::Member(member) = bare(side) {
                self.compared.extend(member_name(member));
            }
        }
        test.visit_children_with(self);
    }
}
