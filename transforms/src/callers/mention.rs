//! Every place of a module that mentions a URL below `/api`, and what it does with it.

use std::collections::{BTreeSet, HashMap};

use super::axios::{self, Rejecting};
use super::chain::{self, Callback, Response};
use super::client::{Sends, property};
use super::fetch::{Call, Obstacle, Sent, read_call, url_text};
use super::form::{self, NativeForm};
use super::reading::{Bound, Failure, JsonRead, Reading, reading_of};
use super::site::Site;
use super::url::{Part, below_base, urls_in};
use super::via::Via;
use crate::project::Method;
use crate::syntax::ast::{
    ArrowExpr, AwaitExpr, BinaryOp, CallExpr, Callee, Expr, ExprStmt, Function as AstFunction, Id, JSXAttr,
    JSXAttrOrSpread, JSXAttrValue, JSXElement, JSXExpr, JSXOpeningElement, JSXText, KeyValueProp, MemberExpr, NewExpr,
    ObjectLit, PropName, Stmt, TsLitType, VarDeclarator,
};
use crate::syntax::{
    Function, Module, Span, Visit, VisitWith, bare, callee_ident, function_of, imported, literal_str, member_name,
    prop_name, references, span_of, specifiers,
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
        axios: imported(module, "axios", "default"),
        fetches: BTreeSet::new(),
        awaited: BTreeSet::new(),
    };
    module.ast.visit_with(&mut calls);
    let all = references(&module.ast);
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

type FoundCall = (Span, (Span, Call), Option<EnclosingFunction>);

/// A function around a call, as far as that matters.
#[derive(Clone, Debug)]
struct EnclosingFunction {
    body: Vec<Stmt>,
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
    /// What the module calls axios.
    axios: Option<Id>,
    /// The calls of `fetch`.
    fetches: BTreeSet<Span>,
    /// Those that `await` waits for, or for what comes of them.
    awaited: BTreeSet<Span>,
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
        if let Some(client) = &self.axios
            && !self.fetches.contains(&span)
        {
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
        self.functions.push(EnclosingFunction { body, parallel: self.parallel.contains(&span) });
        visit(self);
        self.functions.pop();
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
        let body = function.body.as_ref().map(|body| body.stmts.clone()).unwrap_or_default();
        self.in_function(span_of(function), body, |this| function.visit_children_with(this));
    }

    fn visit_arrow_expr(&mut self, arrow: &ArrowExpr) {
        let body = Function::Arrow(arrow).block().map(|body| body.stmts.clone()).unwrap_or_default();
        self.in_function(span_of(arrow), body, |this| arrow.visit_children_with(this));
    }

    fn visit_call_expr(&mut self, call: &CallExpr) {
        if let Some(read) = read_call(self.module, call)
            && let Some(url) = call.args.first()
        {
            self.fetches.insert(span_of(call));
            self.found.push((span_of(bare(&url.expr)), (span_of(call), read), self.functions.last().cloned()));
        } else if let Some(client) = &self.axios
            && let Some(read) = axios::read_call(client, call)
            && let Some(url) = call.args.first()
        {
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

/// Finds the texts.
struct Texts<'m> {
    module: &'m Module,
    kinds: HashMap<Span, Kind>,
    skipped: BTreeSet<Span>,
    /// The calls by their URLs.
    calls: HashMap<Span, Vec<&'m Site>>,
    /// What is known of other places.
    contexts: HashMap<Span, (Via, Sends)>,
    found: Vec<Mention>,
}

impl Texts<'_> {
    fn add(&mut self, span: Span, text: &str, what: &str) {
        if let Some(sites) = self.calls.remove(&span) {
            let kind = self.kinds.remove(&span);
            for site in sites {
                let urls = site.urls();
                if urls.is_empty() {
                    continue;
                }
                let own = kind.clone().filter(|_| matches!(site.via, Via::Fetch | Via::Axios));
                let kind = own.unwrap_or_else(|| kind_of(site.via, &site.sends, site.call));
                let via = Via::of_file(&self.module.path).unwrap_or(site.via);
                self.found.push(Mention { file: self.module.path.clone(), span, urls, via, kind });
            }
            return;
        }
        if self.skipped.contains(&span) {
            return;
        }
        let context = self.contexts.remove(&span);
        let mut urls = urls_in(text);
        let based = context.as_ref().is_some_and(|(via, _)| *via == Via::Client);
        if urls.is_empty() && based {
            urls = below_base(text);
        }
        if urls.is_empty() {
            return;
        }
        let of_file = Via::of_file(&self.module.path);
        let (via, kind) = match (self.kinds.remove(&span), context) {
            (Some(kind), context) => (of_file.or(context.map(|(via, _)| via)).unwrap_or(Via::Fetch), kind),
            (None, Some((via, sends))) => (of_file.unwrap_or(via), kind_of(via, &sends, span)),
            (None, None) => (of_file.unwrap_or(Via::Text), Kind::Other(None, (span, what.to_owned()))),
        };
        self.found.push(Mention { file: self.module.path.clone(), span, urls, via, kind });
    }

    /// Messages and comparisons call nobody.
    fn skip_literals(&mut self, call: &[crate::syntax::ast::ExprOrSpread]) {
        self.skipped.extend(call.iter().map(|argument| span_of(bare(&argument.expr))));
    }
}

/// What a call that no other call can replace yet does.
fn kind_of(via: Via, sends: &Sends, at: Span) -> Kind {
    let why = match via {
        Via::Wrapper => "it goes through a function of this repository around `fetch`",
        Via::Fetch => "its URL is put together elsewhere",
        Via::Axios | Via::Ky | Via::Ofetch | Via::Client => "another HTTP client than `fetch` calls it",
        Via::Swr | Via::ReactQuery => "its URL is the key of a hook, by which others refer to its data",
        Via::Form => "a form is sent to its URL",
        Via::Redirect => "a redirect leads to its URL, and may repeat a POST",
        Via::Handed => "another service is told its URL",
        Via::Beacon => "it is sent by `sendBeacon`, after the page is left",
        Via::Xhr => "it is sent by `XMLHttpRequest`",
        _ => ELSEWHERE,
    };
    match sends.known() {
        Some(Method::Get | Method::Head) => Kind::Get,
        method => Kind::Other(method, (at, why.to_owned())),
    }
}

const ELSEWHERE: &str = "the URL is used outside of a call of `fetch`";

impl Visit for Texts<'_> {
    fn visit_expr(&mut self, expr: &Expr) {
        match bare(expr) {
            text @ (Expr::Lit(_) | Expr::Tpl(_)) => {
                if let Some((content, _)) = url_text(text) {
                    self.add(span_of(text), &content, ELSEWHERE);
                }
                if let Expr::Tpl(template) = text {
                    template.exprs.visit_with(self);
                }
            }
            Expr::Bin(sum) if sum.op == BinaryOp::Add => {
                let sum = bare(expr);
                match url_text(sum) {
                    Some((content, _)) => {
                        self.add(span_of(sum), &content, ELSEWHERE);
                        leaves(sum, self);
                    }
                    None => sum.visit_children_with(self),
                }
            }
            other => other.visit_children_with(self),
        }
    }

    fn visit_call_expr(&mut self, call: &CallExpr) {
        if let Callee::Expr(callee) = &call.callee {
            let (object, name) = match bare(callee) {
                Expr::Member(member) => (self.module.text_of(&*member.obj), member_name(member).unwrap_or_default()),
                Expr::Ident(name) => ("", name.sym.to_string()),
                _ => ("", String::new()),
            };
            let logs = ["console", "logger", "log"].contains(&object);
            if logs || matches!(name.as_str(), "startsWith" | "includes" | "endsWith" | "match" | "test") {
                self.skip_literals(&call.args);
            }
            let sends = matches!(name.as_str(), "post" | "put" | "patch" | "delete" | "request" | "ajax");
            if let Some(url) = call.args.first().filter(|_| !object.is_empty()) {
                let span = span_of(bare(&url.expr));
                if sends {
                    self.contexts.insert(span, (Via::Client, Sends::Unknown));
                } else if name == "get" {
                    self.contexts.insert(span, (Via::Link, Sends::Known(Method::Get)));
                }
            }
        }
        call.visit_children_with(self);
    }

    /// `success_url: `${origin}/api/done`` is for another service.
    fn visit_key_value_prop(&mut self, pair: &KeyValueProp) {
        let name = prop_name(&pair.key).unwrap_or_default().to_ascii_lowercase().replace('_', "");
        let handed = ["successurl", "cancelurl", "returnurl", "callbackurl", "notifyurl", "webhookurl", "redirecturi"];
        if handed.contains(&name.as_str()) {
            self.contexts.insert(span_of(bare(&pair.value)), (Via::Handed, Sends::Unknown));
        }
        pair.visit_children_with(self);
    }

    /// The keys of React Query: with a function of its own, a query asks nothing of its key.
    fn visit_object_lit(&mut self, object: &ObjectLit) {
        let function = property(object, "queryFn").or(property(object, "mutationFn"));
        for (name, sends) in [("queryKey", Sends::Known(Method::Get)), ("mutationKey", Sends::Unknown)] {
            let Some(Expr::Array(key)) = property(object, name).map(bare) else { continue };
            for part in key.elems.iter().flatten() {
                let span = span_of(bare(&part.expr));
                match function.map(function_of) {
                    None => drop(self.contexts.insert(span, (Via::ReactQuery, sends.clone()))),
                    Some(Some(function)) if function.params().is_empty() => drop(self.skipped.insert(span)),
                    Some(_) => drop(self.contexts.insert(span, (Via::ReactQuery, Sends::Unknown))),
                }
            }
        }
        object.visit_children_with(self);
    }

    fn visit_new_expr(&mut self, new: &NewExpr) {
        if matches!(bare(&new.callee), Expr::Ident(name) if name.sym.ends_with("Error")) {
            self.skip_literals(new.args.as_deref().unwrap_or_default());
        }
        new.visit_children_with(self);
    }

    fn visit_jsx_element(&mut self, element: &JSXElement) {
        self.kinds.extend(form::read(self.module, element));
        element.visit_children_with(self);
    }

    fn visit_jsx_opening_element(&mut self, element: &JSXOpeningElement) {
        let attribute = |name: &str| {
            element.attrs.iter().find_map(|attribute| match attribute {
                JSXAttrOrSpread::JSXAttr(attribute) if self.module.text_of(&attribute.name) == name => Some(attribute),
                _ => None,
            })
        };
        if self.module.text_of(&element.name) == "form"
            && let Some(url) = attribute("action").and_then(attribute_value)
        {
            let spread = element.attrs.iter().any(|attribute| matches!(attribute, JSXAttrOrSpread::SpreadElement(_)));
            let sends = match attribute("method") {
                None if spread => Sends::Unknown,
                None => Sends::Known(Method::Get),
                Some(method) => match &method.value {
                    Some(JSXAttrValue::Str(text))
                        if text.value.as_str().is_some_and(|m| m.eq_ignore_ascii_case("post")) =>
                    {
                        Sends::Known(Method::Post)
                    }
                    _ => Sends::Unknown,
                },
            };
            self.contexts.insert(url, (Via::Form, sends));
        }
        element.visit_children_with(self);
    }

    fn visit_jsx_attr(&mut self, attribute: &JSXAttr) {
        let name = self.module.text_of(&attribute.name);
        let context = match name {
            "href" | "src" => Some((Via::Link, Sends::Known(Method::Get))),
            "formAction" => Some((Via::Form, Sends::Unknown)),
            _ => None,
        };
        if let (Some(context), Some(url)) = (context, attribute_value(attribute)) {
            self.contexts.insert(url, context);
        }
        match &attribute.value {
            Some(JSXAttrValue::Str(text)) => {
                let content = text.value.as_str().unwrap_or_default().to_owned();
                self.add(span_of(text), &content, "the URL is an attribute");
            }
            other => other.visit_with(self),
        }
    }

    fn visit_jsx_text(&mut self, text: &JSXText) {
        let content = text.value.as_str().unwrap_or_default().to_owned();
        self.add(span_of(text), &content, "the URL is shown to people, who may use it");
    }

    fn visit_ts_lit_type(&mut self, literal: &TsLitType) {
        if let crate::syntax::ast::TsLit::Str(text) = &literal.lit {
            let content = text.value.as_str().unwrap_or_default().to_owned();
            self.add(span_of(text), &content, "the URL is part of a type, as of a client");
        }
        literal.visit_children_with(self);
    }

    fn visit_prop_name(&mut self, name: &PropName) {
        if let PropName::Str(text) = name
            && let Some(content) = prop_name(name)
        {
            self.add(span_of(text), &content, "the URL is the key of an object");
        }
        name.visit_children_with(self);
    }
}

/// The value of an attribute.
fn attribute_value(attribute: &JSXAttr) -> Option<Span> {
    match attribute.value.as_ref()? {
        JSXAttrValue::Str(text) => Some(span_of(text)),
        JSXAttrValue::JSXExprContainer(container) => match &container.expr {
            JSXExpr::Expr(expr) => Some(span_of(bare(expr))),
            JSXExpr::JSXEmptyExpr(_) => None,
        },
        _ => None,
    }
}

/// Visits what is no text in a sum of texts.
fn leaves(expr: &Expr, visitor: &mut Texts<'_>) {
    match bare(expr) {
        Expr::Bin(sum) if sum.op == BinaryOp::Add => {
            leaves(&sum.left, visitor);
            leaves(&sum.right, visitor);
        }
        Expr::Tpl(template) => template.exprs.visit_with(visitor),
        other if literal_str(other).is_some() => {}
        other => other.visit_with(visitor),
    }
}
