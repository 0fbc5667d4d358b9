//! Functions that users know how to replace in a Route Handler.
//!
//! ```toml
//! [[helper]]
//! call = "ok(res, data)"
//! becomes = "NextResponse.json(data)"
//! from = "@acme/http"
//! ```
//!
//! In `call`, `req` and `res` are what the Pages Router gives; other names stand for arguments. A call with another
//! number of arguments is another rule. In `becomes`, `req` is the web `Request`. What makes a `Response` is an answer,
//! and is returned; anything else is a value that stands where the call stood.

use std::collections::BTreeSet;

use super::code::{Code, is_closed, makes_response, parts};
use crate::syntax::ast::{Callee, Expr, ExprOrSpread, ImportSpecifier, ModuleDecl, ModuleItem, Stmt};
use crate::syntax::{Module, bare, callee_ident, ident, member_name, span_of};

/// What somebody wrote.
#[derive(Clone, Debug, Default)]
pub struct HelperText {
    /// `ok(res, data)`.
    pub call: String,
    /// `NextResponse.json(data)`.
    pub becomes: String,
    /// The module that the function is imported from.
    pub from: Option<String>,
    /// Imports that `becomes` needs.
    pub import: Option<String>,
    /// Whether `becomes` gives a `Response`; by default that is seen by its form.
    pub answers: Option<bool>,
}

/// A rule about a function, understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HelperRule {
    /// `ok`, or `http.ok`.
    pub(crate) callee: String,
    /// What its arguments are.
    pub(crate) params: Vec<Param>,
    /// The module that it is imported from, as written.
    pub(crate) from: Option<String>,
    /// The new code, without an `await` at its start.
    pub(crate) becomes: Vec<Part>,
    /// The new code is a `Response`.
    pub(crate) answers: bool,
    /// It is certainly no promise.
    pub(crate) settled: bool,
    /// It starts with `await`.
    pub(crate) awaited: bool,
    /// There is an `await` in it.
    pub(crate) awaits: bool,
    /// It can stand anywhere without parentheses.
    pub(crate) closed: bool,
    /// It evaluates each argument once, in the old order.
    pub(crate) in_order: bool,
    /// The arguments that it certainly evaluates once.
    pub(crate) once: BTreeSet<usize>,
    /// It is a `NextResponse`, by which callers of a helper tell an answer from a value.
    pub(crate) is_next: bool,
    /// The names that it means besides the arguments.
    pub(crate) names: BTreeSet<String>,
    /// Where these come from.
    pub(crate) imports: Vec<RuleImport>,
    /// The settings file that it is in, relative to the project root.
    pub(crate) file: String,
    /// The call, as written.
    call: String,
}

/// An argument of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Param {
    Request,
    Response,
    Value,
}

/// A part of the new code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    Text(String),
    /// The argument at a position of `call`, or the request.
    Argument {
        /// `None` for the request.
        at: Option<usize>,
        /// It is a property in short: `{ data }`.
        key: Option<String>,
        /// Any expression may stand there without parentheses.
        open: bool,
    },
}

/// A name that new code imports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RuleImport {
    pub specifier: String,
    /// `name`, or `name as local`.
    pub name: String,
}

/// Names that new code may use without import.
pub(crate) const GLOBALS: [&str; 19] = [
    "Array",
    "Boolean",
    "Buffer",
    "Date",
    "Error",
    "Headers",
    "JSON",
    "Number",
    "Object",
    "Promise",
    "Response",
    "String",
    "URL",
    "URLSearchParams",
    "console",
    "crypto",
    "globalThis",
    "process",
    "undefined",
];

/// Names of Next, which are imported where they are used.
const OF_NEXT: [&str; 2] = ["NextResponse", "cookies"];

impl HelperRule {
    /// Understands what somebody wrote in `file`, which may be above the project; `Err` says what is wrong with it.
    pub fn parse(text: &HelperText, file: Option<&str>) -> Result<HelperRule, String> {
        let (callee, names, params) = read_call(&text.call)?;
        let imports = text.import.as_deref().map(read_import).transpose()?.unwrap_or_default();
        let module = parse("becomes", &format!("({}\n)", text.becomes.trim()))?;
        let expr = expression(&module).ok_or("`becomes` must be one expression")?;
        let code = Code::of(&module, expr);
        let value = |name: &str| names.iter().position(|own| own == name).filter(|at| params[*at] == Param::Value);
        let mut used = BTreeSet::new();
        for (name, _) in code.free.iter().filter(|(name, _)| name != "req" && value(name).is_none()) {
            let known = GLOBALS.iter().chain(&OF_NEXT).any(|known| known == name)
                || imports.iter().any(|import| import.local() == name);
            if name == "res" {
                return Err("`becomes` mentions `res`, and there is none in a Route Handler".into());
            }
            if !known {
                return Err(format!("`{name}` in `becomes` is no argument of `call`, and no `import` brings it"));
            }
            used.insert(name.clone());
        }
        if let Some(import) = imports.iter().find(|import| !used.contains(import.local())) {
            return Err(format!("`becomes` does not use `{}`, which `import` brings", import.local()));
        }
        let relative = |specifier: &str| specifier.starts_with('.');
        let mut specifiers = text.from.iter().chain(imports.iter().map(|import| &import.specifier));
        if file.is_none() && specifiers.any(|specifier| relative(specifier)) {
            return Err("relative specifiers start at the file, which is outside of the given path".into());
        }
        let mentioned: Vec<usize> = code.free.iter().filter_map(|(name, _)| value(name)).collect();
        let values: Vec<usize> = (0..params.len()).filter(|at| params[*at] == Param::Value).collect();
        let once = |at: &usize| !code.conditional && mentioned.iter().filter(|other| *other == at).count() == 1;
        let makes_response = makes_response(expr);
        let rest = match expr {
            Expr::Await(awaited) => &*awaited.arg,
            other => other,
        };
        Ok(HelperRule {
            callee,
            from: text.from.clone(),
            becomes: parts(&module, span_of(rest), &code, &value),
            answers: text.answers.unwrap_or(makes_response),
            settled: makes_response,
            awaited: matches!(expr, Expr::Await(_)),
            awaits: code.awaits,
            closed: is_closed(rest),
            in_order: mentioned == values && !code.conditional,
            once: mentioned.iter().copied().filter(once).collect(),
            is_next: makes_response && module.text_of(expr).trim_start_matches("new ").starts_with("NextResponse"),
            names: used,
            imports,
            file: file.unwrap_or_default().to_owned(),
            call: text.call.trim().to_owned(),
            params,
        })
    }

    /// The call, for people.
    pub fn call(&self) -> &str {
        &self.call
    }

    /// Whether the rules are about the same calls.
    pub fn repeats(&self, other: &HelperRule) -> bool {
        (&self.callee, &self.params, &self.from) == (&other.callee, &other.params, &other.from)
    }

    /// Whether the rules are about the same function, and disagree on whether it answers.
    pub fn contradicts(&self, other: &HelperRule) -> bool {
        self.callee == other.callee && self.answers != other.answers
    }

    /// Whether the new code mentions the request.
    pub(crate) fn takes_request(&self) -> bool {
        self.becomes.iter().any(|part| matches!(part, Part::Argument { at: None, .. }))
    }
}

impl RuleImport {
    /// What new code calls it.
    pub(crate) fn local(&self) -> &str {
        self.name.rsplit(' ').next().unwrap_or(&self.name)
    }
}

fn parse(what: &str, text: &str) -> Result<Module, String> {
    let module = Module::parse("routelift.ts", text.into());
    module.map_err(|error| format!("`{what}` is no valid code: {}", error.message))
}

/// The expression that is all of the module, without the parentheses around it.
fn expression(module: &Module) -> Option<&Expr> {
    let [ModuleItem::Stmt(Stmt::Expr(statement))] = module.ast.body.as_slice() else { return None };
    match &*statement.expr {
        Expr::Paren(inner) => Some(&inner.expr),
        other => Some(other),
    }
}

/// `ok(res, data)`: the function, the names of the arguments, and what they are.
fn read_call(text: &str) -> Result<(String, Vec<String>, Vec<Param>), String> {
    let form = || format!("`call` must be a plain call with names as arguments, such as `ok(res, data)`, not `{text}`");
    let module = parse("call", text)?;
    let Some(Expr::Call(call)) = expression(&module) else { return Err(form()) };
    let Callee::Expr(callee) = &call.callee else { return Err(form()) };
    let callee = match (callee_ident(call), bare(callee)) {
        (Some(name), _) => name.sym.to_string(),
        (None, Expr::Member(member)) => match (ident(&member.obj), member_name(member)) {
            (Some(object), Some(member)) => format!("{}.{member}", object.sym),
            _ => return Err(form()),
        },
        _ => return Err(form()),
    };
    let name = |arg: &ExprOrSpread| ident(&arg.expr).filter(|_| arg.spread.is_none()).map(|name| name.sym.to_string());
    let names: Vec<String> = call.args.iter().map(name).collect::<Option<_>>().ok_or_else(form)?;
    if let Some((at, name)) = names.iter().enumerate().find(|(at, name)| names[..*at].contains(name)) {
        return Err(format!("`call` names two arguments `{name}` (the second is number {})", at + 1));
    }
    let param = |name: &String| match name.as_str() {
        "req" => Param::Request,
        "res" => Param::Response,
        _ => Param::Value,
    };
    let params: Vec<Param> = names.iter().map(param).collect();
    if params.iter().all(|param| *param == Param::Value) {
        return Err("`call` is handed neither `req` nor `res`, so it needs no rule".into());
    }
    Ok((callee, names, params))
}

/// `import { x } from 'y'`.
fn read_import(text: &str) -> Result<Vec<RuleImport>, String> {
    let module = parse("import", text)?;
    let mut found = Vec::new();
    for item in &module.ast.body {
        let ModuleItem::ModuleDecl(ModuleDecl::Import(import)) = item else {
            return Err("`import` must be an import statement".into());
        };
        let specifier = import.src.value.as_str().unwrap_or_default().to_owned();
        if import.type_only || import.specifiers.is_empty() {
            return Err("`import` must bring values".into());
        }
        for part in &import.specifiers {
            let name = match part {
                ImportSpecifier::Named(named) => module.text_of(named).split_whitespace().collect::<Vec<_>>().join(" "),
                ImportSpecifier::Default(name) => format!("default as {}", name.local.sym),
                ImportSpecifier::Namespace(_) => return Err("`import` must name what it brings, without `*`".into()),
            };
            found.push(RuleImport { specifier: specifier.clone(), name });
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::{HelperRule, HelperText, Part};

    fn rule(call: &str, becomes: &str, import: Option<&str>) -> Result<HelperRule, String> {
        let import = import.map(str::to_owned);
        let text = HelperText { call: call.into(), becomes: becomes.into(), import, ..HelperText::default() };
        HelperRule::parse(&text, Some("routelift.toml"))
    }

    #[test]
    fn what_makes_a_response_is_an_answer() {
        let ok = rule("ok(res, data)", "NextResponse.json(data)", None).expect("valid");
        assert!(ok.answers && ok.settled && ok.in_order && ok.closed);
        let argument = Part::Argument { at: Some(1), key: None, open: true };
        let expected = [Part::Text("NextResponse.json(".into()), argument, Part::Text(")".into())];
        assert_eq!(ok.becomes, expected);
        assert!(rule("gone(res)", "new Response(null, { status: 410 })", None).expect("valid").answers);
        let user =
            rule("auth.user(req, res)", "await auth(req)", Some("import { auth } from '@/auth'")).expect("valid");
        assert!(!user.answers && user.awaited && user.takes_request());
    }

    #[test]
    fn arguments_keep_their_order_and_number() {
        let in_order = |becomes: &str| rule("fail(res, a, b)", becomes, None).expect("valid").in_order;
        assert!(in_order("Response.json({ a, b })"));
        assert!(!in_order("Response.json({ b, a })"), "another order");
        assert!(!in_order("Response.json({ a, b, c: a })"), "twice");
        assert!(!in_order("Response.json(a)"), "not at all");
        assert!(!in_order("Response.json(a ? b : null)"), "perhaps");
        assert!(!in_order("Response.json([a].map((x) => b))"), "later");
    }

    #[test]
    fn what_cannot_be_used_is_an_error() {
        for (call, becomes, import, why) in [
            ("ok(res", "Response.json(1)", None, "no valid code"),
            ("ok", "Response.json(1)", None, "plain call"),
            ("ok(res, { data })", "Response.json(1)", None, "plain call"),
            ("make().ok(res)", "Response.json(1)", None, "plain call"),
            ("ok(res, a, a)", "Response.json(a)", None, "two arguments"),
            ("ok(data)", "Response.json(data)", None, "neither"),
            ("ok(res, data)", "Response.json(dta)", None, "`dta`"),
            ("ok(res, data)", "res.json(data)", None, "`res`"),
            ("ok(res, data)", "a(data); b()", None, "no valid code"),
            ("ok(res, data)", "send(data)", Some("import * as send from 'y'"), "without `*`"),
            ("ok(res, data)", "Response.json(data)", Some("import { send } from 'y'"), "does not use"),
            ("ok(res, data)", "send(data)", Some("const send = 1"), "import statement"),
        ] {
            let error = rule(call, becomes, import).expect_err(call);
            assert!(error.contains(why), "{error}");
        }
    }
}
