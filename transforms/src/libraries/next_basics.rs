//! next-basics (read in 0.7.0, 0.18.0, 0.27.0, 0.35.0 and 0.39.0, which do the same).
//!
//! ```ts
//! return ok(res, { id });                                   return NextResponse.json({ id });
//! return badRequest(res, 'No name.');                  →    return new NextResponse('No name.', { status: 400 });
//! return unauthorized(res);                                 return new NextResponse('401 Unauthorized', { status: 401 });
//! ```
//!
//! What is `undefined` counts as left out. The refusals end the response with text, and set no content type.
//!
//! `createMiddleware(fn)` makes a function that waits for a connect-style middleware: its promise rejects an instance of
//! `Error` that the middleware calls back with, and gives anything else.

use super::Sender;

/// Whether `name` of the package makes functions that wait for a middleware.
pub(super) fn waits(specifier: &str, name: &str) -> bool {
    (specifier, name) == ("next-basics", "createMiddleware")
}

/// What `name` of the package sends.
pub(super) fn sends(specifier: &str, name: &str) -> Option<Sender> {
    let refusal = |status, otherwise| Some(Sender::Text { status, otherwise });
    match (specifier, name) {
        ("next-basics", "ok" | "json") => Some(Sender::Json),
        ("next-basics", "send") => Some(Sender::Typed { otherwise: "text/plain" }),
        ("next-basics", "redirect") => Some(Sender::Redirect { status: 303 }),
        ("next-basics", "badRequest") => refusal(400, "400 Bad Request"),
        ("next-basics", "unauthorized") => refusal(401, "401 Unauthorized"),
        ("next-basics", "forbidden") => refusal(403, "403 Forbidden"),
        ("next-basics", "notFound") => refusal(404, "404 Not Found"),
        ("next-basics", "methodNotAllowed") => refusal(405, "405 Method Not Allowed"),
        ("next-basics", "tooManyRequest") => refusal(429, "429 Too Many Request"),
        ("next-basics", "serverError") => refusal(500, "500 Internal Server Error"),
        _ => None,
    }
}
