//! Which wrappers stand around a handler, and where they are declared.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::compat::Helper;
use super::unit::{Target, made_by_calls};
use crate::finding::Finding;
use crate::libraries::{self, Wraps};
use crate::pages_api::{
    Carriers, Composer, Role, Root, Shape, Surroundings, Taken, Taker, WrapCall, Wrapped, aliases, calls_of, constant,
    declared_id, handed, lost, made_after, maker_of, returned, shape, taker, wrapped,
};
use crate::project::{Declared, Import, Imported, Modules, Project, binding, declared, imports};
use crate::syntax::ast::{Expr, Id};
use crate::syntax::{Module, Span, bare, callee_ident, module_functions, span_of};

/// A wrapper around a handler, or around the inner function of another wrapper.
#[derive(Clone, Debug)]
pub struct Wrap<'m> {
    /// The call.
    pub call: WrapCall,
    /// The wrapper, by its inner function.
    pub target: Target<'m>,
    /// Where the function starts that the wrapper stands around, if that is another wrapper's.
    pub owner: Option<usize>,
}

/// A wrapper of a package around the handler of an endpoint.
#[derive(Clone, Debug)]
pub struct Around {
    /// What is known of it.
    pub wraps: Wraps,
    /// Where it is imported from.
    pub specifier: String,
    /// What it is called.
    pub id: Id,
    /// Where it is called: its name.
    pub name: Span,
    /// Where the function starts that it stands around, if that is another wrapper's.
    pub owner: Option<usize>,
}

impl Around {
    /// The generated helper that takes its place.
    pub fn helper(&self) -> Option<Helper> {
        self.wraps.named.filter(|_| self.wraps.generated).and_then(Helper::named)
    }
}

/// What is needed to find wrappers.
#[derive(Clone, Copy)]
pub struct Search<'s, 'm> {
    /// The project.
    pub project: &'s Project,
    /// Its modules.
    pub modules: &'m Modules<'m>,
    /// The module that the expression stands in.
    pub module: &'m Module,
    /// What that imports.
    pub imports: &'s HashMap<Id, Import>,
    /// Files whose functions nobody else may call.
    pub is_endpoint: &'s dyn Fn(&str) -> bool,
}

struct Found<'m> {
    target: Target<'m>,
    handlers: Vec<Taken>,
    configured: bool,
}

/// How many wrappers may stand on each other.
const MAX_DEPTH: usize = 8;

impl<'m> Search<'_, 'm> {
    /// Reads `expr` as a wrapped handler; where it cannot be followed, what stands in the way.
    pub fn wrapped(&self, expr: &'m Expr) -> Result<(Wrapped<'m>, Vec<Wrap<'m>>), Finding> {
        self.plain(self.composed(expr)?)
    }

    /// The same, where the wrappers may be put around each other by another function.
    pub fn composed(&self, expr: &'m Expr) -> Result<(Wrapped<'m>, Vec<Wrap<'m>>), Finding> {
        self.read(expr, None, 0, &|_| false)
    }

    /// The same, where wrappers may take a router, as `router` tells.
    pub fn routed(
        &self,
        expr: &'m Expr,
        router: &dyn Fn(&Expr) -> bool,
    ) -> Result<(Wrapped<'m>, Vec<Wrap<'m>>), Finding> {
        self.read(expr, None, 0, router)
    }

    /// What composes is written out where a handler is exported, or in a wrapper.
    fn plain(&self, read: (Wrapped<'m>, Vec<Wrap<'m>>)) -> Result<(Wrapped<'m>, Vec<Wrap<'m>>), Finding> {
        match read.0.composed.first() {
            Some(composed) => {
                let message = "the wrappers are put around the handler by another function here";
                Err(lost(self.module, composed.whole, message))
            }
            None => Ok(read),
        }
    }

    /// What the function called `id` puts wrappers around each other by.
    fn composer(&self, id: &Id) -> Option<Composer> {
        if let Some(Import { specifier, name: Imported::Name(name), type_only: false, .. }) = self.imports.get(id)
            && let Some(first_outermost) = libraries::composes(specifier, name)
        {
            return Some(Composer::of_package(first_outermost));
        }
        Composer::of(self.declared(id)?.function)
    }

    /// Reads what the wrapper `shape`, one of this module, gives as a wrapped handler, if it stands on other wrappers.
    pub fn nested(&self, shape: &Shape<'m>) -> Option<Result<(Wrapped<'m>, Vec<Wrap<'m>>), Finding>> {
        shape.nested.map(|expr| self.read(expr, Some(shape), 0, &|_| false))
    }

    fn read(
        &self,
        expr: &'m Expr,
        within: Option<&Shape<'m>>,
        depth: usize,
        router: &dyn Fn(&Expr) -> bool,
    ) -> Result<(Wrapped<'m>, Vec<Wrap<'m>>), Finding> {
        let wrapper = |id: &Id, place: Span| {
            // Inside the function of another wrapper nobody would give a package's its new name.
            let keeps = |wraps: &Wraps| within.is_none() || wraps.named.is_none() || wraps.generated;
            if self.library(id).is_some_and(|wraps| keeps(&wraps)) {
                return Ok((vec![Taken::handler()], false));
            }
            self.find(id, place, depth).map(|found| (found.handlers, found.configured))
        };
        let given = within.filter(|shape| shape.delegates).map_or(&[][..], |shape| &shape.params);
        let local = within.and_then(|shape| Some((shape.local.as_ref()?, shape.inner)));
        let mut found = wrapped(self.module, expr, &wrapper, &|id| self.composer(id), given, local, router)?;
        if let Some(call) = found.calls.iter().find(|call| !self.fits(call)) {
            let message =
                format!("`{}` is given options here that cannot be seen, or that are a function", call.callee.0);
            let help = "write them as an object, or as a constant that is one";
            return Err(Finding::manual("package-call", &self.module.path, call.name, message).help(help));
        }
        // What a constant keeps would have to change with each wrapper that stands on it.
        if let Some(kept) = found.composed.iter().find(|composed| within.is_some() && composed.handler.is_none()) {
            return Err(lost(self.module, kept.whole, "another wrapper stands on what is put around handlers here"));
        }
        let owner = within.map(|shape| shape.inner.span().start);
        found.composed.iter_mut().for_each(|composed| composed.owner = owner);
        let target = |call: &WrapCall| Some(self.find(&call.callee, call.name, depth).ok()?.target);
        let wraps =
            found.calls.iter().filter_map(|call| Some(Wrap { call: call.clone(), target: target(call)?, owner }));
        let wraps = wraps.collect();
        Ok((found, wraps))
    }

    /// What is known of `id`, if that is a wrapper of a package that Route Handlers have, too.
    fn library(&self, id: &Id) -> Option<Wraps> {
        let Import { specifier, name: Imported::Name(name), .. } = self.imports.get(id)? else { return None };
        let versions = |package: &str| self.project.packages.version(&self.module.path, package);
        libraries::wraps(specifier, name, &versions)
    }

    /// The packages' wrappers among `calls`, which stand around the function at `owner`, or around the handler.
    pub fn around(&self, calls: &[WrapCall], owner: Option<usize>) -> Vec<Around> {
        let around = |call: &WrapCall| {
            let specifier = self.imports.get(&call.callee)?.specifier.clone();
            let (id, name) = (call.callee.clone(), call.name);
            Some(Around { wraps: self.library(&call.callee)?, specifier, id, name, owner })
        };
        calls.iter().filter_map(around).collect()
    }

    /// What a generated helper is given as options must be an object.
    fn fits(&self, call: &WrapCall) -> bool {
        if self.library(&call.callee).is_none_or(|wraps| !wraps.generated) {
            return true;
        }
        let is_object = |expr: &Expr| matches!(bare(expr), Expr::Object(_));
        call.options.as_ref().is_some_and(|options| match bare(options) {
            Expr::Ident(name) => self.constant(&name.to_id()).is_some_and(is_object),
            // `sessionOptions()`.
            Expr::Call(call) if call.args.is_empty() => {
                let made = callee_ident(call).and_then(|name| self.declared(&name.to_id()));
                made.is_some_and(|made| returned(made.function).is_some_and(is_object))
            }
            other => is_object(other),
        })
    }

    /// The value of the constant called `id`, of this module or another one.
    fn constant(&self, id: &Id) -> Option<&'m Expr> {
        match self.imports.get(id) {
            None => constant(self.module, id),
            Some(Import { specifier, name: Imported::Name(name), type_only: false, .. }) => {
                let (home, id) = binding(self.project, self.modules, &self.module.path, specifier, name)?;
                constant(home, &id)
            }
            Some(_) => None,
        }
    }

    /// The helper called `id`, if it is called with `roles` and takes handlers.
    pub fn taker(&self, id: &Id, roles: Vec<Option<Role>>) -> Option<Taker<'m>> {
        let Declared { module, function, name, .. } = self.declared(id)?;
        alone(|around| taker(module, function, name, roles, around))
    }

    /// Reads the function `root` of `module`, without following what it calls elsewhere.
    pub fn read_alone<'a>(&self, module: &'a Module, root: Root<'a>) -> Carriers<'a> {
        alone(|around| Carriers::find(module, vec![root], around))
    }

    /// The function called `id`, of this module or another one.
    pub fn declared(&self, id: &Id) -> Option<Declared<'m>> {
        if let Some(&function) = module_functions(self.module).get(id) {
            return Some(Declared { module: self.module, function, name: Some(id.clone()), renamed: false });
        }
        let import = self.imports.get(id).filter(|import| !import.type_only)?;
        let found = declared(self.project, self.modules, &self.module.path, import)?;
        (!(self.is_endpoint)(&found.module.path)).then_some(found)
    }

    /// What a function of the project made, which `id` is another name for: `const requireAdmin = require('admin')`.
    pub fn made(&self, id: &Id) -> Option<Declared<'m>> {
        let (found, calls) = self.maker(id)?;
        made_by_calls(found, calls)
    }

    /// The function that makes what `id` is another name for, and how many calls of it give that.
    fn maker(&self, id: &Id) -> Option<(Declared<'m>, usize)> {
        let declared = declared_id(id);
        let (home, own) = match self.imports.get(&declared) {
            None => (self.module, declared),
            Some(Import { specifier, name: Imported::Name(name), type_only: false, .. }) => {
                binding(self.project, self.modules, &self.module.path, specifier, name)?
            }
            Some(_) => return None,
        };
        let made = maker_of(&aliases(home), &made_after(&own, calls_of(id)))?;
        let imports = imports(home);
        let there = Search { module: home, imports: &imports, ..*self };
        Some((there.declared(&declared_id(&made))?, calls_of(&made)))
    }

    fn find(&self, id: &Id, called: Span, depth: usize) -> Result<Found<'m>, Finding> {
        let direct = self.declared(id);
        let wraps = |found: &Declared<'m>| shape(found.function).is_some();
        let made = || self.maker(id).filter(|(found, _)| wraps(found));
        let (found, calls) = match direct {
            Some(found) if wraps(&found) => (found, 0),
            other => made().or(other.map(|found| (found, 0))).ok_or_else(|| self.unknown(id, called))?,
        };
        let Declared { module, function, name, renamed } = found;
        let place = Span::at(function.span().start);
        let no_wrapper = |why: &str| lost(module, place, format!("`{}` makes the handler, and {why}", id.0));
        let shape: Shape<'m> = shape(function).ok_or_else(|| no_wrapper("it gives no function that we can follow"))?;
        let given = shape.nested.map_or(Ok(Vec::new()), |nested| self.check_nested(module, nested, &shape, depth))?;
        let handlers = match shape.delegates {
            true => shape.handed_on(given),
            false => alone(|around| shape.handlers(module, around))
                .or_else(|why| self.handlers_inside(module, &shape).ok_or(why)),
        };
        let handlers = handlers.map_err(no_wrapper)?;
        let target = Target { file: module.path.as_str(), root: shape.root(name), renamed };
        // A configured one is called once more, unless that is done already.
        let left = usize::from(shape.configured).checked_sub(calls);
        let left = left.ok_or_else(|| no_wrapper("it is called more often than it takes a handler"))?;
        Ok(Found { target, handlers, configured: left == 1 })
    }

    /// The handlers of a wrapper that leaves it to a helper to run the function which calls them:
    ///
    /// ```ts
    /// return (req, res) => withErrors(req, res, async (req, res) => handler(req, res))
    /// ```
    fn handlers_inside(&self, module: &'m Module, shape: &Shape<'m>) -> Option<Vec<Taken>> {
        let (_, leaf) = self.run_inside(module, shape)?;
        let found = alone(|around| shape.handlers_in(module, leaf, around)).ok()?;
        // What such a function gives is seen by the helper.
        found.iter().all(|taken| !taken.gives && taken.held.is_empty()).then_some(found)
    }

    /// The one function in the wrapper `shape` of `module` that this hands to a helper and that calls handlers, and the
    /// name of the helper.
    pub fn run_inside(&self, module: &'m Module, shape: &Shape<'m>) -> Option<(Id, Root<'m>)> {
        let imports = imports(module);
        let search = Search { module, imports: &imports, ..*self };
        let followed = |id: &Id| imports.contains_key(id);
        let inner = alone(|around| {
            Carriers::find(module, vec![shape.root(None)], &Surroundings { followed: &followed, ..*around })
        });
        let inner = inner.list.first()?;
        let leaves = inner.calls.iter().flat_map(|call| {
            let roles = call.args.iter().map(|(_, role)| *role).collect();
            let found = search.taker(&call.callee, roles).and_then(|taker| handed(module, inner, call, &taker).ok());
            let leaves = found.into_iter().flat_map(|found| found.leaves);
            leaves.map(move |leaf| (call.callee.clone(), leaf))
        });
        let calls = |leaf: &Root<'m>| {
            let inside = shape.inner.span().contains(leaf.function.span());
            inside && alone(|around| shape.handlers_in(module, leaf.clone(), around)).is_ok()
        };
        let mut found = leaves.filter(|(_, leaf)| calls(leaf));
        found.next().filter(|_| found.next().is_none())
    }

    /// A wrapper that stands on others is one only if these are followed, too. Gives the parameters that it hands on to
    /// them as handlers.
    fn check_nested(
        &self,
        module: &'m Module,
        nested: &'m Expr,
        shape: &Shape<'m>,
        depth: usize,
    ) -> Result<Vec<Taken>, Finding> {
        if depth > MAX_DEPTH {
            return Err(lost(module, span_of(nested), "these wrappers stand on each other"));
        }
        let imports = imports(module);
        let search = Search { module, imports: &imports, ..*self };
        let (found, _) = search.read(nested, Some(shape), depth + 1, &|_| false)?;
        let around = search.around(&found.calls, None);
        let mut unsaid = around.iter().filter(|around| !around.wraps.generated);
        if let Some(remark) =
            unsaid.find_map(|around| Some(around.wraps.remarks.first()?.at(&module.path, around.name)))
        {
            return Err(remark);
        }
        let mut positions = BTreeSet::new();
        match found.given.iter().find(|taken| !positions.insert(taken.at)) {
            Some(_) => Err(lost(module, span_of(nested), "a parameter is wrapped more than once here")),
            None => Ok(found.given),
        }
    }

    /// Why nothing is known of what `id` does.
    fn unknown(&self, id: &Id, called: Span) -> Finding {
        let name = &id.0;
        let message = match self.imports.get(id) {
            Some(import) if self.project.resolver.resolve(&self.module.path, &import.specifier).is_none() => {
                format!("`{name}` makes the handler, and what it does is written in `{}`", import.specifier)
            }
            _ => format!("`{name}` makes the handler, and is no function that we can follow"),
        };
        lost(self.module, called, message)
    }
}

/// Asks about one function, without following what it calls elsewhere.
fn alone<T>(ask: impl FnOnce(&Surroundings<'_>) -> T) -> T {
    let readers = HashSet::new();
    ask(&Surroundings {
        readers: &readers,
        followed: &|_| false,
        takes_objects: &|_| false,
        taught: &|_| false,
        cors: &|_| None,
        multiparts: &|_| None,
        senders: &|_| None,
        constructs: &|_| false,
        validates: &|_| None,
        makers: &|_| None,
        forms: &HashMap::new(),
        runs: &|_| None,
        wrapped: &|_| None,
    })
}
