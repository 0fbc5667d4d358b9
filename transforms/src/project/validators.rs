//! What the rules for `express-validator` of a project do beside looking: its custom functions may read any part of the
//! request, and its sanitizers change what they find, which the code behind them relies on.
//!
//! ```ts
//! body('email').normalizeEmail()                                  // a sanitizer
//! body('again').custom((value, { req }) => value === req.body.password)
//! ```

use crate::syntax::ast::{CallExpr, Expr, Id, MemberExpr, ObjectPatProp, Pat};
use crate::syntax::{
    Function, Module, Span, Visit, VisitWith, bare, function_of, ident, member_name, module_functions, pat_ident,
    prop_name, span_of,
};

/// The package.
pub const PACKAGE: &str = "express-validator";

/// What is known of all rules of a project.
#[derive(Clone, Debug, Default)]
pub struct Validators {
    /// Some change what they find.
    pub sanitize: bool,
    /// A custom function reads more of the request than the package itself: the file, and where.
    pub reads_more: Option<(String, Span)>,
}

/// Methods of the package that take a function which is handed the request.
const CUSTOM: [&str; 4] = ["custom", "customSanitizer", "if", "withMessage"];

/// Those that change values, and what those of the `validator` package are called (read in 6.15.0 and 7.2.1).
const SANITIZERS: [&str; 20] = [
    "blacklist",
    "customSanitizer",
    "default",
    "escape",
    "ltrim",
    "normalizeEmail",
    "replace",
    "rtrim",
    "stripLow",
    "toArray",
    "toBoolean",
    "toDate",
    "toFloat",
    "toInt",
    "toLowerCase",
    "toString",
    "toUpperCase",
    "trim",
    "unescape",
    "whitelist",
];

impl Validators {
    /// Adds what the rules in `module` do.
    pub fn add(&mut self, module: &Module) {
        let mut rules = Rules { module, found: std::mem::take(self) };
        module.ast.visit_with(&mut rules);
        *self = rules.found;
    }
}

struct Rules<'m> {
    module: &'m Module,
    found: Validators,
}

impl Rules<'_> {
    /// A function that the package calls with the value and `{ req }`. For `withMessage`, a name may be that of a text.
    fn custom(&mut self, argument: &Expr, method: &str) {
        let name = ident(bare(argument));
        let own = || module_functions(self.module).get(&name?.to_id()).copied();
        let at = match function_of(argument).or_else(own) {
            Some(function) => reads_more(function),
            // A text, a chain, or what another module declares.
            None => name.filter(|_| method != "withMessage").map(span_of),
        };
        if let (Some(at), None) = (at, &self.found.reads_more) {
            self.found.reads_more = Some((self.module.path.clone(), at));
        }
    }
}

impl Visit for Rules<'_> {
    fn visit_call_expr(&mut self, call: &CallExpr) {
        let member = call.callee.as_expr().and_then(|callee| bare(callee).as_member());
        match (member.and_then(member_name), ident_of(call).as_deref()) {
            (Some(method), _) => {
                self.found.sanitize |= SANITIZERS.contains(&method.as_str());
                if CUSTOM.contains(&method.as_str()) {
                    call.args.iter().for_each(|arg| self.custom(&arg.expr, &method));
                }
            }
            // A schema names its sanitizers and functions by keys.
            (None, Some("checkSchema")) => {
                self.found.sanitize = true;
                self.found.reads_more.get_or_insert((self.module.path.clone(), span_of(call)));
            }
            (None, _) => {}
        }
        call.visit_children_with(self);
    }
}

fn ident_of(call: &CallExpr) -> Option<String> {
    Some(ident(call.callee.as_expr()?)?.sym.to_string())
}

/// Where a custom function reads something else of `req` than the parts that the package reads, or hands it on.
fn reads_more(function: Function<'_>) -> Option<Span> {
    let params = function.params();
    let given = params.get(1)?;
    let Pat::Object(object) = given else { return Some(span_of(*given)) };
    let req = object.props.iter().find_map(|property| match property {
        ObjectPatProp::KeyValue(pair) if prop_name(&pair.key).as_deref() == Some("req") => {
            Some(pat_ident(&pair.value).map(|name| name.to_id()).ok_or(span_of(&*pair.value)))
        }
        ObjectPatProp::Assign(short) if &*short.key.id.sym == "req" => Some(Ok(short.key.id.to_id())),
        ObjectPatProp::Rest(rest) => Some(Err(span_of(rest))),
        _ => None,
    })?;
    let req = match req {
        Ok(req) => req,
        Err(place) => return Some(place),
    };
    let mut uses = Uses { req: &req, found: None };
    match (function.block(), function.expression()) {
        (Some(block), _) => block.visit_with(&mut uses),
        (None, Some(expression)) => expression.visit_with(&mut uses),
        (None, None) => {}
    }
    uses.found
}

struct Uses<'r> {
    req: &'r Id,
    found: Option<Span>,
}

impl Visit for Uses<'_> {
    fn visit_member_expr(&mut self, member: &MemberExpr) {
        let known = ["body", "cookies", "headers", "query"];
        let own = ident(bare(&member.obj)).is_some_and(|name| name.to_id() == *self.req);
        if own && member_name(member).is_some_and(|name| known.contains(&name.as_str())) {
            return;
        }
        member.visit_children_with(self);
    }

    fn visit_ident(&mut self, name: &crate::syntax::ast::Ident) {
        if name.to_id() == *self.req {
            self.found.get_or_insert(span_of(name));
        }
    }
}
