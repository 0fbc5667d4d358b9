//! What making a value does: whether it calls or waits for other code, and what it looks at.

use std::collections::HashSet;

use super::Order;
use crate::pages_api::root_of;
use crate::syntax::ast::{
    ArrowExpr, ArrowFunctionBody, AssignExpr, AwaitExpr, CallExpr, Callee, Class, Expr, ExprOrSpread, Function, Id,
    Ident, MemberExpr, NewExpr, OptCall, OptChainBase, SpreadElement, TaggedTpl, TsType, TsTypeParamInstantiation,
    UnaryExpr, UnaryOp, UpdateExpr, YieldExpr,
};
use crate::syntax::{Assigned, Visit, VisitWith, assigned, bare, ident, member_name};

/// Functions and classes of the language that look at what they are given, and change nothing.
const KNOWN: [&str; 23] = [
    "Array",
    "BigInt",
    "Boolean",
    "Buffer",
    "Date",
    "Error",
    "Headers",
    "Intl",
    "JSON",
    "Map",
    "Math",
    "Number",
    "Object",
    "Set",
    "String",
    "URL",
    "URLSearchParams",
    "Uint8Array",
    "decodeURIComponent",
    "encodeURI",
    "encodeURIComponent",
    "parseFloat",
    "parseInt",
];
/// Functions of `Object` that change their first argument.
const CHANGING: [&str; 4] = ["assign", "defineProperties", "defineProperty", "setPrototypeOf"];
/// Methods that only look at what they are called on, if that is a value of the language.
const LOOKING: [&str; 37] = [
    "arrayBuffer",
    "at",
    "blob",
    "charAt",
    "concat",
    "endsWith",
    "flat",
    "formData",
    "includes",
    "indexOf",
    "join",
    "json",
    "lastIndexOf",
    "match",
    "padEnd",
    "padStart",
    "repeat",
    "replace",
    "replaceAll",
    "slice",
    "split",
    "startsWith",
    "substring",
    "text",
    "toFixed",
    "toGMTString",
    "toISOString",
    "toJSON",
    "toLocaleString",
    "toLowerCase",
    "toString",
    "toUTCString",
    "toUpperCase",
    "trim",
    "trimEnd",
    "trimStart",
    "valueOf",
];
/// Those that many clients and stores have, too: `redis.get(key)`.
const KEYED: [&str; 5] = ["entries", "get", "has", "keys", "values"];
/// What has them in a request or a response.
const MAPS: [&str; 3] = ["cookies", "headers", "searchParams"];
/// Methods that call what they are given.
const CALLING: [&str; 9] = ["every", "filter", "find", "findIndex", "findLast", "flatMap", "map", "reduce", "some"];

/// What making a value does.
#[derive(Default)]
pub struct Look {
    /// It calls something that may have effects, or changes something itself.
    pub acts: bool,
    /// It waits, so that other code may run meanwhile.
    pub waits: bool,
    /// It asks for the time, or for a random number.
    pub asks_time: bool,
    /// Names whose values it takes.
    pub names: HashSet<Id>,
    /// Names of objects into which it looks.
    pub reads: HashSet<Id>,
    /// Names to which it gives other values.
    pub assigned: HashSet<Id>,
}

impl Look {
    /// That of `part`, an expression or a part of one.
    pub fn at<'s, N: VisitWith<Search<'s>> + VisitWith<Assigned>>(order: &'s Order<'s>, part: &N) -> Look {
        let mut search = Search { order, look: Look::default() };
        part.visit_with(&mut search);
        search.look.assigned = assigned(part).into_iter().map(|(name, _)| name).collect();
        search.look
    }

    /// Whether other code may run while it is made.
    pub fn runs(&self) -> bool {
        self.acts || self.waits
    }
}

/// The visitor behind [`Look`].
pub struct Search<'s> {
    order: &'s Order<'s>,
    look: Look,
}

impl Search<'_> {
    fn call(&mut self, callee: Option<&Expr>, args: &[ExprOrSpread]) {
        let Some(callee) = callee.map(bare) else { return self.acts(args) };
        if self.is_known(callee) {
            return self.known(callee, args);
        }
        let method = match callee {
            Expr::Member(member) => member_name(member).map(|name| (name, &*member.obj)),
            Expr::OptChain(chain) => match &*chain.base {
                OptChainBase::Member(member) => member_name(member).map(|name| (name, &*member.obj)),
                OptChainBase::Call(_) => None,
            },
            _ => None,
        };
        match method {
            Some((name, object)) if self.looks(&name, object, args) => {
                self.reads(root_of(object));
                object.visit_with(self);
                self.args(args);
            }
            _ => {
                callee.visit_with(self);
                self.acts(args);
            }
        }
    }

    fn is_known(&self, callee: &Expr) -> bool {
        let root = root_of(callee);
        root.is_some_and(|root| KNOWN.contains(&&*root.sym) && self.order.module.is_free(&root.to_id()))
    }

    /// `Object.keys(counts)`, `new Date()`.
    fn known(&mut self, callee: &Expr, args: &[ExprOrSpread]) {
        let name = bare(callee).as_member().and_then(member_name);
        let root = root_of(callee).map(|root| &*root.sym);
        self.look.asks_time |= match (root, name.as_deref()) {
            (Some("Date"), None) => args.is_empty(),
            (Some("Date"), Some("now")) | (Some("Math"), Some("random")) => true,
            _ => false,
        };
        // `Object.assign({}, defaults)` changes what it has made.
        let made = args.first().is_some_and(|first| matches!(bare(&first.expr), Expr::Object(_) | Expr::Array(_)));
        let changes = root == Some("Object") && name.as_deref().is_some_and(|name| CHANGING.contains(&name)) && !made;
        // `Array.from(items, save)`
        let calls = matches!(name.as_deref(), Some("from" | "groupBy" | "parse" | "stringify"))
            && args.iter().skip(1).any(|arg| ident(&arg.expr).is_some_and(|name| &*name.sym != "undefined"));
        self.look.acts |= changes || calls;
        // Looks into what it is given now, and not when the response is made.
        self.look.reads.extend(args.iter().filter_map(|arg| ident(&arg.expr)).map(Ident::to_id));
        self.args(args);
    }

    /// Whether the method `name` only looks at `object`, and at what the functions among `args` look at.
    fn looks(&self, name: &str, object: &Expr, args: &[ExprOrSpread]) -> bool {
        let by_name = match () {
            () if CALLING.contains(&name) => args.first().is_some_and(|first| match bare(&first.expr) {
                Expr::Arrow(_) | Expr::Fn(_) => true,
                other => self.is_known(other),
            }),
            // `text.replace(/a/g, note)` calls what goes by that name.
            () if matches!(name, "replace" | "replaceAll") => args
                .get(1)
                .is_none_or(|second| ident(&second.expr).is_none() || self.order.constants.is_string(&second.expr)),
            () => LOOKING.contains(&name) || KEYED.contains(&name),
        };
        let Some(root) = root_of(object).filter(|_| by_name) else { return by_name };
        let made = self.order.constants.value(root).map(bare);
        if made.is_some_and(|made| self.is_plain(made)) && ident(object).is_some() {
            return true;
        }
        // Rooms and channels are joined, too.
        if name == "join" && !matches!(bare(object), Expr::Call(_) | Expr::Array(_)) {
            return false;
        }
        // `new Client()`
        let own = self.order.is_own(&root.to_id()) && !matches!(made, Some(Expr::New(_)));
        let map = || match bare(object) {
            Expr::Member(member) => member_name(member).is_some_and(|name| MAPS.contains(&&*name)),
            _ => false,
        };
        is_environment(object) || (own && (!KEYED.contains(&name) || map()))
    }

    /// Whether the value is one of the language: `new Map()`, `['GET']`.
    fn is_plain(&self, value: &Expr) -> bool {
        match value {
            Expr::Lit(_) | Expr::Tpl(_) | Expr::Array(_) => true,
            Expr::New(new) => self.is_known(&new.callee),
            Expr::Call(call) => call.callee.as_expr().is_some_and(|callee| self.is_known(bare(callee))),
            _ => false,
        }
    }

    fn args(&mut self, args: &[ExprOrSpread]) {
        for arg in args {
            match bare(&arg.expr) {
                Expr::Arrow(arrow) => match &*arrow.body {
                    ArrowFunctionBody::Expr(value) => value.visit_with(self),
                    ArrowFunctionBody::FunctionBody(block) => block.visit_with(self),
                },
                Expr::Fn(function) => function.function.body.visit_with(self),
                _ => arg.visit_with(self),
            }
        }
    }

    fn acts(&mut self, args: &[ExprOrSpread]) {
        self.look.acts = true;
        args.iter().for_each(|arg| arg.visit_with(self));
    }

    fn reads(&mut self, root: Option<&Ident>) {
        // The new request does not change.
        let root = root.map(Ident::to_id).filter(|name| self.order.req.as_ref() != Some(name));
        self.look.reads.extend(root);
    }
}

/// `process.env`, and what is in it.
fn is_environment(object: &Expr) -> bool {
    match bare(object) {
        Expr::Member(member) => match bare(&member.obj) {
            Expr::Ident(name) => &*name.sym == "process" && member_name(member).as_deref() == Some("env"),
            inner => is_environment(inner),
        },
        _ => false,
    }
}

impl Visit for Search<'_> {
    fn visit_ident(&mut self, name: &Ident) {
        self.look.names.insert(name.to_id());
    }

    fn visit_member_expr(&mut self, member: &MemberExpr) {
        let root = root_of(&member.obj);
        // `StatusCodes.OK`, `Status.Created`, `limits.MAX_SIZE`.
        let constant = root.zip(member_name(member)).is_some_and(|(root, name)| {
            let capital = |name: &str| name.starts_with(|first: char| first.is_ascii_uppercase());
            let shouted = !name.contains(|char: char| char.is_ascii_lowercase());
            capital(&name) && (capital(&root.sym) || (shouted && !self.order.is_own(&root.to_id())))
        });
        if !constant && !is_environment(&member.obj) {
            self.reads(root);
        }
        member.visit_children_with(self);
    }

    fn visit_expr_or_spread(&mut self, arg: &ExprOrSpread) {
        if arg.spread.is_some() {
            self.reads(root_of(&arg.expr));
        }
        arg.visit_children_with(self);
    }

    fn visit_spread_element(&mut self, spread: &SpreadElement) {
        self.reads(root_of(&spread.expr));
        spread.visit_children_with(self);
    }

    fn visit_call_expr(&mut self, call: &CallExpr) {
        let callee = match &call.callee {
            Callee::Expr(callee) => Some(&**callee),
            Callee::Super(_) | Callee::Import(_) => None,
        };
        self.call(callee, &call.args);
    }

    fn visit_opt_call(&mut self, call: &OptCall) {
        self.call(Some(&call.callee), &call.args);
    }

    fn visit_new_expr(&mut self, new: &NewExpr) {
        self.call(Some(&new.callee), new.args.as_deref().unwrap_or_default());
    }

    fn visit_await_expr(&mut self, expr: &AwaitExpr) {
        let before = std::mem::take(&mut self.look.acts);
        expr.visit_children_with(self);
        // `await response.json()` only waits. Behind a promise that was made before may be anything.
        let asked = matches!(bare(&expr.arg), Expr::Call(_) | Expr::OptChain(_));
        self.look.acts |= before || !asked;
        self.look.waits = true;
    }

    fn visit_yield_expr(&mut self, expr: &YieldExpr) {
        self.look.acts = true;
        expr.visit_children_with(self);
    }

    fn visit_tagged_tpl(&mut self, template: &TaggedTpl) {
        self.look.acts = true;
        template.visit_children_with(self);
    }

    fn visit_assign_expr(&mut self, assign: &AssignExpr) {
        self.look.acts = true;
        assign.visit_children_with(self);
    }

    fn visit_update_expr(&mut self, update: &UpdateExpr) {
        self.look.acts = true;
        update.visit_children_with(self);
    }

    fn visit_unary_expr(&mut self, unary: &UnaryExpr) {
        self.look.acts |= unary.op == UnaryOp::Delete;
        unary.visit_children_with(self);
    }

    // What nobody calls here does not run.
    fn visit_arrow_expr(&mut self, _: &ArrowExpr) {}
    fn visit_function(&mut self, _: &Function) {}
    fn visit_class(&mut self, _: &Class) {}
    fn visit_ts_type(&mut self, _: &TsType) {}
    fn visit_ts_type_param_instantiation(&mut self, _: &TsTypeParamInstantiation) {}
}
