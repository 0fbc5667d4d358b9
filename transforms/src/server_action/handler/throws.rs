//! Whether a handler may throw something that it does not catch. The caller of an action would be rejected by that, where
//! `fetch` gave a response.

use super::super::input::Body;
use super::super::result::Answer;
use crate::syntax::ast::{
    ArrowExpr, BinaryOp, Decl, Expr, Function as AstFunction, Id, Ident, IfStmt, ObjectPatProp, Pat, Prop, Stmt,
    VarDeclarator,
};
use crate::syntax::{Module, Visit, VisitWith, bare, ident, member_name, pat_ident, prop_name, span_of};

/// Globals that are there in every runtime. Other names that nothing declares may be mistakes, which throw when they are
/// read: `catch { console.log(error) }`.
const GLOBALS: [&str; 24] = [
    "Array",
    "Boolean",
    "Buffer",
    "Date",
    "Error",
    "Headers",
    "Infinity",
    "JSON",
    "Map",
    "Math",
    "NaN",
    "Number",
    "Object",
    "Promise",
    "Request",
    "Response",
    "Set",
    "String",
    "URL",
    "URLSearchParams",
    "console",
    "globalThis",
    "process",
    "undefined",
];

/// Members of errors that may refer to themselves, which JSON cannot.
const CIRCULAR: [&str; 4] = ["cause", "config", "request", "response"];

/// Whether the statement may throw something that nobody in the function catches. Errs on the side of yes.
pub fn may_throw(module: &Module, statement: &Stmt, answers: &[Answer]) -> bool {
    let mut throwing = Throwing { module, answers, caught: None, is_zod: false, is_sent: false, found: false };
    match statement {
        Stmt::Try(attempt) => {
            let Some(handler) = &attempt.handler else { return true };
            throwing.caught = handler.param.as_ref().and_then(pat_ident).map(|name| name.to_id());
            handler.body.visit_with(&mut throwing);
            throwing.caught = None;
            attempt.finalizer.visit_with(&mut throwing);
        }
        other => other.visit_with(&mut throwing),
    }
    throwing.found
}

struct Throwing<'a> {
    module: &'a Module,
    answers: &'a [Answer],
    /// What a `catch` calls what it caught: an object, as a rule, whose members are there to be looked at, while those
    /// of its members may have none (`error.response.data`).
    caught: Option<Id>,
    /// What was caught is an error of zod, which has issues: `error.issues[0].message`.
    is_zod: bool,
    /// What is looked at goes into the answer.
    is_sent: bool,
    found: bool,
}

impl Throwing<'_> {
    fn is_caught(&self, object: &Expr) -> bool {
        ident(object).is_some_and(|name| self.caught.as_ref() == Some(&name.to_id()))
    }

    /// Whether the test is `error instanceof ZodError`, or `z.ZodError`.
    fn asks_for_zod(&self, test: &Expr) -> bool {
        let Expr::Bin(bin) = bare(test) else { return false };
        let class = match bare(&bin.right) {
            Expr::Ident(name) => Some(&name.sym),
            Expr::Member(member) => member.prop.as_ident().map(|name| &name.sym),
            _ => None,
        };
        bin.op == BinaryOp::InstanceOf && self.is_caught(&bin.left) && class.is_some_and(|name| &**name == "ZodError")
    }

    fn is_global(&self, name: &Ident) -> bool {
        self.module.is_free(&name.to_id()) && GLOBALS.contains(&&*name.sym)
    }

    fn is_mistake(&self, name: &Ident) -> bool {
        self.module.is_free(&name.to_id()) && !self.is_global(name)
    }
}

impl Visit for Throwing<'_> {
    fn visit_expr(&mut self, expr: &Expr) {
        let expr = bare(expr);
        if let Some(answer) = self.answers.iter().find(|answer| answer.span == span_of(expr)) {
            let around = std::mem::replace(&mut self.is_sent, true);
            if let Some(data) = &answer.data {
                data.visit_with(self);
            }
            self.is_sent = around;
            return;
        }
        match expr {
            Expr::Call(call) => {
                let object = match call.callee.as_expr().map(|callee| bare(callee)) {
                    Some(Expr::Member(member)) => ident(&member.obj).map(|name| name.sym.to_string()),
                    _ => None,
                };
                if object.as_deref() != Some("console") {
                    self.found = true;
                }
            }
            Expr::Member(member) if self.is_caught(&member.obj) => {
                let name = member_name(member);
                self.found |= self.is_sent && name.is_none_or(|name| CIRCULAR.contains(&name.as_str()));
                return member.prop.visit_with(self);
            }
            // Errors may refer to themselves, which JSON cannot.
            Expr::Ident(_) if self.is_sent && self.is_caught(expr) => self.found = true,
            Expr::Member(member) if ident(&member.obj).is_some_and(|object| self.is_global(object)) => {}
            Expr::Member(member) if self.is_zod && root(&member.obj).is_some_and(|root| self.is_caught(root)) => {}
            Expr::OptChain(chain) if chain.optional => {}
            Expr::Ident(name) if self.is_mistake(name) => self.found = true,
            Expr::New(_)
            | Expr::Await(_)
            | Expr::Member(_)
            | Expr::OptChain(_)
            | Expr::TaggedTpl(_)
            | Expr::Yield(_) => self.found = true,
            Expr::Bin(bin) if bin.op == BinaryOp::In => self.found = true,
            // Classes are imported, or globals.
            Expr::Bin(bin) if bin.op == BinaryOp::InstanceOf => return bin.left.visit_with(self),
            _ => {}
        }
        expr.visit_children_with(self);
    }

    fn visit_prop(&mut self, property: &Prop) {
        match property {
            Prop::Shorthand(name) => self.visit_expr(&Expr::Ident(name.clone())),
            other => other.visit_children_with(self),
        }
    }

    fn visit_if_stmt(&mut self, choice: &IfStmt) {
        choice.test.visit_with(self);
        let was = self.is_zod;
        self.is_zod |= self.asks_for_zod(&choice.test);
        choice.cons.visit_with(self);
        self.is_zod = was;
        choice.alt.visit_with(self);
    }

    fn visit_throw_stmt(&mut self, _: &crate::syntax::ast::ThrowStmt) {
        self.found = true;
    }

    fn visit_object_pat(&mut self, _: &crate::syntax::ast::ObjectPat) {
        self.found = true;
    }

    fn visit_function(&mut self, _: &AstFunction) {}

    fn visit_arrow_expr(&mut self, _: &ArrowExpr) {}
}

/// `error` of `error.issues[0]`.
fn root(expr: &Expr) -> Option<&Expr> {
    match bare(expr) {
        Expr::Member(member) => root(&member.obj),
        expr @ Expr::Ident(_) => Some(expr),
        _ => None,
    }
}

/// Whether a statement is `const { title } = await req.json()`, or the same of a variable.
pub fn takes_apart(statement: &Stmt, body: &Body) -> bool {
    let Stmt::Decl(Decl::Var(variable)) = statement else { return false };
    let [VarDeclarator { name: Pat::Object(object), init: Some(init), .. }] = variable.decls.as_slice() else {
        return false;
    };
    let plain = object.props.iter().all(|property| match property {
        ObjectPatProp::Assign(short) => short.value.is_none(),
        ObjectPatProp::KeyValue(pair) => pat_ident(&pair.value).is_some() && prop_name(&pair.key).is_some(),
        ObjectPatProp::Rest(_) => false,
    });
    plain && (span_of(bare(init)) == body.read || ident(init).is_some_and(|name| *name.sym == *body.name))
}
