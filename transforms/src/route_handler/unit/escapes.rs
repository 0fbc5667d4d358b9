//! What is said where `req` or `res` goes out of sight, and the type of the body.

use crate::finding::Finding;
use crate::libraries;
use crate::pages_api::{Carrier, EscapeKind, Role, constant, root_of};
use crate::project::imports;
use crate::route_handler::puts;
use crate::syntax::ast::{Expr, Id, Pat, TsType};
use crate::syntax::{Module, bare};

/// The findings about what `carrier` loses sight of.
pub fn escapes(module: &Module, carrier: &Carrier<'_>) -> Vec<Finding> {
    let name = |role: Role| match role {
        Role::Req => carrier.req.as_ref().map_or("req".to_owned(), |id| id.0.to_string()),
        Role::Res => carrier.res.as_ref().map_or("res".to_owned(), |id| id.0.to_string()),
    };
    let mut findings = puts::own(module, carrier);
    let known = imports(module).into_values();
    let known = known.filter_map(|import| Some((import.statement.start, libraries::advice(&import.specifier)?)));
    let advice = known.min().map(|(_, help)| help);
    for escape in &carrier.escapes {
        let what = name(escape.role);
        let (rule, message, help): (_, _, &str) = match (&escape.how, escape.role) {
            (EscapeKind::Argument(callee), Role::Res) if callee.ends_with(".pipe") || callee == "pipeline" => (
                "response-escapes",
                format!("a stream is piped into `{what}`, and how it ends and fails shows in the answer"),
                "return `new Response(Readable.toWeb(stream))` by hand, or keep this endpoint in pages/api",
            ),
            (EscapeKind::Argument(callee), _) => (
                "carrier-elsewhere",
                format!("`{what}` is handed to `{callee}`, which is no function that we can follow"),
                match advice {
                    Some(advice) => advice,
                    None if is_of_package(module, callee) => OF_PACKAGE,
                    None => "migrate that function together with this endpoint, or pass it only what it needs",
                },
            ),
            (EscapeKind::Member(member), _) if matches!(member.as_str(), "write" | "flush" | "flushHeaders") => (
                "response-member",
                format!("the response is written piece by piece (`{what}.{member}`)"),
                "return a `ReadableStream` as body by hand, or keep this endpoint in pages/api",
            ),
            (EscapeKind::Pieces(why), _) => (
                "response-member",
                format!("the response is written piece by piece here, and {why}"),
                "set status and headers first, write all pieces last, and answer in other ways before that",
            ),
            (EscapeKind::Handlers(callee), _) => (
                "handlers-handed",
                format!("`{callee}` calls handlers that it is given, and those given here cannot all be told"),
                "hand over functions of this file, by name or in an object literal, in the endpoint itself",
            ),
            (EscapeKind::Untaught(why), _) => {
                ("helper-rule", why.clone(), "add a `[[helper]]` for it to `routelift.toml`, or change the call")
            }
            (EscapeKind::Package(remark), _) => {
                findings.push(remark.at(&module.path, escape.span));
                continue;
            }
            (EscapeKind::Member(member), _) => (
                "response-member",
                format!("`{what}.{member}` is used in a way that has no counterpart we know"),
                "build the `Response` by hand, or keep this endpoint in pages/api",
            ),
            (EscapeKind::Next(name), _) => (
                "send-in-callback",
                format!("`{name}` answers when it is called, and more is done with it here than that"),
                "call it, and return what it gives",
            ),
            (EscapeKind::Done(name), _) => (
                "middleware-next",
                format!("more is done with `{name}` here than to call it"),
                "call it in the middleware itself, last thing on each way that does not answer",
            ),
            (EscapeKind::Extended(member), _) => (
                "request-extended",
                format!("`{what}.{member}` is changed here, and on the new request it cannot be"),
                "pass the value on as an argument",
            ),
            (EscapeKind::Bare(callee), _) => (
                "carrier-elsewhere",
                format!("`{callee}` is called without `req` and `res` here, and with one of them elsewhere"),
                "hand them over here, too, or call a function of its own that does without",
            ),
            (EscapeKind::Value, Role::Res) => (
                "response-escapes",
                format!("`{what}` is stored, returned or passed on"),
                "answer with `return` in the handler itself",
            ),
            (EscapeKind::Value, Role::Req) => (
                "request-escapes",
                format!("`{what}` is stored, returned or passed on"),
                "read what is needed in the handler and pass that on",
            ),
        };
        findings.push(Finding::manual(rule, &module.path, escape.span, message).help(help));
    }
    findings
}

const OF_PACKAGE: &str = "look whether its package has one for Route Handlers, which takes a web `Request`, or keep the \
                          endpoint in pages/api";

/// Whether `callee`, as it is written, begins with what a package exports, or with a constant that such a function makes.
fn is_of_package(module: &Module, callee: &str) -> bool {
    let all = imports(module);
    let is_package = |id: &Id| all.get(id).is_some_and(|import| names_package(&import.specifier));
    let written = callee.strip_prefix("new ").unwrap_or(callee);
    let end =
        written.find(|char: char| !(char.is_alphanumeric() || matches!(char, '_' | '$'))).unwrap_or(written.len());
    let mut meant = module.references().keys().filter(|id| *id.0 == written[..end]);
    meant.any(|id| {
        let maker = constant(module, id).and_then(maker).and_then(root_of);
        is_package(id) || maker.is_some_and(|maker| is_package(&maker.to_id()))
    })
}

/// What makes `value`: `rateLimit({ … })`, `new Limiter()`.
fn maker(value: &Expr) -> Option<&Expr> {
    match bare(value) {
        Expr::Call(call) => call.callee.as_expr().map(|callee| &**callee),
        Expr::New(new) => Some(&new.callee),
        _ => None,
    }
}

/// Whether a specifier is the name of a package, and certainly no path from the root of the app.
fn names_package(specifier: &str) -> bool {
    match specifier.strip_prefix('@') {
        Some(scoped) => !scoped.starts_with('/') && scoped.matches('/').count() == 1,
        None => !specifier.starts_with(['.', '#', '~']) && !specifier.contains(['/', ':']),
    }
}

/// `Data` of `NextApiResponse<Data>`, to check bodies against it as before.
pub fn body_type(module: &Module, carrier: &Carrier<'_>) -> Option<String> {
    let params = carrier.function.params();
    let (param, _) = params.into_iter().zip(&carrier.roles).find(|(_, role)| **role == Some(Role::Res))?;
    let Pat::Ident(binding) = param else { return None };
    let TsType::TsTypeRef(reference) = &*binding.type_ann.as_ref()?.type_ann else { return None };
    let argument = reference.type_params.as_ref()?.params.first()?;
    let text = module.text_of(&**argument);
    (!matches!(text, "any" | "unknown")).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::is_of_package;
    use crate::syntax::Module;

    #[test]
    fn packages_and_what_they_make() {
        let text = "import { limit } from 'limits'; import { own } from 'lib/own'; import * as auth from '@acme/auth';\n\
                    const limiter = limit(), mine = own();\n\
                    export default (req) => [limiter.check(req), auth.read(req), mine(req), limit(req), own(req)];";
        let module = Module::parse("pages/api/x.js", text.into()).unwrap();
        let of_package = |callee: &str| is_of_package(&module, callee);
        assert!(
            of_package("limiter.check") && of_package("auth.read") && of_package("limit") && of_package("new limit")
        );
        assert!(!of_package("mine") && !of_package("own") && !of_package("gone") && !of_package(""));
    }
}
