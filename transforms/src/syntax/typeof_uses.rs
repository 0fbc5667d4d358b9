//! What `typeof name` is asked for.

use swc_core::ecma::ast::{
    CallExpr, Expr, Ident, TsEntityName, TsType, TsTypeOperator, TsTypeOperatorOp, TsTypeQuery, TsTypeQueryExpr,
    TsTypeRef, UnaryExpr, UnaryOp,
};
use swc_core::ecma::visit::{Visit, VisitWith};

use super::{Module, Span, bare, member_name, span_of};

/// What a `typeof` wants to know of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TypeofUse {
    /// `typeof value === 'function'`, or `typeof value.member`: only what kind of thing it is.
    Kind,
    /// `keyof typeof value`: the names of its members.
    Keys,
    /// What it gives, or a member of it: `ReturnType<typeof value>`, and tRPC's `inferAsyncReturnType<typeof value>` and
    /// `initTRPC.context<typeof value>()`.
    Result,
    /// Any other type that is made of it.
    Type,
}

/// What the `typeof` right before the name at `mention` wants to know, if there is one.
pub fn typeof_use(module: &Module, mention: Span) -> Option<TypeofUse> {
    if !module.text[..mention.start].trim_end().ends_with("typeof") {
        return None;
    }
    let mut search = Search { mention, found: None };
    module.ast.visit_with(&mut search);
    search.found
}

struct Search {
    mention: Span,
    found: Option<TypeofUse>,
}

impl Search {
    /// What contains a `typeof` is seen before it.
    fn note(&mut self, name: Option<&Ident>, found: TypeofUse) {
        if name.is_some_and(|name| span_of(name) == self.mention) {
            self.found.get_or_insert(found);
        }
    }
}

impl Visit for Search {
    fn visit_unary_expr(&mut self, unary: &UnaryExpr) {
        if unary.op == UnaryOp::TypeOf {
            self.note(value_name(&unary.arg), TypeofUse::Kind);
        }
        unary.visit_children_with(self);
    }

    fn visit_ts_type_ref(&mut self, reference: &TsTypeRef) {
        let arguments = reference.type_params.as_ref().map_or(&[][..], |list| list.params.as_slice());
        if let (TsEntityName::Ident(name), [argument]) = (&reference.type_name, arguments)
            && matches!(&*name.sym, "ReturnType" | "inferAsyncReturnType")
        {
            self.note(query_of(argument).and_then(queried), TypeofUse::Result);
        }
        reference.visit_children_with(self);
    }

    fn visit_call_expr(&mut self, call: &CallExpr) {
        let callee = call.callee.as_expr().and_then(|callee| bare(callee).as_member());
        let arguments = call.type_args.as_ref().map_or(&[][..], |list| list.params.as_slice());
        if let (Some("context"), [argument]) = (callee.and_then(member_name).as_deref(), arguments) {
            self.note(query_of(argument).and_then(queried), TypeofUse::Result);
        }
        call.visit_children_with(self);
    }

    fn visit_ts_type_operator(&mut self, operator: &TsTypeOperator) {
        if operator.op == TsTypeOperatorOp::KeyOf {
            self.note(query_of(&operator.type_ann).and_then(queried), TypeofUse::Keys);
        }
        operator.visit_children_with(self);
    }

    fn visit_ts_type_query(&mut self, query: &TsTypeQuery) {
        self.note(queried(query), TypeofUse::Type);
        query.visit_children_with(self);
    }
}

/// The name in front of `name.a[b]`.
fn value_name(value: &Expr) -> Option<&Ident> {
    match bare(value) {
        Expr::Ident(name) => Some(name),
        Expr::Member(member) => value_name(&member.obj),
        _ => None,
    }
}

fn query_of(asked: &TsType) -> Option<&TsTypeQuery> {
    match asked {
        TsType::TsParenthesizedType(inner) => query_of(&inner.type_ann),
        TsType::TsTypeQuery(query) => Some(query),
        _ => None,
    }
}

/// The name in front of what a type query asks about.
fn queried(query: &TsTypeQuery) -> Option<&Ident> {
    fn first(name: &TsEntityName) -> &Ident {
        match name {
            TsEntityName::Ident(name) => name,
            TsEntityName::TsQualifiedName(name) => first(&name.left),
        }
    }
    match &query.expr_name {
        TsTypeQueryExpr::TsEntityName(name) => Some(first(name)),
        TsTypeQueryExpr::Import(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_for() {
        let ask = |text: &str| {
            let module = Module::parse("a.ts", text.into()).unwrap();
            let start = text.find("api").unwrap();
            typeof_use(&module, Span::new(start, start + "api".len()))
        };
        assert_eq!(ask("if (typeof api[method] === 'function') {}"), Some(TypeofUse::Kind));
        assert_eq!(ask("type A = keyof typeof api"), Some(TypeofUse::Keys));
        assert_eq!(ask("type A = Awaited<ReturnType<typeof api.auth>>"), Some(TypeofUse::Result));
        assert_eq!(ask("const t = initTRPC.context<typeof api>().create()"), Some(TypeofUse::Result));
        assert_eq!(ask("use<typeof api>()"), Some(TypeofUse::Type));
        assert_eq!(ask("type A = Parameters<typeof api>"), Some(TypeofUse::Type));
        assert_eq!(ask("type A = (typeof api)['auth']"), Some(TypeofUse::Type));
        assert_eq!(ask("typeof api(1)"), None);
        assert_eq!(ask("api"), None);
    }
}
