//! Clients of which the base is set by a call of its own, or somewhere else: `wretch(BASE)`, RTK Query.

use super::{Sites, rtk};
use crate::callers::client::{Package, Request, callee, package};
use crate::callers::value::{Bit, Known};
use crate::callers::via::Via;
use crate::syntax::ast::{CallExpr, Expr};
use crate::syntax::{bare, span_of};

/// So many calls of one client are followed to where it was made.
const MAX_CHAIN: usize = 16;

impl Sites<'_, '_> {
    /// The start of the URLs of a client that goes on from call to call: `wretch(BASE).auth(token)`, or a name for that.
    pub(super) fn chained(&self, client: &Expr) -> Option<Vec<Known>> {
        let made = match client {
            Expr::Ident(name) => {
                let (file, id) = self.evaluator.symbol(&self.module.path, &name.to_id())?;
                let Expr::Call(made) = bare(self.evaluator.held(file, &id)?) else { return None };
                return self.started(file, made, MAX_CHAIN);
            }
            Expr::Call(made) => made,
            _ => return None,
        };
        self.started(&self.module.path, made, MAX_CHAIN)
    }

    fn started(&self, file: &str, made: &CallExpr, steps: usize) -> Option<Vec<Known>> {
        let steps = steps.checked_sub(1)?;
        match callee(made)? {
            (Expr::Ident(name), None) => {
                let import = self.evaluator.imports(file)?.get(&name.to_id())?;
                let base = made.args.first().filter(|_| package(import) == Some(Package::Chain))?;
                Some(self.evaluator.texts(file, &base.expr))
            }
            (Expr::Call(inner), Some(_)) => self.started(file, inner, steps),
            _ => None,
        }
    }

    /// The endpoints that a call of RTK Query declares, below the base in it, or below one that is not known.
    pub(super) fn rtk_query(&mut self, call: &CallExpr, name: Option<&str>) {
        let Some(found) = rtk::endpoints(call, name) else { return };
        let base = match found.base {
            Some(base) => self.evaluator.texts(&self.module.path, base),
            None => vec![Known { bits: vec![Bit::Value(None)], ..Known::default() }],
        };
        for (url, sends) in found.urls {
            let (span, via) = (span_of(bare(&url)), Via::Client);
            self.add(span, Request { via, url, sends, based: false, open: false }, Some(&base));
        }
    }
}
