//! Names that hold what was read of the request, and declarations that take it apart:
//!
//! ```ts
//! const { method, query: { id } } = req;      →      const { id } = await params;
//! ```

use std::collections::HashSet;

use super::requests::cookies_object;
use super::{Builder, Line};
use crate::pages_api::{Part, RequestUse, Unpacked, is_extension};
use crate::rewrite::{Edit, Piece};
use crate::route_handler::lists::Item;
use crate::route_handler::needs::Query;
use crate::route_handler::statements::hole;
use crate::syntax::Span;
use crate::syntax::ast::Id;

/// What takes the place of a member of the request.
enum Value {
    /// It is read from the request.
    Request(String),
    /// It is read from the request and the route's parameters.
    Query(String),
    /// What is declared already.
    Name(String),
}

impl Value {
    fn text(self) -> String {
        match self {
            Value::Request(text) | Value::Query(text) | Value::Name(text) => text,
        }
    }
}

impl Builder<'_, '_, '_> {
    /// `const { method, query: { id }, body } = req`.
    pub(super) fn unpacked(&mut self, unpacked: &Unpacked) {
        if unpacked.nested {
            let help = "take it apart at the top of the handler";
            return self.refuse(
                "request-escapes",
                unpacked.declarator,
                "the request is taken apart in an inner function",
                help,
            );
        }
        if unpacked.stays() {
            self.out.request_at.push(unpacked.declarator);
            if let (Some(cast), Some(own)) = (unpacked.cast, self.cast_of(unpacked)) {
                self.edit(cast, vec![Piece::Text(own)]);
            }
            return;
        }
        if self.keeps_its_place(unpacked) {
            return self.unpacked_in_place(unpacked);
        }
        let semi = self.cx.dialect.style.semi();
        if !unpacked.parameter {
            self.drop_declaration(unpacked.declarator);
        }
        for ((name, target), (_, bound)) in unpacked.members.iter().zip(&unpacked.bound) {
            let used_at = self.used_at(unpacked, bound);
            let declare = |value: String| {
                vec![Piece::Text("const ".into()), Piece::Source(*target), Piece::Text(format!(" = {value}{semi}"))]
            };
            let Some(value) = self.member_value(unpacked, name, *target) else { continue };
            match value {
                Value::Name(own) if own == self.text_of(*target) => {}
                Value::Query(source) => self.line(declare(source), used_at),
                Value::Request(_) | Value::Name(_) => {
                    let (awaits, request, params) = (false, matches!(value, Value::Request(_)), false);
                    let pieces = declare(value.text());
                    self.out.prologue.push(Line { pieces, used_at, awaits, request, params });
                }
            }
        }
    }

    /// What a request that is cast where it is taken apart is cast to now: see [`recast`](super::requests).
    fn cast_of(&self, unpacked: &Unpacked) -> Option<String> {
        let text = self.text_of(unpacked.cast?);
        let own: Vec<&String> =
            unpacked.members.iter().map(|(name, _)| name).filter(|name| is_extension(name)).collect();
        self.recast(text, own.into_iter()).or_else(|| text.ends_with(" as any").then(|| text.to_owned()))
    }

    /// Where names that a declaration binds are mentioned behind it.
    fn used_at(&self, unpacked: &Unpacked, bound: &[Id]) -> Vec<Span> {
        let mentions = bound.iter().filter_map(|id| self.references.get(id)).flatten().copied();
        mentions.filter(|span| !unpacked.declarator.contains(*span)).collect()
    }

    /// What the member `name` of the request, which is bound to what stands at `target`, is read by.
    fn member_value(&mut self, unpacked: &Unpacked, name: &str, target: Span) -> Option<Value> {
        let req = self.req();
        let value = match name {
            own if is_extension(own) => match self.cast_of(unpacked) {
                Some(cast) if cast != req => Value::Request(format!("({cast}).{own}")),
                _ => Value::Request(format!("{req}.{own}")),
            },
            "method" => Value::Request(format!("{req}.method")),
            "url" => Value::Request(format!("{req}.nextUrl.pathname + {req}.nextUrl.search")),
            "headers" => Value::Request(format!("Object.fromEntries({req}.headers)")),
            "cookies" => Value::Request(cookies_object(req)),
            "query" => {
                let reads = self.carrier.reads.iter().any(|r| matches!(r.part, Part::Query | Part::QueryKey(_)));
                let handed = self.carrier.calls.iter().filter_map(|call| self.callee_needs(call));
                let several = reads || handed.into_iter().any(|needs| needs.query == Query::Given);
                match (several, self.needs.query) {
                    (true, _) => Value::Name(self.query_name.clone()),
                    // A parameter that may have the very name.
                    (false, Query::Given) => Value::Name(self.query_source()),
                    (false, _) => Value::Query(self.query_source()),
                }
            }
            "body" => Value::Name(self.body_name.clone()),
            other => {
                let message = format!("`{req}.{other}` has no counterpart in a Route Handler that we know");
                let help = "read it from the web `Request`, or keep this endpoint in pages/api";
                self.refuse("request-member", target, message, help);
                return None;
            }
        };
        Some(value)
    }

    /// Whether the declaration would mean something else at the top of the function: its names are given other values
    /// later, it may throw or ask for names behind what stands before it, or hide another binding there.
    fn keeps_its_place(&self, unpacked: &Unpacked) -> bool {
        if unpacked.parameter {
            return false;
        }
        let plain = |target: Span| is_name(self.text_of(target));
        let top = self.lists.lists.first().map_or(&[][..], |list| &list.items);
        let all = self.lists.lists.iter().flat_map(|list| &list.items).map(|item| item.span);
        let own = all.filter(|span| span.contains(unpacked.declarator)).min_by_key(|span| span.end - span.start);
        let at = top.iter().position(|item| Some(item.span) == own);
        let apart = |item: &Item| self.carrier.unpacked.iter().any(|own| item.span.contains(own.declarator));
        let first = at.is_some_and(|at| top[..at].iter().all(apart));
        let mut targets = unpacked.members.iter().map(|(_, target)| *target);
        !unpacked.constant
            || (!first && targets.clone().any(|target| !plain(target)))
            || (at.is_none() && targets.any(|target| !self.is_unique(self.text_of(target))))
    }

    /// `const { user } = body` where `const { body: { user } } = req` stood.
    fn unpacked_in_place(&mut self, unpacked: &Unpacked) {
        let place = unpacked.declarator;
        let statement = self.declaration_of(place);
        let between = match statement {
            Some(statement) => {
                let keyword = self.text_of(Span::new(statement.start, place.start));
                format!("{}\n{}{keyword}", self.cx.dialect.style.semi(), self.indent_at(statement.start))
            }
            None => ", ".to_owned(),
        };
        let mut pieces = Vec::new();
        for ((name, target), (_, bound)) in unpacked.members.iter().zip(&unpacked.bound) {
            let Some(value) = self.member_value(unpacked, name, *target) else { continue };
            match &value {
                // Where the method is known, nobody asks for it any more.
                Value::Request(value) if name == "method" && self.is_constant(unpacked, *target) => {
                    let semi = self.cx.dialect.style.semi();
                    let text = format!("const {} = {value}{semi}", self.text_of(*target));
                    let (pieces, used_at) = (vec![Piece::Text(text)], self.used_at(unpacked, bound));
                    self.out.prologue.push(Line { pieces, used_at, awaits: false, request: true, params: false });
                    continue;
                }
                Value::Query(_) => self.query_mentions(place),
                Value::Request(_) => self.out.request_at.push(place),
                // It is there by that name.
                Value::Name(own) if unpacked.constant && own == self.text_of(*target) => continue,
                Value::Name(_) => {}
            }
            if !pieces.is_empty() {
                pieces.push(Piece::Text(between.clone()));
            }
            pieces.extend([Piece::Source(*target), Piece::Text(format!(" = {}", value.text()))]);
        }
        match pieces.is_empty() {
            true => self.drop_declaration(place),
            false => self.edit(place, pieces),
        }
    }

    /// Whether what stands at `target` is a name that keeps its value, and that nothing else in the function has.
    fn is_constant(&self, unpacked: &Unpacked, target: Span) -> bool {
        unpacked.constant && is_name(self.text_of(target)) && self.is_unique(self.text_of(target))
    }

    pub(super) fn unpacks(&self, member: &str) -> bool {
        self.carrier.unpacked.iter().any(|unpacked| unpacked.members.iter().any(|(name, _)| name == member))
    }

    /// The name of the variable that the code itself keeps the value in, if it does so plainly.
    pub(super) fn declared_name(&self, reads: &[&RequestUse], fresh: &str) -> String {
        // A name that says something else stays where it is declared: the line that is hoisted is about the body.
        let own = reads.iter().find_map(|read| {
            let (declarator, name) = read.declares.as_ref()?;
            let neutral = match read.part {
                Part::Query => "query",
                Part::Body => "body",
                _ => return None,
            };
            let fits = (name == neutral || name == fresh) && self.is_unique(name);
            (fits && !read.nested && self.is_plain(*declarator, read.span)).then(|| name.clone())
        });
        own.unwrap_or_else(|| fresh.to_owned())
    }

    /// `x = req.body` without annotation or cast, alone in a statement of a list.
    pub(super) fn is_plain(&self, declarator: Span, read: Span) -> bool {
        let text = self.text_of(declarator);
        let statement = self.declaration_of(declarator);
        read.end == declarator.end
            && !text[..read.start - declarator.start].contains(':')
            && statement.is_some_and(|statement| self.text_of(statement).starts_with("const"))
    }

    /// No other binding in the function has that name.
    pub(super) fn is_unique(&self, name: &str) -> bool {
        let ids: HashSet<&Id> = self.references.keys().filter(|id| &*id.0 == name).collect();
        ids.len() == 1
    }

    pub(super) fn mentions_of(&self, name: &str) -> Vec<Span> {
        self.references.iter().filter(|(id, _)| &*id.0 == name).flat_map(|(_, spans)| spans.clone()).collect()
    }

    /// The statement that consists of this one declarator.
    pub(super) fn declaration_of(&self, declarator: Span) -> Option<Span> {
        let items = self.lists.lists.iter().flat_map(|list| &list.items);
        let statement =
            items.map(|item| item.span).filter(|span| span.contains(declarator)).min_by_key(|s| s.end - s.start)?;
        let text = self.text_of(statement);
        let rest = &text[..declarator.start - statement.start];
        let tail = self.text_of(Span::new(declarator.end, statement.end)).trim();
        let alone = matches!(rest.trim(), "const" | "let" | "var") && matches!(tail, "" | ";");
        alone.then_some(statement)
    }

    pub(super) fn drop_declaration(&mut self, declarator: Span) {
        match self.declaration_of(declarator) {
            Some(statement) => {
                let whole = hole(&self.cx.module.text, statement);
                self.out.edits.push(Edit::delete(whole));
            }
            None => {
                let help = "declare it in a statement of its own";
                self.refuse(
                    "request-escapes",
                    declarator,
                    "the request is taken apart together with other declarations",
                    help,
                );
            }
        }
    }
}

fn is_name(text: &str) -> bool {
    text.chars().all(|char| char.is_alphanumeric() || char == '_' || char == '$')
}
