//! Reading one carrier: every mention of `req` and `res` in it becomes a read, a write, a call or an escape.

mod nexts;
mod objects;
mod requests;
mod start;

use std::collections::{BTreeSet, HashMap, HashSet};

use super::carrier::{Call, Carrier, Escape, EscapeKind, Role, Settled, Surroundings};
use super::methods::is_sent_check;
use super::object_call::{held_arguments, object_call, visit_rest};
use super::patterns::{kept, member_callee, picked_keys};
use super::request::{Part, RequestUse};
use super::response::{Chain, HeaderChange, ResponseUse, chain};
use super::taught::TaughtCall;
use crate::syntax::ast::{
    self, ArrowExpr, AssignExpr, AssignTarget, BinaryOp, CallExpr, Callee, Expr, ForOfStmt, Id, MemberExpr, NewExpr,
    OptChainBase, Pat, SimpleAssignTarget, Tpl, UnaryOp, VarDeclarator,
};
use crate::syntax::{
    Function, Module, Span, Truth, Visit, VisitWith, bare, callee_ident, ident, literal_str, member_name, span_of,
    stands_for, truth,
};

/// What was learnt about an expression from the node around it.
#[derive(Default)]
struct Marks {
    loose: HashSet<Span>,
    open: HashSet<Span>,
    accessed: HashSet<Span>,
    awaited: HashMap<Span, Span>,
    /// Statements whose value nobody waits for.
    dropped: HashSet<Span>,
}

struct Reader<'a, 'm> {
    module: &'a Module,
    functions: &'m HashMap<Id, Function<'a>>,
    around: &'m Surroundings<'m>,
    carrier: Carrier<'a>,
    /// Names for continuations.
    aliases: HashMap<Id, Id>,
    /// Names for any member of an object: `const handler = handlers[key]`.
    groups: HashMap<Id, Id>,
    depth: usize,
    marks: Marks,
}

impl<'a> Reader<'a, '_> {
    fn role(&self, expr: &Expr) -> Option<Role> {
        let is = |id: &Option<Id>| id.as_ref().is_some_and(|id| stands_for(expr, id));
        if is(&self.carrier.req) {
            Some(Role::Req)
        } else if is(&self.carrier.res) {
            Some(Role::Res)
        } else {
            None
        }
    }

    /// Whether `test` asks for nothing but the request and the response.
    fn asks_presence(&self, test: &Expr) -> bool {
        match bare(test) {
            Expr::Bin(bin) if matches!(bin.op, BinaryOp::LogicalAnd | BinaryOp::LogicalOr) => {
                self.asks_presence(&bin.left) && self.asks_presence(&bin.right)
            }
            Expr::Unary(unary) if unary.op == UnaryOp::Bang => self.asks_presence(&unary.arg),
            other => self.role(other).is_some(),
        }
    }

    /// Whether the module declares what `callee` stands for.
    fn is_own(&self, callee: &Id) -> bool {
        match callee.0.strip_suffix("[]") {
            Some(object) => {
                let object = format!("{object}.");
                self.functions.keys().any(|id| id.1 == callee.1 && id.0.starts_with(&object))
            }
            None => self.functions.contains_key(callee),
        }
    }

    /// The handler that `callee` is, if it is one that the carrier was given.
    fn continuation(&self, callee: &Expr) -> Option<Id> {
        let root = super::wrap::root_of(callee)?.to_id();
        let id = self.aliases.get(&root).cloned().unwrap_or(root);
        self.carrier.continuations.contains(&id).then_some(id)
    }

    fn escape(&mut self, span: Span, role: Role, how: EscapeKind) {
        self.carrier.escapes.push(Escape { span, role, how });
    }

    fn read(&mut self, span: Span, part: Part) {
        let loose = self.marks.loose.contains(&span);
        let open = self.marks.open.contains(&span);
        let accessed = self.marks.accessed.contains(&span);
        let nested = self.depth > 0;
        let awaited = self.marks.awaited.get(&span).copied();
        let read = RequestUse { span, part, nested, loose, open, accessed, awaited, declares: None, picks: None };
        self.carrier.reads.push(read);
    }

    fn mark_loose(&mut self, expr: &Expr) {
        let expr = bare(expr);
        self.marks.loose.insert(span_of(expr));
        match expr {
            Expr::Bin(bin) if matches!(bin.op, BinaryOp::LogicalAnd | BinaryOp::LogicalOr) => {
                self.mark_loose(&bin.left);
                self.mark_loose(&bin.right);
            }
            _ => {}
        }
    }

    fn mark_open(&mut self, expr: &Expr) {
        self.marks.open.insert(span_of(expr));
    }

    /// Neither `null` nor `undefined` gets past the access of a member.
    fn mark_accessed(&mut self, object: &Expr) {
        let span = span_of(bare(object));
        self.marks.loose.insert(span);
        self.marks.accessed.insert(span);
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
        if let Some(role) = self.role(&Expr::Ident(name.clone())).or_else(|| self.bundle_role(name)) {
            self.escape(span_of(name), role, EscapeKind::Value);
        }
    }

    fn visit_var_declarator(&mut self, declarator: &VarDeclarator) {
        let Some(init) = declarator.init.as_deref() else { return };
        let whole = span_of(declarator);
        if self.carrier.bundles.iter().flat_map(|bundle| &bundle.apart).any(|apart| apart.declarator == whole) {
            return;
        }
        self.mark_open(init);
        match (&declarator.name, self.role(init)) {
            (Pat::Object(object), Some(Role::Req)) => return self.unpack(whole, object, false),
            (_, Some(_)) => return self.visit_ident_of(init),
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
        declarator.name.visit_with(self);
    }

    fn visit_member_expr(&mut self, member: &MemberExpr) {
        let span = span_of(member);
        if self.request_member(&member.obj, member_name(member), span) {
            return;
        }
        if self.role(&member.obj) == Some(Role::Res) {
            let name = member_name(member).unwrap_or_else(|| "[computed]".into());
            if is_sent_check(member, self.carrier.res.as_ref()) && self.depth == 0 {
                return self.carrier.checks.push(span);
            }
            return self.escape(span, Role::Res, EscapeKind::Member(name));
        }
        self.mark_accessed(&member.obj);
        if !self.bundle_member(member) {
            member.visit_children_with(self);
        }
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
            if chain.optional {
                self.mark_loose(&member.obj);
            } else {
                self.mark_accessed(&member.obj);
            }
            if self.request_member(&member.obj, member_name(member), span_of(chain)) {
                return;
            }
        }
        if let OptChainBase::Call(call) = &*chain.base {
            if self.next_call(&call.callee, &call.args, span_of(chain)) {
                return;
            }
            self.mark_loose(&call.callee);
            let args: Vec<(Span, Option<Role>)> = call
                .args
                .iter()
                .map(|arg| (span_of(arg), self.role(&arg.expr).filter(|_| arg.spread.is_none())))
                .collect();
            if let (Some(callee), true) = (self.continuation(&call.callee), args.iter().any(|(_, role)| role.is_some()))
            {
                let nested = self.depth > 0;
                self.carrier.calls.push(Call {
                    span: span_of(chain),
                    callee,
                    args: args.clone(),
                    held: Vec::new(),
                    answering: BTreeSet::new(),
                    nested,
                });
                call.callee.visit_with(self);
                for (arg, (_, role)) in call.args.iter().zip(&args) {
                    if role.is_none() {
                        arg.visit_with(self);
                    }
                }
                return;
            }
        }
        chain.visit_children_with(self);
    }

    fn visit_assign_expr(&mut self, assign: &AssignExpr) {
        if let AssignTarget::Simple(SimpleAssignTarget::Member(target)) = &assign.left {
            if let Some(name) = self.written_member(target) {
                self.escape(span_of(assign), Role::Req, EscapeKind::Extended(name));
                return assign.right.visit_with(self);
            }
            match self.role(&target.obj) {
                Some(Role::Res)
                    if member_name(target).as_deref() == Some("statusCode") && assign.op == ast::AssignOp::Assign =>
                {
                    let (span, status) = (span_of(assign), Some((*assign.right).clone()));
                    let nested = self.depth > 0;
                    self.carrier.writes.push(ResponseUse {
                        span,
                        status,
                        headers: Vec::new(),
                        payload: None,
                        head: false,
                        nested,
                    });
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
        let span = span_of(call);
        if let Some(res) = self.carrier.res.clone() {
            match chain(call, &res) {
                Chain::Use(mut found) => {
                    found.nested = self.depth > 0;
                    self.carrier.writes.push(*found);
                    return self.visit_chain_args(call);
                }
                Chain::Unknown(name, at) => {
                    self.escape(at, Role::Res, EscapeKind::Member(name));
                    return self.visit_chain_args(call);
                }
                Chain::NotRes => {}
            }
        }
        if self.next(call) {
            return;
        }
        self.carrier.runs.extend((self.around.runs)(call).map(|at| (span, at)));
        if let Some(name) = self.assigned_object(call) {
            self.escape(span, Role::Req, EscapeKind::Extended(name));
        }
        for arg in &call.args {
            self.mark_open(&arg.expr);
        }
        let roles: Vec<(Span, Option<Role>)> =
            call.args.iter().map(|arg| (span_of(arg), self.role(&arg.expr).filter(|_| arg.spread.is_none()))).collect();
        let callee = callee_ident(call).map(ast::Ident::to_id);
        let taught = callee.clone().or_else(|| member_callee(call, self.carrier.name.as_ref()));
        if roles.iter().any(|(_, role)| role.is_some())
            && let Some(callee) = taught.filter(|callee| (self.around.taught)(callee))
        {
            let (awaited, open) = (self.marks.awaited.get(&span).copied(), self.marks.open.contains(&span));
            self.carrier.taught.push(TaughtCall::of(call, span, awaited, open));
            let nested = self.depth > 0;
            self.carrier.calls.push(Call {
                span,
                callee,
                args: roles.clone(),
                held: Vec::new(),
                answering: BTreeSet::new(),
                nested,
            });
            for (arg, (_, role)) in call.args.iter().zip(&roles) {
                if role.is_none() {
                    arg.visit_with(self);
                }
            }
            return;
        }
        if let [(_, Some(Role::Req)), (_, Some(Role::Res)), ..] = roles.as_slice()
            && let Some(found) = (self.around.cors)(call)
        {
            let change = HeaderChange { verb: "cors", name: Expr::Call(call.clone()), value: None };
            let (status, headers, nested) = (None, vec![change], self.depth > 0);
            self.carrier.writes.push(ResponseUse { span, status, headers, payload: None, head: false, nested });
            return self.carrier.cors.push((span, found));
        }
        let objects = held_arguments(call, &|expr| self.role(expr));
        let named = callee.clone().or_else(|| member_callee(call, self.carrier.name.as_ref()));
        let taken = named.as_ref().is_some_and(|id| self.is_own(id) || (self.around.takes_objects)(id));
        if let (Some(callee), true, false) = (&named, taken, objects.is_empty()) {
            let (callee, nested) = (callee.clone(), self.depth > 0);
            let skipped: Vec<Span> = objects.iter().map(|(_, property)| property.span).collect();
            self.carrier.calls.push(Call {
                span,
                callee,
                args: roles.clone(),
                held: objects,
                answering: BTreeSet::new(),
                nested,
            });
            for (arg, (_, role)) in call.args.iter().zip(&roles) {
                match bare(&arg.expr) {
                    Expr::Object(object) => {
                        let others = object.props.iter().filter(|property| !skipped.contains(&span_of(*property)));
                        others.for_each(|property| property.visit_with(self));
                    }
                    _ if role.is_none() => arg.visit_with(self),
                    _ => {}
                }
            }
            return self.answering(call);
        }
        if roles.iter().all(|(_, role)| role.is_none()) {
            let imported = named.filter(|id| (self.around.followed)(id));
            if let Some(found) = imported.and_then(|id| object_call(call, id, &|expr| self.role(expr))) {
                visit_rest(call, &found, self);
                return self.carrier.objects.push(found);
            }
            return call.visit_children_with(self);
        }
        let callee = callee
            .map(|id| self.groups.get(&id).cloned().unwrap_or(id))
            .or_else(|| member_callee(call, self.carrier.name.as_ref()))
            .or_else(|| self.made(call));
        let continuation = call.callee.as_expr().and_then(|callee| self.continuation(callee));
        match callee {
            _ if continuation.is_some() => {
                let nested = self.depth > 0;
                let callee = continuation.unwrap_or_default();
                self.carrier.calls.push(Call {
                    span,
                    callee,
                    args: roles.clone(),
                    held: Vec::new(),
                    answering: BTreeSet::new(),
                    nested,
                });
            }
            Some(id) if self.around.readers.contains(&id) && call.args.len() == 1 => {
                return self.read(span, Part::RawBody);
            }
            Some(callee) if self.is_own(&callee) || (self.around.followed)(&callee) => {
                let nested = self.depth > 0;
                self.carrier.calls.push(Call {
                    span,
                    callee,
                    args: roles.clone(),
                    held: Vec::new(),
                    answering: BTreeSet::new(),
                    nested,
                });
            }
            _ => {
                let name = match &call.callee {
                    Callee::Expr(callee) => self.module.text_of(&**callee).to_owned(),
                    _ => "import".into(),
                };
                for (span, role) in &roles {
                    if let Some(role) = role {
                        self.escape(*span, *role, EscapeKind::Argument(name.clone()));
                    }
                }
            }
        }
        call.callee.visit_with(self);
        for (arg, (_, role)) in call.args.iter().zip(&roles) {
            if role.is_none() {
                arg.visit_with(self);
            }
        }
        self.answering(call);
    }

    fn visit_new_expr(&mut self, new: &NewExpr) {
        for arg in new.args.iter().flatten() {
            self.mark_open(&arg.expr);
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
        match self.written(&update.arg) {
            Some(name) => self.escape(span_of(update), Role::Req, EscapeKind::Extended(name)),
            None => update.visit_children_with(self),
        }
    }

    fn visit_unary_expr(&mut self, unary: &ast::UnaryExpr) {
        if let (UnaryOp::Delete, Some(name)) = (unary.op, self.written(&unary.arg)) {
            return self.escape(span_of(unary), Role::Req, EscapeKind::Extended(name));
        }
        if unary.op == UnaryOp::Bang {
            self.mark_loose(&unary.arg);
        }
        unary.visit_children_with(self);
    }

    fn visit_bin_expr(&mut self, bin: &ast::BinExpr) {
        if self.peer_address(bin) {
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
            let present = |expr: &Expr| self.role(expr).map(|_| "present".to_owned());
            let branch = match truth(&statement.test, &present) {
                Truth::True => Some(&*statement.cons),
                _ => statement.alt.as_deref(),
            };
            let kept = branch.and_then(|branch| kept(&self.module.text, branch));
            self.carrier.settled.push(Settled { span: span_of(statement), kept });
            if let Some(branch) = branch {
                branch.visit_with(self);
            }
            return;
        }
        self.mark_loose(&statement.test);
        statement.visit_children_with(self);
    }

    fn visit_cond_expr(&mut self, expr: &ast::CondExpr) {
        if self.peer_branch(expr) {
            return;
        }
        self.mark_loose(&expr.test);
        self.mark_open(&expr.cons);
        self.mark_open(&expr.alt);
        expr.visit_children_with(self);
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
    fn visit_ident_of(&mut self, expr: &Expr) {
        if let Some(name) = ident(expr) {
            self.visit_ident(name);
        }
    }

    /// Everything in a chain but its root: the arguments of each call.
    fn visit_chain_args(&mut self, call: &CallExpr) {
        if let Callee::Expr(callee) = &call.callee
            && let Expr::Member(member) = bare(callee)
            && let Expr::Call(inner) = bare(&member.obj)
        {
            self.visit_chain_args(inner);
        }
        for arg in &call.args {
            self.mark_open(&arg.expr);
            arg.visit_with(self);
        }
    }
}
