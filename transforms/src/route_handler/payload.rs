//! What kind of value an expression certainly is, as far as `res.send` and `res.end` treat kinds differently.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::given::all_of;
use super::known::Known;
use super::sure::Sure;
use super::unit::Unit;
use super::value_kinds::{self, Said};
use crate::project::{Literal, imports};
use crate::syntax::ast::{
    AssignExpr, AssignOp, AssignPat, AssignPatProp, AssignTarget, BinaryOp, BindingIdent, CallExpr, Callee, Expr,
    ForHead, ForOfStmt, Id, Ident, Lit, ObjectPat, Pat, RestPat, SimpleAssignTarget, UpdateExpr, VarDecl, VarDeclKind,
};
use crate::syntax::{Module, Span, Visit, VisitWith, bare, ident, literal_str, member_name, references};

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

/// What is known of the constants and variables in a module, at any depth.
#[derive(Default)]
pub struct Constants {
    /// The constants' values.
    values: HashMap<Id, Expr>,
    /// Initial values of variables made with `let`, and what they are set to later.
    variables: HashMap<Id, Expr>,
    assigned: HashMap<Id, Vec<Expr>>,
    /// Variables that are set in other ways.
    unclear: HashSet<Id>,
    /// What checks make certain of constants.
    sure: Sure,
    /// What their types say of parameters and variables.
    said: HashMap<Id, Said>,
    /// Constants that are one string of a list after the other: `for (const key of ['a', 'b'])`.
    listed: HashSet<Id>,
    /// What is written down of constants, here or in other modules.
    known: Arc<Known>,
    /// Imported names: objects whose methods may be anything.
    imported: HashSet<Id>,
    /// Something in the module is called `fetch`.
    has_own_fetch: bool,
    /// The module is TypeScript.
    typed: bool,
    /// The project uses Prisma, so that its methods are known by their names.
    knows_prisma: bool,
}

impl Constants {
    /// Collects the constants of `module`.
    pub fn of(module: &Module) -> Constants {
        let mut constants = Constants { sure: Sure::of(&module.ast), ..Constants::default() };
        module.ast.visit_with(&mut constants);
        constants.typed = [".ts", ".tsx"].iter().any(|extension| module.path.ends_with(extension));
        constants.imported = imports(module).into_keys().collect();
        constants.has_own_fetch = module.references().keys().any(|id| &*id.0 == "fetch" && !module.is_free(id));
        constants
    }

    /// Those of the module of `unit`, and what is known of other modules.
    pub fn within(unit: &Unit<'_>) -> Constants {
        Constants::of(unit.module).with_prisma(unit.knows_prisma).with_known(Arc::clone(&unit.known))
    }

    /// The same where that much is written down.
    pub fn with_known(self, known: Arc<Known>) -> Constants {
        Constants { known, ..self }
    }

    /// The same in a project that uses Prisma, or not.
    pub fn with_prisma(self, knows_prisma: bool) -> Constants {
        Constants { knows_prisma, ..self }
    }

    /// Whether the methods of Prisma's models are known by their names.
    pub fn knows_prisma(&self) -> bool {
        self.knows_prisma
    }

    /// Whether types are checked in the module.
    pub fn is_typed(&self) -> bool {
        self.typed
    }

    /// Whether a name is imported.
    pub fn is_imported(&self, name: &Ident) -> bool {
        self.imported.contains(&name.to_id())
    }

    /// Whether `fetch` is what the platform gives.
    pub fn has_fetch(&self) -> bool {
        !self.has_own_fetch
    }

    /// The initial value of a constant.
    pub fn value(&self, name: &Ident) -> Option<&Expr> {
        self.values.get(&name.to_id())
    }

    /// What a variable made with `let` is at first.
    pub fn first_value(&self, name: &Ident) -> Option<&Expr> {
        self.variables.get(&name.to_id())
    }

    /// What the type of a parameter or variable says, or its default.
    pub fn said(&self, name: &Ident) -> Option<Said> {
        self.said.get(&name.to_id()).copied()
    }

    /// All values that a constant, or a variable with an initial value, ever gets; `None` if they are not all known.
    pub fn all_values(&self, name: &Ident) -> Option<Vec<&Expr>> {
        self.values_of(&name.to_id())
    }

    /// The same of a name that stands elsewhere.
    pub fn values_of(&self, id: &Id) -> Option<Vec<&Expr>> {
        if let Some(value) = self.values.get(id) {
            return Some(vec![value]);
        }
        let first = self.variables.get(id).filter(|_| !self.unclear.contains(id))?;
        Some([first].into_iter().chain(self.assigned.get(id).into_iter().flatten()).collect())
    }

    /// What is written down of the constant that `expr` is, or of a member of one: `OK`, `HTTP.OK`.
    pub fn literal(&self, expr: &Expr) -> Option<&Literal> {
        match bare(expr) {
            Expr::Ident(name) => self.known.get(&name.to_id()),
            Expr::Member(member) => self.literal(&member.obj)?.member(&member_name(member)?),
            _ => None,
        }
    }

    /// The number that `expr` certainly is.
    pub fn as_number(&self, expr: &Expr) -> Option<f64> {
        let end = self.at_the_end(expr);
        match (self.literal(end), end) {
            (Some(Literal::Number(number)), _) => Some(*number),
            (None, Expr::Lit(Lit::Num(number))) => Some(number.value),
            _ => None,
        }
    }

    /// The text that `expr` certainly is.
    pub fn as_text(&self, expr: &Expr) -> Option<String> {
        let end = self.at_the_end(expr);
        match self.literal(end) {
            Some(Literal::Text(text)) => Some(text.clone()),
            Some(_) => None,
            None => literal_str(end),
        }
    }

    /// What a name stands for, through constants of the module.
    fn at_the_end<'e>(&'e self, expr: &'e Expr) -> &'e Expr {
        let mut end = bare(expr);
        for _ in 0..8 {
            match end {
                Expr::Ident(name) => match self.value(name) {
                    Some(value) => end = bare(value),
                    None => return end,
                },
                _ => return end,
            }
        }
        end
    }

    /// The kind of what is written down.
    fn kind_of(literal: &Literal) -> Kind {
        match literal {
            Literal::Text(text) => text_kind(text),
            Literal::Number(_) | Literal::Flag | Literal::List | Literal::Object(_) => Kind::Json,
            Literal::Null => Kind::Empty,
            Literal::Data => Kind::Unknown,
        }
    }

    /// Whether a check or a read before has made certain that the constant is there where it is mentioned.
    pub fn is_checked(&self, name: &Ident) -> bool {
        self.sure.is_value(name)
    }

    /// Whether a check has made certain that the constant is true at `at`.
    pub fn is_true_at(&self, constant: &Id, at: Span) -> bool {
        self.sure.is_true_at(constant, at)
    }

    /// The kind of `expr`.
    pub fn kind(&self, expr: &Expr) -> Kind {
        self.kind_within(expr, 8)
    }

    /// Whether `expr` is certainly a string.
    pub fn is_string(&self, expr: &Expr) -> bool {
        matches!(self.kind(expr), Kind::Text | Kind::PlainText) && !self.is_stringified(expr, 8)
    }

    /// Whether `name` is certainly a string, which something is looked up by.
    pub fn is_key(&self, name: &Expr) -> bool {
        self.is_string(name) || ident(bare(name)).is_some_and(|name| self.listed.contains(&name.to_id()))
    }

    /// Whether `expr` may be what `JSON.stringify` gives, which is `undefined` for `undefined`.
    fn is_stringified(&self, expr: &Expr, depth: usize) -> bool {
        let Some(depth) = depth.checked_sub(1) else { return true };
        match bare(expr) {
            Expr::Cond(choice) => self.is_stringified(&choice.cons, depth) || self.is_stringified(&choice.alt, depth),
            Expr::Ident(name) => self.value(name).is_some_and(|value| self.is_stringified(value, depth)),
            Expr::Call(call) => {
                let callee = call.callee.as_expr().and_then(|callee| bare(callee).as_member());
                callee.is_some_and(|callee| member_name(callee).as_deref() == Some("stringify"))
            }
            _ => false,
        }
    }

    /// Whether `expr` may be what a method of this name has given: `zip.toBuffer()`, or a name for that.
    pub fn is_made_by(&self, expr: &Expr, method: &str) -> bool {
        let makes = |value: &Expr| {
            let value = match bare(value) {
                Expr::Await(inner) => bare(&inner.arg),
                other => other,
            };
            let callee =
                value.as_call().and_then(|call| call.callee.as_expr()).and_then(|callee| bare(callee).as_member());
            callee.is_some_and(|callee| member_name(callee).as_deref() == Some(method))
        };
        let values = ident(bare(expr)).and_then(|name| self.all_values(name));
        makes(expr) || values.is_some_and(|values| values.into_iter().any(makes))
    }

    fn kind_within(&self, expr: &Expr, depth: usize) -> Kind {
        let Some(depth) = depth.checked_sub(1) else { return Kind::Unknown };
        if let Some(literal) = self.literal(expr) {
            return Constants::kind_of(literal);
        }
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
            Expr::Ident(name) => self.value(name).map_or(Kind::Unknown, |value| self.kind_within(value, depth)),
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
                (_, Some("toISOString" | "toUTCString")) => Kind::PlainText,
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
    fn visit_binding_ident(&mut self, binding: &BindingIdent) {
        let said = binding.type_ann.as_ref().and_then(|annotation| Said::of(&annotation.type_ann));
        self.said.extend(said.map(|said| (binding.id.to_id(), said)));
        binding.visit_children_with(self);
    }

    fn visit_assign_pat(&mut self, assign: &AssignPat) {
        let said = Said::of_default(&assign.right);
        self.said.extend(assign.left.as_ident().zip(said).map(|(binding, said)| (binding.id.to_id(), said)));
        // An annotation has the last word.
        assign.visit_children_with(self);
    }

    // `({ page, size }: { page: number; size: string }) => …`
    fn visit_object_pat(&mut self, object: &ObjectPat) {
        object.visit_children_with(self);
        self.said.extend(value_kinds::said_of_members(object));
    }

    // `({ page = 1 }) => …`
    fn visit_assign_pat_prop(&mut self, assign: &AssignPatProp) {
        let said = assign.value.as_ref().and_then(|default| Said::of_default(default));
        self.said.extend(said.map(|said| (assign.key.id.to_id(), said)));
        assign.visit_children_with(self);
    }

    fn visit_rest_pat(&mut self, rest: &RestPat) {
        let said = rest.type_ann.as_ref().and_then(|annotation| Said::of(&annotation.type_ann));
        self.said.extend(rest.arg.as_ident().zip(said).map(|(binding, said)| (binding.id.to_id(), said)));
        rest.visit_children_with(self);
    }

    // `upstream.headers.forEach((value, name) => …)`: what has names for its values is no list.
    fn visit_call_expr(&mut self, call: &CallExpr) {
        if let Some(value) = value_kinds::named_value(call) {
            self.said.insert(value, Said::Text);
        }
        call.visit_children_with(self);
    }

    // `for (const [name, value] of upstream.headers)`
    fn visit_for_of_stmt(&mut self, each: &ForOfStmt) {
        if let Some(value) = value_kinds::value_of_headers(each) {
            self.said.insert(value, Said::Text);
        }
        self.listed.extend(value_kinds::one_of_strings(each));
        each.visit_children_with(self);
    }

    fn visit_var_decl(&mut self, variable: &VarDecl) {
        for declarator in &variable.decls {
            let Some(init) = &declarator.init else { continue };
            match (&declarator.name, variable.kind) {
                (Pat::Ident(binding), VarDeclKind::Const) => {
                    self.values.insert(binding.id.to_id(), (**init).clone());
                }
                (Pat::Ident(binding), VarDeclKind::Let) => {
                    self.variables.insert(binding.id.to_id(), (**init).clone());
                }
                // `const [a, b] = await Promise.all([first(), second()])`.
                (Pat::Array(pattern), VarDeclKind::Const) => {
                    for (element, value) in pattern.elems.iter().zip(all_of(init)) {
                        if let Some(Pat::Ident(binding)) = element {
                            self.values.insert(binding.id.to_id(), value);
                        }
                    }
                }
                _ => {}
            }
        }
        variable.visit_children_with(self);
    }

    fn visit_assign_expr(&mut self, assignment: &AssignExpr) {
        match &assignment.left {
            AssignTarget::Simple(SimpleAssignTarget::Ident(name)) if assignment.op == AssignOp::Assign => {
                self.assigned.entry(name.id.to_id()).or_default().push((*assignment.right).clone());
            }
            AssignTarget::Simple(SimpleAssignTarget::Member(_)) => {}
            target => self.unclear.extend(references(target).into_keys()),
        }
        assignment.visit_children_with(self);
    }

    fn visit_update_expr(&mut self, update: &UpdateExpr) {
        self.unclear.extend(ident(&update.arg).map(|name| name.to_id()));
        update.visit_children_with(self);
    }

    // `for (x of …)` sets a variable that was there before.
    fn visit_for_head(&mut self, head: &ForHead) {
        if let ForHead::Pat(pattern) = head {
            self.unclear.extend(references(&**pattern).into_keys());
        }
        head.visit_children_with(self);
    }
}
