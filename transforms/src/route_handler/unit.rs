//! One module that takes part: its carriers, and who is meant by the names that they call.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use super::handed::{Handed, Takers};
use super::needs::{Callee, Callees, Needs};
use super::taught::{self, Taught};
use super::wrapper_form::wrapper_of;
use super::wraps::{Search, Wrap};
use super::{made, packages};
use crate::finding::Finding;
use crate::libraries::formidable::PACKAGE;
use crate::libraries::{self, Library, Remark};
use crate::pages_api::{
    Carrier, Carriers, CorsCalls, RawBody, Role, Root, Runners, Surroundings, calls_of, constant, declared_id,
    form_parses, made_after, made_function, own_reader, raw_body_readers,
};
use crate::project::{Declared, Import, Imported, Modules, Project, binding, declared, declared_member, imports};
use crate::settings::HelperRule;
use crate::syntax::ast::{Expr, Id, Pat, TsType};
use crate::syntax::{Module, Span, module_functions};

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
    /// What a reviewer should know of the packages' wrappers among them, and where these are called.
    pub remarks: Vec<(Remark, Span)>,
    /// The methods that a map of handlers names.
    pub keys: Vec<String>,
    /// Constants that the wrapped handlers come from, and where their values are.
    pub constants: Vec<(Id, Span)>,
    /// The handlers that it hands to helpers.
    pub handed: Vec<Handed>,
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
        let imports = imports(module);
        let rules = Taught::new(project, modules, module, &imports);
        let mut wraps = Vec::new();
        // A wrapper may stand on others, of this module or elsewhere.
        let search = Search { project, modules, module, imports: &imports, is_endpoint };
        let mut at = 0;
        while at < roots.len() {
            let inner = roots[at].function;
            let nested = roots[at].wraps.then(|| wrapper_of(module, inner)?.1.nested).flatten();
            if let Some(Ok((_, more))) = nested.map(|expr| search.wrapped(expr, Some(inner.span().start))) {
                add_local(&mut roots, module, &more);
                wraps.extend(more);
            }
            at += 1;
        }
        let mut readers = raw_body_readers(module);
        let formidable = project.packages.version(&module.path, PACKAGE).map(|version| version.major);
        let forms = form_parses(module, &imports, formidable);
        let followed = |id: &Id| import_of(&imports, id).is_some_and(|(import, _)| !import.type_only);
        let mut targets: HashMap<Id, Option<Link<'m>>> = HashMap::new();
        let mut carriers;
        let mut with_objects: HashSet<Id> = HashSet::new();
        let mut takers = Takers::default();
        loop {
            let names: HashSet<Id> = readers.keys().cloned().collect();
            let function = |home: &'m Module, id: &Id| match module_functions(home).get(id) {
                Some(&own) => Some((home, own)),
                None => {
                    let import = crate::project::imports(home).remove(id)?;
                    let found = declared(project, modules, &home.path, &import)?;
                    Some((found.module, found.function))
                }
            };
            let binding = |import: &Import| match &import.name {
                Imported::Name(name) => binding(project, modules, &module.path, &import.specifier, name),
                Imported::Namespace => None,
            };
            let constant = |id: &Id| match constant(module, id) {
                Some(own) => Some((module, own)),
                None => {
                    let (home, id) = binding(imports.get(id)?)?;
                    Some((home, constant(home, &id)?))
                }
            };
            let cors = CorsCalls { module, function: &function, constant: &constant };
            let versions = |package: &str| project.packages.version(&module.path, package);
            let runners = Runners { module, imports: &imports, binding: &binding, versions: &versions };
            let takes_rules = |id: &Id| !rules.rules(id).is_empty();
            let takes_objects = |id: &Id| with_objects.contains(id);
            let around = Surroundings {
                readers: &names,
                followed: &followed,
                takes_objects: &takes_objects,
                taught: &takes_rules,
                cors: &|call| cors.read(call),
                forms: &forms,
                runs: &|call| runners.position(call),
            };
            carriers = Carriers::find(module, roots.clone(), &around);
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
            if takers.follow(&search, &carriers, &mut roots, &mut handlers) || more {
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
                // What the function makes, where that is called; or what it is made by.
                let calls = calls_of(&call.callee);
                let made = found.and_then(|found| made_by_calls(found, calls));
                let found = made.or_else(|| search.made(&call.callee).filter(|_| member.is_none()));
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
                        let root = Root { held: call.holds(), answering: call.answering.clone(), ..root };
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
        }
        takers.settle(&mut carriers);
        for carrier in &mut carriers.list {
            taught::settle(carrier, &links);
            packages::settle(carrier, &links);
            let (kept, lost): (Vec<_>, Vec<_>) = std::mem::take(&mut carrier.calls)
                .into_iter()
                .partition(|call| import_of(&imports, &call.callee).is_none() || links.contains_key(&call.callee));
            carrier.calls = kept;
            carrier.escapes.extend(lost.iter().map(crate::pages_api::Call::unfollowed));
        }
        Unit {
            module,
            carriers,
            links,
            readers,
            imports,
            wraps,
            remarks: Vec::new(),
            keys: Vec::new(),
            constants: Vec::new(),
            handed: takers.handed,
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
        let imports = imports(module);
        let search = Search { project, modules, module, imports: &imports, is_endpoint };
        let (found, wraps) = search.wrapped(expr, None)?;
        let remarks = search.remarks(&found.calls);
        let handlers = found.leaves.len();
        let mut roots = found.leaves;
        add_local(&mut roots, module, &wraps);
        let mut unit = Unit::read(project, modules, module, roots, handlers, is_endpoint);
        unit.wraps.extend(wraps);
        unit.remarks = remarks;
        unit.keys = found.keys;
        unit.constants = found.constants;
        Ok(unit)
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
        called.chain(around.filter(|target| target.file != self.module.path))
    }

    /// What its carriers call in other modules; `helper` knows the project's own.
    pub fn callees(&self, helper: &dyn Fn(&Target<'m>) -> Option<Callee>) -> Callees {
        let callee = |link: &Link<'m>| match link {
            Link::Helper(target) => helper(target),
            Link::Library(library) => Some(packages::callee(library)),
            Link::Taught(rules) => Some(taught::callee(rules)),
        };
        let list = || self.carriers.list.iter();
        let handlers = list().flat_map(|carrier| &carrier.continuations).map(|id| (id, Needs::continuation()));
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

/// What the function gives after that many calls.
pub(super) fn made_by_calls(found: Declared<'_>, calls: usize) -> Option<Declared<'_>> {
    let function = made_function(found.module, found.function, calls)?;
    let name = match calls {
        0 => found.name,
        // What a function without a name makes has none either.
        _ => Some(made_after(found.name.as_ref()?, calls)),
    };
    Some(Declared { name, function, ..found })
}

/// The function of the project that an import of `module` brings, or that is a `member` of what it brings.
fn declaration<'m>(
    project: &Project,
    modules: &'m Modules<'_>,
    module: &Module,
    import: &Import,
    member: Option<&str>,
) -> Option<Declared<'m>> {
    match member {
        None => declared(project, modules, &module.path, import),
        Some(member) => declared_member(project, modules, &module.path, import, member),
    }
}

/// What is known of an import that a package provides, or of its `member`.
fn library_of(project: &Project, module: &Module, import: &Import, member: Option<&str>) -> Option<Library> {
    let name = match (&import.name, member) {
        (Imported::Name(name), None) => name.clone(),
        (Imported::Namespace, Some(member)) => member.to_owned(),
        (Imported::Name(name), Some(member)) => format!("{name}.{member}"),
        (Imported::Namespace, None) => return None,
    };
    libraries::known(&import.specifier, &name, &|package| project.packages.version(&module.path, package))
}

/// The import that a callee comes from, and the member of it that is called.
pub fn import_of<'i>(imports: &'i HashMap<Id, Import>, callee: &Id) -> Option<(&'i Import, Option<String>)> {
    match callee.0.split_once('.') {
        None => imports.get(&declared_id(callee)).map(|import| (import, None)),
        Some((object, member)) => {
            let import = imports.get(&(object.into(), callee.1))?;
            Some((import, Some(member.to_owned())))
        }
    }
}

/// Wrappers of the module itself are carriers, too.
fn add_local<'m>(roots: &mut Vec<Root<'m>>, module: &Module, wraps: &[Wrap<'m>]) {
    for wrap in wraps.iter().filter(|wrap| wrap.target.file == module.path) {
        if !roots.iter().any(|root| root.function.span() == wrap.target.root.function.span()) {
            roots.push(wrap.target.root.clone());
        }
    }
}

/// `Data` of `NextApiResponse<Data>`, to check bodies against it as before.
pub fn body_type(module: &Module, carrier: &Carrier<'_>) -> Option<String> {
    let params = carrier.function.params();
    let (param, _) = params.into_iter().zip(&carrier.roles).find(|(_, role)| **role == Some(Role::Res))?;
    let Pat::Ident(binding) = param else { return None };
    let TsType::TsTypeRef(reference) = &*binding.type_ann.as_ref()?.type_ann else { return None };
    let argument = reference.type_params.as_ref()?.params.first()?;
    let text = module.text_of(&**argument);
    (!matches!(text, "any" | "unknown")).then(|| text.to_owned())
}
