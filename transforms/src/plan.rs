//! The result of a run: a decision for every endpoint, and the changes that carry them out.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rayon::prelude::*;

use crate::app_routes::app_routes;
use crate::callers::{Callers, Mention, Reach, fixed};
use crate::finding::{Finding, Safety};
use crate::project::{App, Method, Modules, Project, Unreadable};
use crate::rewrite::ChangeSet;
use crate::route_handler::{Shared, propose, unreadable_finding};
use crate::server_action::{Stage, after, propose_actions};
use crate::settings;
use crate::syntax::Span;

pub use crate::callers::{Reached, Via};

/// What the user asked for.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Propose what is [`Safety::Review`], too (`--unsafe`).
    pub allow_review: bool,
    /// Export a handler that never looks at the method only under those that callers use (`--narrow-methods`).
    pub narrow_methods: bool,
    /// Move endpoints whose handlers tests import, too; the tests are left to be rewritten (`--break-tests`).
    pub break_tests: bool,
    /// Make the `onSubmit` of a form that calls an action the action of the form (`--forms`).
    pub forms: bool,
    /// Ask every rule about Server Actions, also those behind the one that decides (`explain`).
    pub ask_all_rules: bool,
    /// Run one of the two transforms only (`--only`).
    pub only: Option<Only>,
}

/// The transform that runs alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Only {
    /// Files of `pages/api` become Route Handlers.
    RouteHandlers,
    /// Methods of Route Handlers become Server Actions.
    ServerActions,
}

/// What this run proposes for an endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// Moves to a Route Handler.
    RouteHandler,
    /// At least one method becomes a Server Action.
    ServerAction,
    /// Nothing changes.
    Stays,
}

impl Outcome {
    /// The word used in reports and JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Outcome::RouteHandler => "route-handler",
            Outcome::ServerAction => "server-action",
            Outcome::Stays => "stays",
        }
    }
}

/// Which of Next's two routers serves an endpoint today.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Router {
    /// `pages/api`.
    Pages,
    /// `app`, a `route.ts`.
    App,
}

impl Router {
    /// The word used in reports and JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Router::Pages => "pages",
            Router::App => "app",
        }
    }
}

/// The decision for one endpoint.
#[derive(Clone, Debug)]
pub struct EndpointPlan {
    /// The URL pattern, `/api/users/[id]`.
    pub route: String,
    /// Where it is served today.
    pub router: Router,
    /// The file it is in, relative to the project root.
    pub file: String,
    /// The file it moves to: the Route Handler, or the file of its actions. `None` if it stays.
    pub to: Option<String>,
    /// The methods it answers after this run (before it, if it stays), sorted.
    pub methods: Vec<Method>,
    /// Names of the Server Actions that take over, if any.
    pub actions: Vec<String>,
    /// The methods that these take over.
    pub acted: Vec<Method>,
    /// What is proposed.
    pub outcome: Outcome,
    /// How far the proposal may be trusted; for an endpoint that stays, why it stays.
    pub safety: Safety,
    /// Everything a reviewer should know, most important first.
    pub findings: Vec<Finding>,
    /// The rule that kept it from becoming more than it becomes, if one did.
    pub decided_by: Option<&'static str>,
    /// Who calls it or mentions its URL, by file and place. Only URLs below `/api` are looked for.
    pub callers: Vec<CallSite>,
    /// With [`Options::ask_all_rules`], what the rules say about a Server Action, for each method that writes.
    pub answers: Vec<RuleAnswer>,
}

/// A place that calls an endpoint, or mentions its URL.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CallSite {
    /// The file, relative to the project root.
    pub file: String,
    /// The URL.
    pub span: Span,
    /// By what it is called.
    pub via: Via,
    /// The method, if it can be read.
    pub method: Option<Method>,
}

impl From<&Mention> for CallSite {
    fn from(mention: &Mention) -> CallSite {
        CallSite { file: mention.file.clone(), span: mention.span, via: mention.via, method: mention.method() }
    }
}

/// What one rule says about turning a method into a Server Action.
#[derive(Clone, Debug)]
pub struct RuleAnswer {
    /// The method.
    pub method: Method,
    /// The name of the rule.
    pub rule: &'static str,
    /// What it saw that speaks for a Route Handler, if anything.
    pub saw: Option<Finding>,
}

/// The decisions for one app.
#[derive(Clone, Debug)]
pub struct AppPlan {
    /// The app's folder relative to the project root; empty if it is the root.
    pub root: String,
    /// The Next version that the plan is made for, as text.
    pub next: String,
    /// Every endpoint, sorted by route, then file.
    pub endpoints: Vec<EndpointPlan>,
}

/// The result of a run.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// One entry per app, sorted by root.
    pub apps: Vec<AppPlan>,
    /// All file changes, consistent with each other.
    pub changes: ChangeSet,
    /// Places that know only the start of the URL, as in `/api/${path}`: they may call every endpoint.
    pub open_callers: Vec<CallSite>,
    /// Findings about files that belong to no endpoint: unreadable, too large, syntax errors.
    pub findings: Vec<Finding>,
    /// How many files could not be read or parsed.
    pub files_skipped: usize,
}

impl Plan {
    /// What users ask for in comments or settings and cannot be done.
    pub fn refused_overrides(&self) -> impl Iterator<Item = &Finding> {
        let endpoints = self.apps.iter().flat_map(|app| &app.endpoints);
        endpoints.flat_map(|endpoint| &endpoint.findings).filter(|finding| finding.rule == settings::REFUSED)
    }
}

/// Decides for every endpoint of `project`, whose `modules` are parsed where that is needed, and works out the changes.
pub fn plan(project: &Project, modules: &Modules<'_>, options: &Options) -> Plan {
    // Endpoint files that stay keep what they share, so the plan is made again without them.
    let mut held = BTreeMap::new();
    loop {
        let shared = Shared::of(project, modules, options, &held);
        if shared.files.is_empty() {
            return agreed(project, modules, options, &shared.changes, held);
        }
        let tree = after(project, &shared.changes);
        let plan = agreed(&tree, &Modules::over(&tree, modules), options, &shared.changes, held.clone());
        let plan = shared.placed(project, &tree, plan);
        let endpoints = plan.apps.iter().flat_map(|app| &app.endpoints);
        let stay =
            endpoints.filter(|endpoint| endpoint.outcome == Outcome::Stays && shared.files.contains(&endpoint.file));
        let stay: Vec<_> = stay.map(|endpoint| (endpoint.file.clone(), endpoint.findings.clone())).collect();
        if stay.is_empty() {
            return plan;
        }
        held.extend(stay);
    }
}

/// Makes the plan on top of `changes`. An endpoint that cannot become the action that is asked for stays as it is. That
/// shows only after it was to become a Route Handler, so the plan is made again without it.
fn agreed(
    project: &Project,
    modules: &Modules<'_>,
    options: &Options,
    changes: &ChangeSet,
    mut held: BTreeMap<String, Vec<Finding>>,
) -> Plan {
    let callers = Callers::of(project, modules);
    loop {
        let plan = attempt(project, modules, &callers, options, changes, &held);
        let endpoints = plan.apps.iter().flat_map(|app| &app.endpoints);
        let failed: Vec<(String, Vec<Finding>)> = endpoints
            .filter(|endpoint| endpoint.router == Router::Pages && !held.contains_key(&endpoint.file))
            .filter_map(|endpoint| {
                let refused = endpoint.findings.iter().filter(|finding| finding.rule == settings::REFUSED);
                let refused: Vec<Finding> = refused.cloned().collect();
                (!refused.is_empty()).then(|| (endpoint.file.clone(), refused))
            })
            .collect();
        if failed.is_empty() {
            return plan;
        }
        held.extend(failed);
    }
}

/// Makes the plan on top of `changes`; the endpoints of `held` stay, for the reasons given.
fn attempt(
    project: &Project,
    modules: &Modules<'_>,
    callers: &Callers,
    options: &Options,
    changes: &ChangeSet,
    held: &BTreeMap<String, Vec<Finding>>,
) -> Plan {
    let mut plan = Plan { changes: changes.clone(), ..Plan::default() };
    let mut proposal = propose(project, modules, callers, options, held);
    proposal.carry_out(project, modules, &mut plan.changes);
    for (at, app) in project.apps.iter().enumerate() {
        let own = proposal.endpoints.iter().filter(|(of, _)| *of == at);
        let mut endpoints: Vec<EndpointPlan> = own.map(|(_, endpoint)| endpoint.clone()).collect();
        endpoints.extend(app_routes(project, modules, app));
        add_callers(&mut endpoints, callers);
        plan.apps.push(AppPlan { root: app.root.clone(), next: app.next_text.clone(), endpoints });
    }
    if options.only != Some(Only::RouteHandlers) {
        add_actions(project, modules, options, &mut plan);
    }
    for endpoints in plan.apps.iter_mut().map(|app| &mut app.endpoints) {
        for endpoint in endpoints.iter_mut() {
            if endpoint.findings.iter().any(|finding| finding.rule == settings::REFUSED) {
                endpoint.safety = Safety::Manual;
                endpoint.findings.sort_by_key(|finding| finding.level);
            }
        }
        endpoints.sort_by(|one, other| (&one.route, &one.file).cmp(&(&other.route, &other.file)));
    }
    plan.open_callers = callers.open().map(CallSite::from).collect();
    plan.open_callers.sort();
    skipped(project, modules, &mut plan);
    let endpoints = plan.apps.iter().flat_map(|app| &app.endpoints);
    let unmatched = settings::unmatched(project, endpoints);
    plan.findings.extend(unmatched);
    let stricter: Vec<Finding> = project.apps.iter().zip(&plan.apps).filter_map(null_checks_on).collect();
    plan.findings.extend(stricter);
    let lacking: Vec<Finding> = project.apps.iter().filter_map(|app| iterables_lacking(app, &plan.changes)).collect();
    plan.findings.extend(lacking);
    plan
}

/// The first file below `app` makes Next.js write a stricter `tsconfig.json`.
fn null_checks_on((app, plan): (&App, &AppPlan)) -> Option<Finding> {
    let tsconfig = app.null_checks_set_in.as_ref()?;
    plan.endpoints.iter().find(|endpoint| endpoint.outcome != Outcome::Stays)?;
    let (does, help) = match app.tsconfig_is_written {
        true => ("writes this file, which is missing, and sets `strictNullChecks` in it", "add this file, and say"),
        false => ("sets `strictNullChecks` here", "say"),
    };
    let message = format!(
        "with an `app` folder beside `pages`, Next.js {does} when it builds; code that was never checked for `null` may \
         not compile"
    );
    let help = format!("{help} `\"strictNullChecks\": false` here if it is to stay off");
    Some(Finding::review("null-checks-on", tsconfig, None, message).help(help))
}

/// New code of `app` that TypeScript does not take as it is set: `Object.fromEntries(req.headers)`.
fn iterables_lacking(app: &App, changes: &ChangeSet) -> Option<Finding> {
    let tsconfig = app.iterables_lacking_in.as_ref()?;
    let goes_through = |text: &Arc<str>| {
        text.split("Object.fromEntries(")
            .skip(1)
            .any(|given| given.split(')').next().unwrap_or("").ends_with(".headers"))
    };
    let is_typed = |path: &str| path.ends_with(".ts") || path.ends_with(".tsx");
    let own = |path: &str| app.root.is_empty() || path.starts_with(&format!("{}/", app.root));
    let new = changes.changes().into_iter().filter(|change| own(&change.path) && is_typed(&change.path));
    let mut new = new.filter(|change| change.new.as_ref().is_some_and(goes_through));
    let file = new.find(|change| !change.old.as_ref().is_some_and(goes_through))?.path;
    let message =
        format!("`{file}` goes through the headers of a request, which TypeScript knows by `dom.iterable` only");
    Some(Finding::review("lib-iterable", tsconfig, None, message).help("add `\"dom.iterable\"` to `lib` here"))
}

/// Runs the second transform over what the first one made, app by app.
fn add_actions(project: &Project, modules: &Modules<'_>, options: &Options, plan: &mut Plan) {
    let mut apps = project.apps.iter().zip(&mut plan.apps).peekable();
    while apps.peek().is_some() {
        let tree = after(project, &plan.changes);
        let tree_modules = Modules::over(&tree, modules);
        let stage = Stage::new(&tree, &tree_modules);
        // All of them share what is known of the tree until one changes it.
        for (app, own) in apps.by_ref() {
            let (endpoints, changes) = (&mut own.endpoints, &mut plan.changes);
            if propose_actions((project, modules), &stage, app, options, endpoints, changes) {
                break;
            }
        }
    }
}

/// Who runs each of `files`, seen from `app`. Reads the imports of the whole project, which few reports need.
pub fn who_runs(project: &Project, modules: &Modules<'_>, app: &App, files: &[&str]) -> Vec<Reached> {
    let reach = Reach::of(project, modules, app);
    files.iter().map(|file| reach.reached(file)).collect()
}

fn add_callers(endpoints: &mut [EndpointPlan], callers: &Callers) {
    let routes: Vec<String> = endpoints.iter().map(|endpoint| endpoint.route.clone()).collect();
    let fixed = fixed(routes.iter().map(String::as_str));
    endpoints.par_iter_mut().for_each(|endpoint| {
        endpoint.callers = callers.named(&endpoint.route, &fixed).into_iter().map(CallSite::from).collect();
        endpoint.callers.sort();
    });
}

/// Files that could not be read or parsed, unless the finding stands with an endpoint.
fn skipped(project: &Project, modules: &Modules<'_>, plan: &mut Plan) {
    let told: BTreeSet<&str> = plan
        .apps
        .iter()
        .flat_map(|app| &app.endpoints)
        .flat_map(|endpoint| &endpoint.findings)
        .filter(|finding| {
            matches!(finding.rule, "syntax-error" | "not-utf8" | "too-large" | "link-outside" | "unreadable")
        })
        .map(|finding| finding.file.as_str())
        .collect();
    plan.files_skipped = told.len();
    let mut findings = Vec::new();
    for (path, text) in &project.files {
        let finding = match text {
            // What it leads to is read.
            Err(Unreadable::LinkInside(_)) => continue,
            Err(why) => unreadable_finding(path, why),
            Ok(_) => match modules.failed(path) {
                Some(error) => Finding::manual("syntax-error", path, error.span, error.message.clone())
                    .help("nothing is known of what this file imports or calls"),
                None => continue,
            },
        };
        if !told.contains(path.as_str()) {
            findings.push(finding);
        }
    }
    plan.files_skipped += findings.len();
    plan.findings = findings;
}
