//! Whether a handler takes only text from a `FormData`. A file may be larger than the 1 MB that an action takes.
//!
//! ```ts
//! const email = formData.get('email') as string;      // text
//! const name = formData.get('name')?.toString();      // text
//! const file = formData.get('avatar') as File;        // stays a Route Handler
//! ```

use std::collections::BTreeSet;

use super::checks::is_check;
use crate::project::all_imports;
use crate::syntax::ast::{BinaryOp, CallExpr, Expr, Id, MemberExpr, ObjectPatProp, Pat, VarDeclarator};
use crate::syntax::{
    Module, References, Span, Visit, VisitWith, bare, callee_ident, ident, is_ident, literal_str, member_name, span_of,
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
    /// The mention in `form.get('name')`, also in `form.get('name') ?? ''`.
    fn field(&self, expr: &Expr) -> Option<Span> {
        if let Expr::Bin(either) = bare(expr)
            && matches!(either.op, BinaryOp::LogicalOr | BinaryOp::NullishCoalescing)
            && literal_str(&either.right).is_some()
        {
            return self.field(&either.left);
        }
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
            // `form.get('name')?.toString()`.
            Expr::OptChain(chain) => chain.base.as_call().and_then(|call| match bare(&call.callee) {
                Expr::OptChain(callee) => {
                    let member = callee.base.as_member();
                    let member = member.filter(|member| member_name(member).as_deref() == Some("toString"));
                    member.and_then(|member| self.field(&member.obj))
                }
                _ => None,
            }),
            _ => None,
        };
        self.found.extend(text);
        expr.visit_children_with(self);
    }
}

/// Whether a handler asks for the fields of a form by name only. React puts fields of its own into a form with an action,
/// and whoever takes all of them sees these, too.
///
/// ```ts
/// const { name, email } = Object.fromEntries(form);   // by name
/// await db.save(Object.fromEntries(form));            // with `$ACTION_ID_…`
/// ```
///
/// `form` is the variable that holds the `FormData`, or its fields as an object; `read` is where it is read. `Err` is
/// another use, apart from those in `gone`.
pub fn only_named(module: &Module, form: Option<&Id>, read: Span, all: &References, gone: &[Span]) -> Result<(), Span> {
    let mut named = Named { module, form, read, all, found: BTreeSet::new() };
    module.ast.visit_with(&mut named);
    let Some(form) = form else { return if named.found.contains(&read) { Ok(()) } else { Err(read) } };
    let mentions = all.get(form).map(Vec::as_slice).unwrap_or_default();
    let declared = mentions.iter().filter(|at| at.end <= read.start).max();
    let is_gone = |at: &Span| gone.iter().any(|gone| gone.contains(*at));
    let other = mentions.iter().find(|at| Some(*at) != declared && !named.found.contains(*at) && !is_gone(at));
    other.map_or(Ok(()), |at| Err(*at))
}

/// Words in a module that say what becomes of the keys that a schema does not know.
const KEYS_MATTER: [&str; 4] = ["strict", "passthrough", "loose", "catchall"];

struct Named<'i> {
    module: &'i Module,
    form: Option<&'i Id>,
    read: Span,
    all: &'i References,
    /// Mentions in uses by name, and the read itself if it is one.
    found: BTreeSet<Span>,
}

impl Named<'_> {
    /// The mention that `expr` is, or the read.
    fn whole(&self, expr: &Expr) -> Option<Span> {
        match (self.form, bare(expr)) {
            (Some(form), expr @ Expr::Ident(name)) => is_ident(expr, form).then(|| span_of(name)),
            (None, expr) => (span_of(expr) == self.read).then_some(self.read),
            _ => None,
        }
    }

    /// The same for `Object.fromEntries(form)` and `Object.fromEntries(form.entries())`.
    fn object(&self, expr: &Expr) -> Option<Span> {
        let Expr::Call(call) = bare(expr) else { return self.whole(expr) };
        let Expr::Member(member) = bare(call.callee.as_expr()?) else { return None };
        let is_global = ident(&member.obj).is_some_and(|name| &*name.sym == "Object");
        let [only] = call.args.as_slice() else { return None };
        if !is_global || member_name(member).as_deref() != Some("fromEntries") {
            return None;
        }
        match bare(&only.expr) {
            Expr::Call(entries) if entries.args.is_empty() => match bare(entries.callee.as_expr()?) {
                Expr::Member(inner) if member_name(inner).as_deref() == Some("entries") => self.whole(&inner.obj),
                _ => None,
            },
            other => self.whole(other),
        }
    }

    /// Whether every use of a variable looks at a member with a name.
    fn only_members(&self, id: &Id) -> bool {
        struct Members<'i>(&'i Id, usize);
        impl Visit for Members<'_> {
            fn visit_member_expr(&mut self, member: &MemberExpr) {
                self.1 += usize::from(is_ident(&member.obj, self.0) && member_name(member).is_some());
                member.visit_children_with(self);
            }
        }
        let mut members = Members(id, 0);
        self.module.ast.visit_with(&mut members);
        self.all.get(id).is_some_and(|mentions| mentions.len() == members.1 + 1)
    }

    /// Whether the schema of a check is one of this module that drops what it does not know.
    fn drops_others(&self, call: &CallExpr) -> bool {
        let Some(Expr::Member(member)) = call.callee.as_expr().map(|callee| bare(callee)) else { return false };
        let own = match bare(&member.obj) {
            Expr::Ident(name) => !all_imports(self.module).contains_key(&name.to_id()),
            schema => self.module.text_of(schema).starts_with("z.object("),
        };
        own && !KEYS_MATTER.iter().any(|word| self.module.text.contains(word))
    }
}

impl Visit for Named<'_> {
    fn visit_var_declarator(&mut self, declarator: &VarDeclarator) {
        let whole = declarator.init.as_deref().and_then(|init| self.object(init));
        let by_name = match &declarator.name {
            Pat::Object(object) => !object.props.iter().any(|property| matches!(property, ObjectPatProp::Rest(_))),
            Pat::Ident(name) => self.only_members(&name.id.to_id()),
            _ => false,
        };
        self.found.extend(whole.filter(|_| by_name));
        declarator.visit_children_with(self);
    }

    fn visit_call_expr(&mut self, call: &CallExpr) {
        if let [only] = call.args.as_slice()
            && is_check(&Expr::Call(call.clone()))
            && self.drops_others(call)
        {
            self.found.extend(self.object(&only.expr));
        }
        call.visit_children_with(self);
    }

    fn visit_member_expr(&mut self, member: &MemberExpr) {
        let asks =
            member_name(member).is_some_and(|name| !matches!(name.as_str(), "entries" | "keys" | "values" | "forEach"));
        self.found.extend(self.whole(&member.obj).filter(|_| asks));
        member.visit_children_with(self);
    }
}
