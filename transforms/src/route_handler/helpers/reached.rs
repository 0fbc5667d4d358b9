//! Which helpers others reach, what these are to them, and what is to be said of them.

use std::collections::{BTreeMap, BTreeSet};

use super::{Helpers, Key};
use crate::finding::Finding;
use crate::pages_api::{Call, Carrier, Payload, ResponseUse, Role, selects_by_method};
use crate::project::{Method, NextVersion};
use crate::route_handler::claims::kept_off;
use crate::route_handler::effect::Effect;
use crate::route_handler::lists::Lists;
use crate::route_handler::needs::{Callee, Callees, Handed, Needs, index_of, indices_of};
use crate::route_handler::outlasting::{counts_on_sync, goes_on};
use crate::route_handler::packages;
use crate::route_handler::refusing::refused;
use crate::route_handler::unit::{Link, Target, Unit};
use crate::syntax::Span;
use crate::syntax::ast::Id;

/// How many wrappers deep we look for one that answers in place of its handler.
const MAX_WRAPPERS: usize = 8;

impl<'m> Helpers<'m> {
    /// The carriers of other files that `unit` calls, under the names that they will have.
    pub fn callees(&self, unit: &Unit<'m>, names: &BTreeMap<Key, String>) -> Callees {
        let mut callees = unit.callees(&|target| {
            let file = self.files.get(target.file)?;
            let at = file.position(target.start())?;
            let carrier = &file.unit.carriers.list[at];
            let needs = file.needs.get(at).cloned().unwrap_or_else(Needs::none);
            let answers = file.answers.get(at).cloned().flatten();
            let name = names.get(&target.key()).cloned();
            let is_async = carrier.is_async();
            Some(Callee { needs, is_async, name, answers, handed: Handed::Carriers, taught: Vec::new() })
        });
        for wrap in &unit.wraps {
            let name = names.get(&wrap.target.key()).cloned();
            let file = self.files.get(wrap.target.file).filter(|_| wrap.target.root.routed.is_some());
            let routed = file.and_then(|file| file.needs.get(file.position(wrap.target.start())?));
            let routed = routed.cloned().unwrap_or_else(Needs::none);
            // Of what it answers, others ask only what it does where its handler has not.
            let effect = self.around(&wrap.target, MAX_WRAPPERS).unwrap_or(Effect::NONE);
            callees.insert(
                wrap.call.callee.clone(),
                Callee {
                    needs: Needs { effect, ..routed },
                    is_async: false,
                    name,
                    answers: None,
                    handed: Handed::Carriers,
                    taught: Vec::new(),
                },
            );
        }
        callees
    }

    /// What a wrapper, with those that stand around its inner function, does where its handler has not answered: it falls
    /// back if one of them does, and always answers if all do.
    fn around(&self, target: &Target<'m>, depth: usize) -> Option<Effect> {
        let file = self.files.get(target.file)?;
        let at = file.position(target.start())?;
        let Effect { mut always, mut falls_back, .. } = file.needs.get(at)?.effect;
        // So may a function inside it that calls the handler, and the helper which runs that.
        let inside = self.inside(&file.unit, &file.unit.carriers.list[at]);
        falls_back |= inside.iter().any(|(unit, carrier)| {
            let file = self.files.get(&unit.module.path);
            let needs = file.and_then(|file| file.needs.get(file.position(carrier.function.span().start)?));
            needs.is_none_or(|needs| needs.effect.falls_back)
        });
        // One that hands on what it is given leaves all to the others.
        always |= !target.root.roles.contains(&Some(Role::Res));
        let outer = file.unit.wraps.iter().filter(|wrap| wrap.owner == Some(target.start()));
        for wrap in outer.filter(|_| depth > 0) {
            let other = self.around(&wrap.target, depth - 1)?;
            always &= other.always;
            falls_back |= other.falls_back;
        }
        Some(Effect { always, falls_back, ..Effect::NONE })
    }

    /// Whether the wrappers around the handler of `unit`, and the helpers that it hands handlers to, answer nothing by
    /// themselves but refusals, and look up the method alone in maps of handlers.
    pub fn only_refuse(&self, unit: &Unit<'m>) -> bool {
        self.around_handlers(unit).into_iter().all(|place| {
            let Some((file, start)) = place else { return false };
            let unit = self.files.get(file).map_or(unit, |file| &file.unit);
            let inner = unit.carriers.list.iter().find(|carrier| carrier.function.span().start == start);
            inner.is_some_and(|inner| {
                let mut sends = inner.writes.iter().filter(|write| write.payload.is_some()).peekable();
                let others = inner.calls.iter().all(|call| inner.continuations.contains(&call.callee));
                sends.peek().is_some()
                    && others
                    && selects_by_method(inner)
                    && sends.all(|write| write.literal_status().is_some_and(|status| status >= 400))
            })
        })
    }

    /// What to say of wrappers and helpers as in [`Self::only_refuse`] of which none refuses by 405, so that the methods
    /// without a handler were answered otherwise, as by the `catch` around what failed for them.
    pub fn refused_otherwise(&self, unit: &Unit<'m>) -> Option<Finding> {
        let mut sends = self.around_handlers(unit).into_iter().flatten().flat_map(|(file, start)| {
            let unit = self.files.get(file).map_or(unit, |file| &file.unit);
            let inner = unit.carriers.list.iter().filter(move |carrier| carrier.function.span().start == start);
            let writes = inner.flat_map(|inner| &inner.writes).filter(|write| write.payload.is_some());
            writes.map(move |write| (unit.module.path.as_str(), write))
        });
        let (path, first) = sends.next()?;
        let by_405 = |write: &ResponseUse| write.literal_status() == Some(405);
        if by_405(first) || sends.any(|(_, write)| by_405(write)) {
            return None;
        }
        let message =
            "methods without a handler failed, or were refused with another status; Next answers them with 405";
        Some(Finding::note("method-refusal", path, first.span, message))
    }

    /// Whether a wrapper around the handler of `unit`, or a helper that it hands handlers to, sets headers.
    pub fn sets_headers(&self, unit: &Unit<'m>) -> bool {
        self.around_handlers(unit).into_iter().flatten().any(|(file, start)| {
            let unit = self.files.get(file).map_or(unit, |file| &file.unit);
            let inner = unit.carriers.list.iter().find(|carrier| carrier.function.span().start == start);
            inner.is_some_and(|inner| self.may_set_headers(unit, inner, MAX_WRAPPERS))
        })
    }

    /// Whether `carrier` of `unit` sets headers, or a function that it calls.
    fn may_set_headers(&self, unit: &Unit<'m>, carrier: &Carrier<'m>, depth: usize) -> bool {
        let Some(depth) = depth.checked_sub(1) else { return true };
        let by_call = |call: &Call| match unit.links.get(&call.callee) {
            Some(Link::Library(library)) => packages::callee(library).needs.effect.headers,
            Some(Link::Helper(target)) => self.files.get(target.file).is_some_and(|file| {
                let at = file.position(target.start());
                at.is_some_and(|at| self.may_set_headers(&file.unit, &file.unit.carriers.list[at], depth))
            }),
            Some(Link::Taught(_)) => false,
            None => indices_of(&unit.carriers, call)
                .into_iter()
                .any(|at| self.may_set_headers(unit, &unit.carriers.list[at], depth)),
        };
        let inside = || self.inside(unit, carrier);
        let mut leaves =
            inside().into_iter().filter(|(_, inside)| carrier.function.span().contains(inside.function.span()));
        carrier.writes.iter().any(|write| !write.headers.is_empty())
            || carrier.calls.iter().any(by_call)
            || leaves.any(|(unit, leaf)| self.may_set_headers(unit, leaf, depth))
    }

    /// Whether a wrapper around the handler of `unit`, or one around such a wrapper, may answer behind the handler with
    /// the status that this has set: `catch (error) { res.json({ error }) }`.
    pub fn catches(&self, unit: &Unit<'m>) -> bool {
        self.some_around(unit, &|unit, inner| {
            let given = inner.calls.iter().filter(|call| inner.continuations.contains(&call.callee));
            let Some(handler) = given.map(|call| call.span.start).min() else { return false };
            let lists = inner.function.block().map(|block| Lists::of(&block.stmts)).unwrap_or_default();
            let set_before = |send: Span| {
                let before = lists.before(send);
                inner.writes.iter().any(|write| Some(write.span) == before && write.status.is_some())
            };
            let bare = |write: &&ResponseUse| {
                let sends = write.payload.as_ref().is_some_and(|payload| !matches!(payload, Payload::Redirect(..)));
                sends && write.status.is_none() && !set_before(write.span)
            };
            let behind = |span: Span| span.start > handler;
            let helpers = inner.calls.iter().filter(|call| !inner.continuations.contains(&call.callee));
            inner.writes.iter().filter(bare).any(|write| behind(write.span))
                || helpers.filter(|call| behind(call.span)).any(|call| !self.sets_status(unit, call))
        })
    }

    /// Whether a wrapper around the handler of `unit`, or one around such a wrapper, goes on behind it.
    pub fn outlast(&self, unit: &Unit<'m>) -> bool {
        self.some_around(unit, &|unit, inner| goes_on(unit.module, inner))
    }

    /// Whether one of them depends on a handler that is not async being done when it comes back.
    pub fn counts_on_sync(&self, unit: &Unit<'m>) -> bool {
        self.some_around(unit, &|unit, inner| counts_on_sync(unit.module, inner))
    }

    /// Whether something `is` so for the inner function of a wrapper around the handler of `endpoint`, or of one around such
    /// a wrapper. It is told the unit of the wrapper.
    fn some_around(&self, endpoint: &Unit<'m>, is: &dyn Fn(&Unit<'m>, &Carrier<'m>) -> bool) -> bool {
        let around = self.around_handlers(endpoint).into_iter().flatten();
        around.into_iter().any(|(file, start)| self.is_around(endpoint, file, start, MAX_WRAPPERS, is))
    }

    fn is_around(
        &self,
        endpoint: &Unit<'m>,
        file: &str,
        start: usize,
        depth: usize,
        is: &dyn Fn(&Unit<'m>, &Carrier<'m>) -> bool,
    ) -> bool {
        let unit = self.files.get(file).map_or(endpoint, |file| &file.unit);
        let inner = unit.carriers.list.iter().find(|carrier| carrier.function.span().start == start);
        let mut outer = unit.wraps.iter().filter(|wrap| depth > 0 && wrap.owner == Some(start));
        let inside = |inner| self.inside(unit, inner).into_iter().any(|(unit, inside)| is(unit, inside));
        inner.is_some_and(|inner| is(unit, inner) || inside(inner))
            || outer.any(|wrap| self.is_around(endpoint, wrap.target.file, wrap.target.start(), depth - 1, is))
    }

    /// The functions inside `inner`, a wrapper of `unit`, that call what it was given, and the helpers which run them.
    fn inside<'u>(&'u self, unit: &'u Unit<'m>, inner: &Carrier<'m>) -> Vec<(&'u Unit<'m>, &'u Carrier<'m>)> {
        let handed = unit.handed.iter().filter(|handed| {
            inner.wraps && inner.function.span().contains(handed.call) && !inner.given_inside.is_empty()
        });
        let all = handed.flat_map(|handed| {
            let own = move |carrier: &&Carrier<'m>| {
                handed.leaves.contains(&carrier.function.span().start) || carrier.name.as_ref() == Some(&handed.callee)
            };
            let there = self.target_of(unit, &handed.callee).and_then(|(path, start)| {
                let home = &self.files.get(&path)?.unit;
                Some((home, home.carriers.list.iter().find(|carrier| carrier.function.span().start == start)?))
            });
            unit.carriers.list.iter().filter(own).map(move |carrier| (unit, carrier)).chain(there)
        });
        all.collect()
    }

    /// Whether all that the callee of `call`, one of `unit`, sends has a status of its own, as far as that is known.
    fn sets_status(&self, unit: &Unit<'m>, call: &Call) -> bool {
        let own = || {
            Some((unit.module.path.clone(), unit.carriers.list[index_of(&unit.carriers, call)?].function.span().start))
        };
        let Some((path, start)) = self.target_of(unit, &call.callee).or_else(own) else { return true };
        let file = self.files.get(&path);
        let needs = file.and_then(|file| file.needs.get(file.position(start)?));
        needs.is_none_or(|needs| !needs.effect.sends || needs.effect.own_status)
    }

    /// The wrappers around the handler of `unit`, and the helpers that it hands handlers to, as far as they are known:
    /// their files, and where they start.
    fn around_handlers<'u>(&'u self, unit: &'u Unit<'m>) -> Vec<Option<(&'u str, usize)>> {
        let around = unit.wraps.iter().map(|wrap| Some((wrap.target.file, wrap.target.start())));
        let takers = unit.handed.iter().map(|handed| match unit.links.get(&handed.callee) {
            Some(Link::Helper(target)) => Some((target.file, target.start())),
            _ => {
                let own = unit.carriers.list.iter().find(|carrier| carrier.name.as_ref() == Some(&handed.callee))?;
                Some((unit.module.path.as_str(), own.function.span().start))
            }
        });
        around.chain(takers).collect()
    }

    /// The methods that the wrappers around the handler of `unit`, with those around these, answer in its place.
    pub fn claims(&self, unit: &Unit<'m>) -> BTreeSet<Method> {
        unit.wraps.iter().flat_map(|wrap| self.claimed(&wrap.target, MAX_WRAPPERS)).collect()
    }

    /// The methods that a wrapper around the router of `unit` never hands to it.
    pub fn kept_off(&self, unit: &Unit<'m>) -> BTreeSet<Method> {
        let around = unit.wraps.iter().map(|wrap| &wrap.target).filter(|target| target.root.wraps);
        let inner = around.filter_map(|target| {
            let home = self.files.get(target.file).map_or(unit, |file| &file.unit);
            home.carriers.list.iter().find(|carrier| carrier.function.span().start == target.start())
        });
        inner.flat_map(kept_off).collect()
    }

    /// The methods that wrappers around the handler of `unit` refuse.
    pub fn refused(&self, unit: &Unit<'m>) -> BTreeSet<Method> {
        let around = unit.wraps.iter().filter(|wrap| wrap.owner.is_none() && wrap.target.root.wraps);
        let of_wrap = around.filter_map(|wrap| {
            let home = self.files.get(wrap.target.file).map_or(unit, |file| &file.unit);
            let mut all = home.carriers.list.iter();
            let inner = all.find(|carrier| carrier.function.span().start == wrap.target.start())?;
            Some(refused(inner, home.module, &wrap.call, unit))
        });
        of_wrap.flatten().collect()
    }

    fn claimed(&self, target: &Target<'m>, depth: usize) -> BTreeSet<Method> {
        let Some(file) = self.files.get(target.file) else { return BTreeSet::new() };
        let own = file.position(target.start()).and_then(|at| file.claims.get(at));
        let outer = file.unit.wraps.iter().filter(|wrap| depth > 0 && wrap.owner == Some(target.start()));
        own.into_iter().flatten().copied().chain(outer.flat_map(|wrap| self.claimed(&wrap.target, depth - 1))).collect()
    }

    /// Calls of `unit` that do not fit how their callee is called elsewhere, with the caller's index.
    pub fn odd_calls(&self, unit: &Unit<'m>) -> Vec<(usize, Finding)> {
        let mut odd = Vec::new();
        for (at, carrier) in unit.carriers.list.iter().enumerate() {
            for call in &carrier.calls {
                if index_of(&unit.carriers, call).is_some_and(|own| unit.carriers.list[own].routed.is_some()) {
                    odd.push((at, called_by_router(unit, &call.callee, call.span)));
                    continue;
                }
                let Some(Link::Helper(target)) = unit.links.get(&call.callee) else { continue };
                let callee = self
                    .files
                    .get(target.file)
                    .and_then(|file| Some(&file.unit.carriers.list[file.position(target.start())?]));
                let fits = callee.is_some_and(|callee| {
                    let mut both = call.args.iter().zip(&callee.roles);
                    both.all(|((_, given), expected)| expected.is_none() || given == expected)
                        && !callee.misses(call)
                        && callee.held == call.holds()
                        && callee.answering == call.answering
                });
                if fits && !self.contradicted.contains(&target.key()) {
                    continue;
                }
                let message = format!("`{}` is called with other arguments elsewhere", call.callee.0);
                let finding = Finding::manual("carrier-elsewhere", &unit.module.path, call.span, message)
                    .help("call it in one way, with `req` and `res` in the same places");
                odd.push((at, finding));
            }
        }
        odd
    }

    /// The helpers that `unit` reaches, directly or through others.
    pub fn reached(&self, unit: &Unit<'m>) -> BTreeSet<Key> {
        self.reached_by(unit, &|_| true)
    }

    /// The same, starting at the callees that `calls` tells.
    pub fn reached_by(&self, unit: &Unit<'m>, calls: &dyn Fn(&Id) -> bool) -> BTreeSet<Key> {
        let mut reached = BTreeSet::new();
        let called = unit.carriers.list.iter().flat_map(|carrier| &carrier.calls);
        let called = called.filter(|call| calls(&call.callee));
        let mut queue: Vec<Key> = called.filter_map(|call| self.target_of(unit, &call.callee)).collect();
        let around = unit.wraps.iter().filter(|wrap| calls(&wrap.call.callee)).map(|wrap| &wrap.target);
        queue.extend(around.filter(|target| target.file != unit.module.path).map(Target::key));
        queue.extend(unit.callbacks.iter().map(Target::key));
        while let Some(next) = queue.pop() {
            if reached.insert(next.clone()) {
                queue.extend(self.called_by(&next));
            }
        }
        reached
    }

    /// The carriers of these helpers, each with the unit that it belongs to.
    pub fn reached_carriers(&self, unit: &Unit<'m>) -> Vec<(&Unit<'m>, &Carrier<'m>)> {
        let carrier = |(path, start): Key| {
            let file = self.files.get(&path)?;
            Some((&file.unit, &file.unit.carriers.list[file.position(start)?]))
        };
        self.reached(unit).into_iter().filter_map(carrier).collect()
    }

    /// What `target` needs, if it is known.
    pub fn needs_of(&self, target: &Target<'m>) -> Option<&Needs> {
        let file = self.files.get(target.file)?;
        file.needs.get(file.position(target.start())?)
    }

    fn target_of(&self, unit: &Unit<'m>, callee: &Id) -> Option<Key> {
        match unit.links.get(callee)? {
            Link::Helper(target) => Some(target.key()),
            Link::Library(_) | Link::Taught(_) => None,
        }
    }

    /// The helpers that one of them calls.
    fn called_by(&self, of: &Key) -> Vec<Key> {
        let Some(file) = self.files.get(&of.0) else { return Vec::new() };
        let Some(at) = file.position(of.1) else { return Vec::new() };
        let carrier = &file.unit.carriers.list[at];
        let keys = |call: &Call| match self.target_of(&file.unit, &call.callee) {
            Some(key) => vec![key],
            // One of the file, or any member of an object.
            None => {
                let own = indices_of(&file.unit.carriers, call).into_iter();
                own.map(|at| (of.0.clone(), file.unit.carriers.list[at].function.span().start)).collect()
            }
        };
        let around = file.unit.wraps.iter().filter(|wrap| wrap.owner == Some(of.1));
        let around = around.map(|wrap| (wrap.target.file.to_owned(), wrap.target.start()));
        let handed = file.unit.handed.iter().filter(|handed| carrier.function.span().contains(handed.call));
        let leaves = handed.flat_map(|handed| &handed.leaves).map(|leaf| (of.0.clone(), *leaf));
        carrier.calls.iter().flat_map(keys).chain(around).chain(leaves).collect()
    }

    /// What is to be said of the helpers that `unit` reaches by the callees that `calls` tells.
    pub fn findings(&self, unit: &Unit<'m>, calls: &dyn Fn(&Id) -> bool) -> Vec<Finding> {
        let mut findings = Vec::new();
        for (path, start) in self.reached_by(unit, calls) {
            let Some(file) = self.files.get(&path) else { continue };
            let Some(at) = file.position(start) else { continue };
            findings.extend(file.findings.get(at).cloned().unwrap_or_default());
        }
        findings.extend(self.odd_calls(unit).into_iter().map(|(_, finding)| finding));
        let routed = unit.wraps.iter().filter(|wrap| wrap.target.root.routed.is_some());
        let routed = routed.filter(|wrap| self.contradicted.contains(&wrap.target.key()));
        findings.extend(routed.map(|wrap| called_by_router(unit, &wrap.call.callee, wrap.call.name)));
        findings
    }

    /// What is to be said of the packages that `unit` and the helpers that it reaches by the callees that `calls`
    /// tells call, in an app of `next`.
    pub fn package_findings(&self, unit: &Unit<'m>, next: NextVersion, calls: &dyn Fn(&Id) -> bool) -> Vec<Finding> {
        let mut findings: Vec<Finding> =
            unit.carriers.list.iter().flat_map(|carrier| packages::findings(unit, carrier, next)).collect();
        for (path, start) in self.reached_by(unit, calls) {
            let Some(file) = self.files.get(&path) else { continue };
            let Some(at) = file.position(start) else { continue };
            findings.extend(packages::findings(&file.unit, &file.unit.carriers.list[at], next));
            let around = file.unit.around.iter().filter(|around| around.owner == Some(start));
            let remarks = around.flat_map(|around| around.wraps.remarks.iter().map(|own| own.at(&path, around.name)));
            findings.extend(remarks);
        }
        // Once for each thing to know.
        let mut seen = BTreeSet::new();
        findings.retain(|finding| seen.insert((finding.rule, finding.message.clone())));
        findings
    }
}

/// A function that a router calls has its arguments in fixed places; other calls give it what it needs.
fn called_by_router(unit: &Unit<'_>, callee: &Id, place: Span) -> Finding {
    let message = format!("`{}` is called by a router and by other code, which hand it different things", callee.0);
    Finding::manual("carrier-elsewhere", &unit.module.path, place, message).help("let both call a third function")
}
