//! Reads of the request: the query, the body, headers, cookies, the URL.

use super::{Builder, Line};
use crate::pages_api::{Part, RawBody, RequestUse};
use crate::rewrite::{Edit, Piece};
use crate::route_handler::compat::Helper;
use crate::route_handler::needs::{Body, Query};
use crate::route_handler::request_type::{recast, stays};
use crate::syntax::{Span, ident, span_of};

/// What `headers` and `cookies` have in the Fetch API, and the objects of Node do not: nobody gives such names to them.
pub(super) const OF_FETCH: [&str; 9] =
    ["append", "delete", "entries", "forEach", "get", "getAll", "has", "keys", "values"];

impl<'b> Builder<'b, '_, '_> {
    pub(super) fn requests(&mut self) {
        let carrier = self.carrier;
        self.query();
        self.body();
        self.puts();
        self.validate();
        for unpacked in &carrier.unpacked {
            self.unpacked(unpacked);
        }
        for read in &carrier.reads {
            let req = self.req();
            match &read.part {
                Part::Method | Part::Key(_) => self.out.request_at.push(read.span),
                Part::Either if stays(self.cx.module, carrier) => self.out.request_at.push(read.span),
                Part::Either => {
                    let message = match carrier.takes_either() {
                        true => format!("this reads either kind of request, and the type of `{req}` has one of them"),
                        false => format!("this reads either kind of request, and more is done with `{req}` here"),
                    };
                    let help = "make a function of it alone, for `NextRequest | NextApiRequest`";
                    self.refuse("request-member", read.span, message, help);
                }
                Part::Extension(name) => self.extension(read, name),
                Part::Url => self.request_text(read, format!("{req}.nextUrl.pathname + {req}.nextUrl.search"), true),
                Part::Headers if self.only_tested(read.span) => {
                    self.request_text(read, format!("{req}.headers"), false);
                }
                Part::Headers => self.request_text(read, format!("Object.fromEntries({req}.headers)"), false),
                Part::Header(name) | Part::Cookie(name) if OF_FETCH.contains(&name.as_str()) => {
                    let group = if matches!(read.part, Part::Cookie(_)) { "cookies" } else { "headers" };
                    let message = format!("`{req}.{group}.{name}` is there in a request of the Fetch API only");
                    let help = format!(
                        "this takes both kinds of requests: leave only what reads `{group}.get(…)`, or keep a function \
                         for each"
                    );
                    self.refuse("request-member", read.span, message, &help);
                }
                Part::Header(name) => {
                    let key = Piece::Text(self.cx.dialect.style.string(name));
                    self.header(read, name, key);
                }
                Part::HeaderAt(headers, name) => self.header_at(read, *headers, name),
                Part::Cookies => self.request_text(read, cookies_object(req), false),
                Part::Cookie(name) => {
                    let name = self.cx.dialect.style.string(name);
                    self.cookie(read, Piece::Text(name));
                }
                // `get` throws where the name is `undefined`.
                Part::CookieAt(_, name) if self.cx.constants.is_key(name) => {
                    self.cookie(read, Piece::Source(span_of(&**name)));
                }
                Part::CookieAt(cookies, _) => {
                    self.out.request_at.push(read.span);
                    self.edit(*cookies, vec![Piece::Text(cookies_object(req))]);
                }
                Part::RawBody => self.raw_body(read),
                Part::Fields => self.fields(read),
                Part::Query | Part::QueryKey(_) | Part::Body | Part::Form | Part::Validated { .. } => {}
                Part::Other(name) => {
                    let message = match name.as_str() {
                        "[Symbol.asyncIterator]" => format!("`{req}` is read as a stream here"),
                        _ => format!("`{req}.{name}` has no counterpart in a Route Handler that we know"),
                    };
                    let help = "read it from the web `Request`, or keep this endpoint in pages/api";
                    self.refuse("request-member", read.span, message, help);
                }
            }
        }
    }

    /// `req.body = parsed` → `replaceBody(req, parsed)`.
    fn puts(&mut self) {
        for put in &self.carrier.puts {
            let helper = if put.part == "body" { Helper::ReplaceBody } else { Helper::ReplaceQuery };
            let call = format!("{}({}, ", self.cx.names.helper(helper), self.req());
            self.edit(put.span, vec![Piece::Text(call), Piece::Source(put.value), Piece::Text(")".into())]);
            self.out.request_at.push(put.span);
            self.out.helpers.push((helper, put.span));
        }
    }

    /// `(req as AuthedRequest).user` is there as before, and only the type is another one.
    fn extension(&mut self, read: &RequestUse, name: &String) {
        self.out.request_at.push(read.span);
        let text = self.text_of(read.span);
        let cast = text.strip_prefix('(').and_then(|rest| Some(&rest[..rest.rfind(')')?]));
        if let Some((cast, own)) = cast.and_then(|cast| Some((cast, self.recast(cast, std::iter::once(name))?))) {
            let start = read.span.start + 1;
            self.edit(Span::new(start, start + cast.len()), vec![Piece::Text(own)]);
        }
    }

    /// See [`recast`].
    pub(super) fn recast<'k>(&self, cast: &str, keys: impl Iterator<Item = &'k String>) -> Option<String> {
        recast(self.cx.module, self.carrier, cast, keys)
    }

    pub(super) fn request_text(&mut self, read: &RequestUse, text: String, compound: bool) {
        self.out.request_at.push(read.span);
        self.replace(read, text, compound);
    }

    /// `!req.headers` in a condition: whether they are there, which they always are.
    fn only_tested(&self, span: Span) -> bool {
        let text = &self.cx.module.text;
        text[..span.start].ends_with('!') && text[span.end..].trim_start().starts_with([')', '|', '&'])
    }

    fn cookie(&mut self, read: &RequestUse, name: Piece) {
        self.out.request_at.push(read.span);
        // `?.` would go on without a value where the code failed, and TypeScript does not see that a check was there.
        let is_constant = match &read.part {
            Part::CookieAt(_, name) => ident(name).is_some_and(|name| self.cx.constants.value(name).is_some()),
            _ => true,
        };
        let narrowed = !read.loose && is_constant && self.narrowed.is_there(read);
        let behind = &self.cx.module.text[read.span.end..];
        let (sure, asserted) = match self.cx.dialect.typescript {
            true if read.accessed || narrowed => ("!", behind.starts_with('!') && !behind.starts_with("!=")),
            false if read.accessed => ("", false),
            _ => ("?", false),
        };
        let whole = Span::new(read.span.start, read.span.end + usize::from(asserted));
        let get = Piece::Text(format!("{}.cookies.get(", self.req()));
        self.edit(whole, vec![get, name, Piece::Text(format!("){sure}.value"))]);
    }

    /// `req.body` that multer filled.
    fn fields(&mut self, read: &RequestUse) {
        self.out.request_at.push(read.span);
        match self.text_of(read.span).strip_suffix("body") {
            Some(object) => {
                let at = read.span.start + object.len();
                self.edit(Span::new(at, read.span.end), vec![Piece::Text("fields".into())]);
            }
            None => {
                let message = "what multer found is read here by another name than `body`";
                self.refuse("request-member", read.span, message.to_owned(), "write `req.body`");
            }
        }
    }

    pub(super) fn raw_body(&mut self, read: &RequestUse) {
        let req = self.req().to_owned();
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
    pub(super) fn query(&mut self) {
        let carrier = self.carrier;
        let reads: Vec<&RequestUse> =
            carrier.reads.iter().filter(|r| matches!(r.part, Part::Query | Part::QueryKey(_))).collect();
        let source = self.query_source();
        let handed: Vec<Span> = carrier
            .calls
            .iter()
            .filter(|call| self.callee_needs(call).is_some_and(|needs| needs.query == Query::Given))
            .flat_map(|call| self.given_at(call))
            .chain(self.validated())
            .collect();
        match reads.as_slice() {
            [] if handed.is_empty() => {}
            [read] if handed.is_empty() && !read.nested && !self.unpacks("query") => {
                let span = read.span;
                self.query_mentions(span);
                match (&read.part, &read.declares) {
                    // `const id = req.query.id as string` reads best as `const { id } = await params`.
                    (Part::QueryKey(key), Some((declarator, name)))
                        if key == name && self.needs.query == Query::Params =>
                    {
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
                let mut used_at: Vec<Span> = reads.iter().map(|read| read.span).chain(handed).collect();
                let own = if self.needs.query == Query::Given { &source } else { &self.cx.names.query };
                let name = self.declared_name(reads, own);
                self.query_name.clone_from(&name);
                let unpacked = carrier.unpacked.iter().flat_map(|unpacked| {
                    unpacked.bound.iter().filter(|(name, _)| name == "query").flat_map(|(_, ids)| ids.clone())
                });
                used_at.extend(unpacked.flat_map(|id| self.references.get(&id).cloned().unwrap_or_default()));
                let mut dropped = None;
                for read in reads {
                    match (&read.part, &read.declares) {
                        (Part::Query, Some((declarator, own)))
                            if *own == name && self.is_plain(*declarator, read.span) =>
                        {
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
                if name == source {
                    return;
                }
                let text = format!("const {name} = {source}{}", self.cx.dialect.style.semi());
                self.line(vec![Piece::Text(text)], used_at);
            }
        }
    }

    pub(super) fn query_source(&self) -> String {
        let params = self.cx.dialect.params(&self.cx.names.params);
        let read = self.cx.names.helper(Helper::ReadQuery);
        let kind = self.cx.query_type.map_or_else(String::new, |kind| format!("<{kind}>"));
        match (self.needs.query, self.is_dynamic()) {
            (Query::Given, _) => self.given("query", &self.cx.names.query),
            (Query::Params, _) => params,
            (_, true) => format!("{read}{kind}({}, {params})", self.req()),
            (_, false) => format!("{read}{kind}({})", self.req()),
        }
    }

    /// What the carrier is given in place of `req` is called: `name`, or in an object `ctx.query`.
    fn given(&self, key: &str, name: &str) -> String {
        match self.req().split_once('.') {
            Some((object, _)) => format!("{object}.{key}"),
            None => name.to_owned(),
        }
    }

    /// `|| req.socket.remoteAddress` goes where the header before it holds that address.
    pub(super) fn peers(&mut self) {
        for (peer, left) in &self.carrier.peers {
            if self.cx.dialect.forwarded {
                self.out.edits.push(Edit::replace(*peer, *left));
            } else {
                let message =
                    "before Next 14, no header may hold the address of the client, which this asks the socket for";
                self.refuse("request-member", *peer, message, "set `x-forwarded-for` in a proxy, and read only that");
            }
        }
        let certain = self.carrier.certain.iter().filter(|_| self.cx.dialect.typescript);
        self.out.edits.extend(certain.map(|value| Edit::insert(value.end, "!")));
    }

    pub(super) fn is_dynamic(&self) -> bool {
        self.carrier.wraps
            || self.carrier.handed
            || (self.carrier.routed.is_some() && self.cx.dialect.helper)
            || self.cx.dialect.segments.iter().any(|segment| !matches!(segment, crate::pages_api::Segment::Static(_)))
    }

    /// Notes what reading the query at `span` mentions.
    pub(super) fn query_mentions(&mut self, span: Span) {
        if self.needs.query == Query::Read {
            self.out.request_at.push(span);
            self.out.helpers.push((Helper::ReadQuery, span));
        }
        if self.needs.query != Query::Given && self.is_dynamic() {
            self.out.params_at.push(span);
            if self.cx.dialect.params_need_async() {
                self.out.awaits_at.push(span);
            }
        }
    }

    /// A line that reads the query.
    pub(super) fn line(&mut self, pieces: Vec<Piece>, used_at: Vec<Span>) {
        let reads = self.needs.query == Query::Read;
        if reads {
            self.out.helpers.extend(used_at.iter().map(|span| (Helper::ReadQuery, *span)));
        }
        let params = self.needs.query != Query::Given && self.is_dynamic();
        let awaits = params && self.cx.dialect.params_need_async();
        self.out.prologue.push(Line { pieces, used_at, awaits, request: reads, params });
    }

    pub(super) fn body(&mut self) {
        if self.needs.body == Body::Unread {
            return;
        }
        let carrier = self.carrier;
        let reads: Vec<&RequestUse> = carrier.reads.iter().filter(|read| read.part == Part::Body).collect();
        let name = match self.needs.body {
            Body::Given => self.given("body", &self.cx.names.body),
            _ => self.cx.names.body.clone(),
        };
        let own = self.declared_name(&reads, &name);
        self.body_name.clone_from(&own);
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
        used_at.extend(self.validated());
        // Those that are handed the body by this carrier.
        for call in &carrier.calls {
            if self.callee_needs(call).is_some_and(|needs| needs.body == Body::Given) {
                used_at.extend(self.given_at(call));
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
        // A wrapper leaves the body for its handler to read.
        let copy = if self.needs.hands_on || carrier.goes_on() { ".clone()" } else { "" };
        // What answers errors of a router may come behind a function that has read it.
        let helper = if carrier.answers_errors() { Helper::ReadBodyAgain } else { Helper::ReadBody };
        let read = self.cx.names.helper(helper);
        let kind = self.cx.member_types.and_then(|types| types.body.as_ref());
        let kind = kind.map_or_else(String::new, |kind| format!(": {kind} | NextResponse"));
        let text = format!(
            "const {own}{kind} = await {read}({req}{copy}){semi}\nif ({own} instanceof NextResponse) return {own}{semi}"
        );
        self.out.response = true;
        self.out.helpers.extend(used_at.iter().map(|span| (helper, *span)));
        let (awaits, request, params) = (true, true, false);
        self.out.prologue.push(Line { pieces: vec![Piece::Text(text)], used_at, awaits, request, params });
    }
}

pub(super) fn cookies_object(req: &str) -> String {
    format!("Object.fromEntries({req}.cookies.getAll().map(({{ name, value }}) => [name, value]))")
}

fn access(key: &str, style: &crate::syntax::Style) -> String {
    let plain = key
        .chars()
        .enumerate()
        .all(|(at, c)| c == '_' || c == '$' || c.is_alphabetic() || (at > 0 && c.is_alphanumeric()));
    if plain { format!(".{key}") } else { format!("[{}]", style.string(key)) }
}
