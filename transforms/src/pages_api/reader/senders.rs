//! Functions of packages that send: `ok(res, data)` is read as `res.status(200).json(data)`.

use super::Reader;
use crate::libraries::Sender;
use crate::pages_api::carrier::Role;
use crate::pages_api::response::{HeaderChange, Otherwise, Payload, ResponseUse};
use crate::syntax::ast::{CallExpr, Expr};
use crate::syntax::{VisitWith, callee_ident, literal_str, new_number, new_string, span_of};

impl Reader<'_, '_> {
    /// Reads `call` as such a call; false if it is none.
    pub(super) fn sender(&mut self, call: &CallExpr) -> bool {
        let sender = callee_ident(call).and_then(|name| (self.around.senders)(&name.to_id()));
        let Some((sender, [res, rest @ ..])) = sender.zip(Some(call.args.as_slice())) else { return false };
        let spread = call.args.iter().any(|arg| arg.spread.is_some());
        if spread || self.role(&res.expr) != Some(Role::Res) {
            return false;
        }
        let args: Vec<Expr> = rest.iter().map(|arg| (*arg.expr).clone()).collect();
        let set = |name, value| HeaderChange { verb: "set", name: new_string(name), named: None, value: Some(value) };
        let (status, headers, payload, otherwise) = match (sender, args.as_slice()) {
            (Sender::Json, [] | [_]) => (200, Vec::new(), Payload::Json(args.first().cloned()), Some(Otherwise::Empty)),
            (Sender::Text { status, otherwise }, [] | [_]) => {
                (status, Vec::new(), Payload::End(args.first().cloned()), Some(Otherwise::Text(otherwise)))
            }
            (Sender::Typed { otherwise }, [_]) => {
                (200, vec![set("Content-Type", new_string(otherwise))], Payload::Send(args.first().cloned()), None)
            }
            (Sender::Typed { .. }, [_, kind]) if literal_str(kind).is_some() => {
                (200, vec![set("Content-Type", kind.clone())], Payload::Send(args.first().cloned()), None)
            }
            (Sender::Redirect { status }, [url]) => {
                (status, vec![set("Location", url.clone())], Payload::End(None), None)
            }
            _ => return false,
        };
        let (status, nested) = (Some(new_number(status)), self.depth > 0);
        let (span, payload) = (span_of(call), Some(payload));
        self.carrier.writes.push(ResponseUse {
            span,
            status,
            named_status: None,
            headers,
            payload,
            head: false,
            packaged: true,
            otherwise,
            nested,
        });
        for arg in rest {
            self.mark_open(&arg.expr);
            arg.visit_with(self);
        }
        true
    }
}
