//! Middlewares of multer: see [`crate::libraries::multer`].

use super::continuations::root_of;
use super::cors::{FunctionOf, is_environment};
use super::waiting::runner;
use super::wrapped::constant;
use crate::libraries::multer::{KEPT, METHODS, PACKAGE};
use crate::project::{Imported, imports};
use crate::syntax::ast::{
    CallExpr, Expr, ExprOrSpread, Id, Ident, KeyValueProp, MemberExpr, ObjectPatProp, Pat, Prop, PropOrSpread,
};
use crate::syntax::{
    Function, Module, Span, Visit, VisitWith, bare, callee_ident, function_of, ident, member_name, module_functions,
    pat_ident, prop_name, span_of,
};

/// How many names may stand for each other.
const DEPTH: usize = 6;

/// A middleware of multer where it is handed over.
#[derive(Clone, Debug)]
pub struct Multipart {
    /// What becomes the call of the new form.
    pub span: Span,
    /// The middleware inside.
    pub middleware: Span,
    /// Its options do without the request.
    pub plain: bool,
}

/// The constant that a name of a module stands for, imported ones included, and the module that declares it.
pub type ConstantOf<'c, 'a> = dyn Fn(&'a Module, &Id) -> Option<(&'a Module, &'a Expr)> + 'c;

/// Finds them in one module.
pub struct Multiparts<'c, 'a> {
    /// The module.
    pub module: &'a Module,
    /// The functions that names of it stand for.
    pub function: &'c FunctionOf<'c, 'a>,
    /// The constants that names stand for.
    pub constant: &'c ConstantOf<'c, 'a>,
}

impl<'a> Multiparts<'_, 'a> {
    /// `runMiddleware(req, res, upload.single('logo'))`.
    pub fn run_by(&self, call: &CallExpr) -> Option<Multipart> {
        let [_, _, middleware] = call.args.as_slice() else { return None };
        let (_, found) = (self.function)(self.module, &callee_ident(call)?.to_id())?;
        runner(found)?.settles?;
        let plain = self.plain(self.module, &middleware.expr, DEPTH)?;
        Some(Multipart { span: span_of(call), middleware: span_of(&*middleware.expr), plain })
    }

    /// `upload.single('logo')` as a function of a router.
    pub fn handed(&self, expr: &Expr) -> Option<Multipart> {
        let plain = self.plain(self.module, expr, DEPTH)?;
        Some(Multipart { span: span_of(expr), middleware: span_of(expr), plain })
    }

    /// Whether the options of the middleware `expr` of the module `home` do without the request, if it is one of multer.
    fn plain(&self, home: &'a Module, expr: &Expr, depth: usize) -> Option<bool> {
        let depth = depth.checked_sub(1)?;
        let call = match bare(expr) {
            Expr::Ident(name) => {
                let (home, value) = (self.constant)(home, &name.to_id())?;
                return self.plain(home, value, depth);
            }
            Expr::Call(call) => call,
            _ => return None,
        };
        let Expr::Member(member) = bare(call.callee.as_expr()?) else { return None };
        let makes = member_name(member).is_some_and(|name| METHODS.contains(&name.as_str()));
        if makes { self.maker(home, &member.obj, depth) } else { None }
    }

    /// The same of `multer(options)`.
    fn maker(&self, home: &'a Module, expr: &Expr, depth: usize) -> Option<bool> {
        let depth = depth.checked_sub(1)?;
        match bare(expr) {
            Expr::Ident(name) => {
                let (home, value) = (self.constant)(home, &name.to_id())?;
                self.maker(home, value, depth)
            }
            Expr::Call(call) => {
                let name = callee_ident(call)?.to_id();
                let import = imports(home).remove(&name)?;
                let multer = import.specifier == PACKAGE && import.name == Imported::Name("default".into());
                multer.then(|| self.args(home, &call.args, depth))
            }
            _ => None,
        }
    }

    fn args(&self, home: &'a Module, args: &[ExprOrSpread], depth: usize) -> bool {
        args.iter().all(|arg| arg.spread.is_none() && self.option(home, &arg.expr, depth))
    }

    /// Whether what multer calls of the option `expr` does without the request.
    fn option(&self, home: &'a Module, expr: &Expr, depth: usize) -> bool {
        let Some(depth) = depth.checked_sub(1) else { return false };
        let expr = bare(expr);
        if let Some(function) = function_of(expr) {
            return does_without(function);
        }
        match expr {
            Expr::Ident(name) => self.named(home, name, depth),
            Expr::Object(object) => object.props.iter().all(|prop| match prop {
                PropOrSpread::Prop(prop) => self.property(home, prop, depth),
                PropOrSpread::Spread(_) => false,
            }),
            Expr::Array(list) => list.elems.iter().flatten().all(|item| self.option(home, &item.expr, depth)),
            Expr::Call(call) => {
                call.callee.as_expr().is_some_and(|callee| is_plain(home, callee)) && self.args(home, &call.args, depth)
            }
            Expr::New(new) => {
                is_plain(home, &new.callee) && self.args(home, new.args.as_deref().unwrap_or_default(), depth)
            }
            Expr::Cond(choice) => self.option(home, &choice.cons, depth) && self.option(home, &choice.alt, depth),
            Expr::Member(_) => is_environment(expr),
            // `custom || filter`: what either gives may be a function.
            Expr::Bin(bin) if bin.op.may_short_circuit() => {
                self.option(home, &bin.left, depth) && self.option(home, &bin.right, depth)
            }
            Expr::Lit(_) | Expr::Tpl(_) | Expr::Bin(_) | Expr::Unary(_) => true,
            _ => false,
        }
    }

    fn property(&self, home: &'a Module, prop: &Prop, depth: usize) -> bool {
        match prop {
            // Numbers, wherever they come from.
            Prop::KeyValue(KeyValueProp { key, value }) if prop_name(key).as_deref() == Some("limits") => {
                matches!(bare(value), Expr::Object(_)) || self.option(home, value, depth)
            }
            Prop::KeyValue(KeyValueProp { value, .. }) => self.option(home, value, depth),
            Prop::Shorthand(name) => self.named(home, name, depth),
            Prop::Method(method) => does_without(Function::Method(&method.function, span_of(&method.key).start)),
            _ => false,
        }
    }

    fn named(&self, home: &'a Module, name: &Ident, depth: usize) -> bool {
        let id = name.to_id();
        if let Some(function) = module_functions(home).get(&id) {
            return does_without(*function);
        }
        (self.constant)(home, &id).is_some_and(|(home, value)| self.option(home, value, depth))
    }
}

/// Whether `callee` is a function of a package or of Node whose value asks nothing of the request by itself.
fn is_plain(home: &Module, callee: &Expr) -> bool {
    let Some(root) = root_of(callee) else { return false };
    let known = |specifier: &str| {
        let specifier = specifier.strip_prefix("node:").unwrap_or(specifier);
        specifier.starts_with("multer") || specifier.starts_with("@aws-sdk/") || ["os", "path"].contains(&specifier)
    };
    match imports(home).remove(&root.to_id()) {
        Some(import) => known(&import.specifier),
        None => &*root.sym == "process" && constant(home, &root.to_id()).is_none(),
    }
}

/// Whether `function` asks nothing of the request, its first parameter, that it does not find there any more.
fn does_without(function: Function<'_>) -> bool {
    let kept = |name: Option<String>| name.is_some_and(|name| KEPT.contains(&name.as_str()));
    match function.params().first() {
        None => true,
        Some(Pat::Object(object)) => object.props.iter().all(|prop| match prop {
            ObjectPatProp::KeyValue(pair) => kept(prop_name(&pair.key)),
            ObjectPatProp::Assign(pair) => kept(Some(pair.key.sym.to_string())),
            ObjectPatProp::Rest(_) => false,
        }),
        Some(param) => {
            let Some(name) = pat_ident(param) else { return false };
            let mut asks = Asks { request: name.to_id(), more: false };
            match (function.block(), function.expression()) {
                (Some(block), _) => block.visit_with(&mut asks),
                (None, Some(value)) => value.visit_with(&mut asks),
                (None, None) => {}
            }
            !asks.more
        }
    }
}

/// Finds what is asked of the request.
struct Asks {
    request: Id,
    more: bool,
}

impl Visit for Asks {
    fn visit_member_expr(&mut self, member: &MemberExpr) {
        let request = ident(&member.obj).is_some_and(|name| name.to_id() == self.request);
        if !(request && member_name(member).is_some_and(|name| KEPT.contains(&name.as_str()))) {
            member.visit_children_with(self);
        }
    }

    fn visit_ident(&mut self, name: &Ident) {
        self.more |= name.to_id() == self.request;
    }
}
