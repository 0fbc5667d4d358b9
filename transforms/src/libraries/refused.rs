//! Packages that need a hand: what was found and what to do, instead of a general refusal.

use super::{Library, Route};

/// Functions that are handed `req` and `res`: package, name, what is said, what to do.
const CALLS: &[(&str, &[&str], &str, &str)] = &[
    (
        "micro",
        &["buffer", "text", "json", "send", "sendError"],
        "this function of micro reads Node's request or writes to its response",
        "read the body with `await req.json()` or `req.text()`, and return `NextResponse.json(data, { status })`",
    ),
    (
        "raw-body",
        &["default"],
        "raw-body reads Node's request, here with options of its own",
        "read it with `await req.text()`, or with `Buffer.from(await req.arrayBuffer())`, and check a limit by hand",
    ),
    (
        "formidable",
        &["default", "formidable", "IncomingForm"],
        "formidable reads Node's request",
        "read the form with `await req.formData()`; its files are `File`s in memory",
    ),
    (
        "next-http-proxy-middleware",
        &["default"],
        "next-http-proxy-middleware writes to Node's `res`",
        "use a rewrite in `next.config.js`, or keep this endpoint in pages/api",
    ),
    (
        "@clerk/nextjs",
        &["getAuth"],
        "`getAuth` of `@clerk/nextjs` works in the Pages Router only in old versions",
        "import it from `@clerk/nextjs/server` first",
    ),
];

/// Functions that make the handler: package, names, what is said, what to do.
const ROUTES: &[(&str, &[&str], &str, &str)] = &[
    (
        "next-connect",
        &["default", "createRouter", "nc"],
        "next-connect makes the handler here, in a form that is not followed",
        "make one router in a constant at the top of the file, and export that as default",
    ),
    (
        "next-iron-session",
        &["withIronSession"],
        "next-iron-session puts a session on `req` that is read and set by its methods",
        "upgrade to iron-session 6 first, whose `withIronSessionApiRoute` is migrated",
    ),
    (
        "@upstash/qstash/nextjs",
        &["servePagesRouter"],
        "`servePagesRouter` takes Node's request",
        "use `serve` of the same package, which serves Route Handlers",
    ),
    (
        "next-swagger-doc",
        &["withSwagger"],
        "`withSwagger` answers through Node's `res`",
        "answer with `NextResponse.json(createSwaggerSpec(options))`, from the same package",
    ),
    (
        "next-axiom",
        &["withAxiom", "withAxiomNextApiHandler"],
        "`withAxiom` for the Pages Router writes its log when `res` is answered",
        "upgrade `next-axiom` to 1, whose `withAxiom` takes Route Handlers",
    ),
    (
        "trpc-openapi",
        &["createOpenApiNextHandler"],
        "trpc-openapi answers through Node's `res`",
        "keep this endpoint in pages/api, or use an adapter for the Fetch API",
    ),
    (
        "@clerk/nextjs/api",
        &["requireAuth", "withAuth", "requireSession"],
        "this wrapper of Clerk puts the session on `req`",
        "call `auth()` from `@clerk/nextjs/server` in the handler",
    ),
    (
        "http-proxy-middleware",
        &["createProxyMiddleware"],
        "http-proxy-middleware writes to Node's `res`",
        "use a rewrite in `next.config.js`, or keep this endpoint in pages/api",
    ),
];

/// Packages whose objects are handed Node's request, and what to do.
const OBJECTS: &[(&str, &str)] = &[
    (
        "formidable",
        "formidable reads Node's request: read the form with `await req.formData()`, whose files are `File`s",
    ),
    ("multer", "wait for its middleware, `await runMiddleware(req, res, upload.single('file'))`, which is migrated"),
    (
        "express-validator",
        "express-validator reads and changes Node's request, and keeps its results there: hand `run` and `validationResult` \
         one object of your own, `{ body, query, headers, cookies }`",
    ),
    (
        "busboy",
        "busboy reads Node's request: hand it `Readable.fromWeb(req.body)` and `Object.fromEntries(req.headers)`",
    ),
    (
        "cookies",
        "hand `req` and `res` to `new Cookies` as they are, which is migrated, or read and set cookies with `cookies()` \
         from `next/headers`",
    ),
    (
        "http-proxy-middleware",
        "http-proxy-middleware writes to Node's `res`: use a rewrite in `next.config.js`, or keep this endpoint",
    ),
    (
        "trpc-openapi",
        "trpc-openapi answers through Node's `res`: keep this endpoint, or use an adapter for the Fetch API",
    ),
    ("multiparty", "multiparty reads Node's request: read the form with `await req.formData()`"),
    ("http-proxy", "http-proxy writes to Node's `res`: use a rewrite in `next.config.js`, or keep this endpoint"),
    ("@tus/server", "use `handleWeb(req)` of `@tus/server` 2, which takes a web `Request`"),
];

pub(super) fn advice(specifier: &str) -> Option<&'static str> {
    OBJECTS.iter().find(|(package, _)| *package == specifier).map(|(_, help)| *help)
}

pub(super) fn known(specifier: &str, name: &str) -> Option<Library> {
    let (_, _, message, help) = find(CALLS, specifier, name)?;
    Some(Library::refused(message, help))
}

pub(super) fn route(specifier: &str, name: &str) -> Option<Route> {
    let (_, _, message, help) = find(ROUTES, specifier, name)?;
    Some(Route::refused(message, help))
}

type Row = (&'static str, &'static [&'static str], &'static str, &'static str);

fn find(table: &'static [Row], specifier: &str, name: &str) -> Option<&'static Row> {
    table.iter().find(|(package, names, ..)| *package == specifier && names.contains(&name))
}
