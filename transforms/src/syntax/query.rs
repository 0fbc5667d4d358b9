//! Small questions about nodes that every other module asks.

use swc_core::common::Spanned;
use swc_core::ecma::ast::{
    ArrowExpr, ArrowFunctionBody, BindingIdent, CallExpr, Callee, Expr, FnDecl, FnExpr, FunctionBody, Id, Ident, Lit,
    MemberExpr, MemberProp, Param, Pat, PropName, TsTypeAnn, TsTypeParam,
};
use swc_core::ecma::visit::{Visit, VisitWith};

use super::Span;

/// The span of a node in bytes of the original text. Positions in the tree start at 1; see `Module::parse`.
pub fn span_of(node: &impl Spanned) -> Span {
    let span = node.span();
    let (start, end) = (span.lo.0.saturating_sub(1) as usize, span.hi.0.saturating_sub(1) as usize);
    Span { start, end: end.max(start) }
}

/// The expression without parentheses and without what only the type checker sees: `(x as T)!` is `x`.
pub fn bare(expr: &Expr) -> &Expr {
    match expr {
        Expr::Paren(inner) => bare(&inner.expr),
        Expr::TsAs(inner) => bare(&inner.expr),
        Expr::TsNonNull(inner) => bare(&inner.expr),
        Expr::TsSatisfies(inner) => bare(&inner.expr),
        Expr::TsTypeAssertion(inner) => bare(&inner.expr),
        Expr::TsConstAssertion(inner) => bare(&inner.expr),
        _ => expr,
    }
}

/// The identifier that an expression is, casts and parentheses aside.
pub fn ident(expr: &Expr) -> Option<&Ident> {
    match bare(expr) {
        Expr::Ident(ident) => Some(ident),
        _ => None,
    }
}

/// Whether the expression is a reference to that binding.
pub fn is_ident(expr: &Expr, id: &Id) -> bool {
    ident(expr).is_some_and(|ident| ident.sym == id.0 && ident.ctxt == id.1)
}

/// Whether the expression is that binding or, for an id such as `context.req`, that member of one.
pub fn stands_for(expr: &Expr, id: &Id) -> bool {
    match bare(expr) {
        Expr::Member(member) => is_member(member, id),
        _ => is_ident(expr, id),
    }
}

/// Whether `member` is what an id such as `context.req` stands for.
pub fn is_member(member: &MemberExpr, id: &Id) -> bool {
    id.0.split_once('.').is_some_and(|(object, name)| {
        ident(&member.obj).is_some_and(|own| own.sym == *object && own.ctxt == id.1)
            && member_name(member).as_deref() == Some(name)
    })
}

/// The value of a string literal or of a template without placeholders.
pub fn literal_str(expr: &Expr) -> Option<String> {
    match bare(expr) {
        Expr::Lit(Lit::Str(literal)) => literal.value.as_str().map(str::to_owned),
        Expr::Tpl(template) if template.exprs.is_empty() => {
            template.quasis.first()?.cooked.as_ref()?.as_str().map(str::to_owned)
        }
        _ => None,
    }
}

/// The name behind the dot, or the string between the brackets, of a member access.
pub fn member_name(member: &MemberExpr) -> Option<String> {
    match &member.prop {
        MemberProp::Ident(name) => Some(name.sym.to_string()),
        MemberProp::Computed(computed) => literal_str(&computed.expr),
        MemberProp::PrivateName(_) => None,
    }
}

/// The name of a property, if it is known.
pub fn prop_name(name: &PropName) -> Option<String> {
    match name {
        PropName::Ident(name) => Some(name.sym.to_string()),
        PropName::Str(name) => name.value.as_str().map(str::to_owned),
        PropName::Computed(computed) => literal_str(&computed.expr),
        PropName::Num(_) | PropName::BigInt(_) => None,
    }
}

/// The function that a call names, if it is called by a plain name.
pub fn callee_ident(call: &CallExpr) -> Option<&Ident> {
    match &call.callee {
        Callee::Expr(callee) => ident(callee),
        Callee::Super(_) | Callee::Import(_) => None,
    }
}

/// The names that a pattern binds.
pub fn bound_names(pat: &Pat) -> Vec<String> {
    bound_ids(pat).into_iter().map(|(name, _)| name.to_string()).collect()
}

/// The bindings that a pattern makes.
pub fn bound_ids(pat: &Pat) -> Vec<Id> {
    struct Bound(Vec<Id>);
    impl Visit for Bound {
        fn visit_binding_ident(&mut self, binding: &BindingIdent) {
            self.0.push(binding.id.to_id());
        }
        fn visit_expr(&mut self, _: &Expr) {}
    }
    let mut bound = Bound(Vec::new());
    pat.visit_with(&mut bound);
    bound.0
}

/// The plain name that a pattern binds.
pub fn pat_ident(pat: &Pat) -> Option<&Ident> {
    match pat {
        Pat::Ident(binding) => Some(&binding.id),
        // `req = {}`: callers always pass it, the default is dead.
        _ => None,
    }
}

/// The white space at the start of the line that `offset` is in.
pub fn line_indent(text: &str, offset: usize) -> &str {
    let line = &text[text[..offset].rfind('\n').map_or(0, |at| at + 1)..];
    &line[..line.len() - line.trim_start_matches([' ', '\t']).len()]
}

/// A statement's span widened over the spaces before it and the line end after it, if it stands
/// on lines of its own: what has to go for the statement to leave no hole. A comment behind it takes its place.
pub fn full_statement(text: &str, span: Span) -> Span {
    let line_start = text[..span.start].rfind('\n').map_or(0, |at| at + 1);
    let alone_before = text[line_start..span.start].chars().all(|char| char == ' ' || char == '\t');
    let rest = &text[span.end..];
    let line_end = rest.find('\n').map_or(text.len(), |at| span.end + at + 1);
    let behind = text[span.end..line_end].trim_start_matches([' ', '\t']);
    match () {
        () if alone_before && behind.trim().is_empty() => Span::new(line_start, line_end),
        () if alone_before && behind.starts_with("//") => Span::new(span.start, line_end - behind.len()),
        () => span,
    }
}

/// A function of any spelling, with what its parts have in common.
#[derive(Clone, Copy, Debug)]
pub enum Function<'a> {
    /// `function f() {}`.
    Declaration(&'a FnDecl),
    /// `function () {}` as an expression, or behind `export default`.
    Expression(&'a FnExpr),
    /// `() => …`.
    Arrow(&'a ArrowExpr),
    /// `method() {}` of an object or a class, and where its name starts.
    Method(&'a swc_core::ecma::ast::Function, usize),
}

/// The function that an expression is, casts and parentheses aside.
pub fn function_of(expr: &Expr) -> Option<Function<'_>> {
    match bare(expr) {
        Expr::Fn(function) => Some(Function::Expression(function)),
        Expr::Arrow(arrow) => Some(Function::Arrow(arrow)),
        _ => None,
    }
}

impl<'a> Function<'a> {
    fn inner(self) -> Option<&'a swc_core::ecma::ast::Function> {
        match self {
            Function::Declaration(function) => Some(&function.function),
            Function::Expression(function) => Some(&function.function),
            Function::Method(function, _) => Some(function),
            Function::Arrow(_) => None,
        }
    }

    /// Its parameters.
    pub fn params(self) -> Vec<&'a Pat> {
        match self {
            Function::Arrow(arrow) => arrow.params.iter().collect(),
            _ => self.inner().map_or_else(Vec::new, |f| f.params.iter().map(|Param { pat, .. }| pat).collect()),
        }
    }

    /// Its block, unless it is an arrow whose body is an expression.
    pub fn block(self) -> Option<&'a FunctionBody> {
        match self {
            Function::Arrow(arrow) => match &*arrow.body {
                ArrowFunctionBody::FunctionBody(block) => Some(block),
                ArrowFunctionBody::Expr(_) => None,
            },
            _ => self.inner()?.body.as_ref(),
        }
    }

    /// The expression that is its body, for `() => expression`.
    pub fn expression(self) -> Option<&'a Expr> {
        match self {
            Function::Arrow(arrow) => match &*arrow.body {
                ArrowFunctionBody::Expr(expr) => Some(expr),
                ArrowFunctionBody::FunctionBody(_) => None,
            },
            _ => None,
        }
    }

    /// Whether it is `async`.
    pub fn is_async(self) -> bool {
        match self {
            Function::Arrow(arrow) => arrow.is_async,
            _ => self.inner().is_some_and(|f| f.is_async),
        }
    }

    /// Whether it is a generator.
    pub fn is_generator(self) -> bool {
        self.inner().is_some_and(|f| f.is_generator)
    }

    /// The annotation of what it returns.
    pub fn return_type(self) -> Option<&'a TsTypeAnn> {
        match self {
            Function::Arrow(arrow) => arrow.return_type.as_deref(),
            _ => self.inner()?.return_type.as_deref(),
        }
    }

    /// Its type parameters.
    pub fn type_params(self) -> Option<&'a [TsTypeParam]> {
        let list = match self {
            Function::Arrow(arrow) => arrow.type_params.as_deref(),
            _ => self.inner()?.type_params.as_deref(),
        };
        list.map(|list| list.params.as_slice())
    }

    /// Its own name.
    pub fn name(self) -> Option<&'a Ident> {
        match self {
            Function::Declaration(function) => Some(&function.ident),
            Function::Expression(function) => function.ident.as_ref(),
            Function::Arrow(_) | Function::Method(..) => None,
        }
    }

    /// All of it.
    pub fn span(self) -> Span {
        match self {
            Function::Declaration(function) => span_of(&*function.function),
            Function::Expression(function) => span_of(&*function.function),
            Function::Method(function, start) => Span::new(start, span_of(function).end),
            Function::Arrow(arrow) => span_of(arrow),
        }
    }
}
