//! Where a function changes the query, the body, the headers or the cookies that it was given, by any name:
//!
//! ```ts
//! const { body } = req;
//! body.name = body.name.trim();            // a change
//! delete req.query.draft;                  // a change
//! sanitize(req.body);                      // one, if that function changes its parameter
//! ```
//!
//! In Pages, all who are handed `req` see it. A Route Handler that reads the request has a copy of its own.

use std::collections::HashMap;

use super::continuations::is_object_assign;
use crate::syntax::ast::{
    AssignExpr, AssignTarget, BinaryOp, CallExpr, Expr, ExprStmt, ForHead, ForOfStmt, Id, MemberExpr, ObjectPatProp,
    OptChainBase, Pat, SimpleAssignTarget, UnaryExpr, UnaryOp, UpdateExpr, VarDeclarator,
};
use crate::syntax::{
    Function, Span, Visit, VisitWith, bare, callee_ident, ident, member_name, prop_name, span_of, stands_for,
};

/// What is changed, or handed on.
#[derive(Clone, Debug, Default)]
pub struct Changes {
    /// Changes: where, and which part of the request.
    pub places: Vec<(Span, String)>,
    /// Parts that are handed to functions.
    pub given: Vec<Given>,
}

/// A part of the request that is handed to a function.
#[derive(Clone, Debug)]
pub struct Given {
    /// The call.
    pub call: Span,
    /// Who is called.
    pub callee: Id,
    /// The position of the argument.
    pub at: usize,
    /// Which part it is, or is taken from.
    pub part: String,
    /// It is all of that part, and nobody wants what the function gives.
    pub dropped: bool,
}

/// The parts of a request that are objects.
const PARTS: [&str; 4] = ["query", "body", "headers", "cookies"];

/// Methods that change the array that they are called on.
const CHANGING: [&str; 9] = ["push", "pop", "shift", "unshift", "splice", "sort", "reverse", "fill", "copyWithin"];

/// Methods that give an element of the array that they are called on, and those that give a new array of some.
const ELEMENT: [&str; 3] = ["at", "find", "findLast"];
const ELEMENTS: [&str; 4] = ["concat", "filter", "flat", "slice"];

/// What `function` changes of the request, which is called `req` or taken apart by `pattern`.
pub(super) fn changes(function: Function<'_>, req: Option<&Id>, pattern: Option<&Pat>) -> Changes {
    let mut walk = Walk { req, names: HashMap::new(), dropped: Vec::new(), found: Changes::default() };
    if let Some(pattern) = pattern {
        walk.bind(pattern, &Origin::Request);
    }
    walk.inside(function);
    walk.found
}

/// Whether `function` changes what its parameter at `at` is given.
pub fn changes_parameter(function: Function<'_>, at: usize) -> bool {
    let Some(param) = function.params().get(at).copied() else { return false };
    let mut walk = Walk { req: None, names: HashMap::new(), dropped: Vec::new(), found: Changes::default() };
    walk.bind(param, &Origin::Part(String::new(), true));
    walk.inside(function);
    !walk.found.places.is_empty()
}

/// Where a value comes from.
#[derive(Clone)]
enum Origin {
    /// It is the request.
    Request,
    /// It is this part of it, or is inside.
    Part(String, bool),
    /// A new list or object of what is inside of this part.
    Inside(String),
}

impl Origin {
    fn member(&self, name: Option<&str>) -> Option<Origin> {
        match self {
            Origin::Request => {
                let name = name.filter(|name| PARTS.contains(name))?;
                Some(Origin::Part(name.to_owned(), true))
            }
            Origin::Part(part, _) | Origin::Inside(part) => Some(Origin::Part(part.clone(), false)),
        }
    }
}

struct Walk<'w> {
    req: Option<&'w Id>,
    names: HashMap<Id, Origin>,
    dropped: Vec<Span>,
    found: Changes,
}

impl Walk<'_> {
    fn inside(&mut self, function: Function<'_>) {
        match (function.block(), function.expression()) {
            (Some(block), _) => block.visit_with(self),
            (None, Some(expression)) => expression.visit_with(self),
            (None, None) => {}
        }
    }

    fn origin(&self, expr: &Expr) -> Option<Origin> {
        let expr = bare(expr);
        if self.req.is_some_and(|req| stands_for(expr, req)) {
            return Some(Origin::Request);
        }
        let of_member = |member: &MemberExpr| self.origin(&member.obj)?.member(member_name(member).as_deref());
        match expr {
            Expr::Ident(name) => self.names.get(&name.to_id()).cloned(),
            Expr::Member(member) => of_member(member),
            Expr::OptChain(chain) => of_member(chain.base.as_member()?),
            // `req.body || {}`
            Expr::Bin(bin) if matches!(bin.op, BinaryOp::LogicalOr | BinaryOp::NullishCoalescing) => {
                self.origin(&bin.left)
            }
            Expr::Call(call) => self.taken(call),
            // `{ ...req.body }`
            Expr::Object(object) => self.copied(object.props.iter().filter_map(|own| Some(&*own.as_spread()?.expr))),
            Expr::Array(array) => {
                let spread = array.elems.iter().flatten().filter(|element| element.spread.is_some());
                self.copied(spread.map(|element| &*element.expr))
            }
            _ => None,
        }
    }

    /// What `call` takes out of a part: `items.find(…)`, `Object.values(req.body)`.
    fn taken(&self, call: &CallExpr) -> Option<Origin> {
        let Expr::Member(member) = bare(call.callee.as_expr()?) else { return None };
        let name = member_name(member)?;
        if ident(&member.obj).is_some_and(|object| &*object.sym == "Object") {
            let of = call.args.first().filter(|_| matches!(name.as_str(), "entries" | "values"))?;
            return self.copied([&*of.expr].into_iter());
        }
        let inner = self.origin(&member.obj)?.member(None)?;
        match inner {
            Origin::Part(..) if ELEMENT.contains(&name.as_str()) => Some(inner),
            Origin::Part(part, _) if ELEMENTS.contains(&name.as_str()) => Some(Origin::Inside(part)),
            _ => None,
        }
    }

    fn copied<'e>(&self, mut of: impl Iterator<Item = &'e Expr>) -> Option<Origin> {
        of.find_map(|value| match self.origin(value)? {
            Origin::Part(part, _) | Origin::Inside(part) => Some(Origin::Inside(part)),
            Origin::Request => None,
        })
    }

    /// What a function is called with for each element: `items.forEach((item) => …)`.
    fn each(&mut self, call: &CallExpr) {
        let Some(Expr::Member(member)) = call.callee.as_expr().map(|callee| bare(callee)) else { return };
        let Some(inner @ Origin::Part(..)) = self.origin(&member.obj).and_then(|origin| origin.member(None)) else {
            return;
        };
        // What `reduce` has so far comes first.
        let first = usize::from(member_name(member).is_some_and(|name| name.starts_with("reduce")));
        match call.args.first().map(|arg| bare(&arg.expr)) {
            Some(Expr::Arrow(arrow)) => arrow.params.iter().skip(first).for_each(|param| self.bind(param, &inner)),
            Some(Expr::Fn(function)) => {
                let params = function.function.params.iter().skip(first);
                params.for_each(|param| self.bind(&param.pat, &inner));
            }
            Some(Expr::Ident(named)) => {
                let Origin::Part(part, _) = inner else { return };
                let (callee, call) = (named.to_id(), span_of(call));
                self.found.given.push(Given { call, callee, at: first, part, dropped: false });
            }
            _ => {}
        }
    }

    /// Gives the names in `pattern` their origin.
    fn bind(&mut self, pattern: &Pat, origin: &Origin) {
        match pattern {
            Pat::Ident(name) => {
                self.names.insert(name.id.to_id(), origin.clone());
            }
            Pat::Assign(assign) => self.bind(&assign.left, origin),
            Pat::Array(array) => {
                let Some(inner) = origin.member(None) else { return };
                array.elems.iter().flatten().for_each(|element| self.bind(element, &inner));
            }
            Pat::Object(object) => {
                for property in &object.props {
                    match property {
                        ObjectPatProp::KeyValue(pair) => {
                            if let Some(inner) = origin.member(prop_name(&pair.key).as_deref()) {
                                self.bind(&pair.value, &inner);
                            }
                        }
                        ObjectPatProp::Assign(short) => {
                            if let Some(inner) = origin.member(Some(&*short.key.id.sym)) {
                                self.names.insert(short.key.id.to_id(), inner);
                            }
                        }
                        // A copy.
                        ObjectPatProp::Rest(_) => {}
                    }
                }
            }
            _ => {}
        }
    }

    /// Notes that what `object` is changes at `place`.
    fn change(&mut self, object: &Expr, place: Span) {
        if let Some(Origin::Part(part, _)) = self.origin(object) {
            self.found.places.push((place, part));
        }
    }

    /// The same for what `target` is a member of.
    fn change_member(&mut self, target: &Expr, place: Span) {
        match bare(target) {
            Expr::Member(member) => self.change(&member.obj, place),
            Expr::OptChain(chain) => match &*chain.base {
                OptChainBase::Member(member) => self.change(&member.obj, place),
                OptChainBase::Call(_) => {}
            },
            _ => {}
        }
    }
}

impl Visit for Walk<'_> {
    fn visit_var_declarator(&mut self, declarator: &VarDeclarator) {
        declarator.visit_children_with(self);
        if let Some(origin) = declarator.init.as_deref().and_then(|init| self.origin(init)) {
            self.bind(&declarator.name, &origin);
        }
    }

    fn visit_for_of_stmt(&mut self, each: &ForOfStmt) {
        if let (ForHead::VarDecl(variable), Some(origin)) = (&each.left, self.origin(&each.right))
            && let (Some(declarator), Some(inner)) = (variable.decls.first(), origin.member(None))
        {
            self.bind(&declarator.name, &inner);
        }
        each.visit_children_with(self);
    }

    fn visit_assign_expr(&mut self, assign: &AssignExpr) {
        if let AssignTarget::Simple(SimpleAssignTarget::Member(member)) = &assign.left {
            self.change(&member.obj, span_of(assign));
        }
        assign.visit_children_with(self);
    }

    fn visit_update_expr(&mut self, update: &UpdateExpr) {
        self.change_member(&update.arg, span_of(update));
        update.visit_children_with(self);
    }

    fn visit_unary_expr(&mut self, unary: &UnaryExpr) {
        if unary.op == UnaryOp::Delete {
            self.change_member(&unary.arg, span_of(unary));
        }
        unary.visit_children_with(self);
    }

    fn visit_expr_stmt(&mut self, statement: &ExprStmt) {
        let value = match bare(&statement.expr) {
            Expr::Await(waited) => bare(&waited.arg),
            value => value,
        };
        self.dropped.push(span_of(value));
        statement.visit_children_with(self);
    }

    fn visit_call_expr(&mut self, call: &CallExpr) {
        let span = span_of(call);
        if let (true, Some(target)) = (is_object_assign(call), call.args.first()) {
            self.change(&target.expr, span);
        }
        if let Some(Expr::Member(member)) = call.callee.as_expr().map(|callee| bare(callee))
            && member_name(member).is_some_and(|name| CHANGING.contains(&name.as_str()))
        {
            self.change(&member.obj, span);
        }
        if let Some(callee) = callee_ident(call) {
            for (at, arg) in call.args.iter().enumerate().filter(|(_, arg)| arg.spread.is_none()) {
                if let Some(Origin::Part(part, whole)) = self.origin(&arg.expr) {
                    let dropped = whole && self.dropped.contains(&span);
                    self.found.given.push(Given { call: span, callee: callee.to_id(), at, part, dropped });
                }
            }
        }
        self.each(call);
        call.visit_children_with(self);
    }
}
