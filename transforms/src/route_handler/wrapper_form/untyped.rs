//! Wrappers whose parameters get their types from that of the constant.
//!
//! ```ts
//! const withLog: Wrapper = (handler) => async (req, res) => { … };
//! // →
//! const withLog = (handler: (req: NextRequest, …) => Response | Promise<Response>) => async (req: NextRequest, …) => { … };
//! ```

use super::{Dialect, plain_handler_type, variable_annotation};
use crate::pages_api::{Call, CalledOf, Carrier, Role, Shape, called_of, hands_on, keeps_values};
use crate::rewrite::Edit;
use crate::syntax::ast::{Id, Pat};
use crate::syntax::{Function, Module, Span, span_of};

/// The edits for the wrapper, of which `shape` is the function that takes the handlers: its type speaks of the old form.
pub fn edits(
    module: &Module,
    carrier: &Carrier<'_>,
    wrapper: Function<'_>,
    shape: &Shape<'_>,
    dialect: &Dialect,
    extended: bool,
) -> Vec<Edit> {
    let Some(annotation) = variable_annotation(module, wrapper) else { return Vec::new() };
    let asked = annotation.span().text(&module.text).trim_start_matches(':').trim().to_owned();
    let mut edits = vec![annotation];
    let apart = wrapper.span() != shape.taker.span();
    let makers = if apart { vec![(wrapper, asked.clone())] } else { Vec::new() };
    let taker = if apart { format!("ReturnType<{asked}>") } else { asked };
    for (function, asked) in makers.into_iter().chain([(shape.taker, taker)]) {
        for (at, param) in function.params().into_iter().enumerate() {
            let Pat::Ident(binding) = param else { continue };
            if binding.type_ann.is_some() {
                continue;
            }
            let taken = taken(carrier, shape, &binding.id.to_id(), dialect, extended);
            let own = taken.unwrap_or_else(|| format!("Parameters<{asked}>[{at}]"));
            let name = span_of(binding);
            let open = Span::new(function.span().start, name.start).text(&module.text).contains('(');
            if open {
                edits.push(Edit::insert(name.end, format!(": {own}")));
            } else {
                edits.push(Edit::replace(name, format!("({}: {own})", binding.id.sym)));
            }
        }
    }
    edits
}

/// The type of the parameter `id`, if it takes handlers.
fn taken(carrier: &Carrier<'_>, shape: &Shape<'_>, id: &Id, dialect: &Dialect, extended: bool) -> Option<String> {
    let handed_on = |nested| shape.params.iter().any(|own| own.id == *id && hands_on(nested, own));
    if shape.delegates && shape.nested.is_some_and(handed_on) {
        return Some(plain_handler_type(dialect, true));
    }
    let calls: Vec<&Call> = carrier.calls.iter().filter(|call| call.callee == *id).collect();
    let usual = calls.iter().all(|call| call.args.iter().map(|(_, role)| *role).eq([Some(Role::Req), Some(Role::Res)]));
    let spans: Vec<Span> = calls.iter().map(|call| call.span).collect();
    let handler = if carrier.asks_for_data(id) || keeps_values(carrier.function, &spans) {
        "(...args: any[]) => any".to_owned()
    } else if usual {
        plain_handler_type(dialect, extended)
    } else {
        "(...args: any[]) => Response | Promise<Response>".to_owned()
    };
    Some(match called_of(id, &calls, carrier.function)? {
        CalledOf::Itself => handler,
        CalledOf::All => format!("Record<string, {handler}>"),
        CalledOf::Keys(_) => "any".to_owned(),
    })
}
