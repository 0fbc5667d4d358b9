//! Cookies and sessions that are set behind the answer. In the Pages Router the headers were sent by then, so that it failed
//! or was lost; in a Route Handler the response is not there yet, and the cookie would be set after all.
//!
//! ```ts
//! const session = await getIronSession(req, res, options);
//! res.json({ ok: true });
//! await session.save();
//! ```

use std::collections::HashSet;

use super::Builder;
use crate::libraries::Held;
use crate::pages_api::{Call, operand};
use crate::syntax::ast::{AssignExpr, AssignTarget, Expr, Id, Ident, MemberExpr, SimpleAssignTarget, VarDeclarator};
use crate::syntax::{Span, Visit, VisitWith, bound_ids, ident, member_name, span_of};

/// Members that set a cookie, or lead to what does: `session.save()`, `cookies.set(…)`, `supabase.auth.signOut()`.
const SETS: [&str; 5] = ["save", "destroy", "commit", "set", "auth"];

impl Builder<'_, '_, '_> {
    /// Refuses `work`, which runs behind the answer, if it may set cookies by a package; false if it does not.
    pub(super) fn sets_late(&mut self, work: &[Span]) -> bool {
        let Some(place) = self.late_place(work) else { return false };
        let message = "a cookie or session is set here after the response was sent, where that failed or was lost";
        self.refuse("work-after-send", place, message, "set it before the response is sent, or take it away");
        true
    }

    fn late_place(&self, work: &[Span]) -> Option<Span> {
        let carrier = self.carrier;
        let inside = |span: Span| work.iter().any(|work| work.contains(span));
        let sets =
            carrier.calls.iter().filter(|call| self.callee_needs(call).is_some_and(|needs| needs.effect.cookies));
        let sets: Vec<&Call> = sets.collect();
        let objects = || carrier.objects.iter();
        let called = objects().filter(|call| call.sets_cookies(&self.cx.module.text)).map(|call| call.span);
        if let Some(place) = sets.iter().map(|call| call.span).chain(called).find(|span| inside(*span)) {
            return Some(place);
        }
        let block = carrier.function.block()?;
        let clients = objects().filter(|call| call.becomes.contains(&Held::CookieStore)).map(|call| call.span);
        let names = |makers: HashSet<Span>| {
            let mut names = Names { makers, found: HashSet::new() };
            block.visit_with(&mut names);
            names.found
        };
        let of_package = sets.iter().filter(|call| self.is_package(call));
        let mut late = Late {
            work,
            sessions: names(of_package.map(|call| call.span).collect()),
            names: names(sets.iter().map(|call| call.span).chain(clients).collect()),
            req: carrier.req.as_ref(),
            found: None,
        };
        block.visit_with(&mut late);
        late.found
    }
}

/// Collects the names of what the calls at `makers` give.
struct Names {
    makers: HashSet<Span>,
    found: HashSet<Id>,
}

impl Visit for Names {
    fn visit_var_declarator(&mut self, declarator: &VarDeclarator) {
        if declarator.init.as_deref().is_some_and(|value| self.makers.contains(&span_of(operand(value)))) {
            self.found.extend(bound_ids(&declarator.name));
        }
        declarator.visit_children_with(self);
    }

    fn visit_assign_expr(&mut self, assign: &AssignExpr) {
        if let AssignTarget::Simple(SimpleAssignTarget::Ident(name)) = &assign.left
            && self.makers.contains(&span_of(operand(&assign.right)))
        {
            self.found.insert(name.id.to_id());
        }
        assign.visit_children_with(self);
    }
}

/// Looks for the first place in `work` that sets something by one of `names` or by `req.session`, or hands one of
/// `sessions` on.
struct Late<'l> {
    work: &'l [Span],
    sessions: HashSet<Id>,
    names: HashSet<Id>,
    req: Option<&'l Id>,
    found: Option<Span>,
}

impl Late<'_> {
    fn is_session(&self, expr: &Expr) -> bool {
        match operand(expr) {
            Expr::Member(member) => self.is_own(member),
            other => ident(other).is_some_and(|name| self.names.contains(&name.to_id())),
        }
    }

    /// `req.session`
    fn is_own(&self, member: &MemberExpr) -> bool {
        let of_request = ident(&member.obj).is_some_and(|name| self.req == Some(&name.to_id()));
        of_request && member_name(member).as_deref() == Some("session")
    }

    fn note(&mut self, span: Span) {
        if self.work.iter().any(|work| work.contains(span)) {
            self.found = self.found.or(Some(span));
        }
    }
}

impl Visit for Late<'_> {
    fn visit_member_expr(&mut self, member: &MemberExpr) {
        if self.is_session(&member.obj) {
            if member_name(member).is_none_or(|name| SETS.contains(&name.as_str())) {
                self.note(span_of(member));
            }
            return;
        }
        if self.is_own(member) {
            self.note(span_of(member));
        }
        member.visit_children_with(self);
    }

    fn visit_ident(&mut self, name: &Ident) {
        if self.sessions.contains(&name.to_id()) {
            self.note(span_of(name));
        }
    }
}
