//! request-ip (read in 2.2.0 and 3.3.0, types in @types/request-ip 0.0.41).
//!
//! ```ts
//! const ip = requestIp.getClientIp(req);
//! // →
//! const ip = requestIp.getClientIp({ headers: Object.fromEntries(req.headers) } as any);
//! ```
//!
//! It looks through the headers, `x-forwarded-for` among the first, and only then at the socket. Next puts the
//! socket's address into `x-forwarded-for` where nobody did, for both routers, in every 14 and later (read in
//! 14.0.0, 14.2.35 and 15.0.0), so that the socket is never asked.

use super::{Call, Library, Remark};

const SOCKET: Remark = Remark::review(
    "client-address",
    "a Route Handler cannot ask the socket for the address of the client, and before Next 14 no header may hold it",
    "check that a proxy in front of the app sets `x-forwarded-for`",
);

pub(super) fn known(specifier: &str, name: &str) -> Option<Library> {
    match (specifier, name) {
        ("request-ip", "getClientIp" | "default.getClientIp") => {
            Some(Library { since: Some((14, SOCKET)), ..Library::new(Call::WithHeaders) })
        }
        ("request-ip", "mw" | "default.mw") => Some(Library::refused(
            "request-ip's middleware puts the address on `req`, which a Route Handler has no place for",
            "call `getClientIp(req)` where the address is needed",
        )),
        _ => None,
    }
}
