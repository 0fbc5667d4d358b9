//! Who reads the body, which can be read once.

use std::collections::BTreeSet;

use super::{Body, Needs};

pub(super) fn bodies(
    needs: &mut [Needs],
    reads: &[bool],
    callees: &[Vec<usize>],
    outside: &[Vec<&Needs>],
    given: &[bool],
    owns: &[bool],
    goes_on: &[bool],
) {
    let above: Vec<BTreeSet<usize>> = (0..needs.len()).map(|at| ancestors(at, callees)).collect();
    for at in 0..needs.len() {
        if reads[at] && needs[at].body == Body::Unread {
            // A helper that answers for its caller may read the body itself, unless somebody on the way
            // has read it before: it can be read once.
            let before = |other: usize| other != at && (reads[other] || goes_on[other]);
            let alone = needs[at].effect.sends && !above[at].iter().any(|&other| before(other));
            needs[at].body = if owns[at] || (!given[at] && alone) { Body::Own } else { Body::Given };
        }
    }
    let mut changed = true;
    while changed {
        changed = false;
        for at in 0..needs.len() {
            let hands_on = callees[at].iter().any(|&callee| needs[callee].body == Body::Given)
                || outside[at].iter().any(|needs| needs.body == Body::Given);
            if hands_on && needs[at].body == Body::Unread {
                needs[at].body = if owns[at] { Body::Own } else { Body::Given };
                changed = true;
            }
        }
    }
    // With a reader above them that came in the second round, owners further down must be given it.
    for at in 0..needs.len() {
        if needs[at].body == Body::Own
            && !owns[at]
            && above[at].iter().any(|&other| other != at && needs[other].body != Body::Unread)
        {
            needs[at].body = Body::Given;
        }
    }
}

fn ancestors(of: usize, callees: &[Vec<usize>]) -> BTreeSet<usize> {
    let mut found = BTreeSet::new();
    let mut queue = vec![of];
    while let Some(next) = queue.pop() {
        for (caller, called) in callees.iter().enumerate() {
            if called.contains(&next) && found.insert(caller) {
                queue.push(caller);
            }
        }
    }
    found
}
