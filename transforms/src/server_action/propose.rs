//! Deciding which methods of which Route Handlers become actions.

use std::cell::OnceCell;
use std::collections::BTreeMap;

use rayon::prelude::*;

use super::after::Stage;
use super::caller::{call_edits, expr_at};
use super::caller_notes::caller_notes;
use super::carry_out::carry_out;
use super::compat;
use super::demand::demand;
use super::forms::{form_action, note as forms_note};
use super::handler::{Analysis, Handler, How, STEERING, analyse, find_handler};
use super::headers::{imported_modules, read_elsewhere};
use super::input_type::is_typescript;
use super::left_over::left_over;
use super::localised::Disk;
use super::module_state::keep_state_together;
use super::notes::notes;
use super::page_middleware::page_middleware;
use super::parallel::Calling;
use super::query::sends;
use super::result::NoAnswer;
use super::shared_secret::Shared;
use super::text::Demand;
use super::twin::Twin;
use super::types::Types;
use super::wishes::{left_out, mutates, wish};
use super::wrapped::unwrapped;
use crate::app_routes::exported_methods;
use crate::callers::{Caller, Fit, Mention, Part, Reach, fixed};
use crate::decide::{Facts, answers, evidence, guesses, is_for_tests, is_removable, why_it_reads};
use crate::finding::{Finding, Safety};
use crate::plan::{EndpointPlan, Options, Outcome, Router, RuleAnswer};
use crate::project::{App, Method, Modules, Project, headers_around};
use crate::rewrite::ChangeSet;
use crate::settings::{self, Asked, Wish};
use crate::syntax::ast::Expr;
use crate::syntax::{Module, Specifier, bare};

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

/// Decides for the Route Handlers of `app` in the tree of `stage`, which is `project` with `changes`, and adds to
/// `changes` what follows. False if that is nothing, so that the tree is still the same.
pub fn propose_actions(
    (project, modules): (&Project, &Modules<'_>),
    stage: &Stage<'_>,
    app: &App,
    options: &Options,
    endpoints: &mut [EndpointPlan],
    changes: &mut ChangeSet,
) -> bool {
    let candidates: Vec<(usize, String, String, Vec<Method>)> = endpoints
        .iter()
        .enumerate()
        .filter_map(|(at, endpoint)| {
            let file = match endpoint.outcome {
                Outcome::RouteHandler => endpoint.to.clone()?,
                _ if endpoint.router == Router::App && endpoint.safety != Safety::Manual => endpoint.file.clone(),
                _ => return None,
            };
            let methods: Vec<Method> = endpoint.methods.iter().copied().filter(|method| mutates(*method)).collect();
            let reads = endpoint.methods.contains(&Method::Get);
            ((!methods.is_empty() || reads) && endpoint.route.starts_with("/api/"))
                .then(|| (at, endpoint.route.clone(), file, methods))
        })
        .collect();
    let has_pages = has_pages(project, app);
    for (at, endpoint) in endpoints.iter_mut().enumerate() {
        if !has_pages || !candidates.iter().any(|(candidate, .., methods)| *candidate == at && !methods.is_empty()) {
            let finding = left_out(project, modules, endpoint, has_pages).unwrap_or_else(Some);
            endpoint.findings.extend(finding);
        }
    }
    if candidates.is_empty() || !has_pages {
        return false;
    }
    let original = modules;
    let (tree, modules, callers) = (stage.tree, stage.modules, stage.callers());
    let graph = OnceCell::new();
    let headers = headers_around(project, original, app);
    let disk = Disk::new(project, tree, endpoints);
    let routes: Vec<(String, Vec<Method>)> =
        endpoints.iter().map(|endpoint| (endpoint.route.clone(), endpoint.methods.clone())).collect();

    let fixed = fixed(routes.iter().map(|(route, _)| route.as_str()));
    let mentions: Vec<Vec<(&Mention, Fit)>> =
        candidates.par_iter().map(|(_, route, ..)| callers.meant(route, &fixed)).collect();
    // Whoever asks for an action knows of the tests that call the URL; they are left alone.
    let tests = |(mention, _): &&(&Mention, Fit)| !is_for_tests(modules, mention);
    let untested: Vec<Vec<(&Mention, Fit)>> =
        mentions.iter().map(|mentions| mentions.iter().filter(tests).copied().collect()).collect();
    let mut conversions = Vec::new();
    let mut asking: BTreeMap<usize, Asked> = BTreeMap::new();
    for ((at, route, file, methods), (mentions, untested)) in candidates.iter().zip(mentions.iter().zip(&untested)) {
        let Ok(module) = modules.get(file) else { continue };
        let mut stays = Vec::new();
        let facts_of = |method| {
            let (project, modules, graph, is_asked, headers) = (tree, modules, &graph, false, &headers[..]);
            Facts { project, modules, app, headers, graph, route, module, method, is_asked, mentions }
        };
        for &method in methods {
            let asked = match wish(project, original, &endpoints[*at], method) {
                Ok(asked) => asked,
                Err(finding) => {
                    stays.push(finding);
                    continue;
                }
            };
            if let Some(asked) = asked.as_ref().filter(|asked| asked.wish != Wish::Action) {
                stays.push(settings::note(asked, &format!("{} stays a Route Handler", method.as_str())));
                continue;
            }
            let facts = Facts { is_asked: asked.is_some(), ..facts_of(method) };
            if options.ask_all_rules {
                endpoints[*at].answers.extend(ask_all(&facts, &disk, &endpoints[*at].file));
            }
            let guessed = if facts.is_asked { guesses(&facts) } else { Vec::new() };
            let facts = if facts.is_asked { Facts { mentions: untested, ..facts } } else { facts };
            let mut seen = evidence(&facts);
            let decided = if seen.is_empty() { decide(&facts, *at, &routes) } else { Err(seen.remove(0)) };
            match (decided, asked) {
                (Ok(conversion), asked) => {
                    conversions.push(conversion);
                    let Some(asked) = asked else { continue };
                    if !guessed.is_empty() {
                        let against = guessed.join("`, `");
                        let what = format!("{} becomes an action against `{against}`", method.as_str());
                        stays.push(settings::note(&asked, &what));
                    }
                    asking.insert(*at, asked);
                }
                (Err(finding), Some(asked)) => stays.push(settings::refused(&asked, finding)),
                // Handlers that never look at the method read, as a rule; nobody asked for their `POST`.
                (Err(finding), None) if finding.rule == "no-known-caller" && answers_all(module, method) => {}
                (Err(finding), None) => stays.extend(std::iter::once(finding).chain(seen)),
            }
        }
        if endpoints[*at].methods.contains(&Method::Get) {
            stays.extend(why_it_reads(&facts_of(Method::Get), methods.is_empty()));
        }
        stays.dedup_by(|one, other| one.rule == other.rule && one.file == other.file && one.span == other.span);
        let EndpointPlan { findings, file, decided_by, .. } = &mut endpoints[*at];
        // Methods that nobody calls say less about an endpoint than those that somebody does.
        let weighty = stays.iter().find(|finding| !is_removable(finding.rule)).or(stays.first());
        *decided_by = decided_by.or(weighty.map(|finding| finding.rule));
        findings.extend(stays.into_iter().map(|finding| disk.told(finding, file)));
    }
    if conversions.is_empty() {
        return false;
    }
    let parted = keep_state_together(tree, modules, app, endpoints, &mut conversions);
    let done = carry_out(tree, modules, app, options.forms, conversions, changes);
    for (at, finding) in parted.into_iter().chain(done.refused) {
        let finding = match asking.get(&at) {
            Some(asked) => settings::refused(asked, finding),
            None => finding,
        };
        let finding = disk.told(finding, &endpoints[at].file);
        endpoints[at].decided_by.get_or_insert(finding.rule);
        endpoints[at].findings.push(finding);
    }
    let mut touched: BTreeMap<&str, usize> = BTreeMap::new();
    for (conversion, ..) in &done.converted {
        touched.entry(&conversion.module.path).or_insert(conversion.endpoint);
        for (file, ..) in &conversion.callers {
            touched.entry(file).or_insert(conversion.endpoint);
        }
    }
    for (at, finding) in left_over(tree, modules, changes, &touched) {
        endpoints[at].findings.push(disk.told(finding, &endpoints[at].file));
    }
    let shared = Shared::new(tree, modules);
    let middleware = page_middleware(tree, modules, app);
    let all = done.converted.iter().flat_map(|(conversion, ..)| &conversion.callers);
    let reach = graph.get_or_init(|| Reach::of(tree, modules, app));
    let calling = Calling::of((tree, modules, reach), all.map(|(file, caller, _)| (*file, *caller)));
    for (conversion, name, target) in done.converted {
        let endpoint = &mut endpoints[conversion.endpoint];
        endpoint.outcome = Outcome::ServerAction;
        endpoint.to = Some(target);
        endpoint.actions.push(name.clone());
        endpoint.methods.retain(|method| *method != conversion.method);
        endpoint.acted.push(conversion.method);
        let Conversion { module, handler, analysis, twins, callers, .. } = &conversion;
        endpoint.findings.iter_mut().for_each(limited);
        let wrappers = twins.iter().map(|twin| twin.inner).collect();
        let mut told = notes(module, (*handler, wrappers), &analysis.input, &name, &endpoint.file);
        told.extend(shared.note(module, &name));
        told.extend(middleware.clone());
        told.extend(calling.sequential(modules, callers.iter().map(|(file, caller, _)| (*file, *caller)), &name));
        for (path, caller, _) in callers {
            let Ok(module) = modules.get(path) else { continue };
            let form = if options.forms { form_action(module, caller.call, app.next) } else { None };
            let is_form = matches!(form, Some(Ok(_)));
            told.extend(form.map(|form| forms_note(module, form)));
            // The hook keeps the pending state.
            told.extend(
                caller_notes(module, caller, &name).into_iter().filter(|note| !is_form || note.rule != "loading-state"),
            );
        }
        endpoint.findings.extend(told.into_iter().map(|finding| disk.told(finding, &endpoint.file)));
    }
    for endpoint in endpoints.iter_mut() {
        endpoint.findings.sort_by_key(|finding| finding.level);
    }
    compat::trim(project, app, changes);
    true
}

/// A Route Handler has no limit for the size of a body, an action has one of its own.
fn limited(finding: &mut Finding) {
    if finding.rule != "body-size-limit" {
        return;
    }
    finding.message = "the endpoint sets a limit for the size of its body, and an action takes 1 MB".to_owned();
    finding.help = "set `experimental.serverActions.bodySizeLimit` in the configuration of Next.js, or keep the Route \
                    Handler with `// routelift: route`"
        .to_owned();
}

/// What each rule says, told about the files on the disk.
fn ask_all(facts: &Facts<'_>, disk: &Disk<'_>, file: &str) -> Vec<RuleAnswer> {
    let answer = |(rule, saw): (&'static str, Option<Finding>)| RuleAnswer {
        method: facts.method,
        rule,
        saw: saw.map(|finding| disk.told(finding, file)),
    };
    answers(facts).into_iter().map(answer).collect()
}

/// Whether one function answers this method and `GET`.
fn answers_all(module: &Module, method: Method) -> bool {
    exported_methods(module).contains(&Method::Get) && find_handler(module, method).is_none()
}

/// Whether the App Router has pages, without which nothing can call an action.
fn has_pages(project: &Project, app: &App) -> bool {
    let below = format!("{}/", app.app_dir);
    let mut files = project.files.range(below.clone()..).take_while(|(path, _)| path.starts_with(&below));
    files.any(|(path, _)| path.rsplit('/').next().is_some_and(|name| name.starts_with("page.")))
}

fn decide<'a>(facts: &Facts<'a>, endpoint: usize, routes: &[(String, Vec<Method>)]) -> Result<Conversion<'a>, Finding> {
    let stays = |(rule, at, why): NoAnswer| {
        let message = format!("{} {} stays a Route Handler: {why}", facts.method.as_str(), facts.route);
        Finding::note(rule, &facts.module.path, at, message)
    };
    let start = crate::syntax::Span::at(0);
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
        let others = routes.iter().filter(|(route, methods)| {
            route != facts.route
                && crate::callers::fits(url, route) != Fit::No
                // Of an endpoint that stays in `pages/api`, the methods are not known.
                && (methods.is_empty() || methods.contains(&facts.method))
        });
        if let Some((other, _)) = others.into_iter().next() {
            return Err(at_caller(&format!("this call may mean {other}, too")));
        }
        let module =
            facts.modules.get(&mention.file).map_err(|_| at_caller("the file of this caller cannot be read"))?;
        call_edits(module, caller, url, facts.route, &analysis.input, "action").map_err(|(rule, at, why)| {
            let mut finding = at_caller(&why);
            (finding.rule, finding.span) = (rule, Some(at));
            finding
        })?;
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
