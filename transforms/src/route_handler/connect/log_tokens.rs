//! Tokens that a module teaches morgan, if they only read what came in and make text of it.
//!
//! ```ts
//! morgan.token('body', (req) => {
//!   const body = { ...req.body };
//!   delete body.password;
//!   return JSON.stringify(body);
//! });
//! ```

use crate::syntax::ast::{
    AssignExpr, AssignTarget, AwaitExpr, CallExpr, Expr, Id, Ident, ModuleItem, NewExpr, SimpleAssignTarget, Stmt,
    TaggedTpl, UnaryExpr, UnaryOp, UpdateExpr, VarDeclarator,
};
use crate::syntax::{Module, Span, Visit, VisitWith, bare, ident, literal_str, member_name, pat_ident, span_of};

/// Globals that give values and change nothing.
const GLOBALS: [&str; 9] = ["Array", "Boolean", "Date", "JSON", "Math", "Number", "Object", "String", "undefined"];

/// Methods that read.
const READING: [&str; 22] = [
    "entries",
    "fromEntries",
    "get",
    "getHeader",
    "includes",
    "isArray",
    "join",
    "keys",
    "now",
    "padStart",
    "replace",
    "round",
    "slice",
    "split",
    "startsWith",
    "stringify",
    "substring",
    "toFixed",
    "toISOString",
    "toString",
    "trim",
    "values",
];

/// The names of the tokens that `home` teaches `package`; `None` if it does anything else with that than to call it, or if
/// a token may do more than to read.
pub fn tokens(home: &Module, package: &Id) -> Option<Vec<String>> {
    let mut taught: Vec<(Span, String)> = Vec::new();
    for item in &home.ast.body {
        let ModuleItem::Stmt(Stmt::Expr(statement)) = item else { continue };
        let Expr::Call(call) = bare(&statement.expr) else { continue };
        let Some(Expr::Member(callee)) = call.callee.as_expr().map(|callee| bare(callee)) else { continue };
        let of_package = ident(&callee.obj).filter(|object| object.to_id() == *package);
        if let (Some(object), Some("token"), [name, token]) =
            (of_package, member_name(callee).as_deref(), call.args.as_slice())
            && let Some(name) = literal_str(&name.expr)
            && only_reads(home, &token.expr)
        {
            taught.push((span_of(object), name));
        }
    }
    let set_up = |mention: &&Span| home.text[mention.end..].trim_start().starts_with(['.', '[', '?']);
    let mentions = home.references().get(package).into_iter().flatten();
    let known = mentions.filter(set_up).all(|mention| taught.iter().any(|(object, _)| object == mention));
    known.then(|| taught.into_iter().map(|(_, name)| name).collect())
}

/// Whether the function `token` changes nothing but objects that it makes, and calls nothing but what reads.
fn only_reads(home: &Module, token: &Expr) -> bool {
    if !matches!(bare(token), Expr::Arrow(_) | Expr::Fn(_)) {
        return false;
    }
    let mut walk = Walk { home, whole: span_of(token), made: Vec::new(), reads: true };
    token.visit_with(&mut walk);
    walk.reads
}

struct Walk<'m> {
    home: &'m Module,
    whole: Span,
    /// Constants that hold an object that was made here.
    made: Vec<Id>,
    reads: bool,
}

impl Walk<'_> {
    /// Whether `target` is a member of an object that was made here.
    fn is_made(&self, target: &Expr) -> bool {
        let Expr::Member(member) = bare(target) else { return false };
        ident(&member.obj).is_some_and(|object| self.made.contains(&object.to_id()))
    }
}

impl Visit for Walk<'_> {
    fn visit_ident(&mut self, name: &Ident) {
        let id = name.to_id();
        let mut mentions = self.home.references().get(&id).into_iter().flatten();
        let own = mentions.all(|mention| self.whole.contains(*mention));
        let is_free = self.home.is_free(&id);
        self.reads &= if is_free { GLOBALS.contains(&&*name.sym) } else { own };
    }

    fn visit_var_declarator(&mut self, variable: &VarDeclarator) {
        let made =
            variable.init.as_deref().is_some_and(|value| matches!(bare(value), Expr::Object(_) | Expr::Array(_)));
        self.made.extend(pat_ident(&variable.name).filter(|_| made).map(|name| name.to_id()));
        variable.visit_children_with(self);
    }

    fn visit_call_expr(&mut self, call: &CallExpr) {
        self.reads &= match call.callee.as_expr().map(|callee| bare(callee)) {
            Some(Expr::Member(callee)) => member_name(callee).is_some_and(|name| READING.contains(&name.as_str())),
            Some(Expr::Ident(name)) => matches!(&*name.sym, "String" | "Number" | "Boolean"),
            _ => false,
        };
        call.visit_children_with(self);
    }

    fn visit_assign_expr(&mut self, assign: &AssignExpr) {
        let made = match &assign.left {
            AssignTarget::Simple(SimpleAssignTarget::Member(member)) => self.is_made(&Expr::Member(member.clone())),
            _ => false,
        };
        self.reads &= made;
        assign.visit_children_with(self);
    }

    fn visit_unary_expr(&mut self, unary: &UnaryExpr) {
        self.reads &= unary.op != UnaryOp::Delete || self.is_made(&unary.arg);
        unary.visit_children_with(self);
    }

    fn visit_new_expr(&mut self, made: &NewExpr) {
        self.reads &= ident(&made.callee).is_some_and(|name| &*name.sym == "Date");
        made.visit_children_with(self);
    }

    fn visit_update_expr(&mut self, _: &UpdateExpr) {
        self.reads = false;
    }

    fn visit_await_expr(&mut self, _: &AwaitExpr) {
        self.reads = false;
    }

    fn visit_tagged_tpl(&mut self, _: &TaggedTpl) {
        self.reads = false;
    }
}
