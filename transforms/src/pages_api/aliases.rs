//! Other names for the request and the response:
//!
//! ```ts
//! const res = response;
//! const authed = req as AuthedRequest;
//! ```
//!
//! The new code has one name for each of them.

use super::carrier::{Carrier, Role};
use super::packed::is_hidden;
use crate::syntax::ast::{Decl, Expr, Id, Pat, Stmt, TsType, VarDecl, VarDeclKind};
use crate::syntax::{Function, Span, bare, ident, references, span_of};

/// A constant at the top of a carrier that is the request or the response.
#[derive(Clone, Debug)]
pub struct Alias {
    /// The name.
    pub name: Id,
    /// What it is.
    pub role: Role,
    /// The declarator.
    pub declarator: Span,
    /// The statement.
    pub statement: Span,
    /// The name of the type that it is taken for.
    pub cast: Option<Span>,
    /// Where it stands for the name of the parameter: everywhere, if that one is used, too.
    pub mentions: Vec<Span>,
}

impl Carrier<'_> {
    /// Finds them. One takes the place of the parameter's name if nobody else uses that.
    pub(super) fn find_aliases(&mut self, function: Function<'_>) {
        let Some(block) = function.block() else { return };
        let plain = |id: &Option<Id>| id.clone().filter(|id| !id.0.contains('.'));
        let (req, res) = (plain(&self.req), plain(&self.res));
        let names: Vec<Id> = req.iter().chain(&res).cloned().collect();
        let declared: Vec<(&VarDecl, &Stmt)> = block.stmts.iter().filter_map(constant).collect();
        let mut all = None;
        for (declaration, statement) in declared {
            let [declarator] = declaration.decls.as_slice() else { continue };
            let (Pat::Ident(name), Some(init)) = (&declarator.name, declarator.init.as_deref()) else { continue };
            let Some(of) = ident(init).map(|own| own.to_id()).filter(|own| names.contains(own)) else { continue };
            let annotation = name.type_ann.as_ref().map(|annotation| &*annotation.type_ann);
            let Some(cast) = taken_for(init, annotation) else { continue };
            let role = if req.as_ref() == Some(&of) { Role::Req } else { Role::Res };
            if self.aliases.iter().any(|known| known.role == role) {
                continue;
            }
            // In an inner function, the one by the name of the other would be another value.
            if is_hidden(block, &names) {
                return;
            }
            let all = all.get_or_insert_with(|| references(block));
            let count = |id: &Id| all.get(id).map_or(0, Vec::len);
            let name = name.id.to_id();
            let mut mentions = all.get(&name).cloned().unwrap_or_default();
            mentions.retain(|mention| !span_of(declarator).contains(*mention));
            // Its only mention is this.
            if count(&of) == 1 {
                mentions.clear();
                let own = if role == Role::Req { &mut self.req } else { &mut self.res };
                *own = Some(name.clone());
            }
            let (declarator, statement) = (span_of(declarator), span_of(statement));
            self.aliases.push(Alias { name, role, declarator, statement, cast, mentions });
        }
    }
}

fn constant(statement: &Stmt) -> Option<(&VarDecl, &Stmt)> {
    match statement {
        Stmt::Decl(Decl::Var(variable)) if variable.kind == VarDeclKind::Const => Some((variable, statement)),
        _ => None,
    }
}

/// The type that a name is taken for by an annotation or a cast, if it is, which has to have a name; `None` for any other.
fn taken_for(init: &Expr, annotation: Option<&TsType>) -> Option<Option<Span>> {
    let cast = match init {
        Expr::TsAs(cast) if bare(&cast.expr).is_ident() => Some(&*cast.type_ann),
        Expr::Ident(_) => None,
        _ => return None,
    };
    match annotation.or(cast) {
        None => Some(None),
        Some(TsType::TsTypeRef(named)) if named.type_params.is_none() => Some(Some(span_of(named))),
        Some(TsType::TsKeywordType(any)) => Some(Some(span_of(any))),
        Some(_) => None,
    }
}
