//! Reads of the request's headers by `headers()`. The request of an action has others than that of `fetch`, but for those
//! that the browser sends with everything.
//!
//! ```ts
//! (await headers()).get('x-forwarded-for');                        // the same
//! (await headers()).get('x-user-id');                              // an action is not sent it
//! auth.api.getSession({ headers: await headers() });               // of better-auth, which looks at the cookies
//! ```
//!
//! better-auth shows the last for Route Handlers and Server Actions alike (better-auth.com/docs/integrations/next); its
//! plugin `nextCookies` is for functions that set cookies.

use std::collections::{BTreeMap, BTreeSet};

use crate::decide::Facts;
use crate::project::{Imported, binding, imports};
use crate::syntax::ast::{CallExpr, Expr, Id, Ident, Prop, PropOrSpread, TsType, VarDeclarator};
use crate::syntax::{
    Module, Span, Visit, VisitWith, bare, callee_ident, ident, imported, literal_str, member_name, pat_ident,
    prop_name, span_of,
};

/// Headers that the browser sends with an action as it did with `fetch`.
pub const SAME_HEADERS: [&str; 13] = [
    "cookie",
    "user-agent",
    "host",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-proto",
    "x-real-ip",
    "accept-language",
    "referer",
    "origin",
    // Hosts tell these of the connection.
    "cf-connecting-ip",
    "x-vercel-forwarded-for",
    "x-vercel-ip-country",
];

const NOT_KNOWN: &str = "the request of an action has other headers, and not all uses are known";

/// What stands in the way, and where.
pub type Read = (Span, &'static str);

/// The reads in the code at `within` that an action cannot do, and those in other code of `module`, of which it is not
/// known who runs it.
pub fn reads(facts: &Facts<'_>, module: &Module, within: Span, code: &impl VisitWith<Reads>) -> Vec<Read> {
    let name = imported(module, "next/headers", "headers");
    // `import * as next`, `await import('next/headers')`, `require('next/headers')`.
    let named = imports(module);
    let statements: Vec<Span> =
        named.values().filter(|import| import.name != Imported::Namespace).map(|import| import.statement).collect();
    let is_static = |at: &Span| statements.iter().any(|statement| statement.contains(*at));
    let mut specifiers = module.specifiers().iter().filter(|own| own.value == "next/headers" && !own.type_only);
    let other = specifiers.find(|own| !is_static(&own.span)).map(|own| own.span);
    let mut found: Vec<Read> =
        other.map(|at| (at, "the headers of the request may be read, and these are others")).into_iter().collect();
    let Some(name) = name else { return found };
    // By functions beside the handler.
    let mut mentions = module.references().get(&name).into_iter().flatten();
    found.extend(mentions.find(|at| !within.contains(**at) && !is_static(at)).map(|at| (*at, NOT_KNOWN)));
    let sessions = better_auth(facts, module);
    let mut reads = Reads { headers: BTreeSet::from([name]), sessions, understood: BTreeSet::new(), found };
    code.visit_with(&mut reads);
    reads.found
}

/// A module that the Route Handler imports, however far, and that reads a header which an action is not sent.
pub fn read_elsewhere(facts: &Facts<'_>) -> Option<(String, &'static str)> {
    let mut reading = imported_modules(facts).into_iter().filter(|module| module.text.contains("next/headers"));
    reading.find_map(|module| {
        let whole = Span::new(0, module.text.len());
        let (at, why) = *reads(facts, module, whole, &module.ast).first()?;
        Some((format!("{}:{}", module.path, line_of(&module.text, at)), why))
    })
}

fn line_of(text: &str, at: Span) -> usize {
    text[..at.start].matches('\n').count() + 1
}

/// The modules that the Route Handler imports, however far.
pub fn imported_modules<'a>(facts: &Facts<'a>) -> Vec<&'a Module> {
    let mut found: BTreeMap<String, Option<&'a Module>> = BTreeMap::from([(facts.module.path.clone(), None)]);
    let mut next = vec![facts.module];
    while let Some(module) = next.pop() {
        for specifier in module.specifiers().iter().filter(|specifier| !specifier.type_only) {
            let Some(path) = facts.project.resolver.resolve(&module.path, &specifier.value) else { continue };
            if found.contains_key(&path) {
                continue;
            }
            let imported = facts.modules.get(&path).ok();
            found.insert(path, imported);
            next.extend(imported);
        }
    }
    found.into_values().flatten().collect()
}

/// What `module` calls that `betterAuth(…)` made.
fn better_auth(facts: &Facts<'_>, module: &Module) -> BTreeSet<Id> {
    let makes = |module: &Module, name: &str| {
        imported(module, "better-auth", "betterAuth").is_some()
            && module.text.contains(&format!("const {name} = betterAuth("))
    };
    let imports = imports(module).into_iter().filter(|(_, import)| {
        let Imported::Name(name) = &import.name else { return false };
        let declared = binding(facts.project, facts.modules, &module.path, &import.specifier, name);
        declared.is_some_and(|(module, id)| makes(module, &id.0))
    });
    let own = module.references().keys().filter(|id| makes(module, &id.0)).cloned();
    imports.map(|(id, _)| id).chain(own).collect()
}

/// Finds reads of headers.
pub struct Reads {
    /// `headers` of `next/headers`, and names of what it gives.
    headers: BTreeSet<Id>,
    /// What better-auth made.
    sessions: BTreeSet<Id>,
    /// Mentions of the headers that are understood.
    understood: BTreeSet<Span>,
    found: Vec<Read>,
}

impl Reads {
    /// The mention of the headers of the request that `expr` is: `await headers()`, or a name for that.
    fn headers(&self, expr: &Expr) -> Option<Span> {
        let expr = match bare(expr) {
            Expr::Await(waiting) => bare(&waiting.arg),
            other => other,
        };
        let name = match expr {
            Expr::Call(call) => callee_ident(call)?,
            other => ident(other)?,
        };
        self.headers.contains(&name.to_id()).then(|| span_of(name))
    }

    /// The mention of the headers in `auth.api.getSession({ headers: await headers() })`.
    fn session(&self, call: &CallExpr) -> Option<Span> {
        let Expr::Member(method) = bare(call.callee.as_expr()?) else { return None };
        let Expr::Member(api) = bare(&method.obj) else { return None };
        let is_ours = member_name(method).as_deref() == Some("getSession")
            && member_name(api).as_deref() == Some("api")
            && ident(&api.obj).is_some_and(|auth| self.sessions.contains(&auth.to_id()));
        let [only] = call.args.as_slice() else { return None };
        let Expr::Object(options) = bare(&only.expr) else { return None };
        options.props.iter().filter(|_| is_ours).find_map(|property| {
            let PropOrSpread::Prop(property) = property else { return None };
            match &**property {
                Prop::KeyValue(pair) if prop_name(&pair.key).as_deref() == Some("headers") => self.headers(&pair.value),
                Prop::Shorthand(name) if &*name.sym == "headers" => self.headers(&Expr::Ident(name.clone())),
                _ => None,
            }
        })
    }
}

impl Visit for Reads {
    fn visit_ident(&mut self, name: &Ident) {
        let span = span_of(name);
        if self.headers.contains(&name.to_id()) && !self.understood.contains(&span) {
            self.found.push((span, NOT_KNOWN));
        }
    }

    fn visit_import_decl(&mut self, _: &crate::syntax::ast::ImportDecl) {}

    fn visit_ts_type(&mut self, _: &TsType) {}

    fn visit_var_declarator(&mut self, declarator: &VarDeclarator) {
        if let (Some(name), Some(init)) = (pat_ident(&declarator.name), declarator.init.as_deref())
            && let Some(mention) = self.headers(init)
        {
            self.headers.insert(name.to_id());
            self.understood.extend([mention, span_of(name)]);
        }
        declarator.visit_children_with(self);
    }

    fn visit_call_expr(&mut self, call: &CallExpr) {
        self.understood.extend(self.session(call));
        if let Some(Expr::Member(member)) = call.callee.as_expr().map(|callee| bare(callee))
            && let Some(mention) = self.headers(&member.obj)
            && matches!(member_name(member).as_deref(), Some("get" | "has"))
        {
            self.understood.insert(mention);
            let header = call.args.first().and_then(|argument| literal_str(&argument.expr)).unwrap_or_default();
            if !SAME_HEADERS.contains(&header.to_ascii_lowercase().as_str()) {
                self.found.push((span_of(call), "this header is another one in the request of an action"));
            }
        }
        call.visit_children_with(self);
    }
}
