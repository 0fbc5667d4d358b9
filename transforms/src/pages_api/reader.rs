//! Reading one carrier: every mention of `req` and `res` in it becomes a read, a write, a call or an escape.

mod calls;
mod defaults;
mod either;
mod forwarded;
mod goes_on;
mod marks;
mod nexts;
mod objects;
mod peers;
mod presence;
mod requests;
mod senders;
mod start;

use std::collections::{HashMap, HashSet};

use self::defaults::Standing;
use self::forwarded::Forwarded;
use self::marks::Marks;
use super::carrier::{Carrier, EscapeKind, Role, Settled, Surroundings};
use super::curried::Alias;
use super::patterns::{kept, picked_keys};
use super::request::Part;
use super::response::ResponseUse;
use crate::syntax::ast::{
    self, ArrowExpr, AssignExpr, AssignTarget, BinaryOp, CallExpr, Expr, ForOfStmt, Id, MemberExpr, NewExpr,
    OptChainBase, Pat, SimpleAssignTarget, Stmt, Tpl, UnaryOp, VarDeclarator,
};
use crate::syntax::{Function, Module, Visit, VisitWith, bare, ident, literal_str, member_name, span_of};

struct Reader<'a, 'm> {
    module: &'a Module,
    functions: &'m HashMap<Id, Function<'a>>,
    around: &'m Surroundings<'m>,
    carrier: Carrier<'a>,
    /// Names for continuations.
    aliases: HashMap<Id, Id>,
    /// Names for any member of an object: `const handler = handlers[key]`.
    groups: HashMap<Id, Id>,
    /// Names of what was caught.
    caught: HashSet<Id>,
    /// Other names for functions that others make.
    makers: Vec<Alias>,
    /// Parameters that are known functions.
    standing: HashMap<Id, Standing>,
    depth: usize,
    /// Nobody sent `x-forwarded-for` where the code that is read runs.
    unforwarded: bool,
    /// Names of what is made of that header.
    sent: HashMap<Id, Forwarded>,
    marks: Marks,
}

impl<'a> Reader<'a, '_> {
    fn role(&self, expr: &Expr) -> Option<Role> {
        self.carrier.role_of(expr)
    }

    fn inside(&mut self, visit: impl FnOnce(&mut Self)) {
        self.depth += 1;
        visit(self);
        self.depth -= 1;
    }
}

impl<'a> Visit for Reader<'a, '_> {
    fn visit_function(&mut self, function: &ast::Function) {
        self.inside(|reader| function.visit_children_with(reader));
    }

    fn visit_arrow_expr(&mut self, arrow: &ArrowExpr) {
        self.inside(|reader| arrow.visit_children_with(reader));
    }

    fn visit_class(&mut self, class: &ast::Class) {
        self.inside(|reader| class.visit_children_with(reader));
    }

    // Types mention no values that we follow.
    fn visit_ts_type(&mut self, _: &ast::TsType) {}

    fn visit_ident(&mut self, name: &ast::Ident) {
        if self.carrier.nexts.contains(&name.to_id()) {
            self.escape(span_of(name), Role::Res, EscapeKind::Next(name.sym.to_string()));
        }
        if self.carrier.done.as_ref() == Some(&name.to_id()) {
            self.escape(span_of(name), Role::Res, EscapeKind::Done(name.sym.to_string()));
        }
        let object = || self.bundle_role(name).or_else(|| self.packed_role(name));
        if let Some(role) = self.role(&Expr::Ident(name.clone())).or_else(object) {
            self.escape(span_of(name), role, EscapeKind::Value);
        }
    }

    fn visit_var_declarator(&mut self, declarator: &VarDeclarator) {
        let Some(init) = declarator.init.as_deref() else { return };
        let whole = span_of(declarator);
        if self.carrier.bundles.iter().flat_map(|bundle| &bundle.apart).any(|apart| apart.declarator == whole) {
            return;
        }
        if self.carrier.aliases.iter().any(|alias| alias.declarator == whole) {
            return;
        }
        self.mark_open(init);
        match (&declarator.name, self.role(init)) {
            (Pat::Object(object), Some(Role::Req)) => return self.unpack(whole, object, Some(init)),
            (_, Some(_)) => return self.visit_ident_of(init),
            (_, None) if self.packs(whole) => return self.pack(init, whole),
            _ => {}
        }
        let before = self.carrier.reads.len();
        init.visit_with(self);
        let whole = span_of(bare(init));
        if let Some(read) = self.carrier.reads[before..].iter_mut().find(|read| read.span == whole) {
            match &declarator.name {
                Pat::Ident(binding) => {
                    read.declares = Some((span_of(declarator), binding.id.sym.to_string()));
                    if read.part == Part::Method {
                        self.carrier.method_names.insert(binding.id.to_id());
                    }
                }
                Pat::Object(object) => read.picks = picked_keys(object),
                _ => {}
            }
        }
        let part = self.carrier.reads[before..].iter().find(|read| read.span == whole).map(|read| read.part.clone());
        self.names_forwarded(declarator, init, part.as_ref());
        declarator.name.visit_with(self);
    }

    fn visit_member_expr(&mut self, member: &MemberExpr) {
        self.member(member, false);
    }

    fn visit_ts_non_null_expr(&mut self, expr: &ast::TsNonNullExpr) {
        self.marks.loose.insert(span_of(bare(&expr.expr)));
        expr.visit_children_with(self);
    }

    fn visit_paren_expr(&mut self, expr: &ast::ParenExpr) {
        self.mark_open(&expr.expr);
        expr.visit_children_with(self);
    }

    fn visit_array_lit(&mut self, array: &ast::ArrayLit) {
        for element in array.elems.iter().flatten() {
            self.mark_open(&element.expr);
        }
        array.visit_children_with(self);
    }

    fn visit_opt_chain_expr(&mut self, chain: &ast::OptChainExpr) {
        if let OptChainBase::Member(member) = &*chain.base {
            return self.member(member, chain.optional);
        }
        if let OptChainBase::Call(call) = &*chain.base {
            if self.next_call(&call.callee, &call.args, span_of(chain)) {
                return;
            }
            self.mark_loose(&call.callee);
            if self.optional_call(call, span_of(chain)) {
                return;
            }
        }
        chain.visit_children_with(self);
    }

    fn visit_pat(&mut self, pattern: &Pat) {
        if let Pat::Expr(target) = pattern {
            self.marks.written.insert(span_of(bare(target)));
        }
        pattern.visit_children_with(self);
    }

    fn visit_assign_expr(&mut self, assign: &AssignExpr) {
        if let AssignTarget::Simple(SimpleAssignTarget::Member(target)) = &assign.left {
            self.marks.written.insert(span_of(target));
            if let Some(name) = self.written_member(target) {
                if self.put(assign, target, &name) {
                    return assign.right.visit_with(self);
                }
                self.escape(span_of(assign), Role::Req, EscapeKind::Extended(name));
                return assign.right.visit_with(self);
            }
            if let Some(role) = self.written_object(target) {
                self.escape(span_of(assign), role, EscapeKind::Value);
                return assign.right.visit_with(self);
            }
            match self.role(&target.obj) {
                Some(Role::Res)
                    if member_name(target).as_deref() == Some("statusCode") && assign.op == ast::AssignOp::Assign =>
                {
                    let (span, status) = (span_of(assign), Some((*assign.right).clone()));
                    let nested = self.depth > 0;
                    self.carrier.writes.push(ResponseUse { status, nested, ..ResponseUse::at(span) });
                    return assign.right.visit_with(self);
                }
                Some(Role::Req) => {
                    let name = member_name(target).unwrap_or_default();
                    self.read(span_of(target), Part::Extension(name));
                    return assign.right.visit_with(self);
                }
                _ => {}
            }
        }
        self.mark_open(&assign.right);
        assign.visit_children_with(self);
    }

    fn visit_call_expr(&mut self, call: &CallExpr) {
        self.call(call);
    }

    fn visit_catch_clause(&mut self, clause: &ast::CatchClause) {
        self.catch(clause);
    }

    fn visit_new_expr(&mut self, new: &NewExpr) {
        for arg in new.args.iter().flatten() {
            self.mark_open(&arg.expr);
        }
        if self.construction(new) {
            return;
        }
        new.callee.visit_with(self);
        for arg in new.args.iter().flatten() {
            match self.role(&arg.expr).filter(|_| arg.spread.is_none()) {
                Some(role) => {
                    let name = format!("new {}", self.module.text_of(&*new.callee));
                    self.escape(span_of(&*arg.expr), role, EscapeKind::Argument(name));
                }
                None => arg.visit_with(self),
            }
        }
    }

    fn visit_for_of_stmt(&mut self, statement: &ForOfStmt) {
        if statement.is_await && self.role(&statement.right) == Some(Role::Req) {
            self.read(span_of(bare(&statement.right)), Part::Other("[Symbol.asyncIterator]".into()));
            return statement.body.visit_with(self);
        }
        statement.visit_children_with(self);
    }

    fn visit_expr_stmt(&mut self, statement: &ast::ExprStmt) {
        self.marks.dropped.insert(span_of(bare(&statement.expr)));
        statement.visit_children_with(self);
    }

    fn visit_await_expr(&mut self, expr: &ast::AwaitExpr) {
        self.marks.awaited.insert(span_of(bare(&expr.arg)), span_of(expr));
        expr.visit_children_with(self);
    }

    fn visit_update_expr(&mut self, update: &ast::UpdateExpr) {
        self.marks.written.insert(span_of(bare(&update.arg)));
        match self.written(&update.arg) {
            Some(name) => self.escape(span_of(update), Role::Req, EscapeKind::Extended(name)),
            None => update.visit_children_with(self),
        }
    }

    fn visit_unary_expr(&mut self, unary: &ast::UnaryExpr) {
        if let (UnaryOp::Delete, Some(name)) = (unary.op, self.written(&unary.arg)) {
            return self.escape(span_of(unary), Role::Req, EscapeKind::Extended(name));
        }
        match unary.op {
            UnaryOp::Bang => self.mark_loose(&unary.arg),
            UnaryOp::Delete => drop(self.marks.written.insert(span_of(bare(&unary.arg)))),
            _ => {}
        }
        unary.visit_children_with(self);
    }

    fn visit_bin_expr(&mut self, bin: &ast::BinExpr) {
        if self.peer_address(bin) || self.url_or(bin) || self.present(bin) {
            return;
        }
        match bin.op {
            BinaryOp::LogicalOr | BinaryOp::NullishCoalescing => self.mark_loose(&bin.left),
            BinaryOp::EqEqEq | BinaryOp::NotEqEq | BinaryOp::EqEq | BinaryOp::NotEq => {
                for (one, other) in [(&bin.left, &bin.right), (&bin.right, &bin.left)] {
                    let literal = literal_str(other);
                    if literal.is_some() || matches!(bare(other), Expr::Tpl(_)) {
                        self.mark_loose(one);
                    }
                    // `typeof x === 'string'`
                    if let (Some("string"), Expr::Unary(kind)) = (literal.as_deref(), bare(one))
                        && kind.op == UnaryOp::TypeOf
                    {
                        self.mark_loose(&kind.arg);
                    }
                }
            }
            _ => {}
        }
        bin.visit_children_with(self);
    }

    fn visit_if_stmt(&mut self, statement: &ast::IfStmt) {
        if self.asks_presence(&statement.test) {
            let branch =
                if self.is_present(&statement.test) { Some(&*statement.cons) } else { statement.alt.as_deref() };
            let kept = branch.and_then(|branch| kept(&self.module.text, branch));
            self.carrier.settled.push(Settled { span: span_of(statement), kept });
            if let Some(branch) = branch {
                branch.visit_with(self);
            }
            return;
        }
        let branches = [Some(&*statement.cons), statement.alt.as_deref()];
        if self.peer_statement(statement) || self.either(span_of(statement), &statement.test, branches) {
            return;
        }
        self.mark_loose(&statement.test);
        statement.test.visit_with(self);
        self.under(&statement.test, true, |reader| statement.cons.visit_with(reader));
        self.under(&statement.test, false, |reader| reader.alternative(statement));
    }

    fn visit_stmts(&mut self, statements: &[Stmt]) {
        let around = self.unforwarded;
        for (at, statement) in statements.iter().enumerate() {
            if self.either_statement(statement, &statements[at + 1..]) {
                break;
            }
            statement.visit_with(self);
            self.unforwarded |= self.leaves_forwarded(statement);
        }
        self.unforwarded = around;
    }

    fn visit_expr(&mut self, expr: &Expr) {
        let around = self.unforwarded;
        if !self.peer(expr) {
            expr.visit_children_with(self);
        }
        self.unforwarded = around;
    }

    fn visit_cond_expr(&mut self, expr: &ast::CondExpr) {
        if self.either(span_of(expr), &expr.test, [Some(&*expr.cons), Some(&*expr.alt)]) {
            return;
        }
        if self.present_choice(expr) {
            return;
        }
        self.mark_loose(&expr.test);
        self.mark_open(&expr.cons);
        self.mark_open(&expr.alt);
        expr.test.visit_with(self);
        self.under(&expr.test, true, |reader| expr.cons.visit_with(reader));
        self.under(&expr.test, false, |reader| expr.alt.visit_with(reader));
    }

    fn visit_return_stmt(&mut self, statement: &ast::ReturnStmt) {
        if let Some(value) = &statement.arg {
            self.mark_open(value);
        }
        statement.visit_children_with(self);
    }

    fn visit_key_value_prop(&mut self, pair: &ast::KeyValueProp) {
        self.mark_open(&pair.value);
        pair.visit_children_with(self);
    }

    fn visit_tpl(&mut self, template: &Tpl) {
        for value in &template.exprs {
            self.mark_open(value);
        }
        template.visit_children_with(self);
    }
}

impl<'a> Reader<'a, '_> {
    /// `object.name`, or `object?.name`, which goes on without an object.
    fn member(&mut self, member: &MemberExpr, optional: bool) {
        let span = span_of(member);
        if self.request_member(&member.obj, member_name(member), span) || self.computed_member(member) {
            return;
        }
        if self.role(&member.obj) == Some(Role::Res) {
            let name = member_name(member).unwrap_or_else(|| "[computed]".into());
            if self.carrier.asks_if_sent(member) && self.depth == 0 {
                return self.carrier.checks.push(span);
            }
            if name == "statusCode" && self.carrier.wraps && !optional && !self.marks.written.contains(&span) {
                return self.carrier.statuses.push(span);
            }
            return self.escape(span, Role::Res, EscapeKind::Member(name));
        }
        if optional {
            self.mark_loose(&member.obj);
        } else {
            self.mark_accessed(&member.obj);
        }
        if !self.bundle_member(member) && !self.packed_member(member) {
            member.visit_children_with(self);
        }
    }

    fn visit_ident_of(&mut self, expr: &Expr) {
        if let Some(name) = ident(expr) {
            self.visit_ident(name);
        }
    }
}
