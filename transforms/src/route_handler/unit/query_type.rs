//! Requests whose type says more of the query than Next's does: what is read from it keeps that type.
//!
//! ```ts
//! interface PostRequest extends NextApiRequest { query: { id: string } }
//!
//! (req: PostRequest, res) => { … req.query … }   →   readQuery<PostRequest['query']>(req)
//! ```

use std::collections::HashMap;

use crate::pages_api::{Carrier, Role, Segment};
use crate::project::{Import, Imported, Modules, Project, binding};
use crate::route_handler::needs::Keys;
use crate::syntax::ast::{Id, Pat, TsEntityName, TsKeywordTypeKind, TsType, TsTypeElement, TsUnionOrIntersectionType};
use crate::syntax::{Module, NamedType, bare, ident, named_type, span_of};

/// Types that stand on each other; a longer chain tells a reader nothing.
const MAX_HOPS: usize = 6;

/// What the type of a request says of its query.
#[derive(Debug)]
pub struct QueryType {
    /// The type of the query: `PostRequest['query']`.
    pub text: String,
    /// It lists strings, and nothing else.
    strings: bool,
}

impl QueryType {
    /// Whether the parameters of the route have the types that are said of `keys`.
    pub fn fits(&self, keys: &[Keys], segments: &[Segment]) -> bool {
        let is_string = |key: &String| segments.iter().any(|s| matches!(s, Segment::Dynamic(name) if name == key));
        self.strings && keys.iter().flatten().flatten().all(is_string)
    }
}

/// Follows names of types to where they are declared.
#[derive(Clone, Copy)]
pub struct QueryTypes<'q, 'm> {
    /// All files.
    pub project: &'q Project,
    /// The parsed ones.
    pub modules: &'m Modules<'m>,
}

impl QueryTypes<'_, '_> {
    /// The type that the query has in `carrier`, if the type of its request says one.
    pub fn of(self, module: &Module, imports: &HashMap<Id, Import>, carrier: &Carrier<'_>) -> Option<QueryType> {
        let params = carrier.function.params();
        let (param, _) = params.into_iter().zip(&carrier.roles).find(|(_, role)| **role == Some(Role::Req))?;
        let annotation = match param {
            Pat::Ident(name) => &name.type_ann,
            Pat::Object(object) => &object.type_ann,
            _ => return None,
        };
        let kind = &*annotation.as_ref()?.type_ann;
        let strings = self.says(module, imports, kind, MAX_HOPS)?;
        let text = span_of(kind).text(&module.text);
        let text = match kind {
            TsType::TsTypeRef(_) => format!("{text}['query']"),
            _ => format!("({text})['query']"),
        };
        Some(QueryType { text, strings })
    }

    /// Whether the member `query` that a type has of its own lists strings, and nothing else.
    fn says(self, module: &Module, imports: &HashMap<Id, Import>, kind: &TsType, hops: usize) -> Option<bool> {
        match kind {
            TsType::TsTypeLit(literal) => query(&literal.members),
            TsType::TsParenthesizedType(inner) => self.says(module, imports, &inner.type_ann, hops),
            TsType::TsUnionOrIntersectionType(TsUnionOrIntersectionType::TsIntersectionType(all)) => {
                let said = all.types.iter().filter_map(|kind| self.says(module, imports, kind, hops));
                said.reduce(|one, other| one && other)
            }
            TsType::TsTypeRef(reference) => {
                let mut given = reference.type_params.iter().flat_map(|given| &given.params);
                let TsEntityName::Ident(name) = &reference.type_name else { return None };
                let declared = self.declared(module, imports, &name.to_id(), hops);
                // What becomes of a type that is handed on is not known.
                declared.or_else(|| given.find_map(|kind| self.says(module, imports, kind, hops)).map(|_| false))
            }
            _ => None,
        }
    }

    fn declared(self, module: &Module, imports: &HashMap<Id, Import>, name: &Id, hops: usize) -> Option<bool> {
        let hops = hops.checked_sub(1)?;
        match named_type(module, name) {
            Some(NamedType::Interface(own)) => query(&own.body.body).or_else(|| {
                let mut parents = own.extends.iter().filter_map(|parent| ident(&parent.expr));
                parents.find_map(|parent| self.declared(module, imports, &parent.to_id(), hops))
            }),
            Some(NamedType::Alias(own)) => self.says(module, imports, &own.type_ann, hops),
            None => {
                let import = imports.get(name)?;
                let Imported::Name(exported) = &import.name else { return None };
                let (home, name) = binding(self.project, self.modules, &module.path, &import.specifier, exported)?;
                self.declared(home, &crate::project::imports(home), &name, hops)
            }
        }
    }
}

/// Whether the member `query` lists strings, and nothing else; `None` without such a member.
fn query(members: &[TsTypeElement]) -> Option<bool> {
    let kind = members.iter().find_map(|member| property(member, Some("query")))?;
    let TsType::TsTypeLit(listed) = kind? else { return Some(false) };
    let is_string =
        |kind: &TsType| matches!(kind, TsType::TsKeywordType(word) if word.kind == TsKeywordTypeKind::TsStringKeyword);
    Some(listed.members.iter().all(|member| property(member, None).flatten().is_some_and(is_string)))
}

/// The type, if it has one, of a property by that name, or by any.
fn property<'m>(member: &'m TsTypeElement, name: Option<&str>) -> Option<Option<&'m TsType>> {
    let TsTypeElement::TsPropertySignature(property) = member else { return None };
    let key = ident(bare(&property.key))?;
    let kind = property.type_ann.as_ref().map(|kind| &*kind.type_ann);
    name.is_none_or(|name| &*key.sym == name).then_some(kind)
}
