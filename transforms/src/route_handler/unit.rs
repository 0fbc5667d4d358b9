//! One module that takes part: its carriers, and who is meant by the names that they call.

mod escapes;
mod imported;
mod query_type;
mod variable_type;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use self::imported::{constructs, library_of, sender_of};
use super::changes::add_changes;
use super::fixed::fixed_arguments;
use super::handed::{Handed, Takers};
use super::known::{self, Known};
use super::needs::{Callee, Callees, Needs, Query};
use super::taught::{self, Taught};
use super::validated::{self, validates};
use super::wrapped_calls::WrappedCalls;
use super::wrapper_form::wrapper_of;
use super::wraps::{Around, Search, Wrap};
use super::{asked, made, multipart, packages, uploads, waited};
use crate::finding::Finding;
use crate::libraries::Library;
use crate::libraries::formidable::PACKAGE;
use crate::libraries::prisma;
use crate::pages_api::{
    Call, Carrier, Carriers, Composed, Connect, CorsCalls, HandlerCast, Multiparts, RawBody, Role, Root, Runners,
    Surroundings, calls_of, form_parses, own_reader, raw_body_readers,
};
use crate::project::{Import, Imported, Modules, Project, all_imports, binding, declared};
use crate::settings::HelperRule;
use crate::syntax::ast::{Expr, Id};
use crate::syntax::{Module, Span, module_functions};

pub use self::escapes::{body_type, escapes};
pub use self::imported::{declaration, import_of, made_by_calls};
use self::query_type::QueryTypes;
pub use self::query_type::{MemberTypes, QueryType};
use self::variable_type::VariableTypes;
pub use self::variable_type::untyped_rest;

/// One module that takes part.
#[derive(Debug)]
pub struct Unit<'m> {
    /// The module.
    pub module: &'m Module,
    /// Its carriers: the handler, or the helpers that others call, then those that they call.
    pub carriers: Carriers<'m>,
    /// Imported names that are handed `req` or `res`.
    pub links: BTreeMap<Id, Link<'m>>,
    /// Functions that read the raw body.
    pub readers: HashMap<Id, RawBody>,
    /// What it imports.
    pub imports: HashMap<Id, Import>,
    /// The wrappers around its functions.
    pub wraps: Vec<Wrap<'m>>,
    /// The packages' wrappers among them.
    pub around: Vec<Around>,
    /// The methods that a map of handlers names.
    pub keys: Vec<String>,
    /// Some handler stands in no such map, or under a key that is not known.
    pub keyless: bool,
    /// Constants that the wrapped handlers come from, and where their values are.
    pub constants: Vec<(Id, Span)>,
    /// What wrappers around its handler are given by name, and nobody changes.
    pub fixed: HashMap<Id, &'m Expr>,
    /// Where the wrapped handlers, or objects of them, are given another type.
    pub casts: Vec<HandlerCast>,
    /// The handlers that it hands to helpers.
    pub handed: Vec<Handed>,
    /// The router that is the handler of an endpoint.
    pub router: Option<Connect<'m>>,
    /// Wrappers that another function puts around the handler.
    pub composed: Vec<Composed>,
    /// Functions of other files that the package calls which makes the handler.
    pub callbacks: Vec<Target<'m>>,
    /// The functions of other files that were written out where a wrapper takes them.
    pub leaves: Vec<Id>,
    /// The type of the query in carriers whose request has one of its own, by their position.
    pub query_types: BTreeMap<usize, QueryType>,
    /// Of carriers by their indices, what the types of their requests say of the body and the headers.
    pub member_types: BTreeMap<usize, MemberTypes>,
    /// Where parameters start that may be left away, as the type of the constant says.
    pub optional: BTreeSet<usize>,
    /// The project uses Prisma.
    pub knows_prisma: bool,
    /// What is written down of the constants that its sends mention.
    pub known: Arc<Known>,
}

/// What an imported name stands for.
#[derive(Clone, Debug)]
pub enum Link<'m> {
    /// A function of the project.
    Helper(Target<'m>),
    /// A function of a package.
    Library(Library),
    /// A function that users have rules for.
    Taught(Vec<Arc<HelperRule>>),
}

/// A function in another module.
#[derive(Clone, Debug)]
pub struct Target<'m> {
    /// The file that declares it.
    pub file: &'m str,
    /// The function, with what its callers hand it.
    pub root: Root<'m>,
    /// Another file re-exports it by name.
    pub renamed: bool,
}

impl Target<'_> {
    /// What identifies the function in its file: where it starts.
    pub fn start(&self) -> usize {
        self.root.function.span().start
    }

    /// The file and that.
    pub fn key(&self) -> (String, usize) {
        (self.file.to_owned(), self.start())
    }
}

impl<'m> Unit<'m> {
    /// Reads `module` from its roots, of which the first `handlers` are handlers of an endpoint. `is_endpoint` tells
    /// files whose functions nobody else may call.
    pub fn read(
        project: &Project,
        modules: &'m Modules<'m>,
        module: &'m Module,
        mut roots: Vec<Root<'m>>,
        mut handlers: usize,
        is_endpoint: &dyn Fn(&str) -> bool,
    ) -> Unit<'m> {
        let imports = all_imports(module);
        let rules = Taught::new(project, modules, module, &imports);
        let (mut wraps, mut around, mut composed, mut casts) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        // A wrapper may stand on others, of this module or elsewhere.
        let search = Search { project, modules, module, imports: &imports, is_endpoint };
        let mut at = 0;
        while at < roots.len() {
            let inner = roots[at].function;
            let shape = roots[at].wraps.then(|| wrapper_of(module, inner)).flatten().map(|(_, shape)| shape);
            if let Some(Ok((found, more))) = shape.and_then(|shape| search.nested(&shape)) {
                around.extend(search.around(&found.calls, Some(inner.span().start)));
                add_local(&mut roots, module, &more);
                wraps.extend(more);
                composed.extend(found.composed);
                casts.extend(found.casts);
            }
            at += 1;
        }
        let makers = waited::Makers::of(project, modules, module);
        let mut readers = raw_body_readers(module);
        let formidable = project.packages.version(&module.path, PACKAGE).map(|version| version.major);
        let forms = form_parses(module, &imports, formidable);
        let followed = |id: &Id| import_of(&imports, id).is_some_and(|(import, _)| !import.type_only);
        let mut targets: HashMap<Id, Option<Link<'m>>> = HashMap::new();
        let mut carriers;
        let mut with_objects: HashSet<Id> = HashSet::new();
        let mut takers = Takers::default();
        let mut wrapped_calls = WrappedCalls::of(&search, &mut roots[..handlers]);
        loop {
            let names: HashSet<Id> = readers.keys().cloned().collect();
            let function = |home: &'m Module, id: &Id| match module_functions(home).get(id) {
                Some(&own) => Some((home, own)),
                None => {
                    let import = all_imports(home).remove(id)?;
                    let found = declared(project, modules, &home.path, &import)?;
                    Some((found.module, found.function))
                }
            };
            let binding = |import: &Import| match &import.name {
                Imported::Name(name) => binding(project, modules, &module.path, &import.specifier, name),
                Imported::Namespace | Imported::Whole => None,
            };
            let constant = |id: &Id| multipart::constant_of(project, modules, module, id);
            let cors = CorsCalls { module, function: &function, constant: &constant };
            let constant_of = |home: &'m Module, id: &Id| multipart::constant_of(project, modules, home, id);
            let multiparts = Multiparts { module, function: &function, constant: &constant_of };
            let versions = |package: &str| project.packages.version(&module.path, package);
            let runners = Runners { module, imports: &imports, binding: &binding, versions: &versions };
            let takes_rules = |id: &Id| !rules.rules(id).is_empty();
            let takes_objects = |id: &Id| with_objects.contains(id);
            let surroundings = Surroundings {
                readers: &names,
                followed: &followed,
                takes_objects: &takes_objects,
                taught: &takes_rules,
                cors: &|call| cors.read(call),
                multiparts: &|call| multiparts.run_by(call),
                senders: &|id| imports.get(id).and_then(sender_of),
                constructs: &|id| imports.get(id).is_some_and(constructs),
                validates: &|call| validates(&imports, modules, call),
                makers: &|id| makers.find(id),
                forms: &forms,
                runs: &|call| runners.position(call),
                wrapped: &|place| wrapped_calls.made_at(place),
            };
            carriers = Carriers::find(module, roots.clone(), &surroundings);
            let known = readers.len();
            let mut objects: HashSet<Id> = HashSet::new();
            for call in carriers.list.iter().flat_map(|carrier| &carrier.objects) {
                let Some((import, member)) = import_of(&imports, &call.callee) else { continue };
                let own = match library_of(project, module, import, member.as_deref()) {
                    Some(library) => library.answers(),
                    None => declaration(project, modules, module, import, member.as_deref())
                        .is_some_and(|found| !is_endpoint(&found.module.path)),
                };
                if own {
                    objects.insert(call.callee.clone());
                }
            }
            let more = !objects.is_subset(&with_objects);
            with_objects.extend(objects);
            let wrapped = wrapped_calls.follow(module, &carriers, &mut roots, &mut handlers);
            add_local(&mut roots, module, &wrapped_calls.wraps);
            if takers.follow(&search, &carriers, &mut roots, &mut handlers) || wrapped || more {
                continue;
            }
            for call in carriers.list.iter().flat_map(|carrier| &carrier.calls) {
                if carriers.list.iter().flat_map(|carrier| &carrier.taught).any(|taught| taught.span == call.span) {
                    targets.insert(call.callee.clone(), Some(Link::Taught(rules.rules(&call.callee))));
                    continue;
                }
                let Some((import, member)) = import_of(&imports, &call.callee) else { continue };
                let made = || made::made(project, modules, module, import).filter(|_| member.is_none());
                // What a package's function returns is none of its exports.
                let plain = member.is_some() || imports.contains_key(&call.callee);
                let library = library_of(project, module, import, member.as_deref()).or_else(made);
                if let Some(library) = library.filter(|_| plain) {
                    targets.insert(call.callee.clone(), Some(Link::Library(library)));
                    continue;
                }
                let found = declaration(project, modules, module, import, member.as_deref());
                let waited =
                    (found.is_none() && plain && member.is_none()).then(|| waited::waited(&search, import)).flatten();
                let (found, waited) = match waited {
                    Some((found, waited)) => (Some(found), Some(waited)),
                    None => {
                        // What the function makes, where that is called; or what it is made by.
                        let made = found.and_then(|found| made_by_calls(found, calls_of(&call.callee)));
                        (made.or_else(|| search.made(&call.callee).filter(|_| member.is_none())), None)
                    }
                };
                let Some(found) = found else { continue };
                if let Some(raw) = own_reader(found.function).filter(|_| call.args.len() == 1) {
                    readers.insert(call.callee.clone(), raw);
                    continue;
                }
                if is_endpoint(&found.module.path) {
                    continue;
                }
                let roles: Vec<Option<Role>> = call.args.iter().map(|(_, role)| *role).collect();
                let target = match targets.remove(&call.callee) {
                    None => {
                        let root = takers.root(&call.callee);
                        let root = root.unwrap_or_else(|| Root::helper(found.function, found.name, roles));
                        let root = Root { held: call.holds(), answering: call.answering.clone(), waited, ..root };
                        let (file, renamed) = (found.module.path.as_str(), found.renamed);
                        Some(Link::Helper(Target { file, root, renamed }))
                    }
                    Some(Some(Link::Helper(mut target))) => {
                        crate::pages_api::united(&target.root.roles, &roles).map(|roles| {
                            target.root.roles = roles;
                            target.root.held.extend(call.holds());
                            target.root.answering.extend(&call.answering);
                            Link::Helper(target)
                        })
                    }
                    Some(other) => other,
                };
                targets.insert(call.callee.clone(), target);
            }
            if readers.len() == known {
                break;
            }
        }
        asked::settle(&search, &mut carriers, &takers.handed, &mut targets);
        let mut links: BTreeMap<Id, Link<'m>> =
            targets.into_iter().filter_map(|(id, link)| Some((id, link?))).collect();
        for call in carriers.list.iter().flat_map(|carrier| &carrier.objects) {
            let found = import_of(&imports, &call.callee);
            let library = found.and_then(|(import, member)| library_of(project, module, import, member.as_deref()));
            if let Some(library) = library {
                links.insert(call.callee.clone(), Link::Library(library));
            }
        }
        if handlers > 0 {
            carriers.roots = handlers;
            carriers.check_bare_calls();
        }
        takers.settle(&mut carriers);
        wrapped_calls.settle(&mut carriers);
        wraps.extend(wrapped_calls.wraps);
        casts.extend(wrapped_calls.casts);
        casts.extend(takers.casts);
        takers.handed.extend(wrapped_calls.handed);
        for carrier in &mut carriers.list {
            validated::settle(carrier, modules);
            taught::settle(carrier, &links);
            packages::settle(carrier, &links);
            let calls = std::mem::take(&mut carrier.calls);
            // The default of a parameter keeps its name, which a helper of the project may not.
            let is_default = |call: &Call| carrier.defaults.values().any(|function| *function == call.callee);
            let (kept, lost): (Vec<_>, Vec<_>) = calls.into_iter().partition(|call| match links.get(&call.callee) {
                Some(Link::Library(_)) => true,
                Some(_) => !is_default(call),
                None => import_of(&imports, &call.callee).is_none(),
            });
            carrier.calls = kept;
            carrier.escapes.extend(lost.iter().map(Call::unfollowed));
        }
        multipart::settle_runs(&mut carriers, handlers > 0);
        uploads::settle(module, &imports, &mut carriers, handlers);
        add_changes(&mut carriers, &search);
        let known = known::settle(project, modules, module, &imports, &mut carriers);
        let types = QueryTypes { project, modules };
        let query_types = carriers
            .list
            .iter()
            .enumerate()
            .filter_map(|(at, carrier)| Some((at, types.of(module, &imports, carrier)?)));
        let member_types = carriers.list.iter().enumerate();
        let member_types =
            member_types.filter_map(|(at, carrier)| Some((at, types.members(module, &imports, carrier)?)));
        Unit {
            module,
            query_types: query_types.collect(),
            member_types: member_types.collect(),
            callbacks: Vec::new(),
            leaves: Vec::new(),
            optional: VariableTypes { project, modules }.optional(module, &carriers.list),
            carriers,
            links,
            readers,
            imports,
            wraps,
            around,
            keys: Vec::new(),
            keyless: false,
            constants: Vec::new(),
            fixed: HashMap::new(),
            casts,
            handed: takers.handed,
            router: None,
            composed,
            knows_prisma: project.packages.asked_anywhere(prisma::PACKAGE),
            known,
        }
    }

    /// Reads an endpoint file whose handler is `expr`, a call of wrappers.
    pub fn read_wrapped(
        project: &Project,
        modules: &'m Modules<'m>,
        module: &'m Module,
        expr: &'m Expr,
        is_endpoint: &dyn Fn(&str) -> bool,
    ) -> Result<Unit<'m>, Finding> {
        let imports = all_imports(module);
        let search = Search { project, modules, module, imports: &imports, is_endpoint };
        let (found, mut wraps) = search.composed(expr)?;
        let around = search.around(&found.calls, None);
        let handlers = found.leaves.len();
        let mut roots = found.leaves;
        let given = if around.is_empty() { search.given_headers(&wraps) } else { BTreeSet::new() };
        roots.iter_mut().for_each(|root| root.given_headers.clone_from(&given));
        add_local(&mut roots, module, &wraps);
        let mut unit = Unit::read(project, modules, module, roots, handlers, is_endpoint);
        unit.fixed = fixed_arguments(project, modules, module, &wraps);
        let asks = unit.carriers.list[..unit.carriers.roots]
            .iter()
            .any(|leaf| !leaf.asked.is_empty() && !unit.is_handed(leaf));
        wraps.iter_mut().for_each(|wrap| wrap.target.root.hands_headers |= asks);
        unit.wraps.extend(wraps);
        unit.around.extend(around);
        unit.keys = found.keys;
        unit.keyless = found.keyless;
        unit.constants = found.constants;
        unit.composed.extend(found.composed);
        unit.casts.extend(found.casts);
        Ok(unit)
    }

    /// The query is given to the carrier at `at`, which relies on the type that its request gave it.
    pub fn query_given(&self, at: usize, needs: &Needs) -> Option<Finding> {
        let typed = self.query_types.contains_key(&at) && needs.query == Query::Given;
        typed.then(|| {
            let place = Span::at(self.carriers.list[at].function.span().start);
            let message = "the type of the request says what the query holds";
            Finding::manual("request-type", &self.module.path, place, message)
                .help("annotate what is read from the query in the handler")
        })
    }

    /// Whether `carrier` is a handler that it hands to a helper.
    pub fn is_handed(&self, carrier: &Carrier<'_>) -> bool {
        let start = carrier.function.span().start;
        self.handed.iter().any(|handed| handed.leaves.contains(&start))
    }

    /// The functions of other modules that it calls.
    pub fn targets(&self) -> impl Iterator<Item = &Target<'m>> {
        let called = self.links.values().filter_map(|link| match link {
            Link::Helper(target) => Some(target),
            Link::Library(_) | Link::Taught(_) => None,
        });
        let around = self.wraps.iter().map(|wrap| &wrap.target);
        called.chain(around.filter(|target| target.file != self.module.path)).chain(&self.callbacks)
    }

    /// What its carriers call in other modules; `helper` knows the project's own.
    pub fn callees(&self, helper: &dyn Fn(&Target<'m>) -> Option<Callee>) -> Callees {
        let callee = |link: &Link<'m>| match link {
            Link::Helper(target) => helper(target),
            Link::Library(library) => Some(packages::callee(library)),
            Link::Taught(rules) => Some(taught::callee(rules)),
        };
        let list = || self.carriers.list.iter();
        let handler = |carrier: &Carrier<'_>, id| match carrier.asks_for_data(id) {
            true => Needs::data(),
            false => Needs::continuation(),
        };
        let handlers =
            list().flat_map(|carrier| carrier.continuations.iter().map(move |id| (id, handler(carrier, id))));
        let nexts = list().flat_map(|carrier| &carrier.nexts).map(|id| (id, Needs::next()));
        let given = handlers.chain(nexts).map(|(id, needs)| {
            (
                id.clone(),
                Callee {
                    needs,
                    is_async: true,
                    name: None,
                    answers: None,
                    handed: super::needs::Handed::Carriers,
                    taught: Vec::new(),
                },
            )
        });
        self.links.iter().filter_map(|(id, link)| Some((id.clone(), callee(link)?))).chain(given).collect()
    }
}

/// Wrappers of the module itself are carriers, too.
pub fn add_local<'m>(roots: &mut Vec<Root<'m>>, module: &Module, wraps: &[Wrap<'m>]) {
    for wrap in wraps.iter().filter(|wrap| wrap.target.file == module.path) {
        if !roots.iter().any(|root| root.function.span() == wrap.target.root.function.span()) {
            roots.push(wrap.target.root.clone());
        }
    }
}
