//! What we know about packages: one file per package, with the old and the new call side by side. A call of
//! a package is followed like a call of the project's own helpers, only that its summary is written down here.
//! What is not known exactly is refused: with the words of the package's file, or as an escape.
//!
//! - [`known`]: functions that a handler or helper hands `req` and `res`.
//! - [`made`]: functions that a package makes for the project: `const { auth } = NextAuth(config)`.
//! - [`route`]: functions whose result is the handler: `export default NextAuth(options)`.
//! - [`prisma`]: what its methods give.
//! - [`composes`]: functions that put wrappers around each other: `compose(withErrors, withAuth)(handler)`.
//! - [`runs`]: functions that give back what a function gives which they run.
//! - [`sends`]: functions that answer: `ok(res, data)`.
//! - [`statuses`]: names for statuses: `StatusCodes.CREATED`.
//! - [`waits`]: functions that make functions which wait for a middleware: `createMiddleware((req, res, next) => …)`.
//! - [`wraps`]: wrappers that both routers have: `export default withApiAuthRequired(handler)`.
//! - [`is_transparent`]: wrappers that a Route Handler does not need: `export default withSentry(handler)`.

mod apollo;
mod auth0;
mod bundled;
mod clerk;
mod composers;
mod cookies;
mod cookies_next;
pub mod express_validator;
pub mod formidable;
pub mod graphql_yoga;
mod iron_session;
mod keepers;
pub mod morgan;
pub mod multer;
pub mod next_auth;
mod next_basics;
pub mod next_connect;
mod nookies;
pub mod prisma;
mod qstash;
mod refused;
mod request_ip;
mod runners;
mod sentry;
mod serve;
mod statuses;
mod supabase;
pub mod trpc;
pub mod uploadthing;
mod vercel_blob;

use crate::finding::{Finding, Safety};
use crate::pages_api::{Call as CarrierCall, ObjectCall, Role};
use crate::project::{Method, NextVersion};
use crate::syntax::Span;
pub use bundled::{external_setting, fails_bundled};
pub(crate) use keepers::{keeps, leads_on, makes};
pub use statuses::statuses;

pub(crate) use composers::composes;
pub(crate) use runners::{runs, runs_by_method};

/// A function of a package that may be handed `req` and `res`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Library {
    /// What becomes of the call.
    pub call: Call,
    /// The function of the same package that is called instead.
    pub named: Option<&'static str>,
    /// What a reviewer should know.
    pub remarks: Vec<Remark>,
    /// The Next.js major before which there is more to say, and what.
    pub since: Option<(u32, Remark)>,
    /// The Next.js major from which on there is more to say, and what.
    pub until: Option<(u32, Remark)>,
}

/// What is to be said about a package: a finding without its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Remark {
    /// How much it matters.
    pub level: Safety,
    /// The name of the finding.
    pub rule: &'static str,
    /// What was seen.
    pub message: &'static str,
    /// What to do.
    pub help: &'static str,
}

/// What becomes of a call that is handed `req` and `res`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Call {
    /// In a Route Handler it finds the request by itself: both arguments go.
    WithoutCarriers,
    /// It takes the web `Request` in the same place; the response goes.
    WithRequest,
    /// `f(req, …)` → `f({ headers: Object.fromEntries(req.headers) }, …)`: of Node's request it reads the headers.
    WithHeaders,
    /// `f(req, res, …)` → `f(req, { headers } as Response, …)`: of the response it sets cookies, by its headers.
    WithCookieHeaders,
    /// `new F(req, res, …)` → `new F(...nodeCookies(req, headers), …)`: of the request it reads cookies, of the response it
    /// sets them.
    NodeCookies,
    /// `f(req, res, …)` → `f(req, { params }, …)`, which reads the body and gives the `Response`.
    Answers,
    /// It takes an object with the web `Request` under this name, reads the body and gives the `Response`.
    AnswersFor(&'static str),
    /// `f(req, res, …)` → `f(await cookies(), …)`.
    CookieStore,
    /// It takes an object that holds `req` or `res`: what becomes of its properties.
    Object(&'static [(&'static str, Held)]),
    /// There is no counterpart that we could write; the first remark says why.
    Refused,
}

/// What becomes of a property that is `req` or `res`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Held {
    /// The web `Request` stands in its place.
    Request,
    /// An object with the headers in Node's form: `{ headers: Object.fromEntries(req.headers) }`. With
    /// `untyped`, the package's types ask for a whole Node request.
    Headers {
        /// `as any` has to follow in TypeScript.
        untyped: bool,
    },
    /// `{ req, res }` → `{ cookies }`, with `cookies` from `next/headers`.
    Cookies,
    /// The same where the package does not wait for what `cookies` gives: `{ cookies: () => cookieStore }` from Next 15
    /// on.
    CookieStore,
}

/// What a function of a package sends that is handed `res` first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sender {
    /// `ok(res, data)`: JSON, an empty object for `undefined`.
    Json,
    /// `notFound(res, message)`: the text with this status, another text for `undefined`.
    Text {
        /// The status.
        status: u16,
        /// The other text.
        otherwise: &'static str,
    },
    /// `send(res, data, type)`: whatever `res.send` sends, with a content type.
    Typed {
        /// The type where none is given.
        otherwise: &'static str,
    },
    /// `redirect(res, url)`: the header `Location`, and no body.
    Redirect {
        /// The status.
        status: u16,
    },
}

/// A function whose result is the handler of a route.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    /// What becomes of the call.
    pub form: RouteForm,
    /// The methods that it answers.
    pub methods: &'static [Method],
    /// What a reviewer should know.
    pub remarks: Vec<Remark>,
    /// The Next.js major from which on there is more to say, and what.
    pub until: Option<(u32, Remark)>,
}

/// A wrapper that a Route Handler has, too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wraps {
    /// What it is called for Route Handlers, if that is something else.
    pub named: Option<&'static str>,
    /// The one that is called so is a generated helper, which takes options that are no function.
    pub generated: bool,
    /// It reads the body itself and puts it on `req`; in a Route Handler the handler reads it, and that is to be said.
    pub parses: Option<Remark>,
    /// It hands the route's parameters on.
    pub params: bool,
    /// What a reviewer should know.
    pub remarks: Vec<Remark>,
}

impl Wraps {
    /// One that takes handlers of either router.
    const AS_IT_IS: Wraps = Wraps { named: None, generated: false, parses: None, params: true, remarks: Vec::new() };
}

/// What becomes of a call whose result is the handler.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RouteForm {
    /// Its result serves both routers: `export { handler as GET, handler as POST }`.
    Same {
        /// The dynamic part that it reads, which the route must have.
        param: &'static str,
        /// Only without arguments is it known to be the same.
        bare: bool,
    },
    /// It gives an object with a function for each method: `export const { GET, POST } = f(…)`.
    Object,
    /// It takes a web `Request`, too, but nothing else: `export const GET = (req) => handler(req)`. A function
    /// among the options has to be one that takes nothing.
    RequestOnly,
    /// Options that tRPC's fetch adapter takes, too.
    Trpc,
    /// uploadthing's function of this name, which gives an object as above. Its file router changes with it.
    FileRouter {
        /// The name.
        named: &'static str,
    },
    /// GraphQL Yoga's object with the function that takes a web `Request`.
    Yoga,
    /// There is no counterpart that we could write; the first remark says why.
    Refused,
}

/// Knows which version of a package is asked for.
pub type Versions<'v> = dyn Fn(&str) -> Option<NextVersion> + 'v;

/// What is known about `name` of the package that `specifier` names.
pub fn known(specifier: &str, name: &str, versions: &Versions<'_>) -> Option<Library> {
    next_auth::known(specifier, name, versions)
        .or_else(|| auth0::known(specifier, name, versions))
        .or_else(|| clerk::known(specifier, name))
        .or_else(|| cookies::known(specifier, name))
        .or_else(|| cookies_next::known(specifier, name, versions))
        .or_else(|| iron_session::known(specifier, name, versions))
        .or_else(|| nookies::known(specifier, name))
        .or_else(|| request_ip::known(specifier, name))
        .or_else(|| supabase::known(specifier, name, versions))
        .or_else(|| trpc::known(specifier, name))
        .or_else(|| vercel_blob::known(specifier, name))
        .or_else(|| refused::known(specifier, name))
}

/// What is known about the function that `maker` of a package gives as `name`: `const { auth } = NextAuth(config)`.
/// With `lazy`, `maker` was given a function, which gives the options for a request.
pub fn made(specifier: &str, maker: &str, name: &str, lazy: bool, versions: &Versions<'_>) -> Option<Library> {
    next_auth::made(specifier, maker, name, lazy, versions)
}

/// What is known about a handler that `name` of the package makes.
pub fn route(specifier: &str, name: &str, versions: &Versions<'_>) -> Option<Route> {
    next_auth::route(specifier, name, versions)
        .or_else(|| auth0::route(specifier, name, versions))
        .or_else(|| apollo::route(specifier, name, versions))
        .or_else(|| graphql_yoga::route(specifier, name))
        .or_else(|| iron_session::route(specifier, name, versions))
        .or_else(|| qstash::route(specifier, name, versions))
        .or_else(|| serve::route(specifier, name))
        .or_else(|| trpc::route(specifier, name))
        .or_else(|| uploadthing::route(specifier, name, versions))
        .or_else(|| refused::route(specifier, name))
}

/// What to do about a package that is handed Node's request through an object of its own: `form.parse(req)`.
pub fn advice(specifier: &str) -> Option<&'static str> {
    refused::advice(specifier)
}

/// What is known about `name` of the package if it takes a handler, and gives one of the same kind.
pub fn wraps(specifier: &str, name: &str, versions: &Versions<'_>) -> Option<Wraps> {
    auth0::wraps(specifier, name, versions)
        .or_else(|| iron_session::wraps(specifier, name, versions))
        .or_else(|| qstash::wraps(specifier, name, versions))
}

/// Whether what [`known`] says of `name` of the package holds for `new`, too.
pub fn constructs(specifier: &str, name: &str) -> bool {
    cookies::constructs(specifier, name)
}

/// What `name` of the package sends, if it is handed `res` first.
pub fn sends(specifier: &str, name: &str) -> Option<Sender> {
    next_basics::sends(specifier, name)
}

/// Whether `name` of the package makes functions that wait for a connect-style middleware, reject an error that it calls
/// back with, and give anything else.
pub fn waits(specifier: &str, name: &str) -> bool {
    next_basics::waits(specifier, name)
}

/// Whether `name` of the package wraps a handler in a way that a Route Handler does without.
pub fn is_transparent(specifier: &str, name: &str) -> bool {
    sentry::is_transparent(specifier, name)
}

impl Library {
    fn new(call: Call) -> Library {
        Library { call, named: None, remarks: Vec::new(), since: None, until: None }
    }

    fn refused(message: &'static str, help: &'static str) -> Library {
        Library::new(Call::Refused).remark(Remark::refusal(message, help))
    }

    fn remark(mut self, remark: impl Into<Option<Remark>>) -> Library {
        self.remarks.extend(remark.into());
        self
    }

    /// Whether the call is one that this library understands.
    pub fn takes(&self, call: &CarrierCall) -> bool {
        if let (Call::AnswersFor(name), [(0, held)]) = (self.call, call.held.as_slice()) {
            return held.key == name && held.role == Role::Req && call.args.len() == 1;
        }
        let roles: Vec<Option<Role>> = call.args.iter().map(|(_, role)| *role).collect();
        let leading = |roles: &[Option<Role>]| roles.iter().all(Option::is_none);
        match (self.call, roles.as_slice()) {
            (
                Call::WithoutCarriers | Call::CookieStore | Call::WithCookieHeaders | Call::NodeCookies,
                [Some(Role::Req), Some(Role::Res), rest @ ..],
            )
            | (Call::WithRequest | Call::WithHeaders, [Some(Role::Req), rest @ ..]) => leading(rest),
            (Call::Answers, [Some(Role::Req), Some(Role::Res), None]) => true,
            _ => false,
        }
    }

    /// What becomes of each property of `call` that is `req` or `res`; `None` if one of them is unknown.
    pub fn holds(&self, call: &ObjectCall) -> Option<Vec<Held>> {
        let Call::Object(table) = self.call else { return None };
        call.held.iter().map(|held| Some(table.iter().find(|(key, _)| *key == held.key)?.1)).collect()
    }

    /// Whether the call gives the response.
    pub fn answers(&self) -> bool {
        matches!(self.call, Call::Answers | Call::AnswersFor(_))
    }

    /// The remark that says why the call cannot be migrated.
    pub fn refusal(&self) -> Option<Remark> {
        self.remarks.first().copied().filter(|_| self.call == Call::Refused)
    }
}

impl Route {
    fn refused(message: &'static str, help: &'static str) -> Route {
        Route { form: RouteForm::Refused, methods: &[], remarks: vec![Remark::refusal(message, help)], until: None }
    }
}

impl Remark {
    const fn note(rule: &'static str, message: &'static str, help: &'static str) -> Remark {
        Remark { level: Safety::Safe, rule, message, help }
    }

    const fn review(rule: &'static str, message: &'static str, help: &'static str) -> Remark {
        Remark { level: Safety::Review, rule, message, help }
    }

    const fn refusal(message: &'static str, help: &'static str) -> Remark {
        Remark { level: Safety::Manual, rule: "package-call", message, help }
    }

    /// The finding, at its place.
    pub fn at(self, file: &str, span: Span) -> Finding {
        let Remark { level, rule, message, help } = self;
        match level {
            Safety::Manual => Finding::manual(rule, file, span, message),
            Safety::Review => Finding::review(rule, file, span, message),
            Safety::Safe => Finding::note(rule, file, span, message),
        }
        .help(help)
    }
}

/// Whether a version is known and at least `major.minor`.
fn at_least(version: Option<NextVersion>, major: u32, minor: u32) -> bool {
    version.is_some_and(|version| (version.major, version.minor) >= (major, minor))
}
