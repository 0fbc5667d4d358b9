//! `express-validator` 6 and 7 (read and run in 6.9.2, 6.15.0 and 7.2.1).
//!
//! ```ts
//! await Promise.all(rules.map((rule) => rule.run(req)));
//! const errors = validationResult(req);
//! // →
//! const input = { body, query, headers: Object.fromEntries(req.headers), cookies: … };
//! await Promise.all(rules.map((rule) => rule.run(input)));
//! const errors = validationResult(input);
//! ```
//!
//! The package reads `body`, `cookies`, `headers`, `params` and `query` of what it is given, keeps its results there, and
//! puts what its sanitizers make of a value into the same objects. Custom functions are handed all of it.

use super::Remark;

/// The results would be looked for on another object.
pub const APART: Remark = Remark::refusal(
    "`express-validator` keeps the results of rules on the request, and they are not asked for where the rules are run",
    "hand `run` and `validationResult` one object of your own, `{ body, query, headers, cookies }`",
);

/// Custom functions want more.
pub const READS_MORE: Remark = Remark::refusal(
    "a custom rule or a schema of `express-validator` may read more of the request than its body, query, headers and cookies",
    "let custom functions take `{ req }` apart and read these four, or hand `run` and `validationResult` one object of your own",
);

/// The handler reads body and query by itself.
pub const IN_WRAPPER: Remark = Remark::refusal(
    "sanitizers of `express-validator` change the body and the query here, and the handler would read them anew",
    "call the rules in the handler, and hand `run` and `validationResult` one object, `{ body, query, headers, cookies }`",
);
