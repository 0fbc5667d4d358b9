//! One handler for all methods → one function per method, where that reads well.
//!
//! ```ts
//! export default async function handler(req, res) {     export async function GET(req) {
//!   if (req.method === 'GET') {                            return NextResponse.json(await list());
//!     return res.json(await list());                →    }
//!   }
//!   res.status(405).end();
//! }
//! ```

use std::collections::{BTreeMap, BTreeSet};

use super::uncaught::uncaught;
use crate::pages_api::{After, Carrier, Dispatch, Flow, analyse, residual, returned_sends};
use crate::project::{Method, MethodSet};
use crate::syntax::{Span, span_of};

/// Which methods a handler answers, and what happens in it for each.
#[derive(Debug)]
pub struct Methods {
    /// The methods to export, in the order of [`Method::ALL`].
    pub exported: Vec<Method>,
    /// The code tells methods apart.
    pub tells_apart: bool,
    /// What happens for each exported method.
    pub flows: BTreeMap<Method, Flow>,
    /// What happens for a method that is not mentioned.
    pub other: Flow,
    /// The sends of `other` that can be reached: not what a `catch` sends around a refusal that cannot fail.
    pub reached: BTreeSet<Span>,
    /// Those that the code tells apart from all that it does not mention.
    pub named: Vec<Method>,
    /// Those that the handler refuses, and a guard that it calls may have answered before.
    pub welcomed: Vec<Method>,
}

impl Methods {
    /// Those of a handler that answers any, and whose ways are not told apart.
    pub fn any() -> Methods {
        let exported = Method::ALL.into_iter().filter(|method| *method != Method::Head).collect();
        Methods {
            exported,
            tells_apart: false,
            flows: BTreeMap::new(),
            other: Flow::default(),
            reached: BTreeSet::new(),
            named: Vec::new(),
            welcomed: Vec::new(),
        }
    }
}

/// What a send is, for [`methods`]: its status, if it is written out, or that it is another function's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SendKind {
    /// A response with that literal status, or an unknown one.
    Status(Option<u16>),
    /// A call of a helper that answers.
    Helper {
        /// The one status that it answers with, if it is written out.
        status: Option<u16>,
        /// It answers in any case.
        always: bool,
    },
}

impl SendKind {
    /// The status, if it is written out.
    pub fn status(self) -> Option<u16> {
        match self {
            SendKind::Status(status) | SendKind::Helper { status, .. } => status,
        }
    }
}

/// Evaluates `carrier` for every method. `sends` holds its sends by span, `welcomed` the methods that guards may answer
/// in its place, and not to refuse them.
pub fn methods(carrier: &Carrier<'_>, sends: &BTreeMap<Span, SendKind>, welcomed: MethodSet) -> Methods {
    let body = carrier.function.block().map_or(&[][..], |block| &block.stmts);
    let end = carrier.function.span();
    let is_send = |span: Span| sends.contains_key(&span);
    let inside = |span: Span| sends.keys().copied().find(|send| span.contains(*send));
    let evaluate = |method: Dispatch| {
        let known = carrier.known(Some(method));
        let mut flow = analyse(body, end, &is_send, &inside, &known);
        if let Some(expression) = carrier.function.expression() {
            let (returned, all) = returned_sends(expression, &is_send);
            flow.silent.clear();
            flow.sends.extend(returned.into_iter().filter(|_| all).map(|send| (send, After::Returned)));
        }
        let left: Vec<Span> = residual(body, &known).into_iter().map(span_of).collect();
        // What a `catch` sends that nothing reaches does not tell methods apart, and is no answer to them.
        let uncaught = uncaught(body, carrier, &known);
        let reached = flow.sends.keys().copied().filter(|send| !uncaught.iter().any(|clause| clause.contains(*send)));
        let reached: BTreeSet<Span> = reached.collect();
        (left, flow, reached)
    };
    let (other_left, other, other_reached) = evaluate(None);
    let mut flows = BTreeMap::new();
    let mut lefts = BTreeMap::new();
    for method in Method::ALL {
        let (left, flow, reached) = evaluate(Some(method));
        let apart = left != other_left || reached != other_reached;
        lefts.insert(method, (left, apart));
        flows.insert(method, flow);
    }
    let mut exported: BTreeSet<Method> = Method::ALL.into_iter().filter(|method| lefts[method].1).collect();
    let named: Vec<Method> = exported.iter().copied().collect();
    let tells_apart = !named.is_empty();
    let open = !refuses(&other_reached, sends);
    if open || exported.is_empty() {
        exported.extend(Method::ALL.into_iter().filter(|method| *method != Method::Head));
    }
    // Where nothing names the methods that a guard answers, these are all.
    let answers = |method: &Method| welcomed.holds(Some(*method)) && (*method != Method::Head || !welcomed.holds(None));
    let refused = |method: &Method| !exported.contains(method);
    let welcomed: Vec<Method> = Method::ALL.into_iter().filter(answers).filter(refused).collect();
    exported.extend(&welcomed);
    // Next serves HEAD by GET.
    let same = |one: Method, two: Method| {
        lefts[&one].0 == lefts[&two].0 && flows[&one].sends.keys().eq(flows[&two].sends.keys())
    };
    if exported.contains(&Method::Get) && same(Method::Head, Method::Get) {
        exported.remove(&Method::Head);
    }
    flows.retain(|method, _| exported.contains(method));
    Methods {
        exported: exported.into_iter().collect(),
        tells_apart,
        flows,
        other,
        reached: other_reached,
        named,
        welcomed,
    }
}

/// Whether all of the sends that are `reached` are refusals.
pub fn refuses(reached: &BTreeSet<Span>, sends: &BTreeMap<Span, SendKind>) -> bool {
    reached.iter().all(|span| sends[span].status().is_some_and(|status| status >= 400))
}
