//! Headers that a handler asks for by `res.getHeader`. They are known where the helper that runs it has set them before,
//! in any case and as text: then it hands over the `Headers` that it collects.
//!
//! ```ts
//! export async function withId(req, res, handler) {
//!   res.setHeader('X-Id', `req_${count++}`);
//!   return await handler(req, res);           // res.getHeader('X-Id') is that text
//! }
//! ```

use std::collections::{BTreeSet, HashMap};

use super::handed::Handed;
use super::payload::Constants;
use super::unit::Link;
use super::wrapper_form::wrapper_of;
use super::wraps::{Search, Wrap};
use crate::pages_api::{Carrier, Carriers, Escape, EscapeKind, Role, Root, operand, returned};
use crate::project::{Declared, imports};
use crate::syntax::ast::{Expr, Id, Stmt};
use crate::syntax::{Module, Span, bare, callee_ident, module_functions, span_of};

/// Finds out which handlers among `carriers` ask for nothing but what the helpers in `handed` that run them have set, or
/// the wrappers around them, and tells those helpers. Whatever else is asked for is not followed.
pub fn settle<'m>(
    search: &Search<'_, 'm>,
    carriers: &mut Carriers<'m>,
    handed: &[Handed],
    links: &mut HashMap<Id, Option<Link<'m>>>,
) {
    let mut known: HashMap<Id, BTreeSet<String>> = HashMap::new();
    let mut giving: Vec<Id> = Vec::new();
    for carrier in carriers.list.iter_mut().filter(|carrier| !carrier.asked.is_empty() || carrier.hands_headers) {
        let start = carrier.function.span().start;
        let helpers: Vec<&Handed> = handed.iter().filter(|handed| handed.leaves.contains(&start)).collect();
        let mut set = |handed: &Handed, name: &String| {
            let of_helper = known.entry(handed.callee.clone()).or_insert_with(|| search.set_headers(&handed.callee));
            !handed.wrapped && of_helper.contains(name)
        };
        let mut is_given = |name: &String| match helpers.is_empty() {
            true => carrier.given_headers.contains(name),
            false => helpers.iter().all(|handed| set(handed, name)),
        };
        let known = carrier.asked.iter().all(|asked| leaves_alone(carrier, &asked.name) && is_given(&asked.name));
        if known && carrier.streamed.is_empty() {
            giving.extend(helpers.iter().map(|handed| handed.callee.clone()));
            continue;
        }
        let asked = std::mem::take(&mut carrier.asked);
        let how = || EscapeKind::Member("getHeader".into());
        carrier.escapes.extend(asked.iter().map(|asked| Escape { span: asked.span, role: Role::Res, how: how() }));
    }
    for callee in giving {
        if let Some(Some(Link::Helper(target))) = links.get_mut(&callee) {
            target.root.hands_headers = true;
        }
        let own = carriers.list.iter_mut().filter(|carrier| carrier.name.as_ref() == Some(&callee));
        own.for_each(|carrier| carrier.hands_headers = true);
    }
}

/// Whether `handler` certainly changes other headers only, as far as its own code goes.
fn leaves_alone(handler: &Carrier<'_>, name: &str) -> bool {
    let mut changes = handler.writes.iter().flat_map(|write| &write.headers);
    changes.all(|change| change.literal_name().is_some_and(|other| other != name))
}

impl<'m> Search<'_, 'm> {
    /// The headers that a handler is handed by the wrappers `wraps`, of which there is one, and which leaves it to a
    /// helper to run the function that calls the handler: those that the helper has set, and that function leaves alone.
    pub fn given_headers(&self, wraps: &[Wrap<'m>]) -> BTreeSet<String> {
        self.of_runner(wraps).unwrap_or_default()
    }

    fn of_runner(&self, wraps: &[Wrap<'m>]) -> Option<BTreeSet<String>> {
        let [Wrap { target, .. }] = wraps else { return None };
        if target.file == self.module.path {
            return None;
        }
        let module = self.modules.get(target.file).ok()?;
        let (_, shape) = wrapper_of(module, target.root.function)?;
        let (callee, leaf) = self.run_inside(module, &shape)?;
        let imports = imports(module);
        let mut names = Search { module, imports: &imports, ..*self }.set_headers(&callee);
        let continuations = target.root.continuations.clone();
        let inside = self.read_alone(module, Root { continuations, ..leaf });
        let inside = inside.list.first()?;
        names.retain(|name| leaves_alone(inside, name));
        // What else is handed the response may change it.
        let given = |callee: &Id| inside.continuations.contains(callee);
        let plain = inside.calls.iter().all(|call| given(&call.callee))
            && inside.escapes.iter().all(|escape| escape.role != Role::Res);
        plain.then_some(names)
    }

    /// The headers, in lower case, that the helper `callee` has set in any case when it runs a handler, as text.
    fn set_headers(&self, callee: &Id) -> BTreeSet<String> {
        let taker = self.taker(callee, vec![Some(Role::Req), Some(Role::Res)]);
        let Some((Declared { module, .. }, taker)) = self.declared(callee).zip(taker) else { return BTreeSet::new() };
        self.read_alone(module, taker.root).list.first().map(|helper| sure(module, helper)).unwrap_or_default()
    }
}

/// The same of `helper`: what its own statements set once, as text, before they run a handler, where nothing else could
/// set it.
fn sure(module: &Module, helper: &Carrier<'_>) -> BTreeSet<String> {
    let Some(block) = helper.function.block() else { return BTreeSet::new() };
    let runs = |callee: &Id| helper.continuations.contains(callee);
    let first = helper.calls.iter().filter(|call| runs(&call.callee)).map(|call| call.span.start).min();
    let Some(first) = first else { return BTreeSet::new() };
    let others = helper.calls.iter().filter(|call| !runs(&call.callee));
    let others = others.filter(|call| call.args.iter().any(|(_, role)| *role == Some(Role::Res)));
    let escapes = helper.escapes.iter().filter(|escape| escape.role == Role::Res).map(|escape| escape.span);
    let changes = || helper.writes.iter().flat_map(|write| &write.headers);
    if others.map(|call| call.span).chain(escapes).any(|place| place.start < first)
        || changes().any(|change| change.literal_name().is_none())
    {
        return BTreeSet::new();
    }
    let constants = Constants::of(module);
    let statements: Vec<Span> = block.stmts.iter().filter_map(own_expression).collect();
    let before = |span: &Span| statements.contains(span) && span.end <= first;
    let plain = helper.writes.iter().filter(|write| write.payload.is_none() && before(&write.span));
    let set = plain.flat_map(|write| &write.headers).filter_map(|change| {
        let text = change.value.as_ref().is_some_and(|value| is_text(module, &constants, value));
        (change.verb == "set" && text).then(|| change.literal_name())?
    });
    let alone = |name: &String| changes().filter(|change| change.literal_name().as_ref() == Some(name)).count() == 1;
    set.filter(alone).collect()
}

fn own_expression(statement: &Stmt) -> Option<Span> {
    statement.as_expr().map(|own| span_of(operand(&own.expr)))
}

/// Whether the value is certainly text: what code and types say of it, or of what the function gives that makes it.
fn is_text(module: &Module, constants: &Constants, value: &Expr) -> bool {
    if constants.is_text(value) {
        return true;
    }
    match bare(value) {
        Expr::Ident(name) => constants.value(name).is_some_and(|value| match bare(value) {
            Expr::Call(_) => is_text(module, constants, value),
            _ => false,
        }),
        Expr::Call(call) => {
            let made = callee_ident(call).and_then(|name| module_functions(module).get(&name.to_id()).copied());
            made.filter(|made| !made.is_async() && !made.is_generator())
                .and_then(returned)
                .is_some_and(|value| constants.is_text(value))
        }
        _ => false,
    }
}
