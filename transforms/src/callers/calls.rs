//! The calls of a module that a call of an action may replace, and what is done with their results.

use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;

use super::axios::{self, Client, Throws};
use super::chain::{self, Callback, Response};
use super::fetch::{Call, Obstacle, read_call};
use super::mention::{Caller, Kind};
use super::passing::Use;
use super::reading::{Bound, Failure, JsonRead, Reading, When, reading_of};
use super::settled::Settled;
use super::site::Site;
use super::thin::Thin;
use crate::syntax::ast::{
    ArrowExpr, AwaitExpr, CallExpr, Callee, Expr, ExprStmt, Function as AstFunction, Id, JSXOpeningElement, MemberExpr,
    ReturnStmt, Stmt, UnaryOp, VarDeclarator,
};
use crate::syntax::{Function, Module, Span, Visit, VisitWith, bare, callee_ident, imported, member_name, span_of};

/// What each call in `module` is to the URL at its span, and how responses are read that other functions give; see
/// [`mentions`](super::mention::mentions).
pub fn calls<'m>(
    module: &'m Module,
    sites: &[&'m Site],
    passing: &'m BTreeSet<Span>,
    passed: &[&'m Site],
) -> (HashMap<Span, Kind>, Vec<Use>) {
    let mut calls = Calls {
        module,
        contexts: HashMap::new(),
        found: Vec::new(),
        functions: Vec::new(),
        parallel: BTreeSet::new(),
        clients: clients(module, sites),
        called: HashMap::new(),
        fetches: BTreeSet::new(),
        awaited: BTreeSet::new(),
        thin: sites.iter().filter_map(|site| Some((site.call, (*site, &**site.thin.as_ref()?)))).collect(),
        settled: HashMap::new(),
        placed: BTreeSet::new(),
        passing,
        passed: passed.iter().filter_map(|site| Some((site.call, site.passed.clone()?))).collect(),
        given: Vec::new(),
        fixed: sites.iter().filter(|site| site.is_fixed()).map(|site| site.url).collect(),
    };
    module.ast.visit_with(&mut calls);
    let all = module.references();
    // A `fetch` of the module's own is not the browser's.
    let own_fetch =
        all.keys().filter(|(name, _)| &**name == "fetch").count() != 1 || !module.free_names().contains("fetch");
    let mut kinds = HashMap::new();
    for (url, call, function) in calls.found.clone() {
        let kind = if own_fetch && calls.fetches.contains(&call.0) {
            Kind::Other(None, (call.0, "`fetch` is a function of this program here".into()))
        } else {
            calls.kind(call, function)
        };
        kinds.insert(url, kind);
    }
    let read = |(span, function): &(Span, Option<EnclosingFunction>)| {
        let place = calls.passed.get(span)?.clone();
        Some((place, module.path.clone(), calls.reading(*span, function.as_ref())))
    };
    let uses = calls.given.iter().filter_map(read).collect();
    (kinds, uses)
}

/// Axios and its instances, as far as a call of an action can take their place.
fn clients(module: &Module, sites: &[&Site]) -> Vec<Client> {
    let instances: BTreeSet<&Id> = sites.iter().filter_map(|site| site.instance.as_ref()).collect();
    let instances = instances.into_iter().map(|id| Client { id: id.clone(), based: true });
    let axios = imported(module, "axios", "default").map(|id| Client { id, based: false });
    axios.into_iter().chain(instances).collect()
}

const NOT_AWAITED: &str = "its promise is used in another way than `await`";
const PARALLEL: &str = "it is called for each element of a list, maybe in parallel; actions run one by one";
const GOES_ON: &str = "code goes on without waiting for it; an action that waits in line may get lost";

type FoundCall = (Span, (Span, Call), Option<EnclosingFunction>);

/// A function around a call, as far as that matters.
#[derive(Clone, Debug)]
struct EnclosingFunction {
    body: Rc<Vec<Stmt>>,
    parallel: bool,
}

/// Finds the calls of `fetch` and what is done with their result.
struct Calls<'m> {
    module: &'m Module,
    contexts: HashMap<Span, Context>,
    found: Vec<FoundCall>,
    functions: Vec<EnclosingFunction>,
    /// Functions that are called for each element of a list, hence maybe all at once.
    parallel: BTreeSet<Span>,
    /// What the module calls axios, and instances of it.
    clients: Vec<Client>,
    /// Which of them is called, by call.
    called: HashMap<Span, Id>,
    /// The calls of `fetch`.
    fetches: BTreeSet<Span>,
    /// Those that `await` waits for, or for what comes of them.
    awaited: BTreeSet<Span>,
    /// The calls of functions that do no more than call `fetch`.
    thin: HashMap<Span, (&'m Site, &'m Thin)>,
    /// What such a function makes of the response.
    settled: HashMap<Span, (Reading, Settled)>,
    /// Calls whose result goes to where one waits for it: a statement, `await`, what a function returns.
    placed: BTreeSet<Span>,
    /// Calls of `fetch` whose function gives the response to its callers.
    passing: &'m BTreeSet<Span>,
    /// Calls of such functions, and which call of `fetch` is in each.
    passed: HashMap<Span, (String, Span)>,
    /// Those calls, with the functions around them.
    given: Vec<(Span, Option<EnclosingFunction>)>,
    /// URLs that are one path, whatever their expression.
    fixed: BTreeSet<Span>,
}

#[derive(Clone, Debug)]
enum Context {
    Variable(Id, Span),
    Ignored,
    /// `fetch(…).then((res) => …)`.
    Then(Callback),
    /// `(await fetch(…)).ok`.
    Member,
    /// `await (await fetch(…)).json()`: the read, what it reads from, and the member looked at.
    Json(Span, Span),
}

impl Calls<'_> {
    fn kind(&self, (span, call): (Span, Call), function: Option<EnclosingFunction>) -> Kind {
        let sent = match call {
            Call::Get => return Kind::Get,
            Call::Other(method, obstacle) => return Kind::Other(method, obstacle),
            Call::Plain(sent) => sent,
        };
        let method = Some(sent.method);
        let other = |at: Span, why: &str| Kind::Other(method, (at, why.to_owned()));
        let Some(function) = function else { return other(span, "it is called while the module loads") };
        if function.parallel {
            return other(span, PARALLEL);
        }
        if let Some(client) = self.called.get(&span) {
            return match axios::read(self.module, &function.body, span, client) {
                Ok(read) if !read.awaited && !chain::is_last(&function.body, span) => other(span, GOES_ON),
                Ok(axios::Read { reading, throws, in_mutation, .. }) => {
                    let (rejecting, settled) = match throws {
                        Throws::Statement(rejecting) => (Some(rejecting), None),
                        Throws::Callback(settled) => (None, Some(settled)),
                    };
                    Kind::Call(Box::new(Caller {
                        call: span,
                        sent,
                        reading,
                        rejecting,
                        settled,
                        returned: None,
                        form: None,
                        in_mutation,
                    }))
                }
                Err((at, why)) => Kind::Other(method, (at, why)),
            };
        }
        let call = |reading, settled| Caller {
            call: span,
            sent: sent.clone(),
            reading,
            rejecting: None,
            settled,
            returned: None,
            form: None,
            in_mutation: false,
        };
        if self.passing.contains(&span) {
            return Kind::Call(Box::new(call(Reading { json: Vec::new(), failure: Failure::GoesOn }, None)));
        }
        if let Some((reading, settled)) = self.settled.get(&span).cloned() {
            return if !self.waits(span, &function) {
                other(span, GOES_ON)
            } else if self.placed.contains(&span) {
                Kind::Call(Box::new(call(reading, Some(settled))))
            } else {
                other(span, NOT_AWAITED)
            };
        }
        match self.reading(span, Some(&function)) {
            Ok(reading) => Kind::Call(Box::new(call(reading, None))),
            Err((at, why)) => Kind::Other(method, (at, why)),
        }
    }

    /// How the response of the call at `span` is read.
    fn reading(&self, span: Span, function: Option<&EnclosingFunction>) -> Result<Reading, Obstacle> {
        let other = |why: &str| Err((span, why.to_owned()));
        let Some(function) = function else { return other("it is called while the module loads") };
        if function.parallel {
            return other(PARALLEL);
        }
        if !self.waits(span, function) {
            return other(GOES_ON);
        }
        let plain = |failure| Reading { json: Vec::new(), failure };
        let read = |bound: &Bound<'_>| {
            reading_of(self.module, bound).map_err(|at| {
                (at, "its response is used for more than `ok`, `status`, `await json()` and `await text()`".to_owned())
            })
        };
        match self.contexts.get(&span) {
            None => other(NOT_AWAITED),
            Some(Context::Ignored | Context::Member) => Ok(plain(Failure::GoesOn)),
            Some(Context::Json(read, response)) => {
                let json =
                    JsonRead { span: *read, response: *response, when: When::Always, members: None, is_text: false };
                Ok(Reading { json: vec![json], failure: Failure::Rejects })
            }
            Some(Context::Variable(id, declaration)) => {
                read(&Bound { id, declaration: *declaration, body: &function.body, callback: None })
            }
            Some(Context::Then(Callback { response: Response::Plain, .. })) => Ok(plain(Failure::GoesOn)),
            Some(Context::Then(Callback { span, body, response: Response::Named(id, declaration) })) => {
                read(&Bound { id, declaration: *declaration, body, callback: Some(*span) })
            }
        }
    }

    /// Whether nothing in the function happens before the call at `span` is done.
    fn waits(&self, span: Span, function: &EnclosingFunction) -> bool {
        self.awaited.contains(&span) || chain::is_last(&function.body, span)
    }

    fn in_function(&mut self, span: Span, body: Vec<Stmt>, visit: impl FnOnce(&mut Self)) {
        self.functions.push(EnclosingFunction { body: Rc::new(body), parallel: self.parallel.contains(&span) });
        visit(self);
        self.functions.pop();
    }

    /// Whether a call may stand in the function at `span`; the bodies of others need not be kept.
    fn may_call(&self, span: Span) -> bool {
        let ours = !self.clients.is_empty() || !self.thin.is_empty() || !self.passed.is_empty();
        ours || span.text(&self.module.text).contains("fetch")
    }

    /// Whether a call gives a response.
    fn is_request(&self, call: &CallExpr) -> bool {
        let span = span_of(call);
        let ours = self.thin.contains_key(&span) || self.passed.contains_key(&span);
        ours || callee_ident(call).is_some_and(|name| &*name.sym == "fetch")
    }

    /// Somebody waits for `expr`, or nobody looks at it.
    fn place(&mut self, expr: &Expr) {
        let expr = match bare(expr) {
            Expr::Unary(unary) if unary.op == UnaryOp::Void => &unary.arg,
            expr => expr,
        };
        self.placed.extend(chain::awaited(expr, &|call| self.is_request(call)));
    }

    /// The call that `await` waits for and that gives a response.
    fn awaited(&self, expr: &Expr) -> Option<Span> {
        let Expr::Await(waiting) = bare(expr) else { return None };
        let Expr::Call(call) = bare(&waiting.arg) else { return None };
        self.is_request(call).then(|| span_of(call))
    }
}

impl Visit for Calls<'_> {
    // Functions of every spelling but arrows, methods included.
    fn visit_function(&mut self, function: &AstFunction) {
        let body = function.body.as_ref().filter(|_| self.may_call(span_of(function)));
        let body = body.map(|body| body.stmts.clone()).unwrap_or_default();
        self.in_function(span_of(function), body, |this| function.visit_children_with(this));
    }

    fn visit_arrow_expr(&mut self, arrow: &ArrowExpr) {
        let body = Function::Arrow(arrow).block().filter(|_| self.may_call(span_of(arrow)));
        let body = body.map(|body| body.stmts.clone()).unwrap_or_default();
        if let Some(value) = Function::Arrow(arrow).expression() {
            self.place(value);
        }
        self.in_function(span_of(arrow), body, |this| arrow.visit_children_with(this));
    }

    fn visit_call_expr(&mut self, call: &CallExpr) {
        if let Some(read) = read_call(self.module, call, &self.fixed)
            && let Some(url) = call.args.first()
        {
            self.fetches.insert(span_of(call));
            self.found.push((span_of(bare(&url.expr)), (span_of(call), read), self.functions.last().cloned()));
        } else if let Some((client, read)) = self
            .clients
            .iter()
            .find_map(|client| Some((client.id.clone(), axios::read_call(client, call, &self.fixed)?)))
            && let Some(url) = call.args.first()
        {
            self.called.insert(span_of(call), client);
            self.found.push((span_of(bare(&url.expr)), (span_of(call), read), self.functions.last().cloned()));
        }
        if self.passed.contains_key(&span_of(call)) {
            self.given.push((span_of(call), self.functions.last().cloned()));
        }
        if let Some((site, thin)) = self.thin.get(&span_of(call)).copied()
            && let Some(read) = thin.read_call(call, site.sends.known(), &self.fixed)
        {
            self.settled.extend(thin.settled(self.module, call).map(|settled| (span_of(call), settled)));
            self.found.push((site.url, (span_of(call), read), self.functions.last().cloned()));
        }
        if let Some((fetch, callback)) = chain::callback(call, &|call| self.is_request(call)) {
            self.contexts.insert(fetch, Context::Then(callback));
        }
        self.contexts.extend(
            chain::in_toast(self.module, call, &|call| self.is_request(call)).map(|fetch| (fetch, Context::Ignored)),
        );
        if let Callee::Expr(callee) = &call.callee
            && let Expr::Member(member) = bare(callee)
            && matches!(member_name(member).as_deref(), Some("map" | "forEach" | "flatMap" | "filter" | "reduce"))
        {
            self.parallel.extend(call.args.iter().map(|argument| span_of(bare(&argument.expr))));
        }
        call.visit_children_with(self);
    }

    fn visit_var_declarator(&mut self, declarator: &VarDeclarator) {
        if let Some(call) = declarator.init.as_deref().and_then(|init| self.awaited(init)) {
            let context = match chain::response_in(&declarator.name) {
                Some(Response::Named(id, _)) => Some(Context::Variable(id, span_of(declarator))),
                Some(Response::Plain) => Some(Context::Ignored),
                None => None,
            };
            self.contexts.extend(context.map(|context| (call, context)));
        }
        declarator.visit_children_with(self);
    }

    fn visit_expr_stmt(&mut self, statement: &ExprStmt) {
        self.place(&statement.expr);
        self.contexts.extend(
            chain::ignored(&statement.expr, &|call| self.is_request(call)).map(|call| (call, Context::Ignored)),
        );
        statement.visit_children_with(self);
    }

    fn visit_jsx_opening_element(&mut self, element: &JSXOpeningElement) {
        self.contexts.extend(
            chain::dropped(element, &|call| self.is_request(call)).into_iter().map(|call| (call, Context::Ignored)),
        );
        element.visit_children_with(self);
    }

    fn visit_member_expr(&mut self, member: &MemberExpr) {
        if let Some(call) = self.awaited(&member.obj)
            && matches!(member_name(member).as_deref(), Some("ok" | "status"))
        {
            self.contexts.insert(call, Context::Member);
        }
        member.visit_children_with(self);
    }

    fn visit_return_stmt(&mut self, statement: &ReturnStmt) {
        if let Some(value) = &statement.arg {
            self.place(value);
        }
        statement.visit_children_with(self);
    }

    fn visit_await_expr(&mut self, waiting: &AwaitExpr) {
        self.place(&waiting.arg);
        if let Expr::Call(call) = bare(&waiting.arg)
            && call.args.is_empty()
            && let Callee::Expr(callee) = &call.callee
            && let Expr::Member(member) = bare(callee)
            && member_name(member).as_deref() == Some("json")
            && let Some(inner) = self.awaited(&member.obj)
        {
            self.contexts.insert(inner, Context::Json(span_of(waiting), span_of(&*member.obj)));
        }
        self.awaited.extend(chain::awaited(&waiting.arg, &|call| self.is_request(call)));
        waiting.visit_children_with(self);
    }
}
