//! Reads of one header. What is missing was `undefined` and is `null` now, which is made up for wherever it could
//! make a difference:
//!
//! ```ts
//! const id = req.headers['x-id'];           const id = req.headers.get('x-id') ?? undefined;
//! const token = req.headers.authorization;  const token = req.headers.get('authorization');
//! if (!token) return refuse();              if (!token) return refuse();
//! ```
//!
//! It is never a list now, and TypeScript refuses what code does with one behind a check for a text. There it keeps the
//! type that it had:
//!
//! ```ts
//! const id = (req.headers.get('x-id') ?? undefined) as string | string[] | undefined;
//! if (typeof id === 'string') return id;
//! if (Array.isArray(id) && id.length > 0) return id[0];
//! ```

use super::Builder;
use super::requests::OF_FETCH;
use crate::pages_api::RequestUse;
use crate::rewrite::Piece;
use crate::syntax::ast::Expr;
use crate::syntax::{Span, bare, literal_str, span_of};

/// What Node's types say of a header that they do not know.
const OLD_TYPE: &str = "string | string[] | undefined";

/// The headers of requests that Node's types know as one text.
#[rustfmt::skip]
const ONE_TEXT: [&str; 20] = [
    "accept", "accept-encoding", "accept-language", "authorization", "cache-control", "connection", "content-length",
    "content-type", "cookie", "forwarded", "from", "host", "if-match", "if-modified-since", "if-none-match", "origin",
    "range", "referer", "upgrade", "user-agent",
];

impl Builder<'_, '_, '_> {
    /// Reads the header `name`, which the code calls `key`.
    pub(super) fn header(&mut self, read: &RequestUse, name: &str, key: Piece) {
        let (open, close) = if read.open { ("", "") } else { ("(", ")") };
        let (before, behind) = if read.accessed || (!read.loose && self.narrowed.is_there(read)) {
            (String::new(), self.asserted(read).to_owned())
        } else if !ONE_TEXT.contains(&name) && self.is_told_from_list(read) {
            ("(".to_owned(), format!(" ?? undefined) as {OLD_TYPE}"))
        } else if read.loose || self.only_asked(read) {
            (String::new(), String::new())
        } else {
            // The type of the request says what this header is.
            let own = self.cx.member_types.and_then(|types| types.headers.as_ref());
            match own.filter(|_| self.text_of(read.span).contains(name)) {
                Some(kind) => {
                    let key = self.cx.dialect.style.string(name);
                    (format!("{open}("), format!(" ?? undefined) as {kind}[{key}]{close}"))
                }
                None => (open.to_owned(), format!(" ?? undefined{close}")),
            }
        };
        let get = format!("{before}{}.headers.get(", self.req());
        self.out.request_at.push(read.span);
        self.edit(read.span, vec![Piece::Text(get), key, Piece::Text(format!("){behind}"))]);
    }

    /// Reads `req.headers[name]`, of which `req.headers` stands at `headers`.
    pub(super) fn header_at(&mut self, read: &RequestUse, headers: Span, name: &Expr) {
        if let Some(known) = self.known_header(name) {
            return self.header(read, &known, Piece::Source(span_of(name)));
        }
        self.out.request_at.push(read.span);
        self.edit(headers, vec![Piece::Text(format!("Object.fromEntries({}.headers)", self.req()))]);
        if self.is_told_from_list(read) {
            self.edit(Span::at(read.span.end), vec![Piece::Text(format!(" as {OLD_TYPE}"))]);
        }
    }

    /// The text of a constant, if `get` finds by it what was found by such a key.
    fn known_header(&self, name: &Expr) -> Option<String> {
        let Expr::Ident(constant) = bare(name) else { return None };
        let text = literal_str(bare(self.cx.constants.value(constant)?))?;
        let plain = |char: char| char.is_ascii_lowercase() || char.is_ascii_digit() || char == '-';
        // One is an array in Node, the other a member of every object.
        let is_other = matches!(text.as_str(), "" | "set-cookie" | "constructor") || OF_FETCH.contains(&text.as_str());
        (!is_other && text.chars().all(plain)).then_some(text)
    }

    /// Whether the value is kept by a name that is asked whether it is a text, and whether it is a list.
    fn is_told_from_list(&self, read: &RequestUse) -> bool {
        let Some((declarator, name)) = read.declares.as_ref().filter(|_| self.cx.dialect.typescript) else {
            return false;
        };
        let mentions = self.mentions_of(name);
        let asked = |by: &str| mentions.iter().any(|at| self.cx.module.text[..at.start].ends_with(by));
        read.span.end == declarator.end && asked("Array.isArray(") && asked("typeof ")
    }

    /// What tells TypeScript that the value is there, unless the code does.
    fn asserted(&self, read: &RequestUse) -> &'static str {
        let behind = self.cx.module.text[read.span.end..].trim_start();
        let told = behind.starts_with("as ") || (behind.starts_with('!') && !behind.starts_with("!="));
        if told || !self.cx.dialect.typescript { "" } else { "!" }
    }

    /// Whether the value is kept in a constant that is only asked whether there is one, and used where there is.
    fn only_asked(&self, read: &RequestUse) -> bool {
        let Some((declarator, name)) = &read.declares else { return false };
        let cast = self.text_of(Span::new(read.span.end, declarator.end)).trim_start();
        let typed = self.text_of(Span::new(declarator.start, read.span.start)).contains(':');
        let constant = self.declaration_of(*declarator).is_some_and(|whole| self.text_of(whole).starts_with("const"));
        let mut ids = self.references.iter().filter(|(id, _)| *id.0 == **name);
        let (Some((id, mentions)), None) = (ids.next(), ids.next()) else { return false };
        let same = |at: &Span| {
            declarator.contains(*at) || self.carrier.loose.contains(at) || self.cx.constants.is_true_at(id, *at)
        };
        constant && !typed && (cast.is_empty() || cast.starts_with("as ")) && mentions.iter().all(same)
    }
}
