//! Carriers: the functions that receive `req` or `res`. Found from the handler by following arguments
//! through calls to functions of the same module; what leaves the module is an [`Escape`].

mod call;
mod checks;
mod root;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

pub use call::Call;
use call::members;
pub use root::{Held, Root};

use super::aliases::Alias;
use super::bundle::Bundle;
use super::changes::Changes;
use super::connect::Maker;
use super::cors::CorsCall;
use super::curried::made_functions;
use super::forms::FormParse;
use super::methods::is_sent_check;
use super::middleware::{GoesOn, Makers, Waited, middlewares};
use super::multer::Multipart;
use super::object_call::ObjectCall;
use super::packed::Packed;
use super::request::{Part, RequestUse, is_extension};
use super::response::ResponseUse;
use super::streamed::{self, Streamed};
use super::taught::TaughtCall;
use crate::libraries::{Remark, Sender};
use crate::syntax::ast::{CallExpr, Expr, Id, MemberExpr};
use crate::syntax::{Function, Module, Span, any_members, member_functions, module_functions, stands_for};

/// Which of the two objects a name stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Role {
    /// The request.
    Req,
    /// The response.
    Res,
}

/// One function that receives `req` or `res`, and all it does with them.
#[derive(Debug)]
pub struct Carrier<'a> {
    /// The function.
    pub function: Function<'a>,
    /// What it is called by inside the module.
    pub name: Option<Id>,
    /// It is the inner function of a wrapper.
    pub wraps: bool,
    /// A router that this makes calls it, with the request, its context, and the next function.
    pub routed: Option<Maker>,
    /// The call around it, which hands what it fails with to the router, as that does by itself.
    pub caught: Option<Span>,
    /// It is a handler that a helper's file hands to another helper.
    pub handed: bool,
    /// It is a handler that may give data, which its wrapper sends.
    pub gives: bool,
    /// Names that stand for handlers it was given; calls of these are calls of continuations.
    pub continuations: Vec<Id>,
    /// The name of the wrapper around it.
    pub outer: Option<Id>,
    /// Its parameters by position: those that carry something.
    pub roles: Vec<Option<Role>>,
    /// What properties of its parameters carry.
    pub held: BTreeSet<Held>,
    /// Positions of its parameters that are functions which answer: see [`Call::answering`].
    pub answering: BTreeSet<usize>,
    /// What it calls those.
    pub nexts: Vec<Id>,
    /// Positions of its parameters that are taken for the functions which are their defaults: it is handed no others.
    pub defaults: BTreeMap<usize, Id>,
    /// Arguments of its calls that nobody looks at, and that nobody has given it.
    pub idle: Vec<Span>,
    /// It is a middleware that a function waits for.
    pub waited: Option<Waited>,
    /// What such a middleware calls back, so that the handler goes on.
    pub done: Option<Id>,
    /// Where it does that.
    pub goes_on: Vec<GoesOn>,
    /// Where it puts something in the place of the query or the body for those behind it in a router.
    pub puts: Vec<Put>,
    /// Its parameters that are objects which hold something and are read by their members.
    pub bundles: Vec<Bundle>,
    /// Its constants that hold something for others.
    pub packed: Vec<Packed>,
    /// Its other names for the request and the response.
    pub aliases: Vec<Alias>,
    /// The name of the request inside it: `req`, or `ctx.req`.
    pub req: Option<Id>,
    /// The name of the response inside it.
    pub res: Option<Id>,
    /// Where it reads the request.
    pub reads: Vec<RequestUse>,
    /// Expressions, names among them, of which `null` and `undefined` mean the same where they stand.
    pub loose: HashSet<Span>,
    /// `|| req.socket.remoteAddress` behind a header that holds that address already, and what is left of it.
    pub peers: Vec<(Span, &'static str)>,
    /// `list.pop()` in `list.pop().trim()` there, which the new type of the request lets be nothing.
    pub certain: Vec<Span>,
    /// Names that are `req.method`.
    pub method_names: HashSet<Id>,
    /// The texts of constants that the method is compared with, by where they stand.
    pub words: HashMap<Span, String>,
    /// `const { method, query } = req`: see [`Unpacked`].
    pub unpacked: Vec<Unpacked>,
    /// Where it writes to the response.
    pub writes: Vec<ResponseUse>,
    /// Where it asks whether the response was sent: `res.headersSent`.
    pub checks: Vec<Span>,
    /// Where a wrapper asks for the status: `res.statusCode`.
    pub statuses: Vec<Span>,
    /// Where it asks for a header that was set before: `res.getHeader('X-Id')`.
    pub asked: Vec<AskedHeader>,
    /// Handlers that it was given ask for headers that it has set, or was given itself.
    pub hands_headers: bool,
    /// The headers, in lower case, that the wrapper around it has set in any case, and can hand over.
    pub given_headers: BTreeSet<String>,
    /// Where it hands them on to another carrier.
    pub calls: Vec<Call>,
    /// Calls of handlers that it was given, in functions inside it that it hands to helpers.
    pub given_inside: Vec<Call>,
    /// Calls of functions of the module that it hands nothing of the two.
    pub bare_calls: Vec<(Span, Id)>,
    /// Those of the calls that users have rules for.
    pub taught: Vec<TaughtCall>,
    /// Where it hands them on inside an object.
    pub objects: Vec<ObjectCall>,
    /// Where they go out of sight.
    pub escapes: Vec<Escape>,
    /// Where it changes the query or the body, and what it hands to functions of these and of other parts.
    pub changes: Changes,
    /// Calls that apply CORS, each with its span. To the response they are changes of headers.
    pub cors: Vec<(Span, CorsCall)>,
    /// `if (req && res)`: statements that ask whether there is a request at all.
    pub settled: Vec<Settled>,
    /// Calls that run a function and give back what it gives, with the position of that function.
    pub runs: Vec<(Span, usize)>,
    /// Calls that read a form.
    pub forms: Vec<FormParse>,
    /// Calls that run a middleware of multer.
    pub multiparts: Vec<Multipart>,
    /// Statements that write the body piece by piece; one of the writes stands for those of each.
    pub streamed: Vec<Streamed>,
}

/// A header that is asked for.
#[derive(Clone, Debug)]
pub struct AskedHeader {
    /// The call.
    pub span: Span,
    /// Where the name of the header is written.
    pub key: Span,
    /// That name in lower case.
    pub name: String,
    /// Anything may stand in its place, without parentheses around it.
    pub open: bool,
}

/// An `if`, `req ? ip(req) : null` or `req && ip(req)` that asks nothing but whether `req` and `res` are there, which
/// they are.
#[derive(Clone, Debug)]
pub struct Settled {
    /// The statement, or the expression.
    pub span: Span,
    /// The branch that runs, if one does.
    pub kept: Option<Kept>,
}

/// The branch of a [`Settled`] statement.
#[derive(Clone, Debug)]
pub enum Kept {
    /// The statements in its braces, from the first to the last.
    Inside(Span),
    /// The statement as it stands, braces included: it declares names of its own, or has none.
    Whole(Span),
    /// The expression.
    Value(Span),
}

/// What takes the request apart: `const { method, query: { id }, body } = req`, or such a parameter.
#[derive(Clone, Debug)]
pub struct Unpacked {
    /// The declarator: pattern and `= req`; or the parameter.
    pub declarator: Span,
    /// It is the parameter.
    pub parameter: bool,
    /// What is taken apart, if that is more than a name: `req as AuthedRequest`.
    pub cast: Option<Span>,
    /// Each member: its name on `req`, and the text of what it is bound to.
    pub members: Vec<(String, Span)>,
    /// Names bound, to tell whether they are used.
    pub bound: Vec<(String, Vec<Id>)>,
    /// For `query: { id, page = '1' }`: the keys picked, if all are known.
    pub picks: HashMap<String, Vec<String>>,
    /// Stands in a function inside the carrier.
    pub nested: bool,
    /// None of the names is given another value later.
    pub constant: bool,
}

impl Unpacked {
    /// The new request has every member, with the same meaning.
    pub fn stays(&self) -> bool {
        !self.parameter && self.members.iter().all(|(name, _)| name == "method" || is_extension(name))
    }
}

/// A use that we do not follow.
#[derive(Clone, Debug)]
pub struct Escape {
    /// Where.
    pub span: Span,
    /// What goes out of sight.
    pub role: Role,
    /// How, in words.
    pub how: EscapeKind,
}

/// How `req` or `res` goes out of sight.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EscapeKind {
    /// An argument of a function whose name or text is given and that is not followed.
    Argument(String),
    /// A member of `res` that we do not translate.
    Member(String),
    /// An argument of a function of a package that has no counterpart.
    Package(Remark),
    /// Arguments of a helper that calls handlers it is given, which cannot all be told here; its name.
    Handlers(String),
    /// An argument of a call that no rule of a user fits; why.
    Untaught(String),
    /// A parameter that answers when it is called, and that more is done with; its name.
    Next(String),
    /// The body is written piece by piece, and why that cannot be put into a function of its own.
    Pieces(&'static str),
    /// What a middleware calls back, and that more is done with than to call it; its name.
    Done(String),
    /// A part of `req` is changed that the new request has no place for.
    Extended(String),
    /// A call without the request or the response of a function that is handed them elsewhere; its name.
    Bare(String),
    /// Stored, returned, compared or captured in a way that we do not follow.
    Value,
}

/// All carriers of one module; those handed in from outside come first.
#[derive(Debug)]
pub struct Carriers<'a> {
    /// The roots, then the functions in the order in which they were reached.
    pub list: Vec<Carrier<'a>>,
    /// How many of them are roots.
    pub roots: usize,
    /// Types of the stream in functions that do nothing but write to one, where there are any.
    pub writers: Vec<Span>,
}

/// How calls are told apart that hand on `req` or `res`.
pub struct Surroundings<'s> {
    /// Functions that read the raw body.
    pub readers: &'s HashSet<Id>,
    /// Whether an imported name is a function that is followed elsewhere.
    pub followed: &'s dyn Fn(&Id) -> bool,
    /// Whether an imported function is followed with objects that hold `req` or `res`, too.
    pub takes_objects: &'s dyn Fn(&Id) -> bool,
    /// Whether users have rules for a function, which is not looked at then.
    pub taught: &'s dyn Fn(&Id) -> bool,
    /// What a call is, if it applies CORS.
    pub cors: &'s dyn Fn(&CallExpr) -> Option<CorsCall>,
    /// What a call runs, if that is a middleware of multer.
    pub multiparts: &'s dyn Fn(&CallExpr) -> Option<Multipart>,
    /// What a function of a package sends.
    pub senders: &'s dyn Fn(&Id) -> Option<Sender>,
    /// Whether what is known of an imported function holds for `new`, too.
    pub constructs: &'s dyn Fn(&Id) -> bool,
    /// Whether a name makes functions that wait for a middleware.
    pub makers: &'s Makers<'s>,
    /// Calls that read a form.
    pub forms: &'s HashMap<Span, FormParse>,
    /// Which part of the request a call of `express-validator` reads, if it is one.
    pub validates: &'s dyn Fn(&CallExpr) -> Option<Part>,
    /// The position of the function that a call runs and whose value it gives.
    pub runs: &'s dyn Fn(&CallExpr) -> Option<usize>,
    /// The name of the wrapped handler that is made at a place, to be called there.
    pub wrapped: &'s dyn Fn(Span) -> Option<Id>,
}

impl<'a> Carriers<'a> {
    /// The calls of all of them that apply CORS.
    pub fn cors(&self) -> impl Iterator<Item = &(Span, CorsCall)> {
        self.list.iter().flat_map(|carrier| &carrier.cors)
    }

    /// Calls without the request or the response of functions that are handed them elsewhere, and that change where they
    /// stand, are not followed: who asks `if (req)` does not ask any more.
    pub fn check_bare_calls(&mut self) {
        let carries = |carrier: &&Carrier<'_>| carrier.roles.iter().any(Option::is_some) || !carrier.held.is_empty();
        let named: HashSet<Id> = self.list.iter().filter(carries).filter_map(|carrier| carrier.name.clone()).collect();
        for carrier in &mut self.list {
            let odd = carrier.bare_calls.iter().filter(|(_, callee)| named.contains(callee));
            let escape = |(span, callee): &(Span, Id)| {
                let how = EscapeKind::Bare(callee.0.to_string());
                Escape { span: *span, role: Role::Req, how }
            };
            carrier.escapes.extend(odd.map(escape).collect::<Vec<_>>());
        }
    }

    /// Follows `req` and `res` from the roots through `module`.
    pub fn find(module: &'a Module, roots: Vec<Root<'a>>, around: &Surroundings<'_>) -> Carriers<'a> {
        let mut functions = module_functions(module);
        functions.extend(member_functions(module));
        functions.extend(any_members(module));
        functions.extend(made_functions(module));
        let waiting = middlewares(module, around.makers);
        functions.extend(waiting.iter().map(|(id, own)| (id.clone(), own.function)));
        functions.retain(|name, _| !(around.taught)(name));
        let roots_count = roots.len();
        let mut queue = roots;
        let mut list: Vec<Carrier<'a>> = Vec::new();
        let mut at = 0;
        while at < queue.len() {
            let mut carrier = Carrier::read(module, queue[at].clone(), &functions, around);
            let mut escapes = Vec::new();
            for call in &carrier.calls {
                let roles: Vec<_> = call.args.iter().map(|(_, role)| *role).collect();
                for callee in members(&functions, &call.callee) {
                    let function = functions[&callee];
                    let Some(known) = queue.iter().position(|root| root.name.as_ref() == Some(&callee)) else {
                        let waited = waiting.get(&callee).map(|own| own.waited);
                        let root = Root { waited, ..Root::helper(function, Some(callee), roles.clone()) };
                        queue.push(Root { held: call.holds(), answering: call.answering.clone(), ..root });
                        continue;
                    };
                    // It waits for nobody here.
                    if queue[known].waited.is_some_and(|waited| waited.place.is_none()) {
                        escapes.push(call.unfollowed());
                        continue;
                    }
                    let more = !call.answering.is_subset(&queue[known].answering);
                    if more || !call.holds().is_subset(&queue[known].held) {
                        queue[known].held.extend(call.holds());
                        queue[known].answering.extend(&call.answering);
                        if known < list.len() {
                            list[known] = Carrier::read(module, queue[known].clone(), &functions, around);
                        }
                    }
                    match united(&queue[known].roles, &roles) {
                        Some(roles) if trimmed(&roles) != trimmed(&queue[known].roles) => {
                            queue[known].roles = roles;
                            // It was read with fewer roles: once more.
                            if known < list.len() {
                                list[known] = Carrier::read(module, queue[known].clone(), &functions, around);
                            }
                        }
                        Some(_) => {}
                        // Called with its arguments in another order: two different functions in one.
                        None => escapes.push(call.unfollowed()),
                    }
                }
            }
            carrier.escapes.extend(escapes);
            list.push(carrier);
            at += 1;
        }
        let writers = streamed::settle(module, &mut list, roots_count);
        let asking: HashMap<Id, usize> = list.iter().filter_map(Carrier::asks_for).collect();
        let full: Vec<(Id, usize)> =
            list.iter().filter_map(|carrier| Some((carrier.name.clone()?, *carrier.defaults.keys().next()?))).collect();
        let roles: HashMap<Id, Vec<Option<Role>>> =
            queue.into_iter().filter_map(|root| Some((root.name?, root.roles))).collect();
        let held: HashMap<Id, BTreeSet<Held>> =
            list.iter().filter_map(|carrier| Some((carrier.name.clone()?, carrier.held.clone()))).collect();
        let answering: HashMap<Id, BTreeSet<usize>> =
            list.iter().filter_map(|carrier| Some((carrier.name.clone()?, carrier.answering.clone()))).collect();
        for carrier in &mut list {
            carrier.check_answering(&|call| {
                answering.iter().find(|(name, _)| call.means(name)).map(|(_, answering)| answering)
            });
            carrier.check_held(&|call| held.iter().find(|(name, _)| call.means(name)).map(|(_, held)| held));
            carrier.check_calls(&|call| {
                roles.iter().find(|(name, _)| call.means(name)).map(|(_, roles)| roles.as_slice())
            });
            let short = |call: &Call| asking.get(&call.callee).is_some_and(|count| call.args.len() < *count);
            let long = |call: &Call| full.iter().any(|(name, at)| call.means(name) && call.args.len() > *at);
            let odd = carrier.calls.iter().filter(|call| short(call) || long(call));
            let escapes: Vec<Escape> = odd.map(Call::unfollowed).collect();
            carrier.escapes.extend(escapes);
        }
        Carriers { list, roots: roots_count, writers }
    }
}

/// The roles of a function that is called in both ways; `None` if the two contradict each other.
pub fn united(one: &[Option<Role>], other: &[Option<Role>]) -> Option<Vec<Option<Role>>> {
    (0..one.len().max(other.len()))
        .map(|at| match (one.get(at).copied().flatten(), other.get(at).copied().flatten()) {
            (Some(a), Some(b)) if a != b => None,
            (a, b) => Some(a.or(b)),
        })
        .collect()
}

fn trimmed(roles: &[Option<Role>]) -> &[Option<Role>] {
    let end = roles.iter().rposition(Option::is_some).map_or(0, |last| last + 1);
    &roles[..end]
}

impl Carrier<'_> {
    /// Whether it reads either kind of request, and nothing else, so that nothing of it has to change.
    pub fn takes_either(&self) -> bool {
        let carries = |role: &&Option<Role>| **role == Some(Role::Req);
        !self.reads.is_empty()
            && self.reads.iter().all(|read| read.part == Part::Either)
            && self.roles.iter().flatten().count() == self.roles.iter().filter(carries).count()
            && self.calls.is_empty()
            && self.objects.is_empty()
            && self.escapes.is_empty()
            && self.aliases.is_empty()
            && self.unpacked.is_empty()
            && self.held.is_empty()
    }

    /// Whether its callers get a promise.
    pub fn is_async(&self) -> bool {
        self.function.is_async() || self.waited.is_some()
    }

    /// Whether `expr` is the request or the response, by any name.
    pub fn role_of(&self, expr: &Expr) -> Option<Role> {
        let is = |id: &Id| stands_for(expr, id);
        if self.req.as_ref().is_some_and(is) {
            Some(Role::Req)
        } else if self.res.as_ref().is_some_and(is) {
            Some(Role::Res)
        } else if let Some(alias) = self.aliases.iter().find(|alias| is(&alias.name)) {
            Some(alias.role)
        } else {
            self.packed.iter().find_map(|packed| packed.role_of(&is))
        }
    }

    /// Whether `member` asks whether the response was sent: `res.headersSent`.
    pub fn asks_if_sent(&self, member: &MemberExpr) -> bool {
        let aliases = self.aliases.iter().filter(|alias| alias.role == Role::Res).map(|alias| &alias.name);
        self.res.iter().chain(aliases).any(|res| is_sent_check(member, Some(res)))
    }

    /// Its name, and how many arguments it needs so that it is given what it asks for.
    fn asks_for(&self) -> Option<(Id, usize)> {
        let name = self.name.clone().filter(|_| !self.settled.is_empty())?;
        Some((name, trimmed(&self.roles).len()))
    }

    /// Wrappers, routers or helpers that it is handed to call it, which have no more to give than the request and its
    /// context.
    pub fn stands_alone(&self) -> bool {
        self.wraps || self.routed.is_some() || self.handed
    }

    /// A router calls it, and may call another function behind it, which reads the body itself.
    pub fn goes_on(&self) -> bool {
        self.routed.is_some() && !self.nexts.is_empty()
    }

    /// Whether it is a handler that is handed the headers which the helper around it has collected.
    pub fn is_given_headers(&self) -> bool {
        !self.asked.is_empty() || (self.handed && self.hands_headers)
    }

    /// Whether it puts something in the place of this part of the request.
    pub fn puts_in(&self, part: &str) -> bool {
        self.puts.iter().any(|put| put.part == part)
    }

    /// It is the `onError` of a router: `(error, req, res) => …`.
    pub fn answers_errors(&self) -> bool {
        self.routed.is_some() && self.roles.first() == Some(&None)
    }

    /// Whether `call` leaves out what this carrier asks for, or hands over what it is not known with.
    pub fn misses(&self, call: &Call) -> bool {
        let short = !self.settled.is_empty() && call.args.len() < trimmed(&self.roles).len();
        short || self.defaults.keys().next().is_some_and(|at| call.args.len() > *at)
    }
}

/// `req.body = parsed;` as a statement.
#[derive(Clone, Debug)]
pub struct Put {
    /// The assignment.
    pub span: Span,
    /// `query` or `body`.
    pub part: &'static str,
    /// What is put there.
    pub value: Span,
}
