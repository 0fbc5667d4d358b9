//! The new form of a wrapper: what it takes and what it gives.
//!
//! ```ts
//! export const withAuth = (handler: NextApiHandler): NextApiHandler =>
//! // →
//! export const withAuth = (handler: (req: NextRequest, context: { params: Promise<any> }) => Response | Promise<Response>) =>
//! ```

use super::signature::Dialect;
use crate::pages_api::{Carrier, Shape, shape};
use crate::project::{Export, export};
use crate::rewrite::Edit;
use crate::syntax::ast::{
    BindingIdent, Expr, Id, Pat, TsFnOrConstructorType, TsFnParam, TsType, TsTypeElement, VarDeclarator,
};
use crate::syntax::{Function, Module, Span, Visit, VisitWith, function_of, module_functions, span_of};

/// The edits around the inner function `carrier`: the types of the handlers that are taken, and of the result.
pub fn wrapper_edits(module: &Module, carrier: &Carrier<'_>, dialect: &Dialect, extended: bool) -> Vec<Edit> {
    let Some((wrapper, shape)) = wrapper_of(module, carrier).filter(|_| dialect.typescript) else {
        return Vec::new();
    };
    let mut edits = Vec::new();
    for param in shape.taker.params() {
        let Pat::Ident(binding) = param else { continue };
        if let Some((own, taken)) = taken_type(module, carrier, binding, dialect, extended) {
            edits.push(Edit::replace(own, taken));
        }
    }
    let results = [wrapper, shape.taker].into_iter().filter_map(Function::return_type);
    edits.extend(results.map(|result| Edit::delete(span_of(result))));
    edits
}

/// The type of a parameter that takes handlers: where it stands, and the new one.
fn taken_type(
    module: &Module,
    carrier: &Carrier<'_>,
    param: &BindingIdent,
    dialect: &Dialect,
    extended: bool,
) -> Option<(Span, String)> {
    let id = param.id.to_id();
    let calls = carrier.calls.iter().filter(|call| call.callee == id);
    let most = calls.map(|call| call.args.len()).max()?;
    let annotation = &*param.type_ann.as_ref()?.type_ann;
    let kind = Kind { dialect, extended, map: is_map(module, &id), more: most > 2 };
    Some((span_of(annotation), handler_type(module, annotation, &kind)))
}

/// The text of `param`, one of `carrier`'s own: with a new type if it takes handlers.
pub fn own_parameter(module: &Module, carrier: &Carrier<'_>, param: &Pat, dialect: &Dialect, extended: bool) -> String {
    let text = module.text_of(param);
    let named = match param {
        Pat::Assign(assign) => &*assign.left,
        other => other,
    };
    let binding = match named {
        Pat::Ident(binding) if carrier.wraps && dialect.typescript => binding,
        _ => return text.to_owned(),
    };
    match taken_type(module, carrier, binding, dialect, extended) {
        Some((old, new)) => {
            let whole = span_of(param);
            let (before, after) = (Span::new(whole.start, old.start), Span::new(old.end, whole.end));
            format!("{}{new}{}", before.text(&module.text), after.text(&module.text))
        }
        None => text.to_owned(),
    }
}

/// The wrapper that returns the function.
pub fn wrapper_of<'a>(module: &'a Module, carrier: &Carrier<'_>) -> Option<(Function<'a>, Shape<'a>)> {
    let anonymous = match export(module, "default") {
        Some(Export::Anonymous(function)) => Some(function),
        _ => None,
    };
    module_functions(module).into_values().chain(anonymous).find_map(|function| {
        let shape = shape(function)?;
        (shape.inner.span() == carrier.function.span()).then_some((function, shape))
    })
}

/// What is known of a parameter that takes handlers.
struct Kind<'k> {
    dialect: &'k Dialect,
    /// The wrapper puts something on the request.
    extended: bool,
    /// It is a map of handlers.
    map: bool,
    /// They are handed more than the request and the context.
    more: bool,
}

fn handler_type(module: &Module, old: &TsType, kind: &Kind<'_>) -> String {
    // What a wrapper puts on the request has a type that the handler knows; the wrapper does not.
    let request = if kind.extended { "any" } else { "NextRequest" };
    let more = match old {
        TsType::TsFnOrConstructorType(TsFnOrConstructorType::TsFnType(function)) => {
            let own = function.params.iter().skip(2).map(|param| match param {
                TsFnParam::Ident(ident) => format!(", {}", module.text_of(ident)),
                other => format!(", {}", module.text_of(other)),
            });
            own.collect()
        }
        _ if kind.more => ", ...rest: any[]".to_owned(),
        _ => String::new(),
    };
    let context = kind.dialect.any_context_type();
    let handler = format!("(req: {request}, context: {context}{more}) => Response | Promise<Response>");
    if !kind.map {
        return handler;
    }
    match old {
        TsType::TsTypeRef(record) if module.text_of(&record.type_name) == "Record" => {
            let keys = record.type_params.as_ref().and_then(|given| given.params.first());
            format!("Record<{}, {handler}>", keys.map_or("string", |keys| module.text_of(&**keys)))
        }
        TsType::TsTypeLit(literal) if matches!(literal.members[..], [TsTypeElement::TsIndexSignature(_)]) => {
            format!("Record<string, {handler}>")
        }
        _ => format!("Partial<Record<string, {handler}>>"),
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
    annotation(module, &|init| function_of(init).is_some_and(|own| own.span() == function.span()))
}

/// The annotation of the constant whose value stands at `value`, a map of handlers.
pub fn map_annotation(module: &Module, value: Span) -> Option<Edit> {
    annotation(module, &|init| span_of(init) == value)
}

fn annotation(module: &Module, is_value: &dyn Fn(&Expr) -> bool) -> Option<Edit> {
    struct Search<'s> {
        is_value: &'s dyn Fn(&Expr) -> bool,
        found: Option<Span>,
    }
    impl Visit for Search<'_> {
        fn visit_var_declarator(&mut self, declarator: &VarDeclarator) {
            if declarator.init.as_deref().is_some_and(self.is_value)
                && let Pat::Ident(binding) = &declarator.name
                && let Some(annotation) = &binding.type_ann
            {
                self.found = Some(span_of(annotation));
            }
            declarator.visit_children_with(self);
        }
    }
    let mut search = Search { is_value, found: None };
    module.ast.visit_with(&mut search);
    search.found.map(Edit::delete)
}
