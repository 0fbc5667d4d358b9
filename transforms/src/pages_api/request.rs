//! Ways of reading `req` (reference, section 2).

use crate::syntax::Span;
use crate::syntax::ast::{Expr, Id};

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
    /// A member of the value is accessed, so that it fails where there is none: `req.headers['x-id'].length`.
    pub accessed: bool,
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
    /// `req.headers[name]`: where `req.headers` stands, and the name.
    HeaderAt(Span, Box<Expr>),
    /// `req.cookies`.
    Cookies,
    /// `req.cookies.token`.
    Cookie(String),
    /// `req.cookies[name]`: where `req.cookies` stands, and the name.
    CookieAt(Span, Box<Expr>),
    /// `for await (const chunk of req)`, whose loop we do not rewrite, or a known reader's argument.
    RawBody,
    /// The form that a package reads: the call `form.parse(req)` of formidable, or one that runs multer.
    Form,
    /// `req.body` where multer fills it.
    Fields,
    /// What `express-validator` reads and keeps its results on: the argument `req` of `rule.run(req)`, or with `results`
    /// of `validationResult(req)`.
    Validated {
        /// The results are asked for.
        results: bool,
        /// Rules of the project change what they find.
        sanitizes: bool,
    },
    /// `req instanceof Request ? … : …`: code that reads either kind of request.
    Either,
    /// A member that the application itself puts on the request: `req.user`. Read or written, it is the
    /// same on the new request, which is handed on by reference just as the old one.
    Extension(String),
    /// The request itself, by which a collection remembers something: its name. See [`super::keyed`].
    Key(Id),
    /// Another member: its name.
    Other(String),
}

/// Members of Node's `IncomingMessage`, of `NextApiRequest`, and of `NextRequest`: none of these is free for
/// an application to use on both sides.
const KNOWN: &[&str] = &[
    // `NextApiRequest`.
    "query",
    "cookies",
    "body",
    "env",
    "draftMode",
    "preview",
    "previewData",
    "log",
    // `http.IncomingMessage`.
    "aborted",
    "complete",
    "connection",
    "destroy",
    "headers",
    "headersDistinct",
    "httpVersion",
    "httpVersionMajor",
    "httpVersionMinor",
    "method",
    "rawHeaders",
    "rawTrailers",
    "setTimeout",
    "signal",
    "socket",
    "statusCode",
    "statusMessage",
    "trailers",
    "trailersDistinct",
    "url",
    "client",
    // Streams and event emitters.
    "addListener",
    "asIndexedPairs",
    "autoDestroy",
    "close",
    "closed",
    "compose",
    "destroyed",
    "drop",
    "emit",
    "errored",
    "eventNames",
    "every",
    "filter",
    "find",
    "flatMap",
    "forEach",
    "getMaxListeners",
    "isPaused",
    "iterator",
    "listenerCount",
    "listeners",
    "map",
    "off",
    "on",
    "once",
    "pause",
    "pipe",
    "prependListener",
    "prependOnceListener",
    "push",
    "rawListeners",
    "read",
    "readable",
    "readableAborted",
    "readableDidRead",
    "readableEncoding",
    "readableEnded",
    "readableFlowing",
    "readableHighWaterMark",
    "readableLength",
    "readableObjectMode",
    "reduce",
    "removeAllListeners",
    "removeListener",
    "resume",
    "setEncoding",
    "setMaxListeners",
    "some",
    "take",
    "toArray",
    "unpipe",
    "unshift",
    "wrap",
    // `Request` and `NextRequest`.
    "arrayBuffer",
    "attribute",
    "blob",
    "bodyUsed",
    "bytes",
    "cache",
    "clone",
    "credentials",
    "destination",
    "duplex",
    "formData",
    "geo",
    "integrity",
    "ip",
    "isHistoryNavigation",
    "isReloadNavigation",
    "json",
    "keepalive",
    "mode",
    "nextUrl",
    "page",
    "redirect",
    "referrer",
    "referrerPolicy",
    "text",
    "ua",
    // Every object.
    "constructor",
    "hasOwnProperty",
    "isPrototypeOf",
    "propertyIsEnumerable",
    "toLocaleString",
    "toString",
    "valueOf",
];

/// Whether an application may keep a value of its own under that name on either request.
pub fn is_extension(name: &str) -> bool {
    !KNOWN.contains(&name) && !name.starts_with(['_', '[']) && name != "then"
}
