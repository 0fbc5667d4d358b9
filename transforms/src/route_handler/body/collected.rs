//! Which headers and statuses go with the send right behind them, and which have to be collected.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use crate::pages_api::{After, Carrier, Part, ResponseUse};
use crate::route_handler::lists::Lists;
use crate::route_handler::order::Order;
use crate::route_handler::payload::Constants;
use crate::route_handler::responses::{self, is_pure};
use crate::syntax::ast::{Expr, Prop, PropName, PropOrSpread};
use crate::syntax::{Span, bare, span_of};

/// Which writes go into the send right behind them, and which have to be collected.
pub struct Collected {
    /// Per send, the writes that are folded into it; indices into `carrier.writes`.
    pub folded: BTreeMap<usize, Vec<usize>>,
    /// Places where headers are collected.
    pub headers: Vec<Span>,
    /// Places where the status is collected.
    pub statuses: Vec<Span>,
}

impl Collected {
    /// Works it out for one carrier. `others` are the calls of helpers that set headers for it; `given` says
    /// that it is itself such a helper, so that headers may be there from the start. `order` knows what has to be made
    /// before what.
    pub fn of(
        carrier: &Carrier<'_>,
        lists: &Lists,
        after: &BTreeMap<Span, After>,
        others: &[Span],
        given: bool,
        order: &Order<'_>,
    ) -> Collected {
        let by_span: BTreeMap<Span, usize> = carrier.writes.iter().enumerate().map(|(at, w)| (w.span, at)).collect();
        let mut folded: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for list in &lists.lists {
            let mut run: Vec<usize> = Vec::new();
            for item in &list.items {
                let write = item.expr.and_then(|expr| by_span.get(&expr)).copied();
                match write {
                    Some(at) if carrier.writes[at].payload.is_none() && !item.returns => run.push(at),
                    Some(at) if after.contains_key(&carrier.writes[at].span) => {
                        let run = std::mem::take(&mut run);
                        if !run.is_empty() && foldable(carrier, &run, at, list.in_try, order) {
                            folded.insert(at, run);
                        }
                    }
                    _ => run.clear(),
                }
            }
        }
        loop {
            let taken: BTreeSet<usize> = folded.values().flatten().copied().collect();
            let loose = carrier.writes.iter().enumerate().filter(|(at, w)| w.payload.is_none() && !taken.contains(at));
            let headers: Vec<Span> = loose
                .clone()
                .filter(|(_, w)| !w.headers.is_empty())
                .map(|(_, w)| w.span)
                .chain(others.iter().copied())
                .collect();
            let statuses = loose.filter(|(_, w)| w.status.is_some()).map(|(_, w)| w.span).collect();
            // A send that needs the collected headers anyway has nothing folded into it.
            let undone: Vec<usize> = folded
                .keys()
                .copied()
                .filter(|at| {
                    let send = carrier.writes[*at].span;
                    let before = |write: &Span| lists.can_precede(*write, send) || carrier.streams(send, *write);
                    given || headers.iter().any(before)
                })
                .collect();
            if undone.is_empty() {
                return Collected { folded, headers, statuses };
            }
            for at in undone {
                folded.remove(&at);
            }
        }
    }

    /// Whether that write goes with a send.
    pub fn is_folded(&self, write: usize) -> bool {
        self.folded.values().flatten().any(|at| *at == write)
    }
}

/// Whether the writes of `run` can become part of the send at `send`.
fn foldable(carrier: &Carrier<'_>, run: &[usize], send: usize, in_try: bool, order: &Order<'_>) -> bool {
    let send = &carrier.writes[send];
    let mut seen = HashSet::new();
    let changes = || run.iter().map(|at| &carrier.writes[*at]).flat_map(|write| &write.headers).chain(&send.headers);
    let plain = changes().all(|change| {
        let Some(name) = change.literal_name() else { return false };
        let Some(value) = &change.value else { return false };
        let list = matches!(value, Expr::Array(list) if list.elems.iter().flatten().all(|e| e.spread.is_none()));
        let value = responses::header_value(&name, value, &PLAIN, &Constants::default());
        let known = value.is_some() || (name == "set-cookie" && list);
        change.verb == "set" && known && seen.insert(name)
    });
    let several_cookies = changes().any(|change| {
        matches!(change.value.as_ref(), Some(Expr::Array(list)) if list.elems.len() != 1)
            && change.literal_name().as_deref() == Some("set-cookie")
    });
    let redirects = matches!(send.payload, Some(crate::pages_api::Payload::Redirect(..)));
    // In a `try`, what fails between setting a header and sending keeps the header for the `catch`.
    let safe = |value: &Expr| cannot_fail(carrier, value, order);
    let certain = !in_try
        || (changes().all(|change| change.value.as_ref().is_none_or(safe))
            && match &send.payload {
                Some(
                    crate::pages_api::Payload::Json(value)
                    | crate::pages_api::Payload::Send(value)
                    | crate::pages_api::Payload::End(value),
                ) => value.as_ref().is_none_or(safe),
                Some(crate::pages_api::Payload::Redirect(_, url)) => safe(url),
                // Behind a head that is written nothing else can be answered.
                Some(crate::pages_api::Payload::Stream) => run.iter().any(|at| carrier.writes[*at].head),
                None => false,
            });
    plain && certain && !(several_cookies && redirects) && in_order(carrier, run, send, order)
}

/// Whether the headers that `run` sets need not be made before the rest of the response. Those of a head have to go with
/// it.
fn in_order(carrier: &Carrier<'_>, run: &[usize], send: &ResponseUse, order: &Order<'_>) -> bool {
    let run: Vec<&ResponseUse> = run.iter().map(|at| &carrier.writes[*at]).collect();
    let early = order.early(&run, send, false);
    let mut values = run.iter().flat_map(|write| &write.headers).filter_map(|change| change.value.as_ref());
    run.iter().any(|write| write.head) || !values.any(|value| early.contains_key(&span_of(value).start))
}

/// Whether making the value calls no code that may fail. Texts of what the request holds as text do not:
/// `{ error: `Method ${req.method} Not Allowed` }`.
fn cannot_fail(carrier: &Carrier<'_>, value: &Expr, order: &Order<'_>) -> bool {
    let held = |part: &Part| matches!(part, Part::Method | Part::Url | Part::Header(_) | Part::Cookie(_));
    let safe = |value: &Expr| cannot_fail(carrier, value, order);
    match bare(value) {
        known if order.is_written_down(known) => true,
        read @ Expr::Member(_) => carrier.reads.iter().any(|own| own.span == span_of(read) && held(&own.part)),
        Expr::Tpl(template) => template.exprs.iter().all(|expr| safe(expr)),
        Expr::Object(object) => object.props.iter().all(|property| match property {
            PropOrSpread::Prop(property) => match &**property {
                Prop::Shorthand(_) => true,
                Prop::KeyValue(pair) => !matches!(pair.key, PropName::Computed(_)) && safe(&pair.value),
                _ => false,
            },
            PropOrSpread::Spread(_) => false,
        }),
        Expr::Array(list) => list.elems.iter().flatten().all(|one| one.spread.is_none() && safe(&one.expr)),
        other => is_pure(other),
    }
}

/// For questions whose answer does not depend on the style.
static PLAIN: crate::syntax::Style = crate::syntax::Style {
    quote: crate::syntax::Quote::Single,
    semicolons: true,
    indent: String::new(),
    brace_spaces: true,
    call_commas: None,
};
