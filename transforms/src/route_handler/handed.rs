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
use crate::pages_api::{
    After, Call, Carrier, Carriers, Escape, EscapeKind, HandlerCast, ResponseUse, Role, Root, Taker, handed, questions,
};
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
    /// The methods that a map of handlers names, if all of them stand in one.
    pub keys: Vec<String>,
    /// Constants that the handlers come from, and where their values are.
    pub constants: Vec<(Id, Span)>,
    /// Where those are looked into, for a name that is called: `const handle = handlers[req.method]`.
    pub looked: Vec<Span>,
    /// It is no helper that is called, but a wrapped handler.
    pub wrapped: bool,
}

impl Handed {
    /// Whether `mention` is among the handlers.
    pub fn mentions(&self, mention: Span) -> bool {
        self.call.contains(mention) || self.constants.iter().any(|(_, value)| value.contains(mention))
    }
}

/// What is known of the helpers of one module that take handlers, and of what they are given.
#[derive(Default)]
pub struct Takers<'m> {
    known: HashMap<Id, Option<Taker<'m>>>,
    /// Where handlers are handed over.
    pub handed: Vec<Handed>,
    /// Where those are given another type.
    pub casts: Vec<HandlerCast>,
    /// Where the functions start that are.
    leaves: BTreeSet<usize>,
    /// Calls whose handlers cannot be told.
    lost: BTreeSet<Span>,
}

impl<'m> Takers<'m> {
    /// Adds the handlers that `carriers` hand over to `roots`, behind the first `handlers` of them, which are handlers
    /// of the endpoint, or in a helper's file behind all. True if there are new ones.
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
                let Some(found) = found.filter(|found| self.are_free(&found.leaves, roots)) else {
                    self.lost.insert(call.span);
                    continue;
                };
                let leaves = found.leaves.iter().map(|leaf| leaf.function.span().start).collect();
                // One that stands in a wrapper may call what that was given.
                let given =
                    carrier.wraps && carrier.calls.iter().all(|call| !carrier.continuations.contains(&call.callee));
                let inherits = |leaf: &Root<'m>| given && carrier.function.span().contains(leaf.function.span());
                for leaf in found.leaves {
                    if !self.leaves.insert(leaf.function.span().start) {
                        continue;
                    }
                    more = true;
                    let leaf = match inherits(&leaf) {
                        true => Root {
                            continuations: carrier.continuations.clone(),
                            hands_headers: carrier.hands_headers,
                            ..leaf
                        },
                        false => leaf,
                    };
                    if *handlers > 0 {
                        roots.insert(*handlers, leaf);
                        *handlers += 1;
                    } else {
                        roots.push(Root { handed: true, ..leaf });
                    }
                }
                let own = module_functions(search.module).get(&call.callee).map(|function| function.span());
                if own.is_some_and(|own| !roots.iter().any(|root| root.function.span() == own)) {
                    roots.push(taker.root);
                    more = true;
                }
                let (keys, constants) = (if found.keyless { Vec::new() } else { found.keys }, found.constants);
                let (callee, looked, wrapped) = (call.callee.clone(), Vec::new(), false);
                self.casts.extend(found.casts);
                self.handed.push(Handed { call: call.span, callee, leaves, keys, constants, looked, wrapped });
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

    /// Tells wrappers of the calls in functions inside them that they hand over.
    fn settle_inside(&self, carriers: &mut Carriers<'m>) {
        let leaf = |carrier: &&Carrier<'m>| self.leaves.contains(&carrier.function.span().start);
        let calls = carriers.list.iter().filter(leaf).flat_map(|leaf| {
            let given = leaf.calls.iter().filter(|call| leaf.continuations.contains(&call.callee));
            given.map(|call| (leaf.function.span(), call.clone()))
        });
        let calls: Vec<(Span, Call)> = calls.collect();
        for carrier in carriers.list.iter_mut().filter(|carrier| carrier.wraps) {
            let whole = carrier.function.span();
            let inside = calls.iter().filter(|(leaf, _)| whole != *leaf && whole.contains(*leaf));
            carrier.given_inside.extend(inside.map(|(_, call)| call.clone()));
        }
    }

    /// The function called `callee` as a carrier, if it takes handlers.
    pub fn root(&self, callee: &Id) -> Option<Root<'m>> {
        self.known.get(callee)?.as_ref().map(|taker| taker.root.clone())
    }

    /// Calls whose handlers cannot be told are not followed.
    pub fn settle(&self, carriers: &mut Carriers<'m>) {
        self.settle_inside(carriers);
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

/// Other code that uses the handlers that `unit` hands over, too, or that its function at `caller` does.
pub fn obstacles(unit: &Unit<'_>, caller: Option<Span>) -> Vec<Finding> {
    let is_meant = |handed: &&Handed| caller.is_none_or(|caller| caller.contains(handed.call));
    let handed: Vec<&Handed> = unit.handed.iter().filter(is_meant).collect();
    let module = unit.module;
    let constants = || handed.iter().flat_map(|handed| &handed.constants);
    let calls: Vec<Span> = handed.iter().map(|handed| handed.call).collect();
    let values: Vec<Span> = constants().map(|(_, value)| *value).collect();
    let mut findings = Vec::new();
    for (name, value) in constants() {
        let looked = |mention: Span| handed.iter().any(|handed| handed.looked.contains(&mention));
        let called = |mention: Span| calls.iter().any(|call| call.contains(mention));
        let asks = questions(&module.ast, name);
        let fine =
            |mention: Span| value.contains(mention) || called(mention) || looked(mention) || asks.contains(&mention);
        findings.extend(other_uses(module, name, &fine));
    }
    let leaves = unit.carriers.list.iter().map(|leaf| (leaf, leaf.function.span()));
    for (leaf, body) in leaves.filter(|(_, body)| handed.iter().any(|handed| handed.leaves.contains(&body.start))) {
        let fine =
            |mention: Span| body.contains(mention) || calls.iter().chain(&values).any(|place| place.contains(mention));
        findings.extend(leaf.name.iter().flat_map(|name| other_uses(module, name, &fine)));
    }
    findings
}

/// Handlers that may come back without an answer, where somebody may answer behind them then. `after` tells what follows
/// the calls that hand them over.
pub fn open_ways(
    unit: &Unit<'_>,
    needs: &[Needs],
    callees: &Callees,
    after: &dyn Fn(Span) -> Option<After>,
) -> Vec<Finding> {
    let open = unit.carriers.list.iter().zip(needs).filter(|(_, needs)| !needs.effect.always);
    let goes_on = |handed: &&Handed| {
        let last = matches!(after(handed.call), Some(After::Returned | After::Nothing(_)));
        let around = match handed.wrapped {
            true => wrappers_fall_back(unit, needs, callees),
            false => !unit.wraps.is_empty() || falls_back(unit, needs, callees, &handed.callee),
        };
        !last || around
    };
    let places = open.map(|(leaf, _)| leaf.function.span()).filter(|body| {
        let mut takers = unit.handed.iter().filter(|handed| handed.leaves.contains(&body.start));
        takers.any(|handed| goes_on(&handed))
    });
    places.map(|body| comes_back(unit.module, body)).collect()
}

/// Whether the helper `taker` may answer behind a handler that has not.
fn falls_back(unit: &Unit<'_>, needs: &[Needs], callees: &Callees, taker: &Id) -> bool {
    let own = unit.carriers.list.iter().position(|carrier| carrier.name.as_ref() == Some(taker));
    let needs = own.and_then(|at| needs.get(at)).or_else(|| Some(&callees.get(taker)?.needs));
    needs.is_none_or(|needs| needs.effect.falls_back)
}

/// Whether a wrapper in `unit` may answer behind a handler that has not.
fn wrappers_fall_back(unit: &Unit<'_>, needs: &[Needs], callees: &Callees) -> bool {
    let own = unit.carriers.list.iter().zip(needs).filter(|(carrier, _)| carrier.wraps).map(|(_, needs)| needs);
    let others = unit.wraps.iter().filter_map(|wrap| Some(&callees.get(&wrap.call.callee)?.needs));
    own.chain(others).any(|needs| needs.effect.falls_back)
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

/// A change of headers in the handler `leaf` that its wrapper, which sets some, would have to see.
pub fn amends(module: &Module, leaf: &Carrier<'_>, of_callee: &dyn Fn(&Call) -> bool) -> Option<Finding> {
    let change = |write: &&ResponseUse| write.headers.iter().any(|change| !matches!(change.verb, "set" | "cors"));
    let write = leaf.writes.iter().find(change).map(|write| write.span);
    let place = write.or_else(|| Some(leaf.calls.iter().find(|call| of_callee(call))?.span))?;
    let message = "this changes headers that are set so far, and what is around the handler sets some";
    Some(Finding::manual("headers-shared", &module.path, place, message).help("set them in one place"))
}

pub fn comes_back(module: &Module, handler: Span) -> Finding {
    let message = "this handler may come back without an answer, and the helper that calls it goes on then";
    Finding::manual("handlers-handed", &module.path, Span::at(handler.start), message)
        .help("send a response on every way through it")
}

/// The types of maps of handlers, which speak of the old form, where new code makes the call.
pub fn map_types(unit: &Unit<'_>, is_new: &dyn Fn(Span) -> bool) -> Vec<Edit> {
    let helpers = unit.handed.iter().filter(|handed| !handed.wrapped && is_new(handed.call));
    let constants = helpers.flat_map(|handed| &handed.constants);
    let values: BTreeSet<Span> = constants.map(|(_, value)| *value).collect();
    values.into_iter().filter_map(|value| map_annotation(unit.module, value)).collect()
}

/// A handler that leaves everything to a helper with a map of handlers, which refuses other methods, answers those of
/// the map. Gives what there is to say of the others.
pub fn narrow(methods: &mut [Methods], request: &Request<'_>) -> Option<Finding> {
    let Unit { carriers, handed, .. } = request.unit;
    let ([handed], Some(handler), Some(methods)) = (handed.as_slice(), carriers.list.first(), methods.first_mut())
    else {
        return None;
    };
    let alone = matches!(handler.calls.as_slice(), [call] if call.span == handed.call) && handler.writes.is_empty();
    let named = |key: &String| Method::ALL.into_iter().find(|method| method.as_str() == key);
    let keys: Option<Vec<Method>> = handed.keys.iter().map(named).collect();
    let mut keys = keys.filter(|keys| alone && !keys.is_empty() && request.refuses_others)?;
    let certain = methods.other.silent.is_empty() && methods.other.sends.contains_key(&handed.call);
    if methods.tells_apart || !certain {
        return None;
    }
    keys.sort();
    keys.dedup();
    methods.flows.retain(|method, _| keys.contains(method));
    methods.exported = keys;
    request.refused_otherwise.clone()
}

/// Mentions of the handler `name` where what it takes must not change; `fine` tells the others.
pub fn other_uses(module: &Module, name: &Id, fine: &dyn Fn(Span) -> bool) -> Vec<Finding> {
    let all = module.references();
    let declared = |mention: &Span| module.ast.body.iter().any(|item| declares(module, item, name, *mention));
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
