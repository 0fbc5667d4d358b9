//! Which expressions of a function are files of a form, or hold them.

use std::collections::{BTreeMap, HashMap};

use crate::pages_api::FormParse;
use crate::syntax::ast::{
    AssignExpr, AssignOp, AssignTarget, AssignTargetPat, BinaryOp, CallExpr, Callee, Expr, ExprOrSpread, ForHead,
    ForOfStmt, Id, Lit, MemberExpr, MemberProp, NewExpr, OptChainBase, Prop, PropOrSpread, SimpleAssignTarget,
    VarDeclarator,
};
use crate::syntax::{
    Function, Span, Visit, VisitWith, bare, callee_ident, function_of, ident, member_name, pat_ident, prop_name,
    span_of,
};

/// What an expression is, besides a promise of the same. The number is the major version of formidable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A file, a list of files, or nothing.
    File(u32),
    /// Files by the names of their fields.
    Files(u32),
    /// An object with such in its properties.
    Object(BTreeMap<String, Kind>),
    /// A list with such in its places.
    Tuple(Vec<Option<Kind>>),
}

impl Kind {
    fn major(&self) -> u32 {
        match self {
            Kind::File(major) | Kind::Files(major) => *major,
            Kind::Object(held) => held.values().next().map_or(0, Kind::major),
            Kind::Tuple(places) => places.iter().flatten().next().map_or(0, Kind::major),
        }
    }
}

/// Methods of lists that give one of the files, or a list of some.
const PICKS: [&str; 8] = ["at", "filter", "find", "flat", "pop", "reverse", "shift", "slice"];

/// Methods of lists that call a function with each of the files.
pub const EACH: [&str; 7] = ["every", "filter", "find", "flatMap", "forEach", "map", "some"];

/// Whether a list has a method that does nothing else with the files.
pub fn is_method(name: &str) -> bool {
    PICKS.contains(&name) || EACH.contains(&name)
}

/// Where the files of a function's forms are.
pub struct Kinds<'k> {
    /// Calls that give them.
    sources: &'k BTreeMap<Span, Kind>,
    /// Calls that hand them to a function.
    parses: &'k BTreeMap<Span, &'k FormParse>,
    /// Names for them.
    pub bindings: HashMap<Id, Kind>,
    /// `resolve` of a promise, with the promise.
    resolves: HashMap<Id, Span>,
    /// What promises are resolved with.
    promises: BTreeMap<Span, Kind>,
    /// Something was learnt in this round.
    pub(super) learnt: bool,
    /// A name or promise is two things, or a pattern is not understood.
    pub(super) unclear: Option<Span>,
}

impl<'k> Kinds<'k> {
    /// Follows them through `function`; where they are lost, the error says.
    pub fn of(
        function: Function<'_>,
        parses: &'k BTreeMap<Span, &'k FormParse>,
        sources: &'k BTreeMap<Span, Kind>,
    ) -> Result<Kinds<'k>, Span> {
        let mut kinds = Kinds {
            sources,
            parses,
            bindings: HashMap::new(),
            resolves: HashMap::new(),
            promises: BTreeMap::new(),
            learnt: true,
            unclear: None,
        };
        // Every round passes them on by one step at least; code that needs more than a few is not read by people either.
        for _ in 0..16 {
            if !std::mem::take(&mut kinds.learnt) {
                break;
            }
            match (function.block(), function.expression()) {
                (Some(block), _) => block.visit_with(&mut kinds),
                (None, Some(expression)) => expression.visit_with(&mut kinds),
                (None, None) => {}
            }
        }
        match kinds.unclear.or(kinds.learnt.then(|| function.span())) {
            Some(at) => Err(at),
            None => Ok(kinds),
        }
    }

    /// The major version of formidable.
    pub fn major(&self) -> u32 {
        let parsed = self.parses.values().next().map(|parse| parse.major);
        parsed.or_else(|| self.sources.values().next().map(Kind::major)).unwrap_or_default()
    }

    /// Whether calls of `name` settle a promise.
    pub fn is_resolve(&self, name: &Id) -> bool {
        self.resolves.contains_key(name)
    }

    /// Whether a promise gives files.
    pub fn is_settled(&self, promise: Span) -> bool {
        self.promises.contains_key(&promise)
    }

    /// What `expr` is.
    pub fn kind(&self, expr: &Expr) -> Option<Kind> {
        let expr = bare(expr);
        match expr {
            Expr::Ident(name) => self.bindings.get(&name.to_id()).cloned(),
            Expr::Await(awaited) => self.kind(&awaited.arg),
            Expr::Assign(assign) => self.kind(&assign.right).filter(|_| hands_on(assign.op)),
            Expr::Member(member) => self.member(member),
            Expr::OptChain(chain) => match &*chain.base {
                OptChainBase::Member(member) => self.member(member),
                OptChainBase::Call(call) => self.method(&call.callee),
            },
            Expr::Cond(cond) => self.kind(&cond.cons).or_else(|| self.kind(&cond.alt)),
            Expr::Bin(bin) => match bin.op {
                BinaryOp::LogicalAnd => self.kind(&bin.right),
                BinaryOp::LogicalOr | BinaryOp::NullishCoalescing => {
                    self.kind(&bin.left).or_else(|| self.kind(&bin.right))
                }
                _ => None,
            },
            Expr::Array(array) => {
                let place = |elem: &Option<ExprOrSpread>| elem.as_ref().and_then(|elem| self.kind(&elem.expr));
                let places: Vec<Option<Kind>> = array.elems.iter().map(place).collect();
                match places.iter().flatten().next()? {
                    file @ Kind::File(_) if places.iter().all(|kind| kind.as_ref() == Some(file)) => Some(file.clone()),
                    // Nothing has a place behind a spread.
                    _ if array.elems.iter().flatten().any(|elem| elem.spread.is_some()) => None,
                    _ => Some(Kind::Tuple(places)),
                }
            }
            Expr::Object(object) => {
                let held = object.props.iter().filter_map(|prop| {
                    let PropOrSpread::Prop(prop) = prop else { return None };
                    match &**prop {
                        Prop::Shorthand(name) => {
                            Some((name.sym.to_string(), self.bindings.get(&name.to_id())?.clone()))
                        }
                        Prop::KeyValue(pair) => Some((prop_name(&pair.key)?, self.kind(&pair.value)?)),
                        _ => None,
                    }
                });
                let held: BTreeMap<String, Kind> = held.collect();
                (!held.is_empty()).then_some(Kind::Object(held))
            }
            Expr::New(new) => self.promises.get(&span_of(new)).cloned(),
            Expr::Call(call) => self.call(call),
            _ => None,
        }
    }

    fn call(&self, call: &CallExpr) -> Option<Kind> {
        if let Some(kind) = self.sources.get(&span_of(call)) {
            return Some(kind.clone());
        }
        let Callee::Expr(callee) = &call.callee else { return None };
        if is_of_object(callee, "values")
            && let [only] = call.args.as_slice()
            && let Some(Kind::Files(major)) = self.kind(&only.expr)
        {
            return Some(Kind::File(major));
        }
        self.method(callee)
    }

    /// `list.find(…)`, `parsed.catch(…)`.
    fn method(&self, callee: &Expr) -> Option<Kind> {
        let member = match bare(callee) {
            Expr::Member(member) => member,
            Expr::OptChain(chain) => match &*chain.base {
                OptChainBase::Member(member) => member,
                OptChainBase::Call(_) => return None,
            },
            _ => return None,
        };
        let name = member_name(member)?;
        let picks = PICKS.contains(&name.as_str());
        self.kind(&member.obj).filter(|kind| is_settling(&name) || (picks && matches!(kind, Kind::File(_))))
    }

    fn member(&self, member: &MemberExpr) -> Option<Kind> {
        match self.kind(&member.obj)? {
            Kind::Files(major) => Some(Kind::File(major)),
            Kind::File(major) => is_index(member).then_some(Kind::File(major)),
            Kind::Object(held) => held.get(&member_name(member)?).cloned(),
            Kind::Tuple(places) => places.get(index(member)?)?.clone(),
        }
    }
}

impl Visit for Kinds<'_> {
    fn visit_var_declarator(&mut self, declarator: &VarDeclarator) {
        declarator.visit_children_with(self);
        if let Some(kind) = declarator.init.as_ref().and_then(|init| self.kind(init)) {
            self.bind(&declarator.name, &kind);
        }
    }

    fn visit_assign_expr(&mut self, assign: &AssignExpr) {
        assign.visit_children_with(self);
        let Some(kind) = self.kind(&assign.right).filter(|_| hands_on(assign.op)) else { return };
        match &assign.left {
            AssignTarget::Simple(SimpleAssignTarget::Ident(name)) => self.learn(name.to_id(), kind, span_of(assign)),
            AssignTarget::Pat(AssignTargetPat::Array(array)) => self.bind_array(array, &kind),
            AssignTarget::Pat(AssignTargetPat::Object(object)) => self.bind_object(object, &kind),
            // Those who use it say so.
            _ => {}
        }
    }

    fn visit_for_of_stmt(&mut self, each: &ForOfStmt) {
        if let Some(kind @ Kind::File(_)) = self.kind(&each.right) {
            match &each.left {
                ForHead::VarDecl(declaration) => declaration.decls.iter().for_each(|only| self.bind(&only.name, &kind)),
                ForHead::Pat(pat) => self.bind(pat, &kind),
                ForHead::UsingDecl(_) => {}
            }
        }
        each.visit_children_with(self);
    }

    fn visit_new_expr(&mut self, new: &NewExpr) {
        if ident(&new.callee).is_some_and(|name| &*name.sym == "Promise")
            && let Some([only]) = new.args.as_deref()
            && let Some(resolve) = function_of(&only.expr).and_then(|executor| pat_ident(executor.params().first()?))
        {
            self.resolves.insert(resolve.to_id(), span_of(new));
        }
        new.visit_children_with(self);
    }

    fn visit_call_expr(&mut self, call: &CallExpr) {
        if let Some(parse) = self.parses.get(&span_of(call))
            && let Some(callback) = call.args.get(1)
        {
            self.called_with(&callback.expr, 2, &Kind::Files(parse.major));
        }
        if let (Some(promise), Some(value)) =
            (callee_ident(call).and_then(|name| self.resolves.get(&name.to_id())).copied(), call.args.first())
            && let Some(kind) = self.kind(&value.expr)
        {
            match self.promises.get(&promise) {
                None => {
                    self.promises.insert(promise, kind);
                    self.learnt = true;
                }
                Some(known) if *known == kind => {}
                Some(_) => self.unclear = self.unclear.or(Some(span_of(call))),
            }
        }
        if let Callee::Expr(callee) = &call.callee {
            self.each(callee, call.args.first().map(|arg| &*arg.expr));
        }
        call.visit_children_with(self);
    }

    fn visit_opt_chain_expr(&mut self, chain: &crate::syntax::ast::OptChainExpr) {
        if let OptChainBase::Call(call) = &*chain.base {
            self.each(&call.callee, call.args.first().map(|arg| &*arg.expr));
        }
        chain.visit_children_with(self);
    }
}

impl Kinds<'_> {
    /// `list.map((file) => …)`, `parsed.then(({ files }) => …)`.
    fn each(&mut self, callee: &Expr, function: Option<&Expr>) {
        let member = match bare(callee) {
            Expr::Member(member) => member,
            Expr::OptChain(chain) => match &*chain.base {
                OptChainBase::Member(member) => member,
                OptChainBase::Call(_) => return,
            },
            _ => return,
        };
        let (Some(kind), Some(name), Some(function)) = (self.kind(&member.obj), member_name(member), function) else {
            return;
        };
        if name == "then" || (matches!(kind, Kind::File(_)) && EACH.contains(&name.as_str())) {
            self.called_with(function, 0, &kind);
        }
    }
}

/// Methods of promises that give what the promise gives, or what a function does that they call.
pub fn is_settling(name: &str) -> bool {
    matches!(name, "catch" | "finally")
}

/// Whether what is assigned by an operator is what stands on its right, if anything is.
pub fn hands_on(op: AssignOp) -> bool {
    matches!(op, AssignOp::Assign | AssignOp::AndAssign | AssignOp::OrAssign | AssignOp::NullishAssign)
}

/// `Object.values`.
pub fn is_of_object(callee: &Expr, name: &str) -> bool {
    let Expr::Member(member) = bare(callee) else { return false };
    ident(&member.obj).is_some_and(|object| &*object.sym == "Object") && member_name(member).as_deref() == Some(name)
}

/// `list[0]`, `list[at]`, but not `file['size']`.
fn is_index(member: &MemberExpr) -> bool {
    matches!(member.prop, MemberProp::Computed(_)) && member_name(member).is_none()
}

pub fn index(member: &MemberExpr) -> Option<usize> {
    let MemberProp::Computed(computed) = &member.prop else { return None };
    match bare(&computed.expr) {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "checked to be a small whole number"
        )]
        Expr::Lit(Lit::Num(number)) if (0.0..16.0).contains(&number.value) && number.value.fract() == 0.0 => {
            Some(number.value as usize)
        }
        _ => None,
    }
}
