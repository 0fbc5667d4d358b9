//! Maps whose members are no handlers, but have one:
//!
//! ```ts
//! export default routes({ GET: { roles: ['admin'], handler: list } });
//! export default byMethod({ GET: Promise.resolve({ default: list }) });
//! ```

use std::collections::BTreeSet;

use super::{MAX_DEPTH, Walk, constant, lost};
use crate::finding::Finding;
use crate::pages_api::continuations::Inner;
use crate::pages_api::wrap::Taken;
use crate::syntax::ast::{Expr, Prop};
use crate::syntax::{bare, ident, member_name, prop_name, span_of};

impl<'a> Walk<'_, 'a> {
    /// The argument of a wrapper that holds objects, or promises of objects, which have handlers.
    pub(super) fn holders(
        &mut self,
        expr: &'a Expr,
        inner: &Inner,
        taken: &Taken,
        depth: usize,
    ) -> Result<(), Finding> {
        if depth > MAX_DEPTH {
            return self.lost(expr, "this is nested too deep");
        }
        self.casts(expr, taken)?;
        match bare(expr) {
            Expr::Ident(name) if let Some(init) = constant(self.module, &name.to_id()) => {
                self.found.constants.push((name.to_id(), span_of(init)));
                self.holders(init, inner, taken, depth + 1)
            }
            Expr::Object(object) => object.props.iter().try_for_each(|property| {
                let named = property.as_prop().and_then(|property| match &**property {
                    Prop::KeyValue(pair) => Some((prop_name(&pair.key)?, &*pair.value)),
                    Prop::Shorthand(name) => {
                        let init = constant(self.module, &name.to_id())?;
                        self.found.constants.push((name.to_id(), span_of(init)));
                        Some((name.sym.to_string(), init))
                    }
                    _ => None,
                });
                let Some((key, value)) = named else {
                    let message = "this may have the handler, and is no plain property";
                    return Err(lost(self.module, span_of(property), message));
                };
                let Some(holder) = promised(value, inner) else {
                    return self.lost(value, "what this promises is not known");
                };
                self.found.keys.push(key);
                self.maps += 1;
                let keys = Some(BTreeSet::from([inner.key.clone()]));
                let found = self.taken(holder, &Taken { keys, inner: None, ..taken.clone() }, depth + 1);
                self.maps -= 1;
                found
            }),
            _ => self.lost(expr, "this holds what has the handlers, and is no object literal of this file"),
        }
    }
}

/// The object in which `inner` says that the handler is: `Promise.resolve({ default: handler })`.
fn promised<'a>(value: &'a Expr, inner: &Inner) -> Option<&'a Expr> {
    if !inner.promised {
        return Some(value);
    }
    let call = bare(value).as_call()?;
    let callee = bare(call.callee.as_expr()?).as_member()?;
    let resolves = ident(&callee.obj).is_some_and(|name| &*name.sym == "Promise")
        && member_name(callee).as_deref() == Some("resolve");
    match call.args.as_slice() {
        [only] if resolves && only.spread.is_none() => Some(&only.expr),
        _ => None,
    }
}
