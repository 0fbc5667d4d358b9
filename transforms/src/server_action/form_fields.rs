//! Whether a handler takes only text from a `FormData`. A file may be larger than the 1 MB that an action takes.
//!
//! ```ts
//! const email = formData.get('email') as string;      // text
//! const file = formData.get('avatar') as File;        // stays a Route Handler
//! ```

use std::collections::BTreeSet;

use crate::syntax::ast::{Expr, Id};
use crate::syntax::{
    Module, References, Span, Visit, VisitWith, bare, callee_ident, ident, is_ident, member_name, span_of,
};

/// Looks at the uses of the variable `form`; `read` is where it is read. `Err` is a use that may be of a file.
pub fn only_text(module: &Module, form: Option<&Id>, read: Span, all: &References) -> Result<(), Span> {
    let form = form.ok_or(read)?;
    let mut texts = Texts { module, form, found: BTreeSet::new() };
    module.ast.visit_with(&mut texts);
    let mentions = all.get(form).map(Vec::as_slice).unwrap_or_default();
    // The declaration is the mention right before the read.
    let declared = mentions.iter().filter(|at| at.end <= read.start).max();
    let other = mentions.iter().find(|at| Some(*at) != declared && !texts.found.contains(*at));
    other.map_or(Ok(()), |at| Err(*at))
}

const TEXT_TYPES: [&str; 4] = ["string", "string | null", "string | undefined", "null | string"];

struct Texts<'i> {
    module: &'i Module,
    form: &'i Id,
    found: BTreeSet<Span>,
}

impl Texts<'_> {
    /// The mention in `form.get('name')`.
    fn field(&self, expr: &Expr) -> Option<Span> {
        let Expr::Call(call) = bare(expr) else { return None };
        let Expr::Member(member) = bare(call.callee.as_expr()?) else { return None };
        let reads = member_name(member).as_deref() == Some("get") && is_ident(&member.obj, self.form);
        if reads { ident(&member.obj).map(span_of) } else { None }
    }
}

impl Visit for Texts<'_> {
    fn visit_expr(&mut self, expr: &Expr) {
        let text = match expr {
            Expr::TsAs(cast) if TEXT_TYPES.contains(&self.module.text_of(&*cast.type_ann)) => self.field(&cast.expr),
            Expr::Call(call) => match (callee_ident(call), call.args.as_slice()) {
                (Some(name), [only]) if matches!(&*name.sym, "String" | "Number") => self.field(&only.expr),
                _ => match call.callee.as_expr().map(|callee| bare(callee)) {
                    Some(Expr::Member(member)) if member_name(member).as_deref() == Some("toString") => {
                        self.field(&member.obj)
                    }
                    Some(Expr::Member(member)) if member_name(member).as_deref() == Some("has") => {
                        ident(&member.obj).filter(|_| is_ident(&member.obj, self.form)).map(span_of)
                    }
                    _ => None,
                },
            },
            _ => None,
        };
        self.found.extend(text);
        expr.visit_children_with(self);
    }
}
