//! What a wrapper calls its handler with: the request, the parameters of the route, and what it adds.

use crate::server_action::data::member;
use crate::server_action::input::Roles;
use crate::server_action::result::NoAnswer;
use crate::syntax::ast::{
    ArrowExpr, AwaitExpr, CallExpr, Decl, Expr, ExprOrSpread, Function as AstFunction, FunctionBody, Id, Pat,
    PropOrSpread, ReturnStmt, Stmt,
};
use crate::syntax::{Module, Span, Visit, VisitWith, bare, full_statement, ident, is_ident, member_name, span_of};

/// One argument of the handler.
#[derive(Clone, Debug)]
pub enum Given {
    /// The request.
    Request,
    /// The context of the Route Handler.
    Context,
    /// An object; what its members are.
    Object(Vec<(String, Member)>),
    /// Something of the wrapper's own.
    Other,
}

/// One member of such an object.
#[derive(Clone, Copy, Debug)]
pub enum Member {
    /// The request.
    Request,
    /// The parameters of the route.
    Params {
        /// They are no Promise.
        awaited: bool,
    },
    /// Something of the wrapper's own.
    Other,
}

/// An argument that is passed on without what the request gave.
#[derive(Clone, Debug)]
pub enum Passed {
    /// As it stands.
    Whole(Span),
    /// These members of the object.
    Members(Vec<Span>),
}

/// The call of the handler.
pub struct Handed {
    pub call: Span,
    /// The wrapper waits for it, and so may catch what it throws.
    pub is_awaited: bool,
    pub given: Vec<Given>,
    pub passed: Vec<Passed>,
    /// What stands for the request in the arguments.
    pub dropped: Vec<Span>,
    /// `const params = await context.params`.
    pub gone: Vec<Span>,
    /// The variables of those.
    pub aliases: Vec<Id>,
}

impl Handed {
    /// Finds the call of `handler` that is returned in `block`.
    pub fn find(
        module: &Module,
        block: &FunctionBody,
        handler: &Id,
        roles: &Roles,
        asynchronous: bool,
    ) -> Result<Handed, NoAnswer> {
        let mut search = Search { handler, call: None };
        block.stmts.visit_with(&mut search);
        let (call, is_awaited) = search.call.ok_or_else(|| {
            ("wrapped-handler", span_of(block), "does not return what its handler returns as it is".to_owned())
        })?;
        let mut handed = Handed {
            call: span_of(&call),
            is_awaited,
            given: Vec::new(),
            passed: Vec::new(),
            dropped: Vec::new(),
            gone: Vec::new(),
            aliases: Vec::new(),
        };
        let request = Request { roles, asynchronous };
        for statement in &block.stmts {
            if let Stmt::Decl(Decl::Var(variable)) = statement
                && let [only] = variable.decls.as_slice()
                && let (Pat::Ident(name), Some(init)) = (&only.name, only.init.as_deref())
                && let Some(Member::Params { awaited: true }) = request.member(init, &[])
            {
                handed.gone.push(full_statement(&module.text, span_of(statement)));
                handed.aliases.push(name.id.to_id());
            }
        }
        for argument in &call.args {
            handed.argument(argument, &request)?;
        }
        Ok(handed)
    }

    fn argument(&mut self, argument: &ExprOrSpread, request: &Request<'_>) -> Result<(), NoAnswer> {
        let unclear = |at| ("wrapped-handler", at, "gives its handler what is not spelled out".to_owned());
        if argument.spread.is_some() {
            return Err(unclear(span_of(&*argument.expr)));
        }
        let span = span_of(&*argument.expr);
        if request.is(&argument.expr, &request.roles.request) {
            self.dropped.push(span);
            self.given.push(Given::Request);
        } else if request.is(&argument.expr, &request.roles.context) {
            self.dropped.push(span);
            self.given.push(Given::Context);
        } else if let Expr::Object(object) = bare(&argument.expr) {
            let (mut members, mut kept) = (Vec::new(), Vec::new());
            for property in &object.props {
                // `{ ...context, session }`.
                if let PropOrSpread::Spread(spread) = property
                    && request.is(&spread.expr, &request.roles.context)
                {
                    self.dropped.push(span_of(property));
                    members.push(("params".to_owned(), Member::Params { awaited: !request.asynchronous }));
                    continue;
                }
                let (name, value, at) = member(property).ok_or_else(|| unclear(span_of(property)))?;
                let role = request.member(&value, &self.aliases).unwrap_or(Member::Other);
                match role {
                    Member::Other => kept.push(at),
                    _ => self.dropped.push(at),
                }
                members.retain(|(known, _)| *known != name);
                members.push((name, role));
            }
            if !kept.is_empty() {
                self.passed.push(Passed::Members(kept));
            }
            self.given.push(Given::Object(members));
        } else {
            self.passed.push(Passed::Whole(span));
            self.given.push(Given::Other);
        }
        Ok(())
    }
}

/// What the function that a wrapper makes is given by Next.js.
struct Request<'r> {
    roles: &'r Roles,
    asynchronous: bool,
}

impl Request<'_> {
    fn is(&self, expr: &Expr, id: &Option<Id>) -> bool {
        id.as_ref().is_some_and(|id| is_ident(expr, id))
    }

    /// `request`, `params`, `await context.params`, or a variable that holds the latter.
    fn member(&self, expr: &Expr, aliases: &[Id]) -> Option<Member> {
        let is_params = |expr: &Expr| match bare(expr) {
            Expr::Member(member) => {
                self.is(&member.obj, &self.roles.context) && member_name(member).as_deref() == Some("params")
            }
            expr => self.is(expr, &self.roles.params),
        };
        match bare(expr) {
            expr if self.is(expr, &self.roles.request) => Some(Member::Request),
            expr if aliases.iter().any(|alias| is_ident(expr, alias)) => Some(Member::Params { awaited: true }),
            Expr::Await(AwaitExpr { arg, .. }) if is_params(arg) => Some(Member::Params { awaited: true }),
            expr if is_params(expr) => Some(Member::Params { awaited: !self.asynchronous }),
            _ => None,
        }
    }
}

/// Looks for `return handler(…)` and `return await handler(…)`, not in functions inside.
struct Search<'i> {
    handler: &'i Id,
    call: Option<(CallExpr, bool)>,
}

impl Visit for Search<'_> {
    fn visit_return_stmt(&mut self, statement: &ReturnStmt) {
        let Some(value) = statement.arg.as_deref() else { return };
        let (value, is_awaited) = match bare(value) {
            Expr::Await(waiting) => (bare(&waiting.arg), true),
            other => (other, false),
        };
        if let Expr::Call(call) = value
            && let Some(callee) = call.callee.as_expr()
            && ident(callee).is_some()
            && is_ident(callee, self.handler)
        {
            self.call.get_or_insert_with(|| (call.clone(), is_awaited));
        }
    }

    fn visit_function(&mut self, _: &AstFunction) {}

    fn visit_arrow_expr(&mut self, _: &ArrowExpr) {}
}
