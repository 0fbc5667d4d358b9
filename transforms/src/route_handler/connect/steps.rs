//! The functions that a router calls: found in its file and in others, as far as they can be followed.

use std::collections::{BTreeSet, HashMap};

use super::around::AT_ONCE;
use super::logged::does_more;
use super::{GIVEN, only_router};
use crate::libraries::{self, morgan, multer::ODD};
use crate::pages_api::{
    Base, Connect, ConnectOptions, ConnectRoute, CorsCall, CorsCalls, Logger, Maker, Multipart, Multiparts,
    ODD_OPTIONS, Role, Root, Step, Unread, WRITE_OPTIONS, WrapCall, calls_of, constant, declared_id, made_functions,
    made_router, shared,
};
use crate::project::{Declared, Import, Imported, Method, Modules, Project, binding, declared, imports, named};
use crate::route_handler::multipart::constant_of;
use crate::route_handler::unit::{Target, declaration, import_of, made_by_calls};
use crate::route_handler::wraps::Wrap;
use crate::syntax::ast::{CallExpr, Expr, Id, Pat};
use crate::syntax::{
    Function, Held, Module, Span, bare, bound_ids, callee_ident, constant_object, held, member_functions, member_id,
    module_functions, references, span_of,
};

/// Finds the functions that a router calls.
pub(super) struct Steps<'s, 'm> {
    pub(super) project: &'s Project,
    pub(super) modules: &'m Modules<'m>,
    pub(super) module: &'m Module,
    pub(super) imports: &'s HashMap<Id, Import>,
    /// Those of this file.
    pub(super) roots: Vec<Root<'m>>,
    /// Those of others.
    pub(super) wraps: Vec<Wrap<'m>>,
    /// What makes the router.
    pub(super) maker: Maker,
    /// Where options of another file say that parameters are put on the request.
    pub(super) attached: Option<Span>,
    /// Where options of another file say how requests are answered that nothing is there for.
    pub(super) no_match: Option<Span>,
    /// Where options of another file say that nobody waits for the functions.
    pub(super) at_once: Option<Span>,
    /// The routers of other files.
    pub(super) bases: Vec<Base<'m>>,
}

impl<'s, 'm> Steps<'s, 'm> {
    pub(super) fn new(
        project: &'s Project,
        modules: &'m Modules<'m>,
        module: &'m Module,
        imports: &'s HashMap<Id, Import>,
    ) -> Steps<'s, 'm> {
        let (roots, wraps, bases) = (Vec::new(), Vec::new(), Vec::new());
        let (maker, attached, no_match, at_once) = (Maker::Old, None, None, None);
        Steps { project, modules, module, imports, roots, wraps, maker, attached, no_match, at_once, bases }
    }

    /// The router that the imported name `id` is or makes, and the module that it stands in.
    pub(super) fn shared(&self, id: &Id) -> Option<(&'m Module, Result<Connect<'m>, Unread>)> {
        let Steps { project, modules, module, .. } = self;
        let import = self.imports.get(id).filter(|import| !import.type_only)?;
        let Imported::Name(name) = &import.name else { return None };
        match binding(project, modules, &module.path, &import.specifier, name) {
            Some((home, own)) => Some((home, shared(home, &own)?)),
            None => {
                let found = declared(project, modules, &module.path, import)?;
                Some((found.module, made_router(found.module, found.function)?))
            }
        }
    }

    /// Adds the functions of the router that `id`, which stands at `place`, is or makes in another file.
    pub(super) fn base(&mut self, id: &Id, place: Span, is_endpoint: &dyn Fn(&str) -> bool) -> Result<(), Unread> {
        let Some((home, router)) = self.shared(id).filter(|(home, _)| !is_endpoint(&home.path)) else {
            return Err(self.lost(id, place));
        };
        let inside = |(_, message, help): Unread| (place, format!("in `{}`: {message}", home.path), help);
        let mut router = router.and_then(|router| only_router(home, &router).map(|()| router)).map_err(inside)?;
        let all = imports(home);
        let mut own = Steps::new(self.project, self.modules, home, &all);
        own.maker = router.maker;
        if let Some((id, place)) = &router.elsewhere {
            own.options(id, *place).map_err(inside)?;
        }
        if let Some(unread) = own.add_all(&mut router, is_endpoint).into_iter().next() {
            return Err(inside(unread));
        }
        let own_match = router.options.as_ref().is_some_and(|options| options.on_no_match.is_some());
        let own_wait = router.options.as_ref().and_then(|options| options.place_of(AT_ONCE));
        let Steps { roots, wraps, attached, no_match, at_once, bases, .. } = own;
        self.at_once = self.at_once.or(own_wait.or(at_once).map(|_| place));
        self.no_match = self.no_match.or(no_match.map(|_| place)).or(own_match.then_some(place));
        if roots.is_empty() && wraps.is_empty() {
            let message = format!("`{}` has nothing to follow it by", id.0);
            return Err((place, message, "make the router here"));
        }
        let here = roots.into_iter().map(|root| Target { file: home.path.as_str(), root, renamed: false });
        let all = here.chain(wraps.into_iter().map(|wrap| wrap.target));
        let call = WrapCall { callee: id.clone(), name: place, options: None };
        self.wraps.extend(all.map(|target| Wrap { call: call.clone(), target, owner: None }));
        self.attached = self.attached.or(attached.or(router.attached).map(|_| place));
        self.bases.extend(bases);
        self.bases.push(Base { module: home, router });
        Ok(())
    }

    /// Adds the functions of `router`, where it notes middlewares of packages.
    pub(super) fn add_all(&mut self, router: &mut Connect<'m>, is_endpoint: &dyn Fn(&str) -> bool) -> Vec<Unread> {
        let mut unread = Vec::new();
        let of_route = |route: &'_ ConnectRoute<'m>| {
            let all: Vec<Logger<'m>> = route.args.iter().filter_map(|arg| self.logger(route.call, arg)).collect();
            // A method needs a function that answers it.
            if route.middleware || all.len() < route.args.len() { all } else { Vec::new() }
        };
        router.loggers = router.routes.iter().flat_map(of_route).collect();
        let more = router.loggers.iter().filter(|logger| logger.more);
        let refused = morgan::DOES_MORE;
        unread.extend(more.map(|logger| (span_of(logger.arg), refused.message.to_owned(), refused.help)));
        let logs = |arg: &Expr| router.loggers.iter().any(|logger| std::ptr::eq(logger.arg, arg));
        let steps = router.routes.iter().flat_map(|route| route.steps.iter().zip(&route.args));
        for (step, arg) in steps.filter(|(_, arg)| !logs(arg)) {
            match (self.multipart(arg), self.cors(arg)) {
                (Some(found), _) if found.plain => router.multiparts.push(found),
                (Some(found), _) => unread.push((found.span, ODD.message.to_owned(), ODD.help)),
                (None, Some(found)) => router.cors.push((span_of(arg), found)),
                (None, None) => match self.caught(step, arg) {
                    Some(caught) => unread.extend(self.add_caught(step, caught, is_endpoint).err()),
                    None => unread.extend(self.add(step, false, is_endpoint).err()),
                },
            }
        }
        let on_error = router.options.iter().flat_map(|options| &options.on_error);
        unread.extend(on_error.filter_map(|step| self.add(step, true, is_endpoint).err()));
        unread
    }

    /// `upload.single('logo')`.
    fn multipart(&self, expr: &'m Expr) -> Option<Multipart> {
        let constant = |home: &'m Module, id: &Id| constant_of(self.project, self.modules, home, id);
        let search = Multiparts { module: self.module, function: &|_, _| None, constant: &constant };
        let found = search.handed(self.wrapped(expr).unwrap_or(expr))?;
        Some(Multipart { span: span_of(expr), ..found })
    }

    /// `cors(options)`.
    fn cors(&self, expr: &'m Expr) -> Option<CorsCall> {
        let constant = |id: &Id| constant_of(self.project, self.modules, self.module, id);
        let search = CorsCalls { module: self.module, function: &|_, _| None, constant: &constant };
        search.handed(self.wrapped(expr).unwrap_or(expr))
    }

    /// `morgan('dev')`, or a constant that holds it.
    fn logger(&self, call: &'m CallExpr, arg: &'m Expr) -> Option<Logger<'m>> {
        let (home, value, holder) = match bare(self.wrapped(arg).unwrap_or(arg)) {
            Expr::Ident(name) => {
                let id = name.to_id();
                let (home, value) = constant_of(self.project, self.modules, self.module, &id)?;
                (home, value, (home.path == self.module.path).then_some(id))
            }
            inline => (self.module, inline, None),
        };
        let Expr::Call(made) = bare(value) else { return None };
        let package = callee_ident(made)?.to_id();
        let import = imports(home).remove(&package)?;
        let more = does_more(home, &package, made);
        (import.specifier == morgan::PACKAGE).then_some(Logger { call, arg, holder, more })
    }

    /// What next-connect's `expressWrapper(…)` is given.
    fn wrapped(&self, expr: &'m Expr) -> Option<&'m Expr> {
        let Expr::Call(call) = bare(expr) else { return None };
        let import = self.imports.get(&callee_ident(call)?.to_id())?;
        let [inner] = call.args.as_slice() else { return None };
        let wraps = import.specifier == "next-connect" && import.name == Imported::Name("expressWrapper".into());
        wraps.then_some(&*inner.expr)
    }

    fn add(&mut self, step: &Step<'m>, answers_errors: bool, is_endpoint: &dyn Fn(&str) -> bool) -> Result<(), Unread> {
        let module = self.module;
        let (id, place) = match step {
            Step::Function(function) => {
                let name = function.name().map(crate::syntax::ast::Ident::to_id);
                return self.own(self.root(*function, name, answers_errors)?);
            }
            Step::Named(id, place) => (id, *place),
        };
        let mut functions = module_functions(module);
        functions.extend(member_functions(module));
        functions.extend(made_functions(module));
        if let Some(function) = functions.get(id) {
            return self.own(self.root(*function, Some(id.clone()), answers_errors)?);
        }
        let declared_as = declared_id(id);
        let found = import_of(self.imports, &declared_as)
            .and_then(|(import, member)| declaration(self.project, self.modules, module, import, member.as_deref()));
        let found = found.and_then(|found| made_by_calls(found, calls_of(id)));
        if found.is_none() && !answers_errors && self.shared(id).is_some() {
            return self.base(id, place, is_endpoint);
        }
        let Some(found) = found.filter(|found| !is_endpoint(&found.module.path)) else {
            return Err(self.lost(&declared_as, place));
        };
        let Declared { function, name, renamed, .. } = found;
        // What is wrong with it is said where it is handed over: it stands in another file.
        let here = |(_, message, help): Unread| (place, message, help);
        let root = self.root(function, name, answers_errors).map_err(here)?;
        let target = Target { file: found.module.path.as_str(), root, renamed };
        self.wraps.push(Wrap {
            call: WrapCall { callee: id.clone(), name: place, options: None },
            target,
            owner: None,
        });
        Ok(())
    }

    /// Whether a function that runs for every method may answer `OPTIONS`: one of `cors`, or one in whose file that is
    /// named.
    pub(super) fn answers_preflight(&self, router: &Connect<'m>) -> bool {
        let names = |module: &Module| module.text.contains("OPTIONS");
        let elsewhere = || self.wraps.iter().filter_map(|wrap| self.modules.get(wrap.target.file).ok()).any(names);
        let used = router.has_middlewares() || !self.bases.is_empty();
        used && (!router.cors.is_empty() || names(self.module) || elsewhere())
    }

    /// Where requests that the router takes come to `onNoMatch`, which is none of its functions any more: behind the last
    /// of them. Only version 0 asks it there.
    pub(super) fn falls_through(&self, router: &Connect<'m>) -> Option<Unread> {
        let own = router.options.as_ref().is_some_and(|options| options.on_no_match.is_some());
        if router.maker == Maker::New || !(own || self.no_match.is_some()) {
            return None;
        }
        let open = |method: &Method| {
            let of = |route: &&ConnectRoute<'_>| route.middleware || route.method.is_none_or(|own| own == *method);
            let mut steps = router.routes.iter().filter(of).flat_map(|route| &route.steps);
            // A router that is used counts for all methods, and has nothing for them.
            let mut last = router.place;
            let ends = steps.any(|step| {
                last = match step {
                    Step::Function(function) => Span::at(function.span().start),
                    Step::Named(_, place) => *place,
                };
                !self.calls_next(step)
            });
            (!ends).then_some(last)
        };
        let place = router.methods().iter().find_map(open)?;
        let message = "for some method this is the last function, and where it goes on `onNoMatch` answered".to_owned();
        Some((place, message, "answer in this function itself, or in a last one for `all` methods"))
    }

    /// Whether a function of the router may call the one behind it, as far as it can be found.
    fn calls_next(&self, step: &Step<'m>) -> bool {
        let function = match step {
            Step::Function(function) => Some(*function),
            Step::Named(id, place) => {
                let around = |root: &Root<'m>| root.caught.is_some_and(|call| call.contains(*place));
                let mut own = self.roots.iter();
                let own = own.find(|root| root.name.as_ref() == Some(id) || around(root)).map(|root| root.function);
                let wrap = self.wraps.iter().find(|wrap| wrap.call.name == *place);
                own.or(wrap.map(|wrap| wrap.target.root.function))
            }
        };
        function.is_none_or(|function| function.params().get(2).is_some_and(|next| is_used(function, next)))
    }

    /// Adds the functions of options that another file holds: `controller.errorHandlers`, `options`.
    pub(super) fn options(&mut self, id: &Id, place: Span) -> Result<(), Unread> {
        let odd = || (place, ODD_OPTIONS.to_owned(), WRITE_OPTIONS);
        let (object, member) = match id.0.split_once('.') {
            Some((object, member)) => ((object.into(), id.1), Some(member)),
            None => (id.clone(), None),
        };
        let import = self.imports.get(&object).ok_or_else(odd)?;
        let Imported::Name(name) = &import.name else { return Err(odd()) };
        let path = &self.module.path;
        let found = binding(self.project, self.modules, path, &import.specifier, name);
        let (home, mut own) = found.ok_or_else(odd)?;
        let mut literal = constant_object(home, &own).ok_or_else(odd)?;
        if let Some(member) = member {
            literal = match held(literal, member) {
                Some(Held::Name(name)) => {
                    own = name.to_id();
                    constant_object(home, &own).ok_or_else(odd)?
                }
                Some(Held::Value(Expr::Object(inner))) => inner,
                _ => return Err(odd()),
            };
        }
        let options = ConnectOptions::of(literal).map_err(|_| odd())?;
        let attaches = options.properties.iter().any(|(name, _)| name == "attachParams");
        self.attached = attaches.then_some(place);
        self.at_once = options.place_of(AT_ONCE).map(|_| place);
        self.no_match = options.on_no_match.is_some().then_some(place);
        for (key, step) in [("onNoMatch", options.on_no_match), ("onError", options.on_error)] {
            let declared = match step {
                None => continue,
                Some(Step::Function(function)) => {
                    let members = member_functions(home);
                    let name = member_id(&own, key);
                    let known = members.get(&name).is_some_and(|member| member.span() == function.span());
                    known.then_some(Declared { module: home, function, name: Some(name), renamed: false })
                }
                Some(Step::Named(id, _)) => named(self.project, self.modules, home, &id),
            };
            let Declared { module, function, name, renamed } = declared.ok_or_else(odd)?;
            let here = |(_, message, help): Unread| (place, message, help);
            let root = self.root(function, name, key == "onError").map_err(here)?;
            let target = Target { file: module.path.as_str(), root, renamed };
            let callee = if member.is_some() { id.clone() } else { member_id(id, key) };
            self.wraps.push(Wrap { call: WrapCall { callee, name: place, options: None }, target, owner: None });
        }
        Ok(())
    }

    /// A function of this file, which may be handed over more than once.
    pub(super) fn own(&mut self, root: Root<'m>) -> Result<(), Unread> {
        let known = self.roots.iter().find(|known| known.function.span() == root.function.span());
        match known {
            Some(known) if known.roles != root.roles => {
                let message = "this function is called for errors and for requests".to_owned();
                Err((Span::at(root.function.span().start), message, "make two functions of it"))
            }
            Some(_) => Ok(()),
            None => {
                self.roots.push(root);
                Ok(())
            }
        }
    }

    /// The function as the router calls it: `(req, res, next)`, or `(error, req, res)`.
    pub(super) fn root<'f>(
        &self,
        function: Function<'f>,
        name: Option<Id>,
        answers_errors: bool,
    ) -> Result<Root<'f>, Unread> {
        let params = function.params();
        let both = [Some(Role::Req), Some(Role::Res)];
        let roles: Vec<Option<Role>> =
            if answers_errors { [None].into_iter().chain(both).collect() } else { both.into() };
        if params.iter().skip(GIVEN).any(|param| is_used(function, param)) {
            let message = "this function takes more than the router of a Route Handler gives".to_owned();
            return Err((Span::at(function.span().start), message, "take no more than the request, `res` and `next`"));
        }
        let answering = if params.len() > 2 && !answers_errors { BTreeSet::from([2]) } else { BTreeSet::new() };
        Ok(Root { routed: Some(self.maker), answering, ..Root::helper(function, name, roles) })
    }

    /// What to say of a function that is not found.
    pub(super) fn lost(&self, id: &Id, place: Span) -> Unread {
        let object = id.0.split('.').next().unwrap_or_default();
        let object = (object.into(), id.1);
        let package = self.package(&object, 4);
        let text = place.text(&self.module.text);
        match package {
            Some(package) => {
                let message = format!("`{text}` of `{package}` takes Node's `req` and `res`");
                let help = libraries::advice(&package);
                (place, message, help.unwrap_or("do what it does in the handler, or keep this endpoint in pages/api"))
            }
            None => {
                let message = format!("the router calls `{text}`, which is no function that we can follow");
                (place, message, "hand over a function that is declared by that name")
            }
        }
    }

    /// The package that `id` comes from, directly or by calls: `const upload = multer()`.
    fn package(&self, id: &Id, depth: usize) -> Option<String> {
        if let Some(import) = self.imports.get(id) {
            let own = self.project.resolver.resolve(&self.module.path, &import.specifier);
            return own.is_none().then(|| import.specifier.clone());
        }
        let mut value = constant(self.module, id).filter(|_| depth > 0)?;
        while let Expr::Call(call) = value {
            if let Some(name) = callee_ident(call) {
                return self.package(&name.to_id(), depth - 1);
            }
            value = call.callee.as_expr()?;
        }
        None
    }
}

/// Whether `function` mentions what its parameter `param` binds.
fn is_used(function: Function<'_>, param: &Pat) -> bool {
    let mentions = function.block().map(references).or(function.expression().map(references)).unwrap_or_default();
    bound_ids(param).iter().any(|id| mentions.contains_key(id))
}
