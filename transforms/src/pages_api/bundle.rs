//! Object parameters that hold `req` or `res` and are read by their members, or taken apart at the top.
//!
//! ```ts
//! (ctx: Context) => { ctx.res.status(401).end() }
//! (ctx: Context) => { const { req, session } = ctx; … }
//! ```

use std::collections::BTreeSet;

use super::patterns::bound_by;
use crate::syntax::ast::{Decl, Id, ObjectPatProp, Pat, Stmt, VarDeclKind, VarDeclarator};
use crate::syntax::{Function, Span, is_ident, member_id, pat_ident, prop_name, span_of};

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
                ObjectPatProp::Assign(short) if short.value.is_none() => short.key.id.sym.to_string(),
                _ => return None,
            };
            Some((key, span_of(property)))
        });
        let properties = properties.collect::<Option<Vec<_>>>()?;
        Some(Apart { declarator: span_of(declarator), pattern: span_of(object), properties })
    }
}

/// The first constant at the top of the function that is made of `name` alone.
fn declarator<'a>(function: Function<'a>, name: &Id) -> Option<&'a VarDeclarator> {
    function.block()?.stmts.iter().find_map(|statement| match statement {
        Stmt::Decl(Decl::Var(variable)) if variable.kind == VarDeclKind::Const => {
            variable.decls.iter().find(|own| own.init.as_deref().is_some_and(|init| is_ident(init, name)))
        }
        _ => None,
    })
}
