//! Helpers in other files: the functions that endpoints hand `req` and `res` to, and those that these call.
//! They are followed across the project, summarised until nothing changes, and rewritten together with the
//! endpoints that need them.

mod importers;
mod place;
mod render;
mod users;

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::body::{BodyRewrite, Context, Names, rewrite_body};
use super::carry_out::owner;
use super::dispatch::methods;
use super::doubtful::doubtful;
use super::effect::Effect;
use super::escapes::escapes;
use super::handed;
use super::held_parameter::reads_more;
use super::needs::{Callee, Callees, Handed, Needs, Place, indices_of, needs};
use super::packages;
use super::payload::Constants;
use super::request_type::request_type;
use super::sending::{helper_flow, merge, sends, unfinished};
use super::signature::Dialect;
use super::unit::{Target, Unit, body_type};
use crate::finding::Finding;
use crate::pages_api::{Call, Carrier, Root, declared_id, united};
use crate::project::{Method, Modules, NextVersion, Project, reached_from_pages};
use crate::syntax::ast::{Decl, Id, ModuleDecl, ModuleItem, Stmt};
use crate::syntax::{Module, Span};

pub use place::{Placement, Users};
pub use users::declares;

/// A function of a helper's file: the file, and where the function starts.
pub type Key = (String, usize);

/// All helpers that the endpoints of a project reach.
#[derive(Debug, Default)]
pub struct Helpers<'m> {
    files: BTreeMap<String, File<'m>>,
    /// Functions that are called in ways that contradict each other.
    contradicted: BTreeSet<Key>,
}

/// One file of helpers.
#[derive(Debug)]
struct File<'m> {
    unit: Unit<'m>,
    /// A page of the Pages Router needs it, too, where `next/headers` may not be imported.
    in_pages: bool,
    needs: Vec<Needs>,
    /// What is to be said of each carrier, in the order of `unit.carriers`.
    findings: Vec<Vec<Finding>>,
    /// The methods that each answers, if it tells them apart.
    answers: Vec<Option<Vec<Method>>>,
    /// The version of the app that it belongs to.
    next: NextVersion,
}

impl<'m> Helpers<'m> {
    /// Follows the calls of `endpoints` through the project.
    pub fn follow(
        project: &Project,
        modules: &'m Modules<'m>,
        endpoints: &[&Unit<'m>],
        is_endpoint: &(dyn Fn(&str) -> bool + Sync),
    ) -> Helpers<'m> {
        let mut helpers = Helpers::default();
        let mut roots: BTreeMap<&str, BTreeMap<usize, Root<'m>>> = BTreeMap::new();
        let mut open: BTreeSet<&str> = BTreeSet::new();
        for unit in endpoints {
            helpers.add(unit, &mut roots, &mut open);
        }
        // Each round reads the files that were reached, or reached with more, in the round before.
        while !open.is_empty() {
            let files: Vec<&str> = std::mem::take(&mut open).into_iter().collect();
            let read: Vec<(&str, Option<Unit<'m>>)> = files
                .into_par_iter()
                .map(|file| {
                    let roots = roots[file].values().cloned().collect();
                    let module = modules.get(file).ok();
                    (file, module.map(|module| Unit::read(project, modules, module, roots, 0, is_endpoint)))
                })
                .collect();
            for (file, unit) in read {
                let Some(unit) = unit else { continue };
                let next = project.apps[owner(&project.apps, file).unwrap_or_default()].next;
                helpers.add(&unit, &mut roots, &mut open);
                let (needs, findings, answers) = (Vec::new(), Vec::new(), Vec::new());
                helpers.files.insert(file.to_owned(), File { unit, in_pages: false, needs, findings, answers, next });
            }
        }
        helpers.mark_pages(project, modules);
        helpers.settle();
        helpers.tell_methods();
        helpers.check();
        helpers
    }

    fn add(
        &mut self,
        unit: &Unit<'m>,
        roots: &mut BTreeMap<&'m str, BTreeMap<usize, Root<'m>>>,
        open: &mut BTreeSet<&'m str>,
    ) {
        for target in unit.targets() {
            let known = roots.entry(target.file).or_default();
            match known.get_mut(&target.start()) {
                None => {
                    known.insert(target.start(), target.root.clone());
                    open.insert(target.file);
                }
                // A wrapper that is called on the spot, too, with a handler that nobody follows.
                Some(root) if root.wraps != target.root.wraps => {
                    self.contradicted.insert(target.key());
                }
                Some(root) => match united(&root.roles, &target.root.roles) {
                    Some(roles)
                        if roles != root.roles
                            || !target.root.held.is_subset(&root.held)
                            || !target.root.answering.is_subset(&root.answering) =>
                    {
                        root.roles = roles;
                        root.answering.extend(&target.root.answering);
                        root.held.extend(target.root.held.iter().cloned());
                        open.insert(target.file);
                    }
                    Some(_) => {}
                    None => {
                        self.contradicted.insert(target.key());
                    }
                },
            }
        }
    }

    /// Marks the files that pages of the Pages Router need, too, as far as it makes a difference.
    fn mark_pages(&mut self, project: &Project, modules: &Modules<'_>) {
        if self.files.values().all(|file| !packages::needs_cookies(&file.unit)) {
            return;
        }
        let reached = reached_from_pages(project, modules);
        for (path, file) in &mut self.files {
            file.in_pages = reached.contains(path);
        }
    }

    /// Summarises until nothing changes.
    fn settle(&mut self) {
        loop {
            let settled: Vec<(String, Vec<Needs>)> = self
                .files
                .par_iter()
                .map(|(path, file)| {
                    let callees = self.callees(&file.unit, &BTreeMap::new());
                    let Unit { module, imports, .. } = &file.unit;
                    let place = Place { segments: None, module, imports, callees: &callees };
                    (path.clone(), needs(&file.unit.carriers, &place))
                })
                .collect();
            let mut changed = false;
            for (path, needs) in settled {
                let Some(file) = self.files.get_mut(&path) else { continue };
                changed |= file.needs != needs;
                file.needs = needs;
            }
            if !changed {
                break;
            }
        }
    }

    /// Finds out which methods each answers.
    fn tell_methods(&mut self) {
        let answers: Vec<(String, Vec<Option<Vec<Method>>>)> = self
            .files
            .par_iter()
            .map(|(path, file)| {
                let callees = self.callees(&file.unit, &BTreeMap::new());
                let Unit { module, carriers, .. } = &file.unit;
                let sends = sends(&module.text, carriers, &file.needs, &callees);
                let answers = carriers.list.iter().zip(&sends).map(|(carrier, sends)| {
                    let methods = methods(carrier, sends);
                    methods.tells_apart.then_some(methods.exported)
                });
                (path.clone(), answers.collect())
            })
            .collect();
        for (path, answers) in answers {
            if let Some(file) = self.files.get_mut(&path) {
                file.answers = answers;
            }
        }
    }

    /// Finds out what stands in the way of each.
    fn check(&mut self) {
        let findings: Vec<(String, Vec<Vec<Finding>>)> = self
            .files
            .par_iter()
            .map(|(path, file)| {
                let callees = self.callees(&file.unit, &BTreeMap::new());
                let bodies = file.bodies(&callees, &BTreeMap::new());
                let odd = self.odd_calls(&file.unit);
                let findings = bodies.into_iter().enumerate().map(|(at, body)| {
                    let mut findings = file.obstacles(at, &callees);
                    findings.extend(odd.iter().filter(|(of, _)| *of == at).map(|(_, finding)| finding.clone()));
                    if findings.iter().all(|finding| finding.level != crate::finding::Safety::Manual) {
                        findings.extend(body.map_or_else(|why| why, |body| body.notes));
                    }
                    findings
                });
                (path.clone(), findings.collect())
            })
            .collect();
        for (path, findings) in findings {
            if let Some(file) = self.files.get_mut(&path) {
                file.findings = findings;
            }
        }
    }

    /// What is known of the file at `path`, if it holds helpers.
    pub fn unit(&self, path: &str) -> Option<&Unit<'m>> {
        self.files.get(path).map(|file| &file.unit)
    }

    /// The files that hold helpers.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(String::as_str)
    }

    /// The carriers of other files that `unit` calls, under the names that they will have.
    pub fn callees(&self, unit: &Unit<'m>, names: &BTreeMap<Key, String>) -> Callees {
        let mut callees = unit.callees(&|target| {
            let file = self.files.get(target.file)?;
            let at = file.position(target.start())?;
            let carrier = &file.unit.carriers.list[at];
            let needs = file.needs.get(at).cloned().unwrap_or_else(Needs::none);
            let answers = file.answers.get(at).cloned().flatten();
            let name = names.get(&target.key()).cloned();
            let is_async = carrier.function.is_async();
            Some(Callee { needs, is_async, name, answers, handed: Handed::Carriers, taught: Vec::new() })
        });
        for wrap in &unit.wraps {
            let name = names.get(&wrap.target.key()).cloned();
            let file = self.files.get(wrap.target.file);
            let own = file.and_then(|file| file.needs.get(file.position(wrap.target.start())?));
            // Of what it answers, others ask only what it does where its handler has not.
            let effect = own.map_or(Effect::NONE, |Needs { effect: Effect { always, falls_back, .. }, .. }| Effect {
                always: *always,
                falls_back: *falls_back,
                ..Effect::NONE
            });
            callees.insert(
                wrap.call.callee.clone(),
                Callee {
                    needs: Needs { effect, ..Needs::none() },
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

    /// Whether the wrappers around the handler of `unit`, and the helpers that it hands handlers to, answer nothing by
    /// themselves but refusals.
    pub fn only_refuse(&self, unit: &Unit<'m>) -> bool {
        let around = unit.wraps.iter().map(|wrap| Some((wrap.target.file, wrap.target.start())));
        let takers = unit.handed.iter().map(|handed| match unit.links.get(&handed.callee) {
            Some(super::unit::Link::Helper(target)) => Some((target.file, target.start())),
            _ => {
                let own = unit.carriers.list.iter().find(|carrier| carrier.name.as_ref() == Some(&handed.callee))?;
                Some((unit.module.path.as_str(), own.function.span().start))
            }
        });
        around.chain(takers).all(|place| {
            let Some((file, start)) = place else { return false };
            let unit = self.files.get(file).map_or(unit, |file| &file.unit);
            let inner = unit.carriers.list.iter().find(|carrier| carrier.function.span().start == start);
            inner.is_some_and(|inner| {
                let mut sends = inner.writes.iter().filter(|write| write.payload.is_some()).peekable();
                let others = inner.calls.iter().all(|call| inner.continuations.contains(&call.callee));
                sends.peek().is_some()
                    && others
                    && sends.all(|write| write.literal_status().is_some_and(|status| status >= 400))
            })
        })
    }

    /// Calls of `unit` that do not fit how their callee is called elsewhere, with the caller's index.
    pub fn odd_calls(&self, unit: &Unit<'m>) -> Vec<(usize, Finding)> {
        let mut odd = Vec::new();
        for (at, carrier) in unit.carriers.list.iter().enumerate() {
            for call in &carrier.calls {
                let Some(super::unit::Link::Helper(target)) = unit.links.get(&call.callee) else { continue };
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

    fn target_of(&self, unit: &Unit<'m>, callee: &Id) -> Option<Key> {
        match unit.links.get(callee)? {
            super::unit::Link::Helper(target) => Some(target.key()),
            super::unit::Link::Library(_) | super::unit::Link::Taught(_) => None,
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
        }
        // Once for each thing to know.
        let mut seen = BTreeSet::new();
        findings.retain(|finding| seen.insert((finding.rule, finding.message.clone())));
        findings
    }
}

impl<'m> File<'m> {
    fn position(&self, start: usize) -> Option<usize> {
        self.unit.carriers.list.iter().position(|carrier| carrier.function.span().start == start)
    }

    fn dialect(&self) -> Dialect {
        let module = self.unit.module;
        Dialect { helper: true, ..Dialect::new(&module.path, &module.text, &module.style, self.next, &[]) }
    }

    /// The new inside of every carrier, or what stands in the way. `renamed` names the copies.
    fn bodies(&self, callees: &Callees, renamed: &BTreeMap<usize, String>) -> Vec<Result<BodyRewrite, Vec<Finding>>> {
        let Unit { module, carriers, readers, .. } = &self.unit;
        let sends = sends(&module.text, carriers, &self.needs, callees);
        let mut after = BTreeMap::new();
        for (carrier, sends) in carriers.list.iter().zip(&sends) {
            merge(&mut after, &helper_flow(carrier, sends));
        }
        let (names, constants, dialect) = (Names::fresh(module, carriers), Constants::of(module), self.dialect());
        (0..carriers.list.len())
            .map(|at| {
                let cx = Context {
                    module,
                    carriers,
                    needs: &self.needs,
                    callees,
                    renamed,
                    constants: &constants,
                    dialect: &dialect,
                    names: &names,
                    readers,
                    after: &after,
                    body_type: body_type(module, &carriers.list[at]),
                    in_pages: self.in_pages,
                    handlers: 0,
                    closed: carriers.list[at].handed,
                };
                rewrite_body(&cx, at)
            })
            .collect()
    }

    fn obstacles(&self, at: usize, callees: &Callees) -> Vec<Finding> {
        let Unit { module, carriers, .. } = &self.unit;
        let (carrier, path) = (&carriers.list[at], module.path.as_str());
        let mut findings = escapes(module, carrier);
        findings.extend(handed::obstacles(&self.unit, Some(carrier.function.span())));
        findings.extend(request_type(module, carrier));
        findings.extend(reads_more(module, carrier));
        findings.extend(doubtful(module, carrier, &Constants::of(module)));
        findings.extend(packages::answers_in_helper(module, carrier, callees));
        findings.extend(self.in_pages.then(|| packages::not_awaited(&self.unit, carrier)).flatten());
        // Who calls the helper that hands it over may go on behind that.
        if carrier.handed && !self.needs[at].effect.always {
            findings.push(handed::comes_back(module, carrier.function.span()));
        }
        let sends = sends(&module.text, carriers, &self.needs, callees);
        findings.extend(unfinished(path, &helper_flow(carrier, &sends[at]), &sends));
        if !carrier.stands_alone() {
            findings.extend(super::cors::in_helper(module, carrier, self.needs[at].effect));
        }
        let place = carrier.function.span();
        let manual = |message: &str, help: &str| Finding::manual("helper-form", path, head(place), message).help(help);
        if carrier.function.is_generator() {
            findings.push(manual("this helper is a generator function", "pass it only what it needs"));
        }
        if carrier.name.as_ref().is_some_and(|name| has_overloads(module, &declared_id(name).0)) {
            findings.push(manual("this helper has overloads", "migrate its signatures by hand first"));
        }
        let member = carrier.name.as_ref().is_some_and(|name| name.0.contains('.'));
        if statement_of(module, place).is_none() && !member {
            findings
                .push(manual("this helper is declared together with other things", "give it a declaration of its own"));
        }
        findings
    }
}

/// The start of a function, to point at.
fn head(span: Span) -> Span {
    Span::at(span.start)
}

fn has_overloads(module: &Module, name: &str) -> bool {
    module.ast.body.iter().any(|item| {
        let declaration = match item {
            ModuleItem::Stmt(Stmt::Decl(declaration)) => declaration,
            ModuleItem::ModuleDecl(ModuleDecl::ExportDecl(export)) => &export.decl,
            _ => return false,
        };
        matches!(declaration, Decl::Fn(function) if &*function.ident.sym == name && function.function.body.is_none())
    })
}

/// The statement of the module that declares just the function at `place`.
fn statement_of(module: &Module, place: Span) -> Option<&ModuleItem> {
    let item = module.ast.body.iter().find(|item| crate::syntax::span_of(*item).contains(place))?;
    let alone = match item {
        ModuleItem::Stmt(Stmt::Decl(Decl::Var(variable))) => variable.decls.len() == 1,
        ModuleItem::ModuleDecl(ModuleDecl::ExportDecl(export)) => match &export.decl {
            Decl::Var(variable) => variable.decls.len() == 1,
            _ => true,
        },
        _ => true,
    };
    alone.then_some(item)
}
