//! Code that goes to another page without waiting for what it called. Actions wait in line for each other, and in some
//! versions of Next a navigation takes the line away; a page that the browser loads anew always does.
//!
//! ```ts
//! const leave = () => { save(); track(); router.push('/done'); };   // both send requests, and wait for their own
//! const close = () => { save(); window.location.href = '/'; };
//! <Link href="/done" onClick={() => track()}>…</Link>
//! ```

use std::collections::HashSet;

use crate::project::NextVersion;
use crate::syntax::ast::{
    ArrowExpr, ArrowFunctionBody, AssignExpr, AssignTarget, AwaitExpr, CallExpr, DoWhileStmt, Expr, ForInStmt,
    ForOfStmt, ForStmt, Function as AstFunction, Id, JSXAttrName, JSXAttrOrSpread, JSXAttrValue, JSXExpr,
    JSXOpeningElement, Pat, ReturnStmt, SimpleAssignTarget, Stmt, VarDeclarator, WhileStmt,
};
use crate::syntax::{
    Module, Span, Visit, VisitWith, bare, bound_ids, callee_ident, ident, literal_str, member_name, pat_ident, span_of,
};

/// Until here, a navigation drops the actions that wait when it comes (`dispatchAction` of the router's queue: read in
/// 14.2.35, 15.0.4, 15.1.8, 15.2.0; 15.3.0 and later hang them behind the navigation).
const WAITING_KEPT: NextVersion = NextVersion { major: 15, minor: 3, patch: 0 };

/// Until here, a navigation that comes while an action runs loses the actions that come behind it (`last` of the queue
/// stays with the action: read in 15.5.29, 16.0.11, 16.2.0; not so in 16.4.5).
const LATER_KEPT: NextVersion = NextVersion { major: 16, minor: 4, patch: 0 };

/// What may be in a text that goes to another page.
pub const MARKS: [&str; 7] = ["outer", "avigat", "ocation", "edirect", "history", "submit()", "href="];

/// The code of `module` that a change of the page overtakes, with the first version of Next that sends an action from
/// there nonetheless; `None` if none does.
pub fn overtaken(module: &Module) -> Vec<(Span, Option<NextVersion>)> {
    let mut names = Navigating::default();
    module.ast.visit_with(&mut names);
    let mut bodies = Bodies { found: Vec::new(), names: names.close(), module };
    module.ast.visit_with(&mut bodies);
    bodies.found
}

/// How the page changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Goes {
    /// The router shows another page.
    Routed,
    /// The browser loads one.
    Loaded,
}

/// The names of a module by which the page changes, and those that set a state, which sends nothing.
#[derive(Default)]
struct Navigating {
    routers: HashSet<Id>,
    setters: HashSet<Id>,
    /// The functions of the module that have names.
    functions: Vec<(Id, Span)>,
    /// What changes the page.
    places: Vec<(Span, Goes)>,
    /// Calls of functions by their names.
    calls: Vec<(Id, Span)>,
    /// The functions that change the page.
    named: Vec<(Id, Goes)>,
}

impl Navigating {
    /// Finds the functions that change the page, or call one that does.
    fn close(mut self) -> Navigating {
        loop {
            let places = &self.places;
            let goes = |within: Span| places.iter().filter(|(at, _)| within.contains(*at)).map(|(_, goes)| *goes).max();
            let new: Vec<(Id, Goes)> = self
                .functions
                .iter()
                .filter(|(name, _)| !self.named.iter().any(|(known, _)| known == name))
                .filter_map(|(name, span)| Some((name.clone(), goes(*span)?)))
                .collect();
            if new.is_empty() {
                return self;
            }
            for (name, goes) in new {
                let called = self.calls.iter().filter(|(callee, _)| *callee == name).map(|(_, at)| (*at, goes));
                self.places.extend(called);
                self.named.push((name, goes));
            }
        }
    }

    /// Whether a call changes the page by itself.
    fn goes(&self, call: &CallExpr) -> Option<Goes> {
        let callee = bare(call.callee.as_expr()?);
        if let Some(name) = ident(callee) {
            let said = ["redirect", "permanentRedirect", "navigate", "goTo", "goBack"];
            let leaves = ["signIn", "signOut"].contains(&&*name.sym);
            return match () {
                () if leaves => Some(Goes::Loaded),
                () if self.routers.contains(&name.to_id()) => Some(Goes::Routed),
                () if said.iter().any(|start| name.sym.starts_with(start)) => Some(Goes::Routed),
                () => None,
            };
        }
        let Expr::Member(member) = callee else { return None };
        let name = member_name(member)?;
        let object = last_name(&member.obj).unwrap_or_default();
        let is_router = || {
            let known = ident(&member.obj).is_some_and(|object| self.routers.contains(&object.to_id()));
            let object = object.to_ascii_lowercase();
            known || ["router", "navigat", "history"].iter().any(|word| object.contains(word))
        };
        match name.as_str() {
            "assign" | "replace" | "reload" if object == "location" => Some(Goes::Loaded),
            "submit" | "requestSubmit" if call.args.is_empty() => Some(Goes::Loaded),
            "signIn" | "signOut" => Some(Goes::Loaded),
            "push" | "replace" | "back" | "forward" | "go" | "pushState" | "replaceState" | "navigate"
                if is_router() =>
            {
                Some(Goes::Routed)
            }
            _ => None,
        }
    }
}

/// `location` of `window.location`.
fn last_name(expr: &Expr) -> Option<String> {
    match bare(expr) {
        Expr::Member(member) => member_name(member),
        other => ident(other).map(|name| name.sym.to_string()),
    }
}

/// Whether a location is assigned: `window.location = url`, `location.href = url`.
fn loads(assign: &AssignExpr) -> bool {
    let AssignTarget::Simple(target) = &assign.left else { return false };
    match target {
        SimpleAssignTarget::Ident(name) => &*name.id.sym == "location",
        SimpleAssignTarget::Member(member) => match member_name(member).as_deref() {
            Some("location") => true,
            Some("href" | "pathname" | "search") => last_name(&member.obj).as_deref() == Some("location"),
            _ => false,
        },
        _ => false,
    }
}

impl Visit for Navigating {
    fn visit_fn_decl(&mut self, declaration: &crate::syntax::ast::FnDecl) {
        self.functions.push((declaration.ident.to_id(), span_of(&*declaration.function)));
        declaration.visit_children_with(self);
    }

    fn visit_var_declarator(&mut self, declarator: &VarDeclarator) {
        if let Some(init) = declarator.init.as_deref().map(bare) {
            if let (Some(name), Expr::Fn(_) | Expr::Arrow(_)) = (pat_ident(&declarator.name), init) {
                self.functions.push((name.to_id(), span_of(init)));
            }
            if let Expr::Call(call) = init
                && let Some(callee) = callee_ident(call).map(|name| name.sym.to_ascii_lowercase())
            {
                if callee == "usecallback" {
                    self.functions.extend(pat_ident(&declarator.name).map(|name| (name.to_id(), span_of(init))));
                }
                if callee.starts_with("use") && ["router", "navigat"].iter().any(|word| callee.contains(word)) {
                    self.routers.extend(bound_ids(&declarator.name));
                }
                if matches!(callee.as_str(), "usestate" | "usereducer") && matches!(declarator.name, Pat::Array(_)) {
                    self.setters.extend(bound_ids(&declarator.name));
                }
            }
        }
        declarator.visit_children_with(self);
    }

    fn visit_call_expr(&mut self, call: &CallExpr) {
        // The names come before their uses, but for functions, which are no routers.
        self.places.extend(self.goes(call).map(|goes| (span_of(call), goes)));
        self.calls.extend(callee_ident(call).map(|name| (name.to_id(), span_of(call))));
        call.visit_children_with(self);
    }

    fn visit_assign_expr(&mut self, assign: &AssignExpr) {
        if loads(assign) {
            self.places.push((span_of(assign), Goes::Loaded));
        }
        assign.visit_children_with(self);
    }
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
struct Bodies<'m> {
    found: Vec<(Span, Option<NextVersion>)>,
    names: Navigating,
    module: &'m Module,
}

impl Bodies<'_> {
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

    /// What handlers of a link do, which goes to another page by itself.
    fn link(&mut self, element: &JSXOpeningElement) {
        let attribute = |wanted: &str| {
            element.attrs.iter().find_map(|attribute| match attribute {
                JSXAttrOrSpread::JSXAttr(own) if self.module.text_of(&own.name) == wanted => Some(own.value.as_ref()),
                _ => None,
            })
        };
        let text = |value: Option<&JSXAttrValue>| match value {
            Some(JSXAttrValue::Str(text)) => text.value.as_str().map(str::to_owned),
            Some(JSXAttrValue::JSXExprContainer(container)) => match &container.expr {
                JSXExpr::Expr(value) => literal_str(value),
                JSXExpr::JSXEmptyExpr(_) => None,
            },
            _ => None,
        };
        let Some(href) = attribute("href") else { return };
        let keeps = ["#", "javascript:", "mailto:", "tel:"];
        let stays = text(href).is_some_and(|url| keeps.iter().any(|start| url.starts_with(start)));
        if stays || attribute("target").is_some() || attribute("download").is_some() {
            return;
        }
        let until = if self.module.text_of(&element.name) == "a" { None } else { Some(WAITING_KEPT) };
        for attribute in &element.attrs {
            let JSXAttrOrSpread::JSXAttr(own) = attribute else { continue };
            let JSXAttrName::Ident(name) = &own.name else { continue };
            let Some(value) = &own.value else { continue };
            let keeps = self.module.text_of(value).contains("preventDefault");
            if matches!(&*name.sym, "onClick" | "onClickCapture" | "onMouseDown" | "onPointerDown") && !keeps {
                self.found.push((span_of(value), until));
            }
        }
    }
}

impl Visit for Bodies<'_> {
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

    fn visit_jsx_opening_element(&mut self, element: &JSXOpeningElement) {
        self.link(element);
        element.visit_children_with(self);
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
