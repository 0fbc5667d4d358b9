//! One method that becomes an action, and what of it must be convertible: its function, the wrappers around that, and all
//! its callers.

use super::absent::Absent;
use super::caller::{call_edits, expr_at};
use super::demand::demand;
use super::handler::{Analysis, Handler, How, STEERING, analyse, find_handler};
use super::headers::{imported_modules, read_elsewhere};
use super::input_type::is_typescript;
use super::query::sends;
use super::result::NoAnswer;
use super::sent_headers::nobody_reads;
use super::text::Demand;
use super::twin::Twin;
use super::types::Types;
use super::wrapped::unwrapped;
use crate::app_routes::exported_methods;
use crate::callers::{Caller, Fit, Part, fits};
use crate::decide::Facts;
use crate::finding::Finding;
use crate::project::Method;
use crate::syntax::ast::Expr;
use crate::syntax::{Module, Span, Specifier, bare};

/// One method that becomes an action.
pub struct Conversion<'a> {
    /// The endpoint, as an index into the plan.
    pub endpoint: usize,
    /// `/api/posts/[id]`.
    pub route: &'a str,
    /// The Route Handler's module.
    pub module: &'a Module,
    /// The method.
    pub method: Method,
    /// Its function.
    pub handler: Handler<'a>,
    /// What the function reads and returns.
    pub analysis: Analysis,
    /// What callers need.
    pub demand: Demand,
    /// The types of its argument and its result.
    pub types: Types,
    /// The wrappers around the handler, outermost first.
    pub twins: Vec<Twin<'a>>,
    /// The calls: file, call, URL.
    pub callers: Vec<(&'a str, &'a Caller, &'a [Part])>,
}

/// The conversion of the method that `facts` are about, which no evidence speaks against. `routes` are those of the app,
/// with the methods of their Route Handlers; `endpoint` is its index into the plan.
///
/// # Errors
/// If the function, what is around it or one of its callers cannot be converted: the finding that says so.
pub fn convert<'a>(
    facts: &Facts<'a>,
    endpoint: usize,
    routes: &[(String, Vec<Method>)],
) -> Result<Conversion<'a>, Finding> {
    let stays = |(rule, at, why): NoAnswer| {
        let message = format!("{} {} stays a Route Handler: {why}", facts.method.as_str(), facts.route);
        Finding::note(rule, &facts.module.path, at, message)
    };
    let start = Span::at(0);
    let (handler, twins) = match (find_handler(facts.module, facts.method), unwrapped(facts)) {
        (Some(handler), _) => (handler, Vec::new()),
        (None, Some(found)) => found?,
        (None, None) => {
            let message = "its handler is not a function of its own that is exported under the name of the method";
            let finding = stays(("http-contract", start, message.into()));
            let help = "run with `--narrow-methods`, which exports it only under the methods that are in use";
            return Err(if answers_all(facts.module, facts.method) { finding.help(help) } else { finding });
        }
    };
    let native = facts.callers().any(|(_, caller)| caller.form.is_some());
    if let Some((mention, caller)) = facts.callers().find(|(_, caller)| native && caller.form.is_none()) {
        let message = format!(
            "{} {} stays a Route Handler: forms send it, too, and read its answer in another way",
            facts.method.as_str(),
            facts.route
        );
        return Err(Finding::note("not-only-fetch", &mention.file, caller.call, message));
    }
    let given = twins.last().map(|twin| twin.given.as_slice());
    // A form that is not sent as `multipart/form-data` has no files, and of another one all is seen.
    let only_text = facts
        .callers()
        .filter_map(|(_, caller)| caller.form.as_ref())
        .all(|form| form.files.is_none() && (form.distinct || !form.multipart));
    let analysed = |typed| {
        let how = How { native, only_text, typed, given };
        let mut analysis = analyse(facts, handler, &how).map_err(stays)?;
        // What the handler throws gets as far as the wrappers let it.
        if let Some(outermost) = twins.first() {
            analysis.may_throw = outermost.may_throw;
        }
        Ok::<_, Finding>(analysis)
    };
    let mut analysis = analysed(is_typescript(&facts.module.path))?;
    if let Some(path) = steers(facts) {
        let message = format!("`{path}`, which it imports, may redirect; `fetch` follows that and an action navigates");
        return Err(stays(("http-contract", handler.statement, message)));
    }
    if let Some((place, why)) = read_elsewhere(facts) {
        let message = format!("`headers()` is called in {place}, which it imports, and {why}");
        return Err(stays(("http-contract", handler.statement, message)));
    }
    let mut callers = Vec::new();
    for (mention, caller) in facts.callers() {
        let at_caller = |why: &str| {
            let message = format!("{} {} stays a Route Handler: {why}", facts.method.as_str(), facts.route);
            Finding::note("not-only-fetch", &mention.file, caller.call, message)
        };
        let [url] = mention.urls.as_slice() else { return Err(at_caller("its URL is not the only one in the text")) };
        // Of several routes that fit, Next takes the one without dynamic parts.
        let certain = fits(url, facts.route) == Fit::Exact;
        let others = routes.iter().filter(|(route, methods)| {
            !certain
                && route != facts.route
                && fits(url, route) != Fit::No
                // Of an endpoint that stays in `pages/api`, the methods are not known.
                && (methods.is_empty() || methods.contains(&facts.method))
        });
        if let Some((other, _)) = others.into_iter().next() {
            return Err(at_caller(&format!("this call may mean {other}, too")));
        }
        let module =
            facts.modules.get(&mention.file).map_err(|_| at_caller("the file of this caller cannot be read"))?;
        let absent = Absent::default();
        let not_here = |(rule, at, why): NoAnswer| Finding { rule, span: Some(at), ..at_caller(&why) };
        nobody_reads(facts, module, caller).map_err(not_here)?;
        call_edits(module, caller, url, facts.route, &analysis.input, &absent, "action").map_err(
            |(rule, at, why)| {
                let mut finding = at_caller(&why);
                (finding.rule, finding.span) = (rule, Some(at));
                finding
            },
        )?;
        callers.push((mention.file.as_str(), caller, url.as_slice()));
    }
    let sends_object = |(file, caller, _): &(&str, &Caller, &[Part])| {
        let body = caller.sent.body.zip(facts.modules.get(file).ok());
        let body = body.and_then(|(at, module)| expr_at(module, at));
        body.is_some_and(|body| matches!(bare(&body), Expr::Object(_)))
    };
    if twins.is_empty() && !callers.is_empty() && callers.iter().all(sends_object) {
        analysis.may_throw = analysis.may_throw_with_object;
    }
    let demand = demand(facts, &analysis, &twins, &callers)?;
    let types = Types::of(facts, &analysis, &demand, &callers, !twins.is_empty());
    if types.body.is_none() {
        analysis = analysed(false)?;
    }
    for query in &mut analysis.input.query {
        query.optional = callers
            .iter()
            .any(|(file, caller, _)| facts.modules.get(file).is_ok_and(|module| !sends(module, caller, &query.key)));
    }
    Ok(Conversion {
        endpoint,
        route: facts.route,
        module: facts.module,
        method: facts.method,
        handler,
        analysis,
        demand,
        types,
        twins,
        callers,
    })
}

/// Whether one function answers this method and `GET`.
pub fn answers_all(module: &Module, method: Method) -> bool {
    exported_methods(module).contains(&Method::Get) && find_handler(module, method).is_none()
}

/// A module that the Route Handler runs and that may redirect.
fn steers<'a>(facts: &Facts<'a>) -> Option<&'a str> {
    let steers = |own: &&Specifier| {
        let names = own.names.as_deref();
        let may = names.is_none_or(|names| names.iter().any(|name| STEERING.contains(&name.as_str())));
        own.value == "next/navigation" && !own.type_only && may
    };
    let modules = std::iter::once(facts.module).chain(imported_modules(facts));
    modules.into_iter().find(|module| module.specifiers().iter().any(|own| steers(&own))).map(|module| &*module.path)
}
