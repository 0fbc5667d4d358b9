//! One module that takes part: its carriers, and who is meant by the names that they call.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::body::Names;
use super::needs::{Callee, Callees};
use super::packages;
use crate::finding::Finding;
use crate::libraries::{self, Library};
use crate::pages_api::{
    Carrier, Carriers, EscapeKind, Part, RawBody, Role, Root, Surroundings, own_reader, raw_body_readers,
};
use crate::project::{Import, Imported, Modules, Project, declared, imports};
use crate::syntax::ast::{Id, Pat, TsType, TsUnionOrIntersectionType};
use crate::syntax::{Module, declared_names, references, span_of};

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
}

/// What an imported name stands for.
#[derive(Clone, Debug)]
pub enum Link<'m> {
    /// A function of the project.
    Helper(Target<'m>),
    /// A function of a package.
    Library(Library),
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
}

impl<'m> Unit<'m> {
    /// Reads `module` from its roots. `is_endpoint` tells files whose functions nobody else may call.
    pub fn read(
        project: &Project,
        modules: &'m Modules<'_>,
        module: &'m Module,
        roots: Vec<Root<'m>>,
        is_endpoint: &dyn Fn(&str) -> bool,
    ) -> Unit<'m> {
        let imports = imports(module);
        let mut readers = raw_body_readers(module);
        let followed = |id: &Id| imports.get(id).is_some_and(|import| !import.type_only);
        let mut targets: HashMap<Id, Option<Link<'m>>> = HashMap::new();
        let mut carriers;
        loop {
            let names: HashSet<Id> = readers.keys().cloned().collect();
            let around = Surroundings { readers: &names, followed: &followed };
            carriers = Carriers::find(module, roots.clone(), &around);
            let known = readers.len();
            for call in carriers.list.iter().flat_map(|carrier| &carrier.calls) {
                let Some(import) = imports.get(&call.callee) else { continue };
                if let Some(library) = library_of(project, module, import) {
                    targets.insert(call.callee.clone(), Some(Link::Library(library)));
                    continue;
                }
                let Some(found) = declared(project, modules, &module.path, import) else { continue };
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
                        let root = Root { function: found.function, name: found.name, roles };
                        let (file, renamed) = (found.module.path.as_str(), found.renamed);
                        Some(Link::Helper(Target { file, root, renamed }))
                    }
                    Some(Some(Link::Helper(mut target))) => {
                        crate::pages_api::united(&target.root.roles, &roles).map(|roles| {
                            target.root.roles = roles;
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
            let library = imports.get(&call.callee).and_then(|import| library_of(project, module, import));
            if let Some(library) = library {
                links.insert(call.callee.clone(), Link::Library(library));
            }
        }
        for carrier in &mut carriers.list {
            packages::settle(carrier, &links);
            let (kept, lost): (Vec<_>, Vec<_>) = std::mem::take(&mut carrier.calls)
                .into_iter()
                .partition(|call| !imports.contains_key(&call.callee) || links.contains_key(&call.callee));
            carrier.calls = kept;
            carrier.escapes.extend(lost.iter().map(crate::pages_api::Call::unfollowed));
        }
        Unit { module, carriers, links, readers, imports }
    }

    /// The functions of other modules that it calls.
    pub fn targets(&self) -> impl Iterator<Item = &Target<'m>> {
        self.links.values().filter_map(|link| match link {
            Link::Helper(target) => Some(target),
            Link::Library(_) => None,
        })
    }

    /// What its carriers call in other modules; `helper` knows the project's own.
    pub fn callees(&self, helper: &dyn Fn(&Target<'m>) -> Option<Callee>) -> Callees {
        let callee = |link: &Link<'m>| match link {
            Link::Helper(target) => helper(target),
            Link::Library(library) => Some(packages::callee(library)),
        };
        self.links.iter().filter_map(|(id, link)| Some((id.clone(), callee(link)?))).collect()
    }
}

/// What is known of an import that a package provides.
fn library_of(project: &Project, module: &Module, import: &Import) -> Option<Library> {
    let Imported::Name(name) = &import.name else { return None };
    libraries::known(&import.specifier, name, &|package| project.packages.version(&module.path, package))
}

pub fn escapes(module: &Module, carrier: &Carrier<'_>) -> Vec<Finding> {
    let name = |role: Role| match role {
        Role::Req => carrier.req.as_ref().map_or("req".to_owned(), |id| id.0.to_string()),
        Role::Res => carrier.res.as_ref().map_or("res".to_owned(), |id| id.0.to_string()),
    };
    let mut findings = Vec::new();
    let advice = imports(module).values().find_map(|import| libraries::advice(&import.specifier));
    for escape in &carrier.escapes {
        let what = name(escape.role);
        let (rule, message, help): (_, _, &str) = match (&escape.how, escape.role) {
            (EscapeKind::Argument(callee), _) => (
                "carrier-elsewhere",
                format!("`{what}` is handed to `{callee}`, which is no function that we can follow"),
                advice.unwrap_or("migrate that function together with this endpoint, or pass it only what it needs"),
            ),
            (EscapeKind::Package(remark), _) => {
                findings.push(remark.at(&module.path, escape.span));
                continue;
            }
            (EscapeKind::Member(member), _) => (
                "response-member",
                format!("`{what}.{member}` is used in a way that has no counterpart we know"),
                "build the `Response` by hand, or keep this endpoint in pages/api",
            ),
            (EscapeKind::Extended(member), _) => {
                ("request-extended", format!("`{member}` is stored on `{what}`"), "pass it on as an argument")
            }
            (EscapeKind::Value, Role::Res) => (
                "response-escapes",
                format!("`{what}` is stored, returned or passed on"),
                "answer with `return` in the handler itself",
            ),
            (EscapeKind::Value, Role::Req) => (
                "request-escapes",
                format!("`{what}` is stored, returned or passed on"),
                "read what is needed in the handler and pass that on",
            ),
        };
        findings.push(Finding::manual(rule, &module.path, escape.span, message).help(help));
    }
    findings
}

/// A request of another type than Next's has members that we know nothing of.
pub fn request_type(module: &Module, carrier: &Carrier<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (param, role) in carrier.function.params().into_iter().zip(&carrier.roles) {
        let (Pat::Ident(binding), Some(Role::Req)) = (param, role) else { continue };
        let Some(annotation) = &binding.type_ann else { continue };
        if !is_request_type(module, &annotation.type_ann) {
            let message = "the request has a type of its own";
            findings.push(
                Finding::manual("request-type", &module.path, span_of(annotation), message)
                    .help("pass what was added to the request as an argument"),
            );
        }
    }
    findings
}

/// Whether a type is that of Next's request, whatever it is called.
fn is_request_type(module: &Module, annotation: &TsType) -> bool {
    match annotation {
        TsType::TsTypeRef(reference) if reference.type_params.is_none() => {
            let name = module.text_of(&reference.type_name);
            matches!(name, "NextApiRequest" | "IncomingMessage" | "NextRequest" | "Request")
        }
        TsType::TsKeywordType(_) => true,
        // `GetServerSidePropsContext['req']`: what is read of it is known, or refused by itself.
        TsType::TsIndexedAccessType(access) => {
            matches!(module.text_of(&*access.obj_type), "GetServerSidePropsContext" | "NextPageContext")
                && matches!(module.text_of(&*access.index_type).trim_matches(['\'', '"']), "req")
        }
        TsType::TsUnionOrIntersectionType(TsUnionOrIntersectionType::TsUnionType(union)) => {
            union.types.iter().all(|member| is_request_type(module, member))
        }
        _ => false,
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

impl Names {
    /// Names that no other binding of the module has, or that the handler itself gives to the same thing.
    pub fn fresh(module: &Module, carriers: &Carriers<'_>) -> Names {
        let taken = declared_names(&module.ast);
        let unpacked: HashSet<&str> = carriers
            .list
            .iter()
            .flat_map(|carrier| &carrier.unpacked)
            .flat_map(|unpacked| &unpacked.members)
            .map(|(name, target)| if target.text(&module.text) == name { name.as_str() } else { "" })
            .collect();
        let declares = |name: &str| {
            // `const body = req.body` in every place where the name occurs.
            let plain = carriers.list.iter().flat_map(|c| &c.reads).any(|read| {
                matches!(&read.declares, Some((_, own)) if own == name)
                    && matches!((&read.part, name), (Part::Body, "body") | (Part::Query, "query"))
            });
            plain || unpacked.contains(name)
        };
        let count = |name: &str| references(&module.ast).keys().filter(|id| &*id.0 == name).count();
        let free = |name: &str, other: &str| {
            if !taken.contains(name) || (declares(name) && count(name) == 1) {
                return name.to_owned();
            }
            let mut fresh = other.to_owned();
            while taken.contains(&fresh) {
                fresh.push('_');
            }
            fresh
        };
        Names {
            params: free("params", "routeParams"),
            body: free("body", "requestBody"),
            query: free("query", "requestQuery"),
            headers: free("headers", "responseHeaders"),
            status: free("status", "responseStatus"),
        }
    }
}
