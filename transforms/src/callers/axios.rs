//! Calls of axios that a call of an action can replace. axios rejects what is not `ok`, so the new code throws there;
//! whoever catches that must not look at more than an error has.
//!
//! ```ts
//! try {
//!   const response = await axios.post('/api/posts', values);
//!   router.push(`/posts/${response.data.id}`);
//! } catch {
//!   toast.error('Something went wrong');
//! }
//! ```

mod chained;
mod mutation;

use std::collections::BTreeSet;

use super::fetch::{Call, Encoding, Obstacle, Sent, stringified};
use super::path::{path, path_below, why_no_path};
use super::reading::{Failure, JsonRead, Reading, When};
use super::settled::Settled;
use crate::project::Method;
use crate::syntax::ast::{
    ArrowExpr, BinaryOp, BlockStmt, CallExpr, CatchClause, Decl, Expr, Function as AstFunction, Id, ObjectPatProp, Pat,
    Stmt, SwitchCase, TryStmt,
};
use crate::syntax::{
    Module, References, Span, Visit, VisitWith, bare, ident, is_ident, member_name, prop_name, span_of,
};

/// The statement of a call that throws where the answer is not `ok`.
#[derive(Clone, Debug)]
pub struct Rejecting {
    /// `const response = await axios.post(…);`.
    pub statement: Span,
    /// What its result is bound to.
    pub result: Bound,
}

/// What the result of a call is bound to.
#[derive(Clone, Debug)]
pub enum Bound {
    /// Nothing; so many calls of that kind stand before it in the same list of statements.
    Nothing(usize),
    /// `response`.
    Variable(String),
    /// The pattern `{ data }`.
    Members(Span),
}

/// What a module calls axios, or an instance of it.
#[derive(Clone, Debug)]
pub struct Client {
    pub id: Id,
    /// It is `axios.create({ baseURL: '/api' })`.
    pub based: bool,
}

/// Reads `axios.post(url, data)`; `fixed` is as for [`path`].
pub fn read_call(client: &Client, call: &CallExpr, fixed: &BTreeSet<Span>) -> Option<Call> {
    let Expr::Member(member) = bare(call.callee.as_expr()?) else { return None };
    if !is_ident(&member.obj, &client.id) {
        return None;
    }
    let method = match member_name(member)?.as_str() {
        "post" => Method::Post,
        "put" => Method::Put,
        "patch" => Method::Patch,
        "delete" => Method::Delete,
        _ => return None,
    };
    let other = |span: Span, why: &str| Some(Call::Other(Some(method), (span, why.to_owned())));
    if let Some(spread) = call.args.iter().find(|argument| argument.spread.is_some()) {
        return other(span_of(spread), "its arguments are not known");
    }
    let (url, body) = match call.args.as_slice() {
        [url] => (url, None),
        [url, body] if method != Method::Delete => (url, Some(body)),
        [_, more @ ..] => return other(more.last().map_or(span_of(call), span_of), "its options have no counterpart"),
        [] => return None,
    };
    let below = client.based && ident(&url.expr).is_none();
    let Some(path) = (if below { path_below(&url.expr) } else { path(&url.expr, fixed) }) else {
        return other(span_of(url), why_no_path(&url.expr));
    };
    let (body, encoding) = match body {
        None => (None, Encoding::Json),
        // Text is sent as it is, declared to be a form.
        Some(body) => match stringified(&body.expr) {
            Some(value) => (Some(value), Encoding::Untyped),
            None => (Some(span_of(&*body.expr)), Encoding::Object),
        },
    };
    Some(Call::Plain(Sent { method, path, body, encoding, others: Vec::new() }))
}

/// Whether a file may change what every call of axios or of an instance does: `axios.interceptors`, `api.defaults`.
pub fn configures(text: &str) -> bool {
    let names = ["axios", "Axios"].iter().any(|name| text.contains(name));
    // Instances are called anything, but hardly anything else has these.
    let of_instances = [".interceptors", ".defaults.headers", ".defaults.baseURL", ".defaults.validateStatus"];
    of_instances.iter().any(|member| text.contains(member)) || (names && text.contains(".defaults"))
}

/// How a call is read.
pub struct Read {
    pub reading: Reading,
    pub throws: Throws,
    /// Its function waits for it.
    pub awaited: bool,
    /// It is in the function of a mutation of React Query, which is told of its error.
    pub in_mutation: bool,
}

/// Where the new code throws what is not `ok`.
pub enum Throws {
    /// In a statement behind that of the call.
    Statement(Rejecting),
    /// In a callback of the promise.
    Callback(Settled),
}

/// How the call at `call` is read in the function with `body`.
pub fn read(module: &Module, body: &[Stmt], call: Span, client: &Id) -> Result<Read, Obstacle> {
    let mut lists = Lists { call, client, found: None };
    lists.list(body);
    body.visit_with(&mut lists);
    let Some((statement, form)) = lists.found else { return chained::read(module, body, call, client) };
    let all = module.references();
    let catch = catching(body, call);
    let message = match &catch {
        Some(catch) => caught_message(catch, client, all)?,
        None => {
            let untold = "it is in no `try`: whoever is told of its error may look for what axios gives it";
            mutation::of(module, call, client).ok_or_else(|| (call, untold.to_owned()))??.reads_message
        }
    };
    let mut json = Vec::new();
    let mut read = |span: Span, members| {
        json.push(JsonRead { span, response: span, when: When::Ok, members, is_text: false, fallback: None });
    };
    let result = match form {
        Form::Nothing(before) => Bound::Nothing(before),
        Form::Variable(id) => {
            for (span, members) in data_reads(module, &id, statement, all)? {
                read(span, members);
            }
            Bound::Variable(id.0.to_string())
        }
        Form::Members(pattern, reads) => {
            if reads {
                read(pattern, None);
            }
            Bound::Members(pattern)
        }
    };
    // The new code throws for a result that is not `ok`, as it rejects for an error.
    let failure = if message { Failure::GoesOn } else { Failure::Either };
    let throws = Throws::Statement(Rejecting { statement, result });
    Ok(Read {
        reading: Reading { json, failure, annotation: None },
        throws,
        awaited: true,
        in_mutation: catch.is_none(),
    })
}

enum Form {
    Nothing(usize),
    Variable(Id),
    /// `{ data }`, and whether `data` is among it.
    Members(Span, bool),
}

/// Looks for the statement of the call among the statements of one function.
struct Lists<'i> {
    call: Span,
    client: &'i Id,
    found: Option<(Span, Form)>,
}

impl Lists<'_> {
    fn list(&mut self, statements: &[Stmt]) {
        let is_call = |expr: &Expr| match bare(expr) {
            Expr::Await(waiting) => Some(span_of(bare(&waiting.arg))),
            _ => None,
        };
        let alone = |statement: &&Stmt| match statement {
            Stmt::Expr(own) => match bare(&own.expr) {
                Expr::Await(waiting) => is_of(&waiting.arg, self.client),
                _ => false,
            },
            _ => false,
        };
        for (at, statement) in statements.iter().enumerate() {
            let form = match statement {
                Stmt::Expr(own) if is_call(&own.expr) == Some(self.call) => {
                    Some(Form::Nothing(statements[..at].iter().filter(alone).count()))
                }
                Stmt::Decl(Decl::Var(variable)) => match variable.decls.as_slice() {
                    [only] if only.init.as_deref().and_then(is_call) == Some(self.call) => bound(&only.name),
                    _ => None,
                },
                _ => None,
            };
            if let Some(form) = form {
                self.found = Some((span_of(statement), form));
            }
        }
    }
}

/// Whether `expr` is `client.…(…)`.
fn is_of(expr: &Expr, client: &Id) -> bool {
    let Expr::Call(call) = bare(expr) else { return false };
    call.callee.as_expr().is_some_and(|callee| match bare(callee) {
        Expr::Member(member) => is_ident(&member.obj, client),
        _ => false,
    })
}

fn bound(pattern: &Pat) -> Option<Form> {
    match pattern {
        Pat::Ident(name) if name.type_ann.is_none() => Some(Form::Variable(name.id.to_id())),
        Pat::Object(object) if object.type_ann.is_none() && !object.props.is_empty() => {
            let keys: Option<Vec<String>> = object
                .props
                .iter()
                .map(|property| match property {
                    ObjectPatProp::Assign(short) if short.value.is_none() => Some(short.key.id.sym.to_string()),
                    ObjectPatProp::KeyValue(pair) => prop_name(&pair.key),
                    _ => None,
                })
                .collect();
            let keys = keys.filter(|keys| keys.iter().all(|key| matches!(key.as_str(), "data" | "status")))?;
            Some(Form::Members(span_of(object), keys.iter().any(|key| key == "data")))
        }
        _ => None,
    }
}

impl Visit for Lists<'_> {
    fn visit_block_stmt(&mut self, block: &BlockStmt) {
        self.list(&block.stmts);
        block.visit_children_with(self);
    }

    // Declarations of one case are seen by the others.
    fn visit_switch_case(&mut self, _: &SwitchCase) {}

    fn visit_function(&mut self, _: &AstFunction) {}

    fn visit_arrow_expr(&mut self, _: &ArrowExpr) {}
}

/// The `catch` that an error of the call at `span` gets to.
fn catching(body: &[Stmt], span: Span) -> Option<CatchClause> {
    struct Innermost(Span, Option<CatchClause>);
    impl Visit for Innermost {
        fn visit_try_stmt(&mut self, attempt: &TryStmt) {
            if span_of(&attempt.block).contains(self.0)
                && let Some(handler) = &attempt.handler
            {
                self.1 = Some(handler.clone());
            }
            // What is further inside comes later.
            attempt.visit_children_with(self);
        }
    }
    let mut innermost = Innermost(span, None);
    body.visit_with(&mut innermost);
    innermost.1
}

fn caught_message(catch: &CatchClause, client: &Id, all: &References) -> Result<bool, Obstacle> {
    reads_message(catch.param.as_ref(), &catch.body, span_of(&catch.body), client, all)
}

/// Whether code that is given an error looks at its message; `Err` if it looks at more.
fn reads_message<N: VisitWith<ErrorUses>>(
    param: Option<&Pat>,
    code: &N,
    inside: Span,
    client: &Id,
    all: &References,
) -> Result<bool, Obstacle> {
    let more = |at: Span| (at, "this may look for what axios adds to an error".to_owned());
    let id = match param {
        None => return Ok(false),
        Some(Pat::Ident(name)) => name.id.to_id(),
        Some(pattern) => return Err(more(span_of(pattern))),
    };
    let mut uses = ErrorUses { id: id.clone(), logged: BTreeSet::new(), message: BTreeSet::new() };
    code.visit_with(&mut uses);
    if let Some(at) = all.get(client).into_iter().flatten().find(|at| inside.contains(**at)) {
        return Err(more(*at));
    }
    let mut others = all.get(&id).into_iter().flatten().filter(|at| inside.contains(**at));
    match others.find(|at| !uses.logged.contains(*at) && !uses.message.contains(*at)) {
        Some(at) => Err(more(*at)),
        None => Ok(!uses.message.is_empty()),
    }
}

/// Where an error is logged or asked for nothing but its message.
struct ErrorUses {
    id: Id,
    logged: BTreeSet<Span>,
    message: BTreeSet<Span>,
}

impl Visit for ErrorUses {
    fn visit_expr(&mut self, expr: &Expr) {
        match expr {
            Expr::Call(call) => {
                if let Some(Expr::Member(member)) = call.callee.as_expr().map(|callee| bare(callee))
                    && ident(&member.obj).is_some_and(|name| &*name.sym == "console")
                {
                    let own = call.args.iter().filter_map(|argument| ident(&argument.expr));
                    self.logged.extend(own.filter(|name| name.to_id() == self.id).map(span_of));
                }
            }
            Expr::Member(member)
                if is_ident(&member.obj, &self.id) && member_name(member).as_deref() == Some("message") =>
            {
                self.message.extend(ident(&member.obj).map(span_of));
            }
            Expr::Bin(test)
                if test.op == BinaryOp::InstanceOf
                    && is_ident(&test.left, &self.id)
                    && ident(&test.right).is_some_and(|name| &*name.sym == "Error") =>
            {
                self.logged.extend(ident(&test.left).map(span_of));
            }
            _ => {}
        }
        expr.visit_children_with(self);
    }
}

type DataReads = Vec<(Span, Option<BTreeSet<String>>)>;

/// The reads of `id.data`, each with the members that it looks at, where `id` is declared in `declaration`.
fn data_reads(module: &Module, id: &Id, declaration: Span, all: &References) -> Result<DataReads, Obstacle> {
    let mut uses = Members { id, understood: BTreeSet::new(), data: Vec::new() };
    module.ast.visit_with(&mut uses);
    let mut others = all.get(id).into_iter().flatten();
    match others.find(|at| !uses.understood.contains(*at) && !declaration.contains(**at)) {
        Some(at) => Err((*at, "its result is used for more than `data` and `status`".into())),
        None => Ok(uses.data.into_iter().map(|(span, name)| (span, name.map(|name| BTreeSet::from([name])))).collect()),
    }
}

/// Finds `id.data`, with what is read of it, and `id.status`.
struct Members<'i> {
    id: &'i Id,
    understood: BTreeSet<Span>,
    data: Vec<(Span, Option<String>)>,
}

impl Visit for Members<'_> {
    fn visit_expr(&mut self, expr: &Expr) {
        if let Expr::Member(member) = expr {
            // `id.data.name` is seen before `id.data`.
            let (inner, name) = match bare(&member.obj) {
                Expr::Member(inner) if is_ident(&inner.obj, self.id) => (inner, member_name(member)),
                _ => (member, None),
            };
            if is_ident(&inner.obj, self.id)
                && let Some(read) = member_name(inner)
                && let Some(at) = ident(&inner.obj).map(span_of)
            {
                let known = self.understood.contains(&at);
                if matches!(read.as_str(), "data" | "status") {
                    self.understood.insert(at);
                }
                if read == "data" && !known {
                    self.data.push((span_of(inner), name));
                }
            }
        }
        expr.visit_children_with(self);
    }
}
