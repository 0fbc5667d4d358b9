//! Guards whose return type narrows what they are given. One that returns the response cannot do that any more.
//!
//! ```ts
//! function isPost(res: NextApiResponse, body: unknown): body is Post { … }
//!
//! if (!isPost(res, body)) return;
//! await save(body);                   // here `body` is a `Post`
//! ```
//!
//! What has the type `any` needs no narrowing: `req.body` itself.

use crate::pages_api::{Call, Carrier, Part};
use crate::syntax::ast::{Pat, TsType, VarDeclarator};
use crate::syntax::{Span, Visit, VisitWith, pat_ident, span_of};

/// The position of the parameter that the return type of `carrier` says something of: `body is Post`,
/// `asserts body is Post`.
pub fn narrows(carrier: &Carrier<'_>) -> Option<usize> {
    let TsType::TsTypePredicate(predicate) = &*carrier.function.return_type()?.type_ann else { return None };
    let name = &predicate.param_name.as_ident()?.sym;
    carrier.function.params().into_iter().position(|param| pat_ident(param).is_some_and(|param| param.sym == *name))
}

/// Whether the argument of `call` at `at` has a type that can be narrowed.
pub fn is_narrowed(text: &str, carrier: &Carrier<'_>, call: &Call, at: usize) -> bool {
    let Some((argument, _)) = call.args.get(at) else { return false };
    let unpacked = carrier.unpacked.iter().flat_map(|unpacked| &unpacked.bound).filter(|(part, _)| part == "body");
    let unpacked = unpacked.flat_map(|(_, names)| names).map(|name| name.0.to_string());
    let mut bodies = Bodies { carrier, names: unpacked.collect() };
    if let Some(block) = carrier.function.block() {
        block.visit_with(&mut bodies);
    }
    !bodies.is_body(*argument) && !bodies.names.iter().any(|name| name == argument.text(text))
}

/// The names that `req.body` has, without a type of their own.
struct Bodies<'c, 'a> {
    carrier: &'c Carrier<'a>,
    names: Vec<String>,
}

impl Bodies<'_, '_> {
    fn is_body(&self, span: Span) -> bool {
        self.carrier.reads.iter().any(|read| read.span == span && read.part == Part::Body)
    }
}

impl Visit for Bodies<'_, '_> {
    fn visit_var_declarator(&mut self, declarator: &VarDeclarator) {
        if let (Pat::Ident(name), Some(value)) = (&declarator.name, &declarator.init)
            && name.type_ann.is_none()
            && self.is_body(span_of(&**value))
        {
            self.names.push(name.sym.to_string());
        }
        declarator.visit_children_with(self);
    }
}
