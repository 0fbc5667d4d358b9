//! Wrappers whose parameters get their types from that of the constant.
//!
//! ```ts
//! const withLog: Wrapper = (handler, label) => async (req, res) => { … };
//! // →
//! const withLog = (handler: (req: NextRequest, …) => …, label?: Parameters<Wrapper>[1]) => async (req: NextRequest, …) => { … };
//! ```

use std::collections::BTreeSet;

use super::{Dialect, plain_handler_type, taken_apart, variable_type, wrapper_of};
use crate::pages_api::{Call, CalledOf, Carrier, Role, Shape, called_of, hands_on, keeps_values};
use crate::rewrite::Edit;
use crate::syntax::ast::{Id, ObjectPat, Pat, TsFnOrConstructorType, TsFnParam, TsType};
use crate::syntax::{Function, Module, Span, span_of};

/// No type stands behind the parameter.
pub fn is_untyped(param: &Pat) -> bool {
    match param {
        Pat::Ident(binding) => binding.type_ann.is_none(),
        Pat::Object(object) => object.type_ann.is_none(),
        Pat::Array(array) => array.type_ann.is_none(),
        Pat::Assign(assign) => is_untyped(&assign.left),
        _ => false,
    }
}

/// The text of a parameter that has no type, with the type `own`. It may be left away if it is `optional`.
pub fn typed(module: &Module, param: &Pat, own: &str, optional: bool) -> String {
    let (name, value) = match param {
        Pat::Assign(assign) => (span_of(&*assign.left), Span::new(span_of(&*assign.left).end, span_of(assign).end)),
        other => (span_of(other), Span::at(span_of(other).end)),
    };
    let name = name.text(&module.text).trim_end_matches('?');
    let sign = if optional && param.is_ident() { "?" } else { "" };
    format!("{name}{sign}: {own}{}", value.text(&module.text))
}

/// The type of the parameter at `at` of a function whose constant has the type `asked`.
pub fn given_type(module: &Module, asked: &TsType, at: usize) -> String {
    if let TsType::TsFnOrConstructorType(TsFnOrConstructorType::TsFnType(function)) = asked
        && let Some(TsFnParam::Ident(own)) = function.params.get(at)
        && let (Some(own), None) = (&own.type_ann, &function.type_params)
    {
        return module.text_of(&*own.type_ann).to_owned();
    }
    format!("Parameters<{}>[{at}]", module.text_of(asked))
}

/// The type of `param`, one of `carrier`'s own: `given`, or that of handlers in the new form if it takes such.
pub fn own_type(
    module: &Module,
    carrier: &Carrier<'_>,
    param: &Pat,
    given: String,
    dialect: &Dialect,
    extended: bool,
) -> String {
    let Some((_, shape)) = wrapper_of(module, carrier.function).filter(|_| carrier.wraps) else { return given };
    let untyped = Untyped { module, carrier, shape: &shape, optional: &BTreeSet::new(), dialect, extended };
    untyped.taken(param, &given).unwrap_or(given)
}

/// A wrapper whose type is that of its constant.
pub struct Untyped<'u, 'a> {
    /// The module.
    pub module: &'u Module,
    /// What the wrapper gives.
    pub carrier: &'u Carrier<'a>,
    /// How it is made.
    pub shape: &'u Shape<'a>,
    /// Where parameters start that may be left away.
    pub optional: &'u BTreeSet<usize>,
    /// How code is written.
    pub dialect: &'u Dialect,
    /// The wrapper puts something on the request.
    pub extended: bool,
}

impl Untyped<'_, '_> {
    /// The edits for `wrapper`, if its type is that of its constant, or for what it gives, if its result has a type: both
    /// speak of the old form.
    pub fn edits(&self, wrapper: Function<'_>) -> Vec<Edit> {
        let mut edits = Vec::new();
        let annotation = variable_type(self.module, wrapper);
        if let Some(annotation) = &annotation {
            edits.push(Edit::delete(span_of(annotation)));
            self.typed(wrapper, &|at| given_type(self.module, &annotation.type_ann, at), &mut edits);
        }
        let taker = self.shape.taker;
        match (wrapper.return_type(), annotation) {
            _ if wrapper.span() == taker.span() => {}
            (Some(gives), _) => self.typed(taker, &|at| given_type(self.module, &gives.type_ann, at), &mut edits),
            (None, Some(annotation)) => {
                let asked = self.module.text_of(&*annotation.type_ann);
                self.typed(taker, &|at| format!("Parameters<ReturnType<{asked}>>[{at}]"), &mut edits);
            }
            (None, None) => {}
        }
        edits
    }

    fn typed(&self, function: Function<'_>, given: &dyn Fn(usize) -> String, edits: &mut Vec<Edit>) {
        for (at, param) in function.params().into_iter().enumerate().filter(|(_, param)| is_untyped(param)) {
            let given = given(at);
            let own = self.taken(param, &given).unwrap_or(given);
            let place = span_of(param);
            let new = typed(self.module, param, &own, self.optional.contains(&place.start));
            let open = Span::new(function.span().start, place.start).text(&self.module.text).contains('(');
            edits.push(Edit::replace(place, if open { new } else { format!("({new})") }));
        }
    }

    /// The type of a parameter of type `given`, if it takes handlers.
    fn taken(&self, param: &Pat, given: &str) -> Option<String> {
        match param {
            Pat::Ident(binding) => self.taken_whole(&binding.id.to_id()),
            Pat::Object(object) => self.taken_apart(object, given),
            _ => None,
        }
    }

    fn taken_whole(&self, id: &Id) -> Option<String> {
        let Untyped { carrier, shape, dialect, .. } = self;
        let handed_on = |nested| shape.params.iter().any(|own| own.id == *id && hands_on(nested, own));
        if shape.delegates && shape.nested.is_some_and(handed_on) {
            return Some(plain_handler_type(dialect, true));
        }
        let calls: Vec<&Call> = carrier.calls.iter().filter(|call| call.callee == *id).collect();
        Some(match called_of(id, &calls, carrier.function)? {
            CalledOf::Itself => self.handler(id, &calls),
            CalledOf::All => format!("Record<string, {}>", self.handler(id, &calls)),
            CalledOf::Either => format!("({own}) | Record<string, {own}>", own = self.handler(id, &calls)),
            CalledOf::Keys(_) | CalledOf::Inner(_) => "any".to_owned(),
        })
    }

    fn taken_apart(&self, object: &ObjectPat, given: &str) -> Option<String> {
        let mut keys = Vec::new();
        let mut handlers = Vec::new();
        for (key, id) in taken_apart(object) {
            let calls: Vec<&Call> = self.carrier.calls.iter().filter(|call| call.callee == id).collect();
            if let (Some(key), false) = (key, calls.is_empty()) {
                handlers.push(format!("{key}: {}", self.handler(&id, &calls)));
                keys.push(self.dialect.style.string(&key));
            }
        }
        let both = || format!("Omit<{given}, {}> & {{ {} }}", keys.join(" | "), handlers.join("; "));
        (!keys.is_empty()).then(both)
    }

    fn handler(&self, id: &Id, calls: &[&Call]) -> String {
        let Untyped { carrier, dialect, extended, .. } = self;
        let usual =
            calls.iter().all(|call| call.args.iter().map(|(_, role)| *role).eq([Some(Role::Req), Some(Role::Res)]));
        let spans: Vec<Span> = calls.iter().map(|call| call.span).collect();
        if carrier.asks_for_data(id) || keeps_values(carrier.function, &spans) {
            "(...args: any[]) => any".to_owned()
        } else if usual {
            plain_handler_type(dialect, *extended)
        } else {
            "(...args: any[]) => Response | Promise<Response>".to_owned()
        }
    }
}
