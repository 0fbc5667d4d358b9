//! Expressions that are handlers once all wrappers in them have been called.
//!
//! ```ts
//! export default withAuth(handler);                         // `handler` is a leaf
//! export default byMethod({ GET: list, POST: create });     // `list` and `create` are
//! export default endpoint({ auth: true, handler: list });   // only what is called is
//! ```

mod holders;

use std::collections::BTreeSet;

use super::carrier::{Role, Root};
use super::compose::{Composed, ComposerOf, Parts, folded_parts};
use super::wrap::{Param, Taken};
use crate::finding::Finding;
use crate::project::export;
use crate::syntax::ast::{
    CallExpr, Decl, Expr, ExprOrSpread, Id, Ident, ObjectLit, Prop, PropOrSpread, Stmt, VarDeclKind,
};
use crate::syntax::{
    Function, Module, Span, bare, callee_ident, casts, default_object, function_of, module_functions, pat_ident,
    prop_name, says_nothing, span_of,
};

/// A call of a wrapper.
#[derive(Clone, Debug)]
pub struct WrapCall {
    /// The name of the wrapper.
    pub callee: Id,
    /// Where that name stands.
    pub name: Span,
    /// What it is given behind the handler.
    pub options: Option<Expr>,
}

/// A type that a cast gives to a handler, or to an object of nothing but handlers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HandlerCast {
    /// The cast.
    pub span: Span,
    /// What these are handed.
    pub order: Vec<Option<Role>>,
}

/// An expression that is a handler once all wrappers have been called.
#[derive(Clone, Debug, Default)]
pub struct Wrapped<'a> {
    /// The functions of this module inside.
    pub leaves: Vec<Root<'a>>,
    /// The wrappers around them.
    pub calls: Vec<WrapCall>,
    /// The methods that a map of handlers names, if the leaves stand in one.
    pub keys: Vec<String>,
    /// Some leaf stands in no map, or under a key that is not known.
    pub keyless: bool,
    /// The constants that stand between: their names, and where their values are.
    pub constants: Vec<(Id, Span)>,
    /// Handlers, or objects of them, that are given another type, which says what they take and give.
    pub casts: Vec<HandlerCast>,
    /// Handlers, or objects of them, that are parameters of the function around.
    pub given: Vec<Taken>,
    /// Wrappers that another function puts around each other.
    pub composed: Vec<Composed>,
    /// The router that they take as a handler.
    pub router: Option<&'a Expr>,
}

/// What a name that is called somewhere does as a wrapper: which arguments are handlers, and whether it is called
/// twice. An error says why that is not known.
pub type WrapperOf<'w> = dyn Fn(&Id, Span) -> Result<(Vec<Taken>, bool), Finding> + 'w;

/// Tells expressions that are routers, which wrappers take as they do handlers.
pub type RouterOf<'w> = dyn Fn(&Expr) -> bool + 'w;

/// Reads `expr` as a wrapped handler of `module`; where it cannot be followed, what stands in the way. `given` are the
/// parameters that may be the handler, `local` a function that the wrapper around `expr` declares.
pub fn wrapped<'a>(
    module: &'a Module,
    expr: &'a Expr,
    wrapper: &WrapperOf<'_>,
    composer: &ComposerOf<'_>,
    given: &[Param],
    local: Option<(&Id, Function<'a>)>,
    router: &RouterOf<'_>,
) -> Result<Wrapped<'a>, Finding> {
    let mut found = Wrapped::default();
    Walk { module, wrapper, composer, given, local, router, found: &mut found, maps: 0 }.handlers(
        expr,
        &Taken::handler(),
        0,
    )?;
    if found.calls.is_empty() { Err(lost(module, span_of(expr), "no wrapper is called here")) } else { Ok(found) }
}

/// Reads `expr` as `taken` says, as handlers of `module` that stand there without wrappers; where it cannot be
/// followed, what stands in the way.
pub fn unwrapped<'a>(module: &'a Module, expr: &'a Expr, taken: &Taken) -> Result<Wrapped<'a>, Finding> {
    let mut found = Wrapped::default();
    let none: &WrapperOf<'_> = &|_, place| Err(lost(module, place, "this call makes the handler"));
    let (composer, router): (&ComposerOf<'_>, &RouterOf<'_>) = (&|_| None, &|_| false);
    Walk { module, wrapper: none, composer, given: &[], local: None, router, found: &mut found, maps: 0 }
        .taken(expr, taken, 0)?;
    Ok(found)
}

/// What stands in the way of a wrapped handler, at `span` of `module`.
pub fn lost(module: &Module, span: Span, message: impl Into<String>) -> Finding {
    Finding::manual("wrapped-handler", &module.path, span, message)
        .help("unwrap the handler, or migrate the wrapper by hand first")
}

struct Walk<'w, 'a> {
    module: &'a Module,
    wrapper: &'w WrapperOf<'w>,
    composer: &'w ComposerOf<'w>,
    given: &'w [Param],
    local: Option<(&'w Id, Function<'a>)>,
    router: &'w RouterOf<'w>,
    found: &'w mut Wrapped<'a>,
    /// How many maps of handlers are around.
    maps: usize,
}

/// How many wrappers deep we look.
const MAX_DEPTH: usize = 8;

impl<'a> Walk<'_, 'a> {
    fn lost<T>(&self, node: &'a Expr, what: &str) -> Result<T, Finding> {
        Err(lost(self.module, span_of(node), what))
    }

    /// The argument of a wrapper: a handler, an object of such, or one that has some among its properties.
    fn taken(&mut self, expr: &'a Expr, taken: &Taken, depth: usize) -> Result<(), Finding> {
        if let Some(inner) = &taken.inner {
            return self.holders(expr, inner, taken, depth);
        }
        let Some(keys) = &taken.keys else { return self.handlers(expr, taken, depth) };
        if depth > MAX_DEPTH {
            return self.lost(expr, "this is nested too deep");
        }
        self.casts(expr, taken)?;
        match bare(expr) {
            Expr::Ident(name) if self.is_given(name, taken.keys.as_ref(), taken) => Ok(()),
            Expr::Object(object) => self.properties(object, Some(keys), taken, depth),
            Expr::Ident(name) if let Some(init) = constant(self.module, &name.to_id()) => {
                self.found.constants.push((name.to_id(), span_of(init)));
                self.taken(init, taken, depth + 1)
            }
            _ => self.lost(expr, "this holds the handler, and is no object literal of this file"),
        }
    }

    /// Keeps the types that casts around `expr` give to the handlers, or to an object of nothing but these. They are
    /// written anew, which can be done where the request and the response come first, and for objects if nothing else
    /// is handed over.
    fn casts(&mut self, expr: &'a Expr, args: &Taken) -> Result<(), Finding> {
        let plain = Taken { at: args.at, ..Taken::handler() } == *args;
        let usual = Taken { at: args.at, roles: args.roles.clone(), ..Taken::handler() } == *args;
        let direct = usual && args.roles.starts_with(&Taken::handler().roles);
        for cast in casts(expr).into_iter().filter(|cast| !says_nothing(cast.asked)) {
            let named = bare(cast.expr).as_ident().and_then(|name| constant(self.module, &name.to_id()));
            let map = bare(cast.expr).is_object() || named.is_some_and(|init| bare(init).is_object());
            if !(plain || (direct && !map)) || named.is_some_and(|init| bare(init).is_object()) {
                let message = "this type speaks of handlers of the old form, and what becomes of it is not known";
                let help = "leave the type away here, or give it to the handlers themselves";
                return Err(lost(self.module, span_of(cast.asked), message).help(help));
            }
            self.found.casts.push(HandlerCast { span: cast.span, order: args.roles.clone() });
        }
        Ok(())
    }

    fn handlers(&mut self, expr: &'a Expr, args: &Taken, depth: usize) -> Result<(), Finding> {
        if depth > MAX_DEPTH {
            return self.lost(expr, "this is nested too deep");
        }
        self.casts(expr, args)?;
        if let Some(function) = function_of(expr) {
            self.leaf(function, function.name().map(Ident::to_id), args);
            return Ok(());
        }
        if (self.router)(bare(expr)) {
            return self.routed(bare(expr), args);
        }
        match bare(expr) {
            Expr::Ident(name) if self.is_given(name, None, args) => Ok(()),
            Expr::Ident(name) => self.named(name, args, depth),
            Expr::Call(_) if !args.held.is_empty() => {
                self.lost(expr, "the wrapper around this hands over an object, and not `req` and `res`")
            }
            Expr::Call(_) if args.gives => self.lost(expr, "the wrapper around this sends what it gives"),
            Expr::Call(call) => self.call(call, expr, depth),
            Expr::Object(object) => self.properties(object, None, args, depth),
            _ => self.lost(expr, "this is called as a handler, and is no function of this file"),
        }
    }

    /// A router takes the request and the response, and gives nothing.
    fn routed(&mut self, expr: &'a Expr, args: &Taken) -> Result<(), Finding> {
        let plain = Taken { at: args.at, ..Taken::handler() } == *args;
        if !plain || self.maps > 0 || !self.found.leaves.is_empty() || self.found.router.is_some() {
            return self.lost(expr, "this router is called in another way than with `req` and `res`");
        }
        self.found.router = Some(expr);
        Ok(())
    }

    /// Whether `name` is a parameter; then it is kept as one that takes handlers.
    fn is_given(&mut self, name: &Ident, keys: Option<&BTreeSet<String>>, args: &Taken) -> bool {
        let param = self.given.iter().find(|param| param.key.is_none() && param.id == name.to_id());
        let taken = param.map(|param| Taken { at: param.at, keys: keys.cloned(), ..args.clone() });
        self.found.given.extend(taken);
        param.is_some()
    }

    fn leaf(&mut self, function: Function<'a>, name: Option<Id>, args: &Taken) {
        self.found.keyless |= self.maps == 0;
        let (roles, held, gives) = (args.roles.clone(), args.held.clone(), args.gives);
        self.found.leaves.push(Root { roles, held, gives, ..Root::handler(function, name) });
    }

    fn named(&mut self, name: &Ident, args: &Taken, depth: usize) -> Result<(), Finding> {
        let id = name.to_id();
        let local = self.local.filter(|(local, _)| **local == id).map(|(_, function)| function);
        if let Some(function) = local.or_else(|| module_functions(self.module).get(&id).copied()) {
            self.leaf(function, Some(id), args);
            return Ok(());
        }
        match constant(self.module, &id) {
            Some(init) => {
                self.found.constants.push((id, span_of(init)));
                self.handlers(init, args, depth + 1)
            }
            None => {
                let message = format!("`{}` is called as a handler, and is no function of this file", name.sym);
                Err(lost(self.module, span_of(name), message))
            }
        }
    }

    /// The properties of `object` that `keys` tells, or all of them, are handlers.
    fn properties(
        &mut self,
        object: &'a ObjectLit,
        keys: Option<&BTreeSet<String>>,
        args: &Taken,
        depth: usize,
    ) -> Result<(), Finding> {
        let is_handler = |key: Option<&str>| keys.is_none_or(|keys| key.is_some_and(|key| keys.contains(key)));
        // What stands behind a spread takes the place of what that brings.
        let settled = |at: usize| {
            let behind = object.props[at + 1..].iter().filter_map(|property| key_of(property.as_prop()?));
            let behind: BTreeSet<String> = behind.collect();
            keys.is_some_and(|keys| keys.is_subset(&behind))
        };
        for (at, property) in object.props.iter().enumerate() {
            let property = match property {
                PropOrSpread::Spread(_) if settled(at) => continue,
                PropOrSpread::Spread(spread) => {
                    self.spread(&spread.expr, keys, args, depth + 1)?;
                    continue;
                }
                PropOrSpread::Prop(property) => &**property,
            };
            let key = key_of(property);
            if !is_handler(key.as_deref()) {
                if key.is_none() {
                    return Err(lost(
                        self.module,
                        span_of(property),
                        "this may be the handler, and its key is not known",
                    ));
                }
                continue;
            }
            let maps = self.maps;
            if keys.is_none() {
                self.found.keyless |= key.is_none();
                self.found.keys.extend(key);
                self.maps += 1;
            }
            self.property(property, args, depth)?;
            self.maps = maps;
        }
        Ok(())
    }

    fn property(&mut self, property: &'a Prop, args: &Taken, depth: usize) -> Result<(), Finding> {
        match property {
            Prop::KeyValue(pair) => self.handlers(&pair.value, args, depth + 1),
            Prop::Shorthand(name) => self.named(name, args, depth),
            Prop::Method(method) => {
                self.leaf(Function::Method(&method.function, span_of(&method.key).start), None, args);
                Ok(())
            }
            _ => Err(lost(self.module, span_of(property), "this handler is no plain property")),
        }
    }

    /// What `...object` adds to the handlers.
    fn spread(
        &mut self,
        expr: &'a Expr,
        keys: Option<&BTreeSet<String>>,
        args: &Taken,
        depth: usize,
    ) -> Result<(), Finding> {
        let named = match bare(expr) {
            Expr::Ident(name) if depth <= MAX_DEPTH => constant(self.module, &name.to_id()).map(|init| (name, init)),
            _ => None,
        };
        match (bare(expr), named) {
            (Expr::Object(object), _) => self.properties(object, keys, args, depth),
            (_, Some((name, init))) => {
                self.found.constants.push((name.to_id(), span_of(init)));
                self.spread(init, keys, args, depth + 1)
            }
            _ => self.lost(expr, "what this adds to the handlers is not known"),
        }
    }

    fn call(&mut self, call: &'a CallExpr, place: &'a Expr, depth: usize) -> Result<(), Finding> {
        let named = |call: &CallExpr| callee_ident(call).map(|name| (name.to_id(), span_of(name)));
        if let Some(parts) = folded_parts(place) {
            return self.composed(&parts, place, depth);
        }
        let made = call.callee.as_expr().and_then(|callee| bare(callee).as_call());
        let (name, configured) = (named(made.unwrap_or(call)), made.is_some());
        let Some((callee, name)) = name else {
            return self.lost(place, "this call makes the handler, and what it calls has no plain name");
        };
        if let Some(composer) = (self.composer)(&callee) {
            let Some(parts) = composer.parts(call, made) else {
                return self.lost(place, "the wrappers that are put around the handler here cannot be told");
            };
            return self.composed(&parts, place, depth);
        }
        if let Some((parts, init)) = self.kept(&callee, call) {
            if let Some(why) = self.shared(&callee, &parts) {
                let message = format!("`{}` keeps wrappers, and {why}", callee.0);
                return Err(lost(self.module, name, message).help("make it a function that takes the handler"));
            }
            return self.composed(&parts, init, depth);
        }
        let (handlers, twice) = (self.wrapper)(&callee, name)?;
        if twice != configured || handlers.is_empty() {
            let message = format!("`{}` is a wrapper, and is not called as one here", callee.0);
            return self.lost(place, &message);
        }
        let last = handlers.iter().map(|taken| taken.at).max().unwrap_or_default();
        let options = call.args.get(last + 1).map(|arg| (*arg.expr).clone());
        self.found.calls.push(WrapCall { callee, name, options });
        for taken in handlers {
            match call.args.get(taken.at) {
                Some(arg) if arg.spread.is_none() => self.taken(&arg.expr, &taken, depth + 1)?,
                _ => return self.lost(place, "the handler is not among the arguments of this call"),
            }
        }
        Ok(())
    }
}

impl<'a> Walk<'_, 'a> {
    /// The parts of `api(handler)` for `const api = compose(withErrors, withAuth)`, and what the constant is.
    fn kept(&self, callee: &Id, call: &'a CallExpr) -> Option<(Parts<'a>, &'a Expr)> {
        let init = constant(self.module, callee)?;
        let made = bare(init).as_call()?;
        let composer = (self.composer)(&callee_ident(made)?.to_id())?;
        Some((composer.parts(call, Some(made))?, init))
    }

    /// Why the constant `callee`, which keeps `parts`, cannot become a function that makes them for the one call.
    fn shared(&self, callee: &Id, parts: &Parts<'_>) -> Option<&'static str> {
        let alone = self.module.references().get(callee).is_some_and(|all| all.len() == 2);
        // What is no value of its own may be another one by then.
        let is_fixed = |arg: &ExprOrSpread| {
            let own = match bare(&arg.expr) {
                Expr::Lit(_) => true,
                Expr::Tpl(template) => template.exprs.is_empty(),
                Expr::Array(list) => list.elems.iter().flatten().all(|item| bare(&item.expr).is_lit()),
                other => function_of(other).is_some(),
            };
            own && arg.spread.is_none()
        };
        let makes_more = |wrapper: &&Expr| bare(wrapper).as_call().is_some_and(|call| !call.args.iter().all(is_fixed));
        if !alone || export(self.module, &callee.0).is_some() {
            Some("other code uses it, too")
        } else if parts.wrappers.iter().any(makes_more) {
            Some("what these are given would be asked for later than now")
        } else {
            None
        }
    }

    /// Wrappers that `place` puts around each other, from the outermost one.
    fn composed(&mut self, parts: &Parts<'a>, place: &'a Expr, depth: usize) -> Result<(), Finding> {
        let composed = parts.composed(place);
        let kept = |comment: Span| composed.parts().any(|part| part.contains(comment));
        let mut comments = self.module.comments.iter().filter(|comment| composed.whole.contains(**comment));
        if let Some(comment) = comments.find(|comment| !kept(**comment)) {
            let message = "this stands among wrappers that are written out around each other, and would be lost";
            return Err(lost(self.module, *comment, message).help("put the comment above the statement"));
        }
        self.found.composed.push(composed);
        let mut inner = Taken::handler();
        for wrapper in &parts.wrappers {
            if !inner.held.is_empty() || inner.gives {
                return self.lost(wrapper, "the wrapper around this takes no other one");
            }
            let (named, configured) = match bare(wrapper) {
                Expr::Call(call) => (callee_ident(call), true),
                other => (other.as_ident(), false),
            };
            let Some(name) = named else {
                return self.lost(wrapper, "this is put around the handler, and has no plain name");
            };
            let (handlers, twice) = (self.wrapper)(&name.to_id(), span_of(name))?;
            let [taken] = handlers.as_slice() else {
                return self.lost(wrapper, "this is put around the handler, and takes more than that");
            };
            if twice != configured || taken.at != 0 || taken.keys.is_some() || taken.inner.is_some() {
                let message = format!("`{}` is a wrapper, and is not called as one here", name.sym);
                return self.lost(wrapper, &message);
            }
            self.found.calls.push(WrapCall { callee: name.to_id(), name: span_of(name), options: None });
            inner = taken.clone();
        }
        self.taken(parts.handler, &inner, depth + 1)
    }
}

/// The name of a property.
fn key_of(property: &Prop) -> Option<String> {
    match property {
        Prop::Shorthand(name) => Some(name.sym.to_string()),
        Prop::KeyValue(pair) => prop_name(&pair.key),
        Prop::Method(method) => prop_name(&method.key),
        Prop::Getter(getter) => prop_name(&getter.key),
        Prop::Setter(setter) => prop_name(&setter.key),
        Prop::Assign(_) => None,
    }
}

/// The value of `const name = …` at the top of the module, or what it exports as default.
pub fn constant<'a>(module: &'a Module, id: &Id) -> Option<&'a Expr> {
    use crate::syntax::ast::{ModuleDecl, ModuleItem};
    module.ast.body.iter().find_map(|item| {
        let declaration = match item {
            ModuleItem::Stmt(Stmt::Decl(declaration)) => declaration,
            ModuleItem::ModuleDecl(ModuleDecl::ExportDefaultExpr(export)) if *id == default_object() => {
                return Some(&*export.expr);
            }
            ModuleItem::ModuleDecl(ModuleDecl::ExportDecl(export)) => &export.decl,
            _ => return None,
        };
        let Decl::Var(variable) = declaration else { return None };
        if variable.kind != VarDeclKind::Const {
            return None;
        }
        let own = variable.decls.iter().find(|d| pat_ident(&d.name).is_some_and(|name| name.to_id() == *id))?;
        own.init.as_deref()
    })
}
