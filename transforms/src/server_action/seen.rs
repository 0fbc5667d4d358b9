//! What the calls of a handler show to those who review its action: whether it checks its input, and whether anything but a
//! message leaves it.
//!
//! ```ts
//! const { email } = contactSchema.parse(body);              // a check
//! await resend.emails.send({ to: email });                  // nothing that a page shows changes
//! ```

use crate::syntax::ast::{BinExpr, BinaryOp, CallExpr, Expr, UnaryExpr, UnaryOp};
use crate::syntax::{Function, Visit, VisitWith, bare, ident, member_name};

/// What is seen.
pub struct Calls {
    /// Something looks at values before they are used: a schema, `typeof`, a function that is called for that.
    pub checks: bool,
    /// It sends mail or asks a model, and calls nothing that sounds as if it changed data.
    pub only_sends: bool,
}

impl Calls {
    /// Looks at `functions`: a handler and what is around it.
    pub fn of<'f>(functions: impl Iterator<Item = Function<'f>>) -> Calls {
        let mut seen = Seen::default();
        for block in functions.filter_map(Function::block) {
            block.stmts.visit_with(&mut seen);
        }
        Calls { checks: seen.checks, only_sends: seen.sends && !seen.changes }
    }
}

#[derive(Default)]
struct Seen {
    checks: bool,
    sends: bool,
    changes: bool,
}

/// Words of functions that look at a value. `parseBody()` and `parseFloat()` only read one.
const CHECKS: [&str; 4] = ["valid", "assert", "check", "schema"];

/// Members of schemas.
const OF_SCHEMAS: [&str; 5] = ["parse", "safeParse", "parseAsync", "safeParseAsync", "cast"];

/// Objects that have a `parse`, too, which looks at no more than the form of a text.
const READERS: [&str; 6] = ["JSON", "Date", "qs", "querystring", "url", "path"];

/// Words of functions that ask who somebody is, or how often they called, as `isAdmin()` and `checkRateLimit()` do.
const PEOPLE: [&str; 11] =
    ["admin", "owner", "auth", "logged", "signed", "allowed", "member", "session", "permission", "access", "limit"];

/// Words of calls that change data somewhere.
const CHANGES: [&str; 21] = [
    "create",
    "update",
    "delete",
    "destroy",
    "remove",
    "insert",
    "upsert",
    "save",
    "add",
    "push",
    "put",
    "patch",
    "replace",
    "increment",
    "decrement",
    "execute",
    "query",
    "mutate",
    "transaction",
    "store",
    "write",
];

/// Clients of mail and of models, by a word in what is called: `openai.chat.completions.create`.
const SENDERS: [&str; 14] = [
    "sendmail",
    "sendemail",
    "emails.send",
    "batch.send",
    "mail.send",
    "sgmail.",
    "transporter.",
    "resend.",
    "chat.completions.create",
    "openai.",
    "anthropic.",
    "generatetext",
    "generateobject",
    "generatecontent",
];

impl Seen {
    fn call(&mut self, path: &[String]) {
        let Some((name, object)) = path.split_last() else { return };
        let low = name.to_ascii_lowercase();
        let on = object.last().map(String::as_str);
        let is_reader = on.is_some_and(|on| READERS.contains(&on));
        let of_schema = OF_SCHEMAS.contains(&name.as_str()) && !object.is_empty() && !is_reader;
        let named = CHECKS.iter().any(|word| low.contains(word)) || name.starts_with("is") || name.ends_with("Errors");
        self.checks |= of_schema || (named && !PEOPLE.iter().any(|word| low.contains(word)));

        let whole = path.join(".").to_ascii_lowercase();
        // Of what every program has.
        let is_builtin = on.is_some_and(|on| matches!(on, "Object" | "Math" | "Array" | "headers" | "URLSearchParams"));
        if SENDERS.iter().any(|word| whole.contains(word)) {
            self.sends = true;
        } else if !is_builtin {
            self.changes |= CHANGES.iter().any(|word| low.contains(word));
        }
    }
}

impl Visit for Seen {
    fn visit_call_expr(&mut self, call: &CallExpr) {
        if let Some(path) = call.callee.as_expr().and_then(|callee| path_of(callee)) {
            self.call(&path);
        }
        call.visit_children_with(self);
    }

    fn visit_tagged_tpl(&mut self, tagged: &crate::syntax::ast::TaggedTpl) {
        // `` sql`update …` ``.
        self.changes = true;
        tagged.visit_children_with(self);
    }

    fn visit_unary_expr(&mut self, unary: &UnaryExpr) {
        self.checks |= unary.op == UnaryOp::TypeOf && ident(&unary.arg).is_none_or(|name| &*name.sym != "window");
        unary.visit_children_with(self);
    }

    fn visit_bin_expr(&mut self, bin: &BinExpr) {
        // `readBody` gives a response where it cannot read; errors are no input.
        let named = ident(&bin.right).map(|name| name.sym.to_string()).unwrap_or_default();
        self.checks |= bin.op == BinaryOp::InstanceOf && !named.ends_with("Response") && !named.ends_with("Error");
        bin.visit_children_with(self);
    }
}

/// `['openai', 'chat', 'completions', 'create']`; what is called before is left out.
fn path_of(callee: &Expr) -> Option<Vec<String>> {
    match bare(callee) {
        Expr::Ident(name) => Some(vec![name.sym.to_string()]),
        Expr::Member(member) => {
            let mut path = path_of(&member.obj).unwrap_or_else(|| vec![String::new()]);
            path.push(member_name(member)?);
            Some(path)
        }
        _ => None,
    }
}
