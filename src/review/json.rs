//! The report for programs: one document, described by `schemas/report.schema.json`.

use std::io::{self, Write};

use routelift_transforms::finding::Finding;
use routelift_transforms::plan::{AppPlan, CallSite, EndpointPlan, Plan};
use routelift_transforms::project::Project;
use routelift_transforms::rewrite::Change;
use serde::Serialize;

use super::places::Places;
use super::totals::Totals;

/// Raised when a reader of an older document could misread a newer one.
const VERSION: u32 = 1;

#[derive(Serialize)]
struct Report<'a> {
    version: u32,
    apps: Vec<AppReport<'a>>,
    /// Those that belong to no endpoint.
    findings: Vec<FindingReport<'a>>,
    /// Those that may call every endpoint.
    callers: Vec<CallerReport<'a>>,
    changes: Vec<ChangeReport<'a>>,
    summary: Totals,
}

#[derive(Serialize)]
struct AppReport<'a> {
    root: &'a str,
    next: &'a str,
    endpoints: Vec<EndpointReport<'a>>,
}

#[derive(Serialize)]
struct EndpointReport<'a> {
    route: &'a str,
    router: &'static str,
    file: &'a str,
    to: Option<&'a str>,
    methods: Vec<&'static str>,
    actions: &'a [String],
    outcome: &'static str,
    safety: &'static str,
    decided_by: Option<&'static str>,
    findings: Vec<FindingReport<'a>>,
    callers: Vec<CallerReport<'a>>,
}

#[derive(Serialize)]
struct CallerReport<'a> {
    kind: &'static str,
    /// `null` if it cannot be read.
    method: Option<&'static str>,
    file: &'a str,
    line: Option<usize>,
    column: Option<usize>,
}

#[derive(Serialize)]
struct FindingReport<'a> {
    rule: &'static str,
    level: &'static str,
    message: &'a str,
    help: &'a str,
    file: &'a str,
    /// From 1; `null` if it is about the file as a whole.
    line: Option<usize>,
    column: Option<usize>,
}

#[derive(Serialize)]
struct ChangeReport<'a> {
    kind: &'static str,
    path: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<&'a str>,
}

/// Writes the document for `plan`; `changes` are those of the plan.
pub fn write_json(out: &mut dyn Write, project: &Project, plan: &Plan, changes: &[Change]) -> io::Result<()> {
    let mut places = Places::new(project);
    let report = Report {
        version: VERSION,
        apps: plan.apps.iter().map(|app| app_report(app, &mut places)).collect(),
        findings: findings(&plan.findings, &mut places),
        callers: callers(&plan.open_callers, &mut places),
        changes: changes
            .iter()
            .map(|change| ChangeReport { kind: change.kind.as_str(), path: &change.path, from: change.from.as_deref() })
            .collect(),
        summary: Totals::of(plan, changes.len()),
    };
    serde_json::to_writer_pretty(&mut *out, &report)?;
    writeln!(out)
}

fn app_report<'a>(app: &'a AppPlan, places: &mut Places<'a>) -> AppReport<'a> {
    let endpoints = app.endpoints.iter().map(|endpoint| endpoint_report(endpoint, places)).collect();
    AppReport { root: &app.root, next: &app.next, endpoints }
}

fn endpoint_report<'a>(endpoint: &'a EndpointPlan, places: &mut Places<'a>) -> EndpointReport<'a> {
    EndpointReport {
        route: &endpoint.route,
        router: endpoint.router.as_str(),
        file: &endpoint.file,
        to: endpoint.to.as_deref(),
        methods: endpoint.methods.iter().map(|method| method.as_str()).collect(),
        actions: &endpoint.actions,
        outcome: endpoint.outcome.as_str(),
        safety: endpoint.safety.as_str(),
        decided_by: endpoint.decided_by,
        findings: findings(&endpoint.findings, places),
        callers: callers(&endpoint.callers, places),
    }
}

fn callers<'a>(callers: &'a [CallSite], places: &mut Places<'a>) -> Vec<CallerReport<'a>> {
    let report = |caller: &'a CallSite| {
        let position = places.position_at(&caller.file, caller.span);
        CallerReport {
            kind: caller.via.as_str(),
            method: caller.method.map(|method| method.as_str()),
            file: &caller.file,
            line: position.map(|position| position.line),
            column: position.map(|position| position.column),
        }
    };
    callers.iter().map(report).collect()
}

fn findings<'a>(findings: &'a [Finding], places: &mut Places<'a>) -> Vec<FindingReport<'a>> {
    let report = |finding: &'a Finding| {
        let position = places.position(finding);
        FindingReport {
            rule: finding.rule,
            level: finding.level.as_str(),
            message: &finding.message,
            help: &finding.help,
            file: &finding.file,
            line: position.map(|position| position.line),
            column: position.map(|position| position.column),
        }
    };
    findings.iter().map(report).collect()
}
