//! The types of maps of handlers: what they say of the handlers is rewritten, and what they say of the names stays.
//!
//! ```ts
//! const handlers: Partial<Record<Method, NextApiHandler>> = { GET: list };
//! // →
//! const handlers: Partial<Record<Method, (req: NextRequest, context: { params: Promise<any> }) => …>> = { GET: list };
//! ```
//!
//! A wrapper may take one handler as well as a map, and a map may hold what has a handler, or promises of that.

use crate::pages_api::Inner;
use crate::project::export;
use crate::rewrite::{Edit, Piece};
use crate::syntax::ast::{
    Id, ObjectLit, Prop, PropOrSpread, TsFnOrConstructorType, TsKeywordTypeKind, TsType, TsTypeAliasDecl, TsTypeAnn,
    TsTypeElement, TsTypeParam, TsTypeRef, TsUnionOrIntersectionType,
};
use crate::syntax::{Asked, Module, Span, asked, ident, prop_name, span_of, type_alias};

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
        places.list.iter().map(|place| Edit::replace(span_of(place.own), place.text(module, handler))).collect();
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

/// Which map a wrapper takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Map {
    /// Its members are handlers.
    Plain,
    /// It may be a handler instead.
    Either,
    /// Its members have the handlers.
    Inner(Inner),
}

/// The text of `old`, the type of a `map` that is taken, with `handler` for the handlers. It may name the type
/// parameters `params`.
pub fn map_type(module: &Module, old: &TsType, handler: &str, map: &Map, params: &[TsTypeParam]) -> String {
    let mut places = Places { inner: map.inner(), ..Places::default() };
    let whole = span_of(old);
    let inside = |place: &Place<'_>| whole.contains(span_of(place.own));
    let found = match map {
        Map::Either => places.of_either(module, old, params),
        Map::Plain | Map::Inner(_) => places.of_map(module, old),
    };
    if found.is_none() || !places.list.iter().all(inside) {
        return map.any_of(handler);
    }
    let (mut text, mut end) = (String::new(), whole.start);
    for place in &places.list {
        let own = span_of(place.own);
        text.push_str(Span::new(end, own.start).text(&module.text));
        text.push_str(&place.text(module, handler));
        end = own.end;
    }
    text + Span::new(end, whole.end).text(&module.text)
}

/// The edits that make `handler` of the handlers in what `params`, type parameters, extend, as far as `old` names them:
/// `Handlers extends Partial<Record<Method, NextApiHandler>>`.
pub fn constraint_edits(module: &Module, old: &TsType, handler: &str, params: &[TsTypeParam]) -> Option<Vec<Edit>> {
    let mut named = Places::default();
    named.of_either(module, old, params)?;
    let mut places = Places::default();
    named.constraints.iter().try_for_each(|constraint| places.of_map(module, constraint))?;
    let edit = |place: &Place<'_>| Edit::replace(span_of(place.own), place.text(module, handler));
    Some(places.list.iter().map(edit).collect())
}

impl Map {
    fn inner(&self) -> Option<&Inner> {
        match self {
            Map::Inner(inner) => Some(inner),
            Map::Plain | Map::Either => None,
        }
    }

    /// The type of such a map of which no more is known.
    fn any_of(&self, handler: &str) -> String {
        match self {
            Map::Plain => any_of(handler),
            Map::Either => format!("({handler}) | {}", any_of(handler)),
            Map::Inner(Inner { key, promised: true }) => any_of(&format!("Promise<{{ {key}: {handler} }}>")),
            Map::Inner(_) => any_of("any"),
        }
    }
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
    /// Where members have their handlers, if they are none.
    inner: Option<&'a Inner>,
    /// What type parameters extend that are named there.
    constraints: Vec<&'a TsType>,
}

/// The type of a handler inside that of a map.
struct Place<'a> {
    own: &'a TsType,
    /// It is one of several types that are joined.
    joined: bool,
    /// It has the handler as this property.
    key: Option<&'a str>,
}

impl Place<'_> {
    fn text(&self, module: &Module, handler: &str) -> String {
        match self.key {
            Some(key) => {
                let (old, named) = (module.text_of(self.own), module.style.string(key));
                format!("Omit<{old}, {named}> & {{ {key}: {handler} }}")
            }
            None if self.joined => format!("({handler})"),
            None => handler.to_owned(),
        }
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
                        return self.of_value(value);
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
                    return self.of_value(mapped.type_ann.as_deref()?);
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
                        self.of_value(&annotation.type_ann)
                    });
                }
                _ => return None,
            };
        }
        None
    }

    /// The type of a handler or of a map, or of one of these as `params`, type parameters, have it.
    fn of_either(&mut self, module: &'a Module, asked: &'a TsType, params: &'a [TsTypeParam]) -> Option<()> {
        let union = match asked {
            TsType::TsParenthesizedType(inner) => return self.of_either(module, &inner.type_ann, params),
            TsType::TsUnionOrIntersectionType(TsUnionOrIntersectionType::TsUnionType(union)) => union,
            _ => return None,
        };
        let mut maps = 0;
        for one in &union.types {
            let named = one.as_ts_type_ref().and_then(|reference| reference.type_name.as_ident());
            let param = named.and_then(|name| params.iter().find(|param| param.name.to_id() == name.to_id()));
            let mut map = Places::default();
            match param {
                Some(param) => {
                    let constraint = param.constraint.as_deref()?;
                    map.of_map(module, constraint)?;
                    self.constraints.push(constraint);
                }
                None if map.of_map(module, one).is_some() => self.list.extend(map.list),
                None => {
                    self.of_handler(one, true)?;
                    continue;
                }
            }
            maps += 1;
        }
        (maps == 1).then_some(())
    }

    /// The type of a member of a map: a handler, or what has one.
    fn of_value(&mut self, asked: &'a TsType) -> Option<()> {
        let Some(inner) = self.inner else { return self.of_handler(asked, false) };
        let held = match asked {
            TsType::TsTypeRef(reference) if inner.promised => {
                match (name_of(reference), arguments(reference).as_slice()) {
                    ("Promise", [held]) => *held,
                    _ => return None,
                }
            }
            _ if inner.promised => return None,
            held => held,
        };
        let TsType::TsTypeLit(literal) = held else {
            let named = matches!(held, TsType::TsTypeRef(_));
            self.list.extend(named.then_some(Place { own: held, joined: false, key: Some(&inner.key) }));
            return named.then_some(());
        };
        let own = literal.members.iter().find_map(|member| {
            let property = member.as_ts_property_signature()?;
            (*ident(&property.key)?.sym == *inner.key).then_some(&*property.type_ann.as_deref()?.type_ann)
        });
        self.of_handler(own?, false)
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
                self.list.push(Place { own: asked, joined, key: None });
                Some(())
            }
            TsType::TsTypeRef(_) => {
                self.list.push(Place { own: asked, joined, key: None });
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
