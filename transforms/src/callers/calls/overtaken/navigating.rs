//! What changes the page: calls and assignments, and the functions of a module that do so by them.

use std::collections::HashSet;

use crate::syntax::ast::{AssignExpr, AssignTarget, CallExpr, Expr, Id, Pat, SimpleAssignTarget, VarDeclarator};
use crate::syntax::{
    Span, Visit, VisitWith, bare, bound_ids, callee_ident, function_of, ident, literal_str, member_name, pat_ident,
    span_of,
};

/// Functions that begin or end a session, and load a page then.
const SESSIONS: [&str; 2] = ["signIn", "signOut"];

/// How the names of functions begin that show another page.
const SAID: [&str; 5] = ["redirect", "permanentRedirect", "navigate", "goTo", "goBack"];

/// What the names of objects hold, in small letters, that show other pages.
const ROUTERS: [&str; 3] = ["router", "navigat", "history"];

/// The names of the window at hand.
const WINDOWS: [&str; 3] = ["_self", "_top", "_parent"];

/// What may be in a text that goes to another page: something of each name above, of a location, a form or a link.
pub const MARKS: [&str; 15] = [
    "outer", "OUTER", "avigat", "ocation", "edirect", "istory", "ubmit", "href", "goTo", "goBack", "signIn", "signOut",
    "_self", "_top", "_parent",
];

/// How the page changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Goes {
    /// The router shows another page.
    Routed,
    /// The browser loads one.
    Loaded,
}

/// The names of a module by which the page changes, and those that set a state, which sends nothing.
#[derive(Default)]
pub struct Navigating {
    routers: HashSet<Id>,
    pub setters: HashSet<Id>,
    /// The functions of the module that have names.
    pub functions: Vec<(Id, Span)>,
    /// Those that are given nothing.
    pub blind: HashSet<Id>,
    /// What changes the page.
    pub places: Vec<(Span, Goes)>,
    /// Calls of functions by their names.
    calls: Vec<(Id, Span)>,
    /// The functions that change the page.
    named: Vec<(Id, Goes)>,
}

impl Navigating {
    /// Finds the functions that change the page, or call one that does.
    pub fn close(mut self) -> Navigating {
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
        // A name of its own opens another window.
        let opens_here =
            || call.args.get(1).and_then(|name| literal_str(&name.expr)).is_some_and(|name| is_here(&name));
        if let Some(name) = ident(callee) {
            return match () {
                () if &*name.sym == "open" && opens_here() => Some(Goes::Loaded),
                () if SESSIONS.contains(&&*name.sym) => Some(Goes::Loaded),
                () if self.routers.contains(&name.to_id()) => Some(Goes::Routed),
                () if SAID.iter().any(|start| name.sym.starts_with(start)) => Some(Goes::Routed),
                () => None,
            };
        }
        let Expr::Member(member) = callee else { return None };
        let name = member_name(member)?;
        let object = last_name(&member.obj).unwrap_or_default();
        let is_router = || {
            let known = ident(&member.obj).is_some_and(|object| self.routers.contains(&object.to_id()));
            let object = object.to_ascii_lowercase();
            known || ROUTERS.iter().any(|word| object.contains(word))
        };
        match name.as_str() {
            "assign" | "replace" | "reload" if object == "location" => Some(Goes::Loaded),
            "submit" | "requestSubmit" if call.args.is_empty() => Some(Goes::Loaded),
            name if SESSIONS.contains(&name) => Some(Goes::Loaded),
            "open" if opens_here() => Some(Goes::Loaded),
            "push" | "replace" | "back" | "forward" | "go" | "pushState" | "replaceState" | "navigate"
                if is_router() =>
            {
                Some(Goes::Routed)
            }
            _ => None,
        }
    }
}

/// Whether a window of that name is the page itself, or what it stands in.
pub fn is_here(window: &str) -> bool {
    WINDOWS.contains(&window.to_ascii_lowercase().as_str())
}

/// `location` of `window.location`.
fn last_name(expr: &Expr) -> Option<String> {
    match bare(expr) {
        Expr::Member(member) => member_name(member),
        other => ident(other).map(|name| name.sym.to_string()),
    }
}

/// Whether a location is assigned: `window.location = url`, `location.href = url`.
pub fn loads(assign: &AssignExpr) -> bool {
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
        if declaration.function.params.is_empty() {
            self.blind.insert(declaration.ident.to_id());
        }
        declaration.visit_children_with(self);
    }

    fn visit_var_declarator(&mut self, declarator: &VarDeclarator) {
        if let Some(init) = declarator.init.as_deref().map(bare) {
            if let (Some(name), Some(function)) = (pat_ident(&declarator.name), function_of(init)) {
                self.functions.push((name.to_id(), span_of(init)));
                if function.params().is_empty() {
                    self.blind.insert(name.to_id());
                }
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

#[cfg(test)]
mod tests {
    use super::super::overtaken;
    use super::*;
    use crate::syntax::Module;

    /// A change of the page of each kind, by each name.
    fn changes() -> Vec<String> {
        let calls = SESSIONS.iter().chain(&SAID).map(|name| format!("{name}('/done')"));
        let sessions = SESSIONS.iter().map(|name| format!("session.{name}()"));
        let windows = WINDOWS.iter().map(|name| format!("open('/done', '{name}')"));
        let routers = ROUTERS.iter().flat_map(|name| {
            ["push", "replace", "back", "forward", "go", "pushState", "replaceState", "navigate"]
                .map(|method| format!("{name}.{method}('/done')"))
        });
        let others = [
            "location = '/done'",
            "location.href = '/done'",
            "location.assign('/done')",
            "location.replace('/done')",
            "location.reload()",
            "form.submit()",
            "form.requestSubmit()",
        ];
        let others = others.into_iter().map(str::to_owned);
        calls.chain(sessions).chain(windows).chain(routers).chain(others).collect()
    }

    #[test]
    fn what_changes_the_page_is_looked_at_and_found() {
        for change in changes() {
            let text = format!("export const leave = () => {{ save(); {change}; }};");
            assert!(MARKS.iter().any(|mark| text.contains(mark)), "no mark is in {text}");
            let module = Module::parse("leave.ts", text.as_str().into()).expect("the code parses");
            assert!(!overtaken(&module).is_empty(), "nothing is found in {text}");
        }
    }
}
