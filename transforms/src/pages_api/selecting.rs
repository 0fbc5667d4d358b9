//! What chooses among the handlers of a map: `handlers[req.method]`, or something that a client may say otherwise, as
//! `handlers[req.query._method || req.method]`.

use std::collections::HashSet;

use super::carrier::Carrier;
use super::continuations::{Way, ways};
use crate::syntax::ast::{BinaryOp, Expr, Id, ObjectPatProp, Pat, VarDecl, VarDeclKind};
use crate::syntax::{Span, Visit, VisitWith, bare, literal_str, member_name, pat_ident, prop_name, stands_for};

/// Whether `carrier` chooses among the handlers that it was given by nothing but the method.
pub fn selects_by_method(carrier: &Carrier<'_>) -> bool {
    let Some(req) = &carrier.req else { return false };
    let mut names = Names { req, found: HashSet::new() };
    if let Some(block) = carrier.function.block() {
        block.visit_with(&mut names);
    }
    carrier.continuations.iter().all(|given| {
        let calls = carrier.calls.iter().filter(|call| call.callee == *given);
        let calls: Vec<Span> = calls.map(|call| call.span).collect();
        ways(given, &calls, carrier.function).iter().all(|way| match way {
            Way::Chosen(key) | Way::Either(key) | Way::Inner(key, _) => is_method(key, req, &names.found),
            _ => true,
        })
    })
}

/// `req.method`, a constant that is, or one of these with something for where there is none, which never happens:
/// `req.method ?? ''`.
fn is_method(expr: &Expr, req: &Id, names: &HashSet<Id>) -> bool {
    match bare(expr) {
        Expr::Ident(name) => names.contains(&name.to_id()),
        Expr::Member(member) => stands_for(&member.obj, req) && member_name(member).as_deref() == Some("method"),
        Expr::Bin(bin) if matches!(bin.op, BinaryOp::LogicalOr | BinaryOp::NullishCoalescing) => {
            literal_str(&bin.right).is_some() && is_method(&bin.left, req, names)
        }
        _ => false,
    }
}

/// The constants that are the method.
struct Names<'n> {
    req: &'n Id,
    found: HashSet<Id>,
}

impl Visit for Names<'_> {
    fn visit_var_decl(&mut self, variable: &VarDecl) {
        for declarator in variable.decls.iter().filter(|_| variable.kind == VarDeclKind::Const) {
            let Some(init) = declarator.init.as_deref() else { continue };
            match &declarator.name {
                Pat::Object(object) if stands_for(init, self.req) => {
                    self.found.extend(object.props.iter().filter_map(|property| match property {
                        ObjectPatProp::KeyValue(pair) if prop_name(&pair.key).as_deref() == Some("method") => {
                            Some(pat_ident(&pair.value)?.to_id())
                        }
                        ObjectPatProp::Assign(short) if &*short.key.id.sym == "method" => Some(short.key.id.to_id()),
                        _ => None,
                    }));
                }
                name if is_method(init, self.req, &self.found) => {
                    self.found.extend(pat_ident(name).map(|name| name.to_id()));
                }
                _ => {}
            }
        }
        variable.visit_children_with(self);
    }
}
