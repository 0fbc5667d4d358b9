//! uploadthing 5 to 7 (read in 5.7.4, 6.0.0, 6.13.3 and 7.7.4).
//!
//! ```ts
//! import { createRouteHandler } from 'uploadthing/next-legacy';
//! export default createRouteHandler({ router });
//! // →
//! import { createRouteHandler } from 'uploadthing/next';
//! export const { GET, POST } = createRouteHandler({ router });
//! ```
//!
//! `createNextPageApiHandler` of 5 and 6 is `createNextRouteHandler` there. The file router changes with it, since its
//! callbacks are given `{ req, res, … }` by the one and `{ req, … }`, with the web `Request`, by the other:
//! `route_handler::file_router`.
//!
//! ```ts
//! f({ image: {} }).middleware(async ({ req, res }) => ({ user: await getUser(req, res) }))
//! // →
//! f({ image: {} }).middleware(async ({ req }) => ({ user: await getUser(req) }))
//! ```
//!
//! Both handlers answer `GET` with what the router takes, and `POST`. 5 answers a Route Handler's requests as text,
//! which its own client parses all the same. 6 works out where its servers call back from other headers than before
//! if it is not told. From 6 on the callbacks run in fibers that requests share: those that go on at the same time
//! may see what Next keeps of each other.

use super::{Remark, Route, RouteForm, Versions};
use crate::project::Method;

/// Where the Pages Router's functions come from.
pub const PAGES: &str = "uploadthing/next-legacy";

/// Where those for Route Handlers come from.
pub const ROUTES: &str = "uploadthing/next";

/// What both export alike.
pub const SHARED: [&str; 4] = ["createUploadthing", "FileRouter", "UTFiles", "experimental_UTRegion"];

/// What is said where a callback finds the request by Next's `headers()` and the like.
pub const CONTEXT: Remark = Remark::review(
    "request-context",
    "this reads what Next keeps of the request, and uploadthing runs its callbacks where that may be another one's, if \
     several go on at the same moment",
    "read it from the `req` that the callback is given, if it tells users apart",
);

const TEXT: Remark = Remark::review(
    "package-version",
    "in a Route Handler, uploadthing 5 answers with the content type `text/plain`; its own client does not look at it",
    "upgrade `uploadthing` to 7 first, if others call this endpoint",
);

const CALLBACK: Remark = Remark::review(
    "package-version",
    "uploadthing 6 works out by the request's URL and headers where its servers call back, and in a Route Handler it \
     looks at others of them",
    "set `UPLOADTHING_URL` or `config.callbackUrl`, or upgrade `uploadthing` to 7 first",
);

pub(super) fn route(specifier: &str, name: &str, versions: &Versions<'_>) -> Option<Route> {
    if specifier != PAGES || !matches!(name, "createRouteHandler" | "createNextPageApiHandler") {
        return None;
    }
    let made = |named: &'static str, remarks: Vec<Remark>| Route {
        form: RouteForm::FileRouter { named },
        methods: &[Method::Get, Method::Post],
        remarks,
        until: None,
    };
    let major = versions("uploadthing").map(|version| version.major);
    Some(match (name, major) {
        ("createNextPageApiHandler", Some(5)) => made("createNextRouteHandler", vec![TEXT]),
        ("createNextPageApiHandler", Some(6)) => made("createNextRouteHandler", vec![CALLBACK]),
        ("createRouteHandler", Some(6)) => made("createRouteHandler", vec![CALLBACK]),
        ("createRouteHandler", Some(7)) => made("createRouteHandler", Vec::new()),
        _ => Route::refused(
            "uploadthing is migrated in the versions 5 to 7, and `package.json` does not ask for one that has this function",
            "upgrade `uploadthing` to 7 first, whose callbacks take one object",
        ),
    })
}

/// Whether the callbacks of this version run in fibers that requests share.
pub fn shares_fibers(versions: &Versions<'_>) -> bool {
    versions("uploadthing").is_none_or(|version| version.major >= 6)
}
