//! Where an endpoint's router stands: behind the default export, or where the wrappers of that take it.
//!
//! ```ts
//! const handler = nc();
//! export default handler.get(list);                         // the export goes on with the router
//! export default withSession(handler);                      // the wrapper takes it
//! ```

use super::{Chain, Connect, Maker, Reader, Unread, maker_of};
use crate::pages_api::exports::default_expression;
use crate::pages_api::wrapped::constant;
use crate::project::imports;
use crate::syntax::ast::{Decl, Expr, Id, ModuleItem, Stmt, VarDeclKind};
use crate::syntax::{Module, bare, callee_ident, member_name, pat_ident, span_of};

/// Imported names that are routers of other files, or that make such.
type Shared<'s> = dyn Fn(&Id) -> Option<Maker> + 's;

/// How many calls and constants deep we look for a router.
const MAX_DEPTH: usize = 8;

/// What the default export of a module is made of, as far as routers take part.
#[derive(Clone, Copy)]
pub struct Export<'a, 's> {
    /// The module.
    pub module: &'a Module,
    /// Tells imported names that are routers, or make them.
    pub shared: &'s Shared<'s>,
}

/// The chains that a router is made of.
struct Begun<'a> {
    router: Connect<'a>,
    /// The one that begins with the maker.
    made: Chain<'a>,
    /// The one that goes on with it elsewhere.
    last: Chain<'a>,
    /// The name of the router.
    variable: Option<Id>,
}

impl<'a> Export<'a, '_> {
    /// The router that is the default export.
    pub fn router(&self) -> Option<Result<Connect<'a>, Unread>> {
        let export = default_expression(self.module)?;
        let Begun { router, made, last, variable } = self.begin(export.expr)?;
        let variable = variable.or_else(|| export.variable.clone());
        let reader = Reader { module: self.module, router, taken: None };
        Some(reader.read(made, last, variable.as_ref(), export.variable.as_ref()))
    }

    /// The router that `expr` is, which wrappers take.
    pub fn taken(&self, expr: &'a Expr) -> Option<Result<Connect<'a>, Unread>> {
        let Begun { router, made, last, variable } = self.begin(expr)?;
        let taken = Some(span_of(Chain::of(expr).root));
        Some(Reader { module: self.module, router, taken }.read(made, last, variable.as_ref(), None))
    }

    /// Whether the default export is no router itself, and a call in it takes one.
    pub fn takes_router(&self) -> bool {
        default_expression(self.module).is_some_and(|export| self.inside(export.expr, MAX_DEPTH))
    }

    fn inside(&self, expr: &Expr, depth: usize) -> bool {
        let Some(depth) = depth.checked_sub(1) else { return false };
        match bare(expr) {
            inner if self.begins(inner) => true,
            Expr::Call(call) => call.args.iter().any(|arg| self.inside(&arg.expr, depth)),
            Expr::Ident(name) => constant(self.module, &name.to_id()).is_some_and(|value| self.inside(value, depth)),
            _ => false,
        }
    }

    /// Whether `expr` is a router, or its handler.
    pub fn begins(&self, expr: &Expr) -> bool {
        let chain = Chain::of(expr);
        let made = match chain.root {
            Expr::Ident(name) if !is_clone(&chain) => declared(self.module, &name.to_id()),
            _ => None,
        };
        self.maker(made.as_ref().unwrap_or(&chain)).is_some()
    }

    /// What the chain begins with: the maker, and the name that another file has for it.
    fn maker(&self, made: &Chain<'_>) -> Option<(Maker, Option<Id>)> {
        match made.root {
            Expr::Call(call) => {
                let id = callee_ident(call)?.to_id();
                let own = maker_of(&imports(self.module), &id);
                own.map(|maker| (maker, None)).or_else(|| Some(((self.shared)(&id)?, Some(id))))
            }
            // `base.clone().get(list)`.
            Expr::Ident(name) if is_clone(made) => Some(((self.shared)(&name.to_id())?, Some(name.to_id()))),
            _ => None,
        }
    }

    fn begin(&self, expr: &'a Expr) -> Option<Begun<'a>> {
        let handler = Chain::of(expr);
        let (mut made, last, variable) = match handler.root {
            Expr::Ident(name) if !is_clone(&handler) => {
                (declared(self.module, &name.to_id())?, handler, Some(name.to_id()))
            }
            root => (handler, Chain { links: Vec::new(), root }, None),
        };
        let (maker, begins) = self.maker(&made)?;
        let router = match (made.root, begins) {
            (Expr::Call(call), None) => Connect::new(maker, Some(call), span_of(call)),
            (Expr::Call(call), begins) => Connect { begins, ..Connect::new(maker, None, span_of(callee_ident(call)?)) },
            (name, begins) => {
                made.links.remove(0);
                Connect { begins, ..Connect::new(maker, None, span_of(name)) }
            }
        };
        Some(Begun { router, made, last, variable })
    }
}

/// Whether the first that is called is `clone()`.
fn is_clone(chain: &Chain<'_>) -> bool {
    let first = chain.links.first();
    first.is_some_and(|(member, call)| member_name(member).as_deref() == Some("clone") && call.args.is_empty())
}

/// The chain that is the value of the constant `id` of the module.
fn declared<'a>(module: &'a Module, id: &Id) -> Option<Chain<'a>> {
    module.ast.body.iter().find_map(|item| {
        let ModuleItem::Stmt(Stmt::Decl(Decl::Var(variable))) = item else { return None };
        let [declarator] = variable.decls.as_slice() else { return None };
        let named = pat_ident(&declarator.name).is_some_and(|name| name.to_id() == *id);
        let init = declarator.init.as_deref().filter(|_| named && variable.kind == VarDeclKind::Const)?;
        Some(Chain::of(init))
    })
}
