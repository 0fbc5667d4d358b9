//! What is said where `req` or `res` goes out of sight, and the type of the body.

use crate::finding::Finding;
use crate::libraries;
use crate::pages_api::{Carrier, EscapeKind, Role};
use crate::project::imports;
use crate::route_handler::puts;
use crate::syntax::Module;
use crate::syntax::ast::{Pat, TsType};

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
                advice.unwrap_or("migrate that function together with this endpoint, or pass it only what it needs"),
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
