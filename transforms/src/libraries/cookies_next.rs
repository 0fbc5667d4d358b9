//! cookies-next 4 to 6 (reference, section 6; read in 4.3.0, 5.1.0 and 6.1.1).
//!
//! ```ts
//! setCookie('theme', theme, { req, res, maxAge: 60 });
//! // →
//! setCookie('theme', theme, { cookies, maxAge: 60 });
//! ```
//!
//! `cookies` is the function of `next/headers`. What it sets goes with the response and is read again by a
//! later `getCookie`, as in the Pages Router. Version 4 calls it without `await`, so not from Next 15 on.

use super::{Call, Held, Library, Remark, Versions, at_least};

const OLD: Remark = Remark::refusal(
    "cookies-next reads cookies of a Route Handler from version 4 on",
    "upgrade `cookies-next` first, or use `cookies()` from `next/headers`",
);

const SYNC: Remark = Remark::refusal(
    "cookies-next 4 does not await `cookies()`, which is a Promise from Next 15 on",
    "upgrade `cookies-next` to 5 and await its functions first",
);

pub(super) fn known(specifier: &str, name: &str, versions: &Versions<'_>) -> Option<Library> {
    if !matches!(specifier, "cookies-next" | "cookies-next/server")
        || !matches!(name, "getCookie" | "getCookies" | "hasCookie" | "setCookie" | "deleteCookie")
    {
        return None;
    }
    let version = versions("cookies-next");
    if !at_least(version, 4, 0) {
        return Some(Library { remarks: vec![OLD], ..Library::new(Call::Refused) });
    }
    let until = (!at_least(version, 5, 0)).then_some((15, SYNC));
    let table = &[("req", Held::Cookies), ("res", Held::Cookies)];
    Some(Library { until, ..Library::new(Call::Object(table)) })
}
