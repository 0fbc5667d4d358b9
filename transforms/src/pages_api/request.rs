//! Ways of reading `req` (reference, section 2).

use crate::syntax::Span;

/// One place where a carrier reads the request.
#[derive(Clone, Debug)]
pub struct RequestUse {
    /// The whole expression that stands for the value: `req.headers['x-id']`.
    pub span: Span,
    /// What is read.
    pub part: Part,
    /// It stands in a function inside the carrier, which may not be async and may run later.
    pub nested: bool,
    /// `null` and `undefined` make no difference where it stands.
    pub loose: bool,
    /// `?? undefined` can follow without parentheses around it.
    pub open: bool,
    /// The `await` around it, if it is awaited right there.
    pub awaited: Option<Span>,
    /// `const x = <this>;` with the span of the whole declarator and the name `x`.
    pub declares: Option<(Span, String)>,
    /// `const { a, b: c = 1 } = <this>`: the keys, if there is no rest element and all are known.
    pub picks: Option<Vec<String>>,
}

/// Which part of the request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// `req.method`.
    Method,
    /// `req.url`.
    Url,
    /// `req.query`.
    Query,
    /// `req.query.id`.
    QueryKey(String),
    /// `req.body`.
    Body,
    /// `req.headers`.
    Headers,
    /// `req.headers['x-id']`.
    Header(String),
    /// `req.cookies`.
    Cookies,
    /// `req.cookies.token`.
    Cookie(String),
    /// `for await (const chunk of req)`, whose loop we do not rewrite, or a known reader's argument.
    RawBody,
    /// Another member: its name.
    Other(String),
}
