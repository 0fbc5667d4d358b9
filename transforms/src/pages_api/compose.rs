//! Functions that put wrappers around a handler, one after the other.
//!
//! ```ts
//! const compose = (...wrappers) => (handler) => wrappers.reduceRight((all, wrap) => wrap(all), handler);
//! export default compose(withErrors, withAuth)(handler);      // `withErrors(withAuth(handler))`
//!
//! const api = compose(withErrors, withAuth);                  // `(handler) => withErrors(withAuth(handler))`
//! export default api(handler);
//! ```

use crate::syntax::ast::{CallExpr, Expr, ExprOrSpread, Id, Pat, ReturnStmt, Stmt};
use crate::syntax::{
    Function, Span, bare, callee_ident, function_of, ident, is_ident, member_name, pat_ident, span_of,
};

/// How a function puts wrappers around a handler.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Composer {
    /// The first wrapper stands around all others.
    pub first_outermost: bool,
    /// Where the wrappers are among its arguments.
    pub wrappers: Wrappers,
    /// Where the handler is; `None` if what it gives is called with that.
    pub handler: Option<usize>,
}

/// Where the wrappers are among arguments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wrappers {
    /// All from this one on: `compose(a, b)`.
    From(usize),
    /// In an array that is this one: `compose([a, b])`.
    Array(usize),
}

/// An expression that puts wrappers around a handler.
#[derive(Clone, Debug)]
pub struct Composed {
    /// All of it.
    pub whole: Span,
    /// The wrappers, from the outermost one.
    pub wrappers: Vec<Span>,
    /// The handler; `None` if it comes later, so that this is a function that takes it.
    pub handler: Option<Span>,
    /// Where the wrapper starts that hands its handler over here, if that is none of an endpoint.
    pub owner: Option<usize>,
}

impl Composed {
    /// What is kept of it.
    pub(super) fn parts(&self) -> impl Iterator<Item = Span> {
        self.wrappers.iter().copied().chain(self.handler)
    }
}

/// The parts of a call that composes: the wrappers from the outermost one, and the handler.
pub(super) struct Parts<'a> {
    pub wrappers: Vec<&'a Expr>,
    pub handler: &'a Expr,
}

/// What a function that is called `id` composes by, if it does nothing else.
pub type ComposerOf<'c> = dyn Fn(&Id) -> Option<Composer> + 'c;

impl Composer {
    /// That of a package, which is called with the wrappers and gives a function that takes the handler.
    pub const fn of_package(first_outermost: bool) -> Composer {
        Composer { first_outermost, wrappers: Wrappers::From(0), handler: None }
    }

    /// Reads `function` as one.
    pub fn of(function: Function<'_>) -> Option<Composer> {
        let params = function.params();
        let result = given(function)?;
        if let Some(inner) = function_of(result) {
            // `(...wrappers) => (handler) => …`.
            let [taken] = inner.params()[..] else { return None };
            let folded = Folded::of(given(inner)?)?;
            let (wrappers, _) = folded.list(&params)?;
            let seeded = is_named(taken, folded.seed?) && params.len() == 1;
            return seeded.then_some(Composer { first_outermost: folded.first_outermost()?, wrappers, handler: None });
        }
        let folded = Folded::of(result)?;
        let (wrappers, at) = folded.list(&params)?;
        match folded.seed {
            Some(seed) => {
                // `(handler, ...wrappers) => …`.
                let handler = params.iter().position(|param| is_named(param, seed))?;
                let both = params.len() == 2 && handler != at;
                let first_outermost = folded.first_outermost()?;
                both.then_some(Composer { first_outermost, wrappers, handler: Some(handler) })
            }
            // `(...wrappers) => wrappers.reduce((f, g) => (x) => f(g(x)))`.
            None => {
                let chains = chains(folded.step)? && params.len() == 1;
                chains.then_some(Composer { first_outermost: !folded.right, wrappers, handler: None })
            }
        }
    }

    /// The parts of `call`, of which `made` is the call that gives what it calls, if that is a call.
    pub(super) fn parts<'a>(&self, call: &'a CallExpr, made: Option<&'a CallExpr>) -> Option<Parts<'a>> {
        let (given, handler) = match (self.handler, made) {
            (Some(at), None) => (call, call.args.get(at)?),
            (None, Some(made)) => match call.args.as_slice() {
                [only] => (made, only),
                _ => return None,
            },
            _ => return None,
        };
        let list: Vec<&ExprOrSpread> = match self.wrappers {
            Wrappers::From(at) => given.args.get(at..)?.iter().collect(),
            Wrappers::Array(at) => match bare(&given.args.get(at)?.expr) {
                Expr::Array(array) => array.elems.iter().map(Option::as_ref).collect::<Option<_>>()?,
                _ => return None,
            },
        };
        let plain = handler.spread.is_none() && !list.is_empty() && list.iter().all(|arg| arg.spread.is_none());
        let mut wrappers: Vec<&Expr> = list.into_iter().map(|arg| &*arg.expr).collect();
        if !self.first_outermost {
            wrappers.reverse();
        }
        plain.then_some(Parts { wrappers, handler: &handler.expr })
    }
}

/// The parts of `[withAuth, withErrors].reduce((all, wrap) => wrap(all), handler)`.
pub(super) fn folded_parts(expr: &Expr) -> Option<Parts<'_>> {
    let folded = Folded::of(expr)?;
    let Expr::Array(array) = bare(folded.list) else { return None };
    let list: Vec<&ExprOrSpread> = array.elems.iter().map(Option::as_ref).collect::<Option<_>>()?;
    let plain = !list.is_empty() && list.iter().all(|element| element.spread.is_none());
    let mut wrappers: Vec<&Expr> = list.into_iter().map(|element| &*element.expr).collect();
    if !folded.first_outermost()? {
        wrappers.reverse();
    }
    Some(Parts { wrappers, handler: folded.seed? }).filter(|_| plain)
}

/// `list.reduce(step, seed)`.
struct Folded<'a> {
    list: &'a Expr,
    right: bool,
    step: Function<'a>,
    seed: Option<&'a Expr>,
}

impl<'a> Folded<'a> {
    fn of(expr: &'a Expr) -> Option<Folded<'a>> {
        let Expr::Call(call) = bare(expr) else { return None };
        let Expr::Member(member) = bare(call.callee.as_expr()?) else { return None };
        let right = match member_name(member)?.as_str() {
            "reduce" => false,
            "reduceRight" => true,
            _ => return None,
        };
        let (step, seed) = match call.args.as_slice() {
            [step] => (step, None),
            [step, seed] => (step, Some(&*seed.expr)),
            _ => return None,
        };
        Some(Folded { list: &member.obj, right, step: function_of(&step.expr)?, seed })
    }

    /// Which of `params` is the list, and its position.
    fn list(&self, params: &[&Pat]) -> Option<(Wrappers, usize)> {
        let name = ident(self.list)?.to_id();
        params.iter().enumerate().find_map(|(at, param)| match param {
            Pat::Rest(rest) => (pat_ident(&rest.arg)?.to_id() == name).then_some((Wrappers::From(at), at)),
            other => (pat_ident(other)?.to_id() == name).then_some((Wrappers::Array(at), at)),
        })
    }

    /// `(all, wrap) => wrap(all)`: whether the first wrapper comes last, and stands around all.
    fn first_outermost(&self) -> Option<bool> {
        let [all, wrap] = self.step.params()[..] else { return None };
        let Expr::Call(call) = bare(given(self.step)?) else { return None };
        let [only] = call.args.as_slice() else { return None };
        let applies = is_ident(call.callee.as_expr()?, &pat_ident(wrap)?.to_id()) && is_named(all, &only.expr);
        (applies && only.spread.is_none()).then_some(self.right)
    }
}

/// `(f, g) => (x) => f(g(x))`, or with `...x`.
fn chains(step: Function<'_>) -> Option<bool> {
    let [first, second] = step.params()[..] else { return None };
    let inner = function_of(given(step)?)?;
    let [param] = inner.params()[..] else { return None };
    let (name, spread) = match param {
        Pat::Rest(rest) => (pat_ident(&rest.arg)?, true),
        other => (pat_ident(other)?, false),
    };
    let Expr::Call(outer) = bare(given(inner)?) else { return None };
    let [result] = outer.args.as_slice() else { return None };
    let Expr::Call(nested) = bare(&result.expr) else { return None };
    let [value] = nested.args.as_slice() else { return None };
    let calls = |call: &CallExpr, own: &Pat| {
        pat_ident(own).is_some_and(|own| callee_ident(call).is_some_and(|callee| callee.to_id() == own.to_id()))
    };
    let hands = is_ident(&value.expr, &name.to_id()) && value.spread.is_some() == spread;
    Some(calls(outer, first) && calls(nested, second) && hands && result.spread.is_none())
}

/// What `function` gives, if that is all that it does.
fn given(function: Function<'_>) -> Option<&Expr> {
    match (function.expression(), function.block().map(|block| block.stmts.as_slice())) {
        (Some(expression), _) => Some(expression),
        (None, Some([Stmt::Return(ReturnStmt { arg: Some(result), .. })])) => Some(result),
        _ => None,
    }
}

fn is_named(param: &Pat, expr: &Expr) -> bool {
    pat_ident(param).is_some_and(|name| is_ident(expr, &name.to_id()))
}

impl Parts<'_> {
    /// What `whole` composes, which is handed the handler at once, or in a call of its own.
    pub(super) fn composed(&self, whole: &Expr) -> Composed {
        let whole = span_of(whole);
        let wrappers = self.wrappers.iter().map(|wrapper| span_of(*wrapper)).collect();
        let handler = Some(span_of(self.handler)).filter(|handler| whole.contains(*handler));
        Composed { whole, wrappers, handler, owner: None }
    }
}
