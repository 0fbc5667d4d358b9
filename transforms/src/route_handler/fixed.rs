//! Constants that wrappers are given by name beside a handler, and that nobody can have changed:
//!
//! ```ts
//! const METHODS = ['GET'] as const;
//! export default allow(METHODS, list);
//! ```

use std::collections::HashMap;

use super::multipart::constant_of;
use super::wraps::Wrap;
use crate::project::{Modules, Project};
use crate::syntax::ast::{CallExpr, Expr, Id, Ident, Prop};
use crate::syntax::{Module, Span, Visit, VisitWith, bare, ident, literal_str, span_of};

/// The values of those among the arguments of the calls of `wraps`, which stand in `module`, here or in another module.
pub fn fixed_arguments<'m>(
    project: &Project,
    modules: &'m Modules<'m>,
    module: &'m Module,
    wraps: &[Wrap<'m>],
) -> HashMap<Id, &'m Expr> {
    let callees = wraps.iter().filter(|wrap| wrap.owner.is_none()).map(|wrap| wrap.call.name.start).collect();
    let mut given = Arguments { callees, names: Vec::new(), mentions: Vec::new() };
    module.ast.visit_with(&mut given);
    let fixed = |id: Id| {
        let (home, value) = constant_of(project, modules, module, &id)?;
        let own = home.path == module.path && only_read(module, &id, &given.mentions);
        (own || is_constant(home, value)).then_some((id, value))
    };
    given.names.into_iter().filter_map(fixed).collect()
}

/// Whether a constant that `module` does not export is given to one function alone, by one of `given`, and all else asks
/// what it holds, or its type.
fn only_read(module: &Module, id: &Id, given: &[Span]) -> bool {
    let text = &module.text;
    let Some(mut mentions) = module.references().get(id).cloned() else { return false };
    mentions.sort_by_key(|mention| mention.start);
    let Some((declared, others)) = mentions.split_first() else { return false };
    let exported = text[..declared.start].trim_end().ends_with("export const");
    let harmless = |mention: &Span| {
        let (before, behind) = (text[..mention.start].trim_end(), &text[mention.end..]);
        let asks = [".includes(", ".join("].iter().any(|call| behind.starts_with(call));
        asks || given.contains(mention) || before.ends_with("typeof")
    };
    let once = others.iter().filter(|mention| given.contains(mention)).count() <= 1;
    !exported && once && others.iter().all(harmless)
}

/// Whether TypeScript lets nobody change the value, or there is nothing in it that could be changed.
fn is_constant(module: &Module, value: &Expr) -> bool {
    let behind = module.text[span_of(bare(value)).end..].trim_start();
    let frozen = behind.strip_prefix("as").is_some_and(|rest| rest.trim_start().starts_with("const"));
    frozen || literal_str(value).is_some()
}

/// The names among the arguments of calls, and where they stand.
struct Arguments {
    /// Where the callees start.
    callees: Vec<usize>,
    names: Vec<Id>,
    mentions: Vec<Span>,
}

impl Arguments {
    fn add(&mut self, name: &Ident) {
        self.names.push(name.to_id());
        self.mentions.push(span_of(name));
    }

    fn value(&mut self, value: &Expr) {
        match bare(value) {
            Expr::Object(object) => {
                for property in object.props.iter().filter_map(|property| property.as_prop()) {
                    match &**property {
                        Prop::Shorthand(name) => self.add(name),
                        Prop::KeyValue(pair) => ident(&pair.value).into_iter().for_each(|name| self.add(name)),
                        _ => {}
                    }
                }
            }
            other => ident(other).into_iter().for_each(|name| self.add(name)),
        }
    }
}

impl Visit for Arguments {
    fn visit_call_expr(&mut self, call: &CallExpr) {
        let callee = call.callee.as_expr().map(|callee| span_of(bare(callee)).start);
        if callee.is_some_and(|callee| self.callees.contains(&callee)) {
            call.args.iter().filter(|arg| arg.spread.is_none()).for_each(|arg| self.value(&arg.expr));
        }
        call.visit_children_with(self);
    }
}
