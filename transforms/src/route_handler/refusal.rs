//! How methods that a handler does not answer were refused, where that was not by 405: Next does that now.

use std::collections::{BTreeMap, BTreeSet};

use super::dispatch::{Methods, SendKind, refuses};
use crate::finding::Finding;
use crate::pages_api::{ANY, Carrier, Flow, residual};
use crate::project::Method;
use crate::syntax::ast::{BinExpr, BinaryOp, CallExpr, Expr, Stmt, SwitchStmt};
use crate::syntax::{Span, Visit, VisitWith, bare, literal_str, member_name, span_of};

/// What to say about the methods that `carrier`, a handler in the file at `path`, does not answer. `guarded`
/// holds the places where a guard has answered.
pub fn refusal(
    path: &str,
    carrier: &Carrier<'_>,
    methods: &Methods,
    sends: &BTreeMap<Span, SendKind>,
    guarded: &BTreeSet<Span>,
) -> Option<Finding> {
    let Methods { other, reached, tells_apart, exported, welcomed, .. } = methods;
    let all = Method::ALL.into_iter().all(|method| method == Method::Head || exported.contains(&method));
    if !tells_apart || !refuses(reached, sends) || all {
        return None;
    }
    let flows: BTreeMap<Method, &Flow> =
        methods.flows.iter().filter(|(method, _)| !welcomed.contains(method)).map(|(m, flow)| (*m, flow)).collect();
    let note = |span: Span, how: &str| {
        let message = format!("other methods {how}; Next answers them with 405");
        Some(Finding::note("method-refusal", path, span, message))
    };
    // What all methods may be answered with, by a check of the session, does not refuse a method.
    let own = || reached.iter().filter(|send| !flows.values().any(|flow| flow.sends.contains_key(send)));
    let statuses: Vec<(u16, Span)> = own().filter_map(|span| Some((sends[span].status()?, *span))).collect();
    if let Some((status, span)) = statuses.first() {
        let as_next = statuses.iter().any(|(status, _)| *status == 405);
        return if as_next { None } else { note(*span, &format!("were answered with {status}")) };
    }
    let body = carrier.function.block().map_or(&[][..], |block| &block.stmts);
    let answered: BTreeSet<Span> = flows
        .keys()
        .flat_map(|method| throws(body, false, &carrier.known(Some(Some(*method)))))
        .map(|(s, _)| s)
        .collect();
    let thrown = throws(body, false, &carrier.known(Some(None)));
    if let Some((span, caught)) = thrown.into_iter().find(|(span, _)| !answered.contains(span)) {
        return note(span, if caught { "failed with an error" } else { "failed with an error (500)" });
    }
    let silent = other.silent.difference(guarded).next()?;
    note(Span::at(silent.start), "were never answered, so that the request hung")
}

/// What to say about the first method that `carrier` names and a Route Handler cannot answer: `case 'PROPFIND':`.
pub fn without_export(path: &str, carrier: &Carrier<'_>) -> Option<Finding> {
    let known = carrier.known(Some(None));
    let mut search = Named { known: &known, found: None };
    carrier.function.block()?.visit_with(&mut search);
    let (span, name) = search.found?;
    let message =
        format!("a Route Handler cannot answer `{name}`; such requests were told apart here, now Next refuses them");
    Some(Finding::review("method-refusal", path, span, message).help("keep the endpoint if somebody sends them"))
}

/// Names of methods with which the method is compared.
struct Named<'n> {
    known: &'n dyn Fn(&Expr) -> Option<String>,
    found: Option<(Span, String)>,
}

impl Named<'_> {
    fn is_method(&self, expr: &Expr) -> bool {
        (self.known)(expr).as_deref() == Some(ANY)
    }

    fn name(&mut self, expr: &Expr) {
        // Others never came, as `get` in small letters.
        let odd = |name: &String| {
            let spelled = !name.is_empty() && name.chars().all(|char| char.is_ascii_uppercase() || char == '-');
            spelled && Method::from_name(name).is_none()
        };
        if let Some(name) = literal_str(expr).or_else(|| (self.known)(expr)).filter(odd) {
            self.found.get_or_insert((span_of(expr), name));
        }
    }
}

impl Visit for Named<'_> {
    fn visit_switch_stmt(&mut self, switch: &SwitchStmt) {
        if self.is_method(&switch.discriminant) {
            switch.cases.iter().filter_map(|case| case.test.as_deref()).for_each(|test| self.name(test));
        }
        switch.visit_children_with(self);
    }

    fn visit_bin_expr(&mut self, bin: &BinExpr) {
        if matches!(bin.op, BinaryOp::EqEqEq | BinaryOp::EqEq | BinaryOp::NotEqEq | BinaryOp::NotEq) {
            for (one, other) in [(&bin.left, &bin.right), (&bin.right, &bin.left)] {
                if self.is_method(one) {
                    self.name(other);
                }
            }
        }
        bin.visit_children_with(self);
    }

    // `['GET', 'PROPFIND'].includes(req.method)`
    fn visit_call_expr(&mut self, call: &CallExpr) {
        let list = call.callee.as_expr().and_then(|callee| bare(callee).as_member());
        let list = list.filter(|member| member_name(member).as_deref() == Some("includes"));
        if let (Some(Expr::Array(names)), [asked]) = (list.map(|member| bare(&member.obj)), call.args.as_slice())
            && self.is_method(&asked.expr)
        {
            names.elems.iter().flatten().for_each(|name| self.name(&name.expr));
        }
        call.visit_children_with(self);
    }
}

/// The `throw`s that can run, and whether they stand in a `try`.
fn throws(list: &[Stmt], caught: bool, known: &dyn Fn(&Expr) -> Option<String>) -> Vec<(Span, bool)> {
    let one = |statement: &Stmt| throws(std::slice::from_ref(statement), caught, known);
    let mut found = Vec::new();
    for statement in residual(list, known) {
        match statement {
            Stmt::Throw(_) => found.push((span_of(statement), caught)),
            Stmt::Block(block) => found.extend(throws(&block.stmts, caught, known)),
            Stmt::If(choice) => {
                found.extend(one(&choice.cons));
                found.extend(choice.alt.as_deref().map(one).unwrap_or_default());
            }
            Stmt::Switch(switch) => {
                found.extend(switch.cases.iter().flat_map(|case| throws(&case.cons, caught, known)));
            }
            Stmt::Try(attempt) => {
                let inside = caught || attempt.handler.is_some();
                found.extend(throws(&attempt.block.stmts, inside, known));
                let others = attempt.handler.iter().map(|handler| &handler.body).chain(&attempt.finalizer);
                found.extend(others.flat_map(|block| throws(&block.stmts, caught, known)));
            }
            _ => {}
        }
    }
    found
}
