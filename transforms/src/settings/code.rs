//! The new code of a rule: its names, its arguments, and what can be seen of it.

use std::collections::BTreeSet;

use super::helper::Part;
use crate::syntax::ast::{
    ArrowExpr, AwaitExpr, BinExpr, BinaryOp, CallExpr, CondExpr, Expr, Function, KeyValueProp, NewExpr, OptChainExpr,
    Prop,
};
use crate::syntax::{Module, Span, Visit, VisitWith, bare, ident, member_name, span_of};

/// What there is to know about the new code.
#[derive(Default)]
pub(super) struct Code {
    /// Names that it does not declare itself, in the order of the text.
    pub free: Vec<(String, Span)>,
    /// Places where any expression may stand.
    open: BTreeSet<Span>,
    /// Properties in short.
    short: BTreeSet<Span>,
    /// An `await` that runs with the code.
    pub awaits: bool,
    /// A part of it may run later, more than once or not at all.
    pub conditional: bool,
    depth: usize,
}

impl Code {
    pub fn of(module: &Module, expr: &Expr) -> Code {
        let mut code = Code::default();
        expr.visit_with(&mut code);
        code.open.insert(span_of(expr));
        let free = module.free_references();
        let all =
            free.into_iter().flat_map(|((name, _), spans)| spans.into_iter().map(move |span| (span, name.clone())));
        let mut all: Vec<_> = all.collect();
        all.sort();
        code.free = all.into_iter().map(|(span, name)| (name.to_string(), span)).collect();
        code
    }

    fn inside(&mut self, visit: impl FnOnce(&mut Self)) {
        self.conditional = true;
        self.depth += 1;
        visit(self);
        self.depth -= 1;
    }
}

impl Visit for Code {
    fn visit_call_expr(&mut self, call: &CallExpr) {
        self.open.extend(call.args.iter().map(|arg| span_of(&*arg.expr)));
        call.visit_children_with(self);
    }
    fn visit_new_expr(&mut self, new: &NewExpr) {
        self.open.extend(new.args.iter().flatten().map(|arg| span_of(&*arg.expr)));
        new.visit_children_with(self);
    }
    fn visit_key_value_prop(&mut self, pair: &KeyValueProp) {
        self.open.insert(span_of(&*pair.value));
        pair.visit_children_with(self);
    }
    fn visit_prop(&mut self, property: &Prop) {
        if let Prop::Shorthand(name) = property {
            self.short.insert(span_of(name));
        }
        property.visit_children_with(self);
    }
    fn visit_await_expr(&mut self, expr: &AwaitExpr) {
        self.awaits |= self.depth == 0;
        expr.visit_children_with(self);
    }
    fn visit_arrow_expr(&mut self, arrow: &ArrowExpr) {
        self.inside(|code| arrow.visit_children_with(code));
    }
    fn visit_function(&mut self, function: &Function) {
        self.inside(|code| function.visit_children_with(code));
    }
    fn visit_cond_expr(&mut self, expr: &CondExpr) {
        self.conditional = true;
        expr.visit_children_with(self);
    }
    fn visit_opt_chain_expr(&mut self, chain: &OptChainExpr) {
        self.conditional = true;
        chain.visit_children_with(self);
    }
    fn visit_bin_expr(&mut self, bin: &BinExpr) {
        self.conditional |= matches!(bin.op, BinaryOp::LogicalAnd | BinaryOp::LogicalOr | BinaryOp::NullishCoalescing);
        bin.visit_children_with(self);
    }
}

/// The code in `span`, its arguments taken out.
pub(super) fn parts(module: &Module, span: Span, code: &Code, value: &dyn Fn(&str) -> Option<usize>) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut from = span.start;
    for (name, at) in &code.free {
        let argument = match value(name) {
            None if name == "req" => None,
            Some(at) => Some(at),
            None => continue,
        };
        parts.push(Part::Text(Span::new(from, at.start).text(&module.text).to_owned()));
        let key = code.short.contains(at).then(|| name.clone());
        let open = code.open.contains(at) || key.is_some();
        parts.push(Part::Argument { at: argument, key, open });
        from = at.end;
    }
    parts.push(Part::Text(Span::new(from, span.end).text(&module.text).to_owned()));
    parts
}

/// `NextResponse.json(…)`, `new Response(…)`, `Response.redirect(…)`.
pub(super) fn makes_response(expr: &Expr) -> bool {
    let is_class = |expr: &Expr| ident(expr).is_some_and(|name| matches!(&*name.sym, "Response" | "NextResponse"));
    match expr {
        Expr::New(new) => is_class(&new.callee),
        Expr::Call(call) => match call.callee.as_expr().map(|callee| bare(callee)) {
            Some(Expr::Member(member)) => {
                let name = member_name(member).unwrap_or_default();
                is_class(&member.obj) && matches!(name.as_str(), "json" | "redirect" | "error")
            }
            _ => false,
        },
        _ => false,
    }
}

/// Whether an expression stays one wherever it is put.
pub(crate) fn is_closed(expr: &Expr) -> bool {
    matches!(
        expr,
        Expr::Ident(_)
            | Expr::Lit(_)
            | Expr::This(_)
            | Expr::Tpl(_)
            | Expr::Array(_)
            | Expr::Call(_)
            | Expr::Member(_)
            | Expr::Paren(_)
    ) || matches!(expr, Expr::New(new) if new.args.is_some())
}
