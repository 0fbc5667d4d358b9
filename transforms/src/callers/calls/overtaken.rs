//! Code that goes to another page without waiting for what it called. Actions wait in line for each other, and in some
//! versions of Next a navigation takes the line away; a page that the browser loads anew always does.
//!
//! ```ts
//! const leave = () => { save(); track(); router.push('/done'); };   // both send requests, and wait for their own
//! const close = () => { save(); window.location.href = '/'; };
//! <Link href="/done" onClick={() => track()}>…</Link>                  // also of what is inside of it, or around it
//! <form action="/search" onSubmit={() => track()}>…</form>
//! ```

mod links;
mod navigating;

pub use navigating::MARKS;

use navigating::{Goes, Navigating, loads};

use crate::project::NextVersion;
use crate::syntax::ast::{
    ArrowExpr, ArrowFunctionBody, AssignExpr, AwaitExpr, CallExpr, DoWhileStmt, Expr, ForInStmt, ForOfStmt, ForStmt,
    Function as AstFunction, ReturnStmt, Stmt, WhileStmt,
};
use crate::syntax::{Module, Span, Visit, VisitWith, bare, ident, member_name, span_of};

/// Until here, a navigation drops the actions that wait when it comes (`dispatchAction` of the router's queue: read in
/// 14.2.35, 15.0.4, 15.1.8, 15.2.0; 15.3.0 and later hang them behind the navigation).
const WAITING_KEPT: NextVersion = NextVersion { major: 15, minor: 3, patch: 0 };

/// Until here, a navigation that comes while an action runs loses the actions that come behind it (`last` of the queue
/// stays with the action: read in 15.5.29, 16.0.11, 16.2.0; not so in 16.4.5).
const LATER_KEPT: NextVersion = NextVersion { major: 16, minor: 4, patch: 0 };

/// The code of `module` that a change of the page overtakes, with the first version of Next that sends an action from
/// there nonetheless; `None` if none does.
pub fn overtaken(module: &Module) -> Vec<(Span, Option<NextVersion>)> {
    let mut names = Navigating::default();
    module.ast.visit_with(&mut names);
    let names = names.close();
    let mut found = links::overtaken(module, &names);
    let mut bodies = Bodies { found: Vec::new(), names };
    module.ast.visit_with(&mut bodies);
    found.extend(bodies.found);
    found
}

/// One call, or one change of the page, in the body of a function.
struct Step {
    span: Span,
    /// It may send a request.
    may_send: bool,
    /// It may, and nobody waits for it.
    is_left: bool,
    goes: Option<Goes>,
    /// The end of the branch around it that leaves the function.
    until: usize,
    /// The loop around it.
    again: Option<Span>,
}

/// Looks at the body of each function.
struct Bodies {
    found: Vec<(Span, Option<NextVersion>)>,
    names: Navigating,
}

impl Bodies {
    fn body(&mut self, visit: impl FnOnce(&mut Steps<'_>)) {
        let mut steps = Steps { names: &self.names, list: Vec::new(), until: usize::MAX, again: None, waits: false };
        visit(&mut steps);
        let list = steps.list;
        let changes: Vec<(Span, Goes)> = list.iter().filter_map(|step| Some((step.span, step.goes?))).collect();
        let mut first = None;
        for step in list.iter().filter(|step| step.is_left) {
            let follows = |at: Span| {
                let later = at.start >= step.span.end && at.start < step.until;
                later || (step.again.is_some_and(|again| again.contains(at)) && at != step.span)
            };
            let Some(goes) = changes.iter().filter(|(at, _)| follows(*at)).map(|(_, goes)| *goes).max() else {
                continue;
            };
            self.found.push((step.span, (goes == Goes::Routed).then_some(WAITING_KEPT)));
            first = first.or(changes.iter().find(|(at, _)| follows(*at)).map(|(at, _)| at.end));
        }
        let behind = list.iter().filter(|step| step.may_send && first.is_some_and(|first| step.span.start >= first));
        self.found.extend(behind.map(|step| (step.span, Some(LATER_KEPT))));
    }
}

impl Visit for Bodies {
    fn visit_function(&mut self, function: &AstFunction) {
        self.body(|steps| function.body.visit_with(steps));
        function.visit_children_with(self);
    }

    fn visit_arrow_expr(&mut self, arrow: &ArrowExpr) {
        self.body(|steps| match &*arrow.body {
            ArrowFunctionBody::FunctionBody(block) => block.visit_with(steps),
            ArrowFunctionBody::Expr(value) => value.visit_with(steps),
        });
        arrow.visit_children_with(self);
    }
}

/// Collects the outermost calls of one body, in the order of the text. What a callback does is a part of its call.
struct Steps<'n> {
    names: &'n Navigating,
    list: Vec<Step>,
    until: usize,
    again: Option<Span>,
    /// Somebody waits for it: `await`, or who called the function.
    waits: bool,
}

impl Steps<'_> {
    fn waiting(&mut self, visit: impl FnOnce(&mut Self)) {
        let outer = std::mem::replace(&mut self.waits, true);
        visit(self);
        self.waits = outer;
    }

    fn looping(&mut self, span: Span, visit: impl FnOnce(&mut Self)) {
        let outer = self.again;
        self.again = outer.or(Some(span));
        visit(self);
        self.again = outer;
    }

    fn goes_within(&self, span: Span) -> Option<Goes> {
        self.names.places.iter().filter(|(at, _)| span.contains(*at)).map(|(_, goes)| *goes).max()
    }

    /// Hooks run while a component is drawn, and these calls send nothing.
    fn is_harmless(&self, call: &CallExpr) -> bool {
        let Some(callee) = call.callee.as_expr().map(|callee| bare(callee)) else { return false };
        if let Some(name) = ident(callee) {
            let is_hook = name.sym.strip_prefix("use").is_some_and(|rest| rest.starts_with(char::is_uppercase));
            return is_hook || self.names.setters.contains(&name.to_id());
        }
        let Expr::Member(member) = callee else { return false };
        let of = ident(&member.obj).map(|object| object.sym.to_string()).unwrap_or_default();
        ["console", "toast", "localStorage", "sessionStorage", "React"].contains(&of.as_str())
            || matches!(member_name(member).as_deref(), Some("preventDefault" | "stopPropagation"))
    }
}

impl Visit for Steps<'_> {
    fn visit_call_expr(&mut self, call: &CallExpr) {
        let (span, harmless) = (span_of(call), self.is_harmless(call));
        // The callback of a hook runs at another time.
        let goes = if harmless { None } else { self.goes_within(span) };
        let is_left = !self.waits && !harmless;
        self.list.push(Step { span, may_send: !harmless, is_left, goes, until: self.until, again: self.again });
    }

    fn visit_assign_expr(&mut self, assign: &AssignExpr) {
        if loads(assign) {
            let (span, goes) = (span_of(assign), Some(Goes::Loaded));
            let (until, again) = (self.until, self.again);
            self.list.push(Step { span, may_send: false, is_left: false, goes, until, again });
        }
        assign.right.visit_with(self);
    }

    fn visit_await_expr(&mut self, waiting: &AwaitExpr) {
        self.waiting(|this| waiting.visit_children_with(this));
    }

    fn visit_return_stmt(&mut self, statement: &ReturnStmt) {
        self.waiting(|this| statement.visit_children_with(this));
    }

    fn visit_stmts(&mut self, list: &[Stmt]) {
        let outer = self.until;
        if let Some(last) = list.last().filter(|last| matches!(last, Stmt::Return(_) | Stmt::Throw(_))) {
            self.until = self.until.min(span_of(last).end);
        }
        list.visit_children_with(self);
        self.until = outer;
    }

    fn visit_for_stmt(&mut self, repeated: &ForStmt) {
        self.looping(span_of(repeated), |this| repeated.visit_children_with(this));
    }

    fn visit_for_of_stmt(&mut self, repeated: &ForOfStmt) {
        self.looping(span_of(repeated), |this| repeated.visit_children_with(this));
    }

    fn visit_for_in_stmt(&mut self, repeated: &ForInStmt) {
        self.looping(span_of(repeated), |this| repeated.visit_children_with(this));
    }

    fn visit_while_stmt(&mut self, repeated: &WhileStmt) {
        self.looping(span_of(repeated), |this| repeated.visit_children_with(this));
    }

    fn visit_do_while_stmt(&mut self, repeated: &DoWhileStmt) {
        self.looping(span_of(repeated), |this| repeated.visit_children_with(this));
    }

    fn visit_function(&mut self, _: &AstFunction) {}

    fn visit_arrow_expr(&mut self, _: &ArrowExpr) {}

    fn visit_jsx_element(&mut self, _: &crate::syntax::ast::JSXElement) {}
}
