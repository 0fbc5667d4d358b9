//! Rules of `express-validator` that a carrier runs: see [`crate::libraries`].

use std::collections::HashMap;

use crate::libraries::express_validator::{APART, IN_WRAPPER, READS_MORE};
use crate::pages_api::{Carrier, Escape, EscapeKind, Part, Role};
use crate::project::{EXPRESS_VALIDATOR, Import, Imported, Modules};
use crate::syntax::ast::{CallExpr, Id};
use crate::syntax::{bare, callee_ident, member_name};

/// What `call` reads, in a module that imports the package: `rule.run(req)`, `validationResult(req)`.
pub fn validates(imports: &HashMap<Id, Import>, modules: &Modules<'_>, call: &CallExpr) -> Option<Part> {
    let of_package = |import: &Import| import.specifier == EXPRESS_VALIDATOR;
    if let Some(name) = callee_ident(call) {
        let import = imports.get(&name.to_id()).filter(|import| of_package(import))?;
        let asks = import.name == Imported::Name("validationResult".into()) && call.args.len() == 1;
        return asks.then(|| Part::Validated { results: true, sanitizes: modules.validators().sanitize });
    }
    let member = bare(call.callee.as_expr()?).as_member()?;
    let runs = member_name(member).as_deref() == Some("run") && imports.values().any(of_package);
    runs.then(|| Part::Validated { results: false, sanitizes: modules.validators().sanitize })
}

/// Rules are run and asked for their results by one function, or that escapes; so it does where more is read or
/// changed than the object holds that takes the place of the request.
pub fn settle(carrier: &mut Carrier<'_>, modules: &Modules<'_>) {
    let has = |asked: bool| {
        carrier.reads.iter().any(|read| matches!(read.part, Part::Validated { results, .. } if results == asked))
    };
    if !has(true) && !has(false) {
        return;
    }
    let rules = modules.validators();
    let how = match (has(true) && has(false), &rules.reads_more) {
        (false, _) => EscapeKind::Package(APART),
        (true, Some(_)) => EscapeKind::Package(READS_MORE),
        (true, None) if rules.sanitize && carrier.stands_alone() => EscapeKind::Package(IN_WRAPPER),
        (true, None) => return,
    };
    let (lost, kept) =
        std::mem::take(&mut carrier.reads).into_iter().partition(|read| matches!(read.part, Part::Validated { .. }));
    carrier.reads = kept;
    let lost: Vec<_> = lost;
    carrier.escapes.extend(lost.into_iter().map(|read| Escape { span: read.span, role: Role::Req, how: how.clone() }));
}
