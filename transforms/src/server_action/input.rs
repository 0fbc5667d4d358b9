//! What a Route Handler reads of its request, and the arguments that an action takes instead.
//!
//! ```ts
//! const { id } = await params;
//! const body = await request.json();
//! ```
//! become the parameters `id` and `body`.

mod headers;
mod query;
mod reads;
mod roles;
mod said;

use std::collections::BTreeSet;

use super::caller::unwrapped;
use super::checks::only_checked;
use super::form_fields::{only_named, only_text};
use super::result::NoAnswer;
use crate::pages_api::{Segment, parse_route};
use crate::project::App;
use crate::rewrite::Edit;
use crate::syntax::ast::{FunctionBody, Id};
use crate::syntax::{Function, Module, Span, VisitWith, span_of};

pub use query::QueryParam;
use query::{Queries, as_name};
pub use roles::Roles;
pub use said::Said;
use said::said;

/// The arguments of an action, and how the body changes for them.
#[derive(Debug, Default)]
pub struct Input {
    /// One name per dynamic part of the route; `None` for a part that the handler does not read.
    pub params: Vec<Option<String>>,
    /// The parsed body.
    pub body: Option<Body>,
    /// The values of the query that the handler reads, in their order.
    pub query: Vec<QueryParam>,
    /// What is replaced.
    pub edits: Vec<Edit>,
    /// Statements that go, with their lines.
    pub gone: Vec<Span>,
    /// Whether `cookies` of `next/headers` is needed.
    pub cookies: bool,
    /// Whether `headers` of it is needed, and not there yet.
    pub headers: bool,
}

/// The argument that is the body.
#[derive(Debug)]
pub struct Body {
    /// Its name.
    pub name: String,
    /// Nothing but a check or a cast looks at it, so that its type may be `unknown`.
    pub checked: bool,
    /// How it is read.
    pub kind: BodyKind,
    /// Where it is read.
    pub read: Span,
    /// What the handler says about its type, if that was asked.
    pub said: Option<Said>,
}

/// How a handler reads its body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BodyKind {
    /// `await req.json()`.
    Json,
    /// `await readBody(req)`, by the content type, which the caller has to declare.
    ByType,
    /// `await req.formData()`.
    Form,
}

/// What is known of the forms that send a request.
pub struct Sending<'a> {
    /// Mentions of the request that are dealt with.
    pub bases: &'a [Span],
    /// All that they send is text.
    pub only_text: bool,
}

/// Reads the function; `Err` is what an action does not have.
///
/// `form` is there if forms send the request. With `typed`, the argument
/// takes over what the handler says about the type of its body.
pub fn read_input(
    module: &Module,
    app: &App,
    route: &str,
    (function, roles): (Function<'_>, &Roles),
    form: Option<&Sending<'_>>,
    typed: bool,
) -> Result<Input, NoAnswer> {
    let mut names = Vec::new();
    for segment in parse_route(route) {
        match segment {
            Segment::Static(_) => {}
            Segment::Dynamic(name) => names.push(name),
            Segment::CatchAll(_) | Segment::OptionalCatchAll(_) => {
                return Err(("http-contract", function.span(), "the route is a catch-all".into()));
            }
        }
    }
    let Some(block) = function.block() else {
        return Err(("http-contract", function.span(), "the handler is an expression instead of a block".into()));
    };
    if let Some((name, _)) = roles.named.iter().find(|(name, _)| !names.contains(name)) {
        return Err(("http-contract", function.span(), format!("the route has no parameter `{name}`")));
    }
    let named = |name: &String| roles.named.iter().find(|(own, _)| own == name).map(|(_, id)| id.clone());
    let mut reader = Reader {
        module,
        asynchronous: app.next.has_async_request_apis(),
        params_asynchronous: app.next.has_async_request_apis() && !roles.awaited,
        params_synchronous: app.next.major == 15,
        request: roles.request.clone(),
        context: roles.context.clone(),
        params: roles.params.clone(),
        names: names.iter().map(|name| (name.clone(), named(name))).collect(),
        body: None,
        queries: Queries::default(),
        understood: form.map(|form| form.bases.iter().copied().collect()).unwrap_or_default(),
        native: form.is_some(),
        only_text: form.is_some_and(|form| form.only_text),
        typed: typed && form.is_none(),
        declared: None,
        literals: Vec::new(),
        replaced_params: Vec::new(),
        body_reads: Vec::new(),
        guards: Vec::new(),
        input: Input::default(),
        depth: 0,
    };
    block.stmts.visit_with(&mut reader);

    let all = module.references();
    let inside = span_of(block);
    for id in [&roles.request, &roles.context, &roles.params].into_iter().flatten() {
        let other =
            all.get(id).into_iter().flatten().find(|at| inside.contains(**at) && !reader.understood.contains(at));
        if let Some(at) = other {
            let message = format!("`{}` is used in a way that an action has no counterpart for", id.0);
            return Err(("http-contract", *at, message));
        }
    }
    for id in reader.queries.names() {
        let used = all.get(id).into_iter().flatten();
        let is_declared = |at: &Span| reader.input.gone.iter().any(|gone| gone.contains(*at));
        if let Some(at) = used.into_iter().find(|at| !reader.understood.contains(at) && !is_declared(at)) {
            let message = format!("of `{}`, an action has only what `get` gives for a name", id.0);
            return Err(("http-contract", *at, message));
        }
    }
    reader.finish(all, block)
}

const ALL_FIELDS: &str = "this may take all fields of the form, among which React has its own for an action";
const MAY_BE_FILE: &str = "this may be a file, and an action takes 1 MB only";

/// One read of the body.
struct BodyRead {
    /// What the argument takes the place of.
    span: Span,
    /// The same without parentheses.
    subject: Span,
    kind: BodyKind,
    /// It is only checked.
    checked: bool,
}

struct Reader<'m> {
    module: &'m Module,
    /// Whether `cookies()` is a Promise.
    asynchronous: bool,
    /// Whether `params` is one.
    params_asynchronous: bool,
    /// Whether its members can be read all the same.
    params_synchronous: bool,
    request: Option<Id>,
    context: Option<Id>,
    params: Option<Id>,
    /// The dynamic parts of the route, and the local name of each.
    names: Vec<(String, Option<Id>)>,
    /// The variable that the body is stored in, and its statement.
    body: Option<(Id, Span)>,
    /// The query, and how it is read.
    queries: Queries,
    /// Mentions of the request and the context that are dealt with.
    understood: BTreeSet<Span>,
    /// Expressions that are replaced by an object of the parameters, and the text around it.
    literals: Vec<(Span, &'static str, &'static str)>,
    /// `(await params).name`.
    replaced_params: Vec<(Span, usize)>,
    body_reads: Vec<BodyRead>,
    /// `if (x instanceof NextResponse) return x`, by variable.
    guards: Vec<(Id, Span)>,
    input: Input,
    /// Whether forms send the request.
    native: bool,
    /// And no files.
    only_text: bool,
    /// Whether the argument gets the type that the handler gives its body.
    typed: bool,
    /// The type of the variable that the body is stored in.
    declared: Option<Span>,
    /// How many functions are around this one, inside the handler.
    depth: usize,
}

impl Reader<'_> {
    /// What the handler says about the type of its body, and the casts that say it.
    fn said(
        &self,
        read: &BodyRead,
        all: &crate::syntax::References,
        block: &FunctionBody,
    ) -> Option<(Said, Vec<(Span, Span)>)> {
        if !self.typed {
            return None;
        }
        if let Some(kind) = self.declared {
            return Some((Said::Type(kind), Vec::new()));
        }
        let subjects = match &self.body {
            None => vec![read.subject],
            Some((id, declaration)) => {
                let guards = self.guards.iter().filter(|(own, _)| own == id).map(|(_, guard)| guard);
                let gone: Vec<Span> = guards.chain([declaration]).copied().collect();
                let mentions = all.get(id).into_iter().flatten();
                mentions.filter(|at| !gone.iter().any(|gone| gone.contains(**at))).copied().collect()
            }
        };
        said(self.module, block, &subjects)
    }

    fn finish(mut self, all: &crate::syntax::References, block: &FunctionBody) -> Result<Input, NoAnswer> {
        let inside = span_of(block);
        let taken = |name: &str, own: Option<&Id>| {
            // Only what the function itself mentions can be meant by mistake.
            let gone = |at: &Span| self.input.gone.iter().any(|gone| gone.contains(*at));
            let here = |spans: &Vec<Span>| spans.iter().any(|span| inside.contains(*span) && !gone(span));
            all.iter().any(|(id, spans)| &*id.0 == name && Some(id) != own && here(spans))
        };
        let mut chosen: Vec<String> = Vec::new();
        // What `as_name` accepts is a name.
        let asked = self.queries.reads.iter().filter_map(|read| Some((as_name(&read.key)?, read.local.clone())));
        let asked: Vec<(String, Option<Id>)> = asked.collect();
        for (name, local) in self.names.iter().chain(&asked) {
            let wanted = local.as_ref().map_or(name.as_str(), |id| &*id.0).to_owned();
            let name = if !taken(&wanted, local.as_ref()) && !chosen.contains(&wanted) {
                wanted
            } else if local.is_none() {
                // The name is one of the handler's own.
                format!("{wanted}Param")
            } else {
                return Err((
                    "http-contract",
                    inside,
                    format!("`{wanted}` means something else in another place of the file"),
                ));
            };
            chosen.push(name);
        }
        let (mut body, mut edits) = (None, Vec::new());
        match self.body_reads.as_slice() {
            [] => {}
            [read @ BodyRead { span, subject, kind, checked }] => {
                let own = self.body.as_ref().map(|(id, _)| id);
                if self.native {
                    let gone: Vec<Span> = self.guards.iter().map(|(_, guard)| *guard).collect();
                    only_named(self.module, own, *subject, all, &gone)
                        .map_err(|at| ("not-only-fetch", at, ALL_FIELDS.to_owned()))?;
                }
                if *kind == BodyKind::Form && !self.only_text {
                    only_text(self.module, own, *span, all).map_err(|at| ("upload", at, MAY_BE_FILE.to_owned()))?;
                }
                let (name, checked) = match &self.body {
                    _ if self.native && *kind == BodyKind::ByType => {
                        let name = if taken("formData", None) { "form" } else { "formData" };
                        let cast = if self.module.path.ends_with(".ts") { " as any" } else { "" };
                        edits.push(Edit::replace(*span, format!("Object.fromEntries({name}){cast}")));
                        (name.to_owned(), false)
                    }
                    Some((id, _)) => {
                        if taken(&id.0, Some(id)) || chosen.iter().any(|name| *name == *id.0) {
                            let message = format!("`{}` means something else in another place of the file", id.0);
                            return Err(("http-contract", *span, message));
                        }
                        let guards: Vec<Span> =
                            self.guards.iter().filter(|(own, _)| own == id).map(|(_, span)| *span).collect();
                        let only_checked = || only_checked(self.module, id, all, &guards);
                        (id.0.to_string(), if self.declared.is_some() { *checked } else { only_checked() })
                    }
                    None => {
                        let wanted: &[&str] = match kind {
                            BodyKind::Form => &["formData", "form"],
                            _ => &["body", "input", "payload"],
                        };
                        let is_free = |name: &&str| !taken(name, None) && !chosen.iter().any(|own| own == name);
                        let free = wanted.iter().copied().find(is_free);
                        let name = free.unwrap_or("requestBody").to_owned();
                        edits.push(Edit::replace(*span, name.clone()));
                        (name, *checked)
                    }
                };
                let said = (*kind != BodyKind::Form).then(|| self.said(read, all, block)).flatten();
                let (said, casts) = said.map_or((None, Vec::new()), |(said, casts)| (Some(said), casts));
                edits.retain(|edit| !casts.iter().any(|(cast, _)| cast.contains(edit.span())));
                edits.extend(
                    casts.iter().map(|(cast, _)| Edit::replace(unwrapped(&self.module.text, *cast), name.clone())),
                );
                body = Some(Body { name, checked, kind: *kind, read: *subject, said });
            }
            [_, BodyRead { span, .. }, ..] => {
                return Err(("http-contract", *span, "the body is read more than once".into()));
            }
        }
        let is_read = |at: usize| {
            self.names[at].1.is_some()
                || !self.literals.is_empty()
                || self.replaced_params.iter().any(|(_, read)| *read == at)
        };
        let queried = chosen.split_off(self.names.len());
        self.input.params = chosen.iter().enumerate().map(|(at, name)| is_read(at).then(|| name.clone())).collect();
        self.input.body = body;
        self.input.query = self.query_params(&queried);
        self.input.edits.extend(edits);
        for (id, span) in &self.guards {
            if self.body.as_ref().is_some_and(|(body, _)| body == id) {
                self.input.gone.push(*span);
            }
        }
        let list: Vec<String> = self
            .names
            .iter()
            .zip(&chosen)
            .map(|((key, _), name)| if key == name { key.clone() } else { format!("{key}: {name}") })
            .collect();
        let object = format!("{{ {} }}", list.join(", "));
        for (span, before, after) in &self.literals {
            self.input.edits.push(Edit::replace(*span, format!("{before}{object}{after}")));
        }
        for (span, at) in &self.replaced_params {
            self.input.edits.push(Edit::replace(*span, chosen[*at].clone()));
        }
        let gone = self.input.gone.clone();
        self.input.edits.retain(|edit| !gone.iter().any(|gone| gone.contains(edit.span())));
        Ok(self.input)
    }
}
