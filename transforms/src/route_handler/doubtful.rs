//! Values that a `Response` takes otherwise than `res` did (reference, section 3.1): a header that is `undefined`,
//! which threw, and a status outside of 200 to 599, which was sent. Only what the client itself sends is looked at,
//! since that may be anything; and URLs of redirects that the code itself says may be missing. And an `ETag` of its own,
//! in whose place `json` and `send` put theirs.
//!
//! ```ts
//! res.setHeader('X-Trace', req.headers['x-trace'])   // a request without it was a 500, now the text `undefined` is sent
//! res.redirect(user?.avatar)                         // no user was a 500, now the text `undefined` is sent
//! res.status(Number(req.query.status))               // 600 was sent, now it is a 500
//! res.setHeader('ETag', version)                     // was replaced by `res.json(…)`, now it is sent
//! ```

use super::payload::Constants;
use crate::finding::Finding;
use crate::pages_api::{Carrier, Part, Payload};
use crate::syntax::ast::{BinaryOp, Expr, Id, Lit, Pat, VarDeclarator};
use crate::syntax::{Module, Span, Visit, VisitWith, bare, bound_ids, callee_ident, span_of};

/// What is to be said of the headers and statuses that `carrier` sets.
pub fn doubtful(module: &Module, carrier: &Carrier<'_>, constants: &Constants) -> Vec<Finding> {
    let mut findings = Vec::new();
    let ends = |payload: &Payload| matches!(payload, Payload::End(_) | Payload::Redirect(..) | Payload::Stream);
    let mut payloads = carrier.writes.iter().filter_map(|write| write.payload.as_ref()).peekable();
    // Who calls a function that sends nothing sends by whatever, and so do those that this one calls.
    let keeps_tags = carrier.calls.is_empty() && payloads.peek().is_some() && payloads.all(ends);
    for write in &carrier.writes {
        let tags =
            write.headers.iter().filter(|header| !keeps_tags && header.literal_name().as_deref() == Some("etag"));
        for value in tags.filter_map(|header| header.value.as_ref()) {
            let message = "`res.json` and `res.send` put their own tag in place of this `ETag`; now this one is sent";
            let finding = Finding::review("etag-own", &module.path, span_of(value), message);
            findings.push(finding.help(
                "see that it changes whenever the answer does, as browsers may show what they have if it does not; \
                 or remove the header",
            ));
        }
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
        let moved = match &write.payload {
            Some(Payload::Redirect(status, _)) => status.as_ref(),
            _ => None,
        };
        let statuses = write.status.iter().chain(moved);
        findings.extend(statuses.filter_map(|status| out_of_range(module, status, carrier, constants)));
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

fn out_of_range(module: &Module, status: &Expr, carrier: &Carrier<'_>, constants: &Constants) -> Option<Finding> {
    let of = |status: &Expr| out_of_range(module, status, carrier, constants);
    let either = |one: &Expr, other: &Expr| of(one).or_else(|| of(other));
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
        other if constants.as_number(other).is_some_and(|number| !(200.0..600.0).contains(&number)) => {
            let message = "this status is below 200 or beyond 599, which a `Response` cannot have";
            let finding = Finding::manual("status-range", &module.path, span_of(other), message);
            Some(finding.help("answer with another status"))
        }
        other => {
            let span = span_of(other);
            let within = carrier.reads.iter().map(|read| read.span).find(|read| span.contains(*read));
            let read = within.or_else(|| chosen(status, carrier, constants, DEPTH))?;
            let message = "a status below 200 or beyond 599 was sent, now it is a 500; the client chooses it here";
            let finding = Finding::review("status-range", &module.path, read, message);
            Some(finding.help("check the number before it is used"))
        }
    }
}

/// The part of the request that `status` is, or that it is a number of, through constants and variables.
fn chosen(status: &Expr, carrier: &Carrier<'_>, constants: &Constants, depth: usize) -> Option<Span> {
    let depth = depth.checked_sub(1)?;
    let of = |expr: &Expr| chosen(expr, carrier, constants, depth);
    match bare(status) {
        Expr::Ident(name) => {
            let id = name.to_id();
            let taken = carrier.unpacked.iter().find(|unpacked| {
                let parts = unpacked.bound.iter().filter(|(part, _)| part != "method" && part != "url");
                parts.flat_map(|(_, bound)| bound).any(|bound| *bound == id)
            });
            let read = || picked(&id, carrier);
            let values = || constants.all_values(name).into_iter().flatten().find_map(of);
            taken.map(|unpacked| unpacked.declarator).or_else(read).or_else(values)
        }
        Expr::Call(call) if callee_ident(call).is_some_and(|name| matches!(&*name.sym, "Number" | "parseInt")) => {
            of(&call.args.first()?.expr)
        }
        Expr::Unary(unary) => of(&unary.arg),
        Expr::Cond(choice) => of(&choice.cons).or_else(|| of(&choice.alt)),
        Expr::Bin(bin) if matches!(bin.op, BinaryOp::LogicalOr | BinaryOp::NullishCoalescing) => {
            of(&bin.left).or_else(|| of(&bin.right))
        }
        other => {
            let span = span_of(other);
            carrier.reads.iter().map(|read| read.span).find(|read| span == *read)
        }
    }
}

/// The part of the request out of which a pattern takes `name`: `const { code } = req.body`.
fn picked(name: &Id, carrier: &Carrier<'_>) -> Option<Span> {
    let mut search = Picked { name, carrier, found: None };
    carrier.function.block()?.visit_with(&mut search);
    search.found
}

struct Picked<'p, 'a> {
    name: &'p Id,
    carrier: &'p Carrier<'a>,
    found: Option<Span>,
}

impl Visit for Picked<'_, '_> {
    fn visit_var_declarator(&mut self, declarator: &VarDeclarator) {
        if let (Pat::Object(_), Some(value)) = (&declarator.name, declarator.init.as_deref())
            && bound_ids(&declarator.name).contains(self.name)
        {
            let span = span_of(bare(value));
            self.found = self.carrier.reads.iter().map(|read| read.span).find(|read| *read == span);
        }
        declarator.visit_children_with(self);
    }
}
