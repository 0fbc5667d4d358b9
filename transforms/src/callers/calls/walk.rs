//! The walk that finds the calls, and what stands around each.

use std::rc::Rc;

use super::{Calls, Context, EnclosingFunction};
use crate::callers::axios;
use crate::callers::chain::{self, Response};
use crate::callers::fetch::read_call;
use crate::syntax::ast::{
    ArrowExpr, AssignOp, AwaitExpr, CallExpr, Callee, Expr, ExprStmt, Function as AstFunction, JSXOpeningElement,
    MemberExpr, ReturnStmt, Stmt, UnaryOp, VarDeclarator,
};
use crate::syntax::{
    Function, Span, Visit, VisitWith, bare, callee_ident, function_of, member_name, pat_ident, span_of,
};

impl Calls<'_> {
    fn in_function(&mut self, span: Span, body: Vec<Stmt>, visit: impl FnOnce(&mut Self)) {
        let around = self.functions.last();
        let kept = || self.moments.leaving.iter().filter(|(found, _)| found.contains(span)).map(|(_, kept)| *kept);
        let leaving = kept().any(|kept| kept.is_none()) || around.is_some_and(|around| around.leaving);
        let overtaken = kept().flatten().max().max(around.and_then(|around| around.overtaken));
        let parallel = self.parallel.contains(&span) || self.moments.listed.contains(&span);
        let rendering = self.moments.rendering.contains(&span);
        self.functions.push(EnclosingFunction { body: Rc::new(body), parallel, leaving, rendering, overtaken });
        visit(self);
        self.functions.pop();
    }

    /// Whether a call may stand in the function at `span`; the bodies of others need not be kept.
    fn may_call(&self, span: Span) -> bool {
        let ours =
            !self.clients.is_empty() || !self.thin.is_empty() || !self.passed.is_empty() || !self.mutated.is_empty();
        ours || span.text(&self.module.text).contains("fetch")
    }

    /// Whether a call gives a response.
    fn is_request(&self, call: &CallExpr) -> bool {
        let span = span_of(call);
        let ours = self.thin.contains_key(&span) || self.passed.contains_key(&span);
        ours || self.mutated.contains_key(&span) || callee_ident(call).is_some_and(|name| &*name.sym == "fetch")
    }

    /// Somebody waits for `expr`, or nobody looks at it.
    fn place(&mut self, expr: &Expr) {
        let expr = match bare(expr) {
            Expr::Unary(unary) if unary.op == UnaryOp::Void => &unary.arg,
            expr => expr,
        };
        self.placed.extend(chain::awaited(expr, &|call| self.is_request(call)));
    }

    /// The call that `await` waits for and that gives a response.
    fn awaited(&self, expr: &Expr) -> Option<Span> {
        let Expr::Await(waiting) = bare(expr) else { return None };
        let Expr::Call(call) = bare(&waiting.arg) else { return None };
        (self.is_request(call) && !is_cast(&waiting.arg)).then(|| span_of(call))
    }
}

/// Whether somebody says what type an expression has, as `response as Response` does.
fn is_cast(expr: &Expr) -> bool {
    match expr {
        Expr::Paren(inner) => is_cast(&inner.expr),
        Expr::TsNonNull(inner) => is_cast(&inner.expr),
        Expr::TsAs(_) | Expr::TsTypeAssertion(_) | Expr::TsSatisfies(_) => true,
        _ => false,
    }
}

impl Visit for Calls<'_> {
    // Functions of every spelling but arrows, methods included.
    fn visit_function(&mut self, function: &AstFunction) {
        let body = function.body.as_ref().filter(|_| self.may_call(span_of(function)));
        let body = body.map(|body| body.stmts.clone()).unwrap_or_default();
        self.in_function(span_of(function), body, |this| function.visit_children_with(this));
    }

    fn visit_arrow_expr(&mut self, arrow: &ArrowExpr) {
        let body = Function::Arrow(arrow).block().filter(|_| self.may_call(span_of(arrow)));
        let body = body.map(|body| body.stmts.clone()).unwrap_or_default();
        if let Some(value) = Function::Arrow(arrow).expression() {
            self.place(value);
        }
        self.in_function(span_of(arrow), body, |this| arrow.visit_children_with(this));
    }

    fn visit_call_expr(&mut self, call: &CallExpr) {
        if let Some(read) = read_call(self.module, call, &self.fixed)
            && let Some(url) = call.args.first()
        {
            self.fetches.insert(span_of(call));
            self.found.push((span_of(bare(&url.expr)), (span_of(call), read), self.functions.last().cloned()));
        } else if let Some((client, read)) = self
            .clients
            .iter()
            .find_map(|client| Some((client.id.clone(), axios::read_call(client, call, &self.fixed)?)))
            && let Some(url) = call.args.first()
        {
            self.called.insert(span_of(call), client);
            self.found.push((span_of(bare(&url.expr)), (span_of(call), read), self.functions.last().cloned()));
        }
        if let Some(function) = self.mutated.get_mut(&span_of(call)) {
            *function = self.functions.last().cloned();
        }
        if self.passed.contains_key(&span_of(call)) {
            self.given.push((span_of(call), self.functions.last().cloned()));
        }
        if let Some((site, thin)) = self.thin.get(&span_of(call)).copied()
            && let Some(read) = thin.read_call(self.module, call, site.sends.known(), &self.fixed)
        {
            self.settled.extend(thin.settled(self.module, call).map(|settled| (span_of(call), settled)));
            self.found.push((site.url, (span_of(call), read), self.functions.last().cloned()));
        }
        if let Some((fetch, callback)) = chain::callback(call, &|call| self.is_request(call)) {
            self.contexts.insert(fetch, Context::Then(callback));
        }
        self.contexts.extend(
            chain::in_toast(self.module, call, &|call| self.is_request(call)).map(|fetch| (fetch, Context::Ignored)),
        );
        if let Callee::Expr(callee) = &call.callee
            && let Expr::Member(member) = bare(callee)
            && matches!(member_name(member).as_deref(), Some("map" | "forEach" | "flatMap" | "filter" | "reduce"))
        {
            self.parallel.extend(call.args.iter().map(|argument| span_of(bare(&argument.expr))));
        }
        call.visit_children_with(self);
    }

    fn visit_var_declarator(&mut self, declarator: &VarDeclarator) {
        let init = declarator.init.as_deref().filter(|init| !is_cast(init));
        if let Some(call) = init.and_then(|init| self.awaited(init)) {
            let context = match chain::response_in(&declarator.name) {
                Some(Response::Named(id, _)) => Some(Context::Variable(id, span_of(declarator), None)),
                Some(Response::Plain) => Some(Context::Ignored),
                None => declarator.name.as_ident().and_then(|name| {
                    let annotation = span_of(&**name.type_ann.as_ref()?);
                    let told = annotation.text(&self.module.text).trim_start_matches([':', ' ']) == "Response";
                    told.then(|| Context::Variable(name.id.to_id(), span_of(declarator), Some(annotation)))
                }),
            };
            self.contexts.extend(context.map(|context| (call, context)));
        }
        if let Some(name) = pat_ident(&declarator.name)
            && let Some(value) =
                declarator.init.as_deref().and_then(function_of).and_then(|function| function.expression())
            && let Some(call) = chain::ignored(value, &|call| self.is_request(call))
        {
            self.given_on.push((name.to_id(), call));
        }
        declarator.visit_children_with(self);
    }

    fn visit_expr_stmt(&mut self, statement: &ExprStmt) {
        self.place(&statement.expr);
        if let Expr::Assign(set) = bare(&statement.expr)
            && set.op == AssignOp::Assign
            && let Some(name) = set.left.as_ident()
            && let Some(call) = self.awaited(&set.right).filter(|_| !is_cast(&set.right))
        {
            self.contexts.insert(call, Context::Assigned(name.id.to_id(), span_of(&name.id)));
        }
        self.contexts.extend(
            chain::ignored(&statement.expr, &|call| self.is_request(call)).map(|call| (call, Context::Ignored)),
        );
        statement.visit_children_with(self);
    }

    fn visit_jsx_opening_element(&mut self, element: &JSXOpeningElement) {
        self.contexts.extend(
            chain::dropped(element, &|call| self.is_request(call)).into_iter().map(|call| (call, Context::Ignored)),
        );
        for name in chain::named_handlers(element) {
            *self.handlers.entry(name).or_default() += 1;
        }
        element.visit_children_with(self);
    }

    fn visit_member_expr(&mut self, member: &MemberExpr) {
        if let Some(call) = self.awaited(&member.obj)
            && matches!(member_name(member).as_deref(), Some("ok" | "status"))
        {
            self.contexts.insert(call, Context::Member);
        }
        member.visit_children_with(self);
    }

    fn visit_return_stmt(&mut self, statement: &ReturnStmt) {
        if let Some(value) = &statement.arg {
            self.place(value);
        }
        statement.visit_children_with(self);
    }

    fn visit_await_expr(&mut self, waiting: &AwaitExpr) {
        self.place(&waiting.arg);
        if let Expr::Call(call) = bare(&waiting.arg)
            && call.args.is_empty()
            && let Callee::Expr(callee) = &call.callee
            && let Expr::Member(member) = bare(callee)
            && member_name(member).as_deref() == Some("json")
            && let Some(inner) = self.awaited(&member.obj)
        {
            self.contexts.insert(inner, Context::Json(span_of(waiting), span_of(&*member.obj)));
        }
        self.awaited.extend(chain::awaited(&waiting.arg, &|call| self.is_request(call)));
        waiting.visit_children_with(self);
    }
}
