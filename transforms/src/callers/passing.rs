//! Functions of the repository that call one URL and give the response to their callers, who read it.
//!
//! ```ts
//! export const savePost = (data: Post) => fetch('/api/posts', { method: 'POST', body: JSON.stringify(data) });
//!
//! const res = await savePost(post);   // reads `res.ok` and `res.json()`
//! ```

use std::collections::{BTreeMap, BTreeSet};

use super::consumed::{Consumed, is_consumed};
use super::fetch::Obstacle;
use super::mention::{Kind, Mention};
use super::reading::Reading;
use super::site::Site;
use super::thin::{declared_function, passed_on};
use super::value::Evaluator;
use super::via::Via;
use super::wrapper::{Wrapper, calls_of};
use crate::project::Method;
use crate::syntax::Span;

/// What becomes of a response that a function gives to its callers.
#[derive(Clone, Debug)]
pub struct Returned {
    /// `: Promise<Response>`.
    pub annotation: Option<Span>,
    /// How each of them reads it, by file.
    pub readings: Vec<(String, Reading)>,
}

/// Such a function: its declaration, its call of `fetch`, and the annotation of what it returns.
pub struct Passing {
    wrapper: Wrapper,
    pub call: Span,
    annotation: Option<Span>,
}

impl Passing {
    /// Where it calls `fetch`.
    pub fn place(&self) -> Place {
        (self.wrapper.file.clone(), self.call)
    }
}

/// A file, and a call in it.
pub type Place = (String, Span);

/// How a file reads a response.
type Read = (String, Result<Reading, Obstacle>);

/// A use of such a function, and how the response is read there.
pub struct Use {
    /// Which one, by its [`Passing::place`].
    pub place: Place,
    pub file: String,
    pub reading: Result<Reading, Obstacle>,
    /// It is the function of a mutation of React Query.
    pub in_mutation: bool,
}

/// The functions around `sites` that do no more, and their calls.
pub fn passing(evaluator: &Evaluator<'_>, sites: &[Site]) -> (Vec<Passing>, Vec<Site>) {
    let mutates =
        |site: &&Site| site.via == Via::Fetch && !matches!(site.sends.known(), None | Some(Method::Get | Method::Head));
    let found = sites.iter().filter(mutates).filter_map(|site| {
        let [known] = site.texts.as_slice() else { return None };
        // What a component declares inside, only the component calls.
        let [owner] = site.owners.as_slice() else { return None };
        let id = owner.id.clone()?;
        let module = evaluator.modules.get(&site.file).ok()?;
        let (call, annotation) = passed_on(module, declared_function(evaluator, module, &id)?)?;
        let wrapper = Wrapper {
            file: site.file.clone(),
            param: (id.clone(), None),
            id,
            params: owner.params.clone(),
            known: known.clone(),
            sends: site.sends.clone(),
            based: site.based,
            inner: (site.file.clone(), call),
            around: None,
            thin: None,
            passes: true,
        };
        (call == site.call).then_some(Passing { wrapper, call, annotation })
    });
    let found: Vec<Passing> = found.collect();
    let wrappers: Vec<Wrapper> = found.iter().map(|passing| passing.wrapper.clone()).collect();
    let calls = if wrappers.is_empty() { Vec::new() } else { calls_of(evaluator, &wrappers) };
    (found, calls)
}

/// Tells the calls of `fetch` in `mentions` how the responses are read that their functions give to `uses`; `calls` are
/// those in the sources.
pub fn settle(
    evaluator: &Evaluator<'_>,
    mentions: &mut [Mention],
    (functions, calls): (&[Passing], &[Site]),
    uses: Vec<Use>,
) {
    let consumed: Consumed = calls.iter().flat_map(|site| &site.texts).flat_map(|text| text.uses.clone()).collect();
    let mut by_place: BTreeMap<Place, Vec<Read>> = BTreeMap::new();
    let mut mutations: BTreeSet<Place> = BTreeSet::new();
    for Use { place, file, reading, in_mutation } in uses {
        if in_mutation {
            mutations.insert(place.clone());
        }
        by_place.entry(place).or_default().push((file, reading));
    }
    let by_call: BTreeMap<Place, &Passing> = functions.iter().map(|one| (one.place(), one)).collect();
    for mention in mentions.iter_mut() {
        let Kind::Call(caller) = &mut mention.kind else { continue };
        let place = (mention.file.clone(), caller.call);
        let Some(function) = by_call.get(&place) else { continue };
        let method = Some(caller.sent.method);
        let Wrapper { file, id, .. } = &function.wrapper;
        let readings = by_place.remove(&place).unwrap_or_default();
        let unclear = || (caller.call, "its response goes to callers of which not all are known".to_owned());
        let readings: Result<Vec<(String, Reading)>, Obstacle> = if is_consumed(evaluator, file, id, &consumed) {
            // The place of what another file does cannot be told here.
            let read = |(file, reading): Read| match reading {
                Ok(reading) => Ok((file, reading)),
                Err((at, why)) if file == mention.file => Err((at, why)),
                Err((_, why)) => Err((caller.call, format!("in {file}, which is given its response: {why}"))),
            };
            readings.into_iter().map(read).collect()
        } else {
            Err(unclear())
        };
        match readings {
            Ok(readings) if !readings.is_empty() => {
                caller.in_mutation = mutations.contains(&place);
                caller.returned = Some(Returned { annotation: function.annotation, readings });
            }
            Ok(_) => mention.kind = Kind::Other(method, unclear()),
            Err(obstacle) => mention.kind = Kind::Other(method, obstacle),
        }
    }
}
