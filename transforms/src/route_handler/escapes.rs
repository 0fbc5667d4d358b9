//! Where `req` or `res` goes out of sight: what was seen, and what to do by hand.

use crate::finding::Finding;
use crate::libraries;
use crate::pages_api::{Carrier, EscapeKind, Role};
use crate::project::imports;
use crate::syntax::Module;

/// What is said of each place where `carrier` lets go of what it carries.
pub fn escapes(module: &Module, carrier: &Carrier<'_>) -> Vec<Finding> {
    let name = |role: Role| match role {
        Role::Req => carrier.req.as_ref().map_or("req".to_owned(), |id| id.0.to_string()),
        Role::Res => carrier.res.as_ref().map_or("res".to_owned(), |id| id.0.to_string()),
    };
    let mut findings = Vec::new();
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
            (EscapeKind::Extended(member), _) => (
                "request-extended",
                format!("`{what}.{member}` is changed here, and on the new request it cannot be"),
                "pass the value on as an argument",
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
