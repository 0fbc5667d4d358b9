//! The calls of a module that a call of an action may replace, and what is done with their results.

mod handed;
mod leaving;
mod overtaken;
mod running;
mod walk;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;

use leaving::{Leaving, leaving};
use running::running;

use super::assigned::{Declared, declared};
use super::axios::{self, Client, Throws};
use super::chain::{self, Callback, Response};
use super::client::Sends;
use super::fetch::{Call, Obstacle};
use super::mention::{Caller, Kind};
use super::mutation::{Responses, later, responses};
use super::passing::{Returned, Use};
use super::reading::{Bound, Failure, JsonRead, Reading, When, reading_of};
use super::settled::Settled;
use super::site::Site;
use super::texts::others;
use super::thin::Thin;
use super::value::Evaluator;
use crate::project::NextVersion;
use crate::syntax::ast::{Id, Stmt};
use crate::syntax::{Module, Span, VisitWith, imported};

/// Code of a module that runs at a moment when no action may be called.
#[derive(Default)]
pub struct Moments {
    /// While its page is left.
    leaving: Leaving,
    /// The functions that React calls while it renders.
    rendering: BTreeSet<Span>,
    /// Those that are called for each element of a list.
    listed: BTreeSet<Span>,
}

/// The moments of each file that has such code.
pub fn moments(evaluator: &Evaluator<'_>) -> BTreeMap<String, Moments> {
    let mut moments: BTreeMap<String, Moments> = BTreeMap::new();
    for (file, leaving) in leaving(evaluator) {
        moments.entry(file).or_default().leaving = leaving;
    }
    let (rendering, listed) = running(evaluator);
    for (file, rendering) in rendering {
        moments.entry(file).or_default().rendering = rendering;
    }
    for (file, listed) in listed {
        moments.entry(file).or_default().listed = listed;
    }
    moments
}

/// What each call in `module` is to the URL at its span, and how responses are read that other functions give; see
/// [`mentions`](super::mention::mentions). What runs at which of the `moments` says if an action may
/// be called there.
pub fn calls<'m>(
    module: &'m Module,
    sites: &[&'m Site],
    passing: &'m BTreeSet<Span>,
    passed: &[&'m Site],
    moments: &'m Moments,
) -> (HashMap<Span, Vec<Kind>>, Vec<Use>) {
    let passed: HashMap<Span, _> = passed.iter().filter_map(|site| Some((site.call, site.passed.clone()?))).collect();
    let mutations = responses(module, &passed.keys().copied().collect());
    let mut calls = Calls {
        module,
        contexts: HashMap::new(),
        found: Vec::new(),
        functions: Vec::new(),
        parallel: BTreeSet::new(),
        moments,
        clients: clients(module, sites),
        called: HashMap::new(),
        fetches: BTreeSet::new(),
        awaited: BTreeSet::new(),
        thin: sites.iter().filter_map(|site| Some((site.call, (*site, &**site.thin.as_ref()?)))).collect(),
        settled: HashMap::new(),
        placed: BTreeSet::new(),
        passing,
        passed,
        given: Vec::new(),
        mutated: mutations.values().flat_map(|mutation| mutation.calls.iter().map(|call| (*call, None))).collect(),
        mutations,
        given_on: Vec::new(),
        handlers: HashMap::new(),
        fixed: sites.iter().filter(|site| site.is_fixed()).map(|site| site.url).collect(),
    };
    module.ast.visit_with(&mut calls);
    let all = module.references();
    // `const save = () => fetch(…)`, for nothing but `onClick={save}`.
    for (name, call) in std::mem::take(&mut calls.given_on) {
        let handlers = calls.handlers.get(&name).copied().unwrap_or_default();
        if handlers > 0 && all.get(&name).is_some_and(|all| all.len() == handlers + 1) {
            calls.contexts.insert(call, Context::Ignored);
        }
    }
    // A `fetch` of the module's own is not the browser's.
    let own_fetch =
        all.keys().filter(|(name, _)| &**name == "fetch").count() != 1 || !module.free_names().contains("fetch");
    let mut said: HashMap<Span, Vec<&Sends>> = HashMap::new();
    for site in sites {
        said.entry(site.url).or_default().push(&site.sends);
    }
    let said = |url: &Span| match said.get(url).map(Vec::as_slice) {
        Some([only]) => *only,
        _ => &Sends::Unknown,
    };
    let mut kinds = HashMap::new();
    for (url, call, function) in calls.found.clone() {
        let own = if own_fetch && calls.fetches.contains(&call.0) {
            vec![Kind::Other(None, (call.0, "`fetch` is a function of this program here".into()))]
        } else {
            let overtaken = function.as_ref().and_then(|function| function.overtaken);
            match calls.kind(call, function) {
                Kind::Call(caller) => vec![Kind::Call(Box::new(Caller { overtaken, ..*caller }))],
                // What is no literal in the call may be known all the same.
                Kind::Other(None, obstacle) => others(said(&url), &obstacle),
                other => vec![other],
            }
        };
        kinds.insert(url, own);
    }
    let used = |at: &Span, reading, in_mutation| {
        let place = calls.passed.get(at)?.clone();
        Some(Use { place, file: module.path.clone(), reading, in_mutation })
    };
    let read = |(span, function): &(Span, Option<EnclosingFunction>)| {
        used(span, calls.reading(*span, function.as_ref()), false)
    };
    let mut uses: Vec<Use> = calls.given.iter().filter_map(read).collect();
    let called: BTreeSet<Span> = calls.given.iter().map(|(call, _)| *call).collect();
    let is_known = |at: &Span| called.contains(at) || calls.mutations.contains_key(at);
    let unclear =
        |at: &Span| used(at, Err((*at, "it is the function of a mutation that is not understood".into())), true);
    uses.extend(calls.passed.keys().filter(|at| !is_known(at)).filter_map(unclear));
    for (name, mutation) in &calls.mutations {
        match calls.mutated(mutation) {
            Ok(readings) => uses.extend(readings.into_iter().filter_map(|reading| used(name, Ok(reading), true))),
            Err(obstacle) => uses.extend(used(name, Err(obstacle), true)),
        }
    }
    (kinds, uses)
}

/// Axios and its instances, as far as a call of an action can take their place.
fn clients(module: &Module, sites: &[&Site]) -> Vec<Client> {
    let instances: BTreeSet<&Id> = sites.iter().filter_map(|site| site.instance.as_ref()).collect();
    let instances = instances.into_iter().map(|id| Client { id: id.clone(), based: true });
    let axios = imported(module, "axios", "default").map(|id| Client { id, based: false });
    axios.into_iter().chain(instances).collect()
}

const NOT_AWAITED: &str = "its promise is used in another way than `await`";
const NOT_DECLARED: &str = "its response is held otherwise than by `const res = await fetch(…)`";
const PARALLEL: &str = "it is called for each element of a list, maybe in parallel; actions run one by one";
const LEAVING: &str = "it is sent while the page or its component is left, and an action may be sent too late for that";
const RENDERING: &str =
    "React calls its function while it renders, and refuses actions then; call it in an event handler or an effect";
const GOES_ON: &str = "code goes on without waiting for it; an action that waits in line may get lost";

type FoundCall = (Span, (Span, Call), Option<EnclosingFunction>);

/// A function around a call, as far as that matters.
#[derive(Clone, Debug)]
struct EnclosingFunction {
    body: Rc<Vec<Stmt>>,
    parallel: bool,
    /// It runs while the page is left.
    leaving: bool,
    /// It runs while React renders.
    rendering: bool,
    /// The page may be left before it is done, and the first version of Next that sends an action from there nonetheless.
    overtaken: Option<NextVersion>,
}

/// Finds the calls of `fetch` and what is done with their result.
struct Calls<'m> {
    module: &'m Module,
    contexts: HashMap<Span, Context>,
    found: Vec<FoundCall>,
    functions: Vec<EnclosingFunction>,
    /// Functions that are called for each element of a list, hence maybe all at once.
    parallel: BTreeSet<Span>,
    /// Code that runs when no action may be called.
    moments: &'m Moments,
    /// What the module calls axios, and instances of it.
    clients: Vec<Client>,
    /// Which of them is called, by call.
    called: HashMap<Span, Id>,
    /// The calls of `fetch`.
    fetches: BTreeSet<Span>,
    /// Those that `await` waits for, or for what comes of them.
    awaited: BTreeSet<Span>,
    /// The calls of functions that do no more than call `fetch`.
    thin: HashMap<Span, (&'m Site, &'m Thin)>,
    /// What such a function makes of the response.
    settled: HashMap<Span, (Reading, Settled)>,
    /// Calls whose result goes to where one waits for it: a statement, `await`, what a function returns.
    placed: BTreeSet<Span>,
    /// Calls of `fetch` whose function gives the response to its callers.
    passing: &'m BTreeSet<Span>,
    /// Calls of such functions, and which call of `fetch` is in each.
    passed: HashMap<Span, (String, Span)>,
    /// Those calls, with the functions around them.
    given: Vec<(Span, Option<EnclosingFunction>)>,
    /// Mutations whose value is the response, by what gives it.
    mutations: BTreeMap<Span, Responses>,
    /// The calls that give their value, with the functions around them.
    mutated: HashMap<Span, Option<EnclosingFunction>>,
    /// Functions that give on the result of a call, by their names.
    given_on: Vec<(Id, Span)>,
    /// How often a name handles the events of an element.
    handlers: HashMap<Id, usize>,
    /// URLs that are one path, whatever their expression.
    fixed: BTreeSet<Span>,
}

#[derive(Clone, Debug)]
enum Context {
    /// With what says that it is a `Response`.
    Variable(Id, Span, Option<Span>),
    /// It is declared before, and set here.
    Assigned(Id, Span),
    Ignored,
    /// `fetch(…).then((res) => …)`.
    Then(Callback),
    /// `(await fetch(…)).ok`.
    Member,
    /// `await (await fetch(…)).json()`: the read, what it reads from, and the member looked at.
    Json(Span, Span),
}

impl Calls<'_> {
    fn kind(&self, (span, call): (Span, Call), function: Option<EnclosingFunction>) -> Kind {
        let sent = match call {
            Call::Get => return Kind::Get,
            Call::Other(method, obstacle) => return Kind::Other(method, obstacle),
            Call::Plain(sent) => sent,
        };
        let method = Some(sent.method);
        let other = |at: Span, why: &str| Kind::Other(method, (at, why.to_owned()));
        let Some(function) = function else { return other(span, "it is called while the module loads") };
        if function.parallel {
            return other(span, PARALLEL);
        }
        if function.leaving {
            return other(span, LEAVING);
        }
        if function.rendering {
            return other(span, RENDERING);
        }
        if let Some(client) = self.called.get(&span) {
            return match axios::read(self.module, &function.body, span, client) {
                Ok(read) if !read.awaited && !chain::is_last(&function.body, span) => other(span, GOES_ON),
                Ok(axios::Read { reading, throws, in_mutation, .. }) => {
                    let (rejecting, settled) = match throws {
                        Throws::Statement(rejecting) => (Some(rejecting), None),
                        Throws::Callback(settled) => (None, Some(settled)),
                    };
                    Kind::Call(Box::new(Caller {
                        call: span,
                        sent,
                        reading,
                        rejecting,
                        settled,
                        returned: None,
                        form: None,
                        in_mutation,
                        overtaken: None,
                    }))
                }
                Err((at, why)) => Kind::Other(method, (at, why)),
            };
        }
        let call = |reading, settled| Caller {
            call: span,
            sent: sent.clone(),
            reading,
            rejecting: None,
            settled,
            returned: None,
            form: None,
            in_mutation: false,
            overtaken: None,
        };
        if self.passing.contains(&span) {
            return Kind::Call(Box::new(call(Reading::none(), None)));
        }
        if let Some(mutation) = self.mutations.get(&span) {
            return match self.mutated(mutation) {
                Ok(readings) => {
                    let readings = readings.into_iter().map(|reading| (self.module.path.clone(), reading)).collect();
                    let returned = Some(Returned { annotation: mutation.annotation, readings });
                    let plain = call(Reading::none(), None);
                    Kind::Call(Box::new(Caller { returned, in_mutation: true, ..plain }))
                }
                Err((at, why)) => Kind::Other(method, (at, why)),
            };
        }
        if let Some((reading, settled)) = self.settled.get(&span).cloned() {
            return if !self.waits(span, &function) {
                other(span, GOES_ON)
            } else if self.placed.contains(&span) {
                Kind::Call(Box::new(call(reading, Some(settled))))
            } else {
                other(span, NOT_AWAITED)
            };
        }
        match self.reading(span, Some(&function)) {
            Ok(reading) => Kind::Call(Box::new(call(reading, None))),
            Err((at, why)) => Kind::Other(method, (at, why)),
        }
    }

    /// How the response of the call at `span` is read.
    fn reading(&self, span: Span, function: Option<&EnclosingFunction>) -> Result<Reading, Obstacle> {
        let other = |why: &str| Err((span, why.to_owned()));
        let Some(function) = function else { return other("it is called while the module loads") };
        if function.parallel {
            return other(PARALLEL);
        }
        if function.leaving {
            return other(LEAVING);
        }
        if function.rendering {
            return other(RENDERING);
        }
        if !self.waits(span, function) {
            return other(GOES_ON);
        }
        let read = |bound: &Bound<'_>| reading_of(self.module, bound);
        match self.contexts.get(&span) {
            None if self.awaited.contains(&span) => other(NOT_DECLARED),
            None => other(NOT_AWAITED),
            Some(Context::Ignored | Context::Member) => Ok(Reading::none()),
            Some(Context::Json(read, response)) => {
                let json = JsonRead {
                    span: *read,
                    response: *response,
                    when: When::Always,
                    members: None,
                    is_text: false,
                    fallback: None,
                };
                Ok(Reading { json: vec![json], failure: Failure::Rejects, annotation: None })
            }
            Some(Context::Variable(id, declaration, annotation)) => {
                let bound = Bound { id, declaration: *declaration, body: &function.body, callback: None, set: None };
                read(&bound).map(|reading| Reading { annotation: *annotation, ..reading })
            }
            Some(Context::Assigned(id, target)) => {
                let Some(Declared { name, annotation }) = declared(self.module, &function.body, id, *target) else {
                    return other(NOT_DECLARED);
                };
                let bound = Bound { id, declaration: name, body: &function.body, callback: None, set: Some(*target) };
                read(&bound).map(|reading| Reading { annotation, ..reading })
            }
            Some(Context::Then(Callback { response: Response::Plain, .. })) => Ok(Reading::none()),
            Some(Context::Then(Callback { span, body, response: Response::Named(id, declaration) })) => {
                read(&Bound { id, declaration: *declaration, body, callback: Some(*span), set: None })
            }
        }
    }

    /// How the response is read that is the value of a mutation.
    fn mutated(&self, mutation: &Responses) -> Result<Vec<Reading>, Obstacle> {
        let mut readings = mutation.readings.clone()?;
        for call in &mutation.calls {
            let function = self.mutated.get(call).and_then(Option::as_ref);
            readings.push(later(self.reading(*call, function)?));
        }
        // Whoever reads nothing goes on.
        readings.push(Reading::none());
        Ok(readings)
    }

    /// Whether nothing in the function happens before the call at `span` is done.
    fn waits(&self, span: Span, function: &EnclosingFunction) -> bool {
        self.awaited.contains(&span) || chain::is_last(&function.body, span)
    }
}
