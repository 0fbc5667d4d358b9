//! The inside of one carrier: every read of the request and every send becomes an edit, and what has to
//! stand at the top of the function is collected as its [`Prologue`].

use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::compat::Helper;
use super::lists::Lists;
use super::needs::{Body, Needs, Query};
use super::payload::Constants;
use super::responses::{self, Pending, is_pure};
use super::signature::Dialect;
use crate::finding::Finding;
use crate::pages_api::{After, Call, Carrier, Carriers, HeaderChange, Part, RawBody, RequestUse, ResponseUse, Role};
use crate::rewrite::{Edit, Piece};
use crate::syntax::ast::{Expr, Id};
use crate::syntax::{Module, References, Span, full_statement, literal_str, references, span_of};

/// Lines for the top of a function, and what makes them necessary there.
#[derive(Clone, Debug)]
pub struct Line {
    /// The code, without indentation; may be several lines.
    pub pieces: Vec<Piece>,
    /// Places that need it. A function that keeps none of them does without the line.
    pub used_at: Vec<Span>,
    /// It awaits something.
    pub awaits: bool,
    /// It mentions the request.
    pub request: bool,
    /// It mentions the route's parameters.
    pub params: bool,
}

/// What happens inside one carrier.
#[derive(Debug, Default)]
pub struct BodyRewrite {
    /// Edits inside the function's body.
    pub edits: Vec<Edit>,
    /// Lines for its top, in order.
    pub prologue: Vec<Line>,
    /// Places where the request is mentioned afterwards.
    pub request_at: Vec<Span>,
    /// Places where the route's parameters are mentioned afterwards.
    pub params_at: Vec<Span>,
    /// Places outside of inner functions where something new is awaited.
    pub awaits_at: Vec<Span>,
    /// Helpers called, and where.
    pub helpers: Vec<(Helper, Span)>,
    /// `NextResponse` is mentioned.
    pub response: bool,
}

/// The names that generated code uses inside one module.
#[derive(Clone, Debug)]
pub struct Names {
    /// The route's parameters.
    pub params: String,
    /// The parsed body.
    pub body: String,
    /// The query.
    pub query: String,
    /// The collected headers.
    pub headers: String,
    /// The status.
    pub status: String,
}

/// Everything that rewriting a carrier looks at.
pub struct Context<'c, 'a> {
    /// The file.
    pub module: &'a Module,
    /// All carriers of the file.
    pub carriers: &'c Carriers<'a>,
    /// Their needs, in the same order.
    pub needs: &'c [Needs],
    /// Constants of the file.
    pub constants: &'c Constants,
    /// How code is written.
    pub dialect: &'c Dialect,
    /// Generated names.
    pub names: &'c Names,
    /// Functions that read the raw body.
    pub readers: &'c std::collections::HashMap<Id, RawBody>,
    /// What follows each send.
    pub after: &'c BTreeMap<Span, After>,
    /// `Data` of `NextApiResponse<Data>`.
    pub body_type: Option<String>,
}

struct Builder<'b, 'c, 'a> {
    cx: &'b Context<'c, 'a>,
    carrier: &'b Carrier<'a>,
    needs: &'b Needs,
    lists: Lists,
    references: References,
    out: BodyRewrite,
    findings: Vec<Finding>,
}

/// Rewrites the inside of `carrier`, or says why it cannot be done.
pub fn rewrite_body(cx: &Context<'_, '_>, index: usize) -> Result<BodyRewrite, Vec<Finding>> {
    let carrier = &cx.carriers.list[index];
    let block = carrier.function.block();
    let lists = block.map(|block| Lists::of(&block.stmts)).unwrap_or_default();
    let references = match (block, carrier.function.expression()) {
        (Some(block), _) => references(block),
        (None, Some(expression)) => references(expression),
        (None, None) => References::new(),
    };
    let needs = &cx.needs[index];
    let mut builder =
        Builder { cx, carrier, needs, lists, references, out: BodyRewrite::default(), findings: Vec::new() };
    builder.requests();
    builder.sends();
    builder.calls();
    if builder.findings.is_empty() { Ok(builder.out) } else { Err(builder.findings) }
}

impl<'b> Builder<'b, '_, '_> {
    fn refuse(&mut self, rule: &'static str, span: Span, message: impl Into<String>, help: &str) {
        self.findings.push(Finding::manual(rule, &self.cx.module.path, span, message).help(help));
    }

    fn text_of(&self, span: Span) -> &'b str {
        span.text(&self.cx.module.text)
    }

    fn req(&self) -> &'b str {
        self.carrier.req.as_ref().map_or("req", |id| &id.0)
    }

    fn edit(&mut self, span: Span, pieces: Vec<Piece>) {
        self.out.edits.push(Edit::of(span, pieces));
    }

    /// `text` in place of a read; parenthesised where it would fall apart.
    fn replace(&mut self, read: &RequestUse, text: String, compound: bool) {
        let text = if compound && !read.open { format!("({text})") } else { text };
        self.edit(read.span, vec![Piece::Text(text)]);
    }

    // ---- the request -------------------------------------------------------------------------

    fn requests(&mut self) {
        let carrier = self.carrier;
        self.query();
        self.body();
        for unpacked in &carrier.unpacked {
            self.unpacked(unpacked);
        }
        for read in &carrier.reads {
            let req = self.req();
            match &read.part {
                Part::Method => self.out.request_at.push(read.span),
                Part::Url => self.request_text(read, format!("{req}.nextUrl.pathname + {req}.nextUrl.search"), true),
                Part::Headers => self.request_text(read, format!("Object.fromEntries({req}.headers)"), false),
                Part::Header(name) => {
                    let get = format!("{req}.headers.get({})", self.cx.dialect.style.string(name));
                    let exact = if read.loose { get } else { format!("{get} ?? undefined") };
                    self.request_text(read, exact, !read.loose);
                }
                Part::Cookies => self.request_text(read, cookies_object(req), false),
                Part::Cookie(name) => {
                    let name = self.cx.dialect.style.string(name);
                    self.request_text(read, format!("{req}.cookies.get({name})?.value"), false);
                }
                Part::RawBody => self.raw_body(read),
                Part::Query | Part::QueryKey(_) | Part::Body => {}
                Part::Other(name) => {
                    let message = format!("`{req}.{name}` has no counterpart in a Route Handler that we know");
                    let help = "read it from the web `Request`, or keep this endpoint in pages/api";
                    self.refuse("request-member", read.span, message, help);
                }
            }
        }
    }

    fn request_text(&mut self, read: &RequestUse, text: String, compound: bool) {
        self.out.request_at.push(read.span);
        self.replace(read, text, compound);
    }

    fn raw_body(&mut self, read: &RequestUse) {
        let req = self.req().to_owned();
        let reader = crate::syntax::span_of(&self.cx.module.ast);
        let _ = reader;
        let callee = self.text_of(read.span).split('(').next().unwrap_or_default().trim().to_owned();
        let kind = self.cx.readers.iter().find(|(id, _)| *id.0 == callee).map(|(_, kind)| *kind);
        self.out.request_at.push(read.span);
        match (kind, read.awaited) {
            (Some(RawBody::Text), _) => self.edit(read.span, vec![Piece::Text(format!("{req}.text()"))]),
            (_, Some(whole)) => {
                self.edit(whole, vec![Piece::Text(format!("Buffer.from(await {req}.arrayBuffer())"))]);
            }
            (_, None) => {
                let text = format!("{req}.arrayBuffer().then((bytes) => Buffer.from(bytes))");
                self.edit(read.span, vec![Piece::Text(text)]);
            }
        }
    }

    /// Decides between `await params` and `readQuery(req, await params)`, in place or once at the top.
    fn query(&mut self) {
        let carrier = self.carrier;
        let reads: Vec<&RequestUse> =
            carrier.reads.iter().filter(|r| matches!(r.part, Part::Query | Part::QueryKey(_))).collect();
        let source = self.query_source();
        match reads.as_slice() {
            [] => {}
            [read] if !read.nested && !self.unpacks("query") => {
                let span = read.span;
                self.query_mentions(span);
                match (&read.part, &read.declares) {
                    // `const id = req.query.id as string` reads best as `const { id } = await params`.
                    (Part::QueryKey(key), Some((declarator, name))) if key == name && self.needs.query == Query::Params => {
                        let pattern = format!("{{ {name} }} = {source}");
                        self.edit(*declarator, vec![Piece::Text(pattern)]);
                    }
                    (Part::QueryKey(key), _) => {
                        let open = if source.starts_with("await ") { format!("({source})") } else { source };
                        self.edit(span, vec![Piece::Text(format!("{open}{}", access(key, &self.cx.dialect.style)))]);
                    }
                    _ => self.replace(read, source.clone(), source.starts_with("await ")),
                }
            }
            reads => {
                let mut used_at: Vec<Span> = reads.iter().map(|read| read.span).collect();
                let name = self.declared_name(reads, &self.cx.names.query.clone());
                let mut dropped = None;
                for read in reads {
                    match (&read.part, &read.declares) {
                        (Part::Query, Some((declarator, own))) if *own == name && self.is_plain(*declarator, read.span) => {
                            dropped = Some(*declarator);
                        }
                        (Part::QueryKey(key), _) => {
                            let member = access(key, &self.cx.dialect.style);
                            self.edit(read.span, vec![Piece::Text(format!("{name}{member}"))]);
                        }
                        _ => self.edit(read.span, vec![Piece::Text(name.clone())]),
                    }
                }
                if let Some(declarator) = dropped {
                    self.drop_declaration(declarator);
                    used_at.extend(self.mentions_of(&name));
                }
                let text = format!("const {name} = {source}{}", self.cx.dialect.style.semi());
                self.line(vec![Piece::Text(text)], used_at);
            }
        }
    }

    fn query_source(&self) -> String {
        let params = self.cx.dialect.params(&self.cx.names.params);
        match (self.needs.query, self.is_dynamic()) {
            (Query::Params, _) => params,
            (_, true) => format!("readQuery({}, {params})", self.req()),
            (_, false) => format!("readQuery({})", self.req()),
        }
    }

    fn is_dynamic(&self) -> bool {
        self.cx.dialect.segments.iter().any(|segment| !matches!(segment, crate::pages_api::Segment::Static(_)))
    }

    /// Notes what reading the query at `span` mentions.
    fn query_mentions(&mut self, span: Span) {
        if self.needs.query == Query::Read {
            self.out.request_at.push(span);
            self.out.helpers.push((Helper::ReadQuery, span));
        }
        if self.is_dynamic() {
            self.out.params_at.push(span);
            if self.cx.dialect.params_need_async() {
                self.out.awaits_at.push(span);
            }
        }
    }

    /// A line that reads the query.
    fn line(&mut self, pieces: Vec<Piece>, used_at: Vec<Span>) {
        let reads = self.needs.query == Query::Read;
        if reads {
            self.out.helpers.extend(used_at.iter().map(|span| (Helper::ReadQuery, *span)));
        }
        let params = self.is_dynamic();
        let awaits = params && self.cx.dialect.params_need_async();
        self.out.prologue.push(Line { pieces, used_at, awaits, request: reads, params });
    }

    fn body(&mut self) {
        if self.needs.body == Body::Unread {
            return;
        }
        let carrier = self.carrier;
        let reads: Vec<&RequestUse> = carrier.reads.iter().filter(|read| read.part == Part::Body).collect();
        let name = self.cx.names.body.clone();
        let own = self.declared_name(&reads, &name);
        let mut used_at: Vec<Span> = reads.iter().map(|read| read.span).collect();
        for read in &reads {
            match &read.declares {
                Some((declarator, declared)) if *declared == own && self.is_plain(*declarator, read.span) => {
                    self.drop_declaration(*declarator);
                    used_at.extend(self.mentions_of(&own));
                }
                _ => self.edit(read.span, vec![Piece::Text(own.clone())]),
            }
        }
        let unpacked = carrier.unpacked.iter().flat_map(|unpacked| {
            unpacked.bound.iter().filter(|(name, _)| name == "body").flat_map(|(_, ids)| ids.clone())
        });
        used_at.extend(unpacked.flat_map(|id| self.references.get(&id).cloned().unwrap_or_default()));
        // Those that are handed the body by this carrier.
        for call in &carrier.calls {
            if self.callee_needs(call).is_some_and(|needs| needs.body == Body::Given) {
                used_at.push(call.span);
            }
        }
        if self.needs.body == Body::Given {
            if own != name {
                let text = format!("const {own} = {name}{}", self.cx.dialect.style.semi());
                let (awaits, request, params) = (false, false, false);
                self.out.prologue.push(Line { pieces: vec![Piece::Text(text)], used_at, awaits, request, params });
            }
            return;
        }
        let (semi, req) = (self.cx.dialect.style.semi(), self.req());
        let text = format!(
            "const {own} = await readBody({req}){semi}\nif ({own} instanceof NextResponse) return {own}{semi}"
        );
        self.out.response = true;
        self.out.helpers.extend(used_at.iter().map(|span| (Helper::ReadBody, *span)));
        let (awaits, request, params) = (true, true, false);
        self.out.prologue.push(Line { pieces: vec![Piece::Text(text)], used_at, awaits, request, params });
    }

    /// `const { method, query: { id }, body } = req`.
    fn unpacked(&mut self, unpacked: &crate::pages_api::Unpacked) {
        if unpacked.nested {
            let help = "take it apart at the top of the handler";
            return self.refuse("request-escapes", unpacked.declarator, "the request is taken apart in an inner function", help);
        }
        let semi = self.cx.dialect.style.semi();
        self.drop_declaration(unpacked.declarator);
        for ((name, target), (_, bound)) in unpacked.members.iter().zip(&unpacked.bound) {
            let used_at: Vec<Span> = bound
                .iter()
                .flat_map(|id| self.references.get(id).cloned().unwrap_or_default())
                .filter(|span| !unpacked.declarator.contains(*span))
                .collect();
            let req = self.req();
            let declare = |value: String| {
                vec![Piece::Text("const ".into()), Piece::Source(*target), Piece::Text(format!(" = {value}{semi}"))]
            };
            let target_text = self.text_of(*target);
            let direct = |awaits, params| (awaits, true, params);
            let (pieces, (awaits, request, params)) = match name.as_str() {
                "method" => (declare(format!("{req}.method")), direct(false, false)),
                "url" => (declare(format!("{req}.nextUrl.pathname + {req}.nextUrl.search")), direct(false, false)),
                "headers" => (declare(format!("Object.fromEntries({req}.headers)")), direct(false, false)),
                "cookies" => (declare(cookies_object(req)), direct(false, false)),
                "query" => {
                    let several = self.carrier.reads.iter().any(|r| matches!(r.part, Part::Query | Part::QueryKey(_)));
                    let source = if several { self.cx.names.query.clone() } else { self.query_source() };
                    let pieces = declare(source);
                    if several {
                        (pieces, (false, false, false))
                    } else {
                        self.line(pieces, used_at);
                        continue;
                    }
                }
                "body" if target_text == self.cx.names.body => continue,
                "body" => (declare(self.cx.names.body.clone()), (false, false, false)),
                other => {
                    let message = format!("`{req}.{other}` has no counterpart in a Route Handler that we know");
                    let help = "read it from the web `Request`, or keep this endpoint in pages/api";
                    self.refuse("request-member", *target, message, help);
                    continue;
                }
            };
            self.out.prologue.push(Line { pieces, used_at, awaits, request, params });
        }
    }

    fn unpacks(&self, member: &str) -> bool {
        self.carrier.unpacked.iter().any(|unpacked| unpacked.members.iter().any(|(name, _)| name == member))
    }

    /// The name of the variable that the code itself keeps the value in, if it does so plainly.
    fn declared_name(&self, reads: &[&RequestUse], fresh: &str) -> String {
        let own = reads.iter().find_map(|read| {
            let (declarator, name) = read.declares.as_ref()?;
            let whole = matches!(read.part, Part::Query | Part::Body);
            (whole && !read.nested && self.is_plain(*declarator, read.span) && self.is_unique(name)).then(|| name.clone())
        });
        own.unwrap_or_else(|| fresh.to_owned())
    }

    /// `x = req.body` without annotation or cast, alone in a statement of a list.
    fn is_plain(&self, declarator: Span, read: Span) -> bool {
        let text = self.text_of(declarator);
        let statement = self.declaration_of(declarator);
        read.end == declarator.end
            && !text[..read.start - declarator.start].contains(':')
            && statement.is_some_and(|statement| self.text_of(statement).starts_with("const"))
    }

    /// No other binding in the function has that name.
    fn is_unique(&self, name: &str) -> bool {
        let ids: HashSet<&Id> = self.references.keys().filter(|id| &*id.0 == name).collect();
        ids.len() == 1
    }

    fn mentions_of(&self, name: &str) -> Vec<Span> {
        self.references.iter().filter(|(id, _)| &*id.0 == name).flat_map(|(_, spans)| spans.clone()).collect()
    }

    /// The statement that consists of this one declarator.
    fn declaration_of(&self, declarator: Span) -> Option<Span> {
        let items = self.lists.lists.iter().flat_map(|list| &list.items);
        let statement = items.map(|item| item.span).filter(|span| span.contains(declarator)).min_by_key(|s| s.end - s.start)?;
        let text = self.text_of(statement);
        let rest = &text[..declarator.start - statement.start];
        let tail = self.text_of(Span::new(declarator.end, statement.end)).trim();
        let alone = matches!(rest.trim(), "const" | "let" | "var") && matches!(tail, "" | ";");
        alone.then_some(statement)
    }

    fn drop_declaration(&mut self, declarator: Span) {
        match self.declaration_of(declarator) {
            Some(statement) => {
                let whole = full_statement(&self.cx.module.text, statement);
                self.out.edits.push(Edit::delete(whole));
            }
            None => {
                let help = "declare it in a statement of its own";
                self.refuse("request-escapes", declarator, "the request is taken apart together with other declarations", help);
            }
        }
    }

    // ---- the response ------------------------------------------------------------------------

    fn sends(&mut self) {
        let carrier = self.carrier;
        let plan = Collected::of(carrier, &self.lists, self.cx.after);
        let names = self.cx.names;
        let (mut headers_at, mut status_at) = (Vec::new(), Vec::new());
        for (at, write) in carrier.writes.iter().enumerate() {
            if write.payload.is_some() {
                let needs_headers = plan.headers.iter().any(|w| self.lists.can_precede(*w, write.span));
                let needs_status = write.status.is_none() && plan.statuses.iter().any(|w| self.lists.can_precede(*w, write.span));
                if needs_headers {
                    headers_at.push(write.span);
                }
                if needs_status {
                    status_at.push(write.span);
                }
                self.send(write, plan.folded.get(&at), needs_headers, needs_status);
            } else if !plan.is_folded(at) {
                if !write.headers.is_empty() {
                    headers_at.push(write.span);
                }
                if write.status.is_some() {
                    status_at.push(write.span);
                }
                self.collect(write, plan.headers.len());
            }
        }
        for (at, runs) in &plan.folded {
            let _ = at;
            for write in runs {
                if let Some(statement) = self.statement_of(carrier.writes[*write].span) {
                    let whole = full_statement(&self.cx.module.text, statement);
                    self.out.edits.push(Edit::delete(whole));
                }
            }
        }
        let semi = self.cx.dialect.style.semi();
        for (used_at, text) in [
            (headers_at, format!("const {} = new Headers(){semi}", names.headers)),
            (status_at, format!("let {} = 200{semi}", names.status)),
        ] {
            if !used_at.is_empty() {
                let pieces = vec![Piece::Text(text)];
                self.out.prologue.push(Line { pieces, used_at, awaits: false, request: false, params: false });
            }
        }
        // A helper that answers would have to be handed what was collected.
        for call in &carrier.calls {
            let sends = self.callee_needs(call).is_some_and(|needs| needs.sends);
            let collected = plan.headers.iter().chain(&plan.statuses).any(|w| self.lists.can_precede(*w, call.span));
            if sends && collected {
                let help = "pass a `Headers` object to the helper";
                self.refuse("headers-shared", call.span, "headers set before this call go with the response that the helper sends", help);
            }
        }
    }

    fn statement_of(&self, expr: Span) -> Option<Span> {
        self.lists.lists.iter().flat_map(|list| &list.items).find(|item| item.expr == Some(expr)).map(|item| item.span)
    }

    fn send(&mut self, write: &ResponseUse, folded: Option<&Vec<usize>>, headers: bool, status: bool) {
        let cx = self.cx;
        if write.nested {
            let help = "await what calls back, then answer in the handler itself";
            return self.refuse("send-in-callback", write.span, "the response is sent from a function inside the handler", help);
        }
        let carrier = self.carrier;
        let runs: Vec<&ResponseUse> = folded.into_iter().flatten().map(|at| &carrier.writes[*at]).collect();
        let changes: Vec<HeaderChange> = runs.iter().flat_map(|run| run.headers.clone()).collect();
        let pending = Pending {
            folded: &changes,
            folded_status: runs.iter().rev().find_map(|run| run.status.as_ref()),
            headers: headers.then_some(cx.names.headers.as_str()),
            status: status.then_some(cx.names.status.as_str()),
            body_type: cx.body_type.as_deref(),
        };
        let response = match responses::render(write, &pending, cx.constants, &cx.dialect.style) {
            Ok(response) => response,
            Err(refusal) => {
                let help = "write this response by hand, or keep this endpoint in pages/api";
                return self.refuse("response-form", refusal.span, refusal.message, help);
            }
        };
        match response.helper {
            Some(helper) => self.out.helpers.push((helper, write.span)),
            None => self.out.response = true,
        }
        self.answer(write.span, response.value, response.before);
    }

    /// Puts `value` where the send at `span` is, returned.
    fn answer(&mut self, span: Span, value: Vec<Piece>, before: Option<Vec<Piece>>) {
        let after = self.cx.after.get(&span);
        let statement = self.statement_of(span);
        let semi = self.cx.dialect.style.semi();
        match (after, statement) {
            (Some(After::Returned), _) if before.is_none() => self.edit(span, value),
            (Some(_), Some(statement)) => {
                let mut pieces = Vec::new();
                if let Some(before) = before {
                    if !self.lists.holds(statement) {
                        let help = "put braces around the statement";
                        return self.refuse("send-in-expression", span, "a redirect needs a statement of its own here", help);
                    }
                    pieces.extend(before);
                    pieces.push(Piece::Text(format!("{semi}\n{}", self.indent_at(statement.start))));
                }
                pieces.push(Piece::Text("return ".into()));
                pieces.extend(value);
                let ends = self.text_of(statement).ends_with(';');
                pieces.push(Piece::Text(if ends { ";" } else { "" }.into()));
                self.edit(statement, pieces);
                self.drop_leave(statement);
            }
            // Code that no method reaches; it stays a send, of the new kind.
            (None, Some(statement)) if !self.text_of(statement).starts_with("return") => {
                let mut pieces = vec![Piece::Text("return ".into())];
                pieces.extend(value);
                pieces.push(Piece::Text(if self.text_of(statement).ends_with(';') { ";" } else { "" }.into()));
                self.edit(statement, pieces);
            }
            (None, Some(_)) if before.is_none() => self.edit(span, value),
            (Some(_), None) => {
                // `if (x) res.end();` without braces.
                let Some(statement) = self.unlisted_statement(span) else {
                    let help = "make it a statement of its own that is returned";
                    return self.refuse("send-in-expression", span, "the response is sent inside a larger expression", help);
                };
                let ends = self.text_of(statement).ends_with(';');
                let mut pieces = vec![Piece::Text("return ".into())];
                pieces.extend(value);
                pieces.push(Piece::Text(if ends { ";" } else { "" }.into()));
                self.edit(statement, pieces);
            }
            _ => {
                let help = "make it a statement of its own that is returned";
                self.refuse("send-in-expression", span, "the response is sent inside a larger expression", help);
            }
        }
    }

    /// A statement outside of any list: the branch of an `if` without braces.
    fn unlisted_statement(&self, expr: Span) -> Option<Span> {
        let text = &self.cx.module.text;
        let start = text[..expr.start].trim_end();
        let start = if start.ends_with("await") || start.ends_with("void") { return None } else { expr.start };
        let end = if text[expr.end..].starts_with(';') { expr.end + 1 } else { expr.end };
        Some(Span::new(start, end))
    }

    /// Takes away a bare `return;` or `break;` right behind `statement`, which is returned now.
    fn drop_leave(&mut self, statement: Span) {
        for list in &self.lists.lists {
            let Some(at) = list.items.iter().position(|item| item.span == statement) else { continue };
            if let Some(next) = list.items.get(at + 1).filter(|next| next.leaves) {
                let whole = full_statement(&self.cx.module.text, next.span);
                self.out.edits.push(Edit::delete(whole));
            }
            return;
        }
    }

    fn indent_at(&self, offset: usize) -> String {
        let text = &self.cx.module.text[..offset];
        let line = &text[text.rfind('\n').map_or(0, |at| at + 1)..];
        line[..line.len() - line.trim_start_matches([' ', '\t']).len()].to_owned()
    }

    /// A header or status that is set out of reach of its send.
    fn collect(&mut self, write: &ResponseUse, total: usize) {
        let (names, style) = (self.cx.names, &self.cx.dialect.style);
        let Some(statement) = self.statement_of(write.span).filter(|_| !write.nested) else {
            let help = "set it in a statement of its own in the handler";
            return self.refuse("response-form", write.span, "the response is prepared inside a larger expression", help);
        };
        let indent = self.indent_at(statement.start);
        let mut lines: Vec<Vec<Piece>> = Vec::new();
        if let Some(status) = &write.status {
            lines.push(vec![Piece::Text(format!("{} = ", names.status)), Piece::Source(span_of(status))]);
        }
        for change in &write.headers {
            let name = change.literal_name();
            let call = |verb: &str, value: Option<Vec<Piece>>| {
                let mut pieces = vec![Piece::Text(format!("{}.{verb}(", names.headers)), Piece::Source(span_of(&change.name))];
                if let Some(value) = value {
                    pieces.push(Piece::Text(", ".into()));
                    pieces.extend(value);
                }
                pieces.push(Piece::Text(")".into()));
                pieces
            };
            let Some(value) = &change.value else {
                lines.push(call("delete", None));
                continue;
            };
            let cookies = name.as_deref() == Some("set-cookie");
            match (responses::header_value(name.as_deref().unwrap_or("set-cookie"), value, style), value) {
                (Some(value), _) => lines.push(call(change.verb, Some(value))),
                (None, Expr::Array(list)) if cookies && list.elems.iter().flatten().all(|e| e.spread.is_none()) => {
                    if total > 1 {
                        lines.push(call("delete", None));
                    }
                    for element in list.elems.iter().flatten() {
                        lines.push(call("append", Some(vec![Piece::Source(span_of(&element.expr))])));
                    }
                }
                (None, value) if cookies => {
                    if total > 1 {
                        lines.push(call("delete", None));
                    }
                    let mut pieces = vec![Piece::Text("for (const cookie of [".into()), Piece::Source(span_of(value))];
                    let name = style.string(&literal_str(&change.name).unwrap_or_default());
                    pieces.push(Piece::Text(format!("].flat()) {}.append({name}, cookie)", names.headers)));
                    lines.push(pieces);
                }
                // The name is not written out, so it might be a list of cookies.
                (None, value) => lines.push(call(change.verb, Some(vec![Piece::Source(span_of(value))]))),
            }
        }
        let semi = if self.text_of(statement).ends_with(';') { ";" } else { "" };
        let mut pieces = Vec::new();
        for (at, line) in lines.into_iter().enumerate() {
            if at > 0 {
                pieces.push(Piece::Text(format!("\n{indent}")));
            }
            pieces.extend(line);
            pieces.push(Piece::Text(semi.into()));
        }
        self.edit(statement, pieces);
    }

    // ---- calls of other carriers ---------------------------------------------------------------

    fn callee_needs(&self, call: &Call) -> Option<&'b Needs> {
        let list = &self.cx.carriers.list;
        let at = list.iter().skip(1).position(|carrier| carrier.name.as_ref() == Some(&call.callee))?;
        self.cx.needs.get(at + 1)
    }

    fn calls(&mut self) {
        let carrier = self.carrier;
        for call in &carrier.calls {
            let Some(needs) = self.callee_needs(call).cloned() else { continue };
            self.arguments(call, &needs);
            if !needs.sends {
                continue;
            }
            if call.nested {
                let help = "await what calls back, then answer in the handler itself";
                self.refuse("send-in-callback", call.span, "the response is sent from a function inside the handler", help);
                continue;
            }
            match (self.cx.after.get(&call.span), self.statement_of(call.span)) {
                (Some(After::Returned), _) => {}
                (Some(_), Some(statement)) => {
                    let expression = statement_expression(self.text_of(statement), statement);
                    let ends = if self.text_of(statement).ends_with(';') { ";" } else { "" };
                    let pieces =
                        vec![Piece::Text("return ".into()), Piece::Source(expression), Piece::Text(ends.into())];
                    self.edit(statement, pieces);
                    self.drop_leave(statement);
                }
                (None, Some(statement)) if self.text_of(statement).starts_with("return") => {}
                _ => {
                    let message = "the result of a helper that may send the response is used here";
                    let help = "let the helper return the response or a value, and tell them apart where it is called";
                    self.refuse("guard-helper", call.span, message, help);
                }
            }
        }
    }

    fn arguments(&mut self, call: &Call, needs: &Needs) {
        let names = self.cx.names;
        let mut kept: Vec<Vec<Piece>> = Vec::new();
        let mut placed = false;
        for (span, role) in &call.args {
            match role {
                Some(Role::Req) => {
                    self.out.request_at.push(*span);
                    kept.push(vec![Piece::Source(*span)]);
                }
                // The parameters take the place of the response.
                Some(Role::Res) if needs.params => {
                    placed = true;
                    kept.push(vec![Piece::Text(context_argument(&names.params))]);
                }
                Some(Role::Res) => {}
                None => kept.push(vec![Piece::Source(*span)]),
            }
        }
        if needs.params && !placed {
            let message = "this helper needs the route's parameters, and there is no place for them";
            return self.refuse("helper-needs-params", call.span, message, "pass what it needs as an argument");
        }
        if needs.params {
            self.out.params_at.push(call.span);
        }
        if needs.body == Body::Given {
            kept.push(vec![Piece::Text(names.body.clone())]);
        }
        let (Some((first, _)), Some((last, _))) = (call.args.first(), call.args.last()) else { return };
        let mut pieces = Vec::new();
        for (at, argument) in kept.into_iter().enumerate() {
            if at > 0 {
                pieces.push(Piece::Text(", ".into()));
            }
            pieces.extend(argument);
        }
        // A comma behind the last argument goes with it.
        let tail = &self.cx.module.text[last.end..call.span.end];
        let end = last.end + tail.find(')').unwrap_or(0);
        self.edit(Span::new(first.start, end), pieces);
    }
}

/// `{ params }`, with `params` called `name`.
fn context_argument(name: &str) -> String {
    if name == "params" { "{ params }".into() } else { format!("{{ params: {name} }}") }
}

/// The expression of an expression statement.
fn statement_expression(text: &str, statement: Span) -> Span {
    let length = text.trim_end().trim_end_matches(';').trim_end().len();
    Span::new(statement.start, statement.start + length)
}

fn cookies_object(req: &str) -> String {
    format!("Object.fromEntries({req}.cookies.getAll().map(({{ name, value }}) => [name, value]))")
}

fn access(key: &str, style: &crate::syntax::Style) -> String {
    let plain = key.chars().enumerate().all(|(at, c)| c == '_' || c == '$' || c.is_alphabetic() || (at > 0 && c.is_alphanumeric()));
    if plain { format!(".{key}") } else { format!("[{}]", style.string(key)) }
}

/// Which writes go into the send right behind them, and which have to be collected.
struct Collected {
    /// Per send, the writes that are folded into it; indices into `carrier.writes`.
    folded: BTreeMap<usize, Vec<usize>>,
    /// Places where headers are collected.
    headers: Vec<Span>,
    /// Places where the status is collected.
    statuses: Vec<Span>,
}

impl Collected {
    fn of(carrier: &Carrier<'_>, lists: &Lists, after: &BTreeMap<Span, After>) -> Collected {
        let by_span: BTreeMap<Span, usize> = carrier.writes.iter().enumerate().map(|(at, w)| (w.span, at)).collect();
        let mut folded: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for list in &lists.lists {
            let mut run: Vec<usize> = Vec::new();
            for item in &list.items {
                let write = item.expr.and_then(|expr| by_span.get(&expr)).copied();
                match write {
                    Some(at) if carrier.writes[at].payload.is_none() && !item.returns => run.push(at),
                    Some(at) if after.contains_key(&carrier.writes[at].span) => {
                        let run = std::mem::take(&mut run);
                        if !run.is_empty() && foldable(carrier, &run, at, list.in_try) {
                            folded.insert(at, run);
                        }
                    }
                    _ => run.clear(),
                }
            }
        }
        loop {
            let taken: BTreeSet<usize> = folded.values().flatten().copied().collect();
            let loose = carrier.writes.iter().enumerate().filter(|(at, w)| w.payload.is_none() && !taken.contains(at));
            let headers: Vec<Span> =
                loose.clone().filter(|(_, w)| !w.headers.is_empty()).map(|(_, w)| w.span).collect();
            let statuses = loose.filter(|(_, w)| w.status.is_some()).map(|(_, w)| w.span).collect();
            // A send that needs the collected headers anyway has nothing folded into it.
            let undone: Vec<usize> = folded
                .keys()
                .copied()
                .filter(|at| headers.iter().any(|write| lists.can_precede(*write, carrier.writes[*at].span)))
                .collect();
            if undone.is_empty() {
                return Collected { folded, headers, statuses };
            }
            for at in undone {
                folded.remove(&at);
            }
        }
    }

    fn is_folded(&self, write: usize) -> bool {
        self.folded.values().flatten().any(|at| *at == write)
    }
}

/// Whether the writes of `run` can become part of the send at `send`.
fn foldable(carrier: &Carrier<'_>, run: &[usize], send: usize, in_try: bool) -> bool {
    let send = &carrier.writes[send];
    let mut seen = HashSet::new();
    let changes = || run.iter().map(|at| &carrier.writes[*at]).flat_map(|write| &write.headers).chain(&send.headers);
    let plain = changes().all(|change| {
        let Some(name) = change.literal_name() else { return false };
        let Some(value) = &change.value else { return false };
        let list = matches!(value, Expr::Array(list) if list.elems.iter().flatten().all(|e| e.spread.is_none()));
        let known = responses::header_value(&name, value, &PLAIN).is_some() || (name == "set-cookie" && list);
        change.verb == "set" && known && seen.insert(name)
    });
    let several_cookies = changes().any(|change| {
        matches!(change.value.as_ref(), Some(Expr::Array(list)) if list.elems.len() != 1)
            && change.literal_name().as_deref() == Some("set-cookie")
    });
    let redirects = matches!(send.payload, Some(crate::pages_api::Payload::Redirect(..)));
    // In a `try`, what fails between setting a header and sending keeps the header for the `catch`.
    let certain = !in_try
        || (changes().all(|change| change.value.as_ref().is_none_or(is_pure))
            && match &send.payload {
                Some(
                    crate::pages_api::Payload::Json(value)
                    | crate::pages_api::Payload::Send(value)
                    | crate::pages_api::Payload::End(value),
                ) => value.as_ref().is_none_or(is_pure),
                Some(crate::pages_api::Payload::Redirect(_, url)) => is_pure(url),
                None => false,
            });
    plain && certain && !(several_cookies && redirects)
}

/// For questions whose answer does not depend on the style.
static PLAIN: crate::syntax::Style = crate::syntax::Style {
    quote: crate::syntax::Quote::Single,
    semicolons: true,
    indent: String::new(),
    brace_spaces: true,
};
