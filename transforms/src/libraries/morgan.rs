//! `morgan`, a middleware that writes a line for each request, of Node's `req` and `res`. It answers nothing and sets
//! nothing, so that a router can do without it; but the lines are gone, which a person has to know.
//!
//! ```ts
//! router.use(morgan('dev')).get(list);
//! // →
//! router.get(list);
//! ```

use super::Remark;

/// The package.
pub const PACKAGE: &str = "morgan";

/// Nobody writes the lines any more.
pub const DROPPED: Remark = Remark::review(
    "access-log",
    "`morgan` wrote a line for each request here, of Node's `req` and `res`, and a Route Handler has neither: that log ends",
    "log requests in Next's `middleware`, or where they come in: the host, or a proxy in front of Next",
);
