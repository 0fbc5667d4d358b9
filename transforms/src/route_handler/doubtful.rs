//! Values that a `Response` takes otherwise than `res` did (reference, section 3.1): a header that is `undefined`,
//! which threw, and a status outside of 200 to 599, which was sent. Only what the client itself sends is looked at,
//! since that may be anything; and URLs of redirects that the code itself says may be missing.
//!
//! ```ts
//! res.setHeader('X-Trace', req.headers['x-trace'])   // a request without it was a 500, now the text `undefined` is sent
//! res.redirect(user?.avatar)                         // no user was a 500, now the text `undefined` is sent
//! res.status(Number(req.query.status))               // 600 was sent, now it is a 500
//! ```

use super::payload::Constants;
use crate::finding::Finding;
use crate::pages_api::{Carrier, Part, Payload};
use crate::syntax::ast::{BinaryOp, Expr, Lit};
use crate::syntax::{Module, bare, span_of};

/// What is to be said of the headers and statuses that `carrier` sets.
pub fn doubtful(module: &Module, carrier: &Carrier<'_>, constants: &Constants) -> Vec<Finding> {
    let mut findings = Vec::new();
    for write in &carrier.writes {
        let values = write.headers.iter().filter_map(|header| header.value.as_ref());
        for value in values.filter(|value| may_be_missing(value, carrier, constants)) {
            let message = "a request may come without this; `setHeader` threw then, now the text `undefined` is sent";
            let finding = Finding::review("header-undefined", &module.path, span_of(value), message);
            findings.push(finding.help("set the header only where there is a value"));
        }
        if let Some(Payload::Redirect(_, url)) = &write.payload
            && (may_be_missing(url, carrier, constants) || is_nullable(url, constants, DEPTH))
        {
            let message = "there may be no URL here; `redirect` threw then, now the text `undefined` or `null` is sent";
            let finding = Finding::review("redirect-undefined", &module.path, span_of(url), message);
            findings.push(finding.help("redirect only where there is a URL"));
        }
        findings.extend(write.status.as_ref().and_then(|status| out_of_range(module, status, carrier)));
    }
    findings
}

/// Whether `value` is a part of the request just as it came, or a constant that holds one, and nothing checks it.
fn may_be_missing(value: &Expr, carrier: &Carrier<'_>, constants: &Constants) -> bool {
    let of_request = |expr: &Expr| {
        let span = span_of(bare(expr));
        let optional = |part: &Part| matches!(part, Part::Header(_) | Part::QueryKey(_) | Part::Cookie(_));
        carrier.reads.iter().any(|read| read.span == span && optional(&read.part))
    };
    if constants.is_given(value) {
        return false;
    }
    match bare(value) {
        Expr::Ident(name) => constants.value(name).is_some_and(of_request),
        other => of_request(other),
    }
}

/// How many constants and operators are looked through.
const DEPTH: usize = 8;

/// Whether the code itself says that `value` may be `null` or `undefined`: `user?.avatar`, `url ?? null`.
fn is_nullable(value: &Expr, constants: &Constants, depth: usize) -> bool {
    let Some(depth) = depth.checked_sub(1) else { return false };
    let nullable = |value: &Expr| is_nullable(value, constants, depth);
    match bare(value) {
        Expr::OptChain(_) | Expr::Lit(Lit::Null(_)) => true,
        Expr::Bin(bin) => matches!(bin.op, BinaryOp::LogicalOr | BinaryOp::NullishCoalescing) && nullable(&bin.right),
        Expr::Cond(choice) => nullable(&choice.cons) || nullable(&choice.alt),
        Expr::Ident(name) if constants.is_checked(name) => false,
        Expr::Ident(name) => &*name.sym == "undefined" || constants.value(name).is_some_and(nullable),
        _ => false,
    }
}

fn out_of_range(module: &Module, status: &Expr, carrier: &Carrier<'_>) -> Option<Finding> {
    let either =
        |one: &Expr, other: &Expr| out_of_range(module, one, carrier).or_else(|| out_of_range(module, other, carrier));
    match bare(status) {
        Expr::Lit(Lit::Num(number)) => (!(200.0..600.0).contains(&number.value)).then(|| {
            let message = "a `Response` cannot have a status below 200 or beyond 599";
            Finding::manual("status-range", &module.path, span_of(status), message).help("answer with another status")
        }),
        // What is asked does not get through.
        Expr::Cond(choice) => either(&choice.cons, &choice.alt),
        Expr::Bin(bin) if matches!(bin.op, BinaryOp::LogicalOr | BinaryOp::NullishCoalescing) => {
            either(&bin.left, &bin.right)
        }
        other => {
            let span = span_of(other);
            let read = carrier.reads.iter().find(|read| span.contains(read.span))?;
            let message = "a status below 200 or beyond 599 was sent, now it is a 500; the client chooses it here";
            let finding = Finding::review("status-range", &module.path, read.span, message);
            Some(finding.help("check the number before it is used"))
        }
    }
}
