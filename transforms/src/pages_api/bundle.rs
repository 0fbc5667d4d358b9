//! Object parameters that hold `req` or `res` and are read by their members, or taken apart at the top.
//!
//! ```ts
//! (ctx: Context) => { ctx.res.status(401).end() }
//! (ctx: Context) => { const { req, session } = ctx; … }
//! (params) => { const { req, details = {} } = params || {}; … }
//! ```

use std::collections::BTreeSet;

use super::config_elsewhere::is_literal;
use super::patterns::bound_by;
use crate::syntax::ast::{BinaryOp, Decl, Expr, Id, ObjectPatProp, Pat, Stmt, VarDeclKind, VarDeclarator};
use crate::syntax::{Function, Span, bare, is_ident, member_id, pat_ident, prop_name, span_of};

/// An object parameter that holds `req` or `res`.
#[derive(Clone, Debug)]
pub struct Bundle {
    /// What it is called.
    pub name: Id,
    /// Its position.
    pub at: usize,
    /// Its other members that are used.
    pub others: BTreeSet<String>,
    /// The declaration that takes it apart.
    pub apart: Option<Apart>,
}

/// `const { req, session } = ctx`: plain names, and nothing collects the rest.
#[derive(Clone, Debug)]
pub struct Apart {
    /// The declarator.
    pub declarator: Span,
    /// The pattern.
    pub pattern: Span,
    /// The properties: the key of each, and its text.
    pub properties: Vec<(String, Span)>,
}

impl Bundle {
    /// The parameter at `at`, if it is a plain name.
    pub fn of(function: Function<'_>, at: usize) -> Option<Bundle> {
        let name = pat_ident(function.params().get(at).copied()?)?.to_id();
        let apart = declarator(function, &name).and_then(Apart::of);
        Some(Bundle { name, at, others: BTreeSet::new(), apart })
    }

    /// What its member `key` is called: a name of its own, or `ctx.req`.
    pub fn member(&self, function: Function<'_>, key: &str) -> Id {
        let own = self.apart.as_ref().and_then(|_| bound_by(&declarator(function, &self.name)?.name, key));
        own.unwrap_or_else(|| member_id(&self.name, key))
    }
}

impl Apart {
    fn of(declarator: &VarDeclarator) -> Option<Apart> {
        let Pat::Object(object) = &declarator.name else { return None };
        if object.type_ann.is_some() {
            return None;
        }
        let properties = object.props.iter().map(|property| {
            let key = match property {
                ObjectPatProp::KeyValue(pair) if pat_ident(&pair.value).is_some() => prop_name(&pair.key)?,
                // A default may take something from the request.
                ObjectPatProp::Assign(short) if short.value.as_deref().is_none_or(is_literal) => {
                    short.key.id.sym.to_string()
                }
                _ => return None,
            };
            Some((key, span_of(property)))
        });
        let properties = properties.collect::<Option<Vec<_>>>()?;
        Some(Apart { declarator: span_of(declarator), pattern: span_of(object), properties })
    }
}

/// The first constant at the top of the function, or of a `try` there, that is made of `name` alone.
fn declarator<'a>(function: Function<'a>, name: &Id) -> Option<&'a VarDeclarator> {
    let body = &function.block()?.stmts;
    let tried = body.iter().find_map(|statement| statement.as_try_stmt()).map(|attempt| attempt.block.stmts.as_slice());
    let of = |list: &'a [Stmt]| {
        list.iter().find_map(|statement| match statement {
            Stmt::Decl(Decl::Var(variable)) if variable.kind == VarDeclKind::Const => {
                variable.decls.iter().find(|own| own.init.as_deref().is_some_and(|init| is_whole(init, name)))
            }
            _ => None,
        })
    };
    of(body).or_else(|| of(tried?))
}

/// `ctx`, and `ctx || {}`, which is the same where an object is handed over.
fn is_whole(init: &Expr, name: &Id) -> bool {
    match bare(init) {
        Expr::Bin(or) if matches!(or.op, BinaryOp::LogicalOr | BinaryOp::NullishCoalescing) => {
            is_ident(&or.left, name) && bare(&or.right).as_object().is_some_and(|empty| empty.props.is_empty())
        }
        _ => is_ident(init, name),
    }
}
