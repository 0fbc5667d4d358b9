//! Constants that a check of them, or of a member, has made true, or of which a member has been read:
//!
//! ```ts
//! if (!user) return res.status(404).end();
//! const names = teams.map((team) => team.name);
//! return res.json(user);      // here `user` is true, and `teams` is neither `null` nor `undefined`
//! ```

use std::collections::HashSet;

use super::checks::Checks;
use crate::syntax::ast::{
    ArrowExpr, AssignExpr, AssignOp, BinExpr, BinaryOp, BlockStmt, Class, CondExpr, Decl, Expr, FnDecl, Function,
    FunctionBody, Id, Ident, MemberExpr, Module, OptChainExpr, Pat, Stmt, SwitchCase, VarDecl, VarDeclKind,
};
use crate::syntax::bound_ids;
use crate::syntax::{Span, Visit, VisitWith, bare, ident, member_name, span_of};

/// What is certain of constants, and where.
#[derive(Default)]
pub struct Sure {
    /// Where they are true.
    truths: Vec<(Id, Span)>,
    /// Where they are neither `null` nor `undefined`.
    values: Vec<(Id, Span)>,
    constants: HashSet<Id>,
    /// Functions that are there before their statement is reached, so that a check above them says nothing.
    hoisted: Vec<Span>,
}

impl Sure {
    /// What the checks in `module` make sure of.
    pub fn of(module: &Module) -> Sure {
        let mut sure = Sure::default();
        module.visit_with(&mut Checks::everywhere(&mut |test, truth, range| sure.note(test, truth, range)));
        module.visit_with(&mut sure);
        sure
    }

    /// The same for the statements of a function.
    pub fn of_body(body: &[Stmt]) -> Sure {
        let mut sure = Sure::default();
        let mut note = |test: &Expr, truth, range| sure.note(test, truth, range);
        let mut checks = Checks::everywhere(&mut note);
        checks.list(body);
        body.iter().for_each(|statement| statement.visit_with(&mut checks));
        sure.list(body);
        body.iter().for_each(|statement| statement.visit_with(&mut sure));
        sure
    }

    fn note(&mut self, test: &Expr, truth: bool, range: Span) {
        if let Some(name) = ident(test).or_else(|| owner(test)).filter(|_| truth) {
            self.truths.push((name.to_id(), range));
        }
    }

    /// Whether the constant is certainly true where `name` mentions it.
    pub fn is_true(&self, name: &Ident) -> bool {
        self.is_true_at(&name.to_id(), span_of(name))
    }

    /// Whether the constant `id` is certainly true at `at`.
    pub fn is_true_at(&self, id: &Id, at: Span) -> bool {
        self.holds(&self.truths, id, at)
    }

    /// Whether the constant is certainly neither `null` nor `undefined` where `name` mentions it.
    pub fn is_value(&self, name: &Ident) -> bool {
        self.is_true(name) || self.holds(&self.values, &name.to_id(), span_of(name))
    }

    fn holds(&self, facts: &[(Id, Span)], id: &Id, at: Span) -> bool {
        let early =
            |range: &Span| self.hoisted.iter().any(|function| range.contains(*function) && function.contains(at));
        self.constants.contains(id)
            && facts.iter().any(|(fact, range)| fact == id && range.contains(at) && !early(range))
    }

    fn list(&mut self, statements: &[Stmt]) {
        let Some(end) = statements.last().map(|last| span_of(last).end) else { return };
        for statement in statements {
            let behind = Span::new(span_of(statement).end, end);
            self.values.extend(read_by(statement).into_iter().map(|name| (name, behind)));
        }
    }
}

impl Visit for Sure {
    fn visit_var_decl(&mut self, variable: &VarDecl) {
        if variable.kind == VarDeclKind::Const {
            self.constants.extend(variable.decls.iter().flat_map(|declarator| bound_ids(&declarator.name)));
        }
        variable.visit_children_with(self);
    }

    fn visit_fn_decl(&mut self, function: &FnDecl) {
        self.hoisted.push(span_of(function));
        function.visit_children_with(self);
    }

    fn visit_function_body(&mut self, body: &FunctionBody) {
        self.list(&body.stmts);
        body.visit_children_with(self);
    }

    fn visit_block_stmt(&mut self, block: &BlockStmt) {
        self.list(&block.stmts);
        block.visit_children_with(self);
    }

    fn visit_switch_case(&mut self, case: &SwitchCase) {
        self.list(&case.cons);
        case.visit_children_with(self);
    }
}

/// `user` in `user?.id` and `user.team?.id`: where that is true, so is `user`, for what is false has no members of its
/// own.
fn owner(test: &Expr) -> Option<&Ident> {
    let member = match bare(test) {
        Expr::Member(member) => member,
        Expr::OptChain(chain) => chain.base.as_member()?,
        _ => return None,
    };
    match ident(&member.obj) {
        Some(name) => {
            let own = member_name(member)?;
            (!INHERITED.split(' ').any(|inherited| inherited == own)).then_some(name)
        }
        None => owner(&member.obj),
    }
}

/// What even `''`, `0` and `false` have.
const INHERITED: &str = "anchor at big blink bold charAt charCodeAt codePointAt concat constructor endsWith fixed fontcolor \
    fontsize hasOwnProperty includes indexOf isPrototypeOf isWellFormed italics lastIndexOf link \
    localeCompare match matchAll normalize padEnd padStart propertyIsEnumerable repeat replace \
    replaceAll search slice small split startsWith strike sub substr substring sup toExponential toFixed \
    toLocaleLowerCase toLocaleString toLocaleUpperCase toLowerCase toPrecision toString toUpperCase \
    toWellFormed trim trimEnd trimLeft trimRight trimStart valueOf __proto__";

/// Names of which the statement certainly reads a member, first thing: it throws if there is none.
fn read_by(statement: &Stmt) -> Vec<Id> {
    let mut reads = Reads(Vec::new());
    match statement {
        Stmt::Expr(statement) => statement.expr.visit_with(&mut reads),
        Stmt::Decl(Decl::Var(variable)) => variable.visit_with(&mut reads),
        Stmt::If(choice) => choice.test.visit_with(&mut reads),
        _ => {}
    }
    reads.0
}

/// Collects from what is evaluated in any case.
struct Reads(Vec<Id>);

impl Visit for Reads {
    fn visit_member_expr(&mut self, member: &MemberExpr) {
        self.0.extend(ident(&member.obj).map(|name| name.to_id()));
        member.visit_children_with(self);
    }

    fn visit_cond_expr(&mut self, choice: &CondExpr) {
        choice.test.visit_with(self);
    }

    fn visit_bin_expr(&mut self, bin: &BinExpr) {
        bin.left.visit_with(self);
        if !matches!(bin.op, BinaryOp::LogicalAnd | BinaryOp::LogicalOr | BinaryOp::NullishCoalescing) {
            bin.right.visit_with(self);
        }
    }

    fn visit_assign_expr(&mut self, assignment: &AssignExpr) {
        if assignment.op == AssignOp::Assign {
            assignment.visit_children_with(self);
        }
    }

    // Default values in patterns.
    fn visit_pat(&mut self, _: &Pat) {}
    fn visit_opt_chain_expr(&mut self, _: &OptChainExpr) {}
    fn visit_function(&mut self, _: &Function) {}
    fn visit_arrow_expr(&mut self, _: &ArrowExpr) {}
    fn visit_class(&mut self, _: &Class) {}
}
