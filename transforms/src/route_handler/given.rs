//! Whether a value is certainly there. `res.json(undefined)` answered with an empty body where
//! `NextResponse.json(undefined)` throws, so that the plain form fits only what is never `undefined`
//! (reference, section 3.1). Functions, of which JSON makes `undefined`, too, are not looked for behind names.

use super::payload::Constants;
use super::responses::forbids_body;
use crate::libraries::prisma;
use crate::project::Literal;
use crate::syntax::ast::{AwaitExpr, BinaryOp, CallExpr, Expr, Ident, Lit, UnaryOp};
use crate::syntax::{bare, callee_ident, ident, member_name};

/// How many constants and operators are looked through.
const DEPTH: usize = 16;

impl Constants {
    /// Whether `expr` is certainly not `undefined`.
    pub fn is_given(&self, expr: &Expr) -> bool {
        self.given(expr, DEPTH)
    }

    /// Whether `status` is certainly one that allows a body: all that it may be is written out.
    pub fn allows_body(&self, status: &Expr) -> bool {
        self.allows(status, DEPTH)
    }

    fn given(&self, expr: &Expr, depth: usize) -> bool {
        let Some(depth) = depth.checked_sub(1) else { return false };
        let given = |expr: &Expr| self.given(expr, depth);
        if self.literal(expr).is_some() {
            return true;
        }
        match bare(expr) {
            Expr::Lit(_) | Expr::Object(_) | Expr::Array(_) | Expr::Tpl(_) | Expr::New(_) | Expr::Update(_) => true,
            Expr::Unary(unary) => unary.op != UnaryOp::Void,
            Expr::Bin(bin) => match bin.op {
                // What stands on the left is the value only if it is true, or neither `null` nor `undefined`.
                BinaryOp::LogicalOr | BinaryOp::NullishCoalescing => given(&bin.right),
                BinaryOp::LogicalAnd => given(&bin.left) && given(&bin.right),
                _ => true,
            },
            Expr::Cond(choice) => given(&choice.cons) && given(&choice.alt),
            Expr::Ident(name) => self.is_checked(name) || self.all(name, |value| self.given(value, depth / 2)),
            Expr::Call(call) => self.is_fetch(call) || gives_value(call) || self.is_made_by_method(call),
            Expr::Await(awaited) => self.awaited(&awaited.arg, depth),
            _ => false,
        }
    }

    /// Whether `await expr` is certainly there.
    fn awaited(&self, expr: &Expr, depth: usize) -> bool {
        let Some(depth) = depth.checked_sub(1) else { return false };
        match bare(expr) {
            Expr::Ident(name) => self.value(name).is_some_and(|value| self.awaited(value, depth)),
            Expr::Call(call) => match call.callee.as_expr().map(|callee| bare(callee)) {
                Some(Expr::Member(member)) => {
                    let object = ident(&member.obj);
                    match (object.map(|name| &*name.sym), member_name(member).as_deref()) {
                        (Some("Promise"), Some("all" | "allSettled")) => true,
                        // The body of what `fetch` gave.
                        (_, Some("json" | "text" | "arrayBuffer")) => {
                            self.is_fetched(object.and_then(|name| self.value(name)).unwrap_or(&member.obj))
                        }
                        _ => (self.knows_prisma() && prisma::gives_value(member)) || gives_value(call),
                    }
                }
                _ => self.is_fetch(call) || gives_value(call),
            },
            Expr::Await(_) => self.given(expr, depth),
            _ => false,
        }
    }

    /// Whether a method of an array, a string or the like gives the value. Objects that are imported may have methods of
    /// these names as well; a function that is handed over tells arrays from them.
    fn is_made_by_method(&self, call: &CallExpr) -> bool {
        let Some(Expr::Member(member)) = call.callee.as_expr().map(|callee| bare(callee)) else { return false };
        let is_foreign = ident(&member.obj).is_some_and(|object| self.is_imported(object));
        let takes_function =
            || call.args.first().is_some_and(|first| matches!(bare(&first.expr), Expr::Arrow(_) | Expr::Fn(_)));
        member_name(member).is_some_and(|method| is_own_method(&method)) && (!is_foreign || takes_function())
    }

    fn is_fetch(&self, call: &CallExpr) -> bool {
        self.has_fetch() && callee_ident(call).is_some_and(|name| &*name.sym == "fetch")
    }

    fn is_fetched(&self, init: &Expr) -> bool {
        matches!(bare(init), Expr::Await(awaited) if matches!(bare(&awaited.arg), Expr::Call(call) if self.is_fetch(call)))
    }

    fn allows(&self, status: &Expr, depth: usize) -> bool {
        let Some(depth) = depth.checked_sub(1) else { return false };
        if let Some(Literal::Number(number)) = self.literal(status) {
            return !forbids_body(*number as u16);
        }
        match bare(status) {
            Expr::Lit(Lit::Num(number)) => !forbids_body(number.value as u16),
            Expr::Cond(choice) => self.allows(&choice.cons, depth) && self.allows(&choice.alt, depth),
            Expr::Ident(name) => self.all(name, |value| self.allows(value, depth / 2)),
            _ => false,
        }
    }

    /// Whether all values of a name are known, and `holds` for each.
    fn all(&self, name: &Ident, holds: impl Fn(&Expr) -> bool) -> bool {
        self.all_values(name).is_some_and(|values| values.into_iter().all(holds))
    }
}

/// The values of `await Promise.all([first(), second()])`, each awaited by itself.
pub fn all_of(init: &Expr) -> Vec<Expr> {
    let Expr::Await(awaited) = bare(init) else { return Vec::new() };
    let Expr::Call(call) = bare(&awaited.arg) else { return Vec::new() };
    let is_all = matches!(call.callee.as_expr().map(|callee| bare(callee)), Some(Expr::Member(member))
        if ident(&member.obj).is_some_and(|name| &*name.sym == "Promise")
            && member_name(member).as_deref() == Some("all"));
    let [list] = call.args.as_slice() else { return Vec::new() };
    let Expr::Array(list) = bare(&list.expr) else { return Vec::new() };
    let plain = list.elems.iter().flatten().filter(|element| element.spread.is_none());
    if !is_all || plain.clone().count() != list.elems.len() {
        return Vec::new();
    }
    plain.map(|element| Expr::Await(AwaitExpr { span: awaited.span, arg: element.expr.clone() })).collect()
}

/// Calls that give a value whatever they are given: functions of the language.
fn gives_value(call: &CallExpr) -> bool {
    if let Some(name) = callee_ident(call) {
        return matches!(
            &*name.sym,
            "String" | "Number" | "Boolean" | "BigInt" | "parseInt" | "parseFloat" | "isNaN" | "encodeURIComponent"
        );
    }
    let Some(Expr::Member(member)) = call.callee.as_expr().map(|callee| bare(callee)) else { return false };
    let Some(method) = member_name(member) else { return false };
    let method = method.as_str();
    match ident(&member.obj).map(|name| &*name.sym) {
        Some("Object") => matches!(method, "keys" | "values" | "entries" | "fromEntries" | "assign"),
        Some("Array") => matches!(method, "from" | "of" | "isArray"),
        Some("JSON") => method == "parse",
        Some("Date") => method == "now",
        Some("Math") => true,
        _ => false,
    }
}

/// Methods of the language's own objects, which give a value.
fn is_own_method(method: &str) -> bool {
    matches!(
        method,
        "map"
            | "filter"
            | "flatMap"
            | "flat"
            | "slice"
            | "concat"
            | "join"
            | "split"
            | "some"
            | "every"
            | "includes"
            | "startsWith"
            | "endsWith"
            | "trim"
            | "toString"
            | "toUpperCase"
            | "toLowerCase"
            | "toFixed"
            | "toISOString"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::{Module, Visit, VisitWith};

    /// Calls of `send` and `end` in a module.
    struct Sent<'a>(&'a Constants, Vec<bool>);

    impl Visit for Sent<'_> {
        fn visit_call_expr(&mut self, call: &CallExpr) {
            match callee_ident(call).map(|name| &*name.sym) {
                Some("json") => self.1.push(self.0.is_given(&call.args[0].expr)),
                Some("status") => self.1.push(self.0.allows_body(&call.args[0].expr)),
                _ => {}
            }
            call.visit_children_with(self);
        }
    }

    /// Whether each `json(value)` is given a value for certain, and each `status(code)` allows a body.
    #[track_caller]
    fn check(text: &str, expected: &[bool]) {
        let module = Module::parse("a.ts", format!("async function f(p) {{ {text} }}").into()).expect("it parses");
        let constants = Constants::of(&module).with_prisma(true);
        let mut sent = Sent(&constants, Vec::new());
        module.ast.visit_with(&mut sent);
        assert_eq!(sent.1, expected, "{text}");
    }

    #[test]
    fn expressions_that_are_never_undefined() {
        check("json({ p }); json([p]); json(`${p}`); json(null); json(!p); json(p + 1); json(new Map())", &[true; 7]);
        check("json(p ?? null); json(p || []); json(p ? 1 : 2); json(p.map(f)); json(Object.keys(p))", &[true; 5]);
        check("json(await Promise.all(p)); json(await (await fetch(p)).json()); json(JSON.parse(p))", &[true; 3]);
        check("json(await prisma.user.findFirst()); json(await db.user.findMany())", &[true; 2]);
        check("const [a, b] = await Promise.all([prisma.user.count(), p()]); json(a); json(b)", &[true, false]);
    }

    #[test]
    fn names_that_others_may_have_given() {
        check("const { query } = db; json(await query.users.findFirst()); json(await p.filter({ a: 1 }))", &[false; 2]);
        check("const fetch = p; json(await (await fetch(p)).json())", &[false]);
        let module =
            "import { repo } from './a';\nasync function f(p) { json(repo.slice(1)); json(repo.map((a) => a)); }";
        let module = Module::parse("a.ts", module.into()).expect("it parses");
        let constants = Constants::of(&module);
        let mut sent = Sent(&constants, Vec::new());
        module.ast.visit_with(&mut sent);
        assert_eq!(sent.1, [false, true]);
    }

    #[test]
    fn expressions_that_may_be_undefined() {
        check(
            "json(p); json(p.a); json(p()); json(p && 1); json(p ? 1 : p); json(undefined); json(void 0)",
            &[false; 7],
        );
        check("json(p?.map(f)); json(p.find(f)); json(p.at(0)); json(JSON.stringify(p)); json(() => 1)", &[false; 5]);
        check("json(await p); json(await p.json()); json(await db.query.user.findFirst())", &[false; 3]);
        // Maps have `delete`, too, and clients have `create`.
        check("json(await p.users.create()); json(await p.a.count())", &[false; 2]);
    }

    #[test]
    fn names_that_checks_make_certain() {
        check("const a = p(); json(a); if (!a) return; json(a)", &[false, true]);
        check("const a = p(); if (p || !a) { p(); throw p; } json(a)", &[true]);
        check("const a = p(); if (a && p) { json(a); } else { json(a); }", &[true, false]);
        check("const a = p(); if (p) { if (!a) return; } json(a)", &[false]);
        check("const a = p(); if (!a) p(); json(a)", &[false]);
        check("const a = p(); a.b(); json(a); json(a.b)", &[true, false]);
        check("const a = p(); p && a.b; a?.c; p(() => a.d); json(a)", &[false]);
        check("const a = p(); try { a.b(); } catch {} json(a)", &[false]);
        // `g` may be called before the check.
        check("const a = p(); g(); if (!a) return; function g() { json(a); }", &[false]);
        check("let a = p(); if (!a) return; a = p(); json(a)", &[false]);
    }

    #[test]
    fn variables_of_which_all_values_are_known() {
        check("let a = []; if (p) a = [p]; json(a)", &[true]);
        check("let a = []; if (p) a = p; json(a)", &[false]);
        check("let a = []; [a] = p; json(a)", &[false]);
        check("let a = []; for (a of p) p(); json(a)", &[false]);
        check("let a; a = []; json(a)", &[false]);
    }

    #[test]
    fn statuses_that_allow_a_body() {
        check("status(200); status(p ? 400 : 500); const a = 201; status(a)", &[true; 3]);
        check("let a = 200; if (p) a = 404; status(a)", &[true]);
        check("status(204); status(p); status(p.status || 500); status(p ? 304 : 200)", &[false; 4]);
        check("let a = 200; if (p) a = 204; status(a)", &[false]);
        check("let a = 200; a++; status(a)", &[false]);
    }
}
