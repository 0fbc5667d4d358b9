//! Members of objects whose types the module says: `post.id` of `post: { id: string }`, and of a state that begins as
//! `{ title: '' }`.

use super::{Plain, Values};
use crate::server_action::data::member;
use crate::syntax::ast::{Expr, Lit, MemberExpr, TsKeywordTypeKind, TsType, TsTypeElement, TsUnionOrIntersectionType};
use crate::syntax::{bare, ident, member_name};

impl Values {
    /// What is known of `object.name`.
    pub(super) fn of_member(&self, read: &MemberExpr) -> Option<Plain> {
        let name = member_name(read)?;
        if let Some(begun) = ident(&read.obj).and_then(|state| self.begun.get(&state.to_id())) {
            // The type checker holds what it is set to later to how it began.
            let mut members = begun.props.iter().filter_map(member);
            let (_, first, _) = members.find(|(own, ..)| *own == name)?;
            return match bare(&first) {
                Expr::Lit(Lit::Str(_)) => Some(Plain::Text),
                Expr::Lit(Lit::Bool(_)) => Some(Plain::Boolean),
                _ => None,
            };
        }
        self.annotated(self.member_type(self.type_of(&read.obj)?, &name)?)
    }

    fn type_of(&self, expr: &Expr) -> Option<&TsType> {
        match bare(expr) {
            Expr::Ident(name) => self.typed.get(&name.to_id()),
            Expr::Member(member) => self.member_type(self.type_of(&member.obj)?, &member_name(member)?),
            _ => None,
        }
    }

    /// The type of a member that is there for certain.
    pub(super) fn member_type<'t>(&'t self, kind: &'t TsType, name: &str) -> Option<&'t TsType> {
        let members = match something(kind)? {
            TsType::TsTypeLit(literal) => &literal.members,
            TsType::TsTypeRef(reference) => self.types.get(&*reference.type_name.as_ident()?.sym)?,
            _ => return None,
        };
        members.iter().find_map(|member| match member {
            TsTypeElement::TsPropertySignature(property) if !property.optional => {
                let key = ident(&property.key)?;
                (&*key.sym == name).then(|| property.type_ann.as_ref().map(|kind| &*kind.type_ann))?
            }
            _ => None,
        })
    }
}

/// `Post` of `Post | null`: where a member is read, it is there.
fn something(kind: &TsType) -> Option<&TsType> {
    let TsType::TsUnionOrIntersectionType(TsUnionOrIntersectionType::TsUnionType(union)) = kind else {
        return Some(kind);
    };
    let is_nothing = |kind: &TsType| {
        use TsKeywordTypeKind::{TsNullKeyword, TsUndefinedKeyword};
        matches!(kind, TsType::TsKeywordType(keyword) if matches!(keyword.kind, TsNullKeyword | TsUndefinedKeyword))
    };
    let mut others = union.types.iter().filter(|kind| !is_nothing(kind));
    others.next().filter(|_| others.next().is_none()).map(|kind| &**kind)
}
