//! The order in which the parts of a response are made. `res` took the status and the headers before the body; the
//! arguments of a `Response` come the other way round.
//!
//! ```ts
//! res.status(await code()).json(await list());     const status = await code();
//!                                             →    return NextResponse.json(await list(), { status });
//! ```

use std::cell::OnceCell;
use std::collections::{BTreeMap, HashSet};

use crate::pages_api::{Carrier, HeaderChange, Payload, ResponseUse, root_of};
use crate::syntax::ast::{
    ArrowExpr, ArrowFunctionBody, AssignExpr, AwaitExpr, CallExpr, Callee, Class, Expr, ExprOrSpread, Function, Id,
    Ident, MemberExpr, NewExpr, OptCall, Pat, TaggedTpl, TsType, TsTypeParamInstantiation, UnaryExpr, UnaryOp,
    UpdateExpr, YieldExpr,
};
use crate::syntax::{
    self, Module, Span, Visit, VisitWith, assigned, bare, bound_ids, ident, is_new, member_name, references, span_of,
};

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
/// Methods that only look at what they are called on.
const LOOKING: [&str; 42] = [
    "arrayBuffer",
    "at",
    "blob",
    "charAt",
    "concat",
    "endsWith",
    "entries",
    "flat",
    "formData",
    "get",
    "has",
    "includes",
    "indexOf",
    "join",
    "json",
    "keys",
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
    "values",
];
/// Those that call what they are given, besides.
const CALLING: [&str; 9] = ["every", "filter", "find", "findIndex", "findLast", "flatMap", "map", "reduce", "some"];

/// What is known of the function around the sends.
pub struct Order<'o> {
    module: &'o Module,
    req: Option<Id>,
    function: syntax::Function<'o>,
    names: OnceCell<Inside>,
}

/// Parts of responses that have to be made before the response itself, by where they stand.
pub type Early = BTreeMap<usize, Span>;

impl<'o> Order<'o> {
    /// That of `carrier`.
    pub fn of(module: &'o Module, carrier: &Carrier<'o>) -> Order<'o> {
        Order { module, req: carrier.req.clone(), function: carrier.function, names: OnceCell::new() }
    }

    fn names(&self) -> &Inside {
        self.names.get_or_init(|| {
            let mut inside = Inside { own: HashSet::new(), shared: HashSet::new(), depth: 0 };
            self.function.params().into_iter().for_each(|param| inside.own.extend(bound_ids(param)));
            if let Some(block) = self.function.block() {
                block.visit_with(&mut inside);
            }
            let elsewhere = assigned(&self.module.ast).into_iter().map(|(name, _)| name);
            let elsewhere: Vec<Id> = elsewhere.filter(|name| !inside.own.contains(name)).collect();
            inside.shared.extend(elsewhere);
            inside
        })
    }

    /// The parts of `send`, with the statements of `run` that would go with it, that have to be made early. `apart` says
    /// that headers are collected elsewhere.
    pub fn early(&self, run: &[&ResponseUse], send: &ResponseUse, apart: bool) -> Early {
        let headers = run.iter().flat_map(|write| &write.headers).chain(&send.headers);
        let headers = headers.flat_map(|change: &HeaderChange| change.value.as_ref());
        let status = run.iter().chain([&send]).rev().find_map(|write| write.status.as_ref());
        let (body, status, url) = match &send.payload {
            Some(Payload::Json(body) | Payload::Send(body) | Payload::End(body)) => (body.as_ref(), status, None),
            Some(Payload::Redirect(status, url)) => (None, status.as_ref(), Some(url)),
            Some(Payload::Stream) | None => (None, status, None),
        };
        let head = if apart { [url, status] } else { [status, url] };
        let parts = body.into_iter().chain(head.into_iter().flatten()).chain(headers);
        let parts: Vec<(Span, Look)> =
            parts.filter(|part| !is_new(part)).map(|part| (span_of(part), self.look(part))).collect();
        let mut early = Early::new();
        for (at, (span, look)) in parts.iter().enumerate() {
            if parts[..at].iter().any(|(other, later)| other.start > span.start && self.clash(look, later)) {
                early.insert(span.start, *span);
            }
        }
        // What has to stay before one of these is made early, too.
        while let Some((span, _)) = parts.iter().find(|(span, look)| {
            let before = |other: &&(Span, Look)| early.contains_key(&other.0.start) && other.0.start > span.start;
            !early.contains_key(&span.start) && parts.iter().filter(before).any(|(_, later)| self.clash(look, later))
        }) {
            early.insert(span.start, *span);
        }
        early
    }

    /// Whether it matters which of the two is made first.
    fn clash(&self, one: &Look, other: &Look) -> bool {
        (one.acts && other.acts) || self.changes(one, other) || self.changes(other, one)
    }

    /// Whether making `one` may change what `other` is.
    fn changes(&self, one: &Look, other: &Look) -> bool {
        let out_of_sight = |name: &Id| one.acts && self.names().shared.contains(name);
        let foreign = |name: &Id| one.acts && !self.names().own.contains(name);
        other.names.iter().any(|name| one.assigned.contains(name) || out_of_sight(name))
            || other.reads.iter().any(|name| one.touched.contains(name) || foreign(name))
    }

    fn look(&self, expr: &Expr) -> Look {
        let mut search = Search { order: self, look: Look::default() };
        expr.visit_with(&mut search);
        search.look.assigned = assigned(expr).into_iter().map(|(name, _)| name).collect();
        search.look
    }
}

/// What making a value does.
#[derive(Default)]
struct Look {
    /// It calls something that may have effects, waits, or changes something itself.
    acts: bool,
    /// Names whose values it takes.
    names: HashSet<Id>,
    /// Names of objects into which it looks.
    reads: HashSet<Id>,
    /// Names of objects that it may change.
    touched: HashSet<Id>,
    /// Names to which it gives other values.
    assigned: HashSet<Id>,
}

struct Search<'s> {
    order: &'s Order<'s>,
    look: Look,
}

impl Search<'_> {
    fn call(&mut self, callee: Option<&Expr>, args: &[ExprOrSpread]) {
        let Some(callee) = callee.map(bare) else { return self.acts(args) };
        let root = root_of(callee);
        if root.is_some_and(|root| KNOWN.contains(&&*root.sym) && self.order.module.is_free(&root.to_id())) {
            // Looks into what it is given now, and not when the response is made.
            return args.iter().for_each(|arg| {
                self.look.reads.extend(ident(&arg.expr).map(Ident::to_id));
                arg.visit_with(self);
            });
        }
        let method = match callee {
            Expr::Member(member) => member_name(member).map(|name| (name, &*member.obj)),
            _ => None,
        };
        match method {
            Some((name, object)) if LOOKING.contains(&&*name) || CALLING.contains(&&*name) => {
                self.reads(root);
                object.visit_with(self);
                for arg in args {
                    match bare(&arg.expr) {
                        Expr::Arrow(arrow) => match &*arrow.body {
                            ArrowFunctionBody::Expr(value) => value.visit_with(self),
                            ArrowFunctionBody::FunctionBody(block) => block.visit_with(self),
                        },
                        _ if CALLING.contains(&&*name) => self.acts(args),
                        other => other.visit_with(self),
                    }
                }
            }
            _ => {
                callee.visit_with(self);
                self.look.touched.extend(root.map(Ident::to_id));
                self.acts(args);
            }
        }
    }

    fn acts(&mut self, args: &[ExprOrSpread]) {
        self.look.acts = true;
        for arg in args {
            self.look.touched.extend(references(arg).into_keys());
            arg.visit_with(self);
        }
    }

    fn reads(&mut self, root: Option<&Ident>) {
        // The new request does not change.
        let root = root.map(Ident::to_id).filter(|name| self.order.req.as_ref() != Some(name));
        self.look.reads.extend(root);
    }
}

impl Visit for Search<'_> {
    fn visit_ident(&mut self, name: &Ident) {
        self.look.names.insert(name.to_id());
    }

    fn visit_member_expr(&mut self, member: &MemberExpr) {
        let root = root_of(&member.obj);
        // `StatusCodes.OK`, `process.env.ORIGIN`: constants.
        let capital = |name: &str| name.starts_with(|first: char| first.is_ascii_uppercase());
        let constant = root.is_some_and(|root| capital(&root.sym) || &*root.sym == "process")
            || member_name(member).is_some_and(|name| !name.contains(|c: char| c.is_ascii_lowercase()));
        if !constant {
            self.reads(root);
        }
        member.visit_children_with(self);
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
        self.look.acts = true;
        expr.visit_children_with(self);
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
        self.look.touched.extend(references(&assign.left).into_keys());
        assign.visit_children_with(self);
    }

    fn visit_update_expr(&mut self, update: &UpdateExpr) {
        self.look.acts = true;
        self.look.touched.extend(root_of(&update.arg).map(Ident::to_id));
        update.visit_children_with(self);
    }

    fn visit_unary_expr(&mut self, unary: &UnaryExpr) {
        if unary.op == UnaryOp::Delete {
            self.look.acts = true;
            self.look.touched.extend(root_of(&unary.arg).map(Ident::to_id));
        }
        unary.visit_children_with(self);
    }

    // What nobody calls here does not run.
    fn visit_arrow_expr(&mut self, _: &ArrowExpr) {}
    fn visit_function(&mut self, _: &Function) {}
    fn visit_class(&mut self, _: &Class) {}
    fn visit_ts_type(&mut self, _: &TsType) {}
    fn visit_ts_type_param_instantiation(&mut self, _: &TsTypeParamInstantiation) {}
}

/// The names that a function declares, and those that get other values in functions inside it, or elsewhere in the file.
struct Inside {
    own: HashSet<Id>,
    shared: HashSet<Id>,
    depth: usize,
}

impl Inside {
    fn nested<N: VisitWith<Inside> + VisitWith<syntax::Assigned>>(&mut self, node: &N) {
        if self.depth == 0 {
            self.shared.extend(assigned(node).into_iter().map(|(name, _)| name));
        }
        self.depth += 1;
        node.visit_children_with(self);
        self.depth -= 1;
    }
}

impl Visit for Inside {
    fn visit_pat(&mut self, pat: &Pat) {
        self.own.extend(bound_ids(pat));
        pat.visit_children_with(self);
    }

    fn visit_arrow_expr(&mut self, arrow: &ArrowExpr) {
        self.nested(arrow);
    }

    fn visit_function(&mut self, function: &Function) {
        self.nested(function);
    }
}
