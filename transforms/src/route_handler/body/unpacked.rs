//! Names that hold what was read of the request, and declarations that take it apart:
//!
//! ```ts
//! const { method, query: { id } } = req;      →      const { id } = await params;
//! ```

use std::collections::HashSet;

use super::requests::cookies_object;
use super::{Builder, Line};
use crate::pages_api::{Part, RequestUse, is_extension};
use crate::rewrite::{Edit, Piece};
use crate::route_handler::needs::Query;
use crate::route_handler::statements::hole;
use crate::syntax::Span;
use crate::syntax::ast::Id;

impl Builder<'_, '_, '_> {
    /// `const { method, query: { id }, body } = req`.
    pub(super) fn unpacked(&mut self, unpacked: &crate::pages_api::Unpacked) {
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
            return;
        }
        let semi = self.cx.dialect.style.semi();
        if !unpacked.parameter {
            self.drop_declaration(unpacked.declarator);
        }
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
                own if own == "method" || is_extension(own) => (declare(format!("{req}.{own}")), direct(false, false)),
                "url" => (declare(format!("{req}.nextUrl.pathname + {req}.nextUrl.search")), direct(false, false)),
                "headers" => (declare(format!("Object.fromEntries({req}.headers)")), direct(false, false)),
                "cookies" => (declare(cookies_object(req)), direct(false, false)),
                "query" => {
                    let reads = self.carrier.reads.iter().any(|r| matches!(r.part, Part::Query | Part::QueryKey(_)));
                    let handed = self.carrier.calls.iter().filter_map(|call| self.callee_needs(call));
                    let several = reads || handed.into_iter().any(|needs| needs.query == Query::Given);
                    let source = if several { self.query_name.clone() } else { self.query_source() };
                    if target_text == source {
                        continue;
                    }
                    let pieces = declare(source);
                    if several {
                        (pieces, (false, false, false))
                    } else {
                        self.line(pieces, used_at);
                        continue;
                    }
                }
                "body" if target_text == self.body_name => continue,
                "body" => (declare(self.body_name.clone()), (false, false, false)),
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
