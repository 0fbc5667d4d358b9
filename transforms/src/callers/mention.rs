//! Every place of a module that mentions a URL below `/api`, and what it does with it.

use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;

use super::axios::{self, Client, Rejecting};
use super::chain::{self, Callback, Response};
use super::fetch::{Call, Obstacle, Sent, read_call};
use super::form::NativeForm;
use super::reading::{Bound, Failure, JsonRead, Reading, reading_of};
use super::site::Site;
use super::texts::Texts;
use super::url::Part;
use super::via::Via;
use crate::project::Method;
use crate::syntax::ast::{
    ArrowExpr, AwaitExpr, CallExpr, Callee, Expr, ExprStmt, Function as AstFunction, Id, JSXOpeningElement, MemberExpr,
    Stmt, VarDeclarator,
};
use crate::syntax::{
    Function, Module, Span, Visit, VisitWith, bare, callee_ident, imported, member_name, span_of, specifiers,
};

/// One mention of URLs below `/api`.
#[derive(Clone, Debug)]
pub struct Mention {
    /// The file it stands in.
    pub file: String,
    /// The URL.
    pub span: Span,
    /// What the URL may be.
    pub urls: Vec<Vec<Part>>,
    /// By what it is called or mentioned.
    pub via: Via,
    /// What is done with it.
    pub kind: Kind,
}

impl Mention {
    /// The method by which the URL is called, if that can be read.
    pub fn method(&self) -> Option<Method> {
        match &self.kind {
            Kind::Call(caller) => Some(caller.sent.method),
            Kind::Get => Some(Method::Get),
            Kind::Other(method, _) => *method,
        }
    }
}

/// What is done with a URL.
#[derive(Clone, Debug)]
pub enum Kind {
    /// A call of `fetch` that a call of a function can replace.
    Call(Box<Caller>),
    /// A read: `fetch(url)`, a link, navigation.
    Get,
    /// Something else, by that method if it is known; what it is, and where.
    Other(Option<Method>, Obstacle),
}

/// A call of `fetch` that can be replaced.
#[derive(Clone, Debug)]
pub struct Caller {
    /// `fetch(…)`.
    pub call: Span,
    /// What it sends.
    pub sent: Sent,
    /// How it reads the response.
    pub reading: Reading,
    /// It is a call of axios, which rejects what is not `ok`.
    pub rejecting: Option<Rejecting>,
    /// It is a form that the browser sends.
    pub form: Option<NativeForm>,
}

/// The mentions in `module`, of which `sites` are the calls.
pub fn mentions(module: &Module, sites: &[&Site]) -> Vec<Mention> {
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
    let mut skipped: BTreeSet<Span> = specifiers(module).into_iter().map(|specifier| specifier.span).collect();
    let mut calls: HashMap<Span, Vec<&Site>> = HashMap::new();
    for site in sites {
        // What stands inside the URL is told by the call.
        let inside = site
            .texts
            .iter()
            .flat_map(|text| &text.uses)
            .filter(|(file, span)| *file == module.path && site.url.contains(*span) && *span != site.url);
        skipped.extend(inside.map(|(_, span)| *span));
        calls.entry(site.url).or_default().push(site);
    }
    let mut texts = Texts { module, kinds, skipped, calls, contexts: HashMap::new(), found: Vec::new() };
    module.ast.visit_with(&mut texts);
    // URLs that are no texts: names, members, calls.
    let mut rest: Vec<Span> = texts.calls.keys().copied().collect();
    rest.sort_unstable();
    for span in rest {
        texts.add(span, "", "");
    }
    texts.found
}

/// Axios and its instances, as far as a call of an action can take their place.
fn clients(module: &Module, sites: &[&Site]) -> Vec<Client> {
    let instances: BTreeSet<&Id> = sites.iter().filter_map(|site| site.instance.as_ref()).collect();
    let instances = instances.into_iter().map(|id| Client { id: id.clone(), based: true });
    let axios = imported(module, "axios", "default").map(|id| Client { id, based: false });
    axios.into_iter().chain(instances).collect()
}

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
            return other(span, "it is called for each element of a list, maybe in parallel; actions run one by one");
        }
        if let Some(client) = self.called.get(&span) {
            return match axios::read(self.module, &function.body, span, client) {
                Ok((reading, rejecting)) => {
                    Kind::Call(Box::new(Caller { call: span, sent, reading, rejecting: Some(rejecting), form: None }))
                }
                Err((at, why)) => Kind::Other(method, (at, why)),
            };
        }
        if !self.awaited.contains(&span) && !chain::is_last(&function.body, span) {
            return other(span, "code goes on without waiting for it; an action that waits in line may get lost");
        }
        let plain = |failure| Reading { json: Vec::new(), failure };
        let read = |bound: &Bound<'_>| {
            reading_of(self.module, bound).map_err(|at| {
                let why = "its response is used for more than `ok`, `status` and `await json()`".to_owned();
                Kind::Other(method, (at, why))
            })
        };
        let reading = match self.contexts.get(&span) {
            None => return other(span, "its promise is used in another way than `await`"),
            Some(Context::Ignored | Context::Member) => Ok(plain(Failure::GoesOn)),
            Some(Context::Json(read, response)) => {
                let json =
                    JsonRead { span: *read, response: *response, when: super::reading::When::Always, members: None };
                Ok(Reading { json: vec![json], failure: Failure::Rejects })
            }
            Some(Context::Variable(id, declaration)) => {
                read(&Bound { id, declaration: *declaration, body: &function.body, callback: None })
            }
            Some(Context::Then(Callback { response: Response::Plain, .. })) => Ok(plain(Failure::GoesOn)),
            Some(Context::Then(Callback { span, body, response: Response::Named(id, declaration) })) => {
                read(&Bound { id, declaration: *declaration, body, callback: Some(*span) })
            }
        };
        match reading {
            Ok(reading) => Kind::Call(Box::new(Caller { call: span, sent, reading, rejecting: None, form: None })),
            Err(other) => other,
        }
    }

    fn in_function(&mut self, span: Span, body: Vec<Stmt>, visit: impl FnOnce(&mut Self)) {
        self.functions.push(EnclosingFunction { body: Rc::new(body), parallel: self.parallel.contains(&span) });
        visit(self);
        self.functions.pop();
    }

    /// Whether a call may stand in the function at `span`; the bodies of others need not be kept.
    fn may_call(&self, span: Span) -> bool {
        !self.clients.is_empty() || span.text(&self.module.text).contains("fetch")
    }

    /// The call of `fetch` that `await` waits for.
    fn awaited(expr: &Expr) -> Option<Span> {
        let Expr::Await(waiting) = bare(expr) else { return None };
        Self::fetch(waiting)
    }

    fn fetch(waiting: &AwaitExpr) -> Option<Span> {
        let Expr::Call(call) = bare(&waiting.arg) else { return None };
        callee_ident(call).is_some_and(|name| &*name.sym == "fetch").then(|| span_of(call))
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
        if let Some((fetch, callback)) = chain::callback(call) {
            self.contexts.insert(fetch, Context::Then(callback));
        }
        self.contexts.extend(chain::in_toast(self.module, call).map(|fetch| (fetch, Context::Ignored)));
        if let Callee::Expr(callee) = &call.callee
            && let Expr::Member(member) = bare(callee)
            && matches!(member_name(member).as_deref(), Some("map" | "forEach" | "flatMap" | "filter" | "reduce"))
        {
            self.parallel.extend(call.args.iter().map(|argument| span_of(bare(&argument.expr))));
        }
        call.visit_children_with(self);
    }

    fn visit_var_declarator(&mut self, declarator: &VarDeclarator) {
        if let Some(call) = declarator.init.as_deref().and_then(Self::awaited) {
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
        self.contexts.extend(chain::ignored(&statement.expr).map(|call| (call, Context::Ignored)));
        statement.visit_children_with(self);
    }

    fn visit_jsx_opening_element(&mut self, element: &JSXOpeningElement) {
        self.contexts.extend(chain::dropped(element).into_iter().map(|call| (call, Context::Ignored)));
        element.visit_children_with(self);
    }

    fn visit_member_expr(&mut self, member: &MemberExpr) {
        if let Some(call) = Self::awaited(&member.obj)
            && matches!(member_name(member).as_deref(), Some("ok" | "status"))
        {
            self.contexts.insert(call, Context::Member);
        }
        member.visit_children_with(self);
    }

    fn visit_await_expr(&mut self, waiting: &AwaitExpr) {
        if let Expr::Call(call) = bare(&waiting.arg)
            && call.args.is_empty()
            && let Callee::Expr(callee) = &call.callee
            && let Expr::Member(member) = bare(callee)
            && member_name(member).as_deref() == Some("json")
            && let Some(inner) = Self::awaited(&member.obj)
        {
            self.contexts.insert(inner, Context::Json(span_of(waiting), span_of(&*member.obj)));
        }
        self.awaited.extend(chain::awaited(&waiting.arg));
        waiting.visit_children_with(self);
    }
}
