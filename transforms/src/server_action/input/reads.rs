//! Finding the reads: what is a parameter, what the body, and which declarations an argument takes the place of.

use super::said::is_worth;
use super::{BodyKind, BodyRead, Reader};
use crate::rewrite::Edit;
use crate::server_action::checks::is_check;
use crate::syntax::ast::{
    ArrowExpr, BinaryOp, BindingIdent, Decl, Expr, Function as AstFunction, MemberExpr, ObjectPatProp, Pat, Stmt,
    TsType, TsUnionOrIntersectionType, VarDeclarator,
};
use crate::syntax::{
    Span, Visit, VisitWith, bare, callee_ident, full_statement, ident, is_ident, member_name, prop_name, span_of,
};

impl Reader<'_> {
    /// Whether `expr` is the object of route parameters; marks its mention.
    fn is_params(&self, expr: &Expr) -> Option<Span> {
        let expr = bare(expr);
        let promise = |expr: &Expr| match bare(expr) {
            Expr::Ident(name) => self.params.as_ref().filter(|id| is_ident(expr, id)).map(|_| span_of(name)),
            Expr::Member(member) => self.context_params(member),
            _ => None,
        };
        match expr {
            Expr::Await(waiting) => promise(&waiting.arg),
            other if !self.params_asynchronous => promise(other),
            _ => None,
        }
    }

    /// Whether a member of `expr` is a route parameter: Next.js 15 gives them without `await`, too.
    fn has_params(&self, expr: &Expr) -> Option<Span> {
        let expr = bare(expr);
        self.is_params(expr).or_else(|| match expr {
            _ if !self.params_synchronous => None,
            Expr::Ident(name) => self.params.as_ref().filter(|id| is_ident(expr, id)).map(|_| span_of(name)),
            Expr::Member(member) => self.context_params(member),
            _ => None,
        })
    }

    fn context_params(&self, member: &MemberExpr) -> Option<Span> {
        let context = self.context.as_ref()?;
        let fits = is_ident(&member.obj, context) && member_name(member).as_deref() == Some("params");
        fits.then(|| ident(&member.obj).map(span_of))?
    }

    /// Whether `expr` reads the body: `await req.json()`, say; the mention of `req`, and how.
    fn is_body(&self, expr: &Expr) -> Option<(Span, BodyKind)> {
        let Expr::Await(waiting) = bare(expr) else { return None };
        let Expr::Call(call) = bare(&waiting.arg) else { return None };
        let request = self.request.as_ref()?;
        if let [only] = call.args.as_slice()
            && callee_ident(call).is_some_and(|name| &*name.sym == "readBody")
            && is_ident(&only.expr, request)
            && self.module.text.contains("pages-compat")
        {
            return Some((ident(&only.expr).map(span_of)?, BodyKind::ByType));
        }
        let Expr::Member(member) = bare(call.callee.as_expr()?) else { return None };
        let kind = match member_name(member)?.as_str() {
            "json" => BodyKind::Json,
            "formData" => BodyKind::Form,
            _ => return None,
        };
        let fits = call.args.is_empty() && is_ident(&member.obj, request);
        fits.then(|| ident(&member.obj).map(|name| (span_of(name), kind)))?
    }

    fn read_body(&mut self, span: Span, read: &Expr, kind: BodyKind, checked: bool) {
        self.body_reads.push(BodyRead { span, subject: span_of(bare(read)), kind, checked });
    }

    fn param_at(&self, name: &str) -> Option<usize> {
        self.names.iter().position(|(param, _)| param == name)
    }

    /// A declaration that an argument takes the place of.
    fn declaration(&mut self, statement: Span, declarator: &VarDeclarator) -> bool {
        let Some(init) = declarator.init.as_deref() else { return false };
        let whole = full_statement(&self.module.text, statement);
        match &declarator.name {
            Pat::Ident(name) if self.typed || annotation(name).is_none() => {
                let declared = match (annotation(name), init) {
                    (Some(kind), _) => Some(span_of(kind)),
                    (None, Expr::TsAs(cast)) => Some(span_of(&*cast.type_ann)),
                    (None, _) => None,
                };
                let taken = declared.filter(|kind| self.typed && is_worth(kind.text(&self.module.text)));
                // A cast that is not taken over stays and casts the argument.
                if declared == taken
                    && let Some((at, kind)) = self.is_body(init)
                    && self.body.is_none()
                {
                    self.understood.insert(at);
                    self.declared = taken;
                    self.body = Some((name.id.to_id(), whole));
                    // Where the type does not fit, a cast stays.
                    self.read_body(span_of(init), init, kind, matches!(init, Expr::TsAs(_)));
                    if !(self.native && kind == BodyKind::ByType) {
                        self.input.gone.push(whole);
                    }
                    return true;
                }
                if name.type_ann.is_none()
                    && let Expr::Member(member) = bare(init)
                    && let Some(at) = self.has_params(&member.obj)
                    && let Some(place) = member_name(member).and_then(|name| self.param_at(&name))
                    && self.names[place].1.is_none()
                {
                    self.understood.insert(at);
                    self.names[place].1 = Some(name.id.to_id());
                    self.input.gone.push(whole);
                    return true;
                }
                false
            }
            Pat::Object(object) => {
                let Some(at) = self.has_params(init) else { return false };
                let mut found = Vec::new();
                for property in &object.props {
                    let (key, id) = match property {
                        ObjectPatProp::Assign(short) if short.value.is_none() => {
                            (short.key.id.sym.to_string(), short.key.id.to_id())
                        }
                        ObjectPatProp::KeyValue(pair) => match (prop_name(&pair.key), &*pair.value) {
                            (Some(key), Pat::Ident(name)) => (key, name.id.to_id()),
                            _ => return false,
                        },
                        _ => return false,
                    };
                    let Some(place) = self.param_at(&key).filter(|place| self.names[*place].1.is_none()) else {
                        return false;
                    };
                    found.push((place, id));
                }
                for (place, id) in found {
                    self.names[place].1 = Some(id);
                }
                self.understood.insert(at);
                self.input.gone.push(whole);
                true
            }
            _ => false,
        }
    }
}

impl Visit for Reader<'_> {
    fn visit_stmt(&mut self, statement: &Stmt) {
        if self.depth == 0 {
            if let Stmt::Decl(Decl::Var(variable)) = statement
                && let [only] = variable.decls.as_slice()
                && (self.query_declaration(span_of(statement), variable, only)
                    || self.declaration(span_of(statement), only))
            {
                return;
            }
            if let Stmt::If(branch) = statement
                && let Expr::Bin(test) = bare(&branch.test)
                && test.op == BinaryOp::InstanceOf
                && ident(&test.right).is_some_and(|name| &*name.sym == "NextResponse")
                && let Some(name) = ident(&test.left)
                && branch.alt.is_none()
            {
                self.guards.push((name.to_id(), full_statement(&self.module.text, span_of(statement))));
            }
        }
        statement.visit_children_with(self);
    }

    fn visit_expr(&mut self, expr: &Expr) {
        if let Expr::TsAs(cast) = expr
            && let Some((at, kind)) = self.is_body(&cast.expr)
            && self.depth == 0
        {
            self.understood.insert(at);
            self.read_body(span_of(&*cast.expr), &cast.expr, kind, true);
            return;
        }
        // `schema.parse(await req.json())`.
        if let Expr::Call(call) = expr
            && is_check(expr)
            && let [only] = call.args.as_slice()
            && let Some((at, kind)) = self.is_body(&only.expr)
            && self.depth == 0
        {
            self.understood.insert(at);
            self.read_body(span_of(&*only.expr), &only.expr, kind, true);
            return;
        }
        if self.depth == 0
            && let Some((at, kind)) = self.is_body(expr)
        {
            self.understood.insert(at);
            self.read_body(span_of(bare(expr)), expr, kind, false);
            return;
        }
        if let Expr::Member(member) = expr {
            if let Some(at) = self.has_params(&member.obj)
                && let Some(place) = member_name(member).and_then(|name| self.param_at(&name))
            {
                self.understood.insert(at);
                self.replaced_params.push((span_of(expr), place));
                return;
            }
            // `req.cookies.get(…)`, of which the prefix becomes `(await cookies())`.
            if let Expr::Member(inner) = bare(&member.obj)
                && let Some(request) = &self.request
                && is_ident(&inner.obj, request)
                && member_name(inner).as_deref() == Some("cookies")
                && matches!(member_name(member).as_deref(), Some("get" | "has" | "getAll"))
                && self.depth == 0
            {
                self.understood.extend(ident(&inner.obj).map(span_of));
                let text = if self.asynchronous { "(await cookies())" } else { "cookies()" };
                self.input.edits.push(Edit::replace(span_of(inner), text));
                self.input.cookies = true;
                return;
            }
        }
        if self.query_read(expr) || self.header_read(expr) {
            return;
        }
        if let Some(at) = self.is_params(expr) {
            self.understood.insert(at);
            self.literals.push((span_of(bare(expr)), "", ""));
            return;
        }
        if let Some(context) = &self.context
            && is_ident(expr, context)
        {
            self.understood.insert(span_of(bare(expr)));
            let (before, after) =
                if self.params_asynchronous { ("{ params: Promise.resolve(", ") }") } else { ("{ params: ", " }") };
            self.literals.push((span_of(bare(expr)), before, after));
            return;
        }
        expr.visit_children_with(self);
    }

    fn visit_function(&mut self, function: &AstFunction) {
        self.depth += 1;
        function.visit_children_with(self);
        self.depth -= 1;
    }

    fn visit_arrow_expr(&mut self, arrow: &ArrowExpr) {
        self.depth += 1;
        arrow.visit_children_with(self);
        self.depth -= 1;
    }
}

/// The type of a variable; `Post | NextResponse` is that of `readBody`, and goes with it.
fn annotation(name: &BindingIdent) -> Option<&TsType> {
    let kind = &*name.type_ann.as_ref()?.type_ann;
    let is_response = |kind: &TsType| {
        let name = kind.as_ts_type_ref().and_then(|kind| kind.type_name.as_ident());
        name.is_some_and(|name| &*name.sym == "NextResponse")
    };
    let last = match kind {
        TsType::TsUnionOrIntersectionType(TsUnionOrIntersectionType::TsUnionType(union)) => union.types.last(),
        _ => None,
    };
    (!last.is_some_and(|last| is_response(last))).then_some(kind)
}
