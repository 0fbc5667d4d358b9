//! Endpoints whose handler is a member of an object. For the transform, they are written out:
//!
//! ```ts
//! export default controller.list.bind(controller)
//! export default Users.list                            // a function that does without `this`
//! // is read as
//! export default function (req, res) {
//!   return controller.list(req, res)
//! }
//! ```

use super::delegate::handing_over;
use super::wrapped::constant;
use crate::project::all_imports;
use crate::syntax::ast::{Callee, Decl, Expr, Id, MemberExpr, ModuleDecl, ModuleItem, Stmt};
use crate::syntax::{Module, Span, bare, ident, is_ident, member_name, span_of};

/// The text of `module` with its handler written out, if that is a member of an object, and the statement that was
/// replaced. `without_this` tells functions of an object that do without `this`.
pub fn member_written_out(module: &Module, without_this: &dyn Fn(&Id, &str) -> bool) -> Option<(String, Span)> {
    let export = module.ast.body.iter().find_map(|item| match item {
        ModuleItem::ModuleDecl(ModuleDecl::ExportDefaultExpr(export)) => Some(export),
        _ => None,
    })?;
    let (object, member) = match bare(&export.expr) {
        Expr::Call(call) => {
            let Callee::Expr(callee) = &call.callee else { return None };
            let Expr::Member(bind) = bare(callee) else { return None };
            let Expr::Member(method) = bare(&bind.obj) else { return None };
            let [own] = call.args.as_slice() else { return None };
            let (object, member) = named(method)?;
            let binds = member_name(bind).as_deref() == Some("bind") && own.spread.is_none();
            (binds && is_ident(&own.expr, &object)).then_some((object, member))?
        }
        Expr::Member(method) => named(method).filter(|(object, member)| without_this(object, member))?,
        _ => return None,
    };
    if !stays_the_same(module, &object) {
        return None;
    }
    let (statement, text) = (span_of(export), &module.text);
    let call = handing_over(module, &format!("{}.{member}", object.0), &["req", "res"]);
    Some((format!("{}{call}{}", &text[..statement.start], &text[statement.end..]), statement))
}

/// The object and the member of `object.member`.
fn named(member: &MemberExpr) -> Option<(Id, String)> {
    member.prop.as_ident()?;
    Some((ident(&member.obj)?.to_id(), member_name(member)?))
}

/// Whether the name always stands for one object: a constant, an import, or a class.
fn stays_the_same(module: &Module, object: &Id) -> bool {
    let class = |item: &ModuleItem| match item {
        ModuleItem::Stmt(Stmt::Decl(Decl::Class(class))) => class.ident.to_id() == *object,
        ModuleItem::ModuleDecl(ModuleDecl::ExportDecl(export)) => {
            export.decl.as_class().is_some_and(|class| class.ident.to_id() == *object)
        }
        _ => false,
    };
    constant(module, object).is_some() || all_imports(module).contains_key(object) || module.ast.body.iter().any(class)
}
