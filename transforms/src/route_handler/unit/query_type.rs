//! Requests whose type says more of the query, the body or the headers than Next's does: what is read from them keeps
//! that type.
//!
//! ```ts
//! interface PostRequest extends NextApiRequest { query: { id: string } }
//!
//! (req: PostRequest, res) => { … req.query … }   →   readQuery<PostRequest['query']>(req)
//! (req: PostRequest, res) => { … req.body … }    →   const body: PostRequest['body'] | NextResponse = await readBody(req)
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

/// What the type of a request says of its other members.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct MemberTypes {
    /// The type of the body: `PostRequest['body']`.
    pub body: Option<String>,
    /// The type of the headers.
    pub headers: Option<String>,
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
        let kind = asked(carrier)?;
        let strings = self.says(module, imports, kind, "query", MAX_HOPS)?;
        Some(QueryType { text: member_text(module, kind, "query"), strings })
    }

    /// The types that the body and the headers have in `carrier`, if the type of its request says any.
    pub fn members(self, module: &Module, imports: &HashMap<Id, Import>, carrier: &Carrier<'_>) -> Option<MemberTypes> {
        let kind = asked(carrier)?;
        let text = |member: &str| {
            let said = self.says(module, imports, kind, member, MAX_HOPS);
            said.map(|_| member_text(module, kind, member))
        };
        let types = MemberTypes { body: text("body"), headers: text("headers") };
        (types != MemberTypes::default()).then_some(types)
    }

    /// Whether the `member` that a type has of its own lists strings, and nothing else.
    fn says(
        self,
        module: &Module,
        imports: &HashMap<Id, Import>,
        kind: &TsType,
        member: &str,
        hops: usize,
    ) -> Option<bool> {
        match kind {
            TsType::TsTypeLit(literal) => lists_strings(&literal.members, member),
            TsType::TsParenthesizedType(inner) => self.says(module, imports, &inner.type_ann, member, hops),
            TsType::TsUnionOrIntersectionType(TsUnionOrIntersectionType::TsIntersectionType(all)) => {
                let said = all.types.iter().filter_map(|kind| self.says(module, imports, kind, member, hops));
                said.reduce(|one, other| one && other)
            }
            TsType::TsTypeRef(reference) => {
                let mut given = reference.type_params.iter().flat_map(|given| &given.params);
                let TsEntityName::Ident(name) = &reference.type_name else { return None };
                let declared = self.declared(module, imports, &name.to_id(), member, hops);
                // What becomes of a type that is handed on is not known.
                declared
                    .or_else(|| given.find_map(|kind| self.says(module, imports, kind, member, hops)).map(|_| false))
            }
            _ => None,
        }
    }

    fn declared(
        self,
        module: &Module,
        imports: &HashMap<Id, Import>,
        name: &Id,
        member: &str,
        hops: usize,
    ) -> Option<bool> {
        let hops = hops.checked_sub(1)?;
        match named_type(module, name) {
            Some(NamedType::Interface(own)) => lists_strings(&own.body.body, member).or_else(|| {
                let mut parents = own.extends.iter().filter_map(|parent| ident(&parent.expr));
                parents.find_map(|parent| self.declared(module, imports, &parent.to_id(), member, hops))
            }),
            Some(NamedType::Alias(own)) => self.says(module, imports, &own.type_ann, member, hops),
            None => {
                let import = imports.get(name)?;
                let Imported::Name(exported) = &import.name else { return None };
                let (home, name) = binding(self.project, self.modules, &module.path, &import.specifier, exported)?;
                self.declared(home, &crate::project::imports(home), &name, member, hops)
            }
        }
    }
}

/// The type of the request that `carrier` takes.
fn asked<'a>(carrier: &Carrier<'a>) -> Option<&'a TsType> {
    let params = carrier.function.params();
    let (param, _) = params.into_iter().zip(&carrier.roles).find(|(_, role)| **role == Some(Role::Req))?;
    let annotation = match param {
        Pat::Ident(name) => &name.type_ann,
        Pat::Object(object) => &object.type_ann,
        _ => return None,
    };
    Some(&annotation.as_ref()?.type_ann)
}

fn member_text(module: &Module, kind: &TsType, member: &str) -> String {
    let (text, member) = (span_of(kind).text(&module.text), module.style.string(member));
    match kind {
        TsType::TsTypeRef(_) => format!("{text}[{member}]"),
        _ => format!("({text})[{member}]"),
    }
}

/// Whether that member lists strings, and nothing else; `None` without it, or where it may be anything.
fn lists_strings(members: &[TsTypeElement], member: &str) -> Option<bool> {
    let kind = members.iter().find_map(|own| property(own, Some(member)))?;
    let says_nothing = [TsKeywordTypeKind::TsAnyKeyword, TsKeywordTypeKind::TsUnknownKeyword];
    if let Some(TsType::TsKeywordType(word)) = kind
        && says_nothing.contains(&word.kind)
        && member != "query"
    {
        return None;
    }
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
