//! The new form of a wrapper: what it takes and what it gives.
//!
//! ```ts
//! export const withAuth = (handler: NextApiHandler): NextApiHandler =>
//! // →
//! export const withAuth = (handler: (req: NextRequest, context: { params: Promise<any> }) => Response | Promise<Response>) =>
//! ```

mod casts;
mod untyped;

use std::collections::BTreeSet;

pub use self::casts::cast_edits;
use self::untyped::Untyped;
pub use self::untyped::{given_type, is_untyped, own_type, typed};
use super::held_parameter::Left;
use super::map_form::{Map, constraint_edits, map_type};
use super::needs::Extensions;
use super::signature::Dialect;
use crate::pages_api::{Call, CalledOf, Carrier, Held, Role, Shape, called_of, hands_on, keeps_values, shape};
use crate::project::{Export, Method, export};
use crate::rewrite::Edit;
use crate::syntax::ast::{
    Expr, Id, ObjectPat, ObjectPatProp, Pat, TsFnOrConstructorType, TsFnParam, TsFnType, TsType, TsTypeAnn,
    TsTypeElement, TsTypeLit, TsTypeParam, VarDeclarator,
};
use crate::syntax::{
    Function, Module, Span, Visit, VisitWith, function_of, ident, module_functions, pat_ident, prop_name, references,
    span_of, type_alias,
};

/// The edits around the inner function `carrier`: the types of the handlers that are taken, and of the result.
/// Parameters that start at `optional` may be left away.
pub fn wrapper_edits(
    module: &Module,
    carrier: &Carrier<'_>,
    optional: &BTreeSet<usize>,
    dialect: &Dialect,
    extended: bool,
) -> Vec<Edit> {
    let Some((wrapper, shape)) = wrapper_of(module, carrier.function).filter(|_| dialect.typescript) else {
        return Vec::new();
    };
    let untyped = Untyped { module, carrier, shape: &shape, optional, dialect, extended };
    let mut edits = untyped.edits(wrapper);
    for param in shape.taker.params() {
        if let Some((own, taken, constraints)) = taken_type(module, carrier, param, dialect, extended) {
            edits.push(Edit::replace(own, taken));
            edits.extend(constraints);
        }
    }
    let results = [wrapper, shape.taker].into_iter().filter_map(Function::return_type);
    edits.extend(results.map(|result| Edit::delete(span_of(result))));
    edits
}

/// The type of a parameter that the wrapper hands on to others as a handler.
fn handed_on_type(
    module: &Module,
    shape: &Shape<'_>,
    param: &Id,
    old: &TsType,
    dialect: &Dialect,
) -> Option<(Span, String)> {
    let nested = shape.nested?;
    shape.params.iter().find(|own| own.id == *param && hands_on(nested, own))?;
    // What the others put on the request is their affair.
    let map = ["{", "Record<", "Partial<"].iter().any(|start| module.text_of(old).starts_with(start));
    let map = map.then_some(Map::Plain);
    let (order, gives, params) = (&[][..], Gives::Handed, &[][..]);
    let kind = Kind { dialect, extended: true, headers: false, map, order, context: None, gives, params };
    Some((span_of(old), handler_type(module, old, &kind)))
}

/// The type of a parameter that takes handlers: where it stands, the new one, and the edits in what type parameters
/// extend that it names.
fn taken_type(
    module: &Module,
    carrier: &Carrier<'_>,
    param: &Pat,
    dialect: &Dialect,
    extended: bool,
) -> Option<(Span, String, Vec<Edit>)> {
    let (annotation, ids): (_, Vec<(Option<String>, Id)>) = match param {
        Pat::Assign(assign) => return taken_type(module, carrier, &assign.left, dialect, extended),
        Pat::Ident(binding) => (&binding.type_ann, vec![(None, binding.id.to_id())]),
        Pat::Object(object) => (&object.type_ann, taken_apart(object)),
        _ => return None,
    };
    let annotation = &*annotation.as_ref()?.type_ann;
    let hands_on = carrier.wraps && carrier.roles.iter().all(Option::is_none);
    if let Some((_, shape)) = wrapper_of(module, carrier.function).filter(|(_, shape)| hands_on && shape.delegates) {
        let (_, param) = ids.first()?;
        let (own, new) = handed_on_type(module, &shape, param, annotation, dialect)?;
        return Some((own, new, Vec::new()));
    }
    let all = || carrier.calls.iter().chain(&carrier.given_inside);
    let is_called = |(_, id): &&(Option<String>, Id)| all().any(|call| call.callee == *id);
    let mut keys = BTreeSet::new();
    let (mut map, mut order, mut apart) = (None, Vec::new(), false);
    let mut gives = Gives::Response;
    for (key, id) in ids.iter().filter(is_called) {
        let calls: Vec<&Call> = all().filter(|call| call.callee == *id).collect();
        let spans: Vec<Span> = calls.iter().map(|call| call.span).collect();
        let request = calls.iter().find_map(|call| call.args.iter().position(|(_, role)| *role == Some(Role::Req)));
        if carrier.asks_for_data(id) {
            gives = Gives::Data(request);
        } else if keeps_values(carrier.function, &spans) {
            gives = Gives::Either;
        }
        let longest = calls.iter().max_by_key(|call| call.args.len());
        if let Some(call) = longest.filter(|call| call.args.len() > order.len()) {
            order = call.args.iter().map(|(_, role)| *role).collect();
        }
        keys.extend(key.clone());
        apart |= key.is_some();
        let called = called_of(id, &calls, carrier.function);
        if let Some(CalledOf::Keys(own)) = &called {
            keys.extend(own.clone());
        }
        if key.is_none() && is_map(module, id) {
            map = Some(match called {
                Some(CalledOf::Either) => Map::Either,
                Some(CalledOf::Inner(inner)) => Map::Inner(inner),
                _ => Map::Plain,
            });
        }
    }
    let (order, headers, context) = (order.as_slice(), carrier.hands_headers, context(carrier, &ids));
    let kind = Kind { dialect, extended, headers, map: None, order, context, gives, params: &[] };
    let is_method = |key: &String| Method::ALL.iter().any(|method| method.as_str().eq_ignore_ascii_case(key));
    let own = span_of(annotation);
    match order.len() {
        0 => None,
        _ if keys.is_empty() || (!apart && keys.iter().all(is_method)) => {
            let taker = wrapper_of(module, carrier.function).map(|(_, shape)| shape.taker);
            let params = taker.and_then(Function::type_params).unwrap_or_default();
            let constraints = constraint_edits(module, annotation, &handler_type(module, annotation, &kind), params);
            let constraints = constraints.filter(|_| map == Some(Map::Either)).unwrap_or_default();
            Some((own, handler_type(module, annotation, &Kind { map, params, ..kind }), constraints))
        }
        _ => Some((own, options_type(module, annotation, &keys, &kind), Vec::new())),
    }
}

/// The names that a parameter is taken apart into, each with its property.
fn taken_apart(object: &ObjectPat) -> Vec<(Option<String>, Id)> {
    let names = object.props.iter().filter_map(|property| match property {
        ObjectPatProp::KeyValue(pair) => Some((prop_name(&pair.key), pat_ident(&pair.value)?.to_id())),
        ObjectPatProp::Assign(short) => Some((Some(short.key.id.sym.to_string()), short.key.id.to_id())),
        ObjectPatProp::Rest(_) => None,
    });
    names.collect()
}

/// The type of an object whose properties `keys` are handlers.
fn options_type(module: &Module, old: &TsType, keys: &BTreeSet<String>, kind: &Kind<'_>) -> String {
    if let TsType::TsTypeLit(literal) = old {
        return in_place(module, literal, keys, kind);
    }
    let named: Vec<String> = keys.iter().map(|key| format!("'{key}'")).collect();
    let handler = handler_type(module, old, kind);
    let own: Vec<String> = keys.iter().map(|key| format!("{key}: {handler}")).collect();
    format!("Omit<{}, {}> & {{ {} }}", module.text_of(old), named.join(" | "), own.join("; "))
}

/// A type that is written out, with the types of these properties replaced.
fn in_place(module: &Module, literal: &TsTypeLit, keys: &BTreeSet<String>, kind: &Kind<'_>) -> String {
    let whole = span_of(literal);
    let (mut text, mut end) = (String::new(), whole.start);
    for member in &literal.members {
        let TsTypeElement::TsPropertySignature(property) = member else { continue };
        let named = ident(&property.key).is_some_and(|name| keys.contains(&*name.sym));
        let Some(annotation) = property.type_ann.as_ref().filter(|_| named) else { continue };
        let old = span_of(&*annotation.type_ann);
        text.push_str(Span::new(end, old.start).text(&module.text));
        text.push_str(&handler_type(module, &annotation.type_ann, kind));
        end = old.end;
    }
    text.push_str(Span::new(end, whole.end).text(&module.text));
    text
}

/// The text of `param`, one of `carrier`'s own: with a new type if it takes handlers.
pub fn own_parameter(module: &Module, carrier: &Carrier<'_>, param: &Pat, dialect: &Dialect, extended: bool) -> String {
    let text = module.text_of(param);
    if !carrier.wraps || !dialect.typescript {
        return text.to_owned();
    }
    match taken_type(module, carrier, param, dialect, extended) {
        Some((old, new, _)) => {
            let whole = span_of(param);
            let (before, after) = (Span::new(whole.start, old.start), Span::new(old.end, whole.end));
            format!("{}{new}{}", before.text(&module.text), after.text(&module.text))
        }
        None => text.to_owned(),
    }
}

/// The wrapper that returns the function.
pub fn wrapper_of<'a>(module: &'a Module, inner: Function<'_>) -> Option<(Function<'a>, Shape<'a>)> {
    let anonymous = match export(module, "default") {
        Some(Export::Anonymous(function)) => Some(function),
        _ => None,
    };
    module_functions(module).into_values().chain(anonymous).find_map(|function| {
        let shape = shape(function)?;
        (shape.inner.span() == inner.span()).then_some((function, shape))
    })
}

/// What is known of a parameter that takes handlers.
struct Kind<'k> {
    dialect: &'k Dialect,
    /// The wrapper puts something on the request.
    extended: bool,
    /// They are handed the headers that the wrapper has collected.
    headers: bool,
    /// It is a map of handlers, or of what has them.
    map: Option<Map>,
    /// The type parameters that its type may name.
    params: &'k [TsTypeParam],
    /// What they are handed.
    order: &'k [Option<Role>],
    /// What they give.
    gives: Gives,
    /// They are handed an object that holds something: the wrapper's carrier, and what is held.
    context: Option<(&'k Carrier<'k>, BTreeSet<Held>)>,
}

/// What handlers give.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Gives {
    /// A response.
    Response,
    /// Data: they have no place for the context but behind the request, which is this argument.
    Data(Option<usize>),
    /// The one or the other.
    Either,
    /// What other wrappers take, to which they are handed on.
    Handed,
}

impl Gives {
    /// The type of that, where it was `old`.
    fn result(self, module: &Module, old: &TsType) -> String {
        let written = match old {
            TsType::TsFnOrConstructorType(TsFnOrConstructorType::TsFnType(function)) => {
                Some(module.text_of(&*function.type_ann.type_ann))
            }
            _ => None,
        };
        let promised = written.and_then(|written| written.strip_prefix("Promise<")?.strip_suffix('>'));
        match (self, promised) {
            (Gives::Response | Gives::Handed, _) => "Response | Promise<Response>".into(),
            (Gives::Data(_) | Gives::Either, Some(value @ ("any" | "unknown"))) => format!("Promise<{value}>"),
            (Gives::Data(_) | Gives::Either, Some(value)) => format!("Promise<{value} | Response>"),
            (Gives::Data(_) | Gives::Either, None) => "any".into(),
        }
    }
}

/// What the handlers among `ids` are handed in an object.
fn context<'k>(carrier: &'k Carrier<'k>, ids: &[(Option<String>, Id)]) -> Option<(&'k Carrier<'k>, BTreeSet<Held>)> {
    let mut calls = carrier.calls.iter().filter(|call| ids.iter().any(|(_, id)| call.callee == *id));
    let held = calls.find_map(|call| Some(call.holds()).filter(|held| !held.is_empty()))?;
    Some((carrier, held))
}

/// The parameters of handlers that are handed an object: `(ctx: Context) => …`.
fn context_parameters(module: &Module, old: &TsType, kind: &Kind<'_>, held: &BTreeSet<Held>) -> Option<String> {
    let (carrier, _) = kind.context.as_ref()?;
    let TsType::TsFnOrConstructorType(TsFnOrConstructorType::TsFnType(function)) = old else { return None };
    let params = function.params.iter().enumerate().map(|(at, param)| {
        let mut own = held.iter().filter(|held| held.at == at).peekable();
        let annotation = match param {
            _ if own.peek().is_none() => return Some(module.text_of(param).to_owned()),
            TsFnParam::Ident(binding) => binding.type_ann.as_ref()?,
            TsFnParam::Object(object) => object.type_ann.as_ref()?,
            _ => return None,
        };
        let left = Left {
            module,
            carrier,
            extensions: &Extensions::new(),
            dialect: kind.dialect,
            alone: false,
            held: own.map(|held| (held.key.as_str(), held.role)).collect(),
            request: true,
            params: true,
            given: &|_| Vec::new(),
        };
        let name = match param {
            TsFnParam::Ident(binding) => binding.id.sym.to_string(),
            _ => "context".to_owned(),
        };
        Some(format!("{name}: {}", left.of(&annotation.type_ann)))
    });
    Some(params.collect::<Option<Vec<_>>>()?.join(", "))
}

/// The parameters of handlers, in the order in which they are handed over: what comes besides the request and the
/// response keeps its type.
fn parameters(module: &Module, old: &TsType, kind: &Kind<'_>) -> String {
    let first = [Some(Role::Req), Some(Role::Res)];
    // The context stands behind the request of those that give data, as the response did not.
    let first = &first[..if matches!(kind.gives, Gives::Data(_)) { 1 } else { 2 }];
    let usual = kind.order.len() < first.len() || kind.order.starts_with(first);
    let Some(function) = function_type(module, old) else {
        let plain = request_and_context(kind.dialect, kind.extended, kind.headers, "context");
        return match kind.order.len() {
            _ if !usual => "...args: any[]".to_owned(),
            length if length <= first.len() => plain,
            _ => format!("{plain}, ...rest: any[]"),
        };
    };
    // Two parameters of one name are an error, also in a type.
    let stays = |at: usize| if usual { at >= first.len() } else { kind.order.get(at).copied().flatten().is_none() };
    let kept = function.params.iter().enumerate().filter(|(at, _)| stays(*at)).map(|(_, param)| param);
    let is_taken = kept.clone().any(|param| matches!(param, TsFnParam::Ident(own) if own.id.sym == *"context"));
    let name = if is_taken { "routeContext" } else { "context" };
    let plain = request_and_context(kind.dialect, kind.extended, kind.headers, name);
    if usual {
        let more = kept.map(|param| module.text_of(param));
        return [plain.as_str()].into_iter().chain(more).collect::<Vec<_>>().join(", ");
    }
    let (request, context) = plain.split_once(", ").unwrap_or((&plain, ""));
    let all = function.params.iter().enumerate().map(|(at, param)| match kind.order.get(at).copied().flatten() {
        Some(Role::Req) => request,
        Some(Role::Res) => context,
        None => module.text_of(param),
    });
    all.collect::<Vec<_>>().join(", ")
}

/// The function type that `asked` is or that it names, an alias of this module.
fn function_type<'a>(module: &'a Module, asked: &'a TsType) -> Option<&'a TsFnType> {
    let written = match asked {
        TsType::TsTypeRef(reference) => {
            let alias = type_alias(module, &reference.type_name.as_ident()?.to_id())?;
            // What stands for its parameters is not known there.
            let own: Vec<Id> =
                alias.type_params.iter().flat_map(|list| &list.params).map(|param| param.name.to_id()).collect();
            let function = alias.type_ann.as_ts_fn_or_constructor_type()?.as_ts_fn_type()?;
            let names = references(&function.params.iter().skip(2).cloned().collect::<Vec<_>>());
            return (!own.iter().any(|id| names.contains_key(id))).then_some(function);
        }
        TsType::TsParenthesizedType(inner) => return function_type(module, &inner.type_ann),
        written => written,
    };
    written.as_ts_fn_or_constructor_type()?.as_ts_fn_type()
}

fn request_and_context(dialect: &Dialect, extended: bool, headers: bool, context: &str) -> String {
    // What a wrapper puts on the request has a type that the handler knows; the wrapper does not.
    let request = if extended { "any" } else { "NextRequest" };
    let typed = if headers { dialect.any_context_type_with_headers() } else { dialect.any_context_type() };
    format!("req: {request}, {context}: {typed}")
}

/// The type of a handler that takes the request and the context.
pub fn plain_handler_type(dialect: &Dialect, extended: bool) -> String {
    format!("({}) => Response | Promise<Response>", request_and_context(dialect, extended, false, "context"))
}

fn handler_type(module: &Module, old: &TsType, kind: &Kind<'_>) -> String {
    if let Some((_, held)) = &kind.context {
        let known = context_parameters(module, old, kind, held).filter(|_| !kind.extended);
        let params = known.unwrap_or_else(|| "...context: any[]".to_owned());
        return format!("({params}) => {}", kind.gives.result(module, old));
    }
    // What stands in front of the request of those that give data keeps its place.
    let params = match kind.gives {
        Gives::Data(Some(1..)) if kind.map.is_none() => "...args: any[]".to_owned(),
        _ => parameters(module, old, kind),
    };
    // Other wrappers stand around those of deeper maps as a rule, and some of these give nothing.
    let result = match kind.map {
        Some(Map::Inner(_)) => "any".to_owned(),
        _ => kind.gives.result(module, old),
    };
    let handler = format!("({params}) => {result}");
    match &kind.map {
        Some(map) => map_type(module, old, &handler, map, kind.params),
        None => handler,
    }
}

/// Whether the code looks into the parameter: `handlers[method]`.
fn is_map(module: &Module, id: &Id) -> bool {
    let all = module.references();
    all.get(id).into_iter().flatten().any(|mention| {
        let rest = module.text[mention.start + id.0.len()..].trim_start_matches(['!', '?', ')']);
        rest.starts_with(['[', '.']) && !rest.starts_with(".call") && !rest.starts_with(".name")
    })
}

/// The annotation of the variable that holds a function: it speaks of the old form.
pub fn variable_annotation(module: &Module, function: Function<'_>) -> Option<Edit> {
    Some(Edit::delete(span_of(&variable_type(module, function)?)))
}

/// The same as it is written.
pub fn variable_type(module: &Module, function: Function<'_>) -> Option<TsTypeAnn> {
    annotation(module, &|init| function_of(init).is_some_and(|own| own.span() == function.span()))
}

/// The annotation of the constant whose value stands at `value`, a map of handlers.
pub fn map_annotation(module: &Module, value: Span) -> Option<Edit> {
    Some(Edit::delete(span_of(&annotation(module, &|init| span_of(init) == value)?)))
}

fn annotation(module: &Module, is_value: &dyn Fn(&Expr) -> bool) -> Option<TsTypeAnn> {
    struct Search<'s> {
        is_value: &'s dyn Fn(&Expr) -> bool,
        found: Option<TsTypeAnn>,
    }
    impl Visit for Search<'_> {
        fn visit_var_declarator(&mut self, declarator: &VarDeclarator) {
            if declarator.init.as_deref().is_some_and(self.is_value)
                && let Pat::Ident(binding) = &declarator.name
                && let Some(annotation) = &binding.type_ann
            {
                self.found = Some((**annotation).clone());
            }
            declarator.visit_children_with(self);
        }
    }
    let mut search = Search { is_value, found: None };
    module.ast.visit_with(&mut search);
    search.found
}
