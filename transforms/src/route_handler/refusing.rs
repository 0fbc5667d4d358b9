//! The methods that a wrapper refuses, by its own code or by what it is given where it stands around a handler:
//!
//! ```ts
//! export const allow = (methods: string[], handler) => async (req, res) => {
//!   if (!methods.includes(req.method)) return res.status(405).end();
//!   return handler(req, res);
//! };
//! export default allow(['GET'], list);      →      export const GET = allow(['GET'], list);
//! ```
//!
//! The list may have a name: `const METHODS = ['GET'] as const`, here or in another module.

use std::collections::{BTreeSet, HashMap};

use super::claims::given_calls;
use super::live::reached_where;
use super::unit::Unit;
use super::wrapper_form::wrapper_of;
use crate::pages_api::{Carrier, WrapCall};
use crate::project::Method;
use crate::syntax::ast::{CallExpr, Expr, Id, ObjectPatProp, Pat, Prop, PropOrSpread};
use crate::syntax::{
    Module, Span, Visit, VisitWith, bare, ident, known_text, literal_str, member_name, pat_ident, prop_name, span_of,
};

/// What parameters of a wrapper are: literals.
struct Given<'g> {
    /// Constants that are given by name.
    fixed: &'g HashMap<Id, &'g Expr>,
    lists: HashMap<Id, Vec<String>>,
    texts: HashMap<Id, String>,
}

/// Those for which the wrapper `carrier`, which `call` of `caller` puts around a handler, does nothing but
/// answer 405. Its module is `home`.
pub fn refused(carrier: &Carrier<'_>, home: &Module, call: &WrapCall, caller: &Unit<'_>) -> BTreeSet<Method> {
    let mut given = Given { fixed: &caller.fixed, lists: HashMap::new(), texts: HashMap::new() };
    if let (Some((function, _)), Some(call)) = (wrapper_of(home, carrier.function), call_at(caller.module, call.name)) {
        let args = call.args.iter().take_while(|arg| arg.spread.is_none()).map(|arg| &*arg.expr);
        function.params().into_iter().zip(args).for_each(|(param, arg)| given.bind(param, arg));
        let all = references_of(home, function.span());
        given.lists.retain(|id, _| all(id).into_iter().all(|mention| only_asks(&home.text, mention)));
        given.texts.retain(|id, _| all(id).into_iter().all(|mention| !is_set(&home.text, mention)));
    }
    let is_value = |id: &Id| given.lists.contains_key(id) || given.texts.contains_key(id);
    if given_calls(carrier, &is_value).is_none() {
        return BTreeSet::new();
    }
    Method::ALL.into_iter().filter(|method| refuses(carrier, &given, *method)).collect()
}

fn refuses(carrier: &Carrier<'_>, given: &Given<'_>, method: Method) -> bool {
    let known = carrier.known(Some(Some(method)));
    let known = |expr: &Expr| given.known(expr, &known);
    let runs = |place: Span| reached_where(carrier, &BTreeSet::from([place]), &known, true).is_some();
    let mut sends = carrier.writes.iter().filter(|write| write.payload.is_some() && runs(write.span)).peekable();
    sends.peek().is_some()
        && sends.all(|write| write.literal_status() == Some(405))
        && !carrier.calls.iter().any(|call| runs(call.span))
}

impl<'g> Given<'g> {
    /// What `value` is, by its name or as it stands.
    fn meant<'e>(&self, value: &'e Expr) -> &'e Expr
    where
        'g: 'e,
    {
        ident(value).and_then(|name| self.fixed.get(&name.to_id()).copied()).unwrap_or(value)
    }

    fn bind(&mut self, param: &Pat, arg: &Expr) {
        let arg = self.meant(arg);
        match (param, bare(arg)) {
            (Pat::Assign(default), _) => self.bind(&default.left, arg),
            (Pat::Object(pattern), Expr::Object(object)) => {
                let fixed = self.fixed;
                let value = |key: &str| {
                    object.props.iter().find_map(|prop| match prop {
                        PropOrSpread::Prop(prop) => match &**prop {
                            Prop::KeyValue(pair) => (prop_name(&pair.key)? == key).then_some(&*pair.value),
                            Prop::Shorthand(name) if *name.sym == *key => fixed.get(&name.to_id()).copied(),
                            _ => None,
                        },
                        PropOrSpread::Spread(_) => None,
                    })
                };
                for prop in &pattern.props {
                    match prop {
                        ObjectPatProp::KeyValue(pair) => {
                            let value = prop_name(&pair.key).and_then(|key| value(&key));
                            value.into_iter().for_each(|value| self.bind(&pair.value, value));
                        }
                        ObjectPatProp::Assign(own) => {
                            let value = value(&own.key.sym);
                            value.into_iter().for_each(|value| self.learn(own.key.to_id(), value));
                        }
                        ObjectPatProp::Rest(_) => {}
                    }
                }
            }
            (Pat::Ident(_), _) => pat_ident(param).into_iter().for_each(|name| self.learn(name.to_id(), arg)),
            _ => {}
        }
    }

    fn learn(&mut self, id: Id, value: &Expr) {
        let value = self.meant(value);
        if let Some(text) = literal_str(value) {
            self.texts.insert(id, text);
        } else if let Expr::Array(list) = bare(value) {
            let text = |item: &Option<crate::syntax::ast::ExprOrSpread>| {
                item.as_ref().filter(|item| item.spread.is_none()).and_then(|item| literal_str(&item.expr))
            };
            let texts: Option<Vec<String>> = list.elems.iter().map(text).collect();
            self.lists.extend(texts.map(|texts| (id, texts)));
        }
    }

    /// What is known of `expr` beside what `known` says; the empty string stands for what is false.
    fn known(&self, expr: &Expr, known: &dyn Fn(&Expr) -> Option<String>) -> Option<String> {
        match bare(expr) {
            Expr::Ident(name) => self.texts.get(&name.to_id()).cloned().or_else(|| known(expr)),
            Expr::Call(call) => {
                let Expr::Member(member) = bare(call.callee.as_expr()?) else { return None };
                let list = self.lists.get(&ident(&member.obj)?.to_id())?;
                let [asked] = call.args.as_slice() else { return None };
                let text = known_text(&asked.expr, known)?;
                (member_name(member)? == "includes")
                    .then(|| if list.contains(&text) { "present".to_owned() } else { String::new() })
            }
            _ => known(expr),
        }
    }
}

/// Where the names of `module` are mentioned within `function`.
fn references_of(module: &Module, function: Span) -> impl Fn(&Id) -> Vec<Span> {
    move |id| {
        let all = module.references().get(id).into_iter().flatten().copied();
        let mut all: Vec<Span> = all.filter(|mention| function.contains(*mention)).collect();
        // The first is the parameter.
        all.sort_by_key(|mention| mention.start);
        all.into_iter().skip(1).collect()
    }
}

/// Whether a list is only asked what it holds, or told to the client.
fn only_asks(text: &str, mention: Span) -> bool {
    let behind = &text[mention.end..];
    let line = text[..mention.start].rsplit('\n').next().unwrap_or_default();
    [".includes(", ".join("].iter().any(|call| behind.starts_with(call))
        || (line.contains("setHeader(") && behind.trim_start().starts_with(')'))
}

fn is_set(text: &str, mention: Span) -> bool {
    let behind = text[mention.end..].trim_start();
    behind.starts_with('=') && !behind.starts_with("==") && !behind.starts_with("=>")
}

/// The call of the name at `name`.
fn call_at(module: &Module, name: Span) -> Option<CallExpr> {
    let mut finder = CallAt { name, found: None };
    module.ast.visit_with(&mut finder);
    finder.found
}

struct CallAt {
    name: Span,
    found: Option<CallExpr>,
}

impl Visit for CallAt {
    fn visit_call_expr(&mut self, call: &CallExpr) {
        if call.callee.as_expr().is_some_and(|callee| span_of(bare(callee)).start == self.name.start)
            && !call.callee.as_expr().is_some_and(|callee| bare(callee).is_call())
        {
            self.found = Some(call.clone());
        }
        call.visit_children_with(self);
    }
}
