//! What kind of value an expression certainly is, as far as `res.send` and `res.end` treat kinds differently.

use std::collections::HashMap;

use crate::syntax::ast::{BinaryOp, Callee, Decl, Expr, Id, Lit, Pat, Stmt, VarDeclKind};
use crate::syntax::{Module, Visit, VisitWith, bare, ident, member_name};

/// The kind of a value that is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Text that no browser takes for HTML.
    PlainText,
    /// A string.
    Text,
    /// An object, array, number or boolean: `res.send` makes JSON of it.
    Json,
    /// A `Buffer`.
    Bytes,
    /// `null` or `undefined`.
    Empty,
    /// Not to be told from the code.
    Unknown,
}

/// Initial values of the constants in a module, at any depth.
#[derive(Default)]
pub struct Constants(HashMap<Id, Expr>);

impl Constants {
    /// Collects the constants of `module`.
    pub fn of(module: &Module) -> Constants {
        let mut constants = Constants::default();
        module.ast.visit_with(&mut constants);
        constants
    }

    /// The kind of `expr`.
    pub fn kind(&self, expr: &Expr) -> Kind {
        self.kind_within(expr, 8)
    }

    fn kind_within(&self, expr: &Expr, depth: usize) -> Kind {
        let Some(depth) = depth.checked_sub(1) else { return Kind::Unknown };
        match bare(expr) {
            Expr::Lit(Lit::Str(literal)) => text_kind(&literal.value.to_string_lossy()),
            Expr::Lit(Lit::Null(_)) => Kind::Empty,
            Expr::Lit(Lit::Num(_) | Lit::Bool(_)) | Expr::Object(_) | Expr::Array(_) => Kind::Json,
            Expr::Tpl(template) => match template.quasis.first().and_then(|quasi| quasi.cooked.as_ref()) {
                Some(start) if !start.is_empty() => text_kind(&start.to_string_lossy()),
                _ => Kind::Text,
            },
            Expr::Bin(bin) if bin.op == BinaryOp::Add => {
                match (self.kind_within(&bin.left, depth), self.kind_within(&bin.right, depth)) {
                    (Kind::PlainText, _) => Kind::PlainText,
                    (Kind::Text, _) | (_, Kind::Text | Kind::PlainText) => Kind::Text,
                    _ => Kind::Unknown,
                }
            }
            Expr::Cond(choice) => {
                let (yes, no) = (self.kind_within(&choice.cons, depth), self.kind_within(&choice.alt, depth));
                if yes == no { yes } else { Kind::Unknown }
            }
            Expr::Ident(name) if &*name.sym == "undefined" => Kind::Empty,
            Expr::Ident(name) => {
                self.0.get(&name.to_id()).map_or(Kind::Unknown, |value| self.kind_within(value, depth))
            }
            Expr::Call(call) => match &call.callee {
                Callee::Expr(callee) => called(callee),
                _ => Kind::Unknown,
            },
            Expr::Await(inner) => match bare(&inner.arg) {
                // `await response.text()`.
                Expr::Call(call) => match &call.callee {
                    Callee::Expr(callee) => match bare(callee) {
                        Expr::Member(member)
                            if call.args.is_empty() && member_name(member).as_deref() == Some("text") =>
                        {
                            Kind::Text
                        }
                        _ => Kind::Unknown,
                    },
                    _ => Kind::Unknown,
                },
                _ => Kind::Unknown,
            },
            _ => Kind::Unknown,
        }
    }
}

/// Browsers take a body without content type for HTML if it starts with `<`, spaces aside.
fn text_kind(start: &str) -> Kind {
    match start.trim_start().chars().next() {
        Some('<') | None => Kind::Text,
        Some(_) => Kind::PlainText,
    }
}

/// The kind of what well-known functions give.
fn called(callee: &Expr) -> Kind {
    match bare(callee) {
        Expr::Ident(name) if &*name.sym == "String" => Kind::Text,
        Expr::Member(member) => {
            let object = ident(&member.obj).map(|name| name.sym.to_string());
            match (object.as_deref(), member_name(member).as_deref()) {
                (Some("JSON"), Some("stringify")) => Kind::PlainText,
                (Some("Buffer"), Some("from" | "concat" | "alloc")) => Kind::Bytes,
                (_, Some("toISOString")) => Kind::PlainText,
                (_, Some("join" | "toString" | "toUpperCase" | "toLowerCase" | "padStart" | "trim" | "toFixed")) => {
                    Kind::Text
                }
                _ => Kind::Unknown,
            }
        }
        _ => Kind::Unknown,
    }
}

impl Visit for Constants {
    fn visit_stmt(&mut self, statement: &Stmt) {
        if let Stmt::Decl(Decl::Var(variable)) = statement
            && variable.kind == VarDeclKind::Const
        {
            for declarator in &variable.decls {
                if let (Pat::Ident(binding), Some(init)) = (&declarator.name, &declarator.init) {
                    self.0.insert(binding.id.to_id(), (**init).clone());
                }
            }
        }
        statement.visit_children_with(self);
    }
}
