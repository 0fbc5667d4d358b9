//! Calls: what is done with the response, what is handed on, and to whom.

use std::collections::BTreeSet;

use super::Reader;
use crate::pages_api::carrier::{AskedHeader, Call, EscapeKind, Role};
use crate::pages_api::continuations::root_of;
use crate::pages_api::keyed::keyed;
use crate::pages_api::middleware::waited_callee;
use crate::pages_api::object_call::{HeldProperty, held_arguments, object_call, visit_others};
use crate::pages_api::patterns::member_callee;
use crate::pages_api::request::Part;
use crate::pages_api::response::{Chain, HeaderChange, ResponseUse, chain};
use crate::pages_api::taught::TaughtCall;
use crate::syntax::ast::{self, CallExpr, Callee, Expr, ExprOrSpread, Id, OptCall};
use crate::syntax::{Span, VisitWith, bare, callee_ident, ident, literal_str, span_of};

impl Reader<'_, '_> {
    /// Reads a call.
    pub(super) fn call(&mut self, call: &CallExpr) {
        let span = span_of(call);
        match chain(call, &|expr| self.role(expr) == Some(Role::Res)) {
            Chain::Use(mut found) => {
                found.nested = self.depth > 0;
                self.carrier.writes.push(*found);
                return self.visit_chain_args(call);
            }
            Chain::Unknown(name, at) => {
                if name == "getHeader" && self.asks_for_header(call, at) {
                    return;
                }
                self.escape(at, Role::Res, EscapeKind::Member(name));
                return self.visit_chain_args(call);
            }
            Chain::NotRes => {}
        }
        if self.next(call) || self.goes_on(call) || self.sender(call) {
            return;
        }
        if self.extended_object(call) {
            return;
        }
        self.carrier.runs.extend((self.around.runs)(call).map(|at| (span, at)));
        if let Some(name) = self.assigned_object(call) {
            self.escape(span, Role::Req, EscapeKind::Extended(name));
        }
        for arg in &call.args {
            self.mark_open(&arg.expr);
        }
        let roles = self.roles(&call.args);
        let callee = callee_ident(call).map(|name| self.by_default(name.to_id()));
        let named = callee.clone().or_else(|| member_callee(call, self.carrier.name.as_ref()));
        if roles.iter().any(|(_, role)| role.is_some())
            && let Some(callee) = named.clone().filter(|callee| (self.around.taught)(callee))
        {
            let (awaited, open) = (self.marks.awaited.get(&span).copied(), self.marks.open.contains(&span));
            self.carrier.taught.push(TaughtCall::of(call, span, awaited, open));
            self.record(span, callee, &roles, Vec::new());
            self.visit_others(&call.args, &roles);
            return;
        }
        if let [(_, Some(Role::Req)), (_, Some(Role::Res)), ..] = roles.as_slice()
            && let Some(found) = (self.around.cors)(call)
        {
            let change = HeaderChange { verb: "cors", name: Expr::Call(call.clone()), named: None, value: None };
            let (headers, nested) = (vec![change], self.depth > 0);
            self.carrier.writes.push(ResponseUse { headers, nested, ..ResponseUse::at(span) });
            return self.carrier.cors.push((span, found));
        }
        if let [(_, Some(Role::Req)), (_, Some(Role::Res)), ..] = roles.as_slice()
            && let Some(found) = (self.around.multiparts)(call)
        {
            self.carrier.multiparts.push(found);
            return self.read(span, Part::Form);
        }
        if let ([(_, Some(Role::Req)), rest @ ..], Some(form)) = (roles.as_slice(), self.around.forms.get(&span))
            && rest.iter().all(|(_, role)| role.is_none())
        {
            self.carrier.forms.push(form.clone());
            self.visit_others(&call.args, &roles);
            return self.read(span, Part::Form);
        }
        if let [(arg, Some(Role::Req)), rest @ ..] = roles.as_slice()
            && rest.iter().all(|(_, role)| role.is_none())
            && let Some(part) = (self.around.validates)(call)
        {
            self.read(*arg, part);
            call.callee.visit_with(self);
            return self.visit_others(&call.args, &roles);
        }
        if let [(arg, Some(Role::Req)), rest @ ..] = roles.as_slice()
            && rest.iter().all(|(_, role)| role.is_none())
            && let Some(collection) = keyed(self.module, call)
        {
            self.read(*arg, Part::Key(collection));
            return self.visit_others(&call.args, &roles);
        }
        let objects = held_arguments(call, &|expr| self.held_by(expr));
        let handler = call.callee.as_expr().and_then(|callee| self.continuation(callee));
        let named = handler.clone().or(named);
        let taken =
            handler.is_some() || named.as_ref().is_some_and(|id| self.is_own(id) || (self.around.takes_objects)(id));
        if let (Some(callee), true, false) = (&named, taken, objects.is_empty()) {
            let carried = roles.iter().filter(|(_, role)| role.is_some()).map(|(span, _)| *span);
            let skipped: Vec<Span> = objects.iter().map(|(_, property)| property.span).chain(carried).collect();
            self.record(span, callee.clone(), &roles, objects);
            visit_others(&call.args, &skipped, self);
            return self.answering(call);
        }
        if roles.iter().all(|(_, role)| role.is_none()) {
            self.carrier.bare_calls.extend(named.clone().filter(|id| self.is_own(id)).map(|id| (span, id)));
            let imported = named.filter(|id| (self.around.followed)(id));
            if let Some(found) = imported.and_then(|id| object_call(call, id, &|expr| self.held_by(expr))) {
                let skipped: Vec<Span> = found.held.iter().map(|property| property.span).collect();
                call.callee.visit_with(self);
                visit_others(&call.args, &skipped, self);
                return self.carrier.objects.push(found);
            }
            return call.visit_children_with(self);
        }
        let callee = callee
            .map(|id| self.groups.get(&id).cloned().unwrap_or(id))
            .or_else(|| member_callee(call, self.carrier.name.as_ref()))
            .or_else(|| waited_callee(call, self.around.makers))
            .or_else(|| self.made(call))
            .map(|callee| self.by_maker(callee));
        match (handler, callee) {
            (Some(handler), _) => self.record(span, handler, &roles, Vec::new()),
            (None, Some(id)) if self.around.readers.contains(&id) && call.args.len() == 1 => {
                return self.read(span, Part::RawBody);
            }
            (None, Some(callee)) if self.is_own(&callee) || (self.around.followed)(&callee) => {
                self.record(span, callee, &roles, Vec::new());
            }
            _ => {
                let name = match &call.callee {
                    Callee::Expr(callee) => self.module.text_of(&**callee).to_owned(),
                    _ => "import".into(),
                };
                for (span, role) in &roles {
                    if let Some(role) = role {
                        self.escape(*span, *role, EscapeKind::Argument(name.clone()));
                    }
                }
            }
        }
        call.callee.visit_with(self);
        self.visit_others(&call.args, &roles);
        self.answering(call);
    }

    /// Reads `res.getHeader('X-Id')`, which stands at `at` in `call`; false if the name is not written out.
    fn asks_for_header(&mut self, call: &CallExpr, at: Span) -> bool {
        if span_of(call) != at {
            return false;
        }
        let [ExprOrSpread { spread: None, expr }] = call.args.as_slice() else { return false };
        let Some(name) = literal_str(expr) else { return false };
        let (key, open) = (span_of(&**expr), self.marks.open.contains(&at));
        self.carrier.asked.push(AskedHeader { span: at, key, name: name.to_lowercase(), open });
        true
    }

    /// Reads `next?.(req, res)`; false if it is something else.
    pub(super) fn optional_call(&mut self, call: &OptCall, span: Span) -> bool {
        let roles = self.roles(&call.args);
        let handed = roles.iter().any(|(_, role)| role.is_some());
        let Some(callee) = self.continuation(&call.callee).filter(|_| handed) else { return false };
        self.record(span, callee, &roles, Vec::new());
        call.callee.visit_with(self);
        self.visit_others(&call.args, &roles);
        true
    }

    /// Which arguments are the request and the response.
    fn roles(&self, args: &[ExprOrSpread]) -> Vec<(Span, Option<Role>)> {
        let role = |arg: &ExprOrSpread| self.role(&arg.expr).filter(|_| arg.spread.is_none());
        args.iter().map(|arg| (span_of(arg), role(arg))).collect()
    }

    fn record(&mut self, span: Span, callee: Id, roles: &[(Span, Option<Role>)], held: Vec<(usize, HeldProperty)>) {
        let (args, nested) = (roles.to_vec(), self.depth > 0);
        self.carrier.calls.push(Call { span, callee, args, held, answering: BTreeSet::new(), nested });
    }

    /// `new Cookies(req, res)`, which is followed like a call; false if it is none that is known.
    pub(super) fn construction(&mut self, new: &ast::NewExpr) -> bool {
        let callee = ident(&new.callee).map(ast::Ident::to_id).filter(|id| (self.around.constructs)(id));
        let (Some(callee), Some(args)) = (callee, &new.args) else { return false };
        let roles = self.roles(args);
        let known = matches!(roles.as_slice(), [(_, Some(Role::Req)), (_, Some(Role::Res)), ..]);
        if known {
            self.record(span_of(new), callee, &roles, Vec::new());
            self.visit_others(args, &roles);
        }
        known
    }

    /// Visits the arguments that are neither.
    fn visit_others(&mut self, args: &[ExprOrSpread], roles: &[(Span, Option<Role>)]) {
        for (arg, (_, role)) in args.iter().zip(roles) {
            if role.is_none() {
                arg.visit_with(self);
            }
        }
    }

    /// The imported function that `callee` is, if it is a parameter which stands for one.
    fn by_default(&mut self, callee: Id) -> Id {
        let known = self.standing.get(&callee).filter(|known| (self.around.followed)(&known.function));
        let Some(known) = known else { return callee };
        self.carrier.defaults.insert(known.at, known.function.clone());
        known.function.clone()
    }

    /// Whether the module declares what `callee` stands for.
    pub(super) fn is_own(&self, callee: &Id) -> bool {
        self.functions.contains_key(callee)
    }

    /// The handler that `callee` is, if it is one that the carrier was given.
    fn continuation(&self, callee: &Expr) -> Option<Id> {
        if let Some(id) = (self.around.wrapped)(span_of(callee)) {
            return self.carrier.continuations.contains(&id).then_some(id);
        }
        let root = root_of(callee)?.to_id();
        let id = self.aliases.get(&root).cloned().unwrap_or(root);
        self.carrier.continuations.contains(&id).then_some(id)
    }

    /// Everything in a chain but its root: the arguments of each call.
    fn visit_chain_args(&mut self, call: &CallExpr) {
        if let Callee::Expr(callee) = &call.callee
            && let Expr::Member(member) = bare(callee)
            && let Expr::Call(inner) = bare(&member.obj)
        {
            self.visit_chain_args(inner);
        }
        for arg in &call.args {
            self.mark_open(&arg.expr);
            arg.visit_with(self);
        }
    }
}
