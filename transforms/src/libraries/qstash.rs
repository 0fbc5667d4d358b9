//! `@upstash/qstash`, whose wrapper checks who sends a message (read in 2.2.0, 2.5.0, 2.7.0, 2.7.10 and 2.12.0).
//!
//! ```ts
//! export const config = { api: { bodyParser: false } };
//!
//! export default verifySignature(handler);      →      export const POST = verifySignatureAppRouter(handler);
//! ```
//!
//! Both take the same options and verify in the same way; an invalid signature is thrown by either. The old one puts
//! the body on `req`, parsed if the content type is exactly `application/json`, else and if that fails as text; the new
//! one leaves it to be read. Route parameters are handed on since 2.7.10.

use super::{Remark, Route, Versions, Wraps, at_least};

const STATUS: Remark = Remark::review(
    "signature-status",
    "a message without a signature was refused with 400, and `verifySignatureAppRouter` refuses it with 403",
    "QStash signs every message; look at what else calls this, and at alerts that tell these apart",
);

const BODY: Remark = Remark::review(
    "body-content-type",
    "`verifySignature` parsed JSON only where the content type was exactly `application/json`, and gave text else, also \
     for JSON that does not parse or an empty body; now the first is answered with 400 before the handler runs, and the \
     second is `{}`",
    "QStash sends the content type of whoever published the message: see that it is `application/json`, and that the \
     handler need not parse text itself",
);

const OLD: Remark = Remark::review(
    "package-version",
    "`verifySignatureAppRouter` is there from version 2.2 of `@upstash/qstash` on",
    "see that 2.2 or later is installed",
);

pub(super) fn route(specifier: &str, name: &str, versions: &Versions<'_>) -> Option<Route> {
    (is_it(specifier, name) && wraps(specifier, name, versions).is_none()).then(|| {
        Route::refused(
            "this version of `@upstash/qstash` is not known to have `verifySignatureAppRouter`",
            "upgrade it to 2.8 or later first",
        )
    })
}

pub(super) fn wraps(specifier: &str, name: &str, versions: &Versions<'_>) -> Option<Wraps> {
    let version = versions("@upstash/qstash");
    (is_it(specifier, name) && at_least(version, 2, 0)).then(|| Wraps {
        named: Some("verifySignatureAppRouter"),
        parses: Some(BODY),
        params: at_least(version, 2, 8),
        remarks: [STATUS].into_iter().chain((!at_least(version, 2, 2)).then_some(OLD)).collect(),
    })
}

fn is_it(specifier: &str, name: &str) -> bool {
    matches!(specifier, "@upstash/qstash/nextjs" | "@upstash/qstash/dist/nextjs") && name == "verifySignature"
}
