//! What follows for a file from applying CORS in it: the methods, and the middleware that is left without use.
//!
//! ```ts
//! const cors = initMiddleware(Cors({ methods: ['GET'] }))
//! await cors(req, res)
//! // →
//! const preflight = applyCors(req, headers, { methods: ['GET'] })
//! if (preflight) return preflight
//! ```

use super::dispatch::Methods;
use super::effect::Effect;
use crate::finding::Finding;
use crate::pages_api::{Carrier, CorsCall};
use crate::project::Method;
use crate::rewrite::Edit;
use crate::syntax::ast::{Decl, Id, ModuleItem, Stmt};
use crate::syntax::{Module, Span, full_statement, pat_ident, span_of};

/// A handler that applies CORS answers preflight requests, whatever methods it mentions.
pub fn add_options(methods: &mut Methods, carrier: &Carrier<'_>) {
    if !carrier.cors.is_empty() && !methods.exported.contains(&Method::Options) {
        methods.exported.push(Method::Options);
        methods.exported.sort();
    }
}

/// A helper that applies CORS for others would have to tell them that it has answered.
pub fn in_helper(module: &Module, carrier: &Carrier<'_>, effect: Effect) -> Option<Finding> {
    let (span, _) = carrier.cors.first().filter(|_| !effect.always || effect.headers)?;
    let message = "CORS headers are set by a helper, which may answer in place of its caller";
    Some(
        Finding::manual("response-form", &module.path, *span, message)
            .help("apply CORS in the handler of the endpoint"),
    )
}

/// Removes the constants that hold middlewares which nothing uses any more.
pub fn unused_middlewares<'c>(module: &Module, calls: impl IntoIterator<Item = &'c (Span, CorsCall)>) -> Vec<Edit> {
    let calls: Vec<(Span, &Id)> =
        calls.into_iter().filter_map(|(span, call)| Some((*span, call.holder.as_ref()?))).collect();
    let all = module.references();
    let declared = |item: &ModuleItem| match item {
        ModuleItem::Stmt(Stmt::Decl(Decl::Var(variable))) => match variable.decls.as_slice() {
            [only] => pat_ident(&only.name).map(|name| name.to_id()),
            _ => None,
        },
        _ => None,
    };
    let mut edits = Vec::new();
    for item in &module.ast.body {
        let Some(id) = declared(item).filter(|id| calls.iter().any(|(_, holder)| *holder == id)) else { continue };
        let statement = span_of(item);
        let gone =
            |mention: &Span| statement.contains(*mention) || calls.iter().any(|(call, _)| call.contains(*mention));
        if all.get(&id).into_iter().flatten().all(gone) {
            let whole = full_statement(&module.text, statement);
            let blank = usize::from(module.text[whole.end..].starts_with('\n'));
            edits.push(Edit::delete(Span::new(whole.start, whole.end + blank)));
        }
    }
    edits
}
