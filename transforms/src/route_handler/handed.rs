//! The handlers that an endpoint hands to helpers: they become handlers of the new kind, too.
//!
//! ```ts
//! export default async function handler(req, res) {       async function handler(req: NextRequest, { params }: …) {
//!   await byMethod(req, res, { GET: list });          →     return await byMethod(req, { params }, { GET: list });
//! }                                                       }
//! ```

use std::collections::{BTreeSet, HashMap};

use super::dispatch::Methods;
use super::handler::Request;
use super::helpers::declares;
use super::needs::{Callees, Needs};
use super::unit::Unit;
use super::wrapper_form::map_annotation;
use super::wraps::Search;
use crate::finding::Finding;
use crate::pages_api::{Carriers, Escape, EscapeKind, Role, Root, Taker, handed};
use crate::project::Method;
use crate::rewrite::Edit;
use crate::syntax::ast::Id;
use crate::syntax::{Module, Span, module_functions};

/// Handlers that one call hands over.
#[derive(Clone, Debug)]
pub struct Handed {
    /// The call.
    pub call: Span,
    /// Who is called.
    pub callee: Id,
    /// Where the functions start that are handed over.
    pub leaves: Vec<usize>,
    /// The methods that a map of handlers names.
    pub keys: Vec<String>,
    /// Constants that the handlers come from, and where their values are.
    pub constants: Vec<(Id, Span)>,
}

/// What is known of the helpers of one module that take handlers, and of what they are given.
#[derive(Default)]
pub struct Takers<'m> {
    known: HashMap<Id, Option<Taker<'m>>>,
    /// Where handlers are handed over.
    pub handed: Vec<Handed>,
    /// Where the functions start that are.
    leaves: BTreeSet<usize>,
    /// Calls whose handlers cannot be told.
    lost: BTreeSet<Span>,
}

impl<'m> Takers<'m> {
    /// Adds the handlers that `carriers` hand over to `roots`, behind the first `handlers` of them, which are handlers
    /// of the endpoint; a module without these hands over none. True if there are new ones.
    pub fn follow(
        &mut self,
        search: &Search<'_, 'm>,
        carriers: &Carriers<'m>,
        roots: &mut Vec<Root<'m>>,
        handlers: &mut usize,
    ) -> bool {
        let mut more = false;
        for carrier in &carriers.list {
            for call in &carrier.calls {
                let taught = carrier.taught.iter().any(|taught| taught.span == call.span);
                let seen = self.lost.contains(&call.span) || self.handed.iter().any(|known| known.call == call.span);
                if taught || seen || !call.held.is_empty() {
                    continue;
                }
                let roles: Vec<Option<Role>> = call.args.iter().map(|(_, role)| *role).collect();
                let taker = self.known.entry(call.callee.clone()).or_insert_with(|| search.taker(&call.callee, roles));
                let Some(taker) = taker.clone() else { continue };
                let found = handed(search.module, carrier, call, &taker).ok();
                let Some(found) = found.filter(|found| *handlers > 0 && self.are_free(&found.leaves, roots)) else {
                    self.lost.insert(call.span);
                    continue;
                };
                let leaves = found.leaves.iter().map(|leaf| leaf.function.span().start).collect();
                for leaf in found.leaves {
                    if self.leaves.insert(leaf.function.span().start) {
                        roots.insert(*handlers, leaf);
                        *handlers += 1;
                        more = true;
                    }
                }
                let own = module_functions(search.module).get(&call.callee).map(|function| function.span());
                if own.is_some_and(|own| !roots.iter().any(|root| root.function.span() == own)) {
                    roots.push(taker.root);
                    more = true;
                }
                let (keys, constants) = (found.keys, found.constants);
                self.handed.push(Handed { call: call.span, callee: call.callee.clone(), leaves, keys, constants });
            }
        }
        more
    }

    /// None of `leaves` is a root already, but for those that are handed over elsewhere in the same way.
    fn are_free(&self, leaves: &[Root<'m>], roots: &[Root<'m>]) -> bool {
        leaves.iter().all(|leaf| {
            let mut known = roots.iter().filter(|root| root.function.span() == leaf.function.span());
            known.all(|root| self.leaves.contains(&leaf.function.span().start) && root.roles == leaf.roles)
        })
    }

    /// The function called `callee` as a carrier, if it takes handlers.
    pub fn root(&self, callee: &Id) -> Option<Root<'m>> {
        self.known.get(callee)?.as_ref().map(|taker| taker.root.clone())
    }

    /// Calls whose handlers cannot be told are not followed.
    pub fn settle(&self, carriers: &mut Carriers<'m>) {
        for carrier in &mut carriers.list {
            let lost = carrier.calls.iter().filter(|call| self.lost.contains(&call.span));
            let escapes: Vec<_> = lost
                .map(|call| {
                    let how = EscapeKind::Handlers(call.callee.0.to_string());
                    Escape { how, ..call.unfollowed() }
                })
                .collect();
            carrier.escapes.extend(escapes);
        }
    }
}

/// What stands in the way of the handlers that `unit` hands over: other code that uses them, too, and ways through
/// them that answer nothing, after which their callers may answer themselves.
pub fn obstacles(unit: &Unit<'_>, needs: &[Needs]) -> Vec<Finding> {
    let module = unit.module;
    let constants = || unit.handed.iter().flat_map(|handed| &handed.constants);
    let calls: Vec<Span> = unit.handed.iter().map(|handed| handed.call).collect();
    let values: Vec<Span> = constants().map(|(_, value)| *value).collect();
    let mut findings = Vec::new();
    for (name, value) in constants() {
        let fine = |mention: Span| value.contains(mention) || calls.iter().any(|call| call.contains(mention));
        findings.extend(other_uses(module, name, &fine));
    }
    for (leaf, needs) in unit.carriers.list.iter().zip(needs).filter(|(leaf, _)| unit.is_handed(leaf)) {
        let body = leaf.function.span();
        let fine =
            |mention: Span| body.contains(mention) || calls.iter().chain(&values).any(|place| place.contains(mention));
        findings.extend(leaf.name.iter().flat_map(|name| other_uses(module, name, &fine)));
        findings.extend((!needs.effect.always).then(|| comes_back(module, body)));
    }
    findings
}

/// The same for wrapped handlers: a wrapper that may answer behind its handler does so where that one has not.
pub fn fallbacks(unit: &Unit<'_>, needs: &[Needs], callees: &Callees) -> Vec<Finding> {
    let list = || unit.carriers.list.iter().zip(needs);
    let others = unit.wraps.iter().filter_map(|wrap| Some(&callees.get(&wrap.call.callee)?.needs));
    let wrappers = || list().filter(|(carrier, _)| carrier.wraps).map(|(_, needs)| needs).chain(others.clone());
    if !wrappers().any(|needs| needs.effect.falls_back) {
        return Vec::new();
    }
    if let Some(wrap) = unit.wraps.first().filter(|_| wrappers().any(|needs| !needs.effect.always)) {
        return vec![comes_back(unit.module, wrap.call.name)];
    }
    let leaves = list().take(unit.carriers.roots).filter(|(leaf, _)| !leaf.wraps && !unit.is_handed(leaf));
    let open = leaves.filter(|(_, needs)| !needs.effect.always);
    open.map(|(leaf, _)| comes_back(unit.module, leaf.function.span())).collect()
}

fn comes_back(module: &Module, handler: Span) -> Finding {
    let message = "this handler may come back without an answer, and the helper that calls it goes on then";
    Finding::manual("handlers-handed", &module.path, Span::at(handler.start), message)
        .help("send a response on every way through it")
}

/// The types of maps of handlers speak of the old form.
pub fn map_types(unit: &Unit<'_>) -> Vec<Edit> {
    let constants = unit.handed.iter().flat_map(|handed| &handed.constants);
    let values: BTreeSet<Span> = constants.map(|(_, value)| *value).collect();
    values.into_iter().filter_map(|value| map_annotation(unit.module, value)).collect()
}

/// A handler that leaves everything to a helper with a map of handlers, which refuses other methods, answers those of
/// the map.
pub fn narrow(methods: &mut [Methods], request: &Request<'_>) {
    let Unit { carriers, handed, .. } = request.unit;
    let ([handed], Some(handler), Some(methods)) = (handed.as_slice(), carriers.list.first(), methods.first_mut())
    else {
        return;
    };
    let alone = matches!(handler.calls.as_slice(), [call] if call.span == handed.call) && handler.writes.is_empty();
    let named = |key: &String| Method::ALL.into_iter().find(|method| method.as_str() == key);
    let keys: Option<Vec<Method>> = handed.keys.iter().map(named).collect();
    let Some(mut keys) = keys.filter(|keys| alone && !keys.is_empty() && request.refuses_others) else { return };
    let certain = methods.other.silent.is_empty() && methods.other.sends.contains_key(&handed.call);
    if methods.tells_apart || !certain {
        return;
    }
    keys.sort();
    keys.dedup();
    methods.flows.retain(|method, _| keys.contains(method));
    methods.exported = keys;
}

/// Mentions of the handler `name` where what it takes must not change; `fine` tells the others.
pub fn other_uses(module: &Module, name: &Id, fine: &dyn Fn(Span) -> bool) -> Vec<Finding> {
    let all = module.references();
    let declared = |mention: &Span| module.ast.body.iter().any(|item| declares(item, name, *mention));
    let mentions = all.get(name).into_iter().flatten();
    let others = mentions.filter(|mention| !fine(**mention) && !declared(mention));
    others
        .map(|mention| {
            let message = format!("`{}` is used here, too, and what it takes changes", name.0);
            Finding::manual("handler-called", &module.path, *mention, message)
                .help("put what is shared into a function of its own")
        })
        .collect()
}
