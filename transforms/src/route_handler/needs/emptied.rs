//! Object parameters that go: they held nothing but what is not needed any more.

use std::collections::BTreeSet;

use super::{Callees, Needs, indices_of};
use crate::pages_api::{Call, Carrier, Carriers, Role};
use crate::route_handler::held_parameter::holds_no_more;

/// Fills in [`Needs::emptied`].
pub(super) fn empty(needs: &mut [Needs], carriers: &Carriers<'_>, callees: &Callees) {
    // A parameter that is handed on goes only if those that are handed it do without: each round only adds.
    loop {
        let all: Vec<BTreeSet<usize>> = carriers
            .list
            .iter()
            .zip(needs.iter())
            .map(|(carrier, own)| {
                let goes = |call: &Call, at: usize| {
                    let inside = indices_of(carriers, call).into_iter().map(|index| &needs[index]);
                    let mut called = inside.chain(callees.get(&call.callee).map(|callee| &callee.needs));
                    called.all(|needs| needs.emptied.contains(&at))
                };
                emptied(carrier, own, &goes)
            })
            .collect();
        let settled = needs.iter().zip(&all).all(|(needs, emptied)| needs.emptied == *emptied);
        needs.iter_mut().zip(all).for_each(|(needs, emptied)| needs.emptied = emptied);
        if settled {
            return;
        }
    }
}

/// The positions of such parameters of `carrier`. `goes` tells whether what a call hands on in one place goes.
fn emptied(carrier: &Carrier<'_>, needs: &Needs, goes: &dyn Fn(&Call, usize) -> bool) -> BTreeSet<usize> {
    let is_member = carrier.name.as_ref().is_some_and(|name| name.0.contains('.'));
    let needed = |role: Role| (role == Role::Req && needs.request) || !needs.given_keys(role).is_empty();
    let empty = |at: &usize| {
        let name = carrier.bundles.iter().find(|bundle| bundle.at == *at).map(|bundle| &bundle.name);
        let handed_on = carrier.calls.iter().all(|call| {
            let mut whole = call.held.iter().filter(|(_, property)| name.is_some() && property.whole.as_ref() == name);
            whole.all(|(position, _)| goes(call, *position))
        });
        let mut held = carrier.held.iter().filter(|held| held.at == *at);
        held.all(|held| !needed(held.role)) && handed_on && holds_no_more(carrier, *at)
    };
    // Members of one object may be called in one place, with the same arguments.
    let positions = carrier.held.iter().map(|held| held.at).filter(|_| !is_member);
    positions.filter(empty).collect()
}
