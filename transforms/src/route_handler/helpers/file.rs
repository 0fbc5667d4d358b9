//! One file of helpers: the new inside of its functions, and what stands in the way of each.

use std::collections::BTreeMap;

use super::File;
use crate::finding::Finding;
use crate::pages_api::Call;
use crate::route_handler::body::{BodyRewrite, Context, Names, rewrite_body};
use crate::route_handler::changes::lost_changes;
use crate::route_handler::doubtful::doubtful;
use crate::route_handler::handed;
use crate::route_handler::handler_findings::silent_around;
use crate::route_handler::held_parameter::reads_more;
use crate::route_handler::needs::Callees;
use crate::route_handler::overloads::follow;
use crate::route_handler::packages;
use crate::route_handler::payload::Constants;
use crate::route_handler::sending::{effect_of, helper_flow, merge, sends, unfinished};
use crate::route_handler::signature::Dialect;
use crate::route_handler::unit::{Unit, body_type, escapes, untyped_rest};
use crate::syntax::ast::{Decl, Ident, ModuleDecl, ModuleItem, Stmt};
use crate::syntax::{Module, Span, pat_ident};

impl<'m> File<'m> {
    pub(super) fn position(&self, start: usize) -> Option<usize> {
        self.unit.carriers.list.iter().position(|carrier| carrier.function.span().start == start)
    }

    /// What is given to the function that waits for the middleware at `at`, where that is not the middleware itself,
    /// but its name or a call that makes it.
    pub(super) fn behind(&self, at: usize) -> Option<Span> {
        let carrier = &self.unit.carriers.list[at];
        let argument = carrier.waited?.place?.argument;
        (!argument.contains(carrier.function.span())).then_some(argument)
    }

    /// The name of the middleware at `at`, if the function that waits for it takes it by that.
    pub(super) fn middleware_name(&self, at: usize) -> Option<&'m str> {
        let module = self.unit.module;
        let name = self.behind(at)?.text(&module.text);
        let names = |ident: &Ident| &*ident.sym == name;
        let declared = match statement_of(module, self.unit.carriers.list[at].function.span())? {
            ModuleItem::Stmt(Stmt::Decl(Decl::Fn(function))) => names(&function.ident),
            ModuleItem::Stmt(Stmt::Decl(Decl::Var(variable))) => {
                variable.decls.iter().any(|own| pat_ident(&own.name).is_some_and(names))
            }
            _ => false,
        };
        declared.then_some(name)
    }

    pub(super) fn dialect(&self) -> Dialect {
        let module = self.unit.module;
        Dialect { helper: true, ..Dialect::new(&module.path, &module.text, &module.style, self.next, &[]) }
    }

    /// The new inside of every carrier, or what stands in the way. `renamed` names the copies.
    pub(super) fn bodies(
        &self,
        callees: &Callees,
        renamed: &BTreeMap<usize, String>,
    ) -> Vec<Result<BodyRewrite, Vec<Finding>>> {
        let Unit { module, carriers, readers, .. } = &self.unit;
        let sends = sends(&module.text, carriers, &self.needs, callees);
        let mut after = BTreeMap::new();
        for (carrier, sends) in carriers.list.iter().zip(&sends) {
            merge(&mut after, &helper_flow(carrier, sends));
        }
        let (names, constants, dialect) =
            (Names::fresh(module, carriers), Constants::within(&self.unit), self.dialect());
        (0..carriers.list.len())
            .map(|at| {
                let cx = Context {
                    module,
                    carriers,
                    needs: &self.needs,
                    callees,
                    renamed,
                    constants: &constants,
                    dialect: &dialect,
                    names: &names,
                    readers,
                    after: &after,
                    body_type: body_type(module, &carriers.list[at]),
                    query_type: self.unit.query_types.get(&at).map(|of| of.text.as_str()),
                    member_types: self.unit.member_types.get(&at),
                    in_pages: self.in_pages,
                    handlers: 0,
                    closed: carriers.list[at].handed,
                    ends: false,
                    catches: false,
                    outlast: false,
                };
                rewrite_body(&cx, at)
            })
            .collect()
    }

    pub(super) fn obstacles(&self, at: usize, callees: &Callees) -> Vec<Finding> {
        let Unit { module, carriers, .. } = &self.unit;
        let (carrier, path) = (&carriers.list[at], module.path.as_str());
        let mut findings = escapes(module, carrier);
        findings.extend(handed::obstacles(&self.unit, Some(carrier.function.span())));
        findings.extend(self.unit.query_given(at, &self.needs[at]));
        findings.extend(untyped_rest(module, carrier));
        findings.extend(lost_changes(module, carriers, at, &self.needs, callees));
        findings.extend(reads_more(module, carrier));
        findings.extend(doubtful(module, carrier, &Constants::within(&self.unit)));
        findings.extend(packages::answers_in_helper(module, carrier, callees));
        findings.extend(packages::amended_apart(module, carrier, callees));
        findings.extend(self.in_pages.then(|| packages::not_awaited(&self.unit, carrier)).flatten());
        // Who calls the helper that hands it over may go on behind that.
        if carrier.handed && !self.needs[at].effect.always {
            findings.push(handed::comes_back(module, carrier.function.span()));
        }
        let sends = sends(&module.text, carriers, &self.needs, callees);
        findings.extend(unfinished(path, &helper_flow(carrier, &sends[at]), &sends));
        let effect = |call: &Call| effect_of(carriers, &self.needs, callees, call);
        findings.extend(silent_around(module, carrier, &sends[at], &effect));
        if !carrier.stands_alone() {
            findings.extend(crate::route_handler::cors::in_helper(module, carrier, self.needs[at].effect));
        }
        let place = carrier.function.span();
        let manual = |message: &str, help: &str| Finding::manual("helper-form", path, head(place), message).help(help);
        if carrier.function.is_generator() {
            findings.push(manual("this helper is a generator function", "pass it only what it needs"));
        }
        if !follow(module, carrier, &self.needs[at]) {
            let message = "this helper has overloads, and what it takes now does not fit them all";
            findings.push(manual(message, "migrate its signatures by hand first"));
        }
        let member = carrier.name.as_ref().is_some_and(|name| name.0.contains('.'));
        if statement_of(module, place).is_none() && !member {
            findings
                .push(manual("this helper is declared together with other things", "give it a declaration of its own"));
        }
        findings
    }
}

/// The start of a function, to point at.
fn head(span: Span) -> Span {
    Span::at(span.start)
}

/// The statement of the module that declares just the function at `place`.
pub(super) fn statement_of(module: &Module, place: Span) -> Option<&ModuleItem> {
    let item = module.ast.body.iter().find(|item| crate::syntax::span_of(*item).contains(place))?;
    let alone = match item {
        ModuleItem::Stmt(Stmt::Decl(Decl::Var(variable))) => variable.decls.len() == 1,
        ModuleItem::ModuleDecl(ModuleDecl::ExportDecl(export)) => match &export.decl {
            Decl::Var(variable) => variable.decls.len() == 1,
            _ => true,
        },
        _ => true,
    };
    alone.then_some(item)
}
