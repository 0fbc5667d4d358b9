//! The types of maps of handlers: what they say of the handlers is rewritten, and what they say of the names stays.
//!
//! ```ts
//! const handlers: Partial<Record<Method, NextApiHandler>> = { GET: list };
//! // →
//! const handlers: Partial<Record<Method, (req: NextRequest, context: { params: Promise<any> }) => …>> = { GET: list };
//! ```

use crate::project::export;
use crate::rewrite::{Edit, Piece};
use crate::syntax::ast::{
    Id, ObjectLit, Prop, PropOrSpread, TsFnOrConstructorType, TsKeywordTypeKind, TsType, TsTypeAliasDecl, TsTypeAnn,
    TsTypeElement, TsTypeRef, TsUnionOrIntersectionType,
};
use crate::syntax::{Asked, Module, Span, asked, prop_name, span_of, type_alias};

/// Whether the types of the map `name`, if it has any, can be rewritten.
pub fn is_understood(module: &Module, name: &Id) -> bool {
    asked(module, name).is_some_and(|asked| places(module, &asked).is_some())
}

/// The edits that make `handler` of the handlers in the types of the map `name`. The code `looks` into it for any of its
/// handlers, which may take less than they are given: where nothing says so yet, a type has to.
pub fn map_form(module: &Module, name: &Id, handler: &str, looks: bool) -> Vec<Edit> {
    let Some(asked) = asked(module, name) else { return Vec::new() };
    let Some(places) = places(module, &asked) else {
        let whole = asked.annotation.map(|own| Edit::replace(span_of(own), any_of(handler)));
        return whole.into_iter().collect();
    };
    let mut edits: Vec<Edit> =
        places.list.iter().map(|place| Edit::replace(span_of(place.own), place.text(handler))).collect();
    let kept = asked.annotation.is_some() || (asked.cast.is_some() && !asked.satisfies);
    if kept || !looks {
        return edits;
    }
    let behind = Span::at(asked.name.end);
    match asked.cast.filter(|_| !places.open) {
        Some(cast) => edits.push(Edit::of(behind, vec![Piece::Text(": ".into()), Piece::Source(span_of(cast))])),
        None => {
            edits.push(Edit::insert(behind.start, format!(": Record<{}, {handler}>", names(module, asked.object))));
        }
    }
    if asked.cast.is_some() {
        edits.push(Edit::delete(Span::new(span_of(asked.object).end, asked.value.end)));
    }
    edits
}

/// The text of `old`, the type of a map of handlers, with `handler` for these.
pub fn map_type(module: &Module, old: &TsType, handler: &str) -> String {
    let mut places = Places::default();
    let whole = span_of(old);
    let inside = |place: &Place<'_>| whole.contains(span_of(place.own));
    if places.of_map(module, old).is_none() || !places.list.iter().all(inside) {
        return any_of(handler);
    }
    let (mut text, mut end) = (String::new(), whole.start);
    for place in &places.list {
        let own = span_of(place.own);
        text.push_str(Span::new(end, own.start).text(&module.text));
        text.push_str(&place.text(handler));
        end = own.end;
    }
    text + Span::new(end, whole.end).text(&module.text)
}

/// The type of a map of which no more is known.
fn any_of(handler: &str) -> String {
    format!("Partial<Record<string, {handler}>>")
}

/// The names that `object` has handlers for: `'GET' | 'POST'`.
fn names(module: &Module, object: &ObjectLit) -> String {
    let name = |property: &PropOrSpread| {
        let name = match &**property.as_prop()? {
            Prop::Shorthand(name) => name.sym.to_string(),
            Prop::KeyValue(pair) => prop_name(&pair.key)?,
            Prop::Method(method) => prop_name(&method.key)?,
            _ => return None,
        };
        Some(module.style.string(&name))
    };
    let names: Option<Vec<String>> = object.props.iter().map(name).collect();
    names.filter(|names| !names.is_empty()).map_or("string".to_owned(), |names| names.join(" | "))
}

fn places<'a>(module: &'a Module, asked: &Asked<'a>) -> Option<Places<'a>> {
    let mut places = Places::default();
    let types = [asked.annotation, asked.cast].into_iter().flatten();
    types.into_iter().try_for_each(|asked| places.of_map(module, asked))?;
    Some(places)
}

/// The types of handlers inside those of a map.
#[derive(Default)]
struct Places<'a> {
    list: Vec<Place<'a>>,
    /// It does not say for which names there are handlers.
    open: bool,
}

/// The type of a handler inside that of a map.
struct Place<'a> {
    own: &'a TsType,
    /// It is one of several types that are joined.
    joined: bool,
}

impl Place<'_> {
    fn text(&self, handler: &str) -> String {
        if self.joined { format!("({handler})") } else { handler.to_owned() }
    }
}

/// How many names of types are followed.
const MAX_DEPTH: usize = 4;

impl<'a> Places<'a> {
    fn of_map(&mut self, module: &'a Module, asked: &'a TsType) -> Option<()> {
        let mut asked = asked;
        for _ in 0..MAX_DEPTH {
            asked = match asked {
                TsType::TsParenthesizedType(inner) => &inner.type_ann,
                TsType::TsTypeRef(reference) => match (name_of(reference), arguments(reference).as_slice()) {
                    ("Record", [key, value]) => {
                        self.open |= matches!(key, TsType::TsKeywordType(_));
                        return self.of_handler(value, false);
                    }
                    ("Partial", [inner]) => {
                        self.open = true;
                        inner
                    }
                    ("Readonly" | "Required", [inner]) => inner,
                    (_, []) => &own_alias(module, reference)?.type_ann,
                    _ => return None,
                },
                TsType::TsMappedType(mapped) => {
                    self.open |= mapped.optional.is_some();
                    return self.of_handler(mapped.type_ann.as_deref()?, false);
                }
                TsType::TsTypeLit(literal) => {
                    return literal.members.iter().try_for_each(|member| {
                        let annotation: &TsTypeAnn = match member {
                            TsTypeElement::TsIndexSignature(any) => {
                                self.open = true;
                                any.type_ann.as_deref()?
                            }
                            TsTypeElement::TsPropertySignature(one) => {
                                self.open |= one.optional;
                                one.type_ann.as_deref()?
                            }
                            _ => return None,
                        };
                        self.of_handler(&annotation.type_ann, false)
                    });
                }
                _ => return None,
            };
        }
        None
    }

    fn of_handler(&mut self, asked: &'a TsType, joined: bool) -> Option<()> {
        match asked {
            TsType::TsParenthesizedType(inner) => self.of_handler(&inner.type_ann, false),
            TsType::TsUnionOrIntersectionType(TsUnionOrIntersectionType::TsUnionType(union)) => {
                union.types.iter().try_for_each(|one| self.of_handler(one, true))
            }
            TsType::TsKeywordType(keyword) => match keyword.kind {
                TsKeywordTypeKind::TsAnyKeyword => Some(()),
                TsKeywordTypeKind::TsUndefinedKeyword | TsKeywordTypeKind::TsNullKeyword => {
                    self.open = true;
                    Some(())
                }
                _ => None,
            },
            TsType::TsFnOrConstructorType(TsFnOrConstructorType::TsFnType(function)) if function.params.len() <= 2 => {
                self.list.push(Place { own: asked, joined });
                Some(())
            }
            TsType::TsTypeRef(_) => {
                self.list.push(Place { own: asked, joined });
                Some(())
            }
            _ => None,
        }
    }
}

/// The type that `reference` names, if the module keeps it to itself and nothing else mentions it.
fn own_alias<'a>(module: &'a Module, reference: &TsTypeRef) -> Option<&'a TsTypeAliasDecl> {
    let id = reference.type_name.as_ident()?.to_id();
    let alias = type_alias(module, &id)?;
    let alone = module.references().get(&id).is_some_and(|all| all.len() == 2);
    (alone && alias.type_params.is_none() && export(module, &id.0).is_none()).then_some(alias)
}

fn name_of(reference: &TsTypeRef) -> &str {
    reference.type_name.as_ident().map_or("", |name| &*name.sym)
}

fn arguments(reference: &TsTypeRef) -> Vec<&TsType> {
    reference.type_params.iter().flat_map(|list| &list.params).map(|param| &**param).collect()
}
