//! The uses of a response: its members, the reads of JSON, and what those are bound to.

use std::collections::{BTreeSet, HashMap};

use super::When;
use super::fallback::{Fallback, fallback};
use super::order::tests_ok;
use crate::syntax::ast::{
    ArrowExpr, BinExpr, BinaryOp, CondExpr, Expr, Function as AstFunction, Id, MemberExpr, ObjectPatProp, OptChainBase,
    OptChainExpr, Pat, ReturnStmt, VarDeclarator,
};
use crate::syntax::{Function, Span, Visit, VisitWith, bare, ident, is_ident, member_name, prop_name, span_of};

/// What the value of a read is bound to.
#[derive(Clone, Debug)]
pub(super) enum Target {
    Name(Id),
    Members(BTreeSet<String>),
}

/// Collects how a variable is used.
pub(super) struct Uses<'i> {
    id: &'i Id,
    /// Mentions in `id.ok`, `id.status` and `await id.json()`.
    pub(super) understood: BTreeSet<Span>,
    /// `await id.json()` or `await id.text()`, and its `id`.
    pub(super) json: Vec<(Span, Span)>,
    /// Those that read text.
    pub(super) texts: BTreeSet<Span>,
    /// What is taken where such a read fails, by its span.
    pub(super) fallbacks: HashMap<Span, Fallback>,
    /// What such a read is bound to, by its span.
    pub(super) targets: HashMap<Span, Target>,
    /// `(await id.json()).name`.
    pub(super) members: HashMap<Span, String>,
    /// Reads of which a member is asked for only if there is something.
    pub(super) lenient: BTreeSet<Span>,
    /// Mentions in `id.name`, and the name.
    pub(super) named: HashMap<Span, String>,
    /// Reads behind `id.ok ? … : …` and `id.ok && …`.
    pub(super) chosen: HashMap<Span, When>,
    /// What such a question around says.
    known: When,
    /// A callback of `then`.
    pub(super) callback: Option<Span>,
    /// Of each function around, whether its caller waits for what it returns.
    awaited: Vec<bool>,
}

impl<'i> Uses<'i> {
    pub(super) fn of(id: &'i Id) -> Self {
        Uses {
            id,
            understood: BTreeSet::new(),
            json: Vec::new(),
            texts: BTreeSet::new(),
            fallbacks: HashMap::new(),
            targets: HashMap::new(),
            members: HashMap::new(),
            lenient: BTreeSet::new(),
            named: HashMap::new(),
            chosen: HashMap::new(),
            known: When::Always,
            callback: None,
            awaited: Vec::new(),
        }
    }

    /// `await id.json()`, and its `id`.
    fn json_read(&mut self, expr: &Expr) -> Option<(Span, Span)> {
        let Expr::Await(waiting) = bare(expr) else { return None };
        self.json_call(&waiting.arg, span_of(waiting))
    }

    /// `id.json()` or `id.json().catch(() => ({}))`, which `whole` reads, and its `id`.
    fn json_call(&mut self, expr: &Expr, whole: Span) -> Option<(Span, Span)> {
        let Expr::Call(call) = bare(expr) else { return None };
        let Expr::Member(member) = bare(call.callee.as_expr()?) else { return None };
        let name = member_name(member)?;
        if let ("catch", [handler]) = (name.as_str(), call.args.as_slice()) {
            let value = fallback(&handler.expr).filter(|_| handler.spread.is_none())?;
            let read = self.json_call(&member.obj, whole)?;
            // A second one has nothing to catch.
            self.fallbacks.entry(whole).or_insert(value);
            return Some(read);
        }
        if !call.args.is_empty() || !matches!(name.as_str(), "json" | "text") || !is_ident(&member.obj, self.id) {
            return None;
        }
        if name == "text" {
            self.texts.insert(whole);
        }
        Some((whole, span_of(&*member.obj)))
    }

    /// What a function returns that its caller waits for: `id.json()` needs no `await` there.
    fn returned(&mut self, value: &Expr, when: When) {
        if let Expr::Cond(choice) = bare(value)
            && let Some(ok) = tests_ok(&choice.test, self.id)
        {
            let sides = if ok { [When::Ok, When::NotOk] } else { [When::NotOk, When::Ok] };
            self.returned(&choice.cons, sides[0]);
            self.returned(&choice.alt, sides[1]);
        } else if let Some((span, response)) = self.json_call(value, span_of(bare(value))) {
            self.understood.insert(response);
            self.json.push((span, response));
            self.chosen.insert(span, when);
        }
    }

    /// Looks at what is reached only if `test` was `outcome`.
    fn behind(&mut self, test: &Expr, outcome: bool, expr: &Expr) {
        let before = self.known;
        if let Some(ok) = tests_ok(test, self.id) {
            self.known = if ok == outcome { When::Ok } else { When::NotOk };
        }
        expr.visit_with(self);
        self.known = before;
    }

    fn in_function(&mut self, function: Function<'_>, visit: impl FnOnce(&mut Self)) {
        self.awaited.push(function.is_async() || Some(function.span()) == self.callback);
        if let (Some(value), Some(true)) = (function.expression(), self.awaited.last()) {
            self.returned(value, When::Always);
        }
        visit(self);
        self.awaited.pop();
    }

    fn member(&mut self, member: &MemberExpr) {
        if is_ident(&member.obj, self.id)
            && let Some(name) = member_name(member)
        {
            let span = ident(&member.obj).map_or_else(|| span_of(&*member.obj), span_of);
            if matches!(name.as_str(), "ok" | "status") {
                self.understood.insert(span);
            }
            self.named.insert(span, name);
        }
    }
}

impl Visit for Uses<'_> {
    // Functions of every spelling but arrows, methods included.
    fn visit_function(&mut self, function: &AstFunction) {
        let whole = Function::Method(function, span_of(function).start);
        self.in_function(whole, |this| function.visit_children_with(this));
    }

    fn visit_arrow_expr(&mut self, arrow: &ArrowExpr) {
        self.in_function(Function::Arrow(arrow), |this| arrow.visit_children_with(this));
    }

    fn visit_return_stmt(&mut self, statement: &ReturnStmt) {
        if let (Some(value), Some(true)) = (&statement.arg, self.awaited.last()) {
            self.returned(value, When::Always);
        }
        statement.visit_children_with(self);
    }

    fn visit_expr(&mut self, expr: &Expr) {
        if let Some((span, response)) = self.json_read(expr) {
            self.understood.insert(response);
            if !self.json.contains(&(span, response)) {
                self.json.push((span, response));
            }
            if self.known != When::Always {
                self.chosen.insert(span, self.known);
            }
            return;
        }
        expr.visit_children_with(self);
    }

    fn visit_cond_expr(&mut self, choice: &CondExpr) {
        choice.test.visit_with(self);
        self.behind(&choice.test, true, &choice.cons);
        self.behind(&choice.test, false, &choice.alt);
    }

    fn visit_bin_expr(&mut self, bin: &BinExpr) {
        bin.left.visit_with(self);
        match bin.op {
            BinaryOp::LogicalAnd => self.behind(&bin.left, true, &bin.right),
            BinaryOp::LogicalOr => self.behind(&bin.left, false, &bin.right),
            _ => bin.right.visit_with(self),
        }
    }

    fn visit_member_expr(&mut self, member: &MemberExpr) {
        self.member(member);
        if let (Some((span, _)), Some(name)) = (self.json_read(&member.obj), member_name(member)) {
            self.members.insert(span, name);
        }
        member.visit_children_with(self);
    }

    fn visit_opt_chain_expr(&mut self, chain: &OptChainExpr) {
        if let (true, OptChainBase::Member(member)) = (chain.optional, &*chain.base)
            && let Some((span, _)) = self.json_read(&member.obj)
        {
            self.lenient.insert(span);
        }
        chain.visit_children_with(self);
    }

    fn visit_opt_chain_base(&mut self, base: &OptChainBase) {
        if let OptChainBase::Member(member) = base {
            self.member(member);
        }
        base.visit_children_with(self);
    }

    fn visit_var_declarator(&mut self, declarator: &VarDeclarator) {
        if let Some((span, _)) = declarator.init.as_deref().and_then(|init| self.json_read(init))
            && let Some(target) = target(&declarator.name)
        {
            self.targets.insert(span, target);
        }
        declarator.visit_children_with(self);
    }
}

fn target(pattern: &Pat) -> Option<Target> {
    match pattern {
        Pat::Ident(binding) => Some(Target::Name(binding.id.to_id())),
        Pat::Object(object) => object
            .props
            .iter()
            .map(|property| match property {
                ObjectPatProp::KeyValue(pair) => prop_name(&pair.key),
                ObjectPatProp::Assign(shorthand) => Some(shorthand.key.id.sym.to_string()),
                ObjectPatProp::Rest(_) => None,
            })
            .collect::<Option<BTreeSet<String>>>()
            .map(Target::Members),
        _ => None,
    }
}
