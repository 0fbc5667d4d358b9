//! next-connect (read in 0.13.0 and 1.0.0). Version 1 has a router for each kind of handlers, and all else stays:
//!
//! ```ts
//! const router = createRouter<NextApiRequest, NextApiResponse>();
//! router.use(auth).get(list);
//! export default router.handler({ onError });
//! // →
//! const router = createEdgeRouter<NextRequest, { params: Promise<any> }>();
//! router.use(auth).get(list);
//! export const GET = router.handler({ onError });
//! ```
//!
//! Version 0 has none, so the generated `connectRouter` takes the place of its default export. What differs between the
//! two is kept: version 0 answers errors with their own message and status, and `next()` gives nothing and never fails;
//! version 1 logs them and answers "Internal Server Error", and `await next()` fails as what comes behind does.
//!
//! Methods without a function are refused with 404 by either, unless `onNoMatch` says otherwise; Next refuses them with
//! 405 as it does for other handlers, so that `onNoMatch` goes.

use super::{Remark, at_least};
use crate::pages_api::Maker;
use crate::project::NextVersion;

const TOO_OLD: Remark = Remark::refusal(
    "before version 0.10, next-connect went on behind errors in other ways",
    "upgrade `next-connect` first",
);

/// What functions of `use` answered for methods that the router has nothing for.
pub const USES_FOR_ALL: Remark = Remark::review(
    "package-version",
    "before version 0.13, functions of `use` run for every method, and may answer those that the router has nothing for; \
     now Next answers these",
    "upgrade `next-connect` first, and see what other methods answer",
);

/// What options say of the handlers that they are made for, in place of `RequestHandler<…>` of the old router.
pub const HANDLER_TYPE: &str = "(req: any, context: any) => any";

/// Whether functions of `use` run for methods that the router has nothing for, as before 0.13.
pub fn uses_for_all(maker: Maker, version: Option<NextVersion>) -> bool {
    maker == Maker::Old && version.is_some() && !at_least(version, 0, 13)
}

/// Whether the router comes back once its functions have, as from 0.12 on.
pub fn is_waited_for(maker: Maker, version: Option<NextVersion>) -> bool {
    maker == Maker::New || version.is_none() || at_least(version, 0, 12)
}

/// Headers of `cors` that were on `res` already when something failed.
pub const CORS_AND_ERRORS: Remark = Remark::review(
    "headers-shared",
    "what `onError` answers had the CORS headers, too, and now browsers of other origins cannot read it",
    "set them in `onError` where other origins need to read errors",
);

/// Why a router cannot be migrated with this version of the package.
pub fn refusal(maker: Maker, version: Option<NextVersion>) -> Option<Remark> {
    (maker == Maker::Old && version.is_some() && !at_least(version, 0, 10)).then_some(TOO_OLD)
}
