//! The calls of a module that call a URL, each with the texts that the URL may be.

mod based;
mod changed;
mod fetcher;
mod rtk;
mod walk;

pub use fetcher::defaults_read;

use std::cell::OnceCell;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use changed::changed;

use super::client::{
    Package, Request, Sends, base_in, callee, global_call, method_of, options_method, own_base, package, package_call,
};
use super::fetcher as mutation;
use super::param::{argument, is_left_out, place};
use super::path::is_fixed_path;
use super::swr::{self, Asks};
use super::thin::Thin;
use super::url::{HOLE, Part, below_base, open_hosts, urls_in};
use super::value::{Bit, Evaluator, Known};
use super::via::Via;
use super::wrapper::Wrapper;
use crate::project::{Import, Imported, Method};
use crate::syntax::ast::{CallExpr, Expr, Id, Ident, Pat};
use crate::syntax::{Module, Span, VisitWith, bare, ident, span_of};

/// A call of a URL.
#[derive(Clone, Debug)]
pub struct Site {
    pub file: String,
    pub call: Span,
    /// The argument that is the URL.
    pub url: Span,
    pub texts: Vec<Known>,
    pub via: Via,
    pub sends: Sends,
    /// The client may put something before the URL.
    pub based: bool,
    /// The functions around it, innermost last.
    pub owners: Vec<Owner>,
    /// The client that is called, if it is `axios.create({ baseURL: '/api' })` and no more.
    pub instance: Option<Id>,
    /// The function that is called, if all that it does is the call.
    pub thin: Option<Arc<Thin>>,
    /// The call that gives the response which the function gives on.
    pub passed: Option<(String, Span)>,
    /// It is the key of a hook: the call in its fetcher that asks for it.
    pub asked: Option<Span>,
    /// The key, which is the URL of the call in its fetcher.
    pub key: Option<Span>,
}

/// A function around a call.
#[derive(Clone, Debug)]
pub struct Owner {
    /// Its name in the module; members of objects and classes have that of [`member_id`].
    pub id: Option<Id>,
    pub params: Vec<Pat>,
}

impl Site {
    /// Whether its URL is one path for certain.
    pub fn is_fixed(&self) -> bool {
        matches!(self.texts.as_slice(), [only] if is_fixed_path(&only.text()))
    }

    /// The URLs below `/api` that it may call.
    pub fn urls(&self) -> Vec<Vec<Part>> {
        let mut urls = Vec::new();
        for known in &self.texts {
            let text = known.text();
            let mut found = urls_in(&text);
            if found.is_empty() && (self.based || text.trim_start_matches('/').starts_with(HOLE)) {
                found = below_base(&text);
            }
            urls.extend(found.into_iter().filter(|url| !urls.contains(url)).collect::<Vec<_>>());
        }
        urls
    }

    /// See [`Mention::hosts`](super::Mention::hosts).
    pub fn hosts(&self) -> Vec<String> {
        let mut hosts = Vec::new();
        for text in self.texts.iter().map(Known::text) {
            let found = open_hosts(&text);
            // What is only one of several, `env.URL ?? 'https://app.example/api'`, is an example of the others.
            if found.is_empty() {
                return Vec::new();
            }
            hosts.extend(found);
        }
        hosts
    }
}

/// Functions to look for, by the local name that is called or whose member is called.
pub type Targets<'w> = HashMap<Id, Vec<(Option<String>, &'w Wrapper)>>;

/// The calls in `module` of clients that are known.
pub fn sites(evaluator: &Evaluator<'_>, module: &Module) -> Vec<Site> {
    collect(evaluator, module, None)
}

/// The calls in `module` of `targets`, and where each is named.
pub fn target_sites(evaluator: &Evaluator<'_>, module: &Module, targets: &Targets<'_>) -> Vec<Site> {
    collect(evaluator, module, Some(targets))
}

fn collect(evaluator: &Evaluator<'_>, module: &Module, targets: Option<&Targets<'_>>) -> Vec<Site> {
    let mut sites = Sites::new(evaluator, module, targets);
    module.ast.visit_with(&mut sites);
    sites.found
}

struct Sites<'e, 'a> {
    evaluator: &'e Evaluator<'a>,
    module: &'e Module,
    /// What to look for instead of the clients that are known.
    targets: Option<&'e Targets<'e>>,
    /// The module means something of its own by `fetch`.
    own_fetch: bool,
    owners: Vec<Owner>,
    /// What the object or class is called whose members come next.
    name: Option<Id>,
    /// It looks into a fetcher, which may name itself as one.
    in_fetcher: bool,
    /// What `mutate` of `useSWRConfig()` is called.
    mutators: BTreeSet<Id>,
    /// Names of which the method may be another one later.
    changed: OnceCell<HashSet<Id>>,
    found: Vec<Site>,
}

/// A client that a package made: `axios.create({ baseURL: '/api' })`.
struct Instance {
    package: Package,
    base: Option<Vec<Known>>,
    /// It differs from what the package exports by nothing but the base `/api`.
    plain: bool,
}

impl<'e, 'a> Sites<'e, 'a> {
    fn new(evaluator: &'e Evaluator<'a>, module: &'e Module, targets: Option<&'e Targets<'e>>) -> Self {
        let own_fetch = ["function fetch(", "const fetch ="].iter().any(|own| module.text.contains(own));
        let (owners, mutators, found) = (Vec::new(), BTreeSet::new(), Vec::new());
        let (name, in_fetcher, changed) = (None, false, OnceCell::new());
        Sites { evaluator, module, targets, own_fetch, owners, name, in_fetcher, mutators, changed, found }
    }

    fn is_changed(&self, id: &Id) -> bool {
        self.changed.get_or_init(|| changed(self.module)).contains(id)
    }

    fn in_function(&mut self, id: Option<Id>, params: Vec<Pat>, visit: impl FnOnce(&mut Self)) {
        self.owners.push(Owner { id, params });
        visit(self);
        self.owners.pop();
    }

    fn add(&mut self, call: Span, request: Request, base: Option<&[Known]>) {
        let mut texts = self.evaluator.texts(&self.module.path, &request.url);
        let mut based = request.based;
        if let Some(base) = base {
            texts = base.iter().flat_map(|base| texts.iter().map(|text| base.above(text))).collect();
            based = false;
        }
        if request.open {
            texts.iter_mut().for_each(|text| text.bits.push(Bit::Value(None)));
        }
        let sends = self.sends(request.sends);
        let url = span_of(bare(&request.url));
        let owners = self.owners.clone();
        self.found.push(Site {
            file: self.module.path.clone(),
            call,
            url,
            texts,
            via: request.via,
            sends,
            based,
            owners,
            instance: None,
            thin: None,
            passed: None,
            asked: None,
            key: None,
        });
    }

    /// Options and methods that constants of this module hold.
    fn sends(&self, sends: Sends) -> Sends {
        let path = &self.module.path;
        if let Sends::Name(id) | Sends::Options(id, _) = &sends
            && self.is_changed(id)
        {
            return Sends::Unknown;
        }
        let is_param = |id: &Id| self.owners.iter().any(|owner| place(&owner.params, id).is_some());
        match sends {
            Sends::Name(id) if !is_param(&id) => self.evaluator.held(path, &id).map_or(Sends::Unknown, method_of),
            Sends::Options(id, default) if !is_param(&id) => match self.evaluator.held(path, &id) {
                Some(Expr::Object(object)) => super::client::method_in(object, default),
                _ => Sends::Unknown,
            },
            other => other,
        }
    }

    fn import(&self, id: &Id) -> Option<&Import> {
        self.evaluator.imports(&self.module.path)?.get(id)
    }

    /// The client that a name stands for, if a package made it.
    fn instance(&self, id: &Id) -> Option<Instance> {
        let (file, id) = self.evaluator.symbol(&self.module.path, id)?;
        let Expr::Call(made) = bare(self.evaluator.held(file, &id)?) else { return None };
        let (object, name) = callee(made)?;
        if !matches!(name?.as_str(), "create" | "extend") {
            return None;
        }
        let import = self.evaluator.imports(file)?.get(&ident(object)?.to_id());
        let is_global = ident(object).is_some_and(|name| &*name.sym == "$fetch");
        let package = import.and_then(package).or(is_global.then_some(Package::Ofetch))?;
        let base = made.args.first().and_then(|options| match bare(&options.expr) {
            Expr::Object(options) => base_in(options),
            _ => None,
        });
        let base = base.map(|base| self.evaluator.texts(file, base));
        let only_based = match made.args.as_slice() {
            [options] => matches!(bare(&options.expr), Expr::Object(options) if options.props.len() == 1),
            _ => false,
        };
        let is_api = |base: &Vec<Known>| matches!(base.as_slice(), [only] if matches!(&*only.text(), "/api" | "/api/"));
        let plain = package == Package::Axios && only_based && base.as_ref().is_some_and(is_api);
        Some(Instance { package, base, plain })
    }

    fn client(&mut self, call: &CallExpr) -> Option<()> {
        let (object, name) = callee(call)?;
        let span = span_of(call);
        if let Expr::Ident(local) = object {
            let id = local.to_id();
            if let Some(import) = self.import(&id).cloned()
                && let Some(package) = package(&import)
            {
                let request = match package {
                    Package::Swr | Package::SwrMutation => {
                        self.hook(swr::hook((package, name.as_deref(), &import.name), self.module, call)?)
                    }
                    _ => package_call(package, member(name.as_deref(), &import.name), call)?,
                };
                let is_mutation = package == Package::SwrMutation;
                let base = own_base(call).map(|base| self.evaluator.texts(&self.module.path, base));
                self.add(span, request, base.as_deref());
                if let (true, [key, fetcher, ..], Some(site)) =
                    (is_mutation, call.args.as_slice(), self.found.last_mut())
                {
                    site.asked = mutation::asked(self.module, &fetcher.expr);
                    site.key = Some(span_of(bare(&key.expr)));
                }
                return Some(());
            }
            if name.is_none() && self.mutators.contains(&id) {
                let mutate = (Package::Swr, None, &Imported::Name("mutate".to_owned()));
                let hook = swr::hook(mutate, self.module, call)?;
                self.add(span, self.hook(hook), None);
                return Some(());
            }
            if let Some(instance) = self.instance(&id) {
                let request = package_call(instance.package, name.as_deref(), call)?;
                self.add(span, request, instance.base.as_deref());
                if let Some(site) = self.found.last_mut() {
                    let named = (site.file.clone(), span_of(local));
                    for text in &mut site.texts {
                        text.uses.insert(named.clone());
                    }
                    site.instance = instance.plain.then_some(id);
                }
                return Some(());
            }
        }
        // One below `/api` is told by the call that it is given to.
        if name.as_deref() == Some("url")
            && let Some(base) = self.chained(object)
            && !base.iter().any(|base| base.text().contains("/api"))
        {
            let request = package_call(Package::Chain, Some("url"), call)?;
            self.add(span, request, Some(&base));
            return Some(());
        }
        self.rtk_query(call, name.as_deref());
        let (callee, object) = match (&name, object) {
            (Some(name), object) => (name.as_str(), self.module.text_of(object)),
            (None, Expr::Ident(name)) => (&*name.sym, ""),
            (None, _) => return None,
        };
        if self.own_fetch && callee == "fetch" && object.is_empty() {
            return None;
        }
        let request = global_call(callee, object, call)?;
        self.add(span, request, None);
        Some(())
    }

    /// What a hook of SWR asks for, by the method of its fetcher.
    fn hook(&self, hook: swr::Hook<'_>) -> Request {
        let (sends, open) = match hook.fetcher {
            Asks::Nothing => (Sends::Known(Method::Get), false),
            Asks::Default if self.evaluator.defaults_read && !hook.has_method => {
                (Sends::Known(Method::Get), hook.is_list)
            }
            Asks::Default | Asks::Unknown => (Sends::Unknown, true),
            Asks::Fetcher(_) if self.in_fetcher => (Sends::Unknown, true),
            Asks::Fetcher(fetcher) if hook.has_method => (Sends::Unknown, !self.takes_url(&fetcher, hook.is_list)),
            Asks::Fetcher(fetcher) => (
                self.fetcher_method(&fetcher).map_or(Sends::Unknown, Sends::Known),
                !self.takes_url(&fetcher, hook.is_list),
            ),
        };
        Request { via: Via::Swr, url: hook.url.clone(), sends, based: false, open }
    }

    /// A call of one of the targets.
    fn target(&mut self, call: &CallExpr, targets: &Targets<'_>) -> Option<()> {
        let (object, name) = callee(call)?;
        let id = match object {
            Expr::Ident(local) => local.to_id(),
            Expr::This(_) => self.name.clone()?,
            _ => return None,
        };
        for (member, wrapper) in targets.get(&id)? {
            if *member != name {
                continue;
            }
            let mut texts = self.evaluator.bound(&self.module.path, &wrapper.known, &wrapper.params, &call.args);
            for text in &mut texts {
                text.uses.insert((self.module.path.clone(), span_of(object)));
            }
            let url = place(&wrapper.params, &wrapper.param.0)
                .and_then(|place| argument(&call.args, &place, wrapper.param.1.as_deref()))
                .map_or_else(|| span_of(call), |url| span_of(bare(&url)));
            let sends = self.sends(given_sends(&wrapper.sends, &wrapper.params, call));
            let site = self.use_of(wrapper, span_of(call), texts);
            self.found.push(Site { url, sends, thin: wrapper.thin.clone(), ..site });
        }
        Some(())
    }

    /// One of the targets that gives a response, where its name is given to somebody who calls it.
    fn given(&mut self, name: &Ident, targets: &Targets<'_>) {
        let passing = targets.get(&name.to_id()).into_iter().flatten();
        for (_, wrapper) in passing.filter(|(member, wrapper)| member.is_none() && wrapper.passes) {
            let mut text = wrapper.known.clone();
            text.uses.insert((self.module.path.clone(), span_of(name)));
            self.found.push(self.use_of(wrapper, span_of(name), vec![text]));
        }
    }

    fn use_of(&self, wrapper: &Wrapper, at: Span, texts: Vec<Known>) -> Site {
        Site {
            file: self.module.path.clone(),
            call: at,
            url: at,
            texts,
            via: Via::Wrapper,
            sends: wrapper.sends.clone(),
            based: wrapper.based,
            owners: self.owners.clone(),
            instance: None,
            thin: None,
            passed: wrapper.passes.then(|| wrapper.inner.clone()),
            asked: None,
            key: None,
        }
    }
}

/// The member that is called: `axios.post`, or `post` if it is imported by itself.
fn member<'n>(name: Option<&'n str>, imported: &'n Imported) -> Option<&'n str> {
    name.or(match imported {
        Imported::Name(name) => {
            Some(name.as_str()).filter(|name| Method::from_name(&name.to_ascii_uppercase()).is_some())
        }
        _ => None,
    })
}

/// What `call` makes of `sends`, which is said by parameters of the function that it calls.
fn given_sends(sends: &Sends, params: &[Pat], call: &CallExpr) -> Sends {
    match sends {
        Sends::Name(id) => match place(params, id).and_then(|place| argument(&call.args, &place, None)) {
            Some(method) => method_of(&method),
            None => Sends::Unknown,
        },
        Sends::Options(id, default) => {
            let Some(place) = place(params, id) else { return Sends::Unknown };
            match argument(&call.args, &place, None) {
                Some(options) => options_method(Some(&options.into()), *default),
                None if !place.has_default && is_left_out(&call.args, &place) => Sends::Known(*default),
                None => Sends::Unknown,
            }
        }
        other => other.clone(),
    }
}
