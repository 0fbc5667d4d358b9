//! What a Route Handler reads of its request, and the arguments that an action takes instead.
//!
//! ```ts
//! const { id } = await params;
//! const body = await request.json();
//! ```
//! become the parameters `id` and `body`.

use std::collections::BTreeSet;

use super::checks::{is_check, only_checked};
use super::form_fields::only_text;
use super::result::NoAnswer;
use crate::pages_api::{Segment, parse_route};
use crate::project::App;
use crate::rewrite::Edit;
use crate::syntax::ast::{
    ArrowExpr, BinaryOp, Decl, Expr, Function as AstFunction, Id, MemberExpr, ObjectPatProp, Pat, Stmt, VarDeclarator,
};
use crate::syntax::{
    Function, Module, Span, Visit, VisitWith, bare, callee_ident, full_statement, ident, is_ident, member_name,
    prop_name, references, span_of,
};

/// The arguments of an action, and how the body changes for them.
#[derive(Debug, Default)]
pub struct Input {
    /// One name per dynamic part of the route; `None` for a part that the handler does not read.
    pub params: Vec<Option<String>>,
    /// The parsed body.
    pub body: Option<Body>,
    /// What is replaced.
    pub edits: Vec<Edit>,
    /// Statements that go, with their lines.
    pub gone: Vec<Span>,
    /// Whether `cookies` of `next/headers` is needed.
    pub cookies: bool,
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

/// Reads the function; `Err` is what an action does not have.
///
/// `form` is there if forms send the request: mentions of the request that are dealt with.
pub fn read_input(
    module: &Module,
    app: &App,
    route: &str,
    function: Function<'_>,
    form: Option<&[Span]>,
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
    let params = function.params();
    let unclear = |span: Span| ("http-contract", span, "the parameters of the handler are taken apart".to_owned());
    if params.len() > 2 {
        return Err(unclear(function.span()));
    }
    let request = match params.first() {
        None => None,
        Some(Pat::Ident(name)) => Some(name.id.to_id()),
        Some(other) => return Err(unclear(span_of(*other))),
    };
    let (mut context, mut own) = (None, None);
    match params.get(1) {
        None => {}
        Some(Pat::Ident(name)) => context = Some(name.id.to_id()),
        Some(Pat::Object(object)) => match object.props.as_slice() {
            [] => {}
            [ObjectPatProp::Assign(short)] if &*short.key.id.sym == "params" && short.value.is_none() => {
                own = Some(short.key.id.to_id());
            }
            [ObjectPatProp::KeyValue(pair)] if prop_name(&pair.key).as_deref() == Some("params") => {
                match &*pair.value {
                    Pat::Ident(name) => own = Some(name.id.to_id()),
                    other => return Err(unclear(span_of(other))),
                }
            }
            _ => return Err(unclear(span_of(object))),
        },
        Some(other) => return Err(unclear(span_of(*other))),
    }
    let mut reader = Reader {
        module,
        asynchronous: app.next.has_async_request_apis(),
        request: request.clone(),
        context: context.clone(),
        params: own.clone(),
        names: names.iter().map(|name| (name.clone(), None)).collect(),
        body: None,
        understood: form.unwrap_or_default().iter().copied().collect(),
        native: form.is_some(),
        literals: Vec::new(),
        replaced_params: Vec::new(),
        body_reads: Vec::new(),
        guards: Vec::new(),
        input: Input::default(),
        depth: 0,
    };
    let Some(block) = function.block() else { return Err(unclear(function.span())) };
    block.stmts.visit_with(&mut reader);

    let all = references(&module.ast);
    let inside = span_of(block);
    for id in [request.as_ref(), context.as_ref(), own.as_ref()].into_iter().flatten() {
        let other =
            all.get(id).into_iter().flatten().find(|at| inside.contains(**at) && !reader.understood.contains(at));
        if let Some(at) = other {
            let message = format!("`{}` is used in a way that an action has no counterpart for", id.0);
            return Err(("http-contract", *at, message));
        }
    }
    reader.finish(&all, inside)
}

const MAY_BE_FILE: &str = "this may be a file, and an action takes 1 MB only";

struct Reader<'m> {
    module: &'m Module,
    /// Whether `params` is a Promise.
    asynchronous: bool,
    request: Option<Id>,
    context: Option<Id>,
    params: Option<Id>,
    /// The dynamic parts of the route, and the local name of each.
    names: Vec<(String, Option<Id>)>,
    /// The variable that the body is stored in, and its statement.
    body: Option<(Id, Span)>,
    /// Mentions of the request and the context that are dealt with.
    understood: BTreeSet<Span>,
    /// Expressions that are replaced by an object of the parameters, and the text around it.
    literals: Vec<(Span, &'static str, &'static str)>,
    /// `(await params).name`.
    replaced_params: Vec<(Span, usize)>,
    /// Each read of the body: its span, how it is read, whether it is only checked.
    body_reads: Vec<(Span, BodyKind, bool)>,
    /// `if (x instanceof NextResponse) return x`, by variable.
    guards: Vec<(Id, Span)>,
    input: Input,
    /// Whether forms send the request.
    native: bool,
    /// How many functions are around this one, inside the handler.
    depth: usize,
}

impl Reader<'_> {
    /// Whether `expr` is the object of route parameters; marks its mention.
    fn is_params(&self, expr: &Expr) -> Option<Span> {
        let expr = bare(expr);
        let promise = |expr: &Expr| match bare(expr) {
            Expr::Ident(name) => self.params.as_ref().filter(|id| is_ident(expr, id)).map(|_| span_of(name)),
            Expr::Member(member) => self.context_params(member),
            _ => None,
        };
        match expr {
            Expr::Await(waiting) => promise(&waiting.arg),
            other if !self.asynchronous => promise(other),
            _ => None,
        }
    }

    fn context_params(&self, member: &MemberExpr) -> Option<Span> {
        let context = self.context.as_ref()?;
        let fits = is_ident(&member.obj, context) && member_name(member).as_deref() == Some("params");
        fits.then(|| ident(&member.obj).map(span_of))?
    }

    /// Whether `expr` reads the body: `await req.json()`, say; the mention of `req`, and how.
    fn is_body(&self, expr: &Expr) -> Option<(Span, BodyKind)> {
        let Expr::Await(waiting) = bare(expr) else { return None };
        let Expr::Call(call) = bare(&waiting.arg) else { return None };
        let request = self.request.as_ref()?;
        if let [only] = call.args.as_slice()
            && callee_ident(call).is_some_and(|name| &*name.sym == "readBody")
            && is_ident(&only.expr, request)
            && self.module.text.contains("pages-compat")
        {
            return Some((ident(&only.expr).map(span_of)?, BodyKind::ByType));
        }
        let Expr::Member(member) = bare(call.callee.as_expr()?) else { return None };
        let kind = match member_name(member)?.as_str() {
            "json" => BodyKind::Json,
            "formData" => BodyKind::Form,
            _ => return None,
        };
        let fits = call.args.is_empty() && is_ident(&member.obj, request);
        fits.then(|| ident(&member.obj).map(|name| (span_of(name), kind)))?
    }

    fn param_at(&self, name: &str) -> Option<usize> {
        self.names.iter().position(|(param, _)| param == name)
    }

    /// A declaration that an argument takes the place of.
    fn declaration(&mut self, statement: Span, declarator: &VarDeclarator) -> bool {
        let Some(init) = declarator.init.as_deref() else { return false };
        let whole = full_statement(&self.module.text, statement);
        match &declarator.name {
            Pat::Ident(name) if name.type_ann.is_none() => {
                // A cast stays and casts the argument.
                if !matches!(init, Expr::TsAs(_))
                    && let Some((at, kind)) = self.is_body(init)
                    && self.body.is_none()
                {
                    self.understood.insert(at);
                    self.body = Some((name.id.to_id(), whole));
                    self.body_reads.push((span_of(init), kind, false));
                    if !(self.native && kind == BodyKind::ByType) {
                        self.input.gone.push(whole);
                    }
                    return true;
                }
                if let Expr::Member(member) = bare(init)
                    && let Some(at) = self.is_params(&member.obj)
                    && let Some(place) = member_name(member).and_then(|name| self.param_at(&name))
                    && self.names[place].1.is_none()
                {
                    self.understood.insert(at);
                    self.names[place].1 = Some(name.id.to_id());
                    self.input.gone.push(whole);
                    return true;
                }
                false
            }
            Pat::Object(object) => {
                let Some(at) = self.is_params(init) else { return false };
                let mut found = Vec::new();
                for property in &object.props {
                    let (key, id) = match property {
                        ObjectPatProp::Assign(short) if short.value.is_none() => {
                            (short.key.id.sym.to_string(), short.key.id.to_id())
                        }
                        ObjectPatProp::KeyValue(pair) => match (prop_name(&pair.key), &*pair.value) {
                            (Some(key), Pat::Ident(name)) => (key, name.id.to_id()),
                            _ => return false,
                        },
                        _ => return false,
                    };
                    let Some(place) = self.param_at(&key).filter(|place| self.names[*place].1.is_none()) else {
                        return false;
                    };
                    found.push((place, id));
                }
                for (place, id) in found {
                    self.names[place].1 = Some(id);
                }
                self.understood.insert(at);
                self.input.gone.push(whole);
                true
            }
            _ => false,
        }
    }

    fn finish(mut self, all: &crate::syntax::References, inside: Span) -> Result<Input, NoAnswer> {
        let taken = |name: &str, own: Option<&Id>| {
            // Only what the function itself mentions can be meant by mistake.
            let gone = |at: &Span| self.input.gone.iter().any(|gone| gone.contains(*at));
            let here = |spans: &Vec<Span>| spans.iter().any(|span| inside.contains(*span) && !gone(span));
            all.iter().any(|(id, spans)| &*id.0 == name && Some(id) != own && here(spans))
        };
        let mut chosen: Vec<String> = Vec::new();
        for (name, local) in &self.names {
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
            [(span, kind, checked)] => {
                if *kind == BodyKind::Form {
                    let own = self.body.as_ref().map(|(id, _)| id);
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
                        (id.0.to_string(), only_checked(self.module, id, all, &guards))
                    }
                    None => {
                        let wanted: &[&str] = match kind {
                            BodyKind::Form => &["formData", "form"],
                            _ => &["body", "input", "payload"],
                        };
                        let free = wanted.iter().copied().find(|name| !taken(name, None));
                        let name = free.unwrap_or("requestBody").to_owned();
                        edits.push(Edit::replace(*span, name.clone()));
                        (name, *checked)
                    }
                };
                body = Some(Body { name, checked, kind: *kind });
            }
            [_, (span, ..), ..] => return Err(("http-contract", *span, "the body is read more than once".into())),
        }
        let is_read = |at: usize| {
            self.names[at].1.is_some()
                || !self.literals.is_empty()
                || self.replaced_params.iter().any(|(_, read)| *read == at)
        };
        self.input.params = chosen.iter().enumerate().map(|(at, name)| is_read(at).then(|| name.clone())).collect();
        self.input.body = body;
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

impl Visit for Reader<'_> {
    fn visit_stmt(&mut self, statement: &Stmt) {
        if self.depth == 0 {
            if let Stmt::Decl(Decl::Var(variable)) = statement
                && let [only] = variable.decls.as_slice()
                && self.declaration(span_of(statement), only)
            {
                return;
            }
            if let Stmt::If(branch) = statement
                && let Expr::Bin(test) = bare(&branch.test)
                && test.op == BinaryOp::InstanceOf
                && ident(&test.right).is_some_and(|name| &*name.sym == "NextResponse")
                && let Some(name) = ident(&test.left)
                && branch.alt.is_none()
            {
                self.guards.push((name.to_id(), full_statement(&self.module.text, span_of(statement))));
            }
        }
        statement.visit_children_with(self);
    }

    fn visit_expr(&mut self, expr: &Expr) {
        if let Expr::TsAs(cast) = expr
            && let Some((at, kind)) = self.is_body(&cast.expr)
            && self.depth == 0
        {
            self.understood.insert(at);
            self.body_reads.push((span_of(&*cast.expr), kind, true));
            return;
        }
        // `schema.parse(await req.json())`.
        if let Expr::Call(call) = expr
            && is_check(expr)
            && let [only] = call.args.as_slice()
            && let Some((at, kind)) = self.is_body(&only.expr)
            && self.depth == 0
        {
            self.understood.insert(at);
            self.body_reads.push((span_of(&*only.expr), kind, true));
            return;
        }
        if self.depth == 0
            && let Some((at, kind)) = self.is_body(expr)
        {
            self.understood.insert(at);
            self.body_reads.push((span_of(bare(expr)), kind, false));
            return;
        }
        if let Expr::Member(member) = expr {
            if let Some(at) = self.is_params(&member.obj)
                && let Some(place) = member_name(member).and_then(|name| self.param_at(&name))
            {
                self.understood.insert(at);
                self.replaced_params.push((span_of(expr), place));
                return;
            }
            // `req.cookies.get(…)`, of which the prefix becomes `(await cookies())`.
            if let Expr::Member(inner) = bare(&member.obj)
                && let Some(request) = &self.request
                && is_ident(&inner.obj, request)
                && member_name(inner).as_deref() == Some("cookies")
                && matches!(member_name(member).as_deref(), Some("get" | "has" | "getAll"))
                && self.depth == 0
            {
                self.understood.extend(ident(&inner.obj).map(span_of));
                let text = if self.asynchronous { "(await cookies())" } else { "cookies()" };
                self.input.edits.push(Edit::replace(span_of(inner), text));
                self.input.cookies = true;
                return;
            }
        }
        if let Some(at) = self.is_params(expr) {
            self.understood.insert(at);
            self.literals.push((span_of(bare(expr)), "", ""));
            return;
        }
        if let Some(context) = &self.context
            && is_ident(expr, context)
        {
            self.understood.insert(span_of(bare(expr)));
            let (before, after) =
                if self.asynchronous { ("{ params: Promise.resolve(", ") }") } else { ("{ params: ", " }") };
            self.literals.push((span_of(bare(expr)), before, after));
            return;
        }
        expr.visit_children_with(self);
    }

    fn visit_function(&mut self, function: &AstFunction) {
        self.depth += 1;
        function.visit_children_with(self);
        self.depth -= 1;
    }

    fn visit_arrow_expr(&mut self, arrow: &ArrowExpr) {
        self.depth += 1;
        arrow.visit_children_with(self);
        self.depth -= 1;
    }
}
