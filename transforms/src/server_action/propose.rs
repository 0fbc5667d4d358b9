//! Deciding which methods of which Route Handlers become actions.

use std::cell::OnceCell;
use std::collections::BTreeMap;

use rayon::prelude::*;

use super::after::Stage;
use super::carry_out::carry_out;
use super::compat;
use super::conversion::{Conversion, answers_all, convert};
use super::left_over::left_over;
use super::localised::Disk;
use super::module_state::keep_state_together;
use super::told::{tell, touched};
use super::wishes::{left_out, mutates, wish};
use crate::callers::{Fit, Mention, Reach, fixed};
use crate::decide::{Facts, answers, evidence, guesses, is_for_tests, is_removable, why_it_reads};
use crate::finding::{Finding, Safety};
use crate::plan::{EndpointPlan, Options, Outcome, Router, RuleAnswer};
use crate::project::{App, Method, Modules, Project, headers_around};
use crate::rewrite::ChangeSet;
use crate::settings::{self, Asked, Wish};

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
    let candidates = candidates(endpoints);
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
        let facts_of = |method| {
            let (project, modules, graph, is_asked, headers) = (tree, modules, &graph, false, &headers[..]);
            Facts { project, modules, app, headers, graph, route, module, method, is_asked, mentions }
        };
        let mut stays = Vec::new();
        for &method in methods {
            let asked = match wish(project, original, &endpoints[*at], method) {
                Ok(asked) => asked,
                Err(finding) => {
                    stays.push(finding);
                    continue;
                }
            };
            let facts = Facts { is_asked: asked.is_some(), ..facts_of(method) };
            if options.ask_all_rules && asked.as_ref().is_none_or(|asked| asked.wish == Wish::Action) {
                endpoints[*at].answers.extend(ask_all(&facts, &disk, &endpoints[*at].file));
            }
            let Judged { conversion, findings } = judge(facts, asked.as_ref(), untested, *at, &routes);
            stays.extend(findings);
            if let (Some(_), Some(asked)) = (&conversion, asked) {
                asking.insert(*at, asked);
            }
            conversions.extend(conversion);
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
    for (at, finding) in left_over(tree, modules, changes, &touched(&done.converted)) {
        endpoints[at].findings.push(disk.told(finding, &endpoints[at].file));
    }
    let reach = graph.get_or_init(|| Reach::of(tree, modules, app));
    tell((tree, modules, app), reach, options, &disk, done.converted, endpoints);
    for endpoint in endpoints.iter_mut() {
        endpoint.findings.sort_by_key(|finding| finding.level);
    }
    compat::trim(project, app, changes);
    true
}

/// The Route Handlers that may become actions, fresh ones and old ones: the index into the plan, the route, the file, and
/// the methods that are no reads.
fn candidates(endpoints: &[EndpointPlan]) -> Vec<(usize, String, String, Vec<Method>)> {
    endpoints
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
        .collect()
}

/// What was decided about one method.
struct Judged<'a> {
    conversion: Option<Conversion<'a>>,
    findings: Vec<Finding>,
}

/// Decides about the method of `facts`. Whoever `asked` for an action knows of the tests that call the URL, `untested`
/// are the mentions without them; guesses and evidence against it are told.
fn judge<'a>(
    facts: Facts<'a>,
    asked: Option<&Asked>,
    untested: &'a [(&'a Mention, Fit)],
    endpoint: usize,
    routes: &[(String, Vec<Method>)],
) -> Judged<'a> {
    let kept = |findings| Judged { conversion: None, findings };
    let Some(asked) = asked else {
        let mut seen = evidence(&facts);
        let decided = if seen.is_empty() { convert(&facts, endpoint, routes) } else { Err(seen.remove(0)) };
        return match decided {
            Ok(conversion) => Judged { conversion: Some(conversion), findings: Vec::new() },
            // Handlers that never look at the method read, as a rule; nobody asked for their `POST`.
            Err(finding) if finding.rule == "no-known-caller" && answers_all(facts.module, facts.method) => {
                kept(Vec::new())
            }
            Err(finding) => kept(std::iter::once(finding).chain(seen).collect()),
        };
    };
    let method = facts.method.as_str();
    if asked.wish != Wish::Action {
        return kept(vec![settings::note(asked, &format!("{method} stays a Route Handler"))]);
    }
    let guessed = guesses(&facts);
    let facts = Facts { mentions: untested, ..facts };
    let first = evidence(&facts).into_iter().next();
    match first.map_or_else(|| convert(&facts, endpoint, routes), Err) {
        Err(finding) => kept(vec![settings::refused(asked, finding)]),
        Ok(conversion) => {
            let against = format!("{method} becomes an action against `{}`", guessed.join("`, `"));
            let against = (!guessed.is_empty()).then(|| settings::note(asked, &against));
            Judged { conversion: Some(conversion), findings: against.into_iter().collect() }
        }
    }
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

/// Whether the App Router has pages, without which nothing can call an action.
fn has_pages(project: &Project, app: &App) -> bool {
    let below = format!("{}/", app.app_dir);
    let mut files = project.files.range(below.clone()..).take_while(|(path, _)| path.starts_with(&below));
    files.any(|(path, _)| path.rsplit('/').next().is_some_and(|name| name.starts_with("page.")))
}
