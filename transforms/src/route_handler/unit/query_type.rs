//! Requests whose type says more of the query than Next's does: what is read from it keeps that type.
//!
//! ```ts
//! interface PostRequest extends NextApiRequest { query: { id: string } }
//!
//! (req: PostRequest, res) => { … req.query … }   →   readQuery<PostRequest['query']>(req)
//! ```

use std::collections::HashMap;

use crate::pages_api::{Carrier, Role};
use crate::project::{Import, Imported, Modules, Project, binding};
use crate::syntax::ast::{
    Decl, Id, ModuleDecl, ModuleItem, Pat, Stmt, TsEntityName, TsPropertySignature, TsType, TsTypeElement,
    TsUnionOrIntersectionType,
};
use crate::syntax::{Module, Span, bare, ident, span_of};

/// Types that stand on each other; a longer chain tells a reader nothing.
const MAX_HOPS: usize = 6;

/// Follows names of types to where they are declared.
#[derive(Clone, Copy)]
pub struct QueryTypes<'q, 'm> {
    /// All files.
    pub project: &'q Project,
    /// The parsed ones.
    pub modules: &'m Modules<'m>,
}

impl QueryTypes<'_, '_> {
    /// The type that the query has in `carrier`, if the type of its request says one: `PostRequest['query']`.
    pub fn of(self, module: &Module, imports: &HashMap<Id, Import>, carrier: &Carrier<'_>) -> Option<String> {
        let params = carrier.function.params();
        let (param, _) = params.into_iter().zip(&carrier.roles).find(|(_, role)| **role == Some(Role::Req))?;
        let annotation = match param {
            Pat::Ident(name) => &name.type_ann,
            Pat::Object(object) => &object.type_ann,
            _ => return None,
        };
        let kind = &*annotation.as_ref()?.type_ann;
        if !self.says(module, imports, kind, MAX_HOPS) {
            return None;
        }
        let text = |span: Span| span.text(&module.text);
        Some(match written_out(kind) {
            Some(query) => text(query).to_owned(),
            None if matches!(kind, TsType::TsTypeRef(_)) => format!("{}['query']", text(span_of(kind))),
            None => format!("({})['query']", text(span_of(kind))),
        })
    }

    /// Whether a type has a member `query` of its own.
    fn says(self, module: &Module, imports: &HashMap<Id, Import>, kind: &TsType, hops: usize) -> bool {
        match kind {
            TsType::TsTypeLit(literal) => has_query(&literal.members),
            TsType::TsParenthesizedType(inner) => self.says(module, imports, &inner.type_ann, hops),
            TsType::TsUnionOrIntersectionType(TsUnionOrIntersectionType::TsIntersectionType(all)) => {
                all.types.iter().any(|kind| self.says(module, imports, kind, hops))
            }
            TsType::TsTypeRef(reference) => {
                let given = reference.type_params.iter().flat_map(|given| &given.params);
                let TsEntityName::Ident(name) = &reference.type_name else { return false };
                self.declared(module, imports, &name.to_id(), hops)
                    || given.into_iter().any(|kind| self.says(module, imports, kind, hops))
            }
            _ => false,
        }
    }

    fn declared(self, module: &Module, imports: &HashMap<Id, Import>, name: &Id, hops: usize) -> bool {
        let Some(hops) = hops.checked_sub(1) else { return false };
        match type_named(module, name) {
            Some(Declared::Interface(members, parents)) => {
                has_query(members) || parents.iter().any(|parent| self.declared(module, imports, parent, hops))
            }
            Some(Declared::Alias(kind)) => self.says(module, imports, kind, hops),
            None => {
                let Some(import) = imports.get(name) else { return false };
                let Imported::Name(exported) = &import.name else { return false };
                binding(self.project, self.modules, &module.path, &import.specifier, exported)
                    .is_some_and(|(home, name)| self.declared(home, &crate::project::imports(home), &name, hops))
            }
        }
    }
}

enum Declared<'m> {
    Interface(&'m [TsTypeElement], Vec<Id>),
    Alias(&'m TsType),
}

/// The interface or type of that name that the module declares.
fn type_named<'m>(module: &'m Module, name: &Id) -> Option<Declared<'m>> {
    module.ast.body.iter().find_map(|item| {
        let declaration = match item {
            ModuleItem::Stmt(Stmt::Decl(declaration)) => declaration,
            ModuleItem::ModuleDecl(ModuleDecl::ExportDecl(export)) => &export.decl,
            _ => return None,
        };
        match declaration {
            Decl::TsInterface(own) if own.id.to_id() == *name => {
                let parents = own.extends.iter().filter_map(|parent| Some(ident(&parent.expr)?.to_id()));
                Some(Declared::Interface(&own.body.body, parents.collect()))
            }
            Decl::TsTypeAlias(own) if own.id.to_id() == *name => Some(Declared::Alias(&own.type_ann)),
            _ => None,
        }
    })
}

/// The type of the query in `NextApiRequest & { query: { id: string } }`.
fn written_out(kind: &TsType) -> Option<Span> {
    let TsType::TsUnionOrIntersectionType(TsUnionOrIntersectionType::TsIntersectionType(all)) = kind else {
        return None;
    };
    let [TsType::TsTypeRef(next), TsType::TsTypeLit(own)] =
        all.types.iter().map(|kind| &**kind).collect::<Vec<_>>()[..]
    else {
        return None;
    };
    let plain = matches!(&next.type_name, TsEntityName::Ident(name) if &*name.sym == "NextApiRequest");
    let query = own.members.iter().find_map(query_in).filter(|_| plain)?;
    Some(span_of(&*query.type_ann.as_ref()?.type_ann))
}

fn has_query(members: &[TsTypeElement]) -> bool {
    members.iter().any(|member| query_in(member).is_some())
}

fn query_in(member: &TsTypeElement) -> Option<&TsPropertySignature> {
    let TsTypeElement::TsPropertySignature(property) = member else { return None };
    ident(bare(&property.key)).is_some_and(|key| &*key.sym == "query").then_some(property)
}
