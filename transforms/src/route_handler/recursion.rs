//! Helpers that call themselves, directly or through each other.
//!
//! ```ts
//! async function retry(res: NextApiResponse, left = 2): Promise<void> {    async function retry(left = 2): Promise<NextResponse> {
//!   if (await ready()) return res.json({ ok: true });                 →      if (await ready()) return NextResponse.json({ ok: true });
//!   if (!left) return res.status(503).end();                                 if (!left) return new NextResponse(null, { status: 503 });
//!   await retry(res, left - 1);                                              return retry(left - 1);
//! }                                                                        }
//! ```
//!
//! Such a helper answers on every way through it if it does so wherever it does not call itself: what never comes back
//! gives nothing at all. And TypeScript cannot tell its type from its text.

use super::effect::{Effect, Truthiness};
use super::needs::indices_of;
use crate::pages_api::{Carrier, Carriers};
use crate::syntax::ast::{TsKeywordTypeKind, TsType};

/// The effects of the carriers, some of which call each other in a circle: `known`, which is what `round` makes of itself
/// if nothing is taken for granted, or what it makes of itself if those in a circle are taken to answer always.
pub fn in_circles(
    carriers: &Carriers<'_>,
    known: Vec<Effect>,
    round: &dyn Fn(&[Effect]) -> Vec<Effect>,
) -> Vec<Effect> {
    let open = |at: &usize| known[*at].sends && !known[*at].always && is_recursive(carriers, *at);
    let circle: Vec<usize> = (0..known.len()).filter(open).collect();
    if circle.is_empty() {
        return known;
    }
    let mut hoped = known.clone();
    for &at in &circle {
        let answers = Effect { always: true, sent: Truthiness::Never, unsent: Truthiness::Never, ..known[at] };
        hoped[at] = answers;
    }
    // Each round only takes back.
    for _ in 0..=2 * carriers.list.len() {
        let next = round(&hoped);
        if next == hoped {
            return hoped;
        }
        hoped = next;
    }
    known
}

/// Whether the carrier at `at` calls itself, directly or through others of its module.
pub fn is_recursive(carriers: &Carriers<'_>, at: usize) -> bool {
    let called = |at: usize| carriers.list[at].calls.iter().flat_map(|call| indices_of(carriers, call));
    let mut seen = vec![false; carriers.list.len()];
    let mut open: Vec<usize> = called(at).collect();
    while let Some(next) = open.pop() {
        if next == at {
            return true;
        }
        if !std::mem::replace(&mut seen[next], true) {
            open.extend(called(next));
        }
    }
    false
}

/// The type of what a recursive `carrier` gives in its new form, behind the colon, if it answers always or gave nothing.
pub fn return_type(carrier: &Carrier<'_>, effect: &Effect, becomes_async: bool) -> Option<&'static str> {
    let asked = carrier.function.return_type().map(|asked| &*asked.type_ann);
    let is_async = carrier.is_async() || becomes_async;
    match (effect.always, is_async) {
        (true, true) => Some("Promise<NextResponse>"),
        (true, false) => Some("NextResponse").filter(|_| effect.settled),
        (false, true) => Some("Promise<NextResponse | void>").filter(|_| asked.is_some_and(is_void)),
        (false, false) => None,
    }
}

/// `Promise<void>`.
fn is_void(asked: &TsType) -> bool {
    let given = || asked.as_ts_type_ref()?.type_params.as_ref()?.params.first();
    let of_void = |given: &TsType| given.as_ts_keyword_type().map(|keyword| keyword.kind);
    given().is_some_and(|given| of_void(given) == Some(TsKeywordTypeKind::TsVoidKeyword))
}
