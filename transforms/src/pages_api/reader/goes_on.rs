//! Where a middleware calls back, so that the handler goes on: `next()`, `return next(user)`.

use super::Reader;
use crate::pages_api::middleware::{GoesOn, given};
use crate::syntax::ast::{CallExpr, CatchClause};
use crate::syntax::{VisitWith, bound_ids, callee_ident, span_of};

impl Reader<'_, '_> {
    /// Reads `call` as `next(…)`; false if it is something else.
    pub(super) fn goes_on(&mut self, call: &CallExpr) -> bool {
        let done = self.carrier.done.as_ref();
        if done.is_none() || callee_ident(call).map(|name| name.to_id()).as_ref() != done {
            return false;
        }
        let given = given(call, &|name| self.caught.contains(name));
        self.carrier.goes_on.push(GoesOn { span: span_of(call), given, nested: self.depth > 0 });
        call.args.visit_with(self);
        true
    }

    /// Remembers what a `catch` catches.
    pub(super) fn catch(&mut self, clause: &CatchClause) {
        self.caught.extend(clause.param.iter().flat_map(bound_ids));
        clause.visit_children_with(self);
    }
}
