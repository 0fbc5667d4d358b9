//! Routers of next-connect: what an endpoint's file makes of one, in chains and in statements.
//!
//! ```ts
//! const router = createRouter<NextApiRequest, NextApiResponse>();
//! router.use(auth).get(list);                            // two steps: `auth` for all methods, `list` for GET
//! router.post(async (req, res) => { … });                // one more
//! export default router.handler({ onError });            // with version 0: `nc({ onError })`, and the router itself
//! ```

mod found;
mod options;

use std::collections::HashMap;

pub use self::found::Export;
pub use self::options::ConnectOptions;

use super::connect_shared::Base;
use super::cors::CorsCall;
use super::curried::{annotations, made_after};
use super::exports::commonjs_export;
use super::multer::Multipart;
use super::wrapped::constant;
use crate::project::{Import, Imported, Method};
use crate::syntax::ast::{CallExpr, Decl, Expr, ExprOrSpread, Id, MemberExpr, ModuleDecl, ModuleItem, Stmt};
use crate::syntax::{
    Function, Module, Span, bare, constant_object, function_of, ident, member_id, member_name, module_functions,
    pat_ident, span_of,
};

/// A router that is the handler of an endpoint.
#[derive(Clone, Debug)]
pub struct Connect<'a> {
    /// The function of the package that makes it.
    pub maker: Maker,
    /// The call of that; none where a router of another file is taken.
    pub call: Option<&'a CallExpr>,
    /// Where it is made or taken.
    pub place: Span,
    /// The name of the router that it begins with, or of the function that makes that, in another file.
    pub begins: Option<Id>,
    /// The routers of other files that it is made of.
    pub bases: Vec<Base<'a>>,
    /// What is called for which methods, in order.
    pub routes: Vec<ConnectRoute<'a>>,
    /// What it is told about errors, if anything.
    pub options: Option<ConnectOptions<'a>>,
    /// The argument that says so.
    pub argument: Option<Span>,
    /// The name of options that another file holds, and where it stands.
    pub elsewhere: Option<(Id, Span)>,
    /// Where options say that next-connect's own parameters are put on the request.
    pub attached: Option<Span>,
    /// The calls in which functions are handed over.
    pub places: Vec<Span>,
    /// Middlewares of multer among the functions, which come from a package.
    pub multiparts: Vec<Multipart>,
    /// Middlewares of the `cors` package among them, and where each is handed over.
    pub cors: Vec<(Span, CorsCall)>,
    /// Middlewares of morgan among them, which only log.
    pub loggers: Vec<Logger<'a>>,
    /// Its middlewares run for methods that it has nothing for, too.
    pub uses_for_all: bool,
}

/// A middleware of morgan that a router is handed.
#[derive(Clone, Debug)]
pub struct Logger<'a> {
    /// The call of the router: `router.use(logger)`.
    pub call: &'a CallExpr,
    /// The argument.
    pub arg: &'a Expr,
    /// The constant of the module that holds it.
    pub holder: Option<Id>,
    /// It may do more than to write lines.
    pub more: bool,
}

/// Which function of next-connect makes a router.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Maker {
    /// The default export of version 0: the router is the handler.
    Old,
    /// `createRouter` of version 1: `router.handler()` is the handler.
    New,
}

/// A call such as `router.get(first, second)`.
#[derive(Clone, Debug)]
pub struct ConnectRoute<'a> {
    /// The method; `None` for all of them.
    pub method: Option<Method>,
    /// `use`: by itself it answers no method.
    pub middleware: bool,
    /// What is called, one after another.
    pub steps: Vec<Step<'a>>,
    /// The same as it is written.
    pub args: Vec<&'a Expr>,
    /// The type arguments of the call.
    pub types: Option<Span>,
    /// The call.
    pub call: &'a CallExpr,
}

/// A function as it is written where it is handed over.
#[derive(Clone, Debug)]
pub enum Step<'a> {
    /// It stands there itself.
    Function(Function<'a>),
    /// A name of it: `auth`, `guards.auth`, or `auth()` for what that makes; and where the name stands.
    Named(Id, Span),
}

/// Why a router cannot be followed: the place, what is said, what to do.
pub type Unread = (Span, String, &'static str);

impl<'a> Connect<'a> {
    pub(super) fn new(maker: Maker, call: Option<&'a CallExpr>, place: Span) -> Connect<'a> {
        let (routes, bases, places) = (Vec::new(), Vec::new(), Vec::new());
        let (multiparts, cors) = (Vec::new(), Vec::new());
        let (begins, options, argument, elsewhere, attached) = (None, None, None, None, None);
        Connect {
            maker,
            call,
            place,
            begins,
            bases,
            routes,
            options,
            argument,
            elsewhere,
            attached,
            places,
            multiparts,
            cors,
            loggers: Vec::new(),
            uses_for_all: false,
        }
    }

    /// The methods that it answers.
    pub fn methods(&self) -> Vec<Method> {
        let own = || self.routes.iter().filter(|route| !route.middleware);
        let all = self.mounts() || own().any(|route| route.method.is_none());
        let answered =
            |method: &Method| own().any(|route| route.method == Some(*method)) || (all && *method != Method::Head);
        Method::ALL.into_iter().filter(answered).collect()
    }

    /// A router of version 0 that uses another one takes all methods: it counts the other one as a function for each.
    pub fn mounts(&self) -> bool {
        self.maker == Maker::Old && self.bases.len() > usize::from(self.begins.is_some())
    }

    /// Whether multer reads the form for some of its functions.
    pub fn reads_forms(&self) -> bool {
        !self.multiparts.is_empty() || self.bases.iter().any(|base| base.router.reads_forms())
    }

    /// Whether the `cors` package sets headers for some of its functions.
    pub fn sets_cors(&self) -> bool {
        !self.cors.is_empty() || self.bases.iter().any(|base| base.router.sets_cors())
    }

    /// Whether morgan logs requests for some of its functions.
    pub fn logs(&self) -> bool {
        !self.loggers.is_empty() || self.bases.iter().any(|base| base.router.logs())
    }

    /// Whether it has middlewares, or another router for one.
    pub fn has_middlewares(&self) -> bool {
        !self.bases.is_empty() || self.routes.iter().any(|route| route.middleware)
    }

    /// There are methods that it has no function for.
    pub fn answers_some(&self) -> bool {
        !self.mounts() && self.routes.iter().all(|route| route.middleware || route.method.is_some())
    }
}

/// The function of next-connect that `id` is.
pub(super) fn maker_of(imports: &HashMap<Id, Import>, id: &Id) -> Option<Maker> {
    let import = imports.get(id).filter(|import| import.specifier == "next-connect")?;
    match &import.name {
        Imported::Name(name) if name == "default" => Some(Maker::Old),
        Imported::Name(name) if name == "createRouter" => Some(Maker::New),
        _ => None,
    }
}

/// Calls of members, one after another: `root.use(auth).get(list)`.
pub(super) struct Chain<'a> {
    pub links: Vec<(&'a MemberExpr, &'a CallExpr)>,
    pub root: &'a Expr,
}

impl<'a> Chain<'a> {
    pub fn of(expr: &'a Expr) -> Chain<'a> {
        let mut links = Vec::new();
        let mut root = bare(expr);
        while let Expr::Call(call) = root
            && let Some(Expr::Member(member)) = call.callee.as_expr().map(|callee| bare(callee))
        {
            links.push((member, call));
            root = bare(&member.obj);
        }
        links.reverse();
        Chain { links, root }
    }
}

pub(super) struct Reader<'a> {
    pub module: &'a Module,
    pub router: Connect<'a>,
    /// Where wrappers take the router.
    pub taken: Option<Span>,
}

impl<'a> Reader<'a> {
    /// `made` is the chain that begins with the maker, `last` the one that is exported, if that is another.
    fn read(
        mut self,
        mut made: Chain<'a>,
        mut last: Chain<'a>,
        variable: Option<&Id>,
        exported: Option<&Id>,
    ) -> Result<Connect<'a>, Unread> {
        match self.router.maker {
            Maker::Old => self.options(self.router.call.map_or(&[], |call| call.args.as_slice()))?,
            Maker::New => {
                let links = if last.links.is_empty() { &mut made.links } else { &mut last.links };
                match links.pop() {
                    Some((member, call)) if member_name(member).as_deref() == Some("handler") => {
                        self.options(&call.args)?;
                    }
                    _ => {
                        let message = "the handler of this router is made in another place";
                        return Err((self.router.place, message.into(), "export `router.handler()` as default"));
                    }
                }
            }
        }
        self.links(&made.links)?;
        self.statements(variable)?;
        self.links(&last.links)?;
        self.only_here(variable, exported)?;
        if self.router.routes.iter().all(|route| route.middleware) {
            let message = "this router has nothing but middlewares, and answers no method";
            return Err((self.router.place, message.into(), "remove the endpoint if nobody needs its 404"));
        }
        Ok(self.router)
    }

    /// The same for a router that other files use, which is `id` or what a function makes. It answers no method.
    pub fn shared(mut self, made: Chain<'a>, id: Option<&Id>) -> Result<Connect<'a>, Unread> {
        if self.router.maker == Maker::Old {
            self.options(self.router.call.map_or(&[], |call| call.args.as_slice()))?;
        }
        self.links(&made.links)?;
        self.statements(id)?;
        self.only_here(id, None)?;
        if self.router.routes.iter().any(|route| !route.middleware) {
            let message = "a router that others share answers methods by itself";
            return Err((self.router.place, message.into(), "leave only middlewares in it"));
        }
        Ok(self.router)
    }

    /// What statements at the top of the module add.
    fn statements(&mut self, variable: Option<&Id>) -> Result<(), Unread> {
        for item in &self.module.ast.body {
            let ModuleItem::Stmt(Stmt::Expr(statement)) = item else { continue };
            let chain = Chain::of(&statement.expr);
            if ident(chain.root).is_some_and(|name| Some(&name.to_id()) == variable) {
                self.links(&chain.links)?;
            }
        }
        Ok(())
    }

    /// Nothing but its own chains at the top of the module and the export may mention the router: what another name
    /// adds to it, or a chain that is kept by another name, is not followed.
    fn only_here(&self, variable: Option<&Id>, exported: Option<&Id>) -> Result<(), Unread> {
        let all = self.module.references();
        let own = |name: Option<&Id>| name.is_some_and(|name| Some(name) == variable || Some(name) == exported);
        for id in [variable, exported].into_iter().flatten() {
            let root = |expr: &Expr, mention: &Span| span_of(Chain::of(expr).root) == *mention;
            let declares = |declaration: &Decl, mention: &Span| {
                let Decl::Var(variable) = declaration else { return false };
                variable.decls.iter().any(|declarator| {
                    let name = pat_ident(&declarator.name).map(|name| name.to_id());
                    let init = || declarator.init.as_deref().is_some_and(|init| root(init, mention));
                    own(name.as_ref()) && (span_of(&declarator.name).contains(*mention) || init())
                })
            };
            let known = |mention: &Span| {
                self.taken == Some(*mention)
                    || self.module.ast.body.iter().any(|item| match item {
                        ModuleItem::Stmt(Stmt::Decl(declaration)) => declares(declaration, mention),
                        ModuleItem::ModuleDecl(ModuleDecl::ExportDecl(export)) => declares(&export.decl, mention),
                        ModuleItem::Stmt(Stmt::Expr(statement)) => {
                            let exported = commonjs_export(&statement.expr);
                            root(&statement.expr, mention) || exported.is_some_and(|value| root(value, mention))
                        }
                        ModuleItem::ModuleDecl(ModuleDecl::ExportDefaultExpr(export)) => root(&export.expr, mention),
                        ModuleItem::ModuleDecl(ModuleDecl::ExportNamed(_)) => span_of(item).contains(*mention),
                        _ => false,
                    })
            };
            if let Some(mention) = all.get(id).into_iter().flatten().find(|mention| !known(mention)) {
                let message = "the router is used here, too, and what it does then is not followed";
                return Err((*mention, message.into(), "make routes of it at the top of the file only"));
            }
        }
        Ok(())
    }

    fn links(&mut self, links: &[(&'a MemberExpr, &'a CallExpr)]) -> Result<(), Unread> {
        for (member, call) in links {
            let name = member_name(member).unwrap_or_default();
            let method = Method::ALL.into_iter().find(|method| method.as_str().to_lowercase() == name);
            let middleware = name == "use";
            if !middleware && method.is_none() && name != "all" {
                let message = format!("`{name}` of the router is not followed");
                return Err((span_of(&member.prop), message, "write the route by hand"));
            }
            let steps = call.args.iter().map(step).collect::<Result<Vec<_>, _>>()?;
            let args = call.args.iter().map(|arg| &*arg.expr).collect();
            let types = call.type_args.as_deref().map(span_of);
            self.router.places.push(span_of(*call));
            self.router.routes.push(ConnectRoute { method, middleware, steps, args, types, call });
        }
        Ok(())
    }

    fn options(&mut self, args: &'a [ExprOrSpread]) -> Result<(), Unread> {
        let [argument] = args else { return Ok(()) };
        let place = span_of(argument);
        self.router.argument = Some(place);
        let literal = match bare(&argument.expr) {
            Expr::Object(object) => Some(object),
            Expr::Ident(name) => {
                let id = name.to_id();
                // Its declaration, and this.
                let alone = self.module.references().get(&id).is_some_and(|mentions| mentions.len() == 2);
                constant_object(self.module, &id).filter(|_| alone)
            }
            _ => None,
        };
        match (literal, named(&argument.expr)) {
            (Some(object), _) => {
                self.router.places.push(span_of(object));
                let options = ConnectOptions::of(object).map_err(|place| (place, ODD.to_owned(), WRITE))?;
                let attached = options.properties.iter().find(|(name, _)| name == "attachParams");
                self.router.attached = attached.map(|(_, place)| *place);
                self.router.options = Some(options);
            }
            (None, Some(Step::Named(id, place))) => self.router.elsewhere = Some((id, place)),
            _ => return Err((place, ODD.to_owned(), WRITE)),
        }
        Ok(())
    }
}

/// What is said of options that cannot be read.
pub const ODD: &str = "what this router does with errors cannot be told: its options are no plain object";
/// What to do about them.
pub const WRITE: &str = "write `{ onError }` here";

/// Types of the module that say what the router at `place` was: behind names that it goes by, and what makes it.
pub fn router_types(module: &Module, place: Span) -> Vec<Span> {
    let begins = |expr: &Expr| span_of(Chain::of(expr).root).contains(place);
    let is_router = |expr: &Expr| {
        let named = ident(Chain::of(expr).root).and_then(|name| constant(module, &name.to_id()));
        begins(expr) || named.is_some_and(begins)
    };
    let makers = module_functions(module).into_values().filter(|function| function.span().contains(place));
    let returned = makers.filter_map(|function| function.return_type().map(span_of));
    annotations(module, is_router).into_iter().chain(returned).collect()
}

/// Reads an argument of `router.get(…)` and the like.
fn step(arg: &ExprOrSpread) -> Result<Step<'_>, Unread> {
    let place = span_of(&*arg.expr);
    let message = match bare(&arg.expr) {
        Expr::Lit(_) | Expr::Tpl(_) => "the router tells paths apart here, which a Route Handler does not",
        _ if arg.spread.is_some() => "these middlewares stand in a list that is not followed",
        expr => match named(expr) {
            Some(step) => return Ok(step),
            None => "this middleware is no function that can be followed",
        },
    };
    let help = "give each path a file of its own, and each middleware a name";
    Err((place, message.to_owned(), help))
}

/// A function, or a name of one.
fn named(expr: &Expr) -> Option<Step<'_>> {
    if let Some(function) = function_of(expr) {
        return Some(Step::Function(function));
    }
    let name = |expr: &Expr| match bare(expr) {
        Expr::Ident(name) => Some(name.to_id()),
        Expr::Member(member) => Some(member_id(&ident(&member.obj)?.to_id(), &member_name(member)?)),
        _ => None,
    };
    match bare(expr) {
        Expr::Call(call) => {
            let callee = bare(call.callee.as_expr()?);
            Some(Step::Named(made_after(&name(callee)?, 1), span_of(callee)))
        }
        other => Some(Step::Named(name(other)?, span_of(other))),
    }
}
