//! A Pages API route on the Edge runtime takes a `Request` and returns a `Response` already: the file
//! moves, and the export gets the names of the methods.

use std::collections::BTreeSet;

use super::handler::{Migrated, Request, finish};
use crate::finding::Finding;
use crate::pages_api::{Handler, HandlerForm, RouteConfig, Segment, parse_route};
use crate::project::Method;
use crate::rewrite::{Edit, Piece};
use crate::syntax::{full_statement, span_of};

/// Migrates an Edge API route.
pub fn migrate(request: &Request<'_>, handler: &Handler<'_>, config: &RouteConfig) -> Result<Migrated, Vec<Finding>> {
    let module = request.unit.module;
    let path = &module.path;
    // Route parameters came in the URL's query there, and do not any more (reference, section 2.1).
    if parse_route(request.route).iter().any(|segment| !matches!(segment, Segment::Static(_))) {
        let message = "an Edge API route finds its parameters in the URL's query, a Route Handler does not";
        let help = "read them from the second argument, `{ params }`";
        return Err(vec![Finding::manual("edge-params", path, handler.statement, message).help(help)]);
    }
    if handler.function.params().len() > 1 {
        let message = "an Edge API route gets an event as its second argument, a Route Handler gets `{ params }`";
        let help = "use `after()` from `next/server` in place of `event.waitUntil`";
        return Err(vec![Finding::manual("edge-event", path, handler.statement, message).help(help)]);
    }
    let name = request.target.rsplit('/').next().unwrap_or_default();
    if request.app.next.major == 15 && name.matches('.').count() > 1 {
        let message = format!("Next 15 cannot build an Edge Route Handler in a file called `{name}`");
        let help = "drop the Edge runtime, or give `pageExtensions` an extension of one part";
        return Err(vec![Finding::manual("route-config", path, config.statement, message).help(help)]);
    }
    let style = &module.style;
    let mut edits = request.moved.clone();
    let mut pieces = Vec::new();
    for (at, (name, value)) in config.segment.iter().enumerate() {
        let line = if at > 0 { "\n" } else { "" };
        pieces.push(Piece::Text(format!("{line}export const {name} = ")));
        // `experimental-edge` is called `edge` there.
        if *name == "runtime" {
            pieces.push(Piece::Text(style.string("edge")));
        } else {
            pieces.push(Piece::Source(*value));
        }
        pieces.push(Piece::Text(style.semi().into()));
    }
    if let Some(statement) = config.statement {
        edits.push(Edit::of(statement, pieces));
    }
    let methods = vec![Method::Get, Method::Options, Method::Post, Method::Put, Method::Patch, Method::Delete];
    let name = handler.name.as_ref().map_or_else(|| super::assembly::fresh_name(module), |id| id.0.to_string());
    let list: Vec<String> = methods.iter().map(|method| format!("{name} as {}", method.as_str())).collect();
    let exports = format!("export {}{}", style.braces(&list.join(", ")), style.semi());
    let function = handler.function;
    match handler.form {
        HandlerForm::Function { export } | HandlerForm::Variable { export } => {
            edits.push(Edit::replace(export, exports));
        }
        HandlerForm::DefaultFunction => {
            let head = crate::syntax::Span::new(handler.statement.start, function.span().start);
            let _ = full_statement(&module.text, head);
            edits.push(Edit::delete(head));
            if handler.name.is_none() {
                let keyword = module.text[function.span().start..].find("function").unwrap_or(0) + "function".len();
                edits.push(Edit::insert(function.span().start + keyword, format!(" {name}")));
            }
            edits.push(Edit::insert(handler.statement.end, format!("\n\n{exports}")));
        }
        HandlerForm::DefaultExpression => {
            let head = crate::syntax::Span::new(handler.statement.start, function.span().start);
            edits.push(Edit::replace(head, format!("const {name} = ")));
            edits.push(Edit::insert(handler.statement.end, format!("\n\n{exports}")));
        }
    }
    let text = finish(request, edits, &BTreeSet::new()).map_err(|invalid| {
        let message = format!("the rewritten file would be wrong: {invalid:?}");
        vec![Finding::manual("not-rewritable", path, span_of(&module.ast), message)]
    })?;
    let message = "an Edge handler keeps its code, and whether it looks at the method is not read: all methods stay";
    let kept = request.used.map(|_| Finding::note("methods-kept", path, handler.statement, message));
    let findings = kept.into_iter().collect();
    let (helpers, imported, elsewhere) = (BTreeSet::new(), BTreeSet::new(), Vec::new());
    Ok(Migrated { text, methods, helpers, findings, imported, elsewhere })
}
