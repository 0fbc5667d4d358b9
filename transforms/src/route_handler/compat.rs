//! The one file of helpers that a migrated app gets when exact behaviour needs them: what `req.query`,
//! `req.body` and `res.send` were (reference, sections 2.1, 2.2 and 3.1). Only those in use are written.

use std::collections::BTreeSet;

use super::{
    compat_connect, compat_cookies, compat_cors, compat_form, compat_multipart, compat_read, compat_session,
    compat_stream,
};
use crate::syntax::Quote;

/// A helper of the generated module.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Helper {
    /// `readBody(request)`.
    ReadBody,
    /// `readBodyAgain(request)`.
    ReadBodyAgain,
    /// `replaceQuery(request, query)`.
    ReplaceQuery,
    /// `replaceBody(request, body)`.
    ReplaceBody,
    /// `readQuery(request, params)`.
    ReadQuery,
    /// `send(body, init)`.
    Send,
    /// `sendJson(body, init)`.
    SendJson,
    /// `endWith(body, init)`.
    EndWith,
    /// `withHeaders(response, headers)`.
    WithHeaders,
    /// `setHeader(headers, name, value)`.
    SetHeader,
    /// `applyCors(request, headers, options)`.
    ApplyCors,
    /// `routeCors(options)`.
    RouteCors,
    /// `sendStream(init, write)`.
    SendStream,
    /// `readForm(request, done)`.
    ReadForm,
    /// `readFormLists(request, done)`.
    ReadFormLists,
    /// `readMultipart(middleware)`.
    ReadMultipart,
    /// `nodeRequest(request)`.
    NodeRequest,
    /// `nodeCookies(request, headers)`.
    NodeCookies,
    /// `connectRouter(options)`.
    ConnectRouter,
    /// `withIronSession(handler, options)`.
    WithIronSession,
}

impl Helper {
    /// The name it is imported by.
    pub fn name(self) -> &'static str {
        match self {
            Helper::ReadBody => "readBody",
            Helper::ReadBodyAgain => "readBodyAgain",
            Helper::ReplaceQuery => "replaceQuery",
            Helper::ReplaceBody => "replaceBody",
            Helper::ReadQuery => "readQuery",
            Helper::Send => "send",
            Helper::SendJson => "sendJson",
            Helper::EndWith => "endWith",
            Helper::WithHeaders => "withHeaders",
            Helper::SetHeader => "setHeader",
            Helper::ApplyCors => "applyCors",
            Helper::RouteCors => "routeCors",
            Helper::SendStream => "sendStream",
            Helper::ReadForm => "readForm",
            Helper::ReadFormLists => "readFormLists",
            Helper::ReadMultipart => "readMultipart",
            Helper::NodeRequest => "nodeRequest",
            Helper::NodeCookies => "nodeCookies",
            Helper::ConnectRouter => "connectRouter",
            Helper::WithIronSession => "withIronSession",
        }
    }

    /// The name that it is given where the file uses the other for something else.
    pub fn alias(self) -> &'static str {
        match self {
            Helper::ReadBody => "readPagesBody",
            Helper::ReadBodyAgain => "readPagesBodyAgain",
            Helper::ReplaceQuery => "replacePagesQuery",
            Helper::ReplaceBody => "replacePagesBody",
            Helper::ReadQuery => "readPagesQuery",
            Helper::Send => "sendAsPages",
            Helper::SendJson => "sendJsonAsPages",
            Helper::EndWith => "endAsPages",
            Helper::WithHeaders => "withPagesHeaders",
            Helper::SetHeader => "setPagesHeader",
            Helper::ApplyCors => "applyPagesCors",
            Helper::RouteCors => "routePagesCors",
            Helper::SendStream => "sendPagesStream",
            Helper::ReadForm => "readPagesForm",
            Helper::ReadFormLists => "readPagesFormLists",
            Helper::ReadMultipart => "readPagesMultipart",
            Helper::NodeRequest => "nodePagesRequest",
            Helper::NodeCookies => "nodePagesCookies",
            Helper::ConnectRouter => "connectPagesRouter",
            Helper::WithIronSession => "withPagesIronSession",
        }
    }

    /// The import of it by either name.
    pub fn specifiers(self) -> [&'static str; 2] {
        match self {
            Helper::ReadBody => ["readBody", "readBody as readPagesBody"],
            Helper::ReadBodyAgain => ["readBodyAgain", "readBodyAgain as readPagesBodyAgain"],
            Helper::ReplaceQuery => ["replaceQuery", "replaceQuery as replacePagesQuery"],
            Helper::ReplaceBody => ["replaceBody", "replaceBody as replacePagesBody"],
            Helper::ReadQuery => ["readQuery", "readQuery as readPagesQuery"],
            Helper::Send => ["send", "send as sendAsPages"],
            Helper::SendJson => ["sendJson", "sendJson as sendJsonAsPages"],
            Helper::EndWith => ["endWith", "endWith as endAsPages"],
            Helper::WithHeaders => ["withHeaders", "withHeaders as withPagesHeaders"],
            Helper::SetHeader => ["setHeader", "setHeader as setPagesHeader"],
            Helper::ApplyCors => ["applyCors", "applyCors as applyPagesCors"],
            Helper::RouteCors => ["routeCors", "routeCors as routePagesCors"],
            Helper::SendStream => ["sendStream", "sendStream as sendPagesStream"],
            Helper::ReadForm => ["readForm", "readForm as readPagesForm"],
            Helper::ReadFormLists => ["readFormLists", "readFormLists as readPagesFormLists"],
            Helper::ReadMultipart => ["readMultipart", "readMultipart as readPagesMultipart"],
            Helper::NodeRequest => ["nodeRequest", "nodeRequest as nodePagesRequest"],
            Helper::NodeCookies => ["nodeCookies", "nodeCookies as nodePagesCookies"],
            Helper::ConnectRouter => ["connectRouter", "connectRouter as connectPagesRouter"],
            Helper::WithIronSession => ["withIronSession", "withIronSession as withPagesIronSession"],
        }
    }

    /// All of them, in the order in which they are written.
    pub const ALL: [Helper; 20] = [
        Helper::ReadQuery,
        Helper::ReadBody,
        Helper::ReadBodyAgain,
        Helper::ReplaceQuery,
        Helper::ReplaceBody,
        Helper::Send,
        Helper::SendJson,
        Helper::EndWith,
        Helper::WithHeaders,
        Helper::SetHeader,
        Helper::ApplyCors,
        Helper::RouteCors,
        Helper::SendStream,
        Helper::ReadForm,
        Helper::ReadFormLists,
        Helper::ReadMultipart,
        Helper::NodeRequest,
        Helper::NodeCookies,
        Helper::ConnectRouter,
        Helper::WithIronSession,
    ];

    /// Whether the module `text` has it.
    pub fn is_in(self, text: &str) -> bool {
        ["(", "<"].iter().any(|next| text.contains(&format!("function {}{next}", self.name())))
    }

    /// Whether `text` calls it; at worst something whose name ends alike.
    pub fn is_called_in(self, text: &str) -> bool {
        let called = |name: &str| ["(", "<"].iter().any(|next| text.contains(&format!("{name}{next}")));
        called(self.name()) || called(self.alias())
    }

    /// Others that it is made of.
    fn parts(self) -> &'static [Helper] {
        match self {
            Helper::RouteCors => &[Helper::ApplyCors, Helper::WithHeaders],
            Helper::ReadBodyAgain | Helper::ReplaceBody => &[Helper::ReadBody],
            Helper::ReplaceQuery => &[Helper::ReadQuery],
            _ => &[],
        }
    }

    /// It gives a response, and takes no function that does.
    pub fn answers(self) -> bool {
        use Helper::{ConnectRouter, NodeCookies, NodeRequest, ReadMultipart, RouteCors, SetHeader, WithIronSession};
        use Helper::{ReplaceBody, ReplaceQuery};
        let makes = matches!(
            self,
            SetHeader | RouteCors | ReadMultipart | NodeRequest | NodeCookies | ConnectRouter | WithIronSession
        );
        !makes && !matches!(self, ReplaceQuery | ReplaceBody)
    }

    /// The helper of that name.
    pub fn named(name: &str) -> Option<Helper> {
        Helper::ALL.into_iter().find(|helper| helper.name() == name)
    }

    /// It makes a response with a body.
    fn sends(self) -> bool {
        matches!(self, Helper::Send | Helper::SendJson | Helper::EndWith)
    }
}

/// The module's file name without extension; it lies in `app/api`, where only `route` files are routed.
pub const FILE_STEM: &str = "pages-compat";

const HEADER: &str = "\
// What `req` and `res` of a Pages API route did and a Route Handler does not do by itself.
// Written by routelift; a Route Handler that needs no such exactness can do without.
";

const SEND: &str = "
/**
 * What `res.send(body)` answered: a string goes out without a content type unless one is set, bytes as
 * `application/octet-stream`, everything else as JSON.
 */
export function send(body: unknown, init: ResponseInit = {}): NextResponse {
  const headers = new Headers(init.headers);
  if (forbidsBody(init) || body === null || body === undefined) return new NextResponse(null, { ...init, headers });
  if (typeof body === 'string') return new NextResponse(new TextEncoder().encode(body), { ...init, headers });
  if (Buffer.isBuffer(body)) {
    if (!headers.has('content-type')) headers.set('content-type', 'application/octet-stream');
    return new NextResponse(new Uint8Array(body), { ...init, headers });
  }
  headers.set('content-type', 'application/json; charset=utf-8');
  return new NextResponse(JSON.stringify(body), { ...init, headers });
}
";

const SEND_JSON: &str = "
/**
 * What `res.json(body)` answered: an empty body for `undefined`, and none where the status forbids one.
 * `NextResponse.json` throws at both.
 */
export function sendJson<Data>(body: Data, init: ResponseInit = {}): NextResponse {
  if (forbidsBody(init)) return new NextResponse(null, init);
  const headers = new Headers(init.headers);
  headers.set('content-type', 'application/json; charset=utf-8');
  return new NextResponse(JSON.stringify(body), { ...init, headers });
}
";

const END_WITH: &str = "
/** What `res.end(body)` answered: text or bytes, without a content type unless one is set. */
export function endWith(body: unknown, init: ResponseInit = {}): NextResponse {
  const isEmpty = forbidsBody(init);
  if (body === null || body === undefined) return new NextResponse(null, init);
  const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : body;
  if (!(bytes instanceof Uint8Array)) throw new TypeError('a body is text or bytes');
  return new NextResponse(isEmpty ? null : new Uint8Array(bytes), init);
}
";

const FORBIDS_BODY: &str = "
function forbidsBody(init: ResponseInit): boolean {
  // Node threw at a status that is `undefined`; a `Response` takes it for 200.
  if ('status' in init && init.status === undefined) throw new RangeError('Invalid status code: undefined');
  return [204, 205, 304].includes(Number(init.status));
}
";

const WITH_HEADERS: &str = "
/**
 * `response` with the headers that were set before it was made, which on one `res` came together. Where both
 * name a header, the response has the last word.
 */
export function withHeaders<T extends Response>(response: T, headers: Headers): T {
  const own = new Headers(response.headers);
  // A response made of a string or of bytes names one of these types by itself; `res.send` kept the one that was set.
  const implied = ['text/plain;charset=UTF-8', 'application/octet-stream'].includes(own.get('content-type') ?? '');
  if (implied && headers.has('content-type')) {
    own.delete('content-type');
    response.headers.delete('content-type');
  }
  headers.forEach((value, name) => {
    // The length of some other body says nothing of this one.
    if (!own.has(name) && name !== 'content-length') response.headers.append(name, value);
  });
  return response;
}
";

const SET_HEADER: &str = "
/** What `res.setHeader` did where name and value are anything: the values of a list are sent one by one. */
export function setHeader(headers: Headers, name: string, value: number | string | readonly string[]): void {
  headers.delete(name);
  for (const part of [value].flat()) headers.append(name, String(part));
}
";

/// The text of the module with the given helpers, as TypeScript or JavaScript.
pub fn module_text(helpers: &BTreeSet<Helper>, typescript: bool, quote: Quote, semicolons: bool) -> String {
    let helpers: BTreeSet<Helper> = helpers.iter().flat_map(|own| own.parts().iter().chain([own])).copied().collect();
    let mut text = String::from(HEADER);
    let sends = helpers.iter().any(|helper| helper.sends());
    let answers = [Helper::ReadBody, Helper::ApplyCors, Helper::SendStream];
    let uses_response = answers.iter().any(|helper| helpers.contains(helper)) || sends;
    let uses_request = helpers.contains(&Helper::ReadBody) || helpers.contains(&Helper::ReadQuery);
    let reads = helpers.contains(&Helper::ReadMultipart) || helpers.contains(&Helper::NodeRequest);
    let streams = [(reads, "Readable"), (helpers.contains(&Helper::SendStream), "Transform")];
    let streams: Vec<&str> = streams.into_iter().filter_map(|(used, name)| used.then_some(name)).collect();
    if !streams.is_empty() {
        text.push_str(&format!("import {{ {} }} from 'stream';\n", streams.join(", ")));
    }
    if helpers.contains(&Helper::WithIronSession) {
        text.push_str(compat_session::import(typescript));
    }
    let names: Vec<&str> =
        [(helpers.contains(&Helper::ReadQuery) && typescript, "type NextRequest"), (uses_response, "NextResponse")]
            .into_iter()
            .filter_map(|(used, name)| used.then_some(name))
            .collect();
    if !names.is_empty() {
        // On its own, a type is imported as one.
        let list = names.join(", ");
        let (keyword, list) = match list.strip_prefix("type ") {
            Some(only) if names.len() == 1 => ("import type", only),
            _ => ("import", list.as_str()),
        };
        text.push_str(&format!("{keyword} {{ {list} }} from 'next/server';\n"));
    }
    if helpers.contains(&Helper::ReadQuery) {
        text.push_str(&compat_read::read_query(helpers.contains(&Helper::ReplaceQuery)));
    }
    if helpers.contains(&Helper::ReadBody) {
        let (again, replace) = (Helper::ReadBodyAgain, Helper::ReplaceBody);
        text.push_str(&compat_read::read_body(helpers.contains(&again), helpers.contains(&replace)));
    }
    if uses_request {
        text.push_str(compat_read::COLLECT);
    }
    for (helper, code) in [(Helper::Send, SEND), (Helper::SendJson, SEND_JSON), (Helper::EndWith, END_WITH)] {
        if helpers.contains(&helper) {
            text.push_str(code);
        }
    }
    if sends || helpers.contains(&Helper::SendStream) {
        text.push_str(FORBIDS_BODY);
    }
    if helpers.contains(&Helper::ApplyCors) {
        text.push_str(compat_cors::APPLY_CORS);
        if typescript {
            text.push_str(compat_cors::CORS_OPTIONS);
        }
    }
    if helpers.contains(&Helper::WithHeaders) {
        text.push_str(WITH_HEADERS);
    }
    if helpers.contains(&Helper::SetHeader) {
        text.push_str(SET_HEADER);
    }
    if helpers.contains(&Helper::RouteCors) {
        text.push_str(compat_cors::ROUTE_CORS);
    }
    if helpers.contains(&Helper::SendStream) {
        text.push_str(compat_stream::SEND_STREAM);
    }
    let forms = [(Helper::ReadForm, compat_form::READ_FORM), (Helper::ReadFormLists, compat_form::READ_FORM_LISTS)];
    for (_, code) in forms.into_iter().filter(|(helper, _)| helpers.contains(helper)) {
        text.push_str(code);
    }
    if helpers.contains(&Helper::ReadMultipart) {
        text.push_str(compat_multipart::READ_MULTIPART);
    }
    if helpers.contains(&Helper::NodeRequest) {
        text.push_str(compat_multipart::NODE_REQUEST);
    }
    if helpers.contains(&Helper::NodeCookies) {
        text.push_str(compat_cookies::NODE_COOKIES);
    }
    if helpers.contains(&Helper::ConnectRouter) {
        text.push_str(compat_connect::CONNECT_ROUTER);
        if typescript {
            text.push_str(compat_connect::CONNECT_TYPES);
        }
    }
    if helpers.contains(&Helper::WithIronSession) {
        text.push_str(compat_session::WITH_IRON_SESSION);
    }
    if !typescript {
        text = without_types(&text);
    }
    if quote == Quote::Double {
        text = text.lines().map(|line| if is_comment(line) { line.to_owned() } else { line.replace('\'', "\"") }).fold(
            String::new(),
            |mut text, line| {
                text.push_str(&line);
                text.push('\n');
                text
            },
        );
    }
    if !semicolons {
        text = text.replace(";\n", "\n");
    }
    text
}

fn is_comment(line: &str) -> bool {
    let line = line.trim_start();
    line.starts_with("//") || line.starts_with('*') || line.starts_with("/*")
}

/// The annotations above, taken off. They are ours, so their spelling is known.
fn without_types(text: &str) -> String {
    [
        ("<T extends Response>(response: T, headers: Headers): T {", "(response, headers) {"),
        ("(body: unknown, init: ResponseInit = {}): NextResponse {", "(body, init = {}) {"),
        ("<Data>(body: Data, init: ResponseInit = {}): NextResponse {", "(body, init = {}) {"),
        ("(init: ResponseInit): boolean {", "(init) {"),
        (
            "(headers: Headers, name: string, value: number | string | readonly string[]): void {",
            "(headers, name, value) {",
        ),
    ]
    .into_iter()
    .chain(compat_cors::UNTYPED)
    .chain(compat_read::UNTYPED)
    .chain(compat_session::UNTYPED)
    .chain(compat_stream::UNTYPED)
    .chain(compat_form::UNTYPED)
    .chain(compat_multipart::UNTYPED)
    .chain(compat_cookies::UNTYPED)
    .chain(compat_connect::UNTYPED)
    .fold(text.to_owned(), |text, (typed, plain)| text.replace(typed, plain))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::Module;

    /// Each alone, all pairs, and all: what a helper brings depends on no more than one other.
    fn sets() -> Vec<BTreeSet<Helper>> {
        let pairs = Helper::ALL.into_iter().flat_map(|one| Helper::ALL.map(|other| BTreeSet::from([one, other])));
        pairs.chain([Helper::ALL.into()]).collect()
    }

    #[test]
    fn selections_parse_and_mention_what_they_export() {
        for helpers in sets() {
            for (typescript, path) in [(true, "a.ts"), (false, "a.js")] {
                for quote in [Quote::Single, Quote::Double] {
                    let text = module_text(&helpers, typescript, quote, true);
                    let module = Module::parse(path, text.as_str().into());
                    assert!(module.is_ok(), "{:?}\n{text}", module.err());
                    let free = module.map(|module| module.free_names()).unwrap_or_default();
                    assert!(!free.iter().any(|name| name.starts_with("Next")), "{free:?}\n{text}");
                    for helper in Helper::ALL {
                        let part = || helpers.iter().any(|own| own.parts().contains(&helper));
                        assert_eq!(helper.is_in(&text), helpers.contains(&helper) || part(), "{text}");
                    }
                }
            }
        }
    }
}
