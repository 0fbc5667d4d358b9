//! How a caller reads the response: `ok`, `status`, and JSON, each where it is known whether the request failed.

use std::collections::{BTreeSet, HashMap};

use crate::syntax::ast::{
    ArrowExpr, Expr, Function as AstFunction, Id, MemberExpr, ObjectPatProp, OptChainBase, Pat, ReturnStmt, Stmt,
    UnaryOp, VarDeclarator,
};
use crate::syntax::{
    Function, Module, Span, Visit, VisitWith, bare, ident, is_ident, member_name, prop_name, references, span_of,
};

/// Whether code runs after success, after failure, or after both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// Only where `res.ok` holds.
    Ok,
    /// Only where it does not.
    NotOk,
    /// Either way.
    Always,
}

/// One `await res.json()`.
#[derive(Clone, Debug)]
pub struct JsonRead {
    /// All of it.
    pub span: Span,
    /// `res`, or `(await fetch(…))`.
    pub response: Span,
    /// When it is reached.
    pub when: When,
    /// The members that are looked at; `None` if the value goes elsewhere as a whole.
    pub members: Option<BTreeSet<String>>,
}

/// What becomes of a caller when the answer is no JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// Its promise is rejected before anything else happens: reading JSON is the first thing it does with a
    /// failed response.
    Rejects,
    /// It goes on: the JSON of a failed response is not read.
    GoesOn,
    /// It does something first and is rejected then.
    Mixed,
    /// A rejection and a result that is not `ok` are the same to it.
    Either,
}

/// How one response is read.
#[derive(Clone, Debug)]
pub struct Reading {
    /// The reads of JSON.
    pub json: Vec<JsonRead>,
    /// What an answer without JSON leads to.
    pub failure: Failure,
}

/// Where a response is bound: a declaration among `body`, or the parameter of a callback with that body.
pub struct Bound<'a> {
    /// The variable.
    pub id: &'a Id,
    /// What declares it.
    pub declaration: Span,
    /// The statements around it.
    pub body: &'a [Stmt],
    /// The callback, which may return `res.json()` without `await`.
    pub callback: Option<Span>,
}

/// How the response is read. `Err` is a place where it is used in another way.
pub fn reading_of(module: &Module, bound: &Bound<'_>) -> Result<Reading, Span> {
    let Bound { id, declaration, body, callback } = *bound;
    let mut uses = Uses::of(id);
    uses.callback = callback;
    module.ast.visit_with(&mut uses);
    let all = references(&module.ast);
    let mentions = all.get(id).map(Vec::as_slice).unwrap_or_default();
    if let Some(other) = mentions.iter().find(|span| !uses.understood.contains(*span) && !declaration.contains(**span))
    {
        return Err(*other);
    }
    let mut json = Vec::new();
    for (span, response) in uses.json {
        let own = uses.chosen.get(&span).copied().unwrap_or(When::Always);
        let members = uses.targets.get(&span).and_then(|target| members(module, target, &all));
        let members = members.or_else(|| uses.members.get(&span).map(|name| BTreeSet::from([name.clone()])));
        let reached = when(body, span, id);
        json.push(JsonRead { span, response, when: if reached == When::Always { own } else { reached }, members });
    }
    let failing: Vec<Span> = json.iter().filter(|read| read.when != When::Ok).map(|read| read.span).collect();
    let failure = if failing.is_empty() {
        Failure::GoesOn
    } else if match callback {
        // `(res) => res.json()`.
        Some(whole) if body.is_empty() => failing.iter().all(|read| read.end == whole.end),
        Some(_) => body.first().is_some_and(|first| reads_first(first, id, &failing)),
        None => next_statement(body, declaration).is_some_and(|next| reads_first(next, id, &failing)),
    } {
        Failure::Rejects
    } else {
        Failure::Mixed
    };
    Ok(Reading { json, failure })
}

/// What the value of a read is bound to.
#[derive(Clone, Debug)]
enum Target {
    Name(Id),
    Members(BTreeSet<String>),
}

fn members(module: &Module, target: &Target, all: &crate::syntax::References) -> Option<BTreeSet<String>> {
    let id = match target {
        Target::Members(names) => return Some(names.clone()),
        Target::Name(id) => id,
    };
    let mut uses = Uses::of(id);
    module.ast.visit_with(&mut uses);
    // One mention is the declaration.
    let others = all.get(id)?.iter().filter(|span| !uses.named.contains_key(*span)).count();
    (others <= 1).then(|| uses.named.into_values().collect())
}

/// Collects how a variable is used.
struct Uses<'i> {
    id: &'i Id,
    /// Mentions in `id.ok`, `id.status` and `await id.json()`.
    understood: BTreeSet<Span>,
    /// `await id.json()` and its `id`.
    json: Vec<(Span, Span)>,
    /// What such a read is bound to, by its span.
    targets: HashMap<Span, Target>,
    /// `(await id.json()).name`.
    members: HashMap<Span, String>,
    /// Mentions in `id.name`, and the name.
    named: HashMap<Span, String>,
    /// Reads behind `id.ok ? … : …`.
    chosen: HashMap<Span, When>,
    /// A callback of `then`.
    callback: Option<Span>,
    /// Of each function around, whether its caller waits for what it returns.
    awaited: Vec<bool>,
}

impl<'i> Uses<'i> {
    fn of(id: &'i Id) -> Self {
        Uses {
            id,
            understood: BTreeSet::new(),
            json: Vec::new(),
            targets: HashMap::new(),
            members: HashMap::new(),
            named: HashMap::new(),
            chosen: HashMap::new(),
            callback: None,
            awaited: Vec::new(),
        }
    }

    /// `await id.json()`, and its `id`.
    fn json_read(&self, expr: &Expr) -> Option<(Span, Span)> {
        let Expr::Await(waiting) = bare(expr) else { return None };
        self.json_call(&waiting.arg).map(|(_, response)| (span_of(waiting), response))
    }

    fn json_call(&self, expr: &Expr) -> Option<(Span, Span)> {
        let Expr::Call(call) = bare(expr) else { return None };
        let Expr::Member(member) = bare(call.callee.as_expr()?) else { return None };
        let fits =
            call.args.is_empty() && member_name(member).as_deref() == Some("json") && is_ident(&member.obj, self.id);
        fits.then(|| (span_of(call), span_of(&*member.obj)))
    }

    /// What a function returns that its caller waits for: `id.json()` needs no `await` there.
    fn returned(&mut self, value: &Expr, when: When) {
        if let Expr::Cond(choice) = bare(value)
            && let Some(ok) = tests_ok(&choice.test, self.id)
        {
            let sides = if ok { [When::Ok, When::NotOk] } else { [When::NotOk, When::Ok] };
            self.returned(&choice.cons, sides[0]);
            self.returned(&choice.alt, sides[1]);
        } else if let Some((span, response)) = self.json_call(value) {
            self.understood.insert(response);
            self.json.push((span, response));
            self.chosen.insert(span, when);
        }
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
            return;
        }
        expr.visit_children_with(self);
    }

    fn visit_member_expr(&mut self, member: &MemberExpr) {
        self.member(member);
        if let (Some((span, _)), Some(name)) = (self.json_read(&member.obj), member_name(member)) {
            self.members.insert(span, name);
        }
        member.visit_children_with(self);
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

/// Whether `span` is reached after success only, or after failure only.
fn when(body: &[Stmt], span: Span, id: &Id) -> When {
    let mut known = When::Always;
    for statement in body {
        if !span_of(statement).contains(span) {
            if span_of(statement).end <= span.start
                && let Stmt::If(branch) = statement
                && branch.alt.is_none()
                && exits(&branch.cons)
            {
                match tests_ok(&branch.test, id) {
                    Some(true) => known = When::NotOk,
                    Some(false) => known = When::Ok,
                    None => {}
                }
            }
            continue;
        }
        let inner = match statement {
            Stmt::If(branch) => {
                let in_branch = span_of(&*branch.cons).contains(span);
                let tested = match tests_ok(&branch.test, id) {
                    _ if span_of(&*branch.test).contains(span) => None,
                    // `if (res.ok && …)`: only the branch itself knows.
                    None if in_branch => conjunct_ok(&branch.test, id),
                    tested => tested,
                };
                let side = if in_branch { Some(&*branch.cons) } else { branch.alt.as_deref() };
                let own = match tested {
                    Some(ok) if ok == in_branch => When::Ok,
                    Some(_) => When::NotOk,
                    None => When::Always,
                };
                let deeper = side.map_or(When::Always, |side| when(std::slice::from_ref(side), span, id));
                if own == When::Always { deeper } else { own }
            }
            Stmt::Block(block) => when(&block.stmts, span, id),
            Stmt::Try(attempt) => {
                let blocks =
                    [Some(&attempt.block), attempt.handler.as_ref().map(|h| &h.body), attempt.finalizer.as_ref()];
                let around = blocks.into_iter().flatten().find(|block| span_of(*block).contains(span));
                around.map_or(When::Always, |block| when(&block.stmts, span, id))
            }
            _ => When::Always,
        };
        return if known == When::Always { inner } else { known };
    }
    known
}

/// `res.ok` is `Some(true)`, `!res.ok` is `Some(false)`.
fn tests_ok(test: &Expr, id: &Id) -> Option<bool> {
    match bare(test) {
        Expr::Unary(not) if not.op == UnaryOp::Bang => tests_ok(&not.arg, id).map(|ok| !ok),
        Expr::Member(member) => {
            (is_ident(&member.obj, id) && member_name(member).as_deref() == Some("ok")).then_some(true)
        }
        Expr::OptChain(chain) => {
            let OptChainBase::Member(member) = &*chain.base else { return None };
            (is_ident(&member.obj, id) && member_name(member).as_deref() == Some("ok")).then_some(true)
        }
        _ => None,
    }
}

fn conjunct_ok(test: &Expr, id: &Id) -> Option<bool> {
    let Expr::Bin(both) = bare(test) else { return None };
    if both.op != crate::syntax::ast::BinaryOp::LogicalAnd {
        return None;
    }
    let one = |side: &Expr| tests_ok(side, id).or_else(|| conjunct_ok(side, id));
    one(&both.left).or_else(|| one(&both.right))
}

/// Whether control never gets behind the statement.
pub fn exits(statement: &Stmt) -> bool {
    match statement {
        Stmt::Return(_) | Stmt::Throw(_) => true,
        Stmt::Block(block) => block.stmts.last().is_some_and(exits),
        Stmt::If(branch) => exits(&branch.cons) && branch.alt.as_deref().is_some_and(exits),
        Stmt::Try(attempt) => {
            attempt.finalizer.as_ref().is_some_and(|block| block.stmts.last().is_some_and(exits))
                || (attempt.block.stmts.last().is_some_and(exits)
                    && attempt.handler.as_ref().is_none_or(|handler| handler.body.stmts.last().is_some_and(exits)))
        }
        Stmt::Switch(switch) => {
            let by_default = switch.cases.iter().any(|case| case.test.is_none());
            by_default
                && switch.cases.iter().all(|case| case.cons.last().is_none_or(exits))
                && switch.cases.last().is_some_and(|case| !case.cons.is_empty())
        }
        _ => false,
    }
}

/// The statement behind the one that contains `declaration`, in the same list.
fn next_statement(body: &[Stmt], declaration: Span) -> Option<&Stmt> {
    let at = body.iter().position(|statement| span_of(statement).contains(declaration))?;
    match &body[at] {
        Stmt::Try(attempt) if span_of(&attempt.block).contains(declaration) => {
            next_statement(&attempt.block.stmts, declaration)
        }
        Stmt::Block(block) => next_statement(&block.stmts, declaration),
        Stmt::If(branch) => [Some(&*branch.cons), branch.alt.as_deref()]
            .into_iter()
            .flatten()
            .find(|side| span_of(*side).contains(declaration))
            .and_then(|side| next_statement(std::slice::from_ref(side), declaration)),
        Stmt::Decl(crate::syntax::ast::Decl::Var(variable))
            if variable.decls.iter().any(|declarator| span_of(declarator) == declaration) =>
        {
            body.get(at + 1)
        }
        _ => None,
    }
}

/// Whether `statement`, after a failed request, reads JSON before it does anything else.
fn reads_first(statement: &Stmt, id: &Id, failing: &[Span]) -> bool {
    match statement {
        Stmt::Return(returned) => returned.arg.as_deref().is_some_and(|value| failing.contains(&span_of(bare(value)))),
        Stmt::Decl(crate::syntax::ast::Decl::Var(variable)) => match variable.decls.as_slice() {
            [only] => only.init.as_deref().is_some_and(|init| failing.contains(&span_of(bare(init)))),
            _ => false,
        },
        Stmt::Block(block) => block.stmts.first().is_some_and(|first| reads_first(first, id, failing)),
        Stmt::If(branch) => match tests_ok(&branch.test, id) {
            Some(false) => reads_first(&branch.cons, id, failing),
            Some(true) => branch.alt.as_deref().is_some_and(|other| reads_first(other, id, failing)),
            None => false,
        },
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::super::mention::{Kind, mentions};
    use super::*;

    /// How a function with `code` after the call reads it, as `failure` and one word per read of JSON.
    #[track_caller]
    fn check(code: &str, expected: &str) {
        let text = format!("async function f() {{ const res = await fetch('/api/x', {{ method: 'POST' }}); {code} }}");
        let module = Module::parse("a.ts", text.as_str().into()).expect("the code parses");
        let found = match &mentions(&module, &[])[0].kind {
            Kind::Call(caller) => {
                let reads: Vec<String> = caller.reading.json.iter().map(|read| format!(" {:?}", read.when)).collect();
                format!("{:?}{}", caller.reading.failure, reads.concat())
            }
            Kind::Other(_, (at, _)) => format!("other {}", at.text(&text)),
            Kind::Get => "get".into(),
        };
        assert_eq!(found, expected, "{code}");
    }

    #[test]
    fn json_is_read_after_success_or_failure() {
        check("", "GoesOn");
        check("if (res.ok) use(await res.json());", "GoesOn Ok");
        check("if (!res.ok) return; use(await res.json());", "GoesOn Ok");
        check("if (!res.ok) throw new Error(); const data = await res.json(); use(data);", "GoesOn Ok");
        check("if (res?.ok && more) { use(await res.json()); }", "GoesOn Ok");
        check("if (res.ok) { done(); } else { const e = await res.json(); use(e.error); }", "Rejects NotOk");
        check("if (res.status === 409) use(await res.json());", "Mixed Always");
        check("if (!res.ok || more) { use(await res.json()); }", "Mixed Always");
        check("if (!res.ok) log(); const data = await res.json();", "Mixed Always");
    }

    #[test]
    fn only_what_comes_first_is_a_rejection() {
        check("const data = await res.json(); use(data);", "Rejects Always");
        check("setLoading(false); const data = await res.json();", "Mixed Always");
        check(
            "if (!res.ok) { const { error } = await res.json(); use(error); return; } use(await res.json());",
            "Rejects NotOk Ok",
        );
        check("if (!res.ok) { setLoading(false); use(await res.json()); }", "Mixed NotOk");
    }

    #[test]
    fn json_that_is_returned_needs_no_await() {
        check("return res.json();", "Rejects Always");
        check("if (!res.ok) throw new Error(); return res.json();", "GoesOn Ok");
        check("return res.ok ? res.json() : null;", "GoesOn Ok");
        check("log(res.status); return res.json();", "Mixed Always");
    }

    #[test]
    fn other_uses_are_told() {
        check("use(res);", "other res");
        check("use(await res.text());", "other res");
        check("use(res.headers.get('x'));", "other res");
        check("res.json().then(use);", "other res");
        check("return res.ok ? res.json() : Promise.reject(res);", "other res");
        check("return res;", "other res");
        check("return () => res.json();", "other res");
    }
}
