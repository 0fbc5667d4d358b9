//! Calls with files of a form, and of their methods.

use super::beside::is_console;
use super::kinds::{EACH, Kind, is_method, is_of_object, is_settling};
use super::reading::access;
use super::uses::{Uses, is_named};
use crate::syntax::ast::{CallExpr, Callee, Expr, ExprOrSpread, OptChainBase};
use crate::syntax::{Function, Span, VisitWith, bare, callee_ident, function_of, ident, member_name, span_of};

impl Uses<'_, '_> {
    pub(super) fn call(&mut self, call: &CallExpr) {
        let Callee::Expr(callee) = &call.callee else { return call.visit_children_with(self) };
        if self.carrier.forms.iter().any(|parse| parse.span == span_of(call)) {
            match call.args.get(1) {
                Some(callback) if function_of(&callback.expr).is_none_or(|function| function.params().len() > 3) => {
                    self.trouble(span_of(callback), "what takes the form is no function that is written here");
                }
                Some(callback) => {
                    let params = function_of(&callback.expr).map(Function::params).unwrap_or_default();
                    // The helper says what they are.
                    let annotated =
                        params.into_iter().skip(1).filter_map(|param| param.as_ident()?.type_ann.as_deref());
                    self.said.extend(annotated.map(span_of));
                    self.called_back = function_of(&callback.expr).map(Function::span);
                    callback.visit_with(self);
                }
                None => {}
            }
            return;
        }
        if let Some(access) = access(self.imports, callee)
            && self.file_access(call, access)
        {
            return;
        }
        let lists = is_of_object(callee, "values") || is_of_object(callee, "keys");
        if lists {
            self.listed(&call.args);
        }
        let resolves = callee_ident(call).is_some_and(|name| self.kinds.is_resolve(&name.to_id()));
        if lists || is_array_check(callee) || is_console(callee) || resolves {
            return call.args.iter().for_each(|arg| self.taken(&arg.expr));
        }
        if !self.method(callee, &call.args) {
            call.visit_children_with(self);
        }
    }

    /// Of what holds files, only an object with all of them by their fields is listed and still followed.
    fn listed(&mut self, args: &[ExprOrSpread]) {
        for arg in args {
            if !matches!(self.kinds.kind(&arg.expr), Some(Kind::Files(_)) | None) {
                self.trouble(span_of(arg), "what a file of a form has, or what holds one, is listed here");
            }
        }
    }

    /// A method of a list of files, or of a promise.
    pub(super) fn method(&mut self, callee: &Expr, args: &[ExprOrSpread]) -> bool {
        let member = match bare(callee) {
            Expr::Member(member) => member,
            Expr::OptChain(chain) => match &*chain.base {
                OptChainBase::Member(member) => member,
                OptChainBase::Call(_) => return false,
            },
            _ => return false,
        };
        let (Some(kind), Some(name)) = (self.kinds.kind(&member.obj), member_name(member)) else { return false };
        let settles = name == "then" || is_settling(&name);
        let known = settles || (matches!(kind, Kind::File(_)) && is_method(&name));
        if !known {
            return false;
        }
        self.taken(&member.obj);
        if let ("catch", Some(handler)) = (name.as_str(), args.first()) {
            self.caught(&handler.expr, &kind);
        }
        let calls = name == "then" || EACH.contains(&name.as_str());
        for (at, arg) in args.iter().enumerate() {
            let function = function_of(&arg.expr);
            if at == 0 && calls && function.is_none_or(|function| function.params().len() > 2) {
                self.trouble(span_of(arg), "the files of a form are handed to a function that is not written here");
            }
            arg.visit_with(self);
        }
        true
    }
}

/// The function of `Promise.all(list.map(async (file) => …))`.
pub(super) fn mapped(awaited: &Expr) -> Option<Span> {
    let Expr::Call(call) = bare(awaited) else { return None };
    let Expr::Member(all) = bare(call.callee.as_expr()?) else { return None };
    let waits = is_named(&all.obj, "Promise") && matches!(member_name(all)?.as_str(), "all" | "allSettled");
    let [list] = call.args.as_slice() else { return None };
    let Expr::Call(mapped) = bare(&list.expr) else { return None };
    let Expr::Member(map) = bare(mapped.callee.as_expr()?) else { return None };
    let function = mapped.args.first().and_then(|arg| function_of(&arg.expr))?;
    (waits && member_name(map)? == "map").then(|| function.span())
}

fn is_array_check(callee: &Expr) -> bool {
    let Expr::Member(member) = bare(callee) else { return false };
    ident(&member.obj).is_some_and(|object| &*object.sym == "Array")
        && member_name(member).as_deref() == Some("isArray")
}
